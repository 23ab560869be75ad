"""Residents of a zone on their way from station to station, as an event log for vidigi and who is
shown at each moment.

A picture every half hour, in a window of days; at most so many residents. Everybody is drawn where
their last event has put them: who comes and goes between two pictures is in neither.
"""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simcap.app.watching.counts import DAY, Watched
from simcap.network.clock import INFINITY
from simcap.tracing import event_log
from simcap.tracing.event_log import AT_HOME
from simcap.tracing.traces import Resident

MINUTES = 30
"""Minutes from one picture to the next."""


@dataclass(frozen=True, eq=False)
class Moving:
    """``shown`` are the residents who are drawn, of ``found`` who were at a station in the window,
    of ``zone`` ("" is all); ``away`` others were there and at home all the time. ``log`` is their
    event log for vidigi, its minutes from the ``first`` to the ``last``.
    """

    zone: str
    shown: tuple[Resident, ...]
    found: int
    away: int
    log: pd.DataFrame
    first: int
    last: int


def moving(watched: Watched, zone: str, date: datetime.date, days: int, at_most: int) -> Moving:
    """Those of ``zone`` who move in ``days`` days from ``date`` on; where they are more, a draw of
    ``at_most``, which no name and no order of rows decides.
    """
    begin = watched.day(date) * DAY
    end = min(begin + days * DAY, watched.trace.horizon)
    there = [each for each in _of(watched, zone) if _present(watched, each, begin, end)]
    busy = _at_stations(watched, begin, end)
    found = [each for each in there if busy[each.visits.start : each.visits.stop].any()]
    drawn = sorted(found, key=lambda each: _draw(watched, each))[:at_most]
    shown = tuple(sorted(drawn, key=lambda each: each.id))
    log = _for_drawing(event_log(watched.trace, shown), end // (60 * 10**6))
    minutes = begin // (60 * 10**6), end // (60 * 10**6)
    return Moving(zone, shown, len(found), len(there) - len(found), log, *minutes)


def _of(watched: Watched, zone: str) -> list[Resident]:
    trace = watched.trace
    return [each for each in trace.residents if not zone or trace.labels(each).get("zone") == zone]


def _present(watched: Watched, resident: Resident, begin: int, end: int) -> bool:
    """Whether ``resident`` had come by ``end`` and not left at ``begin``."""
    times, visits = watched.trace.times, resident.visits
    return bool(times["arrived"][visits[0]] < end and times["ended"][visits[-1]] > begin)


def _at_stations(watched: Watched, begin: int, end: int) -> np.ndarray:
    """Which visits put a resident at a station for some time from ``begin`` to ``end``."""
    trace, times = watched.trace, watched.trace.times
    attended = np.array([not (place.home or place.referral) for place in trace.places], dtype=bool)
    until = times["ended"].clip(max=trace.horizon)
    here = (times["joined"] < end) & (until > begin) & (until > times["joined"])
    return attended[trace.visits["station"]] & here & (times["joined"] < INFINITY)


def _draw(watched: Watched, resident: Resident) -> str:
    trace = watched.trace
    said = f"{trace.seed} {trace.replication} {resident.number} {trace.stream(resident)} watch"
    return hashlib.sha256(said.encode()).hexdigest()


def _for_drawing(log: pd.DataFrame, last: int) -> pd.DataFrame:
    """``log`` up to minute ``last``, one row for each moment of a resident, all that is at home at
    one place, and the seats of each pool that are used numbered from 1 without gaps: a picture has
    room for these only.
    """
    log = log[log["time"] <= last].copy()
    log.loc[log["event"].str.startswith("at home"), "event"] = AT_HOME
    log = log[(log["member"].isna()) | (log["member"] == 1)]
    used = log["resource_id"].notna()
    pools = log["event"].str.removesuffix(" ends")[used]
    log.loc[used, "resource_id"] = (
        log["resource_id"][used].groupby(pools).rank("dense").astype("int64").array
    )
    return log.reset_index(drop=True)


def snapshots(made: Moving) -> pd.DataFrame:
    """Who is where at each moment: vidigi's frames of ``made``, a row for each resident.

    Nobody is hidden: there is room for all of them in each queue, so vidigi invents no exit
    either. Who has left is drawn at the exit up to the next picture; who still is at a pool's
    place when it ends, moves on in the same moment.
    """
    from vidigi.prep import reshape_for_animations

    room = 10 * max(1, -(-len(made.shown) // 10))
    return reshape_for_animations(
        made.log,
        every_x_time_units=MINUTES,
        warm_up=made.first,
        limit_duration=made.last,
        step_snapshot_max=room,
    )
