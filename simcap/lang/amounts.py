"""Durations as the library writes them ("1.5 weeks", "1 h 30 min"), in words of the language."""

from __future__ import annotations

import re

from simcap.lang import N_, _

UNITS = {
    "week": N_("{number} week"),
    "weeks": N_("{number} weeks"),
    "day": N_("{number} day"),
    "days": N_("{number} days"),
    "h": N_("{number} h"),
    "min": N_("{number} min"),
    "s": N_("{number} s"),
    "year": N_("{number} year"),
    "years": N_("{number} years"),
}
_AMOUNT = re.compile(rf"(-?[\d.,]+) ({'|'.join(sorted(UNITS, key=len, reverse=True))})\b")


def duration(text: str) -> str:
    """``text`` with each amount of time in it in the language chosen."""
    return _AMOUNT.sub(lambda found: _(UNITS[found[2]], number=found[1]), text)
