"""Sections of the sheet on outcomes: who begins a course, who recovers, how content residents are;
recovery and quality of life as lines in coverage.
"""

from __future__ import annotations

import numpy as np

from simcap.analysis.episodes import OUTCOMES
from simcap.analysis.groups import Groups
from simcap.analysis.layout import Layout
from simcap.analysis.measures import told
from simcap.analysis.recovery_table import by_itself
from simcap.analysis.sections import Label, evaluated, zones_of
from simcap.analysis.sheet_residents import Residents, never_asking
from simcap.analysis.spec import NeedCell, TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

OF_A_TABLE = ("recovery", "recovery_of_need")
"""Measures of residents that a recovery table is needed for."""


class Episodes:
    """The cohort by place and group, as in the section ``residents``, which comes first."""

    def __init__(self, spec: TallySpec, at: Layout, residents: Residents):
        self.measures = [
            measure
            for measure in told("episodes")
            if spec.recovery_rows or measure.name not in OF_A_TABLE
        ]
        self.labels: list[Label] = [
            (measure.name, *where) for where in residents.slices for measure in self.measures
        ]
        self.cells = residents.cells
        self.expected = Expected(spec, spec.needs, at)

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        columns = self.expected.columns(counts.outcomes(run), counts.residents, self.cells)
        return evaluated(self.measures, "episodes", columns).ravel()


class Expected:
    """What is expected of those who do not ask, by (need × zone): how many there are of whom
    nothing is simulated, and what share of those with a need recovers by itself.
    """

    def __init__(self, spec: TallySpec, needs: tuple[NeedCell, ...], at: Layout):
        self.never = never_asking(needs, at)
        share = [by_itself(spec, need) for need in at.needs.names]
        self.share = np.repeat(np.array(share, dtype=float), len(at.zones))

    def columns(
        self, counted: np.ndarray, residents: np.ndarray, cells: Groups
    ) -> dict[str, np.ndarray]:
        """The counts of the sections on outcomes, summed over ``cells``, of what is ``counted``
        (``episodes.OUTCOMES``) and of ``residents``.
        """
        columns = {name: cells.sum(counted[name]) for name in OUTCOMES.names or ()}
        silent = residents["silent"] + self.never
        columns["asked"] = cells.sum(residents["asked"])
        columns["in_need"] = columns["asked"] + cells.sum(silent)
        columns["recovered_in_need"] = columns["recovered"] + cells.sum(silent * self.share)
        return columns


class Lines:
    """Recovery, unless there is a table of it, and quality of life, from coverage of need, by
    place.
    """

    def __init__(self, spec: TallySpec, at: Layout, labels: list[Label]):
        places = list(zones_of(spec, at))
        self.coverage = [labels.index(("coverage_of_need", place, "all")) for place in places]
        self.lines = spec.recovery, spec.quality_of_life
        self.measures = [
            measure
            for measure in told("outcomes")
            if measure.name != "recovery" or not spec.recovery_rows
        ]
        self.labels: list[Label] = [
            (measure.name, place, "all") for place in places for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        recovery, quality = lines(*self.lines, filled[self.coverage])
        columns = {"recovery": recovery, "quality_of_life": quality}
        return evaluated(self.measures, "outcomes", columns).ravel()


def lines(
    recovery: tuple[float, float], quality: tuple[float, float], coverage: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(recovery, quality of life) at this ``coverage`` of need, of (base, slope) of each."""
    return recovery[0] + recovery[1] * coverage, quality[0] + quality[1] * coverage
