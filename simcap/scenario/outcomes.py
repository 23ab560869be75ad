"""What a scenario says of outcomes: who recovers, how content residents are, what years weigh."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from pydantic import BeforeValidator, Discriminator, Field, Tag

from simcap.lang import _
from simcap.scenario.fields import Name, Strict
from simcap.scenario.units import Duration, Number, Share, Whole, said


def _several(value):
    """One name, or several."""
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[Name, ...], BeforeValidator(_several)]


class Line(Strict):
    """A straight line in coverage C: ``base`` + ``slope`` · C."""

    base: Number
    slope: Number


class RecoveryRow(Strict):
    """The share ``recovered`` of those with one of these needs (``need``; all, if none is named)
    who attended so many ``sessions`` or more, the first of them after this ``wait`` or a longer
    one. Rows that name a ``station`` are of those whose last session of a treatment was there.
    """

    need: Names = ()
    station: Names = ()
    sessions: Whole = 0
    wait: Duration = 0.0
    recovered: Share


class RecoveryTable(Strict):
    """Who recovers, as ``rows`` say, and what they rest on. A need with rows of its own has these
    alone, and so has a station. There is no default: NHS Talking Therapies see 50.2 to 50.8 % of
    those recover who finish, after 6.8 to 7.9 sessions (evidence B.6); how recovery rises with
    sessions and falls with waits, and how many recover by themselves, is for the scenario to say.
    """

    rows: list[RecoveryRow] = Field(min_length=1)
    source: str


class Satisfaction(Strict):
    """Points of 100 that each week waited takes away, and each repeated assessment."""

    per_week: Number = 5.0  # assumed: no source states a form (seed 000 table 2 has 72, 88, 94)
    per_repeat: Number = 10.0  # assumed


class Outcomes(Strict):
    """``recovery`` as a table, or, as ``quality_of_life``, as the first seed writes them (000 §3.2
    (5)); ``discount`` is by how much a year weighs less than the one before.
    """

    recovery: Annotated[
        Annotated[Line, Tag("a line")] | Annotated[RecoveryTable, Tag("a table")],
        Discriminator(lambda value: "a table" if _is_table(value) else "a line"),
    ] = Line(base=0.3, slope=0.2)
    quality_of_life: Line = Line(base=60.0, slope=10.0)
    satisfaction: Satisfaction = Satisfaction()
    discount: Share = 0.0  # none: the seed has no discounting


def rows_of(rows: Iterable[RecoveryRow], need: str, station: str, whole: str) -> list[RecoveryRow]:
    """The most particular of the ``rows`` for those with ``need`` whose last session was at this
    ``station``, part of a ``whole``: of the station or the whole, each of the need or of all,
    before those of no station (as ``analysis.recovery_table`` has it).
    """
    rows = list(rows)
    for where in (station, whole, ""):
        for who in (need, ""):
            if found := [row for row in rows if (who, where) in sets_of(row)]:
                return found
    return []


def _is_table(value) -> bool:
    """Whether this stands for a table, rather than a line."""
    if isinstance(value, dict):
        return bool({"rows", "source"} & value.keys())
    return isinstance(value, RecoveryTable)


def recovery_faults(outcomes: Outcomes, needs: Iterable[str]) -> Iterator[tuple[tuple, str]]:
    """(path, text) of rows that stand twice or cannot hold, and of needs that no row is of."""
    table = outcomes.recovery
    if not isinstance(table, RecoveryTable):
        return
    path, seen = ("outcomes", "recovery", "rows"), set()
    for i, row in enumerate(table.rows):
        if row.wait and not row.sessions:
            yield (
                (*path, i, "wait"),
                _(
                    "sessions: 1, or more, wanted beside it: of who has no session, no wait"
                    " is known"
                ),
            )
        for key in sets_of(row):
            if (*key, row.sessions, row.wait) in seen:
                yield (*path, i), _("each row of a need and a station once wanted, got one twice")
                break
            seen.add((*key, row.sessions, row.wait))
    yield from _without_a_first(table, needs, seen)


def sets_of(row: RecoveryRow) -> list[tuple[str, str]]:
    """(need, station) of which ``row`` is; "" for all of them."""
    return [(need, station) for need in row.need or ("",) for station in row.station or ("",)]


def _without_a_first(
    table: RecoveryTable, needs: Iterable[str], seen: set
) -> Iterator[tuple[tuple, str]]:
    """Sets of rows that begin too late: of a need with 0 sessions, of a station with one."""
    path = ("outcomes", "recovery", "rows")
    general = ("", "", 0, 0.0) in seen
    own = {key[0] for key in seen if key[0] and not key[1]}
    for need in needs:
        if (need, "", 0, 0.0) not in seen and (need in own or not general):
            yield (
                path,
                _("a row with sessions: 0 wanted for the need {need}, got none", need=said(need)),
            )
    at_once = {key[:2] for key in seen if key[1] and key[2] <= 1 and key[3] == 0}
    for need, station in sorted({key[:2] for key in seen if key[1]} - at_once):
        of = _(" and the need {need}", need=said(need)) if need else ""
        yield (
            path,
            (
                _(
                    "a row with sessions: 1, or less, and without a wait wanted for the"
                    " station {station}{of}, got none",
                    station=said(station),
                    of=of,
                )
            ),
        )
