#!/bin/sh
# A column of weekly hours, 9:30, 24:00 and 36:30, comes back from calamine as up to three Python
# types at once, and which ones depends on the cell's format and the file's: a span of time, a time
# of day, a day of the year 1900 (36:30 is half past noon on 1 January), or the text PT36H30M00S.
# It hurts: who adds up or sorts what was read: part-time staff counts right, full-time staff as a
# date, or not at all.
# simcap: hours_of in simcap/scenario/grid.py knows all of these; a count that turns out to be hours
# is refused as "the time 36:30"; tests/parts/test_tables.py, test_hours_as_spreadsheets_store_them.
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    python-calamine==0.9.1 xlsxwriter==3.3.1 odfpy==1.4.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata
from datetime import date, datetime, time, timedelta

import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P
from python_calamine import CalamineWorkbook

SPANS = {"9:30": "PT09H30M00S", "24:00": "PT24H00M00S", "36:30": "PT36H30M00S"}
with xlsxwriter.Workbook("week.xlsx") as book:
    sheet = book.add_worksheet()
    for row, form in enumerate(("[h]:mm", "h:mm")):
        for column, hours in enumerate((9.5, 24, 36.5)):
            sheet.write_number(row, column, hours / 24, book.add_format({"num_format": form}))
document, table, row = OpenDocumentSpreadsheet(), Table(name="week"), TableRow()
for shown, span in SPANS.items():
    cell = TableCell(valuetype="time", timevalue=span)
    cell.addElement(P(text=shown))
    row.addElement(cell)
table.addElement(row)
document.spreadsheet.addElement(table)
document.save("week.ods")

print("python-calamine", importlib.metadata.version("python-calamine"), *SPANS)
rows = [
    row
    for name in ("week.xlsx", "week.ods")
    for row in CalamineWorkbook.from_path(name).get_sheet_by_index(0).to_python()
]
for name, row in zip(("xlsx, [h]:mm", "xlsx, h:mm", "ods"), rows, strict=True):
    print(f"{name}: {row}")
assert rows == [
    [timedelta(hours=9.5), timedelta(hours=24), timedelta(hours=36.5)],
    [time(9, 30), date(1900, 1, 1), datetime(1900, 1, 1, 12, 30)],
    [time(9, 30), "PT24H00M00S", "PT36H30M00S"],
], rows
PYTHON
