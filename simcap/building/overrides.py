"""One function makes a variant: ``override``. ``--set``, the factors of an experiment and ``set:``
in a scenario all use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import get_args

from pydantic import BaseModel, ValidationError

from simcap.building.faults import link_faults
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario.blocks import Mechanisms
from simcap.scenario.fields import SHAPES
from simcap.scenario.headers import column_name
from simcap.scenario.reader import Document, did_you_mean, faults_of
from simcap.scenario.schema import Scenario
from simcap.scenario.units import scale

_BESIDE = {"rosters": (2, "levels"), "targets": (1, "named")}
"""Where names of one's own may stand beside keys: how deep, and the key below which they are."""
_PARTS = tuple(
    (name,) for name in ("stations", "needs", "pools", "rosters", "profiles", "pathways")
)
"""Where a mapping under a new name adds a part."""
_LEADING_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)(.*)", re.DOTALL)


def override(scenario: Scenario, path: str, value) -> Scenario:
    """A new scenario with ``value`` at ``path``; ``scenario`` stays as it is.

    ``path`` is dotted ("collaboration.level", "zones.梯面镇.counsellors"); "*" stands for
    every key at its place. A ``value`` such as "x1.5" multiplies the number, or all
    numbers, that stand there. At a pool itself ("pools.counsellors"), "x1.5" multiplies
    its staff, and a number is its staff in all, shared out as before. A level of a
    roster and a target of one's own stand beside the other keys ("rosters.day.peak",
    "targets.answered"). A mapping under a new name adds a whole station, need, pool, roster,
    profile or pathway. Raises ``ScenarioError`` for an unknown path or a value that does not fit.
    """
    variant, document = _put_in(scenario, path, value)
    _say([document.fault(where, text) for where, text in link_faults(variant)], document)
    return variant


def overridden(scenario: Scenario, values: Mapping[str, object]) -> Scenario:
    """``scenario`` with each of ``values`` (path → value) put in, in order. What has to fit
    together does so once all are in; the first after which it never does is named.
    """
    variant = scenario
    for path, value in values.items():
        variant, _ = _put_in(variant, path, value)
    if values and any(link_faults(variant)):
        variant = scenario
        for path, value in values.items():
            variant = override(variant, path, value)
    return variant


def _put_in(scenario: Scenario, path: str, value) -> tuple[Scenario, Document]:
    """``override``, but for whether its parts fit together; and the document to say so of."""
    data = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    _put(data, _steps(path), value, path)
    document = Document(f"override {path}={value}", data)
    try:
        variant = Scenario.model_validate(data)
    except ValidationError as problem:
        _say(faults_of(problem, Scenario, document), document)
        raise
    return variant.read_from(scenario.document, scenario.notes), document


def _say(faults: Iterable[str], document: Document) -> None:
    """Raise ``faults``, if there are any; without a line and column, which a setting has not."""
    said = [fault.replace(f"{document.file}:1:1", document.file) for fault in faults]
    if said:
        raise ScenarioError(said)


def split_setting(text: str) -> tuple[str, str] | None:
    """(path, value) of «path=value», at the last "=" outside of quotes and brackets, so that a name
    may hold one; None where there is none.
    """
    bare = re.sub(r"\"[^\"]*\"|'[^']*'|\{.*\}|\[.*\]", lambda match: "_" * len(match[0]), text)
    at = bare.rfind("=")
    path, value = text[:at].strip(), text[at + 1 :]
    return (path, value) if at >= 0 and path else None


def _steps(path: str) -> list[str]:
    steps = [step.strip() for step in str(path).split(".")]
    if not all(steps):
        raise ScenarioError(
            _("override {path!r}: a dotted path such as collaboration.level wanted", path=path)
        )
    return steps


def _put(here, steps: list[str], value, path: str, done: tuple[str, ...] = ()) -> None:
    """Set ``value`` at ``steps`` below ``here``, in place (``here`` is our own copy)."""
    if done == ("zones",) and isinstance(here, list):
        here = {zone["zone"]: zone for zone in here}
    if (
        len(done) == 2
        and done[0] == "zones"
        and steps[0] not in ("kind", "zone", "numbers", "notes")
    ):
        here, steps = here["numbers"], [column_name(".".join(steps))]
    depth, below = _BESIDE.get(done[0] if done else "", (0, ""))
    if depth == len(done) and ".".join(steps) in here.get(below, {}):
        here, steps = here[below], [".".join(steps)]
    if steps[0] == "*" and isinstance(here, dict):
        for key in here:
            _put(here, [str(key), *steps[1:]], value, path, done)
        return
    if done in _PARTS and isinstance(value, dict) and not _known(here, steps):
        here[".".join(steps)] = value
        return
    key, used = _key(here, steps, path, done)
    if used < len(steps):
        _put(here.setdefault(key, {}), steps[used:], value, path, (*done, str(key)))
    elif len(done) == 1 and done[0] == "pools":
        _staff(here[key], value, path)
    elif (factor := _factor(value, path)) is not None:
        here[key] = _scaled(here.get(key), factor, path)
    else:
        here[key] = value


def _known(here: dict, steps: list[str]) -> bool:
    """Whether the next step, or some of them together, name something in ``here``."""
    wanted = {".".join(steps[:used]) for used in range(1, len(steps) + 1)}
    return any(
        wanted & {str(key), str(key).replace("_", " "), str(key).replace(" ", "_")} for key in here
    )


def _key(here, steps: list[str], path: str, done) -> tuple:
    """The key of ``here`` that the next step or steps name ("0.4" is two), and how many steps it
    takes.
    """
    if not isinstance(here, dict):
        raise ScenarioError(
            _("override {path!r}: there is nothing below {done!r}", path=path, done=".".join(done))
        )
    for used in range(len(steps), 0, -1):
        wanted = ".".join(steps[:used])
        for key in here:
            if wanted in (str(key), str(key).replace("_", " "), str(key).replace(" ", "_")):
                return key, used
    optional = _optional_fields(done)
    wanted = steps[0].replace(" ", "_")
    if wanted in optional or _is_own(done):
        return wanted, 1
    about = {"path": path, "step": steps[0], "place": ".".join(done)}
    raise ScenarioError(
        (
            _("override {path!r}: there is no {step!r} in {place!r}", **about)
            if done
            else _("override {path!r}: there is no {step!r} at the top", **about)
        )
        + did_you_mean(steps[0], [*here, *optional])
    )


def _optional_fields(done: tuple[str, ...]) -> set[str]:
    """Fields that may stand at ``done`` but are not written out because they are empty; at the top,
    those that are nothing unless said (``results_by``).
    """
    if done == ("zones",):  # what stands there are zones, by name
        return set()
    model: type[BaseModel] | None = Scenario
    for step in done:
        model = None if model is None else _model_at(model, step)
    return (
        {
            field.alias or name
            for name, field in model.model_fields.items()
            if name not in getattr(model, "unwritten", ()) and (done or field.default is None)
        }
        if model is not None
        else set()
    )


def _is_own(done: tuple[str, ...]) -> bool:
    """Whether a mechanism that a file holds stands at ``done``: which keys it knows, its file
    says.
    """
    return len(done) == 2 and done[0] == "mechanisms" and done[1] not in Mechanisms.known()


def _model_at(model: type[BaseModel], key: str) -> type[BaseModel] | None:
    """The model of what stands at ``key`` of ``model``: of a field, or of each entry of a field
    that is a mapping.
    """
    for name, field in model.model_fields.items():
        if key.replace(" ", "_") in (name, field.alias):
            return _first_model(field.annotation)
    return model


def _first_model(annotation) -> type[BaseModel] | None:
    """The first model in a type such as ``dict[str, PoolSpec]`` or ``Pairing | None``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(
        (found for part in get_args(annotation) if (found := _first_model(part)) is not None), None
    )


def _staff(pool: dict, value, path: str) -> None:
    factor = _factor(value, path)
    if factor is not None:
        pool["scale"] = pool.get("scale", 1.0) * factor
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        pool["number"], pool["scale"] = value, 1.0
    else:
        raise ScenarioError(
            _(
                "override {path!r}: staff as a number, or a factor such as x1.5,"
                " wanted, got {got!r}",
                path=path,
                got=value,
            )
        )


def _factor(value, path: str) -> float | None:
    """The factor of "x1.5", or None."""
    try:
        return scale(value)
    except ValueError as problem:
        raise ScenarioError(f"override {path!r}: {problem}") from None


def _scaled(value, factor: float, path: str):
    if isinstance(value, dict):
        return {
            key: entry if key in SHAPES else _scaled(entry, factor, path)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [_scaled(entry, factor, path) for entry in value]
    if isinstance(value, bool):
        pass
    elif isinstance(value, int):
        return value * factor if value * factor != int(value * factor) else int(value * factor)
    elif isinstance(value, float):
        return value * factor
    elif isinstance(value, str) and (match := _LEADING_NUMBER.fullmatch(value.strip())):
        return f"{float(match[1]) * factor!r}{match[2]}"
    raise ScenarioError(
        _(
            "override {path!r}: only a number can be multiplied by {factor:g},"
            " there stands {value!r}",
            path=path,
            factor=factor,
            value=value,
        )
    )
