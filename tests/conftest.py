"""What all tests share: tiny worlds, and a district with its answers worked out by hand."""

from __future__ import annotations

import os

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault(
    "NUMBA_BOUNDSCHECK", "1"
)  # an index out of bounds is an error here, not silent damage

import numpy as np
import pytest

import simcap
from simcap.engine import ENGINES
from simcap.engine.visits import Outcome
from simcap.network import Arrivals, Network


@pytest.fixture(scope="session")
def simulate_log():
    """Simulate a network and give its visits as readable tuples, in the order in which they were
    emitted.
    """
    return log


def log(
    network: Network,
    horizon: float = 100.0,
    fields: str = "stream resident station joined started ended outcome",
    **options,
) -> list:
    """Visits as tuples of ``fields``, the same on both engines; names for positions, None for NaN,
    lower-case outcomes.
    """
    run, twin = (simcap.simulate(network, horizon, engine=engine, **options) for engine in ENGINES)
    rows = run.read()
    assert rows.tobytes() == twin.read().tobytes()
    names = {"stream": run.streams, "station": run.stations, "pool": run.pools}
    return [tuple(_said(row[field], field, names) for field in fields.split()) for row in rows]


def _said(value, field: str, names: dict):
    if field in names:
        return names[field][value] if value >= 0 else None
    if field == "next":
        return int(value)
    if field == "outcome":
        return Outcome(value).name.lower()
    if np.issubdtype(type(value), np.floating):
        return None if np.isnan(value) else round(float(value), 6)
    return int(value)


def at(*times: float, to: str, name: str = "") -> Arrivals:
    """A stream of single residents at these hours."""
    return Arrivals(to, batches=[(time, 1) for time in times], name=name or to)


@pytest.fixture
def undrawn(monkeypatch):
    """Figures are left out, which take most of the time of a small sweep."""
    from simcap import plots

    monkeypatch.setattr(plots, "figures", lambda results, out, jobs, meanwhile: meanwhile() or [])
