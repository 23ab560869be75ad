"""What every page needs in each run of its script: the language of this browser's session, the path
that the command was given, and names as text that Streamlit does not interpret.
"""

from __future__ import annotations

import re
import sys
import uuid
from pathlib import Path

import streamlit as st

from simcap import lang

LANGUAGES = {"中文": "zh", "English": "en"}
_MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~&^\"'])")
_COLON = re.compile(r":(?=\S)")
JOINER = "\u2060"
"""Word joiner: has no width; after it a colon begins no directive, no emoji and no address."""


def speak() -> None:
    """Speak the language of this session. Every run of a script or a fragment is a thread of its
    own, so each begins with this.
    """
    lang.choose(LANGUAGES.get(st.session_state.get("language") or "", asked_language()))


def asked_language() -> str:
    """The language that the command was given; Chinese unless one was."""
    said = sys.argv[2] if len(sys.argv) > 2 else ""
    return lang.language_of(said) or "zh"


def asked_path() -> Path | None:
    """The path that the command was given."""
    return Path(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1] else None


def who() -> str:
    """This browser's session, among others."""
    return st.session_state.setdefault("who", uuid.uuid4().hex)


def plain(text: str) -> str:
    """``text`` as Markdown that shows it as it is, in one line."""
    marked = _MARKS.sub(r"\\\1", " ".join(text.split()))
    return (
        _COLON.sub(f":{JOINER}", marked).replace("@", f"@{JOINER}").replace("www", f"w{JOINER}ww")
    )
