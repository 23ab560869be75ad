"""What the tally must know that visits do not say: the window, the targets, those who never asked,
the staff and the money.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NeedCell:
    """One need in one zone. ``in_need`` and ``asking`` are expected persons over the observed
    window, or, for a ``register``, persons in all; what multiplies arrivals multiplies both.
    ``group_size`` is the number of people in the group.
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
class TallySpec:
    """Times in hours since the start: the cohort are residents who first came from ``begin`` to
    before ``end``; the run ends at ``horizon``. Targets in hours. ``zones`` are (zone, kind,
    population).
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

    @property
    def weeks(self) -> float:
        """Observed weeks."""
        return (self.end - self.begin) / 168.0

    @property
    def years(self) -> float:
        """Observed years, of 365 days."""
        return (self.end - self.begin) / 8760.0
