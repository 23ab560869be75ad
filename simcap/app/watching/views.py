"""The views of the page «Watch» that show numbers over time: a day, and four weeks."""

from __future__ import annotations

import streamlit as st

from simcap.app.plain import markdown
from simcap.app.watching import day_chart, month_chart
from simcap.app.watching.charts import say_day
from simcap.app.watching.counts import Watched
from simcap.app.watching.day import day_at, fullest
from simcap.app.watching.month import DAYS, month_of
from simcap.app.watching.parts import dated, drawn, kept, limits
from simcap.lang import N_, _, spoken

DAY_LIMITS = (
    N_("A picture every five minutes; lines and signs stand at the very minute."),
    N_("Seats are counted with all they do, also for other stations that they attend."),
    N_("Who finishes a call after the end of a shift is in use, though no longer on duty."),
    N_("Calls are counted on the day on which they were answered or given up."),
)
MONTH_LIMITS = (
    N_("Who waits counts where they wait; who is at work, where they belong: staff may be lent."),
    N_("Waiting is the time since this queue was joined, not since help was first asked for."),
    N_("Between two sessions of a course residents do not wait, until the next session is due."),
    N_("Who works on after the end of a shift is at work, though no longer on duty."),
)


@st.fragment
def day(watched: Watched, key: str) -> None:
    """A day at a station."""
    desks = watched.desks
    if not desks:
        st.info(_("Nobody is attended anywhere in this scenario."))
        return
    name = st.selectbox(_("Station"), list(desks), key="watch desk")
    date = dated(watched, _("Day"), fullest(watched, desks[name]), f"watch day {key} {name}")
    st.caption(
        _(
            "At first the observed day on which most callers gave up is shown; move the slider for"
            " another: {day}.",
            day=markdown(say_day(date)),
        )
    )
    made = kept(
        f"day {key} {name} {date} {spoken()}",
        lambda: day_chart.chart(watched, day_at(watched, desks[name], date)),
    )
    drawn(made, f"day {key} {name} {date}")
    limits(DAY_LIMITS)


@st.fragment
def month(watched: Watched, key: str) -> None:
    """Four weeks of a staff's queues."""
    names = [name for name, lines in watched.staffs.items() if any(one.stations for one in lines)]
    if not names:
        st.info(_("Nobody is attended anywhere in this scenario."))
        return
    most = max(names, key=lambda name: len(watched.staffs[name]))
    staff = st.selectbox(_("Staff"), names, names.index(most), key="watch staff")
    first = watched.days[0]
    date = dated(watched, _("Four weeks from"), first, f"watch month {key}", 7, DAYS)
    made = kept(
        f"month {key} {staff} {date} {spoken()}",
        lambda: month_chart.chart(watched, month_of(watched, staff, date)),
    )
    drawn(made, f"month {key} {staff} {date}")
    limits(MONTH_LIMITS)
