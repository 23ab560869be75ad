"""An event log in vidigi's columns: what stands where at every moment, for animation and counts.

Times are minutes since hour 0, since vidigi draws frames of whole units; rows are in order of time
and, at one moment, of a resident's own events (``seq``). A resident comes (arrival), queues at a
station, uses a place of a pool, and leaves (depart); between two visits, on the way, and before
they try again, they are «at home». Who is still there at the end of the run has no row more: they
stay where they are.

Services are named by pool, so that staff who attend at several stations are one resource:
``resource_id`` counts from 1 in each pool, as vidigi draws them, ``unique_resource_id`` is one
person's or seat's name (for ``by="resource"``). A team has a row of each of its pools; ``member``
is 1 at the station's first pool, whose rows alone count the attendances of the station. A group
has a chair for each of its members. A no-show keeps the place for that time, and says so in
``outcome``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from simcap.tracing.traces import (
    ARRIVAL,
    DEPART,
    END,
    HOME,
    OPEN,
    QUEUE,
    START,
    Resident,
    Step,
    Trace,
)
from simcap.tracing.words import OUTCOMES

AT_HOME = "at home"
COLUMNS = (
    "entity_id",
    "event_type",
    "event",
    "time",
    "resource_id",
    "pathway",
    "run_number",
    "seq",
    "unique_resource_id",
    "member",
    "place",
    "station",
    "session",
    "outcome",
    "need",
    "zone",
    "network_station",
)


def event_log(trace: Trace, residents: Iterable[Resident]) -> pd.DataFrame:
    """The log of ``residents``. ``outcome`` is that of the visit, at whose rows it stands."""
    rows: list[tuple] = []
    for resident in residents:
        rows += [
            (resident.id, *row[:3], *row[3:5], trace.replication, seq, *row[5:])
            for seq, row in enumerate(_rows(trace, resident), 1)
        ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame = frame.sort_values(["time", "entity_id", "seq"], kind="stable", ignore_index=True)
    return frame.astype({"resource_id": "Int64", "member": "Int64", "place": "Int64"})


def _rows(trace: Trace, resident: Resident) -> Iterator[tuple]:
    """(event type, event, minutes, resource, pathway, its name, member, place, …) of each row."""
    labels, zone = trace.labels(resident), trace.labels(resident).get("zone", "")
    for step in trace.steps(resident):
        if step.what == OPEN:
            continue
        minutes = step.at / 6e7
        place = trace.place(step.visit)
        need = labels.get("need", "") if step.what == ARRIVAL else place.need
        pathway = trace.pathways.get(need, "")
        for kind, event, resource, name, member, number in _events(trace, step):
            at_visit = step.what in (QUEUE, START, END)
            yield (
                kind,
                event,
                minutes,
                resource,
                pathway,
                name,
                member,
                number,
                *(_visit(trace, step.visit) if at_visit else ("", 0, "")),
                need,
                zone,
                trace.network.stations[trace.visits["station"][step.visit]].name
                if at_visit
                else "",
            )


def _visit(trace: Trace, visit: int) -> tuple[str, int, str]:
    row = trace.visits[visit]
    return trace.place(visit).desk, int(row["session"]), OUTCOMES[int(row["outcome"])]


def _events(trace: Trace, step: Step) -> Iterator[tuple]:
    """(event type, event, resource, its name, member of a team, place) of each row of ``step``."""
    if step.what in (ARRIVAL, DEPART):
        yield "arrival_departure", step.what, None, "", None, None
    elif step.what in (HOME, QUEUE):
        place = trace.place(step.visit)
        queue = place.desk if place.home else f"queue: {place.desk}"
        yield "queue", AT_HOME if step.what == HOME else queue, None, "", None, None
    elif trace.seats[step.visit]:  # whom vidigi draws at the last: the first member
        kind, ends = ("resource_use", "") if step.what == START else ("resource_use_end", " ends")
        members = list(enumerate(trace.seats[step.visit], 1))
        for member, seat in reversed(members):
            pool = trace.network.pools[seat.pool].name
            yield kind, f"{pool}{ends}", seat.chair, f"{pool} {seat.chair}", member, seat.place
