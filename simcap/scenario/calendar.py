"""The calendar: which hours of a run are public holidays or school holidays, which weekends are
worked, where its start stands in the week.
"""

from __future__ import annotations

import calendar
import datetime
import functools
import itertools
import re

from simcap.lang import _

Spans = tuple[tuple[float, float], ...]
"""(from, to) in hours since the start, in order of time."""


def week_starts(start: datetime.date) -> float:
    """The hour of the week (0 = Monday 00:00) at which ``start`` begins."""
    return 24.0 * start.weekday()


def closed_hours(country: str, start: datetime.date, horizon: float) -> Spans:
    """(from, to) in hours since ``start`` of each run of public holidays up to ``horizon`` hours;
    "none" has none.

    Weekend days next to a holiday belong to it, unless they are worked in exchange, whichever year
    the holiday is of. Days off of a province or firm are not in it.
    """
    if country == "none":
        return ()
    last = (start + datetime.timedelta(hours=horizon)).year
    official = {day for day, _ in _named_holidays(country, start.year - 1, last + 1)}
    worked = {
        start + datetime.timedelta(hours=at) for at, _ in make_up_days(country, start, horizon)
    }
    closed = set(official)
    for day in official:
        for step in (-1, 1):
            near = day + datetime.timedelta(step)
            while near.weekday() >= 5 and near not in worked | closed:
                closed.add(near)
                near += datetime.timedelta(step)
    return _spans(((day - start).days for day in closed), horizon)


def make_up_days(
    country: str, start: datetime.date, horizon: float
) -> tuple[tuple[float, int], ...]:
    """(hours since ``start`` at which it begins, weekday as which it is worked) of each weekend day
    that the official arrangement has worked in exchange for a day off, up to ``horizon`` hours.
    """
    if country == "none":
        return ()
    found = {}
    for day, name in _named_holidays(
        country, start.year - 1, (start + datetime.timedelta(hours=horizon)).year + 1
    ):
        exchanged = re.search(r"substituted from (\d\d)/(\d\d)/(\d{4})", name)
        if exchanged:
            worked = datetime.date(int(exchanged[3]), int(exchanged[1]), int(exchanged[2]))
            found[24.0 * (worked - start).days] = day.weekday()
    return tuple((at, weekday) for at, weekday in sorted(found.items()) if -24 < at < horizon)


def yearly(ranges: tuple[tuple[str, str], ...], start: datetime.date, horizon: float) -> Spans:
    """(from, to) in hours since ``start`` of each of ``ranges`` (first and last month-day, "07-12"
    to "08-31"), every year up to ``horizon``.
    """
    days = set()
    for year in range(start.year - 1, start.year + int(horizon / 8760) + 3):
        for first, last in ranges:
            begin = _on(year, first)
            for past in range((_on(year + (last < first), last) - begin).days + 1):
                days.add((begin - start).days + past)
    return _spans(days, horizon)


def quarters(start: datetime.date, begin: float, end: float) -> list[tuple[str, float, float]]:
    """(name, from, to) of each calendar quarter from ``begin`` to ``end`` (hours since ``start``),
    as "quarter: 2025 Q1", as far as it lies within.
    """
    first = start + datetime.timedelta(hours=begin)
    year, quarter, found = first.year, (first.month - 1) // 3, []
    while (at := _quarter_begins(start, year, quarter)) < end:
        until = _quarter_begins(start, year, quarter + 1)
        found.append((f"quarter: {year} Q{quarter + 1}", max(at, begin), min(until, end)))
        year, quarter = year + (quarter == 3), (quarter + 1) % 4
    return found


def _quarter_begins(start: datetime.date, year: int, quarter: int) -> float:
    """The hour since ``start`` at which a quarter (from 0; 4 is the next year's first) begins."""
    day = datetime.date(year + quarter // 4, 3 * (quarter % 4) + 1, 1)
    return 24.0 * (day - start).days


def _years_on(date: datetime.date, years: int) -> datetime.date:
    """The same date so many years later; of 29 February, 1 March where a year has none."""
    if (date.month, date.day) == (2, 29) and not calendar.isleap(date.year + years):
        return datetime.date(date.year + years, 3, 1)
    return date.replace(year=date.year + years)


def observed_years(
    start: datetime.date, begin: float, end: float
) -> list[tuple[str, float, float]]:
    """(name, from, to) of each year from ``begin`` to ``end`` (hours since ``start``), as "year:
    1": from the date of ``begin`` to the same date of the next year. What is left over is a year of
    its own if it is half a year or longer, else part of the one before.
    """
    date = start + datetime.timedelta(hours=begin)
    edges = [begin]
    while (at := begin + 24.0 * (_years_on(date, len(edges)) - date).days) < end:
        edges.append(at)
    if len(edges) > 1 and end - edges[-1] < 0.5 * 8760.0:
        edges.pop()
    edges.append(end)
    spans = enumerate(itertools.pairwise(edges))
    return [(f"year: {i + 1}", first, last) for i, (first, last) in spans]


def outside(spans: Spans, horizon: float) -> Spans:
    """What ``spans`` leave of the time from 0 to ``horizon`` hours."""
    edges = [0.0, *(edge for span in spans for edge in span), max(horizon, 24.0)]
    return tuple(
        (begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True) if begin < end
    )


def weeks_off(weeks: str, start: datetime.date, horizon: float) -> Spans:
    """(from, to) in hours since ``start`` of the weeks that are left out if only the k-th of every
    n weeks, written "k of n", is worked; weeks begin on Mondays and are counted from that of
    ``start``.
    """
    which, of = week_of(weeks)
    monday = -24.0 * start.weekday()
    return tuple(
        (max(0.0, monday + 168.0 * week), monday + 168.0 * (week + 1))
        for week in range(int(horizon // 168) + 2)
        if week % of != which - 1
    )


def week_of(weeks: str) -> tuple[int, int]:
    """(k, n) from "k of n"."""
    match = re.fullmatch(r"\s*(\d+)\s+of\s+(\d+)\s*", weeks)
    if not match or not 1 <= int(match[1]) <= int(match[2]) <= 52:
        raise ValueError(_('weeks such as "1 of 2" wanted, got {got!r}', got=weeks))
    return int(match[1]), int(match[2])


def _on(year: int, month_day: str) -> datetime.date:
    """``month_day`` of ``year``; of 29 February, the day before where there is none."""
    month, day = map(int, month_day.split("-"))
    return datetime.date(
        year, month, 28 if (month, day) == (2, 29) and not calendar.isleap(year) else day
    )


def _spans(days, horizon: float) -> Spans:
    """Runs of whole ``days`` since the start, up to ``horizon`` hours."""
    spans: list[list[float]] = []
    for day in sorted(day for day in days if -1 < day <= horizon / 24):
        if spans and spans[-1][1] == 24.0 * day:
            spans[-1][1] += 24.0
        else:
            spans.append([24.0 * day, 24.0 * (day + 1)])
    return tuple((begin, end) for begin, end in spans)


def provisional_years(country: str, start: datetime.date, horizon: float) -> tuple[int, ...]:
    """Years of the run whose official arrangement the calendar does not know: only what the law
    fixes is closed then.
    """
    if country == "none":
        return ()
    from holidays.countries.china import ChinaStaticHolidays

    known = max(ChinaStaticHolidays.special_public_holidays)
    return tuple(
        range(max(known + 1, start.year), (start + datetime.timedelta(hours=horizon)).year + 1)
    )


def hours_of_date(month_day: str, start: datetime.date, horizon: float) -> list[float]:
    """Hours since ``start`` at which ``month_day`` ("10-13") begins, each year up to
    ``horizon``.
    """
    month, day = map(int, month_day.split("-"))
    hours = []
    for year in range(start.year, start.year + int(horizon / 8760) + 3):
        try:
            at = 24.0 * (datetime.date(year, month, day) - start).days
        except ValueError:
            continue
        if 0 <= at < horizon:
            hours.append(at)
    return hours


@functools.cache
def _named_holidays(country: str, first: int, last: int) -> tuple[tuple[datetime.date, str], ...]:
    import holidays

    return tuple(
        sorted(
            holidays.country_holidays(
                country, years=range(first, last + 1), language="en_US"
            ).items()
        )
    )
