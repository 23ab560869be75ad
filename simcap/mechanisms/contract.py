"""The contract of mechanisms: what a module may answer, and in which words.

A mechanism is a module of this folder, a block of ``scenario.blocks`` that switches it on, and a
line in ``scenario.blocks.Mechanisms``. It answers those of the questions below that it has an
answer to, each a function of this name at its top level; ``building.arrangement`` asks all modules
the same questions and knows none of them by name. ``block`` is one block that is on (a mechanism
may have several, a list), ``site`` the ``Site`` that is being built.

| question | asked for |
|---|---|
| ``names(block)`` | (path below the block, kind, name) of what must point at something |
| ``faults(scenario, block)`` | (path below the block, text) of whatever else does not fit |
| ``makes(scenario, block)`` | (kind, name) of what it adds under names that nothing else may have |
| ``described(scenario, block)`` | one line for ``simcap show`` |
| ``notices(scenario)`` | sentences for ``simcap check``; asked whether or not a block is there |
| ``rewritten(scenario, block)`` | the scenario as it would have been written without it |
| ``dates(scenario, block)`` | hours since the start at which it changes the scenario |
| ``as_of(scenario, block, at)`` | the scenario as it is from then on, before it is rewritten |
| ``multipliers(scenario, block, station)`` | (from, to, factor) of those who enter by ``station`` |
| ``reached(scenario, block, station, zone)`` | the share of those who would enter there who do |
| ``asks(scenario, block, need, zone)`` | what the share who ask for help is multiplied by |
| ``lifts(scenario, block, need, zone)`` | each ``Lift``: points added to the share who ask |
| ``stigma(scenario, block, need, zone)`` | each ``Stigma``, which keeps a share from asking |
| ``brings(scenario, block, need, zone)`` | each ``Brought``: who come that would not have asked |
| ``worsens(scenario, block, need)`` | a ``Worsening``, or None if it has none |
| ``relapses(scenario, block, need)`` | a ``Relapsing``, or None if it has none |
| ``incidence(scenario, block, need, zone)`` | (from, to, factor) of the needs that begin |
| ``hand_off(scenario, block, by, goal, severity)`` | a ``HandOff``, or None if it sets none |
| ``lends(site, block)`` | each ``Lend`` |
| ``beside(site, block)`` | each ``Beside`` |
| ``paid(site, block)`` | (pool, what they are, how many of its people they cost as much as) |
| ``records(scenario, block)`` | (share false, number audited, share missed, hours a week) |
| ``reviews(site, block, stations)`` | each ``network.Warn`` and ``network.Dispatch`` |

``names`` and ``faults`` are asked when a scenario is read, the others when it is built. All times
are hours since the start. The kinds of ``names`` are ``checks.KINDS``. ``as_of`` may change the
stations, pathways and collaboration, all else is built once: who comes from then on goes by them,
who is somewhere stays there. ``multipliers`` are of those who come
through the year: waves and registers have their dates. ``asks`` leaves alone who is in need,
``incidence`` moves those who ask and those who do not alike, waves included; none of these
questions is asked of a register. How lifts, stigma and those brought come together is said in
``building.asking``. ``need`` is its name. What the file of a researcher answers is
held against all this (``building.answers``).

Nothing here is drawn: what is random is drawn when the network is simulated. No answer may hang on
the order of rows or keys, or on what a zone, a pool or a station is called.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simcap.mechanisms.fading import Fade
from simcap.network import Distribution, Station
from simcap.scenario.outcomes import RecoveryRow
from simcap.scenario.schema import Need, Scenario, Zone
from simcap.scenario.ways import comes, stations_reached

ELSEWHERE = 1000
"""Added to the priority of residents who are not the staff's own: these come first, whatever the
severity of the others.
"""

Share = float | tuple[tuple[float, float], ...]
"""A share of hours; or dated ones, (hours since the start, share)."""


@dataclass(frozen=True)
class Lend:
    """A ``share`` of the hours of the staff ``pool`` of ``zone``, in which they may attend the
    residents of the ``users``: {zone: what is added to their priority}; at the stations of the pool
    itself, or at these ``stations`` of others. Sessions take ``factor`` times as long. Hours that
    are ``kept`` for the users are not worked for anybody else; without users, for nobody.
    """

    pool: str
    zone: str
    name: str
    share: Share
    users: Mapping[str, int]
    stations: tuple[str, ...] = ()
    factor: float = 1.0
    kept: bool = False


@dataclass(frozen=True)
class Beside:
    """``places`` more, called ``name``, that do the work of the staff ``of`` in ``zone``: through
    every shift of their roster, in the same rooms. Who is paid ``by_hour`` costs what colleagues do
    for the hours that these places are open, to the end of sessions that run at closing.
    """

    of: str
    zone: str
    name: str
    places: int
    by_hour: bool = False


@dataclass(frozen=True)
class HandOff:
    """How residents are handed on: the ``delay`` (hours, or a distribution of them). With a
    ``desk``, what hand-offs of this kind are called in results, ``completed`` of them arrive, and
    of these ``repeated`` are assessed again (None: nobody ever is).
    """

    delay: Distribution | float
    desk: str | None = None
    completed: float = 1.0
    repeated: float | None = None


@dataclass(frozen=True)
class Lift:
    """An effect on who asks that begins on a date (``fade``, whose size is a share): points that
    are added, or the share that it takes of a stigma. Those of one ``name`` bring residents in one
    stream of this name, which no other mechanism may have: it begins with the name of the block.
    """

    name: str
    fade: Fade


@dataclass(frozen=True)
class Stigma:
    """The ``share`` of those who would ask that a stigma keeps from it, and what reduces it."""

    share: float
    reductions: tuple[Lift, ...] = ()


@dataclass(frozen=True)
class Brought:
    """A ``share`` of those in need who would not have asked come by ``station``, and count as
    having asked; ``name`` as in ``Lift``.
    """

    name: str
    station: str
    share: float


@dataclass(frozen=True)
class Worsening:
    """What a need becomes, ``to`` another, while it is not treated, in the ``mean`` time, which is
    exponential; of those who have not asked the share ``asks`` then do.
    """

    to: str
    mean: float
    asks: float = 0.0


@dataclass(frozen=True)
class Relapsing:
    """How those who recovered from a need relapse: after the ``mean`` time, which is exponential;
    the share ``returns`` then comes back. Who recovers is what the scenario's recovery table says,
    or, where it has none, these ``rows`` of one.
    """

    mean: float
    returns: float
    rows: tuple[RecoveryRow, ...] = ()


@dataclass(frozen=True)
class Site:
    """A rewritten ``scenario`` that is being built; ``dated`` are (hours since the start, the
    rewritten scenario from then on), the first at 0.
    """

    scenario: Scenario
    dated: tuple[tuple[float, Scenario], ...]

    def enters(self, station: str, zone: Zone) -> float:
        """The share of those who would enter by ``station`` in ``zone`` who do."""
        raise NotImplementedError

    def asking(self, need: str, zone: Zone) -> float:
        """How many people in ``zone`` ask for help with ``need`` (see ``people_in_need``)."""
        raise NotImplementedError

    def work(self, stations: Sequence[Station]) -> dict[str, float]:
        """Hours of work a week that are expected at each of the network's ``stations``, by name:
        of those who ask for help as far as needs say it, wherever their ways lead them. Waves and
        registers are spread over a year.
        """
        raise NotImplementedError

    def zones_asking(self, pool: str) -> dict[str, float]:
        """{zone: people who ask for help in a year} of the zones where somebody comes, sooner or
        later, by a station that ``pool`` attends, by name.
        """
        asking = {
            zone.zone: math.fsum(
                number
                for name, need in self.scenario.needs.items()
                if (number := self.asking(name, zone)) > 0 and self._come_by(pool, need, zone)
            )
            for zone in self.scenario.zones
        }
        return {zone: asking[zone] for zone in sorted(asking) if asking[zone] > 0}

    def _come_by(self, pool: str, need: Need, zone: Zone) -> bool:
        """Whether somebody in ``zone`` with ``need`` comes, sooner or later, by a station that
        ``pool`` attends.
        """
        if not comes(self.scenario, need):
            return False
        entered = [
            station
            for station, share in need.enters_by.items()
            if share and self.enters(station, zone)
        ]
        variants = [self.scenario, *(s for _, s in self.dated if s is not self.scenario)]
        return any(
            attended & stations_reached(variant, need, zone, entered)
            for variant in variants
            if (attended := attended_by(variant, pool))
        )


def attended_by(scenario: Scenario, pool: str) -> set[str]:
    """The stations where those who stand beside ``pool`` attend: without a team and a diary."""
    return {
        name
        for name, spec in scenario.stations.items()
        if pool in [seat.pool for seat in spec.pools] and not spec.team and spec.diary is None
    }
