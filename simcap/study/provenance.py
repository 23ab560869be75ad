"""What made the results: everything that somebody needs who wants the same numbers again."""

from __future__ import annotations

import datetime
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import simcap
from simcap.study.experiment import Experiment
from simcap.study.sweep import Sweep
from simcap.study.version import Origin

MADE = (
    "written",
    "git_commit",
    "command",
    "engine_seconds",
    "wall_seconds",
    "skipped",
    "checksum",
)
"""Entries of a manifest that tell of the making, not of what was made."""
LIBRARIES = ("numpy", "numba", "scipy", "pandas", "simpy", "pydantic")


def manifest(results: Sweep, hashes: dict[str, str]) -> dict:
    """Versions, platform, seed, design, hashes, fingerprints, guards, failures, times; ``hashes``
    are those of the result files.
    """
    done, experiment = results.replicated, results.experiment
    engines = {record.engine for cell in done.cells for record in cell.records.values()}
    return {
        "simcap": simcap.__version__,
        "model": done.origin.model,
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "experiment": experiment.name,
        "question": experiment.question,
        "note": experiment.note,
        "seed": experiment.seed,
        "engine": ", ".join(sorted(engines)) or done.engine,
        "replications": experiment.replications,
        "stopping": _stopping(experiment),
        **_design(experiment),
        "points": {done.name_of(cell): done.values_of(cell) for cell in done.cells if cell.records},
        "platform": _platform(done.origin),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "git_commit": _commit(),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "engine_seconds": round(results.engine_seconds, 3),
        "wall_seconds": round(done.wall_seconds, 3),
        "skipped": done.skipped,
        "interrupted": done.interrupted,
        "warm_up_advised_days": {} if results.warm_up is None else results.warm_up.days,
        "guards": list(results.guards),
        "warnings": list(results.warnings),
        "failures": [str(failure) for failure in results.failures],
        "files": hashes,
        "plans": {done.name_of(cell): cell.digest for cell in done.cells if cell.records},
        "fingerprints": results.fingerprints,
    }


def _stopping(experiment: Experiment) -> dict | None:
    rule = experiment.stopping
    if rule is None:
        return None
    return {
        "of": {str(want): want.precision for want in rule.wanted},
        "at_least": rule.at_least,
        "at_most": rule.at_most,
        "look_ahead": rule.look_ahead,
    }


def _design(experiment: Experiment) -> dict:
    return {
        "factors": {
            factor: list(map(str, values)) for factor, values in experiment.factors.items()
        },
        "baseline": {factor: str(value) for factor, value in experiment.baseline.items()},
        "settings": experiment.settings,
        "uncertain": {name: vars(span) for name, span in experiment.uncertain.items()},
        "samples": len(experiment.samples),
        "sampled": experiment.sampled,
        "answer": list(map(str, experiment.answer)),
    }


def _platform(origin: Origin) -> dict[str, str]:
    return {
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
        "probe_of_draws": origin.platform,
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str | None:
    """The commit of simcap's own sources, with a mark if they were changed since; None where they
    are not under git.
    """

    def git(*arguments: str) -> str | None:
        try:
            said = subprocess.run(
                ["git", *arguments],
                capture_output=True,
                text=True,
                cwd=Path(__file__).parent,
                timeout=5,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        return said.stdout.strip() if said.returncode == 0 else None

    if git("ls-files", "--error-unmatch", Path(__file__).name) is None:
        return None
    changed = git("status", "--porcelain", "--untracked-files=no", "--", "..")
    return f"{git('rev-parse', 'HEAD')}{' with changes' if changed else ''}"
