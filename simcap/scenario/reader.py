"""Reads YAML into plain data that remembers where everything stood, and says every fault with its
place.

YAML 1.2 by ruamel: ``9:30`` and ``NO`` stay text. Nodes are composed, not constructed, so each
value keeps its line and column; duplicate keys, aliases that multiply, nesting without end and
files that are not UTF-8 are faults like any other.
"""

from __future__ import annotations

import codecs
import types
import typing
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from simcap import lang
from simcap.errors import ScenarioError
from simcap.lang import N_, _
from simcap.lang.reasons import reason
from simcap.scenario.characters import FULL_WIDTH, paired, unreadable
from simcap.scenario.units import another, said
from simcap.scenario.yaml_text import YamlFault, composed

LARGEST_FILE = 4_000_000
MOST_VALUES = 100_000
DEEPEST = 40
_OF_KIND = {
    "timestamp": N_("a date such as 2026-01-01 wanted"),
    "int": N_("a number wanted"),
    "float": N_("a number wanted"),
}
"""What is wanted of a scalar that YAML takes for one of these kinds and cannot read."""


@dataclass
class Document:
    """Plain ``data`` read from ``file``; ``marks`` gives the (line, column) of each path, counted
    from 1. ``notes`` are what is to be said of how it was read.
    """

    file: str
    data: Any
    marks: dict[tuple, tuple[int, int]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def place(self, path: tuple) -> str:
        """«file:line:column» of ``path``, or of the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        line, column = self.marks.get(path, (1, 1))
        return f"{self.file}:{line}:{column}"

    def fault(self, path: tuple, text: str) -> str:
        """One fault: place, path, text."""
        dotted = ".".join(map(str, path))
        return f"{self.place(path)} {dotted}: {text}" if dotted else f"{self.place(path)} {text}"


def read_bytes(path: Path) -> bytes:
    """The content of ``path``; raises ``ScenarioError`` if there is none, or too much."""
    try:
        if path.is_dir():
            raise ScenarioError(_("{path}:1:1 a file wanted, got a directory", path=path))
        if path.stat().st_size > LARGEST_FILE:
            raise ScenarioError(
                _(
                    "{path}:1:1 at most {most:,} bytes wanted, got {got:,}",
                    path=path,
                    most=LARGEST_FILE,
                    got=path.stat().st_size,
                )
            )
        return path.read_bytes()
    except FileNotFoundError:
        near = did_you_mean(path.name, _siblings(path), listed=False)
        raise ScenarioError(
            _("{path}:1:1 there is no such file{near}", path=path, near=near)
        ) from None
    except ScenarioError:
        raise
    except (OSError, ValueError) as problem:
        said = reason(problem) if isinstance(problem, OSError) else _("not a name of a file")
        raise ScenarioError(_("{path}:1:1 cannot be read: {said}", path=path, said=said)) from None


def read_text(path: Path) -> str:
    """The text of ``path``, which must be UTF-8 (a BOM is allowed); raises ``ScenarioError``."""
    raw = read_bytes(path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        start = problem.start + 3 * raw.startswith(codecs.BOM_UTF8)
        line = raw.count(b"\n", 0, start) + 1
        column = start - (raw.rfind(b"\n", 0, start) + 1) + 1
        raise ScenarioError(
            _(
                "{path}:{line}:{column} text in UTF-8 wanted, got byte 0x{byte:02x};"
                " save the file as UTF-8",
                path=path,
                line=line,
                column=column,
                byte=raw[start],
            )
        ) from None


def read_yaml(path: Path | str) -> Document:
    """The document in ``path``; raises ``ScenarioError`` with every fault of the YAML itself."""
    path = Path(path)
    text = read_text(path)
    try:
        node = composed(text)
    except YamlFault as fault:
        raise ScenarioError(f"{path}:{fault.line}:{fault.column} {fault}") from None
    except RecursionError:
        raise ScenarioError(
            _(
                "{path}:1:1 nesting of at most {most} levels wanted, got more",
                path=path,
                most=DEEPEST,
            )
        ) from None
    builder = _Builder(str(path))
    if node is None:
        raise ScenarioError(_("{path}:1:1 the file is empty", path=path))
    data = builder.build(node, ())
    if builder.faults:
        raise ScenarioError(builder.faults)
    return Document(str(path), data, builder.marks)


def read_flow(text: str) -> Any:
    """What a short ``text`` says as YAML, such as «{mean: 4 min}»; ``ValueError`` if it cannot be
    read.
    """
    try:
        node = composed(text)
    except YamlFault as fault:
        raise ValueError(
            _("{text} cannot be read: {fault}", text=said(text), fault=fault)
        ) from None
    except RecursionError:
        raise ValueError(
            _("nesting of at most {most} levels wanted, got more", most=DEEPEST)
        ) from None
    builder = _Builder("")
    value = None if node is None else builder.build(node, ())
    if builder.faults:
        raise ValueError(
            _(
                "{text} cannot be read: {fault}",
                text=said(text),
                fault=builder.faults[0].partition(" ")[2],
            )
        )
    return value


class _Builder:
    """Turns composed nodes into plain data, noting marks and faults."""

    def __init__(self, file: str):
        self.file, self.values = file, 0
        self.marks: dict[tuple, tuple[int, int]] = {}
        self.faults: list[str] = []
        self.scalars = YAML(typ="safe", pure=True)

    def build(self, node, path: tuple):
        self.marks[path] = self._mark(node)
        self.values += 1
        if self.values == MOST_VALUES + 1:
            self._fault(
                node,
                path,
                _(
                    "at most {most:,} values wanted, got more (do aliases multiply?)",
                    most=MOST_VALUES,
                ),
            )
        if self.values > MOST_VALUES:
            return None
        if len(path) > DEEPEST:
            self._fault(
                node,
                path[:3],
                _(
                    "nesting of at most {most} levels wanted, got more (does an alias"
                    " hold itself?)",
                    most=DEEPEST,
                ),
            )
            self.values = MOST_VALUES + 1
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node, path):
        result, first = {}, {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self._fault(key_node, path, _("a plain key wanted, got a list or mapping"))
                continue
            key = self._scalar(key_node, path)
            if key in result:
                self._fault(
                    key_node,
                    (*path, key),
                    _("this key stands twice, first in line {first}", first=first[key]),
                )
                continue
            first[key] = key_node.start_mark.line + 1
            result[key] = self.build(value_node, (*path, key))
            self.marks[(*path, key)] = self._mark(key_node)
        return result

    def _scalar(self, node, path):
        if found := unreadable(paired(node.value), lines=True):
            self._fault(node, path, _("text that can be printed wanted, got {got}", got=found))
            return None
        try:
            value = self.scalars.constructor.construct_object(node)
        except (ValueError, YAMLError, OverflowError):
            kind = node.tag.rpartition(":")[2]
            wanted = _OF_KIND.get(kind, N_("plain text or a number wanted"))
            self._fault(node, path, another(wanted, node.value))
            return None
        if isinstance(value, (int, float)) and node.value.startswith("+"):
            text = _(
                "the number that there shall be in all wanted, or a factor such as x1.5, got {got}",
                got=said(node.value),
            )
            self._fault(node, path, text)
            return None
        if (
            not isinstance(value, (str, int, float, bool, type(None)))
            and type(value).__module__ != "datetime"
        ):
            self._fault(
                node, path, _("plain text or a number wanted, got {got}", got=said(node.value))
            )
            return None
        return paired(value) if isinstance(value, str) else value

    def _mark(self, node) -> tuple[int, int]:
        return node.start_mark.line + 1, node.start_mark.column + 1

    def _fault(self, node, path, text):
        line, column = self._mark(node)
        dotted = ".".join(map(str, path))
        self.faults.append(f"{self.file}:{line}:{column} {dotted + ': ' if dotted else ''}{text}")


# ---- from pydantic's errors to ours --------------------------------------------------------------


def validated(model: type[BaseModel], document: Document):
    """``document.data`` as ``model``; raises ``ScenarioError`` with every fault, each with its
    place.
    """
    try:
        return model.model_validate(document.data)
    except ValidationError as problem:
        raise ScenarioError(faults_of(problem, model, document)) from None


def faults_of(problem: ValidationError, model: type[BaseModel], document: Document) -> list[str]:
    """The faults in ``problem`` in the order of the file, each once."""
    found: dict[str, tuple[int, int]] = {}
    for error in problem.errors(include_url=False):
        path = path_in(document.data, error["loc"])
        text = say(error, model)
        line, column = document.marks.get(path, (0, 0))
        found.setdefault(document.fault(path, text), (line, column))
    return sorted(found, key=found.__getitem__)


_OF_NO_KEY = ("[key]", "for all", "each", "a line", "a table")
"""Steps that pydantic adds for keys, and for the kinds of a value, which nobody writes."""


def path_in(data, loc: tuple) -> tuple:
    """``loc`` without the steps that pydantic adds for unions, as keys of ``data``, which may be
    written with blanks.
    """
    path: tuple = ()
    for position, step in enumerate(loc):
        if isinstance(data, dict):
            keys = {str(key): key for key in data}
            spaced = str(step).replace("_", " ")
            if str(step) in keys or spaced in keys:
                key = keys[str(step) if str(step) in keys else spaced]
                path, data = (*path, key), data[key]
            elif position == len(loc) - 1 and step not in _OF_NO_KEY and not isinstance(step, int):
                path = (*path, step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            path, data = (*path, step), data[step]
    return path


_WANTED = {
    "dict_type": N_("a mapping (key: value) wanted"),
    "model_type": N_("a mapping (key: value) wanted"),
    "model_attributes_type": N_("a mapping (key: value) wanted"),
    "list_type": N_("a list wanted"),
    "tuple_type": N_("a list wanted"),
    "string_type": N_("text wanted"),
    "bool_type": N_("true or false wanted"),
    "bool_parsing": N_("true or false wanted"),
    "int_type": N_("a whole number wanted"),
    "int_parsing": N_("a whole number wanted"),
    "int_parsing_size": N_("a whole number wanted"),
    "int_from_float": N_("a whole number wanted"),
    "float_type": N_("a number wanted"),
    "float_parsing": N_("a number wanted"),
    "finite_number": N_("a finite number wanted"),
    "none_required": N_("nothing wanted here"),
}
"""What is wanted where pydantic finds something else, in our own words."""


def say(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What is wrong by pydantic's ``error`` of ``model``, in our own words."""
    got, kind, about = error.get("input"), error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        key = str(error["loc"][-1])
        known = fields_at(model, error["loc"][:-1])
        hint = did_you_mean(key, known) + _full_width_hint(key, ("：",))
        return _("unknown key{hint}", hint=hint)
    if kind == "missing":
        return _("this key is wanted and missing")
    if kind == "value_error":
        text = str(about["error"])
    elif kind == "literal_error":
        text = _(
            "one of {expected} wanted, got {got}",
            expected=_options(about["expected"]),
            got=said(got),
        )
    elif kind in ("too_short", "too_long"):
        bound = about.get("min_length") if kind == "too_short" else about.get("max_length")
        there = about.get("actual_length")
        text = (
            _("at least {bound} of them wanted, got {got}", bound=bound, got=there)
            if kind == "too_short"
            else _("at most {bound} of them wanted, got {got}", bound=bound, got=there)
        )
    elif kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        sign = {"greater_than_equal": "≥", "greater_than": ">", "less_than_equal": "≤"}.get(
            kind, "<"
        )
        text = _(
            "a number {sign} {bound} wanted, got {got}",
            sign=sign,
            bound=next(iter(about.values())),
            got=said(got),
        )
    else:
        text = another(_WANTED.get(kind, N_("a value of another kind wanted")), got)
    return text + (_full_width_hint(got) if isinstance(got, str) else "")


def _options(expected: str) -> str:
    """pydantic's «'a', 'b' or 'c'» in the language chosen."""
    return (
        lang.listed(expected.replace(" or ", ", ").split(", "))
        if lang.spoken() != "en"
        else expected
    )


def _full_width_hint(text: str, signs: Iterable[str] = FULL_WIDTH) -> str:
    """What to write instead of a full-width sign in ``text``, if nothing else there is foreign."""
    for wide in signs:
        plain = text
        for sign, narrow in FULL_WIDTH.items():
            plain = plain.replace(sign, narrow)
        if wide in text and (plain.isascii() or wide == "："):
            return _(
                " (the full-width {wide!r} is text here; write {plain!r})",
                wide=wide,
                plain=FULL_WIDTH[wide],
            )
    return ""


def did_you_mean(word: str, known, listed: bool = True) -> str:
    """ "; did you mean 'x'?" with the nearest of ``known``, or, if ``listed``, what there is if
    nothing is near.

    Near is a slip or two of the keyboard, one for each four letters; of Chinese words, whose every
    sign has a meaning, only those that end alike: 咨询室 is no 咨询师.
    """
    known = sorted({str(name) for name in known if str(name)})
    near = min(known, key=lambda name: (_slips(word.lower(), name.lower()), name), default="")
    if near and near != word and _is_near(word, near):
        return _("; did you mean {near}?", near=repr(near))
    return (
        _("; known are {known}", known=lang.listed(known))
        if listed and 0 < len(known) <= 30
        else ""
    )


def some_of(names: Sequence[str], most: int = 5) -> str:
    """«a, b, c and 5 more»."""
    more = _(" and {number} more", number=len(names) - most) if len(names) > most else ""
    return lang.listed(names[:most]) + more


def _is_near(word: str, name: str) -> bool:
    shorter = min(len(word), len(name))
    if word.isascii():
        most = max(1, round(shorter / 4))
    else:
        most = shorter // 4 if word[-1] == name[-1] else 0
    return _slips(word.lower(), name.lower()) <= most


def _slips(a: str, b: str) -> int:
    """Signs to put in, take out, change, or swap with their neighbour, to make ``b`` of ``a``."""
    if abs(len(a) - len(b)) > 20 or max(len(a), len(b)) > 200:
        return max(len(a), len(b))
    before, last = list(range(len(b) + 1)), list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        now = [i]
        for j, y in enumerate(b, 1):
            best = min(last[j] + 1, now[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                best = min(best, before[j - 2] + 1)
            now.append(best)
        before, last = last, now
    return last[-1]


def fields_at(model: type[BaseModel], loc: tuple) -> set[str]:
    """The keys that the model at ``loc`` knows."""
    here = {model}
    for step in loc:
        after = set()
        for cls in here:
            names = {f.alias or name: f for name, f in cls.model_fields.items()} | cls.model_fields
            info = names.get(step)
            after |= _models_in(info.annotation) if info is not None else set()
        here = after or here
    return {
        (f.alias or name).replace("_", " ") if " " not in name else name
        for cls in here
        for name, f in cls.model_fields.items()
        if name not in getattr(cls, "unwritten", ())
    }


def _models_in(annotation) -> set[type[BaseModel]]:
    if (
        isinstance(annotation, type)
        and not isinstance(annotation, types.GenericAlias)
        and issubclass(annotation, BaseModel)
    ):
        return {annotation}
    return {model for part in typing.get_args(annotation) for model in _models_in(part)}


def _siblings(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return []
