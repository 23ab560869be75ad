"""Sections of the sheet on when residents join, and on further targets."""

from __future__ import annotations

import math

import numpy as np

from simcap.analysis import counting
from simcap.analysis.groups import Groups
from simcap.analysis.histogram import quantiles
from simcap.analysis.layout import Layout
from simcap.analysis.measures import told
from simcap.analysis.sections import Label, evaluated, zones_of
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Periods:
    """The kinds of station that are told by when residents join."""

    def __init__(self, spec: TallySpec, at: Layout):
        names = {
            "hour": [f"{hour:02d}" for hour in range(24)],
            "weekday": list(WEEKDAYS),
            "quarter": list(at.quarters),
        }
        observed = at.dates[int(spec.begin // 24) : math.ceil(spec.end / 24), 1] - counting.QUARTER
        begins = {"hour": 0, "weekday": counting.WEEKDAY, "quarter": counting.QUARTER}
        each, rows, self.labels = counting.QUARTER + len(at.quarters), [], list[Label]()
        self.measures = told("periods")
        for name, periods in spec.by_arrival:
            for period in periods:
                for i, called in enumerate(names[period]):
                    if period == "quarter" and i not in observed:
                        continue
                    rows.append(each * at.periods.at[name] + begins[period] + i)
                    group = f"station: {name}, {period}: {called}"
                    self.labels += [(measure.name, "all", group) for measure in self.measures]
        self.rows = Groups([np.array([row], dtype=np.int64) for row in rows])

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        columns = {
            name: self.rows.sum(counts.periods[name]) for name in counting.PERIOD.names or ()
        }
        columns["not_balked"] = columns["joined"] - columns["balked"]
        attended = counts.period_waits  # whose quantiles come first; those censored are not told
        columns["wait_p90"] = quantiles(attended, attended, self.rows, (0.9,))[:, 0]
        return evaluated(self.measures, "periods", columns).ravel()


class Targets:
    """Further targets, of what is held against them, by place."""

    def __init__(self, spec: TallySpec, at: Layout):
        self.measures, self.labels = told("targets"), list[Label]()
        of_stations, of_streams = [], []
        for i, target in enumerate(spec.targets):
            for place, zones in zones_of(spec, at).items():
                found = [
                    np.flatnonzero((targets == i) & zones[np.repeat(zone, np.diff(first))])
                    for (targets, first), zone in (
                        (at.station_checks, at.station_zone),
                        (at.stream_checks, at.stream_zone),
                    )
                ]
                if len(found[0]) or len(found[1]):
                    of_stations.append(found[0])
                    of_streams.append(found[1])
                    self.labels += [
                        (measure.name, place, f"target: {target.name}") for measure in self.measures
                    ]
        self.of_stations, self.of_streams = Groups(of_stations), Groups(of_streams)

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        columns = {
            name: self.of_stations.sum(counts.checks[name])
            + self.of_streams.sum(counts.resident_checks[name])
            for name in ("eligible", "within")
        }
        return evaluated(self.measures, "targets", columns).ravel()
