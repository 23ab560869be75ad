"""Pools within others: which places a start takes besides the one of its own pool."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simcap.network.pools import Pool


def enclosing(pools: Iterable[Pool]) -> dict[str, frozenset[str]]:
    """The names of all pools that each of ``pools`` is within, directly or through others."""
    direct = {pool.name: pool.within for pool in pools if pool.within}
    around: dict[str, frozenset[str]] = {}
    for name in direct:
        found, ahead = set(), list(direct[name])
        while ahead:
            outer = ahead.pop()
            if outer not in found:
                found.add(outer)
                ahead += direct.get(outer, ())
        around[name] = frozenset(found)
    return around


def in_a_circle(around: Mapping[str, frozenset[str]]) -> list[str]:
    """Those that are within themselves, as ``enclosing`` found them."""
    return [name for name, outer in around.items() if name in outer]
