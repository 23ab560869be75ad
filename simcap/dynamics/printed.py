"""Tables 1 and 2 of the first document (seed 000, sections 3.4 and 5.1), as printed: the source's
claims.

Of Table 1 the document gives five values for "t = 0 to 5" and does not say which times they are.
Table 2 is called field monitoring; no site, sample or method is named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simcap.lang import N_

LEVELS = (0.4, 0.6, 0.8)
"""Collaboration E in the three scenarios: low, middle, high."""
COVERAGE = np.array(
    [
        [0.42, 0.58, 0.65, 0.70, 0.73],
        [0.55, 0.72, 0.80, 0.85, 0.88],
        [0.68, 0.82, 0.88, 0.92, 0.94],
    ]
)
"""Service coverage C by level and point."""
RATIO = np.array(
    [
        [1.8, 1.6, 1.5, 1.4, 1.35],
        [1.5, 1.3, 1.2, 1.15, 1.1],
        [1.3, 1.1, 1.05, 1.02, 1.0],
    ]
)
"""Cost-benefit ratio CBR by level and point; no unit is printed."""
YEARLY = N_("years 1 to 5")
TIMES = {
    YEARLY: np.arange(1.0, 6.0),
    N_("years 0 to 4"): np.arange(0.0, 5.0),
    N_("0, 1.25 … 5"): np.linspace(0.0, 5.0, 5),
}
"""What the five points may be, in years."""
ROUNDING = 0.005
"""Coverage is printed in whole per cent."""


@dataclass(frozen=True)
class Claim:
    """What a ``statement`` (its id in docs/seed_coverage.md) prints: ``values`` in order of time,
    shares as shares of 1.
    """

    statement: str
    what: str
    unit: str
    values: tuple[float, ...]

    def said(self) -> str:
        """The values as people read them, in order."""
        form = {"share": percent, "": "{:.1f}".format}.get(self.unit, "{:g}".format)
        unit = "" if self.unit == "share" else self.unit
        return f"{' → '.join(form(value) for value in self.values)} {unit}".strip()


def percent(share: float) -> str:
    """A share of 1 to three digits."""
    return f"{100 * share:.3g} %"


YEARS_2 = (2020, 2023, 2025)
"""The years of Table 2."""
USE = Claim("000-110", "use rate", "share", (0.68, 0.85, 0.94))
SATISFACTION = Claim("000-111", "satisfaction", "points", (72.0, 88.0, 94.0))
RECOVERY = Claim("000-112", "recovery", "share", (0.32, 0.42, 0.48))
RESPONSE = Claim("000-113", "emergency response", "h", (72.0, 24.0, 12.0))
UNIT_COST = Claim("000-114", "unit service cost (CBR)", "", (1.3, 1.1, 1.0))
TABLE_2 = (USE, SATISFACTION, RECOVERY, RESPONSE, UNIT_COST)
RURAL = Claim("000-91", "coverage in villages", "share", (0.30, 0.85))
"""From the text of section 4.1, before and after."""
BEFORE = Claim("000-21", "coverage, less than", "share", (0.30,))
WIDER = Claim("000-31", "coverage wider by more than", "share", (0.30,))
