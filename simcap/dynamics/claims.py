"""The first document's claims beside each other: what its Table 2 would need by its own equations,
and where it contradicts its Table 1 and its text. Numbers only; nothing here is simcap's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcap.dynamics.equations import gains
from simcap.dynamics.parameters import Parameters
from simcap.dynamics.printed import (
    BEFORE,
    COVERAGE,
    LEVELS,
    RATIO,
    RECOVERY,
    RESPONSE,
    RURAL,
    UNIT_COST,
    USE,
    WIDER,
    YEARS_2,
    Claim,
    percent,
)


@dataclass(frozen=True)
class Twin:
    """A ``value`` of Table 2 in ``year`` that Table 1 prints, too, at each of ``places``: (level of
    collaboration, point from 1 on).
    """

    year: int
    value: float
    places: tuple[tuple[float, int], ...]


def twins(values: tuple[float, ...], table: np.ndarray) -> list[Twin]:
    """Where ``table`` (levels × points) holds the yearly ``values`` of Table 2."""
    return [
        Twin(year, value, tuple((LEVELS[i], int(j) + 1) for i, j in np.argwhere(table == value)))
        for year, value in zip(YEARS_2, values, strict=True)
    ]


def high_row(year: int, last: float) -> tuple[float, float]:
    """(coverage, ratio) of Table 1 at high collaboration in ``year``, if its five points lie evenly
    from the first year of Table 2 to ``last``; straight lines between.
    """
    years = np.linspace(YEARS_2[0], last, COVERAGE.shape[1])
    return float(np.interp(year, years, COVERAGE[-1])), float(np.interp(year, years, RATIO[-1]))


def by_coverage(coverage) -> tuple[np.ndarray, np.ndarray]:
    """(recovery θ, quality of life) by the document's lines, at ``coverage``."""
    recovery, quality, _ = gains(Parameters(), np.asarray(coverage), np.zeros(len(coverage)))
    return recovery, quality


def coverage_for_recovery(recovery=RECOVERY.values) -> np.ndarray:
    """The coverage at which θ = 0.3 + 0.2 C is ``recovery``."""
    stated = Parameters()
    return (np.asarray(recovery) - stated.recovery_base) / stated.recovery_gain


def cost_needed(recovery, coverage, ratio) -> np.ndarray:
    """Total cost by equation (4) in each year, the first year's being 1."""
    quality = by_coverage(coverage)[1]
    cost = np.asarray(ratio) * np.asarray(recovery) * quality
    return cost / cost[0]


def cost_of_table_2() -> np.ndarray:
    """Total cost that Table 2's recovery and unit cost need, the first year's being 1."""
    return cost_needed(RECOVERY.values, USE.values, UNIT_COST.values)


def cost_of_table_1() -> np.ndarray:
    """Total cost that Table 1 needs at high collaboration, the first point's being 1."""
    return cost_needed(by_coverage(COVERAGE[-1])[0], COVERAGE[-1], RATIO[-1])


def greatest_rural_share() -> np.ndarray:
    """The greatest share of those in need who may live in villages, at the start and the end, if
    all use is the printed use rate and that of villages the printed one: at it, everybody else is
    covered.
    """
    use, rural = np.array([USE.values[0], USE.values[-1]]), np.array(RURAL.values)
    return (1 - use) / (1 - rural)


def share_of_people(coverage) -> np.ndarray:
    """Coverage of those in need as a share of the population, at the stated incidence."""
    return np.asarray(coverage) * Parameters().initial_incidence


def contradictions() -> Iterator[str]:
    """What the document says of one thing in two places: a sentence each, with the ids of the
    statements.
    """
    yield _relabelled(USE, COVERAGE, percent)
    yield _relabelled(UNIT_COST, RATIO, "{:.1f}".format)
    yield _in_the_middle()
    yield _recoveries()
    yield _costs()
    yield _significant()
    yield from _coverages()
    yield from _causes()


def _relabelled(claim: Claim, table: np.ndarray, form) -> str:
    said = "; ".join(
        f"{form(twin.value)} ({twin.year}) is "
        + (" and ".join(f"point {j} at E = {e:g}" for e, j in twin.places) or "not there")
        for twin in twins(claim.values, table)
    )
    return (
        f"The monitored {claim.what} ({claim.statement}) stands in the simulated Table 1 (000-78"
        f" to 000-83): {said}."
    )


def _in_the_middle() -> str:
    year = YEARS_2[1]
    yearly = high_row(year, YEARS_2[0] + COVERAGE.shape[1] - 1)
    spread = high_row(year, YEARS_2[-1])
    return (
        f"Were Table 2 the high row of Table 1 (000-80, 000-83), {year} would be"
        f" {percent(yearly[0])} and {yearly[1]:.2f} (points a year apart) or {percent(spread[0])}"
        f" and {spread[1]:.2f} (spread to {YEARS_2[-1]}); printed are {percent(USE.values[1])} and"
        f" {UNIT_COST.values[1]:.1f}."
    )


def _recoveries() -> str:
    by_use = " → ".join(map(percent, by_coverage(USE.values)[0]))
    return (
        f"Recovery is {RECOVERY.said()} ({RECOVERY.statement}); the document's θ (000-64) at its"
        f" use rate is {by_use}."
    )


def _costs() -> str:
    return (
        "By equation (4) the recovery and ratio of Table 2 need a total cost that ends at"
        f" {cost_of_table_2()[-1]:.2f} times the first, the high row of Table 1 one at"
        f" {cost_of_table_1()[-1]:.2f} times, while staff grows by 5 % a year (000-52)."
    )


def _significant() -> str:
    (low, high), (poor, good) = by_coverage([COVERAGE[0, -1], COVERAGE[-1, -1]])
    return (
        f"“Significantly higher” in year 5 (000-86) is a recovery of {percent(high)} against"
        f" {percent(low)}, and a quality of life of {good:.1f} against {poor:.1f}."
    )


def _coverages() -> Iterator[str]:
    first, last = USE.values[0], USE.values[-1]
    yield (
        f"Coverage is below {BEFORE.said()} ({BEFORE.statement}), {percent(first)} in the first"
        f" year monitored ({USE.statement}), and {percent(COVERAGE.min())} at least in Table 1."
    )
    yield (
        f"Coverage widens by more than {WIDER.said()} ({WIDER.statement}): {percent(first)} to"
        f" {percent(last)} is {100 * (last - first):.0f} points, or {percent(last / first - 1)} of"
        " the first."
    )
    yield (
        "Coverage is called a share of the population, and the equation gives one of need (000-61):"
        f" at an incidence of {percent(Parameters().initial_incidence)} (000-56),"
        f" {percent(last)} of need is {percent(share_of_people([last])[0])} of the people."
    )


def _causes() -> Iterator[str]:
    yield (
        f"The rise of use from {percent(USE.values[0])} to {percent(USE.values[-1])} is credited to"
        " collaboration (000-84) and to trust in records (000-107)."
    )
    yield (
        f"The response of {RESPONSE.values[0]:g} h to {RESPONSE.values[-1]:g} h is given as an"
        f" effect of dispatch (000-90) and as monitored ({RESPONSE.statement}). Neither it nor"
        " villages, satisfaction or falsified records stand in an equation (000-51 to 000-65)."
    )
    yield "Results of the year 2025 (000-109) are printed in the eighth issue of 2025 (000-01)."
