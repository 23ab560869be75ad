"""The page «Learn»: four lessons, each with dials, a figure, a table, and two questions with their
answers folded.

A lesson simulates in steps, and every step is shown at once: a dial that is moved meanwhile begins
the next run of the script at the next step.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import pandas as pd
import streamlit as st

from simcap.analysis.sheet import prepare
from simcap.lang import _, n_
from simcap.lessons import LESSONS, Dial, Lesson, dials, said
from simcap.lessons.lesson import Settings

FEW = 3
"""Systems up to which the table stands below the figure; a longer one would hide the questions."""
MOST_DIALS = max(len(dials(lesson.settings)) for lesson in LESSONS.values())


def page() -> None:
    """Show it."""
    st.title(_("Learn"))
    names = list(LESSONS)
    name = st.radio(
        _("Lesson"),
        names,
        format_func=lambda one: f"{names.index(one) + 1} · {_(LESSONS[one].text.title)}",
        horizontal=True,
        key="lesson",
        label_visibility="collapsed",
    )
    _lesson(LESSONS[name])


def _lesson(lesson: Lesson) -> None:
    st.header(_(lesson.text.title))
    st.caption(_("about {minutes} minutes", minutes=lesson.text.minutes))
    st.markdown(_(lesson.text.what))
    left, right = st.columns([1, 2], gap="large")
    with left:
        settings = _dialled(lesson)
    with right:
        picture, notes = st.empty(), st.empty()
        table = st.empty() if len(lesson.cases) <= FEW else None
    _words(lesson)
    if table is None:
        st.subheader(_("The numbers"))
        table = st.empty()
    if text := lesson.told(settings):
        notes.info(text)
    with right:
        _ready()
        with st.spinner(_("Simulating …"), show_time=False):
            _simulated(lesson, settings, picture, table)


def _dialled(lesson: Lesson) -> Settings:
    """The settings of the lesson's dials; each lesson keeps its own."""
    values = {
        name: _dial(f"{lesson.name}.{name}", dial, getattr(lesson.settings(), name))
        for name, dial in dials(lesson.settings).items()
    }
    for _place in range(MOST_DIALS - len(values)):
        st.empty()  # where another lesson has a dial: it would stand there until all is simulated
    return lesson.settings(**values)


def _dial(key: str, dial: Dial, default: float) -> float:
    if dial.is_switch:
        return int(st.toggle(_(dial.label), value=bool(default), key=key))
    kind = int if dial.is_whole else float
    least, most, value, step = map(kind, (dial.least, dial.most, default, dial.step))
    return st.slider(_(dial.label), least, most, value, step, key=key)


def _simulated(lesson: Lesson, settings: Settings, picture, table) -> None:
    """Show each step as it comes."""
    for frame in lesson.steps(settings):
        picture.image(lesson.picture(settings, frame), width="stretch")
        with table.container():
            st.table(_shown(lesson, frame))
            runs = int(frame["replications"].max())
            st.caption(n_("mean of {number} run", "means of {number} runs", runs))


def _shown(lesson: Lesson, frame: pd.DataFrame) -> pd.DataFrame:
    """The numbers in words; how many runs they are of stands below, for want of width."""
    words = said(lesson, frame)
    return words.set_index(words.columns[0]).drop(columns=_("replications"))


def _words(lesson: Lesson) -> None:
    """What to see, and the questions; their answers are folded."""
    st.subheader(_("What to see"))
    st.markdown("\n".join(f"* {_(point)}" for point in lesson.text.see))
    st.subheader(_("Two questions to the class"))
    for number, (question, answer) in enumerate(lesson.text.questions, 1):
        st.markdown(f"**{number}.** {_(question)}")
        with st.expander(_("Answer")):
            st.markdown(_(answer))


# ---- the first simulation on a machine -----------------------------------------------------------


@st.cache_resource(show_spinner=False)
def _compiling() -> Future:
    """What is simulated with is compiled beside the page, once for all who look at it."""
    return ThreadPoolExecutor(1).submit(prepare, "compiled")


def _ready() -> None:
    """Wait until it is; each look lets another click in."""
    compiling, place = _compiling(), st.empty()
    while not compiling.done():
        place.info(
            _(
                "The simulation is being made ready. The first time on a machine it is compiled,"
                " which takes one to two minutes; later it takes a second."
            )
        )
        time.sleep(0.3)
    compiling.result()
    place.empty()
