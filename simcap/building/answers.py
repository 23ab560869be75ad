"""What a mechanism in a researcher's own file answers, held against the contract.

simcap's own mechanisms are tested and trusted. One that is being written fails, answers nothing, or
answers what nobody would look at: each is one line, with the function and the line of the file.
"""

from __future__ import annotations

import functools
import inspect
import traceback
import warnings
from collections.abc import Callable, Iterator
from numbers import Real
from types import ModuleType
from typing import Any

from pydantic import BaseModel, ValidationError

from simcap.errors import InputError, ScenarioError
from simcap.mechanisms import checks
from simcap.mechanisms.contract import (
    Beside,
    Brought,
    HandOff,
    Lend,
    Lift,
    Relapsing,
    Stigma,
    Worsening,
)
from simcap.network import Dispatch, Warn
from simcap.scenario.links import written_faults
from simcap.scenario.placing import placed
from simcap.scenario.reader import did_you_mean, say
from simcap.scenario.schema import Scenario
from simcap.scenario.staff import people

FROM_A_DATE_ON = {"stations", "pathways", "collaboration", "mechanisms"}
"""What ``as_of`` may change: all else is built once for the whole run."""

Fault = str | None


def _number(*given: Any) -> bool:
    return all(isinstance(each, Real) and not isinstance(each, bool) for each in given)


def _tuple(given: Any, length: int) -> bool:
    return isinstance(given, tuple) and len(given) == length


def _name(given: Any) -> bool:
    return _tuple(given, 3) and isinstance(given[0], tuple) and given[1] in checks.KINDS


def _span(given: Any) -> bool:
    return _tuple(given, 3) and _number(*given) and given[0] < given[1] and given[2] >= 0


ONE: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "described": ("a line of text", lambda given: isinstance(given, str)),
    "rewritten": ("a scenario", lambda given: isinstance(given, Scenario)),
    "as_of": ("a scenario", lambda given: isinstance(given, Scenario)),
    "asks": ("a factor ≥ 0", lambda given: _number(given) and given >= 0),
    "reached": ("a share from 0 to 1", lambda given: _number(given) and 0 <= given <= 1),
    "worsens": (
        "a Worsening or None",
        lambda given: given is None or isinstance(given, Worsening),
    ),
    "relapses": (
        "a Relapsing or None",
        lambda given: given is None or isinstance(given, Relapsing),
    ),
    "hand_off": (
        "a HandOff or None",
        lambda given: given is None or isinstance(given, HandOff),
    ),
}
"""Questions with one answer: {question: (what is wanted, whether this is it)}."""

MANY: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "names": (
        f"(path, kind, name), a tuple as path and as kind one of {', '.join(checks.KINDS)},",
        _name,
    ),
    "faults": (
        "(path, text), a tuple as path,",
        lambda given: (
            _tuple(given, 2) and isinstance(given[0], tuple) and isinstance(given[1], str)
        ),
    ),
    "makes": (
        f"(kind, name) with as kind one of {', '.join(checks.ADDED)}",
        lambda given: _tuple(given, 2) and given[0] in checks.ADDED and isinstance(given[1], str),
    ),
    "notices": ("a sentence", lambda given: isinstance(given, str)),
    "dates": ("hours since the start", _number),
    "multipliers": ("(from, to, factor) with from < to and factor ≥ 0", _span),
    "incidence": ("(from, to, factor) with from < to and factor ≥ 0", _span),
    "lifts": ("a Lift", lambda given: isinstance(given, Lift)),
    "stigma": ("a Stigma", lambda given: isinstance(given, Stigma)),
    "brings": ("a Brought", lambda given: isinstance(given, Brought)),
    "lends": ("a Lend", lambda given: isinstance(given, Lend)),
    "beside": ("a Beside", lambda given: isinstance(given, Beside)),
    "paid": (
        "(pool, what they are, how many of its people)",
        lambda given: _tuple(given, 3) and isinstance(given[1], str) and _number(given[2]),
    ),
    "records": (
        "(share false, number audited, share missed, hours a week)",
        lambda given: _tuple(given, 4) and _number(*given),
    ),
    "reviews": ("a Warn or a Dispatch", lambda given: isinstance(given, (Warn, Dispatch))),
}
"""The same of those with any number of answers."""


def unasked(module: ModuleType) -> Iterator[str]:
    """What is wrong with the questions that ``module`` answers: none, or one that nobody asks."""
    questions, misspelt = [*ONE, *MANY], False
    for name, value in vars(module).items():
        mine = inspect.isfunction(value) and value.__module__ == module.__name__
        near = mine and not name.startswith("_") and name not in questions
        if near and (hint := did_you_mean(name, questions, listed=False)):
            misspelt = True
            yield (
                f"no question is called {name!r}{hint} (a function of your own with such a name"
                " begins with _)"
            )
    if not misspelt and not any(
        callable(getattr(module, question, None)) for question in questions
    ):
        yield f"a function for one of {', '.join(questions)} wanted, got none"


@functools.lru_cache(maxsize=64)
def answering(module: ModuleType, name: str) -> ModuleType:
    """``module``, the mechanism ``name``, with answers that are held against the contract: what is
    not one raises ``ScenarioError``.
    """
    twin = ModuleType(module.__name__, module.__doc__)
    twin.__dict__.update(vars(module))
    for question in (*ONE, *MANY):
        if callable(answer := getattr(module, question, None)):
            setattr(twin, question, _held(question, answer, name, str(module.__file__)))
    return twin


def _held(question: str, answer: Callable, name: str, file: str) -> Callable:
    wanted, fits = ONE.get(question) or MANY[question]
    of = "" if question in ONE else "each "

    @functools.wraps(answer)
    def held(*asked: Any) -> Any:
        def fault(text: str) -> ScenarioError:
            said = ScenarioError(f"mechanisms.{name}: {question}(): {text}")
            about = getattr(asked[0], "scenario", asked[0])
            return placed(said, about) if isinstance(about, Scenario) else said

        try:
            got = answer(*asked)
            if question in MANY and got is not None:
                got = tuple(got)
        except InputError:
            raise
        except (Exception, SystemExit) as problem:
            where = [
                f.lineno for f in traceback.extract_tb(problem.__traceback__) if f.filename == file
            ]
            line = f" (line {where[-1]})" if where else ""
            raise fault(f"{type(problem).__name__}: {_one_line(problem)}{line}") from problem
        for part in (got,) if question in ONE else got or (() if got == () else (got,)):
            if not fits(part):
                raise fault(f"{of}{wanted} wanted, got {part!r}")
            if text := _unfit(question, part, asked[0]):
                raise fault(text)
        return got

    return held


def _one_line(problem: BaseException) -> str:
    return " ".join(str(problem).split())


def _unfit(question: str, given: Any, about: Any) -> Fault:
    """What nobody would look at in an answer of the right kind."""
    if question in ("rewritten", "as_of"):
        return _unreadable(question, given, about)
    if question in ("lends", "beside", "paid"):
        name = {"lends": "pool", "beside": "of"}.get(question)
        pool = given[0] if name is None else getattr(given, name)
        pools = about.scenario.pools
        if pool not in pools:
            return f"no pool is called {pool!r}{did_you_mean(str(pool), pools)}"
        if name is not None and given.zone not in (places := people(pools[pool], about.scenario)):
            return f"{pool} do not stand in {given.zone!r}{did_you_mean(str(given.zone), places)}"
    return None


def _unreadable(question: str, now: Scenario, before: Scenario) -> Fault:
    """What ``now`` says that no file could have said, of what ``before`` did not say so."""
    changed = {
        field
        for field in Scenario.model_fields
        if getattr(now, field) is not getattr(before, field)
    }
    if question == "as_of":
        fixed = sorted(changed - FROM_A_DATE_ON)
        differs = [field for field in fixed if getattr(now, field) != getattr(before, field)]
        if now.stations.keys() != before.stations.keys():
            differs.append("set of stations")
        if differs:
            may = ", ".join(sorted(FROM_A_DATE_ON - {"mechanisms"}))
            return f"{may} may change at a date, got another {', '.join(differs)}"
    for field in changed & {"rosters", "pools", "stations", "needs", "profiles"}:
        old = getattr(before, field)
        for key, entry in getattr(now, field).items():
            if entry is not old.get(key) and (text := _misread(entry)):
                return f"{field}.{key}{text}"
    known = set(written_faults(before))
    return next(
        (
            f"{'.'.join(map(str, p))}: {text}"
            for p, text in written_faults(now)
            if (p, text) not in known
        ),
        None,
    )


def _misread(entry: Any) -> str:
    """How ``entry`` differs from what would be read of it, written out."""
    if not isinstance(entry, BaseModel):
        return f": an object as in the scenario wanted, got {entry!r}"
    model = type(entry)
    if unknown := sorted(vars(entry).keys() - model.model_fields.keys()):
        return f": no field is called {unknown[0]!r}{did_you_mean(unknown[0], model.model_fields)}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            dumped = entry.model_dump(mode="json", by_alias=True, exclude_none=True)
        read = model.model_validate(dumped)
    except ValidationError as problem:
        error = problem.errors(include_url=False)[0]
        return f"{''.join(f'.{step}' for step in error['loc'])}: {say(error, model)}"
    except Exception as problem:
        return f": {type(problem).__name__}: {_one_line(problem)}"
    for field in model.model_fields:
        if (got := getattr(entry, field)) != (right := getattr(read, field)):
            kind = type(right).__name__
            return f".{field}: what is read of a file wanted, here a {kind}, got {got!r}"
    return ""
