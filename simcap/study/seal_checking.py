"""Is what a results directory stores as it was sealed? If not: which row is the first that was
changed, removed or moved?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simcap.errors import BusyError, InputError, StudyError
from simcap.study.canonical import Sealing, leaf
from simcap.study.csv_files import Values, rows_of, unescaped
from simcap.study.journal import NAME as JOURNAL
from simcap.study.journal import Journal
from simcap.study.merkle import Growing, leaf_hash
from simcap.study.seals import (
    IN_MANIFEST,
    MANIFEST,
    ORDER,
    checksum,
    head_of,
    journal_keys,
    journal_row,
    leaves_file,
    manifest_rows,
    public_key,
)
from simcap.study.verifying import Verified

HASH = re.compile("[0-9a-f]{64}")
Row = tuple[str, list[bytes] | None]
"""(what it is of, its values as canonical texts; None where it cannot be read)."""


def sealed(
    directory: Path,
    described: dict,
    secret: bytes | None = None,
    tables: Sequence[str] = ORDER,
) -> Iterator[Verified]:
    """Hold those of ``tables`` that are in ``directory`` against the seal in its manifest,
    ``described``. ``secret`` is the key that it was sealed with, if it was one of a file.

    Tables that are not here are passed over: their roots are still under the head.
    """
    seal = described["seal"]
    if not _is_seal(seal):
        yield _one("the seal in manifest.json is as written", False)
        return
    yield _one("manifest.json has its checksum", described.get("checksum") == checksum(described))
    yield _one("the head is that of all tables", head_of(seal["tables"]) == seal["head"])
    if secret is None and seal["key"] is not None:
        derived = public_key(described["plans"], described["seed"])
        yield _one("the key is that of networks and seed", seal["key"] == derived)
    key = key_of(directory, described, secret)
    for table, kept in seal["tables"].items():
        if table in tables and (directory / table).exists():
            yield from _of_table(directory, described, table, kept, key)


def kept_elsewhere(found: str, kept: str) -> Verified:
    """Whether a head, or a root, is the one that was kept elsewhere."""
    return _one("the head is the one that was kept", found == kept.strip().lower())


def key_of(directory: Path, described: dict, secret: bytes | None) -> bytes:
    """The key of the salts. Raises ``InputError`` where it is another than the seal's."""
    public = described["seal"]["key"]
    if (public is None) != (secret is not None):
        wanted = "--seal-key FILE wanted" if public is None else "no --seal-key wanted"
        how = "with" if public is None else "without"
        raise InputError(f"{directory}: sealed {how} a key file: {wanted}")
    head = _leaves(directory, MANIFEST)[:1]
    columns = IN_MANIFEST
    if secret is not None:
        if head and Sealing(secret, MANIFEST, columns).head != head[0]:
            raise InputError(f"--seal-key: not the key that {directory} was sealed with")
        return secret
    derived = bytes.fromhex(public_key(described["plans"], described["seed"]))
    stored = bytes.fromhex(public)
    return derived if head and Sealing(derived, MANIFEST, columns).head == head[0] else stored


def _is_seal(seal: object) -> bool:
    """Whether it has the parts of a seal."""
    if not isinstance(seal, dict) or seal.keys() != {"head", "key", "tables"}:
        return False
    hashes = [seal["head"], *([] if seal["key"] is None else [seal["key"]])]
    tables = seal["tables"]
    if not isinstance(tables, dict) or not {JOURNAL, MANIFEST} <= tables.keys() <= set(ORDER):
        return False
    for kept in tables.values():
        if not isinstance(kept, dict) or kept.keys() != {"columns", "rows", "root", "chain"}:
            return False
        if not isinstance(kept["columns"], dict) or type(kept["rows"]) is not int:
            return False
        if not all(isinstance(kind, str) for kind in kept["columns"].values()):
            return False
        hashes += [kept["root"], kept["chain"]]
    return all(isinstance(one, str) and HASH.fullmatch(one) for one in hashes)


def _one(what: str, same: bool) -> Verified:
    return Verified("seal", what, 1.0, float(same), 0.0, same)


# ---- one table -----------------------------------------------------------------------------------


def _of_table(
    directory: Path, described: dict, table: str, kept: dict, key: bytes
) -> Iterator[Verified]:
    """Whether the rows of ``table`` are as sealed."""
    columns = list(kept["columns"].items())
    if table == MANIFEST:
        yield _Comparison(directory, Sealing(key, table, columns), kept).of(_manifest(described))
    elif table == JOURNAL:
        try:
            with Journal.open(directory) as journal:
                sealing = Sealing(key, table, columns)
                yield _Comparison(directory, sealing, kept).of(_journal(journal, described))
                damaged = journal.damaged()
        except BusyError:
            raise
        except StudyError as problem:
            yield _one(f"journal.sqlite can be read (not: {problem})", False)
            return
        said = f" (not {', '.join(damaged[:5])})" if damaged else ""
        yield _one(f"rows of journal.sqlite match their checksums{said}", not damaged)
    else:
        path = directory / table
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as lines:
            rows = rows_of(lines)
            names = [unescaped(cell) for cell in next(rows, []) or []]
            pairs = zip(names, kept["columns"].values(), strict=False)
            there = list(pairs) if len(names) == len(columns) else []
            values = Values([kind for _, kind in columns])
            yield _Comparison(directory, _named(key, table, there), kept).of(
                ("", values.of(cells)) for cells in rows
            )


def _named(key: bytes, table: str, columns: list) -> Sealing:
    """The sealing of a table with these names of columns; some are no text."""
    try:
        return Sealing(key, table, columns)
    except ValueError:
        return Sealing(key, table, [])


def _manifest(described: dict) -> Iterator[Row]:
    for row in manifest_rows(described):
        yield row[0].decode(), row


def _journal(journal: Journal, described: dict) -> Iterator[Row]:
    try:
        keys = list(journal_keys(described))
    except ValueError:
        return
    numbers = [number for of in described["fingerprints"].values() for number in of]
    for (point, key), number in zip(keys, numbers, strict=True):
        try:
            row = journal_row(journal, point, key)
        except StudyError:
            row = None
        yield f"{point}, replication {number}", row


@dataclass
class _Comparison:
    """The rows of a table beside those that were sealed. ``kept`` is what the manifest has."""

    directory: Path
    sealing: Sealing
    kept: dict

    def of(self, rows: Iterator[Row]) -> Verified:
        """Whether they are the same; the first that is not is named."""
        leaves = _leaves(self.directory, self.sealing.table)
        same, first = 0, self._first(0, self.sealing.head, leaves, "", None)
        for number, (of, values) in enumerate(rows, 1):
            hashed = self.sealing.broken() if values is None else self.sealing.add(values)
            if number < len(leaves) and hashed == leaves[number]:
                same += 1
            elif first is None:
                first = self._first(number, hashed, leaves, of, values)
        if first is None and self.sealing.rows + 1 < len(leaves):
            first = f"row {self.sealing.rows + 1}: gone"
        good = self.sealing.described() == self.kept
        return self._judged(good, same if leaves else good * self.sealing.rows, first, leaves)

    def _first(
        self, number: int, hashed: bytes, leaves: Sequence[bytes], of: str, values: list | None
    ) -> str | None:
        """What is wrong with a row; None if nothing is."""
        if number < len(leaves) and hashed == leaves[number]:
            return None
        if number == 0:
            return "the names or kinds of its columns"
        said = f"row {number}" + (f" ({of})" if of else "")
        if number >= len(leaves):
            return f"{said}: added"
        if values is None:
            return f"{said}: changed or gone"
        key, table = self.sealing.key, self.sealing.table
        for other, sealed_leaf in enumerate(leaves[1:], 1):
            if leaf_hash(leaf(key, table, other, values)) == sealed_leaf:
                return f"{said}: gone or moved, row {other} stands in its place"
        return f"{said}: changed"

    def _judged(self, good: bool, same: int, first: str | None, leaves: list[bytes]) -> Verified:
        path = leaves_file(Path(), self.sealing.table)
        if good:
            said = f" (they are, but {path} was changed)" if leaves and first is not None else ""
        elif first is None:
            said = f" (not what {MANIFEST} keeps of them)"
        elif Growing(leaves).root.hex() == self.kept["root"]:
            said = f" (not {first})"
        else:
            why = "was changed, too" if leaves else "is not here"
            said = f" (not; which is not known, since {path} {why})"
        what = f"rows of {self.sealing.table} are as sealed{said}"
        whole = good and not said
        return Verified("seal", what, float(self.kept["rows"]), float(same), 0.0, whole)


def _leaves(directory: Path, table: str) -> list[bytes]:
    """The hashes of the leaves of ``table`` that were kept beside it; none where they are not."""
    path = leaves_file(directory, table)
    content = path.read_bytes() if path.exists() else b""
    return [content[i : i + 32] for i in range(0, len(content), 32)]
