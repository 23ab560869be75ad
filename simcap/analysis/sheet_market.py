"""The section of the sheet on visits that have a price: vouchers used, and who paid what."""

from __future__ import annotations

import numpy as np

from simcap.analysis.groups import Groups
from simcap.analysis.layout import Layout
from simcap.analysis.measures import told
from simcap.analysis.sections import Label, evaluated, zones_of
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run


class Market:
    """Attended visits of stations with a price, by place of the residents; none where there are no
    such stations.
    """

    def __init__(self, spec: TallySpec, at: Layout):
        self.voucher, self.rest = at.station_voucher, at.station_resident_pays
        priced = (self.voucher > 0) | (self.rest > 0)
        places = zones_of(spec, at) if priced.any() else {}
        self.stations = Groups(
            [np.flatnonzero(priced & zones[at.station_zone]) for zones in places.values()]
        )
        self.years, self.measures = spec.years, told("market")
        self.labels: list[Label] = [
            (measure.name, place, "all") for place in places for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        if not self.labels:
            return np.empty(0)
        visits = counts.stations["contacts"]
        columns = {
            "vouchers": self.stations.sum(visits * (self.voucher > 0)),
            "voucher_money": self.stations.sum(visits * self.voucher),
            "resident_money": self.stations.sum(visits * self.rest),
        }
        columns["years"] = np.full(len(columns["vouchers"]), self.years)
        return evaluated(self.measures, "market", columns).ravel()
