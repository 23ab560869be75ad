"""An experiment: a scenario with factors, whose combinations are the design points."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from simcap.errors import ScenarioError
from simcap.scenario import Scenario, load_scenario, overridden, override
from simcap.scenario.reader import Document, did_you_mean, read_yaml, validated
from simcap.scenario.schema import Strict

MOST_POINTS = 2_000


def _count(value):
    if isinstance(value, dict):
        raise ValueError("a whole number wanted; replications to a wanted precision have not landed yet")
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"a whole number ≥ 1 wanted, got {value!r}")
    return value


def _name(value):
    if not isinstance(value, str) or not value.strip() or set(value) & set("/\\") or value.startswith("."):
        raise ValueError(f"a name that can be a directory's wanted, got {value!r}")
    return value


def _values(value):
    if not isinstance(value, list) or not value:
        raise ValueError(f"a list of values wanted, got {value!r}")
    if len({str(entry) for entry in value}) < len(value):
        raise ValueError(f"each value once wanted, got {value!r}")
    return value


class ExperimentFile(Strict):
    """What stands in an experiment file. ``base`` names another one that this one alters."""

    name: Annotated[str, BeforeValidator(_name)] | None = None
    base: str | None = None
    scenario: str | None = None
    question: str | None = None
    note: str | None = None
    factors: dict[str, Annotated[list[Any], BeforeValidator(_values)]] = Field(default_factory=dict, max_length=12)
    set: dict[str, Any] = Field(default_factory=dict)
    replications: Annotated[int, BeforeValidator(_count)] | None = None
    baseline: dict[str, Any] = Field(default_factory=dict)
    seed: int | None = Field(None, ge=0)


@dataclass(frozen=True)
class Experiment:
    """A resolved experiment: ``points`` are (factor → value) in the order of the factors, ``scenarios`` their scenarios."""

    name: str
    question: str
    note: str
    scenario: Scenario
    factors: dict[str, list]
    points: tuple[dict, ...]
    scenarios: tuple[Scenario, ...]
    baseline: dict
    replications: int
    seed: int


def load_experiment(path: Path | str, seed: int | None = None) -> Experiment:
    """The experiment in the YAML file ``path`` (a directory stands for its experiment.yaml); ``seed`` overrides the file's.

    Raises ``ScenarioError`` with every fault found in it and in its scenario.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "experiment.yaml"
    file, document, home = _file(path)
    if file.scenario is None:
        raise ScenarioError(document.fault(("scenario",), "the name of a scenario file is wanted and missing"))
    scenario = load_scenario(home / file.scenario)
    faults: list[str] = []
    scenario = _changed(scenario, file.set, document, ("set",), faults)
    if math.prod(len(values) for values in file.factors.values()) > MOST_POINTS:
        raise ScenarioError(document.fault(("factors",), f"at most {MOST_POINTS:,} design points wanted"))
    points = [dict(zip(file.factors, values, strict=True)) for values in itertools.product(*file.factors.values())]
    scenarios = [_varied(scenario, point, document, faults) for point in points]
    baseline = {factor: file.baseline.get(factor, values[0]) for factor, values in file.factors.items()}
    for factor in file.baseline:
        if factor not in file.factors:
            faults.append(document.fault(("baseline", factor), f"no factor is called {factor!r}{did_you_mean(factor, file.factors)}"))
    for factor, value in baseline.items():
        if str(value) not in map(str, file.factors[factor]):
            faults.append(document.fault(("baseline", factor), f"one of {', '.join(map(str, file.factors[factor]))} wanted, got {value!r}"))
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    seeds = [number for number in (seed, file.seed, 42) if number is not None]
    default = path.parent.name if path.name == "experiment.yaml" else path.stem
    return Experiment(file.name or default, file.question or "", file.note or "", scenario, file.factors, tuple(points),
                      tuple(scenarios), baseline, file.replications or 10, seeds[0])


def _file(path: Path, above: tuple[Path, ...] = ()) -> tuple[ExperimentFile, Document, Path]:
    """The file with its base filled in, the document to name in errors, and the directory its scenario is relative to."""
    document = read_yaml(path)
    file = validated(ExperimentFile, document)
    if file.base is None:
        return file, document, path.parent
    above = (*above, path.resolve())
    if (path.parent / file.base).resolve() in above:
        raise ScenarioError(document.fault(("base",), f"a file that does not rest on this one wanted, got {file.base!r}"))
    base, _, home = _file(path.parent / file.base, above)
    given = {name: getattr(file, name) for name in file.model_fields_set - {"base"}}
    if "scenario" in given:
        home = path.parent
    return base.model_copy(update={"name": None, **given, "set": {**base.set, **file.set}}), document, home


def _changed(scenario: Scenario, values: dict, document: Document, path: tuple, faults: list) -> Scenario:
    for key, value in values.items():
        try:
            scenario = override(scenario, key, value)
        except ScenarioError as problem:
            faults += [document.fault((*path, key), fault) for fault in problem.faults]
    return scenario


def _varied(scenario: Scenario, point: dict, document: Document, faults: list) -> Scenario:
    for factor, value in point.items():
        try:
            scenario = overridden(scenario, {factor: value})
        except ScenarioError as problem:
            faults += [document.fault(("factors", factor), fault) for fault in problem.faults]
    return scenario


def single(scenario: Scenario, replications: int, seed: int) -> Experiment:
    """One scenario as an experiment without factors, named after it."""
    name = "".join(letter if letter.isalnum() else "_" for letter in scenario.name.lower()).strip("_") or "scenario"
    return Experiment(name, "", "", scenario, {}, ({},), (scenario,), {}, replications, seed)


def plain_value(text: str):
    """The value that ``text`` stands for on a command line: 0.8 is a number, x1.5 is text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return text
