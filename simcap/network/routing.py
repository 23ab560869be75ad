"""Where a resident goes next: probabilities over stations or the shortest of some queues, each with
a hand-off delay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simcap.network.checks import Checks
from simcap.network.distributions import Deterministic, as_distribution

LEAVE = "leave"
"""The name that stands for leaving the network; no station may have it."""


@dataclass(frozen=True, slots=True)
class To:
    """One way on: to ``station`` (or ``LEAVE``) with ``probability`` after ``delay`` (a
    distribution or hours).
    """

    station: str
    probability: float = 1.0
    delay: Any = field(default_factory=lambda: Deterministic(0.0))

    def __post_init__(self):
        object.__setattr__(
            self, "delay", as_distribution(self.delay, f"To({self.station!r}): delay")
        )
        Checks(f"To({self.station!r})").name(station=self.station).share(
            probability=self.probability
        ).done()


@dataclass(frozen=True, slots=True)
class Routing:
    """Probabilities over ``options``; what they leave of 1 is the probability of leaving."""

    options: tuple[To, ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "options", tuple(self.options))
        total = math.fsum(option.probability for option in self.options)
        Checks("Routing").true(
            total <= 1 + 1e-9, f"probabilities with a sum of at most 1 wanted, got {total!r}"
        ).done()

    def stations(self) -> tuple[str, ...]:
        return tuple(option.station for option in self.options if option.station != LEAVE)


@dataclass(frozen=True, slots=True)
class Shortest:
    """The one of ``among`` with the fewest residents waiting (ties: the fewest waiting or attended;
    among equals, each is as likely, by the resident's own draw), after ``delay`` (a distribution or
    hours). Lengths are read when the resident is routed, not when they arrive there.
    """

    among: tuple[str, ...]
    delay: Any = field(default_factory=lambda: Deterministic(0.0))

    def __post_init__(self):
        object.__setattr__(self, "among", tuple(self.among))
        object.__setattr__(self, "delay", as_distribution(self.delay, "Shortest: delay"))
        checks = Checks("Shortest").true(len(self.among) > 0, "among: at least one station wanted")
        for name in self.among:
            checks.name(among=name)
        checks.done()

    def stations(self) -> tuple[str, ...]:
        return self.among


def as_routing(value, who: str) -> Routing | Shortest:
    """A ``Routing`` from what a person may write: a station's name, {name: probability or To}, a
    ``To``, a list of ``To``.
    """
    if isinstance(value, (Routing, Shortest)):
        return value
    if isinstance(value, str):
        return Routing((To(value),))
    if isinstance(value, To):
        return Routing((value,))
    if isinstance(value, Mapping):
        return Routing(tuple(_option(name, option, who) for name, option in value.items()))
    checks = Checks(who)
    checks.true(
        isinstance(value, (list, tuple)) and all(isinstance(option, To) for option in value),
        f"a station's name, {{name: probability}}, To, Routing or Shortest wanted, got {value!r}",
    ).done()
    return Routing(tuple(value))


def _option(name: str, option, who: str) -> To:
    if isinstance(option, To):
        Checks(who).true(
            option.station == name, f"{name!r} is given a way to {option.station!r}"
        ).done()
        return option
    return To(name, option)
