"""The picture of a day: seats, callers who wait, and what became of each call."""

from __future__ import annotations

import datetime
import math
from typing import Any

import numpy as np

from simcap.app.watching.charts import (
    axes,
    curtain,
    figure,
    heading,
    number,
    sign,
    stamps,
    steps,
    value_axis,
)
from simcap.app.watching.counts import DAY, Watched
from simcap.app.watching.day import Day, Happened
from simcap.lang import _
from simcap.network.clock import HOUR
from simcap.plots.theme import ALARM, COLOURS, INK
from simcap.plots.words import unit_of_time

USE, WAIT = COLOURS[0], "#cc7a00"
PANELS = ("", "2", "3")
DOMAINS = ((0.76, 0.92), (0.45, 0.61), (0.0, 0.3))
GLYPHS = {"answered": "●", "gave_up": "✖", "full": "□", "called_back": "◇"}
SHAPES = {
    "answered": "circle",
    "gave_up": "x",
    "full": "square-open",
    "called_back": "diamond-open",
}
HUES = {"answered": USE, "gave_up": ALARM, "full": ALARM, "called_back": INK}


def chart(watched: Watched, day: Day) -> dict[str, Any]:
    """The picture of ``day``."""
    start, frames = watched.trace.start, day.frames
    factor, unit = unit_of_time([float(_longest(day)) / HOUR])
    at, tops = stamps(start, frames), _tops(day, factor)
    data = [*_seats(start, day), *_waiting(start, day), *_calls(start, day, factor)]
    end = stamps(start, frames[-1:] + DAY)[0]
    moving = [
        [curtain(now, end, top, axis) for axis, top in zip(PANELS, tops, strict=True)]
        + [
            number(at[-1], 0.97 * top, text, axis)
            for axis, top, text in zip(PANELS, tops, texts, strict=True)
        ]
        for now, texts in zip(at, _texts(day), strict=True)
    ]
    active = int(np.argmax(day.now(day.waiting, frames)))
    data += moving[active]
    changing = [_changes(frame) for frame in moving]
    names = [moment[11:16] for moment in at[:-1]] + ["24:00"]
    layout = _layout(day, at, tops, unit)
    return figure(data, range(len(data) - 6, len(data)), changing, names, active, layout)


def _changes(frame: list[dict]) -> list[dict]:
    """What of the traces of a ``frame`` differs from one to the next."""
    return [
        {key: trace[key] for key in (("text",) if trace["mode"] == "text" else ("x",))}
        for trace in frame
    ]


def _longest(day: Day) -> int:
    return max(int(h.waited.max(initial=0)) for h in (day.answered, day.gave_up, day.full))


def _tops(day: Day, factor: float) -> tuple[float, float, float]:
    """Up to where the panels reach."""
    places = np.concatenate([day.in_use, day.on_duty[np.isfinite(day.on_duty)]])
    most = _longest(day) / HOUR * factor
    return (
        max(1, places.max()) * 1.35,
        max(1, day.waiting.max()) * 1.35,
        max(1.0, most) * 1.35,
    )


def _seats(start: datetime.date, day: Day) -> list[dict]:
    x = stamps(start, day.times)
    filled = {"fill": "tozeroy", "fillcolor": _pale(USE), "line": {"color": USE, "width": 1.5}}
    dashed = {"line": {"color": INK, "width": 1.5, "dash": "dash"}}
    duty = [value if math.isfinite(value) else None for value in day.on_duty]
    return [
        steps(x, day.in_use.tolist(), "", **filled),
        steps(x, duty, "", **dashed),
    ]


def _waiting(start: datetime.date, day: Day) -> list[dict]:
    x = stamps(start, day.times)
    filled = {"fill": "tozeroy", "fillcolor": _pale(WAIT), "line": {"color": WAIT, "width": 1.5}}
    return [steps(x, day.waiting.tolist(), "2", **filled)]


def _kinds(day: Day) -> dict[str, tuple[Happened, str]]:
    """What may become of a call, and what it is called."""
    kinds = {
        "answered": (day.answered, _("answered")),
        "gave_up": (day.gave_up, _("gave up")),
        "called_back": (day.called_back, _("calls again")),
        "full": (day.full, _("found the line full")),
    }
    return kinds if len(day.full.at) else {k: v for k, v in kinds.items() if k != "full"}


def _calls(start: datetime.date, day: Day, factor: float) -> list[dict]:
    return [
        {
            **axes("3"),
            "type": "scatter",
            "mode": "markers",
            "name": name,
            "x": stamps(start, one.at),
            "y": (one.waited / HOUR * factor).round(3).tolist(),
            "marker": {"symbol": SHAPES[kind], "color": HUES[kind], "size": 9},
            "cliponaxis": False,
            "hovertemplate": "%{x|%H:%M}  %{y:.1f}<extra></extra>",
        }
        for kind, (one, name) in _kinds(day).items()
    ]


def _texts(day: Day) -> list[tuple[str, str, str]]:
    """What each panel says of each moment."""
    at = day.frames
    in_use, on_duty, waiting = (
        day.now(values, at) for values in (day.in_use, day.on_duty, day.waiting)
    )
    events = [_by(day, at, one) for one in (day.answered, day.gave_up, day.called_back)]
    return [
        (
            _("{used} of {places} in use", used=used, places=places)
            if math.isfinite(places)
            else _("{used} in use", used=used),
            _("{number} waiting", number=queue),
            _("answered {a}, gave up {g}, calling again {c}", a=a, g=g, c=c),
        )
        for used, places, queue, a, g, c in zip(
            in_use.tolist(), _whole(on_duty), waiting.tolist(), *events, strict=True
        )
    ]


def _by(day: Day, at: np.ndarray, happened: Happened) -> list[int]:
    return happened.by(at).tolist()


def _whole(places: np.ndarray) -> list[float]:
    return [int(value) if math.isfinite(value) else value for value in places]


def _layout(day: Day, at: list[str], tops: tuple[float, float, float], unit: str) -> dict[str, Any]:
    keys = (
        (_("Seats"), "  ".join((sign("■", USE, _("in use")), sign("┅", INK, _("on duty"))))),
        (_("Callers"), sign("■", WAIT, _("waiting"))),
        (
            _("Calls, by how long they waited ({unit})", unit=unit),
            "  ".join(sign(GLYPHS[k], HUES[k], name) for k, (_one, name) in _kinds(day).items()),
        ),
    )
    layout: dict[str, Any] = {
        "height": 640,
        "annotations": [
            heading(*key, domain[1]) for key, domain in zip(keys, DOMAINS, strict=True)
        ],
    }
    for axis, domain, top in zip(PANELS, DOMAINS, tops, strict=True):
        layout[f"xaxis{axis}"] = {
            "anchor": f"y{axis}",
            "type": "date",
            "range": [at[0], at[-1]],
            "tickformat": "%H:%M",
            "ticklabelstandoff": 5,
            "dtick": 6 * 3600 * 1000,
            "fixedrange": True,
            "showgrid": True,
            "gridcolor": "#e6e6e6",
        }
        layout[f"yaxis{axis}"] = value_axis(domain, top, anchor=f"x{axis}")
    layout["yaxis3"]["range"] = [-0.06 * tops[2], tops[2]]  # calls answered at once are seen whole
    return layout


def _pale(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.35)"
