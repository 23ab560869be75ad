"""Prevention: lectures and courses after which needs begin less often.

Source: seed 001 §4.5.1 (prevention in schools, at work, in the community; courses by age), seed 002
一(五) (too little prevention), seed 003 一(四) (60 lectures for 3,000 students, 70 on stress for
3,000 workers). None says what they prevent; assumed: persons reached are random residents of the
zone, attendances ÷ times each comes, reached evenly over the meetings of a series. Their needs
begin a share less often, which fades by half-lives from then on, or ends on a date. Series reach
independently of each other, and twice is no better than once: who has been reached by several is
helped by the one that helps most at that moment.

With fₛ(x, t) the share of residents whom series s reached and for whom needs begin at t more than x
less often, they begin 1 − ∫ (1 − Πₛ (1 − fₛ(x, t))) dx times as often. Between meetings that is
given as spans with its exact mean on each, none of which it moves by more than ``STEP``; a wave
has its very value on its date.

Meetings are held by staff of a named pool, ahead of other work: attendances are counted by the
head, hours by the meeting. The audience is in no need, and no contact.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator

import numpy as np

from simcap.mechanisms.checks import (
    COLUMN,
    NEED,
    PATHWAY,
    POOL,
    STATION,
    Fault,
    Made,
    Name,
    listed,
)
from simcap.mechanisms.contract import ELSEWHERE
from simcap.network.groups import MOST_TOGETHER
from simcap.scenario.blocks import Prevention
from simcap.scenario.calendar import hours_of_date
from simcap.scenario.fields import Time, clock
from simcap.scenario.schema import (
    Audience,
    GroupSpec,
    Scenario,
    Seat,
    StationSpec,
    Zone,
)

POPULATION = "population"
STEP = 1e-3
"""By how much the factor may move within one span, whose mean is exact."""
NODES, WEIGHTS = np.polynomial.legendre.leggauss(8)

Series = tuple[tuple[float, ...], float, float, float, float]
"""(hours of its meetings, share of residents reached at each, by how much needs begin less often,
half-life, when it ends).
"""


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
    series = tuple(
        sorted(
            _series(scenario, each, zone)
            for each in blocks
            if each.meetings and each.lowers and _holds(scenario, each, need, zone)
        )
    )
    wave = scenario.needs[need].wave
    if wave is None:
        return _spans(series, scenario.horizon)
    dates = hours_of_date(wave.on, scenario.start, scenario.horizon)
    factors = ((at, 1 - _lowered(series, at, at)) for at in dates)
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
    ends = math.inf if block.until is None else 24.0 * (block.until - scenario.start).days
    share = persons(block) / block.meetings / zone.numbers[block.of]
    half_life = math.inf if block.half_life is None else block.half_life
    return tuple(dates(scenario, block)), share, block.lowers, half_life, ends


def persons(block: Prevention) -> float:
    """How many different residents of a zone a series reaches."""
    return block.meetings * block.audience / block.come


def dates(scenario: Scenario, block: Prevention) -> list[float]:
    """Hours since the start at which the meetings begin."""
    first = 24.0 * (block.from_ - scenario.start).days + clock(block.at)
    return [first + k * block.every for k in range(block.meetings)]


@functools.lru_cache(maxsize=4096)
def _spans(series: tuple[Series, ...], horizon: float) -> tuple[tuple[float, float, float], ...]:
    """(from, to, mean factor), as fine as the factor moves; where it is 1, none."""
    moments = {at for times, *_, end in series for at in (*times, end)}
    edges = sorted({0.0, horizon, *(at for at in moments if 0 < at < horizon)})
    left = list(itertools.pairwise(edges))[::-1]
    spans = []
    while left:
        begin, end = left.pop()
        before, after = (_lowered(series, at, begin) for at in (begin, end))
        if before - after > STEP:
            middle = (begin + end) / 2
            left += [(middle, end), (begin, middle)]
        elif before > 0:
            mean = before if before == after else _mean(series, begin, end)
            spans.append((begin, end, 1 - mean))
    return tuple(spans)


def _mean(series: tuple[Series, ...], begin: float, end: float) -> float:
    """The mean of what is lowered from ``begin`` to ``end``, between which nothing begins."""
    half, middle = (end - begin) / 2, (begin + end) / 2
    values = [_lowered(series, middle + half * node, begin) for node in NODES]
    return float(np.dot(WEIGHTS, values)) / 2


def _lowered(series: tuple[Series, ...], at: float, as_of: float) -> float:
    """By how much needs begin less often at ``at``, by the meetings begun and the series not ended
    ``as_of`` a time not later: the mean of the greatest of what the series do for a resident.
    """
    found = [
        (lowers * 0.5 ** ((at - np.array(begun)) / half_life), share)
        for times, share, lowers, half_life, end in series
        if as_of < end and (begun := [time for time in times if time <= as_of])
    ]
    if not found:
        return 0.0
    levels = np.unique(np.concatenate([values for values, _ in found]))
    missed = np.ones(len(levels))
    for values, share in found:
        missed *= 1 - share * (len(values) - np.searchsorted(np.sort(values), levels))
    return float(np.dot(np.diff(levels, prepend=0.0), 1 - missed))


# ---- meetings ------------------------------------------------------------------------------------


def rewritten(scenario: Scenario, block: Prevention) -> Scenario:
    """``scenario`` with the meetings as a station of their own, to which its audience comes."""
    batches = tuple((at, float(block.audience)) for at in dates(scenario, block) if at >= 0)
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
        pools=[Seat.model_construct(pool=block.pool, priority=-ELSEWHERE)] if block.pool else [],
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
    """The station of the meetings, and its pathway."""
    yield from ((STATION, block.called), (PATHWAY, block.called))


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
    if block.called in scenario.needs:
        yield ("called",), f"a name that no need has wanted, got {block.called!r}"
    yield from _wrong_needs(scenario, block)
    known = {name for zone in scenario.zones for name in (zone.zone, zone.kind)}
    for i, name in enumerate(block.zones):
        if name not in known:
            yield ("zones", i), f"a zone, or a kind of zone, wanted, got {name!r}"
    for zone in zones_of(scenario, block):
        if persons(block) > zone.numbers[block.of] * (1 + 1e-9):
            yield (
                ("audience",),
                f"at most the {zone.numbers[block.of]:,.10g} residents of {zone.zone} ({block.of})"
                f" wanted, got {persons(block):,.10g} persons",
            )
    if block.audience > MOST_TOGETHER:
        yield ("audience",), f"at most {MOST_TOGETHER:,} at a meeting wanted"
    if block.meetings > 1 and block.every == 0:
        yield ("every",), "a time above 0 between meetings wanted, got 0"
    if block.until is not None and block.until <= block.from_:
        yield ("until",), f"a day after {block.from_} wanted, got {block.until}"
    if block.meetings and dates(scenario, block)[0] >= scenario.horizon:
        yield ("from",), f"a day within the run wanted, got {block.from_}"
    if block.pool is not None and not scenario.pools[block.pool].roster:
        yield ("pool",), f"a pool with a roster wanted, got {block.pool!r}"


def _wrong_needs(scenario: Scenario, block: Prevention) -> Iterator[Fault]:
    """Registers; needs of others than those of whom some are reached."""
    for i, name in enumerate(block.needs):
        if scenario.needs[name].register_ is not None:
            yield ("needs", i), "a need that begins wanted, got a register"
    for name in (block.needs or scenario.needs) if block.of != POPULATION else ():
        if scenario.needs[name].group != block.of:
            yield (
                ("needs",),
                f"needs of {block.of}, of whom some are reached, wanted, got {name!r} of"
                f" {scenario.needs[name].group}",
            )


def described(scenario: Scenario, block: Prevention) -> str:
    """One line for ``simcap show``."""
    zones = zones_of(scenario, block)
    shares = [persons(block) / zone.numbers[block.of] for zone in zones if zone.numbers[block.of]]
    low, high = (f"{least(shares, default=0.0):.1%}" for least in (min, max))
    fades = f", half as much after {block.half_life / 24:g} days" if block.half_life else ""
    ends = f", until {block.until}" if block.until else ""
    return (
        f"{block.called}: {block.meetings} meetings of {block.audience} in {len(zones)} zones from"
        f" {block.from_} on, {block.time:g} h each by {block.pool or 'people from outside'}; of the"
        f" {low if low == high else f'{low} to {high}'} of {block.of} whom they reach,"
        f" {', '.join(block.needs) or 'all needs'} begin {block.lowers:.0%} less often{fades}{ends}"
    )
