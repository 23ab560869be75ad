"""A report says what was run, in numbers that hold, in both languages, and no more than that."""

import dataclasses
import io
import re
import shlex
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from made_up import swept
from rich.cells import cell_len
from tiny import EXPERIMENT, SCENARIO, ZONES, written
from typer.testing import CliRunner

from simcap import plots
from simcap.analysis.tables import paired
from simcap.cli import app
from simcap.errors import InputError
from simcap.lang import speaking
from simcap.plots.view import Cell
from simcap.report import guards, sentences
from simcap.report.content import report
from simcap.report.facts import GAIN, Facts
from simcap.report.files import FORMATS
from simcap.report.goals import Status
from simcap.report.html import html
from simcap.report.tables import all_points, bought, zones
from simcap.study.experiment import load_experiment
from simcap.study.results import write
from simcap.study.settling import DID_NOT_SETTLE
from simcap.study.stored import stored_sweep
from simcap.study.sweep import sweep

NAMED = """\
scenario: scenario.yaml
replications: 3
points:
  as it is: {pools.counsellors: x1, collaboration.level: 0.4}
  <b>more</b> staff: {pools.counsellors: x2, collaboration.level: 0.4}
baseline: {pools.counsellors: x1, collaboration.level: 0.4}
"""


def made_up(directory, experiment=EXPERIMENT, replications=3):
    zones = ZONES.replace("城 City", "城 $City")
    home = written(directory / "tiny", zones=zones, experiment=experiment)
    return swept(load_experiment(home), replications)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return made_up(tmp_path_factory.mktemp("made up"))


# ---- the answer, word for word -------------------------------------------------------------------


def test_the_answer_in_three_sentences(results):
    assert sentences.answer(Facts(results)) == [
        "At the baseline (level 0.4, counsellors ×1): 10.1 % [95 % interval 9.9 to 10.4] (did not"
        " settle) of those in need see a professional within 14 days; in the city 10.1 %, in the"
        " villages 10.1 %; those seen wait 48 hours [95 % interval 47 to 50] on average.",
        "Of 4 design points 4 reach the target (seen within the target: at least 80 % in: whole"
        " district, urban, rural); the cheapest is the baseline (level 0.4, counsellors ×1) (188 h"
        " of staff a week). (1 more cost the same: cost counts staff alone, and what is not staff"
        " has no price here.)",
        "The next post that brings most is counsellors ×2: 20 h a week more bring +20.2 [95 %"
        " interval +19.7 to +20.7] residents seen in time in the 10 observed weeks, 10.1 for 10 h a"
        " week.",
    ]


def test_the_answer_in_chinese(results):
    with speaking("zh"):
        assert sentences.answer(Facts(results)) == [
            "基准方案（水平 0.4, counsellors ×1）下，有需求者中 10.1 % ［95% 区间 9.9 至 10.4］"
            "（未稳定） 在 14 天内见到专业人员；城区 10.1 %，农村 10.1 %；"
            "得到服务者平均等待 48 小时 ［95% 区间 47 至 50］。",
            "4 个方案中有 4 个达到目标（在目标时间内得到服务：至少 80 %；范围：全区、城区、农村）；"
            "其中最省的是 基准方案（水平 0.4, counsellors ×1）（人员每周 188 小时）。"
            "（另有 1 个成本相同：成本只计人员，人员以外的在此没有价格。）",
            "最有效的下一个岗位是 counsellors ×2：每周增加 20 小时，10 个观察周内"
            "及时得到服务的居民 +20.2 ［95% 区间 +19.7 至 +20.7］ 人，即每周每 10 小时 10.1 人。",
        ]


def test_one_replication_claims_nothing(tmp_path):
    facts = Facts(made_up(tmp_path, replications=1))
    assert "interval" not in sentences.state(facts)
    assert sentences.targets(facts) == "One replication cannot say whether a target is reached."
    assert sentences.next_step(facts) == (
        "One replication cannot say what a further post or seat brings."
    )
    assert facts.status(facts.view.base) is Status.OPEN


def test_without_a_design_point_of_staff_alone_nothing_is_said_of_the_next_post(tmp_path):
    results = made_up(tmp_path)
    frame = results.measures[results.measures["pools.counsellors"] == "x1"]
    table = results.summary[results.summary["pools.counsellors"] == "x1"]
    alone = dataclasses.replace(results, measures=frame, summary=table)
    said = sentences.next_step(Facts(alone))
    assert said.startswith("No design point adds staff and changes nothing else, so nothing can be")


def test_one_more_in_a_zone_is_a_next_post(tmp_path):
    experiment = (
        "scenario: scenario.yaml\nreplications: 3\npoints:\n"
        "  as it is: {zones.村 Village.counsellors: 0.5}\n"
        "  one more: {zones.村 Village.counsellors: 2}\n"
    )
    zones = ZONES.replace("城 City", "城 $City")
    home = written(tmp_path / "zones", zones=zones, experiment=experiment)
    (step,) = Facts(sweep(load_experiment(home))).steps
    assert step.staff == "counsellors" and step.hours > 0


# ---- targets -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell, status",
    [
        (Cell(0.85, 0.80, 0.90), Status.REACHED),
        (Cell(0.85, 0.79, 0.90), Status.OPEN),
        (Cell(0.70, 0.60, 0.79), Status.MISSED),
        (Cell(0.85), Status.OPEN),
        (Cell(0.85, 0.82, 0.90, DID_NOT_SETTLE), Status.OPEN),
        (Cell(0.70, 0.60, 0.79, DID_NOT_SETTLE), Status.MISSED),
        (Cell(float("nan")), Status.OPEN),
    ],
)
def test_a_target_is_reached_by_the_whole_interval_of_what_settled(results, cell, status):
    goal = Facts(results, ["within_target >= 80 %"]).goals[0]
    assert goal.status(cell) is status


def test_of_what_is_better_the_less_there_is_a_target_is_a_ceiling(results):
    goal = Facts(results, ["wait_mean at rural <= 48"]).goals[0]
    assert goal.status(Cell(40.0, 35.0, 45.0)) is Status.REACHED
    assert goal.status(Cell(60.0, 50.0, 70.0)) is Status.MISSED


@pytest.mark.parametrize(
    "text, fault",
    [
        ("within_target", "--target: such as «within_target at rural >= 80 %» wanted, got"),
        ("within_targte >= 80 %", "no measure is called 'within_targte'; did you mean"),
        ("within_target <= 80 %", "--target: >= as within_target has it wanted, got"),
        ("within_target >= 80", "--target: a share of at most 100 % wanted, got"),
        ("within_target at nowhere >= 80 %", "the results have no within_target at nowhere"),
    ],
)
def test_a_target_that_cannot_be_is_one_line(results, text, fault):
    with pytest.raises(InputError, match=re.escape(fault)):
        Facts(results, [text])


def test_where_no_point_reaches_a_target_the_nearest_is_named(results):
    facts = Facts(results, ["coverage_of_need at rural >= 20 %"])
    assert facts.reaching == []
    assert facts.nearest == ("0.8", "x2")
    assert sentences.targets(facts) == (
        "None of 4 design points surely reaches the target (seen in time, of those in need: at"
        " least 20 % in: rural); the nearest is level 0.8, counsellors ×2, with 15.2 % [95 %"
        " interval 14.8 to 15.5] (rural)."
    )


def test_points_with_others_in_need_are_conditions_and_not_plans(results):
    frame, table = results.measures.copy(), results.summary.copy()
    for each, column in ((frame, "value"), (table, "mean")):
        there = (each["collaboration.level"] == "0.8") & (each["measure"] == "people_in_need")
        each.loc[there, column] *= 3
    facts = Facts(dataclasses.replace(results, measures=frame, summary=table))
    assert facts.plans == [("0.4", "x1"), ("0.4", "x2")]
    assert facts.best == ("0.4", "x2")
    assert "(2 more design points are left out, since others are in need there.)" in (
        sentences.targets(facts)
    )


# ---- differences ---------------------------------------------------------------------------------


def test_changes_are_the_paired_differences_of_the_comparison(results):
    facts = Facts(results)
    table = paired(results.measures, facts.view.factors, results.experiment.baseline)
    here = table[(table["measure"] == GAIN) & (table["collaboration.level"] == "0.8")]
    for _, row in here.iterrows():
        change = facts.changes[("0.8", row["pools.counsellors"]), GAIN, "all", "all"]
        assert change.cell[:3] == (row["mean"], row["lower"], row["upper"])
        assert change.clear == (row["p_holm"] < 0.05)


def test_a_difference_that_chance_makes_is_no_gain(results):
    frame = results.measures.copy()
    noisy = (frame["measure"] == GAIN) & (frame["pools.counsellors"] == "x2")
    frame.loc[noisy, "value"] += np.resize([-300.0, 0.0, 300.0], int(noisy.sum()))
    facts = Facts(dataclasses.replace(results, measures=frame))
    assert not facts.steps[0].gain.clear
    assert sentences.next_step(facts).startswith(
        "None of the further posts or seats that were tried brings a difference that chance would"
        " not make: counsellors ×2: +20"
    )


def test_a_post_in_one_town_is_a_next_post_too(tmp_path):
    """Two counsellors more in the city have 20 h a week; more people are no post."""
    points = (
        "points:\n  as it is: {}\n  in the city: {zones.城 City.counsellors: 4}\n"
        "  everywhere: {pools.counsellors: x2}\n  more people: {zones.城 City.adults: 1020}\n"
    )
    text = f"scenario: scenario.yaml\nreplications: 2\n{points}"
    facts = Facts(sweep(load_experiment(written(tmp_path, experiment=text))), [], {})
    hours = {step.point[0]: step.hours for step in facts.steps}
    assert hours == {
        "in the city": pytest.approx(20, abs=0.5),
        "everywhere": pytest.approx(25, abs=0.5),
    }


def test_zones_that_cannot_be_told_apart_are_not(results):
    table = zones(Facts(results))
    assert [row[0].text for row in table.rows] == [
        "whole district",
        "urban",
        "rural",
        "城 $City",
        "村 Village",
    ]
    assert {row[-1].text for row in table.rows} == {"", "cannot be told"}


# ---- guards --------------------------------------------------------------------------------------


def test_guards_are_grouped_and_say_what_to_do():
    load = "(offered load 1.03 to 1.35; 5 of 12 design points)"
    found = guards.grouped(
        (
            "clinic: the queue rose over the observed weeks (offered load 0.10; a=1)",
            f"counsellors: the queue is bounded only by those who give up {load}",
            f"seats: the queue still grew at the end: its mean did not settle {load}",
            "something new",
        )
    )
    assert [kind.title for kind in found] == [
        "More work than staff",
        "Queues that still grew at the end",
        "Queues that rose though staff is not short",
        "Further guards",
    ]
    assert list(found.values()) == [
        [f"counsellors {load}"],
        [f"seats {load}"],
        ["clinic (offered load 0.10; a=1)"],
        ["something new"],
    ]
    assert all(kind.advice for kind in found if kind is not guards.OTHER)


# ---- the page ------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Tags, what they point at, alternative texts, and the text."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.links, self.alts, self.text = [], [], [], ""
        self.feed(content)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.links += [given[name] for name in ("src", "href") if name in given]
        self.alts += [given.get("alt")] if tag == "img" else []

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone_and_names_stay_text(tmp_path, language):
    scenario = SCENARIO.replace("name: tiny", 'name: <img src="x"> & <i>tiny</i>')
    home = written(tmp_path / "tiny", scenario, experiment=NAMED)
    results = named(load_experiment(home))
    with speaking(language):
        content = html(report(Facts(results, [], SAID))).decode()
    page = Page(content)
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in page.links)
    assert "script" not in page.tags and not {"b", "i"} & set(page.tags)
    assert page.tags.count("img") == len(page.alts) and all(page.alts)
    assert "<b>more</b> staff" in page.text and '<img src="x"> & <i>tiny</i>' in page.text
    assert f'<html lang="{"zh-Hans" if language == "zh" else "en"}">' in content
    assert "url(" not in content and "@import" not in content and "http:" not in content
    for anchor in ("answer", "first", "zones", "bought", "guards", "made"):
        assert f'id="{anchor}"' in content


SAID = {"simcap": "1", "model": "2", "engine": "compiled"}


def named(experiment):
    """Made-up results of the points by name."""
    factors = {"collaboration.level": [0.4], "pools.counsellors": ["x1", "x2"]}
    points = tuple({"collaboration.level": 0.4, "pools.counsellors": x} for x in ("x1", "x2"))
    plain = dataclasses.replace(
        experiment, factors=factors, points=points, baseline=points[0], settings={}
    )
    made = swept(plain, 3)
    levels = dict(zip(("x1", "x2"), experiment.settings, strict=True))
    frames = {
        name: getattr(made, name)
        .assign(**{"design point": getattr(made, name)["pools.counsellors"].map(levels)})
        .drop(columns=["collaboration.level", "pools.counsellors"])
        for name in ("measures", "summary")
    }
    done = dataclasses.replace(made.replicated, experiment=experiment)
    return dataclasses.replace(made, replicated=done, **frames)


def test_every_table_has_as_many_cells_as_heads_and_numbers_behind_them(results):
    facts = Facts(results)
    for table in (all_points(facts), bought(facts), zones(facts)):
        assert all(len(row) == len(table.heads) for row in table.rows)
    assert all_points(facts).rows[0][3].number == pytest.approx(10.1)


# ---- from a directory ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """(a sweep, the directory in which it is stored)."""
    home = tmp_path_factory.mktemp("stored")
    asks = EXPERIMENT + "question: What do two counsellors bring?\nanswer: [coverage_of_need]\n"
    done = sweep(load_experiment(written(home / "tiny", experiment=asks)))
    (home / "out").mkdir()
    write(done, home / "out")
    return done, home / "out"


def test_a_stored_sweep_says_what_the_sweep_said(stored):
    done, out = stored
    again = stored_sweep(out)
    assert again.experiment.answer == done.experiment.answer
    assert again.guards == done.guards and again.warnings == done.warnings
    for language in ("en", "zh"):
        with speaking(language):
            assert sentences.answer(Facts(again)) == sentences.answer(Facts(done))
            assert bought(Facts(again)) == bought(Facts(done))
            assert zones(Facts(again)) == zones(Facts(done))


def run(*arguments, expect=0, **options):
    done = CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False, **options)
    assert done.exit_code == expect, done.output
    return done


def test_the_command_writes_one_file_in_each_language(stored):
    _done, out = stored
    assert run("report", out).stderr == f"wrote {out / 'report.html'}\n"
    assert run("report", out, "--lang", "zh").stderr == f"已写入 {out / 'report.zh.html'}\n"
    assert "What do two counsellors bring?" in (out / "report.html").read_text(encoding="utf-8")
    chinese = (out / "report.zh.html").read_text(encoding="utf-8")
    assert "先做什么" in chinese and "What to do first" not in chinese


@pytest.mark.parametrize(
    "arguments, fault",
    [
        (["--format", "pdf"], "--format: one of html"),
        (["--out", "."], "--out: a file to write wanted, got the directory ."),
        (["--target", "x"], "--target: such as «within_target at rural >= 80 %» wanted, got 'x'"),
    ],
)
def test_wrong_options_are_one_line(stored, arguments, fault):
    assert fault in run("report", stored[1], *arguments, expect=2).stderr


def test_a_directory_without_tables_says_how_to_have_them(stored, tmp_path):
    _done, out = stored
    assert run("report", tmp_path / "none", expect=2).stderr.endswith(
        "none: a results directory wanted; there is none\n"
    )
    for name in ("manifest.json", "scenario.resolved.yaml", "measures.csv"):
        (tmp_path / name).write_bytes((out / name).read_bytes())
    assert run("report", tmp_path, expect=2).stderr == (
        f"simcap: wrong input\n{tmp_path}: summary.csv wanted and not here: Git does not keep large"
        " tables; simcap sweep (or make reproduce) writes them\n"
    )


# ---- Word and Excel ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_word_has_both_fonts_repeated_heads_and_alternative_texts(results, language):
    docx = pytest.importorskip("docx")
    from docx.oxml.ns import qn

    with speaking(language):
        made = report(Facts(results, [], SAID))
    document = docx.Document(io.BytesIO(FORMATS["docx"](made)))
    section, style = document.sections[0], document.styles["Normal"]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert style.element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
    fonts = document.styles["Heading 1"].element.rPr.rFonts
    assert fonts.get(qn("w:eastAsia")) == "黑体" and fonts.get(qn("w:eastAsiaTheme")) is None
    for table in document.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    widths = [shape.width.cm for shape in document.inline_shapes]
    assert widths and max(widths) <= 17.41
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for sentence in made.sections[0].blocks:
        assert sentence.text in said
    assert document.core_properties.title == made.title


@pytest.mark.parametrize("language", ["en", "zh"])
def test_excel_has_a_summary_first_numbers_as_numbers_and_no_formulas(results, language):
    openpyxl = pytest.importorskip("openpyxl")
    with speaking(language):
        made = report(Facts(results, [], SAID))
        hostile = dataclasses.replace(made, question='=HYPERLINK("http://nowhere.invalid")')
        content = FORMATS["xlsx"](hostile)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[0] == ("摘要" if language == "zh" else "Summary")
    tables = [b for s in made.sections for b in s.blocks if hasattr(b, "rows")]
    assert len(book.sheetnames) == 1 + len(tables)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds == {"s", "n"}, "neither formulas nor dates"
    assert not any(sheet._hyperlinks for sheet in book)
    sheet = book[book.sheetnames[2]]
    assert sheet.freeze_panes == "B2"
    point, hours, _status, mean, low, high = (cell.value for cell in sheet[2][:6])
    assert (hours, round(mean, 6)) == (188, 10.1) and low < mean < high and "0.4" in point


def test_without_the_library_the_extra_is_named(results, monkeypatch):
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(InputError, match=re.escape("pip install simcap[report]")):
        FORMATS["docx"](report(Facts(results, [], SAID)))


def test_the_commands_of_the_page_on_reports_are_commands(stored, tmp_path):
    page = (Path(__file__).parents[2] / "docs/reports.md").read_text(encoding="utf-8")
    lines = re.search(r"```sh\n(.*?)```", page, re.DOTALL)[1].splitlines()
    assert len(lines) == 4
    for at, line in enumerate(lines):
        words = shlex.split(line, comments=True)[1:]
        words[words.index("results/01_huadu")] = stored[1]
        run(*words, *([] if "--out" in words else ["-o", tmp_path / f"{at}"]), "-q")


def test_sampled_factors_and_uncertain_inputs_are_read_again(tmp_path):
    asks = (
        "scenario: scenario.yaml\nfactors: {collaboration.level: {from: 0.4, to: 0.8}}\n"
        "sample: {latin hypercube: 3}\nreplications: 2\n"
        "uncertain: {stations.room.no_show: {from: 0 %, to: 20 %}}\nsamples: 2\n"
    )
    done = sweep(load_experiment(written(tmp_path / "tiny", experiment=asks)))
    (tmp_path / "out").mkdir()
    write(done, tmp_path / "out")
    again = stored_sweep(tmp_path / "out")
    assert again.experiment.sampled == "latin hypercube"
    assert again.experiment.samples == done.experiment.samples
    assert again.experiment.scenarios == done.experiment.scenarios
    assert sentences.answer(Facts(again)) == sentences.answer(Facts(done))
    made = report(Facts(again, [], again.described))
    assert {"responses"} <= {
        block.name for s in made.sections for block in s.blocks if hasattr(block, "png")
    }
    assert "room no show" in str(made.sections[-1].blocks[2].items)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sweep_ends_with_its_answer_in_words_and_fits_eighty_columns(
    tmp_path, monkeypatch, language
):
    monkeypatch.setattr(plots, "figures", lambda results, out, jobs, meanwhile: meanwhile() or [])
    short = SCENARIO.replace("hours each: 10 h", "hours each: 2 h")
    home, out = written(tmp_path / "tiny", short), tmp_path / "out"
    environment = {"COLUMNS": "80", "SIMCAP_LANG": language}
    done = run("sweep", home, "-o", out, "-j", 1, env=environment)
    with speaking(language):
        brief = sentences.brief(Facts(stored_sweep(out)))
    assert len(brief) == 2
    flat = re.sub(r"\s", "", done.stdout)
    assert flat.endswith("".join(re.sub(r"\s", "", sentence) for sentence in brief))
    assert all(cell_len(line) <= 80 for line in done.stdout.splitlines())
    assert ("怎么办：" if language == "zh" else "What to do: ") in done.stderr
    if language == "zh":
        assert "guard" not in done.stderr and "interval" not in done.stdout
