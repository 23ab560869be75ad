"""The visits of a register whose residents change risk: a station for each risk that the visit
before has found, of one visit, after which the risk found says where to and when.

What a visit finds is drawn when it ends; so are the form of the next (by which of the stations that
the need enters by it takes place) and, with it, whether it is in person.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from simcap.lang import N_, _, listed
from simcap.lang.amounts import duration
from simcap.network import Routing, To
from simcap.scenario.risks import RISKS, Risk, RiskName, Risks
from simcap.scenario.schema import Need, Register, Scenario, StationSpec, Step
from simcap.scenario.units import say_hours


class Due(NamedTuple):
    """A visit that is due: what the one before ``found`` (None: there was none), and whether it
    found it for the first time (``once``), where that makes a difference.
    """

    found: RiskName | None = None
    once: bool = False

    @property
    def name(self) -> str:
        """What it is called."""
        if self.found is None:
            return "first visit"
        return f"{self.found}, once found" if self.once else self.found


def finds_risks(need: Need, spec: StationSpec) -> bool:
    """Whether visits at a station find the risk of residents with ``need``."""
    register = need.register_
    return register is not None and register.risks is not None and spec.role == "register"


def ways_to_fail(spec: StationSpec, limited: bool) -> list[str]:
    """The outcomes by which a visit at a station may not take place; ``limited``: a pool of it
    limits its queue.
    """
    impatient = spec.patience or spec.patience_between
    full = limited or spec.queue_limit is not None or spec.diary is not None
    named = {"no_show": spec.no_show > 0, "reneged": impatient is not None, "balked": full}
    return [outcome for outcome, may_be in named.items() if may_be]


def hours_until(risks: Risks, due: Due) -> float:
    """Hours from the visit before to that which is ``due``; before a first one, those of who is
    stable: the longest.
    """
    if due.found is None:
        return risks.stable.every
    return risks.interval(None if due.once else due.found, due.found)


def standing(register: Register | None, due: Due | None) -> tuple[int, int]:
    """The standing of first visits and follow-ups at a station. Who is unstable goes before all
    others.
    """
    first, later = (0, 1) if register is not None and register.first_visits_first else (1, 0)
    if due is None or due.found is None:
        return first, later
    mine = -1 if due.found == "unstable" else later
    return mine, mine + 1


def without_first_waits(spec: StationSpec) -> StationSpec:
    """``spec`` as it is for follow-ups, each of which is a station's only session."""
    return spec.model_copy(
        update={
            "patience": spec.patience_between,
            "deterioration": None,
            "queue_limit": None,
            "redial": None,
        }
    )


RISK_WORDS: dict[RiskName, str] = {
    "stable": N_("stable"),
    "basically stable": N_("basically stable"),
    "unstable": N_("unstable"),
}


def described(scenario: Scenario) -> list[str]:
    """One line for each register: who goes first, and when visits are due."""
    return [
        _(
            "register {name}: {order}; {due}",
            name=name,
            order=_order(need.register_),
            due=_due(need.register_.risks),
        )
        for name, need in scenario.needs.items()
        if need.register_ is not None
    ]


def _order(register: Register) -> str:
    said = (
        _("first visits before follow-ups")
        if register.first_visits_first
        else _("follow-ups before first visits")
    )
    return (_("the unstable, then ") if register.risks else "") + said


def _due(risks: Risks | None) -> str:
    if risks is None:
        return _("visits as their station has them")
    found = listed(f"{share:.0%} {_(RISK_WORDS[name])}" for name, share in _shares(risks, None))
    every = listed(f"{_(RISK_WORDS[name])} {_intervals(risks.of(name))}" for name in RISKS)
    return _("found at first {found}; the next visit after: {every}", found=found, every=every)


def _intervals(risk: Risk) -> str:
    every = duration(say_hours(risk.every))
    if risk.once_found is None:
        return every
    return _("{once}, then {every}", once=duration(say_hours(risk.once_found)), every=every)


def _shares(risks: Risks, before: RiskName | None) -> list[tuple[RiskName, float]]:
    """(risk, share) of what a visit finds after one that found ``before``."""
    found = risks.found(before)
    return [(name, found[name]) for name in RISKS if found.get(name)]


Goals = Callable[[str, Due], list[tuple[str, float]]]
"""(kind of station, visit) → (station, share) of those who would go there."""


def after_a_visit(
    need: Need,
    due: Due,
    fails: Iterable[str],
    step: Step,
    by_pathway: dict[str, Routing],
    goals: Goals,
) -> dict[str, Routing]:
    """Where residents go from a visit that is ``due``, by outcome: the shares that their ``step``
    sends on do, and come back only by the pathway; for all others the next visit is due, or, where
    this one ``fails`` by one of these outcomes, the same once more.
    """
    assert need.register_ is not None and need.register_.risks is not None
    risks = need.register_.risks
    onward = {"completed": list(_next(risks, due))}
    onward |= {outcome: [(due, 1.0, risks.missed)] for outcome in fails}
    routing = dict(by_pathway)
    for outcome, visits in onward.items():
        rest = 1.0 - math.fsum(edge.share for edge in getattr(step, outcome).values())
        sent = by_pathway[outcome].options if outcome in by_pathway else ()
        if rest > 1e-12:
            routing[outcome] = Routing((*sent, *_visits(need, visits, rest, goals)))
    return routing


def _next(risks: Risks, due: Due) -> Iterator[tuple[Due, float, float]]:
    """(the next visit, its probability, hours until it) after one that is ``due``."""
    for name, share in _shares(risks, due.found):
        after = Due(name, name != due.found and risks.of(name).once_found is not None)
        yield after, share, hours_until(risks, after)


def _visits(
    need: Need, visits: list[tuple[Due, float, float]], rest: float, goals: Goals
) -> Iterator[To]:
    """The ways to ``visits``, of which each may be of any form."""
    for after, share, hours in visits:
        for station, part in sorted(need.enters_by.items()):
            for key, kept in goals(station, after) if part else ():
                yield To(key, rest * share * part * kept, hours)
