"""What the documents show is what happens."""

import json
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simcap.building import load_scenario, override
from simcap.scenario.outcomes import Outcomes
from simcap.scenario.schema import PoolSpec, RosterSpec, Targets
from simcap.study.checking import by_staff, checked
from simcap.study.experiment import load_experiment

ROOT = Path(__file__).parents[2]
HUADU = ROOT / "experiments/01_huadu"


@pytest.mark.parametrize(
    "page, blocks", [("network.md", 11), ("researcher.md", 4), ("theory.md", 1)]
)
def test_the_examples_of_a_page_print_what_it_says(page, blocks, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    text, names = (ROOT / "docs" / page).read_text(encoding="utf-8"), {}
    found = re.findall(r"```python\n(.*?)```\n(?:```text\n(.*?)```)?", text, re.DOTALL)
    assert len(found) == blocks
    for code, printed in found:
        exec(code, names)
        assert capsys.readouterr().out == printed


def test_the_blocks_of_the_measures_page_are_read(tmp_path):
    """Recovery, satisfaction, periods and targets of a scenario; the answer of an experiment."""
    text = (ROOT / "docs/measures.md").read_text(encoding="utf-8")
    found = [
        YAML(typ="safe", pure=True).load(block.replace(", …}", "}"))
        for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    ]
    kinds = [next(iter(block)) for block in found]
    assert kinds == ["outcomes", "outcomes", "results by", "targets", "answer"]
    rows = Outcomes.model_validate(found[0]["outcomes"]).recovery.rows
    assert len(rows) == 7 and rows[2].recovered == 0.5
    assert Outcomes.model_validate(found[1]["outcomes"]).satisfaction.per_week == 5
    there = override(load_scenario(HUADU), "results_by", found[2]["results by"])
    assert there.results_by == ["quarter", "year", "week"]
    assert Targets.model_validate(found[3]["targets"]).first_contact == 14 * 24
    (tmp_path / "experiment.yaml").write_text(
        f"scenario: {HUADU / 'scenario.yaml'}\nanswer: {json.dumps(found[4]['answer'])}\n",
        encoding="utf-8",
    )
    assert len(load_experiment(tmp_path).answer) == 4


def test_the_times_of_a_province_are_those_of_the_benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    from report import province

    measured = json.loads((ROOT / "results/benchmark/benchmark.json").read_text(encoding="utf-8"))
    text = (ROOT / "docs/cluster.md").read_text(encoding="utf-8")
    assert "\n".join(province(measured["sweep"])) in text
    one, hundred = (
        measured["figures"][case]["compiled"]["cpu"]
        / measured["figures"][case]["compiled"]["events"]
        for case in ("1", "100")
    )
    assert f"100 Huadus in one cost {hundred / one:.1f} times as much an event as one alone" in text


def test_the_experiment_of_its_page_is_one(tmp_path):
    """The keys that docs/experiments.md shows are read; what it leaves out is filled in."""
    page = (ROOT / "docs/experiments.md").read_text(encoding="utf-8")
    text = re.search(r"```yaml\n(factors:.*?)```", page, re.DOTALL)[1]
    (tmp_path / "experiment.yaml").write_text(
        f"scenario: {HUADU / 'scenario.yaml'}\n{text}", encoding="utf-8"
    )
    experiment = load_experiment(tmp_path)
    assert (
        len(experiment.points) == 97  # the sample, and the scenario as written
        and len(experiment.samples) == 48
        and experiment.stopping.at_most == 50
    )


EXPERIMENTS = sorted(path.parent for path in (ROOT / "experiments").glob("*/experiment.yaml"))


@pytest.mark.parametrize("folder", EXPERIMENTS, ids=lambda folder: folder.name)
def test_an_experiment_has_a_question_an_expectation_and_an_answer_with_its_figure(folder):
    text, experiment = (folder / "README.md").read_text(encoding="utf-8"), load_experiment(folder)
    question, expectation, answer = (
        text.index(part)
        for part in ("**Question.**", "## Expectation, written before the run", "## Answer")
    )
    assert (
        question < expectation < answer
        and "**Run.**" in text
        and experiment.name == folder.name
        and experiment.question
    )
    figures = re.findall(r"!\[[^]]+\]\(([^)]+)\)", text[answer:])
    assert figures and [figure for figure in figures if not (folder / figure).exists()] == []


def test_the_blocks_of_the_mechanisms_page_are_read_and_each_has_a_line():
    """All of them at once on Huadu, one after the other."""
    from ruamel.yaml import YAML

    from simcap.building import compile_scenario, override
    from simcap.building.arrangement import described
    from simcap.scenario.blocks import Mechanisms

    text = (ROOT / "docs/mechanisms.md").read_text(encoding="utf-8")
    blocks = YAML(typ="safe", pure=True).load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])[
        "mechanisms"
    ]
    assert {name.replace(" ", "_") for name in blocks} == set(Mechanisms.known())
    base = scenario = load_scenario(HUADU)
    for name, block in blocks.items():
        alone = override(base, f"mechanisms.{name}", block)
        assert len(described(alone)) == 2 and compile_scenario(alone) != compile_scenario(base), (
            name
        )
        scenario = override(scenario, f"mechanisms.{name}", block)
    assert (
        len(described(scenario)) == len(blocks) + 1 and len(compile_scenario(scenario).reviews) == 3
    )
    assert all(f"| `{name}" in text for name in blocks)


def test_differences_between_results_are_found_row_by_row(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    from reproduce import differences

    before = {
        "summary.csv": {
            ("x1", "coverage"): ("0.5", "0.4", "0.6"),
            ("x2", "coverage"): ("1.0", "", ""),
            ("x3", "wait"): ("2", "1", "3"),
        }
    }
    after = {
        "summary.csv": {
            ("x1", "coverage"): ("0.5000000000001", "0.4", "0.6"),
            ("x2", "coverage"): ("1.1", "", ""),
            ("x4", "wait"): ("2", "1", "3"),
        }
    }
    assert list(differences(before, after)) == [
        "summary.csv: gone: x3 wait",
        "summary.csv: new: x4 wait",
        "summary.csv: x2 coverage: 1.0   → 1.1  ",
    ]
    assert list(differences(before, before)) == []


def test_huadus_counsellors_are_overloaded_at_first_and_not_at_the_most():
    """In `awareness`: an offered load from 1.1 to 1.7 at ×1, below 1 at ×2; in `reported`, idle."""
    assert 1.1 <= by_staff(checked(HUADU / "scenario.yaml", {}).loads)["counsellors"] <= 1.7
    assert (
        by_staff(
            checked(
                HUADU / "scenario.yaml", {"pools.counsellors": "x2", "collaboration.level": 0.8}
            ).loads
        )["counsellors"]
        < 1
    )
    assert by_staff(checked(HUADU / "reported.yaml", {}).loads)["counsellors"] < 0.5


def test_huadu_has_the_staff_and_sites_of_its_report():
    scenario = load_scenario(HUADU)
    totals = {column: sum(scenario.column(column).values()) for column in scenario.zones[0].numbers}
    reported = {
        "students": 110_000,
        "smi_registered": 7200,
        "counsellors": 20,
        "smi_doctors": 61,
        "school_counsellors": 200,
        "volunteers": 1200,
        "studios": 262,
        "rooms": 10,
    }
    assert {column: pytest.approx(totals[column]) for column in reported} == reported
    assert (
        scenario.pools["psychiatrists"].number == 15 and scenario.pools["hotline seat"].number == 1
    )
    assert all(zone.notes["assumed"] and zone.notes["source"] for zone in scenario.zones)
    parts = [*scenario.pools.values(), *scenario.stations.values(), *scenario.needs.values()]
    assert all(part.source for part in parts)


def test_the_demonstration_is_the_experiment_made_smaller():
    whole, part = load_experiment(HUADU), load_experiment(HUADU / "demo.yaml")
    assert (
        part.points == whole.points
        and part.replications < whole.replications
        and "demonstration" in part.note
    )
    assert (
        part.scenario.model_copy(
            update={
                name: getattr(whole.scenario, name) for name in ("warm_up", "observe", "run_out")
            }
        )
        == whole.scenario
    )


def contributed(number):
    """A block of Python of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)[number]


def test_the_mechanism_of_contributing_opens_in_the_evening(tmp_path):
    """Ten hours of a counsellor are spread over three hours more a week."""
    from tiny import SCENARIO, written

    from simcap.building import compile_scenario
    from simcap.building.arrangement import described

    (tmp_path / "evenings.py").write_text(contributed(0), encoding="utf-8")
    block = "mechanisms: {evenings: {file: evenings.py, pool: counsellors, days: Thu}}\n"
    scenario = load_scenario(written(tmp_path, SCENARIO + block))
    assert described(scenario)[1] == "evenings: counsellors also work on Thu, 17:00-20:00"
    pool = next(p for p in compile_scenario(scenario).pools if p.name == "counsellors | 城 City")
    assert (3 * 24 + 17.0, 3 * 24 + 20.0) in [shift[:2] for shift in pool.capacity.shifts]


def test_the_measure_of_contributing_is_one():
    names = {}
    exec(contributed(1), names)
    assert names["completed"].parts("residents") == ("treated", "any_contact")


def test_the_figure_of_contributing_is_drawn(tmp_path):
    from tiny import written

    from simcap.plots.view import View
    from simcap.study.sweep import sweep

    names = {}
    exec(contributed(2), names)
    figure = names["need"](View(sweep(load_experiment(written(tmp_path)))))
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["urban", "rural"]


def test_the_command_of_contributing_prints_the_zones(capsys):
    from simcap import cli

    before = list(cli.app.registered_commands)
    names = {}
    try:
        exec(contributed(3), names)
        names["zones"](HUADU)
    finally:
        cli.app.registered_commands[:] = before
    assert "梯面镇 Timian: rural\n" in capsys.readouterr().out


def test_the_rosters_of_their_page_are_read_and_have_the_places_it_says(tmp_path):
    text = (ROOT / "docs/rosters.md").read_text(encoding="utf-8")
    data = YAML(typ="safe", pure=True).load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])
    rosters = {name: RosterSpec.model_validate(one) for name, one in data["rosters"].items()}
    places = {start: number for start, _, number in rosters["line"].week()}
    assert [places[hour] for hour in (0.0, 8.0, 20.0, 120.0)] == [2, 6, 2, 2]
    assert rosters["evenings"].week() == [(42.0, 45.0, 1.0), (90.0, 93.0, 1.0)]
    assert PoolSpec.model_validate(data["pools"]["seats"]).roster == "line"
