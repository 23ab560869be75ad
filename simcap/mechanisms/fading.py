"""Effects that begin on a date and fade by a half-life: what they make of a rate, and what blocks
say of them.

An effect fades continuously. A rate that follows it is told to the network as spans, on each of
which it is the curve's own mean; in a span the curve moves by no more than a hundredth, so that
neither how many come until any date nor when they come hangs on a grid of days or weeks.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from simcap.lang import _, listed
from simcap.mechanisms.checks import Fault
from simcap.scenario.blocks import Effect
from simcap.scenario.schema import Scenario, Zone

STEP = -math.log2(0.99)
"""Half-lives in which an effect fades by a hundredth."""
LEAST = 1e-7
"""The part of its size below which an effect is told as one span until the end."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(6)

Spans = tuple[tuple[float, float, float], ...]
"""(from, to, factor), in hours since the start."""


@dataclass(frozen=True)
class Fade:
    """An effect of ``size`` that begins ``at`` hours since the start, halves every ``half_life``
    hours (infinite: it stays) and is over at ``until``.
    """

    at: float
    size: float
    half_life: float = math.inf
    until: float = math.inf

    def __call__(self, t: np.ndarray) -> np.ndarray:
        """The effect at times ``t``."""
        faded = self.size * np.exp2(-np.maximum(t - self.at, 0.0) / self.half_life)
        return np.where((t >= self.at) & (t < self.until), faded, 0.0)


def total(fades: Iterable[Fade], t: np.ndarray) -> np.ndarray:
    """The sum of effects that add."""
    return sum((fade(t) for fade in fades), np.zeros_like(t))


def left(fades: Iterable[Fade], t: np.ndarray) -> np.ndarray:
    """What effects leave of 1 that each take a share of what the others leave."""
    share = np.ones_like(t)
    for fade in fades:
        share = share * (1 - fade(t))
    return share


def as_spans(
    curve: Callable[[np.ndarray], np.ndarray], fades: Sequence[Fade], times: Sequence[float]
) -> Spans:
    """``curve``, which moves with ``fades`` only, from the first to the last of ``times`` as spans
    whose factors are its means; none goes across one of ``times``, so that what is counted from one
    to another is exact.
    """
    edges = _edges(fades, times)
    starts, ends = edges[:-1], edges[1:]
    half = (ends - starts) / 2
    nodes = (starts + half)[:, None] + half[:, None] * NODES
    means = curve(nodes.ravel()).reshape(nodes.shape) @ WEIGHTS / 2
    return tuple(zip(starts.tolist(), ends.tolist(), means.tolist(), strict=True))


def _edges(fades: Sequence[Fade], times: Sequence[float]) -> np.ndarray:
    """The ``times`` and others, between which no effect begins or ends, nor fades by more than a
    hundredth.
    """
    begin, end = times[0], times[-1]
    fixed = {t for fade in fades for t in (fade.at, fade.until) if begin < t < end} | {*times}
    edges = []
    for start, until in itertools.pairwise(sorted(fixed)):
        at = start
        while at < until:
            edges.append(at)
            at = min(at + STEP * _shortest(fades, at), until)
            at = until if until - at < 1e-6 else at
    return np.array([*edges, end])


def _shortest(fades: Sequence[Fade], at: float) -> float:
    """The shortest half-life of the effects that are felt ``at`` this time."""
    felt = (
        fade.half_life
        for fade in fades
        if fade.at <= at < fade.until and at - fade.at < -math.log2(LEAST) * fade.half_life
    )
    return min(felt, default=math.inf)


# ---- effects that a block names ----------------------------------------------------------------


def reaches(needs: list[str], effect: Effect, need: str, zone: Zone) -> bool:
    """Whether ``effect``, of a block on ``needs``, is on this need and zone."""
    return need in (needs or [need]) and zone.zone in (effect.zones or [zone.zone])


def dated(scenario: Scenario, effect: Effect, size: float) -> Fade:
    """``effect`` in hours since the start."""
    at = 24.0 * (effect.from_ - scenario.start).days
    return Fade(at, size, effect.half_life or math.inf)


def late(scenario: Scenario, effect: Effect, path: tuple) -> Iterator[Fault]:
    """An ``effect`` that begins when the run is over."""
    if 24.0 * (effect.from_ - scenario.start).days >= scenario.horizon:
        yield path, _("a date within the run wanted, got {got}", got=effect.from_)


def where(effect: Effect) -> str:
    """The zones that it reaches, for a line of text."""
    return _(" in {zones}", zones=listed(effect.zones)) if effect.zones else ""


def fades(effect: Effect) -> str:
    """How it fades, for a line of text."""
    if effect.half_life is None:
        return ""
    return _(", half as many every {weeks:.3g} weeks", weeks=effect.half_life / 168)
