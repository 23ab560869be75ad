"""The zones table: CSV or a spreadsheet, headers in English or Chinese, every cell checked.

CSV is read as UTF-8 (with or without BOM), then as GB18030, which is what Chinese spreadsheets
save; anything else by calamine (XLSX, XLS, ODS). Columns are ``zone``, ``kind``, the notes below,
and otherwise numbers; a scenario names number columns where it needs them.
"""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path
from typing import Any

from simcap.errors import ScenarioError
from simcap.scenario.fields import RESERVED
from simcap.scenario.reader import LARGEST_FILE, did_you_mean

HEADERS = {
    "zone": ("zone", "town", "district", "分区", "区域", "镇街", "乡镇", "区县"),
    "kind": ("kind", "type", "类型", "城乡", "分类"),
    "population": ("population", "人口", "常住人口"),
    "adults": ("adults", "成年人", "成人"),
    "students": ("students", "学生", "中小学生"),
    "aged_60_plus": ("aged_60_plus", "aged 60 plus", "60岁以上", "老年人"),
    "counsellors": ("counsellors", "counselors", "心理咨询师", "咨询师"),
    "psychiatrists": ("psychiatrists", "精神科医生"),
    "smi_registered": ("smi_registered", "严重精神障碍患者", "在册患者"),
    "smi_doctors": ("smi_doctors", "精防医生"),
    "school_counsellors": ("school_counsellors", "心理教师", "专职心理教师"),
    "volunteers": ("volunteers", "志愿者"),
    "studios": ("studios", "village_stations", "心理服务站", "工作室", "心理服务工作室"),
    "rooms": ("rooms", "心理服务室"),
    "within_15_min": ("within_15_min", "15分钟服务圈", "15分钟覆盖率"),
    "assumed": ("assumed", "假设", "估计"),
    "source": ("source", "来源"),
    "note": ("note", "notes", "备注"),
}
NOTES = ("assumed", "source", "note")
KINDS = {
    "urban": ("urban", "city", "城", "城区", "城市", "城镇"),
    "transition": ("transition", "mixed", "过渡", "过渡区", "城乡结合", "城乡结合部"),
    "rural": ("rural", "village", "乡", "乡村", "农村"),
}
WIDEST = 200
LONGEST = 20_000


def read_zones(path: Path) -> list[dict]:
    """Rows for ``schema.Zone`` from the table in ``path``; raises ``ScenarioError`` with every
    faulty cell.
    """
    rows = _rows(path)
    if not rows:
        raise ScenarioError(f"{path}:1:1 the table is empty")
    (line, header), faults = rows[0], []
    columns = [_column(cell) for cell in header]
    for i, name in enumerate(columns):
        if not name and any(len(row) > i and row[i] not in ("", None) for _, row in rows[1:]):
            faults.append(f"{path}:{line}:{i + 1} a header wanted, got an empty cell")
        if name and columns.index(name) < i:
            faults.append(f"{path}:{line}:{i + 1} the column {name!r} stands twice")
    for wanted in ("zone", "kind"):
        if wanted not in columns:
            faults.append(
                f"{path}:{line}:1 a column {wanted!r} is wanted{did_you_mean(wanted, columns)}"
            )
    if faults:
        raise ScenarioError(faults)
    zones: list[dict] = []
    seen: dict[str, int] = {}
    for line, cells in rows[1:]:
        zone = _zone(path, line, columns, cells, faults)
        name = zone["zone"]
        if name in seen:
            faults.append(
                f"{path}:{line}:{columns.index('zone') + 1} the zone {name!r} stands twice, first"
                f" in line {seen[name]}"
            )
        seen.setdefault(name, line)
        zones.append(zone)
    if not zones:
        faults.append(f"{path}:{line}:1 at least one zone wanted, got none")
    if faults:
        raise ScenarioError(faults)
    return zones


def _zone(path, line, columns, cells, faults) -> dict:
    zone: dict[str, Any] = {"zone": "", "kind": "", "numbers": {}, "notes": {}}
    for i, column in enumerate(columns):
        cell = cells[i] if i < len(cells) else ""
        text = "" if cell is None else str(cell).strip()
        where = f"{path}:{line}:{i + 1} {column}"
        if column == "zone":
            text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else text
            zone["zone"] = text
            if not text or set(text) & set("|.*"):
                faults.append(f"{where}: a name without '|', '.' and '*' wanted, got {text!r}")
            if text.lower() in RESERVED:
                faults.append(
                    f"{where}: a zone's own name wanted, got {text!r}, which stands for a place of"
                    " its own in results"
                )
        elif column == "kind":
            zone["kind"] = _kind(text)
            if not zone["kind"]:
                faults.append(
                    f"{where}: urban, transition or rural wanted, got"
                    f" {text!r}{did_you_mean(text, _all_kinds())}"
                )
        elif column in NOTES:
            if text:
                zone["notes"][column] = text
        elif column:
            zone["numbers"][column] = _number(cell, text, where, faults)
    if len(cells) > len(columns) and any(str(cell or "").strip() for cell in cells[len(columns) :]):
        faults.append(
            f"{path}:{line}:{len(columns) + 1} {len(columns)} cells wanted as in the header, got"
            f" {len(cells)}"
        )
    return zone


def _number(cell, text, where, faults) -> float:
    try:
        value = (
            float(cell)
            if isinstance(cell, (int, float)) and not isinstance(cell, bool)
            else float(text.replace("_", "?"))
        )
    except ValueError:
        hint = (
            " (write it without separators)"
            if text.replace(",", "").replace(".", "").isdigit()
            else ""
        )
        faults.append(
            f"{where}: a number ≥ 0 wanted, got {text!r}{hint}"
            if text
            else f"{where}: a number ≥ 0 wanted, got nothing"
        )
        return 0.0
    if not math.isfinite(value) or value < 0:
        faults.append(f"{where}: a number ≥ 0 wanted, got {text!r}")
        return 0.0
    return value


def _rows(path: Path) -> list[tuple[int, list]]:
    """(line, cells) of the rows that are not empty."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ScenarioError(
                f"{path}:1:1 at most {LARGEST_FILE:,} bytes wanted, got {path.stat().st_size:,}"
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        near = did_you_mean(
            path.name, [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        )
        raise ScenarioError(
            f"{path}:1:1 there is no such file{near if 'mean' in near else ''}"
        ) from None
    except ScenarioError:
        raise
    except (OSError, ValueError) as problem:
        raise ScenarioError(f"{path!s}:1:1 cannot be read: {problem}") from None
    rows = (
        _spreadsheet(path)
        if path.suffix.lower() in (".xlsx", ".xls", ".xlsm", ".ods")
        else _csv(path, raw)
    )
    if len(rows) > LONGEST or any(len(row) > WIDEST for _, row in rows):
        raise ScenarioError(
            f"{path}:1:1 at most {LONGEST:,} rows of {WIDEST} cells wanted, got more"
        )
    return [(line, row) for line, row in rows if any(str(cell or "").strip() for cell in row)]


def _csv(path: Path, raw: bytes) -> list[tuple[int, list]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError as problem:
            at = problem.start
    else:
        raise ScenarioError(
            f"{path}:{raw.count(bytes([10]), 0, at) + 1}:1 text in UTF-8 or GB18030 wanted, "
            f"got byte 0x{raw[at]:02x}"
        )
    if "\0" in text:
        raise ScenarioError(f"{path}:1:1 text wanted, got binary data or UTF-16; save as CSV UTF-8")
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count) if not first.count(",") else ","
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return [(reader.line_num, row) for row in reader]
    except csv.Error as problem:
        raise ScenarioError(f"{path}:{reader.line_num}:1 not valid CSV: {problem}") from None


def _spreadsheet(path: Path) -> list[tuple[int, list]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
        return list(enumerate(sheet.to_python(skip_empty_area=False), start=1))
    except (CalamineError, OSError, IndexError) as problem:
        raise ScenarioError(
            f"{path}:1:1 a spreadsheet wanted, got one that cannot be read: {problem}"
        ) from None


def _column(header) -> str:
    text = str(header or "").strip()
    plain = text.lower().replace(" ", "_")
    for name, aliases in HEADERS.items():
        if plain in aliases or text in aliases:
            return name
    return text


def _kind(text: str) -> str:
    return next((kind for kind, words in KINDS.items() if text.lower() in words), "")


def _all_kinds() -> list[str]:
    return [word for words in KINDS.values() for word in words]
