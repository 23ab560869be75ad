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
        self.never = expected(spec, spec.needs, at, self.cells)

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        columns = outcomes(counts.outcomes(run), counts.residents, self.cells, self.never)
        return evaluated(self.measures, "episodes", columns).ravel()


def expected(
    spec: TallySpec, needs: tuple[NeedCell, ...], at: Layout, cells: Groups
) -> tuple[np.ndarray, np.ndarray]:
    """(those who never ask, how many of them recover by themselves), expected, summed over
    ``cells``.
    """
    never = never_asking(needs, at)
    share = np.repeat([by_itself(spec, need) for need in at.needs.names], len(at.zones))
    return cells.sum(never), cells.sum(never * share)


def outcomes(
    counted: np.ndarray, residents: np.ndarray, cells: Groups, never: tuple[np.ndarray, np.ndarray]
) -> dict[str, np.ndarray]:
    """The counts of the sections on outcomes, of what is ``counted`` (``episodes.OUTCOMES``) and of
    ``residents`` by (need × zone).
    """
    columns = {name: cells.sum(counted[name]) for name in OUTCOMES.names or ()}
    columns["asked"] = cells.sum(residents["asked"])
    columns["in_need"] = columns["asked"] + never[0]
    columns["recovered_in_need"] = columns["recovered"] + never[1]
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
