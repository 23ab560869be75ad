"""What computed a number: which simcap, on which kind of platform. Where both agree, the same
inputs give the same bytes.

``model_version`` hashes the sources that turn a network, a tally and a seed into values. An edit of
any of them, even of a comment, makes stored replications count as another model's: computed once
too often is better than mixed once.
"""

from __future__ import annotations

import functools
import hashlib
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import simcap
from simcap.engine import simulate
from simcap.errors import StudyError
from simcap.lang import _
from simcap.network import Arrivals, Network, Pool, Rate, Station
from simcap.network import distributions as shapes

DECIDING = (
    "network/*.py",
    "engine/*.py",
    "analysis/audit.py",
    "analysis/capacity.py",
    "analysis/counting.py",
    "analysis/episodes.py",
    "analysis/events.py",
    "analysis/flows.py",
    "analysis/groups.py",
    "analysis/guards.py",
    "analysis/histogram.py",
    "analysis/layout.py",
    "analysis/ledger.py",
    "analysis/measures.py",
    "analysis/recovery_table.py",
    "analysis/register.py",
    "analysis/rounds.py",
    "analysis/sections.py",
    "analysis/sharing.py",
    "analysis/sheet*.py",
    "analysis/spec.py",
    "analysis/tally.py",
    "analysis/visited.py",
    "analysis/whole_sessions.py",
)
"""The sources that decide what a replication gives."""
COMPILING = (
    "network/*.py",
    "scenario/*.py",
    "mechanisms/*.py",
    "building/*.py",
    "analysis/flows.py",
    "analysis/spec.py",
    "study/outcome_spec.py",
    "study/plan.py",
)
"""The sources that decide which plan a scenario is compiled to."""

PROBED = (
    shapes.Exponential(1.0),
    shapes.Erlang(1.0, 3),
    shapes.Gamma(1.0, 0.7),
    shapes.Gamma(1.0, 2.5),
    shapes.Lognormal(1.0, 0.8),
    shapes.Triangular(0.1, 1.0, 2.0),
    shapes.Uniform(0.2, 1.7),
    shapes.TruncatedNormal(1.0, 0.5),
    shapes.Weibull(1.0, 1.5),
    shapes.Hyperexponential((0.3, 0.7), (0.5, 1.2)),
    shapes.Empirical((0.5, 1.0, 2.0)),
)


@dataclass(frozen=True)
class Origin:
    """``model`` is ``model_version``, ``platform`` the ``probe``."""

    model: str
    platform: str


@functools.cache
def model_version() -> str:
    """simcap's version and a hash of the sources that decide what a replication gives."""
    return f"{simcap.__version__}+{_hash(DECIDING)}"


@functools.cache
def compiler_version() -> str:
    """The same of the sources that decide which plan a scenario is compiled to, and of the library
    that knows the holidays.
    """
    return f"{simcap.__version__}+{_hash(COMPILING)} holidays {version('holidays')}"


def _hash(patterns: tuple[str, ...]) -> str:
    root, digest = Path(simcap.__file__).parent, hashlib.sha256()
    for pattern in patterns:
        for source in sorted(root.glob(pattern)):
            digest.update(source.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:12]


@functools.cache
def probe(engine: str) -> str:
    """A hash of what every kind of draw gives on this platform, and the platform's name. Engines
    agree on it.
    """
    stations = [
        Station(f"station {i:02}", [f"pool {i:02}"], service) for i, service in enumerate(PROBED)
    ]
    network = Network(
        [Pool(f"pool {i:02}", 2) for i in range(len(PROBED))],
        stations,
        [Arrivals(station.name, rate=Rate(1.0, (0.5, 1.5) * 84)) for station in stations],
    )
    run = simulate(network, 40.0, seed=2**40 + 1, engine=engine)
    run.read()
    return f"{platform.system()} {platform.machine()} {run.fingerprint[:16]}"


def agree(client, expected: Origin) -> None:
    """That all workers of a Dask ``client`` have the model of ``expected``; what joins later is
    asked with its first batch.
    """
    try:
        found = client.run(model_version)
    except Exception as problem:
        said = f"{type(problem).__name__}: {problem}".splitlines()[0]
        raise StudyError(
            _(
                "the cluster's workers cannot run simcap {model}: is the same version"
                " installed there? ({said})",
                model=expected.model,
                said=said,
            )
        ) from None
    for worker, model in sorted(found.items()):
        if model != expected.model:
            raise StudyError(
                _(
                    "worker {worker} has simcap {model}, but here is {own}: the same"
                    " wanted everywhere",
                    worker=worker,
                    model=model,
                    own=expected.model,
                )
            )


def origin(engine: str) -> Origin:
    """Of what is computed here, with ``engine``."""
    return Origin(model_version(), probe(engine))
