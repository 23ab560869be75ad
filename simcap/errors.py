"""Every error that simcap raises on purpose.

    SimcapError
    ├── InputError (also ValueError)     what was given is wrong                       exit code 2
    │   ├── NetworkError                 a part of a network, or how the parts fit
    │   ├── ScenarioError                a scenario, zones table or experiment file
    │   └── TheoryError                  a formula asked for where it does not hold
    ├── SimulationError                  a replication could not be finished           exit code 1
    └── StudyError                       a study cannot go on: its files, its workers  exit code 1
        └── BusyError                    another run writes there: try again           exit code 75

Libraries never print and never exit: ``cli`` alone turns these into a message and an exit code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from simcap.lang import _, listed

MOST_ALIKE = 4
"""Faults that differ in their place alone and are said one by one; more are one line."""
PLACES_SAID = 5
_PLACE = re.compile(r"(?:\S.*?:(\d+:\d+)|\S.*?#.*?!([A-Z]+\d+)) ")


_FOUND = re.compile(
    r"((, got|; did you mean|; known are) |，(填的是|实际是|却是|却没有)|；(是不是|已有的是)).*",
    re.S,
)
"""Where a fault goes on to what was found, and what may be meant."""


class SimcapError(Exception):
    """The root: ``except SimcapError`` catches all that simcap raises on purpose."""


class InputError(SimcapError, ValueError):
    """What was given is wrong: the message says where, what was found and what would be right."""


class _Faults(InputError):
    """Several faults found in one pass; ``faults`` lists their texts, the message joins them by
    lines, many alike as one.
    """

    def __init__(self, faults: Iterable[str] | str):
        self.faults = (faults,) if isinstance(faults, str) else tuple(faults)
        super().__init__("\n".join(grouped(self.faults)))

    def __reduce__(self):
        return type(self), (self.faults,)


class NetworkError(_Faults):
    """A part of a network is wrong, or its parts do not fit together."""


class ScenarioError(_Faults):
    """A scenario, its zones table or an experiment is wrong."""


class TheoryError(InputError):
    """A formula was asked for outside the range in which it holds."""


class SimulationError(SimcapError):
    """A replication could not be finished."""


class StudyError(SimcapError):
    """A study cannot go on: a journal that cannot be read or written, workers that are gone or not
    alike.
    """


class BusyError(StudyError):
    """Another run writes to the same directory; later it will be free."""


def grouped(faults: Iterable[str]) -> list[str]:
    """``faults`` in order, where more than a few that are alike (but for their place and what was
    found) are the first of them with a count and the next places.
    """
    alike: dict[str, list[str]] = {}
    for fault in faults:
        alike.setdefault(_kind(fault), []).append(fault)
    lines = []
    for same in alike.values():
        if len(same) <= MOST_ALIKE:
            lines += same
            continue
        found = [match for fault in same[1:] if (match := _PLACE.match(fault))]
        places = [match[1] or match[2] for match in found][: PLACES_SAID - 1]
        lines.append(_counted(same, places))
    return lines


def _counted(same: list[str], places: list[str]) -> str:
    """The first of ``same`` with how many there are, and the next ``places``, if they have any."""
    about = {"fault": same[0], "number": len(same) - 1, "places": listed(places)}
    if not places:
        return _("{fault} (and {number} more like it …)", **about)
    if len(same) > len(places) + 1:
        return _("{fault} (and {number} more like it, at {places} …)", **about)
    return _("{fault} (and {number} more like it, at {places})", **about)


def _kind(fault: str) -> str:
    """What ``fault`` says without its place, the names on its path, and what was found, in any of
    the languages.
    """
    place = _PLACE.match(fault)
    file = place[0].rsplit(":", 2)[0] if place and place[1] else place[0] if place else ""
    path, colon, said = fault[place.end() if place else 0 :].partition(": ")
    steps = re.split(r"(?<=[^.])\.", path)
    said = _FOUND.sub("", said)
    said = re.sub(r"'[^']*'|\d+", "…", said)
    return f"{file.partition('!')[0]} {steps[0]}…{steps[-1]}{colon}{said}"
