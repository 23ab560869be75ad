"""The model in words, by the checklist STRESS-DES (Monks et al. 2019, Journal of Simulation 13(1)),
written from the scenario and experiment.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ruamel.yaml import YAML

import simcap
from simcap.analysis.measures import MEASURES
from simcap.building.arrangement import described
from simcap.network import LEAVE
from simcap.scenario import Scenario
from simcap.scenario.fields import KINDS, Time
from simcap.scenario.schema import Need, StationSpec
from simcap.scenario.units import say_hours
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
        *_logic(scenario, experiment),
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
    yield "**1.2 Model outputs.** All are in `measures.csv`, with units; among them:\n\n" + _table(
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


def _logic(scenario: Scenario, experiment: Experiment) -> Iterator[str]:
    yield _overview(scenario)
    yield (
        "**2.2 Base model logic.** Residents with a need ask for help at rates that may vary"
        " through the week, enter by a station, wait there for a place of its staff, are attended,"
        " perhaps for several sessions, and go on by their pathway. Those who wait may give up,"
        " those who are due may not come. Staff with hours that are shared attend residents of"
        " other zones after their own. Residents who need help and never ask are counted, not"
        " simulated."
    )
    yield _scenario_logic(scenario, experiment)
    yield (
        "**2.4 Algorithms.** A place that comes free is given to the waiting resident with the best"
        " (priority, follow-ups before first sessions, earliest joined). Hours of part-time staff"
        " are spread over whole places by error diffusion, so that their sum is kept. Simultaneous"
        " events have one total order. Coverage, waits and loads are counted from the record of all"
        " visits."
    )
    yield _entities(scenario)
    yield _activities(scenario)
    yield _resources(scenario)
    yield _queues(scenario)
    yield (
        "**2.5.5 Entry and exit points.** Residents enter at the stations named in 2.5.1 and leave"
        " where a pathway ends, or where they give up and it leads nowhere. Those who wait or are"
        " attended at the end of the run stay in the record as such."
    )


def _overview(scenario: Scenario) -> str:
    return (
        "**2.1 Base model overview diagram.** Who goes where, by pathway (share, by what kind of"
        " hand-off):\n\n```\n" + "\n".join(_pathways(scenario)) + "\n```"
    )


def _scenario_logic(scenario: Scenario, experiment: Experiment) -> str:
    changes = (
        "Each design point changes the values of its factors, and nothing else. "
        if experiment.factors
        else ""
    )
    return (
        f"**2.3 Scenario logic.** {changes}"
        f"Mechanisms that are on: {'; '.join(described(scenario))}."
    )


def _entities(scenario: Scenario) -> str:
    heads = [
        "need",
        "group",
        "severity",
        "in need",
        "ask for help (urban / transition / rural)",
        "enter by",
    ]
    rows = [
        [
            name,
            need.group,
            need.severity,
            _in_need(need),
            " / ".join(f"{need.seeks_help[kind]:.3g}" for kind in KINDS),
            ", ".join(f"{station} {part:.0%}" for station, part in need.enters_by.items()),
        ]
        for name, need in scenario.needs.items()
    ]
    return "**2.5.1 Entities.** Residents, by need:\n\n" + _table(heads, rows)


def _activities(scenario: Scenario) -> str:
    heads = ["station", "at", "time", "sessions", "patience", "no-show", "drop-out", "counts as"]
    rows = [
        [
            name,
            spec.place,
            say_time(spec.service_time),
            _sessions(spec),
            say_time(spec.patience),
            f"{spec.no_show:.0%}",
            f"{spec.drop_out:.0%}",
            spec.contact,
        ]
        for name, spec in scenario.stations.items()
    ]
    return "**2.5.2 Activities.** Being attended, by kind of station:\n\n" + _table(heads, rows)


def _resources(scenario: Scenario) -> str:
    heads = ["staff", "how many", "hours a week each", "roster", "shared", "owner"]
    rows = [
        [
            name,
            _number(scenario, name),
            "every shift" if pool.hours_each is None else f"{pool.hours_each:.3g} h",
            _roster(scenario, pool.roster),
            "yes" if pool.shared else "",
            pool.owner or "",
        ]
        for name, pool in scenario.pools.items()
    ]
    return "**2.5.3 Resources.** Staff and seats:\n\n" + _table(heads, rows)


def _queues(scenario: Scenario) -> str:
    limited = [
        f"{name}: at most {spec.queue_limit} waiting"
        for name, spec in scenario.stations.items()
        if spec.queue_limit is not None
    ]
    return (
        "**2.5.4 Queues.** One for each need at each station, served in order of joining within a"
        " priority. " + ("; ".join(limited) + "." if limited else "No queue has a limit.")
    )


def _data(scenario: Scenario, experiment: Experiment, warnings: Sequence[str]) -> Iterator[str]:
    sources = [["the scenario", scenario.source or UNSAID]]
    for kind, parts in (
        ("need", scenario.needs),
        ("staff", scenario.pools),
        ("station", scenario.stations),
    ):
        sources += [[f"{kind}: {name}", part.source or UNSAID] for name, part in parts.items()]
    yield "**3.1 Data sources.**\n\n" + _table(["what", "source"], sources)
    yield (
        "**3.2 Pre-processing.** The table of zones is read as it stands. In-need shares, given a"
        f" year, are spread over the year as a rate of arrivals; holidays: {scenario.holidays}."
    )
    columns = list(dict.fromkeys(column for zone in scenario.zones for column in zone.numbers))
    yield (
        "**3.3 Input parameters.** All of them are in `scenario.resolved.yaml`. Zones:\n\n"
        + _table(
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


# ---- words ---------------------------------------------------------------------------------------


def say_time(spec: Time | None) -> str:
    """A distribution of durations in words."""
    if spec is None or spec.never is not None:
        return "without end"
    if spec.fixed is not None:
        return f"{say_hours(spec.fixed)}"
    kind = next(name for name in type(spec).model_fields if getattr(spec, name) is not None)
    shape = spec.distribution()
    return f"{kind.replace('_', ' ')}, mean {say_hours(shape.mean)}, sd {say_hours(shape.sd)}"


def _pathways(scenario: Scenario) -> Iterator[str]:
    for name, steps in scenario.pathways.items():
        yield name
        for station, step in steps.items():
            for outcome in type(step).model_fields:
                edges = getattr(step, outcome)
                if edges:
                    goals = ", ".join(
                        f"{goal} {edge.share:.0%}{'' if edge.by == 'direct' else ' by ' + edge.by}"
                        for goal, edge in edges.items()
                        if goal != LEAVE
                    )
                    yield f"  {station} ({outcome.replace('_', ' ')}) → {goals}"


def _in_need(need: Need) -> str:
    if need.register_ is not None:
        return "all on the register"
    if need.wave is not None:
        return f"{need.wave.share:.2%}, each year on {need.wave.on}"
    return f"{need.in_need:.2%} a year"


def _sessions(spec: StationSpec) -> str:
    return (
        str(spec.sessions)
        if spec.sessions == 1
        else f"{spec.sessions}, every {say_hours(spec.every)}"
    )


def _number(scenario: Scenario, name: str) -> str:
    from simcap.scenario.staff import people

    number = people(scenario.pools[name], scenario)
    return f"{sum(number.values()):.4g}" + (f" in {len(number)} zones" if len(number) > 1 else "")


def _roster(scenario: Scenario, name: str) -> str:
    if not name:
        return "by appointment"
    roster = scenario.rosters[name]
    return (
        f"{name} ("
        + "; ".join(
            [
                *(f"{days} {', '.join(spans)}" for days, spans in roster.shifts.items()),
                *(f"{level}: {places}" for level, places in roster.levels.items()),
            ]
        )
        + ")"
    )


def _levels(values: list) -> str:
    return ", ".join(map(str, values)) if len(values) <= 12 else f"{len(values)} values"


def _table(heads: list[str], rows: Iterable[list]) -> str:
    lines = [
        [str(cell).replace("|", "\\|").replace("\n", " ") for cell in row]
        for row in [heads, ["---"] * len(heads), *rows]
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
