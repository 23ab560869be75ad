"""simcap: a discrete-event capacity simulator for community mental-health services.

Names are loaded when first used, so that ``import simcap`` costs nothing: ``simulate`` and ``Run``
(one replication of a network), ``load_scenario``, ``override`` and ``compile_scenario`` (what a
planner writes), ``run_scenario`` (many replications).
"""

import importlib

__version__ = "0.1.0"

_HOMES = {
    "simulate": "simcap.engine",
    "Run": "simcap.engine.run",
    "Outcome": "simcap.engine.visits",
    "load_scenario": "simcap.building",
    "override": "simcap.building",
    "compile_scenario": "simcap.building",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str):
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'simcap' has no attribute {name!r}")


def __dir__():
    return sorted(__all__)
