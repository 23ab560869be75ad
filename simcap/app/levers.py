"""What can be moved in a scenario: the factors of its experiment, staff and seats, hours, the level
of collaboration, mechanisms on and off. Each moves one path, as ``--set`` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from simcap.app.finding import Opened
from simcap.building import overridden
from simcap.plots.view import COLLABORATION
from simcap.scenario import Scenario
from simcap.scenario.schema import PoolSpec
from simcap.scenario.staff import people
from simcap.study.design import form_of, numbers_of
from simcap.study.experiment import Experiment
from simcap.study.levels import AS_WRITTEN, own_level, value_at

STEPS = 20
"""About how many steps a slider has."""


class Group(Enum):
    """Where a lever stands on the page."""

    FACTOR = "factor"
    LEVEL = "level"
    STAFF = "staff"
    HOURS = "hours"
    SWITCH = "switch"


@dataclass(frozen=True)
class Lever:
    """Something to move: the ``path``, the ``values`` it may have (numbers in order where
    ``ordered``), the one that it ``own`` has as it is written, and the ``unit`` where people are
    counted.
    """

    path: str
    group: Group
    values: tuple
    own: Any
    ordered: bool = True
    unit: str = ""

    @property
    def switch(self) -> bool:
        """Whether it is on or off."""
        return set(self.values) == {False, True}


def levers(given: Opened) -> list[Lever]:
    """All that can be moved, factors first; each path once."""
    made: dict[str, Lever] = {}
    for lever in (
        *_factors(given),
        *_level(given.scenario),
        *_staff(given.scenario),
        *_hours(given.scenario),
        *_switches(given.scenario),
    ):
        made.setdefault(lever.path.replace("_", " "), lever)
    return list(made.values())


def changes(levers: list[Lever], chosen: dict[str, Any]) -> dict[str, Any]:
    """What the ``chosen`` values (path → value) set otherwise than is written."""
    return {
        lever.path: chosen[lever.path]
        for lever in levers
        if lever.path in chosen and chosen[lever.path] != lever.own
    }


# ---- factors -------------------------------------------------------------------------------------


def _factors(given: Opened) -> Iterator[Lever]:
    if given.experiment is None:
        return
    for path, levels in _levels(given.experiment).items():
        pool = _pool_at(given.scenario, path)
        if pool is not None and (lever := _people_at_levels(given.scenario, pool, path, levels)):
            yield lever
        else:
            yield _at_levels(given.scenario, path, levels)


def _levels(experiment: Experiment) -> dict[str, list]:
    """The levels of each path that the experiment sets, those of named points as well."""
    points = list(experiment.settings.values()) or list(experiment.points)
    found: dict[str, dict] = {}
    for point in points:
        for path, level in point.items():
            found.setdefault(path, {})[str(level)] = level
    return {path: list(levels.values()) for path, levels in found.items()}


def _at_levels(scenario: Scenario, path: str, levels: list) -> Lever:
    others = [level for level in levels if not _as_written(scenario, path, level)]
    own, levels = own_level(scenario, path, others or levels), others
    both = list({str(level): level for level in (own, *levels)}.values())
    numbers = numbers_of(both)
    if numbers is None or len(set(numbers)) < 2:
        order = [False, True] if set(map(type, both)) == {bool} else both
        return Lever(path, Group.FACTOR, tuple(order), own, ordered=False)
    between = {number: written(number, form_of(own)) for number in grid(min(numbers), max(numbers))}
    said = {**between, **dict(zip(numbers, both, strict=True)), numbers[0]: own}
    return Lever(path, Group.FACTOR, tuple(said[number] for number in sorted(said)), own)


def _as_written(scenario: Scenario, path: str, level: Any) -> bool:
    """Whether a level is what the scenario has, however it is said."""
    return level == AS_WRITTEN or overridden(scenario, {path: level}) == scenario


def _people_at_levels(scenario: Scenario, pool: str, path: str, levels: list) -> Lever | None:
    """Levels of staff (x1.5) as people; None where they are not numbers."""
    numbers = numbers_of(levels)
    if numbers is None:
        return None
    spec = scenario.pools[pool]
    assert isinstance(spec, PoolSpec)
    own = number_of(spec, scenario)
    times = own if form_of(levels[0])[0] == "x" else 1.0
    wanted = [plain(number * times) for number in numbers]
    low, high = min(*wanted, own), max(*wanted, own)
    values = sorted({*grid(low, high, own), *wanted, own})
    return Lever(path, Group.FACTOR, tuple(values), own, unit=unit_of(scenario, pool))


def written(number: float, form: tuple[str, str]) -> Any:
    """A number as a person would write it in that form («x1.5», «10 %»)."""
    prefix, suffix = form
    if not prefix and not suffix:
        return plain(number)
    return f"{prefix}{number:.6g}{' ' if suffix else ''}{suffix}"


def plain(number: float) -> float | int:
    """A whole number where it is one, else to six digits."""
    rounded = float(f"{number:.6g}")
    return int(rounded) if rounded.is_integer() else rounded


def grid(low: float, high: float, whole: float = 0.5) -> list[float | int]:
    """Round numbers from ``low`` to ``high``: whole ones where ``whole`` is one."""
    if high <= low:
        return [plain(low)]
    step = _round_step((high - low) / STEPS)
    if float(whole).is_integer():
        step = max(1.0, step)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [plain(number * step) for number in range(first, last + 1)]


def _round_step(step: float) -> float:
    """1, 2 or 5 times a power of ten, not above ``step`` by more than rounding."""
    power = 10.0 ** math.floor(math.log10(step) + 1e-9)
    return max(times * power for times in (1, 2, 5) if times * power <= step * (1 + 1e-9))


# ---- the rest ------------------------------------------------------------------------------------


def _level(scenario: Scenario) -> Iterator[Lever]:
    own = value_at(scenario, COLLABORATION)
    if isinstance(own, (int, float)):
        yield Lever(COLLABORATION, Group.LEVEL, tuple(sorted({*grid(0.0, 1.0), plain(own)})), own)


def _staff(scenario: Scenario) -> Iterator[Lever]:
    for name, pool in scenario.pools.items():
        if isinstance(pool, PoolSpec) and pool.part_of is None:
            own = number_of(pool, scenario)
            most = max(2 * own, own + 2)
            values = tuple(sorted({*grid(0.0, most, own), own}))
            yield Lever(f"pools.{name}", Group.STAFF, values, own, unit=unit_of(scenario, name))


def _hours(scenario: Scenario) -> Iterator[Lever]:
    for name, pool in scenario.pools.items():
        if isinstance(pool, PoolSpec) and pool.hours_each is not None:
            per, unit = (60.0, "min") if pool.hours_each < 2 else (1.0, "h")
            own = plain(pool.hours_each * per)
            steps = grid(own / 4, 2 * own)
            values = tuple(f"{value} {unit}" for value in sorted({*steps, own}) if value > 0)
            yield Lever(f"pools.{name}.hours_each", Group.HOURS, values, f"{own} {unit}")


def _switches(scenario: Scenario) -> Iterator[Lever]:
    for name in scenario.mechanisms.names():
        blocks = scenario.mechanisms.of(name)
        if len(blocks) == 1:
            path = f"mechanisms.{name}.on"
            yield Lever(path, Group.SWITCH, (False, True), bool(blocks[0].on), ordered=False)


def number_of(pool: PoolSpec, scenario: Scenario) -> float | int:
    """The people (or seats) of a pool in all."""
    return plain(math.fsum(people(pool, scenario).values()))


def _pool_at(scenario: Scenario, path: str) -> str | None:
    """The pool whose staff ``path`` sets, if it does."""
    head, _dot, name = path.partition(".")
    pools = [pool for pool in scenario.pools if name in (pool, pool.replace(" ", "_"))]
    staffed = [pool for pool in pools if isinstance(scenario.pools[pool], PoolSpec)]
    return staffed[0] if head == "pools" and staffed else None


def unit_of(scenario: Scenario, pool: str) -> str:
    """ "seats" of a line that people call, or "people"."""
    spec = scenario.pools[pool]
    called = any(
        pool in (seat.pool for seat in station.pools)
        and (station.role == "hotline" or "hotline answer" in _plain_names(station.target))
        for station in scenario.stations.values()
    )
    return (
        "seats" if called and isinstance(spec, PoolSpec) and spec.hours_each is None else "people"
    )


def _plain_names(names) -> set[str]:
    return {str(name).replace("_", " ") for name in names}
