"""Zones tables as planners save them: which sheet, which rows and columns, what a cell may hold.

The same sheet in three formats is one table, or one fault.
"""

import datetime
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from sheets import MERGED, TRIALS, Cell, write_ods, write_xlsx
from tiny import SCENARIO, ZONES, written

from simcap.building import load_scenario, override
from simcap.errors import ScenarioError
from simcap.scenario.grid import hours_of, said_as
from simcap.scenario.headers import HEADERS, KINDS, column_name, columns_of, headers_table, kind_of
from simcap.scenario.tables import named_table, read_zones

DATA = Path(__file__).parents[1] / "data" / "tables"
HEADER = ["zone", "kind", "adults", "counsellors"]


def table(rows, tmp_path, **options):
    """What is read of a sheet with ``rows``: (zones, notes without the file and the sheet read)."""
    read = read_zones(write_xlsx(tmp_path / "z.xlsx", {"Z": rows}, **options))
    return read.zones, short(read.notes[1:], tmp_path / "z.xlsx")


def faults(read, file):
    with pytest.raises(ScenarioError) as problem:
        read()
    return short(problem.value.faults, file)


def short(texts, file):
    return [text.replace(f"{file}#Z!", "").replace(str(file), file.name) for text in texts]


def csv_table(path, text):
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_zones(path)


# ---- one sheet, three formats --------------------------------------------------------------------


@pytest.mark.parametrize("trial", TRIALS)
def test_one_sheet_is_one_table_or_one_fault_in_all_formats(tmp_path, trial):
    merged = MERGED.get(trial)
    files = [
        write_xlsx(tmp_path / f"{trial}.xlsx", TRIALS[trial], merged=merged),
        write_ods(tmp_path / f"{trial}.ods", TRIALS[trial], merged=merged),
        DATA / f"{trial}.xls",
    ]
    answers = []
    for file in files:
        try:
            read = read_zones(file)
            notes = [note.replace(str(file), "").replace(file.name, "") for note in read.notes]
            answers.append((read.zones, [note for note in notes if "of an .xls file" not in note]))
        except ScenarioError as problem:
            answers.append([fault.replace(str(file), "") for fault in problem.faults])
    if trial == "row_of_errors":  # .xls holds nothing that tells an error from a blank
        assert answers[0] == answers[1] and "#REF!" in answers[0][0] and "A3" in answers[0][0]
        assert answers[2] == [
            "#zones!A3 a zone wanted, got a row that is empty, or whose formulas are errors"
        ]
    else:
        assert answers[0] == answers[1] == answers[2]


def test_the_trials_that_other_programs_saved():
    def said(name):
        return faults(lambda: read_zones(DATA / name), DATA / name)

    assert said("row_of_errors.xlsx") == [
        "row_of_errors.xlsx#zones!A4 zone: a name wanted, got the error #REF!",
        "row_of_errors.xlsx#zones!B4 kind: urban, transition or rural wanted, got the error #REF!",
        "row_of_errors.xlsx#zones!C4 adults: a number ≥ 0 wanted, got the error #REF!",
        "row_of_errors.xlsx#zones!D4 counsellors: a number ≥ 0 wanted, got the error #REF!",
    ]
    assert said("name_by_formula.xls") == [
        "name_by_formula.xls#zones!A3 zone: a name wanted, got the number 0; write it as text (in"
        " .xls 0 may stand for the text of a formula: save the file as .xlsx)"
    ]
    assert said("long_number.xlsx") == [
        "long_number.xlsx#zones!A3 zone: a name wanted, got a number above 9,007,199,254,740,992"
        " (2^53), whose digits a spreadsheet does not keep; write it as text"
    ]
    for name in ("true_as_number.xlsx", "true_as_number.ods"):
        assert said(name) == [f"{name}#zones!D3 counsellors: a number ≥ 0 wanted, got TRUE"]


def test_a_column_that_was_never_computed_is_named_with_its_cells():
    read = read_zones(DATA / "never_computed.xlsx")
    assert read.notes[1].partition("#")[2] == (
        "zones!D2 counsellors: every formula here has the stored answer 0 (D2, D3): was it ever"
        " computed? Type the numbers in, or let a spreadsheet program compute and save them"
    )


def test_a_formula_never_computed_beside_others_that_were_is_named_with_its_cell(tmp_path):
    path = tmp_path / "some.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("zones")
        sheet.write_row(0, 0, ["zone", "kind", "adults", "counsellors"])
        for row, answer in enumerate((0, 5, 3), 1):
            sheet.write_row(row, 0, [f"town {row}", "rural", 1000])
            sheet.write_formula(row, 3, f"=2+{row}", value=answer)
    note = read_zones(path).notes[-1]
    assert note.partition("#")[2] == (
        "zones!D2 counsellors: formulas with the stored answer 0 (D2): were they ever computed?"
        " Type the numbers in, or let a spreadsheet program compute and save them"
    )


def test_headers_with_line_breaks_blanks_and_explanations():
    read = read_zones(DATA / "broken_headers.xlsx")
    assert [zone["numbers"] for zone in read.zones] == [
        {"adults": 40000, "counsellors": 4},
        {"adults": 20000, "counsellors": 2},
    ]


def test_the_table_is_found_behind_a_sheet_of_notes():
    read = read_zones(DATA / "note_first.xlsx")
    assert [zone["zone"] for zone in read.zones] == ["甲镇", "乙镇"]
    assert "the sheet 'zones' was read, not '说明'" in read.notes[0]


@pytest.mark.parametrize("name", ["hidden_first_sheet.xlsx", "hidden.xls"])
def test_a_hidden_sheet_is_not_read(name):
    read = read_zones(DATA / name)
    assert read.zones[0]["numbers"]["counsellors"] == 5
    assert any("(hidden)" in note and "was read" in note for note in read.notes)


def test_a_hidden_sheet_of_an_ods_is_not_read(tmp_path):
    sheets = {"old": [HEADER, ["A", "urban", 9, 50]], "new": [HEADER, ["A", "urban", 9, 5]]}
    read = read_zones(write_ods(tmp_path / "z.ods", sheets, hidden=("old",)))
    assert read.zones[0]["numbers"]["counsellors"] == 5


def test_a_sheet_is_named_in_the_scenario(tmp_path):
    sheets = {"2024": [HEADER, ["A", "urban", 9, 4]], "2025": [HEADER, ["A", "urban", 9, 5]]}
    write_xlsx(tmp_path / "zones.xlsx", sheets)
    zones = [
        load_scenario(written(tmp_path, SCENARIO.replace("zones.csv", name)))
        for name in ("zones.xlsx", '"zones.xlsx#2025"')
    ]
    assert [scenario.column("counsellors") for scenario in zones] == [{"A": 4}, {"A": 5}]
    assert "the sheet '2024' was read, not '2025'" in zones[0].notes[0] and not zones[1].notes
    file = tmp_path / "zones.xlsx"
    assert faults(lambda: read_zones(file, "2023"), file) == [
        "zones.xlsx:1:1 there is no sheet '2023'; its sheets are '2024', '2025'; did you mean"
        " '2024'?"
    ]
    assert named_table(tmp_path, "a#b.csv") == (tmp_path / "a#b.csv", None)


def test_a_chart_sheet_in_front_is_passed_over(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "z.xlsx") as book:
        front = book.add_chartsheet("chart")
        sheet = book.add_worksheet("Z")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["A", "urban", 9, 5])
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Z!$D$2:$D$2"})
        front.set_chart(chart)
    assert read_zones(tmp_path / "z.xlsx").zones[0]["zone"] == "A"


# ---- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["合计", "总 计", "全区合计：", "Total", "SUM", "共计", "Grand total"]
)
def test_a_row_of_totals_is_left_out_and_its_sums_are_checked(tmp_path, word):
    rows = [HEADER, ["A", "urban", 40, 3], ["B", "rural", 20, 1], [word, "", 61, 4]]
    zones, notes = table(rows, tmp_path)
    assert [zone["zone"] for zone in zones] == ["A", "B"]
    assert notes == [
        f"A4 {word!r} is a row of totals: left out",
        f"C4 adults: {word!r} states 61, but its rows add up to 60",
    ]


def test_subtotals_are_checked_against_their_own_rows(tmp_path):
    rows = [
        HEADER,
        ["A", "urban", 40, 3],
        ["B", "urban", 20, 1],
        ["小计", "", 60, 4],
        ["C", "rural", 10, 1],
        ["小计", "", 10, 2],
        ["总计", "", 70, 5],
    ]
    zones, notes = table(rows, tmp_path)
    assert len(zones) == 3
    assert [note for note in notes if "states" in note] == [
        "D6 counsellors: '小计' states 2, but its rows add up to 1"
    ]


def test_a_total_that_was_never_computed_is_not_held_against_the_rows(tmp_path):
    total = ["合计", "", Cell(0, "SUM(C2:C2)"), Cell(None, "SUM(D2:D2)")]
    _, notes = table([HEADER, ["A", "urban", 40, 3], total], tmp_path)
    assert notes == ["A3 '合计' is a row of totals: left out"]


def test_a_zone_that_is_the_sum_of_all_others_is_doubted(tmp_path):
    rows = [HEADER, ["花都区", "urban", 60, 4], ["A", "urban", 40, 3], ["B", "rural", 20, 1]]
    zones, notes = table(rows, tmp_path)
    assert len(zones) == 3 and notes == [
        "A2 '花都区' is the sum of all other zones in adults, counsellors: if it is a total, take"
        " it out"
    ]


def test_titles_footnotes_blank_rows_and_headers_printed_again_are_passed_over(tmp_path):
    rows = [
        ["各镇街资源表", "", "", ""],
        ["单位：人", "", "", ""],
        HEADER,
        ["A", "urban", 40, 3],
        ["", "", "", ""],
        HEADER,
        ["B", "rural", 20, 1],
        ["注：2020年普查", "", "", ""],
    ]
    zones, notes = table(rows, tmp_path)
    assert [zone["zone"] for zone in zones] == ["A", "B"]
    assert notes == [
        "A3 the header is row 3; what stands above it ('各镇街资源表') was passed over",
        "A6 the header stands here again: passed over",
        "A8 a footnote was passed over ('注：2020年普查')",
    ]


def test_a_row_of_formulas_never_computed_does_not_vanish(tmp_path):
    row = [Cell(None, f"X!{column}1") for column in "ABCD"]
    file = tmp_path / "z.xlsx"
    said = faults(lambda: table([HEADER, ["A", "urban", 4, 1], row], tmp_path), file)
    assert said[0] == (
        "A3 zone: a name wanted, got a formula that was never computed; open the file in a"
        " spreadsheet program and save it"
    )
    assert len(said) == 4


def test_merged_kinds_hold_for_each_zone_and_merged_numbers_for_none(tmp_path):
    rows = [HEADER, ["A", "urban", 40, 3], ["B", "", 20, 1]]
    zones, _ = table(rows, tmp_path, merged=(1, 1, 2, 1))
    assert [zone["kind"] for zone in zones] == ["urban", "urban"]
    rows = [HEADER, ["A", "urban", 40, 3], ["B", "rural", 20, ""]]
    said = faults(lambda: table(rows, tmp_path, merged=(1, 3, 2, 3)), tmp_path / "z.xlsx")
    assert said[0] == "D2 counsellors: a cell for each zone wanted, got the merged cells D2:D3"


def test_a_header_of_two_rows_is_one_clear_line(tmp_path):
    rows = [["zone", "kind", "人口", ""], ["", "", "adults", "students"], ["A", "urban", 4, 1]]
    said = faults(lambda: table(rows, tmp_path, merged=(0, 2, 0, 3)), tmp_path / "z.xlsx")
    assert said == ["C1 one header for each column wanted, in one row, got the merged cells C1:D1"]


def test_hidden_and_filtered_rows_count_and_are_named(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "z.xlsx") as book:
        sheet = book.add_worksheet("Z")
        for i, row in enumerate([HEADER, ["A", "urban", 9, 5], ["B", "rural", 9, 5]]):
            sheet.write_row(i, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
    read = read_zones(tmp_path / "z.xlsx")
    assert len(read.zones) == 2
    assert read.notes[1].endswith("#Z!A3 hidden or filtered rows count: 'B'")


# ---- columns -------------------------------------------------------------------------------------


def test_a_column_that_nobody_reads_may_hold_anything(tmp_path):
    zones = ZONES.replace("source", "联系人").replace("made up", "张三")
    scenario = load_scenario(written(tmp_path, zones=zones))
    assert scenario.notes == (
        "the column '联系人' is not read, since it holds other things than numbers"
        f" ({tmp_path}/zones.csv:2:6 联系人: a number ≥ 0 wanted, got '张三')",
    )
    assert scenario.column("counsellors") == {"城 City": 2, "村 Village": 0.5}


def test_a_column_that_a_scenario_reads_must_hold_numbers(tmp_path):
    zones = ZONES.replace("1000,2", "many,2")
    file = written(tmp_path, zones=zones) / "zones.csv"
    assert faults(lambda: load_scenario(tmp_path), file) == [
        "zones.csv:2:4 adults: a number ≥ 0 wanted, got 'many'"
    ]


def test_a_known_column_with_a_slip_in_its_name_is_asked_about(tmp_path):
    zones = ZONES.replace("zone,kind,population", "zone,kind,populatoin")
    notes = load_scenario(written(tmp_path, zones=zones)).notes
    assert notes == (
        f"{tmp_path}/zones.csv: nothing reads the column 'populatoin'; did you mean 'population'?",
    )


@pytest.mark.parametrize("name", ["咨询师", "counsellors", "心理咨询师", "Counselors", "咨 询 师"])
@pytest.mark.parametrize("header", ["咨询师", "counsellors"])
def test_a_column_is_found_by_any_of_its_names(tmp_path, name, header):
    text = SCENARIO.replace("from: counsellors", f"from: {name}")
    scenario = load_scenario(
        written(tmp_path, text, ZONES.replace("adults,counsellors", f"adults,{header}"))
    )
    assert scenario.pools["counsellors"].from_ == "counsellors"
    more = override(scenario, f"zones.城 City.{name}", 3)
    assert more.column("counsellors")["城 City"] == 3


def test_rooms_at_most_and_the_group_of_a_need_are_columns_by_any_name_too(tmp_path):
    text = SCENARIO.replace("group: adults", "group: 成年人").replace(
        "roster: office, shared", "places at most: 心理服务室, roster: office, shared"
    )
    zones = ZONES.replace("adults,counsellors,source", "成人,咨询师,rooms")
    zones = zones.replace("made up", "4")
    scenario = load_scenario(written(tmp_path, text, zones))
    assert scenario.pools["counsellors"].places_at_most == "rooms"
    assert scenario.needs["moderate"].group == "adults"


def test_rooms_are_never_proposed_for_counsellors(tmp_path):
    text = SCENARIO.replace("from: counsellors", "from: 咨询师")
    zones = ZONES.replace("adults,counsellors", "adults,心理咨询室")
    assert faults(lambda: load_scenario(written(tmp_path, text, zones)), tmp_path / "x") == [
        f"{tmp_path}/scenario.yaml:16:28 pools.counsellors.from: no column of the zones table is"
        " called 'counsellors'; known are adults, population, rooms"
    ]


def test_explanations_in_brackets_are_left_out_unless_they_are_units():
    assert columns_of(["成人（18岁以上）", "人口（万人）", "rooms (2025)", "x (y)"]) == [
        "adults",
        "人口（万人）",
        "rooms",
        "x (y)",
    ]
    assert columns_of(["成人（男）", "成人（女）"]) == ["成人（男）", "成人（女）"]
    assert columns_of(["成人", "成人（女）"]) == ["adults", "成人（女）"]


def test_a_column_in_another_unit_is_said(tmp_path):
    _, notes = table([[*HEADER, "人口（万人）"], ["A", "urban", 9, 1, 2.5]], tmp_path)
    assert notes == ["E1 '人口（万人）' has a unit of its own: not read as population"]


def test_the_words_of_a_table_are_each_of_one_column_or_kind_and_documented():
    words = [word for table in (HEADERS, KINDS) for row in table.values() for word in row]
    assert len(words) == len(set(words))
    assert all(column_name(word) == name for name, row in HEADERS.items() for word in row)
    assert all(kind_of(word) == kind for kind, row in KINDS.items() for word in row)
    docs = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")
    for name, others in headers_table():
        assert f"| `{name}` | {others} |" in docs


# ---- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell, hours",
    [
        (datetime.time(8, 30), 8.5),
        (datetime.timedelta(hours=36, minutes=30), 36.5),
        (-datetime.timedelta(hours=1, minutes=30), -1.5),
        (datetime.date(1900, 1, 1), 24),  # 24:00 as h:mm
        (datetime.datetime(1900, 1, 1, 2), 26),  # 26:00 as h:mm
        (datetime.datetime(1899, 12, 31, 7), 7),
        (datetime.datetime(1900, 3, 1), 61 * 24),  # behind the 29 February that Excel believes in
        (datetime.date(1904, 1, 2), 24),  # the other date system
        ("PT36H30M00S", 36.5),
        ("-PT01H30M00S", -1.5),
        ("PT1105976H19M59.999999721S", None),  # a moment, shown as h:mm
        (datetime.date(2025, 3, 5), None),
        (5.0, None),
        ("36:30", None),
        (True, None),
    ],
)
def test_hours_as_spreadsheets_store_them(cell, hours):
    assert hours_of(cell) == pytest.approx(hours) if hours is not None else hours_of(cell) is None


def test_a_time_or_a_date_is_said_as_a_person_would():
    assert said_as("PT36H30M00S") == said_as(datetime.timedelta(hours=36.5)) == "the time 36:30"
    assert said_as(datetime.datetime(2025, 3, 5)) == "the date 2025-03-05"


@pytest.mark.parametrize(
    "column, cell, said",
    [
        (3, Cell(0.05, format="0%"), "D2 counsellors: a number ≥ 0 wanted, got 5 %, a percentage"),
        (3, "5%", "D2 counsellors: a number ≥ 0 wanted, got '5%', a percentage"),
        (
            3,
            "１２",
            "D2 counsellors: a number ≥ 0 wanted, got '１２' (write it in plain digits: 12)",
        ),
        (
            3,
            "1，200",
            "D2 counsellors: a number ≥ 0 wanted, got '1，200' (write it without separators)",
        ),
        (3, 2e9, "D2 counsellors: a number of at most 1,000,000,000 wanted, got '2000000000'"),
        (3, Cell("#DIV/0!", "1/0"), "D2 counsellors: a number ≥ 0 wanted, got the error #DIV/0!"),
        (3, "", "D2 counsellors: a number ≥ 0 wanted, got nothing"),
        (0, 2026, "A2 zone: a name wanted, got the number 2026; write it as text"),
        (
            0,
            "a\u0007b",
            "A2 zone: a name that can be printed wanted, got the control sign U+0007 in",
        ),
        (
            0,
            "a\u202eb",
            "A2 zone: a name that can be printed wanted, got the invisible sign U+202E in",
        ),
        (1, 0, "B2 kind: urban, transition or rural wanted, got the number 0; write it as text"),
        (
            4,
            95,
            'E2 within_15_min: a share from 0 to 1, or a percentage such as "95 %", wanted, got',
        ),
        (5, 2020, "F2 source: text wanted, got the number 2020; write it as text"),
        (5, Cell("#N/A", "X!A1"), "F2 source: text wanted, got the error #N/A"),
    ],
)
def test_a_cell_that_is_something_else(tmp_path, column, cell, said):
    row = ["A", "urban", 9, 1, 0.5, "x"]
    row[column] = cell
    rows = [[*HEADER, "within_15_min", "source"], row]
    found = faults(lambda: table(rows, tmp_path), tmp_path / "z.xlsx")
    assert len(found) == 1 and found[0].startswith(said), found


def test_a_percentage_of_residents_is_a_share_however_it_is_written(tmp_path):
    for cell in (Cell(0.95, format="0%"), 0.95, "95%", "95 %"):
        zones, _ = table([["zone", "kind", "within_15_min"], ["A", "urban", cell]], tmp_path)
        assert zones[0]["numbers"] == {"within_15_min": pytest.approx(0.95)}


def test_a_date_in_the_place_of_a_name(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "z.xlsx") as book:
        sheet = book.add_worksheet("Z")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 1, ["urban", 9, 5])
        style = book.add_format({"num_format": "m-d"})
        sheet.write_datetime(1, 0, datetime.datetime(2025, 3, 5), style)
    file = tmp_path / "z.xlsx"
    assert faults(lambda: read_zones(file), file) == [
        "A2 zone: a name wanted, got the date 2025-03-05; write it as text"
    ]


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    file = write_xlsx(tmp_path / "z.xlsx", {"Z": [HEADER, ["A", "urban", 1, 1]]})
    monkeypatch.setattr("simcap.scenario.sheets.LARGEST_UNPACKED", 1000)
    assert "bytes unpacked wanted" in faults(lambda: read_zones(file), file)[0]


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_a_broken_workbook_is_one_line(tmp_path, part):
    good = write_xlsx(tmp_path / "good.xlsx", {"Z": [HEADER, ["A", "urban", 1, 1]]})
    file = tmp_path / "z.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name)[: 300 if name == part else None])
    assert len(faults(lambda: read_zones(file), file)) == 1


# ---- text files ----------------------------------------------------------------------------------

CHINESE = "镇街,城乡,成年人,咨询师,来源\n甲镇,城区,4000,3,年鉴\n石碁镇,农村,2000,1,塱头村报告\n"
TRADITIONAL = "鎮街,城鄉,成年人,諮詢師,來源\n中環區,城區,4000,3,統計處\n南丫島,農村,2000,1,報告\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_chinese_spreadsheets(tmp_path, encoding):
    read = csv_table(tmp_path / "z.csv", CHINESE.encode(encoding))
    assert [zone["zone"] for zone in read.zones] == ["甲镇", "石碁镇"]
    if not encoding.startswith("utf-8"):
        assert read.notes == [f"{tmp_path}/z.csv: read as {encoding.upper()}"]


def test_one_bad_byte_is_named_at_its_own_line():
    file = DATA / "one_cp1252_byte.csv"
    assert faults(lambda: read_zones(file), file) == [
        "one_cp1252_byte.csv:3:5 text in UTF-8 wanted, got byte 0x96; save the file as CSV UTF-8"
    ]


@pytest.mark.parametrize(
    "raw, said",
    [
        (
            TRADITIONAL.encode("big5"),
            "z.csv:1:1 text in UTF-8 wanted, got byte 0xc2 (it looks like Big5)",
        ),
        (
            "zone,kind,adults,source\nA,urban,1,caf\xe9 Z\xfcrich\n".encode("cp1252"),
            "z.csv:2:4 text in UTF-8 wanted, got byte 0xe9 (it looks like Windows-1252)",
        ),
        (
            "zone,kind,adults,source\nA,urban,1,2018\u20132019\n".encode("cp1252"),
            "z.csv:2:4 text in UTF-8 wanted, got byte 0x96 (it looks like Windows-1252)",
        ),
        (
            "zone,kind\nÄÖÜ,urban\n".encode("cp1252"),
            "z.csv:2:1 text in UTF-8 wanted, got byte 0xc4",
        ),
        ("zone,kind\nA,urban\n".encode("utf-16-le"), "z.csv:1:1 text wanted, got binary data"),
        (b"PK\x03\x04 and more", "z.csv:1:1 text wanted, got a spreadsheet or other binary data"),
        (CHINESE.encode() + b"\xff,x", "z.csv:4:1 text in UTF-8 wanted, got byte 0xff; save"),
    ],
)
def test_bytes_that_are_never_turned_into_other_characters(tmp_path, raw, said):
    file = tmp_path / "z.csv"
    found = faults(lambda: csv_table(file, raw), file)
    assert len(found) == 1 and found[0].startswith(said), found


def test_a_cell_of_several_lines_counts_as_where_it_begins(tmp_path):
    text = 'zone,kind,adults,source\nA,urban,1,"a\nb\nc"\nB,urban,x,\n'
    file = tmp_path / "z.csv"
    assert faults(lambda: csv_table(file, text), file) == [
        "z.csv:5:3 adults: a number ≥ 0 wanted, got 'x'"
    ]


def test_errors_that_a_spreadsheet_wrote_into_a_text_file_are_no_names(tmp_path):
    file = tmp_path / "z.csv"
    text = "zone,kind,adults\nA,urban,1\n#REF!,#REF!,#REF!\n"
    assert faults(lambda: csv_table(file, text), file) == [
        "z.csv:3:1 zone: a name wanted, got the error #REF!",
        "z.csv:3:2 kind: urban, transition or rural wanted, got the error #REF!",
        "z.csv:3:3 adults: a number ≥ 0 wanted, got the error #REF!",
    ]


def test_fifty_faults_that_are_alike_are_one_line(tmp_path):
    text = "zone,kind,adults\n" + "".join(f"z{i},urban,x{i}\n" for i in range(50))
    with pytest.raises(ScenarioError) as problem:
        csv_table(tmp_path / "z.csv", text)
    assert len(problem.value.faults) == 50
    assert str(problem.value) == (
        f"{tmp_path}/z.csv:2:3 adults: a number ≥ 0 wanted, got 'x0' (and 49 more like it, at 3:3,"
        " 4:3, 5:3, 6:3 …)"
    )
