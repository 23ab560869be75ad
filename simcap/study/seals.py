"""What a sweep stored, sealed: a hash for each row, a chain and a Merkle tree over the rows of each
table, and one hash, the *head*, over all of them.

Sealed are values, not bytes: the rows of the tables, of the journal (those that count) and of the
manifest, but when, by which command and how fast it was made; so equal runs have one head, whether
they were interrupted or not. The head is a chain over what the manifest keeps of each table.

Against who can rewrite everything only a head that is kept elsewhere helps. The salt of a leaf
hides its row from who knows the others: as far as the key is a secret. Without a key file it is
SHA-256 of the resolved networks and the seed, which whoever has the scenario can work out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import rfc8785

from simcap.errors import InputError
from simcap.lang import _
from simcap.lang.reasons import reason
from simcap.study import canonical
from simcap.study.canonical import INTEGER, TEXT, Column, Sealing
from simcap.study.journal import NAME as JOURNAL
from simcap.study.journal import SEALS, VALUES, Journal, replication_key
from simcap.study.merkle import START, link
from simcap.study.provenance import MADE
from simcap.study.version import Origin

MANIFEST = "manifest.json"
CSV = ("measures.csv", "summary.csv", "comparison.csv", "answer.csv", "sensitivity.csv")
"""The tables that are sealed by their values: their hashes in the manifest are of bytes."""
ORDER = (*CSV, JOURNAL, MANIFEST)
"""In which tables are sealed."""
LEAST_KEY = 16
"""Bytes that a key file must have (assumed: 128 bits cannot be guessed)."""

IN_JOURNAL: tuple[Column, ...] = (
    ("design point", TEXT),
    *((name, INTEGER if name in ("replication", "visits") else TEXT) for name in VALUES),
)
IN_MANIFEST: tuple[Column, ...] = (("path", TEXT), ("kind", TEXT), ("value", "of its kind"))


class Seal:
    """The seal of a results directory, table by table. ``secret`` is what a key file has; without
    one the key follows from the ``networks`` ({design point: SHA-256}) and the ``seed``.
    """

    def __init__(self, networks: Mapping[str, str], seed: int, secret: bytes | None = None):
        self.public = None if secret is not None else public_key(networks, seed)
        self.key = secret if secret is not None else bytes.fromhex(public_key(networks, seed))
        self.tables: dict[str, dict] = {}

    def begin(self, table: str, columns: Iterable[Column]) -> Sealing:
        """A table whose rows are to be sealed."""
        return Sealing(self.key, table, tuple(columns))

    def end(self, sealing: Sealing) -> None:
        """The table has all its rows."""
        self.tables[sealing.table] = sealing.described()

    def described(self) -> dict:
        """What the manifest keeps of it."""
        return {"head": head_of(self.tables), "key": self.public, "tables": ordered(self.tables)}


def ordered(tables: Mapping[str, dict]) -> dict[str, dict]:
    """``tables`` in the order in which they are sealed."""
    return {name: tables[name] for name in ORDER if name in tables}


def public_key(networks: Mapping[str, str], seed: int) -> str:
    """SHA-256 of the resolved networks and the seed, in hexadecimal."""
    content: Any = {"networks": dict(networks), "seed": str(seed)}
    return hashlib.sha256(rfc8785.dumps(content)).hexdigest()


def head_of(tables: Mapping[str, dict]) -> str:
    """The chain over the tables in hexadecimal: their names, numbers of rows, roots, chains."""
    head = START
    for name, sealed in ordered(tables).items():
        said = {key: sealed[key] for key in ("rows", "root", "chain")}
        head = link(head, rfc8785.dumps({"table": name, **said}))
    return head.hex()


def key_in(path: Path) -> bytes:
    """The key in a file: its bytes as they are."""
    try:
        key = path.read_bytes()
    except OSError as problem:
        raise InputError(
            _(
                "--seal-key: {path}: a file wanted, got: {problem}",
                path=path,
                problem=reason(problem),
            )
        ) from None
    if len(key) < LEAST_KEY:
        raise InputError(
            _(
                "--seal-key: {path}: at least {least} bytes wanted, got {got}; for"
                " one, head -c 32 /dev/urandom > FILE",
                path=path,
                least=LEAST_KEY,
                got=len(key),
            )
        )
    return key


# ---- rows of what is no CSV file -----------------------------------------------------------------


def journal_keys(described: dict) -> Iterator[tuple[str, str]]:
    """(design point, key in the journal) of each replication that the manifest ``described``
    counts, in order.
    """
    made_by = Origin(described["model"], described["platform"]["probe_of_draws"])
    for point, digests in described["fingerprints"].items():
        for number in digests:
            plan = described["plans"][point]
            yield point, replication_key(plan, described["seed"], int(number), made_by)


def journal_row(journal: Journal, point: str, key: str) -> list[bytes] | None:
    """The values of a replication as canonical texts; None if the journal has not got it."""
    found = journal.values_of(key)
    if found is None:
        return None
    values: list = [point, *(found[name] for name in VALUES)]
    return [
        canonical.integer(value) if kind == INTEGER else canonical.text(str(value))
        for value, (_, kind) in zip(values, IN_JOURNAL, strict=True)
    ]


def manifest_rows(described: dict, making: bool = False) -> Iterator[list[bytes]]:
    """(path, kind, value) of each value of a manifest as canonical texts, in its order, without the
    seal, what tells of the making (unless ``making``) and the hashes of tables' bytes.
    """
    left_out = {"seal"} if making else {"seal", *MADE}
    kept = {name: value for name, value in described.items() if name not in left_out}
    if not making:
        kept["files"] = {name: of for name, of in kept["files"].items() if name not in CSV}
    return _flat((), kept)


def _flat(path: tuple, value: object) -> Iterator[list[bytes]]:
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in pairs:
            yield from _flat((*path, key), inner)
        return
    kind, said = _said(value, path == ("seed",))
    yield [rfc8785.dumps(list(path)), canonical.text(kind), said]


def _said(value: object, as_text: bool) -> tuple[str, bytes]:
    """(kind, canonical text) of a value without parts."""
    if isinstance(value, str) or as_text:
        return TEXT, canonical.text(str(value))
    if isinstance(value, bool) or value is None:
        return "truth", rfc8785.dumps(value)
    if isinstance(value, int):
        return INTEGER, canonical.integer(value)
    if isinstance(value, float):
        return canonical.NUMBER, canonical.number(value)
    return "nothing in it", rfc8785.dumps([] if isinstance(value, list) else {})


def checksum(described: dict) -> str:
    """SHA-256 of all that a manifest says but this, the times and the seal included."""
    digest = hashlib.sha256()
    rest = {name: value for name, value in described.items() if name != "checksum"}
    for row in _flat((), rest):
        digest.update(b",".join(row) + b"\n")
    return digest.hexdigest()


def as_read(described: dict) -> dict:
    """``described`` as it is once it was written and read again."""
    return json.loads(json.dumps(described))


def leaves_file(directory: Path, table: str) -> Path:
    """Where the hashes of a table's leaves stand, 32 bytes each, that of its columns first: by them
    the first row that was changed is named.
    """
    return directory / SEALS / f"{table}.leaves"
