"""Every word that people read is in the catalogue, and in Chinese."""

import ast
import gettext
import json
import re
import string
from pathlib import Path

import pytest
from made_up import swept
from matplotlib.text import Text
from tiny import EXPERIMENT, written
from typer.testing import CliRunner

import simcap
from simcap import lang, plots
from simcap.analysis.measures import MEASURES
from simcap.cli import app
from simcap.lang import _, amounts, joined, measures, n_, sentences, spaced, speaking, update
from simcap.plots import words
from simcap.plots.theme import use_theme
from simcap.report.content import report
from simcap.report.facts import Facts
from simcap.report.goals import Status
from simcap.scenario.blocks import Mechanisms
from simcap.study.experiment import load_experiment

ROOT = Path(simcap.__file__).parent


# ---- the catalogue -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chinese():
    return update.updated("zh")


def names(text):
    """The placeholders of ``text``, with how each is written."""
    found = ((name, form, how) for _, name, form, how in string.Formatter().parse(text))
    return sorted((name, form or "", how or "") for name, form, how in found if name)


def test_every_message_has_a_translation_with_the_same_placeholders(chinese):
    messages = [message for message in chinese if message.id]
    assert len(messages) > 400
    for message in messages:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        said = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(said) and not message.fuzzy, message.id
        for text in said:
            assert names(text) in ([*map(names, ids)]), message.id


def test_the_files_are_what_the_code_says(chinese):
    text, compiled = update.path("zh"), update.path("zh").with_suffix(".mo")
    assert text.read_bytes() == update.text_of(chinese), "make words"
    assert compiled.read_bytes() == update.compiled(chinese), "make words"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_chinese_has_one_form_of_plurals(number):
    with speaking("zh"):
        assert n_("{number} run", "{number} runs", number) == f"{number} 次运行"


def test_no_message_stands_where_it_is_not_extracted():
    """In the braces of an f-string, or put together before it is looked up."""
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = {"_", "n_", "N_"}
        for node in ast.walk(tree):
            inside = ast.walk(node) if isinstance(node, ast.JoinedStr) else ()
            for call in (*inside, *([node] if isinstance(node, ast.Call) else [])):
                if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in calls:
                    continue
                first = call.args[0]
                where = f"{path.relative_to(ROOT)}:{call.lineno}"
                if isinstance(node, ast.JoinedStr):
                    assert not isinstance(first, ast.Constant), where
                assert not isinstance(first, ast.JoinedStr | ast.BinOp), where


def test_nothing_is_thrown_away_under_the_name_of_the_catalogue():
    """A variable ``_`` in a function that also speaks would take the catalogue's place there."""
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
            found = [n for n in ast.walk(function) if isinstance(n, ast.Name) and n.id == "_"]
            stored = any(isinstance(name.ctx, ast.Store) for name in found)
            called = any(
                isinstance(n, ast.Call) and getattr(n.func, "id", "") == "_"
                for n in ast.walk(function)
            )
            assert not (stored and called), f"{path.relative_to(ROOT)}: {function.name}"


def test_measures_units_mechanisms_and_statuses_have_words():
    assert measures.MEASURES.keys() == MEASURES.keys()
    assert len(set(measures.MEASURES.values())) == len(MEASURES)
    assert {unit for unit, _text in MEASURES.values()} <= measures.UNITS.keys()
    known = {name.replace("_", " ") for name in Mechanisms.model_fields} - {"own"}
    assert known <= words.STEPS.keys()
    with speaking("zh"):
        assert [status.words for status in Status] == ["达到", "不能断定", "未达到"]
        assert measures.measure("register_managed") == "年内得到访视，占在册（管理率）"
        assert words.say_factor("mechanisms.pairing.hours") == "结对帮扶小时"
        assert words.say_factor("pools.hours") == "hours", "a pool may be called so"
        assert words.say_level("True") == "是"


# ---- choosing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, language",
    [
        ("zh-CN", "zh"),
        ("zh_Hans", "zh"),
        ("ZH", "zh"),
        ("en_GB.UTF-8", "en"),
        ("C.UTF-8", "en"),
        ("fr", None),
        ("", None),
    ],
)
def test_languages_go_by_many_names(name, language):
    assert lang.language_of(name) == language


def test_a_language_that_is_not_there_is_one_line():
    done = CliRunner().invoke(app, ["compare", "nowhere", "--lang", "fr"])
    assert done.exit_code == 2
    assert done.stderr == "simcap: wrong input\n--lang: one of en, zh wanted, got 'fr'\n"
    done = CliRunner().invoke(app, ["compare", "nowhere"], env={"SIMCAP_LANG": "klingon"})
    assert "--lang: one of en, zh wanted, got 'klingon'" in done.stderr


def test_a_language_holds_inside_its_block_alone():
    with speaking("zh"):
        assert (lang.spoken(), _("yes"), _("")) == ("zh", "是", "")
    assert (lang.spoken(), _("yes")) == ("en", "yes")


def test_sentences_and_words_are_joined_as_each_language_does():
    assert joined(["One.", "", "Two."]) == "One. Two."
    assert spaced(["协作", "水平", "0.6", "", "x"]) == "协作水平 0.6 x"
    with speaking("zh"):
        assert joined(["一。", "二。"]) == "一。二。"


def test_durations_are_said_in_the_language():
    with speaking("zh"):
        assert amounts.duration("1.5 weeks of 20 min, 14 days; hours") == (
            "1.5 周 of 20 分钟, 14 天; hours"
        )


# ---- what the library says -----------------------------------------------------------------------


def test_every_guard_and_warning_of_stored_results_is_recognised():
    said = [
        (sentence, patterns)
        for path in (ROOT.parent / "results").glob("*/manifest.json")
        for kind, patterns in (("guards", sentences.GUARDS), ("warnings", sentences.NOTICES))
        for sentence in json.loads(path.read_text(encoding="utf-8")).get(kind, [])
    ]
    assert len({id(patterns) for _sentence, patterns in said}) == 2
    for sentence, patterns in said:
        assert sentences.recognised(sentence, patterns), sentence
        assert sentences.said(sentence) == sentence, "English is put together again as it was"


def test_guards_and_warnings_in_chinese():
    told = {
        "counsellors in A, B, C, D, E and 5 more zones: the queue is bounded only by those who give"
        " up (offered load 1.03 to 1.35; 5 of 12 design points)": (
            "counsellors（A、B、C、D、E等，另有 5 个区域）：队列只因有人放弃才有限"
            "（负荷 1.03 至 1.35；12 个方案中的 5 个）"
        ),
        "clinic: the queue rose over the observed weeks, after a warm-up of 26 weeks: care lasts up"
        " to 34 weeks (follow-up) (offered load 0.88; level=0.4)": (
            "clinic：预热 26 周 后，队列在观察期内上升；服务全程最长 34 周（follow-up）"
            "（负荷 0.88；level=0.4）"
        ),
        "hotline: 1 seat at most; the national notice asks for at least 2 (at 18 of 19 design"
        " points: a; b …)": (
            "hotline：至多 1 个坐席；国家通知要求至少 2 个（19 个方案中的 18 个：a; b …）"
        ),
        "needs.mild: in 梯面镇 Timian 102% would ask for help from 2025-01-02 on: cut to 100 %": (
            "needs.mild：自 2025-01-02 起 梯面镇 Timian 将有 102% 求助：截为 100%"
        ),
        "something that nobody has put into words": "something that nobody has put into words",
    }
    with speaking("zh"):
        for english, chinese in told.items():
            assert sentences.said(english) == chinese


# ---- nothing goes past it ------------------------------------------------------------------------


class Marked(gettext.NullTranslations):
    """A language in which every message is in brackets of its own."""

    def gettext(self, message):
        return f"⟦{message}⟧"

    def ngettext(self, one, many, number):
        return f"⟦{one if number == 1 else many}⟧"


def bare(text):
    """What of ``text`` is in no brackets."""
    before = None
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
    return text


def words_of(text):
    return set(re.findall(r"[A-Za-z一-鿿]{2,}", bare(text)))


def test_all_text_of_figures_and_reports_goes_through_the_catalogue(tmp_path):
    asks = 'answer: ["coverage_of_need at rural", "wait_median_joined of station: room"]\n'
    own = {"tiny", "MSER", "counsellors", "seats", "line", "room", "course", "simcap", "CNY", "城"}
    own |= {"City", "村", "Village", "made", "up", "moderate"}
    for text in (EXPERIMENT, EXPERIMENT + asks):
        results = swept(load_experiment(written(tmp_path / "tiny", experiment=text)), 3)
        with speaking(Marked()), use_theme():
            for name, figure in plots.drawn(results).items():
                for shown in figure.findobj(Text):
                    said = shown.get_text().replace("\n", " ")
                    assert words_of(said) <= own, (name, said)
            facts = Facts(results, [], {"simcap": "1", "model": "2", "engine": "3"})
            made = report(facts)
        for said in everything(made):
            assert words_of(said) <= own, said


def everything(made):
    """All texts of a report."""
    yield from (made.title, made.subtitle, made.question, made.foot)
    for section in made.sections:
        yield section.title
        for block in section.blocks:
            yield from (
                getattr(block, name)
                for name in ("text", "alt", "title", "note")
                if hasattr(block, name)
            )
            yield from (*getattr(block, "items", ()), *getattr(block, "heads", ()))
            for row in getattr(block, "rows", ()):
                for value in row:
                    yield from (value.text, value.under)
