"""The calendar: which hours of a run are public holidays, and where its start stands in the week."""

from __future__ import annotations

import datetime
import functools


def week_starts(start: datetime.date) -> float:
    """The hour of the week (0 = Monday 00:00) at which ``start`` begins."""
    return 24.0 * start.weekday()


def closed_hours(country: str, start: datetime.date, horizon: float) -> tuple[tuple[float, float], ...]:
    """(from, to) in hours since ``start`` of each run of public holidays up to ``horizon`` hours; "none" has none.

    A weekend between two holidays is closed with them. Days off of a province or firm, and the weekends that are worked in
    exchange, are not in it.
    """
    if country == "none":
        return ()
    official = set(_holidays(country, start.year, (start + datetime.timedelta(hours=horizon)).year))
    bridged = {day + datetime.timedelta(i) for day in official if day.weekday() == 4 and day + datetime.timedelta(3) in official
               for i in (1, 2)}
    days = [(day - start).days for day in official | bridged]
    spans: list[list[float]] = []
    for day in sorted(day for day in days if -1 < day <= horizon / 24):
        if spans and spans[-1][1] == 24.0 * day:
            spans[-1][1] += 24.0
        else:
            spans.append([24.0 * day, 24.0 * (day + 1)])
    return tuple((begin, end) for begin, end in spans)


def provisional_years(country: str, start: datetime.date, horizon: float) -> tuple[int, ...]:
    """Years of the run whose official arrangement the calendar does not know: only what the law fixes is closed then."""
    if country == "none":
        return ()
    from holidays.countries.china import ChinaStaticHolidays

    known = max(ChinaStaticHolidays.special_public_holidays)
    return tuple(range(max(known + 1, start.year), (start + datetime.timedelta(hours=horizon)).year + 1))


def hours_of_date(month_day: str, start: datetime.date, horizon: float) -> list[float]:
    """Hours since ``start`` at which ``month_day`` ("10-13") begins, each year up to ``horizon``."""
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
def _holidays(country: str, first: int, last: int) -> tuple[datetime.date, ...]:
    import holidays

    return tuple(sorted(holidays.country_holidays(country, years=range(first, last + 1))))
