"""The appointments of a pool with slots, as the SimPy engine keeps them."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from simcap.network import rules
from simcap.network.resolved import Access


class Booking(NamedTuple):
    """Who has it is attended by ``access`` at the moment ``at``, that of the ``place``-th slot;
    ``kept`` if it is a place for the urgent.
    """

    access: Access
    place: int
    at: int
    kept: bool = False


class Book:
    """What is left of the slots of a pool. Those before ``full`` are taken: for the routine, for
    the urgent.
    """

    def __init__(self, times, places, kept):
        self.times, self.places, self.kept = times.tolist(), places.tolist(), kept.tolist()
        self.full = [0, 0]

    def earliest(self, at: int, urgent: bool) -> int | None:
        """The first slot from ``at`` on with a place, or None."""
        place = max(bisect_left(self.times, at), self.full[urgent])
        from_full = place == self.full[urgent]
        while place < len(self.times) and not rules.may_be_booked(
            urgent, self.places[place], self.kept[place]
        ):
            place += 1
        if from_full:
            self.full[urgent] = place
        return place if place < len(self.times) else None

    def take(self, booking: Booking, urgent: bool) -> Booking:
        """``booking``, made: the urgent have the places kept for them first."""
        kept = urgent and self.kept[booking.place] > 0
        (self.kept if kept else self.places)[booking.place] -= 1
        return booking._replace(kept=kept)

    def give_back(self, booking: Booking) -> None:
        """The place is free for whoever is booked next."""
        (self.kept if booking.kept else self.places)[booking.place] += 1
        self.full = [min(full, booking.place) for full in self.full]
