"""What the page shows of an answer: how far it is, what the change bought, zones, queues, guards,
and files to keep.
"""

from __future__ import annotations

import time

import streamlit as st

from simcap.analysis.stopping import Wanted
from simcap.app import charts, saving
from simcap.app.desk import MOVED, SETTING, WRITTEN, Answer, Desk, Stage
from simcap.app.finding import Opened
from simcap.app.session import plain
from simcap.app.shown import COVERAGE, LOADS, WAITS, Pair, Shown, bought, stands, tidy, worded
from simcap.errors import SimcapError
from simcap.lang import N_, _, spoken
from simcap.lang.measures import measure as in_words
from simcap.lang.sentences import said
from simcap.plots.view import Cell
from simcap.plots.words import say_group
from simcap.report import guards
from simcap.report.amounts import scaled
from simcap.report.sentences import title_of
from simcap.scenario import Scenario
from simcap.study.csv_files import csv_bytes
from simcap.study.sweep import Sweep

STAGES = {
    Stage.WAITING: N_("Waiting for another page's question"),
    Stage.LAYING_OUT: N_("Laying out the network"),
    Stage.SIMULATING: N_("Simulating: {done} of {total} replications"),
    Stage.CHECKING: N_("All numbers are there; looking at queues and loads"),
    Stage.DONE: N_("Finished: {done} of {total} replications"),
    Stage.FAILED: N_("This setting cannot be simulated"),
}


# ---- how far -------------------------------------------------------------------------------------


def progress(answer: Answer, desk: Desk) -> None:
    """How far the answer is; on a machine's first day, how far its machine code."""
    if answer.stage is Stage.COMPILING:
        st.info(_compiling(desk))
        share = desk.compiling.done / desk.compiling.total if desk.compiling.total else 0.0
        st.progress(share)
        return
    text = _(STAGES[answer.stage], done=answer.done, total=answer.total)
    st.progress(min(1.0, answer.done / answer.total) if answer.total else 0.0, text=text)


def _compiling(desk: Desk) -> str:
    told = desk.compiling
    return _(
        "Machine code is being made for this computer, which is done once and takes a minute or"
        " two: {seconds} s so far, {done} of {total} functions. The page can be used meanwhile.",
        seconds=int(time.monotonic() - told.began) if told.began == told.began else 0,
        done=told.done,
        total=told.total or "?",
    )


# ---- what came of it -----------------------------------------------------------------------------


def show(sweep: Sweep, over: bool) -> None:
    """All of it."""
    shown = _shown(sweep)
    if said_ := bought(shown):
        st.markdown(f"**{plain(said_)}**")
    st.markdown(plain(stands(shown)))
    _headlines(shown)
    parts = {
        _("Coverage"): lambda: _by_place(shown, COVERAGE, "coverage"),
        _("Waits"): lambda: _by_place(shown, WAITS, "waits"),
        _("Queues and loads"): lambda: _loads(shown),
        _("Where to be careful"): lambda: _guards(sweep, over),
    }
    for tab, draw in zip(st.tabs(list(parts), on_change="rerun"), parts.values(), strict=True):
        if tab.open:  # what nobody sees is not drawn twice a second
            with tab:
                draw()
    st.caption(plain(shown.view.source))


def _shown(sweep: Sweep) -> Shown:
    """What ``sweep`` tells, looked through once for this page."""
    kept = st.session_state.get("shown")
    if kept is None or kept.sweep is not sweep:
        kept = st.session_state["shown"] = Shown(sweep)
    return kept


def _headlines(shown: Shown) -> None:
    """A row for each measure that is told first; differences that are clear stand out."""
    heads = [_("measure"), _("A as written"), _("B as set"), _("B − A")]
    lines = []
    for key in shown.headlines:
        pair = shown.pair(*key)
        factor, unit = scaled(key[0], [pair.written])
        name = plain(title_of(Wanted(*key, 0.0)))
        line = [name, _worded(pair.written.times(factor), unit)]
        if shown.both:
            change = _worded(pair.change.times(factor), _points(unit), True)
            bold = f"**{change}**" if pair.clear else change
            line += [_worded(pair.moved.times(factor), unit), bold]
        lines.append(line)
    _plain_table(heads, lines)
    if not shown.both:
        st.caption(_("Everything is as written: move a slider to compare."))


def _worded(cell: Cell, unit: str, signed: bool = False) -> str:
    return plain(worded(cell, signed, unit)).replace(" %", "\u00a0%")


def _plain_table(heads: list[str], lines: list[list[str]]) -> None:
    """A table of Markdown texts, as many columns as the lines have."""
    columns = list(zip(*lines, strict=True))
    st.table(
        {plain(head): list(column) for head, column in zip(heads, columns, strict=False)},
        hide_index=True,
    )


def _points(unit: str) -> str:
    return _("percentage points") if unit == "%" else unit


def _by_place(shown: Shown, measures: tuple[str, ...], key: str) -> None:
    told = shown.told(measures)
    if not told:
        st.write(_("Nothing is known of this here."))
        return
    measure = told[0]
    if len(told) > 1:
        measure = st.radio(
            _("Measure"),
            told,
            format_func=lambda name: plain(in_words(name)),
            key=f"of {key}",
            label_visibility="collapsed",
        )
    _chart_and_table(shown, measure, "all")


def _loads(shown: Shown) -> None:
    pools, told = shown.pools, shown.told(LOADS)
    if not pools or not told:
        st.write(_("Nothing is known of this here."))
        return
    group = st.selectbox(_("Staff or seats"), pools, format_func=say_group, key="pool")
    measure = st.radio(
        _("Measure"),
        told,
        format_func=lambda name: plain(in_words(name)),
        key="of loads",
        label_visibility="collapsed",
    )
    _chart_and_table(shown, measure, group)


def _chart_and_table(shown: Shown, measure: str, group: str) -> None:
    rows, unit = shown.by_place(measure, group)
    if not rows:
        st.write(_("Nothing is known of this here."))
        return
    name = in_words(measure)
    st.altair_chart(charts.by_place(rows, unit, shown.both, name), width="stretch")
    _table(rows, unit, shown.both)


def _table(rows: list[tuple[str, Pair]], unit: str, both: bool) -> None:
    heads = [_("place"), _("A as written"), _("B as set"), _("B − A")]
    points = _points(unit)
    lines = [
        [plain(place), worded(pair.written)]
        + ([worded(pair.moved), worded(pair.change, True)] if both else [])
        for place, pair in rows
    ]
    units = [heads[0]] + [
        _("{measure}, {unit}", measure=head, unit=each)
        for head, each in zip(heads[1:], (unit, unit, points), strict=True)
    ]
    _plain_table(units, lines)
    note = _("Mean (95 % interval). Differences are paired: the same residents in both.")
    starred = any(
        not cell.settled
        for _place, pair in rows
        for cell in (pair.written, pair.moved, pair.change)
    )
    st.caption(plain(note + (_(" *: did not settle.") if starred else "")))


def _guards(sweep: Sweep, over: bool) -> None:
    if not over:
        st.write(_("This is said once all replications are finished."))
        return
    found = guards.grouped(sweep.guards)
    for kind, lines in found.items():
        title, meaning, advice = kind.words
        st.markdown(f"**{plain(title)}**")
        st.markdown(plain(meaning))
        st.markdown("\n".join(f"- {plain(settings_named(line))}" for line in lines))
        if advice:
            st.markdown(plain(_("What to do: {advice}", advice=advice)))
    if not found:
        st.write(
            _(
                "No guard was raised: every queue settled, and no staff has more"
                " work than it can do."
            )
        )
    if sweep.warnings:
        title = _("Said of the inputs")
        st.markdown(f"**{plain(title)}**")
        lines = [settings_named(said(warning)) for warning in sweep.warnings]
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))
    for failure in sweep.failures:
        st.error(plain(settings_named(str(failure))))


def settings_named(line: str) -> str:
    """A guard with the two settings called as they are on the page, instead of as design points."""
    named = {
        f"{SETTING}={WRITTEN}": _("A as written"),
        f"{SETTING}={MOVED}": _("B as set"),
        _("{number} of {all} design points", number=2, all=2): _("both settings"),
    }
    for point, words in named.items():
        line = line.replace(point, words)
    return line


# ---- to keep -------------------------------------------------------------------------------------


def save(given: Opened, moved: Scenario, changes: dict, answer: Answer) -> None:
    """Files to take along."""
    if not st.toggle(_("Save this setting"), key="save"):
        return
    name = "scenario"
    for ending, label in ((".yaml", _("Scenario (YAML)")), (".xlsx", _("Scenario (workbook)"))):
        try:
            content = saving.file_of(given, moved, ending, spoken())
        except SimcapError as problem:
            st.error(plain(str(problem)))
            continue
        st.download_button(
            label, content, f"{name}{ending}", key=f"save {ending}", on_click="ignore"
        )
    number = answer.question.replications
    experiment = saving.experiment_of(given, changes, number)
    if experiment is not None:
        st.download_button(
            _("Experiment: as written and as set (YAML)"),
            experiment,
            "experiment.yaml",
            key="save experiment",
            on_click="ignore",
        )
    if answer.over and answer.sweep is not None:
        st.download_button(
            _("Table (CSV)"),
            csv_bytes(tidy(answer.sweep), excel=True),
            "what-if.csv",
            key="save table",
            on_click="ignore",
        )
