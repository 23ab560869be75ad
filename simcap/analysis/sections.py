"""What all sections of a sheet share: places, waits, and how the table of measures is evaluated."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from simcap.analysis.groups import Groups
from simcap.analysis.histogram import quantiles
from simcap.analysis.layout import Layout
from simcap.analysis.measures import KINDS, Measure
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

Label = tuple[str, str, str]
"""(measure, place, group)."""


class Section(Protocol):
    """Some of the rows: their labels, and their values in a replication; ``filled`` are the values
    of the sections before.
    """

    labels: list[Label]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        """One value for each label."""


def zones_of(spec: TallySpec, at: Layout) -> dict[str, np.ndarray]:
    """The zones of each place, as a mask: of the district (what belongs to no zone included), of a
    kind of zone, of each zone.
    """
    places = {"all": np.ones(len(at.zones), bool)}
    for kind in KINDS:
        mask = np.array([k == kind for _, k, _ in spec.zones] + [False])
        if mask.any():
            places[kind] = mask
    for i, (zone, _, _) in enumerate(spec.zones):
        places[zone] = np.arange(len(at.zones)) == i
    return places


def over(part, whole) -> np.ndarray:
    """``part`` / ``whole``, NaN of nothing."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return np.where(whole != 0, part / whole, np.nan)


def evaluated(measures: list[Measure], section: str, columns: dict) -> np.ndarray:
    """(rows, measures): each of ``measures`` as the table says, from the counts in ``columns`` of
    ``section``.
    """
    values = []
    for measure in measures:
        part, whole = measure.parts(section)
        values.append(over(columns[part], columns[whole]) if whole else columns[part])
    return np.column_stack(values) if values else np.empty((0, 0))


def waits(attended: np.ndarray, unfinished: np.ndarray, cells: Groups) -> dict[str, np.ndarray]:
    """Medians and 90th percentiles, from histograms to be summed over ``cells``."""
    names = ("wait_median", "wait_p90", "wait_median_joined", "wait_p90_joined")
    return dict(zip(names, quantiles(attended, unfinished, cells, (0.5, 0.9)).T, strict=True))
