"""Asks every mechanism the same questions (``mechanisms.contract``), and knows none by name.

Those that change what a planner would otherwise have written rewrite the scenario first, in the
order of ``scenario.blocks.Mechanisms``; the others say who else attends, which places move, how
residents are handed on and what happens when. ``compile`` puts all of it into the network.
"""

from __future__ import annotations

import contextlib
import importlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from types import ModuleType
from typing import Any

import numpy as np

from simcap.analysis.flows import expected_sessions, led_on
from simcap.building.answers import answering
from simcap.building.own import as_read, own_module
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.mechanisms import collaboration
from simcap.mechanisms.contract import Beside, HandOff, Lend, Relapsing, Site, Worsening
from simcap.network import Dispatch, Station, Warn
from simcap.scenario.blocks import Mechanisms
from simcap.scenario.placing import with_places
from simcap.scenario.schema import Need, Scenario, Zone
from simcap.scenario.staff import YEAR, people_in_need
from simcap.scenario.ways import comes, goals

WEEK = 168.0


def modules(scenario: Scenario) -> dict[str, ModuleType]:
    """Each mechanism that ``scenario`` knows, by the name of its block: simcap's, then those of
    files that it names.
    """
    own = scenario.mechanisms.own
    return _ours() | {
        name: answering(own_module(blocks[0]), name) for name, blocks in own.items() if blocks
    }


@cache
def _ours() -> dict[str, ModuleType]:
    return {
        name: importlib.import_module(f"simcap.mechanisms.{name}") for name in Mechanisms.known()
    }


def asked(scenario: Scenario, question: str) -> Iterator[tuple[Callable, Any]]:
    """(answer, block) of each block that is on and whose mechanism answers ``question``:
    collaboration first.
    """
    for _name, module, block in _on(scenario):
        if (answer := getattr(module, question, None)) is not None:
            yield answer, block


def _on(scenario: Scenario) -> Iterator[tuple[str, Any, Any]]:
    """(name, module, block) of each block that is on."""
    yield "collaboration", collaboration, scenario.collaboration
    for name, module in modules(scenario).items():
        for block in scenario.mechanisms.on(name):
            yield block.named(name.replace("_", " ")), module, as_read(module, block)


@with_places
def rewritten(scenario: Scenario) -> Scenario:
    """``scenario`` as it would have been written without mechanisms: as far as these can be put in
    its own words.
    """
    for name, module in modules(scenario).items():
        for i in range(len(scenario.mechanisms.of(name)) if hasattr(module, "rewritten") else 0):
            block = as_read(module, scenario.mechanisms.of(name)[i])
            if block.on:
                scenario = module.rewritten(scenario, block)
    return scenario


def made(scenario: Scenario) -> Iterator[tuple[str, str, str]]:
    """(who, what the name is of, name) of all that the blocks that are on add to ``scenario``: each
    is asked of what those before it have made of it, collaboration, which hands on what all of them
    send, of what all have.
    """
    (first, *others), now = _on(scenario), scenario
    for who, module, block in others:
        yield from _made(now, who, module, block)
        with contextlib.suppress(
            ScenarioError
        ):  # what cannot be rewritten is told when it is built
            now = module.rewritten(now, block) if hasattr(module, "rewritten") else now
    yield from _made(now, *first)


def _made(scenario: Scenario, who: str, module: Any, block: Any) -> Iterator[tuple[str, str, str]]:
    for kind, name in module.makes(scenario, block) if hasattr(module, "makes") else ():
        yield f"`{who}`", kind, name


def dated(scenario: Scenario) -> list[tuple[float, Scenario]]:
    """(hours since the start, the scenario from then on) of each date within the run at which a
    mechanism changes it; not yet rewritten.
    """
    times = {at for answer, block in asked(scenario, "dates") for at in answer(scenario, block)}
    found = []
    for at in sorted(at for at in times if at < scenario.horizon):
        variant = scenario
        for answer, block in asked(scenario, "as_of"):
            variant = answer(variant, block, at)
        found.append((at, variant))
    return found


@with_places
def described(scenario: Scenario) -> list[str]:
    """One line for collaboration, and one for each block that is on."""
    return [
        _("{name}: {text}", name=_(name), text=module.described(scenario, block))
        for name, module, block in _on(scenario)
        if hasattr(module, "described")
    ]


@with_places
def notices(scenario: Scenario) -> list[str]:
    """What the mechanisms have to say of the rewritten ``scenario``, whether they are on or not."""
    known = [collaboration, *modules(scenario).values()]
    return [
        text for module in known if hasattr(module, "notices") for text in module.notices(scenario)
    ]


def reached(scenario: Scenario, station: str, zone: Zone) -> float:
    """The share of those who would enter by ``station`` in ``zone`` who do."""
    share = 1.0
    for answer, block in asked(scenario, "reached"):
        share *= answer(scenario, block, station, zone)
    return share


Spans = tuple[tuple[float, float, float], ...]
"""(from, to, factor), in hours since the start."""


def multipliers(scenario: Scenario, station: str, need: str, zone: Zone) -> Spans:
    """What multiplies those of ``zone`` with ``need`` who would enter by ``station``, whether they
    ask or not.
    """
    by_station = tuple(
        span
        for answer, block in asked(scenario, "multipliers")
        for span in answer(scenario, block, station)
    )
    return (*by_station, *incidence(scenario, need, zone))


def incidence(scenario: Scenario, need: str, zone: Zone) -> Spans:
    """What multiplies the needs that begin in ``zone``."""
    if scenario.needs[need].register_ is not None:
        return ()
    return tuple(
        span
        for answer, block in asked(scenario, "incidence")
        for span in answer(scenario, block, need, zone)
    )


def at_time(spans: Spans, at: float) -> float:
    """The product of the factors of those ``spans`` that are on ``at`` this time."""
    return math.prod(factor for begin, end, factor in spans if begin <= at < end)


def needing(scenario: Scenario, need: str, zone: Zone) -> tuple[float, float]:
    """(in need, asking) in ``zone``, as ``people_in_need``, with what mechanisms make of asking but
    for effects that begin on a date (``asking``).
    """
    in_need, asking = people_in_need(scenario, scenario.needs[need], zone)
    if scenario.needs[need].register_ is None:
        for answer, block in asked(scenario, "asks"):
            asking *= answer(scenario, block, need, zone)
        for answer, block in asked(scenario, "stigma"):
            for stigma in answer(scenario, block, need, zone):
                asking *= 1 - stigma.share
    return in_need, asking


def worsening(scenario: Scenario, need: str) -> Worsening | None:
    """What ``need`` becomes while it is not treated."""
    for answer, block in asked(scenario, "worsens"):
        if (found := answer(scenario, block, need)) is not None:
            return found
    return None


def relapsing(scenario: Scenario, need: str) -> Relapsing | None:
    """How those relapse who recovered from ``need``."""
    for answer, block in asked(scenario, "relapses"):
        if (found := answer(scenario, block, need)) is not None:
            return found
    return None


@dataclass(frozen=True)
class Arrangement(Site):
    """What the mechanisms of a rewritten ``scenario`` arrange."""

    @cached_property
    def lends(self) -> dict[tuple[str, str], list[Lend]]:
        """Hours that are lent, by staff and zone."""
        found: dict[tuple[str, str], list[Lend]] = {}
        for lend in self._answers("lends"):
            found.setdefault((lend.pool, lend.zone), []).append(lend)
        return found

    @cached_property
    def beside(self) -> dict[tuple[str, str], list[Beside]]:
        """Who stands beside, by staff and zone."""
        found: dict[tuple[str, str], list[Beside]] = {}
        for other in self._answers("beside"):
            found.setdefault((other.of, other.zone), []).append(other)
        return found

    @cached_property
    def paid(self) -> list[tuple[str, str, float]]:
        """(pool, what they are, how many of its people they cost as much as) of all who stand
        beside and are paid.
        """
        return list(self._answers("paid"))

    @cached_property
    def records(self) -> list[tuple[float, int, float, float]]:
        """(share false, number audited, share missed, hours a week) of records and their audit."""
        return [
            given
            for answer, block in asked(self.scenario, "records")
            for given in answer(self.scenario, block)
        ]

    def enters(self, station: str, zone: Zone) -> float:
        """The share of those who would enter by ``station`` in ``zone`` who do."""
        return reached(self.scenario, station, zone)

    def asking(self, need: str, zone: Zone) -> float:
        """How many people in ``zone`` ask for help with ``need``."""
        return needing(self.scenario, need, zone)[1]

    def work(self, stations: Sequence[Station]) -> dict[str, float]:
        """Hours of work a week that are expected at each of the network's ``stations``, to twelve
        digits: equal ones are equal, in whatever order the flows were solved.
        """
        at = {
            (station.labels["station"], station.labels["need"], station.labels["zone"]): i
            for i, station in enumerate(stations)
            if not station.labels["duplicate"]
        }
        outside = np.zeros(len(stations))
        for station, need, zone, number in self._coming():
            if (station, need, zone) in at:  # a billionth of a resident in a wave is nobody
                outside[at[station, need, zone]] += number / YEAR
        rounds = {station.name for station in stations if "risk" in station.labels}
        flows = led_on(stations, outside, rounds)
        return {
            station.name: float(f"{WEEK * number * _hours_each(station):.12g}")
            for station, number in zip(stations, flows, strict=True)
        }

    def _coming(self) -> Iterator[tuple[str, str, str, float]]:
        """(station, need, zone, residents) of those who come first to it in a year."""
        for name, need in self.scenario.needs.items():
            for zone in self.scenario.zones if comes(self.scenario, need) else ():
                asking = self.asking(name, zone)
                for station, part in need.enters_by.items():
                    number = asking * part * self.enters(station, zone)
                    for goal, share in self._entered(station, need, zone) if number else ():
                        yield goal, name, zone.zone, number * share

    def _entered(self, station: str, need: Need, zone: Zone) -> list[tuple[str, float]]:
        """(station, share) of where those go who ask at ``station``."""
        return goals(self.scenario, station, need, zone, asking=True)

    def reviews(self, stations: Sequence[Station]) -> list[Warn | Dispatch]:
        """The reviews of a network with these ``stations``."""
        return list(self._answers("reviews", stations))

    def hand_off(self, by: str, goal: str, severity: str) -> HandOff:
        """How residents of this severity are handed on to the station ``goal``."""
        for answer, block in asked(self.scenario, "hand_off"):
            if (hand_off := answer(self.scenario, block, by, goal, severity)) is not None:
                return hand_off
        raise ScenarioError(
            _("no mechanism says how residents go to {goal} by {by}", goal=goal, by=by)
        )

    def _answers(self, question: str, *about: Any) -> Iterator[Any]:
        for answer, block in asked(self.scenario, question):
            yield from answer(self, block, *about)


def _hours_each(station: Station) -> float:
    """Hours of work that a resident who joins ``station`` stands for: a course, or visits that
    recur for a year; in a group, a part of its sessions.
    """
    sessions = expected_sessions(station, YEAR if station.sessions == math.inf else math.inf)
    return sessions * station.service_time.mean / (station.group.size if station.group else 1)


def arranged(scenario: Scenario) -> Arrangement:
    """What the mechanisms of ``scenario``, which is not yet rewritten, arrange."""
    now = rewritten(scenario)
    changes = [(at, rewritten(variant)) for at, variant in dated(scenario)]
    begun = [] if changes and changes[0][0] == 0 else [(0.0, now)]
    return Arrangement(now, (*begun, *changes))
