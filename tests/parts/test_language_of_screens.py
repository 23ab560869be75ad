"""Help pages, screens and lines of a log in Chinese, and how wide they are."""

import logging
import re

import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from simcap.cli import app
from simcap.lang import sentences, speaking
from simcap.lang.logged import Translated
from simcap.lang.wrapping import wrapped

COMMANDS = sorted(each.name or each.callback.__name__ for each in app.registered_commands)
ZH = {"SIMCAP_LANG": "zh", "COLUMNS": "80"}


def said(*arguments, **env):
    with speaking("en"):  # what a command chooses is forgotten after it
        done = CliRunner().invoke(app, [*arguments], env=env or ZH, prog_name="simcap")
    assert done.exit_code == 0, done.output
    return done.output


def test_a_page_of_help_in_chinese_word_for_word():
    assert said("convert", "--help") == (
        "用法：simcap convert [选项] {FROM} {TO}\n\n"
        "  YAML 与工作簿互相转换；要么一点不丢，要么什么也不写。\n\n"
        "参数：\n"
        "  FROM <路径>  情景、实验，或其所在目录。  [必填]\n"
        "  TO <路径>    .xlsx 或 .yaml 文件，或存放 YAML 的目录。  [必填]\n\n"
        "选项：\n"
        "  --lang en|zh  工作簿及相关提示的语言。  [环境变量：SIMCAP_LANG]\n"
        "  -q, --quiet   不显示进度和提示。\n"
        "  --help        显示本说明后退出。\n\n"
        "  示例：simcap convert experiments/01_huadu huadu.xlsx --lang zh\n"
    )


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_page_is_wider_than_80_columns_and_none_in_chinese_holds_english_sentences(
    command, language
):
    line = [*([command] if command else []), "--help", "--lang", language]
    page = said(*line, SIMCAP_LANG="en" if language == "zh" else "zh", COLUMNS="80")
    assert max(map(cell_len, page.splitlines())) <= 80
    words = re.findall(r"\b[a-z]+,? [a-z]+,? [a-z]+\b", page.split("示例：")[0])
    assert bool(words) == (language == "en"), words


def test_the_language_may_stand_before_the_command():
    assert said("--lang", "zh", "check", "--help").startswith("用法：simcap check")
    told = said("--lang", "zh", "check", "experiments/01_huadu", SIMCAP_LANG="en", COLUMNS="80")
    assert "每周工时" in told
    told = said("--lang", "zh", "check", "experiments/01_huadu", "--lang", "en", COLUMNS="80")
    assert "hours a week" in told


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("line", [["show", "experiments/01_huadu", "--rows", "6"], ["dynamics"]])
def test_screens_are_no_wider_than_the_terminal(line, columns, language):
    text = said(*line, COLUMNS=str(columns), SIMCAP_LANG=language)
    assert max(map(cell_len, text.splitlines())) <= columns
    assert "…\n" not in text


def test_show_in_chinese_word_for_word():
    text = said("show", "experiments/01_huadu", "--rows", "1", COLUMNS="120", SIMCAP_LANG="zh")
    lines = [line.rstrip() for line in text.splitlines()]
    at = lines.index("人员与席位：80")
    assert lines[at + 1].split() == ["人员", "席位或每周小时", "最晚开始"]
    assert lines[at + 2].split("  ")[0] == "community on call"
    assert "每周 336.0 小时" in lines[at + 2]
    assert lines[at + 3] == "… 还有 79 行（加 --rows 80 可全部显示）"
    assert "流程" in lines and "  women's line → women's deep case" in lines


def test_what_is_logged_is_told_in_the_language():
    record = logging.LogRecord("simcap", 30, "", 0, "compiled %s in 3 s", ("x",), None)
    with speaking("zh"):
        assert Translated().filter(record)
        assert record.getMessage() == "已编译x，用时 3 秒"
        assert sentences.said("compiling x: 2 of 9 functions after 31 s") == (
            "正在编译x：31 秒后完成 9 个函数中的 2 个"
        )


def test_what_is_verified_is_told_in_the_language():
    with speaking("zh"):
        assert sentences.check("mean wait at first") == "first 的平均等候"
        assert sentences.check("M/M/3, load 0.7") == "M/M/3，负荷 0.7"
        assert sentences.check("files are as written (not a.csv)") == (
            "文件与写入时一致 (not a.csv)"
        )


def test_lines_cut_no_word_and_begin_with_no_comma():
    assert wrapped("模拟 scenario.yaml，写出", 18) == ["模拟", "scenario.yaml，写", "出"]
    assert wrapped("一二三，四", 6) == ["一二", "三，四"]
    assert wrapped("abcdefgh", 3) == ["abc", "def", "gh"]


@pytest.mark.parametrize(
    "line, env, chinese",
    [
        ([], "zh", True),
        (["--lang", "en"], "zh", False),
        ([], None, False),
        (["--lang", "zh"], "en", True),
    ],
)
def test_the_option_goes_before_the_variable_for_a_workbook(tmp_path, line, env, chinese):
    from python_calamine import CalamineWorkbook

    goal = tmp_path / "new"
    said("init", str(goal), "--template", "minimal", "--workbook", *line, SIMCAP_LANG=env)
    names = CalamineWorkbook.from_path(goal / "scenario.xlsx").sheet_names
    assert ("人员" in names) == chinese
