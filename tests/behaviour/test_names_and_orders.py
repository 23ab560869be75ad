"""No name, no order of rows or keys decides anything: with every mechanism on, permuting changes
nothing of the network, and renaming changes nothing but names.
"""

import dataclasses
import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from simcap.building import compile_scenario, load_scenario, override
from simcap.network import Arrivals, Dispatch, Network, Phase, Station, Warn
from simcap.scenario import Scenario

ROOT = Path(__file__).parents[2]
SETS = {
    *("guided", "watch", "severities", "first", "assessments", "after"),
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


def renamed(data, names):
    """``data`` with every text that is one of ``names`` replaced; keys, too."""
    if isinstance(data, dict):
        return {names.get(key, key): renamed(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [renamed(entry, names) for entry in data]
    return names.get(data, data) if isinstance(data, str) else data


def plain(part, say):
    """``part`` of a network as text, each name as ``say`` has it, in which order says nothing where
    it may not: parts by name, ways out of a station, pools of equal standing.
    """

    def told(parts):
        return sorted(say(str(one)) for one in parts)

    if isinstance(part, Network):
        fields = (part.pools, part.stations, part.arrivals, part.phases, part.reviews)
        return sorted(plain(one, say) for field in fields for one in field)
    if isinstance(part, Dispatch):
        stands = told(zip(part.pools, part.own, part.prior, map(float, part.start), strict=True))
        rest = dataclasses.replace(part, pools=("p",), own=(), prior=(), start=(), heal=("h",))
        return f"{stands} {told(part.heal)} {say(repr(rest))}"
    if isinstance(part, Phase):
        return f"Phase {part.at} {sorted(plain(one, say) for one in part.stations)}"
    if isinstance(part, Station):
        groups: list[list] = []
        for attend in part.pools:
            if not attend.equal:
                groups.append([])
            groups[-1].append(dataclasses.replace(attend, equal=False))
        ways = [f"{outcome} {told(to.options)}" for outcome, to in part.routing.items()]
        rest = dataclasses.replace(part, pools=part.pools[:1], routing={}, labels={})
        kept = dataclasses.replace(rest, pools=["p"])
        return f"{say(repr(kept))} {[told(group) for group in groups]} {sorted(ways)}"
    if isinstance(part, Warn):
        places, closes = told(part.places.items()), told(part.closes.items())
        return f"{told(part.stations)} {places} {closes} {part.thresholds}"
    if isinstance(part, Arrivals):
        goals = told(part.to.options)
        rest = dataclasses.replace(part, to="somewhere", labels={})
        return f"{say(repr(rest))} {goals}"
    return say(repr(part))


def test_names_may_be_any(everything):
    """Zones and staff under other names, in another order by name: the same network."""
    data = everything.model_dump(mode="json", by_alias=True, exclude_none=True)
    old = [*(zone["zone"] for zone in data["zones"]), *data["pools"]]
    names = {name: f"q{len(old) - i:03d}q" for i, name in enumerate(old)}
    other = compile_scenario(Scenario.model_validate(renamed(data, names)))
    longest_first = re.compile("|".join(map(re.escape, sorted(old, key=len, reverse=True))))

    def unquoted(text):  # a name with an apostrophe is quoted in another way
        return text.replace('"', "").replace("'", "").replace("\\", "")

    def say(text):
        return unquoted(longest_first.sub(lambda match: names[match[0]], text))

    assert plain(other, unquoted) == plain(compile_scenario(everything), say)
