"""Sections of the sheet on records: how many are false, what coverage they report, what an audit
finds. Told where a scenario asks for it.
"""

from __future__ import annotations

import math

import numpy as np

from simcap.analysis import audit
from simcap.analysis.measures import told
from simcap.analysis.sections import Label, evaluated
from simcap.analysis.sheet_residents import Residents
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

SLACK = 1e-9
"""Expected numbers of residents are sums of floats."""


class Records:
    """Records by place; the ``residents`` are those of the sheet, whose section comes first."""

    def __init__(self, spec: TallySpec, residents: Residents):
        self.records, self.residents = spec.records, residents
        slices = enumerate(residents.slices if spec.records is not None else ())
        mine = [(i, place) for i, (place, group) in slices if group == "all"]
        self.rows = np.array([i for i, _ in mine], dtype=np.int64)
        at = {label: i for i, label in enumerate(residents.labels)}
        self.in_need = [at["people_in_need", place, "all"] for _, place in mine]
        self.all = next((i for i, (_, place) in enumerate(mine) if place == "all"), 0)
        self.measures = told("records")
        self.labels: list[Label] = [
            (measure.name, place, "all") for _, place in mine for measure in self.measures
        ]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        if not self.labels:
            return np.empty(0)
        true, in_need = self.of_residents(counts, filled)
        false, _ = self.false(true[self.all], in_need[self.all])
        without = np.maximum(in_need - true, 0.0)
        share = without / without[self.all] if without[self.all] > 0 else 0.0 * without
        columns = {"false": false * share, "records": true + false * share, "in_need": in_need}
        return evaluated(self.measures, "records", columns).ravel()

    def of_residents(self, counts: Tally, filled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(residents with any contact, residents in need) by place."""
        contact = self.residents.cells.sum(counts.residents["any_contact"])[self.rows]
        return contact, filled[self.in_need]

    def false(self, true: float, in_need: float) -> tuple[int, int]:
        """(false records of the district, those that the share asks for and that nobody is left
        for).
        """
        assert self.records is not None
        share = self.records.share
        wanted = round(share / (1 - share) * true)
        most = max(0, math.floor(in_need - true + SLACK))
        return min(wanted, most), max(0, wanted - most)


class Audit:
    """What an audit of the district's records finds."""

    def __init__(self, spec: TallySpec, residents: Residents):
        self.of = Records(spec, residents)
        self.measures = told("audit") if spec.records is not None else []
        self.labels: list[Label] = [(measure.name, "all", "all") for measure in self.measures]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        if not self.labels:
            return np.empty(0)
        asked = self.of.records
        assert asked is not None
        true, in_need = (column[self.of.all] for column in self.of.of_residents(counts, filled))
        false, missing = self.of.false(true, in_need)
        records = int(true) + false
        drawn = min(asked.audited, records)
        of = records, false, drawn, asked.missed
        columns = {
            "false_missing": missing,
            "audited": drawn,
            "found_mean": audit.found_mean(*of),
            "found_sd": audit.found_sd(*of),
            "found_any": audit.finds_any(*of),
            "least": audit.least_drawn(records, false, asked.missed),
            "audit_hours": asked.hours,
        }
        return evaluated(self.measures, "audit", columns).ravel()
