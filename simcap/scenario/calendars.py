"""The calendar of one run: what rosters and appointments follow, and when seasons are."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from simcap.scenario.calendar import (
    Spans,
    closed_hours,
    make_up_days,
    outside,
    week_starts,
    weeks_off,
    yearly,
)
from simcap.scenario.schema import RosterSpec, Scenario
from simcap.scenario.staff import YEAR


@dataclass(frozen=True)
class Calendar:
    """In hours since the start: the hour of the week at 0, when public holidays ``close`` what is
    closed on them, the days that are ``made_up`` for others, and when it is not a season.
    """

    week_starts: float
    closed: Spans
    made_up: tuple[tuple[float, int], ...]
    not_in: dict[str | None, Spans]
    year: float

    def shut(self, roster: RosterSpec, scenario: Scenario) -> Spans:
        """When nobody of ``roster`` works."""
        official = self.closed if roster.holidays == "closed" else ()
        off = weeks_off(roster.weeks, scenario.start, scenario.horizon) if roster.weeks else ()
        return (*official, *self.not_in[roster.during], *off)

    def worked(self, roster: RosterSpec) -> tuple[tuple[float, int], ...]:
        """The days on which ``roster`` works as on another weekday."""
        official = roster.holidays == "closed" and roster.make_up_days == "worked"
        return self.made_up if official else ()

    def share_of_year(self, during: str | None) -> float:
        """The share of a year of 365 days that a season is."""
        if during is None:
            return 1.0
        return self.year if during == "school holidays" else 1 - self.year


def calendar_of(scenario: Scenario) -> Calendar:
    """The calendar of a run of ``scenario``."""
    start, horizon = scenario.start, scenario.horizon
    dates = tuple(scenario.school_holidays)
    school_holidays = yearly(dates, start, horizon)
    whole = yearly(dates, datetime.date(2025, 1, 1), YEAR - 24)
    return Calendar(
        week_starts(start),
        closed_hours(scenario.holidays, start, horizon),
        make_up_days(scenario.holidays, start, horizon),
        {
            None: (),
            "term": school_holidays,
            "school holidays": outside(school_holidays, horizon),
        },
        sum(end - begin for begin, end in whole) / YEAR,
    )
