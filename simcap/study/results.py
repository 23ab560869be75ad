"""The output directory: every file is written under a temporary name and renamed, so that none is
ever half there.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simcap.analysis.measures import KINDS
from simcap.building import resolved_yaml
from simcap.building.own import own_files
from simcap.errors import InputError
from simcap.lang import _
from simcap.study.csv_files import content_and_values, unescaped
from simcap.study.describing import model_description
from simcap.study.provenance import manifest
from simcap.study.running import Replicated
from simcap.study.sealing import Sealer
from simcap.study.seals import MANIFEST, Seal
from simcap.study.sweep import Sweep
from simcap.study.writing import replace, unfinished, written

NOT_IN_GIT = ("measures.csv", "summary.csv", "comparison.csv", "sensitivity.csv")
"""Tables that the project's repository leaves out (.gitignore): `make reproduce` writes them."""
HEADLINES = (
    "people_in_need",
    "people_asking",
    "any_contact_of_need",
    "coverage_of_need",
    "coverage_of_seekers",
    "treated_of_need",
    "rural_urban_gap",
    "wait_mean",
    "within_target",
    "abandoned",
    "hotline_answered_in_target",
    "crisis_response_mean",
    "total_cost",
    "cost_per_reached",
)
"""What answer.csv holds of an experiment that names no ``answer``."""

TABLES = ("measures", "summary", "comparison")
NUMBERS = (
    "value",
    "mean",
    "lower",
    "upper",
    "variance_saved",
    "p_value",
    "p_holm",
    "input_lower",
    "input_upper",
    "input_sd",
)
"""Columns of tables that are numbers and may be empty."""


def write(results: Sweep, out: Path, excel: bool = False) -> None:
    """Write the files of ``results`` but the figures into the directory ``out``; ``excel`` adds a
    BOM to CSV files.
    """
    with Files(out, seal_of(results.replicated), excel) as files:
        for name in TABLES:
            files.add(name, getattr(results, name))
        files.finish(results)


def seal_of(done: Replicated, secret: bytes | None = None) -> Seal:
    """The seal of what was simulated: with a key of one's own, ``secret``, or without."""
    networks = {done.name_of(cell): cell.digest for cell in done.cells if cell.records}
    return Seal(networks, done.experiment.seed, secret)


class Files:
    """The files of a results directory but the figures, its large tables written piece by piece
    under temporary names, and sealed. Nothing is there under its own name before ``finish``; then
    the ``head`` of the seal is known.
    """

    def __init__(self, out: Path, seal: Seal, excel: bool = False):
        self.out, self.excel = out, excel
        self.hashes: dict[str, Any] = {}
        self.sealer = Sealer(out, seal)
        self.head: str | None = None

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *problem) -> None:
        for name in self.hashes:
            with contextlib.suppress(OSError):
                unfinished(self.out / name).unlink()
        self.sealer.clear()

    def add(self, name: str, frame: pd.DataFrame) -> None:
        """Put further rows, ``frame``, below those that the table ``name`` has."""
        first = f"{name}.csv" not in self.hashes
        content, values = content_and_values(frame, self.excel and first, first)
        path = self.out / f"{name}.csv"
        with written(path), unfinished(path).open("wb" if first else "ab") as file:
            self.hashes.setdefault(path.name, hashlib.sha256()).update(content)
            file.write(content)
        self.sealer.csv(path.name, frame, values)

    def finish(self, results: Sweep) -> None:
        """Give all files their names, and write the small ones. The manifest comes last and has the
        hashes of the others, so that a directory in which only some were replaced is never taken
        for results.
        """
        for name in TABLES:
            if f"{name}.csv" not in self.hashes:
                self.add(name, getattr(results, name))
        small = {
            "scenario.resolved.yaml": resolved_yaml(results.experiment.scenario).encode(),
            "model.md": model_description(results).encode(),
            **own_files(results.experiment.scenario),
        }
        self.add("answer", answer(results))
        if not results.sensitivity.empty:
            self.add("sensitivity", results.sensitivity)
        else:
            (self.out / "sensitivity.csv").unlink(missing_ok=True)
        hashes = {name: digest.hexdigest() for name, digest in self.hashes.items()}
        for name in list(self.hashes):
            with written(self.out / name):
                os.replace(unfinished(self.out / name), self.out / name)
            del self.hashes[name]
        for name, content in small.items():
            replace(self.out / name, content)
            hashes[name] = hashlib.sha256(content).hexdigest()
        described = self.sealer.described(manifest(results, hashes), results.replicated.journal)
        self.sealer.place()
        text = json.dumps(described, indent=1, ensure_ascii=False)
        replace(self.out / MANIFEST, text.encode() + b"\n")
        self.head = described["seal"]["head"]


def answer(results: Sweep) -> pd.DataFrame:
    """The rows of the summary that the experiment asks for, each at its place, in the district and
    in each kind of zone; of all residents, too, where it asks for a group.
    """
    asked = [one[:3] for one in results.experiment.answer] or [
        (name, "all", "all") for name in HEADLINES
    ]
    wanted = {
        (name, place, those)
        for name, at, group in asked
        for place in (at, "all", *KINDS)
        for those in (group, "all")
    }
    table = results.summary[results.summary["measure"].isin({name for name, _, _ in asked})]
    keys = zip(table["measure"], table["place"], table["group"], strict=True)
    return table[np.fromiter((key in wanted for key in keys), dtype=bool, count=len(table))]


def read(out: Path) -> tuple[pd.DataFrame, dict]:
    """(measures, manifest) from a results directory; raises ``InputError`` if they are not there,
    not readable or not of one sweep.
    """
    described = read_manifest(out)
    return read_table(out, described, "measures.csv"), described


def read_table(out: Path, described: dict, file: str) -> pd.DataFrame:
    """A table of the results directory ``out``, whose manifest is ``described``: text as text,
    numbers as numbers. Raises ``InputError`` if it is not there or not the one of that manifest.
    """
    with _readable(out):
        factors = dict.fromkeys(described["factors"], str)
        content = (out / file).read_bytes()
        if hashlib.sha256(content).hexdigest() != described["files"].get(file):
            raise InputError(
                _(
                    "{out}: {file} is not the one that {manifest} was written with (was"
                    " writing interrupted, or the file edited?); run the sweep again: what"
                    " is in the journal is not simulated again",
                    out=out,
                    file=file,
                    manifest=MANIFEST,
                )
            )
        texts = dict.fromkeys(("measure", "place", "group", "unit", "note"), str)
        frame = pd.read_csv(
            io.BytesIO(content),
            dtype={**factors, **texts},
            encoding="utf-8-sig",
            keep_default_na=False,
            na_values={name: [""] for name in NUMBERS},
        )
        frame.columns = [unescaped(name) for name in frame.columns]
        for name in (*factors, "place", "group", "note"):
            if name in frame:
                levels = {text: unescaped(text) for text in frame[name].unique()}
                frame[name] = frame[name].map(levels)
    return frame


def read_manifest(out: Path) -> dict:
    """The manifest of a results directory; raises ``InputError`` if it cannot be read."""
    with _readable(out):
        described = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        if not _is_manifest(described):
            raise ValueError("a part is missing or of another form")
    return described


def _is_manifest(described: Any) -> bool:
    """Whether ``described`` has what is read of a manifest."""
    return (
        isinstance(described, dict)
        and all(isinstance(described.get(key), kind) for key, kind in _HOLDS.items())
        and "measures.csv" in described["files"]
        and "probe_of_draws" in described["platform"]
        and all(isinstance(digests, dict) for digests in described["fingerprints"].values())
        and described["fingerprints"].keys() <= described["points"].keys()
        and described["fingerprints"].keys() <= described["plans"].keys()
    )


def no_sweep(out: Path) -> dict | None:
    """The manifest in ``out`` if it is that of a script of an experiment's own, which no sweep
    made: it names an experiment and files, and nothing that only sweeps have.
    """
    with _readable(out):
        described = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(described, dict) or not described.keys().isdisjoint(_OF_SWEEPS):
        return None
    name, files = described.get("experiment"), described.get("files")
    if not isinstance(name, str) or not isinstance(files, dict):
        return None
    return described if all(isinstance(of, str) for of in files.values()) else None


_OF_SWEEPS = ("model", "engine", "factors", "points", "plans", "platform")
_HOLDS = {
    "model": str,
    "engine": str,
    "seed": int,
    **dict.fromkeys(("factors", "points", "files", "plans", "fingerprints", "platform"), dict),
}


@contextlib.contextmanager
def _readable(out: Path) -> Iterator[None]:
    """What goes wrong inside is told of the results directory ``out``."""
    try:
        yield
    except FileNotFoundError as problem:
        raise InputError(
            _(
                "{out}: a results directory wanted; {name} is missing",
                out=out,
                name=Path(problem.filename).name,
            )
        ) from None
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        broken = problem if isinstance(problem, json.JSONDecodeError) else None
        line = "" if broken is None else _(" (line {number})", number=broken.lineno)
        raise InputError(
            _(
                "{out}: a results directory wanted; {manifest} is not as it was"
                " written{line}; the sweep's command writes it again: what is in the"
                " journal is not simulated again",
                out=out,
                manifest=MANIFEST,
                line=line,
            )
        ) from None
