"""The residents on registers of a replication, batch by batch, into counts (``visited``)."""

from __future__ import annotations

import numpy as np

from simcap.analysis import visited
from simcap.analysis.layout import Layout
from simcap.analysis.spec import TallySpec
from simcap.network import jit


class Visited:
    """The residents on registers of one replication: ``add`` batches in order, then ``counts``."""

    def __init__(self, spec: TallySpec, at: Layout):
        self.map, self.number = at, years_of(spec)
        self.years = np.zeros(1, dtype=visited.YEARS)
        for name, value in (
            ("begin", spec.begin),
            ("end", spec.end),
            ("length", (spec.end - spec.begin) / self.number),
            ("slack", spec.register_visit),
            ("number", self.number),
        ):
            self.years[name] = value
        self.kernels = jit.compiled(visited)
        self.room = np.zeros(len(at.stream_register), dtype=np.int64)
        self.people = np.zeros(0, dtype=visited.PERSON)

    def add(self, visits: np.ndarray) -> None:
        """Note the visits of a batch that are of residents on a register."""
        mine = visits[self.map.stream_register[visits["stream"]]]
        if len(mine):
            self._make_room(mine)
            at = self.map
            self.kernels.note(
                self.years,
                at.marks["register"].copy(),
                at.station_interval,
                at.station_in_person,
                self._offset(),
                self.people,
                mine.view(np.dtype((np.record, visits.dtype))),
            )

    def counts(self, cell: np.ndarray, cells: int) -> dict[str, np.ndarray]:
        """``visited.COUNTED`` by cell; years of residents as residents in a mean year."""
        counted = np.zeros((len(visited.COUNTED), cells))
        self.kernels.end(self.years, cell, self._offset(), self.room, self.people, counted)
        counted[1:] /= self.number
        return dict(zip(visited.COUNTED, counted, strict=True))

    def _offset(self) -> np.ndarray:
        return np.cumsum(self.room) - self.room

    def _make_room(self, visits: np.ndarray) -> None:
        """Room for the residents of ``visits``, twice as much for a stream that has too little."""
        numbers = np.zeros(len(self.room), dtype=np.int64)
        np.maximum.at(numbers, visits["stream"], visits["resident"].astype(np.int64) + 1)
        if (numbers <= self.room).all():
            return
        room = np.where(numbers > self.room, np.maximum(2 * self.room, numbers), self.room)
        before, after = self._offset(), np.cumsum(room) - room
        people = np.zeros(int(room.sum()), dtype=visited.PERSON)
        people["last"] = np.nan
        people[np.arange(len(self.people)) + np.repeat(after - before, self.room)] = self.people
        self.room, self.people = room, people


def years_of(spec: TallySpec) -> int:
    """How many years the observed window is taken to be: at least one."""
    return max(1, round(spec.years))
