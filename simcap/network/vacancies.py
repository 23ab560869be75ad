"""Posts that fall empty and are filled again: which are there, in which replication."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from simcap.network import draws
from simcap.network.checks import Checks
from simcap.network.distributions import Deterministic, Exponential, as_distribution
from simcap.network.draws import name_key

Fate = tuple[int, int]
"""(seed, replication): what is drawn anew in each replication."""


@dataclass(frozen=True)
class Vacancies:
    """Each of ``posts`` is filled for a stay and empty for a gap, in turn, for ever: at time 0 it
    is empty with the chance gap ÷ (stay + gap), for what is left of a gap.

    ``posts`` may end in a fraction: the last post is that part of one. ``stays`` are exponential,
    a ``gap`` is exponential or always the same (a number of hours). What falls empty when is drawn
    for each replication by ``key`` and post: rosters with one key, such as the parts of one that is
    split, lose the same posts at the same times.
    """

    posts: float
    stays: Any
    gap: Any
    key: str

    def __post_init__(self):
        who = f"Vacancies({self.key!r})"
        object.__setattr__(self, "gap", as_distribution(self.gap, f"{who}: gap"))
        checks = Checks(who).name(key=self.key).positive(posts=self.posts)
        checks.true(
            isinstance(self.stays, Exponential),
            f"stays: Exponential wanted, got {self.stays!r}",
        )
        checks.true(
            isinstance(self.gap, (Deterministic, Exponential)) and self.gap.mean > 0,
            f"gap: Exponential, or hours above 0, wanted, got {self.gap!r}",
        )
        checks.true(
            not isinstance(self.posts, (int, float)) or self.posts <= 1e6,
            f"posts: at most a million wanted, got {self.posts!r}",
        ).done()

    @property
    def filled(self) -> Fraction:
        """The share of posts that is there in the long run, and on average at any time."""
        share = self.stays.mean / (self.stays.mean + self.gap.mean)
        return Fraction(share).limit_denominator(10**9)


@functools.lru_cache(maxsize=256)
def posts_there(
    vacancies: Vacancies, until: float, fate: Fate | None
) -> tuple[list[float], list[int], int]:
    """(hours at which the posts that are there change, how many there are from then on, how many
    there would be if all were filled), in equal parts of a post; without a ``fate`` as many as are
    there on average.
    """
    if fate is None:
        return [0.0], [vacancies.filled.numerator], vacancies.filled.denominator
    exact = Fraction(vacancies.posts).limit_denominator(10**9)
    whole, part = exact.denominator, exact.numerator
    changes: dict[float, int] = {0.0: 0}
    for post in range(math.ceil(exact)):
        weight = min(whole, part - post * whole)
        for at, there in _turns(vacancies, post, until, fate):
            changes[at] = changes.get(at, 0) + (weight if there else -weight)
    times, levels, level = sorted(changes), [], 0
    for at in times:
        level += changes[at]
        levels.append(level)
    return times, levels, part


def _turns(vacancies: Vacancies, post: int, until: float, fate: Fate) -> list[tuple[float, bool]]:
    """(hours, whether it is filled from then on) of one post; the first only if it is filled at
    time 0.
    """
    stay, gap = vacancies.stays.mean, vacancies.gap.mean
    empty, left, *_ = _uniforms(vacancies.key, post, 0, fate)
    there = empty > gap / (stay + gap)
    fixed = isinstance(vacancies.gap, Deterministic)
    at = gap * left if fixed and not there else -(stay if there else gap) * math.log(left)
    turns = [(0.0, True)] if there else []
    block = 1
    while at < until:
        for u in _uniforms(vacancies.key, post, block, fate):
            there = not there
            turns.append((at, there))
            at += gap if fixed and not there else -(stay if there else gap) * math.log(u)
        block += 1
    return turns


def _uniforms(key: str, post: int, block: int, fate: Fate) -> tuple:
    from simcap.network import jit

    return jit.compiled(draws).uniforms(*fate, name_key(key), post, draws.VACANCY, 0, block)
