"""The page «What if»: sliders beside what they change, as written and as set, with the same
residents in both.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from simcap.app import controls, finding, results, session
from simcap.app.desk import Answer, Desk, Question
from simcap.app.finding import Opened
from simcap.app.levers import changes
from simcap.app.session import plain
from simcap.building import overridden
from simcap.errors import SimcapError
from simcap.lang import _
from simcap.scenario import Scenario

REPLICATIONS = (4, 10, 20, 40)
USUAL = 10
LOOK_UP = 0.7
"""Seconds after which the page looks whether more is finished."""


def page() -> None:
    """Show it."""
    st.title(_("What if"))
    try:
        file = _picked(finding.found(session.asked_path()))
        given = finding.opened(file)
    except (SimcapError, OSError) as problem:
        fault(problem)
        return
    left, right = st.columns([2, 3], gap="large")
    with left:
        moved = _moved(given)
    if moved is not None:
        scenario, set_otherwise = moved
        with right:
            _answered(given, scenario, set_otherwise)


def fault(problem: Exception) -> None:
    """Say what is wrong, a line each; the page lives on."""
    for line in str(problem).splitlines():
        st.error(plain(line))


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """The one that simulates, for all who have the page open."""
    return Desk()


def _picked(files: list[Path]) -> Path:
    names = dict(zip(finding.titles(files), files, strict=True))
    name = st.selectbox(_("Experiment, scenario or workbook"), list(names), key="picked")
    return names[name]


def _moved(given: Opened) -> tuple[Scenario, dict] | None:
    """(the scenario that the sliders make, what they set otherwise); None where that has faults,
    which are said.
    """
    st.markdown(f"**{plain(given.scenario.name)}**")
    if given.experiment is not None and given.experiment.question:
        st.caption(plain(given.experiment.question))
    known = _levers(given)
    chosen = controls.shown(given, known)
    set_otherwise = changes(known, chosen)
    try:
        return overridden(given.scenario, set_otherwise), set_otherwise
    except SimcapError as problem:
        fault(problem)
        return None


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs={Opened: id})
def _levers(given: Opened) -> list:
    from simcap.app.levers import levers

    return levers(given)


def _answered(given: Opened, moved: Scenario, set_otherwise: dict) -> None:
    number = st.select_slider(
        _("Replications: years as they may come"), REPLICATIONS, USUAL, key="replications"
    )
    asked = () if given.experiment is None else given.experiment.answer
    question = Question(given.scenario, moved, number, given.seed, asked)
    answer = desk().ask(session.who(), question)
    st.fragment(_live, run_every=None if answer.over else LOOK_UP)(answer)
    results.save(given, moved, set_otherwise, answer)


def _live(answer: Answer) -> None:
    """What is there now; once all is, the whole page is told, and nobody looks any more."""
    session.speak()
    was_over = answer.over
    results.progress(answer, desk())
    if answer.fault:
        fault(ValueError(answer.fault))
    elif answer.sweep is not None:
        results.show(answer.sweep, answer.over)
    if was_over and st.session_state.get("over") != answer.question.key:
        st.session_state["over"] = answer.question.key
        st.rerun()
