"""Faults in a workbook: the sheet and the cell, what is wanted, what is there; one line each."""

import pytest
from books import cell, edited, tiny_book

from simcap.building import load_scenario
from simcap.errors import ScenarioError
from simcap.study.experiment import load_experiment


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return tiny_book(tmp_path_factory.mktemp("book"))


def faults(path, load=load_scenario) -> list[str]:
    with pytest.raises(ScenarioError) as problem:
        load(path)
    return [fault.replace(f"{path.parent}/", "") for fault in problem.value.faults]


@pytest.mark.parametrize(
    "sheet, row, header, value, said",
    [
        (
            "人员",
            "seats",
            "人数",
            "一",
            "人员!C3 pools.seats.number: a finite number ≥ 0 wanted, got '一'",
        ),
        (
            "人员",
            "seats",
            "人数",
            "１",
            "人员!C3 pools.seats.number: plain digits and signs wanted, got '１'; write '1'",
        ),
        (
            "服务",
            "room",
            "爽约率",
            "１０％",
            (
                "服务!H3 stations.room.no_show: plain digits and signs wanted, got '１０％';"
                " write '10%'"
            ),
        ),
        (
            "服务",
            "room",
            "爽约率",
            1.5,
            (
                '服务!H3 stations.room.no_show: a share from 0 to 1 or a percentage such as "30 %"'
                " wanted, got 1.5"
            ),
        ),
        (
            "服务",
            "room",
            "人员",
            "counsellors，seats",
            (
                "服务!C3 stations.room.pools: plain punctuation wanted, got '，' in"
                " 'counsellors，seats'; write ',' (or put a name that holds it in double quotes)"
            ),
        ),
        (
            "服务",
            "line",
            "最长等待",
            "指数：｛均值：4 分钟｝",
            (
                "服务!E2 stations.line.patience: plain punctuation wanted, got '：' in"
                " '指数：｛均值：4 分钟｝'; write ':' (or put a name that holds it"
                " in double quotes)"
            ),
        ),
        (
            "服务",
            "room",
            "人员",
            "counselors",
            (
                "服务!C3 stations.room.pools.0: no pool is called 'counselors'; did you mean"
                " 'counsellors'?"
            ),
        ),
        (
            "服务",
            "room",
            "服务时长",
            "",
            "服务!A3 stations.room.service_time: this key is wanted and missing",
        ),
        (
            "服务",
            "line",
            "接触类别",
            "业余",
            (
                "服务!J2 stations.line.contact: one of 无 (none), 非专业 (lay), 专业 (professional)"
                " wanted, got '业余'"
            ),
        ),
        (
            "人员",
            "seats",
            "人数",
            ("a formula", "=1+1"),
            (
                "人员!C3 pools.seats.number: a value wanted, got a formula that was never computed;"
                " open the file in a spreadsheet program and save it"
            ),
        ),
        (
            "人员",
            "counsellors",
            "每人每周工时",
            12,
            (
                '人员!E2 pools.counsellors.hours_each: a duration with a unit, such as "50 min",'
                ' "2 weeks" or "1 h 30 min", wanted, got 12'
            ),
        ),
        (
            "人员",
            "counsellors",
            "可跨区",
            "对",
            "人员!G2 pools.counsellors.shared: 是 (yes) or 否 (no) wanted, got '对'",
        ),
        (
            "人员",
            "seats",
            "班次",
            "全天",
            "人员!F3 pools.seats.roster: no roster is called '全天'; known are always, office",
        ),
        ("人员", "seats", "人员", "counsellors", "人员!A3 'counsellors' stands twice"),
        (
            "人员",
            "seats",
            "人员",
            "合计",
            "人员!A3 no row of totals wanted on this sheet, got '合计': delete it",
        ),
        (
            "地区",
            "开始日期",
            "值",
            "2025/1/6",
            "地区!C4 start: a date such as 2026-01-01 wanted, got '2025/1/6' (write 2025-01-06)",
        ),
        (
            "地区",
            "开始日期",
            "值",
            "2025年1月6日",
            (
                "地区!C4 start: a date such as 2026-01-01 wanted, got '2025年1月6日' (write"
                " 2025-01-06)"
            ),
        ),
        (
            "地区",
            "开始日期",
            "值",
            45663,
            "地区!C4 start: a date such as 2026-01-01 wanted, got 45663",
        ),
        ("地区", "预热期", "项目", "预热器件", "地区!A5 '预热器件' is not known here"),
        (
            "分区",
            "城 City",
            "人口",
            "２０００",
            (
                "分区!C2 population: a number ≥ 0 wanted, got '２０００' (write it in plain digits:"
                " 2000)"
            ),
        ),
        (
            "流向",
            "adults",
            "比例",
            "很多",
            (
                "流向!E2 pathways.adults.line.completed.course.share: a share from 0 to 1 or a"
                " percentage such as \"30 %\" wanted, got '很多'"
            ),
        ),
    ],
)
def test_a_faulty_cell_is_one_line_with_its_sheet_and_address(
    book, sheet, row, header, value, said
):
    place = (sheet, cell(book, sheet, row, header))
    found = faults(edited(book, {place: value}))
    assert f"edited.xlsx#{said}" in found
    assert len(found) == 1 or value in ("counsellors", "合计")  # then the name itself is missing


def test_a_renamed_header_is_told_with_what_it_was(book):
    place = ("人员", cell(book, "人员", "人员", "每人每周工时"))
    assert faults(edited(book, {place: "每人每周工作时"})) == [
        "edited.xlsx#人员!E1 '每人每周工作时' is no header of this sheet; did you mean"
        " '每人每周工时'?"
    ]
    assert faults(edited(book, {("人员", "A1"): "谁"})) == [
        "edited.xlsx#人员!A1 '谁' is no header of this sheet",
        "edited.xlsx#人员!A1 a column '人员' (staff) is wanted",
    ]


def test_merged_cells_are_told_with_their_range(book):
    assert faults(edited(book, {}, merge={"人员": "B5:C5"})) == [
        "edited.xlsx#人员!B5 a cell of its own for each value wanted, got the merged cells B5:C5"
    ]


def test_missing_and_hidden_sheets_are_named(book):
    assert faults(edited(book, {}, drop=("需求", "首次求助"))) == [
        "edited.xlsx:1:1 a sheet '需求' (Needs) wanted, got none",
        "edited.xlsx:1:1 a sheet '首次求助' (Where they ask) wanted, got none",
    ]
    assert faults(edited(book, {}, rename={"需求": "要求"})) == [
        "edited.xlsx:1:1 a sheet '需求' (Needs) wanted, got none (not known: '要求')"
    ]
    hidden = edited(book, {}, hide=("人员",))
    assert faults(hidden) == [
        "edited.xlsx:1:1 a sheet '人员' (Staff) wanted, got none ('人员' is hidden: show it, or"
        " name it: edited.xlsx#人员)"
    ]
    assert load_scenario(f"{hidden}#人员") == load_scenario(book)


def test_a_row_of_totals_among_the_zones_is_left_out_and_said(book):
    path = edited(book, {("分区", "A4"): "合计", ("分区", "C4"): 2500})
    assert f"{path}#分区!A4 '合计' is a row of totals: left out" in load_scenario(path).notes


def test_all_faults_are_told_at_once_in_the_order_of_the_sheets(book):
    places = {
        ("服务", cell(book, "服务", "room", "爽约率")): 2,
        ("人员", cell(book, "人员", "seats", "人数")): "一",
        ("地区", "C5"): "两周",
    }
    assert [fault.split()[0] for fault in faults(edited(book, places))] == [
        "edited.xlsx#地区!C5",
        "edited.xlsx#人员!C3",
        "edited.xlsx#服务!H3",
    ]


def test_faults_of_an_experiment_name_the_cell(tmp_path):
    from simcap.workbook_commands import init

    (book,) = init(tmp_path, "minimal", True, "zh")
    changed = edited(book, {("因素", "A2"): "pools.咨询师们"})
    (fault,) = faults(changed, load_experiment)
    assert fault.startswith(
        "edited.xlsx#因素!A2 factors.pools.咨询师们: override 'pools.咨询师们': there is no"
        " '咨询师们' in 'pools'; known are "
    )


# ---- what people do to sheets --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, plain",
    [
        ("每周四", "Thu"),
        ("星期一至星期五", "Mon-Fri"),
        ("礼拜六、礼拜天", "Sat, Sun"),
        ("每天", "Mon-Sun"),
        ("周二，周四", "Tue, Thu"),
    ],
)
def test_days_are_read_as_people_write_them(book, text, plain):
    place = ("班次", cell(book, "班次", "office", "星期"))
    assert plain in load_scenario(edited(book, {place: text})).rosters["office"].shifts


def test_days_that_are_none_are_told_as_they_stand(book):
    (fault,) = faults(edited(book, {("班次", cell(book, "班次", "office", "星期")): "每周某天"}))
    assert fault == (
        'edited.xlsx#班次!B2 rosters.office: days such as "Mon-Fri" or "Tue, Sat" wanted, got'
        " '每周某天'"
    )


def test_hours_that_are_none_are_told_at_their_own_cell(book):
    (fault,) = faults(edited(book, {("班次", "C2"): "9:00至12:00"}))
    assert fault.startswith("edited.xlsx#班次!C2 rosters.office.shifts.")
    assert fault.endswith(
        'hours such as "08:30-12:00" or "18:00-22:00 x3" wanted, got \'9:00至12:00\''
    )


def test_titles_and_footnotes_are_passed_over_on_every_sheet(book):
    below = edited(book, {("人员", "A9"): "注：2025年底数"})
    scenario = load_scenario(below)
    assert scenario == load_scenario(book)
    assert f"{below}#人员!A9 a footnote was passed over ('注：2025年底数')" in scenario.notes


def test_hidden_and_renamed_sheets_that_need_not_be_there_are_told_of(book):
    hidden = edited(book, {}, hide=("协作",))
    assert (
        f"{hidden}#协作 is hidden and was not read: what it says does not count; show it, or name"
        f" it: {hidden.name}#协作"
    ) in load_scenario(hidden).notes
    other = edited(book, {}, rename={"措施": "措施情况"})
    assert (
        f"{other}#措施情况 was not read: is it the sheet '措施', which is not there?"
    ) in load_scenario(other).notes
    assert faults(edited(book, {}, rename={"人员": "人员表"})) == [
        "edited.xlsx:1:1 a sheet '人员' (Staff) wanted, got none; did you mean '人员表'?"
    ]


@pytest.mark.parametrize(
    "text, number", [("3.5万", "35000"), ("约3万", "30000"), ("12万人", "120000"), ("2名", "2")]
)
def test_a_number_with_what_it_counts_says_what_to_write(book, text, number):
    (fault,) = faults(edited(book, {("分区", "C2"): text}))
    assert fault.endswith(f"a number ≥ 0 wanted, got {text!r} (write {number})")


def test_so_many_more_is_no_number_of_people(tmp_path):
    from simcap.workbook_commands import init

    (book,) = init(tmp_path, "minimal", True, "zh")
    assert faults(edited(book, {("因素", "D2"): "+1"}), load_experiment) == [
        "edited.xlsx#因素!D2 the number that there shall be in all wanted, or a factor such as"
        " x1.5, got '+1'"
    ]
    levels = load_experiment(edited(book, {("因素", "D2"): "×1.5", ("因素", "E2"): "2倍"})).factors
    assert levels == {"pools.心理咨询师": ["x1", "x1.5", "x2"]}


def test_population_in_ten_thousands_is_asked_about():
    from simcap.scenario.plausibility import plausibility
    from simcap.scenario.schema import Scenario

    class Zone:
        numbers = {"population": 12.0}
        zone = "甲"

    district = Scenario.model_construct(zones=[Zone(), Zone()], pools={}, stations={})
    assert (
        "24 residents in all zones together: is the population in ten thousands (万)? It is read as"
        " persons"
    ) in plausibility(district)
