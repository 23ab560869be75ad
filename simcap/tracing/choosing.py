"""Which residents are told of: those who fit what was asked for, or a few of them who differ.

*A few who differ.* Residents whose ways are alike (need, kind of zone, the stations they came to
and how each visit ended, how long the longest wait was, whether they left) are of one kind. The
first chosen is of the commonest kind. Each further one is of the kind that is farthest from all
chosen so far: its Jaccard distance from the nearest of them is the largest; of those equally far,
the commonest kind. Who stands for a kind, and which goes first of kinds alike in both, is a draw
keyed by seed, replication, stream and number: no order of names or rows decides. When all kinds
have had one, each gives another in the same order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from simcap.engine.visits import LEFT
from simcap.errors import InputError
from simcap.lang import _
from simcap.network.clock import HOUR, INFINITY
from simcap.scenario.reader import did_you_mean
from simcap.tracing.traces import Resident, Trace
from simcap.tracing.words import OUTCOMES

WAITS = ((168 * 4, "a month"), (168, "a week"), (24, "a day"), (1, "an hour"))
"""Hours from which the longest wait of a resident counts as long as this."""


@dataclass(frozen=True)
class Wanted:
    """Whom to tell of. ``count`` of them who differ, or all (None); ``residents`` by name (R00042,
    or STREAM/NUMBER), none others then; those with one of the ``needs``, of one of the ``zones``,
    who came to one of the ``stations`` (kinds), who had a visit with one of the ``outcomes``.
    """

    count: int | None = None
    residents: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    stations: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


def chosen(trace: Trace, wanted: Wanted) -> list[Resident]:
    """The residents who are ``wanted``: a ``count`` of those that were there in the observed hours
    in the order in which they were chosen (audiences, who are in no need, where their need is named
    only), else in order of coming. ``InputError`` for a name that
    nobody has, and where nobody fits.
    """
    if wanted.residents:
        if wanted.needs or wanted.zones or wanted.stations or wanted.outcomes:
            raise InputError(
                _("--resident: alone wanted, got --need, --zone, --station or --outcome, too")
            )
        return list(dict.fromkeys(_named(trace, name) for name in wanted.residents))
    fit = list(_fitting(trace, wanted))
    if wanted.count is not None:
        mute = frozenset() if wanted.needs else trace.audiences
        fit = [
            resident
            for resident in fit
            if _observed(trace, resident) and trace.labels(resident).get("need", "") not in mute
        ]
    if not fit:
        raise InputError(
            _(
                "trace: none of the {number:,} residents fits what is asked",
                number=len(trace.residents),
            )
        )
    return fit if wanted.count is None else list(_different(trace, fit, wanted.count))


def _named(trace: Trace, name: str) -> Resident:
    if (number := name[1:]).isdecimal() and name[:1] in ("R", "r"):
        if 1 <= int(number) <= len(trace.residents):
            return trace.residents[int(number) - 1]
        last = trace.residents[-1].id if trace.residents else _("none")
        raise InputError(
            _("--resident: a resident up to {last} wanted, got {got!r}", last=last, got=name)
        )
    stream, sign, number = (name[::-1].replace("#", "/", 1)[::-1]).rpartition("/")
    if not sign or not number.isdecimal():
        raise InputError(
            _(
                "--resident: R00042 or STREAM/NUMBER, such as {stream}/0, wanted, got {got!r}",
                stream=trace.network.arrivals[0].name,
                got=name,
            )
        )
    names = [each.name for each in trace.network.arrivals]
    if stream not in names:
        raise InputError(
            _(
                "--resident: a stream of residents such as {name!r} wanted, got {got!r}{hint}",
                name=names[0],
                got=stream,
                hint=did_you_mean(stream, names),
            )
        )
    for resident in trace.residents:
        if (resident.stream, resident.number) == (names.index(stream), int(number)):
            return resident
    raise InputError(
        _("--resident: nobody called {stream}/{number} came", stream=stream, number=number)
    )


def _fitting(trace: Trace, wanted: Wanted) -> Iterator[Resident]:
    """Those who fit, in order of coming."""
    at, of = trace.places, [dict(stream.labels) for stream in trace.network.arrivals]
    _known("--need", wanted.needs, [*(s.get("need", "") for s in of), *(p.need for p in at)])
    _known("--zone", wanted.zones, [labels.get("zone", "") for labels in of])
    _known("--station", wanted.stations, [place.home or place.kind for place in at])
    _known("--outcome", wanted.outcomes, OUTCOMES.values())
    for resident in trace.residents:
        places = {trace.place(visit) for visit in resident.visits}
        labels = of[resident.stream]
        ended = {_outcome(trace, visit) for visit in resident.visits}
        asked = (
            (wanted.needs, {labels.get("need", ""), *(place.need for place in places)}),
            (wanted.zones, {labels.get("zone", "")}),
            (wanted.stations, {place.home or place.kind for place in places}),
            (wanted.outcomes, ended),
        )
        if all(not names or there.intersection(names) for names, there in asked):
            yield resident


def _known(option: str, names: Iterable[str], known: Iterable[str]) -> None:
    """``InputError`` for those of ``names`` that are not ``known``."""
    there = {name for name in known if name}
    for name in names:
        if name not in there:
            raise InputError(
                _(
                    "{option}: a name of the scenario wanted, got {got!r}{hint}",
                    option=option,
                    got=name,
                    hint=did_you_mean(name, there),
                )
            )


def _observed(trace: Trace, resident: Resident) -> bool:
    """Whether ``resident`` was there in the observed hours."""
    begin, end = trace.observed
    last = trace.times["ended"][resident.visits[-1]]
    return bool(last > begin * HOUR and trace.times["arrived"][resident.visits[0]] < end * HOUR)


def _outcome(trace: Trace, visit: int) -> str:
    return OUTCOMES[int(trace.visits["outcome"][visit])]


def _way(trace: Trace, resident: Resident) -> frozenset[tuple[str, ...]]:
    """What tells the kind of ``resident``."""
    labels = trace.labels(resident)
    told: set[tuple[str, ...]] = {
        ("need", labels.get("need", "")),
        ("zone", labels.get("kind", "")),
    }
    longest = 0
    for visit in resident.visits:
        place = trace.place(visit)
        told.add((place.home, place.kind, _outcome(trace, visit)))
        until = min(int(trace.times[name][visit]) for name in ("started", "ended"))
        if not place.home and trace.times["joined"][visit] < INFINITY:
            longest = max(longest, min(until, trace.horizon) - int(trace.times["joined"][visit]))
    said = (name for least, name in WAITS if longest >= least * HOUR)
    left = trace.visits["next"][resident.visits[-1]] == LEFT
    return frozenset(told | {("waited", next(said, "less")), ("left", str(left))})


def _draw(trace: Trace, resident: Resident) -> str:
    said = f"{trace.seed} {trace.replication} {resident.number} {trace.stream(resident)}"
    return hashlib.sha256(said.encode()).hexdigest()


def _different(trace: Trace, residents: list[Resident], count: int) -> Iterator[Resident]:
    """``count`` of ``residents``, fewer if there are fewer, who differ."""
    kinds: dict[frozenset, list[tuple[str, Resident]]] = {}
    for resident in residents:
        kinds.setdefault(_way(trace, resident), []).append((_draw(trace, resident), resident))
    for alike in kinds.values():
        alike.sort(key=lambda one: one[0])
    order = _farthest_first(kinds, count)
    turn, left = 0, min(count, len(residents))
    while left:
        there = [kinds[kind][turn][1] for kind in order if turn < len(kinds[kind])][:left]
        yield from there
        turn, left = turn + 1, left - len(there)


def _farthest_first(kinds: dict, count: int) -> list[frozenset]:
    """The first ``count`` of ``kinds``, each the farthest from all before it."""
    ways = sorted(kinds, key=lambda way: (-len(kinds[way]), kinds[way][0][0]))
    column = {told: i for i, told in enumerate(sorted(set().union(*ways)))}
    has = np.zeros((len(ways), len(column)), dtype=np.int32)
    for i, way in enumerate(ways):
        has[i, [column[told] for told in way]] = 1
    sizes, near, at, found = has.sum(axis=1), np.full(len(ways), np.inf), 0, []
    for _nth in range(min(count, len(ways))):
        found.append(ways[at])
        both = has @ has[at]
        near = np.minimum(near, 1 - both / (sizes + sizes[at] - both))
        near[at] = -1.0
        at = int(np.argmax(near))  # of equals the first: the commonest
    return found
