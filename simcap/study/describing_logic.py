"""The second item of STRESS-DES, the logic of the model: who goes where, by what rules, and its
components.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simcap.building import registers
from simcap.building.arrangement import described
from simcap.network import LEAVE
from simcap.scenario import Scenario
from simcap.scenario.fields import KINDS, Time
from simcap.scenario.schema import Need, StationSpec
from simcap.scenario.staff import people
from simcap.scenario.units import say_hours
from simcap.study.experiment import Experiment


def logic(scenario: Scenario, experiment: Experiment) -> Iterator[str]:
    """Items 2.1 to 2.5.5."""
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
        " (priority, follow-ups before first sessions, earliest joined); registers say themselves"
        " which of these go first. Hours of part-time staff are spread over whole places by error"
        " diffusion, so that their sum is kept. Simultaneous events have one total order. Coverage,"
        " waits and loads are counted from the record of all visits."
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
        + "".join(f" {line[0].upper()}{line[1:]}." for line in registers.described(scenario))
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
    return "**2.5.1 Entities.** Residents, by need:\n\n" + table(heads, rows)


def _activities(scenario: Scenario) -> str:
    heads = ["station", "at", "time", "sessions", "patience", "no-show", "drop-out", "counts as"]
    rows = [
        [
            name,
            spec.place,
            _say_time(spec.service_time),
            _sessions(spec),
            _say_time(spec.patience),
            f"{spec.no_show:.0%}",
            f"{spec.drop_out:.0%}",
            spec.contact,
        ]
        for name, spec in scenario.stations.items()
    ]
    return "**2.5.2 Activities.** Being attended, by kind of station:\n\n" + table(heads, rows)


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
    return "**2.5.3 Resources.** Staff and seats:\n\n" + table(heads, rows)


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


# ---- words ---------------------------------------------------------------------------------------


def _say_time(spec: Time | None) -> str:
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
    by_zone = "".join(f"; {zone} {share:.2%}" for zone, share in need.by_zone.items())
    if need.wave is not None:
        return f"{need.wave.share:.2%}, each year on {need.wave.on}{by_zone}"
    return f"{need.in_need:.2%} a year{by_zone}"


def _sessions(spec: StationSpec) -> str:
    return (
        str(spec.sessions)
        if spec.sessions == 1
        else f"{spec.sessions}, every {say_hours(spec.every)}"
    )


def _number(scenario: Scenario, name: str) -> str:
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


def table(heads: list[str], rows: Iterable[list]) -> str:
    """A table in Markdown."""
    lines = [
        [str(cell).replace("|", "\\|").replace("\n", " ") for cell in row]
        for row in [heads, ["---"] * len(heads), *rows]
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
