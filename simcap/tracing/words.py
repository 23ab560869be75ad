"""What a network's names are called for people: «town course | adult mild | Timian» is the town
course in Timian.
"""

from __future__ import annotations

from dataclasses import dataclass

from simcap.building.silent import UNDER_WAY
from simcap.engine.visits import Outcome
from simcap.lang import _, listed
from simcap.network import Pool, Station
from simcap.scenario.fields import SEPARATOR
from simcap.scenario.staff import DISTRICT

OUTCOMES = {outcome.value: outcome.name.lower() for outcome in Outcome}


@dataclass(frozen=True)
class Place:
    """Where a visit is: the ``kind`` of station, the zone ``where`` it stands if each has its own
    ("" else), and the ``need`` of those who come.

    ``home`` names stations that nobody attends: "not asked", "on the way" (to ``kind``) and
    "recovered". ``referral`` is a decision, no station; ``again`` an assessment that is repeated;
    ``due`` what the visit before has found, of a register.
    """

    kind: str
    where: str
    need: str
    home: str
    referral: bool
    again: bool
    due: str
    sessions: float

    @property
    def desk(self) -> str:
        """The place in one name, the same for all who queue there."""
        if self.home:
            return f"at home: {self.home}"
        return SEPARATOR.join(filter(None, (self.kind, self.where)))

    def spoken(self, zone: str = "") -> str:
        """The same within a sentence about somebody of ``zone``, which goes without saying."""
        again = _("{station} (once more)", station=self.kind) if self.again else self.kind
        if self.where in ("", zone):
            return again
        return _("{station}, {zone}", station=again, zone=self.where)


def place_of(station: Station) -> Place:
    """What ``station`` is, by its labels; of a network without them, by its name."""
    labels = station.labels
    unseen = labels.get("unseen") == "yes"
    kind = labels.get("station", station.name)
    goal = station.name.split(SEPARATOR)[1] if kind == UNDER_WAY and unseen else kind
    return Place(
        goal,
        labels.get("zone", "") if labels.get("place", DISTRICT) != DISTRICT else "",
        labels.get("need", ""),
        kind if unseen else "",
        labels.get("referral") == "yes",
        labels.get("duplicate") == "yes",
        labels.get("risk", ""),
        station.sessions,
    )


def staff_of(pool: Pool, number: int, zone: str) -> str:
    """One of ``pool`` within a sentence about somebody of ``zone``: «counsellors no. 2, City» of
    another zone, «counsellors no. 2» of this one.
    """
    staff, *rest = pool.name.split(SEPARATOR)
    said = _("{staff} no. {number}", staff=staff, number=number)
    return listed((said, *(part for part in rest if part != zone)))
