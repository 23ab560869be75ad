"""Figures for planners, drawn from the frames of a sweep: one module per family of figures.

A figure whose data is not there (no second level of staff, no waits) is left out. Nothing here
knows of Huadu: the names of staff, stations, zones and factors come from the results.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from matplotlib.figure import Figure

from simcap.lang import _, listed
from simcap.plots import answer, levels, need, staff, study, waits, why, zones
from simcap.plots.theme import boxes, render, save, sheet, use_theme
from simcap.plots.view import Results, View
from simcap.study.executors import end_with_parent

__all__ = ["FIGURES", "cannot_draw", "drawn", "figures"]

FIGURES: dict[str, Callable[[View], Figure | None]] = {
    "answer": answer.answer,
    "funnel": need.funnel,
    "hours": staff.hours,
    "coverage": levels.coverage,
    "marginal": staff.next_counsellor,
    "zones": zones.zones,
    "why_not_in_time": why.why_not_in_time,
    "waits": waits.waits,
    "tradeoff": levels.tradeoff,
    "uncertainty": study.uncertainty,
    "sensitivity": study.sensitivity,
    "warm_up": study.warm_up,
}
"""File name: what draws it. Each returns None where the results hold nothing to draw."""
ALONG_LEVELS = ("coverage", "marginal", "tradeoff")
"""Those that go along the levels of collaboration and staff: an experiment that names its answer
or its design points asks something else.
"""
OF_A_SAMPLE: dict[str, Callable[[View], Figure | None]] = {
    "responses": study.responses,
    "warm_up": study.warm_up,
}
"""The same where factors were sampled, so that there are no levels to go along."""


def prepare() -> None:
    """Load what drawing needs (fonts, writers of files), so that the first figure is drawn as fast
    as the others.
    """
    with use_theme():
        figure = sheet(2.0, 2.0, "字 a", "b", ["c"])
        figure.subplots().plot([0, 1], "o-", label="d")
        render(figure, "first")


_views: list[View] = []
"""What copies of this process draw from: it is there when they are made, and so need not be sent.
"""


def figures(
    results: Results, out: Path, jobs: int = 1, meanwhile: Callable[[], None] = lambda: None
) -> list[Path]:
    """Write each figure of ``results`` as PNG and SVG into the directory ``out``; the paths
    written, in order.

    With ``jobs`` above 1 they are drawn by as many copies of this process, where the system can
    make copies and no other threads are at work. ``meanwhile`` is called while they are drawn, or
    else before.
    """
    clear(out)
    if results.summary.empty:
        meanwhile()
        return []
    out.mkdir(parents=True, exist_ok=True)
    names, view = list(_drawing(results)), View(results)
    if (
        jobs == 1
        or "fork" not in multiprocessing.get_all_start_methods()
        or threading.active_count() > 1
    ):
        meanwhile()
        return [path for name in names for path in _written(view, out, name)]
    _views.append(view)
    gc.freeze()  # looking for cycles would touch, and so copy, the memory that copies share
    try:
        with ProcessPoolExecutor(
            min(jobs, len(names)), multiprocessing.get_context("fork"), _begin_copy, (os.getpid(),)
        ) as copies:
            written = copies.map(_written_by_copy, names, [out] * len(names))
            meanwhile()
            return [path for paths in written for path in paths]
    finally:
        gc.unfreeze()
        _views.pop()


def clear(out: Path) -> None:
    """Take away figures of earlier results from the directory ``out``: those of a sweep are all of
    that sweep.
    """
    for name in {**FIGURES, **OF_A_SAMPLE}:
        for ending in ("png", "svg"):
            (out / f"{name}.{ending}").unlink(missing_ok=True)


def _begin_copy(original: int) -> None:
    """In a copy of the process ``original``: an interruption is for the original, and without it
    there is nothing to do.
    """
    end_with_parent(original)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _written_by_copy(name: str, out: Path) -> list[Path]:
    return _written(_views[-1], out, name)


def _written(view: View, out: Path, name: str) -> list[Path]:
    """Draw and write one figure, if there is anything to draw."""
    with use_theme(), warnings.catch_warnings():
        for letter in boxes(view.texts):  # said once, by ``cannot_draw``
            warnings.filterwarnings("ignore", f"Glyph {ord(letter)} ")
        figure = _drawing(view.results)[name](view)
        return save(figure, out / name) if figure is not None else []


def _drawing(results: Results) -> dict[str, Callable[[View], Figure | None]]:
    if results.experiment.sampled:
        return OF_A_SAMPLE
    asks_else = results.experiment.answer or results.experiment.settings
    return {
        name: draw for name, draw in FIGURES.items() if not (asks_else and name in ALONG_LEVELS)
    }


def cannot_draw(results: Results) -> str:
    """A sentence about the characters that are boxes in the figures of ``results``; empty if there
    are none.
    """
    found = [
        _("{letter} (in {text})", letter=_named(letter), text=text)
        for letter, text in boxes(View(results).texts).items()
    ]
    if not found:
        return ""
    more = _(" and {number} more", number=len(found) - 5) if len(found) > 5 else ""
    letters = listed(found[:5]) + more
    return _("no font for {letters}: boxes in the figures", letters=letters)


def _named(letter: str) -> str:
    return letter if letter.isprintable() else f"U+{ord(letter):04X}"


def drawn(results: Results) -> dict[str, Figure]:
    """The figures of ``results`` by name; call it inside ``use_theme()``."""
    if results.summary.empty:
        return {}
    view = View(results)
    made = {name: draw(view) for name, draw in _drawing(results).items()}
    return {name: figure for name, figure in made.items() if figure is not None}
