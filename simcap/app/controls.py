"""The sliders and switches, in words and units of people."""

from __future__ import annotations

from typing import Any

import streamlit as st

from simcap.app.finding import Opened
from simcap.app.levers import Group, Lever
from simcap.app.session import plain
from simcap.lang import N_, _, joined
from simcap.plots.words import say_factor, say_level

TITLES = {
    Group.FACTOR: N_("What the experiment asks of"),
    Group.LEVEL: N_("Collaboration"),
    Group.STAFF: N_("Staff and seats"),
    Group.HOURS: N_("Hours a week of each person"),
    Group.SWITCH: N_("Mechanisms"),
}
OPEN = (Group.FACTOR, Group.LEVEL)
"""Groups that stand open from the beginning."""
UNITS = {"people": N_("people"), "seats": N_("seats")}


def shown(given: Opened, levers: list[Lever]) -> dict[str, Any]:
    """Show ``levers``, each where it was left; the values chosen, by path."""
    st.button(
        _("Back to as written"),
        on_click=_back,
        args=(given, levers),
        key="back",
    )
    chosen: dict[str, Any] = {}
    for group in Group:
        mine = [lever for lever in levers if lever.group is group]
        if not mine:
            continue
        opened = group in OPEN or not any(lever.group in OPEN for lever in levers)
        with st.expander(_(TITLES[group]), expanded=opened):
            for lever in mine:
                chosen[lever.path] = _control(given, lever)
    return chosen


def _back(given: Opened, levers: list[Lever]) -> None:
    for lever in levers:
        st.session_state[_key(given, lever)] = lever.own


def _key(given: Opened, lever: Lever) -> str:
    return f"{given.file}|{lever.path}"


def _control(given: Opened, lever: Lever) -> Any:
    key = _key(given, lever)
    if st.session_state.get(key, None) not in lever.values:
        st.session_state[key] = lever.own
    # a slider that was out of sight is made anew: without this it would forget where it was
    st.session_state[key] = st.session_state[key]
    label = plain(label_of(lever))
    if lever.switch:
        return st.toggle(label, key=key)
    if lever.ordered and len(lever.values) > 1:
        return st.select_slider(label, lever.values, key=key, format_func=value_of)
    return st.selectbox(label, lever.values, key=key, format_func=value_of)


def label_of(lever: Lever) -> str:
    """A lever in words, with its unit and the value that it has as it is written."""
    name = say_factor(lever.path)
    unit = _(UNITS[lever.unit]) if lever.unit else ""
    own = value_of(lever.own)
    if lever.switch:
        return name
    if unit:
        return _("{name}, {unit} (as written: {own})", name=name, unit=unit, own=own)
    return joined([_("{name} (as written: {own})", name=name, own=own)])


def value_of(value: Any) -> str:
    """A value of a lever in words."""
    return (
        f"{value:,}"
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else (say_level(str(value)))
    )
