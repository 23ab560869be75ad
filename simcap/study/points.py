"""The design points that an experiment file asks for: those of a list, or the combinations of the
levels of factors; and which of them, or which further one, is the baseline.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from simcap import lang
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario import Scenario
from simcap.scenario.reader import Document, did_you_mean
from simcap.study.design import Range, grid, sampled
from simcap.study.experiment_file import ExperimentFile
from simcap.study.levels import own_level, varied

MOST_POINTS = 2_000


def design_points(
    file: ExperimentFile, document: Document, seed: int, scenario: Scenario
) -> list[dict]:
    """The design points that the file asks for. A point of a list is as the baseline in the factors
    that it leaves out: as the file says, or as ``scenario`` has it.
    """
    listed = _listed(file, scenario)
    faults = [
        *_faults_of_list(file, listed, document),
        *_faults_of_ranges(file, document),
        *_faults_of_pairs(file, document),
    ]
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return listed if file.points else _combinations(file, document, seed)


def _listed(file: ExperimentFile, scenario: Scenario) -> list[dict]:
    factors = list(dict.fromkeys(name for point in file.points.values() for name in point))
    usual = {
        name: file.baseline[name] if name in file.baseline else own_level(scenario, name, [])
        for name in factors
        if not all(name in own for own in file.points.values())
    }
    return [
        {name: own[name] if name in own else usual[name] for name in factors}
        for own in file.points.values()
    ]


def _combinations(file: ExperimentFile, document: Document, seed: int) -> list[dict]:
    """All levels of all lists, those of ``paired`` factors together, at each point of the sample of
    the ranges.
    """
    lists, groups = _lists(file), [tuple(group) for group in file.paired]
    number = math.prod(
        len(levels)
        for name, levels in lists.items()
        if all(name not in group[1:] for group in groups)
    )
    if number * (1 if file.sample is None else file.sample.number) > MOST_POINTS:
        raise ScenarioError(
            document.fault(
                ("factors",),
                _("at most {most:,} design points wanted", most=MOST_POINTS),
            )
        )
    points = grid(lists, groups)
    if file.sample is None:
        return points
    rows = sampled(_ranges(file), file.sample.method, file.sample.number, seed)
    both = {
        written(point): point for point in ({**point, **row} for row in rows for point in points)
    }  # steps may make two rows alike
    return [{name: point[name] for name in file.factors} for point in both.values()]


def _ranges(file: ExperimentFile) -> dict[str, Range]:
    return {name: levels for name, levels in file.factors.items() if isinstance(levels, Range)}


def _lists(file: ExperimentFile) -> dict[str, list]:
    return {name: levels for name, levels in file.factors.items() if not isinstance(levels, Range)}


def written(point: dict) -> tuple:
    """A design point as it is written: two are the same where this is."""
    return tuple(sorted((name, str(value)) for name, value in point.items()))


# ---- faults --------------------------------------------------------------------------------------


def _faults_of_list(file: ExperimentFile, points: list[dict], document: Document) -> Iterator[str]:
    if file.points and file.factors:
        yield document.fault(("points",), _("either factors or points wanted, got both"))
    if file.points and not any(file.points.values()):
        yield document.fault(("points",), _("at least one point with a factor wanted"))
    before = set()
    for key, point in zip(file.points, points, strict=True):
        if written(point) in before:
            yield document.fault(("points", key), _("each point once wanted"))
        before.add(written(point))


def _faults_of_ranges(file: ExperimentFile, document: Document) -> Iterator[str]:
    ranges = _ranges(file)
    for name in ranges if file.sample is None else ():
        yield document.fault(
            ("factors", name),
            _("a range is sampled: sample: {latin hypercube: 32} or {sobol: 32} wanted beside it"),
        )
    if file.sample is not None and not ranges:
        yield document.fault(
            ("sample",), _("at least one factor with a range {from: …, to: …} wanted")
        )


def _faults_of_pairs(file: ExperimentFile, document: Document) -> Iterator[str]:
    lists = _lists(file)
    for i, group in enumerate(file.paired):
        for name in group:
            if name not in lists:
                hint = did_you_mean(name, lists)
                said = _(
                    "no factor with a list of values is called {name!r}{hint}", name=name, hint=hint
                )
                yield document.fault(("paired", i), said)
            elif sum(name in other for other in file.paired) > 1 or group.count(name) > 1:
                yield document.fault(
                    ("paired", i), _("{name!r} in one pair, once, wanted", name=name)
                )
        numbers = [len(lists[name]) for name in group if name in lists]
        if len(set(numbers)) > 1:
            said = _(
                "as many values of each wanted, got {got}", got=_(" and ").join(map(str, numbers))
            )
            yield document.fault(("paired", i), said)


# ---- the baseline --------------------------------------------------------------------------------


def baseline_point(
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
    faults += _faults_of_baseline(file, points, document)
    if faults:
        return {}
    factors = list(points[0])
    wanted = {
        name: file.baseline[name]
        if name in file.baseline
        else own_level(scenario, name, [point[name] for point in points])
        for name in factors
    }
    if written(wanted) in map(written, points):
        return next(point for point in points if written(point) == written(wanted))
    where: dict[str, tuple] = {name: ("baseline", name) for name in factors}
    goal = varied(scenario, wanted, document, where, faults)
    same = [point for point, variant in zip(points, scenarios, strict=True) if variant == goal]
    return dict(same[0]) if same else wanted


def _faults_of_baseline(
    file: ExperimentFile, points: list[dict], document: Document
) -> Iterator[str]:
    for name, value in file.baseline.items():
        if name not in points[0]:
            hint = did_you_mean(name, list(points[0]))
            said = _("no factor is called {name!r}{hint}", name=name, hint=hint)
            yield document.fault(("baseline", name), said)
        levels = [str(point[name]) for point in points if name in point]
        if file.sample is None and levels and str(value) not in levels:
            yield document.fault(
                ("baseline", name),
                _(
                    "one of {levels} wanted, got {got!r}",
                    levels=lang.listed(dict.fromkeys(levels)),
                    got=value,
                ),
            )
