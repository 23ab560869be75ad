"""Figures for planners, drawn from the frames of a sweep: one module per family of figures.

A figure whose data is not there (no second level of staff, no waits) is left out. Nothing here knows of Huadu: the names of
staff, stations, zones and factors come from the results.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from simcap.plots import levels, need, staff, study, waits
from simcap.plots.theme import save, use_theme
from simcap.plots.view import View
from simcap.study.sweep import Sweep

__all__ = ["FIGURES", "drawn", "figures"]

FIGURES: dict[str, Callable[[View], Figure | None]] = {
    "funnel": need.funnel,
    "hours": staff.hours,
    "coverage": levels.coverage,
    "marginal": staff.next_counsellor,
    "zones": need.zones,
    "waits": waits.waits,
    "tradeoff": levels.tradeoff,
    "uncertainty": study.uncertainty,
    "sensitivity": study.sensitivity,
    "warm_up": study.warm_up,
}
"""File name: what draws it. Each returns None where the results hold nothing to draw."""
OF_A_SAMPLE: dict[str, Callable[[View], Figure | None]] = {"responses": study.responses, "warm_up": study.warm_up}
"""The same where factors were sampled, so that there are no levels to go along."""


def figures(results: Sweep, out: Path) -> list[Path]:
    """Write each figure of ``results`` as PNG and SVG into the directory ``out``; the paths written, in order."""
    out.mkdir(parents=True, exist_ok=True)
    with use_theme():
        return [path for name, figure in drawn(results).items() for path in save(figure, out / name)]


def drawn(results: Sweep) -> dict[str, Figure]:
    """The figures of ``results`` by name; call it inside ``use_theme()``."""
    if results.summary.empty:
        return {}
    view = View(results)
    made = {name: draw(view) for name, draw in (OF_A_SAMPLE if results.experiment.sampled else FIGURES).items()}
    return {name: figure for name, figure in made.items() if figure is not None}
