"""Sections of the sheet on stations: what becomes of those who join each kind of station, and, by
place, contacts, hotlines, crisis teams and referrals.
"""

from __future__ import annotations

import numpy as np

from simcap.analysis import counting
from simcap.analysis.groups import Groups
from simcap.analysis.layout import Layout
from simcap.analysis.measures import KINDS, Measure, told
from simcap.analysis.sections import Label, evaluated, waits, zones_of
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

COUNTED = tuple(counting.COUNTS.names or ())


class Stations:
    """Each kind of station, its parts included, by place."""

    def __init__(self, spec: TallySpec, at: Layout):
        self.labels: list[Label] = []
        self.measures = told("stations")
        shown, stations, cells = [], [], []
        for kind, name in enumerate(at.kinds.names):
            mine = (at.station_kind == kind) | (at.station_whole == kind)
            kinds = np.unique(at.station_kind[mine])
            if (at.station_referral | at.station_unseen)[mine].any():
                continue
            has_hours = (at.marks["hours"][mine] != counting.ALWAYS).any()
            for place, zones in zones_of(spec, at).items():
                here = mine & zones[at.station_zone]
                if not here.any():
                    continue
                wide = place in ("all", *KINDS)
                shown.append(
                    [(m.by_zone or wide) and (has_hours or not m.hours) for m in self.measures]
                )
                stations.append(np.flatnonzero(here))
                cells.append((np.flatnonzero(zones) + kinds[:, None] * len(at.zones)).ravel())
                self.labels += [
                    (measure.name, place, f"station: {name}")
                    for measure, is_shown in zip(self.measures, shown[-1], strict=True)
                    if is_shown
                ]
        self.shown = np.array(shown, dtype=bool).reshape(len(shown), len(self.measures))
        self.stations, self.cells = Groups(stations), Groups(cells)
        self.hours = spec.end - spec.begin

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        columns = {name: self.stations.sum(counts.stations[name]) for name in COUNTED}
        columns |= {
            "not_balked": columns["joined"] - columns["balked"],
            "left_busy": columns["reneged"] - columns["left_closed"],
            "attended_closed": columns["attended"] - columns["attended_open"],
            "wait_sum_closed": columns["wait_sum"] - columns["wait_sum_open"],
            "hours": np.full(len(self.shown), self.hours),
            **waits(counts.waits, counts.unfinished, self.cells),
        }
        return evaluated(self.measures, "stations", columns)[self.shown]


class Desks:
    """Contacts, giving up, hotlines, crisis teams and referrals, by place."""

    FROM = {
        "every": {"contacts": "contacts"},
        "impatient": {
            "impatient": "joined",
            "impatient_left": "reneged",
            "impatient_left_closed": "left_closed",
        },
        "hotline": {
            "calls": "joined",
            "calls_eligible": "eligible",
            "calls_within": "within",
            "calls_left": "reneged",
            "calls_closed": "joined_closed",
        },
        "crisis": {
            "responses": "attended",
            "response_sum": "wait_sum",
            "responses_eligible": "eligible",
            "responses_within": "within",
        },
        "again": {"repeated": "contacts"},
        "referral": {"referrals": "referrals", "referrals_kept": "referrals_kept"},
    }
    """By role of stations: count here, count by station."""
    ALWAYS = ("every", "again", "referral")
    """Told even where there are no such stations."""

    def __init__(self, spec: TallySpec, at: Layout):
        roles = {
            "every": np.ones(len(at.station_role), bool),
            "impatient": at.station_impatient,
            "hotline": at.station_role == "hotline",
            "crisis": at.station_role == "crisis",
            "again": at.station_duplicate,
            "referral": at.station_referral,
        }
        places = zones_of(spec, at)
        self.sets = {
            role: Groups(
                [np.flatnonzero(mask & zones[at.station_zone]) for zones in places.values()]
            )
            for role, mask in roles.items()
            if mask.any() or role in self.ALWAYS
        }
        self.measures = self.countable("desks", COUNTED)
        self.labels: list[Label] = [
            (measure.name, place, "all") for place in places for measure in self.measures
        ]

    def countable(self, section: str, counted: tuple[str, ...]) -> list[Measure]:
        """The measures of ``section`` for which there are stations, and which rest on what is
        ``counted`` of them.
        """
        there = {
            count
            for role in self.sets
            for count, by_station in self.FROM[role].items()
            if by_station in counted
        }
        there |= {"impatient_left_busy"}
        return [
            measure
            for measure in told(section)
            if all(not part or part in there for part in measure.parts(section))
        ]

    def columns(self, stations: np.ndarray) -> dict[str, np.ndarray]:
        """The counts by place, from those by station."""
        columns = {
            here: self.sets[role].sum(stations[by_station])
            for role in self.sets
            for here, by_station in self.FROM[role].items()
            if by_station in (stations.dtype.names or ())
        }
        if "impatient_left_closed" in columns:
            columns["impatient_left_busy"] = (
                columns["impatient_left"] - columns["impatient_left_closed"]
            )
        return columns

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        return evaluated(self.measures, "desks", self.columns(counts.stations)).ravel()
