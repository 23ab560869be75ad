"""The same faults in Chinese: at the same places, in no English words but names, keys and units."""

import csv
import re
from pathlib import Path

import pytest
import test_scenario_messages as of_scenarios
import test_study_messages as of_studies
import test_workbook_messages as of_workbooks
from babel.messages.pofile import read_po
from books import cell, edited, tiny_book
from tiny import EXPERIMENT, SCENARIO, ZONES, written
from typer.testing import CliRunner

import simcap
from simcap.building import load_scenario
from simcap.cli import app
from simcap.errors import ScenarioError, grouped
from simcap.lang import _, sentences, speaking, update
from simcap.study.checking import checked
from simcap.study.experiment import load_experiment

ROOT = Path(simcap.__file__).parent
CHINESE = re.compile(r"[一-鿿]")
PLACE = re.compile(r"(?:\S+:\d+:\d+|\S+#\S+![A-Z]+\d+|override \S+) ")
SPOKEN = (
    r"'[^']*'|\"[^\"]*\"|`[^`]*`|«[^»]*»|\{[^}]*\}|“[^”]*”|（[A-Za-z ]+）|--[\w-]+( docx| xlsx)?"
)
"""What is quoted, said with its brackets, or an option."""
TECHNICAL = (
    "beds blocks cluster compiled csv dask dev git head host inf install json likely make mb merge"
    " nan ods override peak pip python reproduce simcap simpy sweep tcp urandom utf verify xls xlsx"
    " yaml"
)


def known_words() -> set[str]:
    """Keys and values of the schema, columns, what is named in the tiny district, units, files."""
    with (ROOT / "workbook" / "words.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    text = " ".join(row[part] for row in rows for part in ("word", "en"))
    text += f" {SCENARIO} {ZONES} {EXPERIMENT} {TECHNICAL}"
    return set(re.findall(r"[a-z]+", text.lower().replace("_", " ")))


KNOWN = known_words()
ROOMS = tuple(
    f"simcap/{room}" for room in ("scenario", "building", "mechanisms", "workbook", "study")
)


def english_in(text: str) -> set[str]:
    """Words of ``text`` that are neither quoted nor a name, a key or a unit."""
    bare = re.sub(SPOKEN, " ", text)
    bare = re.sub(r"[\w./-]+\.(yaml|csv|xlsx|json|sqlite|py|mdl|lock)\b", " ", bare)
    bare = re.sub(r"\b(0x|U\+)[0-9A-Fa-f]+|\\U[0-9A-F]+", " ", bare)
    return {word.lower() for word in re.findall(r"[A-Za-z]{2,}", bare)} - KNOWN


def check_pair(english: list[str], chinese: list[str]) -> None:
    """That each fault has the same place, is in Chinese, and has no English words left."""
    assert len(english) == len(chinese)
    for before, after in zip(english, chinese, strict=True):
        place = PLACE.match(before)
        assert place and after.startswith(place[0]), (before, after)
        said = re.sub(r"^[^：，（]*?: ", "", after[place.end() :])  # without the path
        assert CHINESE.search(said) and not english_in(said), after


def faults(load, path) -> list[str]:
    with pytest.raises(ScenarioError) as problem:
        load(path)
    home = path if path.is_dir() else path.parent
    return [fault.replace(f"{home}/", "") for fault in problem.value.faults]


def in_both(load, path) -> list[str]:
    """The faults of what ``load`` finds in ``path`` in Chinese, once they are checked."""
    english = faults(load, path)
    with speaking("zh"):
        chinese = faults(load, path)
    check_pair(english, chinese)
    return chinese


def cases(test):
    """What ``test`` is run with."""
    (mark,) = [mark for mark in test.pytestmark if mark.name == "parametrize"]
    return mark.args[1]


def test_faults_of_scenarios_and_of_the_zones_table(tmp_path):
    for i, (old, new, _said) in enumerate(cases(of_scenarios.test_a_fault_in_a_scenario)):
        in_both(load_scenario, of_scenarios.changed(tmp_path / f"s{i}", old, new))
    for i, (old, new, _said) in enumerate(cases(of_scenarios.test_a_fault_in_the_zones_table)):
        path = written(tmp_path / f"z{i}", zones=ZONES.replace(old, new, 1))
        in_both(load_scenario, path)


def test_files_that_cannot_be_read(tmp_path):
    texts = [
        *(text for text, _said in cases(of_scenarios.test_files_that_are_not_scenarios)),
        *(
            text.encode()
            for text, _said in cases(of_scenarios.test_what_the_parser_notices_is_said_in_our_words)
        ),
    ]
    for text in (text for text in texts if len(text) < 1000):  # deep nesting takes seconds
        (tmp_path / "scenario.yaml").write_bytes(text)
        in_both(load_scenario, tmp_path)


def test_faults_of_workbooks(tmp_path):
    book = tiny_book(tmp_path)
    test = of_workbooks.test_a_faulty_cell_is_one_line_with_its_sheet_and_address
    for sheet, row, header, value, _said in cases(test)[::8]:
        place = (sheet, cell(book, sheet, row, header))
        in_both(load_scenario, edited(book, {place: value}))


def test_faults_of_experiments(tmp_path):
    for i, (text, _said) in enumerate(of_studies.IN_THE_FILE):
        home = written(tmp_path / f"e{i}", experiment=text + "\n")
        in_both(load_experiment, home / "experiment.yaml")


@pytest.mark.filterwarnings("ignore")
def test_faults_of_the_command_line(tmp_path):
    home = written(tmp_path / "in")
    for arguments, code, _said in of_studies.ON_THE_COMMAND_LINE:
        if "--cluster" in arguments:
            continue  # dask takes its time
        given = [argument.format(home=home) for argument in arguments]
        given += ["-o", str(tmp_path / "out")] if given[0] in ("sweep", "merge") else []
        done = CliRunner().invoke(app, [*given, "--lang", "zh"], catch_exceptions=False)
        first, *lines = done.stderr.splitlines()
        assert done.exit_code == code and first in ("simcap: 输入有误", "simcap: 未能完成")
        for line in lines:
            assert CHINESE.search(line)
            assert not english_in(re.sub(rf"{tmp_path}\S*", "", line)), line


def test_no_message_of_the_catalogue_keeps_english_words():
    """All faults, whether a test provokes them or not."""
    with update.path("zh").open("rb") as file:
        messages = [message for message in read_po(file, locale="zh") if message.id]
    ours = [
        message.string
        for message in messages
        if all(file.startswith(ROOMS) for file, _line in message.locations)
    ]
    assert len(ours) > 400
    for text in ours:
        bare = re.sub(r"\{[^}]*\}", " ", text)
        assert CHINESE.search(bare) or not re.search(r"[a-z]{2,}", bare), text
        assert not english_in(bare), text


# ---- word for word -------------------------------------------------------------------------------

WORKBOOK = [
    {
        ("人员", "seats", "人数", "一"): (
            "人员!C3 pools.seats.number: 应为不小于 0 的有限的数，填的是 '一'"
        ),
        ("服务", "room", "爽约率", 1.5): (
            '服务!H3 stations.room.no_show: 应为 0 到 1 的比例，或如 "30 %" 的百分比，填的是 1.5'
        ),
        ("服务", "room", "服务时长", ""): "服务!A3 stations.room.service_time: 缺少这一项",
    },
    {
        ("人员", "seats", "人数", "１"): (
            "人员!C3 pools.seats.number: 应为半角数字和符号，填的是 '１'；请写 '1'"
        ),
        ("服务", "line", "接触类别", "业余"): (
            "服务!J2 stations.line.contact: 应为 无 (none)、非专业 (lay)、专业 (professional)"
            " 之一，填的是 '业余'"
        ),
    },
    {
        ("服务", "room", "人员", "counselors"): (
            "服务!C3 stations.room.pools.0: 没有名为 'counselors' 的人员；是不是 'counsellors'？"
        ),
    },
    {
        ("人员", "seats", "人数", ("a formula", "=1+1")): (
            "人员!C3 pools.seats.number: 应为一个值，填的是从未计算过的公式；请用表格软件打开并保存"
        ),
    },
]
"""What is typed where, and what is said of it: what one reading finds at once."""


def test_a_planner_reads_what_is_wrong_with_a_cell(tmp_path):
    book = tiny_book(tmp_path)
    for typed in WORKBOOK:
        cells = {(sheet, cell(book, sheet, row, head)): new for sheet, row, head, new in typed}
        found = in_both(load_scenario, edited(book, cells))
        assert sorted(found) == sorted(f"edited.xlsx#{said}" for said in typed.values())


def test_a_planner_reads_what_is_wrong_with_a_sheet(tmp_path):
    book = tiny_book(tmp_path)
    assert in_both(load_scenario, edited(book, {}, drop=("需求",))) == [
        "edited.xlsx:1:1 应有工作表 '需求'（Needs），却没有"
    ]
    assert in_both(load_scenario, edited(book, {}, hide=("人员",))) == [
        "edited.xlsx:1:1 应有工作表 '人员'（Staff），却没有（'人员' 是隐藏的：请取消隐藏，或写明："
        "edited.xlsx#人员）"
    ]
    header = ("人员", cell(book, "人员", "人员", "每人每周工时"))
    assert in_both(load_scenario, edited(book, {header: "每人每周工作时"})) == [
        "edited.xlsx#人员!E1 '每人每周工作时' 不是本表的表头；是不是 '每人每周工时'？"
    ]
    assert in_both(load_scenario, edited(book, {}, merge={"人员": "B5:C5"})) == [
        "edited.xlsx#人员!B5 每个值应各有一格，实际是合并单元格 B5:C5"
    ]


def test_a_planner_reads_what_is_wrong_with_a_file(tmp_path):
    said = {
        ("warm up: 2 weeks", "warm up: 2"): (
            'scenario.yaml:3:1 warm up: 应为带单位的时长，如 "50 min"、"2 weeks" 或 "1 h 30 min"，'
            "填的是 2"
        ),
        ("drop out: 10 %", "dropout: 10 %"): (
            "scenario.yaml:24:81 stations.course.dropout: 没有这个键；是不是 'drop out'？"
        ),
        ("number: 1, roster: always,", "number: 1 roster: always,"): (
            "scenario.yaml:18:27 不是正确的 YAML：应为 ','，或关上的 '}'"
        ),
        ("{exponential: {mean: 20 min}}", "{uniform: {low: 2 h, high: 1 h}}"): (
            "scenario.yaml:20:43 stations.line.service time: 应为 low < high，填的是 2.0、1.0"
            "（小时）"
        ),
    }
    for (old, new), fault in said.items():
        assert in_both(load_scenario, of_scenarios.changed(tmp_path, old, new)) == [fault]
    home = written(tmp_path, zones=ZONES.replace("1000,2", '"1,000",2'))
    assert in_both(load_scenario, home) == [
        "zones.csv:2:4 adults: 应为不小于 0 的数，填的是 '1,000'（请不要写千位分隔号）"
    ]


def test_many_alike_are_one_line_in_chinese_too():
    with speaking("zh"):
        said = [
            f"z.csv:{line}:3 adults: "
            + _("{wanted} wanted, got {got}", wanted=_("a number ≥ 0"), got=f"'x{line}'")
            for line in range(2, 9)
        ]
        assert grouped(said) == [
            "z.csv:2:3 adults: 应为不小于 0 的数，填的是 'x2'"
            "（另有 6 处同样的问题，位于 3:3、4:3、5:3、6:3……）"
        ]


# ---- what is noted, and what is typed ------------------------------------------------------------


def test_notices_are_kept_in_english_and_said_in_chinese(tmp_path):
    table = ZONES + "合计,,2400,1200,2.5,\n"
    with speaking("zh"):
        (note,) = load_scenario(written(tmp_path, zones=table)).notes[:1]
        assert note.endswith("zones.csv:4:1 '合计' is a row of totals: left out")
        assert sentences.said(note).endswith("zones.csv:4:1 '合计' 是合计行：不计入")


def test_every_warning_of_a_check_is_said_in_chinese(tmp_path):
    table = ZONES.replace("source\n", "source,beds\n").replace("made up\n", "made up,x\n")
    table = table.replace("Village,rural,500,200", "Village,rural,500,600") + "注：一,,,,,,\n"
    scenario = SCENARIO.replace("run out: 4 weeks", "run out: 1 week").replace(
        "hours each: 10 h", "hours each: 1000 h"
    )
    home = written(tmp_path, scenario, table)
    english = checked(home, {}).warnings
    with speaking("zh"):
        warnings = checked(home, {}).warnings
        assert warnings == english and len(warnings) >= 4
        for warning in warnings:
            said = sentences.said(warning).replace(str(tmp_path), "")
            assert CHINESE.search(said) and not english_in(said), said


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["chek"], "错误：没有名为 'chek' 的命令。是不是 'check'？"),
        (["check", "--foo"], "错误：没有 --foo 这个选项"),
        (["run"], "错误：缺少参数 'scenario'。"),
        (["run", "a", "b"], "错误：多给了参数（b）"),
        (["sweep", "x", "--jobs", "two"], "错误：'--jobs' / '-j' 的值不对：应为整数"),
        (["sweep", "x", "--jobs", "0"], "错误：'--jobs' / '-j' 的值不对：应不小于 1"),
        (["check", "--set"], "错误：选项 '--set' 后面要有值。"),
    ],
)
def test_a_slip_on_the_command_line_is_said_in_chinese(arguments, said):
    done = CliRunner().invoke(app, arguments, env={"SIMCAP_LANG": "zh"})
    assert done.exit_code == 2 and done.stderr.splitlines()[-1] == said
    done = CliRunner().invoke(app, [*arguments[:1], "--lang=zh", *arguments[1:]])
    assert arguments[0] == "chek" or done.stderr.splitlines()[-1] == said
    assert "Error: " in CliRunner().invoke(app, arguments).stderr
