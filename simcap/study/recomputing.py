"""Stored results: are their files as they were written, and does what they name give the same
numbers again?
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simcap.building import load_scenario, overridden
from simcap.engine import prepare
from simcap.errors import StudyError
from simcap.lang import _
from simcap.scenario import Scenario
from simcap.study.experiment import NAMED
from simcap.study.journal import NAME as JOURNAL
from simcap.study.journal import Journal, Record, replication_key
from simcap.study.levels import levels_set
from simcap.study.plan import plan
from simcap.study.replicate import Batch, replicate
from simcap.study.results import NOT_IN_GIT, no_sweep, read, read_manifest
from simcap.study.seal_checking import kept_elsewhere, sealed
from simcap.study.verifying import Verified
from simcap.study.version import Origin, origin


@dataclass(frozen=True)
class Stored:
    """What was found of a results directory: ``results``, the ``head`` of its seal, the tables that
    are ``absent``, what was ``left`` out, in words, and the ``fault`` that kept it from being
    recomputed.
    """

    results: list[Verified]
    head: str | None = None
    absent: tuple[str, ...] = ()
    left: str = ""
    fault: StudyError | None = None


def verified(
    directory: Path,
    most: int = 3,
    engine: str | None = None,
    secret: bytes | None = None,
    head: str | None = None,
) -> Stored:
    """What ``stored`` finds in ``directory``, and what ``fingerprints`` does: this only where all
    is as sealed. ``head`` is one that was kept elsewhere. Of results that no sweep made, which have
    a script of their own, only the files are compared.
    """
    other = no_sweep(directory)
    if other is not None:
        left = "no sweep made these: only files were compared, make reproduce runs their script"
        return Stored([_files(directory, other, [])], left=left)
    described = read_manifest(directory)
    found, seal = list(stored(directory, secret)), described.get("seal")
    there = seal.get("head") if isinstance(seal, dict) else None
    if head is not None:
        found.append(kept_elsewhere(str(there), head))
    left, fault = "" if seal is not None else "not sealed", None
    if all(one.passed for one in found if one.case == "seal"):
        try:
            found += fingerprints(directory, most, engine)
        except StudyError as problem:
            fault = problem
    else:
        left = "nothing was recomputed"
    return Stored(found, there, tuple(absent(directory)), left, fault)


def stored(directory: Path, secret: bytes | None = None) -> Iterator[Verified]:
    """Compare the files in ``directory`` with the hashes in its manifest, and its rows with their
    seal (``secret`` is the key in its file, if there is one); without a seal the journal, if it is
    here, with the fingerprints. What ``absent`` names is passed over.
    """
    described = read_manifest(directory)
    yield _files(directory, described, absent(directory))
    if "seal" in described:
        yield from sealed(directory, described, secret)
    elif (directory / JOURNAL).exists():
        yield _counted("replications are in the journal", _recorded(directory, described))


def _files(directory: Path, described: dict, gone: list[str]) -> Verified:
    files = {name: digest for name, digest in described["files"].items() if name not in gone}
    return _counted(
        "files are as written",
        {name: _hash(directory / name) == digest for name, digest in files.items()},
    )


def absent(directory: Path) -> list[str]:
    """The tables that are not in ``directory`` since Git does not keep them."""
    described = read_manifest(directory)
    names = [*described["files"], *([JOURNAL] if "seal" in described else [])]
    kept_out = (*NOT_IN_GIT, JOURNAL)
    return [name for name in names if name in kept_out and not (directory / name).exists()]


def _counted(what: str, same: dict[str, bool]) -> Verified:
    """How many are the ``same``; those that are not are named."""
    faults = [name for name, whether in same.items() if not whether]
    named = f" (not {', '.join(faults[:5])}{' …' if len(faults) > 5 else ''})" if faults else ""
    return Verified("stored", what + named, len(same), len(same) - len(faults), 0.0, not faults)


def _hash(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recorded(directory: Path, described: dict) -> dict[str, bool]:
    """Design point and replication → whether the journal has it."""
    made_by = _origin(described)
    found = {}
    with Journal.open(directory) as journal:
        for point, digests in described["fingerprints"].items():
            of_point = described["plans"][point], described["seed"]
            for number, digest in digests.items():
                record = journal.get(replication_key(*of_point, int(number), made_by))
                name = ", ".join(filter(None, (point, f"replication {number}")))
                found[name] = record is not None and record.fingerprint == digest
    return found


def _origin(described: dict) -> Origin:
    return Origin(described["model"], described["platform"]["probe_of_draws"])


def fingerprints(directory: Path, most: int = 3, engine: str | None = None) -> Iterator[Verified]:
    """Recompute ``most`` replications of the results in ``directory``, spread over them, and
    compare their fingerprints and, if the table of measures is here and as written, their values.

    ``engine`` is the one that made them unless given. Raises ``StudyError`` where that was another
    model or another kind of platform: then other numbers are no fault.
    """
    described = read_manifest(directory)
    whole = _hash(directory / "measures.csv") == described["files"]["measures.csv"]
    frame = read(directory)[0] if whole else None
    scenario = load_scenario(directory / "scenario.resolved.yaml")
    engine = engine or described["engine"].split(", ")[0]
    prepare(engine)
    here = same_origin(directory, described, engine)
    for point, replication in _spread(described, most):
        variant = variant_of(scenario, described, point)
        record = _recomputed(variant, point, int(replication), described["seed"], engine, here)
        same = record.fingerprint == described["fingerprints"][point][replication]
        what = f"fingerprint of replication {replication} is as stored"
        yield Verified(point, what, 1.0, float(same), 0.0, same)
        if frame is not None:
            same = _same_values(record, frame, described["points"][point], int(replication))
            what = f"values of replication {replication} are as stored"
            yield Verified(point, what, 1.0, float(same), 0.0, same)


def same_origin(directory: Path, described: dict, engine: str) -> Origin:
    """What would compute numbers here, if it is the same that computed those of ``directory``."""
    here, there = origin(engine), _origin(described)
    if here != there:
        raise StudyError(
            _(
                "{directory}: made by simcap {model} on {platform}; this is {other_model} on"
                " {other_platform}: fingerprints can only be compared with the same",
                directory=directory,
                model=there.model,
                platform=there.platform,
                other_model=here.model,
                other_platform=here.platform,
            )
        )
    return here


def _spread(described: dict, most: int) -> list[tuple[str, str]]:
    """Design points and replications, ``most`` of those that were recorded."""
    recorded = [
        (point, replication)
        for point, digests in described["fingerprints"].items()
        for replication in digests
    ]
    return recorded[:: -(-len(recorded) // most)] if recorded else []


def variant_of(scenario: Scenario, described: dict, point: str) -> Scenario:
    """The scenario of a design point, of which the manifest says by what name or by what levels it
    goes.
    """
    values = described["points"][point]
    named = described.get("settings", {}).get(values.get(NAMED))
    if named is not None:
        inputs = {path: value for path, value in values.items() if path != NAMED}
        values = {**named, **inputs}
    return overridden(scenario, levels_set(values))


def _recomputed(
    scenario: Scenario, point: str, replication: int, seed: int, engine: str, here: Origin
) -> Record:
    ready = plan(scenario)
    done = replicate(
        ready, Batch(ready.digest, (replication,), seed, engine, here, ready), replication
    )
    if done.record is None:
        where = _("{point}, replication {number}", point=point, number=replication)
        raise StudyError(f"{where}: {done.fault}")
    return done.record


def _same_values(record: Record, frame: pd.DataFrame, values: dict, replication: int) -> bool:
    """Whether the rows of the table of measures are those of ``record``."""
    mine = frame[frame["replication"] == replication]
    for name, value in values.items():
        mine = mine[mine[name].astype(str) == str(value)]
    stored = mine["value"].to_numpy(dtype=float)[: len(record.values)]
    return np.array_equal(stored, record.values, equal_nan=True)
