"""The picture of four weeks: who waits in which zone and since when, and who is at work."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.colors import to_hex

from simcap.app.watching.charts import (
    GRID,
    WEEKDAYS,
    axes,
    bold,
    curtain,
    figure,
    heading,
    number,
    plain,
    sign,
    stamps,
    steps,
)
from simcap.app.watching.counts import DAY, Watched
from simcap.app.watching.month import Month
from simcap.lang import _
from simcap.network.clock import HOUR
from simcap.plots.theme import COLOURS, INK, hues, shortened
from simcap.plots.words import unit_of_time

ROW, LOWER, GAP, TOP, KEY = 26, 110, 74, 64, 20
"""Pixels: a zone's row, the line of all who wait, what is between the two, what is above, and in
it the key to the staff.
"""


def chart(watched: Watched, month: Month) -> dict[str, Any]:
    """The picture of ``month``; at first, of the moment at work when most wait."""
    start, waiting = watched.trace.start, month.waiting.sum(axis=2)
    total = waiting.sum(axis=0)
    at = stamps(start, month.moments)
    names, colours = _rows(month), [to_hex(hue) for hue in hues(len(month.limits) + 1)]
    top = max(1, total.max()) * 1.3
    data = [_bar(names, "", colour) for colour in colours]
    data += [_bar(names, "2", "white", INK), _bar(names, "2", COLOURS[0], COLOURS[0], 0.5)]
    data.append(steps(at, total.tolist(), "3", line={"color": INK, "width": 1.5}))
    end = stamps(start, month.moments[-1:] + DAY)[0]
    data += [curtain(at[0], end, top, "3"), number(at[-1], 0.97 * top, "", "3")]
    frames = [
        [
            *({"x": month.waiting[:, k, one].tolist()} for one in range(len(colours))),
            {"x": _finite(month.on_duty[:, k])},
            {"x": month.in_use[:, k].tolist()},
            {"x": [at[k], at[k], end, end]},
            {"text": [_said(int(total[k]), int(month.longest[k]))]},
        ]
        for k in range(len(month.moments))
    ]
    moving = [*range(len(colours) + 2), len(colours) + 3, len(colours) + 4]
    labels = [_moment(watched, moment) for moment in month.moments.tolist()]
    layout = _layout(month, colours, int(waiting.max()), top, (at[0], at[-1]))
    return figure(data, moving, frames, labels, _fullest(month, total), layout)


def _fullest(month: Month, total: np.ndarray) -> int:
    """The moment at which most wait, of those at which somebody is on duty if there are any."""
    there = month.on_duty.sum(axis=0) > 0
    return int(np.argmax(np.where(there, total, -1))) if there.any() else int(np.argmax(total))


def _rows(month: Month) -> list[str]:
    """What the rows are called, each in one way."""
    named = [plain(shortened(zone or _("district"), 16)) for zone in month.zones]
    named += [_("{number} other zones", number=month.others)] if month.others else []
    return named


def _bar(names: list[str], axis: str, colour: str, line: str = "", width: float = 0.8) -> dict:
    """A row of bars, one for each of ``names``; those of the first panel stand on each other."""
    return {
        **axes(axis),
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(names))),
        "x": [0] * len(names),
        **({"base": 0} if axis else {}),
        "width": width,
        "marker": {"color": colour, "line": {"color": line or colour, "width": 1 if line else 0}},
        "customdata": names,
        "hovertemplate": "%{customdata}: %{x}<extra></extra>",
    }


def _finite(places: np.ndarray) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in places.tolist()]


def _moment(watched: Watched, moment: int) -> str:
    when = watched.trace.date(moment)
    return f"{when:%m-%d} {_(WEEKDAYS[when.weekday()])} {when:%H:%M}"


def _said(waiting: int, longest: int) -> str:
    factor, unit = unit_of_time([longest / HOUR])
    lasts = f"{longest / HOUR * factor:.0f} {unit}"
    if not waiting:
        return _("nobody waits")
    return _("{number} wait, the longest for {lasts}", number=waiting, lasts=lasts)


def _layout(
    month: Month, colours: list[str], most: int, top: float, span: tuple[str, str]
) -> dict[str, Any]:
    rows, duty = len(_rows(month)), month.on_duty[np.isfinite(month.on_duty)]
    upper = rows * ROW
    inner = TOP + upper + GAP + LOWER
    above, below = (1 - TOP / inner), LOWER / inner
    busiest = max(1.0, duty.max(initial=0), month.in_use.max(initial=0))
    bars = {"fixedrange": True, "zeroline": False, "gridcolor": GRID, "nticks": 4}
    zones = {
        "domain": [above - upper / inner, above],
        "range": [rows - 0.5, -0.5],
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
    }
    return {
        "height": inner + 8 + 118,
        "barmode": "relative",
        "margin": {"l": 8, "r": 14, "t": 8, "b": 118},
        "xaxis": {**bars, "anchor": "y", "domain": [0.0, 0.68], "range": [0, max(1, most) * 1.05]},
        "yaxis": {
            **zones,
            "anchor": "x",
            "tickvals": list(range(rows)),
            "ticktext": _rows(month),
            "automargin": True,
        },
        "xaxis2": {**bars, "anchor": "y2", "domain": [0.74, 1.0], "range": [0, busiest * 1.05]},
        "yaxis2": {**zones, "anchor": "x2", "showticklabels": False},
        **_all_zones(below, top, span),
        "annotations": [
            heading(
                _("Residents waiting, by how long so far"),
                _classes(month, colours),
                above + KEY / inner,
            ),
            {**heading("", "", above), "text": _staff_key(), "x": 1, "xanchor": "right"},
            {**heading("", "", below), "text": bold(_("Waiting in all zones"))},
        ],
    }


def _all_zones(below: float, top: float, span: tuple[str, str]) -> dict[str, Any]:
    """The axes of the lower picture."""
    return {
        "xaxis3": {
            "anchor": "y3",
            "type": "date",
            "range": list(span),
            "fixedrange": True,
            "tickformat": "%m-%d",
            "dtick": 7 * DAY // 1000,
            "gridcolor": GRID,
        },
        "yaxis3": {
            "anchor": "x3",
            "domain": [0, below],
            "range": [0, top],
            "fixedrange": True,
            "gridcolor": GRID,
            "zeroline": False,
            "nticks": 4,
            "automargin": True,
        },
    }


def _staff_key() -> str:
    signs = sign("□", INK, _("on duty")), sign("■", COLOURS[0], _("at work"))
    return " ".join((bold(_("Staff")), *signs))


def _classes(month: Month, colours: list[str]) -> str:
    """The key to how long they have waited: «<1 1–2 2–4 ≥4 weeks»."""
    size, unit = {
        168 * HOUR: (168 * HOUR, _("weeks")),
        24 * HOUR: (24 * HOUR, _("days")),
    }.get(month.limits[0], (HOUR, _("hours")))
    low, middle, high = (f"{limit // size}" for limit in month.limits)
    said = [plain(f"<{low}"), f"{low}–{middle}", f"{middle}–{high}", f"≥{high} {unit}"]
    return " ".join(sign("■", colour, text) for colour, text in zip(colours, said, strict=True))
