"""What the views have in common: the choice of a date, the picture, what it does not show."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from simcap.app.watching.charts import CONFIG
from simcap.app.watching.counts import Watched
from simcap.lang import _


def dated(
    watched: Watched, label: str, default: datetime.date, key: str, step: int = 1, span: int = 1
) -> datetime.date:
    """A date that is chosen among the observed days, every ``step`` of them, from which on ``span``
    days are observed where there are so many.
    """
    first, last = watched.days
    last = max(first, last - datetime.timedelta(days=span - 1))
    if first == last:
        return first
    return st.slider(
        label, first, last, default, datetime.timedelta(days=step), "YYYY-MM-DD", key=key
    )


@st.cache_data(max_entries=12, show_spinner=False)
def kept(key: str, _make: Callable[[], Any]) -> Any:
    """What is called ``key``: the last few are kept."""
    return _make()


def drawn(made: dict[str, Any], key: str, **more: Any) -> None:
    """The picture that was ``made``, called ``key``."""
    figure = go.Figure(made)
    st.plotly_chart(figure, width="stretch", theme=None, config=CONFIG, key=key, **more)


def limits(said: Sequence[str], **values: object) -> None:
    """What the picture does not show."""
    with st.expander(_("What the picture does not show")):
        for limit in said:
            st.markdown("- " + _(limit, **values))
