"""No name, no order of rows or keys decides anything: with every mechanism on, permuting changes
nothing of the network, and renaming changes nothing but names.
"""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simcap.building import compile_scenario, load_scenario, override
from simcap.scenario import Scenario

ROOT = Path(__file__).parents[2]
SETS = {
    *("pools_of_mechanism", "guided", "watch", "severities", "first", "assessments", "after"),
    *("stations", "zones", "lines"),
}
"""Lists in which the order says nothing; in the others it is stated."""


def blocks():
    text = (ROOT / "docs/mechanisms.md").read_text(encoding="utf-8")
    written = re.search(r"```yaml\n(mechanisms:.*?)```", text, re.DOTALL)[1]
    return YAML(typ="safe", pure=True).load(written)["mechanisms"]


@pytest.fixture(scope="module")
def everything():
    """Huadu with every mechanism of the page."""
    scenario = load_scenario(ROOT / "experiments/01_huadu")
    for name, block in blocks().items():
        scenario = override(scenario, f"mechanisms.{name}", block)
    return scenario


def turned(data, key=""):
    """``data`` with every mapping, and every list whose order says nothing, the other way round."""
    if isinstance(data, dict):
        return {name: turned(data[name], name) for name in reversed(data)}
    if isinstance(data, list):
        entries = [turned(entry) for entry in data]
        return entries[::-1] if key in SETS else entries
    return data


def test_rows_and_keys_may_stand_in_any_order(everything):
    data = everything.model_dump(mode="json", by_alias=True, exclude_none=True)
    other = Scenario.model_validate(turned(data))
    assert [zone.zone for zone in other.zones] == [zone.zone for zone in everything.zones][::-1]
    assert compile_scenario(other) == compile_scenario(everything)
