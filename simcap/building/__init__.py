"""What is built from a scenario and its mechanisms: a checked whole from files, variants of it, and
the network it compiles to.

``arrangement`` asks every mechanism the same questions and knows none by name; ``compile`` puts
their answers into the network.
"""

from simcap.building.compile import compile_scenario
from simcap.building.load import json_schema, load_scenario, resolved_yaml
from simcap.building.overrides import overridden, override

__all__ = [
    "compile_scenario",
    "json_schema",
    "load_scenario",
    "overridden",
    "override",
    "resolved_yaml",
]
