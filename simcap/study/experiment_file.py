"""What stands in an experiment file, checked key by key; a file that names a ``base`` alters
that one.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from simcap.analysis.measures import MEASURES
from simcap.analysis.stopping import Stopping, Wanted
from simcap.analysis.worst import WORST
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario.fields import Strict
from simcap.scenario.reader import Document, did_you_mean, read_yaml, validated
from simcap.scenario.units import Share
from simcap.study.design import read_range
from simcap.workbook.reading import Workbook, is_workbook

REPLICATIONS = 10
"""Where an experiment does not say how many (assumed)."""


def _whole(least: int, power: bool = False):
    def check(value):
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= least
        if not fits or (power and value & (value - 1)):
            raise ValueError(
                _("a power of two ≥ {least} wanted, got {got!r}", least=least, got=value)
                if power
                else _("a whole number ≥ {least} wanted, got {got!r}", least=least, got=value)
            )
        return value

    return BeforeValidator(check)


def plain_dates(value):
    """``value`` with dates as text: 2025-01-06 is one to YAML, and is written so everywhere
    else.
    """
    if isinstance(value, dict):
        return {key: plain_dates(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain_dates(entry) for entry in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def _name(value):
    if (
        not isinstance(value, str)
        or not value.strip()
        or set(value) & set("/\\")
        or value.startswith(".")
    ):
        raise ValueError(_("a name that can be a directory's wanted, got {got!r}", got=value))
    return value


def _levels(value):
    """A list of levels, or a range to be sampled."""
    value = plain_dates(value)
    if isinstance(value, dict):
        return read_range(value)
    if not isinstance(value, list) or not value:
        raise ValueError(
            _("a list of values, or a range {{from: …, to: …}}, wanted, got {got!r}", got=value)
        )
    if len({str(entry) for entry in value}) < len(value):
        raise ValueError(_("each value once wanted, got {got!r}", got=value))
    return value


def _listed_points(value):
    """Points by their names, or by their numbers where they have none."""
    value = plain_dates(value)
    if isinstance(value, list):
        return dict(enumerate(value))
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and name.strip() for name in value
    ):
        raise ValueError(_("a list of points, or points by name, wanted, got {got!r}", got=value))
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
            _(
                "a list of two or more factors, or a list of such lists, wanted, got {got!r}",
                got=value,
            )
        )
    return groups


class SampleSpec(Strict):
    """How ranges among the factors are sampled: one of these, with the number of points."""

    latin_hypercube: Annotated[int, _whole(2)] | None = None
    sobol: Annotated[int, _whole(2, power=True)] | None = None

    @model_validator(mode="after")
    def _one(self):
        if (self.latin_hypercube is None) == (self.sobol is None):
            raise ValueError(_("just one of latin hypercube and sobol wanted"))
        return self

    @property
    def method(self) -> str:
        """The method in words."""
        return "sobol" if self.sobol else "latin hypercube"

    @property
    def number(self) -> int:
        """How many points are drawn."""
        return self.sobol or self.latin_hypercube or 1


def named_measure(text: str) -> Wanted:
    """The measure that ``text`` names: «measure», «measure at place», «measure of group», «measure
    at place of group»; «worst zone: measure» is the same as «measure at worst zone».
    """
    text, place, group = str(text).strip(), "all", "all"
    if text.startswith(f"{WORST}:"):
        text, place = text.removeprefix(f"{WORST}:").strip(), WORST
    measure, _blank, rest = text.partition(" ")
    if rest.startswith("at ") and place != WORST:
        place, _of, group = rest[3:].partition(" of ")
    elif rest.startswith("of "):
        group = rest[3:]
    elif rest:
        raise ValueError(
            _("such as «wait_mean at rural of station: hotline» wanted, got {got!r}", got=text)
        )
    if measure not in MEASURES:
        raise ValueError(
            _(
                "no measure is called {measure!r}{hint}",
                measure=measure,
                hint=did_you_mean(measure, MEASURES),
            )
        )
    return Wanted(measure, place.strip(), group.strip() or "all", 0.0)


def _named_measures(value):
    given, value = value, [value] if isinstance(value, str) else value
    if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        value = dict.fromkeys(value)
    if not isinstance(value, dict) or not value:
        raise ValueError(
            _(
                "a measure, a list of them, or measures with a precision each, wanted, got {got!r}",
                got=given,
            )
        )
    for text in value:
        named_measure(text)
    return value


def _listed_measures(value):
    if not isinstance(value, list):
        raise ValueError(_("a list of measures wanted, got {got!r}", got=value))
    for text in value:
        named_measure(text)
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
                raise ValueError(_("either a number or a precision wanted, got both"))
            return self
        if self.at_most < self.at_least:
            raise ValueError(
                _(
                    "at most ≥ at least wanted, got {got} and {at_least}",
                    got=self.at_most,
                    at_least=self.at_least,
                )
            )
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
                raise ValueError(
                    _("a precision above 0 for {text} wanted, got {got}", text=text, got=precision)
                )
            wanted.append(named_measure(text)._replace(precision=precision))
        return Stopping(tuple(wanted), self.at_least, self.at_most, self.look_ahead)


def _replications(value):
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return {"number": value}
    if not isinstance(value, dict):
        raise ValueError(
            _(
                "a whole number ≥ 1, or {{precision: 5 %, of: a measure, at most: 50}},"
                " wanted, got {got!r}",
                got=value,
            )
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
    baseline: Annotated[dict[str, Any], BeforeValidator(plain_dates)] = Field(default_factory=dict)
    answer: Annotated[list[str], BeforeValidator(_listed_measures)] = Field(
        default_factory=list, max_length=6
    )
    seed: int | None = Field(None, ge=0)


def read_experiment(
    path: Path, above: tuple[Path, ...] = ()
) -> tuple[ExperimentFile, Document, Path]:
    """The file with its base filled in, the document to name in errors, and the directory its
    scenario is relative to.
    """
    document = _document(path)
    file = validated(ExperimentFile, document)
    if file.base is None:
        return file, document, path.parent
    above = (*above, path.resolve())
    if (path.parent / file.base).resolve() in above:
        raise ScenarioError(
            document.fault(
                ("base",),
                _("a file that does not rest on this one wanted, got {got!r}", got=file.base),
            )
        )
    base, _document_of, home = read_experiment(path.parent / file.base, above)
    given = {name: getattr(file, name) for name in file.model_fields_set - {"base"}}
    if "scenario" in given:
        home = path.parent
    return (
        base.model_copy(update={"name": None, **given, "set": {**base.set, **file.set}}),
        document,
        home,
    )


def _document(path: Path) -> Document:
    """What stands in ``path``: YAML, or the sheets of a workbook, which holds its scenario, too."""
    if not is_workbook(path):
        return read_yaml(path)
    document = Workbook(path).experiment(ExperimentFile)
    if document is None:
        raise ScenarioError(
            _("{path}:1:1 an experiment wanted, got a workbook that says none", path=path)
        )
    document.data["scenario"] = path.name
    return document
