"""What a planner writes: a scenario in YAML with units and a table of zones, checked field by
field.
"""

from simcap.scenario.schema import Scenario

__all__ = ["Scenario"]
