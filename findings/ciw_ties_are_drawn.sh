#!/bin/sh
# A clinic sees one resident an hour, each for exactly an hour, and has no waiting room. Nobody need
# be turned away: each leaves as the next comes. Ciw draws lots between events of one moment, so
# that a third of the residents is lost, another third with each seed.
# It hurts: models on a timetable (sessions of 50 minutes, arrivals on the hour), in which ties are
# the rule; a loss that no distribution explains passes for a lack of staff.
# simcap: simultaneous events have one total order, in which an end comes before a joining
# (simcap/network/events.py), for both engines; the same clinic there loses nobody.
set -eu
unset PYTHONPATH
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    ciw==3.2.7 networkx==3.6.1 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import ciw

print("Ciw", ciw.__version__)
lost = []
for seed in (1, 2, 3):
    ciw.seed(seed)
    clinic = ciw.create_network(
        arrival_distributions=[ciw.dists.Deterministic(1.0)],
        service_distributions=[ciw.dists.Deterministic(1.0)],
        number_of_servers=[1],
        queue_capacities=[0],
    )
    run = ciw.Simulation(clinic)
    run.simulate_until_max_time(3000.5)
    seen = len(run.get_all_records(only=["service"]))
    lost.append(len(run.get_all_records(only=["rejection"])))
    print(f"seed {seed}: {seen} residents attended, {lost[-1]} turned away as the desk fell free")
assert all(900 < number < 1100 for number in lost), lost
assert len(set(lost)) > 1, lost
PYTHON
