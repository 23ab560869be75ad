"""What a mechanism in a researcher's own file answers, held against what is wanted: code that
nobody here has read must not end in a traceback, nor in numbers of a scenario that nobody could
write.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ValidationError

from simcap.errors import ScenarioError, SimcapError
from simcap.mechanisms import checks
from simcap.mechanisms.contract import Beside, HandOff, Lend
from simcap.network import Dispatch, Warn
from simcap.scenario.links import Fault, written_faults
from simcap.scenario.reader import say
from simcap.scenario.schema import Scenario
from simcap.scenario.units import said


class Answers:
    """The answers of the ``module`` of the mechanism ``name`` to the questions of
    ``mechanisms.contract``: whatever goes wrong in one is a ``ScenarioError`` that names it.
    """

    def __init__(self, module: ModuleType, name: str):
        self.module, self.where = module, f"mechanisms.{name}.file"

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.module, name)
        return functools.partial(self._answer, name, found) if name in WANTED else found

    def _answer(self, question: str, answer: Callable, *about: Any) -> Any:
        wanted, fits = WANTED[question]
        try:
            given = answer(*about)
            given = list(given) if inspect.isgenerator(given) else given
        except SimcapError:
            raise
        except (Exception, SystemExit) as problem:
            raise ScenarioError(
                f"{self.where}: {question} cannot be asked: {type(problem).__name__}: {problem}"
            ) from problem
        if not fits(given):
            raise ScenarioError(f"{self.where}: {question}: {wanted} wanted, got {said(given)}")
        if isinstance(given, Scenario):
            self._check(question, about[0], given)
        return given

    def _check(self, question: str, before: Scenario, after: Scenario) -> None:
        """That what is new in ``after`` could have been written."""
        faults = list(_unfit(before, after)) or [
            fault for fault in written_faults(after) if fault not in written_faults(before)
        ]
        if faults:
            raise ScenarioError(
                f"{self.where}: {question}: {'.'.join(map(str, path))}: {text}"
                for path, text in faults
            )


def _unfit(before: Scenario, after: Scenario) -> Iterator[Fault]:
    """The parts of ``after`` that are not those of ``before`` and do not hold."""
    for section in Scenario.model_fields:
        was, now = getattr(before, section), getattr(after, section)
        for name, part in now.items() if isinstance(now, dict) and now is not was else ():
            if was.get(name) is not part:
                for below, model in part.items() if isinstance(part, dict) else [(None, part)]:
                    path = (section, name) if below is None else (section, name, below)
                    yield from ((path + where, text) for where, text in _faults_of(model))


def _faults_of(part: BaseModel) -> list[Fault]:
    """What does not hold in ``part``, which may never have been checked."""
    model = type(part)
    try:
        model.model_validate(part.model_dump(mode="json", by_alias=True, exclude_none=True))
    except ValidationError as problem:
        return [(error["loc"], say(error, model)) for error in problem.errors(include_url=False)]
    return []


def _each(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether something is a list or tuple in which each entry ``fits``."""
    return lambda given: isinstance(given, (list, tuple)) and all(map(fits, given))


def _row(*fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether something is a list or tuple whose entries fit one by one."""
    return lambda given: (
        isinstance(given, (list, tuple))
        and len(given) == len(fits)
        and all(fit(entry) for fit, entry in zip(fits, given, strict=True))
    )


def _is(*kinds: type) -> Callable[[Any], bool]:
    return lambda given: isinstance(given, kinds)


def _number(given: Any) -> bool:
    return isinstance(given, (int, float)) and 0 <= given < math.inf


_text, _path = _is(str), _is(list, tuple)
WANTED: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "names": (
        f"(path, one of {', '.join(checks.KINDS)}, name) of each",
        _each(_row(_path, lambda kind: kind in checks.KINDS, _text)),
    ),
    "faults": ("(path, text) of each", _each(_row(_path, _text))),
    "makes": ("(kind, name) of each", _each(_row(lambda kind: kind in checks.ADDED, _text))),
    "described": ("a line of text", _text),
    "notices": ("sentences", _each(_text)),
    "rewritten": ("a Scenario", _is(Scenario)),
    "dates": ("hours since the start", _each(_number)),
    "as_of": ("a Scenario", _is(Scenario)),
    "multipliers": ("(from, to, factor) of each", _each(_row(_number, _number, _number))),
    "reached": ("a share from 0 to 1", lambda given: _number(given) and given <= 1),
    "hand_off": ("a HandOff or None", _is(HandOff, type(None))),
    "lends": ("a Lend for each", _each(_is(Lend))),
    "beside": ("a Beside for each", _each(_is(Beside))),
    "paid": ("(pool, what, people) of each", _each(_row(_text, _text, _number))),
    "reviews": ("a Warn or Dispatch for each", _each(_is(Warn, Dispatch))),
}
"""{question: (what its answer is, whether one is)}"""
