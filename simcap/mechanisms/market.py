"""Paid market supply beside public provision: a price that some accept, and vouchers.

Source: seed 001 §4.3 (001-59: public-private partnership, a price guidance band; 001-07: policy,
market and society in a loop); the source gives no number. Assumed, to the form: who asks at a
station, or gives up there, is offered a visit at the price, and a share of them takes it up, by a
table of price → share, linear between its entries and level outside. A voucher lowers the price for
a random share of those who are offered one. Who does not take it up goes on as before; who does
waits for the market's own staff and leaves the services after the visits, or when they give up.

Paid is for visits that took place, never for those that were taken up or for vouchers issued: of a
visit with a voucher the public pays what that is worth, of all others' price the residents the
rest. The staff cost the public nothing else. A visit counts as professional where ``contact`` says
so of the staff.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    NEED,
    PATHWAY,
    POOL,
    ROSTER,
    STATION,
    Fault,
    Made,
    Name,
    few_enough,
    listed,
    nobody_asks,
    some,
)
from simcap.scenario.blocks import Market
from simcap.scenario.schema import Edge, Instead, PoolSpec, Scenario, Seat, StationSpec, Step
from simcap.scenario.units import amount
from simcap.scenario.ways import on_own_pathways


def rewritten(scenario: Scenario, block: Market) -> Scenario:
    """``scenario`` with the market's staff and stations, and those who take a visit up there."""
    shares = {name: share for name, share in taken_up(block).items() if share}
    if not shares:
        return scenario
    scenario = on_own_pathways(scenario, {name: _pathway(block, name) for name in block.needs})
    on_them = [_pathway(block, name) for name in block.needs] or None
    offered = _to_who_asks if block.offered == "asking" else _to_who_gives_up
    scenario = offered(scenario, block, shares, on_them)
    made = {name: _station(block, name) for name in shares}
    return scenario.model_copy(
        update={
            "pools": {**scenario.pools, staff_of(block): _staff(block)},
            "stations": {**scenario.stations, **made},
        }
    )


def accepted(block: Market, price: float) -> float:
    """The share of those offered a visit who take it up at ``price``."""
    prices = [amount(text) for text in block.accept]
    return float(np.interp(price, prices, list(block.accept.values())))


def taken_up(block: Market) -> dict[str, float]:
    """{station: share of those offered a visit who take it up there}."""
    full = accepted(block, block.price)
    if block.voucher is None or not block.voucher.worth:
        return {station_of(block): full}
    share = block.voucher.share
    lower = accepted(block, block.price - block.voucher.worth)
    return {voucher_of(block): share * lower, station_of(block): (1 - share) * full}


def _to_who_asks(
    scenario: Scenario, block: Market, shares: dict[str, float], pathways: list[str] | None
) -> Scenario:
    """The market's stations instead of others, one after the other, for those who ask there."""
    others, left = [], 1.0
    for name, share in shares.items():
        part = min(1.0, share / left)
        others.append(
            Instead.model_construct(station=name, share=part, pathways=pathways, asking=True)
        )
        left = max(left - share, 0.0)
        if not left:
            break
    stations = dict(scenario.stations)
    for name in block.stations:
        both = [*stations[name].instead, *others]
        stations[name] = stations[name].model_copy(update={"instead": both})
    return scenario.model_copy(update={"stations": stations})


def _to_who_gives_up(
    scenario: Scenario, block: Market, shares: dict[str, float], pathways: list[str] | None
) -> Scenario:
    """Those who give up waiting go to the market's stations; who does not, where they went."""
    changed = {name: dict(steps) for name, steps in scenario.pathways.items()}
    for pathway in pathways or _asked_on(scenario):
        for name in scenario.stations_of(pathway) & set(block.stations):
            step = changed[pathway].get(name, Step())
            changed[pathway][name] = step.model_copy(
                update={"reneged": _offered(step.reneged, shares)}
            )
    return scenario.model_copy(update={"pathways": changed})


def _asked_on(scenario: Scenario) -> set[str]:
    """The pathways of needs that people ask about."""
    return {need.pathway for need in scenario.needs.values() if need.register_ is None}


def _offered(edges: dict[str, Edge], shares: dict[str, float]) -> dict[str, Edge]:
    """``edges`` for those who do not take a visit up, and those to the market for who does."""
    left = 1 - math.fsum(shares.values())
    others = {
        goal: edge.model_copy(update={"share": edge.share * left}) for goal, edge in edges.items()
    }
    return {**others, **{name: Edge.model_construct(share=part) for name, part in shares.items()}}


def _staff(block: Market) -> PoolSpec:
    return PoolSpec.model_construct(
        number=block.number, hours_each=block.hours_each, roster=block.roster, source=block.source
    )


def _station(block: Market, name: str) -> StationSpec:
    """The market's station of this name: with a voucher, or without."""
    used = block.voucher is not None and name == voucher_of(block)
    return StationSpec.model_construct(
        place="district",
        pools=[Seat.model_construct(pool=staff_of(block))],
        service_time=block.time,
        patience=block.patience,
        sessions=block.sessions,
        every=block.every if block.sessions > 1 else 0.0,
        contact=block.contact,
        treatment=block.treatment,
        price=block.price,
        voucher=block.voucher.worth if used and block.voucher else 0.0,
        part_of=station_of(block) if used else None,
        source=block.source or "seed 001 section 4.3",
    )


def staff_of(block: Market) -> str:
    """The market's staff."""
    return block.named("market staff")


def station_of(block: Market) -> str:
    """The station of visits at the full price; those with a voucher are counted there, too."""
    return block.named("market")


def voucher_of(block: Market) -> str:
    """The station of visits with a voucher."""
    return block.named("market with voucher")


def _pathway(block: Market, need: str) -> str:
    return f"{need}, {block.named('market')}"


def makes(scenario: Scenario, block: Market) -> Iterator[Made]:
    """The staff, the stations, and the pathways of the needs that are named."""
    yield POOL, staff_of(block)
    yield from ((STATION, name) for name in (station_of(block), voucher_of(block)))
    yield from ((PATHWAY, _pathway(block, name)) for name in block.needs)


def names(block: Market) -> Iterator[Name]:
    """Stations, the roster and needs."""
    yield from listed("stations", STATION, block.stations)
    yield ("roster",), ROSTER, block.roster
    yield from listed("needs", NEED, block.needs)


def faults(scenario: Scenario, block: Market) -> Iterator[Fault]:
    """Stations at which nobody asks, or gives up; prices that stand twice, or at which more accept
    than at lower ones; a voucher worth more than the price; staff without hours.
    """
    yield from some(stations=block.stations)
    yield from _prices(block)
    yield from few_enough(("number",), block.number)
    week = scenario.rosters[block.roster].week()
    if math.fsum((end - start) * places for start, end, places in week) <= 0:
        yield ("roster",), _("a roster with at least one place wanted, got none")
    if block.offered == "asking":
        yield from nobody_asks(scenario, block)
        return
    for i, name in enumerate(block.stations):
        if scenario.stations[name].patience is None:
            yield (
                ("stations", i),
                _("a station where residents may give up wanted, got {got!r}", got=name),
            )


def _prices(block: Market) -> Iterator[Fault]:
    prices, shares = [amount(text) for text in block.accept], list(block.accept.values())
    if len(set(prices)) < len(prices):
        yield ("accept",), _("each price once wanted, got {got}", got=lang.listed(block.accept))
    elif shares != sorted(shares, reverse=True):
        said = lang.listed(f"{price}: {share:.0%}" for price, share in block.accept.items())
        yield ("accept",), _("no more who accept at a higher price wanted, got {got}", got=said)
    if block.voucher is not None and block.voucher.worth > block.price:
        yield (
            ("voucher", "worth"),
            _(
                "at most the price of {price:g} CNY wanted, got {got:g} CNY",
                price=block.price,
                got=block.voucher.worth,
            ),
        )


def described(scenario: Scenario, block: Market) -> str:
    """One line for ``simcap show``."""
    share = accepted(block, block.price)
    said = [_("{share:.0%} accept {price:g} CNY", share=share, price=block.price)]
    if block.voucher is not None:
        less = block.price - block.voucher.worth
        said.append(
            _(
                "{share:.0%} have a voucher and pay {price:g} CNY, which {accept:.0%} accept",
                share=block.voucher.share,
                price=less,
                accept=accepted(block, less),
            )
        )
    values = {
        "number": block.number,
        "stations": lang.listed(block.stations),
        "accept": _("; ").join(said),
    }
    if block.offered == "asking":
        return _(
            "visits with {number:g} people for those who ask at {stations}: {accept}", **values
        )
    return _(
        "visits with {number:g} people for those who give up waiting at {stations}: {accept}",
        **values,
    )
