#!/bin/sh
# A workbook made by a program holds formulas that no spreadsheet has computed yet. What a reader
# gets depends on who wrote it: XlsxWriter's are 0.0, even where the answer is a text: a name
# becomes the number 0. openpyxl's are '', like blank cells, and a last row of them is not there at
# all, whatever calamine is asked to keep. The error #N/A is '' as well. Nothing warns.
# It hurts: planners whose bureau exports its tables: a town has 0 counsellors, or is no row at all.
# simcap: looks into the file for what calamine does not tell (simcap/scenario/sheets.py, Odd in
# grid.py); "a formula that was never computed", "the error #N/A", and a column whose stored answers
# are all 0 are told with their cells (cells.py, tables.py; tests/parts/test_tables.py).
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    python-calamine==0.9.1 openpyxl==3.1.5 xlsxwriter==3.3.1
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

import openpyxl
import xlsxwriter
from python_calamine import CalamineWorkbook

HEADER = ["counsellors", "zone", "rooms"]
FORMULAS = ["=1+2", '="Hua"&"shan"', "=NA()"]
book = openpyxl.Workbook()
for row in (HEADER, FORMULAS):
    book.active.append(row)
book.save("openpyxl.xlsx")
with xlsxwriter.Workbook("xlsxwriter.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADER)
    sheet.write_formula(1, 0, FORMULAS[0])
    sheet.write_formula(1, 1, FORMULAS[1])
    sheet.write_formula(1, 2, FORMULAS[2], value="#N/A")

for package in ("python-calamine", "openpyxl", "xlsxwriter"):
    print(package, importlib.metadata.version(package))
read = {
    writer: CalamineWorkbook.from_path(f"{writer}.xlsx").get_sheet_by_index(0)
    for writer in ("openpyxl", "xlsxwriter")
}
read = {writer: sheet.to_python(skip_empty_area=False) for writer, sheet in read.items()}
for writer, rows in read.items():
    print(f"{', '.join(FORMULAS)} written by {writer}: {rows}")
assert read == {"openpyxl": [HEADER], "xlsxwriter": [HEADER, [0.0, 0.0, ""]]}, read
PYTHON
