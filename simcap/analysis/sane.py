"""Impossible numbers: what no replication may give, whatever the scenario. For tests, and for who
adds a measure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from simcap.analysis.measures import LATE, MEASURES, Row

SIGNED = ("rural_urban_gap", "rural_urban_gap_of_seekers", "staff_gap", "queue_growth")
"""Measures that may be negative."""
AT_MOST = (
    ("coverage_of_need", "professional_of_need"),
    ("professional_of_need", "any_contact_of_need"),
    ("treated_of_need", "any_contact_of_need"),
    ("coverage_of_seekers", "professional_of_seekers"),
    ("professional_of_seekers", "any_contact_of_seekers"),
    ("treated_of_seekers", "any_contact_of_seekers"),
    ("coverage_of_need", "coverage_of_seekers"),
    ("people_asking", "people_in_need"),
    ("people_covered", "people_asking"),
    ("register_regular", "register_managed"),
    ("register_in_person", "register_managed"),
    ("gave_up_closed", "abandoned"),
    ("gave_up_closed", "joined_closed"),
)
"""Of each pair the first is at most the second."""
SUMS = (
    (("in_time_of_seekers", *LATE), None),
    (("gave_up_closed", "gave_up_busy"), "abandoned"),
)
"""(measures, what they add up to: another, or 1)."""
ROUNDING = 1e-9


def impossible(rows: Iterable[Row]) -> list[str]:
    """A sentence for each number of one replication that cannot be."""
    values = {(row.measure, row.place, row.group): row.value for row in rows}
    said = [text for label, value in values.items() for text in _alone(label, value)]
    for place, group in dict.fromkeys((place, group) for _, place, group in values):
        here = {
            name: values[name, place, group]
            for name in MEASURES
            if not math.isnan(values.get((name, place, group), math.nan))
        }
        said += [f"{text} ({place}, {group})" for text in _together(here)]
    return said


def _alone(label: tuple[str, str, str], value: float) -> Iterator[str]:
    """What is wrong with one number: a share outside 0 to 1, less than nothing."""
    unit = MEASURES[label[0]][0]
    if math.isnan(value):
        return
    if unit in ("share", "share a year") and label[0] not in SIGNED:
        if not -ROUNDING <= value <= 1 + ROUNDING:
            yield f"{', '.join(label)}: {value} is no share"
    elif value < -ROUNDING and label[0] not in SIGNED:
        yield f"{', '.join(label)}: {value} is below 0"


def _together(here: dict[str, float]) -> Iterator[str]:
    """What is wrong with numbers of one place and group beside each other."""
    for less, more in AT_MOST:
        if less in here and more in here:
            slack = ROUNDING * max(1.0, abs(here[more]))
            if here[less] > here[more] + slack:
                yield f"{less} {here[less]} is above {more} {here[more]}"
    for parts, whole in SUMS:
        if all(name in here for name in parts) and (whole is None or whole in here):
            total = math.fsum(here[name] for name in parts)
            wanted = 1.0 if whole is None else here[whole]
            if abs(total - wanted) > ROUNDING:
                yield f"{' + '.join(parts)} is {total}, not {wanted}"
