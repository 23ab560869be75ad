"""Sealing a results directory while it is written: the hashes of its rows stand beside it, in
``seals/``, the rest in the manifest.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from simcap.study.canonical import Column, Sealing, joined
from simcap.study.csv_files import kinds
from simcap.study.journal import NAME as JOURNAL
from simcap.study.journal import Journal
from simcap.study.seals import (
    IN_JOURNAL,
    IN_MANIFEST,
    MANIFEST,
    Seal,
    as_read,
    checksum,
    journal_keys,
    journal_row,
    leaves_file,
    manifest_rows,
)
from simcap.study.writing import unfinished, written


class Sealer:
    """Seals tables as they are written to the directory ``out``. Nothing is there under its own
    name before ``place``.
    """

    def __init__(self, out: Path, seal: Seal):
        self.out, self.seal = out, seal
        self.begun: dict[str, Sealing] = {}
        self.paths: list[Path] = []

    def csv(self, table: str, frame: pd.DataFrame, values: Iterable[bytes]) -> None:
        """Further rows of a CSV file, ``frame``, with their ``values`` as ``canonical.joined``."""
        if table not in self.begun:
            self.begun[table] = self._begin(table, kinds(frame))
        self._add(self.begun[table], values)

    def whole(self, table: str, columns: Iterable[Column], rows: Iterable[list[bytes]]) -> None:
        """All rows, as canonical texts, of a table that is no CSV file."""
        sealing = self._begin(table, columns)
        self._add(sealing, map(joined, rows))
        self.seal.end(sealing)

    def _begin(self, table: str, columns: Iterable[Column]) -> Sealing:
        sealing = self.seal.begin(table, columns)
        path = leaves_file(self.out, table)
        self.paths.append(path)
        with written(path):
            path.parent.mkdir(exist_ok=True)
            unfinished(path).write_bytes(sealing.head)
        return sealing

    def _add(self, sealing: Sealing, rows: Iterable[bytes]) -> None:
        path = leaves_file(self.out, sealing.table)
        with written(path), unfinished(path).open("ab") as file:
            file.write(sealing.extend(rows))

    def described(self, described: dict, journal: Journal) -> dict:
        """The manifest ``described`` with its seal, once all tables are written."""
        for sealing in self.begun.values():
            self.seal.end(sealing)
        read = as_read(described)
        self.whole(JOURNAL, IN_JOURNAL, _recorded(journal, read))
        self.whole(MANIFEST, IN_MANIFEST, manifest_rows(read))
        sealed = {**described, "seal": self.seal.described()}
        return {**sealed, "checksum": checksum(as_read(sealed))}

    def place(self) -> None:
        """Give the files their names; those of tables that there are no more are taken away."""
        for path in self.paths:
            with written(path):
                os.replace(unfinished(path), path)
        for path in leaves_file(self.out, "").parent.glob("*.leaves"):
            if path not in self.paths:
                path.unlink(missing_ok=True)
        self.paths = []

    def clear(self) -> None:
        """Take away what has no name yet."""
        for path in self.paths:
            with contextlib.suppress(OSError):
                unfinished(path).unlink()


def _recorded(journal: Journal, described: dict) -> Iterator[list[bytes]]:
    """The replications that the manifest ``described`` counts, as they are in the journal."""
    for point, key in journal_keys(described):
        row = journal_row(journal, point, key)
        assert row is not None, f"{point}: a replication that is not in the journal"
        yield row
