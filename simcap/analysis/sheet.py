"""Counts into measures. Which rows there are, and what each is summed over, follows from the plan
alone and is worked out once; a replication then only fills in the values.

A ``Sheet`` is made of sections (residents, stations, desks, staff, outcomes, money, periods), each
with its labels and the function that fills them. What they tell is the table in ``measures``.
"""

from __future__ import annotations

import numpy as np

from simcap.analysis import counting
from simcap.analysis.guards import Load
from simcap.analysis.layout import Layout
from simcap.analysis.measures import Row
from simcap.analysis.sections import Label, Section
from simcap.analysis.sheet_market import Market
from simcap.analysis.sheet_money import Costs, Money, Yearly
from simcap.analysis.sheet_outcomes import Episodes, Lines
from simcap.analysis.sheet_periods import Asking, Events, StaffPeriods, StationPeriods, Weeks
from simcap.analysis.sheet_records import Audit, Records
from simcap.analysis.sheet_relapse import Relapses
from simcap.analysis.sheet_residents import Gap, Register, Residents
from simcap.analysis.sheet_screening import Screenings
from simcap.analysis.sheet_staff import Staff
from simcap.analysis.sheet_stations import Desks, Stations
from simcap.analysis.sheet_targets import Periods, Targets
from simcap.analysis.spec import NeedCell, TallySpec
from simcap.analysis.tally import Tally, tally
from simcap.engine import prepare as prepare_engine
from simcap.engine import simulate
from simcap.engine.run import Run
from simcap.network import Arrivals, Network, Pool, Station, jit


class Sheet:
    """The rows of all replications of ``network`` under ``spec``, whose offered ``loads`` are
    given. ``at`` is its ``Layout`` for the tally.
    """

    def __init__(self, network: Network, spec: TallySpec, loads: list[Load]):
        self.at = Layout(network, spec)
        at = self.at
        residents, desks = Residents(spec, at), Desks(spec, at)
        self.sections: list[Section] = [
            residents,
            Gap(residents),
            Records(spec, residents),
            Audit(spec, residents),
            Register(spec, at),
            Screenings(spec, at),
            Relapses(spec, at),
            Stations(spec, at),
            desks,
            Market(spec, at),
            Periods(spec, at),
            Targets(spec, at),
            Staff(spec, at, loads),
            Episodes(spec, at, residents),
        ]
        for follows in (Lines, Money):
            self.sections.append(follows(spec, at, self._labels()))
        self.sections += [
            Costs(spec, at),
            Asking(spec, at),
            Events(spec, at, desks),
            *(kind(spec, at) for kind in (StationPeriods, StaffPeriods, Weeks, Yearly)),
        ]
        self.labels: tuple[Label, ...] = tuple(self._labels())

    def _labels(self) -> list[Label]:
        return [label for section in self.sections for label in section.labels]

    def values(self, counts: Tally, run: Run) -> np.ndarray:
        """The value of each of ``labels`` in the replication ``run`` that ``counts`` has counted;
        NaN where there is nothing to tell.
        """
        filled = np.empty(0)
        with np.errstate(divide="ignore", invalid="ignore"):
            for section in self.sections:
                filled = np.concatenate([filled, section.values(counts, run, filled)])
        return filled

    def rows(self, counts: Tally, run: Run) -> list[Row]:
        """The same as rows."""
        return [
            Row(*label, value)
            for label, value in zip(self.labels, self.values(counts, run).tolist(), strict=True)
        ]


def prepare(engine: str) -> None:
    """Compile what simulates, counts and fills in, if this machine has not done so before."""
    labels = {"need": "need", "zone": "zone"}
    network = Network(
        [Pool("pool")],
        [Station("station", ["pool"], 1.0, labels=labels)],
        [Arrivals("station", backlog=1, labels={**labels, "register": "yes"})],
    )
    need = NeedCell("need", "group", "severity", "zone", "urban", 1.0, 1.0, 1.0, False)
    spec = TallySpec(
        0.0,
        168.0,
        168.0,
        1.0,
        1.0,
        1.0,
        (("zone", "urban", 1.0),),
        (need,),
        (),
        (0.0, 0.0),
        (0.0, 0.0),
    )
    prepare_engine(engine)
    run = simulate(network, spec.horizon, engine=engine)
    with jit.announced("what counts visits", jit.compiled(counting)):
        Sheet(network, spec, []).values(tally(run, spec), run)
