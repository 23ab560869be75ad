"""Both settings by zone, with intervals. Vega draws names as plain text, whatever signs they
hold; the library comes with Streamlit, so that nothing is asked of another machine.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from simcap.app.shown import Pair
from simcap.lang import _
from simcap.plots.theme import COLOURS

ROW, MOST_NAME = 40, 130
"""Pixels of a zone's row, and of its name."""


def by_place(rows: list[tuple[str, Pair]], unit: str, both: bool, title: str) -> Any:
    """A dot with its 95 % interval for each place and setting; the value's axis begins at 0."""
    names = [_("A as written"), _("B as set")][: 1 + both]
    frame = _frame(rows, names)
    order = list(dict.fromkeys(frame["place"]))
    shades = alt.Scale(domain=names, range=[COLOURS[0], COLOURS[3]][: len(names)])
    marks = alt.Scale(domain=names, range=["circle", "diamond"][: len(names)])
    base = alt.Chart(frame).encode(
        y=alt.Y("place:N", sort=order, title=None, axis=alt.Axis(labelLimit=MOST_NAME)),
        yOffset=alt.YOffset("setting:N", sort=names),
        color=alt.Color("setting:N", scale=shades, title=None, legend=_legend()),
        tooltip=[
            alt.Tooltip("place:N", title=_("place")),
            alt.Tooltip("setting:N", title=_("setting")),
            alt.Tooltip("mean:Q", format=".4~g", title=title),
            alt.Tooltip("lower:Q", format=".4~g", title=_("from (95 %)")),
            alt.Tooltip("upper:Q", format=".4~g", title=_("to (95 %)")),
        ],
    )
    axis = alt.Scale(zero=True, nice=True)
    bars = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("lower:Q", scale=axis, title=_("{measure}, {unit}", measure=title, unit=unit)),
        x2="upper:Q",
    )
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        x=alt.X("mean:Q", scale=axis),
        shape=alt.Shape("setting:N", scale=marks, title=None, legend=_legend()),
    )
    return alt.layer(bars, dots).properties(height=ROW * len(order) + 110)


def _frame(rows: list[tuple[str, Pair]], names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "place": place,
                "setting": name,
                "mean": cell.mean,
                "lower": cell.lower,
                "upper": cell.upper,
            }
            for place, pair in rows
            for name, cell in zip(names, (pair.written, pair.moved), strict=False)
        ]
    )


def _legend() -> alt.Legend:
    return alt.Legend(orient="top", title=None, symbolOpacity=1)
