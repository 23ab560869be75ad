"""An experiment: a scenario with factors, whose combinations are the design points, and perhaps
with inputs that are uncertain.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from simcap.analysis.stopping import Stopping, Wanted
from simcap.building import load_scenario, overridden, override
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario import Scenario
from simcap.scenario.reader import Document
from simcap.study.design import Range, Sample, numbers_of, saltelli
from simcap.study.experiment_file import ExperimentFile, named_measure, read_experiment
from simcap.study.levels import AS_WRITTEN, MOST_TRIED, varied
from simcap.study.points import baseline_point, design_points, written

MOST_SETTINGS = 100_000
"""Design points × settings of the uncertain inputs."""
NAMED = "design point"
"""The factor whose levels are the names of listed points."""
MOST_ALIKE = 3
"""Faults alike that are said one by one."""
MOST_NAME = 120
"""Bytes of a name that becomes a directory's."""
MOST_NAMED = 4
"""Factors up to which a design point is named by all of them."""
_PARTICULARS = re.compile(r"'[^']*'|[^\s=]*\d[^\s:;,]*")


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

    def called(
        self,
        levels: Sequence[str],
        say: Callable[[str], str] = str,
        name_of: Callable[[str], str] = str,
    ) -> str:
        """The design point with these ``levels`` (one text a factor) in a few words: its name, or
        the level of each factor, or, of many, of those in which it is not as the baseline. ``say``
        puts a level into words, ``name_of`` the short name of a factor.
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
                f"{name_of(name)}: {say('yes' if level == 'True' else 'no')}"
                if level in ("True", "False")
                else f"{name_of(name)} {say(level)}"
            )
            for name, level in told
        ]
        return ", ".join(words) or say("the baseline" if factors else "as written")

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
    """The experiment in the YAML file or workbook ``path`` (a directory stands for its
    experiment.yaml or scenario.xlsx);
    ``seed`` overrides the file's.

    Raises ``ScenarioError`` with every fault found in it and in its scenario.
    """
    path = Path(path)
    if path.is_dir():
        book = path / "scenario.xlsx"
        path = path / "experiment.yaml"
        path = book if book.exists() and not path.exists() else path
    file, document, home = read_experiment(path)
    faults: list[str] = []
    scenario = _scenario(file, document, home, faults)
    seed = next(number for number in (seed, file.seed, 42) if number is not None)
    design = _design(file, document, seed, scenario, faults)
    samples = _samples(file, design.points, document, seed, faults)
    say(faults)
    say(_faults_of_inputs(file, design.scenarios, samples, document))
    settings = _settings(file, design.points)
    points, baseline = _called_by_name(design, settings)
    return Experiment(
        file.name or _default_name(path),
        file.question or "",
        file.note or "",
        scenario,
        _factors(points, design.further),
        tuple(points),
        tuple(design.scenarios),
        baseline,
        file.replications.number or file.replications.at_most,
        seed,
        file.replications.stopping(),
        file.uncertain,
        tuple(samples),
        "" if file.sample is None else file.sample.method,
        tuple(map(named_measure, file.answer)),
        settings,
    )


def _default_name(path: Path) -> str:
    return path.resolve().parent.name if path.name == "experiment.yaml" else path.stem


def _scenario(file: ExperimentFile, document: Document, home: Path, faults: list[str]) -> Scenario:
    """The scenario that the file names, relative to ``home``, with what it sets at all points."""
    if file.scenario is None:
        raise ScenarioError(
            document.fault(("scenario",), _("the name of a scenario file is wanted and missing"))
        )
    scenario = load_scenario(home / file.scenario)
    for key, value in file.set.items():
        try:
            scenario = override(scenario, key, value)
        except ScenarioError as problem:
            faults += [document.fault(("set", key), fault) for fault in problem.faults]
    return scenario


class _Design(NamedTuple):
    """The design points and their scenarios; the baseline comes first if it is a ``further``
    one.
    """

    points: list[dict]
    scenarios: list[Scenario]
    baseline: dict
    further: bool


def _design(
    file: ExperimentFile, document: Document, seed: int, scenario: Scenario, faults: list[str]
) -> _Design:
    points = design_points(file, document, seed, scenario)
    where = {name: ("points",) if file.points else ("factors", name) for name in points[0]}
    scenarios = [varied(scenario, point, document, where, faults) for point in points]
    baseline = baseline_point(file, points, scenarios, scenario, document, faults)
    further = bool(baseline) and written(baseline) not in map(written, points)
    if further:
        points.insert(0, baseline)
        scenarios.insert(0, varied(scenario, baseline, document, where, faults))
    return _Design(points, scenarios, baseline, further)


def _samples(
    file: ExperimentFile, points: list[dict], document: Document, seed: int, faults: list[str]
) -> list[Sample]:
    for name in file.uncertain:
        if name in points[0]:
            faults.append(
                document.fault(
                    ("uncertain", name), _("this is a factor; either a factor or uncertain wanted")
                )
            )
    if not file.uncertain:
        if "samples" in file.model_fields_set:
            faults.append(document.fault(("samples",), _("uncertain inputs beside it wanted")))
        return []
    settings = len(points) * file.samples * (len(file.uncertain) + 2)
    if settings > MOST_SETTINGS:
        raise ScenarioError(
            document.fault(
                ("samples",),
                _(
                    "at most {most:,} settings (points × samples × (inputs + 2))"
                    " wanted, got {got:,}",
                    most=MOST_SETTINGS,
                    got=settings,
                ),
            )
        )
    return saltelli(file.uncertain, file.samples, seed)


def _faults_of_inputs(
    file: ExperimentFile, scenarios: list[Scenario], samples: list[Sample], document: Document
) -> list[str]:
    """What goes wrong where each uncertain input is at its lower and upper end, or, if nothing
    does, at the settings of the sample.
    """
    where: dict[str, tuple] = {name: ("uncertain", name) for name in file.uncertain}
    ends = [{name: span.at(share)} for name, span in file.uncertain.items() for share in (0.0, 1.0)]
    faults: list[str] = []
    for end in ends:
        for variant in scenarios[:MOST_TRIED]:
            varied(variant, end, document, where, faults)
    for sample in samples[:MOST_TRIED] if not faults else ():
        varied(scenarios[0], sample.inputs, document, where, faults)
    return faults


def _settings(file: ExperimentFile, points: list[dict]) -> dict[str, dict]:
    """What each of the ``points`` sets, by its name; empty where they have none."""
    if not any(isinstance(key, str) for key in file.points):
        return {}
    names = list(map(str, file.points))
    if len(points) > len(names):
        spare = (AS_WRITTEN, f"{AS_WRITTEN} (the baseline)")
        names.insert(0, next(name for name in spare if name not in names))
    return dict(zip(names, points, strict=True))


def _called_by_name(design: _Design, settings: dict[str, dict]) -> tuple[list[dict], dict]:
    """The points and the baseline; where they have names, of one factor whose levels these are."""
    if not settings:
        return design.points, design.baseline
    name = next(name for name, own in settings.items() if own == design.baseline)
    return [{NAMED: name} for name in settings], {NAMED: name}


def _factors(points: list[dict], further: bool) -> dict[str, list]:
    """The levels of each factor that occur; ``further`` if the first is that of a baseline that is
    none of the points asked for.
    """
    factors = {
        name: list({str(point[name]): point[name] for point in points}.values())
        for name in points[0]
    }
    return {name: _in_order(levels) for name, levels in factors.items()} if further else factors


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


def say(faults: list[str]) -> None:
    """Raise ``faults``, if there are any; of many that differ in numbers and names only, the first,
    with how many there are.
    """
    alike: dict[str, list[str]] = {}
    for fault in dict.fromkeys(faults):
        place, _blank, text = fault.partition(" ")
        alike.setdefault(f"{place} {_PARTICULARS.sub('…', text)}", []).append(fault)
    if faults:
        raise ScenarioError(
            fault
            for group in alike.values()
            for fault in (group if len(group) <= MOST_ALIKE else [_and_more(group)])
        )


def _and_more(group: list[str]) -> str:
    return _("{fault} (and {number} more like it)", fault=group[0], number=len(group) - 1)


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
