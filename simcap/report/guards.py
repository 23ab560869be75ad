"""The guards of a study in groups: what each means, what to do, and of whom it was said."""

from __future__ import annotations

from dataclasses import dataclass

from simcap.lang import N_, _
from simcap.lang.sentences import (
    CHANCE,
    GREW,
    GUARDS,
    MORE_PRECISION,
    MSER,
    OVERLOAD,
    PRECISION,
    ROSE,
    SEASON,
    SHORT_WARM_UP,
    part,
    recognised,
    said,
)


@dataclass(frozen=True)
class Kind:
    """What guards of one kind mean, and what to do."""

    title: str
    meaning: str
    advice: str

    @property
    def words(self) -> tuple[str, str, str]:
        """Title, meaning and advice in the language chosen."""
        return _(self.title), _(self.meaning), _(self.advice)


TOO_MUCH = Kind(
    N_("More work than staff"),
    N_(
        "Residents ask for more hours than the roster holds. The queue ends only because people"
        " give up, so waits there follow from how patient people are said to be."
    ),
    N_("Add hours there, let staff of other zones help, or believe these waits least."),
)
UNSETTLED = Kind(
    N_("Queues that still grew at the end"),
    N_("Their means did not settle: with more weeks the value would be another."),
    N_("Observe more weeks, or add staff; read such a wait as «at least»."),
)
WARM_UP = Kind(
    N_("Warm-up too short"),
    N_("Care lasts longer than the warm-up, so the first observed weeks are too quiet."),
    N_("Set `warm up` to at least the time that is named, and run the sweep again."),
)
MOVED = Kind(
    N_("Queues that follow the season or a shock"),
    N_("They rise and fall with what is asked of them; the mean is of these weeks only."),
    N_("Look at the results by quarter or week rather than at the mean."),
)
LUCK = Kind(
    N_("Queues that rose though staff is not short"),
    N_("By chance, or since the services started empty; their means are kept."),
    N_("Nothing need be done; more weeks or replications would tell."),
)
IMPRECISE = Kind(
    N_("Precision not reached"),
    N_("The highest number of replications came before the intervals were as narrow as wanted."),
    N_("Allow more replications, or ask for less precision."),
)
OTHER = Kind(N_("Further guards"), "", "")
KINDS = {
    OVERLOAD: TOO_MUCH,
    GREW: UNSETTLED,
    SHORT_WARM_UP: WARM_UP,
    MSER: WARM_UP,
    SEASON: MOVED,
    CHANCE: LUCK,
    ROSE: LUCK,
    PRECISION: IMPRECISE,
    MORE_PRECISION: IMPRECISE,
}


def grouped(guards: tuple[str, ...]) -> dict[Kind, list[str]]:
    """Kind → what was said, in short: whose queue, and the rest of the sentence; the most serious
    kinds first.
    """
    found: dict[Kind, list[str]] = {kind: [] for kind in dict.fromkeys(KINDS.values())}
    found[OTHER] = []
    for guard in guards:
        known = recognised(guard, GUARDS)
        kind = OTHER if known is None else KINDS[known[0]]
        found[kind].append(_short(guard, known))
    return {kind: lines for kind, lines in found.items() if lines}


def _short(guard: str, known: tuple[str, dict[str, str]] | None) -> str:
    """The staff and its loads, where the kind says the rest."""
    if known is None or known[0] not in (OVERLOAD, GREW, SEASON, CHANCE, ROSE):
        return said(guard)
    values = {name: part(name, value) for name, value in known[1].items()}
    return _("{staff} ({loads})", **values)
