"""The figures of ``bench`` as files: benchmark.json, and a page for people."""

from __future__ import annotations

import json
from pathlib import Path

from cases import CASES

WHAT = {
    **{case.name: case.what for case in CASES.values()},
    "1": "(d) Huadu, a year",
    "0.1": "a tenth of Huadu, a year",
    "10": "10 Huadus, a year",
    "100": "(e) 100 Huadus, a year",
}


def written(directory: Path, machine: dict, figures: dict, share: dict, sweep: dict) -> None:
    """Write ``figures`` (case → program → medians) to ``directory``, with what must be reached."""
    directory.mkdir(parents=True, exist_ok=True)
    everything = {"machine": machine, "figures": figures, "share": share, "sweep": sweep}
    (directory / "benchmark.json").write_text(json.dumps(everything, indent=1) + "\n")
    text = [
        "# Benchmark",
        "",
        (
            "Made by `make bench`. CPU time of warm replications: medians over alternating rounds"
            " of the fastest of a"
        ),
        (
            "few; every measurement in a process of its own. Ratios are what counts: absolute"
            " figures drift with the machine."
        ),
        "An event is a joining, the end of a session or of a wait, or a roster step.",
        "",
        "Machine: " + ", ".join(f"{name} {value}" for name, value in machine.items()) + ".",
        "",
        (
            "| case | program | visits/s | events/s | residents/s | ns per event | peak MB |"
            " residents at the end | whole process, s |"
        ),
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for case, programs in figures.items():
        for program, one in programs.items():
            text.append(f"| {WHAT[case]} | {program} | " + " | ".join(_cells(one)) + " |")
    text += ["", "| what must be reached | wanted | measured |", "|---|---|---|"]
    text += [
        f"| {what} | {wanted} | {found} |" for what, wanted, found in reached(figures, share, sweep)
    ]
    text += ["", *province(sweep)]
    (directory / "README.md").write_text("\n".join(text) + "\n", encoding="utf-8")
    print("\n".join(text))


def _cells(one: dict) -> list[str]:
    def rate(name):
        return f"{one[name] / one['cpu']:,.0f}" if name in one else ""

    each = f"{1e9 * one['cpu'] / one['events']:,.0f}" if "events" in one else ""
    return [
        rate("visits"),
        rate("events"),
        rate("residents"),
        each,
        f"{one['memory']:,.0f}",
        f"{one['present']:,.0f}" if "present" in one else "",
        f"{one['whole']:.1f}",
    ]


def reached(figures: dict, share: dict, sweep: dict) -> list[tuple[str, str, str]]:
    """(what, wanted, measured) of each promise."""

    def speed(case, program, of="residents"):
        return figures[case][program][of] / figures[case][program]["cpu"]

    def each(case):
        return figures[case]["compiled"]["cpu"] / figures[case]["compiled"]["events"]

    rows = [
        (
            "(d) compiled over SimPy engine",
            "≥ 100",
            f"{speed('1', 'compiled', 'visits') / speed('1', 'simpy', 'visits'):.0f}",
        ),
        ("(d) visits a second", "≥ 1,000,000", f"{speed('1', 'compiled', 'visits'):,.0f}"),
        (
            "(c) SimPy engine over plain SimPy",
            "≥ 0.4",
            f"{speed('c', 'simpy') / speed('c', 'plain'):.2f}",
        ),
    ]
    for case, wanted in (("a", ""), ("b", ""), ("c", "≥ 60"), ("f", "≥ 500")):
        rows.append(
            (
                f"({case}) compiled over plain SimPy",
                wanted,
                f"{speed(case, 'compiled') / speed(case, 'plain'):.0f}",
            )
        )
        rows.append(
            (
                f"({case}) compiled over SimPy engine",
                "",
                f"{speed(case, 'compiled') / speed(case, 'simpy'):.0f}",
            )
        )
    rows += [
        ("cost per event, 0.1 Huadu over 1", "", f"{each('0.1') / each('1'):.2f}"),
        ("cost per event, 10 Huadus over 1", "≤ 2", f"{each('10') / each('1'):.2f}"),
        ("cost per event, 100 Huadus over 1", "≤ 5", f"{each('100') / each('1'):.2f}"),
    ]
    for case in ("1", "10", "100"):
        one = figures[case]["compiled"]
        rows.append(
            (
                f"peak memory, {WHAT[case]}",
                f"≤ {400 + 400e-6 * one['present']:.0f} MB",
                f"{one['memory']:.0f} MB",
            )
        )
    return [
        *rows,
        ("tally's share of simulate and tally, Huadu", "≤ 0.35", f"{share['tally']:.2f}"),
        ("fingerprint, beside simulate and tally", "", f"{share['fingerprint']:.2f}"),
        *(
            (
                f"sweep of {sweep['replications']} replications of Huadu, {what}",
                f"≤ {_allowed(sweep):.1f} s",
                f"{sweep[name]:.1f} s",
            )
            for what, name in (("simulating part", "simulating"), ("whole command", "whole"))
        ),
    ]


def _allowed(sweep: dict) -> float:
    """1.15 × (time of simulate and tally ÷ processors) + 3 s."""
    return 1.15 * sweep["engine"] / sweep["processors"] + 3


def province(sweep: dict) -> list[str]:
    """How long a province takes: 100 districts like Huadu × 30 replications × 27 design points, at
    the speed of ``sweep``.
    """
    runs, points = 100 * 30 * 27, 100 * 27
    each, compiling = (
        sweep["simulating"] * sweep["processors"] / sweep["replications"],
        points * sweep["compiling"],
    )
    alone = {cores: runs * each / cores for cores in (2, 8, 32, 128)}
    rows = [
        f"| {cores} | {_duration(max(seconds, compiling))} | {_duration(seconds)} |"
        for cores, seconds in alone.items()
    ]
    return [
        (
            f"A province, 100 districts like Huadu × 30 replications × 27 design points = {runs:,}"
            f" replications of 130 weeks at {1000 * each:.0f} ms of a core each; whoever starts a"
            " sweep compiles its design points, one after another, at"
            f" {1000 * sweep['compiling']:.0f} ms each, {_duration(compiling)} for all of them:"
        ),
        "",
        "| cores | all districts started from one process | a job for each district |",
        "|---|---|---|",
        *rows,
    ]


def _duration(seconds: float) -> str:
    return (
        f"{seconds / 3600:.1f} h"
        if seconds >= 5400
        else f"{seconds / 60:.0f} min"
        if seconds >= 120
        else f"{seconds:.0f} s"
    )
