"""An experiment: a scenario with factors, whose combinations are the design points, and perhaps
with inputs that are uncertain.
"""

from __future__ import annotations

import datetime
import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from simcap.analysis.measures import MEASURES
from simcap.analysis.stopping import Stopping, Wanted
from simcap.building import load_scenario, overridden, override
from simcap.errors import ScenarioError
from simcap.scenario import Scenario
from simcap.scenario.fields import Strict
from simcap.scenario.reader import Document, did_you_mean, read_yaml, validated
from simcap.scenario.units import Share
from simcap.study.design import (
    Range,
    Sample,
    form_of,
    grid,
    numbers_of,
    read_range,
    saltelli,
    sampled,
)

MOST_POINTS = 2_000
MOST_SETTINGS = 100_000
"""Design points × settings of the uncertain inputs."""
MOST_TRIED = 100
"""Combinations of uncertain inputs that are tried out before anything is simulated."""
NAMED = "design point"
"""The factor whose levels are the names of listed points."""
REPLICATIONS = 10
"""Where an experiment does not say how many (assumed)."""
AS_WRITTEN = "as written"
"""The level of a factor that is as the scenario has it and cannot be said in a word; the name of
the baseline among named points, if it is none of them.
"""
MOST_ALIKE = 3
"""Faults alike that are said one by one."""
MOST_NAME = 120
"""Bytes of a name that becomes a directory's."""
_PARTICULARS = re.compile(r"'[^']*'|[^\s=]*\d[^\s:;,]*")


def _whole(least: int, power: bool = False):
    def check(value):
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
        if not fits or (power and value & (value - 1)):
            raise ValueError(
                f"a {'power of two' if power else 'whole number'} ≥ {least} wanted, got {value!r}"
            )
        return value

    return BeforeValidator(check)


def _dates(value):
    """``value`` with dates as text: 2025-01-06 is one to YAML, and is written so everywhere
    else.
    """
    if isinstance(value, dict):
        return {key: _dates(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_dates(entry) for entry in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def _name(value):
    if (
        not isinstance(value, str)
        or not value.strip()
        or set(value) & set("/\\")
        or value.startswith(".")
    ):
        raise ValueError(f"a name that can be a directory's wanted, got {value!r}")
    return value


def _levels(value):
    """A list of levels, or a range to be sampled."""
    value = _dates(value)
    if isinstance(value, dict):
        return read_range(value)
    if not isinstance(value, list) or not value:
        raise ValueError(f"a list of values, or a range {{from: …, to: …}}, wanted, got {value!r}")
    if len({str(entry) for entry in value}) < len(value):
        raise ValueError(f"each value once wanted, got {value!r}")
    return value


def _listed_points(value):
    """Points by their names, or by their numbers where they have none."""
    value = _dates(value)
    if isinstance(value, list):
        return dict(enumerate(value))
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and name.strip() for name in value
    ):
        raise ValueError(f"a list of points, or points by name, wanted, got {value!r}")
    return value


def _pairs(value):
    groups = (
        value
        if isinstance(value, list) and value and all(isinstance(entry, list) for entry in value)
        else [value]
    )
    if not all(
        isinstance(group, list) and len(group) > 1 and all(isinstance(name, str) for name in group)
        for group in groups
    ):
        raise ValueError(
            f"a list of two or more factors, or a list of such lists, wanted, got {value!r}"
        )
    return groups


class SampleSpec(Strict):
    """How ranges among the factors are sampled: one of these, with the number of points."""

    latin_hypercube: Annotated[int, _whole(2)] | None = None
    sobol: Annotated[int, _whole(2, power=True)] | None = None

    @model_validator(mode="after")
    def _one(self):
        if (self.latin_hypercube is None) == (self.sobol is None):
            raise ValueError("just one of latin hypercube and sobol wanted")
        return self


def _named_measure(text: str) -> Wanted:
    """«measure», «measure at place», «measure of group», «measure at place of group»."""
    measure, _, rest = str(text).strip().partition(" ")
    place, group = "all", "all"
    if rest.startswith("at "):
        place, _, group = rest[3:].partition(" of ")
    elif rest.startswith("of "):
        group = rest[3:]
    elif rest:
        raise ValueError(f"such as «wait_mean at rural of station: hotline» wanted, got {text!r}")
    if measure not in MEASURES:
        raise ValueError(f"no measure is called {measure!r}{did_you_mean(measure, MEASURES)}")
    return Wanted(measure, place.strip(), group.strip() or "all", 0.0)


def _named_measures(value):
    given, value = value, [value] if isinstance(value, str) else value
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        value = dict.fromkeys(value)
    if not isinstance(value, dict) or not value:
        raise ValueError(
            f"a measure, a list of them, or measures with a precision each, wanted, got {given!r}"
        )
    for text in value:
        _named_measure(text)
    return value


def _listed_measures(value):
    if not isinstance(value, list):
        raise ValueError(f"a list of measures wanted, got {value!r}")
    for text in value:
        _named_measure(text)
    return value


class Replications(Strict):
    """How many: a plain number, or as many as it takes until the 95 % interval of each measure in
    ``of`` reaches no further than ``precision`` of its mean to either side. ``of`` is a measure, a
    list of measures, or {measure: precision}; a measure may say where and whose: «wait_mean at
    rural of station: hotline».

    At least ``at_least`` (5, assumed), at most ``at_most`` (50, assumed) replications; precision
    must hold for the ``look_ahead`` replications that follow, too, since an interval may be narrow
    by accident (5, by Hoad, Robinson and Davies 2010).
    """

    number: Annotated[int, _whole(1)] | None = None
    precision: Share | None = None
    of: Annotated[dict[str, Share | None], BeforeValidator(_named_measures)] = {
        "coverage_of_need": None
    }
    at_least: Annotated[int, _whole(2)] = 5
    at_most: Annotated[int, _whole(2)] = 50
    look_ahead: Annotated[int, _whole(0)] = 5

    @model_validator(mode="after")
    def _fits(self):
        if self.number is not None:
            if len(self.model_fields_set) > 1:
                raise ValueError("either a number or a precision wanted, got both")
            return self
        if self.at_most < self.at_least:
            raise ValueError(f"at most ≥ at least wanted, got {self.at_most} and {self.at_least}")
        self.stopping()
        return self

    def stopping(self) -> Stopping | None:
        """The rule, unless there is a plain number."""
        if self.number is not None:
            return None
        wanted = []
        for text, own in self.of.items():
            precision = self.precision if own is None else own
            if precision is None or precision <= 0:
                raise ValueError(f"a precision above 0 for {text} wanted, got {precision}")
            wanted.append(_named_measure(text)._replace(precision=precision))
        return Stopping(tuple(wanted), self.at_least, self.at_most, self.look_ahead)


def _replications(value):
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return {"number": value}
    if not isinstance(value, dict):
        raise ValueError(
            "a whole number ≥ 1, or {precision: 5 %, of: a measure, at most: 50}, wanted, got"
            f" {value!r}"
        )
    return value


class ExperimentFile(Strict):
    """What stands in an experiment file. ``base`` names another one that this one alters."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: Annotated[str, BeforeValidator(_name)] | None = None
    base: str | None = None
    scenario: str | None = None
    question: str | None = None
    note: str | None = None
    factors: dict[str, Annotated[Any, BeforeValidator(_levels)]] = Field(
        default_factory=dict, max_length=12
    )
    paired: Annotated[list[list[str]], BeforeValidator(_pairs)] = Field(default_factory=list)
    points: Annotated[dict[str | int, dict[str, Any]], BeforeValidator(_listed_points)] = Field(
        default_factory=dict
    )
    sample: SampleSpec | None = None
    uncertain: dict[str, Annotated[Any, BeforeValidator(read_range)]] = Field(
        default_factory=dict, max_length=20
    )
    samples: Annotated[int, _whole(2, power=True)] = 16
    set: dict[str, Any] = Field(default_factory=dict)
    replications: Annotated[Replications, BeforeValidator(_replications)] = Replications(
        number=REPLICATIONS
    )
    baseline: Annotated[dict[str, Any], BeforeValidator(_dates)] = Field(default_factory=dict)
    answer: Annotated[list[str], BeforeValidator(_listed_measures)] = Field(
        default_factory=list, max_length=6
    )
    seed: int | None = Field(None, ge=0)


@dataclass(frozen=True)
class Experiment:
    """A resolved experiment: ``points`` are (factor → value) in the order of the factors,
    ``scenarios`` their scenarios; ``factors`` are the levels that occur. ``baseline`` is one of the
    points (the scenario as written, unless the file names another), empty without factors. With
    uncertain inputs every point is run at each of ``samples``. ``answer`` are the measures that the
    figure of that name shows. Where the points of a list have names, these are the levels of the
    one factor "design point", and ``settings`` what each of them sets.

    ``sampled`` is the method by which ranges among the factors were sampled, if any were.
    ``replications`` is how many there are, or, with ``stopping``, may be.
    """

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
    stopping: Stopping | None = None
    uncertain: dict[str, Range] = field(default_factory=dict)
    samples: tuple[Sample, ...] = ()
    sampled: str = ""
    answer: tuple[Wanted, ...] = ()
    settings: dict[str, dict] = field(default_factory=dict)

    def variant(self, point: int, sample: int) -> Scenario:
        """The scenario of a design point, with the uncertain inputs of a sample (0 where there are
        none) put in.
        """
        scenario = self.scenarios[point]
        return overridden(scenario, self.samples[sample].inputs) if self.samples else scenario

    def values(self, point: int, sample: int) -> dict:
        """The values of the factors and of the uncertain inputs there."""
        return {**self.points[point], **(self.samples[sample].inputs if self.samples else {})}

    def called(self, levels: Sequence[str], say: Callable[[str], str] = str) -> str:
        """The design point with these ``levels`` (one text a factor) in a few words: its name, or
        the level of each factor, or, of many, of those in which it is not as the baseline. ``say``
        puts a level into words.
        """
        if self.settings:
            return levels[0]
        factors, usual = (
            list(self.factors),
            [str(self.baseline.get(factor)) for factor in self.factors],
        )
        told = [
            (name, level)
            for name, level, base in zip(short_names(factors), levels, usual, strict=True)
            if len(factors) <= MOST_NAMED or level != base
        ]
        words = [
            (
                f"{name}: {'yes' if level == 'True' else 'no'}"
                if level in ("True", "False")
                else f"{name} {say(level)}"
            )
            for name, level in told
        ]
        return ", ".join(words) or ("the baseline" if factors else "as written")

    @property
    def at_baseline(self) -> int:
        """The position of the baseline among the points, or of the first point where there
        is none.
        """
        return self.points.index(self.baseline) if self.baseline in self.points else 0

    @property
    def runs(self) -> int:
        """How many replications there are, or may be, in all."""
        return len(self.points) * max(1, len(self.samples)) * self.replications


def load_experiment(path: Path | str, seed: int | None = None) -> Experiment:
    """The experiment in the YAML file ``path`` (a directory stands for its experiment.yaml);
    ``seed`` overrides the file's.

    Raises ``ScenarioError`` with every fault found in it and in its scenario.
    """
    path = Path(path)
    if path.is_dir():
        path = path / "experiment.yaml"
    file, document, home = _file(path)
    if file.scenario is None:
        raise ScenarioError(
            document.fault(("scenario",), "the name of a scenario file is wanted and missing")
        )
    scenario = load_scenario(home / file.scenario)
    faults: list[str] = []
    scenario = _changed(scenario, file.set, document, ("set",), faults)
    seeds = [number for number in (seed, file.seed, 42) if number is not None]
    points = _points(file, document, seeds[0], scenario)
    where = {name: ("points",) if file.points else ("factors", name) for name in points[0]}
    scenarios = [_varied(scenario, point, document, where, faults) for point in points]
    baseline = _baseline(file, points, scenarios, scenario, document, faults)
    further = bool(baseline) and _written(baseline) not in map(_written, points)
    if further:
        points.insert(0, baseline)
        scenarios.insert(0, _varied(scenario, baseline, document, where, faults))
    samples = _samples(file, points, document, seeds[0], faults)
    uncertain: dict[str, tuple] = {name: ("uncertain", name) for name in file.uncertain}
    _say(faults)
    for ends in _ends(file):
        for variant in scenarios[:MOST_TRIED]:
            _varied(variant, ends, document, uncertain, faults)
    for sample in samples[:MOST_TRIED] if not faults else ():
        _varied(scenarios[0], sample.inputs, document, uncertain, faults)
    _say(faults)
    settings: dict[str, dict] = {}
    if any(isinstance(key, str) for key in file.points):
        names = list(map(str, file.points))
        if len(points) > len(names):
            spare = (AS_WRITTEN, f"{AS_WRITTEN} (the baseline)")
            names.insert(0, next(name for name in spare if name not in names))
        settings = dict(zip(names, points, strict=True))
        baseline = {NAMED: next(name for name, own in settings.items() if own == baseline)}
        points = [{NAMED: name} for name in settings]
    stopping = file.replications.stopping()
    default = path.resolve().parent.name if path.name == "experiment.yaml" else path.stem
    factors = {
        name: list({str(point[name]): point[name] for point in points}.values())
        for name in points[0]
    }
    if further:
        factors = {name: _in_order(levels) for name, levels in factors.items()}
    method = "" if file.sample is None else "sobol" if file.sample.sobol else "latin hypercube"
    return Experiment(
        file.name or default,
        file.question or "",
        file.note or "",
        scenario,
        factors,
        tuple(points),
        tuple(scenarios),
        baseline,
        file.replications.number or file.replications.at_most,
        seeds[0],
        stopping,
        file.uncertain,
        tuple(samples),
        method,
        tuple(map(_named_measure, file.answer)),
        settings,
    )


def _in_order(levels: list) -> list:
    """``levels``, of which the first is that of a further baseline (or of another point, too), put
    where it belongs if the others rise or fall.
    """
    numbers = numbers_of(levels) if len(levels) > 2 else None
    if numbers is None:
        return levels
    falling = numbers[1] > numbers[-1]
    if numbers[1:] != sorted(numbers[1:], reverse=falling):
        return levels
    order = sorted(range(len(levels)), key=numbers.__getitem__, reverse=falling)
    return [levels[i] for i in order]


def _say(faults: list[str]) -> None:
    """Raise ``faults``, if there are any; of many that differ in numbers and names only, the first,
    with how many there are.
    """
    alike: dict[str, list[str]] = {}
    for fault in dict.fromkeys(faults):
        place, _, text = fault.partition(" ")
        alike.setdefault(f"{place} {_PARTICULARS.sub('…', text)}", []).append(fault)
    if faults:
        raise ScenarioError(
            fault
            for group in alike.values()
            for fault in (group if len(group) <= MOST_ALIKE else [_and_more(group)])
        )


def _and_more(group: list[str]) -> str:
    return f"{group[0]} (and {len(group) - 1} more like it)"


def _points(file: ExperimentFile, document: Document, seed: int, scenario: Scenario) -> list[dict]:
    """The design points that the file asks for. A point of a list is as the baseline in the factors
    that it leaves out: as the file says, or as ``scenario`` has it.
    """
    ranges = {name: levels for name, levels in file.factors.items() if isinstance(levels, Range)}
    lists = {name: levels for name, levels in file.factors.items() if name not in ranges}
    faults = []
    if file.points and file.factors:
        faults.append(document.fault(("points",), "either factors or points wanted, got both"))
    listed = list(dict.fromkeys(name for point in file.points.values() for name in point))
    if file.points and not listed:
        faults.append(document.fault(("points",), "at least one point with a factor wanted"))
    given: dict[str | int, dict] = {}
    usual = {
        name: file.baseline[name] if name in file.baseline else own_level(scenario, name, [])
        for name in listed
        if not all(name in own for own in file.points.values())
    }
    for key, own in file.points.items():
        point = {name: own[name] if name in own else usual[name] for name in listed}
        if _written(point) in map(_written, given.values()):
            faults.append(document.fault(("points", key), "each point once wanted"))
        given[key] = point
    if ranges and file.sample is None:
        faults += [
            document.fault(
                ("factors", name),
                "a range is sampled: sample: {latin hypercube: 32} or {sobol: 32} wanted beside it",
            )
            for name in ranges
        ]
    if file.sample is not None and not ranges:
        faults.append(
            document.fault(("sample",), "at least one factor with a range {from: …, to: …} wanted")
        )
    for i, group in enumerate(file.paired):
        for name in group:
            if name not in lists:
                faults.append(
                    document.fault(
                        ("paired", i),
                        "no factor with a list of values is called "
                        f"{name!r}{did_you_mean(name, lists)}",
                    )
                )
            elif sum(name in other for other in file.paired) > 1 or group.count(name) > 1:
                faults.append(document.fault(("paired", i), f"{name!r} in one pair, once, wanted"))
        numbers = [len(lists[name]) for name in group if name in lists]
        if len(set(numbers)) > 1:
            faults.append(
                document.fault(
                    ("paired", i),
                    f"as many values of each wanted, got {' and '.join(map(str, numbers))}",
                )
            )
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    if file.points:
        return list(given.values())
    groups = [tuple(group) for group in file.paired]
    number = math.prod(
        len(levels)
        for name, levels in lists.items()
        if all(name not in group[1:] for group in groups)
    )
    drawn = 1 if file.sample is None else file.sample.sobol or file.sample.latin_hypercube or 1
    if number * drawn > MOST_POINTS:
        raise ScenarioError(
            document.fault(("factors",), f"at most {MOST_POINTS:,} design points wanted")
        )
    points = grid(lists, groups)
    if file.sample is None:
        return points
    rows = sampled(ranges, "sobol" if file.sample.sobol else "latin hypercube", drawn, seed)
    both = {
        _written(point): point for point in ({**point, **row} for row in rows for point in points)
    }  # steps may make two rows alike
    return [{name: point[name] for name in file.factors} for point in both.values()]


def _baseline(
    file: ExperimentFile,
    points: list[dict],
    scenarios: list[Scenario],
    scenario: Scenario,
    document: Document,
    faults: list[str],
) -> dict:
    """The baseline: what the file says, and of the factors that it leaves out the level that
    ``scenario`` has. It is one of ``points`` (whose scenarios are given), or a further one.
    """
    factors = list(points[0])
    for name, value in file.baseline.items():
        if name not in factors:
            hint = did_you_mean(name, factors)
            faults.append(document.fault(("baseline", name), f"no factor is called {name!r}{hint}"))
        levels = [str(point[name]) for point in points if name in point]
        if file.sample is None and levels and str(value) not in levels:
            faults.append(
                document.fault(
                    ("baseline", name),
                    f"one of {', '.join(dict.fromkeys(levels))} wanted, got {value!r}",
                )
            )
    if faults:
        return {}
    wanted = {
        name: file.baseline[name]
        if name in file.baseline
        else own_level(scenario, name, [point[name] for point in points])
        for name in factors
    }
    if _written(wanted) in map(_written, points):
        return next(point for point in points if _written(point) == _written(wanted))
    where: dict[str, tuple] = {name: ("baseline", name) for name in factors}
    goal = _varied(scenario, wanted, document, where, faults)
    same = [point for point, variant in zip(points, scenarios, strict=True) if variant == goal]
    return dict(same[0]) if same else wanted


def own_level(scenario: Scenario, factor: str, levels: list) -> Any:
    """The level of ``factor`` that ``scenario`` has as it is written, said as ``levels`` are: x1
    among scales, a number with their unit. ``AS_WRITTEN`` where it cannot be said in a word.
    """
    levels = list({str(level): level for level in levels}.values())
    few = levels if len(levels) <= MOST_TRIED else []
    for tried in (*few, *_candidates(scenario, factor, levels[:MOST_TRIED])):
        try:
            if overridden(scenario, {factor: tried}) == scenario:
                return tried
        except ScenarioError:
            continue
    return AS_WRITTEN


def _candidates(scenario: Scenario, factor: str, levels: list) -> Iterator[Any]:
    """Ways to say what ``scenario`` has at ``factor``, the plainest last."""
    forms = {form for level in levels if (form := _form(level)) is not None}
    own = value_at(scenario, factor)
    if isinstance(own, dict) and "number" in own:  # a pool stands for its people
        own = own["number"]
    if any(prefix == "x" for prefix, _ in forms):
        yield "x1"
    elif own is not None and not isinstance(own, (dict, list)):
        for level in levels:
            if _form(level) not in (None, ("", "")):
                yield _in_unit_of(scenario, factor, own, level)
        yield own
    if not levels:
        yield "x1"


def _form(level) -> tuple[str, str] | None:
    """What stands before and behind the number of a level; None where it is none."""
    return None if numbers_of([level]) is None else form_of(level)


def _in_unit_of(scenario: Scenario, factor: str, own, level) -> Any:
    """``own`` in the unit that ``level`` is written in."""
    theirs = value_at(overridden(scenario, {factor: level}), factor)
    both, said = numbers_of([own, theirs]), numbers_of([level])
    if both is None or said is None or not both[1]:
        return AS_WRITTEN
    return f"{both[0] / both[1] * said[0]:.12g} {form_of(level)[1]}"


def value_at(scenario: Scenario, path: str) -> Any:
    """What stands at a dotted ``path`` of ``scenario``; None where nothing does, or several."""
    here: Any = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    here["zones"] = {zone["zone"]: {**zone, **zone["numbers"]} for zone in here["zones"]}
    steps = [step.strip() for step in path.split(".")]
    while steps:
        if not isinstance(here, dict):
            return None
        for used in range(len(steps), 0, -1):
            wanted = ".".join(steps[:used]).replace("_", " ")
            key = next((key for key in here if str(key).replace("_", " ") == wanted), None)
            if key is not None:
                here, steps = here[key], steps[used:]
                break
        else:
            return None
    return here


def _samples(
    file: ExperimentFile, points: list[dict], document: Document, seed: int, faults: list[str]
) -> list[Sample]:
    for name in file.uncertain:
        if name in points[0]:
            faults.append(
                document.fault(
                    ("uncertain", name), "this is a factor; either a factor or uncertain wanted"
                )
            )
    if not file.uncertain:
        if "samples" in file.model_fields_set:
            faults.append(document.fault(("samples",), "uncertain inputs beside it wanted"))
        return []
    settings = len(points) * file.samples * (len(file.uncertain) + 2)
    if settings > MOST_SETTINGS:
        raise ScenarioError(
            document.fault(
                ("samples",),
                f"at most {MOST_SETTINGS:,} settings (points × samples × (inputs + 2)) wanted, "
                f"got {settings:,}",
            )
        )
    return saltelli(file.uncertain, file.samples, seed)


def _ends(file: ExperimentFile) -> list[dict]:
    """The lower and the upper end of each uncertain input, to be tried before anything is run."""
    return [{name: span.at(share)} for name, span in file.uncertain.items() for share in (0.0, 1.0)]


def _written(point: dict) -> tuple:
    return tuple(sorted((name, str(value)) for name, value in point.items()))


def _file(path: Path, above: tuple[Path, ...] = ()) -> tuple[ExperimentFile, Document, Path]:
    """The file with its base filled in, the document to name in errors, and the directory its
    scenario is relative to.
    """
    document = read_yaml(path)
    file = validated(ExperimentFile, document)
    if file.base is None:
        return file, document, path.parent
    above = (*above, path.resolve())
    if (path.parent / file.base).resolve() in above:
        raise ScenarioError(
            document.fault(
                ("base",), f"a file that does not rest on this one wanted, got {file.base!r}"
            )
        )
    base, _, home = _file(path.parent / file.base, above)
    given = {name: getattr(file, name) for name in file.model_fields_set - {"base"}}
    if "scenario" in given:
        home = path.parent
    return (
        base.model_copy(update={"name": None, **given, "set": {**base.set, **file.set}}),
        document,
        home,
    )


def _changed(
    scenario: Scenario, values: dict, document: Document, path: tuple, faults: list
) -> Scenario:
    for key, value in values.items():
        try:
            scenario = override(scenario, key, value)
        except ScenarioError as problem:
            faults += [document.fault((*path, key), fault) for fault in problem.faults]
    return scenario


def _varied(
    scenario: Scenario, point: dict, document: Document, where: dict, faults: list
) -> Scenario:
    variant = scenario
    for factor, value in point.items():
        try:
            variant = overridden(variant, levels_set({factor: value}))
        except ScenarioError as problem:
            faults += [document.fault(where[factor], fault) for fault in problem.faults]
    return _sharing(variant, scenario)


def levels_set(point: dict) -> dict:
    """What a design point puts into the scenario: its levels, but where they are as written."""
    return {factor: value for factor, value in point.items() if value != AS_WRITTEN}


def _sharing(variant: Scenario, scenario: Scenario) -> Scenario:
    """``variant``, with the parts that ``scenario`` has, too, taken from there: of two thousand
    variants of a district only what differs is kept.
    """
    return variant.model_copy(
        update={
            name: _shared(getattr(variant, name), getattr(scenario, name))
            for name in type(variant).model_fields
        }
    )


def _shared(own: Any, theirs: Any) -> Any:
    if own == theirs:
        return theirs
    if isinstance(own, dict) and isinstance(theirs, dict):
        return {key: _shared(value, theirs.get(key)) for key, value in own.items()}
    if isinstance(own, list) and isinstance(theirs, list) and len(own) == len(theirs):
        return [_shared(*both) for both in zip(own, theirs, strict=True)]
    return own


def single(
    scenario: Scenario, replications: int, seed: int, changes: Mapping = MappingProxyType({})
) -> Experiment:
    """One scenario as an experiment without factors, named after it and after the ``changes`` that
    were made to it.
    """
    parts = [scenario.name.lower(), *(f"{path}={value}" for path, value in changes.items())]
    name = "_".join(map(_plain_name, parts)).strip("_") or "scenario"
    if len(name.encode()) > MOST_NAME:
        digest = hashlib.sha256(name.encode()).hexdigest()[:8]
        name = f"{name.encode()[:MOST_NAME].decode(errors='ignore')}_{digest}"
    return Experiment(name, "", "", scenario, {}, ({},), (scenario,), {}, replications, seed)


def _plain_name(text: str) -> str:
    """``text`` as a part of a directory's name."""
    kept = "".join(sign if sign.isalnum() or sign in "=." else "_" for sign in text)
    return kept.strip("_.")


def point_name(point: dict) -> str:
    """A design point as text, as fingerprints and failures name it."""
    return ", ".join(f"{factor}={value}" for factor, value in point.items()) or "scenario"


def plain_value(text: str):
    """The value that ``text`` stands for on a command line: 0.8 is a number, x1.5 is text."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        value = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError):
        return text
    bracketed = text.lstrip().startswith(("[", "{"))  # else a dash or a colon in a text
    return text if isinstance(value, (list, dict)) and not bracketed else value


MOST_NAMED = 4
"""Factors up to which a design point is named by all of them."""


def short_names(factors: Sequence[str]) -> list[str]:
    """Each factor in a few words: of many, all steps of its path but the first; of few, the last,
    or, where two would be called the same, the steps that only it has. A switch is called by what
    it switches.
    """
    paths = [factor.replace("_", " ").removesuffix(".on").split(".") for factor in factors]
    if len(factors) > MOST_NAMED:
        return [" ".join(steps[1:] or steps) for steps in paths]
    names = [steps[-1] for steps in paths]
    return [
        (
            name
            if names.count(name) == 1
            else " ".join(step for step in steps if sum(step in other for other in paths) == 1)
            or name
        )
        for name, steps in zip(names, paths, strict=True)
    ]
