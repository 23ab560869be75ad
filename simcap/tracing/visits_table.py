"""The visits of residents as a table: one row a visit, for spreadsheets and pandas."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from simcap.engine.visits import LEFT, TIMES
from simcap.network.clock import INFINITY
from simcap.tracing.traces import Resident, Trace
from simcap.tracing.words import OUTCOMES


def visits_table(trace: Trace, residents: Iterable[Resident]) -> pd.DataFrame:
    """A row for each visit of ``residents``: who they are, where and with whom they were, and when,
    as clock times of the calendar (whole seconds) and in hours since the start (exact, as in
    ``Run.frame()``; NaN for what has not happened). ``network_station`` and ``stream`` are the
    names that ``simcap show`` prints.
    """
    rows = [
        {**_who(trace, resident), "visit": k, **_visit(trace, visit)}
        for resident in residents
        for k, visit in enumerate(resident.visits, 1)
    ]
    return pd.DataFrame(rows)


def _who(trace: Trace, resident: Resident) -> dict:
    labels = trace.labels(resident)
    who = {"resident": resident.id, "stream": trace.stream(resident), "number": resident.number}
    for name in ("need", "group", "severity", "zone", "kind"):
        who[name] = labels.get(name, "")
    return who


def _visit(trace: Trace, visit: int) -> dict:
    row, place = trace.visits[visit], trace.place(visit)
    seats = trace.seats[visit]
    named = [f"{trace.network.pools[seat.pool].name} {seat.chair}" for seat in seats]
    going = int(row["next"])
    times = {name: int(trace.times[name][visit]) for name in TIMES}
    return {
        "station": place.home or place.kind,
        "need_then": place.need,
        "occasion": int(row["occasion"]),
        "session": int(row["session"]),
        "attended_by": ", ".join(named),
        "together": int(row["together"]),
        **{name: _clock(trace, at) for name, at in times.items()},
        **{f"{name}_hours": float(row[name]) for name in TIMES},
        "waited_hours": _between(trace, times["joined"], times["started"], times["ended"]),
        "attended_hours": _between(trace, times["started"], times["ended"]),
        "outcome": OUTCOMES[int(row["outcome"])],
        "next": "leaves" if going == LEFT else _next(trace, going),
        "network_station": trace.network.stations[row["station"]].name,
    }


def _next(trace: Trace, station: int) -> str:
    if station < 0:
        return ""
    place = trace.places[station]
    return place.home or place.kind


def _clock(trace: Trace, at: int) -> str:
    return "" if at == INFINITY else trace.date(at).isoformat(" ", "seconds")


def _between(trace: Trace, since: int, *until: int) -> float:
    """Hours from ``since`` to the first of ``until``, or to the end of the run."""
    return np.nan if since == INFINITY else (min(*until, trace.horizon) - since) / 3.6e9
