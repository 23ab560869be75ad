"""Whether the warm-up was long enough: MSER-5 on the queues of the baseline, from the first
day on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcap.analysis.statistics import mser5
from simcap.scenario.units import say_hours
from simcap.study.running import Replicated

MATERIAL = 5.0
"""Residents waiting, on average, below which a queue is not worth a warning."""


@dataclass(frozen=True)
class Advice:
    """``queues`` are, by staff, the numbers waiting at each midnight (replications × midnights),
    ``days`` the warm-up in days that MSER-5 advises from their mean, None where the queue was still
    on the move over more than half of the time. ``warm_up`` is the one that was set, in days.
    """

    queues: dict[str, np.ndarray]
    days: dict[str, int | None]
    warm_up: float

    @property
    def warnings(self) -> list[str]:
        """A sentence for each staff with a queue to speak of whose warm-up was too short."""
        return [
            f"{staff}: a warm-up of {say_hours(24.0 * days)} advised (MSER-5),"
            f" {say_hours(24 * self.warm_up)} set"
            for staff, days in self.days.items()
            if days is not None and days > self.warm_up and self.queues[staff].mean() >= MATERIAL
        ]


def advice(done: Replicated) -> Advice | None:
    """The advice from the baseline, or, where there is none, from the first design point; None if
    nothing was finished there.
    """
    experiment = done.experiment
    wanted = experiment.at_baseline
    cell = next((cell for cell in done.cells if cell.point == wanted and cell.records), None)
    if cell is None:
        return None
    numbers = [number for number in sorted(cell.records) if number < (cell.used or cell.wanted)]
    stacked = np.array([done.record(cell.records[number]).queues for number in numbers])
    queues = {
        staff: stacked[:, i]
        for i, staff in enumerate(cell.staff)
        if staff and stacked[:, i].max() > 0
    }
    days = {staff: mser5(series.mean(axis=0)) for staff, series in queues.items()}
    return Advice(queues, days, experiment.scenarios[wanted].warm_up / 24)
