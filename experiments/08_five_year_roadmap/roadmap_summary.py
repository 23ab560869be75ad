"""What the sweep of experiment 08 gives, as the scripts beside it read it."""

import csv
import sys
from pathlib import Path

import numpy as np

from simcap.dynamics import claims, printed

HERE = Path(__file__).parent
YEARS = (2026, 2027, 2028, 2029, 2030)
TODAY, ROADMAP = "{}, as today", "{}, roadmap"
POINTS = (TODAY.format(2026), *map(ROADMAP.format, YEARS), TODAY.format(2030))
STAGES = (TODAY.format(2026), ROADMAP.format(2028), ROADMAP.format(2030))
"""What stands for 2020, 2023 and 2025 of the table: before the roadmap, three and five years on."""
THETA = "theta"
"""The document's recovery, worked out here from coverage."""
BY_THETA = "ratio_by_the_line"
"""The cost-benefit ratio with the document's recovery, worked out here."""


def read(directory):
    """{(design point, measure, place): (mean, lower, upper)} of the sweep, over all groups."""
    path = directory / "summary.csv"
    if not path.is_file():
        sys.exit(f"{path}: not here; `simcap sweep experiments/{HERE.name}` writes it")
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["design point"], row["measure"], row["place"]): tuple(
                float(row[column] or "nan") for column in ("mean", "lower", "upper")
            )
            for row in csv.DictReader(file)
            if row["group"] == "all"
        }


def with_line(found):
    """``found`` with the document's recovery θ, which rises with coverage, and the cost-benefit
    ratio with it, which falls, at each design point of ``POINTS``.
    """
    lines = {}
    for point in POINTS:
        theta, quality = claims.by_coverage(found[point, "coverage_of_need", "all"])
        cost = found[point, "total_cost", "all"][0]
        mean, most, least = cost / 1e4 / (theta * quality)
        lines[point, THETA, "all"] = tuple(map(float, theta))
        lines[point, BY_THETA, "all"] = (float(mean), float(least), float(most))
    return {**found, **lines}


def staged(found, measure, place="all"):
    """The means of a measure before the roadmap and three and five years on."""
    return np.array([found[point, measure, place][0] for point in STAGES])


def form_of(measure):
    """How a value of ``measure`` is said."""
    shares = ("_of_need", "_of_seekers", "recovery", "within_target", THETA)
    return printed.percent if measure.endswith(shares) else "{:,.1f}".format
