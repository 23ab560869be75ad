"""What the tally must know that visits do not say: the window, the targets, those who never asked,
the staff and the money.
"""

from __future__ import annotations

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
    """The people of one pool in one zone: how many, the hours a week each works, and what one costs
    (CNY a year).
    """

    staff: str
    zone: str
    people: float
    hours_each: float
    cost_each: float


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
class TallySpec:
    """Times in hours since the start: the cohort are residents who first came from ``begin`` to
    before ``end``; the run ends at ``horizon``. Targets in hours. ``zones`` are (zone, kind,
    population). ``by_arrival`` are the kinds of station that are told by when residents join, each
    by "hour", "weekday" or "quarter" or several of them; ``first_day`` is the date of hour 0, as
    ``datetime.date.toordinal`` gives it.
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

    @property
    def weeks(self) -> float:
        """Observed weeks."""
        return (self.end - self.begin) / 168.0

    @property
    def years(self) -> float:
        """Observed years, of 365 days."""
        return (self.end - self.begin) / 8760.0
