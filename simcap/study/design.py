"""Which combinations of values an experiment runs: grids, paired factors, lists of points, samples
of ranges.

A *range* is written ``{from: 20 %, to: 40 %}``, with ``likely`` for a triangular one and ``step``
for steps, or, among uncertain inputs, as ``[20 %, 40 %]``. Both ends have the same unit; what is
drawn from it is rounded to six digits.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from simcap.lang import _, listed

_VALUE = re.compile(r"(x?)\s*([+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Range:
    """Values from ``low`` to ``high``, written as ``form`` says; the density is even, or, with
    ``likely``, has its peak there.
    """

    low: float
    high: float
    likely: float | None
    step: float | None
    form: tuple[str, str]

    def at(self, share: float) -> Any:
        """The value below which there is a ``share`` of the range, as a person would write it."""
        value = (
            self.low + share * (self.high - self.low)
            if self.likely is None
            else self._triangular(share)
        )
        if self.step is not None:
            value = min(self.low + round((value - self.low) / self.step) * self.step, self.high)
        text, (prefix, suffix) = f"{value:.6g}", self.form
        return (
            float(text)
            if not prefix and not suffix
            else f"{prefix}{text}{' ' if suffix else ''}{suffix}"
        )

    def _triangular(self, share: float) -> float:
        assert self.likely is not None
        width, rise = self.high - self.low, self.likely - self.low
        if share * width <= rise:
            return self.low + math.sqrt(share * width * rise)
        return self.high - math.sqrt((1 - share) * width * (self.high - self.likely))


def read_range(value: Any) -> Range:
    """The ``Range`` that ``value`` (as read from a file) stands for; raises ``ValueError``."""
    if isinstance(value, list) and len(value) == 2:
        value = {"from": value[0], "to": value[1]}
    if (
        not isinstance(value, dict)
        or not {"from", "to"} <= value.keys()
        or not value.keys() <= {"from", "to", "likely", "step"}
    ):
        raise ValueError(
            _(
                "a range such as {{from: 20 %, to: 40 %}}, with likely and step if"
                " wanted, wanted, got {got!r}",
                got=value,
            )
        )
    parts = {name: _parts(entry) for name, entry in value.items()}
    forms = {name: form for name, (_number, form) in parts.items() if name != "step"}
    if len(set(forms.values())) > 1:
        raise ValueError(
            _(
                "the same unit throughout wanted, got {got}",
                got=listed(str(value[name]) for name in forms),
            )
        )
    low, high = parts["from"][0], parts["to"][0]
    likely, step = (parts[name][0] if name in parts else None for name in ("likely", "step"))
    if not low < high:
        raise ValueError(
            _("from below to wanted, got {low} to {high}", low=value["from"], high=value["to"])
        )
    if likely is not None and not low <= likely <= high:
        raise ValueError(
            _(
                "likely from {low} to {high} wanted, got {got}",
                low=value["from"],
                high=value["to"],
                got=value["likely"],
            )
        )
    if step is not None and not 0 < step <= high - low:
        raise ValueError(_("a step above 0 that fits wanted, got {got}", got=value["step"]))
    return Range(low, high, likely, step, forms["from"])


def numbers_of(values: Sequence[Any]) -> list[float] | None:
    """The numbers in ``values``, which all have one unit; None if they have not, or are not all
    numbers.
    """
    try:
        parts = [_parts(value) for value in values]
    except ValueError:
        return None
    return [number for number, _ in parts] if len({form for _, form in parts}) == 1 else None


def form_of(value: Any) -> tuple[str, str]:
    """(what stands before the number in ``value``, its unit); raises ``ValueError`` if it has
    none.
    """
    return _parts(value)[1]


def _parts(value: Any) -> tuple[float, tuple[str, str]]:
    """(number, (what stands before it, its unit)) of a value."""
    match = (
        _VALUE.fullmatch(str(value).strip())
        if not isinstance(value, (bool, dict, list)) and value is not None
        else None
    )
    if match is None or not math.isfinite(float(match[2])):
        raise ValueError(
            _(
                "a number, with its unit or an x before it if need be, wanted, got {got!r}",
                got=value,
            )
        )
    return float(match[2]), (match[1], match[3].strip())


def grid(factors: dict[str, list], paired: Sequence[Sequence[str]]) -> list[dict]:
    """Every combination of levels; factors named together in ``paired`` go through theirs
    together.
    """
    bound = {name: group for group in paired for name in group}
    axes = dict.fromkeys(tuple(bound.get(name, (name,))) for name in factors)
    along = [
        [
            dict(zip(names, levels, strict=True))
            for levels in zip(*(factors[name] for name in names), strict=True)
        ]
        for names in axes
    ]
    points = [
        {name: value for part in parts for name, value in part.items()}
        for parts in itertools.product(*along)
    ]
    return [{name: point[name] for name in factors} for point in points]


def sampled(ranges: dict[str, Range], method: str, number: int, seed: int) -> list[dict]:
    """``number`` points spread over all ``ranges`` by the ``method`` "latin hypercube" or "sobol"
    (scrambled).
    """
    shares = _spread(method, len(ranges), number, seed)
    return [
        {
            name: span.at(float(share))
            for (name, span), share in zip(ranges.items(), row, strict=True)
        }
        for row in shares
    ]


@dataclass(frozen=True)
class Sample:
    """One setting of the uncertain inputs. ``role`` is its part in Saltelli's design: "A" and "B"
    are independent samples, "AB 2" is A with the column of input 2 from B; ``row`` counts within
    the role.
    """

    role: str
    row: int
    inputs: dict[str, Any]

    @property
    def independent(self) -> bool:
        return self.role in ("A", "B")


def saltelli(ranges: dict[str, Range], number: int, seed: int) -> list[Sample]:
    """Samples for the variance-based sensitivity to each of ``ranges``: ``number`` × (inputs + 2),
    by Saltelli et al. (2010), from a scrambled Sobol sequence. A and B together are 2 × ``number``
    samples of the inputs; AB need not be run without sensitivity.
    """
    names = list(ranges)
    shares = _spread("sobol", 2 * len(names), number, seed)
    first, second = shares[:, : len(names)], shares[:, len(names) :]
    blocks = [("A", first), ("B", second)]
    for i in range(len(names)):
        mixed = first.copy()
        mixed[:, i] = second[:, i]
        blocks.append((f"AB {i}", mixed))
    return [
        Sample(
            role,
            row,
            {name: ranges[name].at(float(share)) for name, share in zip(names, line, strict=True)},
        )
        for role, block in blocks
        for row, line in enumerate(block)
    ]


def _spread(method: str, dimensions: int, number: int, seed: int) -> np.ndarray:
    from scipy.stats import qmc

    if method == "sobol":
        return qmc.Sobol(dimensions, rng=seed).random_base2(int(math.log2(number)))
    return qmc.LatinHypercube(dimensions, rng=seed).random(number)
