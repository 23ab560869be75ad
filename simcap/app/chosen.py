"""Which scenario the pages show."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st

PATH = "SIMCAP_APP_PATH"
"""The variable of the environment that names the scenario or experiment to begin with."""
KEY = "scenario path"
"""Where a page leaves, in the session, the one that was picked."""
HUADU = Path("experiments") / "01_huadu"
PACKED = Path(__file__).parents[1] / "templates" / "minimal"


def path() -> Path:
    """The scenario that was picked, else that of the environment, Huadu's, or the packed one."""
    said = st.session_state.get(KEY) or os.environ.get(PATH)
    return Path(said) if said else HUADU if HUADU.exists() else PACKED
