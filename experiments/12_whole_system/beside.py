"""Each measure alone, and missed in the whole: paired differences, replication by replication.

    python experiments/12_whole_system/beside.py [DIRECTORY]

reads measures.csv of a sweep and writes beside.md into DIRECTORY (default: this experiment's
results). Nothing is simulated.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from simcap.analysis.statistics import t_interval

HERE = Path(__file__).parent
POINT = "design point"
AS_IT_IS, WHOLE = "as it is", "the whole"
TOLD = {
    ("coverage_of_need", "all", "all"): ("coverage of need, points", 100.0),
    ("coverage_of_need", "rural", "all"): ("in villages, points", 100.0),
    ("any_contact_of_need", "all", "all"): ("any contact, points", 100.0),
    ("wait_mean_joined", "all", "station: town course"): ("wait for a course, days", 1 / 24),
    ("crisis_response_mean", "all", "all"): ("crisis response, h", 1.0),
    ("total_cost", "all", "all"): ("cost, million CNY a year", 1e-6),
}
"""{(measure, place, group): (what it is called, times what)}."""


def table(frame: pd.DataFrame, key: tuple[str, str, str]) -> pd.DataFrame:
    """(replications × design points) of one measure."""
    mine = (frame["measure"] == key[0]) & (frame["place"] == key[1]) & (frame["group"] == key[2])
    return frame[mine].pivot(index="replication", columns=POINT, values="value")


def said(values: pd.Series, times: float) -> str:
    """The mean and its interval, in bold where it leaves out a difference of nothing."""
    mean, lower, upper = (times * bound for bound in t_interval(values))
    text = f"{mean:+.2f} ({lower:+.2f} to {upper:+.2f})"
    return f"**{text}**" if lower > 0 or upper < 0 else text


def lines(frame: pd.DataFrame) -> list[str]:
    """The page."""
    tables = {key: table(frame, key) for key in TOLD}
    first = next(iter(tables.values()))
    names = [name[5:] for name in first.columns if name.startswith("only ")]
    coverage = tables["coverage_of_need", "all", "all"]
    names.sort(key=lambda name: -(coverage[f"only {name}"] - coverage[AS_IT_IS]).mean())
    found = [
        f"{len(first)} replications; differences of the same residents with 95 % intervals, in"
        " bold where they leave out nothing.",
        "",
    ]
    for kind in ("alone", "missed"):
        found += [f"## {kind.capitalize()}", ""]
        found.append("| measure | " + " | ".join(what for what, _ in TOLD.values()) + " |")
        found.append("|---|" + "---|" * len(TOLD))
        for name in names:
            cells = []
            for key, (_, times) in TOLD.items():
                of = tables[key]
                one, other = (
                    (of[f"only {name}"], of[AS_IT_IS])
                    if kind == "alone"
                    else (of[WHOLE], of[f"without {name}"])
                )
                cells.append(said(one - other, times))
            found.append(f"| {name} | " + " | ".join(cells) + " |")
        found.append("")
    found += ["## Together", "", "| | as it is | the whole | together | sum of all alone |"]
    found.append("|---|---|---|---|---|")
    for key, (what, times) in TOLD.items():
        of = tables[key]
        alone = sum(of[f"only {name}"] - of[AS_IT_IS] for name in names)
        cells = [f"{times * of[point].mean():.2f}" for point in (AS_IT_IS, WHOLE)]
        cells += [said(of[WHOLE] - of[AS_IT_IS], times), said(alone, times)]
        found.append(f"| {what} | " + " | ".join(cells) + " |")
    return [*found, ""]


def main(directory: Path) -> None:
    frame = pd.read_csv(directory / "measures.csv", dtype={POINT: str})
    (directory / "beside.md").write_text("\n".join(lines(frame)), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parents[1] / "results" / HERE.name)
