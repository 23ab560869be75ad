#!/bin/sh
# With match="last", vidigi pairs the last time that a resident began to wait with the last time
# that a session of theirs began. Of a weekly course that still goes on at the end of the run, these
# are two different visits: the wait is minus a week. It goes into the mean without a warning; one
# such resident of two turns a mean wait of 10 minutes into minus three and a half days.
# It hurts: who reads waits off a log made for animation, where people come more than once.
# simcap: a visit is one row with its own `joined` and `started`, and who still waits has no start
# (simcap/engine/visits.py); waits are taken there and never paired from events.
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    vidigi==2.0.0 pandas==3.1.1 numpy==2.4.6 simpy==4.1.2 plotly==6.9.0
"$folder/venv/bin/python" - <<'PYTHON'
import importlib.metadata
import warnings

import pandas as pd
from vidigi.analysis import event_durations

warnings.simplefilter("error")
WEEK = 7 * 24 * 60
rows = []
for resident, begin in ((1, 0), (2, 100)):
    for session in range(3):
        came = begin + session * WEEK
        rows.append((resident, "queue", "waits", came))
        rows.append((resident, "resource_use", "session", came + 10))
rows.append((1, "queue", "waits", 3 * WEEK))  # the fourth session, still waited for
log = pd.DataFrame(rows, columns=["entity_id", "event_type", "event", "time"])
log["pathway"] = "counselling"

print("vidigi", importlib.metadata.version("vidigi"), "- every wait of these two was 10 minutes")
found = event_durations(log, "waits", "session", match="last", keep_incomplete=False)
print(found[["entity_id", "first_time", "second_time", "duration"]].to_string(index=False))
print("mean wait:", found.duration.mean(), "minutes")
assert found.duration.tolist() == [10 - WEEK, 10]
PYTHON
