"""Open what ``simcap trace`` writes in vidigi and pm4py; compare what they count with the visits.

Neither is a requirement of simcap (pm4py is AGPL), so this runs outside the tests, where both are:

    simcap trace SCENARIO --residents all --format csv    --out visits.csv
    simcap trace SCENARIO --residents all --format vidigi --out log.csv
    simcap trace SCENARIO --residents all --format xes    --out log.xes
    python tests/outside/vidigi_and_pm4py.py visits.csv log.csv log.xes HOURS

HOURS is the length of the run. It ends with an error where a number differs. Tried with vidigi
2.0.0 and pm4py 2.7.23.11.
"""

import sys
import warnings

import numpy as np
import pandas as pd

AWAY = ("on the way", "not asked", "recovered")


def same(what, theirs, ours):
    """Print both, and stop where they differ by more than rounding."""
    print(f"{what:58} {theirs:14,.4f} {ours:14,.4f}")
    if not np.isclose(theirs, ours, rtol=1e-9, atol=1e-6):
        sys.exit(f"{what}: they differ")


def by_vidigi(visits, file, hours):
    from vidigi.analysis import queue_size_over_time, resource_utilisation
    from vidigi.logging import EventLogger
    from vidigi.prep import reshape_for_animations

    log, minutes = pd.read_csv(file), round(hours * 60)
    logger = EventLogger()
    logger.from_csv(log)
    counted = logger.summary()["event_types"]
    left = (visits.groupby("resident").next.last() == "leaves").sum()
    same("arrivals and departures", counted["arrival_departure"], visits.resident.nunique() + left)
    seated = visits[visits.attended_by.notna()]
    busy = {}
    for row in seated.itertuples():
        for name in row.attended_by.split(", "):
            busy.setdefault(name.rpartition(" ")[0], []).append(row.attended_hours * 60)
    steps = resource_utilisation(log, by="step", limit_duration=minutes).set_index("event")
    for pool, times in busy.items():
        same(f"minutes in use: {pool}", steps.busy_time[pool], sum(times))
    by_one = resource_utilisation(
        log, by="resource", limit_duration=minutes, resource_col_name="unique_resource_id"
    )
    same(
        "most of one person or chair", min(by_one.utilisation.max(), 1.0), by_one.utilisation.max()
    )
    joined = visits[visits.joined_hours.notna()]
    until = joined.started_hours.fillna(joined.ended_hours).fillna(hours)
    name = "queue: " + log[log.event.str.startswith("queue: ")].event.str[7:].iloc[0]
    at = np.arange(0, minutes, 60)
    rows = log[(log.event == name)]
    stations = set(rows.network_station)
    here = joined.network_station.isin(stations).to_numpy()
    sizes = queue_size_over_time(log, [name], minutes, every_x_time_units=60)
    sizes = sizes.set_index("snapshot_time")["count"]
    for when in at[:: max(1, len(at) // 200)]:
        true = here & (joined.joined_hours * 60 <= when) & (until * 60 > when)
        if sizes.get(when, 0) != true.sum():
            sys.exit(f"{name} at minute {when}: {sizes.get(when, 0)}, not {true.sum()}")
    print(f"{name}: its length at {len(at[:: max(1, len(at) // 200)])} full hours is the visits'")
    frames = reshape_for_animations(log, 15, min(minutes, 4 * 1440), step_snapshot_max=1000)
    print(f"{len(frames):,} rows of frames for four days")


def by_pm4py(visits, file):
    import pm4py

    log = pm4py.read_xes(file)
    residents = visits.resident.nunique()
    same("cases", log["case:concept:name"].nunique(), residents)
    ends = pm4py.get_end_activities(log)
    left = (visits.groupby("resident").next.last() == "leaves").sum()
    same("cases that leave", ends.get("leaves", 0), left)
    same("cases that come", pm4py.get_start_activities(log)["comes"], residents)
    for station, of in visits[visits.started_hours.notna()].groupby("station"):
        starts = log[log["concept:name"] == f"{station}: starts"]
        same(f"starts: {station}", len(starts), len(of))
    taken = log["time:timestamp"].dt.tz_localize(None)
    first = visits[visits.joined_hours.notna()].iloc[0]
    came = taken[log["case:concept:name"] == first.resident].iloc[0]
    same("hour of the first arrival", came.hour, pd.Timestamp(first.arrived).hour)
    durations = pm4py.get_all_case_durations(log)
    until = visits.groupby("resident").ended_hours.max()
    open_ones = visits[visits.ended_hours.isna()].resident
    until[open_ones] = HOURS
    whole = (until - visits.groupby("resident").arrived_hours.first()).sum()
    same("hours of all cases", sum(durations) / 3600, whole)
    graph, _, _ = pm4py.discover_dfg(log)
    print(f"a process map of {len(graph)} ways")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    HOURS = float(sys.argv[4])
    table = pd.read_csv(sys.argv[1])
    by_vidigi(table, sys.argv[2], HOURS)
    by_pm4py(table, sys.argv[3])
