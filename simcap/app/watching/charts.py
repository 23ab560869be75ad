"""What the moving pictures have in common: colours, letters, the curtain over what is still to
come, play, pause and the slider of time. Plotly's figures as dictionaries; plotly.js comes with
Streamlit, nothing is asked of any host.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from simcap.lang import N_, _
from simcap.plots.theme import GREY, INK

WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
FONT = (
    "'Source Sans', 'Source Sans Pro', 'Noto Sans SC', 'Microsoft YaHei', 'PingFang SC', sans-serif"
)
GRID = "#e6e6e6"
CURTAIN = "rgba(255,255,255,0.82)"
CONTROLS = 118
"""Pixels below a picture for play, pause and the slider."""
CONFIG = {"displaylogo": False, "displayModeBar": False, "scrollZoom": False}


def plain(text: str) -> str:
    """``text`` as plotly shows it letter by letter: it would read <b> as bold, &amp; as &, and two
    $ as a formula.
    """
    for letter, said in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("$", "&#36;")):
        text = text.replace(letter, said)
    return text


def say_day(date: datetime.date) -> str:
    """«2026-07-28 Tue»."""
    return f"{date:%Y-%m-%d} {_(WEEKDAYS[date.weekday()])}"


def stamps(start: datetime.date, ticks: np.ndarray) -> list[str]:
    """Microseconds since ``start`` as plotly reads local dates."""
    begin = np.datetime64(start, "us")
    return np.datetime_as_string(begin + ticks.astype("timedelta64[us]"), unit="s").tolist()


def curtain(begin: str, end: str, top: float, axis: str) -> dict[str, Any]:
    """What hides the time from ``begin`` to ``end`` of the panel ``axis`` ("", "2" …), whose values
    reach up to ``top``; its left edge is now, the others are out of sight.
    """
    return {
        **axes(axis),
        "type": "scatter",
        "mode": "lines",
        "x": [begin, begin, end, end],
        "y": [-top, 2 * top, 2 * top, -top],
        "fill": "toself",
        "fillcolor": CURTAIN,
        "line": {"color": INK, "width": 1},
        "hoverinfo": "skip",
    }


def axes(axis: str) -> dict[str, str]:
    """Which panel a trace is drawn in."""
    return {"xaxis": f"x{axis}", "yaxis": f"y{axis}"}


def steps(x: Sequence, y: Iterable[float | None], axis: str, **style: Any) -> dict[str, Any]:
    """A line that stays at each value until the next."""
    line = {"shape": "hv", **style.pop("line", {})}
    return {**axes(axis), "type": "scatter", "mode": "lines", "x": x, "y": list(y)} | {
        "line": line,
        **style,
    }


def number(x: Any, y: float, text: str, axis: str) -> dict[str, Any]:
    """A ``text`` that ends at (x, y): what the panel ``axis`` shows now."""
    return {
        **axes(axis),
        "type": "scatter",
        "mode": "text",
        "x": [x],
        "y": [y],
        "text": [text],
        "textposition": "bottom left",
        "textfont": {"size": 14, "color": INK},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }


def heading(title: str, key: str, y: float) -> dict[str, Any]:
    """The name of a panel and, below, the ``key`` to its signs, above its left end at height ``y``
    of the sheet.
    """
    return {
        "text": f"{bold(title)}<br>{key}",
        "x": 0,
        "y": y,
        "xref": "paper",
        "yref": "paper",
        "xanchor": "left",
        "yanchor": "bottom",
        "showarrow": False,
        "align": "left",
        "font": {"size": 12.5, "color": INK},
    }


def bold(text: str) -> str:
    """``text`` in bold."""
    return f"<b>{text}</b>"


def sign(glyph: str, colour: str, said: str) -> str:
    """A sign in its colour and what it means."""
    return f'<span style="color:{colour}">{glyph}</span> {said}'


def value_axis(domain: tuple[float, float], top: float, **more: Any) -> dict[str, Any]:
    """An axis of values from 0 to ``top``, fixed, whole numbers where ``top`` is small."""
    small = {"dtick": 1} if top <= 4 else {"nticks": 5}
    return {
        "domain": domain,
        "range": [0, top],
        "fixedrange": True,
        "gridcolor": GRID,
        "zeroline": False,
        **small,
        **more,
    }


def figure(
    data: list[dict],
    moving: Sequence[int],
    frames: list[list[dict]],
    names: Sequence[str],
    active: int,
    layout: dict[str, Any],
) -> dict[str, Any]:
    """A picture whose traces ``moving`` differ from moment to moment, as ``frames`` say, which are
    called ``names``; at first it shows the ``active`` one.
    """
    shown = list(data)
    for at, trace in zip(moving, frames[active], strict=True):
        shown[at] = {**shown[at], **trace}
    return {
        "data": shown,
        "frames": [
            {"name": name, "traces": list(moving), "data": traces}
            for name, traces in zip(names, frames, strict=True)
        ],
        "layout": {**base(), **player(names, active), **layout},
    }


def base() -> dict[str, Any]:
    """Letters and paper: white also where the page is dark, so that colours are what they are."""
    return {
        "font": {"family": FONT, "size": 12, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "hovermode": "closest",
        "dragmode": False,
        "margin": {"l": 42, "r": 14, "t": 8, "b": CONTROLS},
        "showlegend": False,
    }


def player(
    names: Sequence[str], active: int, milliseconds: int = 80, moves: int = 0
) -> dict[str, Any]:
    """Play, pause, from the start, and the slider; a picture lasts ``milliseconds``, of which what
    is drawn ``moves`` to where it is in the next.
    """
    now = {"mode": "immediate", "transition": {"duration": 0}}
    still = {**now, "frame": {"duration": 0, "redraw": False}}
    glide = {"mode": "immediate", "transition": {"duration": moves, "easing": "linear"}}
    run = {**glide, "frame": {"duration": milliseconds, "redraw": False}}
    buttons = (
        (_("▶ Play"), None, {**run, "fromcurrent": True}),
        (_("❚❚ Pause"), [None], still),
        (_("↺ Again"), None, run),
    )
    menu = {
        **LOW,
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "pad": {"t": 78, "r": 0},
        "font": {"size": 12},
        "buttons": [
            {"label": label, "method": "animate", "args": [which, how]}
            for label, which, how in buttons
        ],
    }
    return {"updatemenus": [menu], "sliders": [_slider(names, active, still)]}


def _slider(names: Sequence[str], active: int, still: dict[str, Any]) -> dict[str, Any]:
    return {
        **LOW,
        "active": active,
        "len": 1,
        "pad": {"t": 30},
        "ticklen": 0,
        "minorticklen": 0,
        "font": {"size": 1, "color": "rgba(0,0,0,0)"},
        "currentvalue": {"prefix": "", "font": {"size": 13, "color": INK}, "offset": 4},
        "bgcolor": GRID,
        "bordercolor": GREY,
        "steps": [{"label": name, "method": "animate", "args": [[name], still]} for name in names],
    }


LOW = {"x": 0, "y": 0, "xanchor": "left", "yanchor": "top"}
"""Below the picture, from its left end on."""
