"""Contacts that land on residents, as a queueing network: what Table 1 looks like.

A closed group of residents; staff whose hours give x(t) contacts a resident up to year t if every
hour is productive, and E times as many if a share E is. Without a shared record a contact falls on
any resident, each as likely, and whoever was reached before may be reached again. With one it falls
on somebody not yet reached; when there is nobody left, there is none. ``records`` is the chance
that a contact sees the record.

Of the network: residents wait at two stations, *not yet reached* and *reached*; each contact is an
attendance by one of two places, *apart* (attends both stations and picks anybody who waits) and
*sharing* (attends the first only). Nothing of the formula 1 - exp(-E x) is put in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from simcap.engine.visits import Outcome
from simcap.errors import InputError
from simcap.lang import _
from simcap.network import Arrivals, Attend, Network, Phase, Pool, Station

YEAR = 8766.0
"""Hours."""
NEW, KNOWN = "not yet reached", "reached"
APART, SHARING = "apart", "sharing"


def network(
    residents: int,
    contacts: Callable[[float], float],
    level: float,
    records: float,
    years: int = 5,
    steps: int = 12,
) -> Network:
    """The network of ``residents`` who get ``level`` × ``contacts(t)`` contacts each up to year t,
    at an even pace within each of ``steps`` parts of a year, of which a share ``records`` sees the
    record. Raises ``InputError`` for a level or share outside 0 to 1, and contacts that fall.
    """
    for name, share in (("level", level), ("records", records)):
        if not 0 <= share <= 1:
            raise InputError(
                _("contacts: {name}: a share from 0 to 1 wanted, got {got!r}", name=name, got=share)
            )
    edges = np.arange(years * steps + 1) / steps
    more = np.diff([contacts(t) for t in edges])
    if not (more > 0).all():
        raise InputError(_("contacts: a number that rises over time wanted"))
    lengths = YEAR / steps / (more * residents * (level or 1.0))
    return Network(
        [
            Pool(name, capacity=int(share > 0 and level > 0))
            for name, share in _shares(records).items()
        ],
        _stations(lengths[0], records),
        [Arrivals(NEW, backlog=residents, name="residents")],
        [
            Phase(float(at * YEAR), _stations(length, records))
            for at, length in zip(edges[1:-1], lengths[1:], strict=True)
        ],
    )


def _shares(records: float) -> dict[str, float]:
    """{place: its share of the contacts}."""
    return {APART: 1 - records, SHARING: records}


def _stations(length: float, records: float) -> list[Station]:
    """Both stations, with a contact every ``length`` hours of both places together."""
    apart, sharing = (
        Attend(name, factor=1 / share if share else 1.0) for name, share in _shares(records).items()
    )
    return [
        Station(name, pools, length, discipline="siro", routing={"completed": KNOWN})
        for name, pools in ((NEW, (apart, sharing)), (KNOWN, (apart,)))
    ]


def reached_by(visits: np.ndarray, stations: tuple[str, ...], years: Iterable[float]):
    """How many residents ``visits`` say have been reached by the end of each of ``years``;
    ``stations`` are the names behind the positions in a visit.
    """
    first = (visits["station"] == stations.index(NEW)) & (visits["outcome"] == Outcome.COMPLETED)
    return np.searchsorted(np.sort(visits["ended"][first]), np.array(years) * YEAR, side="right")


def horizon(years: int) -> float:
    """Hours to simulate so that contacts that end with the last year have happened."""
    return years * YEAR + 1e-3
