"""The measures in words: table headings, panels of figures, sentences."""

from __future__ import annotations

from simcap.lang import N_, _

MEASURES = {
    "people_in_need": N_("residents in need"),
    "people_asking": N_("residents who ask for help"),
    "people_found": N_("residents found or brought"),
    "people_screened": N_("people screened"),
    "screen_positives": N_("screened positive who came"),
    "screen_positive_share": N_("screened positive who came, of those screened"),
    "false_positives": N_("false positives who came"),
    "files": N_("files made"),
    "file_share": N_("files made, of those screened"),
    "recovered_after_course": N_("recoveries after a completed course"),
    "relapses": N_("relapses"),
    "returns": N_("returns at once after a relapse"),
    "people_covered": N_("residents who saw a professional in time"),
    "people_sent": N_("residents sent to a professional"),
    "any_contact_of_need": N_("any contact, of those in need"),
    "any_contact_of_seekers": N_("any contact, of those who ask"),
    "professional_of_need": N_("see a professional at all, of those in need"),
    "professional_of_seekers": N_("see a professional at all, of those who ask"),
    "coverage_of_need": N_("seen in time, of those in need"),
    "coverage_of_seekers": N_("seen in time, of those who ask"),
    "treated_of_need": N_("complete a course, of those in need"),
    "treated_of_seekers": N_("complete a course, of those who ask"),
    "coverage_of_population": N_("seen in time, of the population"),
    "records": N_("records, true and false"),
    "false_records": N_("false records"),
    "reported_coverage_of_need": N_("on record, of those in need"),
    "false_records_missing": N_("false records short of the share"),
    "audited": N_("records audited"),
    "audit_found_mean": N_("false records that the audit finds"),
    "audit_found_sd": N_("the same, standard deviation"),
    "audit_finds_any": N_("chance that the audit finds any"),
    "audit_least": N_("records to audit to be sure enough"),
    "audit_hours": N_("hours the audit takes"),
    "rural_urban_gap": N_("in time, city minus villages, of those in need"),
    "rural_urban_gap_of_seekers": N_("in time, city minus villages, of those who ask"),
    "in_time_of_seekers": N_("in time, of those who ask"),
    "late_did_not_come": N_("not in time: did not come"),
    "late_declined": N_("not in time: declined referral"),
    "late_gave_up": N_("not in time: gave up"),
    "late_closed": N_("not in time: closed"),
    "late_referral": N_("not in time: referral's delay"),
    "late_waited": N_("not in time: waited for staff"),
    "late_not_reached": N_("not in time: not sent to a professional"),
    "people_on_register": N_("residents on the register"),
    "register_managed": N_("visited in the year, of the register"),
    "register_regular": N_("no gap too long, of the register"),
    "register_in_person": N_("visited in person, of the register"),
    "contacts": N_("contacts"),
    "joined": N_("joinings"),
    "wait_mean": N_("mean wait of those seen"),
    "wait_median": N_("median wait of those seen"),
    "wait_p90": N_("90th percentile of the wait of those seen"),
    "wait_mean_joined": N_("mean wait of all who join"),
    "wait_median_joined": N_("median wait of all who join"),
    "wait_p90_joined": N_("90th percentile of the wait of all who join"),
    "within_target": N_("seen within the target"),
    "wait_probability": N_("had to wait at all"),
    "joined_closed": N_("joined while closed"),
    "wait_mean_open": N_("mean wait of those who joined while open"),
    "wait_mean_closed": N_("mean wait of those who joined while closed"),
    "within_target_open": N_("seen within the target, of those who joined while open"),
    "joined_impatient": N_("joinings where residents may give up"),
    "abandoned": N_("gave up, of first joinings"),
    "gave_up_closed": N_("gave up while closed, of first joinings"),
    "gave_up_busy": N_("gave up while busy, of first joinings"),
    "balked": N_("found the queue full, of first joinings"),
    "no_shows": N_("sessions nobody came to"),
    "meetings": N_("sessions held"),
    "redialled": N_("tried again, of first joinings"),
    "hotline_calls": N_("calls to the hotline"),
    "hotline_answered_in_target": N_("calls answered in time"),
    "hotline_abandoned": N_("calls given up"),
    "hotline_closed": N_("calls while the line is closed"),
    "crisis_responses": N_("crises in which the team came"),
    "crisis_response_mean": N_("mean crisis response"),
    "crisis_within_target": N_("crisis responses within the target"),
    "duplicate_assessments": N_("assessments repeated"),
    "referrals_made": N_("referrals made"),
    "referrals_completed": N_("referrals completed, of those made"),
    "vouchers_used": N_("visits paid for by voucher"),
    "voucher_cost": N_("public money for vouchers"),
    "paid_by_residents": N_("paid by residents"),
    "hours_demanded": N_("hours demanded"),
    "hours_rostered": N_("hours rostered"),
    "hours_startable": N_("hours of whole sessions that can be started"),
    "hours_worked": N_("hours worked"),
    "staff_gap": N_("persons missing"),
    "offered_load": N_("offered load"),
    "offered_load_alone": N_("offered load without others' help"),
    "utilisation": N_("hours at work, of those rostered"),
    "overtime": N_("overtime"),
    "idle_while_others_wait": N_("idle while others wait for the same staff"),
    "queue_mean": N_("mean number waiting"),
    "queue_growth": N_("growth of the queue"),
    "satisfaction": N_("satisfaction of those seen"),
    "satisfaction_of_seekers": N_("satisfaction of all who ask"),
    "people_in_course": N_("residents who began a course"),
    "recovery": N_("recovered, of those who began a course"),
    "recovery_of_need": N_("recovered, of those in need"),
    "quality_of_life": N_("quality of life"),
    "total_cost": N_("cost of all staff"),
    "cost": N_("cost"),
    "cost_per_reached": N_("cost per resident who saw a professional"),
    "cost_per_reached_with_register": N_("the same, the register's doctors included"),
    "cost_per_recovery": N_("cost per recovery"),
    "cost_benefit_ratio": N_("cost-benefit ratio CBR"),
}
"""Measure: in words."""
UNITS = {
    "10^4 CNY per point": N_("10^4 CNY per point"),
    "CNY per person": N_("CNY per person"),
    "CNY per year": N_("CNY per year"),
    "attendances": N_("attendances"),
    "h": N_("h"),
    "h per week": N_("h per week"),
    "meetings": N_("meetings"),
    "persons": N_("persons"),
    "points": N_("points"),
    "ratio": N_("ratio"),
    "records": N_("records"),
    "referrals": N_("referrals"),
    "share": N_("share"),
    "share a year": N_("share a year"),
}
"""Unit, as tables have it: in words."""
PLACES = {
    "all": N_("whole district"),
    "urban": N_("urban"),
    "transition": N_("transition"),
    "rural": N_("rural"),
    "worst zone": N_("worst zone"),
}
"""Places that are no zone: in words."""


def measure(name: str) -> str:
    """A measure in words."""
    return _(MEASURES[name])


def unit(name: str, factor: float = 1.0) -> str:
    """A unit in words; with a ``factor`` below 1, millions of it."""
    said = _(UNITS.get(name, name))
    return said if factor == 1.0 else _("million {unit}", unit=said)


def place(name: str) -> str:
    """A place in words; a zone's name stays."""
    return _(PLACES[name]) if name in PLACES else name
