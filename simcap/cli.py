"""The command line: verbs over the library. Data on stdout; progress and messages on stderr.

Exit codes: 0 done, 1 failed, 2 wrong input, 3 done but some replications failed, 75 another run
writes there (try again), 130 interrupted with what was finished kept.
"""

from __future__ import annotations

import functools
import gc
import inspect
import json
import logging
import os
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Optional

import typer

from simcap import __version__, help_pages, interruption, lang
from simcap.engine import ENGINES
from simcap.errors import BusyError, InputError, SimcapError, StudyError
from simcap.lang import N_, _, listed, spoken
from simcap.lang.logged import Translated
from simcap.lang.sentences import said as in_words
from simcap.printing import printable

app = typer.Typer(
    cls=help_pages.Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="A discrete-event capacity simulator for community mental-health services.",
)

Set = Annotated[
    Optional[list[str]],
    typer.Option("--set", metavar="PATH=VALUE", help="Change the scenario; may be given again."),
]
Out = Annotated[
    Optional[Path], typer.Option("--out", "-o", help="Output directory (default: results/NAME).")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no messages.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the table as JSON.")]
Jobs = Annotated[
    Optional[int],
    typer.Option("--jobs", "-j", min=1, help="Workers on this machine (default: all cores)."),
]
Fresh = Annotated[
    bool,
    typer.Option(
        "--fresh", help="Set the journal of earlier runs aside and simulate everything anew."
    ),
]
Shard = Annotated[
    Optional[str],
    typer.Option(
        "--shard", metavar="K/N", help="Only the K-th of N parts; simcap merge joins them."
    ),
]
Cluster = Annotated[
    Optional[str],
    typer.Option(
        "--cluster",
        metavar="ADDR",
        help="The scheduler of a Dask cluster: tcp://host:8786, or the JSON file it wrote.",
    ),
]
Patience = Annotated[
    float,
    typer.Option(
        "--patience",
        min=1.0,
        metavar="SECONDS",
        help="Give a cluster up when all its workers are lost or silent for so long.",
    ),
]
Seed = Annotated[
    Optional[int], typer.Option("--seed", min=0, help="Seed (default: 42, or the experiment's).")
]
Engine = Annotated[
    str,
    typer.Option(
        "--engine", help="compiled, or simpy: the readable reference, the same numbers slowly."
    ),
]
SealKey = Annotated[
    Optional[Path],
    typer.Option(
        "--seal-key",
        metavar="FILE",
        help="The key of the seal; without one, who knows scenario and seed can guess rows from"
        " their hashes.",
    ),
]
Excel = Annotated[bool, typer.Option("--excel", help="Begin CSV files with a BOM, for Excel.")]


Lang = Annotated[
    Optional[str],
    typer.Option(
        "--lang",
        metavar="en|zh",
        envvar=lang.VARIABLE,
        help="Language of screens, figures and reports; what machines read stays English.",
    ),
]
BookLang = Annotated[
    Optional[str],
    typer.Option(
        "--lang",
        metavar="en|zh",
        envvar=lang.VARIABLE,
        help="Language of the workbook, and of what is said of it.",
    ),
]
_command = functools.partial(app.command, cls=help_pages.Command)


def guarded(command):
    """Turn simcap's errors into one message on stderr and an exit code: the only place that
    does. Every command gets the option --lang.
    """

    @functools.wraps(command)
    @lang.speaking("en")  # until the command chooses; what it chose ends with it
    def call(*args, **kwargs):
        logging.getLogger("simcap").setLevel(
            logging.ERROR if kwargs.get("quiet") else logging.WARNING
        )
        chosen = kwargs.get("lang") if own else kwargs.pop("lang", None)
        try:
            lang.choose(_language(chosen))
            Translated.install()
            return command(*args, **kwargs)
        except typer.Exit:
            raise
        except BrokenPipeError:  # who read the output has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except (Exception, KeyboardInterrupt) as problem:
            if interruption.asked or isinstance(problem, KeyboardInterrupt):
                said, code = _("interrupted; what was finished is in the journal"), 130
            elif isinstance(problem, SimcapError):
                said, code = _said(problem)
            else:
                raise
            typer.echo(printable(f"simcap: {said}"), err=True)
            raise typer.Exit(code) from None

    signature = inspect.signature(command, eval_str=True)
    own = "lang" in signature.parameters
    if not own:
        option = inspect.Parameter(
            "lang", inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Lang
        )
        call.__signature__ = signature.replace(parameters=[*signature.parameters.values(), option])  # type: ignore[attr-defined]
        call.__annotations__ = {**command.__annotations__, "lang": Lang}
    return call


def _language(said: Optional[str]) -> str:
    """The language that an option or the environment names; English unless one does."""
    found = lang.language_of(said or "en")
    if found is None:
        raise InputError(
            _(
                "--lang: one of {languages} wanted, got {got!r}",
                languages=listed(lang.LANGUAGES),
                got=said,
            )
        )
    return found


def _said(problem: SimcapError) -> tuple[str, int]:
    """(what is said of it, the exit code)."""
    if isinstance(problem, InputError):
        return _("wrong input\n{problem}", problem=problem), 2
    return _("failed\n{problem}", problem=problem), 75 if isinstance(problem, BusyError) else 1


def _version(value: bool) -> None:
    if value:
        typer.echo(f"simcap {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
    language: Annotated[
        Optional[str],
        typer.Option("--lang", metavar="en|zh", help="The same option of the command, before it."),
    ] = None,
) -> None:
    pass


@_command(epilog="Example: simcap check experiments/01_huadu/scenario.yaml")
@guarded
def check(
    file: Annotated[
        Optional[Path], typer.Argument(help="A scenario or experiment file, or its directory.")
    ] = None,
    sets: Set = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a scenario.")
    ] = False,
    headers: Annotated[
        bool, typer.Option("--headers", help="Print the names that columns of a zones table go by.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Validate a scenario, resolve it, print the load offered to each staff and what to
    beware of.
    """
    from simcap.building import json_schema

    if schema:
        typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
        return
    if headers:
        from simcap.scenario.headers import headers_table

        rows = headers_table()
        lines = [f"{name}: {others}" for name, others in rows]
        typer.echo(json.dumps(dict(rows), ensure_ascii=False) if as_json else "\n".join(lines))
        return
    if file is None:
        raise InputError(_("check: a scenario file wanted, got none"))
    from simcap import scenario_screens
    from simcap.study.checking import checked

    result = checked(file, _changes(sets))
    scenario_screens.show_check(result, as_json, quiet)


@_command(
    epilog="Example: simcap show experiments/01_huadu/scenario.yaml --set collaboration.level=0.8"
)
@guarded
def show(
    file: Annotated[Path, typer.Argument(help="A scenario file or its directory.")],
    sets: Set = None,
    as_json: AsJson = False,
    rows: Annotated[int, typer.Option("--rows", min=1, help="Rows of each table.")] = 40,
    quiet: Quiet = False,
) -> None:
    """Print the network a scenario compiles to: pools, stations, arrivals and who goes where."""
    from simcap import scenario_screens
    from simcap.building import compile_scenario

    scenario = _scenario(file, sets)
    scenario_screens.show_network(scenario, compile_scenario(scenario), rows, as_json)


@_command(
    epilog=(
        "Example: simcap run experiments/01_huadu/scenario.yaml --set pools.counsellors=x1.5"
        " --replications 4"
    )
)
@guarded
def run(
    scenario: Annotated[Path, typer.Argument(help="A scenario file or its directory.")],
    sets: Set = None,
    replications: Annotated[
        int, typer.Option("--replications", "-r", min=1, help="Independent replications.")
    ] = 4,
    seed: Seed = None,
    engine: Engine = ENGINES[0],
    jobs: Jobs = None,
    cluster: Cluster = None,
    patience: Patience = 30.0,
    out: Out = None,
    fresh: Fresh = False,
    seal_key: SealKey = None,
    excel: Excel = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Simulate one scenario and write its measures."""
    from simcap.study.experiment import single

    made, seed = _scenario(scenario, sets), 42 if seed is None else seed
    experiment = single(made, replications, seed, _changes(sets))
    _sweep(experiment, engine, jobs, cluster, patience, out, fresh, seal_key, excel, as_json, quiet)


@_command(epilog="Example: simcap sweep experiments/01_huadu --jobs 2")
@guarded
def sweep(
    experiment: Annotated[Path, typer.Argument(help="An experiment file or its directory.")],
    jobs: Jobs = None,
    cluster: Cluster = None,
    patience: Patience = 30.0,
    shard: Shard = None,
    seed: Seed = None,
    engine: Engine = ENGINES[0],
    out: Out = None,
    fresh: Fresh = False,
    seal_key: SealKey = None,
    excel: Excel = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be run, and stop.")
    ] = False,
) -> None:
    """Simulate every design point of an experiment; write measures, summary, comparison and
    figures. Goes on where it was interrupted.
    """
    from simcap.study.experiment import load_experiment

    loaded = load_experiment(experiment, seed)
    part = None if shard is None else _shard(shard, loaded)
    if dry_run:
        from simcap import screens

        screens.show_design(loaded)
        return
    _sweep(
        loaded, engine, jobs, cluster, patience, out, fresh, seal_key, excel, as_json, quiet, part
    )


@_command(epilog="Example: simcap merge experiments/01_huadu node1/shard-1-of-2 node2/shard-2-of-2")
@guarded
def merge(
    experiment: Annotated[
        Path, typer.Argument(help="The experiment that the shards are parts of.")
    ],
    shards: Annotated[
        Optional[list[Path]],
        typer.Argument(help="Their directories (default: shard-* where results go)."),
    ] = None,
    seed: Seed = None,
    engine: Engine = ENGINES[0],
    out: Out = None,
    seal_key: SealKey = None,
    excel: Excel = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Put the journals of shards together and write the results. Nothing is simulated."""
    from simcap import screens
    from simcap.study.experiment import load_experiment
    from simcap.study.journal import NAME, Journal, check_writable
    from simcap.study.notices import warned
    from simcap.study.running import recorded

    loaded = load_experiment(experiment, seed)
    _known(engine)
    secret = _secret(seal_key)
    out = out or Path("results") / loaded.name
    found = shards or sorted(path.parent for path in out.glob(f"shard-*/{NAME}"))
    if not found:
        raise InputError(_("merge: directories of shards wanted; there are none in {out}", out=out))
    check_writable(out)
    with Journal.open(out) as journal:
        for directory in found:
            copied, both = journal.take_over(directory / NAME)
            told = (
                N_("{directory}: {copied} replications taken over, {both} were there already")
                if both
                else N_("{directory}: {copied} replications taken over")
            )
            screens.tell(_(told, directory=directory, copied=copied, both=both), quiet)
        done = recorded(loaded, engine, journal)
        _finish(done, warned(loaded), out, secret, excel, as_json, quiet)


@_command(
    epilog=(
        "Example: simcap compare results/01_huadu --baseline collaboration.level=0.6 --baseline"
        " pools.counsellors=x2"
    )
)
@guarded
def compare(
    directory: Annotated[Path, typer.Argument(help="A results directory.")],
    baseline: Annotated[
        Optional[list[str]],
        typer.Option(
            "--baseline", metavar="FACTOR=VALUE", help="Another baseline; may be given again."
        ),
    ] = None,
    measure: Annotated[
        str, typer.Option("--measure", "-m", help="The measure to compare.")
    ] = "coverage_of_need",
    place: Annotated[
        str, typer.Option("--place", help="all, urban, transition, rural or a zone.")
    ] = "all",
    group: Annotated[
        str, typer.Option("--group", help="all, or a group, station or pool.")
    ] = "all",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Paired differences from a baseline, the same residents in both."""
    from simcap import result_screens
    from simcap.study.comparing import compared

    levels = dict(map(_assignment, baseline or []))
    result_screens.show_comparison(compared(directory, levels, measure, place, group), as_json)


@_command(
    epilog=(
        "Example: simcap quantiles results/01_huadu --share 0.9 --measure wait_mean --place rural"
    )
)
@guarded
def quantiles(
    directory: Annotated[Path, typer.Argument(help="A results directory.")],
    share: Annotated[
        float, typer.Option("--share", help="The share of years that are no worse (or better).")
    ] = 0.9,
    measure: Annotated[str, typer.Option("--measure", "-m", help="The measure.")] = "wait_mean",
    place: Annotated[
        str, typer.Option("--place", help="all, urban, transition, rural or a zone.")
    ] = "all",
    group: Annotated[
        str, typer.Option("--group", help="all, or a group, station or pool.")
    ] = "all",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """What a measure does not exceed in most years: a quantile over replications, with its
    interval.
    """
    from simcap import result_screens
    from simcap.study.comparing import quantiles as found

    result_screens.show_quantiles(found(directory, share, measure, place, group), as_json)


@_command(
    epilog=(
        "Example: simcap trace experiments/01_huadu --residents 3    (or: simcap trace"
        " experiments/01_huadu --residents all --format vidigi --out log.csv)"
    )
)
@guarded
def trace(
    scenario: Annotated[Path, typer.Argument(help="A scenario file or its directory.")],
    residents: Annotated[
        str,
        typer.Option("--residents", metavar="N|all", help="So many who differ, or all."),
    ] = "6",
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help="story; csv: their visits; vidigi or xes: an event log for these programmes.",
        ),
    ] = "story",
    resident: Annotated[
        Optional[list[str]],
        typer.Option(
            "--resident",
            metavar="NAME",
            help="This one, R00042 or STREAM/NUMBER; may be given again.",
        ),
    ] = None,
    need: Annotated[
        Optional[list[str]], typer.Option("--need", help="Only those with a need of this name.")
    ] = None,
    zone: Annotated[
        Optional[list[str]], typer.Option("--zone", help="Only those of a zone.")
    ] = None,
    station: Annotated[
        Optional[list[str]], typer.Option("--station", help="Only those who came to a station.")
    ] = None,
    outcome: Annotated[
        Optional[list[str]],
        typer.Option("--outcome", help="Only those with a visit that ended so: reneged, no_show …"),
    ] = None,
    sets: Set = None,
    seed: Seed = None,
    replication: Annotated[
        int, typer.Option("--replication", min=0, help="Which replication (from 0).")
    ] = 0,
    engine: Engine = ENGINES[0],
    out: Annotated[
        Optional[Path], typer.Option("--out", "-o", metavar="FILE", help="Write it to this file.")
    ] = None,
    excel: Excel = False,
    quiet: Quiet = False,
) -> None:
    """The ways of some residents, one by one: as a story, a table of visits or an event log."""
    from simcap import screens
    from simcap.tracing import Wanted, command

    count, form = command.wanted_count(residents), command.known_format(form)
    named = [tuple(names or ()) for names in (resident, need, zone, station, outcome)]
    made = _scenario(scenario, sets)
    traced = command.traced(made, 42 if seed is None else seed, replication, _known(engine))
    said = command.show(made, traced, Wanted(count, *named), form, out, excel)
    screens.tell(_("{said}; in {file}", said=said, file=out) if out else said, quiet)


@_command(
    epilog=(
        "Example: simcap verify    (or: simcap verify results/01_huadu    or: simcap verify"
        " results/01_huadu --resident 'STREAM#7' --proof resident.json)"
    )
)
@guarded
def verify(
    directory: Annotated[
        Optional[Path],
        typer.Argument(
            metavar="DIRECTORY|PROOF",
            help="A results directory, to check its seal and fingerprints; or a resident's proof.",
        ),
    ] = None,
    seed: Seed = None,
    engine: Annotated[
        Optional[str],
        typer.Option(
            "--engine",
            help="compiled or simpy (default: compiled; of results: the one that made them).",
        ),
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=1, help="How many stored replications to recompute.")
    ] = 3,
    head: Annotated[
        Optional[str],
        typer.Option(
            "--head", metavar="HASH", help="The head that was kept elsewhere; of a proof, the root."
        ),
    ] = None,
    seal_key: SealKey = None,
    resident: Annotated[
        Optional[str],
        typer.Option(
            "--resident",
            metavar="STREAM#NUMBER",
            help="Prove one resident's path: the replication is simulated again.",
        ),
    ] = None,
    point: Annotated[
        Optional[str],
        typer.Option("--point", help="The resident's design point (default: the first)."),
    ] = None,
    replication: Annotated[
        Optional[int],
        typer.Option(
            "--replication", min=0, help="The resident's replication (default: the first)."
        ),
    ] = None,
    proof: Annotated[
        Optional[Path],
        typer.Option(
            "--proof",
            metavar="FILE",
            help="Write the resident's proof to this file; one that is there is checked.",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Simulate networks with known answers and compare; or check stored results: that no row was
    changed, removed or moved since they were sealed, and that what is recomputed is the same.
    """
    from simcap import result_screens, screens
    from simcap.study import recomputing, verifying

    secret = _secret(seal_key)
    if resident is not None or (directory is not None and directory.is_file()):
        _verify_resident(directory, resident, point, replication, secret, proof, head, as_json)
        return
    with screens.progress(quiet, _("verifying")) as changed:
        if directory is None:
            chosen = _known(engine or ENGINES[0])
            found = verifying.against_theory(42 if seed is None else seed, chosen, tick=changed)
        else:
            given = None if engine is None else _known(engine)
            stored = recomputing.verified(directory, sample, given, secret, head)
            found = stored.results
    if directory is None:
        result_screens.show_verification(found, as_json)
    else:
        result_screens.show_stored(stored, as_json)
        if stored.fault is not None:
            raise stored.fault
    if not all(result.passed for result in found):
        raise typer.Exit(1)


def _verify_resident(
    given: Optional[Path],
    resident: Optional[str],
    point: Optional[str],
    replication: Optional[int],
    secret: Optional[bytes],
    file: Optional[Path],
    root: Optional[str],
    as_json: bool,
) -> None:
    """Give or check the proof of one resident's path; without a ``resident``, ``given`` is one."""
    from simcap import result_screens
    from simcap.study import paths

    if given is None:
        raise InputError(_("--resident: a results directory wanted, too"))
    if resident is None:
        proof = paths.proof_in(given)
        found = [paths.leads_to_root(proof)]
    else:
        proof = paths.proved(given, resident, point, replication, secret)
        found = paths.beside(proof, file)
    found += [] if root is None else [paths.kept_elsewhere(proof, root)]
    result_screens.show_path(proof, found, as_json)
    if not all(result.passed for result in found):
        raise typer.Exit(1)


@_command(
    epilog="Example: simcap dynamics --set E=0.7 --set initial_staff=3500 --out results/dynamics"
)
@guarded
def dynamics(
    sets: Annotated[
        Optional[list[str]],
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Change a number, by its name, symbol or Chinese name; may be given again.",
        ),
    ] = None,
    model: Annotated[
        Optional[Path],
        typer.Option(
            "--mdl",
            metavar="FILE",
            help="A Vensim model: its numbers are read; one that is not there is written.",
        ),
    ] = None,
    out: Annotated[
        Optional[Path], typer.Option("--out", "-o", help="Draw it as PNG and SVG in here.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """The first document's equations, fits to its Table 1, and the printed table, side by side."""
    from simcap import dynamics_screens
    from simcap.dynamics.side_by_side import compared

    parameters = dynamics_screens.asked(list(map(_assignment, sets or [])), model, quiet)
    comparison = compared(parameters)
    dynamics_screens.show(comparison, as_json)
    if out is not None:
        dynamics_screens.draw(comparison, out, quiet)


@_command(epilog="Example: simcap report results/01_huadu --lang zh")
@guarded
def report(
    directory: Annotated[Path, typer.Argument(help="A results directory.")],
    form: Annotated[
        str,
        typer.Option("--format", metavar="html|docx|xlsx", help="What to write: html, docx, xlsx."),
    ] = "html",
    target: Annotated[
        Optional[list[str]],
        typer.Option(
            "--target",
            metavar="MEASURE>=SHARE",
            help="A target, such as «within_target at rural >= 80 %»; may be given again.",
        ),
    ] = None,
    out: Annotated[
        Optional[Path],
        typer.Option("--out", "-o", help="The file to write (default: report.html in DIRECTORY)."),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """One file for people who decide: the answer in three sentences, what to do first, zone by
    zone, what each change bought, where to be careful.
    """
    from simcap import screens
    from simcap.report import files

    path = files.write(directory, form, target or [], out)
    screens.tell(_("wrote {path}", path=path), quiet)


@_command("app", epilog="Example: simcap app experiments/01_huadu --lang zh")
@guarded
def app_(
    path: Annotated[
        Optional[Path],
        typer.Argument(
            help="An experiment, a scenario, a workbook, or a directory with several (default:"
            " experiments/ and workbooks here, else the templates)."
        ),
    ] = None,
    port: Annotated[
        Optional[int],
        typer.Option("--port", min=1, max=65535, help="The port (default: 8501, or a free one)."),
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open your browser, if there is one.")
    ] = True,
    lang: Lang = None,
    quiet: Quiet = False,
) -> None:
    """A local page: what if, watch, learn. It asks nothing of any other machine."""
    from simcap import screens
    from simcap.app.serving import serve

    language = "" if lang is None else _language(lang)
    serve(path, port, language, browser, lambda text: screens.tell(text, quiet))


def _sweep(
    experiment,
    engine: str,
    jobs: Optional[int],
    cluster: Optional[str],
    patience: float,
    out: Optional[Path],
    fresh: bool,
    seal_key: Optional[Path],
    excel: bool,
    as_json: bool,
    quiet: bool,
    shard: Optional[tuple[int, int]] = None,
) -> None:
    from simcap import screens
    from simcap.study.cautions import warnings as beware_of
    from simcap.study.journal import Journal, check_writable
    from simcap.study.notices import warned
    from simcap.study.plan import Plans
    from simcap.study.running import replicated

    _known(engine)
    if cluster and jobs:
        raise InputError(
            _("--jobs: a number of workers on this machine, or --cluster, wanted, got both")
        )
    secret, out = _secret(seal_key), out or Path("results") / experiment.name
    if shard is not None:
        out = out / f"shard-{shard[0] + 1}-of-{shard[1]}"
    plans = Plans(experiment)
    beware, warnings = beware_of(plans.baseline()), warned(experiment)
    check_writable(out)
    with Journal.open(out, fresh) as journal:
        crew = _crew(plans, engine, jobs, cluster, patience, quiet)
        screens.announce(experiment, beware, warnings, len(journal), quiet)
        with _results_prepared(), screens.progress(quiet, _("replications")) as changed:
            done = replicated(experiment, engine, crew, journal, shard or (0, 1), changed, plans)
        if shard is None:
            _finish(done, warnings, out, secret, excel, as_json, quiet)
    if shard is not None:
        _finish_shard(done, out, quiet)


@contextmanager
def _results_prepared() -> Iterator[None]:
    """Meanwhile load what makes tables and figures: it takes a second, which the simulation leaves
    to spare.
    """
    later = threading.Thread(target=_prepare_results)
    later.start()
    try:
        yield
    finally:
        later.join()


def _prepare_results() -> None:
    from simcap import plots

    plots.prepare()


def _crew(
    plans,
    engine: str,
    jobs: Optional[int],
    cluster: Optional[str],
    patience: float,
    quiet: bool,
):
    """Who is to do the work."""
    from simcap import screens
    from simcap.study.executors import affordable, available_jobs, local_crew

    if cluster:
        from simcap.study.cluster import Cluster
        from simcap.study.version import agree, origin

        return Cluster(
            cluster,
            lambda client: agree(client, origin(engine)),
            patience,
            lambda text: screens.tell(in_words(text), quiet),
        )
    wanted = min(jobs or available_jobs(), plans.experiment.runs)
    workers, said = affordable(wanted, plans.baseline().memory, engine)
    if said:
        screens.tell(in_words(said), quiet)
    return local_crew(engine, workers)


def _secret(seal_key: Optional[Path]) -> Optional[bytes]:
    """The key in the file that was named, if one was."""
    from simcap.study.seals import key_in

    return None if seal_key is None else key_in(seal_key)


def _finish(
    done,
    warnings: list[str],
    out: Path,
    secret: Optional[bytes],
    excel: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write what came of a sweep, say the main things, and end with the code that fits."""
    from concurrent.futures.process import BrokenProcessPool

    from simcap import plots, result_screens, screens
    from simcap.study.executors import available_jobs
    from simcap.study.results import Files, seal_of
    from simcap.study.sweep import tables

    with Files(out, seal_of(done, secret), excel) as files:
        results = tables(done, files, warnings)
        if results.interrupted and not results.measures.empty:
            plots.clear(out / "figures")
            files.finish(results)
        elif not results.measures.empty:
            try:
                for path in plots.figures(
                    results, out / "figures", available_jobs(), lambda: files.finish(results)
                ):
                    screens.tell(_("wrote {path}", path=path), quiet)
            except BrokenProcessPool:
                raise StudyError(
                    _(
                        "{out}: a process that drew figures was killed (too little memory?);"
                        " the same command draws them without simulating again",
                        out=out / "figures",
                    )
                ) from None
            if said := plots.cannot_draw(results):
                screens.tell(said, quiet)
    result_screens.show_sweep(results, out, files.head, as_json, quiet)
    gc.freeze()  # the process ends: nothing need be looked through once more
    if results.interrupted:
        raise typer.Exit(130)
    if results.failures:
        raise typer.Exit(3 if not results.measures.empty else 1)


@_command(epilog="Example: simcap init mytown --template huadu --workbook --lang zh")
@guarded
def init(
    directory: Annotated[Path, typer.Argument(help="The directory to write to.")],
    template: Annotated[
        str, typer.Option("--template", help="huadu, zhuzhou, or minimal: one room and one line.")
    ] = "huadu",
    workbook: Annotated[
        bool, typer.Option("--workbook", help="One workbook (.xlsx) in the place of YAML files.")
    ] = False,
    lang: BookLang = None,
    quiet: Quiet = False,
) -> None:
    """Write a scenario to start from: YAML and a table of zones, or one workbook."""
    from simcap import screens, workbook_commands

    written = workbook_commands.init(directory, template, workbook, spoken())
    screens.tell(_("written: {files}", files=listed(map(str, written))), quiet)
    screens.tell(_("next: {command}", command=f"simcap check {written[0]}"), quiet)


@_command(epilog="Example: simcap convert experiments/01_huadu huadu.xlsx --lang zh")
@guarded
def convert(
    source: Annotated[
        Path, typer.Argument(metavar="FROM", help="A scenario, an experiment, or their directory.")
    ],
    goal: Annotated[
        Path, typer.Argument(metavar="TO", help="A file .xlsx or .yaml, or a directory for YAML.")
    ],
    lang: BookLang = None,
    quiet: Quiet = False,
) -> None:
    """Turn YAML into a workbook, or a workbook into YAML; nothing is lost, or nothing written."""
    from simcap import screens, workbook_commands

    written = workbook_commands.convert(source, goal, spoken())
    screens.tell(_("written: {files}", files=listed(map(str, written))), quiet)


def _finish_shard(done, out: Path, quiet: bool) -> None:
    """Say how much of a shard there is, and end with the code that fits."""
    from simcap import screens

    screens.tell(
        _(
            "{number} replications of this shard are in {directory}; simcap merge puts shards"
            " together",
            number=sum(len(cell.records) for cell in done.cells),
            directory=out,
        ),
        quiet,
    )
    for failure in done.failures:
        screens.tell(_("simcap: failed: {failure}", failure=failure))
    if done.interrupted or done.failures:
        raise typer.Exit(130 if done.interrupted else 3)


def _shard(text: str, experiment) -> tuple[int, int]:
    """(0-based number, of how many) from K/N."""
    match = re.fullmatch(r"(\d+)/(\d+)", text.strip())
    if match is None or not 1 <= int(match[1]) <= int(match[2]):
        raise InputError(
            _("--shard: K/N with K from 1 to N, such as 2/8, wanted, got {got!r}", got=text)
        )
    if experiment.stopping is not None:
        raise InputError(
            _(
                "--shard: a fixed number of replications wanted; whether a precision is"
                " reached is only known from all of them together"
            )
        )
    return int(match[1]) - 1, int(match[2])


def _known(engine: str) -> str:
    if engine not in ENGINES:
        raise InputError(
            _("--engine: one of {engines} wanted, got {got!r}", engines=listed(ENGINES), got=engine)
        )
    return engine


def _scenario(file: Path, sets: Optional[list[str]]):
    from simcap.building import load_scenario, overridden

    return overridden(load_scenario(file), _changes(sets))


def _changes(sets: Optional[list[str]]) -> dict:
    """{path: value} from PATH=VALUE."""
    from simcap.study.levels import plain_value

    return {path: plain_value(_whole(path, value)) for path, value in map(_assignment, sets or [])}


def _whole(path: str, value: str) -> str:
    """``value``, which says what there shall be, not how much more."""
    if re.match(r"[+＋]\s*\d", value):
        wanted = _(
            "the number that there shall be in all wanted, or a factor such as x1.5, got {got}",
            got=repr(value),
        )
        raise InputError(f"--set {path}: {wanted}")
    return value


def _assignment(text: str) -> tuple[str, str]:
    """(path, value) from PATH=VALUE."""
    from simcap.building.overrides import split_setting

    setting = split_setting(text)
    if setting is None:
        raise InputError(_("PATH=VALUE wanted, got {got!r}", got=text))
    return setting[0], setting[1].strip()
