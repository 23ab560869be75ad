"""What the sweep of experiment 08 gives, as the scripts beside it read it."""

import csv
import sys
from pathlib import Path

from simcap.dynamics import printed

HERE = Path(__file__).parent
YEARS = (2026, 2027, 2028, 2029, 2030)
THETA = "theta"
"""The document's recovery, which beside_table2.py works out."""
PERIODS = ("year: ", "quarter: ")
"""How the groups begin that are everybody in a period."""


def read(directory):
    """{group: {(design point, measure, place): (mean, lower, upper)}} of the sweep: of everybody
    (all), and of everybody in each year and quarter.
    """
    path = directory / "summary.csv"
    if not path.is_file():
        sys.exit(f"{path}: not here; `simcap sweep experiments/{HERE.name}` writes it")
    found = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["group"] == "all" or row["group"].startswith(PERIODS):
                values = (float(row[column] or "nan") for column in ("mean", "lower", "upper"))
                key = row["design point"], row["measure"], row["place"]
                found.setdefault(row["group"], {})[key] = tuple(values)
    return found


def form_of(measure):
    """How a value of ``measure`` is said."""
    shares = ("_of_need", "_of_seekers", "recovery", "within_target", THETA)
    return printed.percent if measure.endswith(shares) else "{:,.1f}".format
