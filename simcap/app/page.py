"""The script that Streamlit runs: the language, and which page is shown."""

from __future__ import annotations

import streamlit as st

from simcap import lang
from simcap.app import learn, watch, what_if
from simcap.lang import _

LANGUAGES = {"中文": "zh", "English": "en"}


def main() -> None:
    """One run of the script: Streamlit calls it at every click."""
    st.set_page_config(page_title="simcap", layout="wide")
    lang.choose(_language())
    st.navigation(
        [
            st.Page(what_if.page, title=_("What if"), url_path="what-if", default=True),
            st.Page(watch.page, title=_("Watch"), url_path="watch"),
            st.Page(learn.page, title=_("Learn"), url_path="learn"),
        ]
    ).run()


def _language() -> str:
    said = st.sidebar.segmented_control(
        "语言 · Language", list(LANGUAGES), default="中文", key="language"
    )
    return LANGUAGES.get(said or "中文", "zh")


main()
