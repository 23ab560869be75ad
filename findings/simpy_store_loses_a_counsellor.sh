#!/bin/sh
# A resident asks SimPy's Store for a counsellor and gives up at the very moment at which one comes
# back. Although the request stands in a `with`, as in SimPy's own examples, the counsellor is taken
# out of the store for the request that has just been given up: nobody has them, and nobody will.
# It hurts: models with named staff in a Store and patience in whole minutes, where such ties are
# everyday. From the first one on a post is missing, without a word.
# simcap: places are counted by the engine itself, and what happens first at one moment is a table
# (simcap/network/events.py); tests/behaviour/test_queueing.py,
# test_a_place_freed_at_noon_goes_to_the_resident_whose_patience_ends_at_noon.
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check simpy==4.1.2
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata

import simpy


def attended(env, team, name, start, length):
    yield env.timeout(start)
    counsellor = yield team.get()
    yield env.timeout(length)
    yield team.put(counsellor)
    log.append(f"{name} done at minute {env.now}")


def impatient(env, team, start, patience):
    yield env.timeout(start)
    with team.get() as asked:
        got = yield asked | env.timeout(patience)
    if asked in got:
        yield team.put(got[asked])
    log.append(f"the second, patience {patience}, " + ("attended" if asked in got else "gave up"))


print("SimPy", importlib.metadata.version("simpy"))
missing = {}
for patience in (29, 30, 31):
    env, log = simpy.Environment(), []
    team = simpy.Store(env)
    team.items.append("the only counsellor")
    env.process(attended(env, team, "the first", 0, 60))
    env.process(impatient(env, team, 30, patience))
    env.process(attended(env, team, "the third", 90, 50))
    env.run(until=100_000)
    missing[patience] = not team.items
    print("; ".join(log), "| in the store at the end:", team.items)
assert missing == {29: False, 30: True, 31: False}, missing
PYTHON
