"""Forty things a person may get wrong about a study: one clear line each, with its place, and
nothing written.
"""

import json

import pytest
from tiny import EXPERIMENT, written
from typer.testing import CliRunner

from simcap.cli import app

BASE = "scenario: scenario.yaml\n"
LEVEL = "collaboration.level"

IN_THE_FILE = [
    # how many replications
    (
        BASE + "replications: 0",
        (
            "2:1 replications: a whole number ≥ 1, or {precision: 5 %, of: a measure, at most: 50},"
            " wanted, got 0"
        ),
    ),
    (
        BASE + "replications: many",
        (
            "2:1 replications: a whole number ≥ 1, or {precision: 5 %, of: a measure, at most: 50},"
            " wanted, got 'many'"
        ),
    ),
    (
        BASE + "replications: {of: wait_mean}",
        "2:1 replications: a precision above 0 for wait_mean wanted, got None",
    ),
    (
        BASE + "replications: {precision: 500 %}",
        (
            '2:16 replications.precision: a share from 0 to 1 or a percentage such as "30 %"'
            " wanted, got '500 %'"
        ),
    ),
    (
        BASE + "replications: {precision: 5 %, of: wait_men}",
        "2:32 replications.of: no measure is called 'wait_men'; did you mean 'wait_mean'?",
    ),
    (
        BASE + "replications: {precision: 5 %, of: wait_mean in rural}",
        (
            "2:32 replications.of: such as «wait_mean at rural of station: hotline» wanted, got"
            " 'wait_mean in rural'"
        ),
    ),
    (
        BASE + "replications: {precision: 5 %, at least: 9, at most: 5}",
        "2:1 replications: at most ≥ at least wanted, got 5 and 9",
    ),
    (
        BASE + "replications: {precision: 5 %, at most: 1}",
        "2:32 replications.at most: a whole number ≥ 2 wanted, got 1",
    ),
    (
        BASE + "replications: {precision: 5 %, of: []}",
        (
            "2:32 replications.of: a measure, a list of them, or measures with a precision each,"
            " wanted, got []"
        ),
    ),
    (
        BASE + "replications: {number: 5, precision: 5 %}",
        "2:1 replications: either a number or a precision wanted, got both",
    ),
    (
        BASE + "replications: {precison: 5 %}",
        "2:16 replications.precison: unknown key; did you mean 'precision'?",
    ),
    # ranges and samples
    (
        BASE + f"factors: {{{LEVEL}: {{from: 0.2, to: 0.8}}}}",
        (
            "2:11 factors.collaboration.level: a range is sampled: sample: {latin hypercube: 32} or"
            " {sobol: 32} wanted beside it"
        ),
    ),
    (
        BASE + f"factors: {{{LEVEL}: [0.2, 0.8]}}\nsample: {{sobol: 8}}",
        "3:1 sample: at least one factor with a range {from: …, to: …} wanted",
    ),
    (
        BASE + f"factors: {{{LEVEL}: {{from: 0.8, to: 0.2}}}}\nsample: {{sobol: 8}}",
        "2:11 factors.collaboration.level: from below to wanted, got 0.8 to 0.2",
    ),
    (
        BASE + "factors: {pools.counsellors: {from: x1, to: 2}}\nsample: {sobol: 8}",
        "2:11 factors.pools.counsellors: the same unit throughout wanted, got x1, 2",
    ),
    (
        BASE + f"factors: {{{LEVEL}: {{from: low, to: high}}}}\nsample: {{sobol: 8}}",
        (
            "2:11 factors.collaboration.level: a number, with its unit or an x before it if need"
            " be, wanted, got 'low'"
        ),
    ),
    (
        BASE + f"factors: {{{LEVEL}: {{from: 0.2, upto: 0.8}}}}\nsample: {{sobol: 8}}",
        (
            "2:11 factors.collaboration.level: a range such as {from: 20 %, to: 40 %}, with likely"
            " and step if wanted, wanted, got"
        ),
    ),
    (
        BASE + f"factors: {{{LEVEL}: {{from: 0.2, to: 0.8, step: 2}}}}\nsample: {{sobol: 8}}",
        "2:11 factors.collaboration.level: a step above 0 that fits wanted, got 2",
    ),
    (
        BASE + f"factors: {{{LEVEL}: {{from: 0.2, to: 0.8, likely: 0.9}}}}\nsample: {{sobol: 8}}",
        "2:11 factors.collaboration.level: likely from 0.2 to 0.8 wanted, got 0.9",
    ),
    (
        BASE + f"factors: {{{LEVEL}: {{from: 0.2, to: 0.8}}}}\nsample: {{sobol: 12}}",
        "3:10 sample.sobol: a power of two ≥ 2 wanted, got 12",
    ),
    (
        BASE
        + f"factors: {{{LEVEL}: {{from: 0.2, to: 0.8}}}}\nsample: {{sobol: 8, latin hypercube: 8}}",
        "3:1 sample: just one of latin hypercube and sobol wanted",
    ),
    (
        BASE + f"factors: {{{LEVEL}: {{from: 0.2, to: 0.8}}}}\nsample: {{latin: 8}}",
        "3:10 sample.latin: unknown key; known are latin hypercube, sobol",
    ),
    # lists of points, pairs
    (
        BASE + f"factors: {{{LEVEL}: [0.2]}}\npoints: [{{{LEVEL}: 0.4}}]",
        "3:1 points: either factors or points wanted, got both",
    ),
    (
        BASE + f"points: [{{{LEVEL}: 0.4}}, {{}}, {{{LEVEL}: 0.6}}]",
        "2:42 points.2: each point once wanted",
    ),
    (BASE + "points: 3", "2:1 points: a list of points, or points by name, wanted, got 3"),
    (
        BASE + f"points: [{{{LEVEL}: 0.4}}, 3]",
        "2:38 points.1: a mapping (key: value) wanted, got 3",
    ),
    (BASE + "points: [{}]", "2:1 points: at least one point with a factor wanted"),
    (
        BASE
        + f"points:\n- {{}}\n- {{{LEVEL}: 0.4}}\n- {{{LEVEL}: 0.5}}\nbaseline: {{{LEVEL}: 0.5}}",
        "5:3 points.2: each point once wanted",
    ),
    (
        BASE + f"points:\n- {{{LEVEL}: 0.4}}\n- {{{LEVEL}: 0.4}}",
        "4:3 points.1: each point once wanted",
    ),
    (
        BASE + f"points:\n- {{{LEVEL}: 4}}",
        "2:1 points: override collaboration.level=4 collaboration.level: a share from 0 to 1",
    ),
    (
        BASE + f"factors: {{{LEVEL}: [0.2, 0.4], pools.seats: [1, 2, 3]}}\npaired: [{LEVEL},"
        " pools.seats]",
        "3:10 paired.0: as many values of each wanted, got 2 and 3",
    ),
    (
        BASE + f"factors: {{{LEVEL}: [0.2, 0.4]}}\npaired: [{LEVEL}, pools.seats]",
        (
            "3:10 paired.0: no factor with a list of values is called 'pools.seats'; known are"
            " collaboration.level"
        ),
    ),
    (
        BASE + f"factors: {{{LEVEL}: [0.2, 0.4]}}\npaired: {LEVEL}",
        "3:1 paired: a list of two or more factors, or a list of such lists, wanted",
    ),
    (
        BASE + f"points:\n- {{{LEVEL}: 0.4}}\nbaseline: {{{LEVEL}: 0.5}}",
        "4:12 baseline.collaboration.level: one of 0.4 wanted, got 0.5",
    ),
    # uncertain inputs
    (
        BASE + "uncertain: {stations.room.no_show: 10 %}",
        (
            "2:13 uncertain.stations.room.no_show: a range such as {from: 20 %, to: 40 %}, with"
            " likely and step if wanted, wanted, got '10 %'"
        ),
    ),
    (
        BASE + "uncertain: {stations.rom.no_show: [5 %, 10 %]}",
        (
            "2:13 uncertain.stations.rom.no_show: override 'stations.rom.no_show': there is no"
            " 'rom' in 'stations'; did you mean 'room'?"
        ),
    ),
    (
        BASE + "uncertain: {stations.room.no_show: [5 %, 110 %]}",
        "2:13 uncertain.stations.room.no_show: override stations.room.no_show=110 %",
    ),
    (
        BASE + "uncertain: {stations.room.no_show: [5 %, 10 %]}\nsamples: 10",
        "3:1 samples: a power of two ≥ 2 wanted, got 10",
    ),
    (BASE + "samples: 8", "2:1 samples: uncertain inputs beside it wanted"),
    (
        BASE + f"factors: {{{LEVEL}: [0.2, 0.4]}}\nuncertain: {{{LEVEL}: [0.2, 0.8]}}",
        "3:13 uncertain.collaboration.level: this is a factor; either a factor or uncertain wanted",
    ),
    (
        BASE + "uncertain: {stations.room.no_show: [5 %, 10 %]}\nsamples: 65536",
        (
            "3:1 samples: at most 100,000 settings (points × samples × (inputs + 2)) wanted, got"
            " 196,608"
        ),
    ),
]

ON_THE_COMMAND_LINE = [
    (
        ["sweep", "{home}", "--shard", "3/2"],
        2,
        "--shard: K/N with K from 1 to N, such as 2/8, wanted, got '3/2'",
    ),
    (
        ["sweep", "{home}", "--shard", "half"],
        2,
        "--shard: K/N with K from 1 to N, such as 2/8, wanted, got 'half'",
    ),
    (
        ["sweep", "{home}", "--cluster", "tcp://127.0.0.1:9", "--jobs", "2"],
        2,
        "--jobs: a number of workers on this machine, or --cluster, wanted, got both",
    ),
    (
        ["sweep", "{home}", "--cluster", "nowhere at all"],
        2,
        "--cluster: a Dask scheduler wanted at 'nowhere at all', got no answer: ",
    ),
    (
        ["sweep", "{home}", "--engine", "turbo"],
        2,
        "--engine: one of compiled, simpy wanted, got 'turbo'",
    ),
    (["merge", "{home}"], 2, "merge: directories of shards wanted; there are none in "),
    (
        ["merge", "{home}", "{home}/nothing"],
        1,
        "nothing/journal.sqlite: a journal wanted; there is no such file",
    ),
    (["verify", "{home}"], 2, "a results directory wanted; manifest.json is missing"),
    (["compare", "{home}"], 2, "a results directory wanted; manifest.json is missing"),
    (["sweep", "{home}/missing"], 2, "there is no such file"),
]


def test_there_are_forty_and_more():
    assert len(IN_THE_FILE) + len(ON_THE_COMMAND_LINE) >= 40


@pytest.mark.parametrize("text, said", IN_THE_FILE, ids=[said[:60] for _, said in IN_THE_FILE])
def test_a_fault_in_the_experiment(tmp_path, text, said):
    home = written(tmp_path / "in", experiment=text + "\n")
    done = CliRunner().invoke(
        app, ["sweep", str(home), "-o", str(tmp_path / "out")], catch_exceptions=False
    )
    assert done.exit_code == 2 and not (tmp_path / "out").exists()
    lines = done.stderr.splitlines()
    assert lines[0] == "simcap: wrong input" and done.stdout == ""
    assert [line for line in lines[1:] if line.startswith(f"{home}/experiment.yaml:{said}")], (
        done.stderr
    )
    assert len(lines) <= 3


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "arguments, code, said",
    ON_THE_COMMAND_LINE,
    ids=[said[:60] for _, _, said in ON_THE_COMMAND_LINE],
)
def test_a_fault_on_the_command_line(tmp_path, arguments, code, said):
    home = written(tmp_path / "in")
    arguments = [argument.format(home=home) for argument in arguments]
    out = ["-o", str(tmp_path / "out")] if arguments[0] in ("sweep", "merge") else []
    done = CliRunner().invoke(app, [*arguments, *out], catch_exceptions=False)
    assert done.exit_code == code, done.output
    assert said in done.stderr and len(done.stderr.splitlines()) == 2, done.stderr
    assert not (tmp_path / "out/measures.csv").exists()


def test_a_measure_that_the_results_will_not_have_is_found_before_anything_is_simulated(tmp_path):
    text = EXPERIMENT.replace(
        "replications: 3", "replications: {precision: 5 %, of: wait_mean at vilage}"
    )
    done = CliRunner().invoke(
        app,
        ["sweep", str(written(tmp_path / "in", experiment=text)), "-o", str(tmp_path / "out")],
        catch_exceptions=False,
    )
    assert (
        done.exit_code == 2
        and "replications: of: the results have no 'wait_mean at vilage'; " in done.stderr
    )
    assert not (tmp_path / "out/measures.csv").exists()


GOOD = {
    "model": "m",
    "engine": "compiled",
    "seed": 1,
    "factors": {},
    "points": {"p": {}},
    "files": {"measures.csv": ""},
    "plans": {"p": ""},
    "fingerprints": {"p": {"0": ""}},
    "platform": {"probe_of_draws": ""},
}


@pytest.mark.parametrize(
    "manifest, where",
    [
        ("null", ""),
        ("[1]", ""),
        ('{"a": 1,\n"b" 2}', " (line 2)"),
        ("{}", ""),
        *((json.dumps({**GOOD, key: None}), "") for key in GOOD),
        (json.dumps({**GOOD, "files": {"[s.csv": ""}}), ""),
        (json.dumps({**GOOD, "platform": {}}), ""),
        (json.dumps({**GOOD, "plans": {}}), ""),
        (json.dumps({**GOOD, "fingerprints": {"p": []}}), ""),
        ("\udcff", ""),
    ],
)
@pytest.mark.parametrize("command", ["compare", "quantiles", "verify"])
def test_a_manifest_that_is_not_as_it_was_written_is_one_line(tmp_path, command, manifest, where):
    (tmp_path / "manifest.json").write_bytes(manifest.encode(errors="surrogateescape"))
    done = CliRunner().invoke(app, [command, str(tmp_path)], catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        f"simcap: wrong input\n{tmp_path}: a results directory wanted; manifest.json is not as it"
        f" was written{where}; the sweep's command writes it again: what is in the journal is not"
        " simulated again\n"
    )
