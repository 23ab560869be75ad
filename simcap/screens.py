"""Where and how commands print: tables for people on stdout, progress and messages on stderr, JSON
on request; and what is said of a study before it runs.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.cells import cell_len
from rich.console import Console, Group, JustifyMethod
from rich.containers import Lines
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from simcap.lang import _, n_
from simcap.lang.amounts import duration
from simcap.lang.sentences import said as in_words
from simcap.lang.wrapping import is_wide, wrapped
from simcap.printing import in_one_line, printable, printable_json
from simcap.scenario.units import say_hours

WHOLE_WORD = 12
"""Columns up to which the words of a heading are not broken, however narrow the terminal."""
HEARTBEAT = 10.0
"""Seconds between lines of progress where there is no terminal."""


class _Screen(Console):
    """A console for which text is text: no mark-up, and no control sign that is obeyed."""

    def __init__(self, **options):
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def print(self, *objects, **options) -> None:
        shown = [_Words(printable(each)) if isinstance(each, str) else each for each in objects]
        super().print(*shown, **options)


class _Words(Text):
    """Text in lines that cut no word and begin with no comma, of letters two columns wide, too."""

    def wrap(self, console, width, *, no_wrap=None, justify=None, **options) -> Lines:
        if no_wrap or not is_wide(self.plain):
            return super().wrap(console, width, no_wrap=no_wrap, justify=justify, **options)
        parts = (part for line in self.plain.split("\n") for part in wrapped(line, width))
        lines = Lines(Text(part, style=self.style) for part in parts)
        lines.justify(console, width, justify=justify or self.justify or "left", overflow="fold")
        return lines


def words(text: str) -> Text:
    """``text`` for a cell or a paragraph."""
    return _Words(printable(text))


def out() -> Console:
    """Where tables go: stdout, as wide as its terminal; where it is none, as the variable COLUMNS
    says, or 120 columns.
    """
    said = os.environ.get("COLUMNS", "")
    wide = int(said) if said.isdigit() and int(said) else 120
    return _Screen(width=None if sys.stdout.isatty() else wide)


def tell(text: str, quiet: bool = False) -> None:
    """A message on stderr, unless ``quiet``."""
    if not quiet:
        print(printable(text), file=sys.stderr, flush=True)


@contextmanager
def progress(quiet: bool, what: str) -> Iterator[Callable]:
    """A function to call, as often as one likes, with the ``Progress`` so far: on a terminal a bar
    with replications done, rate and time left, drawn anew four times a second by a thread of its
    own; elsewhere a line every ten seconds.
    """
    if quiet:
        yield lambda progress=None: None
    elif sys.stderr.isatty():
        bar = _bar()
        draw = _drawing(bar, what)
        with bar:
            yield draw
    else:
        yield _telling(what)


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}", markup=False),
        console=_Screen(stderr=True),
        transient=True,
        refresh_per_second=4,
    )


def _drawing(bar: Progress, what: str) -> Callable:
    task = bar.add_task(what, total=None, rate="", left="")

    def draw(progress=None):
        if progress is not None:
            bar.update(
                task,
                completed=progress.done + progress.skipped,
                total=progress.total,
                rate=_rate(progress),
                left=_left(progress),
            )

    return draw


def _telling(what: str) -> Callable:
    told = time.monotonic()

    def tell_now_and_then(progress=None):
        nonlocal told
        if progress is not None and time.monotonic() - told >= HEARTBEAT:
            told = time.monotonic()
            done = progress.done + progress.skipped
            said = _("{done} of {total} {what}", done=done, total=progress.total, what=what)
            tell(", ".join(filter(None, (said, _rate(progress), _left(progress)))))

    return tell_now_and_then


def _rate(progress) -> str:
    if math.isnan(progress.rate):
        return ""
    return (
        _("{number} a second", number=f"{progress.rate:.1f}")
        if progress.rate >= 1
        else _("{number} a minute", number=f"{60 * progress.rate:.1f}")
    )


def _left(progress) -> str:
    if math.isnan(progress.left):
        return ""
    return _("{time} left", time=duration(say_hours(progress.left / 3600)))


def announce(
    experiment, overloads: list[str], warnings: list[str], recorded: int, quiet: bool
) -> None:
    """What is about to run, what earlier runs left, which staff will be overloaded, and what else
    to beware of.
    """
    tell(
        _(
            "{name}: {design} of {time}, seed {seed}",
            name=experiment.name,
            design=design(experiment),
            time=duration(say_hours(experiment.scenario.horizon)),
            seed=experiment.seed,
        ),
        quiet,
    )
    if recorded:
        tell(
            _(
                "journal: {number} replications of earlier runs; those that are still asked for are"
                " not run again",
                number=recorded,
            ),
            quiet,
        )
    if experiment.note:
        tell(_("note: {note}", note=experiment.note), quiet)
    for sentence in overloads:
        tell(_("guard: before the run, at the baseline: {said}", said=in_words(sentence)), quiet)
    for sentence in warnings:
        tell(_("warning: {said}", said=in_words(sentence)), quiet)


def design(experiment) -> str:
    """How many runs of what an experiment is."""
    parts = [n_("{number} design point", "{number} design points", len(experiment.points))]
    if experiment.samples:
        parts.append(
            _(
                "{number} settings of {inputs} uncertain inputs",
                number=len(experiment.samples),
                inputs=len(experiment.uncertain),
            )
        )
    rule = experiment.stopping
    if rule is not None:
        said = _("{least} to {most} replications", least=rule.at_least, most=rule.at_most)
        return " × ".join([*parts, said])
    parts.append(n_("{number} replication", "{number} replications", experiment.replications))
    return " × ".join(parts) + " = " + n_("{number} run", "{number} runs", experiment.runs)


def show_design(experiment) -> None:
    """What would be run."""
    from simcap.study.experiment import point_name

    number = (
        f"{experiment.replications - 1}"
        if experiment.stopping is None
        else _("at most {number}", number=experiment.replications - 1)
    )
    settings = (
        _(
            ", at each of {number} settings of {inputs}",
            number=len(experiment.samples),
            inputs=", ".join(experiment.uncertain),
        )
        if experiment.samples
        else ""
    )
    for point in experiment.points:
        said = _(
            "{point}: replications 0 to {number}, seed {seed}",
            point=point_name(point),
            number=number,
            seed=experiment.seed,
        )
        out().print(said + settings, soft_wrap=True)


def table(title: str, columns: list[str], rows: list[list], numbers: int = 99) -> Group:
    """A plain table below its title; columns from the second to the ``numbers``-th are
    right-aligned.
    """
    made = Table(
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    for i, column in enumerate(columns):
        side: JustifyMethod = "right" if 0 < i <= numbers else "left"
        head = in_one_line(column)
        whole = min(max(map(cell_len, head.split()), default=0), WHOLE_WORD)
        made.add_column(_Words(head), justify=side, overflow="fold", min_width=whole)
    for row in rows:
        made.add_row(*(_Words(in_one_line(str(cell))) for cell in row))
    return Group(*([_Words(in_one_line(title))] if title else []), made)


def print_json(data) -> None:
    """``data`` as JSON on stdout."""
    print(printable_json(json.dumps(_plain(data), indent=1, ensure_ascii=False)))


def _plain(data):
    """``data`` with NaN as null, which JSON has no word for."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, (list, tuple)) else data
