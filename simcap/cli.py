"""The command line: verbs over the library. Data on stdout; progress and messages on stderr.

Exit codes: 0 done, 1 failed, 2 wrong input, 3 done but some replications failed, 130 interrupted with what was finished kept.
"""

from __future__ import annotations

import functools
import json
import logging
import sys
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from simcap import __version__
from simcap.engine import ENGINES
from simcap.errors import InputError, SimcapError

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False,
                  help="A discrete-event capacity simulator for community mental-health services.")

Set = Annotated[Optional[list[str]], typer.Option("--set", metavar="PATH=VALUE", help="Change the scenario; may be given again.")]
Out = Annotated[Optional[Path], typer.Option("--out", "-o", help="Output directory (default: results/NAME).")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no messages.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the table as JSON.")]
Jobs = Annotated[Optional[int], typer.Option("--jobs", "-j", min=1, help="Processes (default: all cores).")]
Seed = Annotated[Optional[int], typer.Option("--seed", min=0, help="Seed (default: 42, or the experiment's).")]
Engine = Annotated[str, typer.Option("--engine", help="compiled, or simpy: the readable reference, the same numbers slowly.")]
Excel = Annotated[bool, typer.Option("--excel", help="Begin CSV files with a BOM, for Excel.")]


def main() -> None:
    """The console script."""
    stream: Any  # a TextIO; those of the console can be reconfigured
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")
    app()


def guarded(command):
    """Turn simcap's errors into one message on stderr and an exit code: the only place that does."""
    @functools.wraps(command)
    def call(*args, **kwargs):
        logging.getLogger("simcap").setLevel(logging.ERROR if kwargs.get("quiet") else logging.WARNING)
        try:
            return command(*args, **kwargs)
        except InputError as problem:
            typer.echo(f"simcap: wrong input\n{problem}", err=True)
            raise typer.Exit(2) from None
        except SimcapError as problem:
            typer.echo(f"simcap: failed\n{problem}", err=True)
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            typer.echo("simcap: interrupted", err=True)
            raise typer.Exit(130) from None
    return call


def _version(value: bool) -> None:
    if value:
        typer.echo(f"simcap {__version__}")
        raise typer.Exit()


@app.callback()
def _options(version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False):
    pass


@app.command(epilog="Example: simcap check experiments/01_huadu/scenario.yaml")
@guarded
def check(file: Annotated[Optional[Path], typer.Argument(help="A scenario or experiment file, or its directory.")] = None,
          sets: Set = None, schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a scenario.")] = False,
          as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Validate a scenario, resolve it, print the load offered to each staff and what to beware of."""
    from simcap.scenario import json_schema

    if schema:
        typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
        return
    if file is None:
        raise InputError("check: a scenario file wanted, got none")
    from simcap import screens
    from simcap.study.checking import checked

    result = checked(file, _changes(sets))
    screens.show_check(result, as_json, quiet)


@app.command(epilog="Example: simcap show experiments/01_huadu/scenario.yaml --set collaboration.level=0.8")
@guarded
def show(file: Annotated[Path, typer.Argument(help="A scenario file or its directory.")], sets: Set = None, as_json: AsJson = False,
         rows: Annotated[int, typer.Option("--rows", min=1, help="Rows of each table.")] = 40, quiet: Quiet = False) -> None:
    """Print the network a scenario compiles to: pools, stations, arrivals and who goes where."""
    from simcap import screens
    from simcap.scenario import compile_scenario

    scenario = _scenario(file, sets)
    screens.show_network(scenario, compile_scenario(scenario), rows, as_json)


@app.command(epilog="Example: simcap run experiments/01_huadu/scenario.yaml --set pools.counsellors=x1.5 --replications 4")
@guarded
def run(scenario: Annotated[Path, typer.Argument(help="A scenario file or its directory.")], sets: Set = None,
        replications: Annotated[int, typer.Option("--replications", "-r", min=1, help="Independent replications.")] = 4,
        seed: Seed = None, engine: Engine = ENGINES[0], jobs: Jobs = None, out: Out = None, excel: Excel = False,
        as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Simulate one scenario and write its measures."""
    from simcap.study.experiment import single

    experiment = single(_scenario(scenario, sets), replications, 42 if seed is None else seed)
    _sweep(experiment, engine, jobs, out, excel, as_json, quiet)


@app.command(epilog="Example: simcap sweep experiments/01_huadu --jobs 2")
@guarded
def sweep(experiment: Annotated[Path, typer.Argument(help="An experiment file or its directory.")], jobs: Jobs = None, seed: Seed = None,
          engine: Engine = ENGINES[0], out: Out = None, excel: Excel = False, as_json: AsJson = False, quiet: Quiet = False,
          dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be run, and stop.")] = False) -> None:
    """Simulate every design point of an experiment; write measures, summary, comparison and figures."""
    from simcap.study.experiment import load_experiment
    from simcap.study.sweep import point_name

    loaded = load_experiment(experiment, seed)
    if dry_run:
        for point in loaded.points:
            typer.echo(f"{point_name(point)}: replications 0 to {loaded.replications - 1}, seed {loaded.seed}")
        return
    _sweep(loaded, engine, jobs, out, excel, as_json, quiet)


@app.command(epilog="Example: simcap compare results/01_huadu --baseline collaboration.level=0.6 --baseline pools.counsellors=x2")
@guarded
def compare(directory: Annotated[Path, typer.Argument(help="A results directory.")],
            baseline: Annotated[Optional[list[str]], typer.Option("--baseline", metavar="FACTOR=VALUE",
                                                                  help="Another baseline; may be given again.")] = None,
            measure: Annotated[str, typer.Option("--measure", "-m", help="The measure to compare.")] = "coverage_of_need",
            place: Annotated[str, typer.Option("--place", help="all, urban, transition, rural or a zone.")] = "all",
            group: Annotated[str, typer.Option("--group", help="all, or a group, station or pool.")] = "all",
            as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Paired differences from a baseline, the same residents in both."""
    from simcap import screens
    from simcap.study.comparing import compared

    screens.show_comparison(compared(directory, _changes(baseline), measure, place, group), as_json)


@app.command(epilog="Example: simcap verify    (or: simcap verify results/01_huadu)")
@guarded
def verify(directory: Annotated[Optional[Path], typer.Argument(help="A results directory, to check its fingerprints.")] = None,
           seed: Seed = None, engine: Engine = ENGINES[0], as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Simulate networks with known answers and compare; or recompute stored results and compare fingerprints."""
    from simcap import screens
    from simcap.study import verifying

    if directory is None:
        cases = verifying.against_theory(42 if seed is None else seed, _known(engine))
    else:
        cases = verifying.fingerprints(directory)
    with screens.progress(quiet, "verifying") as advance:
        results = [advance(case) for case in cases]
    screens.show_verification(results, as_json)
    if not all(result.passed for result in results):
        raise typer.Exit(1)


def _sweep(experiment, engine: str, jobs: Optional[int], out: Optional[Path], excel: bool, as_json: bool, quiet: bool) -> None:
    from simcap import screens
    from simcap.study import results
    from simcap.study.checking import overloads
    from simcap.study.executors import available_jobs
    from simcap.study.sweep import sweep as perform

    _known(engine)
    out = out or Path("results") / experiment.name
    beware = overloads(experiment)
    results.check_writable(out)
    total = len(experiment.points) * experiment.replications
    screens.announce(experiment, total, beware, quiet)
    with screens.progress(quiet, "replications", total) as advance:
        done = perform(experiment, min(jobs or available_jobs(), total), engine, progress=advance)
    if not done.measures.empty:
        from simcap import plots

        results.write(done, out, excel)
        for path in plots.figures(done, out / "figures") if not done.interrupted else []:
            screens.tell(f"wrote {path}", quiet)
    screens.show_sweep(done, out, as_json, quiet)
    if done.interrupted:
        raise typer.Exit(130)
    if done.failures:
        raise typer.Exit(3 if not done.measures.empty else 1)


def _known(engine: str) -> str:
    if engine not in ENGINES:
        raise InputError(f"--engine: one of {', '.join(ENGINES)} wanted, got {engine!r}")
    return engine


def _scenario(file: Path, sets: Optional[list[str]]):
    from simcap.scenario import load_scenario, overridden

    return overridden(load_scenario(file), _changes(sets))


def _changes(sets: Optional[list[str]]) -> dict:
    """{path: value} from PATH=VALUE."""
    from simcap.study.experiment import plain_value

    changes = {}
    for text in sets or []:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise InputError(f"PATH=VALUE wanted, got {text!r}")
        changes[path.strip()] = plain_value(value)
    return changes


if __name__ == "__main__":
    main()
