"""How a report's numbers were made, and what was assumed, in plain words."""

from __future__ import annotations

from simcap.lang import _, joined, n_
from simcap.lang.amounts import duration
from simcap.plots.words import say_factor
from simcap.report.blocks import Heading, Listing, Paragraph, Section, Table, Value
from simcap.report.facts import Facts
from simcap.scenario.units import say_hours

MOST_SOURCES = 60


def how_it_was_made(facts: Facts) -> Section:
    """Method, assumptions with their sources, and what reproduces it."""
    blocks: list = [
        Paragraph(_method(facts)),
        Heading(_("What is assumed throughout")),
        Listing(_assumed(facts)),
        _sources(facts),
        Heading(_("To make it again")),
        Listing(_again(facts)),
    ]
    return Section("made", _("How it was made, and what was assumed"), blocks)


def _method(facts: Facts) -> str:
    scenario, experiment = facts.view.scenario, facts.experiment
    said = _(
        "Residents, staff and waiting lines of {scenario} were simulated one by one, from empty"
        " services on: {warm_up} of warm-up, then {weeks}, then {run_out} so that care can end.",
        scenario=" ".join(scenario.name.split()),
        warm_up=duration(say_hours(scenario.warm_up)),
        weeks=facts.view.weeks,
        run_out=duration(say_hours(scenario.run_out)),
    )
    number = facts.view.replications
    points = n_(
        "{number} design point was run", "{number} design points were run", len(facts.view.points)
    )
    runs = n_(
        "{points} with {number} replication of the year as chance may have it, seed {seed}.",
        "{points} with {number} replications of the year as chance may have it, seed {seed}.",
        number,
        points=points,
        seed=experiment.seed,
    )
    same = _(
        "All design points share their residents, so that differences are known better than values."
        " Intervals are 95 % t intervals over replications: they tell of chance, not of what was"
        " assumed wrongly."
    )
    return joined([said, runs, same])


def _assumed(facts: Facts) -> list[str]:
    said = [
        _(
            "How many are in need is taken from surveys of twelve months and used as a yearly"
            " inflow."
        ),
        _(
            "Distributions beyond their means are assumed; residents do not influence each other;"
            " staff are not interrupted."
        ),
        _("Those in need include residents who never ask for help."),
        _("Cost counts staff; what is not staff has no price here."),
    ]
    if facts.experiment.uncertain:
        names = _(", ").join(map(say_factor, facts.experiment.uncertain))
        said.append(_("These inputs are uncertain and were varied: {names}.", names=names))
    return said


def _sources(facts: Facts) -> Table:
    """Each part of the scenario and where its numbers are from, as the scenario says it."""
    scenario = facts.view.scenario
    parts = [(_("the scenario"), scenario.source)]
    for head, group in (
        (_("need"), scenario.needs),
        (_("staff"), scenario.pools),
        (_("station"), scenario.stations),
    ):
        parts += [
            (_("{kind}: {name}", kind=head, name=name), part.source) for name, part in group.items()
        ]
    rows = [[Value(name), Value(source or _("not said"))] for name, source in parts]
    more = len(rows) - MOST_SOURCES
    note = _("{number} more in scenario.resolved.yaml.", number=more) if more > 0 else ""
    return Table(
        _("Where the numbers are from, in the words of the scenario"),
        [_("part"), _("source")],
        rows[:MOST_SOURCES],
        joined([_("Where a source says «assumed», nobody has measured it."), note]),
        names=2,
    )


def _again(facts: Facts) -> list[str]:
    described = facts.described
    head = described.get("seal", {}).get("head", "")
    said = [
        _(
            "simcap {version}, model {model}, engine {engine}",
            version=described["simcap"],
            model=described["model"],
            engine=described["engine"],
        ),
        _("run on {date}", date=described.get("written", "–")),
        _("sources of simcap: {commit}", commit=described.get("git_commit") or "–"),
        _(
            "scenario as it was run: scenario.resolved.yaml; all numbers: measures.csv and"
            " summary.csv"
        ),
    ]
    return [*said, *([_("head of the seal: {head}", head=head)] if head else [])]
