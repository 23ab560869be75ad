"""`make bench`: how fast the engines are, beside plain SimPy and beside each other, and how much
memory they take.

Each measurement is a process of its own, so that its peak memory is its own; programs to be
compared take turns, and medians are taken over the rounds. What is quoted are ratios of CPU time
measured in one run on one machine; absolute figures are information. Warm: machine code is on the
disk and has been loaded, arrays are laid out, one replication has been run before the clock starts.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parent / "results" / "benchmark"
ROUNDS = 5
YEAR = 52 * 168.0
HUADUS = {"0.1": 0.1, "1": 1.0, "10": 10.0, "100": 100.0}


# ---- one measurement, in a process of its own ----------------------------------------------------


def measure(case: str, program: str, repeats: int) -> dict:
    """CPU seconds of the fastest of ``repeats`` times the same warm replication, what is in it, and
    the peak memory of this process.
    """
    sys.path.insert(0, str(HERE))
    from cases import CASES

    if program == "plain":
        plain, hours = CASES[case].plain, CASES[case].short
        best = min(_timed(lambda: plain(hours)) for _ in range(repeats))
        return {"cpu": best[0], "residents": best[1], "memory": _memory()}
    import simcap
    from simcap.engine import prepare
    from simcap.network.resolved import capacity_steps

    prepare(program)
    if case in CASES:
        network, hours = (
            CASES[case].network(),
            CASES[case].hours if program == "compiled" else CASES[case].short,
        )
    else:
        import regions

        network, hours = regions.huadus(HUADUS[case]), YEAR
    run = simcap.simulate(network, hours, engine=program)
    counts = _counts(run)
    counts["events"] += sum(len(capacity_steps(pool, hours)[0]) - 1 for pool in network.pools)
    best = min(
        _timed(lambda: [None for _ in simcap.simulate(network, hours, engine=program)._batches])[0]
        for _ in range(repeats)
    )
    return {"cpu": best, "hours": hours, "memory": _memory(), **counts}


def _counts(run) -> dict:
    """Visits, residents who left, those still present, and events: joinings, and ends of sessions
    and of waits.
    """
    from simcap.engine.visits import LEFT, Outcome

    visits = left = events = here = 0
    for batch in run._batches:  # without the fingerprint, which is not simulation
        closed = batch["outcome"] < Outcome.WAITING
        visits += len(batch)
        left += int((batch["next"] == LEFT).sum())
        here += int((~closed).sum())
        events += int((batch["joined"] == batch["joined"]).sum()) + int(
            (closed & (batch["outcome"] != Outcome.BALKED)).sum()
        )
    return {"visits": visits, "residents": left, "present": here, "events": events}


def _timed(do) -> tuple:
    started = time.process_time()
    done = do()
    return time.process_time() - started, done


def _memory() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def tallied(repeats: int) -> dict:
    """Of simulating and tallying a replication of Huadu (130 weeks), what share the tally takes;
    and the fingerprint, beside it.
    """
    import hashlib

    from simcap.analysis.sheet import prepare as prepare_sheet
    from simcap.analysis.tally import tally
    from simcap.building import load_scenario
    from simcap.engine import prepare, simulate
    from simcap.engine.run import Run
    from simcap.study.plan import plan

    prepare("compiled")
    prepare_sheet("compiled")
    ready = plan(load_scenario(HERE.parent / "experiments" / "01_huadu"))
    shares, prints = [], []
    for i in range(repeats + 1):
        run = simulate(ready.network, ready.spec.horizon, replication=i)
        simulated, batches = _timed(lambda run=run: list(run._batches))
        again = Run(
            run.network,
            run.horizon,
            run.seed,
            run.replication,
            run.engine,
            iter(batches),
            _digest=_Nothing(),
        )
        counted, _ = _timed(lambda again=again: tally(again, ready.spec, ready.sheet.at))
        printed, _ = _timed(
            lambda batches=batches: [
                hashlib.sha256(batch.tobytes()).hexdigest() for batch in batches
            ]
        )
        if i:
            shares.append(counted / (simulated + counted))
            prints.append(printed / (simulated + counted))
    return {"tally": statistics.median(shares), "fingerprint": statistics.median(prints)}


def swept(rounds: int = 3, replications: int = 200) -> dict:
    """Medians of a sweep of Huadu (130 weeks) on all processors: seconds of the whole command, of
    its simulating part, and the processor seconds of simulating and tallying alone.
    """
    found = []
    with tempfile.TemporaryDirectory() as out:
        for _ in range(rounds):
            started = time.perf_counter()
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "simcap.cli",
                    "run",
                    str(HERE.parent / "experiments" / "01_huadu"),
                    "-r",
                    str(replications),
                    "-o",
                    out,
                    "--quiet",
                    "--fresh",
                ],
                check=True,
                stdout=subprocess.DEVNULL,
            )
            whole = time.perf_counter() - started
            described = json.loads((Path(out) / "manifest.json").read_text(encoding="utf-8"))
            found.append(
                {
                    "whole": whole,
                    "simulating": described["wall_seconds"],
                    "engine": described["engine_seconds"],
                }
            )
    return {
        "replications": replications,
        "processors": os.cpu_count(),
        "compiling": _compiling(),
        **{name: statistics.median(one[name] for one in found) for name in found[0]},
    }


def _compiling() -> float:
    """Processor seconds in which whoever starts a sweep compiles one design point of Huadu."""
    from simcap.study.experiment import load_experiment
    from simcap.study.plan import Plans

    plans = Plans(load_experiment(HERE.parent / "experiments" / "01_huadu"))
    return statistics.median(_timed(lambda i=i: plans(i).digest)[0] for i in range(1, 12))


class _Nothing:
    """A digest that costs nothing."""

    def update(self, _):
        pass


# ---- all of them ---------------------------------------------------------------------------------


def measured(case: str, program: str, repeats: int = 3) -> dict:
    """``measure`` in a fresh process; also the wall time of the whole process."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, case, program, str(repeats)],
        capture_output=True,
        text=True,
        check=True,
    )
    return {**json.loads(done.stdout), "whole": time.perf_counter() - started}


def medians(
    case: str, programs: tuple[str, ...], rounds: int = ROUNDS, repeats: int = 3
) -> dict[str, dict]:
    """The median of each figure of each of ``programs`` on ``case``; they take turns."""
    found: dict[str, list[dict]] = {program: [] for program in programs}
    for turn in range(rounds):
        for program in programs:
            found[program].append(measured(case, program, repeats))
            print(f"{case} {program} {turn + 1}/{rounds}", file=sys.stderr)
    return {
        program: {name: statistics.median(one[name] for one in figures) for name in figures[0]}
        for program, figures in found.items()
    }


def machine() -> dict:
    """What the figures were measured on."""
    described = Path("/proc/cpuinfo")
    lines = described.read_text().splitlines() if described.exists() else []
    model = next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")),
        platform.processor(),
    )
    return {
        "processor": model,
        "processors": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("numpy", "numba", "simpy")},
        "simcap": version("simcap"),
    }


def main() -> None:
    """Measure everything and write results/benchmark."""
    sys.path.insert(0, str(HERE))
    from cases import CASES
    from report import written

    figures = {case: medians(case, ("plain", "simpy", "compiled")) for case in CASES}
    figures["1"] = medians("1", ("simpy", "compiled"), repeats=2)
    figures["0.1"] = medians("0.1", ("simpy", "compiled"), repeats=3)
    figures["10"] = medians("10", ("compiled",), repeats=3)
    figures["100"] = medians("100", ("compiled",), rounds=2, repeats=1)
    share = json.loads(
        subprocess.run(
            [sys.executable, __file__, "tally"], capture_output=True, text=True, check=True
        ).stdout
    )
    written(OUT, machine(), figures, share, swept())


if __name__ == "__main__":
    if len(sys.argv) == 1:
        main()
    elif sys.argv[1] == "sweep":
        print(json.dumps(swept()))
    elif sys.argv[1] == "tally":
        print(json.dumps(tallied(9)))
    else:
        print(json.dumps(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
