"""The first document's equations by hand, fits that nothing near beats, and its Vensim file."""

from fractions import Fraction

import numpy as np
import pytest

from simcap.dynamics import printed, vensim
from simcap.dynamics.equations import trajectory
from simcap.dynamics.fits import CRITERIA, LEAST_GREATEST, LEAST_SQUARES, fit
from simcap.dynamics.parameters import ASSUMED, FIELDS, Parameters, parameter, with_values
from simcap.dynamics.readings import CONTACTS, reached, readings
from simcap.errors import InputError

# ---- equations -----------------------------------------------------------------------------------


def test_equations_1_and_2_after_one_year():
    p = Parameters(initial_staff=300, initial_population=10_000, inputs_per_staff=2)
    run = trajectory(p)
    assert run.staff[:2] == pytest.approx([300, 315], rel=1e-15)
    assert run.facilities[1] == pytest.approx(210) and run.technology[1] == pytest.approx(420)
    assert run.resources[:2] == pytest.approx([900, 945], rel=1e-15)  # H + F + T, F : T = 1 : 2
    assert run.demand[:2] == pytest.approx([800, 808], rel=1e-15)  # 10,000 × 1.01 × 8 %


def test_equations_3_and_4_after_one_year():
    run = trajectory(Parameters(initial_staff=300, initial_population=10_000))
    covered = Fraction(630 * 6, 808 * 10)  # R = 315 + 105 + 210
    recovery, quality = Fraction(3, 10) + covered / 5, 60 + 10 * covered
    assert run.coverage[1] == pytest.approx(float(covered), rel=1e-15)
    assert run.recovery[1] == pytest.approx(float(recovery), rel=1e-15)
    assert run.quality_of_life[1] == pytest.approx(float(quality), rel=1e-15)
    assert run.cost_benefit_ratio[1] == pytest.approx(float(100 / recovery / quality), rel=1e-15)


def test_coverage_is_capped_at_1_and_the_ratio_with_it():
    run = trajectory(Parameters(collaboration=1.0))
    assert run.coverage.tolist() == [1.0] * 6
    assert run.cost_benefit_ratio == pytest.approx([100 / (0.5 * 70)] * 6, rel=1e-15)


def test_with_all_held_coverage_grows_by_4_percent_a_year_and_scenarios_stand_as_their_e():
    """What no choice of the open numbers changes (while E is constant)."""
    for p in (Parameters(), Parameters(initial_staff=1234, inputs_per_staff=0.3)):
        low, middle, high = (
            trajectory(p.changed(collaboration=e)).coverage for e in printed.LEVELS
        )
        assert middle[1:] / middle[:-1] == pytest.approx(1.05 / 1.01)
        assert middle / low == pytest.approx(1.5) and high / low == pytest.approx(2)


def test_what_the_paper_leaves_open_is_an_argument():
    p = Parameters(collaboration_rise=0.15, incidence_growth=0.1, cost_growth=-0.5)
    run = trajectory(p)
    assert run.collaboration == pytest.approx([0.6, 0.75, 0.9, 1, 1, 1])
    assert run.incidence[:2] == pytest.approx([0.08, 0.088])
    assert run.total_cost[:3] == pytest.approx([100, 50, 25])
    assumed = {name for name, each in FIELDS.items() if each.metadata["status"] == ASSUMED}
    assert assumed == {
        "initial_staff",
        "inputs_per_staff",
        "initial_population",
        "incidence_growth",
        "collaboration_rise",
        "cost_growth",
    }


def test_table_1_is_as_printed():
    low, middle, high = "42→58→65→70→73", "55→72→80→85→88", "68→82→88→92→94"
    for row, text in zip(printed.COVERAGE, (low, middle, high), strict=True):
        assert "→".join(f"{100 * share:.0f}" for share in row) == text
    low, middle, high = "1.8→1.6→1.5→1.4→1.35", "1.5→1.3→1.2→1.15→1.1", "1.3→1.1→1.05→1.02→1.0"
    for row, text in zip(printed.RATIO, (low, middle, high), strict=True):
        assert "→".join(str(ratio) for ratio in row) == text


@pytest.mark.parametrize(
    "values, message",
    [
        (
            {"collaboration": 1.4},
            "dynamics: collaboration (协作效率系数): a number from 0 to 1 wanted, got 1.4",
        ),
        (
            {"collaboration": -0.1},
            "dynamics: collaboration (协作效率系数): a number from 0 to 1 wanted, got -0.1",
        ),
        (
            {"collaboration": float("nan")},
            "dynamics: collaboration (协作效率系数): a number from 0 to 1 wanted, got nan",
        ),
        (
            {"initial_population": 0},
            "dynamics: initial_population (初始人口): a number above 0 and at most 1e+12 wanted,"
            " got 0: equation (3) divides by the demand",
        ),
        (
            {"initial_incidence": 0},
            "dynamics: initial_incidence (初始发病率): a number above 0 and at most 1 wanted, got"
            " 0: equation (3) divides by the demand",
        ),
        (
            {"initial_incidence": 0.5, "incidence_growth": 1},
            "dynamics: incidence_growth (发病率年增长率): an incidence of at most 1 in every year"
            " wanted, got 2 in year 2",
        ),
        (
            {"recovery_base": 0},
            "dynamics: recovery_base (康复率基数): θ and QOL above 0 at C = 0 and C = 1 wanted,"
            " since equation (4) divides by them, got θ = 0 and 0.2, QOL = 60 and 70",
        ),
        ({"years": 2.5}, "dynamics: years (FINAL TIME): whole years wanted, got 2.5"),
        (
            {"staff_growth": -1, "total_cost": "much"},
            "dynamics: staff_growth (人力年增长率): a number above -1 and at most 10 wanted,"
            " got -1\ndynamics: total_cost (总成本): a number from 0 to 1e+12 wanted, got 'much'",
        ),
    ],
)
def test_what_cannot_be_is_said_in_a_line_each(values, message):
    with pytest.raises(InputError) as problem:
        Parameters(**values)
    assert str(problem.value) == message


def test_parameters_are_found_by_name_chinese_name_and_symbol():
    assert parameter("collaboration") == parameter("协作效率系数") == parameter("E")
    p = with_values(Parameters(), [("E", "70 %"), ("初始人力", "3500")], "--set")
    assert (p.collaboration, p.initial_staff) == (0.7, 3500)


@pytest.mark.parametrize(
    "texts, message",
    [
        (
            [("staf_growth", "1")],
            "--set staf_growth: no parameter is called 'staf_growth'; did you mean 'staff_growth'?",
        ),
        (
            [("E", "½")],
            "--set E: a number such as 0.05, or 5 %, wanted, got '½'",
        ),
        (
            [("E", "0.4"), ("collaboration", "0.5")],
            "--set collaboration: collaboration (协作效率系数) is given twice",
        ),
    ],
)
def test_a_parameter_that_does_not_exist_and_others_that_cannot_be_read(texts, message):
    with pytest.raises(InputError) as problem:
        with_values(Parameters(), texts, "--set")
    assert str(problem.value) == message


# ---- fits ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def fits():
    return {
        (reading.name, criterion): fit(reading, criterion)
        for reading in readings(Parameters())
        for criterion in CRITERIA
    }


def test_no_neighbour_of_a_fit_is_better(fits):
    for found in fits.values():
        for i in range(len(found.values)):
            for factor in (0.98, 0.999, 1.001, 1.02):
                moved = np.where(np.arange(len(found.values)) == i, factor, 1) * found.values
                errors = found.reading.predict(moved, found.times) - found.reading.target
                loss = (
                    np.sqrt(np.mean(errors**2))
                    if found.criterion == LEAST_SQUARES
                    else np.abs(errors).max()
                )
                assert loss >= found.loss - 2e-7, (found.reading.name, found.criterion)


@pytest.mark.parametrize(
    "name, rms",
    [
        ("eq. (3), R/D at the start", 12.0),
        ("… and growth of R/D", 8.2),
        ("eq. (3), R/D of each point", 7.8),
        ("eq. (3), R/D of each E", 6.4),
        ("… and growth of each E", 4.1),
        ("eq. (3), E rises evenly", 4.5),
        ("eq. (3), E rises to a ceiling", 1.9),
        ("contacts, x of each point", 0.7),
        (CONTACTS, 1.0),
        ("a curve, straight in E", 1.6),
        ("a curve of each E", 0.4),
    ],
)
def test_root_mean_squares_are_those_found_independently(fits, name, rms):
    """In points; worked out before with other code."""
    assert 100 * fits[name, LEAST_SQUARES].rms == pytest.approx(rms, abs=0.06)


def test_the_one_free_number_of_equation_3_is_the_root_of_its_derivative(fits):
    """Without a cap the least squares of one factor are Σxy ÷ Σx²."""
    reading = readings(Parameters())[0]
    found = fit(reading, when="0, 1.25 … 5")
    slopes = np.array(printed.LEVELS)[:, None] * (1.05 / 1.01) ** found.times
    free = found.predicted < 1
    by_hand = (slopes * printed.COVERAGE)[free].sum() / (slopes**2)[free].sum()
    assert found.values[0] == pytest.approx(by_hand, rel=1e-6)


def test_the_least_greatest_error_is_met_by_more_entries_than_there_are_numbers(fits):
    found = fits[CONTACTS, LEAST_GREATEST]
    assert (np.abs(found.errors) > found.greatest - 1e-5).sum() == 3
    assert found.greatest < fits[CONTACTS, LEAST_SQUARES].greatest


def test_contacts_of_two_round_numbers_leave_at_most_1_83_points():
    t = np.arange(1, 6)
    errors = 100 * (reached(1.40 * t**0.56) - printed.COVERAGE)
    assert np.abs(errors).max() == pytest.approx(1.83, abs=0.005)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(1.09, abs=0.005)
    worse = 100 * (reached(1.40 * t**0.57) - printed.COVERAGE)
    assert np.abs(worse).max() == pytest.approx(2.38, abs=0.005)


# ---- Vensim --------------------------------------------------------------------------------------

OWN = Parameters(
    initial_staff=3500,
    collaboration=0.55,
    collaboration_rise=0.03,
    incidence_growth=0.01,
    cost_growth=-0.02,
    facility_per_technology=0.7,
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("parameters", [Parameters(), OWN])
def test_pysd_runs_the_file_to_the_same_numbers(tmp_path, parameters):
    import pysd

    path = tmp_path / "model.mdl"
    path.write_text(vensim.mdl(parameters), encoding="utf-8")
    model = pysd.read_vensim(path)
    for level in (*printed.LEVELS, 1.0):
        theirs = model.run(
            params={"协作效率系数": level}, return_columns=list(vensim.RESULTS), reload=True
        )
        ours = trajectory(parameters.changed(collaboration=level))
        assert theirs.index.tolist() == ours.times.tolist()
        for chinese, name in vensim.RESULTS.items():
            assert theirs[chinese].to_numpy() == pytest.approx(getattr(ours, name), rel=1e-12)


def test_a_users_values_are_read_back():
    text = vensim.mdl(OWN)
    assert text.startswith("{UTF-8}\n") and vensim.parameters_from(text.encode(), "m") == OWN
    for encoding in ("utf-8-sig", "gb18030"):
        assert vensim.parameters_from(text.encode(encoding), "m") == OWN
    as_saved = text.replace(" = ", "=\n\t\t").replace("*(1", "\\\n\t\t* ( 1").replace("\n", "\r\n")
    as_saved = as_saved.replace("FINAL TIME=", "FINAL TIME  =")
    grouped = as_saved.replace(
        "INITIAL TIME", "****\n\t.Control\n****~\n\t\tSimulation Control\n\t|\n\nINITIAL TIME"
    )
    assert vensim.parameters_from(grouped.encode(), "m") == OWN
    changed = text.replace("初始人力 = 3500.0", "初始人力 = 3600 {survey of May}")
    assert vensim.parameters_from(changed.encode(), "m") == OWN.changed(initial_staff=3600)


@pytest.mark.parametrize(
    "old, new, message",
    [
        (
            "初始人力 = 4000.0",
            "初始人力 = ４０００",
            "m.mdl:2:1 初始人力: a number in half-width digits, such as 0.05, wanted,"
            " got '４０００'",
        ),
        (
            "资源投入量 = 人力+设施+技术",
            "资源投入量 = 人力+设施",
            "m.mdl:102:1 资源投入量: the equation 人力+设施+技术 wanted, since only values are"
            " read back, got '人力+设施'",
        ),
        (
            "初始人力 = 4000.0",
            "初始人力 = 4000\n|\n初始人力 = 5",
            "m.mdl:4:1 初始人力: there twice",
        ),
        ("INITIAL TIME = 0", "INITIAL TIME = 1", "m.mdl:152:1 INITIAL TIME: 0 wanted, got '1'"),
        (
            "协作效率系数 = 0.6",
            "协作效率系数 = 1.4",
            "m.mdl: collaboration (协作效率系数): a number from 0 to 1 wanted, got 1.4",
        ),
    ],
)
def test_what_cannot_be_read_back_is_said_with_its_line(old, new, message):
    text = vensim.mdl(Parameters())
    assert old in text
    with pytest.raises(InputError) as problem:
        vensim.parameters_from(text.replace(old, new).encode(), "m.mdl")
    assert str(problem.value) == message


def test_a_name_that_is_not_of_the_model_and_one_that_is_missing():
    text = vensim.mdl(Parameters()).replace("初始人口 = ", "起始人口 = ")
    with pytest.raises(InputError) as problem:
        vensim.parameters_from(text.encode(), "m.mdl")
    unknown, missing = str(problem.value).splitlines()
    assert unknown == "m.mdl:22:1 起始人口: no variable of the model; did you mean '初始人口'?"
    assert missing == "m.mdl:1:1 初始人口: missing"


def test_bytes_that_are_no_text():
    with pytest.raises(InputError) as problem:
        vensim.parameters_from(b"\xff\xff\x00", "m.mdl")
    assert str(problem.value) == (
        "m.mdl:1:1 a Vensim model (.mdl) in UTF-8 wanted, got other bytes"
    )
