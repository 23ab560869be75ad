"""Checks of arguments: all faults of one object at once, in one form, «who: field: what is wanted,
got what».
"""

from __future__ import annotations

import math
from numbers import Integral, Real

from simcap.errors import NetworkError


class Checks:
    """Collects the faults of the object called ``who``; ``done`` raises them together as one
    ``NetworkError``.
    """

    def __init__(self, who: str):
        self.who = who
        self.faults: list[str] = []

    def true(self, holds: bool, fault: str) -> Checks:
        if not holds:
            self.faults.append(f"{self.who}: {fault}")
        return self

    def finite(self, **numbers) -> Checks:
        return self._each(numbers, lambda x: _is_number(x) and math.isfinite(x), "a finite number")

    def positive(self, **numbers) -> Checks:
        return self._each(
            numbers,
            lambda x: _is_number(x) and math.isfinite(x) and x > 0,
            "a finite number above 0",
        )

    def nonnegative(self, **numbers) -> Checks:
        return self._each(
            numbers, lambda x: _is_number(x) and math.isfinite(x) and x >= 0, "a finite number ≥ 0"
        )

    def share(self, **numbers) -> Checks:
        return self._each(numbers, lambda x: _is_number(x) and 0 <= x <= 1, "a share from 0 to 1")

    def whole(self, least: int, **numbers) -> Checks:
        return self._each(
            numbers,
            lambda x: isinstance(x, Integral) and not isinstance(x, bool) and int(x) >= least,
            f"a whole number ≥ {least}",
        )

    def name(self, **names) -> Checks:
        return self._each(
            names,
            lambda x: isinstance(x, str) and x.strip() == x != "",
            "a name (text without blanks at its ends)",
        )

    def each_positive(self, **sequences) -> Checks:
        for field, numbers in sequences.items():
            for i, number in enumerate(numbers):
                self.positive(**{f"{field}[{i}]": number})
        return self

    def each_nonnegative(self, **sequences) -> Checks:
        for field, numbers in sequences.items():
            if all(type(number) is float and 0.0 <= number < math.inf for number in numbers):
                continue  # hundreds of factors, thousands of times, are rarely wrong
            for i, number in enumerate(numbers):
                self.nonnegative(**{f"{field}[{i}]": number})
        return self

    def one_of(self, choices, **values) -> Checks:
        return self._each(values, lambda x: x in choices, "one of " + ", ".join(map(str, choices)))

    def _each(self, values, good, wanted) -> Checks:
        for field, value in values.items():
            self.true(good(value), f"{field}: {wanted} wanted, got {value!r}")
        return self

    def done(self) -> None:
        if self.faults:
            raise NetworkError(self.faults)


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
