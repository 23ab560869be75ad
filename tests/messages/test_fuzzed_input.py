"""Whatever is written into a scenario or its table, the answer is a scenario or faults with a
place: nothing else.
"""

import copy
import datetime
import io
import random
import re

import pytest
from everything import EVERYTHING
from ruamel.yaml import YAML
from tiny import SCENARIO, ZONES, written

from simcap.building import compile_scenario, load_scenario
from simcap.errors import ScenarioError
from simcap.study.plan import plan

PLACE = re.compile(r".+:\d+:\d+ |.+#.+![A-Z]+\d+ ")

ODD = [
    "",
    "-1",
    "0",
    "x2",
    ".nan",
    ".inf",
    "1e999",
    "[]",
    "{}",
    "null",
    "true",
    "'",
    "&a",
    "*a",
    "- 1",
    "一",
    "50 min",
    "110 %",
    "2025-02-30",
    "!!python/object:os.system x",
    "9" * 40,
    "0x10",
    "{a: {b: {c: d}}}",
    "[1, 2, 3]",
    "~",
    "：",
    "never",
    "\t",
    "#",
    "? x",
    "|",
    "\u0007",
    "\\x00",
]
TOKEN = re.compile(r"[\w.%-]+")


def mutated(text: str, chance: random.Random) -> str:
    for _ in range(chance.choice((1, 1, 2, 5))):
        lines = text.split("\n")
        i = chance.randrange(len(lines))
        kind = chance.randrange(5)
        if kind == 0:
            del lines[i]
        elif kind == 1:
            lines.insert(i, chance.choice(lines))
        elif kind == 2:
            lines[i] = lines[i][: chance.randrange(len(lines[i]) + 1)]
        else:
            tokens = list(TOKEN.finditer(lines[i]))
            if tokens:
                token = chance.choice(tokens)
                other = chance.choice(ODD) if kind == 3 else chance.choice(TOKEN.findall(text))
                lines[i] = lines[i][: token.start()] + other + lines[i][token.end() :]
        text = "\n".join(lines)
    return text


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("which", ["scenario", "zones"])
def test_fuzzed_input_gives_a_scenario_or_faults_with_a_place(tmp_path, which, seed):
    chance = random.Random(f"{which} {seed}")
    for _ in range(12):
        texts = {"scenario": SCENARIO, "zones": ZONES}
        texts[which] = mutated(texts[which], chance)
        try:
            compile_scenario(load_scenario(written(tmp_path, **texts)))
        except ScenarioError as problem:
            assert all(PLACE.match(fault) for fault in problem.faults), problem.faults


# ---- values at the edge, in good YAML ------------------------------------------------------------

EXTREMES = [
    *(0, -1, 1e-300, 1e300, 2**63, 10**400, float("nan"), float("inf"), "", "x" * 5000, None),
    *(True, [], [1], {}, {"a": 1}, datetime.date(2026, 1, 1), "2026/1/1", "never", "\u0007", "："),
]
LIKE = {
    "duration": ["0 h", "1e-9 h", "0.000001 s", "1753200 h", "200 weeks", "1e300 h", "1 s"],
    "share": [0, 1, "0 %", "100 %", 5e-324, "1e-300 %", 0.5],
    "yearly": ["0 % per year", "1e-300 % per year", "100 % per year"],
    "money": ["0 CNY per year", "1e15 CNY per year"],
    "number": [0, 1, 2, 0.5, 1e-9, 1e9, 10**6, 999_999, 168],
    "shift": ["00:00-24:00", "23:59-00:00 x9999999", "12:00-12:00", "09:00-10:00 x0"],
}


def alike(value, chance: random.Random):
    """Another value of the same kind, at the edge of what there is."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return chance.choice(LIKE["number"] + LIKE["share"])
    for kind, pattern in (
        ("money", r".* CNY per year"),
        ("yearly", r".* per year"),
        ("share", r".*%"),
        ("duration", r"[\d.]+ ?(s|min|h|days?|weeks?)"),
        ("shift", r"\d\d:\d\d-.*"),
    ):
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return chance.choice(LIKE[kind])
    return value


def paths(data, at=()):
    for key, value in (
        data.items()
        if isinstance(data, dict)
        else enumerate(data)
        if isinstance(data, list)
        else ()
    ):
        yield (*at, key)
        yield from paths(value, (*at, key))


def at_the_edge(data, chance: random.Random):
    data = copy.deepcopy(data)
    for _ in range(chance.choice((1, 2, 3))):
        path = chance.choice(list(paths(data)))
        here = data
        for key in path[:-1]:
            here = here[key]
        kind = chance.random()
        if kind < 0.1:
            del here[path[-1]]
        elif kind < 0.3:
            here[path[-1]] = chance.choice(EXTREMES)
        else:
            here[path[-1]] = alike(here[path[-1]], chance)
    return data


@pytest.mark.parametrize("which", ["tiny", "everything"])
@pytest.mark.parametrize("seed", range(10))
def test_values_at_the_edge_give_a_network_with_its_loads_or_faults_with_a_place(
    tmp_path, which, seed
):
    chance = random.Random(f"{which} {seed}")
    yaml = YAML(typ="safe", pure=True)
    whole = yaml.load(SCENARIO if which == "tiny" else EVERYTHING)
    for _ in range(12):
        text = io.StringIO()
        yaml.dump(at_the_edge(whole, chance), text)
        try:
            plan(load_scenario(written(tmp_path, text.getvalue()))).loads  # noqa: B018
        except ScenarioError as problem:
            assert all(PLACE.match(fault) for fault in problem.faults), problem.faults
