"""The zones table: CSV or a spreadsheet, headers in English or Chinese, every cell checked.

Columns are ``zone``, ``kind``, the notes, and otherwise numbers; a scenario names number columns
where it needs them (``headers``). A title above the header, totals, footnotes and columns that
nobody reads are passed over, and a note says so. What the file holds is in ``docs/tables.md``.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from simcap.errors import ScenarioError
from simcap.lang import _, speaking
from simcap.scenario.cells import kind_in, name_in, note_in, number_in
from simcap.scenario.csv_text import read_csv
from simcap.scenario.grid import Grid, address, text_of
from simcap.scenario.headers import (
    COUNTS,
    HEADERS,
    NOTES,
    column_name,
    columns_of,
    is_footnote,
    is_subtotal,
    is_total,
    other_unit,
)
from simcap.scenario.reader import did_you_mean, read_bytes, some_of
from simcap.scenario.sheets import SUFFIXES, read_sheets

WIDEST = 200
LONGEST = 20_000
HEADER_WITHIN = 30
"""Rows among which the header is looked for."""


@dataclass
class Table:
    """The ``zones`` of a table, as rows for ``schema.Zone``, and ``notes``: what was passed over,
    what is to be looked at.
    """

    zones: list[dict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def named_table(home: Path, written: str) -> tuple[Path, str | None]:
    """(file, sheet) of «zones.xlsx#sheet» beside the scenario in ``home``."""
    name, hash_, sheet = written.rpartition("#")
    if hash_ and Path(name).suffix.lower() in SUFFIXES and not (home / written).exists():
        return home / name, sheet
    return home / written, None


def named_columns(data) -> set[str]:
    """The columns that a scenario as it is written may mean: every text in ``data``."""
    if isinstance(data, dict):
        return {name for value in data.values() for name in named_columns(value)}
    if isinstance(data, list):
        return {name for value in data for name in named_columns(value)}
    return {column_name(data)} if isinstance(data, str) else set()


def read_zones(
    path: Path, sheet: str | None = None, mentioned: Collection[str] | None = None
) -> Table:
    """The zones in the table ``path``; raises ``ScenarioError`` with every faulty cell.

    Of a spreadsheet the ``sheet`` is read, or the first visible one with a table. Number columns
    that are not ``mentioned`` (None: all are) are left out with a note where they hold no numbers.
    """
    return _Reader(_grid(path, sheet), mentioned).read()


def _grid(path: Path, sheet: str | None) -> Grid:
    raw = read_bytes(path)
    if path.suffix.lower() in SUFFIXES:
        grid = _first_table(*read_sheets(path, sheet), sheet)
    else:
        grid = read_csv(path, raw)
    if len(grid.cells) > LONGEST or any(len(row) > WIDEST for row in grid.cells):
        raise ScenarioError(
            _(
                "{path}:1:1 at most {most:,} rows of {widest} cells wanted, got more",
                path=path,
                most=LONGEST,
                widest=WIDEST,
            )
        )
    return grid


def _first_table(grids: list[Grid], hidden: list[str], wanted: str | None) -> Grid:
    """The first of ``grids`` that holds a table, or the first; its notes say which it is."""
    grid = next((grid for grid in grids if _header(grid)[1] >= 2), grids[0])
    if wanted is None:
        others = [repr(other.sheet) for other in grids if other is not grid]
        others += [f"{name!r} (hidden)" for name in hidden]
        grid.notes.append(
            f"{grid.file}: the sheet {grid.sheet!r} was read"
            + (f", not {', '.join(others)}" if others else "")
            + (f" (`zones: {grid.file.name}#SHEET` names another)" if others else "")
        )
    return grid


def _header(grid: Grid) -> tuple[int, int]:
    """(row, known columns there) of the header: the first row with zone and kind, or else with most
    columns that simcap knows.
    """
    best = (0, 0)
    for row in range(min(HEADER_WITHIN, len(grid.cells))):
        columns = columns_of(map(text_of, grid.cells[row]))
        known = len(HEADERS.keys() & set(columns))
        if {"zone", "kind"} <= set(columns):
            return row, known
        best = max(best, (row, known), key=lambda found: found[1])
    return best


class _Reader:
    """Reads the zones of one ``grid``, collecting faults and notes."""

    def __init__(self, grid: Grid, mentioned: Collection[str] | None):
        self.grid, self.mentioned = grid, mentioned
        self.faults: list[str] = []
        self.notes = list(grid.notes)
        if all(grid.is_blank(row) for row in range(len(grid.cells))):
            raise ScenarioError(
                _(
                    "{place} the table is empty",
                    place=grid.place(0, 0) if grid.cells else f"{grid.file}:1:1",
                )
            )
        self.header = _first_filled(grid) if _header(grid)[1] == 0 else _header(grid)[0]
        self.columns = columns_of(map(text_of, grid.cells[self.header]))
        self.unread: dict[str, list[str]] = {}
        self.rows: dict[int, dict] = {}

    def read(self) -> Table:
        self._check_header()
        if self.faults:
            raise ScenarioError(self.faults)
        totals = []
        for row in range(self.header + 1, len(self.grid.cells)):
            if self._is_total(row):
                totals.append(row)
            elif not self._passed_over(row):
                self._fill_merged(row)
                self.rows[row] = self._zone(row)
        self._twice()
        if not self.rows:
            self.faults.append(
                _(
                    "{place} at least one zone wanted, got none",
                    place=self.grid.place(self.header, 0),
                )
            )
        self._leave_out_unread()
        if self.faults:
            raise ScenarioError(self.faults)
        self._totals(totals)
        self._zeros()
        self._hidden()
        return Table(list(self.rows.values()), self.notes)

    # ---- the header ------------------------------------------------------------------------------

    def _check_header(self) -> None:
        self._titles()
        for column, name in enumerate(self.columns):
            odd = self.grid.oddity(self.header, column)
            place = self.grid.place(self.header, column)
            if odd.error or odd.empty:
                got = odd.error or _("a formula that was never computed")
                self.faults.append(_("{place} a header wanted, got {got}", place=place, got=got))
            elif name and self.columns.index(name) < column:
                self.faults.append(
                    _("{place} the column {name!r} stands twice", place=place, name=name)
                )
            elif not name and self._holds_something(column):
                self.notes.append(f"{place} a column without a header is not read")
            elif unit := other_unit(text_of(self.grid.at(self.header, column))):
                self.notes.append(f"{place} {name!r} has a unit of its own: not read as {unit}")
        for first, left, last, right in self.grid.merged:
            if first <= self.header <= last and right < len(self.columns) + 1:
                below = any(
                    text_of(self.grid.at(row, column))
                    for row in range(self.header + 1, last + 1)
                    for column in range(len(self.columns))
                )
                if right > left or below:
                    self.faults.append(
                        _(
                            "{place} one header for each column wanted, in one row, got the merged"
                            " cells {first}:{last}",
                            place=self.grid.place(first, left),
                            first=address(first, left),
                            last=address(last, right),
                        )
                    )
        place = self.grid.place(self.header, 0)
        self.faults += [
            _(
                "{place} a column {wanted!r} is wanted{hint}",
                place=place,
                wanted=wanted,
                hint=did_you_mean(wanted, self.columns),
            )
            for wanted in ("zone", "kind")
            if wanted not in self.columns
        ]

    @speaking("en")
    def _titles(self) -> None:
        above = [row for row in range(self.header) if not self.grid.is_blank(row)]
        if above:
            said = next(text for cell in self.grid.cells[above[0]] if (text := text_of(cell)))
            self.notes.append(
                f"{self.grid.place(self.header, 0)} the header is"
                f" {self.grid.row_name(self.header)}; what stands above it ({said[:40]!r}) was"
                " passed over"
            )

    def _holds_something(self, column: int) -> bool:
        return any(
            text_of(self.grid.at(row, column))
            for row in range(self.header + 1, len(self.grid.cells))
        )

    # ---- rows ------------------------------------------------------------------------------------

    def _name(self, row: int) -> str:
        return text_of(self.grid.at(row, self.columns.index("zone")))

    def _is_total(self, row: int) -> bool:
        """Whether the zone, or, where there is none, any text of the row says that it is a sum."""
        name = self._name(row)
        words = [name] if name else [text_of(cell) for cell in self.grid.cells[row]]
        return any(is_total(word) or is_subtotal(word) for word in words if word)

    def _passed_over(self, row: int) -> bool:
        """Whether the row holds no zone: nothing, a footnote, the header once more."""
        grid, place = self.grid, self.grid.place(row, 0)
        if grid.is_blank(row):
            if not grid.errors_seen:
                self.faults.append(
                    _(
                        "{place} a zone wanted, got a row that is empty, or whose formulas are"
                        " errors",
                        place=place,
                    )
                )
            return True
        texts = [text for cell in grid.cells[row] if (text := text_of(cell))]
        if len(texts) == 1 and is_footnote(texts[0]):
            self.notes.append(f"{place} a footnote was passed over ({texts[0][:40]!r})")
            return True
        if columns_of(map(text_of, grid.cells[row])) == self.columns:
            self.notes.append(f"{place} the header stands here again: passed over")
            return True
        return False

    def _fill_merged(self, row: int) -> None:
        """A kind or a note that is merged over several zones is that of each; nothing else is."""
        for first, left, last, right in self.grid.merged:
            if not first <= row <= last or left >= len(self.columns):
                continue
            name = self.columns[left]
            if right > left or (name not in ("kind", *NOTES) and name):
                if row == max(first, self.header + 1):
                    self.faults.append(
                        _(
                            "{place} {name}: a cell for each zone wanted, got the merged cells"
                            " {first}:{last}",
                            place=self.grid.place(first, left),
                            name=name,
                            first=address(first, left),
                            last=address(last, right),
                        )
                    )
            elif row > first:
                cells = self.grid.cells[row]
                cells += [""] * (left + 1 - len(cells))
                cells[left] = self.grid.at(first, left)

    def _zone(self, row: int) -> dict:
        zone: dict[str, Any] = {"zone": "", "kind": "", "numbers": {}, "notes": {}}
        for column, name in enumerate(self.columns):
            if name == "zone":
                zone["zone"] = name_in(self.grid, row, column, self.faults)
            elif name == "kind":
                zone["kind"] = kind_in(self.grid, row, column, self.faults)
            elif name in NOTES:
                if text := note_in(self.grid, row, column, name, self.faults):
                    zone["notes"][name] = text
            elif name:
                zone["numbers"][name] = self._number(row, column, name)
        self._beyond(row)
        return zone

    def _number(self, row: int, column: int, name: str) -> float:
        """The number there; the faults of a column that nobody reads are noted, and so English."""
        if self._is_read(name):
            return number_in(self.grid, row, column, name, self.faults)
        with speaking("en"):
            return number_in(self.grid, row, column, name, self.unread.setdefault(name, []))

    def _is_read(self, name: str) -> bool:
        return self.mentioned is None or name in self.mentioned or name == "population"

    def _beyond(self, row: int) -> None:
        """In a text file, cells beyond the header mean that the row is shifted."""
        wide, cells = len(self.columns), self.grid.cells[row]
        if not self.grid.sheet and any(text_of(cell) for cell in cells[wide:]):
            self.faults.append(
                _(
                    "{place} {wide} cells wanted as in the header, got {got}",
                    place=self.grid.place(row, wide),
                    wide=wide,
                    got=len(cells),
                )
            )

    def _twice(self) -> None:
        first: dict[str, int] = {}
        for row, zone in self.rows.items():
            name = zone["zone"]
            if name and name in first:
                place = self.grid.place(row, self.columns.index("zone"))
                self.faults.append(
                    _(
                        "{place} the zone {name!r} stands twice, first in {row_name}",
                        place=place,
                        name=name,
                        row_name=self.grid.row_name(first[name]),
                    )
                )
            first.setdefault(name, row)

    @speaking("en")  # what is noted stands in manifests
    def _leave_out_unread(self) -> None:
        """Columns that nobody reads: those without numbers are left out, those that simcap does not
        know are named.
        """
        for name in [name for name, faults in self.unread.items() if faults]:
            for zone in self.rows.values():
                del zone["numbers"][name]
            self.notes.append(
                f"the column {name!r} is not read, since it holds other things than numbers"
                f" ({self.unread[name][0]})"
            )
        missing = [name for name in HEADERS if name not in self.columns]
        strange = [
            f"{name!r}{did_you_mean(name, missing, listed=False)}"
            for name, faults in self.unread.items()
            if name not in HEADERS and not faults
        ]
        if strange:
            self.notes.append(
                f"{self.grid.file}: nothing reads the column{'s' * (len(strange) > 1)}"
                f" {some_of(strange)}"
            )

    # ---- what the numbers say --------------------------------------------------------------------

    def _totals(self, rows: list[int]) -> None:
        """Rows of sums are left out; what they state is compared with the rows."""
        for row in rows:
            name = self._name(row) or next(t for c in self.grid.cells[row] if (t := text_of(c)))
            self.notes.append(f"{self.grid.place(row, 0)} {name!r} is a row of totals: left out")
            for column, header in enumerate(self.columns):
                if header in COUNTS and (stated := self._stated(row, column, header)) is not None:
                    self._compare(row, column, header, stated, rows)
        self._total_by_another_name()

    def _stated(self, row: int, column: int, header: str) -> float | None:
        """The number there, if it is one that was computed."""
        odd = self.grid.oddity(row, column)
        faults: list[str] = []
        value = number_in(self.grid, row, column, header, faults)
        return None if faults or (odd.formula and value == 0) else value

    def _compare(
        self, row: int, column: int, header: str, stated: float, totals: list[int]
    ) -> None:
        parts = [self._sum(header, 0, math.inf)]
        if is_subtotal(self._name(row)):
            before = max((other for other in totals if other < row), default=0)
            after = min((other for other in totals if other > row), default=math.inf)
            parts = [self._sum(header, before, row), self._sum(header, row, after)]
        if not any(_same(stated, part) for part in parts):
            self.notes.append(
                f"{self.grid.place(row, column)} {header}: {self._name(row) or 'the total'!r}"
                f" states {stated:,.10g}, but its rows add up to {parts[0]:,.10g}"
            )

    def _sum(self, header: str, after: float, before: float) -> float:
        return math.fsum(
            zone["numbers"].get(header, 0.0)
            for row, zone in self.rows.items()
            if after < row < before
        )

    def _total_by_another_name(self) -> None:
        """A zone that is the sum of all others in two columns or more may be a total."""
        zones = list(self.rows.values())
        for row, zone in self.rows.items() if len(zones) > 2 else ():
            equal = [
                header
                for header in COUNTS
                if (own := zone["numbers"].get(header, 0.0)) > 0
                and _same(2 * own, math.fsum(z["numbers"].get(header, 0.0) for z in zones))
            ]
            given = [header for header in COUNTS if zone["numbers"].get(header, 0.0) > 0]
            if len(equal) >= 2 and equal == given:
                self.notes.append(
                    f"{self.grid.place(row, 0)} {zone['zone']!r} is the sum of all other zones in"
                    f" {', '.join(equal)}: if it is a total, take it out"
                )

    @speaking("en")
    def _zeros(self) -> None:
        """Formulas with the stored answer 0 were perhaps never computed, least of all where every
        one of a column has it.
        """
        for column, name in enumerate(self.columns):
            if not name or name in ("zone", "kind", *NOTES):
                continue
            rows = [row for row in self.rows if self.grid.oddity(row, column).formula]
            rows = rows if self.grid.formulas_seen else list(self.rows)
            zeros = [row for row in rows if self.rows[row]["numbers"].get(name) == 0]
            every = len(zeros) == len(rows)
            if zeros and (every or self.grid.formulas_seen):
                cells = some_of([address(row, column) for row in zeros])
                said = "every formula here has" if every else "formulas with"
                self.notes.append(
                    f"{self.grid.place(zeros[0], column)} {name}: {said} the stored"
                    f" answer 0 ({cells}): {'was it' if every else 'were they'} ever computed? Type"
                    " the numbers in, or let a spreadsheet program compute and save them"
                )

    @speaking("en")
    def _hidden(self) -> None:
        rows = [row for row in self.grid.hidden if row in self.rows]
        if rows:
            names = some_of([repr(self.rows[row]["zone"]) for row in rows])
            self.notes.append(
                f"{self.grid.place(rows[0], 0)} hidden or filtered rows count: {names}"
            )


def _first_filled(grid: Grid) -> int:
    return next(row for row in range(len(grid.cells)) if not grid.is_blank(row))


def _same(a: float, b: float) -> bool:
    """Equal but for the digits that spreadsheets drop."""
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-6)
