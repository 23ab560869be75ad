"""Contacts that land on residents, simulated with and without shared records, beside equation (3)
and the printed Table 1.

`python beside_table.py OUT` writes answer.csv, manifest.json and figures/answer.png and .svg into
OUT.
"""

import csv
import hashlib
import io
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

import simcap
from simcap.analysis.statistics import t_interval
from simcap.dynamics import contacts, printed
from simcap.dynamics.fits import fit
from simcap.dynamics.parameters import Parameters
from simcap.dynamics.readings import reached, readings
from simcap.plots.theme import GREY, INK, hues, save, sheet, use_theme
from simcap.study.writing import replace

RESIDENTS, REPLICATIONS, SEED = 2000, 200, 42
A, B = 1.40, 0.56
"""Contacts a resident by year t at E = 1: A t^B. Fitted to Table 1, see README."""
RECORDS = {0.0: "no shared records", 0.5: "half of contacts share", 1.0: "shared records"}
YEARS = np.arange(1, 6)
HEAD = (
    "collaboration,records,year,printed,equation,formula,mean,lower,upper,replications,"
    "mean_minus_printed,equation_minus_printed,unit"
)


def pace(t):
    """Contacts a resident by year ``t`` if every hour is productive."""
    return A * t**B


def simulated(level, records):
    """(coverage in per cent by replication and year, SHA-256 over all visits)."""
    network = contacts.network(RESIDENTS, pace, level, records)
    rows, digest = [], hashlib.sha256()
    for replication in range(REPLICATIONS):
        run = simcap.simulate(network, contacts.horizon(5), SEED, replication)
        by_year = contacts.reached_by(run.read(), run.stations, YEARS)
        rows.append(100 * by_year / RESIDENTS)
        digest.update(run.fingerprint.encode())
    return np.array(rows), digest.hexdigest()


def expected(records):
    """Coverage in per cent, by level and year, in a group without end."""
    x = np.array([pace(t) for t in YEARS])
    levels = np.array(printed.LEVELS)[:, None]
    if records == 0:
        return 100 * reached(x)
    if records == 1:
        return 100 * np.minimum(levels * x, 1)
    apart = 1 - records
    return 100 * np.minimum((1 - np.exp(-apart * levels * x)) / apart, 1)


def table(found, equation):
    """answer.csv: a row for each level, share of contacts that share, and year."""
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEAD.split(","))
    for i, level in enumerate(printed.LEVELS):
        for records in RECORDS:
            for j, year in enumerate(YEARS):
                mean, lower, upper = t_interval(found[level, records][:, j])
                asked = 100 * printed.COVERAGE[i, j]
                numbers = (asked, equation[i, j], expected(records)[i, j], mean, lower, upper)
                said = [round(float(number), 2) for number in numbers]
                errors = [round(float(one - asked), 2) for one in (mean, equation[i, j])]
                rows.writerow([level, records, year, *said, REPLICATIONS, *errors, "%"])
    return text.getvalue().encode()


def draw(found, equation):
    """A panel for each level: printed, equation, simulated by share of contacts that share."""
    figure = sheet(
        11.5,
        3.7,
        "Contacts at random give the shape of the printed table; sharing records would not",
        "Coverage of a closed group at the end of the year, by collaboration E",
        [
            f"Simulated: {RESIDENTS:,} residents, means of {REPLICATIONS} replications; their 95 %"
            " intervals are narrower than the marks. Contacts a resident at E = 1:"
            f" {A:.2f} t^{B:.2f}, two numbers fitted to the 15 printed values (the least greatest"
            " error): this explains a shape and validates nothing. Equation (3): min(E k g^t, 1), k"
            " fitted, g = 1.05 / 1.01 a year. Printed: Table 1 of the first document (seed 000),"
            " taken as years 1 to 5."
        ],
    )
    colours = hues(len(RECORDS))
    for i, ax in enumerate(figure.subplots(1, 3, sharey=True)):
        level = printed.LEVELS[i]
        for (records, said), colour, marker in zip(RECORDS.items(), colours, "sD^", strict=True):
            means = found[level, records].mean(axis=0)
            ax.plot(YEARS, means, marker=marker, color=colour, ms=5, label=f"simulated, {said}")
        ax.plot(YEARS, equation[i], "--", color=GREY, label="equation (3), fitted")
        ax.plot(
            YEARS,
            100 * printed.COVERAGE[i],
            "o",
            mfc="none",
            mec=INK,
            mew=1.6,
            ms=10,
            label="printed in Table 1",
        )
        ax.set_title(f"E = {level}")
        ax.set_xlabel("end of year")
        ax.set_xticks(YEARS)
        ax.set_ylim(0, 104)
    figure.axes[0].set_ylabel("coverage, %")
    figure.axes[2].legend(loc="lower right")
    return figure


def manifest(prints, files, started):
    """What was made, and how."""
    return {
        "simcap": simcap.__version__,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "experiment": "02_collaboration_table",
        "seed": SEED,
        "replications": REPLICATIONS,
        "residents": RESIDENTS,
        "fitted": {"a": A, "b": B, "criterion": "least greatest error over 15 coverages"},
        "wall_seconds": round(time.monotonic() - started, 1),
        "files": files,
        "fingerprints": prints,
    }


def main(out):
    started = time.monotonic()
    as_printed = readings(Parameters())[0]
    equation = 100 * as_printed.predict(
        fit(as_printed, when=printed.YEARLY).values, YEARS.astype(float)
    )
    found, prints = {}, {}
    for level in printed.LEVELS:
        for records in RECORDS:
            found[level, records], digest = simulated(level, records)
            prints[f"E={level}, records={records}"] = digest
    answer = table(found, equation)
    replace(out / "answer.csv", answer)
    (out / "figures").mkdir(exist_ok=True)
    with use_theme():
        save(draw(found, equation), out / "figures" / "answer")
    files = {"answer.csv": hashlib.sha256(answer).hexdigest()}
    text = json.dumps(manifest(prints, files, started), indent=1, ensure_ascii=False)
    replace(out / "manifest.json", text.encode() + b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
