"""Readings of the equations that have numbers to fit: as printed, with what the document leaves
open set free, and others that are not as printed.

A reading says what coverage (or cost-benefit ratio) is at each level of collaboration and time, of
its free numbers. None validates anything: fifteen printed values are fitted by one to nine numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from simcap.dynamics import printed
from simcap.dynamics.equations import gains
from simcap.dynamics.parameters import Parameters
from simcap.lang import N_

E = np.array(printed.LEVELS)[:, None]
"""Levels of collaboration, a row each."""
WRITTEN, OTHER = "as printed", "not as printed"


@dataclass(frozen=True)
class Reading:
    """What the numbers ``free`` make of Table 1: ``predict(values, times)`` gives an array (levels,
    points). ``start`` is where a search begins, ``kind`` whether equation and scenarios stand as
    printed. ``by_time`` is whether the errors hang on which times the five points are.
    """

    name: str
    formula: str
    free: tuple[str, ...]
    start: tuple[float, ...]
    predict: Callable[[np.ndarray, np.ndarray], np.ndarray] = field(repr=False)
    kind: str = OTHER
    by_time: bool = True
    target: np.ndarray = field(default_factory=lambda: printed.COVERAGE, repr=False)


def reached(contacts) -> np.ndarray:
    """The share reached by so many ``contacts`` a resident that land at random, by level: a
    resident already reached is reached again.
    """
    return 1 - np.exp(-E * contacts)


def readings(parameters: Parameters) -> list[Reading]:
    """All readings, with the growths (and costs) of ``parameters``; of coverage first."""
    growth = (1 + parameters.staff_growth) / (
        (1 + parameters.population_growth) * (1 + parameters.incidence_growth)
    )
    return [*_equation(growth), *_risen(growth), *_contacts(), *_curves(), *_ratios(parameters)]


def _capped(values) -> np.ndarray:
    return np.minimum(values, 1.0)


def _equation(growth: float) -> list[Reading]:
    """Equation (3) with the scenarios' constant E. Only R/D at the start matters, k0."""
    half_way = (1.04 / growth) ** 2
    return [
        Reading(
            N_("eq. (3), R/D at the start"),
            "min(E k0 g^t, 1)",
            ("k0",),
            (half_way,),
            lambda v, t: _capped(E * v[0] * growth**t),
            WRITTEN,
        ),
        Reading(
            N_("… and growth of R/D"),
            "min(E k0 g^t, 1), g free",
            ("k0", "g"),
            (1.0, 1.1),
            lambda v, t: _capped(E * v[0] * v[1] ** t),
            WRITTEN,
            by_time=False,
        ),
        Reading(
            N_("eq. (3), R/D of each point"),
            "min(E k_t, 1)",
            ("k1", "k2", "k3", "k4", "k5"),
            (0.9, 1.1, 1.2, 1.3, 1.3),
            lambda v, t: _capped(E * v),
            WRITTEN,
            by_time=False,
        ),
        Reading(
            N_("eq. (3), R/D of each E"),
            "min(E k_E g^t, 1)",
            ("k low", "k middle", "k high"),
            (1.4 * half_way, 1.15 * half_way, 0.96 * half_way),
            lambda v, t: _capped(E * v[:, None] * growth**t),
        ),
        Reading(
            N_("… and growth of each E"),
            "min(E k_E g_E^t, 1)",
            ("k low", "k middle", "k high", "g low", "g middle", "g high"),
            (1.3, 1.1, 0.95, 1.1, 1.1, 1.05),
            lambda v, t: _capped(E * v[:3, None] * v[3:, None] ** t),
            by_time=False,
        ),
    ]


def _risen(growth: float) -> list[Reading]:
    """Equation (3) where E rises, as the text says and its scenarios do not."""

    def towards_ceilings(v, t):
        level = v[1:4, None] - (v[1:4, None] - E) * np.exp(-v[4] * t)
        return _capped(v[0] * np.minimum(level, 1.0) * growth**t)

    return [
        Reading(
            N_("eq. (3), E rises evenly"),
            "min(min(E + r t, 1) k0 g^t, 1)",
            ("k0", "r"),
            (0.8, 0.09),
            lambda v, t: _capped(v[0] * np.minimum(E + v[1] * t, 1.0) * growth**t),
            WRITTEN,
        ),
        Reading(
            N_("eq. (3), E rises to a ceiling"),
            "min((a_E - (a_E - E) exp(-r t)) k0 g^t, 1)",
            ("k0", "a low", "a middle", "a high", "r"),
            (0.9, 0.7, 0.84, 0.91, 1.3),
            towards_ceilings,
        ),
    ]


def _contacts() -> list[Reading]:
    """What contacts at random reach, x of them a resident at E = 1."""
    return [
        Reading(
            N_("contacts, x of each point"),
            "1 - exp(-E x_t)",
            ("x1", "x2", "x3", "x4", "x5"),
            (1.4, 2.1, 2.6, 3.1, 3.4),
            lambda v, t: reached(v),
            by_time=False,
        ),
        Reading(
            CONTACTS,
            "1 - exp(-E a t^b)",
            ("a", "b"),
            (1.4, 0.57),
            lambda v, t: reached(v[0] * t ** v[1]),
        ),
    ]


CONTACTS = N_("contacts, x = a t^b")
"""The name of the reading that experiment 02 simulates."""


def _curves() -> list[Reading]:
    """Curves without a meaning: how near a smooth curve comes."""

    def straight(v, t):
        end = v[0] + v[1] * E
        return end - (end - v[2] - v[3] * E) * np.exp(-v[4] * t)

    return [
        Reading(
            N_("a curve, straight in E"),
            "c_E - (c_E - s_E) exp(-r t), c_E = c + d E, s_E = s + u E",
            ("c", "d", "s", "u", "r"),
            (0.557, 0.528, 0.158, 0.655, 0.628),
            straight,
        ),
        Reading(
            N_("a curve of each E"),
            "c_E - (c_E - s_E) exp(-r_E t)",
            (
                *(f"c {name}" for name in ("low", "middle", "high")),
                *(f"s {name}" for name in ("low", "middle", "high")),
                *(f"r {name}" for name in ("low", "middle", "high")),
            ),
            (0.756, 0.907, 0.957, 0.422, 0.551, 0.681, 0.605, 0.62, 0.671),
            lambda v, t: v[:3, None] - (v[:3, None] - v[3:6, None]) * np.exp(-v[6:, None] * t),
            by_time=False,
        ),
    ]


def _ratios(parameters: Parameters) -> list[Reading]:
    """Equation (4) with the printed coverage, whose unit is not printed: a factor is free."""

    def ratio(times):
        recovery, quality, cost = gains(parameters, printed.COVERAGE, times)
        return cost / (recovery * quality)

    return [
        Reading(
            N_("eq. (4), printed C, a factor"),
            "f cost / (θ QOL)",
            ("f",),
            (0.39,),
            lambda v, t: v[0] * ratio(t),
            WRITTEN,
            target=printed.RATIO,
        ),
        Reading(
            N_("… of each E, cost grows"),
            "f_E cost c^t / (θ QOL)",
            ("f low", "f middle", "f high", "c"),
            (0.447, 0.399, 0.369, 0.975),
            lambda v, t: v[:3, None] * v[3] ** t * ratio(t),
            target=printed.RATIO,
            by_time=False,
        ),
    ]
