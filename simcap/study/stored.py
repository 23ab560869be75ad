"""The results of a directory as a sweep has them, so that figures and reports can be made of them
without simulating.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from simcap.building import load_scenario
from simcap.errors import InputError
from simcap.lang import _, listed
from simcap.scenario import Scenario
from simcap.study.design import Range, saltelli
from simcap.study.experiment import Experiment
from simcap.study.experiment_file import named_measure
from simcap.study.recomputing import variant_of
from simcap.study.results import NOT_IN_GIT, no_sweep, read_manifest, read_table
from simcap.study.warmup import Advice


@dataclass(frozen=True)
class StoredSweep:
    """As ``Sweep``: what was ``described`` in the manifest, and the tables. How queues filled from
    the first day on is in the journal alone: ``warm_up`` is None.
    """

    experiment: Experiment
    described: dict
    measures: pd.DataFrame
    summary: pd.DataFrame
    sensitivity: pd.DataFrame
    guards: tuple[str, ...]
    warnings: tuple[str, ...]
    failures: tuple[str, ...]
    interrupted: bool
    warm_up: Advice | None = None


def stored_sweep(out: Path) -> StoredSweep:
    """What the results directory ``out`` holds; raises ``InputError`` if a table is not there, was
    edited, or nothing was simulated.
    """
    _check(out)
    described = read_manifest(out)
    experiment = _experiment(load_scenario(out / "scenario.resolved.yaml"), described)
    kept = {
        name: read_table(out, described, f"{name}.csv")
        for name in ("measures", "summary", "sensitivity")
        if f"{name}.csv" in described["files"]
    }
    if kept["summary"].empty:
        raise InputError(_("{out}: results wanted; nothing was finished in these", out=out))
    return StoredSweep(
        experiment,
        described,
        kept["measures"],
        kept["summary"],
        kept.get("sensitivity", pd.DataFrame()),
        tuple(described.get("guards", ())),
        tuple(described.get("warnings", ())),
        tuple(described.get("failures", ())),
        bool(described.get("interrupted")),
    )


def _check(out: Path) -> None:
    """Say in one line what keeps ``out`` from being read."""
    if not out.is_dir():
        raise InputError(_("{out}: a results directory wanted; there is none", out=out))
    if no_sweep(out) is not None:
        raise InputError(
            _(
                "{out}: results of a sweep wanted; these were made by a script of the"
                " experiment's own",
                out=out,
            )
        )
    files = read_manifest(out)["files"]
    needed = [name for name in NOT_IN_GIT if name != "comparison.csv"]
    gone = [name for name in needed if name in files and not (out / name).exists()]
    if gone:
        raise InputError(
            _(
                "{out}: {gone} wanted and not here: Git does not keep large tables;"
                " simcap sweep (or make reproduce) writes them",
                out=out,
                gone=listed(gone),
            )
        )


def _experiment(scenario: Scenario, described: dict) -> Experiment:
    """The experiment of a manifest, with those of its design points of which something was
    finished.
    """
    factors = described["factors"]
    names = {
        tuple(str(values[factor]) for factor in factors): name
        for name, values in reversed(described["points"].items())
    }
    levels = list(dict.fromkeys(reversed(names)))
    points = tuple(dict(zip(factors, point, strict=True)) for point in levels)
    of_factors = {
        **described,
        "points": {
            names[point]: {factor: described["points"][names[point]][factor] for factor in factors}
            for point in levels
        },
    }
    uncertain = {
        name: Range(**{**span, "form": tuple(span["form"])})
        for name, span in described.get("uncertain", {}).items()
    }
    number = described.get("samples", 0) // (len(uncertain) + 2)
    return Experiment(
        described["experiment"],
        described.get("question", ""),
        described.get("note", ""),
        scenario,
        {factor: list(values) for factor, values in factors.items()},
        points,
        tuple(variant_of(scenario, of_factors, names[point]) for point in levels),
        dict(described["baseline"]),
        described["replications"],
        described["seed"],
        None,
        uncertain,
        tuple(saltelli(uncertain, number, described["seed"])) if uncertain else (),
        described.get("sampled", ""),
        tuple(map(named_measure, described.get("answer", ()))),
        described.get("settings", {}),
    )
