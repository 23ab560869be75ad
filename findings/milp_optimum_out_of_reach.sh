#!/bin/sh
# Staff for two districts is hired as cheaply as can be; among the cheapest plans the one with the
# fewest full-time posts is wanted. The usual way is a second program that may not cost more than
# the first one's optimum. HiGHS calls it infeasible: constraints of an integer program hold to
# 1e-6, the first plan leaves a need short by about as much, and no plan proper is that cheap.
# It hurts: planners who are told that no plan exists where they hold one in their hands.
# simcap: simcap/analysis/sharing.py, whose programs also rest on each other's optima, narrows the
# solver's tolerance to 1e-10 and leaves a hundred times that between one and the next.
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
from fractions import Fraction

import numpy as np
import scipy
from scipy.optimize import LinearConstraint, milp

# full-time posts, part-time posts (both whole), hours bought: what each gives to the districts
gives = [["1.02", "0.23", "1.92"], ["0.99", "1.09", "0.82"]]
need, price = ["18.3", "11.1"], ["1.74", "2.19", "1.98"]
A, b, c = (np.array(x, dtype=float) for x in (gives, need, price))
needs = LinearConstraint(A, b, np.inf)


def solve(goal, *more):
    return milp(goal, constraints=[needs, *more], integrality=[1, 1, 0])


cheapest = solve(c)
full, part = (round(x) for x in cheapest.x[:2])
hours = max(
    (Fraction(n) - Fraction(row[0]) * full - Fraction(row[1]) * part) / Fraction(row[2])
    for row, n in zip(gives, need)
)
true_cost = sum(Fraction(p) * x for p, x in zip(price, (full, part, hours)))
print("SciPy", scipy.__version__)
print(f"cheapest plan: {cheapest.x.tolist()} for {cheapest.fun!r}: {cheapest.message}")
print(f"the same posts with the needs met exactly: {float(hours)} hours for {float(true_cost)}")
at_most = [cheapest.fun, cheapest.fun * (1 + 1e-6)]
fewest = [solve([1, 0, 0], LinearConstraint(c, -np.inf, most)) for most in at_most]
for most, done in zip(at_most, fewest):
    print(f"fewest full-time posts for at most {most!r}: {done.message}")
assert cheapest.status == 0 and cheapest.fun < float(true_cost)
assert [done.status for done in fewest] == [2, 0]
PYTHON
