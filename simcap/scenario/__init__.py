"""What a planner writes: a scenario in YAML with units and a table of zones, checked and compiled
to a network.
"""

from simcap.scenario.compile import compile_scenario
from simcap.scenario.load import json_schema, load_scenario, resolved_yaml
from simcap.scenario.overrides import overridden, override
from simcap.scenario.schema import Scenario

__all__ = [
    "Scenario",
    "compile_scenario",
    "json_schema",
    "load_scenario",
    "overridden",
    "override",
    "resolved_yaml",
]
