"""The section of the sheet on screenings: who was tested, who came positive, who has a file."""

from __future__ import annotations

import numpy as np

from simcap.analysis.groups import Groups
from simcap.analysis.layout import Layout
from simcap.analysis.measures import told
from simcap.analysis.sections import Label, evaluated, zones_of
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run


class Screenings:
    """The tests of the observed weeks together, by place; none where there are none."""

    def __init__(self, spec: TallySpec, at: Layout):
        places = zones_of(spec, at) if spec.screenings else {}
        ill = {need for test in spec.screenings for need in test.needs}
        falsely = {test.falsely for test in spec.screenings}
        tested = np.zeros(len(at.zones))
        for test in spec.screenings:
            tested[at.zones.at[test.zone]] += test.tested
        self.ill, self.falsely = (
            Groups([self._cells(at, needs, zones) for zones in places.values()])
            for needs in (ill, falsely)
        )
        self.tested, self.masks = tested, list(places.values())
        self.zones = Groups(
            [
                self._cells(at, ill | falsely, np.arange(len(at.zones)) == zone)
                for zone in range(len(at.zones))
            ]
        )
        self.measures = told("screening")
        self.labels: list[Label] = [
            (measure.name, place, "all") for place in places for measure in self.measures
        ]

    def _cells(self, at: Layout, needs: set[str], zones: np.ndarray) -> np.ndarray:
        """Those of the ``needs`` in these ``zones`` (need × zone)."""
        mine = np.array(sorted(at.needs.at[need] for need in needs if need in at.needs.at), int)
        return (mine[:, None] * len(at.zones) + np.flatnonzero(zones)).ravel()

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        if not self.labels:
            return np.empty(0)
        came = counts.residents["asked"] - counts.residents["found"]
        columns = {
            "tested": self._tested(came),
            "positive": self.ill.sum(came) + self.falsely.sum(came),
            "falsely_positive": self.falsely.sum(came),
            "files": self.ill.sum(np.minimum(counts.residents["any_contact"], came)),
        }
        return evaluated(self.measures, "screening", columns).ravel()

    def _tested(self, came: np.ndarray) -> np.ndarray:
        """Tested, by place; where a zone has a fraction of a person in need, and the replication
        one more, no fewer than came.
        """
        here = np.maximum(self.tested, self.zones.sum(came))
        return np.array([here[zones].sum() for zones in self.masks])
