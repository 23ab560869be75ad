"""Checks of arguments: all faults of one object at once, in one form, «who: field: what is wanted,
got what».

One range for every quantity: durations are 0 or last from a microsecond to 200 years, counts go up
to a thousand million, a run may expect ten thousand million events (``size``). So nothing
overflows, and nothing runs for ever.
"""

from __future__ import annotations

import math
from numbers import Integral, Real

from simcap.errors import NetworkError

MOST = 10**9
"""The largest count."""
SHORTEST, LONGEST = 1 / 3.6e9, 200 * 8766.0
"""A microsecond, and two hundred years, in hours."""
WIDEST = 100.0
"""The largest standard deviation, in means."""


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
        return self._each(numbers, lambda x: is_number(x) and math.isfinite(x), "a finite number")

    def positive(self, **numbers) -> Checks:
        return self._each(
            numbers,
            lambda x: is_number(x) and math.isfinite(x) and x > 0,
            "a finite number above 0",
        )

    def nonnegative(self, **numbers) -> Checks:
        return self._each(
            numbers, lambda x: is_number(x) and math.isfinite(x) and x >= 0, "a finite number ≥ 0"
        )

    def lasting(self, **durations) -> Checks:
        """That numbers of hours, as far as they are such, are 0 or in the range of durations."""
        return self._each(
            durations,
            lambda x: not (is_number(x) and 0 < x < math.inf) or SHORTEST <= x <= LONGEST,
            "hours from a microsecond to 200 years",
        )

    def wide(self, mean, **sds) -> Checks:
        """That standard deviations, as far as they are numbers, go with their ``mean``."""
        return self._each(
            sds,
            lambda x: (
                not (is_number(x) and is_number(mean) and x > 0 and mean > 0)
                or mean * 1e-6 <= x <= mean * WIDEST
            ),
            f"from a millionth of the mean to {WIDEST:g} times the mean",
        )

    def share(self, **numbers) -> Checks:
        return self._each(numbers, lambda x: is_number(x) and 0 <= x <= 1, "a share from 0 to 1")

    def whole(self, least: int, **numbers) -> Checks:
        return self._each(
            numbers,
            lambda x: isinstance(x, Integral) and not isinstance(x, bool) and int(x) >= least,
            f"a whole number ≥ {least}",
        )._each(
            numbers,
            lambda x: not isinstance(x, Integral) or int(x) <= MOST,
            f"at most {MOST}",
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


def is_number(value) -> bool:
    """Whether ``value`` is a real number, and not True or False."""
    return isinstance(value, Real) and not isinstance(value, bool)
