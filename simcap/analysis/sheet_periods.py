"""Sections of the sheet by quarter, year and week: residents by when they asked, contacts and hours
by when they were, queues as the mean over the week.
"""

from __future__ import annotations

import datetime

import numpy as np

from simcap.analysis import counting, events
from simcap.analysis.groups import Groups
from simcap.analysis.layout import Layout
from simcap.analysis.measures import told
from simcap.analysis.sections import Label, evaluated, zones_of
from simcap.analysis.sheet_outcomes import Expected, lines
from simcap.analysis.sheet_residents import LATE, cohort_cells
from simcap.analysis.sheet_stations import Desks
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

RESIDENTS = tuple(counting.RESIDENTS.names or ())


class Asking:
    """The residents of the cohort who asked in each period, by place."""

    def __init__(self, spec: TallySpec, at: Layout):
        self.spec = spec
        self.periods = [period for period in spec.periods if period.told]
        self.measures = [
            measure
            for measure in told("asking")
            if spec.recovery_rows or measure.name != "recovery_of_need"
        ]
        places = zones_of(spec, at)
        self.cells = Groups([cohort_cells(spec, at, zones) for zones in places.values()])
        self.expected = [Expected(spec, period.needs, at) for period in self.periods]
        self.labels: list[Label] = [
            (measure.name, place, period.name)
            for period in self.periods
            for place in places
            for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        parts = [self._of(i, counts, run) for i in range(len(self.periods))]
        return np.concatenate([np.empty(0), *parts])

    def _of(self, i: int, counts: Tally, run: Run) -> np.ndarray:
        """The values of one period, place after place."""
        residents = counts.residents_of(self.periods[i])
        columns = {name: self.cells.sum(residents[name]) for name in RESIDENTS}
        columns |= {name: columns[late] for name, late in LATE.items()}
        outcome = counts.outcomes(run, self.periods[i])
        columns |= self.expected[i].columns(outcome, residents, self.cells)
        coverage = columns["coverage"] / columns["in_need"]
        recovery, columns["quality_of_life"] = lines(
            self.spec.recovery, self.spec.quality_of_life, coverage
        )
        if self.spec.recovery_rows:
            recovery = columns["recovered_begun"] / columns["began"]
        columns["recovery"] = recovery
        return evaluated(self.measures, "asking", columns).ravel()


class Events:
    """Contacts, hotlines, crisis teams and referrals in each period, by place, as ``desks`` tells
    them of the whole.
    """

    def __init__(self, spec: TallySpec, at: Layout, desks: Desks):
        self.desks = desks
        self.periods = [i for i, period in enumerate(spec.periods) if period.told]
        self.measures = desks.countable("events", tuple(events.EVENTS.names or ()))
        self.labels: list[Label] = [
            (measure.name, place, spec.periods[i].name)
            for i in self.periods
            for place in zones_of(spec, at)
            for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        parts = [
            evaluated(self.measures, "events", self.desks.columns(counts.ledger.events[i])).ravel()
            for i in self.periods
        ]
        return np.concatenate([np.empty(0), *parts])


class StaffPeriods:
    """Hours of each staff in each period."""

    def __init__(self, spec: TallySpec, at: Layout):
        self.spec = spec
        self.periods = [i for i, period in enumerate(spec.periods) if period.told]
        staff = [name for name in dict.fromkeys(cell.staff for cell in spec.staff)]
        staff = [name for name in staff if name in at.staff.at]
        self.pools = Groups([np.flatnonzero(at.pool_staff == at.staff.at[name]) for name in staff])
        self.measures = told("staff periods")
        self.labels: list[Label] = [
            (measure.name, "all", f"pool: {name}, {spec.periods[i].name}")
            for i in self.periods
            for name in staff
            for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        parts = [self._of(i, counts, run) for i in self.periods]
        return np.concatenate([np.empty(0), *parts])

    def _of(self, i: int, counts: Tally, run: Run) -> np.ndarray:
        """The values of one period, staff after staff."""
        period = self.spec.periods[i]
        weeks = (period.end - period.begin) / 168.0
        columns = {
            "hours_worked": self.pools.sum(counts.ledger.hours[i]) / weeks,
            "hours_rostered": self.pools.sum(counts.rostered(run.capacity, period)) / weeks,
        }
        return evaluated(self.measures, "staff periods", columns).ravel()


class StationPeriods:
    """Contacts at each kind of station, its parts included, in each period."""

    def __init__(self, spec: TallySpec, at: Layout):
        self.periods = [i for i, period in enumerate(spec.periods) if period.told]
        names, self.stations = stations_of(at)
        self.measures = told("station periods")
        self.labels: list[Label] = [
            (measure.name, "all", f"station: {name}, {spec.periods[i].name}")
            for i in self.periods
            for name in names
            for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        parts = [
            self.stations.sum(counts.ledger.events[i]["contacts"]).astype(float)
            for i in self.periods
        ]
        return np.concatenate([np.empty(0), *parts])


class Weeks:
    """The mean number waiting in each week, at each kind of station, and for each staff at the
    stations that it is the first to attend.
    """

    def __init__(self, spec: TallySpec, at: Layout):
        names, stations = stations_of(at)
        staff = [*dict.fromkeys(cell.staff for cell in spec.staff if cell.staff in at.staff.at)]
        first = [np.flatnonzero(at.queue_staff == at.staff.at[name]) for name in staff]
        groups = [f"station: {name}" for name in names] + [f"pool: {name}" for name in staff]
        self.stations, self.staff = stations, Groups(first)
        self.begins = spec.begin + 168.0 * np.arange(int(np.ceil(spec.weeks)) * spec.by_week)
        self.lasts = np.minimum(self.begins + 168.0, spec.end) - self.begins
        self.measures = told("weeks")
        self.labels: list[Label] = [
            (measure.name, "all", f"{group}, week: {_date(spec, begin)}")
            for group in groups
            for begin in self.begins
            for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        waited = [groups.sum(counts.ledger.weeks) for groups in (self.stations, self.staff)]
        return (np.concatenate(waited) / self.lasts).ravel()


def stations_of(at: Layout) -> tuple[list[str], Groups]:
    """(the kinds of station, their stations, parts included), without the desks that decide on
    referrals.
    """
    names, stations = [], []
    for kind, name in enumerate(at.kinds.names):
        mine = (at.station_kind == kind) | (at.station_whole == kind)
        if not (at.station_referral | at.station_unseen)[mine].any():
            names.append(name)
            stations.append(np.flatnonzero(mine))
    return names, Groups(stations)


def _date(spec: TallySpec, at: float) -> str:
    """The date at this hour of the run."""
    return datetime.date.fromordinal(spec.first_day + int(at // 24.0)).isoformat()
