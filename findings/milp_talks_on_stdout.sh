#!/bin/sh
# scipy.optimize.milp is silent unless `disp` is set. On some small programs HiGHS inside it writes
# the name of a function of its own to standard output all the same, from C++, so that neither
# `disp` nor contextlib.redirect_stdout keeps it away.
# It hurts: commands that write a table to standard output: the CSV has a line that is no row.
# simcap: data goes to stdout, messages to stderr; there is no integer program in it as yet
# (simcap/analysis/sharing.py uses linprog, whose simplex does not go that way).
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check scipy==1.17.1 numpy==2.4.6
cat > "$folder/table.py" <<'PYTHON'
import contextlib
import io

import numpy as np
from scipy.optimize import LinearConstraint, milp

print("full_time,part_time,hours", flush=True)
needs = LinearConstraint([[2.3, 1.4, 2.6], [2.1, 0.4, 2.9]], [16.4, 16.8], np.inf)
with contextlib.redirect_stdout(io.StringIO()):
    plan = milp([1.3, 1.9, 1.7], constraints=needs, integrality=[1, 1, 0], options={"disp": False})
print(*(f"{x:.4f}" for x in plan.x), sep=",")
PYTHON
"$folder/venv/bin/python" "$folder/table.py" > "$folder/table.csv" 2> "$folder/stderr"
"$folder/venv/bin/python" -c 'import scipy; print("SciPy", scipy.__version__, "- the CSV:")'
cat "$folder/table.csv"
test ! -s "$folder/stderr"
test "$(wc -l < "$folder/table.csv")" -eq 3
test "$(grep -c 'HighsMipSolverData::' "$folder/table.csv")" -eq 1
