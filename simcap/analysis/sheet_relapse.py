"""The section of the sheet on those who recovered after a course and may relapse."""

from __future__ import annotations

import numpy as np

from simcap.analysis.groups import Groups
from simcap.analysis.layout import Layout
from simcap.analysis.measures import told
from simcap.analysis.sections import Label, evaluated, zones_of
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run


class Relapses:
    """Who recovered, relapsed and came back in the window, by place; none where nobody may."""

    def __init__(self, spec: TallySpec, at: Layout):
        places = zones_of(spec, at) if at.station_recovered.any() else {}
        self.homes = Groups(
            [
                np.flatnonzero(at.station_recovered & zones[at.station_zone])
                for zones in places.values()
            ]
        )
        self.measures = told("relapse")
        self.labels: list[Label] = [
            (measure.name, place, "all") for place in places for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        if not self.labels:
            return np.empty(0)
        columns = {
            name: self.homes.sum(counts.stations[name])
            for name in ("recovered", "relapsed", "returned")
        }
        return evaluated(self.measures, "relapse", columns).ravel()
