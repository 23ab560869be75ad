"""From a scenario to what a replication needs: the network and what the tally must know."""

from __future__ import annotations

from dataclasses import dataclass

from simcap.analysis.spec import NeedCell, StaffCell, TallySpec
from simcap.network import Network
from simcap.scenario import Scenario, compile_scenario
from simcap.scenario.calendar import hours_of_date
from simcap.scenario.compile import YEAR, people, people_in_need


@dataclass(frozen=True)
class Plan:
    """One design point, ready to run."""

    network: Network
    spec: TallySpec


def plan(scenario: Scenario) -> Plan:
    """The network of ``scenario`` and its tally."""
    return Plan(compile_scenario(scenario), tally_spec(scenario))


def tally_spec(scenario: Scenario) -> TallySpec:
    """What the tally must know of ``scenario``."""
    begin, end = scenario.warm_up, scenario.warm_up + scenario.observe
    return TallySpec(
        begin, end, scenario.horizon, scenario.targets.first_contact, scenario.targets.hotline_answer,
        scenario.targets.crisis_response,
        tuple((zone.zone, zone.kind, zone.numbers.get("population", 0.0)) for zone in scenario.zones),
        tuple(_need_cells(scenario, begin, end)), tuple(_staff_cells(scenario)),
        (scenario.outcomes.recovery.base, scenario.outcomes.recovery.slope),
        (scenario.outcomes.quality_of_life.base, scenario.outcomes.quality_of_life.slope))


def _need_cells(scenario: Scenario, begin: float, end: float):
    for name, need in scenario.needs.items():
        times = (end - begin) / YEAR
        if need.wave is not None:
            times = sum(begin <= at < end for at in hours_of_date(need.wave.on, scenario.start, scenario.horizon))
        elif need.register_ is not None:
            times = 1
        for zone in scenario.zones:
            in_need, asking = people_in_need(scenario, need, zone)
            yield NeedCell(name, need.group, need.severity, zone.zone, zone.kind, in_need * times, asking * times,
                           zone.numbers[need.group], need.register_ is not None)


def _staff_cells(scenario: Scenario):
    for name, pool in scenario.pools.items():
        roster = scenario.rosters[pool.roster]
        hours = pool.hours_each if pool.hours_each is not None else sum((b - a) * n for a, b, n in roster.week())
        for zone, number in people(pool, scenario).items():
            yield StaffCell(name, zone, number, hours * pool.productive, pool.cost_each)
