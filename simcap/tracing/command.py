"""``simcap trace``: simulate one replication, choose residents, tell of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from rich.padding import Padding
from rich.table import Table

from simcap import screens
from simcap.building import compile_scenario
from simcap.building.arrangement import arranged
from simcap.engine import prepare, simulate
from simcap.errors import InputError
from simcap.lang import _, listed, typeset
from simcap.lang.wrapping import columns
from simcap.printing import in_one_line
from simcap.scenario.schema import Scenario
from simcap.study.csv_files import csv_bytes
from simcap.study.writing import replace
from simcap.tracing.choosing import Wanted, chosen
from simcap.tracing.event_log import event_log
from simcap.tracing.story import Story, story
from simcap.tracing.traces import Resident, Trace, trace
from simcap.tracing.visits_table import visits_table
from simcap.tracing.xes import xes

FORMATS = ("story", "csv", "vidigi", "xes")
EVERYONE = "all"


def wanted_count(text: str) -> int | None:
    """How many residents ``--residents`` asks for; None is all."""
    if text.strip().lower() == EVERYONE:
        return None
    if not text.strip().isdecimal() or int(text) < 1:
        raise InputError(
            _("--residents: a whole number above 0, or all, wanted, got {got!r}", got=text)
        )
    return int(text)


def known_format(text: str) -> str:
    """``text``, if it is one of the formats."""
    if text not in FORMATS:
        raise InputError(
            _("--format: one of {formats} wanted, got {got!r}", formats=listed(FORMATS), got=text)
        )
    return text


def traced(scenario: Scenario, seed: int, replication: int, engine: str) -> Trace:
    """The trace of one replication of ``scenario``."""
    network = compile_scenario(scenario)
    prepare(engine)
    run = simulate(network, scenario.horizon, seed, replication, engine)
    observed = scenario.warm_up, scenario.warm_up + scenario.observe
    whole = arranged(scenario).scenario
    needs, audiences = whole.needs, whole.needs.keys() - whole.needed().keys()
    pathways = {name: need.pathway for name, need in needs.items()}
    return trace(run, scenario.start, observed, pathways, audiences)


def show(
    scenario: Scenario, made: Trace, wanted: Wanted, form: str, file: Path | None, excel: bool
) -> str:
    """Tell of the residents who are ``wanted``, on stdout or in ``file``; gives what is to be said
    of it.
    """
    residents = chosen(made, wanted)
    some, everybody = f"{len(residents):,}", f"{len(made.residents):,}"
    whom = _("{number} of {all} residents", number=some, all=everybody)
    if form == "story":
        _write(_told(scenario, made, residents, whom), file)
    elif form == "xes":
        _write(xes(made, _in_order(residents), scenario.name), file)
    else:
        table = event_log if form == "vidigi" else visits_table
        _write(csv_bytes(table(made, _in_order(residents)), excel), file)
    return _notice(made, wanted, form, whom)


def _in_order(residents: list[Resident]) -> list[Resident]:
    return sorted(residents, key=lambda resident: resident.id)


def _notice(made: Trace, wanted: Wanted, form: str, whom: str) -> str:
    said = _(
        "wrote {residents}, seed {seed}, replication {replication}",
        residents=whom,
        seed=made.seed,
        replication=made.replication,
    )
    if form == "vidigi":
        minutes = made.horizon / 6e7
        said += _(
            "; times in minutes: {setting}",
            setting=f'start_date="{made.start}", limit_duration={minutes:g}',
        )
    if form != "story" and wanted != Wanted():
        said += _("; queues and staff are whole with --residents all only")
    return typeset(said)


def _write(content: bytes, file: Path | None) -> None:
    """``content`` to ``file``, or to stdout."""
    if file is not None:
        replace(file, content, advice="")
        return
    sys.stdout.flush()
    getattr(sys.stdout, "buffer").write(content)  # noqa: B009  (a test's stdout says it has none)
    sys.stdout.flush()


def _told(scenario: Scenario, made: Trace, residents: list[Resident], whom: str) -> bytes:
    console = screens.out()
    with console.capture() as captured:
        head = _(
            "{name}: {residents}, seed {seed}, replication {replication}",
            name=scenario.name,
            residents=whom,
            seed=made.seed,
            replication=made.replication,
        )
        console.print(head)
        for resident in residents:
            for part in _lines(story(made, resident)):
                console.print(part)
    lines = (line.rstrip() for line in captured.get().splitlines())
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _lines(told: Story) -> Iterator[str | Table | Padding]:
    yield f"\n{in_one_line(told.who)}"
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    day = ""
    for line in told.lines:
        when = line.day if line.day != day else " " * columns(line.day)
        day = line.day
        grid.add_row(f"  {when} {line.time}", screens.words(in_one_line(line.said)))
    yield grid
    yield Padding(screens.words(in_one_line(told.in_all)), (0, 0, 0, 2))
