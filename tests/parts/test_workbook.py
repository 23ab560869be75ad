"""The workbook is the scenario: both ways, in both languages, nothing lost."""

import json
import re
import warnings
from pathlib import Path

import pytest
from books import edited, saved_by_libreoffice, soffice, tiny_book
from python_calamine import CalamineWorkbook
from tiny import SCENARIO as SCENARIO_TEXT
from tiny import written as tiny_files
from typer.testing import CliRunner
from xlsxwriter.utility import xl_rowcol_to_cell

import simcap
from simcap.building import load_scenario, override
from simcap.cli import app
from simcap.errors import InputError, ScenarioError
from simcap.scenario.blocks import OwnBlock
from simcap.scenario.fields import Time
from simcap.scenario.grid import Odd
from simcap.scenario.headers import folded
from simcap.scenario.schema import Scenario
from simcap.scenario.templates import TEMPLATES, template_home
from simcap.study.cautions import staffed
from simcap.study.checking import inflows
from simcap.study.experiment import load_experiment
from simcap.study.experiment_file import ExperimentFile, read_experiment
from simcap.study.plan import plan
from simcap.workbook import words
from simcap.workbook.cells_in import value_in
from simcap.workbook.cells_out import cell_of
from simcap.workbook.layout import SCENARIO, SHEETS, Table, columns
from simcap.workbook.paths import path_in, path_out
from simcap.workbook.place_words import assumed_columns
from simcap.workbook.plain import duration_text
from simcap.workbook.renaming import names_in
from simcap.workbook.shapes import Shape, field_shape, fields_of, models
from simcap.workbook_commands import convert, init

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
SCENARIOS = sorted(path.parent.name for path in EXPERIMENTS.glob("*/scenario.yaml"))
ALL_MODELS = [*models(Scenario), OwnBlock, ExperimentFile, *list(models(ExperimentFile))[1:]]


# ---- words ---------------------------------------------------------------------------------------


def test_every_key_of_the_schema_has_a_word_in_both_languages():
    keys = words.table("key")
    missing = sorted(
        f"{model.__name__}.{key}"
        for model in ALL_MODELS
        for key in fields_of(model)
        if f"{model.__name__}.{key}" not in keys and key not in keys
    )
    assert not missing, f"no word in simcap/workbook/words.csv for {', '.join(missing)}"
    assert all(word for called in keys.values() for word in called.values())


def test_every_word_of_the_table_is_of_a_key_that_there_is():
    known = {key for model in ALL_MODELS for key in fields_of(model)}
    known |= {f"{model.__name__}.{key}" for model in ALL_MODELS for key in fields_of(model)}
    assert not [word for word in words.table("key") if word not in known]


def test_no_two_keys_of_a_model_share_a_word():
    for model in ALL_MODELS:
        called = words.keys_called(model.__name__, fields_of(model))
        seen: dict[str, str] = {}
        for key, names in called.items():
            for name in {folded(key), *map(folded, names)}:
                assert seen.setdefault(name, key) == key, (model.__name__, key, name)


def _enumerations(shape: Shape):
    if shape.kind == "enum":
        yield shape.values
    for part in (shape.key, shape.item):
        if part is not None:
            yield from _enumerations(part)


def test_every_value_of_a_list_has_a_word_and_its_own():
    for model in ALL_MODELS:
        for key in fields_of(model):
            for values in _enumerations(field_shape(model, key)):
                assert set(values) <= set(words.table("value")), (model.__name__, key, values)
                for language in words.LANGUAGES:
                    assert len({words.value_word(v, language) for v in values}) == len(values)


def test_every_part_of_a_scenario_stands_on_a_sheet():
    homes = {part.pattern[0] for part in SCENARIO if isinstance(part, Table)}
    homes |= {key for part in SCENARIO if not isinstance(part, Table) for key in part.keys}
    homes |= {part.prefix[0] for part in SCENARIO if not isinstance(part, Table) and part.prefix}
    assert homes | {"zones"} == set(fields_of(Scenario))


def test_headers_of_a_sheet_differ():
    for part in SCENARIO:
        if isinstance(part, Table):
            for language in words.LANGUAGES:
                names = [words.text(head, language) for head in part.heads]
                names += [column.header(language) for column in columns(part)]
                assert len({folded(name) for name in names}) == len(names), part.sheet


# ---- cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "hours, text",
    [
        (0.0, "0 h"),
        (0.5, "30 min"),
        (1.0, "1 h"),
        (12.0, "12 h"),
        (36.0, "36 h"),
        (24.0, "1 day"),
        (336.0, "2 weeks"),
        (1 / 60, "1 min"),
        (20 / 3600, "20 s"),
        (1 / 3, "20 min"),
        (0.1 + 0.2, "0.30000000000000004 h"),
    ],
)
def test_durations_are_written_as_people_write_them(hours, text):
    assert duration_text(hours) == text


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(
    "kind, value",
    [
        ("share", "4.3 %"),
        ("share", "100 %"),
        ("share", 0.1 + 0.2),
        ("yearly", "5.1 % per year"),
        ("yearly", "0.051 per year"),
        ("yearly", "0.02 % per year"),
        ("money", "160000 CNY per year"),
        ("amount", "200 CNY"),
        ("duration", "1 week"),
        ("duration", "1 day"),
        ("duration", "30 min"),
        ("number", 1.5),
        ("number", 0.1 + 0.2),
        ("whole", 3),
        ("bool", False),
        ("days", "Tue, Sat"),
        ("days", "Mon-Fri"),
        ("column", "aged_60_plus"),
        ("any", "8 % per year"),
        ("any", "x1.25"),
        ("any", True),
        ("any", "1"),
        ("any", None),
        ("any", [1, "rural"]),
        ("any", {"from": 1, "to": 2}),
        ("text", "1 of 6"),
    ],
)
def test_a_value_in_its_cell_reads_back_as_the_same(kind, value, language):
    cell = cell_of(value, Shape(kind), language)
    odd = Odd(percent=cell.format in ("percent", "yearly"))
    again = value_in(cell.value, odd, Shape(kind))
    same = {"1 week": "1 weeks", "1 day": "1 days"}
    assert again in (value, same.get(str(value), value))
    assert type(again) is type(value) or isinstance(value, (int, float))


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(
    "value",
    [
        "60 min",
        "never",
        {"exponential": {"mean": "4 min"}},
        {"lognormal": {"mean": "27 min", "sd": "18 min"}},
        {"empirical": {"values": ["10 min", "20 min"], "weights": [1, 3]}},
        {"hyperexponential": {"probabilities": ["30 %", "70 %"], "means": ["1 h", "2 h"]}},
    ],
)
def test_distributions_in_a_cell_read_back_as_the_same(value, language):
    shape = Shape("time", model=Time)
    assert value_in(cell_of(value, shape, language).value, Odd(), shape) == value


def test_chinese_cells_are_chinese():
    assert cell_of({"exponential": {"mean": "4 min"}}, Shape("time", model=Time), "zh").value == (
        "指数: {均值: 4 分钟}"
    )
    assert cell_of("Mon-Fri", Shape("days"), "zh").value == "周一至周五"
    assert value_in("半", Odd(), Shape("text")) == "半"
    assert value_in("5 % 每年", Odd(), Shape("yearly")) == "5 % per year"
    assert value_in("30天", Odd(), Shape("duration")) == "30 days"


# ---- there and back ------------------------------------------------------------------------------


QUICK = [("zh", "01_huadu"), ("en", "09_severe_mental_illness"), ("zh", "05_emergency")]
ALL = [
    pytest.param(
        language, name, marks=() if (language, name) in QUICK else pytest.mark.slow, id=name
    )
    for name in SCENARIOS
    for language in words.LANGUAGES
]


@pytest.mark.parametrize("language, name", ALL)
def test_yaml_to_workbook_to_yaml_loses_nothing(tmp_path, language, name):
    source = EXPERIMENTS / name
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # XlsxWriter drops what is too long with a warning alone
        convert(source, tmp_path / "a.xlsx", language)
    convert(tmp_path / "a.xlsx", tmp_path / "b", language)
    before = load_scenario(source)
    for after in (load_scenario(tmp_path / "a.xlsx"), load_scenario(tmp_path / "b")):
        assert after == before
        assert after.mechanisms == before.mechanisms
    files = [read_experiment(p)[0] for p in _experiments(source, tmp_path)]
    for name in set(ExperimentFile.model_fields) - {"name", "base", "scenario"}:
        assert all(getattr(file, name) == getattr(files[0], name) for file in files), name


def _experiments(source, tmp_path):
    return [source / "experiment.yaml", tmp_path / "a.xlsx", tmp_path / "b" / "experiment.yaml"]


@pytest.mark.parametrize("name", ["04_zhuzhou_pairing", "09_severe_mental_illness"])
def test_the_digests_of_all_design_points_are_the_same(tmp_path, name):
    convert(EXPERIMENTS / name, tmp_path / "a.xlsx", "zh")
    before, after = load_experiment(EXPERIMENTS / name), load_experiment(tmp_path / "a.xlsx")
    assert after.points == before.points and after.baseline == before.baseline
    assert [plan(s).digest for s in after.scenarios[:3]] == [
        plan(s).digest for s in before.scenarios[:3]
    ]


def test_an_experiment_that_rests_on_another_is_a_workbook_of_its_own(tmp_path):
    source = EXPERIMENTS / "01_huadu" / "demo.yaml"
    convert(source, tmp_path / "demo.xlsx", "en")
    before, after = load_experiment(source), load_experiment(tmp_path / "demo.xlsx")
    assert (after.scenarios, after.points, after.name) == (
        before.scenarios,
        before.points,
        before.name,
    )


@pytest.mark.skipif(soffice() is None, reason="LibreOffice (soffice) is not on this machine")
@pytest.mark.parametrize(
    "language, name",
    [
        ("zh", "01_huadu"),
        pytest.param("en", "12_whole_system", marks=pytest.mark.slow),
        pytest.param("zh", "12_whole_system", marks=pytest.mark.slow),
    ],
)
def test_what_libreoffice_saved_is_the_same_scenario(tmp_path, language, name):
    convert(EXPERIMENTS / name, tmp_path / "a.xlsx", language)
    again = saved_by_libreoffice(tmp_path / "a.xlsx", tmp_path / "saved")
    assert load_scenario(again) == load_scenario(EXPERIMENTS / name)
    assert (
        read_experiment(again)[0].factors
        == read_experiment(EXPERIMENTS / name / "experiment.yaml")[0].factors
    )


ODD = ("123", "是", "=1+1", "a, b", "x: y", "#tag", "o'ne", '"q"', "[b]", "- d", "名，字", "30 %")


def test_names_that_look_like_something_else_stay_names(tmp_path):
    text = SCENARIO_TEXT
    for name in ODD:
        said = json.dumps(name, ensure_ascii=False)
        text = text.replace("  seats: {", f"  {said}: {{number: 1, roster: always}}\n  seats: {{")
        text = text.replace("pools: [seats", f"pools: [seats, {said}")
    tiny_files(tmp_path, text)
    convert(tmp_path / "scenario.yaml", tmp_path / "a.xlsx", "zh")
    convert(tmp_path / "a.xlsx", tmp_path / "b.yaml", "zh")
    before = load_scenario(tmp_path)
    assert set(ODD) < set(before.pools)
    assert load_scenario(tmp_path / "a.xlsx") == load_scenario(tmp_path / "b.yaml") == before


def test_what_a_workbook_cannot_say_is_refused_and_nothing_is_written(tmp_path):
    tiny_files(tmp_path, SCENARIO_TEXT.replace("seats", "合计"))
    with pytest.raises(ScenarioError, match=r"a\.xlsx#人员!A3 no row of totals wanted"):
        convert(tmp_path / "scenario.yaml", tmp_path / "a.xlsx", "zh")
    assert not list(tmp_path.glob("*.xlsx")) and not list(tmp_path.glob(".simcap*"))


def test_remarks_stand_beside_their_values_both_ways(tmp_path):
    convert(EXPERIMENTS / "01_huadu", tmp_path / "a.xlsx", "zh")
    rows = (
        CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("协作").to_python()
    )
    assert ["协作水平", 0.6, "seed 000 §3.2: expert scoring, initial value"] in [
        [row[0], *row[3:5]] for row in rows
    ]
    convert(tmp_path / "a.xlsx", tmp_path / "b", "zh")
    text = (tmp_path / "b" / "scenario.yaml").read_text(encoding="utf-8")
    assert "  level: 60 %  # seed 000 §3.2: expert scoring, initial value\n" in text


# ---- commands ------------------------------------------------------------------------------------


def test_commands_take_the_workbook(tmp_path):
    book = tiny_book(tmp_path)
    for words_ in (["check"], ["show"]):
        done = CliRunner().invoke(app, [*words_, str(book)])
        assert done.exit_code == 0, done.output
    home = tmp_path / "tiny" / "scenario.yaml"
    assert load_scenario(book) == load_scenario(home)
    assert plan(load_scenario(book)).digest == plan(load_scenario(home)).digest


def test_which_sheets_were_read_is_said(tmp_path):
    book = tiny_book(tmp_path)
    assert load_scenario(book).notes[0] == (
        f"{book}: the sheets '地区', '分区', '人员', '班次', '服务', '需求', '首次求助', '流向',"
        " '来访时段', '协作', '措施', '成效', '实验', '因素', '方案' were read"
    )
    again = edited(book, {}, hide=("措施",), rename={"成效": "成效2"})
    assert load_scenario(again).notes[0].endswith("were read, not '措施' (hidden), '成效2'")


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_init_writes_a_workbook_that_runs(tmp_path, template, language):
    (book,) = init(tmp_path / "mine", template, True, language)
    scenario, experiment = load_scenario(book), load_experiment(book)
    assert experiment.scenario == scenario and experiment.points
    assert scenario.source or template == "minimal"
    with pytest.raises(InputError, match="is there already and is not overwritten"):
        init(tmp_path / "mine", template, True, language)


@pytest.mark.parametrize("template", TEMPLATES)
def test_init_writes_yaml_that_runs(tmp_path, template):
    files = init(tmp_path / "mine", template, False, "en")
    assert [file.name for file in files] == ["scenario.yaml", "zones.csv", "experiment.yaml"]
    assert load_experiment(tmp_path / "mine").scenario == load_scenario(template_home(template))


def test_a_directory_stands_for_its_workbook(tmp_path):
    init(tmp_path, "minimal", True, "zh")
    assert load_scenario(tmp_path) == load_scenario(tmp_path / "scenario.xlsx")
    assert CliRunner().invoke(app, ["sweep", str(tmp_path), "--dry-run"]).exit_code == 0


def test_convert_overwrites_nothing_and_leaves_nothing_half_written(tmp_path):
    tiny_files(tmp_path)
    (tmp_path / "a.xlsx").write_text("mine")
    with pytest.raises(InputError, match=r"a\.xlsx is there already and is not overwritten"):
        convert(tmp_path / "scenario.yaml", tmp_path / "a.xlsx", "zh")
    assert (tmp_path / "a.xlsx").read_text() == "mine"
    text = (tmp_path / "scenario.yaml").read_text().replace("no show: 10 %", "no show: 110 %")
    (tmp_path / "scenario.yaml").write_text(text)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Exception, match="a share from 0 to 1"):
        convert(tmp_path / "scenario.yaml", tmp_path / "b.xlsx", "zh")
    assert sorted(tmp_path.iterdir()) == before


def test_the_order_of_sheets_rows_and_columns_changes_nothing(tmp_path):
    book = tiny_book(tmp_path)
    source = CalamineWorkbook.from_path(str(book))
    cells = {}
    for sheet in ("人员", "服务", "流向"):
        rows = source.get_sheet_by_name(sheet).to_python()
        for r, row in enumerate([rows[0], *rows[:0:-1]]):
            for c, value in enumerate(row[::-1]):
                cells[sheet, xl_rowcol_to_cell(r, c)] = value
    again = load_scenario(edited(book, cells))
    assert again == load_scenario(book)


DOCS = Path(__file__).parents[2] / "docs" / "workbook.md"


def test_the_documentation_names_every_sheet_and_template():
    docs = DOCS.read_text(encoding="utf-8")
    for name in SHEETS:
        chinese, english = words.all_words("sheet", name)
        assert f"| {chinese} | {english} |" in docs, name
    assert all(f"| `{template}` |" in docs for template in TEMPLATES)


def test_the_commands_of_the_documentation_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "experiments").symlink_to(EXPERIMENTS)
    block = re.search(r"```sh\n(.+?)```", DOCS.read_text(encoding="utf-8"), re.S)[1]
    for line in block.splitlines():
        arguments = line.partition("#")[0].split()[1:]
        if arguments[0] == "sweep":
            arguments.append("--dry-run")
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 0, (line, done.output)
    assert load_scenario(tmp_path / "mytown_yaml") == load_scenario(tmp_path / "mytown")


def test_cells_of_the_documentation_are_read():
    time = Shape("time", model=Time)
    for text in (
        "指数: {均值: 4 分钟}",
        "lognormal: {mean: 27 min, sd: 18 min}",
        "永不",
        "30 分钟",
    ):
        assert f"`{text}`" in DOCS.read_text(encoding="utf-8")
        Time.model_validate(_as_time(value_in(text, Odd(), time)))


def _as_time(value):
    if isinstance(value, str):
        return {"never": {}} if value == "never" else {"fixed": value}
    return value


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_chinese_template_has_chinese_names_and_the_same_people(tmp_path, template):
    (book,) = init(tmp_path, template, True, "zh")
    chinese, english = load_scenario(book), load_scenario(template_home(template))
    for part in ("pools", "stations", "needs", "rosters", "profiles", "pathways"):
        names = list(getattr(chinese, part))
        assert len(names) == len(getattr(english, part))
        assert not [name for name in names if name.isascii()], part
    asking = [
        [(each.people, each.in_need, each.asking) for each in inflows(scenario)]
        for scenario in (chinese, english)
    ]
    assert asking[0] == asking[1]
    offered = [
        sorted(load.offered for load in staffed(plan(scenario))) for scenario in (chinese, english)
    ]
    assert offered[0] == pytest.approx(offered[1], rel=1e-6)  # of shared staff, as solved


# ---- paths in the words of the sheets ------------------------------------------------------------


@pytest.mark.parametrize(
    "path, said",
    [
        ("collaboration.level", "协作.协作水平"),
        ("pools.counsellors", "人员.counsellors"),
        ("pools.counsellors.hours_each", "人员.counsellors.每人每周工时"),
        ("zones.河镇.counsellors", "分区.河镇.counsellors"),
        ("mechanisms.dispatch.people", "措施.机动调度.人数"),
        ("needs.*.seeks_help.rural", "需求.*.求助率.农村"),
        ("needs.a.register.risks.unstable.at first", None),
    ],
)
def test_paths_are_said_in_the_words_of_the_sheets_and_read_back(path, said):
    assert path_out(path, "zh") == (said or path)
    assert path_in(path_out(path, "zh")) == path
    assert path_out(path, "en") == path


def test_what_a_workbook_offers_to_factors_can_be_set(tmp_path):
    (book,) = init(tmp_path, "minimal", True, "zh")
    scenario = load_scenario(book)
    cells = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("说明").to_python()
    offered = [row[3] for row in cells[2:] if len(row) > 3 and row[3]]
    assert "协作.协作水平" in offered and "分区.甲街 Town A.心理咨询师" in offered
    for path in offered:
        assert override(scenario, path_in(path), 1) is not None


def test_files_of_a_directory_come_together_or_not_at_all(tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("simcap.workbook_commands._same_experiment", killed)
    (book,) = init(tmp_path / "book", "zhuzhou", False, "en")[:1]
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(KeyboardInterrupt):
        convert(book.parent, tmp_path / "yaml", "en")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_the_language_of_the_screens_is_that_of_the_workbook(tmp_path):
    done = CliRunner().invoke(
        app,
        ["init", str(tmp_path), "--template", "minimal", "--workbook"],
        env={"SIMCAP_LANG": "zh"},
    )
    assert done.exit_code == 0
    names = CalamineWorkbook.from_path(str(tmp_path / "scenario.xlsx")).sheet_names
    assert names[0] == "说明"


# ---- templates in Chinese ------------------------------------------------------------------------


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_template_in_chinese_holds_no_english_sentence(tmp_path, template):
    """Three English words in a row are a sentence; names of towns and programmes are not."""
    sentence = re.compile(r"[a-z]{2,}[ ,;:]+[a-z]{2,}[ ,;:]+[a-z]{2,}", re.I)
    (file,) = init(tmp_path / "d", template, True, "zh")
    book = CalamineWorkbook.from_path(str(file))
    cells = [
        cell
        for name in book.sheet_names
        for row in book.get_sheet_by_name(name).to_python()
        for cell in row
        if isinstance(cell, str)
    ]
    measures = [cell for cell in cells if "coverage_of_need" in cell]  # as a result calls them
    assert [cell for cell in cells if sentence.search(cell) and cell not in measures] == []


def test_a_source_says_assumed_in_chinese_where_it_does_in_english():
    texts = names_in(Path(simcap.__file__).parent / "templates" / "texts_zh.csv")
    for english, chinese in texts.items():
        assert ("assum" in english) == ("假设" in chinese), english
        numbers = [set(re.findall(r"\d+(?:[.,]\d+)*", text)) for text in (english, chinese)]
        assert numbers[0] == numbers[1] or " 万" in chinese or "5 月" in chinese, english


def test_all_but_is_said_in_chinese_too():
    numbers = ["population", "adults", "counsellors"]
    for said in ("all but population", "除人口外", "除人口以外"):
        assert assumed_columns({"assumed": said}, numbers) == {"adults", "counsellors"}
    assert assumed_columns({"assumed": "除人口、成年人外"}, numbers) == {"counsellors"}
    assert assumed_columns({"assumed": "全部"}, numbers) == set(numbers)
    assert assumed_columns({"assumed": "人口，成年人"}, numbers) == {"population", "adults"}
