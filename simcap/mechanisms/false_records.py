"""False records: cases on paper that nobody attended, and an audit that looks for them.

Source: seed 000 §4.3 (records that cannot be forged bring falsification down to 0.2 % and make
audits 60 % more efficient). No form is given. Assumed: there is a record for each resident of the
cohort who had any contact; the share that is false is one of all records, true and false, each of
a resident in need without contact, no two of one resident. Reported coverage counts residents with
a record. An audit draws some different records at random and knows a false one but for those that
auditors miss. It takes its hours from a pool, whose residents have so many fewer in the observed
weeks; an audit that is, say, 60 % more efficient takes 1 / 1.6 of the time. False records move
nothing else: who is attended, and when, is what it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.mechanisms.checks import POOL, Fault, Name
from simcap.network import Roster
from simcap.scenario.blocks import FalseRecords
from simcap.scenario.calendars import calendar_of
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import people, productive, week_hours

WEEK = 168.0


def records(scenario: Scenario, block: FalseRecords) -> Iterator[tuple[float, int, float, float]]:
    """(share that is false, records audited, share that auditors miss, hours a week)."""
    hours = audit_hours(block) / (scenario.observe / WEEK)
    yield block.share, block.audited, block.missed, hours


def audit_hours(block: FalseRecords) -> float:
    """The hours that the audit takes in all."""
    return block.audited * block.time / (1 + block.efficiency)


def rewritten(scenario: Scenario, block: FalseRecords) -> Scenario:
    """``scenario`` in which the pool has the hours that the audit leaves, the same share of them in
    every zone.
    """
    if block.pool is None or not block.audited:
        return scenario
    pool = scenario.pools[block.pool]
    there, wanted = hours_of(scenario, block.pool), audit_hours(block)
    if wanted > there:
        raise ScenarioError(
            _(
                "mechanisms.false_records.audited: an audit of at most the {there:.0f}"
                " h that {pool} have in the observed weeks wanted, got {got:.0f} h",
                there=there,
                pool=block.pool,
                got=wanted,
            )
        )
    left = pool.productive * (1 - wanted / there)
    pools = {**scenario.pools, block.pool: pool.model_copy(update={"productive": left})}
    return scenario.model_copy(update={"pools": pools})


def hours_of(scenario: Scenario, name: str) -> float:
    """The hours of the pool ``name`` in the observed weeks, public holidays taken off."""
    pool = scenario.pools[name]
    weeks = _open_hours(scenario, pool.roster or "") / week_hours(scenario, pool)
    each = week_hours(scenario, pool) if pool.hours_each is None else pool.hours_each
    return weeks * math.fsum(
        number * each * productive(pool, zone) for zone, number in people(pool, scenario).items()
    )


def _open_hours(scenario: Scenario, name: str) -> float:
    """The hours of one place that stands every shift of a roster in the observed weeks."""
    calendar, spec = calendar_of(scenario), scenario.rosters[name]
    roster = Roster(
        tuple(spec.week()),
        week_starts=calendar.week_starts,
        closed=calendar.shut(spec, scenario),
        made_up=calendar.worked(spec),
    )
    times, places = roster.steps(scenario.horizon, None)
    begin, end = scenario.warm_up, scenario.warm_up + scenario.observe
    edges = np.clip(np.append(times / 3.6e9, scenario.horizon), begin, end)
    return float((np.diff(edges) * places).sum())


def names(block: FalseRecords) -> Iterator[Name]:
    """The pool of the auditors."""
    if block.pool is not None:
        yield ("pool",), POOL, block.pool


def faults(scenario: Scenario, block: FalseRecords) -> Iterator[Fault]:
    """Nothing but false records; a second block; a pool without a roster."""
    if block.share == 1:
        yield ("share",), _("a share below 100 % wanted, got 100 %")
    if block.nth > 1:
        yield (), _("one block wanted: the share is one of all records")
    if block.pool is not None and not scenario.pools[block.pool].roster:
        yield ("pool",), _("a pool with a roster wanted, got {got!r}", got=block.pool)


def described(scenario: Scenario, block: FalseRecords) -> str:
    """One line for ``simcap show``."""
    said = [_("{percent:.3g} % of all records are false", percent=100 * block.share)]
    if block.audited:
        hours = {"number": block.audited, "hours": audit_hours(block)}
        said.append(
            _("{number} are audited, which takes {hours:.3g} h", **hours)
            if block.pool is None
            else _(
                "{number} are audited, which takes {hours:.3g} h of {pool}",
                pool=block.pool,
                **hours,
            )
        )
    return _("; ").join(said)
