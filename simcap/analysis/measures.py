"""Counts into measures: named numbers with a unit and a definition, tidy, one row per measure ×
place × group.

*Place* is "all", "urban", "transition", "rural" or a zone. *Group* is "all", a group of people,
"severity: …", "need: …", "station: …" or "pool: …". Rows of groups and stations are given for "all"
and the kinds of zone; rows of pools for "all" and their zones. ``sheet`` fills them in.
"""

from __future__ import annotations

from dataclasses import dataclass

KINDS = ("urban", "transition", "rural")

MEASURES = {
    "people_in_need": (
        "persons",
        "residents whose need falls into the observed weeks, those who never ask included",
    ),
    "people_asking": ("persons", "residents of the cohort who asked for help"),
    "people_covered": (
        "persons",
        "residents of the cohort who had contact with a professional within the target",
    ),
    "any_contact_of_need": ("share", "had any contact, lay or professional, of those in need"),
    "any_contact_of_seekers": ("share", "had any contact, of those who asked"),
    "professional_of_need": (
        "share",
        "had contact with a professional, however late, of those in need",
    ),
    "professional_of_seekers": (
        "share",
        "had contact with a professional, however late, of those who asked",
    ),
    "coverage_of_need": (
        "share",
        "had contact with a professional within the target, of those in need",
    ),
    "coverage_of_seekers": (
        "share",
        "had contact with a professional within the target, of those who asked",
    ),
    "coverage_of_population": (
        "share",
        "had contact with a professional within the target, of the people of the place or group",
    ),
    "treated_of_need": ("share", "completed a course, of those in need"),
    "treated_of_seekers": ("share", "completed a course, of those who asked"),
    "rural_urban_gap": ("share", "coverage_of_need, urban minus rural"),
    "rural_urban_gap_of_seekers": ("share", "coverage_of_seekers, urban minus rural"),
    "register_managed": (
        "share",
        "residents on the register visited at least once in the observed weeks, of all on it",
    ),
    "register_regular": (
        "share",
        (
            "residents on the register visited in the observed weeks, each visit that fell due"
            " within the target of its date, of all on it"
        ),
    ),
    "contacts": ("attendances", "attended visits that count as contact, in the observed weeks"),
    "joined": ("attendances", "joinings of a station, first sessions"),
    "wait_mean": (
        "h",
        (
            "mean wait of those attended: at a station from joining to the start (of a crisis team:"
            " from asking); elsewhere from asking to the first professional contact"
        ),
    ),
    "wait_median": ("h", "median of the same"),
    "wait_p90": ("h", "90th percentile of the same"),
    "wait_mean_joined": (
        "h",
        (
            "mean time waited by all who joined, whether attended, gone or still waiting at the end"
            " (then so far)"
        ),
    ),
    "wait_median_joined": (
        "h",
        "median wait of all who joined, those who gave up or still wait censored (Kaplan-Meier)",
    ),
    "wait_p90_joined": ("h", "90th percentile of the same"),
    "within_target": (
        "share",
        "attended within the target, of those who joined at least that long before the end",
    ),
    "abandoned": ("share", "reneged, of first joinings"),
    "balked": ("share", "found a full queue and did not join, of first joinings"),
    "no_shows": ("attendances", "sessions held for residents who did not come"),
    "redialled": ("share", "gave up or balked and tried again, of first joinings"),
    "hotline_answered_in_target": ("share", "calls answered within the target, of all calls"),
    "crisis_response_mean": ("h", "mean time from asking to the start of the crisis team"),
    "crisis_within_target": ("share", "of crisis responses, those within the target"),
    "duplicate_assessments": (
        "attendances",
        "assessments repeated because records were not shared",
    ),
    "referrals_made": ("referrals", "routine referrals made"),
    "referrals_completed": (
        "share",
        "of routine referrals made, those that reach the next station",
    ),
    "hours_demanded": (
        "h per week",
        (
            "hours that those who come would need if nobody gave up waiting (flow equations), laid"
            " to a station's first pool"
        ),
    ),
    "hours_rostered": ("h per week", "hours on the roster, holidays taken off"),
    "hours_worked": ("h per week", "hours with a resident, or held by one who did not come"),
    "staff_gap": ("persons", "persons missing for the hours demanded (negative: to spare)"),
    "offered_load": ("ratio", "hours demanded over hours rostered"),
    "utilisation": (
        "ratio",
        "hours worked over hours rostered; above 1 where sessions run past closing",
    ),
    "overtime": ("h per week", "hours at work beyond the places on the roster"),
    "idle_while_others_wait": (
        "h per week",
        (
            "hours of free places while residents of another zone waited for the same staff, read"
            " hourly"
        ),
    ),
    "queue_mean": ("persons", "mean number waiting"),
    "queue_growth": (
        "persons",
        "mean number waiting in the last quarter of the observed weeks minus that in the first",
    ),
    "recovery": ("share", "recovery by seed 000: base + slope × coverage_of_need"),
    "quality_of_life": ("points", "quality of life by seed 000: base + slope × coverage_of_need"),
    "total_cost": ("CNY per year", "cost of all staff"),
    "cost_per_reached": (
        "CNY per person",
        "total cost of the observed weeks per resident with professional contact",
    ),
    "cost_benefit_ratio": (
        "10^4 CNY per point",
        "seed 000 eq. (4): total cost over recovery × quality of life; lower is better",
    ),
}
"""measure: (unit, definition)."""

BY_ZONE = ("joined", "contacts", "abandoned", "wait_mean", "wait_p90", "within_target")
"""What is told of each kind of station zone by zone; all else is told for the district and the
kinds of zone.
"""


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
