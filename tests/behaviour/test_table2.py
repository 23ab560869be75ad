"""Table 2 of the first document: what it would need, where it contradicts itself, and how it stands
beside the sweep.
"""

from pathlib import Path

import numpy as np
import pytest

from simcap.building import load_scenario
from simcap.dynamics import claims, printed

ROADMAP = Path(__file__).parents[2] / "experiments/08_five_year_roadmap"


def test_table_2_is_table_1_under_another_name():
    """Use at the ends is the high row's; 85 % is the middle row's fourth point."""
    use = claims.twins(printed.USE.values, printed.COVERAGE)
    assert [(twin.year, twin.value, twin.places) for twin in use] == [
        (2020, 0.68, ((0.8, 1),)),
        (2023, 0.85, ((0.6, 4),)),
        (2025, 0.94, ((0.8, 5),)),
    ]
    cost = claims.twins(printed.UNIT_COST.values, printed.RATIO)
    assert [twin.places for twin in cost] == [
        ((0.6, 2), (0.8, 1)),
        ((0.6, 5), (0.8, 2)),
        ((0.8, 5),),
    ]
    assert claims.twins((0.5, 0.68, 0.1), printed.COVERAGE)[0].places == ()


def test_the_high_row_in_2023_by_either_reading():
    """Yearly from 2020 it is the fourth point; spread to 2025, 0.4 of the way to it from the
    third.
    """
    assert claims.high_row(2023, 2024) == pytest.approx((0.92, 1.02))
    assert claims.high_row(2023, 2025) == pytest.approx((0.88 + 0.4 * 0.04, 1.05 - 0.4 * 0.03))


def test_recovery_and_cost_by_the_documents_own_equations():
    recovery, quality = claims.by_coverage(printed.USE.values)
    assert recovery == pytest.approx([0.436, 0.47, 0.488])
    assert quality == pytest.approx([66.8, 68.5, 69.4])
    assert claims.coverage_for_recovery() == pytest.approx([0.1, 0.6, 0.9])
    assert claims.cost_of_table_2()[-1] == pytest.approx(
        1.0 * 0.48 * 69.4 / (1.3 * 0.32 * 66.8), rel=1e-12
    )
    assert claims.cost_of_table_1()[-1] == pytest.approx(
        1.0 * 0.488 * 69.4 / (1.3 * 0.436 * 66.8), rel=1e-12
    )
    assert claims.cost_of_table_2()[-1] > 1 > claims.cost_of_table_1()[-1]


def test_villages_beside_the_use_rate_of_all():
    """At the greatest share everybody else is covered: 0.3 s + (1 - s) = 0.68."""
    first, last = claims.greatest_rural_share()
    assert first * 0.30 + (1 - first) == pytest.approx(0.68)
    assert last * 0.85 + (1 - last) == pytest.approx(0.94)


def test_the_contradictions_are_told_with_their_statements():
    told = list(claims.contradictions())
    assert told[0] == (
        "The monitored use rate (000-110) stands in the simulated Table 1 (000-78 to 000-83): 68 %"
        " (2020) is point 1 at E = 0.8; 85 % (2023) is point 4 at E = 0.6; 94 % (2025) is point 5"
        " at E = 0.8."
    )
    assert told[2] == (
        "Were Table 2 the high row of Table 1 (000-80, 000-83), 2023 would be 92 % and 1.02 (points"
        " a year apart) or 89.6 % and 1.04 (spread to 2025); printed are 85 % and 1.1."
    )
    assert told[5] == (
        "“Significantly higher” in year 5 (000-86) is a recovery of 48.8 % against 44.6 %, and a"
        " quality of life of 69.4 against 67.3."
    )
    assert len(told) == 12 and all("000-" in line for line in told)


def summary(table2, **changed):
    """A sweep in round numbers: a tenth of those in need ask, nine in ten of them are reached, and
    the crisis response is 2 h and 0.7 of the hand-off.
    """
    handoff = dict(zip(table2.POINTS, (72, 48, 24, 24, 12, 12, 72), strict=True))
    rows = {}
    for point in table2.POINTS:
        values = {
            "people_in_need": 1000.0,
            "people_asking": 100.0,
            "any_contact_of_need": 0.09,
            "any_contact_of_seekers": 0.9,
            "coverage_of_need": 0.03,
            "coverage_of_seekers": 0.3,
            "wait_mean": 168.0,
            "recovery": 0.4,
            "quality_of_life": 60.3,
            "total_cost": 50e6,
            "cost_benefit_ratio": 280.0,
            "cost_per_reached": 6000.0,
            "crisis_response_mean": 2 + 0.7 * handoff[point],
            "crisis_within_target": 0.5,
            **changed,
        }
        for measure, value in values.items():
            rows[point, measure, "all"] = (value, 0.9 * value, 1.1 * value)
            rows[point, measure, "rural"] = (value / 2, 0.4 * value, 0.6 * value)
    return rows


@pytest.fixture()
def table2(monkeypatch):
    monkeypatch.syspath_prepend(str(ROADMAP))
    import beside_table2

    return beside_table2


@pytest.fixture()
def needed(table2):
    import needed

    return needed


def test_the_levels_in_force_are_those_of_the_roadmap(needed):
    assert list(needed.levels(load_scenario(ROADMAP)).values()) == [
        0.4, 0.5, 0.6, 0.6, 0.8, 0.8, 0.4,
    ]  # fmt: skip


def test_the_response_needs_the_hand_off_that_the_line_gives(table2, needed):
    """(72 - 2) / 0.7 is 100 hours, (24 - 2) / 0.7 some 31, (12 - 2) / 0.7 some 14."""
    found, scenario = table2.with_line(summary(table2)), load_scenario(ROADMAP)
    assert needed.response_line(found, scenario) == pytest.approx((2.0, 0.7))
    line = next(line for line in needed.needed(found, scenario) if "000-113" in line)
    assert "a mean hand-off of 100 → 31 → 14 h" in line and "would be 4.8 h" in line


def test_how_many_would_have_to_ask(table2, needed):
    found = table2.with_line(summary(table2))
    asked, reached, wanted, times = needed.asking_needed(
        found, printed.USE.values, "any_contact", "all"
    )
    assert asked == pytest.approx([0.1] * 3) and reached == pytest.approx([0.9] * 3)
    assert wanted == pytest.approx(np.array([0.68, 0.85, 0.94]) / 0.9)
    assert times == pytest.approx(np.array([0.68, 0.85, 0.94]) / 0.09)
    villages = needed.asking_needed(found, printed.RURAL.values, "coverage", "rural")
    assert villages[2] == pytest.approx([0.30 / 0.15, 0.85 / 0.15])
    told = "\n".join(needed.needed(found, load_scenario(ROADMAP)))
    assert "200 % → 567 % of those in need ask (more than all of them)" in told


def test_a_measure_that_the_sweep_has_not_is_named_and_one_that_it_has_stands_in_the_table(table2):
    lines, missing = table2.beside(table2.with_line(summary(table2)))
    assert missing == ["recovery_of_need", "satisfaction"]
    assert len(lines) == 2 + 12
    assert lines[2] == (
        "| use rate (000-110) | 68 % → 85 % → 94 % | `any_contact_of_need` | 9 % (8.1 % to 9.9 %) |"
        " 9 % | 9 % | 9 % | 9 % | 9 % (8.1 % to 9.9 %) | 9 % |"
    )
    lines, missing = table2.beside(table2.with_line(summary(table2, satisfaction=80.0)))
    assert missing == ["recovery_of_need"]
    assert any("`satisfaction` | 80.0 (72.0 to 88.0) |" in line for line in lines)


def test_recovery_stands_there_drawn_and_by_the_documents_line(table2):
    """At a coverage of 3 % (2.7 to 3.3) θ is 0.3 + 0.006, QOL 60.3, and 5,000 of 10,000 CNY over
    them some 271; drawn recovery is what the sweep says. Neither changes what is in the sweep.
    """
    plain = summary(table2)
    found = table2.with_line(plain)
    assert {key: found[key] for key in plain} == plain
    point = table2.POINTS[0]
    assert found[point, table2.THETA, "all"] == pytest.approx((0.306, 0.3054, 0.3066))
    assert found[point, table2.BY_THETA, "all"] == pytest.approx(
        (5000 / (0.306 * 60.3), 5000 / (0.3066 * 60.33), 5000 / (0.3054 * 60.27))
    )
    lines = [line for line in table2.beside(found)[0] if "000-112" in line]
    assert len(lines) == 2
    assert "| `recovery`: drawn by the table below | 40 % (36 % to 44 %) |" in lines[0]
    assert "θ = 0.3 + 0.2 C, of `coverage_of_need` | 30.6 % (30.5 % to 30.7 %) |" in lines[1]


def test_how_many_sessions_the_printed_recovery_would_take(needed):
    """From 25 % after one session five points more for each: 32 % at 2.4, 42 at 4.4, 48 at 5.6;
    rows of a need and of a wait are passed over.
    """
    table = load_scenario(ROADMAP).outcomes.recovery
    assert needed.sessions_needed(table.rows) == pytest.approx([2.4, 4.4, 5.6])
    assert needed.sessions_needed(table.rows, (0.23, 0.5)) == pytest.approx([0, 6])


def test_the_recovery_table_has_a_row_for_each_of_the_scenarios(table2):
    table = load_scenario(ROADMAP).outcomes.recovery
    lines = table2.recoveries(table)
    assert len(lines) == 2 + len(table.rows)
    assert "| all others | none |  | 23 % |" in lines
    assert "| all others | 6 or more | 6 weeks or more | 45 % |" in lines


def test_without_a_sweep_it_says_what_writes_the_table(table2, tmp_path):
    with pytest.raises(SystemExit) as ended:
        table2.main(tmp_path)
    assert str(ended.value) == (
        f"{tmp_path / 'summary.csv'}: not here; `simcap sweep experiments/08_five_year_roadmap`"
        " writes it"
    )


def test_the_page_is_written_from_the_summary_of_a_sweep(table2, tmp_path, capsys):
    """Every row of its tables has as many cells as their heads; groups but all are passed over."""
    lines = ["design point,measure,place,group,mean,lower,upper,replications,unit,note"]
    for (point, measure, place), values in summary(table2).items():
        numbers = ",".join(map(repr, values))
        lines += [
            f'"{point}",{measure},{place},all,{numbers},10,,',
            f'"{point}",{measure},{place},adults,7,7,7,10,,',
        ]
    (tmp_path / "summary.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    table2.main(tmp_path)
    page = (tmp_path / "beside_table2.md").read_text(encoding="utf-8")
    wanted = table2.page(summary(table2), load_scenario(ROADMAP))
    assert page == capsys.readouterr().out == wanted
    tables = [part for part in page.split("\n\n") if part.startswith("|")]
    assert len(tables) == 3
    for part in tables:
        assert len({line.count("|") for line in part.splitlines()}) == 1


def test_five_years_in_one_run_are_paired_by_year_and_drawn_by_quarter(
    monkeypatch, tmp_path, capsys
):
    """Two replications, in which the roadmap brings 1 and 3 points: 2 on average, 12.7 standard
    errors of one point to either side. Other points, places and groups are passed over.
    """
    monkeypatch.syspath_prepend(str(ROADMAP))
    import in_one_run

    lines = ["design point,replication,measure,place,group,value,unit"]
    measures = {measure for _, measure in in_one_run.ROWS} | in_one_run.PANELS.keys()
    groups = [f"year: {number}" for number in range(1, 6)] + in_one_run.QUARTERS
    for replication, more in ((1, 0.03), (0, 0.01)):
        for measure in sorted(measures):
            for i, group in enumerate(groups):
                today = 0.1 + i / 100 + replication / 10
                here = f"{replication},{measure},all,{group}"
                lines.append(f'"{in_one_run.TODAY}",{here},{today},')
                lines.append(f'"{in_one_run.ROADMAP}",{here},{today + more},')
                lines.append(f'"2026, as today",{here},7,')
                lines.append(f'"{in_one_run.TODAY}",{replication},{measure},rural,{group},7,')
            lines.append(f'"{in_one_run.TODAY}",{replication},{measure},all,all,7,')
    (tmp_path / "measures.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    in_one_run.main(tmp_path)
    text = (tmp_path / "by_year.md").read_text(encoding="utf-8")
    assert text == capsys.readouterr().out
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 3 * 7 and len({row.count("|") for row in rows}) == 1
    assert rows[11] == (
        "| recovery (000-112) | 32 % → 42 % → 48 % | `recovery` | as today |"
        " 15 % | 16 % | 17 % | 18 % | 19 % |"
    )
    assert "| roadmap | 17 % | 18 % |" in rows[12]
    assert "| difference, points | +2.000 (−10.706 to +14.706) |" in rows[13]
    assert (tmp_path / "figures/by_quarter.png").stat().st_size > 10_000
