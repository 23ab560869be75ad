"""The script that Streamlit runs: the language, and which page is shown."""

from __future__ import annotations

import streamlit as st

from simcap.app import learn, session, watch, what_if
from simcap.lang import _


def main() -> None:
    """One run of the script: Streamlit calls it at every click."""
    st.set_page_config(page_title="simcap", layout="wide")
    _choose_language()
    session.speak()
    st.navigation(
        [
            st.Page(what_if.page, title=_("What if"), url_path="what-if", default=True),
            st.Page(watch.page, title=_("Watch"), url_path="watch"),
            st.Page(learn.page, title=_("Learn"), url_path="learn"),
        ]
    ).run()


def _choose_language() -> None:
    usual = {code: name for name, code in session.LANGUAGES.items()}[session.asked_language()]
    st.session_state.setdefault("language", usual)
    st.sidebar.radio("语言 · Language", list(session.LANGUAGES), key="language", horizontal=True)


main()
