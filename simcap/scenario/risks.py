"""What the visits of a register find: its risks, how long each leaves until the next visit, and
what residents become by then.

Source: 严重精神障碍管理治疗工作规范 (2018年版) and the third edition of the basic public health
services (evidence B.4): three classes, at least 4 visits a year, unstable within 2 weeks, stable
after 3 months; basically stable after 2 weeks and then monthly, as slides say (the national text is
cut off there). How residents change is assumed: no source says it.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from simcap.lang import _
from simcap.scenario.fields import Strict
from simcap.scenario.units import LongerThan0, Share

RiskName = Literal["stable", "basically stable", "unstable"]
RISKS: tuple[RiskName, ...] = ("stable", "basically stable", "unstable")

QUARTER, MONTH, FORTNIGHT, WEEK = 2184.0, 720.0, 336.0, 168.0
"""Hours: of a quarter's 91 days, of a month of 30 days (assumed), of two weeks, of one."""

Becomes = dict[
    Annotated[RiskName, BeforeValidator(lambda key: str(key).replace("_", " "))],
    Share,
]


class Risk(Strict):
    """Residents found at one risk: their share ``at_first`` (of those visited first), the time
    ``every`` visit that finds it leaves until the next, or ``once_found``, if the visit before did
    not find it, and what the next visit finds: what is not said that they ``become`` stays.
    """

    at_first: Share | None = None
    every: LongerThan0
    once_found: LongerThan0 | None = None
    becomes: Becomes = {}


def _usual(every: float, once_found: float | None = None) -> BeforeValidator:
    """The intervals of a risk where none are given."""

    def filled(data):
        if not isinstance(data, dict):
            return data
        given = {str(key).replace("_", " ") for key, value in data.items() if value is not None}
        usual = {"every": every, "once found": once_found}
        missing = {key: hours for key, hours in usual.items() if hours and key not in given}
        kept = {key: value for key, value in data.items() if value is not None}
        return {**kept, **{key: f"{hours} h" for key, hours in missing.items()}}

    return BeforeValidator(filled)


UNSAID: Any = Field(default={}, validate_default=True)


class Risks(Strict):
    """What a register's visits find. At first who is not said to be anything else is stable. A
    visit that fails (missed, given up for) is due again after ``missed``, a week (assumed).
    """

    stable: Annotated[Risk, _usual(QUARTER)] = UNSAID
    basically_stable: Annotated[Risk, _usual(MONTH, FORTNIGHT)] = UNSAID
    unstable: Annotated[Risk, _usual(FORTNIGHT)] = UNSAID
    missed: LongerThan0 = WEEK

    def of(self, name: RiskName) -> Risk:
        """The risk of this name."""
        return getattr(self, name.replace(" ", "_"))

    def found(self, before: RiskName | None) -> dict[RiskName, float]:
        """The shares of what a visit finds after one that found ``before``; None: a first one."""
        given = self._at_first() if before is None else self.of(before).becomes
        rest = before or "stable"
        left = max(0.0, 1.0 - math.fsum(given.values()))
        return given if rest in given else {**given, rest: left}

    def interval(self, before: RiskName | None, found: RiskName) -> float:
        """Hours until the visit after one that ``found`` this, the one ``before`` that."""
        risk = self.of(found)
        return risk.every if before == found or risk.once_found is None else risk.once_found

    def _at_first(self) -> dict[RiskName, float]:
        shares = {name: self.of(name).at_first for name in RISKS}
        return {name: share for name, share in shares.items() if share is not None}

    @model_validator(mode="after")
    def _sums(self):
        _add_up("at first", self._at_first(), "stable")
        for name in RISKS:
            _add_up(f"{name}.becomes", self.of(name).becomes, name)
        return self


def _add_up(what: str, given: dict[RiskName, float], rest: RiskName) -> None:
    """Raise where ``given`` shares are more than 1, or, with that of the ``rest``, not 1."""
    total = math.fsum(given.values())
    if total > 1 + 1e-9 or (rest in given and total < 1 - 1e-9):
        wanted = _("a sum of 1") if rest in given else _("a sum of at most 1")
        raise ValueError(
            _(
                "{what}: shares with {wanted} wanted, got {got:g}",
                what=what,
                wanted=wanted,
                got=total,
            )
        )
