"""Who asks for help, as it moves with time; and who is brought that would not have asked.

Of those whose need begins at a time, the share who ask is

    min(1, base + Σ lifts) × Π factors × Π (1 − stigma × Π (1 − reductions))

with lifts in percentage points and reductions as shares of a stigma, each with a date and a
half-life (``mechanisms.fading``). Who asks anyhow comes in the same stream as ever; whom the
effects of one name bring comes in a stream of that name, so that they only add residents. Each of
several ``Brought`` acts on those who do not ask, independently of the others: who would be brought
by two comes once, by either in proportion to their shares.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from simcap.building.arrangement import asked, reached
from simcap.mechanisms.contract import Brought, Lift, Stigma
from simcap.mechanisms.fading import Fade, Spans, as_spans, left, total
from simcap.scenario.schema import Audience, Scenario, Zone


@dataclass(frozen=True)
class Asking:
    """The share who ask as a curve of time: ``base`` before lifts and stigma, ``factor`` of what
    mechanisms multiply it by.
    """

    base: float
    factor: float
    lifts: tuple[Lift, ...]
    stigmas: tuple[Stigma, ...]

    def __call__(self, t: np.ndarray) -> np.ndarray:
        """The share at times ``t``, in hours since the start."""
        share = np.minimum(1.0, self.uncut(t)) * self.factor
        for stigma in self.stigmas:
            fades = [reduction.fade for reduction in stigma.reductions]
            share = share * (1 - stigma.share * left(fades, t))
        return share

    def uncut(self, t: np.ndarray) -> np.ndarray:
        """Base and lifts, which may be more than 1."""
        return self.base + total([lift.fade for lift in self.lifts], t)

    @property
    def effects(self) -> tuple[Lift, ...]:
        """All that begins on a date."""
        return (*self.lifts, *(lift for stigma in self.stigmas for lift in stigma.reductions))

    @property
    def fades(self) -> tuple[Fade, ...]:
        return tuple(effect.fade for effect in self.effects)

    def names(self) -> list[str]:
        """The names of its effects, in the order in which they begin."""
        first = {e.name: e.fade.at for e in sorted(self.effects, key=lambda e: -e.fade.at)}
        return sorted(first, key=lambda name: (first[name], name))

    def only(self, names: list[str]) -> Asking:
        """The same with no effects but those of ``names``."""

        def kept(effects: tuple[Lift, ...]) -> tuple[Lift, ...]:
            return tuple(effect for effect in effects if effect.name in names)

        stigmas = (replace(s, reductions=kept(s.reductions)) for s in self.stigmas)
        return replace(self, lifts=kept(self.lifts), stigmas=tuple(stigmas))


@dataclass(frozen=True)
class Added:
    """Whom ``name`` adds to those who come by ``station``: ``part`` of a share of all in need that
    moves with time, as ``spans`` of the run, or as a ``curve``. ``found``: they would not have
    asked.
    """

    name: str
    station: str
    part: float
    spans: Spans
    curve: Callable[[np.ndarray], np.ndarray]
    found: bool

    def at(self, t: float) -> float:
        """The share of all in need at time ``t``."""
        return self.part * float(self.curve(np.array([t]))[0])


def asking_of(scenario: Scenario, need: str, zone: Zone) -> Asking:
    """The share who ask of those in ``zone`` whose ``need`` begins."""
    spec = scenario.needs[need]
    factor = math.prod(
        answer(scenario, block, need, zone) for answer, block in asked(scenario, "asks")
    )
    lifts = _of_all(scenario, "lifts", need, zone)
    stigmas = _of_all(scenario, "stigma", need, zone)
    return Asking(spec.seeks_help[zone.kind], factor, lifts, stigmas)


def _of_all(scenario: Scenario, question: str, need: str, zone: Zone) -> tuple:
    """The answers of all mechanisms, one after the other."""
    found = (
        each
        for answer, block in asked(scenario, question)
        for each in answer(scenario, block, need, zone)
    )
    return tuple(found)


def added(scenario: Scenario, need: str, zone: Zone) -> Iterator[Added]:
    """All who come besides those who ask anyhow."""
    spec = scenario.needs[need]
    if spec.register_ is not None or isinstance(spec, Audience):
        return
    asking, before = asking_of(scenario, need, zone), list[str]()
    times = _times_told(scenario)
    enters = [(s, part * reached(scenario, s, zone)) for s, part in spec.enters_by.items() if part]
    for name in asking.names():
        more = More(asking.only(before), asking.only([*before, name]))
        spans = _spans(more, times)
        if any(share for _, _, share in spans):
            for station, part in enters:
                yield Added(name, station, part, spans, more, False)
        before.append(name)
    silent = Silent(asking, math.fsum(part for _, part in enters))
    for each, share in shared_finds(_of_all(scenario, "brings", need, zone)).items():
        if share:
            yield Added(each.name, each.station, share, _spans(silent, times), silent, True)


def silent(scenario: Scenario, need: str, zone: Zone) -> Added:
    """Those who do not ask and whom nothing brings at once."""
    spec, asking = scenario.needs[need], asking_of(scenario, need, zone)
    entering = math.fsum(part * reached(scenario, s, zone) for s, part in spec.enters_by.items())
    curve = Silent(asking, entering)
    brought = math.fsum(shared_finds(_of_all(scenario, "brings", need, zone)).values())
    return Added("", "", 1 - brought, _spans(curve, _times_told(scenario)), curve, False)


@dataclass(frozen=True)
class More:
    """The share by which ``now`` is above ``before``."""

    before: Asking
    now: Asking

    def __call__(self, t: np.ndarray) -> np.ndarray:
        return np.maximum(self.now(t) - self.before(t), 0.0)

    @property
    def fades(self) -> tuple[Fade, ...]:
        return self.now.fades


@dataclass(frozen=True)
class Silent:
    """The share who do not ask; of those who would, ``entering`` do enter."""

    asking: Asking
    entering: float

    def __call__(self, t: np.ndarray) -> np.ndarray:
        return 1 - self.entering * self.asking(t)

    @property
    def fades(self) -> tuple[Fade, ...]:
        return self.asking.fades


@lru_cache(maxsize=256)
def _spans(curve: More | Silent, times: tuple[float, ...]) -> Spans:
    return as_spans(curve, curve.fades, times)


def shared_finds(brought: tuple[Brought, ...]) -> dict[Brought, float]:
    """The share of those who do not ask that each brings, who are independent of each other."""
    if len(brought) <= 1:
        return {each: each.share for each in brought}
    given = math.fsum(each.share for each in brought)
    found = 1 - math.prod(1 - each.share for each in brought)
    return {each: found * each.share / given if given else 0.0 for each in brought}


def _times_told(scenario: Scenario) -> tuple[float, ...]:
    """The beginning and end of the run and of the observed weeks."""
    begin = scenario.warm_up
    return tuple(sorted({0.0, begin, begin + scenario.observe, scenario.horizon}))


def cut(scenario: Scenario) -> Iterator[str]:
    """A sentence for each need and zone where lifts and base come to more than 100 %."""
    for name, need in scenario.needed().items():
        for zone in scenario.zones if need.register_ is None else ():
            curve = asking_of(scenario, name, zone)
            begun = {max(0.0, lift.fade.at) for lift in curve.lifts}
            times = np.array(sorted(t for t in begun if t < scenario.horizon))
            shares = curve.uncut(times)
            for at in np.flatnonzero(shares > 1 + 1e-9)[:1].tolist():
                date = scenario.start + datetime.timedelta(hours=float(times[at]))
                yield (
                    f"needs.{name}: in {zone.zone} {shares[at]:.0%} would ask for help from"
                    f" {date} on: cut to 100 %"
                )
