"""The output directory: every file is written under a temporary name and renamed, so that none is ever half there."""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

import simcap
from simcap.errors import InputError
from simcap.network import draws, jit
from simcap.network.draws import name_key
from simcap.scenario import resolved_yaml
from simcap.study.sweep import Sweep

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LIBRARIES = ("numpy", "numba", "scipy", "pandas", "simpy", "pydantic")


def write(results: Sweep, out: Path, excel: bool = False) -> None:
    """Write the files of ``results`` but the figures into the directory ``out``; ``excel`` adds a BOM to CSV files."""
    check_writable(out)
    for name in ("measures", "summary", "comparison"):
        replace(out / f"{name}.csv", csv_bytes(getattr(results, name), excel))
    replace(out / "scenario.resolved.yaml", resolved_yaml(results.experiment.scenario).encode())
    replace(out / "manifest.json", json.dumps(manifest(results), indent=1, ensure_ascii=False).encode() + b"\n")


def check_writable(out: Path) -> None:
    """Make the directory ``out``; raises ``InputError`` if nothing can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise InputError(f"{out}: a directory that can be written to wanted, got: {problem.strerror}") from None


def replace(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` at once or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    os.replace(temporary, path)


def csv_bytes(frame: pd.DataFrame, excel: bool = False) -> bytes:
    """UTF-8, LF, numbers by ``repr``, text that a spreadsheet would take for a formula escaped by an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(frame.columns)
    columns = [_cells(frame[column]) for column in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    return (b"\xef\xbb\xbf" if excel else b"") + text.getvalue().encode()


def _cells(column: pd.Series) -> list[str]:
    if pd.api.types.is_float_dtype(column):
        return ["" if value != value else repr(value) for value in column.tolist()]
    if pd.api.types.is_integer_dtype(column):
        return [repr(value) for value in column.tolist()]
    return [f"'{value}" if value.startswith(FORMULA_SIGNS) and not _is_number(value) else value for value in map(str, column.tolist())]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def manifest(results: Sweep) -> dict:
    """What made the results: versions, platform, seed, fingerprints, guards, failures, times."""
    experiment = results.experiment
    return {
        "simcap": simcap.__version__,
        "written": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "experiment": experiment.name,
        "question": experiment.question,
        "note": experiment.note,
        "seed": experiment.seed,
        "engine": results.engine,
        "replications": experiment.replications,
        "factors": {factor: list(map(str, values)) for factor, values in experiment.factors.items()},
        "baseline": {factor: str(value) for factor, value in experiment.baseline.items()},
        "platform": {"python": platform.python_version(), "system": platform.system(), "machine": platform.machine(),
                     "probe_of_draws": probe()},
        "libraries": {name: _version(name) for name in LIBRARIES},
        "git_commit": _commit(),
        "command": [Path(sys.argv[0]).name, *sys.argv[1:]],
        "engine_seconds": round(results.engine_seconds, 3),
        "wall_seconds": round(results.wall_seconds, 3),
        "interrupted": results.interrupted,
        "guards": list(results.guards),
        "failures": [str(failure) for failure in results.failures],
        "fingerprints": results.fingerprints,
    }


def probe() -> str:
    """A few draws, exactly: two platforms that agree on them draw alike."""
    kernels = jit.compiled(draws)
    words = kernels.uniforms(42, 0, name_key("stream"), 1, name_key("station"), 2, 3)
    return " ".join(value.hex() for value in (*words, kernels.normal(words[0])))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _commit() -> str | None:
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=Path(__file__).parent, timeout=5,
                              check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None


def read(out: Path) -> tuple[pd.DataFrame, dict]:
    """(measures, manifest) from a results directory; raises ``InputError`` if they are not there or not readable."""
    try:
        described = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
        factors = dict.fromkeys(described["factors"], str)
        frame = pd.read_csv(out / "measures.csv", dtype={**factors, "place": str, "group": str, "measure": str, "unit": str},
                            encoding="utf-8-sig", keep_default_na=False, na_values={"value": [""]})
    except FileNotFoundError as problem:
        raise InputError(f"{out}: a results directory wanted; {Path(problem.filename).name} is missing") from None
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as problem:
        raise InputError(f"{out}: a results directory wanted; it cannot be read: {problem}") from None
    return frame, described
