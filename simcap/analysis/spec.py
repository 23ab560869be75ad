"""What the tally must know that visits do not say: the window, the targets, those who never asked,
the staff and the money.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

PERIODS = ("hour", "weekday", "quarter")
"""What a station may be told by: the hour of the day, the weekday, the calendar quarter."""


@dataclass(frozen=True)
class NeedCell:
    """One need in one zone. ``in_need`` and ``asking`` are expected persons over the observed
    window, or, for a ``register``, persons in all; what multiplies arrivals multiplies both.
    ``group_size`` is the number of people in the group; ``silent`` are those who do not ask and are
    simulated one by one all the same, since something may bring them.
    """

    need: str
    group: str
    severity: str
    zone: str
    kind: str
    in_need: float
    asking: float
    group_size: float
    register: bool
    silent: float = 0.0


@dataclass(frozen=True)
class TestCell:
    """The screenings of one kind in one zone: so many persons are tested whose results come in the
    observed weeks; who is positive has one of the ``needs``, or is so ``falsely``.
    """

    needs: tuple[str, ...]
    falsely: str
    zone: str
    tested: float


@dataclass(frozen=True)
class StaffCell:
    """The people of one pool in one zone: how many, the hours a week each works, what one costs
    (CNY a year), and who pays: (source of funds, share), none where nothing is said.
    """

    staff: str
    zone: str
    people: float
    hours_each: float
    cost_each: float
    funds: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Target:
    """A target by name, in hours, and what is held against it: the first waits at kinds of
    ``stations``, or the waits for a professional of residents with one of the ``needs``.
    """

    name: str
    hours: float
    stations: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecoveryRow:
    """The share who recover, of those with the ``need`` whose last session of a treatment was at
    the kind of ``station`` ("" for all), from so many ``sessions`` and hours of ``wait`` on.
    """

    need: str
    station: str
    sessions: int
    wait: float
    share: float


@dataclass(frozen=True)
class Period:
    """Part of the observed window, as "quarter: 2025 Q1" or "year: 1", with the needs that begin in
    it; ``told`` unless it only stands for a year of those that costs are counted by.
    """

    name: str
    begin: float
    end: float
    needs: tuple[NeedCell, ...]
    told: bool = True

    @property
    def is_year(self) -> bool:
        """Whether it is a year of the observed window."""
        return self.name.startswith("year: ")


@dataclass(frozen=True)
class Records:
    """Of all records the ``share`` that is false; ``audited`` are drawn, of whose false ones the
    share ``missed`` is overlooked, in so many ``hours`` a week.
    """

    share: float
    audited: int
    missed: float
    hours: float


@dataclass(frozen=True)
class TallySpec:
    """Times in hours since the start: the cohort are residents who first came from ``begin`` to
    before ``end``; the run ends at ``horizon``. Targets in hours. ``zones`` are (zone, kind,
    population). ``by_arrival`` are the kinds of station that are told by when residents join, each
    by "hour", "weekday" or "quarter" or several of them; ``first_day`` is the date of hour 0, as
    ``datetime.date.toordinal`` gives it. ``recovery`` and ``quality_of_life`` are lines in coverage
    of need, (base, slope); where there are ``recovery_rows``, they stand for the former.
    ``satisfaction`` are the points that a week waited and a repeated assessment take away,
    ``discount`` by how much a year weighs less than the one before. ``by_week`` says whether queues
    are told by week; ``records`` are None where nobody asks for them.
    """

    begin: float
    end: float
    horizon: float
    first_contact: float
    hotline_answer: float
    crisis_response: float
    zones: tuple[tuple[str, str, float], ...]
    needs: tuple[NeedCell, ...]
    staff: tuple[StaffCell, ...]
    recovery: tuple[float, float]
    quality_of_life: tuple[float, float]
    register_visit: float = 336.0
    targets: tuple[Target, ...] = ()
    by_arrival: tuple[tuple[str, tuple[str, ...]], ...] = ()
    first_day: int = 1
    screenings: tuple[TestCell, ...] = ()
    recovery_rows: tuple[RecoveryRow, ...] = ()
    satisfaction: tuple[float, float] = (5.0, 10.0)
    discount: float = 0.0
    periods: tuple[Period, ...] = ()
    by_week: bool = False
    records: Records | None = None

    @property
    def weeks(self) -> float:
        """Observed weeks."""
        return (self.end - self.begin) / 168.0

    @property
    def years(self) -> float:
        """Observed years, of 365 days."""
        return (self.end - self.begin) / 8760.0

    @property
    def paid_years(self) -> float:
        """Years for which the observed weeks are paid."""
        return years_paid(self.first_day, self.begin, self.end)


def years_paid(first_day: int, begin: float, end: float) -> float:
    """Years of pay from ``begin`` to ``end`` (hours; hour 0 begins ``first_day``): whole ones of
    365 days each, or from a date to the same date in a later year; else days ÷ 365.25.
    """
    days = (end - begin) / 24.0
    if days % 365.0 == 0.0:
        return days / 365.0
    dates = [datetime.date.fromordinal(first_day + int(at // 24.0)) for at in (begin, end)]
    if days % 1.0 == 0.0 and _day_of_year(dates[0]) == _day_of_year(dates[1]):
        return float(dates[1].year - dates[0].year)
    return days / 365.25


def _day_of_year(date: datetime.date) -> tuple[int, int]:
    """(month, day); 29 February counts as 1 March, where a year has none."""
    return (3, 1) if (date.month, date.day) == (2, 29) else (date.month, date.day)
