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

import numpy as np
import pandas as pd

from simcap.analysis.measures import KINDS
from simcap.errors import InputError, StudyError
from simcap.scenario import resolved_yaml
from simcap.study.describing import model_description
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


def write(results: Sweep, out: Path, excel: bool = False) -> None:
    """Write the files of ``results`` but the figures into the directory ``out``; ``excel`` adds a
    BOM to CSV files.

    The manifest comes last and has the hashes of the others, so that a directory in which only some
    were replaced is never taken for results.
    """
    files = {
        f"{name}.csv": csv_bytes(getattr(results, name), excel)
        for name in ("measures", "summary", "comparison")
    }
    files["answer.csv"] = csv_bytes(answer(results), excel)
    if not results.sensitivity.empty:
        files["sensitivity.csv"] = csv_bytes(results.sensitivity, excel)
    files["scenario.resolved.yaml"] = resolved_yaml(results.experiment.scenario).encode()
    files["model.md"] = model_description(results).encode()
    if "sensitivity.csv" not in files:
        (out / "sensitivity.csv").unlink(missing_ok=True)
    for name, content in files.items():
        replace(out / name, content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    replace(
        out / MANIFEST,
        json.dumps(manifest(results, hashes), indent=1, ensure_ascii=False).encode() + b"\n",
    )


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
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        os.replace(temporary, path)
    except OSError as problem:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise StudyError(
            f"{path}: cannot be written ({problem.strerror}); all replications are in the journal:"
            " make room and run the same command again"
        ) from None


def csv_bytes(frame: pd.DataFrame, excel: bool = False) -> bytes:
    """UTF-8, LF, numbers by ``repr``, text that a spreadsheet would take for a formula escaped by
    an apostrophe.
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
    lines = [",".join(map(_quoted, frame.columns)), *map(",".join, zip(*columns, strict=True))]
    return (b"\xef\xbb\xbf" if excel else b"") + ("\n".join(lines) + "\n").encode()


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
    text = str(value)
    return _quoted(
        f"'{text}"
        if isinstance(value, str) and text.startswith(FORMULA_SIGNS) and not _is_number(text)
        else text
    )


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
    return frame, described


def read_manifest(out: Path) -> dict:
    """The manifest of a results directory; raises ``InputError`` if it cannot be read."""
    with _readable(out):
        described = json.loads((out / MANIFEST).read_text(encoding="utf-8"))
        described["factors"], described["files"]
    return described


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
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as problem:
        raise InputError(
            f"{out}: a results directory wanted; it cannot be read: {problem}"
        ) from None
