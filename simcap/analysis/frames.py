"""Tables for people who work in pandas: the visits of a run with names, the figures of a bare
network, the measures of a replication.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from simcap.analysis.capacity import counts_as_staff, home_of
from simcap.analysis.measures import Row
from simcap.engine.run import Run
from simcap.engine.visits import SEEN, Outcome
from simcap.network import Network


def visits_frame(run: Run) -> pd.DataFrame:
    """All visits of ``run``: its fields, names in the place of positions ("" where there is none:
    no pool, or no next station, since the resident left or it is not decided), outcomes in lower
    case.
    """
    visits = run.kept
    frame = pd.DataFrame({name: visits[name] for name in visits.dtype.names or ()})
    for field, names in (
        ("stream", run.streams),
        ("station", run.stations),
        ("pool", run.pools),
        ("next", run.stations),
    ):
        frame[field] = np.array([*names, ""], dtype=object)[np.maximum(visits[field], -1)]
        frame.loc[visits[field] < 0, field] = ""
    outcomes = np.array([outcome.name.lower() for outcome in Outcome], dtype=object)
    frame["outcome"] = outcomes[visits["outcome"]]
    return frame


def network_summary(run: Run, warm_up: float = 0.0) -> pd.DataFrame:
    """The figures of the stations and pools of ``run`` (of, figure, value, unit). First sessions
    joined from ``warm_up`` hours on count; waits are those of the attended; hours are those from
    ``warm_up`` to the end of the run.
    """
    visits = run.kept
    rows = [
        (f"station: {name}", *row)
        for i, name in enumerate(run.stations)
        for row in _of_station(visits[visits["station"] == i], warm_up, run.horizon)
    ]
    rows += [
        (f"pool: {pool.name}", *row)
        for pool, offered, worked in _hours(run, visits, warm_up)
        for row in _of_pool(offered, worked, run.horizon - warm_up)
    ]
    return pd.DataFrame(rows, columns=["of", "figure", "value", "unit"])


def _of_station(visits: np.ndarray, begin: float, end: float) -> Iterator[tuple[str, float, str]]:
    until = np.where(np.isnan(visits["started"]), visits["ended"], visits["started"])
    until = np.where(np.isnan(until), end, until)
    overlap = np.clip(until, begin, end) - np.clip(visits["joined"], begin, end)
    first = visits[(visits["session"] == 1) & (visits["joined"] >= begin)]
    waits = first["started"] - first["joined"]
    waits = waits[np.isin(first["outcome"], [int(outcome) for outcome in SEEN])]
    seen = np.isin(visits["outcome"], [int(outcome) for outcome in SEEN])
    yield "joined", float(len(first)), "residents"
    yield "sessions", float((seen & (visits["started"] >= begin)).sum()), "attendances"
    for outcome in (Outcome.RENEGED, Outcome.BALKED, Outcome.DETERIORATED, Outcome.NO_SHOW):
        yield outcome.name.lower(), float((first["outcome"] == outcome).sum()), "residents"
    yield "wait_mean", float(waits.mean()) if len(waits) else np.nan, "h"
    for name, share in (("wait_median", 0.5), ("wait_p90", 0.9)):
        yield name, float(np.quantile(waits, share)) if len(waits) else np.nan, "h"
    yield "queue_mean", float(np.nansum(np.maximum(overlap, 0.0)) / (end - begin)), "residents"


def _hours(run: Run, visits: np.ndarray, begin: float):
    """(pool, place-hours offered, worked) of each pool that has places of its own."""
    network = run.network
    home, names = home_of(network), {pool.name: pool for pool in network.pools}
    worked = np.zeros(len(home))
    held = np.clip(np.nan_to_num(visits["ended"], nan=run.horizon), begin, run.horizon)
    held = (held - np.clip(visits["started"], begin, run.horizon)) / np.maximum(
        visits["together"], 1
    )
    for members, chosen in _members(network, visits):
        for member in members:
            worked[home[member]] += np.nansum(held[chosen])
    for i, pool in enumerate(network.pools):
        if counts_as_staff(pool, names):
            steps = run.capacity[run.capacity["pool"] == i]
            edges = np.clip(np.append(steps["time"], run.horizon), begin, run.horizon)
            lasts = np.diff(edges)
            yield pool, float((lasts[lasts > 0] * steps["places"][lasts > 0]).sum()), worked[i]


def _members(network: Network, visits: np.ndarray) -> Iterator[tuple[list[int], np.ndarray]]:
    """(pools, which visits they attended): all members of a team, else the pool of the visit."""
    position = {pool.name: i for i, pool in enumerate(network.pools)}
    teams = {i: station for i, station in enumerate(network.stations) if station.team}
    attended = visits["pool"] >= 0
    for i, station in teams.items():
        members = [position[attend.pool] for attend in station.pools]
        yield members, attended & (visits["station"] == i)
    alone = attended & ~np.isin(visits["station"], list(teams))
    for pool in range(len(network.pools)):
        yield [pool], alone & (visits["pool"] == pool)


def _of_pool(offered: float, worked: float, hours: float) -> Iterator[tuple[str, float, str]]:
    yield "places_mean", offered / hours, "places"
    yield "at_work_mean", worked / hours, "places"
    yield "utilisation", worked / offered if offered > 0 else np.nan, "ratio"


def measures_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """``rows`` as a DataFrame: measure, place, group, value, unit."""
    return pd.DataFrame(
        [(row.measure, row.place, row.group, row.value, row.unit) for row in rows],
        columns=["measure", "place", "group", "value", "unit"],
    )
