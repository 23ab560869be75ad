"""`simcap dynamics`, and experiment 02: simulated contacts against the exact law."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import simcap
from simcap.cli import app
from simcap.dynamics import contacts
from simcap.engine.visits import LEFT, OPEN, Outcome
from simcap.errors import InputError
from simcap.printing import printable

ROOT = Path(__file__).parents[2]
HOME = ROOT / "experiments/02_collaboration_table"


def run(*arguments, expect=0):
    done = CliRunner().invoke(
        app, ["dynamics", *map(str, arguments)], catch_exceptions=False, env={"COLUMNS": "120"}
    )
    assert done.exit_code == expect, done.output
    return done


# ---- the command ---------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [80, 120])
def test_equation_fit_and_table_stand_side_by_side(columns):
    done = CliRunner().invoke(
        app, ["dynamics", "--set", "E=0.7"], env={"COLUMNS": str(columns)}, catch_exceptions=False
    )
    lines = done.stdout.splitlines()
    assert done.exit_code == 0 and max(map(len, lines)) <= columns
    rows = [line.split() for line in lines]
    assert ["0.8", "1", "68", "83.2", "90.7", "67.4", "1.30", "3.14", "1.34"] in rows
    assert ["0.7", "5", "–", "85.0", "–", "–", "–", "3.11", "–"] in rows  # 0.7 × 1.2143
    assert "assumed, since the document leaves it open: initial_staff" in done.stdout
    assert "validates nothing" in " ".join(done.stdout.split())


def test_as_json_all_of_it(tmp_path):
    data = json.loads(run("--json", "--set", "初始人力=3500").stdout)
    assert len(data["points"]) == 15 and len(data["fits"]) == 26
    assert data["parameters"]["initial_staff"]["value"] == 3500
    assert data["parameters"]["initial_staff"]["status"] == "assumed"
    assert data["own"]["coverage"][0] == pytest.approx(3500 * 2 * 0.6 / 8000)
    assert {fit["criterion"] for fit in data["fits"]} == {"least squares", "least greatest error"}


def test_it_is_drawn(tmp_path):
    done = run("--out", tmp_path / "here", "--json")
    assert (tmp_path / "here/dynamics.png").read_bytes()[:4] == b"\x89PNG"
    assert b"<svg" in (tmp_path / "here/dynamics.svg").read_bytes()
    assert f"wrote {tmp_path / 'here/dynamics.png'}" in done.stderr


def test_the_vensim_file_is_written_once_and_then_read(tmp_path):
    path = tmp_path / "model.mdl"
    done = run("--mdl", path, "--set", "E=0.7", "--json")
    assert done.stderr == f"wrote {path}\n"
    own = path.read_text(encoding="utf-8").replace("初始人力 = 4000.0", "初始人力 = 3600")
    path.write_text(own, encoding="utf-8")
    done = run("--mdl", path, "--set", "rh=6 %", "--json")
    values = {name: said["value"] for name, said in json.loads(done.stdout)["parameters"].items()}
    assert (values["initial_staff"], values["collaboration"]) == (3600, 0.7)
    assert values["staff_growth"] == 0.06
    assert path.read_text(encoding="utf-8") == own
    assert done.stderr == f"numbers from {path}; --set goes on top, the file stays as it is\n"


@pytest.mark.parametrize(
    "setting, message",
    [
        ("E=1.4", "dynamics: collaboration (协作效率系数): a number from 0 to 1 wanted, got 1.4"),
        (
            "初始人口=0",
            "dynamics: initial_population (初始人口): a number above 0 and at most 1e+12 wanted,"
            " got 0.0: equation (3) divides by the demand",
        ),
        (
            "staf_growth=1",
            "--set staf_growth: no parameter is called 'staf_growth'; did you mean 'staff_growth'?",
        ),
        ("E", "PATH=VALUE wanted, got 'E'"),
    ],
)
def test_what_is_wrong_is_one_line(setting, message):
    done = run("--set", setting, expect=2)
    assert done.stdout == "" and done.stderr == printable(f"simcap: wrong input\n{message}\n")


def test_a_model_that_cannot_be_read_is_one_line(tmp_path):
    done = run("--mdl", tmp_path, expect=2)
    assert done.stderr == f"simcap: wrong input\n{tmp_path}: cannot be read (Is a directory)\n"


# ---- contacts ------------------------------------------------------------------------------------

N, REPLICATIONS, YEARS = 400, 30, np.arange(1, 6)


def pace(t):
    return 1.4 * t**0.56


def visits_of(network, years=5, replication=0, engine="compiled"):
    done = simcap.simulate(network, contacts.horizon(years), 7, replication, engine=engine)
    return done.read(), done.stations


def reached(level, records):
    """(replications, years) of the share reached."""
    network = contacts.network(N, pace, level, records)
    return np.array(
        [
            contacts.reached_by(*visits_of(network, replication=replication), YEARS) / N
            for replication in range(REPLICATIONS)
        ]
    )


@pytest.mark.parametrize("level", [0.4, 0.8])
def test_without_shared_records_an_exponential_share_is_left(level):
    found = reached(level, 0.0)
    error = found.std(axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    assert (np.abs(found.mean(axis=0) - (1 - np.exp(-level * pace(YEARS)))) <= 3.5 * error).all()


def test_half_sharing_is_between():
    """dC/dx = E (1 - C/2): the half that sees the record reaches somebody new each time."""
    found = reached(0.4, 0.5)[:, :4]
    error = found.std(axis=0, ddof=1) / np.sqrt(REPLICATIONS)
    expected = 2 * (1 - np.exp(-0.2 * pace(YEARS[:4])))
    assert (np.abs(found.mean(axis=0) - expected) <= 3.5 * error).all()


@pytest.mark.parametrize("level", [0.4, 0.6, 0.8])
def test_with_shared_records_no_contact_is_wasted(level):
    network = contacts.network(N, pace, level, 1.0)
    by_year = contacts.reached_by(*visits_of(network), YEARS)
    assert by_year == pytest.approx(np.minimum(N * level * pace(YEARS), N), abs=1)


def test_two_residents_by_hand():
    """A contact each half year, on somebody new each time; a year's pace of half as much."""
    network = contacts.network(2, lambda t: t, 1.0, 1.0, years=2)
    visits, _ = visits_of(network, years=2)
    first = np.sort(visits["ended"][visits["outcome"] == Outcome.COMPLETED])
    assert first / contacts.YEAR == pytest.approx([0.5, 1.0], abs=1e-6)
    half = contacts.network(2, lambda t: t / 2, 1.0, 1.0, years=2)
    assert contacts.reached_by(*visits_of(half, years=2), (1, 2)).tolist() == [1, 2]


def test_residents_are_conserved_and_contacts_counted():
    network = contacts.network(N, pace, 0.6, 0.0)
    visits, _ = visits_of(network)
    still = visits[np.isin(visits["outcome"], OPEN)]
    assert not (visits["next"] == LEFT).any()
    assert np.sort(still["resident"]).tolist() == list(range(N))
    made = (visits["outcome"] == Outcome.COMPLETED).sum()
    assert made == pytest.approx(N * 0.6 * pace(5), abs=1)


def test_both_engines_reach_the_same():
    network = contacts.network(40, pace, 0.8, 0.3, years=2)
    one, other = (visits_of(network, 2, engine=engine)[0] for engine in ("compiled", "simpy"))
    assert one.tobytes() == other.tobytes()


def test_nobody_is_reached_without_collaboration():
    visits, stations = visits_of(contacts.network(10, pace, 0.0, 0.5))
    assert contacts.reached_by(visits, stations, YEARS).tolist() == [0] * 5


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((10, pace, 1.2, 0.0), "contacts: level: a share from 0 to 1 wanted, got 1.2"),
        ((10, pace, 0.5, -1), "contacts: records: a share from 0 to 1 wanted, got -1"),
        ((10, lambda t: 1.0, 0.5, 0), "contacts: a number that rises over time wanted"),
    ],
)
def test_contacts_that_cannot_be(arguments, message):
    with pytest.raises(InputError) as problem:
        contacts.network(*arguments)
    assert str(problem.value) == message


# ---- the experiment ------------------------------------------------------------------------------


def test_the_experiment_says_what_it_is_and_its_numbers_are_those_of_the_table():
    text = (HOME / "README.md").read_text(encoding="utf-8")
    places = [
        text.index(part)
        for part in ("**Question.**", "## Expectation, written before the run", "## Answer")
    ]
    assert places == sorted(places) and "validates nothing" in text and "**Run.**" in text
    for figure in re.findall(r"!\[[^]]+\]\(([^)]+)\)", text):
        assert (HOME / figure).exists()
    rows = (ROOT / "results/02_collaboration_table/answer.csv").read_text().splitlines()
    head = rows[0].split(",")
    cells = [dict(zip(head, row.split(","), strict=True)) for row in rows[1:]]
    apart = [row for row in cells if row["records"] == "0.0"]
    assert len(apart) == 15 and len(cells) == 45
    assert max(abs(float(row["mean_minus_printed"])) for row in apart) <= 2.5
    for row in apart:
        assert f"{float(row['mean']):.1f} ({float(row['mean_minus_printed']):+.1f})" in text


def test_make_reproduce_rebuilds_it_too(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "experiments"))
    from reproduce import INSTEAD, every, sweep

    assert "02_collaboration_table" in every() and "01_huadu" in every()
    assert (ROOT / INSTEAD["02_collaboration_table"][1]).exists()
    assert sweep("01_huadu")[3:] == [
        *("sweep", "experiments/01_huadu", "--out", "results/01_huadu", "--fresh", "--quiet")
    ]
