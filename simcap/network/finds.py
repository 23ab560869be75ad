"""Visits that may find somebody who waits elsewhere, unseen by all others."""

from __future__ import annotations

from dataclasses import dataclass

from simcap.network.checks import Checks


@dataclass(frozen=True, slots=True)
class Finds:
    """Each visit that is completed falls on one of ``among`` residents, each as likely as the
    others; those who wait ``at`` these stations (names) are some of them. If it falls on one of
    those, they are found with the probability ``share``: their wait is over with the outcome
    ``found``. Where more wait than ``among`` it falls on one of those who wait.
    """

    at: tuple[str, ...]
    among: float
    share: float = 1.0

    def __post_init__(self):
        at = (self.at,) if isinstance(self.at, str) else tuple(self.at)
        object.__setattr__(self, "at", at)
        checks = Checks("Finds").share(share=self.share).positive(among=self.among)
        checks.true(len(at) > 0, "at: at least one station wanted")
        checks.true(len(set(at)) == len(at), f"at: each station once wanted, got {list(at)}")
        for name in at:
            checks.name(at=name)
        checks.done()
