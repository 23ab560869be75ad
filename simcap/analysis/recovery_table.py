"""The recovery table of a ``TallySpec`` as arrays."""

from __future__ import annotations

import numpy as np

from simcap.analysis.episodes import Table
from simcap.analysis.layout import Layout
from simcap.analysis.spec import RecoveryRow, TallySpec

Key = tuple[str, str]
"""(need, kind of station), "" for all of them."""


def recovery_table(spec: TallySpec, at: Layout) -> Table:
    """The rows of ``spec``, set after set; a need has, at each kind of station, the most particular
    set: of the station or the whole it is part of, each of the need or of all, before those of no
    station.
    """
    sets: dict[Key, list[RecoveryRow]] = {}
    for row in sorted(spec.recovery_rows, key=lambda row: (row.sessions, row.wait)):
        sets.setdefault((row.need, row.station), []).append(row)
    rows = [row for rows in sets.values() for row in rows]
    position = {key: i for i, key in enumerate(sets)}
    set_of = np.zeros((len(at.needs), len(at.kinds) + 1), dtype=np.int64)
    if sets:
        whole = _wholes(at)
        for i, need in enumerate(at.needs.names):
            for kind, name in enumerate(["", *at.kinds.names]):
                set_of[i, kind] = _set(position, need, name, whole.get(name, name))
    return Table(
        np.array([row.sessions for row in rows], dtype=np.int64),
        np.array([row.wait for row in rows], dtype=float),
        np.array([row.share for row in rows], dtype=float),
        np.cumsum([0, *(len(rows) for rows in sets.values())], dtype=np.int64),
        set_of,
    )


def _wholes(at: Layout) -> dict[str, str]:
    """{kind of station: the whole it is part of}."""
    names = at.kinds.names
    return {
        names[kind]: names[whole]
        for kind, whole in zip(at.station_kind, at.station_whole, strict=True)
    }


def _set(position: dict[Key, int], need: str, station: str, whole: str) -> int:
    """The position of the set that a ``need`` has at this kind of station; of a register, whose
    residents are not drawn, there may be none.
    """
    keys = [(who, where) for where in (station, whole, "") for who in (need, "")]
    return next((position[key] for key in keys if key in position), 0)


def by_itself(spec: TallySpec, need: str) -> float:
    """The share of those with ``need`` who recover without a session."""
    own = [row for row in spec.recovery_rows if not row.station and row.need == need]
    rows = own or [row for row in spec.recovery_rows if not row.station and not row.need]
    return next((row.share for row in rows if row.sessions == 0 and row.wait == 0), 0.0)
