"""One replication of a network: ``simulate``."""

from __future__ import annotations

import math
import weakref

from simcap.engine.run import Run
from simcap.errors import NetworkError
from simcap.network import Network
from simcap.network.size import LONGEST_RUN, too_much

ENGINES = ("compiled", "simpy")
"""The engines there are; the first is the default."""


def prepare(engine: str) -> None:
    """Compile what ``engine`` needs if this machine has not done so before, so that the processes
    started from this one find it done.
    """
    if engine == "compiled":
        from simcap.engine.compiled_engine import loop

        loop()


def simulate(
    network: Network,
    horizon: float,
    seed: int = 42,
    replication: int = 0,
    engine: str = ENGINES[0],
    batch_size: int = 65_536,
) -> Run:
    """Simulate ``network`` from 0 to ``horizon`` hours and return its ``Run``, whose visits come in
    batches of ``batch_size``.

    The same ``network``, ``horizon``, ``seed`` and ``replication`` give the same rows, on any
    ``engine``. Raises ``NetworkError`` for a horizon that is not finite and above 0, a seed or
    replication outside 0 … 2⁶³ − 1, a batch size below 1, or an unknown engine.
    """
    faults = []
    if not isinstance(network, Network):
        faults.append(f"simulate: network: a Network wanted, got {network!r}")
    if not (isinstance(horizon, (int, float)) and math.isfinite(horizon) and horizon > 0):
        faults.append(f"simulate: horizon: finite hours above 0 wanted, got {horizon!r}")
    elif horizon > LONGEST_RUN:
        faults.append(f"simulate: horizon: at most {LONGEST_RUN:.0e} hours wanted, got {horizon!r}")
    for name, number, least in (
        ("seed", seed, 0),
        ("replication", replication, 0),
        ("batch_size", batch_size, 1),
    ):
        if not (
            isinstance(number, int) and not isinstance(number, bool) and least <= number < 2**63
        ):
            faults.append(
                f"simulate: {name}: a whole number from {least} to 2**63 - 1 wanted, got {number!r}"
            )
    if engine not in ENGINES:
        faults.append(f"simulate: engine: one of {', '.join(ENGINES)} wanted, got {engine!r}")
    if faults or (faults := _too_much(network, float(horizon))):
        raise NetworkError(faults)
    if engine == "simpy":
        from simcap.engine.simpy_engine import batches
    else:
        from simcap.engine.compiled_engine import batches
    decisions: list[tuple[int, int, int]] = []
    visits = batches(network, float(horizon), seed, replication, batch_size, decisions)
    return Run(network, float(horizon), seed, replication, engine, visits, decisions)


_sized: dict[tuple[int, float], list[str]] = {}


def _too_much(network: Network, horizon: float) -> list[str]:
    """``too_much``, asked once for all replications."""
    key = id(network), horizon
    if key not in _sized:
        weakref.finalize(network, _sized.pop, key, None)
        _sized[key] = too_much(network, horizon)
    return _sized[key]
