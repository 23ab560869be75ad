"""Rebuild the results of every experiment, and print what differs from those that were there
before.

`python reproduce.py [NAME …]`: all experiments, or those named. Git keeps of results what people
read (answer.csv, manifest.json, model.md, scenario.resolved.yaml, figures); the comparison is with
the tables it keeps, as they stood before the run, row by row, to nine digits. Where nothing of a
manifest changed but when, by which command and how fast it was made, the old one stays.
"""

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

from simcap.study.provenance import MADE
from simcap.study.results import MANIFEST, NOT_IN_GIT

ROOT = Path(__file__).parents[1]
HERE, RESULTS = Path("experiments"), Path("results")
SIMCAP = [sys.executable, "-m", "simcap"]
AFTER = {
    "01_huadu": [
        [
            *SIMCAP,
            "run",
            str(HERE / "01_huadu/reported.yaml"),
            "--replications",
            "10",
            "--out",
            str(RESULTS / "01_huadu/reported"),
            "--fresh",
            "--quiet",
        ],
        [
            sys.executable,
            str(HERE / "01_huadu/beside_reported.py"),
            str(RESULTS / "01_huadu/reported"),
        ],
    ],
    "05_emergency": [
        [sys.executable, str(HERE / "05_emergency/days_back.py"), str(RESULTS / "05_emergency")]
    ],
    "06_school_screening": [
        [
            sys.executable,
            str(HERE / "06_school_screening/wave.py"),
            str(RESULTS / "06_school_screening"),
        ]
    ],
    "08_five_year_roadmap": [
        [
            sys.executable,
            str(HERE / "08_five_year_roadmap" / script),
            str(RESULTS / "08_five_year_roadmap"),
        ]
        for script in ("beside_table2.py", "in_one_run.py")
    ],
    "12_whole_system": [
        [
            sys.executable,
            str(HERE / "12_whole_system/beside.py"),
            str(RESULTS / "12_whole_system"),
        ]
    ],
}
"""What follows the sweep of an experiment; all paths are seen from the project's root."""
INSTEAD = {
    "02_collaboration_table": [
        sys.executable,
        str(HERE / "02_collaboration_table/beside_table.py"),
        str(RESULTS / "02_collaboration_table"),
    ]
}
"""What is run in the place of a sweep: experiments of the network layer have no scenario."""
CLOSE = 1e-9


def tables(name):
    """{file: {what a row is of: its other cells}} of the tables that Git keeps of an experiment's
    results.
    """
    found = {}
    for path in sorted((ROOT / RESULTS / name).rglob("*.csv")):
        if path.name not in NOT_IN_GIT:
            with path.open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            values = (
                "mean",
                "lower",
                "upper",
                "replications",
                "note",
                "variance_saved",
                "p_value",
                "p_holm",
                "input_lower",
                "input_upper",
            )
            found[path.relative_to(ROOT / RESULTS)] = {
                tuple(cell for column, cell in row.items() if column not in values): tuple(
                    row.get(column, "") for column in ("mean", "lower", "upper")
                )
                for row in rows
            }
    return found


def differ(one, other):
    """Whether two rows of numbers differ by more than the last digits."""
    try:
        pairs = [(float(a or "nan"), float(b or "nan")) for a, b in zip(one, other, strict=True)]
    except ValueError:
        return one != other
    return any(
        not (a == b or (a != a and b != b) or abs(a - b) <= CLOSE * max(abs(a), abs(b)))
        for a, b in pairs
    )


def differences(before, after):
    """A line for each row that is new, gone or not as it was."""
    for path in sorted(before.keys() | after.keys(), key=str):
        old, new = before.get(path, {}), after.get(path, {})
        yield from (f"{path}: gone: {' '.join(row)}" for row in old if row not in new)
        yield from (f"{path}: new: {' '.join(row)}" for row in new if row not in old)
        changed = [row for row in old if row in new and differ(old[row], new[row])]
        yield from (
            f"{path}: {' '.join(row)}: {' '.join(old[row])} → {' '.join(new[row])}"
            for row in changed
        )


def manifests(name):
    """{path: content} of the manifests of an experiment's results."""
    return {path: path.read_bytes() for path in (ROOT / RESULTS / name).rglob(MANIFEST)}


def put_back(old):
    """Put the ``old`` manifests back where the new ones tell of the same results."""
    for path, content in old.items():
        if path.exists() and _made(path.read_bytes()) == _made(content):
            path.write_bytes(content)


def _made(content):
    """What a manifest says was made."""
    return {name: value for name, value in json.loads(content).items() if name not in MADE}


def sweep(name):
    """The command that sweeps an experiment anew."""
    out = str(RESULTS / name)
    return [*SIMCAP, "sweep", str(HERE / name), "--out", out, "--fresh", "--quiet"]


def every():
    """The names of all experiments, in order."""
    swept = {path.parent.name for path in (ROOT / HERE).glob("*/experiment.yaml")}
    return sorted(swept | INSTEAD.keys())


def main(names):
    found = {}
    for name in names:
        before, old, started = tables(name), manifests(name), time.monotonic()
        for command in (INSTEAD.get(name) or sweep(name), *AFTER.get(name, ())):
            done = subprocess.run(command, stdout=subprocess.DEVNULL, cwd=ROOT)
            if done.returncode:
                sys.exit(f"{name}: {' '.join(command[1:])} ended with {done.returncode}")
        put_back(old)
        found[name] = list(differences(before, tables(name)))
        print(f"{name}: rebuilt in {time.monotonic() - started:.0f} s", flush=True)
    print("\nDifferences from the results that were there:")
    for name, lines in found.items():
        print(f"{name}: {len(lines) or 'none'}")
        for line in lines[:20]:
            print(f"  {line}")
        if len(lines) > 20:
            print(f"  … {len(lines) - 20} more")


if __name__ == "__main__":
    main(sys.argv[1:] or every())
