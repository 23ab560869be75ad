"""Sections of the sheet on money: what residents reached and recovered cost, whom the money is
spent on, what for and whose it is.
"""

from __future__ import annotations

import numpy as np

from simcap.analysis.groups import Groups
from simcap.analysis.layout import Layout
from simcap.analysis.measures import told
from simcap.analysis.sections import Label, evaluated, over
from simcap.analysis.sheet_outcomes import lines
from simcap.analysis.sheet_residents import cohort_cells, never_asking
from simcap.analysis.spec import Period, TallySpec, years_paid
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

NOT_STATED = "not stated"
"""The source of funds of who has none."""
NO_HOURS = "no hours worked"
"""The channel of the pay of a role that worked none."""


class Pay:
    """What each role (staff) of the district is paid in a year: ``yearly`` in all, ``by_role`` of
    those in the network, by position; ``sources`` by source of funds.
    """

    def __init__(self, spec: TallySpec, at: Layout):
        self.by_role = np.zeros(len(at.staff))
        self.roles: dict[str, float] = {}
        self.sources: dict[str, float] = {}
        for cell in spec.staff:
            cost = cell.people * cell.cost_each
            self.roles[cell.staff] = self.roles.get(cell.staff, 0.0) + cost
            for source, share in cell.funds or ((NOT_STATED, 1.0),):
                self.sources[source] = self.sources.get(source, 0.0) + cost * share
            if cell.staff in at.staff.at:
                self.by_role[at.staff.at[cell.staff]] += cost
        self.yearly = sum(cell.people * cell.cost_each for cell in spec.staff)


class Opened:
    """What is paid for the hours open of those who are paid by the hour: an hour costs what one of
    a colleague does, a year's pay over the hours that they give to residents in 365 days.
    """

    def __init__(self, spec: TallySpec, at: Layout):
        each = {
            (cell.staff, cell.zone): cell.cost_each / (cell.hours_each * 365 / 7)
            for cell in spec.staff
            if cell.hours_each > 0
        }
        keys = zip(at.pool_staff, at.pool_zone, at.pool_paid == "by the hour", strict=True)
        self.hourly = np.array(
            [
                each.get((at.staff.names[staff], at.zones.names[zone]), 0.0) if hourly else 0.0
                for staff, zone, hourly in keys
            ]
        )
        self.staff, self.years, self.roles = at.pool_staff, spec.paid_years, len(at.staff)
        funds = {cell.staff: cell.funds or ((NOT_STATED, 1.0),) for cell in spec.staff}
        self.funds = [funds.get(name, ((NOT_STATED, 1.0),)) for name in at.staff.names]

    def by_role(self, counts: Tally, run: Run) -> np.ndarray:
        """By role, the pay of a year for hours open, those of overtime included."""
        if not self.hourly.any():
            return np.zeros(self.roles)
        hours = counts.rostered(run.capacity) + counts.overtime(run.capacity)
        cost = np.multiply(hours, self.hourly, out=np.zeros(len(hours)), where=self.hourly > 0)
        return np.bincount(self.staff, cost, minlength=self.roles) / self.years

    def of_source(self, by_role: np.ndarray, source: str) -> float:
        """How much of it comes from this source of funds."""
        shares = [dict(funds).get(source, 0.0) for funds in self.funds]
        return float(by_role @ np.array(shares)) if len(shares) else 0.0


class Costs:
    """The pay of a year by role, by source of funds, and by channel (kind of station, its parts
    included): a role's is shared to channels as its hours worked are.
    """

    def __init__(self, spec: TallySpec, at: Layout):
        self.pay, self.at, self.opened = Pay(spec, at), at, Opened(spec, at)
        self.roles = [role for role, cost in self.pay.roles.items() if cost]
        self.sources = sorted(source for source, cost in self.pay.sources.items() if cost)
        desks = np.unique(at.station_whole[at.station_referral | at.station_unseen])
        self.channels = np.setdiff1d(np.unique(at.station_whole), desks)
        self.measures = told("costs")
        groups = [f"role: {role}" for role in self.roles]
        groups += [f"source: {source}" for source in self.sources]
        if self.roles:
            groups += [f"channel: {at.kinds.names[kind]}" for kind in self.channels]
            groups += [f"channel: {NO_HOURS}"]
        self.labels: list[Label] = [
            (measure.name, "all", group) for group in groups for measure in self.measures
        ]
        self.pools = Groups([np.flatnonzero(at.pool_staff == i) for i in range(len(at.staff))])

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        pay, hours = self.pay, self.pools.sum(counts.ledger.channels)
        worked, opened = hours.sum(axis=1), self.opened.by_role(counts, run)
        paid, at = pay.by_role + opened, self.at.staff.at
        each = np.divide(paid, worked, out=np.zeros(len(worked)), where=worked > 0)
        costs = [pay.roles[r] + (opened[at[r]] if r in at else 0.0) for r in self.roles]
        costs += [pay.sources[s] + self.opened.of_source(opened, s) for s in self.sources]
        if self.roles:
            channels = each @ hours
            costs += [*channels[self.channels], self._without_hours(worked, opened)]
        return evaluated(self.measures, "costs", {"cost": np.array(costs)}).ravel()

    def _without_hours(self, worked: np.ndarray, opened: np.ndarray) -> float:
        """The pay of the roles that worked no hours."""
        working = {role for role, i in self.at.staff.at.items() if worked[i] > 0}
        idle = sum(cost for role, cost in self.pay.roles.items() if role not in working)
        return idle + float(opened[worked <= 0].sum())


class Money:
    """Costs of the district, all staff's and without the register's share, over what they
    brought about.
    """

    def __init__(self, spec: TallySpec, at: Layout, labels: list[Label]):
        self.spec, self.staff, self.pay = spec, at.pool_staff, Pay(spec, at)
        self.opened = Opened(spec, at)
        self.only_register = np.array(
            [
                bool(len(mine)) and bool(at.marks["register"][mine].all())
                for mine in (_attended_by(at, staff) for staff in range(len(at.staff)))
            ]
        )
        self.outcomes = [
            labels.index((name, "all", "all")) for name in ("recovery", "quality_of_life")
        ]
        self.measures = told("money")
        self.labels: list[Label] = [(measure.name, "all", "all") for measure in self.measures]
        self.by_year, self.cells = Years(spec, at), cohort_cells(spec, at)

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        opened, years = self.opened.by_role(counts, run), self.spec.paid_years
        yearly = self.pay.yearly + opened.sum()
        recovery, quality = filled[self.outcomes]
        people = counts.residents["professional"][self.cells].sum()
        listed = counts.register["registered"].sum()
        recoveries = recovery * people
        if self.spec.recovery_rows:
            recoveries = counts.outcomes(run)["recovered_begun"][self.cells].sum()
        cost, healed = self.by_year.summed(counts, run, yearly, recovery * quality)
        columns = {
            "total_cost": yearly,
            "cost_observed": yearly * years,
            "cost_open": (yearly - self._of_register(counts, opened)) * years,
            "reached": people,
            "reached_or_registered": people + listed,
            "recoveries": recoveries,
            "cost_10000": cost / 1e4,
            "healed": healed,
        }
        return evaluated(self.measures, "money", columns).ravel()

    def _of_register(self, counts: Tally, opened: np.ndarray) -> float:
        """The register's share of a year's pay: of each role that of its hours worked."""
        worked, register = (
            np.bincount(self.staff, hours, minlength=len(self.pay.by_role))
            for hours in (counts.worked, counts.on_register)
        )
        share = np.where(worked > 0, register / worked, self.only_register)
        return ((self.pay.by_role + opened) * share).sum()


class Years:
    """Recovery × quality of life, year by year, where several are observed."""

    def __init__(self, spec: TallySpec, at: Layout):
        self.spec, self.cells = spec, cohort_cells(spec, at)
        self.periods = [period for period in spec.periods if period.is_year]
        self.never = [
            never_asking([cell for cell in period.needs if not cell.register], at).sum()
            for period in self.periods
        ]
        lasting = [years_paid(spec.first_day, each.begin, each.end) for each in self.periods]
        kept = (1.0 + spec.discount) ** -np.arange(len(lasting), dtype=float)
        self.weights = np.array(lasting) * kept

    def healed(self, counts: Tally, run: Run) -> np.ndarray:
        """Recovery × quality of life of the district in each year, of who asked in it."""
        found = [
            self._healed(counts, run, period, never)
            for period, never in zip(self.periods, self.never, strict=True)
        ]
        return np.array(found)

    def _healed(self, counts: Tally, run: Run, period: Period, never: float) -> float:
        residents = counts.residents_of(period)[self.cells]
        in_need = residents["asked"].sum() + residents["silent"].sum() + never
        coverage = over(residents["coverage"].sum(), in_need)
        recovery, quality = lines(self.spec.recovery, self.spec.quality_of_life, coverage)
        if self.spec.recovery_rows:
            outcomes = counts.outcomes(run, period)[self.cells]
            recovery = over(outcomes["recovered_begun"].sum(), outcomes["began"].sum())
        return float(recovery * quality)

    def summed(self, counts: Tally, run: Run, cost: float, healed: float) -> tuple[float, float]:
        """(cost, recovery × quality of life): of one year those given, of several their sums, each
        year as long as it is and discounted from the first.
        """
        if len(self.periods) < 2:
            return cost, healed
        return cost * self.weights.sum(), float(self.weights @ self.healed(counts, run))


class Yearly:
    """The cost-benefit ratio of each year that is told; what is paid by the hour costs in each what
    it does in a year of the observed weeks.
    """

    def __init__(self, spec: TallySpec, at: Layout):
        self.by_year, self.cost = Years(spec, at), Pay(spec, at).yearly
        self.opened = Opened(spec, at)
        self.told = np.array([period.told for period in self.by_year.periods], dtype=bool)
        self.measures = told("yearly")
        self.labels: list[Label] = [
            (measure.name, "all", period.name)
            for period in self.by_year.periods
            if period.told
            for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        if not self.told.any():
            return np.empty(0)
        healed = self.by_year.healed(counts, run)[self.told]
        cost = self.cost + self.opened.by_role(counts, run).sum()
        columns = {"cost_10000": np.full(len(healed), cost / 1e4), "healed": healed}
        return evaluated(self.measures, "yearly", columns).ravel()


def _attended_by(at: Layout, staff: int) -> np.ndarray:
    """The stations that pools of ``staff`` (a position) attend."""
    station = np.repeat(np.arange(len(at.marks)), at.marks["pools"])
    return np.unique(station[at.pool_staff[at.members] == staff])
