"""From a scenario to what a replication needs: the network, what the tally must know, and the sheet
that is filled in.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from simcap.analysis.guards import Load, mean_rate, offered_loads
from simcap.analysis.sheet import Sheet
from simcap.analysis.spec import NeedCell, StaffCell, TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.visits import VISIT
from simcap.errors import NetworkError, ScenarioError
from simcap.network import Network
from simcap.scenario import Scenario, compile_scenario
from simcap.scenario.arrangement import further_staff, reached, rewritten
from simcap.scenario.calendar import hours_of_date
from simcap.scenario.staff import DISTRICT, YEAR, people, people_in_need, week_hours
from simcap.study.experiment import Experiment, point_name

BATCH_ROWS = 65_536


@dataclass(frozen=True)
class Plan:
    """One design point, ready to run. What follows from network and spec is worked out when asked
    for, and does not travel.
    """

    network: Network
    spec: TallySpec

    @cached_property
    def loads(self) -> list[Load]:
        """The loads that the network offers its staff in the observed weeks."""
        return offered_loads(self.network, self.spec.horizon, self.spec.begin, self.spec.end)

    @cached_property
    def sheet(self) -> Sheet:
        """The rows of measures of its replications."""
        return Sheet(self.network, self.spec, self.loads)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that decides its numbers but the seed: the resolved network, the times,
        targets and costs.
        """
        return hashlib.sha256(repr((self.network, self.spec)).encode()).hexdigest()

    @cached_property
    def memory(self) -> int:
        """About how many bytes a replication needs: the tally's arrays (twice where they are summed
        up), its residents, a batch of visits.
        """
        counts = Tally(self.network, self.spec, self.sheet.at)
        arrays = [value for value in vars(counts).values() if isinstance(value, np.ndarray)]
        residents = (
            sum(mean_rate(stream, 0.0, self.spec.horizon) for stream in self.network.arrivals)
            * self.spec.horizon
        )
        return int(
            2 * sum(array.nbytes for array in arrays)
            + 3 * residents * counts.people.itemsize
            + 2 * BATCH_ROWS * VISIT.itemsize
        )

    def __reduce__(self):
        return Plan, (self.network, self.spec)


class Plans:
    """The plans of an experiment's design points at each setting of the uncertain inputs; the last
    few are kept.
    """

    KEPT = 16

    def __init__(self, experiment: Experiment):
        self.experiment = experiment
        self.kept: OrderedDict[tuple[int, int], Plan] = OrderedDict()

    def __call__(self, point: int, sample: int = 0) -> Plan:
        """The plan of design point ``point`` at setting ``sample``; raises ``ScenarioError`` that
        names them if there can be none.
        """
        if (point, sample) not in self.kept:
            try:
                made = plan(self.experiment.variant(point, sample))
                made.sheet  # noqa: B018  (worked out here: some faults show only in the flows)
            except NetworkError as problem:
                raise ScenarioError(
                    [
                        f"{point_name(self.experiment.values(point, sample))}: {fault}"
                        for fault in problem.faults
                    ]
                ) from None
            self.kept[point, sample] = made
            while len(self.kept) > self.KEPT:
                self.kept.popitem(last=False)
        self.kept.move_to_end((point, sample))
        return self.kept[point, sample]

    def baseline(self) -> Plan:
        """The plan of the baseline, or, where there is none, of the first design point."""
        return self(self.experiment.at_baseline)


def plan(scenario: Scenario) -> Plan:
    """The network of ``scenario`` and its tally."""
    return Plan(compile_scenario(scenario), tally_spec(scenario))


def tally_spec(scenario: Scenario) -> TallySpec:
    """What the tally must know of ``scenario``."""
    scenario = rewritten(scenario)
    begin, end = scenario.warm_up, scenario.warm_up + scenario.observe
    return TallySpec(
        begin,
        end,
        scenario.horizon,
        scenario.targets.first_contact,
        scenario.targets.hotline_answer,
        scenario.targets.crisis_response,
        tuple(
            (zone.zone, zone.kind, zone.numbers.get("population", 0.0)) for zone in scenario.zones
        ),
        tuple(_need_cells(scenario, begin, end)),
        tuple(_staff_cells(scenario)),
        (scenario.outcomes.recovery.base, scenario.outcomes.recovery.slope),
        (scenario.outcomes.quality_of_life.base, scenario.outcomes.quality_of_life.slope),
        scenario.targets.register_visit,
    )


def _need_cells(scenario: Scenario, begin: float, end: float):
    for name, need in scenario.needs.items():
        times = (end - begin) / YEAR
        if need.wave is not None:
            times = sum(
                begin <= at < end
                for at in hours_of_date(need.wave.on, scenario.start, scenario.horizon)
            )
        elif need.register_ is not None:
            times = 1
        for zone in scenario.zones:
            in_need, asking = people_in_need(scenario, need, zone)
            asking *= sum(
                part * reached(scenario, station, zone) for station, part in need.enters_by.items()
            )
            yield NeedCell(
                name,
                need.group,
                need.severity,
                zone.zone,
                zone.kind,
                in_need * times,
                asking * times,
                zone.numbers[need.group],
                need.register_ is not None,
            )


def _staff_cells(scenario: Scenario):
    for name, pool in scenario.pools.items():
        hours = week_hours(scenario, pool) if pool.hours_each is None else pool.hours_each
        for zone, number in people(pool, scenario).items() if pool.part_of is None else ():
            yield StaffCell(name, zone, number, hours * pool.productive, pool.cost_each)
    for name in sorted({pool.part_of for pool in scenario.pools.values() if pool.part_of}):
        pool = scenario.pools[name]
        if DISTRICT not in people(pool, scenario):  # where hours of its people elsewhere are told
            hours = week_hours(scenario, pool) if pool.hours_each is None else pool.hours_each
            yield StaffCell(name, DISTRICT, 0.0, hours * pool.productive, 0.0)
    for name, place, number in further_staff(scenario):
        yield StaffCell(name, place, number, 0.0, scenario.pools[name].cost_each)
