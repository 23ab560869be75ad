"""The table «model beside reported»: what seed 003 reports for Huadu, and what the preset
`reported` gives.

    python experiments/01_huadu/beside_reported.py [DIRECTORY]

simulates ten replications of reported.yaml, counts in one observed year, and writes
beside_reported.md into DIRECTORY (default: this experiment's results). Takes about two minutes.
"""

import sys
from pathlib import Path

import numpy as np

from simcap.analysis.statistics import t_interval
from simcap.building import compile_scenario, load_scenario
from simcap.engine import simulate
from simcap.engine.visits import SEEN, Outcome

HERE = Path(__file__).parent
REPLICATIONS = 10
DAYS_OF_THE_LINE = 148  # 1 January to 28 May 2025


def counts(scenario, network, replication):
    """{what: number} of one replication; the year observed begins at the end of the warm-up."""
    run = simulate(network, scenario.horizon, replication=replication)
    visits = run.read()
    kind = np.array([station.labels.get("station", "") for station in network.stations])[
        visits["station"]
    ]
    severity = np.array([stream.labels["severity"] for stream in network.arrivals])[
        visits["stream"]
    ]
    began = scenario.warm_up
    year = (visits["started"] >= began) & (visits["started"] < began + scenario.observe)
    days = (visits["started"] >= began) & (visits["started"] < began + 24 * DAYS_OF_THE_LINE)
    seen = np.isin(visits["outcome"], SEEN)

    def people(mask):
        return len(np.unique(visits[mask][["stream", "resident"]]))

    line, clinic = seen & (kind == "hotline"), seen & (kind == "school clinic")
    deep, register = seen & (kind == "women's deep case"), seen & (kind == "register visit")
    referred = kind == "referral to district clinic"
    came_from_clinic = np.isin(
        _keys(visits), _keys(visits[clinic & (visits["outcome"] == Outcome.COMPLETED)])
    )
    return {
        "people on the district line, 148 days": people(line & days),
        "contacts on the district line, 148 days": (line & days).sum(),
        "crises among those people": people(line & days & (severity == "crisis")),
        "residents on the register with a visit, of 7,200": people(register & year) / 7200,
        "register visits": (register & year).sum(),
        "pupils' files opened after the screening": people(
            (kind == "school counsellor") & year & _from(network, visits, "screening")
        ),
        "attendances at the school clinics": (clinic & year).sum(),
        "difficult cases of the school clinics": people(referred & year & came_from_clinic),
        "cases of the women's line": people(seen & (kind == "women's line") & year),
        "deep cases of the women's line": people(deep & year),
        "sessions of deep cases": (deep & year).sum(),
        "people served by volunteers at village stations": people(
            seen & (kind == "village station") & year
        ),
    }


def _keys(visits):
    return visits["stream"].astype(np.int64) << 32 | visits["resident"]


def _from(network, visits, word):
    return np.array([word in stream.labels["need"] for stream in network.arrivals])[
        visits["stream"]
    ]


REPORTED = {
    "people on the district line, 148 days": ("81", "help-seeking set to meet it"),
    "contacts on the district line, 148 days": ("127", "share who call again set to meet it"),
    "crises among those people": ("12", "help-seeking in crises set to meet it"),
    "residents on the register with a visit, of 7,200": (
        "at least 95 %",
        "an input: 5 % refuse or cannot be reached",
    ),
    "register visits": ("not reported", "four a year each would be 27,360"),
    "pupils' files opened after the screening": (
        "1,100 of 110,000 screened",
        "an input: 1 % of pupils",
    ),
    "attendances at the school clinics": ("800", "share sent to the clinic set to meet it"),
    "difficult cases of the school clinics": (
        "110",
        "share sent on set to meet it; the model counts referrals that arrive or not",
    ),
    "cases of the women's line": ("691", "help-seeking set to meet it"),
    "deep cases of the women's line": ("17", "2.5 % taken from it"),
    "sessions of deep cases": ("72", "4.24 a case taken from it"),
    "people served by volunteers at village stations": (
        "over 3,000",
        "not set: follows from the line's help-seeking",
    ),
}


def main(directory: Path) -> None:
    scenario = load_scenario(HERE / "reported.yaml")
    network = compile_scenario(scenario)
    runs = [counts(scenario, network, replication) for replication in range(REPLICATIONS)]
    lines = [
        (
            "| count in a year, unless said | reported | model (mean, 95 % interval) | how the"
            " model comes to it |"
        ),
        "|---|---|---|---|",
    ]
    for what, (reported, how) in REPORTED.items():
        mean, lower, upper = t_interval([run[what] for run in runs])
        form = "{:.1%}" if what.startswith("residents") else "{:,.0f}" if mean >= 30 else "{:.1f}"
        lines.append(
            f"| {what} | {reported} | {form.format(mean)} ({form.format(lower)} to"
            f" {form.format(upper)}) | {how} |"
        )
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "beside_reported.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(
        Path(sys.argv[1])
        if len(sys.argv) > 1
        else HERE.parent.parent / "results" / "01_huadu" / "reported"
    )
