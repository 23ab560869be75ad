"""From a scenario to what a replication needs: the network, what the tally must know, and the sheet
that is filled in.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simcap.analysis.flows import mean_rate
from simcap.analysis.guards import Load, offered_loads
from simcap.analysis.sheet import Sheet
from simcap.analysis.spec import (
    PERIODS,
    NeedCell,
    Period,
    Records,
    StaffCell,
    TallySpec,
    Target,
    TestCell,
)
from simcap.analysis.tally import Tally, tally
from simcap.building import compile_scenario
from simcap.building.arrangement import (
    Arrangement,
    Spans,
    arranged,
    at_time,
    incidence,
    multipliers,
    needing,
    reached,
)
from simcap.engine import ENGINES, simulate
from simcap.engine.visits import VISIT
from simcap.errors import NetworkError, ScenarioError
from simcap.lang import _
from simcap.network import Network
from simcap.network.size import expected_arrivals, too_much
from simcap.scenario import Scenario
from simcap.scenario.placing import placed
from simcap.scenario.schema import (
    FalselyFound,
    Need,
    Opening,
    RosterSpec,
    StationSpec,
    Zone,
)
from simcap.scenario.staff import DISTRICT, YEAR, people, week_hours
from simcap.study.experiment import Experiment, point_name
from simcap.study.outcome_spec import funds, line, periods, recovery_rows

if TYPE_CHECKING:
    import pandas as pd

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
        held = (*vars(counts).values(), *vars(counts.ledger).values())
        arrays = [value for value in held if isinstance(value, np.ndarray)]
        residents = (
            sum(mean_rate(stream, 0.0, self.spec.horizon) for stream in self.network.arrivals)
            * self.spec.horizon
        )
        return int(
            2 * sum(array.nbytes for array in arrays)
            + 3 * residents * (counts.people.itemsize + counts.ledger.episodes.itemsize)
            + 2 * BATCH_ROWS * VISIT.itemsize
        )

    def measures(
        self, seed: int = 42, replication: int = 0, engine: str = ENGINES[0]
    ) -> pd.DataFrame:
        """The measures of one replication, simulated here: measure, place, group, value, unit."""
        from simcap.analysis.frames import measures_frame

        run = simulate(self.network, self.spec.horizon, seed, replication, engine)
        return measures_frame(self.sheet.rows(tally(run, self.spec, self.sheet.at), run))

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
            variant = self.experiment.variant(point, sample)
            try:
                made = plan(variant)
                made.sheet  # noqa: B018  (worked out here: some faults show only in the flows)
                if found := too_much(made.network, made.spec.horizon):
                    raise NetworkError(found)
            except (NetworkError, ScenarioError) as problem:
                values = self.experiment.values(point, sample)
                where = _(" (at {point})", point=point_name(values)) if values else ""
                faults = placed(problem, variant).faults
                raise ScenarioError([f"{fault}{where}" for fault in faults]) from None
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
    network = compile_scenario(scenario)
    return Plan(network, tally_spec(scenario, network))


def tally_spec(scenario: Scenario, network: Network) -> TallySpec:
    """What the tally must know of ``scenario``, which was compiled to ``network``."""
    site = arranged(scenario)
    scenario = site.scenario
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
        tuple(_need_cells(scenario, network, begin, end)),
        tuple(_staff_cells(site)),
        line(scenario.outcomes.recovery),
        line(scenario.outcomes.quality_of_life),
        scenario.targets.register_visit,
        tuple(
            Target(
                name, hours, _of_target(scenario.stations, name), _of_target(scenario.needs, name)
            )
            for name, hours in scenario.targets.named.items()
        ),
        _by_arrival(scenario),
        scenario.start.toordinal(),
        tuple(_test_cells(scenario, begin, end)),
        recovery_rows(scenario.outcomes.recovery),
        (scenario.outcomes.satisfaction.per_week, scenario.outcomes.satisfaction.per_repeat),
        scenario.outcomes.discount,
        tuple(
            Period(name, first, last, tuple(_need_cells(scenario, network, first, last)), told)
            for name, first, last, told in periods(scenario)
        ),
        "week" in (scenario.results_by or ()),
        next((Records(*given) for given in site.records), None),
    )


def _test_cells(scenario: Scenario, begin: float, end: float) -> Iterator[TestCell]:
    """The screenings in each zone."""
    for name, need in scenario.needs.items():
        if isinstance(need, FalselyFound):
            wave = scenario.needs[need.needs[0]].wave
            assert wave is not None
            times = [at for at in wave.hours(scenario.start, scenario.horizon) if begin <= at < end]
            for zone in scenario.zones if times else ():
                tested = len(times) * need.tested * zone.numbers[need.group]
                yield TestCell(tuple(need.needs), name, zone.zone, tested)


def _of_target(specs: Mapping[str, StationSpec | Need], name: str) -> tuple[str, ...]:
    """Those of ``specs`` that name this target."""
    return tuple(key for key, spec in specs.items() if name in spec.target)


def _by_arrival(scenario: Scenario) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The kinds of station that are told by when residents join: those that say so, or whose staff
    are on the roster in different numbers at different hours of one day. Parts count with their
    whole.
    """
    told: dict[str, tuple[str, ...]] = {}
    for name, spec in scenario.stations.items():
        rosters = [scenario.pools[seat.pool].roster for seat in spec.pools]
        periods: tuple[str, ...] = tuple(spec.by_arrival or ())
        if spec.by_arrival is None and any(
            _varies(scenario.rosters[roster]) for roster in rosters if roster
        ):
            periods = PERIODS
        if periods:
            told[name] = periods
    whole = {name: scenario.stations[name].part_of for name in told}
    return tuple((name, periods) for name, periods in told.items() if whole[name] not in told)


def _varies(roster: RosterSpec) -> bool:
    """Whether hours of one day have different numbers, or may: a level by name is there for a
    factor to set, and at the point where it is as high as the others the same is told.
    """
    if roster.levels:
        return True
    levels: dict[int, set[float]] = {}
    for start, end, places in roster.week():
        if places:
            levels.setdefault(int(start // 24), set()).add(places)
            if end > 24 * (start // 24 + 1):
                levels.setdefault(int(start // 24) + 1, set()).add(places)
    return any(len(of_day) > 1 for of_day in levels.values())


def multiplied(
    scenario: Scenario, network: Network, begin: float, end: float
) -> dict[tuple[str, str, str], float]:
    """By (need, station it enters by, zone): how many times as many come from ``begin`` to ``end``
    as in as much of an average year, where something multiplies arrivals (a season, a shock). It
    multiplies all whose need begins, those who never ask as well.
    """
    zones = {zone.zone: zone for zone in scenario.zones}
    factors: dict[tuple[str, str, str], float] = {}
    for stream in network.arrivals:
        if stream.labels.get("added") or stream.labels.get("unseen"):
            continue
        if stream.rate is not None and stream.rate.multipliers:
            name, station = stream.labels["need"], stream.labels["enters"]
            need, zone = scenario.needs[name], zones[stream.labels["zone"]]
            usual = needing(scenario, name, zone)[1] * need.enters_by[station]
            usual *= reached(scenario, station, zone) / YEAR
            key = name, station, zone.zone  # one stream after the other, where its way has changed
            factors[key] = factors.get(key, 0.0) + mean_rate(stream, begin, end) / usual
    return factors


def added_in(network: Network, begin: float, end: float) -> dict[tuple[str, str], float]:
    """By (need, zone): how many are expected in the observed weeks of those who only come because
    something lifts the share who ask, or finds them.
    """
    found: dict[tuple[str, str], float] = {}
    for stream in network.arrivals:
        if stream.labels.get("added"):
            cell = stream.labels["need"], stream.labels["zone"]
            here = expected_arrivals(stream, end) - expected_arrivals(stream, begin)
            found[cell] = found.get(cell, 0.0) + here
    return found


def _times(scenario: Scenario, name: str, zone: Zone, begin: float, end: float) -> float:
    """How many years' needs begin in the observed weeks: of a wave, each in so many times."""
    need = scenario.needs[name]
    if need.register_ is not None:
        return 1.0
    if need.wave is None:
        return (end - begin) / YEAR
    spans = incidence(scenario, name, zone)
    dates = need.wave.hours(scenario.start, scenario.horizon)
    return sum(at_time(spans, at) for at in dates if begin <= at < end)


def _mean_factor(spans: Spans, begin: float, end: float) -> float:
    """The mean of what ``spans`` multiply by, where nobody comes from whose rate it could be
    read.
    """
    edges = sorted({begin, end, *(at for span in spans for at in span[:2] if begin < at < end)})
    parts = itertools.pairwise(edges)
    return sum(at_time(spans, at) * (until - at) for at, until in parts) / (end - begin)


def _need_cells(scenario: Scenario, network: Network, begin: float, end: float):
    factors = multiplied(scenario, network, begin, end)
    more = added_in(network, begin, end)
    unseen = {
        (stream.labels["need"], stream.labels["zone"])
        for stream in network.arrivals
        if stream.labels.get("unseen")
    }
    for name, need in scenario.needed().items():
        throughout = need.wave is None and need.register_ is None
        for zone in scenario.zones:
            times = _times(scenario, name, zone, begin, end)
            enters = []
            for station, part in need.enters_by.items():
                factor = factors.get((name, station, zone.zone))
                if factor is None and throughout:
                    spans = multipliers(scenario, station, name, zone)
                    factor = _mean_factor(spans, begin, end)
                enters.append((station, part * (1.0 if factor is None else factor)))
            in_need, asking = needing(scenario, name, zone)
            asking *= sum(part * reached(scenario, station, zone) for station, part in enters)
            in_need *= sum(part for _, part in enters) * times
            asking = min(asking * times + more.get((name, zone.zone), 0.0), in_need)
            yield NeedCell(
                name,
                need.group,
                need.severity,
                zone.zone,
                zone.kind,
                in_need,
                asking,
                zone.numbers[need.group],
                need.register_ is not None,
                in_need - asking if (name, zone.zone) in unseen else 0.0,
            )


def _staff_cells(site: Arrangement):
    scenario = site.scenario
    staff = {n: each for n, each in scenario.pools.items() if not isinstance(each, Opening)}
    for name, pool in staff.items():
        hours = week_hours(scenario, pool) if pool.hours_each is None else pool.hours_each
        for zone, number in people(pool, scenario).items() if pool.part_of is None else ():
            yield StaffCell(
                name, zone, number, hours * pool.productive, pool.cost_each, funds(pool)
            )
    for name in sorted({pool.part_of for pool in scenario.pools.values() if pool.part_of}):
        pool = scenario.pools[name]
        if DISTRICT not in people(pool, scenario):  # where hours of its people elsewhere are told
            hours = week_hours(scenario, pool) if pool.hours_each is None else pool.hours_each
            yield StaffCell(name, DISTRICT, 0.0, hours * pool.productive, 0.0)
    for name, place, number in site.paid:
        pool = scenario.pools[name]
        yield StaffCell(name, place, number, 0.0, pool.cost_each, funds(pool))
