"""Work that several staff could do, laid to them so that the greatest load is least.

Of all ways to share it out the one is taken whose greatest load is least, then whose second
greatest is, and so on: a linear program for each, until every load is settled. The loads are then
unique, so no name and no order decides them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

SETTLED = 1e-7
"""Loads that differ by less are equal."""
EXACT = 1e-10
"""The solver's tolerance: a hundredth of the slack by which a level found by one program is within
reach of the next.
"""


@dataclass(frozen=True)
class Work:
    """Work that any of ``pools`` (positions) can do: it takes the first so many ``hours``, the
    second as many as it would take it, and so on.
    """

    pools: tuple[int, ...]
    hours: tuple[float, ...]


def shared_out(
    works: Sequence[Work], capacity: np.ndarray, bounds: Sequence[Sequence[int]]
) -> np.ndarray:
    """Hours of work of each pool. ``capacity`` are the hours of each; what a pool works also counts
    to those of ``bounds`` (positions: the places that it takes). Work that nobody has hours for is
    laid to the first of its pools.
    """
    hours = np.zeros(len(capacity))
    left: dict[tuple, float] = {}
    for work in works:
        able = [i for i, pool in enumerate(work.pools) if capacity[pool] > 0]
        boundless = [i for i in able if np.isinf(capacity[work.pools[i]])]
        if boundless or len(able) < 2:
            i = (boundless or able or [0])[0]
            hours[work.pools[i]] += work.hours[i]
        elif work.hours[able[0]] > 0:
            first = work.hours[able[0]]
            key = tuple(work.pools[i] for i in able), tuple(work.hours[i] / first for i in able)
            left[key] = left.get(key, 0.0) + first
    return hours + _program(left, hours, capacity, bounds) if left else hours


def _program(left, fixed, capacity, bounds) -> np.ndarray:
    """The hours of each pool of what is ``left`` to share ({(pools, hours each of them takes for an
    hour of the first): hours of the first}), beside its ``fixed`` hours.
    """
    row, pool, factor = (
        np.array(column)
        for column in zip(
            *(
                (i, pool, each)
                for i, (pools, factors) in enumerate(left)
                for pool, each in zip(pools, factors, strict=True)
            ),
            strict=True,
        )
    )
    number, most = len(row), len(capacity)
    counts_to = [(k, q) for k in range(number) for q in {int(pool[k]), *bounds[pool[k]]}]
    limited = sorted({q for _, q in counts_to if 0 < capacity[q] < np.inf})
    line = {q: i for i, q in enumerate(limited)}
    hours = factor * np.array(list(left.values()))[row]
    entries = [(line[q], k, hours[k] / capacity[q]) for k, q in counts_to if q in line]
    at, column, value = zip(*entries, strict=True)
    used = coo_matrix((value, (at, column)), (len(limited), number + 1)).tolil()
    already = np.zeros(most)
    for q in range(most):
        for home in {q, *bounds[q]}:
            already[home] += fixed[q]
    already = already[limited] / capacity[limited]
    whole = coo_matrix((np.ones(number), (row, np.arange(number))), (len(left), number + 1))
    level, free = np.full(len(limited), np.nan), np.ones(len(limited), dtype=bool)
    goal = np.append(np.zeros(number), 1.0)
    while True:
        used[:, number] = np.where(free, -1.0, 0.0).reshape(-1, 1)
        done = linprog(
            goal,
            A_ub=used.tocsr(),
            b_ub=np.where(free, 0.0, np.nan_to_num(level) * (1 + 100 * EXACT) + 100 * EXACT)
            - already,
            A_eq=whole.tocsr(),
            b_eq=np.ones(len(left)),
            method="highs",
            options={"primal_feasibility_tolerance": EXACT, "dual_feasibility_tolerance": EXACT},
        )
        if done.x is None:
            raise ArithmeticError(f"the loads of shared staff were not found: {done.message}")
        greatest = done.x[number]
        tight = free & (-done.ineqlin.marginals > 1e-9)
        if not tight.any():
            tight = free & (done.ineqlin.residual < SETTLED)
        level[tight], free = greatest, free & ~tight
        if not free.any() or not tight.any() or greatest < SETTLED:
            break
    return np.bincount(pool, hours * done.x[:number], minlength=most)
