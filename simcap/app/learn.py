"""The page «Learn»."""

from __future__ import annotations

import streamlit as st

from simcap.lang import _


def page() -> None:
    """Show it."""
    st.title(_("Learn"))
