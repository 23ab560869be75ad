"""What the tally must know of outcomes, money and periods, from what a scenario says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from simcap.analysis.spec import RecoveryRow
from simcap.scenario import Scenario
from simcap.scenario.calendar import observed_years, quarters
from simcap.scenario.outcomes import Line, RecoveryTable
from simcap.scenario.schema import PoolSpec


def line(recovery: Line | RecoveryTable) -> tuple[float, float]:
    """(base, slope); of a table nothing."""
    return (recovery.base, recovery.slope) if isinstance(recovery, Line) else (0.0, 0.0)


def recovery_rows(recovery: Line | RecoveryTable) -> tuple[RecoveryRow, ...]:
    """The rows of a table, each of one need and one station, or of all; whatever their order, in
    one.
    """
    rows = [
        RecoveryRow(need, station, row.sessions, row.wait, row.recovered)
        for row in (recovery.rows if isinstance(recovery, RecoveryTable) else ())
        for need, station in itertools.product(row.need or ("",), row.station or ("",))
    ]
    return tuple(sorted(rows, key=repr))


def funds(pool: PoolSpec) -> tuple[tuple[str, float], ...]:
    """(source of funds, share of the pay)."""
    return tuple(sorted(pool.funded_by.items()))


def periods(scenario: Scenario) -> Iterator[tuple[str, float, float, bool]]:
    """(name, begin, end, whether it is told) of the quarters and years that results are told by,
    and of the years that costs are counted by where several are observed.
    """
    begin, end = scenario.warm_up, scenario.warm_up + scenario.observe
    years = observed_years(scenario.start, begin, end)
    asked = scenario.results_by
    if asked is None:
        asked = ["year"] if len(years) > 1 else []
    if "quarter" in asked:
        yield from ((*span, True) for span in quarters(scenario.start, begin, end))
    if "year" in asked or len(years) > 1:
        yield from ((*span, "year" in asked) for span in years)
