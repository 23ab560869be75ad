"""What the sweep of experiment 08 gives, as the scripts beside it read it."""

import csv
import sys
from pathlib import Path

from simcap.dynamics import printed

HERE = Path(__file__).parent
YEARS = (2026, 2027, 2028, 2029, 2030)
THETA = "theta"
"""The document's recovery, which beside_table2.py works out."""


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


def form_of(measure):
    """How a value of ``measure`` is said."""
    shares = ("_of_need", "_of_seekers", "recovery", "within_target", THETA)
    return printed.percent if measure.endswith(shares) else "{:,.1f}".format
