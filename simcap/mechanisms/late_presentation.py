"""Late presentation: who is not treated gets worse.

Source: seed 002 二(二) (problems are ignored until they are serious). The source gives no rate.
Assumed: one exponential clock from the need's beginning, which runs while a resident has not yet
asked, waits, is referred, and between an assessment and the course, until the first session of
treatment. A resident who gets worse has another need from then on, and goes on where they are; one
who has not asked still does not, but for a stated share. Results tell them by the need with which
they were first seen; the one with which they came is that of their stream in the visits.

The clock does not run during a session, nor at stations that residents come to only after
treatment has begun.
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap.lang import _
from simcap.mechanisms.checks import NEED, Fault, Name
from simcap.mechanisms.contract import Worsening
from simcap.scenario.blocks import LatePresentation
from simcap.scenario.schema import Scenario


def worsens(scenario: Scenario, block: LatePresentation, need: str) -> Worsening | None:
    """What ``need`` becomes."""
    worse = block.worsens.get(need)
    return (
        None
        if worse is None or worse.after is None
        else Worsening(worse.to, worse.after, worse.asks)
    )


def names(block: LatePresentation) -> Iterator[Name]:
    """The needs."""
    for name, worse in block.worsens.items():
        yield ("worsens", name), NEED, name
        yield ("worsens", name, "to"), NEED, worse.to


def faults(scenario: Scenario, block: LatePresentation) -> Iterator[Fault]:
    """Registers; needs that become each other; stations with a clock of their own."""
    for name, worse in block.worsens.items():
        path = ("worsens", name)
        for other in (name, worse.to):
            if scenario.needs[other].register_ is not None:
                yield path, _("needs that begin wanted, got the register {other!r}", other=other)
        if scenario.needs[worse.to].group != scenario.needs[name].group:
            yield (
                (*path, "to"),
                _(
                    "a need of {group} wanted, got one of {other}",
                    group=scenario.needs[name].group,
                    other=scenario.needs[worse.to].group,
                ),
            )
        if name in _becomes(block, worse.to):
            yield (
                (*path, "to"),
                _("a worse need wanted, got one that becomes {name!r} again", name=name),
            )
        clocks = [
            station
            for station in sorted(scenario.stations_of(scenario.needs[name].pathway))
            if scenario.stations[station].deterioration is not None
        ]
        if clocks:
            yield (
                path,
                _(
                    "`deterioration` at the station {station!r} is the same clock: one wanted",
                    station=clocks[0],
                ),
            )
    for other in scenario.mechanisms.on("late_presentation"):
        if other.nth < block.nth and (twice := other.worsens.keys() & block.worsens.keys()):
            yield ("worsens", min(twice)), _("each need once wanted, got it in two blocks")


def _becomes(block: LatePresentation, name: str) -> set[str]:
    """All needs that ``name`` becomes in time, itself included."""
    found: set[str] = set()
    while name not in found:
        found.add(name)
        name = block.worsens[name].to if name in block.worsens else name
    return found


def described(scenario: Scenario, block: LatePresentation) -> str:
    """One line for ``simcap show``."""
    return _("; ").join(
        _(
            "untreated, {need} becomes {worse} in {weeks:.3g} weeks on average",
            need=name,
            worse=worse.to,
            weeks=worse.after / 168,
        )
        + (
            _(", and of those who had not asked {share:.0%} do", share=worse.asks)
            if worse.asks
            else ""
        )
        for name, worse in block.worsens.items()
        if worse.after is not None
    )
