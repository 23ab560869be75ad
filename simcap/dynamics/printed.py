"""Table 1 of the first document (seed 000, section 3.4), as printed: the source's claim.

The document gives five values for "t = 0 to 5" and does not say which times they are.
"""

from __future__ import annotations

import numpy as np

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
YEARLY = "years 1 to 5"
TIMES = {
    YEARLY: np.arange(1.0, 6.0),
    "years 0 to 4": np.arange(0.0, 5.0),
    "0, 1.25 … 5": np.linspace(0.0, 5.0, 5),
}
"""What the five points may be, in years."""
ROUNDING = 0.005
"""Coverage is printed in whole per cent."""
