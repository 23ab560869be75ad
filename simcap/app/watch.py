"""The page «Watch»: one replication, a day at the hotline, four weeks of queues, residents on their
way.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, wait
from pathlib import Path

import streamlit as st

from simcap.app import chosen
from simcap.app.plain import markdown, paragraph
from simcap.app.watching import residents, views, work
from simcap.app.watching.counts import Watched
from simcap.building import load_scenario
from simcap.errors import InputError
from simcap.lang import N_, _

VIEWS = {
    "day": (N_("A day at the hotline"), views.day),
    "month": (N_("Four weeks of queues"), views.month),
    "moving": (N_("Residents on their way"), residents.moving),
}
PATIENCE = 5.0
"""Seconds after which the page says what may take so long."""


def page() -> None:
    """Show it."""
    st.title(_("Watch"))
    path = chosen.path()
    try:
        scenario = load_scenario(path)
    except (InputError, OSError) as fault:
        st.error(_("The scenario cannot be read: {fault}", fault=markdown(str(fault))))
        return
    told = _(
        "{name}: one replication of the model, day by day as it was drawn. It shows what can"
        " happen, not how often: for means and intervals ask «What if».",
        name=scenario.name,
    )
    st.html(paragraph(told, "color:gray;font-size:0.875rem"))  # Markdown would link an address
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        view = st.pills(
            _("What to watch"),
            list(VIEWS),
            format_func=lambda v: _(VIEWS[v][0]),
            default="day",
            key="watch view",
        )
    with right:
        replication = st.number_input(_("Replication"), 0, 9999, 0, key="watch replication")
    job = work.watched(scenario, int(replication))
    wait([job], timeout=0.3)
    if job.done():
        _show(job, VIEWS[view or "day"][1], work.key_of(scenario, int(replication)))
    else:
        _making(job, time.monotonic(), path)


def _show(job: Future[Watched], view, key: str) -> None:
    fault = job.exception()
    if fault is None:
        view(job.result(), key)
        return
    st.error(
        _("The simulation failed: {fault}", fault=markdown(str(fault) or type(fault).__name__))
    )
    if st.button(_("Try again")):
        work.REPLICATIONS.again(key)
        st.rerun()


@st.fragment(run_every=0.5)
def _making(job: Future[Watched], since: float, path: Path) -> None:
    """Says that it is being simulated, and shows it when it is done."""
    if job.done():
        st.rerun()
    passed = time.monotonic() - since
    with st.spinner(_("Simulating one replication …")):
        if passed > PATIENCE:
            st.info(
                _(
                    "{seconds} s so far. On a new computer the model is first made into machine"
                    " code, which takes one to two minutes, once.",
                    seconds=f"{passed:.0f}",
                )
            )
        time.sleep(0.4)
