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
from simcap.errors import InputError, StudyError
from simcap.study.describing import model_description
from simcap.study.journal import UNFINISHED
from simcap.study.provenance import manifest
from simcap.study.sweep import Sweep

MANIFEST = "manifest.json"
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
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


TABLES = ("measures", "summary", "comparison")


def write(results: Sweep, out: Path, excel: bool = False) -> None:
    """Write the files of ``results`` but the figures into the directory ``out``; ``excel`` adds a
    BOM to CSV files.
    """
    with Files(out, excel) as files:
        for name in TABLES:
            files.add(name, getattr(results, name))
        files.finish(results)


class Files:
    """The files of a results directory but the figures, its large tables written piece by piece
    under temporary names. Nothing is there under its own name before ``finish``.
    """

    def __init__(self, out: Path, excel: bool = False):
        self.out, self.excel = out, excel
        self.hashes: dict[str, Any] = {}

    def __enter__(self) -> Files:
        return self

    def __exit__(self, *problem) -> None:
        for name in self.hashes:
            with contextlib.suppress(OSError):
                unfinished(self.out / name).unlink()

    def add(self, name: str, frame: pd.DataFrame) -> None:
        """Put further rows, ``frame``, below those that the table ``name`` has."""
        first = f"{name}.csv" not in self.hashes
        content = csv_bytes(frame, self.excel and first, first)
        path = self.out / f"{name}.csv"
        with _written(path), unfinished(path).open("wb" if first else "ab") as file:
            self.hashes.setdefault(path.name, hashlib.sha256()).update(content)
            file.write(content)

    def finish(self, results: Sweep) -> None:
        """Give all files their names, and write the small ones. The manifest comes last and has the
        hashes of the others, so that a directory in which only some were replaced is never taken
        for results.
        """
        for name in TABLES:
            if f"{name}.csv" not in self.hashes:
                self.add(name, getattr(results, name))
        small = {
            "answer.csv": csv_bytes(answer(results), self.excel),
            "scenario.resolved.yaml": resolved_yaml(results.experiment.scenario).encode(),
            "model.md": model_description(results).encode(),
            **own_files(results.experiment.scenario),
        }
        if not results.sensitivity.empty:
            small["sensitivity.csv"] = csv_bytes(results.sensitivity, self.excel)
        else:
            (self.out / "sensitivity.csv").unlink(missing_ok=True)
        hashes = {name: digest.hexdigest() for name, digest in self.hashes.items()}
        for name in list(self.hashes):
            with _written(self.out / name):
                os.replace(unfinished(self.out / name), self.out / name)
            del self.hashes[name]
        for name, content in small.items():
            replace(self.out / name, content)
            hashes[name] = hashlib.sha256(content).hexdigest()
        described = json.dumps(manifest(results, hashes), indent=1, ensure_ascii=False)
        replace(self.out / MANIFEST, described.encode() + b"\n")


def unfinished(path: Path) -> Path:
    """The name of ``path`` while it is being written. What is killed then leaves it behind; the
    next run in the directory removes it (``journal.clear_away``).
    """
    return path.with_name(f".{path.name}{UNFINISHED}")


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


def replace(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path`` at once or not at all. Raises ``StudyError`` where it cannot be
    written.
    """
    with _written(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished(path).write_bytes(content)
        os.replace(unfinished(path), path)


@contextlib.contextmanager
def _written(path: Path) -> Iterator[None]:
    """Writing of ``path``: a failure is one line."""
    try:
        yield
    except OSError as problem:
        with contextlib.suppress(OSError):
            unfinished(path).unlink()
        raise StudyError(
            f"{path}: cannot be written ({problem.strerror}); all replications are in the journal:"
            " make room and run the same command again"
        ) from None


def csv_bytes(frame: pd.DataFrame, excel: bool = False, head: bool = True) -> bytes:
    """UTF-8, LF, numbers by ``repr``, text that a spreadsheet would take for a formula escaped by
    an apostrophe (``unescaped`` takes it off); the names of columns first, if ``head``.
    """
    columns: list[list[str]] = []
    texts: list[pd.Series] = []
    for name in frame.columns:
        if pd.api.types.is_float_dtype(frame[name]):
            columns += [
                *_together(texts),
                ["" if value != value else repr(value) for value in frame[name].tolist()],
            ]
            texts = []
        elif pd.api.types.is_integer_dtype(frame[name]):
            columns += [*_together(texts), *_together([frame[name]])]
            texts = []
        else:
            texts.append(frame[name])
    columns += _together(texts)
    lines = map(",".join, zip(*columns, strict=True))
    first = [",".join(map(_cell, frame.columns))] if head else []
    text = "".join(f"{line}\n" for line in (*first, *lines))
    return (b"\xef\xbb\xbf" if excel else b"") + text.encode()


def _together(texts: list[pd.Series]) -> list[list[str]]:
    """The cells of neighbouring columns, joined: each combination is written once, however many
    rows have it.
    """
    if not texts:
        return []
    code, said = np.zeros(len(texts[0]), dtype=np.int64), [""]
    for i, column in enumerate(texts):
        codes, levels = pd.factorize(column)
        cells = [_cell(level) for level in levels]
        code, known = pd.factorize(code * len(cells) + codes)
        said = [
            (f"{said[both // len(cells)]}," if i else "") + cells[both % len(cells)]
            for both in known.tolist()
        ]
    return [np.array(said, dtype=object)[code].tolist()]


def _cell(value: object) -> str:
    return _quoted(escaped(value) if isinstance(value, str) else str(value))


def escaped(text: str) -> str:
    """``text`` with an apostrophe before it if a spreadsheet would take it for a formula, or if it
    would look as though it had been given one.
    """
    formula = text.lstrip("'").startswith(FORMULA_SIGNS)
    return f"'{text}" if formula and not _is_number(text) else text


def unescaped(text: str) -> str:
    """What ``escaped`` was given."""
    formula = text.startswith("'") and text.lstrip("'").startswith(FORMULA_SIGNS)
    return text[1:] if formula else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n\r') else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def read(out: Path) -> tuple[pd.DataFrame, dict]:
    """(measures, manifest) from a results directory; raises ``InputError`` if they are not there,
    not readable or not of one sweep.
    """
    described = read_manifest(out)
    with _readable(out):
        factors = dict.fromkeys(described["factors"], str)
        content = (out / "measures.csv").read_bytes()
        if hashlib.sha256(content).hexdigest() != described["files"]["measures.csv"]:
            raise InputError(
                f"{out}: measures.csv is not the one that {MANIFEST} was written with (was writing"
                " interrupted, or the file edited?); run the sweep again: what is in the journal"
                " is not simulated again"
            )
        frame = pd.read_csv(
            io.BytesIO(content),
            dtype={**factors, "place": str, "group": str, "measure": str, "unit": str},
            encoding="utf-8-sig",
            keep_default_na=False,
            na_values={"value": [""]},
        )
        frame.columns = [unescaped(name) for name in frame.columns]
        for name in (*factors, "place", "group"):
            levels = {text: unescaped(text) for text in frame[name].unique()}
            frame[name] = frame[name].map(levels)
    return frame, described


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
            f"{out}: a results directory wanted; {Path(problem.filename).name} is missing"
        ) from None
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        line = f" (line {problem.lineno})" if isinstance(problem, json.JSONDecodeError) else ""
        raise InputError(
            f"{out}: a results directory wanted; {MANIFEST} is not as it was written{line}; the"
            " sweep's command writes it again: what is in the journal is not simulated again"
        ) from None
