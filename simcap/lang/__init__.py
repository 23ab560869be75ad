"""The words that people read, in the language that they chose.

English sentences are the keys of gettext's catalogue, ``zh/LC_MESSAGES/simcap.po``; what has no
place there is shown in English. Faults of an input are said when they are raised, in the language
of the thread or task that raises them: workers speak English. What a machine reads (CSV, JSON,
manifests, journals) and what the network and the engines raise stays English; ``sentences`` says
anew what manifests keep, ``scenario.network_words`` what of the network's may reach a planner.
"""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")
CHINESE = 0x2E80
"""The first of the letters that are written without blanks."""
_HAN = "[\u3400-\u9fff]"
VARIABLE = "SIMCAP_LANG"
"""The variable of the environment that names the language where no option does."""
_NAMES = {"en": "en", "english": "en", "c": "en", "posix": "en", "zh": "zh", "chinese": "zh"}
_ENGLISH = gettext.NullTranslations()
_chosen: ContextVar[gettext.NullTranslations] = ContextVar("language", default=_ENGLISH)


def language_of(name: str) -> str | None:
    """One of ``LANGUAGES`` from what people call it (zh-CN, zh_Hans, en_GB.UTF-8), or None."""
    return _NAMES.get(re.split(r"[-_.@]", name.strip().lower())[0])


def choose(language: str) -> None:
    """Speak one of ``LANGUAGES`` from now on."""
    _chosen.set(catalogue(language))


@contextmanager
def speaking(language: str | gettext.NullTranslations) -> Iterator[None]:
    """Speak one of ``LANGUAGES``, or what a catalogue of one's own says, inside."""
    before = _chosen.set(catalogue(language) if isinstance(language, str) else language)
    try:
        yield
    finally:
        _chosen.reset(before)


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The words of one of ``LANGUAGES``; raises ``OSError`` if its compiled catalogue is gone."""
    if language == "en":
        return _ENGLISH
    return gettext.translation("simcap", Path(__file__).parent, [language])


def spoken() -> str:
    """The language chosen: one of ``LANGUAGES``."""
    return next((name for name in LANGUAGES if catalogue(name) is _chosen.get()), "en")


def _(message: str, **values: object) -> str:
    """``message`` in the language chosen, ``values`` put in at the names in its braces."""
    said = _chosen.get().gettext(message) if message else ""
    return said.format(**values) if values else said


def n_(one: str, many: str, number: int, **values: object) -> str:
    """The same of a message that differs by ``number``, which it calls ``{number}``."""
    said = _chosen.get().ngettext(one, many, number)
    return said.format(number=number, **values)


def N_(message: str) -> str:
    """``message`` as it is, to be said with ``_`` later: so that the catalogue has it."""
    return message


def listed(parts: Iterable[str]) -> str:
    """ "a, b, c"."""
    return _(", ").join(parts)


def spaced(words: Iterable[str]) -> str:
    """``words`` with blanks between them, but where two Chinese letters meet."""
    said = ""
    for word in filter(None, words):
        apart = said and (ord(said[-1]) < CHINESE or ord(word[0]) < CHINESE)
        said += (" " if apart else "") + word
    return said


def typeset(said: str) -> str:
    """``said``, names put in, as Chinese is set, where that is the language: a blank between
    Chinese and Latin letters or digits, none between Chinese letters.
    """
    if spoken() != "zh":
        return said
    apart = re.sub(rf"(?<={_HAN}) (?={_HAN})", "", said)
    return re.sub(rf"(?<={_HAN})(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?={_HAN})", " ", apart)


def joined(sentences: Iterable[str]) -> str:
    """Those of ``sentences`` that are not empty, one after the other."""
    said = [sentence for sentence in sentences if sentence]
    return ("" if spoken() == "zh" else " ").join(said)
