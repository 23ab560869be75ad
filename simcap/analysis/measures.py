"""The measures: named numbers with a unit, a definition, and what is counted over what.

``TABLE`` is the one source: the sheet of a replication evaluates it, ``--json``, model.md and
docs/measures.md (``analysis.dictionary``) are written from it. A measure is one count over another,
in one or several of ``SECTIONS``, whose names of counts are explained in ``COUNTS``.

*Place* is "all", "urban", "transition", "rural" or a zone. *Group* is "all", a group of people,
"severity: …", "need: …", "station: …" or "pool: …"; of costs "role: …", "source: …" or "channel:
…"; of some kinds of station "station: …, hour: 08" (from 8 to 9), "station: …, weekday: Mon",
"station: …, quarter: 2025 Q1"; "target: …". By period it is "quarter: 2025 Q1" or "year: 1", behind
"station: …" or "pool: …" where it is one of these, and "pool: …, week: 2025-03-03".
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS = ("urban", "transition", "rural")

SECTIONS = {
    "residents": (
        "all, each kind of zone, each zone",
        "all; for all and the kinds of zone also each group of people and severity, for all each"
        " need",
    ),
    "records": ("all, each kind of zone, each zone; where a scenario has `false records`", "all"),
    "audit": ("all; where a scenario has `false records`", "all"),
    "gap": ("all", "all, each group of people and severity"),
    "register": ("all, each kind of zone, each zone", "all"),
    "screening": ("all, each kind of zone, each zone", "all"),
    "relapse": ("all, each kind of zone, each zone; where a scenario has `relapse`", "all"),
    "desks": ("all, each kind of zone, each zone", "all"),
    "market": ("all, each kind of zone, each zone; where visits have a price", "all"),
    "stations": (
        "all and the kinds of zone; those marked *by zone* also each zone",
        "each kind of station, its parts included",
    ),
    "periods": (
        "all",
        "the hour, weekday and calendar quarter in which residents joined (who tries again: in"
        " which they first tried), of each kind of station with `by arrival`, or whose staff are on"
        " the roster in different numbers at different hours of a day",
    ),
    "targets": (
        "all, each kind of zone, each zone",
        "each further target that a scenario names, of the stations or the needs that have it",
    ),
    "staff": (
        "all; of staff by zone also each kind of zone and each zone",
        "each pool as the scenario calls it",
    ),
    "episodes": (
        "all, each kind of zone, each zone",
        "as of *residents*; recovery where there is a recovery table",
    ),
    "outcomes": (
        "all, each kind of zone, each zone",
        "all; recovery where there is no recovery table",
    ),
    "money": ("all", "all"),
    "costs": ("all", "each role (staff), source of funds and channel (kind of station)"),
    "asking": (
        "all, each kind of zone, each zone",
        "each quarter and year of `results by`, by when residents asked",
    ),
    "events": (
        "all, each kind of zone, each zone",
        "each quarter and year of `results by`, by when it was: contacts and referrals by the start"
        " of the visit, calls and crises by joining",
    ),
    "station periods": (
        "all",
        "each kind of station, its parts included, in each quarter and year of `results by`",
    ),
    "staff periods": ("all", "each pool in each quarter and year of `results by`"),
    "weeks": (
        "all",
        "each kind of station and each pool in each week from the beginning of the observed weeks,"
        " called by its first day, where `results by` says so",
    ),
    "yearly": ("all", "each year of `results by`"),
}
"""Where measures are told: places, groups."""

COUNTS = {
    "in_need": (
        "residents of the cohort who asked, and the expected number of those whose need falls into"
        " the observed weeks and who never ask; what multiplies arrivals multiplies both"
    ),
    "asked": "residents of the cohort: whose need began in the observed weeks and who asked for help",
    "found": "of the cohort, those who would not have asked, had nothing found or brought them",
    "tested": "persons of the groups that were tested, in all screenings whose results came",
    "positive": "of those, the ones whom the test found, rightly or falsely, and who came",
    "falsely_positive": "of those, the ones who were in no need",
    "files": "of the positive in need, those whom the assessment has attended",
    "recovered": (
        "episodes that ended in the observed weeks in recovery after a completed course, whenever"
        " they began, of needs with `relapse`"
    ),
    "relapsed": "those who relapsed in the observed weeks, whenever they had recovered",
    "returned": "of those, the ones who came back",
    "any_contact": "of the cohort, those who were attended at a station whose contact counts",
    "professional": "of the cohort, those whom a professional attended, however late",
    "coverage": "of the cohort, those whom a professional attended within the target of asking",
    "treated": "of the cohort, those who completed a course and had any contact by then",
    "sought": "of the cohort, those who ever joined a professional's station",
    "person_years": "people of the place or group × years observed",
    "coverage_cut": "coverage, but no more persons a year than live in the place or group",
    "did_not_come": "see `late_did_not_come`",
    "referral": "see `late_referral`",
    "declined": "see `late_declined`",
    "waited": "see `late_waited`",
    "closed": "see `late_closed`",
    "gave_up": "see `late_gave_up`",
    "not_reached": "see `late_not_reached`",
    "registered": "residents on the register visited in the observed weeks",
    "managed": "residents on the register visited in the year; of several years the mean",
    "regular": "of those, the ones without too long a gap in the year",
    "in_person": "of those managed, the ones of whom at least one visit was in person",
    "on_register": "persons on the register, those who refuse included",
    "joined": "first joinings of a station in the observed weeks, redials included",
    "not_balked": "first joinings without those who found a full queue",
    "delayed": (
        "first joinings that were not attended at once: all but those who found a full queue and"
        " those whose session began as they joined"
    ),
    "attended": "first sessions attended (a no-show is none), by the time of joining",
    "reneged": "first joinings that ended in giving up",
    "balked": "first joinings that found a full queue",
    "redialled": "first joinings after which the resident gave up or balked and tried again",
    "joined_closed": (
        "first joinings outside the hours of the station: none of its pools (of a team: not each of"
        " them) has a place on the roster; posts that are vacant, or moved away by a review, keep"
        " their hours, and an appointment can always be asked for"
    ),
    "left_closed": "of those, the ones that gave up before the station opened",
    "left_busy": "all others that gave up",
    "within": "first sessions attended within the target, of the `eligible`",
    "eligible": "first joinings at least the target before the end of the run",
    "within_open": "the same, of those who joined while the station was open",
    "eligible_open": "the same, of those who joined while the station was open",
    "attended_open": "first sessions attended of those who joined while the station was open",
    "attended_closed": "first sessions attended of those who joined outside its hours",
    "wait_sum": "hours waited by those attended",
    "wait_sum_open": "hours waited by those attended who joined while the station was open",
    "wait_sum_closed": "hours waited by those attended who joined outside its hours",
    "waited_sum": "hours waited by all who joined, so far where they still wait",
    "contacts": "visits attended at a station whose contact counts, each session one",
    "no_shows": "sessions held for residents who did not come",
    "meetings": "sessions held, those of a group together one",
    "repeated": "contacts at assessments repeated because records were not shared",
    "referrals": "routine referrals made",
    "referrals_kept": "of those, the ones that go on to the next station",
    "calls": "first joinings of a hotline, redials included",
    "calls_eligible": "of those, the ones at least the target before the end of the run",
    "calls_within": "of the `calls_eligible`, those answered within the target",
    "calls_left": "calls that gave up",
    "calls_closed": "calls outside the line's hours",
    "responses": "crises in which the team came",
    "response_sum": "hours until it came",
    "responses_eligible": (
        "crises in which the team was sent for at least the target before the end of the run"
    ),
    "responses_within": "of those, the ones it came to within the target",
    "impatient": "first joinings of the stations where residents may give up",
    "impatient_left": "of those, the ones that ended in giving up",
    "impatient_left_closed": "of those, the ones that gave up before the station opened",
    "impatient_left_busy": "all others that gave up",
    "vouchers": "contacts at stations where a voucher pays a part of the price",
    "voucher_money": "CNY that vouchers paid for contacts in the observed weeks",
    "resident_money": "CNY that residents paid for contacts in the observed weeks",
    "years": "years observed",
    "queue_hours": "hours spent waiting in the observed weeks, each resident's counted",
    "hours": "hours observed",
    "hours_demanded": "see the measure",
    "hours_shared": (
        "hours demanded, what several staff can do laid to them so that the greatest offered load"
        " is least, then the second greatest, and so on"
    ),
    "hours_rostered": "see the measure",
    "hours_startable": "see the measure",
    "hours_worked": "see the measure",
    "hours_missing": "hours demanded minus hours rostered, a week",
    "hours_each": "hours a week that one person works with residents",
    "cost_observed": "cost of all staff in the observed weeks",
    "cost_open": (
        "the same without the register's share: of each staff the share of its hours worked that"
        " went to the register"
    ),
    "reached": "residents of the cohort whom a professional attended",
    "reached_or_registered": "those and the residents on the register who were visited",
    "cost": "see the measure",
    "recoveries": (
        "with a recovery table, residents of the cohort who began a course and recovered; without"
        " one, recovery × those reached"
    ),
    "cost_10000": (
        "cost of all staff a year, in 10,000 CNY; of several observed years their sum, see `healed`"
    ),
    "healed": (
        "recovery × quality of life; of several observed years the sum of each year's (of who asked"
        " in it), every year weighing as much as it has days, and, after the first, (1 +"
        " `discount`) times less than the one before"
    ),
    "met": "residents of the cohort who had any contact",
    "began": "residents of the cohort who attended a session of a treatment",
    "recovered_begun": "of those, the ones who recovered",
    "recovered_in_need": (
        "residents of the cohort who recovered, with or without a course, and the expected number"
        " of those in need who never ask and recover by themselves (the rows of 0 sessions)"
    ),
    "points": "satisfaction of all residents of the cohort, summed up",
    "points_met": "satisfaction of those who had any contact, summed up",
    "records": (
        "records of the cohort: one of each resident who had any contact, and the false ones, each"
        " of a resident in need without contact; of a place as many of the district's false ones as"
        " it has on average, if whom they are of is drawn"
    ),
    "false": "the false ones among the `records`",
    "false_missing": "see the measure",
    "audited": "records drawn, each once",
    "found_mean": "see the measure",
    "found_sd": "see the measure",
    "found_any": "see the measure",
    "least": "see the measure",
    "audit_hours": "see the measure",
}
"""What stands behind the names of counts."""


@dataclass(frozen=True)
class Measure:
    """One measure. ``counted`` says, by section, what is counted over what: "a / b", or "a" alone
    where nothing is divided (or where the name of the measure says how, as of a median). One that
    is ``by_zone`` is told of stations in each zone, too; one of ``hours`` only where a station has
    hours.
    """

    name: str
    unit: str
    definition: str
    counted: Mapping[str, str] = field(default_factory=dict)
    by_zone: bool = False
    hours: bool = False

    def parts(self, section: str) -> tuple[str, str]:
        """(what is counted, over what) in ``section``; the latter may be empty."""
        part, _, whole = (self.counted[section] or self.name).partition(" / ")
        return part, whole


def _residents(
    name: str, unit: str, definition: str, counted: str, by_period: bool = True
) -> Measure:
    sections = ("residents", "asking") if by_period else ("residents",)
    return Measure(name, unit, definition, dict.fromkeys(sections, counted))


def _desks(name: str, unit: str, definition: str, counted: str) -> Measure:
    return Measure(name, unit, definition, dict.fromkeys(("desks", "events"), counted))


def _episodes(name: str, unit: str, definition: str, counted: str) -> Measure:
    return Measure(name, unit, definition, dict.fromkeys(("episodes", "asking"), counted))


def _late(name: str, count: str, definition: str) -> Measure:
    return _residents(name, "share", f"{definition}, of those who asked", f"{count} / asked")


def _staff(name: str, unit: str, definition: str, counted: str = "") -> Measure:
    return Measure(name, unit, definition, {"staff": counted})


def _market(name: str, unit: str, definition: str, counted: str) -> Measure:
    return Measure(name, unit, definition, {"market": counted})


def _money(name: str, unit: str, definition: str, counted: str = "") -> Measure:
    return Measure(name, unit, definition, {"money": counted})


_NEED, _ASKED = "of those in need", "of those who asked"
WAIT_OF = (
    "at a station from joining to the start (of a crisis team: from being sent for, see"
    " `crisis_response_mean`); for residents from asking to the first professional contact, of"
    " those who ever joined a professional's station"
)

TABLE = (
    _residents(
        "people_in_need",
        "persons",
        "residents whose need falls into the observed weeks, those who never ask included",
        "in_need",
    ),
    _residents(
        "people_asking",
        "persons",
        "residents of the cohort: whose need began in the observed weeks and who asked for help",
        "asked",
    ),
    _residents(
        "people_found",
        "persons",
        "residents of the cohort who asked only because they were found, or brought, by outreach,"
        " online care and the like",
        "found",
    ),
    Measure(
        "people_screened",
        "persons",
        "persons tested in the screenings whose results came in the observed weeks",
        {"screening": "tested"},
    ),
    Measure(
        "screen_positives",
        "persons",
        "of those screened, the positive who came to the assessment",
        {"screening": "positive"},
    ),
    Measure(
        "screen_positive_share",
        "share",
        "the same, of those screened",
        {"screening": "positive / tested"},
    ),
    Measure(
        "false_positives",
        "persons",
        "of the positive who came, those who were in no need: they count in visits and hours alone",
        {"screening": "falsely_positive"},
    ),
    Measure(
        "files",
        "persons",
        "files made: of the positive who came, those whose need the assessment confirmed",
        {"screening": "files"},
    ),
    Measure(
        "file_share",
        "share",
        "the same, of those screened",
        {"screening": "files / tested"},
    ),
    Measure(
        "recovered_after_course",
        "persons",
        "recoveries after a completed course in the observed weeks, from which residents may"
        " relapse",
        {"relapse": "recovered"},
    ),
    Measure(
        "relapses",
        "persons",
        "relapses in the observed weeks of those who had recovered since the run began",
        {"relapse": "relapsed"},
    ),
    Measure(
        "returns",
        "persons",
        "of those, the ones who came back at once: they count in attendances, not as in need again",
        {"relapse": "returned"},
    ),
    _residents(
        "people_covered",
        "persons",
        "residents of the cohort who had contact with a professional within the target",
        "coverage",
    ),
    _residents(
        "people_sent",
        "persons",
        "residents of the cohort who ever joined a professional's station",
        "sought",
    ),
    *(
        _residents(f"{name}_of_{whom}", "share", f"{said}, {of}", f"{name} / {over}")
        for name, said in (
            ("any_contact", "had any contact, lay or professional"),
            ("professional", "had contact with a professional, however late"),
            ("coverage", "had contact with a professional within the target"),
            ("treated", "completed a course"),
        )
        for whom, of, over in (("need", _NEED, "in_need"), ("seekers", _ASKED, "asked"))
    ),
    _residents(
        "coverage_of_population",
        "share a year",
        "had contact with a professional within the target, of the people of the place or group, a"
        " year; no more persons a year are counted than live there (a row that was cut says so)",
        "coverage_cut / person_years",
        by_period=False,
    ),
    Measure(
        "records",
        "records",
        "records of residents of the cohort, true (who had any contact: one each) and false",
        {"records": "records"},
    ),
    Measure(
        "false_records",
        "records",
        "false ones among them, each of a resident in need without contact: round(share ÷ (1 −"
        " share) × true records) in the district, of a place as many as it has on average",
        {"records": "false"},
    ),
    Measure(
        "reported_coverage_of_need",
        "share",
        "residents with a record, true or false, of those in need; any_contact_of_need is the true"
        " one",
        {"records": "records / in_need"},
    ),
    Measure(
        "false_records_missing",
        "records",
        "false records that the share asks for, but for which no resident in need without contact"
        " is left",
        {"audit": "false_missing"},
    ),
    Measure("audited", "records", "records that the audit draws, each once", {"audit": "audited"}),
    Measure(
        "audit_found_mean",
        "records",
        "false records that the audit finds, expected: drawn without replacement, less those that"
        " auditors miss",
        {"audit": "found_mean"},
    ),
    Measure("audit_found_sd", "records", "standard deviation of the same", {"audit": "found_sd"}),
    Measure(
        "audit_finds_any",
        "share",
        "of such audits those that find at least one false record: the probability of it",
        {"audit": "found_any"},
    ),
    Measure(
        "audit_least",
        "records",
        "the least number of records that an audit has to draw to find at least one false record"
        " with a probability of 95 %; empty where drawing all of them is not enough",
        {"audit": "least"},
    ),
    Measure("audit_hours", "h per week", "hours that the audit takes", {"audit": "audit_hours"}),
    Measure(
        "rural_urban_gap",
        "share",
        "coverage_of_need, urban minus rural",
        {"gap": "rural_urban_gap"},
    ),
    Measure(
        "rural_urban_gap_of_seekers",
        "share",
        "coverage_of_seekers, urban minus rural",
        {"gap": "rural_urban_gap_of_seekers"},
    ),
    _residents(
        "in_time_of_seekers",
        "share",
        "had contact with a professional within the target, of those who asked: coverage_of_seekers"
        " again, so that with the seven causes beside it the whole is there",
        "coverage / asked",
    ),
    _late(
        "late_did_not_come",
        "did_not_come",
        "not in time, and by the target missed a session that a professional held for them (or one"
        " elsewhere, and left)",
    ),
    _late(
        "late_declined",
        "declined",
        "not in time, since they left by the target with a referral that was not completed",
    ),
    _late(
        "late_gave_up",
        "gave_up",
        "not in time, since they left by the target, having given up, got worse or found a full"
        " queue at a station that was open meanwhile",
    ),
    _late(
        "late_closed",
        "closed",
        "not in time, since they left by the target, having given up before the station opened; or"
        " still there at the target, the largest part of their time having gone into waiting for a"
        " station to open",
    ),
    _late(
        "late_referral",
        "referral",
        "not in time, still there at the target, the largest part of their time having gone into"
        " hand-offs from one station to another",
    ),
    _late(
        "late_waited",
        "waited",
        "not in time, still there at the target, the largest part of their time having gone into"
        " waiting for staff (of a wait that began outside a station's hours, from its opening on)",
    ),
    _late(
        "late_not_reached",
        "not_reached",
        "not in time, since they left by the target, helped or not, without being sent to a"
        " professional; or still there at the target, the largest part of their time having gone"
        " into care and courses of others, or into coming back later by themselves",
    ),
    Measure(
        "people_on_register",
        "persons",
        "residents on the register, those who refuse included",
        {"register": "on_register"},
    ),
    Measure(
        "register_managed",
        "share",
        "residents on the register visited at least once in the year, of all on it (of several"
        " observed years the mean; 52 weeks are one)",
        {"register": "managed / on_register"},
    ),
    Measure(
        "register_regular",
        "share",
        "residents on the register visited in the year, no gap in it (from its beginning and to its"
        " end, too) longer than the interval of visits and the target `register visit`, of all on"
        " it",
        {"register": "regular / on_register"},
    ),
    Measure(
        "register_in_person",
        "share",
        "residents on the register visited at least once in the year in person, at home or as"
        " outpatients, of all on it",
        {"register": "in_person / on_register"},
    ),
    Measure(
        "contacts",
        "attendances",
        "attended visits that count as contact, in the observed weeks",
        {
            "desks": "contacts",
            "stations": "contacts",
            "events": "contacts",
            "station periods": "contacts",
        },
        by_zone=True,
    ),
    Measure(
        "joined",
        "attendances",
        "joinings of a station, first sessions",
        {"stations": "joined", "periods": "joined"},
        by_zone=True,
    ),
    Measure(
        "wait_mean",
        "h",
        f"mean wait of those attended: {WAIT_OF}",
        {
            "residents": "wait_sum / attended",
            "stations": "wait_sum / attended",
            "periods": "wait_sum / attended",
            "asking": "wait_sum / attended",
        },
        by_zone=True,
    ),
    Measure("wait_median", "h", "median of the same", {"residents": "", "stations": ""}),
    Measure(
        "wait_p90",
        "h",
        "90th percentile of the same",
        {"residents": "", "stations": "", "periods": ""},
        by_zone=True,
    ),
    Measure(
        "wait_mean_joined",
        "h",
        "mean time waited by all who joined, whether attended, gone or still waiting at the end"
        " (then so far)",
        {"residents": "waited_sum / not_balked", "stations": "waited_sum / not_balked"},
    ),
    Measure(
        "wait_median_joined",
        "h",
        "median wait of all who joined, those who gave up or still wait censored (Kaplan-Meier)",
        {"residents": "", "stations": ""},
    ),
    Measure(
        "wait_p90_joined", "h", "90th percentile of the same", {"residents": "", "stations": ""}
    ),
    Measure(
        "within_target",
        "share",
        "attended within the target, of those who joined at least that long before the end",
        {
            "residents": "within / eligible",
            "stations": "within / eligible",
            "periods": "within / eligible",
            "asking": "within / eligible",
            "targets": "within / eligible",
        },
        by_zone=True,
    ),
    Measure(
        "wait_probability",
        "share",
        "had to wait at all: first joinings that were not attended at once, of those who did not"
        " find a full queue",
        {"stations": "delayed / not_balked", "periods": "delayed / not_balked"},
        by_zone=True,
    ),
    Measure(
        "joined_closed",
        "share",
        "joined outside the station's hours, of first joinings",
        {"stations": "joined_closed / joined"},
        hours=True,
    ),
    Measure(
        "wait_mean_open",
        "h",
        "mean wait of those attended who joined while the station was open",
        {"stations": "wait_sum_open / attended_open"},
        hours=True,
    ),
    Measure(
        "wait_mean_closed",
        "h",
        "mean wait of those attended who joined outside its hours",
        {"stations": "wait_sum_closed / attended_closed"},
        hours=True,
    ),
    Measure(
        "within_target_open",
        "share",
        "attended within the target, of those who joined at least that long before the end and"
        " while the station was open",
        {"stations": "within_open / eligible_open"},
        hours=True,
    ),
    Measure(
        "joined_impatient",
        "attendances",
        "first joinings of the stations where residents may give up",
        {"desks": "impatient", "events": "impatient"},
    ),
    Measure(
        "abandoned",
        "share",
        "gave up waiting, of first joinings; for all stations together, of those of the stations"
        " where residents may give up",
        {
            "desks": "impatient_left / impatient",
            "stations": "reneged / joined",
            "periods": "reneged / joined",
            "events": "impatient_left / impatient",
        },
        by_zone=True,
    ),
    Measure(
        "gave_up_closed",
        "share",
        "gave up before the station opened, having joined outside its hours, of the same joinings",
        {"desks": "impatient_left_closed / impatient", "stations": "left_closed / joined"},
        hours=True,
    ),
    Measure(
        "gave_up_busy",
        "share",
        "gave up otherwise: while the station was open, or after it had been; with gave_up_closed"
        " the whole of abandoned",
        {"desks": "impatient_left_busy / impatient", "stations": "left_busy / joined"},
        hours=True,
    ),
    Measure(
        "balked",
        "share",
        "found a full queue and did not join, of first joinings",
        {"stations": "balked / joined", "periods": "balked / joined"},
    ),
    Measure(
        "no_shows",
        "attendances",
        "sessions held for residents who did not come",
        {"stations": "no_shows"},
    ),
    Measure(
        "meetings",
        "meetings",
        "sessions held in the observed weeks, of one resident or of a group together",
        {"stations": "meetings"},
        by_zone=True,
    ),
    Measure(
        "redialled",
        "share",
        "gave up or balked and tried again, of first joinings",
        {"stations": "redialled / joined"},
    ),
    _desks(
        "hotline_calls",
        "attendances",
        "calls: first joinings of a hotline, redials included",
        "calls",
    ),
    _desks(
        "hotline_answered_in_target",
        "share",
        "calls answered within the target, of all calls (those at least the target before the end)",
        "calls_within / calls_eligible",
    ),
    _desks(
        "hotline_abandoned",
        "share",
        "calls that gave up, of all calls",
        "calls_left / calls",
    ),
    Measure(
        "hotline_closed",
        "share",
        "calls outside the line's hours, of all calls",
        {"desks": "calls_closed / calls"},
    ),
    _desks(
        "crisis_responses",
        "attendances",
        "crises in which the team came",
        "responses",
    ),
    _desks(
        "crisis_response_mean",
        "h",
        "mean time to the start of the crisis team (of members who come in turn: the"
        " professional's) from the end of the visit that sent for it, or from asking, for who comes"
        " straight to it",
        "response_sum / responses",
    ),
    _desks(
        "crisis_within_target",
        "share",
        "crisis responses within the target, of crises in which the team was sent for at least that"
        " long before the end",
        "responses_within / responses_eligible",
    ),
    _desks(
        "duplicate_assessments",
        "attendances",
        "assessments repeated because records were not shared",
        "repeated",
    ),
    _desks("referrals_made", "referrals", "routine referrals made", "referrals"),
    _desks(
        "referrals_completed",
        "share",
        "of routine referrals made, those that reach the next station",
        "referrals_kept / referrals",
    ),
    _market(
        "vouchers_used",
        "attendances",
        "attended visits that a voucher paid for in part or in full, each session one",
        "vouchers",
    ),
    _market(
        "voucher_cost",
        "CNY per year",
        "public money for the vouchers used",
        "voucher_money / years",
    ),
    _market(
        "paid_by_residents",
        "CNY per year",
        "what residents paid themselves for attended visits; no part of the public's costs",
        "resident_money / years",
    ),
    _staff(
        "hours_demanded",
        "h per week",
        "hours that those who come would need if nobody gave up waiting: expected (flow equations),"
        " by the phase in force, in the steady state of who comes in the observed weeks; laid to a"
        " station's first pool",
    ),
    Measure(
        "hours_rostered",
        "h per week",
        "hours on the roster as run, holidays taken off; where reviews move places or posts fall"
        " vacant, as they did",
        {"staff": "", "staff periods": ""},
    ),
    _staff(
        "hours_startable",
        "h per week",
        "expected hours of the whole sessions that can be started on the roster, one after the"
        " other, given when the last may start before closing and how many rooms there are; at most"
        " the hours of the roster, and these where nothing is cut off",
    ),
    Measure(
        "hours_worked",
        "h per week",
        "hours with a resident, or held by one who did not come",
        {"staff": "", "staff periods": ""},
    ),
    _staff(
        "staff_gap",
        "persons",
        "persons missing for the hours demanded (negative: to spare)",
        "hours_missing / hours_each",
    ),
    _staff(
        "offered_load",
        "ratio",
        "hours demanded, what several staff can do shared out so that the greatest load is least,"
        " over hours startable",
        "hours_shared / hours_startable",
    ),
    _staff(
        "offered_load_alone",
        "ratio",
        "hours demanded over hours startable: the load if no other staff helped",
        "hours_demanded / hours_startable",
    ),
    Measure(
        "utilisation",
        "ratio",
        "hours worked over hours rostered; above 1 where sessions run past closing",
        dict.fromkeys(("staff", "staff periods"), "hours_worked / hours_rostered"),
    ),
    _staff("overtime", "h per week", "hours at work beyond the places on the roster"),
    _staff(
        "idle_while_others_wait",
        "h per week",
        "hours of free places while residents of another zone waited for the same staff, read"
        " hourly",
    ),
    Measure(
        "queue_mean",
        "persons",
        "mean number waiting; of staff, at the stations that it is the first to attend",
        {"stations": "queue_hours / hours", "staff": "queue_hours / hours", "weeks": ""},
    ),
    _staff(
        "queue_growth",
        "persons",
        "mean number waiting in the last quarter of the observed weeks minus that in the first",
    ),
    _episodes(
        "satisfaction",
        "points",
        "100 minus so many points for each week waited and for each assessment that was repeated"
        " because records were not shared (`outcomes: satisfaction`; 5 and 10 unless said), at"
        " least 0; of each resident who had any contact, then the mean. A wait runs from asking to"
        " the first professional contact of who ever joined a professional's station, to any"
        " contact of others; without one, to leaving or to the end of the run",
        "points_met / met",
    ),
    _episodes("satisfaction_of_seekers", "points", "the same, of all who asked", "points / asked"),
    _episodes(
        "people_in_course",
        "persons",
        "residents of the cohort who began a course: attended a session at a treatment",
        "began",
    ),
    Measure(
        "recovery",
        "share",
        "with a recovery table, recovered when their episode ended, of those who began a course;"
        " whose episode still goes on at the end of the run has not. Without one, by seed 000: base"
        " + slope × coverage_of_need",
        {"episodes": "recovered_begun / began", "outcomes": "", "asking": ""},
    ),
    _episodes(
        "recovery_of_need",
        "share",
        "recovered, of those in need: with or without a course; who never asks recovers, in"
        " expectation, as without a session. With a recovery table only",
        "recovered_in_need / in_need",
    ),
    Measure(
        "quality_of_life",
        "points",
        "quality of life by seed 000: base + slope × coverage_of_need",
        {"outcomes": "", "asking": ""},
    ),
    _money("total_cost", "CNY per year", "cost of all staff"),
    Measure(
        "cost",
        "CNY per year",
        "cost of the staff of a role, from a source of funds, or for a channel: a role's whole pay"
        " is shared to kinds of station as its hours worked are (idle hours so too), lent, surge"
        " and overtime hours as those of who works them",
        {"costs": ""},
    ),
    _money(
        "cost_per_reached",
        "CNY per person",
        "cost of the observed weeks, without the register's doctors, per resident with professional"
        " contact",
        "cost_open / reached",
    ),
    _money(
        "cost_per_reached_with_register",
        "CNY per person",
        "cost of the observed weeks, the register's doctors included, per resident with"
        " professional contact or visited on the register",
        "cost_observed / reached_or_registered",
    ),
    _money(
        "cost_per_recovery",
        "CNY per person",
        "cost of the observed weeks, without the register's doctors, per recovery: of a resident"
        " who began a course and recovered; without a recovery table, recovery × residents with"
        " professional contact",
        "cost_open / recoveries",
    ),
    Measure(
        "cost_benefit_ratio",
        "10^4 CNY per point",
        "seed 000 eq. (4): total cost over recovery × quality of life; lower is better. Where"
        " several years are observed, the sum of costs over the sum of recovery × quality of life,"
        " both discounted from the first year (`outcomes: discount`, 0 unless said)",
        dict.fromkeys(("money", "yearly"), "cost_10000 / healed"),
    ),
)
"""All measures, in the order in which they are listed."""

MEASURES = {measure.name: (measure.unit, measure.definition) for measure in TABLE}
"""measure: (unit, definition)."""

WHOLES = {
    "eligible": ("joined", "sought"),
    "calls_eligible": ("calls",),
    "responses_eligible": ("responses",),
}
"""count: those that are told in its stead, all but as large."""


@functools.cache
def wholes(measure: str) -> tuple[str, ...]:
    """The measures, one of which says how many residents the share ``measure`` is of, at the same
    place and of the same group; none where no measure does.
    """
    mine = next(each for each in TABLE if each.name == measure)
    counts = {mine.parts(section)[1] for section in mine.counted} - {""}
    counts |= {count for name in counts for count in WHOLES.get(name, ())}
    return tuple(
        each.name
        for each in TABLE
        if {each.parts(section) for section in each.counted} & {(count, "") for count in counts}
    )


MORE_IS_BETTER = (
    "any_contact_",
    "professional_of_",
    "coverage_of_",
    "treated_of_",
    "in_time_of_",
    "register_",
    "within_target",
    "hotline_answered_",
    "crisis_within_",
    "referrals_completed",
    "satisfaction",
    "recovery",
    "quality_of_life",
)
LESS_IS_BETTER = (
    "late_",
    "wait_",
    "abandoned",
    "gave_up_",
    "balked",
    "redialled",
    "hotline_abandoned",
    "crisis_response_",
    "offered_load",
)
"""How the names begin of measures of which one zone may be said to be worse than another."""


def better(measure: str) -> int:
    """1 if more of a measure is better, −1 if less is, 0 if neither can be said."""
    return measure.startswith(MORE_IS_BETTER) - measure.startswith(LESS_IS_BETTER)


def by_period(group: str) -> bool:
    """Whether a group is of one quarter, year or week, or of an hour or weekday."""
    last = group.rpartition(", ")[2]
    return last.startswith(("quarter: ", "year: ", "week: ", "hour: ", "weekday: "))


LATE = tuple(measure.name for measure in TABLE if measure.name.startswith("late_"))
"""The causes of *why not in time*; with ``in_time_of_seekers`` they add up to 1."""


def told(section: str) -> list[Measure]:
    """The measures of ``section``, in order."""
    return [measure for measure in TABLE if section in measure.counted]


@dataclass(frozen=True)
class Row:
    """One measure of one replication."""

    measure: str
    place: str
    group: str
    value: float

    @property
    def unit(self) -> str:
        return MEASURES[self.measure][0]
