"""Reads YAML into plain data that remembers where everything stood, and says every fault with its
place.

YAML 1.2 by ruamel: ``9:30`` and ``NO`` stay text. Nodes are composed, not constructed, so each
value keeps its line and column; duplicate keys, aliases that multiply, nesting without end and
files that are not UTF-8 are faults like any other.
"""

from __future__ import annotations

import difflib
import re
import types
import typing
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from simcap.errors import ScenarioError

LARGEST_FILE = 4_000_000
MOST_VALUES = 100_000
DEEPEST = 40
FULL_WIDTH = {"：": ":", "，": ",", "“": '"', "”": '"', "％": "%", "（": "(", "）": ")", "－": "-"}


@dataclass
class Document:
    """Plain ``data`` read from ``file``; ``marks`` gives the (line, column) of each path, counted
    from 1.
    """

    file: str
    data: Any
    marks: dict[tuple, tuple[int, int]] = field(default_factory=dict)

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


def read_text(path: Path) -> str:
    """The text of ``path``, which must be UTF-8 (a BOM is allowed); raises ``ScenarioError``."""
    try:
        if path.is_dir():
            raise ScenarioError(f"{path}:1:1 a file wanted, got a directory")
        if path.stat().st_size > LARGEST_FILE:
            raise ScenarioError(
                f"{path}:1:1 at most {LARGEST_FILE:,} bytes wanted, got {path.stat().st_size:,}"
            )
        raw = path.read_bytes()
    except FileNotFoundError:
        near = difflib.get_close_matches(path.name, _siblings(path), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ScenarioError(f"{path}:1:1 there is no such file{hint}") from None
    except ScenarioError:
        raise
    except (OSError, ValueError) as problem:
        raise ScenarioError(f"{path!s}:1:1 cannot be read: {problem}") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        column = problem.start - (raw.rfind(b"\n", 0, problem.start) + 1) + 1
        raise ScenarioError(
            f"{path}:{line}:{column} text in UTF-8 wanted, got byte 0x{raw[problem.start]:02x}; "
            "save the file as UTF-8"
        ) from None


def read_yaml(path: Path | str) -> Document:
    """The document in ``path``; raises ``ScenarioError`` with every fault of the YAML itself."""
    path = Path(path)
    text = read_text(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ReusedAnchorWarning)
            node = YAML(typ="safe", pure=True).compose(text)
    except ReusedAnchorWarning as problem:
        line, column = map(int, re.findall(r"line (\d+), column (\d+)", str(problem))[-1])
        raise ScenarioError(
            f"{path}:{line}:{column} each anchor once wanted, got one that stands twice"
        ) from None
    except MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        said = (problem.problem or problem.context or "not YAML").strip()
        raise ScenarioError(
            f"{path}:{line}:{column} not valid YAML: {said}{_full_width_hint(text)}"
        ) from None
    except YAMLError as problem:
        raise ScenarioError(
            f"{path}:1:1 not valid YAML: {' '.join(str(problem).split())}"
        ) from None
    except RecursionError:
        raise ScenarioError(
            f"{path}:1:1 nesting of at most {DEEPEST} levels wanted, got more"
        ) from None
    except ValueError as problem:
        raise ScenarioError(f"{path}:1:1 not valid YAML: {problem}") from None
    builder = _Builder(str(path))
    if node is None:
        raise ScenarioError(f"{path}:1:1 the file is empty")
    data = builder.build(node, ())
    if builder.faults:
        raise ScenarioError(builder.faults)
    return Document(str(path), data, builder.marks)


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
                f"at most {MOST_VALUES:,} values wanted, got more (do aliases multiply?)",
            )
        if self.values > MOST_VALUES:
            return None
        if len(path) > DEEPEST:
            self._fault(
                node,
                path[:3],
                f"nesting of at most {DEEPEST} levels wanted, got more (does an alias hold"
                " itself?)",
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
                self._fault(key_node, path, "a plain key wanted, got a list or mapping")
                continue
            key = self._scalar(key_node, path)
            if key in result:
                self._fault(
                    key_node, (*path, key), f"this key stands twice, first in line {first[key]}"
                )
                continue
            first[key] = key_node.start_mark.line + 1
            result[key] = self.build(value_node, (*path, key))
            self.marks[(*path, key)] = self._mark(key_node)
        return result

    def _scalar(self, node, path):
        try:
            value = self.scalars.constructor.construct_object(node)
        except (ValueError, YAMLError, OverflowError) as problem:
            said = getattr(problem, "problem", None) or str(problem)
            self._fault(node, path, f"a value wanted, got {node.value!r} ({said})")
            return None
        if (
            not isinstance(value, (str, int, float, bool, type(None)))
            and type(value).__module__ != "datetime"
        ):
            self._fault(node, path, f"plain text or a number wanted, got {node.value!r}")
            return None
        return value

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
        text = _say(error, model)
        line, column = document.marks.get(path, (0, 0))
        found.setdefault(document.fault(path, text), (line, column))
    return sorted(found, key=found.__getitem__)


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
            elif position == len(loc) - 1 and step != "[key]" and not isinstance(step, int):
                path = (*path, step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            path, data = (*path, step), data[step]
    return path


def _say(error: ErrorDetails, model: type[BaseModel]) -> str:
    got, kind = error.get("input"), error["type"]
    if kind == "extra_forbidden":
        known = fields_at(model, error["loc"][:-1])
        return f"unknown key{did_you_mean(str(error['loc'][-1]), known)}"
    if kind == "missing":
        return "this key is wanted and missing"
    if kind == "value_error":
        text = str(error["ctx"]["error"])
    elif kind in ("dict_type", "model_type", "model_attributes_type"):
        text = f"a mapping (key: value) wanted, got {_short(got)}"
    elif kind in ("list_type", "tuple_type"):
        text = f"a list wanted, got {_short(got)}"
    elif kind == "literal_error":
        text = f"one of {error['ctx']['expected']} wanted, got {_short(got)}"
    else:
        text = f"{error['msg'][0].lower()}{error['msg'][1:]}, got {_short(got)}"
    return text + (_full_width_hint(got) if isinstance(got, str) else "")


def _short(value) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


def _full_width_hint(text: str) -> str:
    for wide, plain in FULL_WIDTH.items():
        if wide in text:
            return f" (the full-width {wide!r} is text here; write {plain!r})"
    return ""


def did_you_mean(word: str, known) -> str:
    """ "; did you mean 'x'?" with the nearest of ``known``, or what there is if nothing is near."""
    known = sorted({str(name) for name in known})
    near = difflib.get_close_matches(word, known, n=1) or difflib.get_close_matches(
        word.lower(), known, n=1
    )
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; known are {', '.join(known)}" if 0 < len(known) <= 30 else ""


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
