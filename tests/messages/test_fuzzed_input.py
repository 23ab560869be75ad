"""Whatever is written into a scenario or its table, the answer is a scenario or faults with a
place: nothing else.
"""

import random
import re

import pytest
from tiny import SCENARIO, ZONES, written

from simcap.building import compile_scenario, load_scenario
from simcap.errors import ScenarioError

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
            assert all(re.match(r".+:\d+:\d+ ", fault) for fault in problem.faults), problem.faults
