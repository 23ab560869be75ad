"""The worst zone: the one whose mean over replications is least (of measures that are worse the
higher they are, greatest), with all zones that cannot be told from it.

The mean of each replication's worst zone would be lower: it also finds the unlucky one of zones
that are alike.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from simcap.analysis.measures import better
from simcap.analysis.statistics import LEVEL
from simcap.analysis.tables import KEYS, Wide

WORST = "worst zone"
"""The place under which its rows stand."""


def worst_zones(table: pd.DataFrame, frame: pd.DataFrame, factors: list[str]) -> pd.DataFrame:
    """Rows to go below a summary, ``table`` (with a column ``note``): of each measure and group
    that is told in two zones or more, where more is better or worse, the row of the worst zone. Its
    place is ``WORST``, its note names the zone (or several with the same mean) and those that
    cannot be told from it.

    ``table`` and ``frame``, the rows of measures.csv that it sums up, hold zones alone. The
    interval is that of the zone named. Zones are told from it by 95 % t intervals of the paired
    differences, wide enough for all of them together (Bonferroni).
    """
    told = pd.Series({name: better(name) for name in table["measure"].unique()})
    signs = told[table["measure"]].to_numpy()
    keys = [table[name].astype(str) for name in [*factors, "measure", "group"]]
    by_zone = Wide(frame, [*factors, *KEYS])
    at = _index(by_zone.heads, factors).get_indexer(_index(table, factors))
    values = by_zone.values.reshape(len(by_zone.values), -1)[at]
    means = signs * table["mean"].to_numpy()
    rows, notes = [], []
    code = pd.MultiIndex.from_arrays(keys).factorize()[0] if len(table) else np.empty(0, int)
    order = np.argsort(code, kind="stable")
    for mine in np.split(order, np.flatnonzero(np.diff(code[order])) + 1):
        mine = mine[np.isfinite(means[mine])]
        if len(mine) > 1 and signs[mine[0]]:
            worst = mine[means[mine] == means[mine].min()]
            others = mine[means[mine] > means[worst[0]]]
            others = others[_alike(values[worst[0]], values[others])]
            rows.append(worst[0])
            zones, alike = (", ".join(table["place"].iloc[those]) for those in (worst, others))
            notes.append(_note(zones, alike, table["note"].iloc[worst[0]]))
    return table.iloc[rows].assign(place=pd.Categorical([WORST] * len(rows)), note=notes)


def _index(frame: pd.DataFrame, factors: list[str]) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([frame[name].astype(str) for name in [*factors, *KEYS]])


def _alike(worst: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Which of ``others`` (rows × replications) may be as bad as ``worst``."""
    differences = others - worst
    known = ~np.isnan(differences)
    number = known.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(known, differences, 0.0).sum(axis=1) / number
        off = np.where(known, differences - mean[:, None], 0.0)
        error = np.sqrt((off**2).sum(axis=1) / (number - 1) / number)
        reach = (
            stdtrit(np.maximum(number - 1, 1), 1 - (1 - LEVEL) / 2 / max(1, len(others))) * error
        )
        return ~((number > 1) & (np.abs(mean) > reach))


def _note(worst: str, others: str, before: str) -> str:
    said = f"{worst}; not told from {others}" if others else worst
    return f"{said}; {before}" if before else said
