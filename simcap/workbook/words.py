"""The words of a workbook, from one table (``words.csv``): what each key of the schema, each value
of a list, each sheet and each text is called in Chinese and English.

A word of ``Model.key`` goes before that of ``key``. In a workbook both languages are read, and the
schema's own words, wherever any of them may stand.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from simcap.scenario.headers import folded

LANGUAGES = ("zh", "en")
FILE = Path(__file__).with_name("words.csv")


@cache
def table(kind: str) -> dict[str, dict[str, str]]:
    """{word: {language: what it is called}} of one kind: key, value, truth, day, unit, sheet,
    text.
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == kind]
    return {row["word"]: {language: row[language] for language in LANGUAGES} for row in rows}


def key_word(model: str, key: str, language: str) -> str:
    """What ``key`` of ``model`` is called."""
    keys = table("key")
    found = keys.get(f"{model}.{key}") or keys.get(key)
    return found[language] if found else key.replace("_", " ")


def value_word(value: str, language: str) -> str:
    """What a ``value`` of a list is called."""
    found = table("value").get(value)
    return found[language] if found else value


def text(name: str, language: str) -> str:
    """A text of the workbook's own."""
    return table("text")[name][language]


def sheet_name(name: str, language: str) -> str:
    """What the sheet ``name`` is called."""
    return table("sheet")[name][language]


def truth(value: bool, language: str) -> str:
    """«yes» or «no»."""
    return table("truth")["true" if value else "false"][language]


def found_in(word: str, names: Iterable[str], called: Mapping[str, Iterable[str]]) -> str | None:
    """Which of ``names`` is called ``word``, by itself or by what ``called`` says."""
    wanted = folded(word)
    for name in names:
        if wanted in map(folded, (name, *called.get(name, ()))):
            return name
    return None


def all_words(kind: str, name: str) -> tuple[str, ...]:
    """What ``name`` is called in all languages."""
    return tuple(table(kind).get(name, {}).values())


def keys_called(model: str, keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """{key: what it is called in all languages} of a model."""
    return {key: tuple(key_word(model, key, language) for language in LANGUAGES) for key in keys}


# ---- quantities and days -------------------------------------------------------------------------

_CHINESE_UNITS = {
    "秒": "s",
    "分钟": "min",
    "分": "min",
    "小时": "h",
    "时": "h",
    "天": "days",
    "日": "days",
    "周": "weeks",
    "星期": "weeks",
    "元": "CNY",
}
_UNIT = re.compile(r"(?<=[\d.])\s*(个)?(" + "|".join(_CHINESE_UNITS) + r")(?=$|[\s\d/,，;；每])")


def quantity_out(text: str, language: str) -> str:
    """«30 min» in the words of ``language``."""
    if language != "zh":
        return text
    for unit, words in table("unit").items():
        one = f"{unit}?" if unit.endswith("s") and len(unit) > 1 else unit
        text = re.sub(rf"(?<=\d )({one}|(?<=CNY )per year)(?![A-Za-z])", words["zh"], text)
    return text.replace("% per year", "% 每年").replace("元 per year", "元 每年")


def quantity_in(text: str) -> str:
    """«30 分钟», «5 % 每年» with the units that simcap reads; other text stays."""
    plain = _UNIT.sub(lambda match: f" {_CHINESE_UNITS[match[2]]} ", text.strip())
    plain = re.sub(r"\s*(/\s*年|每年)", " per year", plain)
    plain = re.sub(r"^\s*per year\s*(.+)$", r"\1 per year", plain)
    return " ".join(plain.split()) if plain != text.strip() else text.strip()


def days_out(text: str, language: str) -> str:
    """«Mon-Fri» in the words of ``language``."""
    if language != "zh":
        return text
    for day, words in table("day").items():
        text = re.sub(rf"\b{day}\b", words["zh"], text)
    return re.sub(r"(?<=周.)\s*-\s*(?=周)", "至", text)


def days_in(text: str) -> str:
    """«周一至周五» as «Mon-Fri»; other text stays."""
    plain = re.sub(r"每?(星期|礼拜|周)(?=[一二三四五六日天])", "周", text.strip())
    plain = re.sub(r"每[天日]", "周一至周日", plain)
    plain = re.sub(r"(?<=周.)\s*[至到~－—-]\s*(?=周)", "-", plain)
    plain = re.sub(r"(?<=周.)\s*[、，,]\s*(?=周)", ", ", plain)
    plain = plain.replace("周天", "周日")
    for day, words in table("day").items():
        plain = plain.replace(words["zh"], day)
    return plain if plain.isascii() else text
