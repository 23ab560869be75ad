"""The view of residents on their way, and one of them told of beside it."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from simcap.app.plain import paragraph
from simcap.app.watching.counts import Watched
from simcap.app.watching.moving import MINUTES, Moving
from simcap.app.watching.moving import moving as moving_of
from simcap.app.watching.parts import dated, drawn, kept, limits
from simcap.lang import N_, _, n_, spoken
from simcap.tracing import story
from simcap.tracing.traces import Resident

MOVING_LIMITS = (
    N_("Queues are those of the residents shown: shorter than the real ones if some are left out."),
    N_(
        "A picture every {minutes} minutes: who comes and goes in between, as most callers do, is"
        " not seen at the station."
    ),
    N_("Free seats and closing hours are not drawn, since they change with the roster."),
    N_("A newcomer flies in from the upper left corner; who has left is seen once, then no more."),
    N_("A team of several staffs is drawn at the first of them; ✕ is a resident who did not come."),
)


@st.fragment
def moving(watched: Watched, key: str) -> None:
    """Residents on their way."""
    zones = dict.fromkeys(
        stream.labels.get("zone", "") for stream in watched.trace.network.arrivals
    )
    columns = st.columns(3)
    with columns[0]:
        names = [zone for zone in zones if zone] + [""]
        zone = st.selectbox(
            _("Residents of"), names, format_func=lambda z: z or _("all zones"), key="watch zone"
        )
    with columns[1]:
        days = st.slider(_("Days"), 1, 3, 2, key="watch days")
    with columns[2]:
        at_most = st.slider(_("At most so many residents"), 20, 120, 60, 20, key="watch most")
    date = dated(watched, _("From"), watched.days[0], f"watch from {key}")
    made: Moving = kept(
        f"moving {key} {zone} {date} {days} {at_most}",
        lambda: moving_of(watched, zone, date, days, at_most),
    )
    st.caption(_left_out(made))
    if not made.shown:
        return
    _with_story(watched, made, f"moving {key} {zone} {date} {days} {at_most}")
    limits(MOVING_LIMITS, minutes=MINUTES)


def _left_out(made: Moving) -> str:
    """How many are shown, and who is not."""
    shown = n_("{number} resident is shown", "{number} residents are shown", len(made.shown))
    if len(made.shown) < made.found:
        shown = _("{shown}, drawn from {found}", shown=shown, found=made.found)
    return _(
        "{shown}: those who were at a station in these days. Left out: {drawn} of them, and {away}"
        " who were at home, or on the way, all the time.",
        shown=shown,
        drawn=made.found - len(made.shown),
        away=made.away,
    )


def _with_story(watched: Watched, made: Moving, key: str) -> None:
    """The picture, and beside it one resident's story: chosen there, or in the picture."""
    picked, residents = f"resident {key}", {one.id: one for one in made.shown}

    def clicked() -> None:
        for point in st.session_state[key]["selection"]["points"]:
            name = (point.get("customdata") or [""])[0]
            if name in residents:
                st.session_state[picked] = name

    left, right = st.columns([2, 1])
    with left:
        with st.spinner(_("Drawing …")):
            picture = kept(f"{key} {spoken()}", lambda: moving_chart(watched, made))
        st.html(_signs(watched, made))
        drawn(picture, key, on_select=clicked, selection_mode="points")
    with right:
        st.session_state.setdefault(picked, _busiest(made))
        name = st.selectbox(
            _("One of them: choose, or click in the picture"),
            list(residents),
            format_func=lambda name: f"{name} · {_need(watched, residents[name])}",
            key=picked,
        )
        _told(watched, residents[name])


def moving_chart(watched: Watched, made: Moving) -> dict[str, Any]:
    """vidigi is imported when it is needed: it takes a second."""
    from simcap.app.watching import moving_chart

    return moving_chart.chart(watched, made)


def _busiest(made: Moving) -> str:
    """Who does most in the window, of equals the first."""
    log = made.log[made.log["time"].between(made.first, made.last)]
    done = log.groupby("entity_id").size()
    return max(made.shown, key=lambda one: int(done.get(one.id, 0))).id


def _need(watched: Watched, resident: Resident) -> str:
    return watched.trace.labels(resident).get("need", "") or watched.trace.stream(resident)


def _signs(watched: Watched, made: Moving) -> str:
    from simcap.app.watching.moving_chart import key_of

    return key_of(watched, made)


def _told(watched: Watched, resident: Resident) -> None:
    """The story of ``resident``."""
    told = story(watched.trace, resident)
    rows = "".join(
        f'<tr><td style="{WHEN}">{html.escape(line.when)}</td>'
        f'<td style="{SAID}">{html.escape(line.said)}</td></tr>'
        for line in told.lines
    )
    st.html(
        paragraph(told.who, "font-weight:600")
        + f'<table style="border:0;font-size:0.85rem">{rows}</table>'
        + paragraph(told.in_all, "margin-top:0.4rem")
    )


WHEN = "vertical-align:top;padding:1px 8px 1px 0;border:0;white-space:nowrap;color:gray"
SAID = "vertical-align:top;padding:1px 0;border:0;overflow-wrap:anywhere"
"""Styles of a story's moments and of what happened then."""
