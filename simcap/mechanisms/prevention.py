"""Prevention: lectures and courses after which needs begin less often.

Source: seed 001 §4.5.1 (prevention in schools, at work, in the community; courses by age), seed 002
一(五) (too little prevention), seed 003 一(四) (60 lectures for 3,000 students, 70 on stress for
3,000 workers). None says what they prevent; assumed: persons reached are random residents of the
zone, attendances ÷ times each comes, reached evenly over the meetings of a series. Their needs
begin a share less often, which fades by half-lives from then on, or ends on a date. Series reach
independently of each other, and twice is no better than once: who has been reached by several is
helped by the one that helps most at that moment.

With fₛ(x, t) the share of residents whom series s reached and for whom needs begin at t more than x
less often, they begin 1 − ∫ (1 − Πₛ (1 − fₛ(x, t))) dx times as often: told as spans with the exact
mean of each (``fading``), a wave as it is on its date.

Meetings are held by staff of a named pool, ahead of other work: attendances are counted by the
head, hours by the meeting. The audience is in no need, and no contact.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    COLUMN,
    NEED,
    PATHWAY,
    POOL,
    STATION,
    Fault,
    Made,
    Name,
    between,
    listed,
)
from simcap.mechanisms.contract import ELSEWHERE
from simcap.mechanisms.fading import Fade, as_spans, total
from simcap.network.groups import MOST_TOGETHER
from simcap.scenario.blocks import Prevention
from simcap.scenario.fields import Time, clock
from simcap.scenario.schema import (
    Audience,
    GroupSpec,
    Scenario,
    Seat,
    StationSpec,
    Zone,
)

AHEAD = -ELSEWHERE // 2
"""The priority of a meeting: before the other work of who holds it, but for colleagues of another
zone, whose own residents come first.
"""
POPULATION = "population"
"""The column of all residents, who may have any need."""

Series = tuple[float, tuple[Fade, ...]]
"""The share of residents whom each meeting of a series reaches, and what it does for them."""


# ---- needs ---------------------------------------------------------------------------------------


def incidence(
    scenario: Scenario, block: Prevention, need: str, zone: Zone
) -> tuple[tuple[float, float, float], ...]:
    """(from, to, factor) of the needs that begin: what all series make of them together, told by
    the first of them.
    """
    blocks = scenario.mechanisms.on("prevention")
    if block.nth != blocks[0].nth:
        return ()
    lowered = Lowered(
        tuple(
            _series(scenario, each, zone)
            for each in blocks
            if each.meetings and each.lowers and _holds(scenario, each, need, zone)
        )
    )
    wave = scenario.needs[need].wave
    if wave is None:
        observed = scenario.warm_up + scenario.observe
        times = {0.0, scenario.warm_up, observed, scenario.horizon}
        return _spans(lowered, tuple(sorted(times)))
    waves = wave.hours(scenario.start, scenario.horizon)
    factors = ((at, 1 - lowered.at(at)) for at in waves)
    return tuple((at, at + 1.0, factor) for at, factor in factors if factor != 1)


def _holds(scenario: Scenario, block: Prevention, need: str, zone: Zone) -> bool:
    mine = need in block.needs or not block.needs
    return mine and zone in zones_of(scenario, block)


def zones_of(scenario: Scenario, block: Prevention) -> list[Zone]:
    """Where the meetings are, and those who are reached."""
    return [
        zone
        for zone in scenario.zones
        if not block.zones or zone.zone in block.zones or zone.kind in block.zones
    ]


def _series(scenario: Scenario, block: Prevention, zone: Zone) -> Series:
    end = math.inf if block.until is None else 24.0 * (block.until - scenario.start).days
    half_life = block.half_life or math.inf
    fades = (Fade(at, block.lowers, half_life, end) for at in held(scenario, block))
    return persons(block) / block.meetings / zone.numbers[block.of], tuple(fades)


def persons(block: Prevention) -> float:
    """How many different residents of a zone a series reaches."""
    return block.meetings * block.audience / block.come


def held(scenario: Scenario, block: Prevention) -> list[float]:
    """Hours since the start at which the meetings begin."""
    first = 24.0 * (block.from_ - scenario.start).days + clock(block.at)
    return [first + k * block.every for k in range(block.meetings)]


@dataclass(frozen=True)
class Lowered:
    """By how much needs begin less often, as a curve of time."""

    series: tuple[Series, ...]

    def __call__(self, t: np.ndarray) -> np.ndarray:
        """At times ``t``, in hours since the start; the residents of one series are different."""
        if len(self.series) == 1:
            share, fades = self.series[0]
            return share * total(fades, t)
        return np.array([self.at(float(each)) for each in t])

    def at(self, t: float) -> float:
        """The mean over residents of the greatest of what the series do for them."""
        now = np.array([t])
        found = [
            (share, np.sort([fade(now)[0] for fade in fades if fade.at <= t < fade.until]))
            for share, fades in self.series
        ]
        levels = np.unique(np.concatenate([np.empty(0), *(values for _, values in found)]))
        missed = np.ones(len(levels))
        for share, values in found:
            missed *= 1 - share * (len(values) - np.searchsorted(values, levels))
        return float(np.dot(np.diff(levels, prepend=0.0), 1 - missed))


@lru_cache(maxsize=256)
def _spans(lowered: Lowered, times: tuple[float, ...]) -> tuple[tuple[float, float, float], ...]:
    fades = [fade for _, fades in lowered.series for fade in fades]
    found = as_spans(lowered, fades, times)
    return tuple((begin, end, 1 - mean) for begin, end, mean in found if mean)


# ---- meetings ------------------------------------------------------------------------------------


def rewritten(scenario: Scenario, block: Prevention) -> Scenario:
    """``scenario`` with the meetings as a station of their own, to which its audience comes."""
    batches = tuple((at, float(block.audience)) for at in held(scenario, block) if at >= 0)
    if not batches:
        return scenario
    audience = Audience.model_construct(
        group=block.of,
        severity="",
        in_need=0.0,
        enters_by={block.called: 1.0},
        pathway=block.called,
        batches={zone.zone: batches for zone in zones_of(scenario, block)},
        source=block.source,
    )
    station = StationSpec.model_construct(
        pools=[Seat.model_construct(pool=block.pool, priority=AHEAD)] if block.pool else [],
        service_time=Time.model_construct(fixed=block.time),
        group=GroupSpec.model_construct(size=block.audience),
        source=block.source,
    )
    return scenario.model_copy(
        update={
            "needs": {**scenario.needs, block.called: audience},
            "stations": {**scenario.stations, block.called: station},
            "pathways": {**scenario.pathways, block.called: {}},
        }
    )


def makes(scenario: Scenario, block: Prevention) -> Iterator[Made]:
    """The station of the meetings, its pathway, and who comes there."""
    return ((kind, block.called) for kind in (STATION, PATHWAY, NEED))


def names(block: Prevention) -> Iterator[Name]:
    """The column, the needs and the pool."""
    yield ("of",), COLUMN, block.of
    yield from listed("needs", NEED, block.needs)
    if block.pool is not None:
        yield ("pool",), POOL, block.pool


def faults(scenario: Scenario, block: Prevention) -> Iterator[Fault]:
    """A need, a zone or a pool that does not fit; more persons than residents; times that do not
    fit each other.
    """
    for other in scenario.mechanisms.on("prevention"):
        if other.called == block.called and other.nth < block.nth:
            yield ("called",), _("a name of its own wanted, got {got!r} twice", got=block.called)
    yield from _wrong_needs(scenario, block)
    known = {name for zone in scenario.zones for name in (zone.zone, zone.kind)}
    for i, name in enumerate(block.zones):
        if name not in known:
            yield ("zones", i), _("a zone, or a kind of zone, wanted, got {got!r}", got=name)
    for zone in zones_of(scenario, block):
        if persons(block) > zone.numbers[block.of] * (1 + 1e-9):
            yield (
                ("audience",),
                _(
                    "at most the {there:,.10g} residents of {zone} ({of}) wanted, got"
                    " {got:,.10g} persons",
                    there=zone.numbers[block.of],
                    zone=zone.zone,
                    of=block.of,
                    got=persons(block),
                ),
            )
    if block.audience > MOST_TOGETHER:
        yield (
            ("audience",),
            _("at most {most:,} at a meeting wanted", most=MOST_TOGETHER),
        )
    if block.meetings > 1 and block.every == 0:
        yield ("every",), _("a time above 0 between meetings wanted, got 0")
    if block.until is not None and block.until <= block.from_:
        yield (
            ("until",),
            _("a day after {from_} wanted, got {got}", from_=block.from_, got=block.until),
        )
    if block.meetings and held(scenario, block)[0] >= scenario.horizon:
        yield ("from",), _("a day within the run wanted, got {got}", got=block.from_)
    if block.pool is not None and not scenario.pools[block.pool].roster:
        yield ("pool",), _("a pool with a roster wanted, got {got!r}", got=block.pool)


def _wrong_needs(scenario: Scenario, block: Prevention) -> Iterator[Fault]:
    """Registers; needs of others than those of whom some are reached."""
    for i, name in enumerate(block.needs):
        if scenario.needs[name].register_ is not None:
            yield ("needs", i), _("a need that begins wanted, got a register")
    for name in (block.needs or scenario.needs) if block.of != POPULATION else ():
        if scenario.needs[name].group != block.of:
            yield (
                ("needs",),
                _(
                    "needs of {of}, of whom some are reached, wanted, got {got!r} of {group}",
                    of=block.of,
                    got=name,
                    group=scenario.needs[name].group,
                ),
            )


def described(scenario: Scenario, block: Prevention) -> str:
    """One line for ``simcap show``."""
    zones = zones_of(scenario, block)
    shares = [persons(block) / zone.numbers[block.of] for zone in zones if zone.numbers[block.of]]
    low, high = (f"{least(shares, default=0.0):.1%}" for least in (min, max))
    said = _(
        "{name}: {meetings} meetings of {audience} in {number} zones from {date} on, {hours:g} h"
        " each by {pool}; of the {share} of {column} whom they reach, {needs} begin {lowers:.0%}"
        " less often",
        name=block.called,
        meetings=block.meetings,
        audience=block.audience,
        number=len(zones),
        date=block.from_,
        hours=block.time,
        pool=block.pool or _("people from outside"),
        share=between(low, high),
        column=block.of,
        needs=lang.listed(block.needs) or _("all needs"),
        lowers=block.lowers,
    )
    if block.half_life:
        said += _(", half as much after {days:g} days", days=block.half_life / 24)
    return said + (_(", until {date}", date=block.until) if block.until else "")
