"""The crash-safe record of a study: one SQLite file with one row for each finished replication,
written as soon as it is finished.

A row's key is a hash of all that decides its numbers (``replication_key``), so rows outlive a
changed experiment: what is still asked for is taken from the journal, whatever else was changed.
Rows are never altered. Each carries a checksum, so that a damaged file is found out and never taken
for results. Writing goes to SQLite's write-ahead log: a process killed at any moment loses at most
the row it was writing; a machine that loses its power may lose the rows of the last moments, never
the file.

``Journal.open`` also locks the directory, for as long as the process lives: two sweeps cannot write
to one directory.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import sqlite3
import weakref
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simcap.analysis.sheet import Label
from simcap.errors import BusyError, InputError, StudyError
from simcap.lang import _
from simcap.lang.reasons import reason
from simcap.study.version import Origin

NAME, LOCK = "journal.sqlite", "journal.lock"
SEALS = "seals"
"""The folder with the hashes of sealed rows."""
UNFINISHED = ".part"
"""How names of files end that are being written."""
LEFT_BEHIND = re.compile(rf"\..+(\{UNFINISHED}|\.(csv|md|json|yaml|png|svg)\.\d+)|\.probe-\d+")
"""Names of files that only a run which was killed leaves behind."""
FORMAT = 2
MARK = 0x73696D63
"""SQLite's application id of a journal: «simc»."""

TABLES = """
CREATE TABLE plans (
    scenario TEXT PRIMARY KEY, plan TEXT NOT NULL, staff TEXT NOT NULL,
    checksum TEXT NOT NULL) STRICT;
CREATE TABLE labels (id TEXT PRIMARY KEY, labels TEXT NOT NULL) STRICT;
CREATE TABLE replications (
    key TEXT PRIMARY KEY, plan TEXT NOT NULL, seed INTEGER NOT NULL, replication INTEGER NOT NULL,
    model TEXT NOT NULL, platform TEXT NOT NULL, engine TEXT NOT NULL,
    labels TEXT NOT NULL REFERENCES labels (id), numbers BLOB NOT NULL, queues BLOB NOT NULL,
    fingerprint TEXT NOT NULL, visits INTEGER NOT NULL, seconds REAL NOT NULL,
    finished TEXT NOT NULL, checksum TEXT NOT NULL) STRICT;
"""
VALUES = (
    "plan",
    "seed",
    "replication",
    "model",
    "platform",
    "engine",
    "labels",
    "numbers",
    "queues",
    "fingerprint",
    "visits",
)
"""The columns that decide, or are, what a replication gave."""
COLUMNS = ("key", *VALUES, "seconds", "finished")


@dataclass(frozen=True)
class Record:
    """A finished replication: a value for each of ``labels``, the ``queues`` (staff × midnights:
    numbers waiting), the ``fingerprint`` of its visits, how many visits, by which ``engine``, and
    the processor ``seconds`` that simulating and counting took.
    """

    labels: tuple[Label, ...]
    values: np.ndarray
    queues: np.ndarray
    fingerprint: str
    visits: int
    engine: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays in memory of a finished replication: the ``key`` of its record in the journal, how
    many ``rows`` it has, and the values that decide when to stop (``wanted``).
    """

    key: str
    rows: int
    fingerprint: str
    engine: str
    seconds: float
    wanted: np.ndarray


def replication_key(plan: str, seed: int, replication: int, origin: Origin) -> str:
    """The key of a replication of the plan with the digest ``plan``."""
    return hashlib.sha256(
        f"{plan} {seed} {replication} {origin.model} {origin.platform}".encode()
    ).hexdigest()


class Journal:
    """The journal in an output directory. Made by ``Journal.open``; used by one thread."""

    def __init__(self, path: Path, connection: sqlite3.Connection):
        self.path, self.connection = path, connection
        self._known: dict[str, tuple[Label, ...]] = {}

    @classmethod
    @contextmanager
    def open(cls, directory: Path, fresh: bool = False) -> Iterator[Journal]:
        """Lock ``directory`` and open its journal, made where there is none; ``fresh`` sets an old
        one aside, under another name.

        Raises ``BusyError`` where another sweep holds the directory, ``StudyError`` where the
        journal cannot be read or written.
        """
        with _lock(directory):
            clear_away(directory)
            path = directory / NAME
            if fresh:
                set_aside(path)
            with _named(path):
                connection = sqlite3.connect(path, timeout=10.0, isolation_level=None)
            try:
                with _named(path):
                    _prepare(connection, path)
                yield cls(path, connection)
            finally:
                with contextlib.suppress(
                    sqlite3.Error
                ):  # what it holds back is in the write-ahead log
                    connection.close()

    @classmethod
    def temporary(cls) -> Journal:
        """A journal that nobody needs afterwards, in memory."""
        path = Path("journal in memory")
        connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        _prepare(connection, path)
        journal = cls(path, connection)
        weakref.finalize(journal, connection.close)
        return journal

    def __len__(self) -> int:
        with _named(self.path):
            return self.connection.execute("SELECT count(*) FROM replications").fetchone()[0]

    def get(self, key: str) -> Record | None:
        """What is recorded under ``key``, if anything is."""
        with _named(self.path):
            fields = self._fields(key)
            if fields is None:
                return None
            labels = self._labels(fields["labels"])
            values = np.frombuffer(zlib.decompress(fields["numbers"]), dtype="<f8")
            if len(values) != len(labels):
                raise sqlite3.DatabaseError("a row has more or fewer values than labels")
            queues = np.frombuffer(zlib.decompress(fields["queues"]), dtype="<i4")
            staff = int(queues[0])
            return Record(
                labels,
                values,
                np.cumsum(queues[1:].reshape(staff, -1), axis=1),
                fields["fingerprint"],
                fields["visits"],
                fields["engine"],
                fields["seconds"],
            )

    def _fields(self, key: str) -> dict | None:
        """The row under ``key`` by the names of its columns, if there is one."""
        row = self.connection.execute(
            f"SELECT {', '.join(COLUMNS)}, checksum FROM replications WHERE key = ?", (key,)
        ).fetchone()
        if row is None:
            return None
        if row[-1] != _checksum(row[:-1]):
            raise sqlite3.DatabaseError("a row does not match its checksum")
        return dict(zip(COLUMNS, row, strict=False))

    def values_of(self, key: str) -> dict[str, str | int] | None:
        """What is recorded under ``key`` but when and how fast, by ``VALUES``; of its labels,
        numbers and queues the SHA-256.
        """
        with _named(self.path):
            fields = self._fields(key)
            if fields is None:
                return None
            labels = json.dumps(self._labels(fields["labels"]), ensure_ascii=False)
            unpacked = {name: zlib.decompress(fields[name]) for name in ("numbers", "queues")}
        said = {"labels": labels.encode(), **unpacked}
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in said.items()}
        return {name: hashes.get(name, fields[name]) for name in VALUES}

    def damaged(self) -> list[str]:
        """The rows that do not match their checksums, whatever sweep they are of."""
        found = []
        with _named(self.path):
            rows = f"SELECT {', '.join(COLUMNS)}, checksum FROM replications ORDER BY rowid"
            for said, query in (("row", rows), ("plan", "SELECT * FROM plans ORDER BY rowid")):
                for number, row in enumerate(self.connection.execute(query), 1):
                    if row[-1] != _checksum(row[:-1]):
                        found.append(f"{said} {number} of the journal")
            labels = self.connection.execute("SELECT id, labels FROM labels ORDER BY rowid")
            for number, (name, text) in enumerate(labels, 1):
                if name != _digest(text):
                    found.append(f"labels {number} of the journal")
        return found

    def put(
        self, key: str, plan: str, seed: int, replication: int, origin: Origin, record: Record
    ) -> None:
        """Record a finished replication, once and for all."""
        changes = np.diff(record.queues, axis=1, prepend=0).astype("<i4")
        queues = zlib.compress(
            np.concatenate([[len(changes)], changes.ravel()]).astype("<i4").tobytes(), 1
        )
        with _named(self.path):
            row = (
                key,
                plan,
                seed,
                replication,
                origin.model,
                origin.platform,
                record.engine,
                self._labelled(record.labels),
                zlib.compress(record.values.astype("<f8").tobytes(), 1),
                queues,
                record.fingerprint,
                record.visits,
                record.seconds,
                datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
            )
            self._insert((*row, _checksum(row)))

    def plan_of(self, scenario: str) -> tuple[str, tuple[str, ...]] | None:
        """(digest of the plan, its staff) that the scenario with the key ``scenario`` was compiled
        to before: compiling takes longer than reading what is recorded.
        """
        with _named(self.path):
            row = self.connection.execute(
                "SELECT * FROM plans WHERE scenario = ?", (scenario,)
            ).fetchone()
            if row is not None and row[-1] != _checksum(row[:-1]):
                raise sqlite3.DatabaseError("a row does not match its checksum")
            return None if row is None else (row[1], tuple(json.loads(row[2])))

    def note_plan(self, scenario: str, plan: str, staff: tuple[str, ...]) -> None:
        """Remember what a scenario was compiled to."""
        row = (scenario, plan, json.dumps(staff, ensure_ascii=False))
        with _named(self.path):
            self.connection.execute(
                "INSERT OR REPLACE INTO plans VALUES (?, ?, ?, ?)", (*row, _checksum(row))
            )

    def take_over(self, other: Path) -> tuple[int, int]:
        """Copy what the journal ``other`` has and this one has not; (rows copied, rows that both
        have). Raises ``StudyError`` where both have a replication with different numbers.
        """
        if not other.exists():
            raise StudyError(_("{other}: a journal wanted; there is no such file", other=other))
        copied = both = 0
        with _named(other):
            source = sqlite3.connect(other, timeout=10.0, isolation_level=None)
            try:
                _check(source, other)
                labels = dict(source.execute("SELECT id, labels FROM labels"))
                with _named(self.path):
                    plans = source.execute("SELECT * FROM plans").fetchall()
                    if any(plan[-1] != _checksum(plan[:-1]) for plan in plans):
                        raise sqlite3.DatabaseError("a row does not match its checksum")
                    self.connection.executemany(
                        "INSERT OR IGNORE INTO plans VALUES (?, ?, ?, ?)", plans
                    )
                for row in source.execute(
                    f"SELECT {', '.join(COLUMNS)}, checksum FROM replications ORDER BY rowid"
                ):
                    if row[-1] != _checksum(row[:-1]) or row[COLUMNS.index("labels")] != _digest(
                        labels[row[COLUMNS.index("labels")]]
                    ):
                        raise sqlite3.DatabaseError("a row does not match its checksum")
                    with _named(self.path):
                        mine = self.connection.execute(
                            "SELECT fingerprint, numbers FROM replications WHERE key = ?", row[:1]
                        ).fetchone()
                        if mine is None:
                            number = row[COLUMNS.index("labels")]
                            self.connection.execute(
                                "INSERT OR IGNORE INTO labels VALUES (?, ?)",
                                (number, labels[number]),
                            )
                            self._insert(row)
                            copied += 1
                            continue
                    if mine != (row[COLUMNS.index("fingerprint")], row[COLUMNS.index("numbers")]):
                        raise StudyError(
                            _(
                                "{other}: replication {number} has other numbers than the same"
                                " one in {path}: the two were not computed by the same simcap on"
                                " the same kind of machine",
                                other=other,
                                number=row[COLUMNS.index("replication")],
                                path=self.path,
                            )
                        )
                    both += 1
            finally:
                source.close()
        return copied, both

    def _insert(self, row: tuple) -> None:
        self.connection.execute(
            f"INSERT INTO replications VALUES ({', '.join('?' * (len(COLUMNS) + 1))})", row
        )

    def _labelled(self, labels: tuple[Label, ...]) -> str:
        """The id under which ``labels`` are written."""
        for known, those in self._known.items():
            if those is labels or those == labels:
                return known
        text = json.dumps(labels, ensure_ascii=False)
        number = _digest(text)
        self.connection.execute("INSERT OR IGNORE INTO labels VALUES (?, ?)", (number, text))
        self._known[number] = labels
        return number

    def _labels(self, number: str) -> tuple[Label, ...]:
        if number not in self._known:
            row = self.connection.execute(
                "SELECT labels FROM labels WHERE id = ?", (number,)
            ).fetchone()
            if row is None or _digest(row[0]) != number:
                raise sqlite3.DatabaseError("the labels of a row are missing or altered")
            self._known[number] = tuple(tuple(label) for label in json.loads(row[0]))
        return self._known[number]


def check_writable(out: Path) -> None:
    """Make the directory ``out``; raises ``InputError`` if nothing can be written there."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / f".probe-{os.getpid()}{UNFINISHED}"
        probe.touch()
        probe.unlink(missing_ok=True)  # another run that begins here may have cleared it away
    except OSError as problem:
        raise InputError(
            _(
                "{out}: a directory that can be written to wanted, got: {problem}",
                out=out,
                problem=reason(problem),
            )
        ) from None


def clear_away(out: Path) -> None:
    """Remove what runs that were killed while they wrote have left in ``out``, which is locked, and
    among its figures.
    """
    for directory in (out, out / "figures", out / SEALS):
        for path in directory.glob(".*"):
            if LEFT_BEHIND.fullmatch(path.name):
                with contextlib.suppress(OSError):
                    path.unlink()


def set_aside(path: Path) -> Path | None:
    """Give an old journal, with what SQLite keeps beside it, the next free name; that name, or None
    if there was none.
    """
    parts = [
        part
        for part in (path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal"))
        if part.exists()
    ]
    if not parts:
        return None
    number = 1
    while (aside := path.with_name(f"{path.stem}-{number}{path.suffix}")).exists():
        number += 1
    try:
        for part in parts:
            part.rename(part.with_name(part.name.replace(path.name, aside.name, 1)))
    except OSError as problem:
        raise StudyError(
            _("{path}: cannot be set aside: {problem}", path=path, problem=reason(problem))
        ) from None
    return aside


@contextmanager
def _lock(directory: Path) -> Iterator[None]:
    """Hold ``directory``. SQLite's lock of an empty file does it on every platform, and dies with
    the process.
    """
    path = directory / LOCK
    with _named(path):
        lock = sqlite3.connect(path, timeout=0.0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            if "locked" not in str(problem):
                raise StudyError(
                    _("{path}: cannot be locked: {problem}", path=path, problem=problem)
                ) from None
            raise BusyError(
                _(
                    "{directory}: another sweep is writing here; wait for it, or give"
                    " another directory with --out",
                    directory=directory,
                )
            ) from None
        except sqlite3.DatabaseError as problem:
            raise StudyError(
                _(
                    "{path}: not a lock that simcap made ({problem}): remove this file; no"
                    " result is in it",
                    path=path,
                    problem=problem,
                )
            ) from None
        yield
    finally:
        lock.close()


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Set ``connection`` up; make the tables of a new journal, check those of an old one."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        _check(connection, path)
        return
    connection.execute("BEGIN IMMEDIATE")
    for statement in filter(str.strip, TABLES.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {MARK}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    """That this is a journal of this format, and whole."""
    mark, form = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version")
    )
    if mark != MARK or form != FORMAT:
        raise StudyError(
            _(
                "{path}: not a journal of this version of simcap (format {form}, wanted"
                " {wanted}); --fresh sets it aside",
                path=path,
                form=form,
                wanted=FORMAT,
            )
        )
    said = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if said != "ok":
        raise sqlite3.DatabaseError(" ".join(said.split()))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into one line that says what can be done."""
    try:
        yield
    except sqlite3.IntegrityError:
        raise StudyError(
            _("{path}: a replication that is recorded already cannot be recorded again", path=path)
        ) from None
    except sqlite3.OperationalError as problem:
        said, hint = str(problem), _("what was finished before is kept")
        if "full" in said:
            raise StudyError(
                _(
                    "{path}: the disk is full: free some space and run the same command"
                    " again; {hint}",
                    path=path,
                    hint=hint,
                )
            ) from None
        raise StudyError(
            _("{path}: cannot be written or read: {said}; {hint}", path=path, said=said, hint=hint)
        ) from None
    except (sqlite3.DatabaseError, zlib.error, ValueError, KeyError) as problem:
        raise StudyError(
            _(
                "{path}: the journal is damaged ({problem}): --fresh sets it aside and starts over",
                path=path,
                problem=problem,
            )
        ) from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _checksum(row: tuple) -> str:
    return hashlib.sha256(repr(row).encode()).hexdigest()
