"""Sections of the sheet on residents: coverage and why not in time, waits for a professional, the
gap between city and country, the register.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from simcap.analysis import counting
from simcap.analysis.groups import Groups
from simcap.analysis.layout import Layout
from simcap.analysis.measures import KINDS, told
from simcap.analysis.sections import Label, evaluated, waits, zones_of
from simcap.analysis.spec import NeedCell, TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

COUNTED = tuple(counting.RESIDENTS.names or ())
LATE = {"closed": "late_closed", "referral": "late_referral", "waited": "late_waited"}


class Residents:
    """The cohort by place and group."""

    def __init__(self, spec: TallySpec, at: Layout):
        sets, people = [], []
        self.slices: list[tuple[str, str]] = []
        size = np.zeros((len(at.needs), len(at.zones)))
        for cell in spec.needs:
            size[at.needs.at[cell.need], at.zones.at[cell.zone]] = cell.group_size
        groups_of_people = {cell.group: at.needs.at[cell.need] for cell in reversed(spec.needs)}
        population = np.array([number for _, _, number in spec.zones] + [0.0])
        for place, group, needs, zones in self._slices(spec, at):
            self.slices.append((place, group))
            sets.append((needs[:, None] * len(at.zones) + zones[None, :]).ravel())
            living = size[groups_of_people[group]] if group in groups_of_people else population
            people.append(living[zones].sum())
        self.measures = told("residents")
        self.labels: list[Label] = [
            (measure.name, *where) for where in self.slices for measure in self.measures
        ]
        self.cells = Groups(sets)
        self.person_years = np.array(people) * spec.years
        self.never = self.cells.sum(never_asking(spec.needs, at))

    def _slices(
        self, spec: TallySpec, at: Layout
    ) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
        """(place, group, positions of its needs, of its zones); a register is no part of them, nor
        is who comes without a need.
        """
        cell = {need.need: need for need in spec.needs}
        needs = [name for name, need in cell.items() if not need.register]
        groups = {"all": needs}
        for label, name in [("", "group"), ("severity: ", "severity"), ("need: ", "need")]:
            for need in needs:
                mine = getattr(cell[need], name)
                alike = [other for other in needs if getattr(cell[other], name) == mine]
                groups.setdefault(label + mine, alike)
        places = zones_of(spec, at)
        places["all"] = np.arange(len(at.zones)) < len(spec.zones)
        for place, zones in places.items():
            for group, members in groups.items():
                wide = place in KINDS and not group.startswith("need: ")
                if group == "all" or wide or place == "all":
                    chosen = np.array([at.needs.at[name] for name in members], dtype=np.int64)
                    yield place, group, chosen, np.flatnonzero(zones)

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        columns = {name: self.cells.sum(counts.residents[name]) for name in COUNTED}
        columns |= {name: columns[late] for name, late in LATE.items()}
        columns |= {
            "in_need": columns["asked"] + columns["silent"] + self.never,
            "not_balked": columns["sought"],
            "person_years": self.person_years,
            "coverage_cut": np.minimum(columns["coverage"], self.person_years),
            **waits(counts.first_waits, counts.first_unfinished, self.cells),
        }
        return evaluated(self.measures, "residents", columns).ravel()


def cohort_cells(spec: TallySpec, at: Layout, zones: np.ndarray | None = None) -> np.ndarray:
    """Positions of the cells (need × zone), in ``zones`` (a mask; all, if None), whose residents
    are in need and on no register.
    """
    needs = np.unique([at.needs.at[cell.need] for cell in spec.needs if not cell.register])
    here = np.arange(len(at.zones)) if zones is None else np.flatnonzero(zones)
    return (needs.astype(np.int64)[:, None] * len(at.zones) + here).ravel()


def never_asking(needs: Iterable[NeedCell], at: Layout) -> np.ndarray:
    """Expected persons in need who never ask and are not simulated, by (need × zone)."""
    never = np.zeros((len(at.needs), len(at.zones)))
    for cell in needs:
        where = at.needs.at[cell.need], at.zones.at[cell.zone]
        never[where] = cell.in_need - cell.asking - cell.silent
    return never.ravel()


class Gap:
    """Urban minus rural, of what ``residents``, whose section comes first, say."""

    OF = {
        "rural_urban_gap": "coverage_of_need",
        "rural_urban_gap_of_seekers": "coverage_of_seekers",
    }

    def __init__(self, residents: Residents):
        slices, position = residents.slices, {w: i for i, w in enumerate(residents.labels)}
        groups = [
            group for place, group in slices if place == "rural" and ("urban", group) in slices
        ]
        self.labels: list[Label] = [
            (measure.name, "all", group) for group in groups for measure in told("gap")
        ]
        self.urban, self.rural = (
            [position[self.OF[name], place, group] for name, _, group in self.labels]
            for place in ("urban", "rural")
        )

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        return filled[self.urban] - filled[self.rural]


class Register:
    """Those on a register, by place."""

    def __init__(self, spec: TallySpec, at: Layout):
        on_it = np.zeros(len(at.zones))
        for cell in spec.needs:
            on_it[at.zones.at[cell.zone]] += cell.in_need * cell.register
        places = zones_of(spec, at) if any(cell.register for cell in spec.needs) else {}
        self.measures = told("register")
        self.labels: list[Label] = [
            (measure.name, place, "all") for measure in self.measures for place in places
        ]
        by_need = np.arange(len(at.needs))[:, None] * len(at.zones)
        self.cells = Groups([(by_need + np.flatnonzero(mask)).ravel() for mask in places.values()])
        self.on_it, self.masks = on_it, list(places.values())

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        columns = {name: self.cells.sum(told) for name, told in counts.register.items()}
        columns["on_register"] = self._on_it(counts.register["managed"])
        return evaluated(self.measures, "register", columns).T.ravel()

    def _on_it(self, managed: np.ndarray) -> np.ndarray:
        """On the register, by place; where a zone has a fraction of a resident, and the replication
        one more, no fewer than were visited.
        """
        here = np.maximum(self.on_it, managed.reshape(-1, len(self.on_it)).sum(axis=0))
        return np.array([here[mask].sum() for mask in self.masks])
