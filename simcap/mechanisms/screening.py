"""School screening as a wave: a test finds some of those in need, and some who are not.

Source: seed 003 一(二)3 (110,000 pupils screened a year, 1,100 files made), seed 001 §3.2.3 and
§4.5.1. Sensitivity and specificity are those of the test used; the sources name none. On the date
of the needs' wave a share of the group is tested; the wave's share of each need is in need then.
Each of these is found with the test's sensitivity, each of the others falsely with one minus its
specificity: binomial numbers, drawn in each replication. Results come after a stated time, and a
stated share of the positive then comes to the assessment, which is right: who is in need goes on
from there, and has a file; who is not leaves. The falsely positive count in visits and hours, never
in need, coverage or recovery. Pupils in need who were missed, or did not come, stay in need and do
not ask. All are counted from the day when the results come, when they ask.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap.lang import _
from simcap.mechanisms.checks import NEED, PATHWAY, STATION, Fault, Made, Name, listed, some
from simcap.scenario.blocks import Screening
from simcap.scenario.schema import FalselyFound, Scenario, Screened, Zone


def asks(scenario: Scenario, block: Screening, need: str, zone: Zone) -> float:
    """The share of those in need who are tested, found, and come."""
    return block.tested * block.sensitivity * block.comes if need in block.needs else 1.0


def rewritten(scenario: Scenario, block: Screening) -> Scenario:
    """``scenario`` in which its needs, and the falsely positive, come when the results do."""
    needs = dict(scenario.needs)
    for name in block.needs:
        wave = needs[name].wave
        assert wave is not None
        chance = block.sensitivity * block.comes
        found = Screened.model_construct(
            on=wave.on, share=wave.share, after=block.results, chance=chance
        )
        update = {"wave": found, "enters_by": {block.assessment: 1.0}}
        needs[name] = needs[name].model_copy(update=update)
    needs[_false(block)] = FalselyFound.model_construct(
        group=needs[block.needs[0]].group,
        severity="",
        in_need=0.0,
        enters_by={block.assessment: 1.0},
        pathway=_false(block),
        needs=block.needs,
        tested=block.tested,
        chance=(1 - block.specificity) * block.comes,
        source=block.source,
    )
    pathways = {**scenario.pathways, _false(block): {}}
    return scenario.model_copy(update={"needs": needs, "pathways": pathways})


def _false(block: Screening) -> str:
    return block.named("falsely positive")


def makes(scenario: Scenario, block: Screening) -> Iterator[Made]:
    """Those who are falsely positive, and their pathway."""
    return ((kind, _false(block)) for kind in (PATHWAY, NEED))


def names(block: Screening) -> Iterator[Name]:
    """The needs and the station."""
    yield from listed("needs", NEED, block.needs)
    yield ("assessment",), STATION, block.assessment


def faults(scenario: Scenario, block: Screening) -> Iterator[Fault]:
    """Needs that come in no wave, or in different ones; a station that is on no way of a need."""
    yield from some(needs=block.needs)
    needs = {name: scenario.needs[name] for name in block.needs}
    for i, (name, need) in enumerate(needs.items()):
        if need.wave is None:
            yield (
                ("needs", i),
                _("a need with a `wave`, the test's date, wanted, got {got!r}", got=name),
            )
            return
        first = needs[block.needs[0]]
        if (need.group, need.wave.on) != (first.group, first.wave.on if first.wave else ""):
            yield ("needs", i), _("needs of one group and one date wanted")
        if any(share < 1 for share in need.seeks_help.values()):
            yield (
                ("needs", i),
                _(
                    "a need with `seeks help: 100 %` wanted, since `comes` says how many of"
                    " the positive come, got {got!r}",
                    got=name,
                ),
            )
        if block.assessment not in scenario.stations_of(need.pathway):
            yield (
                ("assessment",),
                _(
                    "a station on the pathway of {name} wanted, got {got!r}",
                    name=name,
                    got=block.assessment,
                ),
            )
    if block.assessment in scenario.stations and (
        scenario.stations[block.assessment].contact == "none"
    ):
        yield ("assessment",), _("a station whose contact counts wanted")
    for other in scenario.mechanisms.on("screening"):
        if other.nth < block.nth and (twice := {*other.needs} & {*block.needs}):
            yield ("needs",), _("each need once wanted, got {got!r} in two blocks", got=min(twice))


def described(scenario: Scenario, block: Screening) -> str:
    """One line for ``simcap show``."""
    return _(
        "{tested:.0%} of {group} are tested; of those in need {found:.0%} are found, of the others"
        " {falsely:.1%} falsely; after {days:g} days {comes:.0%} of them come to {goal}",
        tested=block.tested,
        group=scenario.needs[block.needs[0]].group,
        found=block.sensitivity,
        falsely=1 - block.specificity,
        days=block.results / 24,
        comes=block.comes,
        goal=block.assessment,
    )
