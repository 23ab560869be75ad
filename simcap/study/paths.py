"""One resident's path, and a proof that it is what was simulated, without showing the others.

A tree over the visits of one replication has a leaf for each resident, by stream and number, with
all visits of that resident: so a proof shows the whole path, and no visit can be left out of it.
The replication is simulated again, and its fingerprint, which stands under the head of the seal,
is checked first.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import rfc8785

from simcap.building import load_scenario
from simcap.engine import prepare, simulate
from simcap.engine.run import Run
from simcap.engine.visits import TIMES, Outcome
from simcap.errors import InputError, StudyError
from simcap.lang import _, listed
from simcap.lang.reasons import reason
from simcap.scenario.reader import did_you_mean
from simcap.study import canonical
from simcap.study.canonical import INTEGER, TEXT, Sealing, joined
from simcap.study.merkle import apart, audit_path, leaf_hash, root_of_path
from simcap.study.plan import plan
from simcap.study.recomputing import same_origin, variant_of
from simcap.study.results import read_manifest
from simcap.study.seal_checking import key_of, sealed
from simcap.study.seals import MANIFEST
from simcap.study.verifying import Verified
from simcap.study.writing import replace

VISIT = ("station", "pool", "next", "occasion", "session", *TIMES, "outcome", "together")
"""What a proof tells of a visit."""
COLUMNS = (("stream", TEXT), ("resident", INTEGER), (f"visits: {', '.join(VISIT)}", "lists"))
FORM = "simcap: a resident's path"


@dataclass(frozen=True)
class Proof:
    """The ``leaf`` of a resident ({row, salt, values}), the place of the ``leaf`` among ``size`` of
    the tree (that of the columns, and one for each resident) by its row, and the hashes that lead
    from it to the ``root``; ``of`` says of which replication.
    """

    of: dict
    leaf: dict
    size: int
    path: tuple[str, ...]
    root: str

    @property
    def holds(self) -> bool:
        """Whether the path leads from the leaf to the root."""
        try:
            hashed = leaf_hash(rfc8785.dumps(self.leaf))
            path = [bytes.fromhex(each) for each in self.path]
            found = root_of_path(hashed, self.leaf["row"], self.size, path)
        except (KeyError, TypeError, ValueError):
            return False
        return found is not None and found.hex() == self.root

    @property
    def visits(self) -> list[dict]:
        """The visits of the resident, in order."""
        return [dict(zip(VISIT, visit, strict=True)) for visit in self.leaf["values"][2]]

    def described(self) -> dict:
        """As JSON."""
        return {"form": FORM, "columns": dict(COLUMNS), **vars(self), "path": list(self.path)}


def proof_in(path: Path) -> Proof:
    """The proof that a file holds; raises ``InputError`` where it holds none."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        if said.pop("form") != FORM or said.pop("columns") != dict(COLUMNS):
            raise ValueError
        proof = Proof(**{**said, "path": tuple(said["path"])})
        proof.visits  # noqa: B018  (that they are there)
    except OSError as problem:
        raise InputError(
            _("{path}: a file wanted, got: {problem}", path=path, problem=reason(problem))
        ) from None
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        raise InputError(
            _("{path}: a resident's path as simcap verify wrote it wanted", path=path)
        ) from None
    return proof


def leads_to_root(proof: Proof) -> Verified:
    """Whether the path of a ``proof`` leads from the resident's leaf to its root."""
    return _one("the path leads to the root", proof.holds)


def kept_elsewhere(proof: Proof, root: str) -> Verified:
    """Whether the root of ``proof`` is the one that was kept elsewhere."""
    return _one("the root is the one that was kept", proof.root == root.strip().lower())


def beside(proof: Proof, file: Path | None) -> list[Verified]:
    """What holds of ``proof``, made here, and of the one in ``file``, which is written where there
    is none.
    """
    found = [_one("fingerprint is as sealed", True), leads_to_root(proof)]
    if file is not None and file.exists():
        found.append(_one(f"{file} is this proof", proof_in(file) == proof))
    elif file is not None:
        text = json.dumps(proof.described(), indent=1, ensure_ascii=False)
        replace(file, text.encode() + b"\n")
    return found


def _one(what: str, same: bool) -> Verified:
    return Verified("path", what, 1.0, float(same), 0.0, same)


def proved(
    directory: Path,
    resident: str,
    point: str | None = None,
    replication: int | None = None,
    secret: bytes | None = None,
) -> Proof:
    """Simulate a replication of the results in ``directory`` again and prove the path of
    ``resident``, STREAM#NUMBER. Without a ``point`` and a ``replication`` the first of them.

    Raises ``StudyError`` where the manifest is not as sealed, where another model made the results,
    or where the fingerprint is another.
    """
    described = _as_sealed(directory, secret)
    point, number = _chosen(described, point, replication)
    run, digest = _again(directory, described, point, number)
    if run.fingerprint != described["fingerprints"][point][str(number)]:
        raise StudyError(
            _(
                "{directory}: {point}, replication {number}: simulated again, it has"
                " another fingerprint than the one that was sealed",
                directory=directory,
                point=point,
                number=number,
            )
        )
    of = {
        "experiment": described.get("experiment", ""),
        "design point": point,
        "replication": number,
        "seed": str(described["seed"]),
        "fingerprint": run.fingerprint,
        "head": described["seal"]["head"],
    }
    key = key_of(directory, described, secret)
    sealing = Sealing(key, f"visits of {digest} {described['seed']} {number}", COLUMNS)
    return _proof(run, _found(run, resident), sealing, of)


def _again(directory: Path, described: dict, point: str, number: int) -> tuple[Run, str]:
    """A replication, simulated again and read, and the SHA-256 of its network."""
    engine = described["engine"].split(", ")[0]
    prepare(engine)
    same_origin(directory, described, engine)
    scenario = load_scenario(directory / "scenario.resolved.yaml")
    ready = plan(variant_of(scenario, described, point))
    run = simulate(ready.network, ready.spec.horizon, described["seed"], number, engine)
    run.kept  # noqa: B018  (read, so that the fingerprint is known)
    return run, ready.digest


def _as_sealed(directory: Path, secret: bytes | None) -> dict:
    """The manifest, once it is known to be as sealed."""
    described = read_manifest(directory)
    if "seal" not in described:
        raise InputError(
            _(
                "{directory}: sealed results wanted; the sweep's command seals them",
                directory=directory,
            )
        )
    for found in sealed(directory, described, secret, tables=(MANIFEST,)):
        if not found.passed:
            raise StudyError(
                _(
                    "{directory}: {quantity}: this does not hold",
                    directory=directory,
                    quantity=found.quantity,
                )
            )
    return described


def _chosen(described: dict, point: str | None, replication: int | None) -> tuple[str, int]:
    """The design point and the replication that are meant."""
    points = described["fingerprints"]
    point = next(iter(points)) if point is None else point
    if point not in points:
        raise InputError(
            _(
                "--point: a design point of the results wanted, got {got!r}{hint}",
                got=point,
                hint=did_you_mean(point, points),
            )
        )
    numbers = points[point]
    chosen = next(iter(numbers)) if replication is None else str(replication)
    if chosen not in numbers:
        raise InputError(
            _(
                "--replication: one of {numbers} wanted, got {got}",
                numbers=listed(numbers),
                got=chosen,
            )
        )
    return point, int(chosen)


def _found(run: Run, resident: str) -> tuple[str, int]:
    """(stream, number) of the resident who is meant."""
    stream, sign, number = resident.rpartition("#")
    if not sign or not number.isdecimal():
        raise InputError(
            _(
                "--resident: STREAM#NUMBER wanted, such as {stream}#0, got {got!r}",
                stream=run.streams[0],
                got=resident,
            )
        )
    if stream not in run.streams:
        raise InputError(
            _(
                "--resident: a stream of residents such as {stream!r} wanted, got {got!r}{hint}",
                stream=run.streams[0],
                got=stream,
                hint=did_you_mean(stream, run.streams),
            )
        )
    came = np.unique(run.kept["resident"][run.kept["stream"] == run.streams.index(stream)])
    if int(number) not in came:
        raise InputError(
            _(
                "--resident: one of the {came:,} who came by {stream} wanted, got #{number}",
                came=len(came),
                stream=stream,
                number=number,
            )
        )
    return stream, int(number)


def _proof(run: Run, resident: tuple[str, int], sealing: Sealing, of: dict) -> Proof:
    """The proof of the path of ``resident``, once ``sealing`` has taken in all."""
    rows, at, shown = [], 0, b""
    for stream, number, visits in _residents(run):
        rows.append(joined((canonical.text(stream), canonical.integer(number), visits)))
        if (stream, number) == resident:
            at, shown = len(rows), rows[-1]
    leaves = [sealing.head, *apart(sealing.extend(rows))]
    leaf = json.loads(canonical.leaf(sealing.salts, at, shown))
    path = tuple(each.hex() for each in audit_path(leaves, at))
    return Proof(of, leaf, len(leaves), path, sealing.tree.root.hex())


def _residents(run: Run) -> Iterator[tuple[str, int, bytes]]:
    """(stream, number, visits as canonical text) of each resident, by name and number."""
    visits = run.kept
    visits = visits[np.lexsort((np.arange(len(visits)), visits["resident"], visits["stream"]))]
    texts = _texts(run, visits)
    ends = np.flatnonzero(np.diff(visits["resident"]) | np.diff(visits["stream"])) + 1
    bounds = np.concatenate([[0], ends, [len(visits)]]).tolist() if len(visits) else [0]
    for begin, end in itertools.pairwise(bounds):
        first = visits[begin]
        name = run.streams[first["stream"]]
        yield name, int(first["resident"]), b"[%s]" % b",".join(texts[begin:end])


def _texts(run: Run, visits: np.ndarray) -> list[bytes]:
    """Each visit as canonical text."""
    names = {
        "station": run.stations,
        "pool": run.pools,
        "next": run.stations,
        "outcome": tuple(outcome.name.lower() for outcome in Outcome),
    }
    columns = [_column(visits[field], names.get(field)) for field in VISIT]
    return [b"[%s]" % b",".join(row) for row in zip(*columns, strict=True)]


def _column(values: np.ndarray, names: Sequence[str] | None) -> list[bytes]:
    """Canonical texts of a field; of a position the name ("" where there is none)."""
    if names is not None:
        said = [*map(canonical.text, names), canonical.text("")]
        return [said[max(value, -1)] for value in values.tolist()]
    write = canonical.number if values.dtype.kind == "f" else canonical.integer
    return [write(value) for value in values.tolist()]
