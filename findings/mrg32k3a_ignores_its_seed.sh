#!/bin/sh
# The generator of simulation-optimisation testbeds is a random.Random, and takes seed(7) as one.
# But the whole number goes to the generator that it stands in for: its own state stays where it
# was, and all draws with it. Only a tuple of six numbers is a seed.
# It hurts: ten replications, each seeded by its number, are ten copies of one: no spread, and an
# interval of width 0 that looks like precision.
# simcap: draws are a function of (seed, replication) and of who asks (simcap/network/draws.py);
# tests/behaviour/test_queueing.py, test_seeds_and_replications_give_other_residents.
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mrg32k3a==2.0.2 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata
import random

from mrg32k3a.mrg32k3a import MRG32k3a


def mean_of_ten(stream, seed):
    stream.seed(seed)
    return sum(stream.expovariate(1 / 50) for _ in range(10)) / 10


print("mrg32k3a", importlib.metadata.version("mrg32k3a"), "- mean of ten sessions, by seed")
means = {}
for name, kind in (("random.Random", random.Random), ("MRG32k3a", MRG32k3a)):
    means[name] = [mean_of_ten(kind(), seed) for seed in (1, 2, 3)]
    print(name, [round(mean, 3) for mean in means[name]])
assert len(set(means["random.Random"])) == 3
assert len(set(means["MRG32k3a"])) == 1
PYTHON
