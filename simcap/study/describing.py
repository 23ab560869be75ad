"""The model in words, by the checklist STRESS-DES (Monks et al. 2019, Journal of Simulation 13(1)),
written from the scenario and experiment.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from pathlib import Path

from ruamel.yaml import YAML

import simcap
from simcap.analysis.measures import MEASURES
from simcap.scenario import Scenario
from simcap.scenario.outcomes import RecoveryTable
from simcap.scenario.units import say_hours
from simcap.study.describing_logic import logic, table
from simcap.study.experiment import NAMED, Experiment, point_name
from simcap.study.sweep import Sweep

LEAD = (
    "coverage_of_need",
    "rural_urban_gap",
    "wait_mean",
    "within_target",
    "hotline_answered_in_target",
    "crisis_response_mean",
    "offered_load",
    "staff_gap",
    "total_cost",
)
UNSAID = "not said in the scenario"


def model_description(results: Sweep) -> str:
    """``model.md``: the twenty items of STRESS-DES."""
    experiment, scenario = results.experiment, results.experiment.scenario
    sections = [
        (
            f"# {experiment.name}: the model\n\nSTRESS-DES checklist (Monks et al. 2019), written"
            f" by simcap {simcap.__version__} from the scenario and the experiment. What a scenario"
            " does not say is named as such."
        ),
        "## 1 Objectives",
        *_objectives(experiment),
        "## 2 Logic",
        *logic(scenario, experiment),
        "## 3 Data",
        *_data(scenario, experiment, results.warnings),
        "## 4 Experimentation",
        *_experimentation(results),
        "## 5 Implementation",
        *_implementation(results),
        "## 6 Code access",
        (
            "**6.1 Computer model sharing statement.** simcap is free software under the MIT"
            f" licence. To cite it: {citation()}."
        ),
    ]
    return "\n\n".join(sections) + "\n"


def citation() -> str:
    """How to cite simcap, from CITATION.cff."""
    beside = Path(simcap.__file__).parent
    file = next(
        path for path in (beside / "CITATION.cff", beside.parent / "CITATION.cff") if path.exists()
    )
    said = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    authors = ", ".join(
        author.get("name")
        or f"{author.get('given-names', '')} {author.get('family-names', '')}".strip()
        for author in said["authors"]
    )
    return (
        f"{authors} ({str(said['date-released'])[:4]}). {said['title']}, version {said['version']}"
        " (CITATION.cff)"
    )


def _objectives(experiment: Experiment) -> Iterator[str]:
    yield f"**1.1 Purpose.** {experiment.question or 'The experiment asks no question in words.'}"
    yield "**1.2 Model outputs.** All are in `measures.csv`, with units; among them:\n\n" + table(
        ["measure", "unit", "definition"], [[f"`{name}`", *MEASURES[name]] for name in LEAD]
    )
    yield f"**1.3 Experimentation aims.** {_aims(experiment)}" + (
        f" Note: {experiment.note}." if experiment.note else ""
    )


def _aims(experiment: Experiment) -> str:
    said = _design_points(experiment) if experiment.factors else "One scenario, without factors."
    if experiment.uncertain:
        said += (
            f" Uncertain inputs, {len(experiment.samples)} settings each (Saltelli's design): "
            + "; ".join(
                f"`{name}`: {span.at(0.0)} to {span.at(1.0)}"
                for name, span in experiment.uncertain.items()
            )
            + "."
        )
    if experiment.settings:
        said += (
            f" They are {_settings(experiment)}; else as"
            f" «{experiment.points[experiment.at_baseline][NAMED]}»."
        )
    return said


def _design_points(experiment: Experiment) -> str:
    factors = (f"`{name}`: {_levels(values)}" for name, values in experiment.factors.items())
    said = f"{len(experiment.points)} design points. Factors: {'; '.join(factors)}."
    if experiment.sampled:
        said += f" Ranges were sampled ({experiment.sampled})."
    return said + (
        f" Baseline: {point_name(experiment.baseline)}."
        if experiment.baseline
        else " There is no baseline."
    )


def _settings(experiment: Experiment) -> str:
    """What each named point sets: the baseline everything, the others what they set otherwise."""
    usual = experiment.settings.get(experiment.baseline.get(NAMED, ""), {})
    own = {
        name: {
            factor: value
            for factor, value in point.items()
            if point is usual or factor not in usual or usual[factor] != value
        }
        for name, point in experiment.settings.items()
    }
    return "; ".join(
        f"«{name}»: {', '.join(f'`{factor}` {value}' for factor, value in point.items())}"
        for name, point in own.items()
    )


def _data(scenario: Scenario, experiment: Experiment, warnings: Sequence[str]) -> Iterator[str]:
    sources = [["the scenario", scenario.source or UNSAID]]
    for kind, parts in (
        ("need", scenario.needs),
        ("staff", scenario.pools),
        ("station", scenario.stations),
    ):
        sources += [[f"{kind}: {name}", part.source or UNSAID] for name, part in parts.items()]
    if isinstance(scenario.outcomes.recovery, RecoveryTable):
        sources.append(["recovery", scenario.outcomes.recovery.source])
    yield "**3.1 Data sources.**\n\n" + table(["what", "source"], sources)
    yield (
        "**3.2 Pre-processing.** The table of zones is read as it stands. In-need shares, given a"
        f" year, are spread over the year as a rate of arrivals; holidays: {scenario.holidays}."
    )
    columns = list(dict.fromkeys(column for zone in scenario.zones for column in zone.numbers))
    yield (
        "**3.3 Input parameters.** All of them are in `scenario.resolved.yaml`. Zones:\n\n"
        + table(
            ["zone", "kind", *columns],
            [
                [
                    zone.zone,
                    zone.kind,
                    *(f"{zone.numbers.get(column, 0.0):g}" for column in columns),
                ]
                for zone in scenario.zones
            ],
        )
    )
    yield (
        "**3.4 Assumptions.** Where a source says «assumed», nobody has measured it. Distributions"
        " beyond their mean are assumptions. A 12-month prevalence is used as a yearly inflow."
        " Residents are independent of each other; staff are never interrupted."
        + "".join(f"\n\n- To beware of: {sentence}" for sentence in warnings)
    )


def _experimentation(results: Sweep) -> Iterator[str]:
    experiment, scenario = results.experiment, results.experiment.scenario
    yield (
        "**4.1 Initialisation.** The run starts empty but for backlogs, with a warm-up of"
        f" {say_hours(scenario.warm_up)}{_advised(results)}. The warm-up is cut from the records"
        " afterwards."
    )
    yield (
        f"**4.2 Run length.** {say_hours(scenario.observe)} observed, then"
        f" {say_hours(scenario.run_out)} in which courses of those who came in the observed weeks"
        f" may end; from {scenario.start}."
    )
    yield (
        f"**4.3 Estimation approach.** {_how_many(experiment)}, with common random numbers: a"
        " resident keeps their own luck at every design point. Means with 95 % t intervals over"
        " replications, of shares on the logit scale, of waits, counts and amounts on that of"
        " logarithms; where a share or a count was 0 throughout, the bound of Clopper and Pearson,"
        " or of a Poisson number. Differences from the baseline within replications, with plain t"
        " intervals, adjusted for many comparisons by Holm."
    )


def _advised(results: Sweep) -> str:
    """What MSER-5 has to say of the warm-up, by staff."""
    if results.warm_up is None:
        return ""
    each = [f"{staff} {_advice(days)}" for staff, days in results.warm_up.days.items()]
    wanted = ", ".join(each) or "none: nobody waits over night"
    return f"; MSER-5 on the queues of the baseline advises {wanted}"


def _advice(days: int | None) -> str:
    if days is None:
        return "more than half of the run"
    return say_hours(24.0 * days) if days else "none"


def _how_many(experiment: Experiment) -> str:
    """The number of replications, or the rule that stops them."""
    rule = experiment.stopping
    if rule is None:
        return f"{experiment.replications} replications of each design point" + (
            f" at each of {len(experiment.samples)} settings of the uncertain inputs"
            if experiment.samples
            else ""
        )
    wanted = ", ".join(f"{want} to ±{want.precision:.3g}" for want in rule.wanted)
    return (
        f"As many replications as it took for 95 % intervals of {wanted} of the mean (at least"
        f" {rule.at_least}, at most {rule.at_most}, look-ahead {rule.look_ahead})"
    )


def _implementation(results: Sweep) -> Iterator[str]:
    done = results.replicated
    yield (
        f"**5.1 Software.** simcap {simcap.__version__} (model {done.origin.model}), Python"
        f" {platform.python_version()}; versions of libraries in `manifest.json`."
    )
    yield (
        f"**5.2 Random sampling.** Philox 4×64-10, keyed by seed ({results.experiment.seed}),"
        " replication, arrival stream, resident, station and occasion; inverse transform."
        " Distributions are those of 2.5.2."
    )
    yield (
        "**5.3 Model execution.** A next-event simulation with an event list; one total order of"
        f" simultaneous events; two engines that give the same record, here: {done.engine}."
    )
    yield f"**5.4 System specification.** {done.origin.platform}; run times in `manifest.json`."


def _levels(values: list) -> str:
    return ", ".join(map(str, values)) if len(values) <= 12 else f"{len(values)} values"
