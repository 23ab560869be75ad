"""Every measure against a count of its own: from the table of visits, in pandas, written from the
definitions in docs/measures.md, in a world where most mechanisms are on at once.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

import simcap
from simcap.analysis.dictionary import dictionary
from simcap.analysis.measures import COUNTS, LATE, MEASURES, SECTIONS, TABLE, wholes
from simcap.analysis.sane import impossible
from simcap.analysis.tally import tally
from simcap.building import load_scenario
from simcap.network import draws
from simcap.study.plan import plan

WORLD = """
name: everything at once
start: 2025-01-06
warm up: 8 weeks
observe: 16 weeks
run out: 5 weeks
zones:
  - {zone: City, kind: urban,
     numbers: {population: 3000, adults: 2000, pupils: 400, listed: 40, staff: 0.8, helpers: 2}}
  - {zone: Town, kind: transition,
     numbers: {population: 2000, adults: 1200, pupils: 200, listed: 20, staff: 0.4, helpers: 1}}
  - {zone: Village, kind: rural,
     numbers: {population: 900, adults: 700, pupils: 80, listed: 12, staff: 0.2, helpers: 1}}
needs:
  moderate: {group: adults, severity: moderate, in need: 95 % per year,
             seeks help: {urban: 60 %, transition: 50 %, rural: 40 %},
             enters by: {line: 40 %, hall: 30 %, room: 30 %}, pathway: way}
  severe: {group: adults, severity: severe, in need: 10 % per year, seeks help: 70 %,
           enters by: {line: 50 %, clinic: 40 %, crisis team: 10 %}, pathway: hard,
           target: seen}
  pupils: {group: pupils, severity: moderate, wave: {on: 04-14, share: 10 %},
           enters by: {circle: 100 %}, pathway: way}
  listed: {group: listed, severity: severe, register: {managed: 90 %, first within: 4 weeks},
           enters by: {visit: 100 %}, pathway: none}
  watched: {group: listed, severity: severe, enters by: {house: 20 %, phone: 80 %}, pathway: none,
            register: {share: 50 %, managed: 80 %, first within: 2 weeks, risks: {
              unstable: {at first: 40 %, becomes: {stable: 50 %, basically stable: 20 %}},
              basically stable: {becomes: {stable: 50 %}},
              stable: {every: 3 weeks, becomes: {unstable: 30 %}}}}}
rosters:
  always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}
  office: {shifts: {Mon-Fri: ["09:00-12:00", "13:00-17:00"]}, holidays: open}
  line hours: {shifts: {Mon-Sun: ["08:00-20:00"]}, holidays: open}
pools:
  counsellors: {per: zone, from: staff, roster: office, last start: 60 min, shared: true,
                owner: health, cost each: 150000 CNY per year,
                funded by: {government: 80 %, lottery: 20 %}}
  helpers: {per: zone, from: helpers, roster: office, owner: education}
  seats: {number: 1, roster: line hours, cost each: 100000 CNY per year}
  experts: {number: 1, roster: office, last start: 30 min, owner: hospital,
            cost each: 300000 CNY per year}
  police: {number: 1, roster: always}
  health: {number: 1, roster: always, cost each: 90000 CNY per year}
  doctors: {per: zone, from: staff, roster: office, cost each: 200000 CNY per year}
stations:
  line: {place: district, pools: [seats], service time: {exponential: {mean: 30 min}},
         patience: {exponential: {mean: 30 min}}, contact: lay, role: hotline,
         target: [hotline answer, at once, soon], by arrival: [hour, weekday, quarter],
         redial: {probability: 40 %, after: {exponential: {mean: 1 h}}, at most: 2}}
  hall: {pools: [helpers], service time: 2 h, contact: lay, sessions: 2, every: 1 week,
         price: 80 CNY, voucher: 30 CNY,
         no show: 10 %, patience: {exponential: {mean: 3 days}},
         target: [first contact, soon]}
  room: {pools: [counsellors], service time: 90 min, no show: 15 %, contact: professional,
         patience: {exponential: {mean: 3 weeks}}, deterioration: {exponential: {mean: 20 weeks}}}
  course: {pools: [counsellors], service time: 1 h, sessions: 4, every: 1 week, no show: 10 %,
           drop out: 10 %, contact: professional, treatment: true, assessment: room}
  clinic: {place: district, pools: [experts], service time: {gamma: {mean: 1 h, sd: 30 min}},
           contact: professional, treatment: true, patience: {exponential: {mean: 2 weeks}},
           queue limit: 12}
  circle: {pools: [helpers], service time: 1 h, contact: none, group: {size: 4, at least: 2},
           patience: {exponential: {mean: 2 weeks}}}
  crisis team: {place: district, pools: [police, health], team: true, contact: professional,
                role: crisis, service time: {exponential: {mean: 2 h}}}
  visit: {pools: [doctors], service time: 1 h, sessions: recurring, every: 4 weeks,
          contact: professional, role: register}
  house: {pools: [doctors], service time: 1 h, no show: 10 %, contact: professional,
          role: register}
  phone: {pools: [doctors], service time: 20 min, contact: professional, role: register,
          in person: false}
pathways:
  way:
    line: {completed: {line: {share: 20 %, after: {exponential: {mean: 1 week}}},
                       course: {share: 50 %, by: referral}, crisis team: {share: 2 %, by: crisis}}}
    hall: {completed: {course: {share: 40 %, by: referral}}}
    room: {completed: {course: 60 %}, deteriorated: {clinic: {share: 100 %, by: referral}}}
    circle: {completed: {course: {share: 50 %, by: referral}}}
  hard:
    line: {completed: {clinic: {share: 60 %, by: referral},
                       crisis team: {share: 10 %, by: crisis}}}
    crisis team: {completed: {clinic: {share: 50 %, by: referral}}}
  none: {}
collaboration: {level: 0.5, referral delay: {at: {0: 3 weeks, 1: 1 week}, varies: true}}
targets: {first contact: 14 days, hotline answer: 10 min, crisis response: 24 h,
          register visit: 1 week, at once: 20 s, soon: 3 h, seen: 5 days}
outcomes:
  recovery:
    source: made up
    rows: [{recovered: 10 %}, {sessions: 1, recovered: 30 %}, {sessions: 3, recovered: 60 %},
           {sessions: 3, wait: 2 weeks, recovered: 40 %}, {need: severe, recovered: 5 %},
           {station: clinic, sessions: 1, recovered: 70 %}]
  satisfaction: {per week: 6, per repeat: 11}
results by: [quarter, year, week]
"""
MECHANISMS = """
green channel: {stations: [clinic], severities: [severe], completion: 90 %, delay: 2 days}
telemedicine: {stations: {course: 30 %}, zones: [rural], no show: 0.7}
dispatch: {pool: counsellors, people: 1, rule: expected, every: 2 weeks}
emergency:
  shock: {from: 2025-04-07, lasts: 2 weeks, times: 3, stations: [line]}
  watch: [line]
  levels: [20, 30, 60]
  surge: {seats: [1, 1, 2]}
  postpone: {course: red}
hotline: {repeat callers: {station: line}, call backs: {after: [crisis team], pool: seats}}
visiting: {pool: experts, stations: [clinic], days: {Town: Tue}, hours: "09:00-12:00"}
volunteers: {stations: [hall], kinds: {retired: {number: 2, hours each: 3 h, roster: office}}}
false records: {share: 20 %, audited: 12, missed: 10 %, pool: counsellors}
relapse: {within 24 months: 99.9 %, returns: 80 %}
roadmap: {assessments: [room], phases: [{from: 2025-03-03, level: 0.7, assessment: 0.8}]}
"""


@pytest.fixture(scope="module", params=[pytest.param("bare", marks=pytest.mark.slow), "mechanisms"])
def world(request, tmp_path_factory):
    """(plan, {(measure, place, group): value}, rows, visits as a frame, the run)."""
    yaml = YAML(typ="safe", pure=True)
    yaml.width = 1000
    data = yaml.load(WORLD)
    if request.param == "mechanisms":
        data["mechanisms"] = yaml.load(MECHANISMS)
    path = tmp_path_factory.mktemp("world") / "scenario.yaml"
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    made = plan(load_scenario(path))
    run = simcap.simulate(made.network, made.spec.horizon, seed=5)
    rows = made.sheet.rows(tally(run, made.spec, made.sheet.at), run)
    again = simcap.simulate(made.network, made.spec.horizon, seed=5)
    values = {(row.measure, row.place, row.group): row.value for row in rows}
    return made, values, rows, labelled(again.frame(), made.network), again


def labelled(frame, network):
    """Visits with the labels of their station and stream."""
    stations = pd.DataFrame([{**s.labels, "name": s.name} for s in network.stations])
    streams = pd.DataFrame([{**a.labels, "name": a.name} for a in network.arrivals])
    stations = stations.rename(columns={"name": "station", "station": "kind", "zone": "at"})
    streams = streams.rename(columns={"name": "stream", "kind": "zone_kind"})
    frame = frame.merge(stations.drop(columns="need"), on="station", how="left", sort=False)
    frame = frame.merge(streams, on="stream", how="left", sort=False)
    frame["seen"] = frame["outcome"].isin(["completed", "session", "dropped_out", "attended"])
    return ended_by_recovery(frame)


def ended_by_recovery(frame):
    """Visits in which whoever recovers leaves; ``episode`` counts a resident's episodes from 0, and
    is -1 while they are well.
    """
    well = frame["kind"] == "recovered"
    frame["goes_home"] = frame["next"].str.startswith("recovered |")
    frame.loc[frame["goes_home"], "next"] = ""
    before = well.groupby([frame["stream"], frame["resident"]]).cumsum()
    frame["episode"] = np.where(well, -1, before)
    return frame


def same(got, wanted):
    return (math.isnan(got) and math.isnan(wanted)) or got == pytest.approx(wanted, rel=1e-9)


def share(part, whole):
    return part / whole if whole else math.nan


# ---- when stations are open, said again ----------------------------------------------------------


class Hours:
    """When stations are open, walked through step by step from the rosters of their pools."""

    def __init__(self, network, horizon):
        self.network, self.horizon, self.found = network, horizon, {}
        self.station = {station.name: station for station in network.stations}
        self.pool = {pool.name: pool.capacity for pool in network.pools}

    def open_spans(self, name):
        """[(from, to)] of the time in which ``name`` is open."""
        station, spans = self.station[name], []
        key = station.team, *(attend.pool for attend in station.pools)
        if key in self.found:
            return self.found[key]
        rosters = [self.pool[attend.pool] for attend in station.pools]
        steps = [
            [(0.0, roster)]
            if isinstance(roster, (int, float))
            else [(t / 3.6e9, n) for t, n in zip(*roster.steps(self.horizon), strict=True)]
            for roster in rosters
        ]
        moments = sorted({t for part in steps for t, _ in part})
        for start, end in zip(moments, [*moments[1:], math.inf], strict=True):
            there = [[n for t, n in part if t <= start][-1] > 0 for part in steps]
            if all(there) if station.team else any(there):
                spans.append((start, end))
        self.found[key] = spans
        return spans

    def opens(self, name, at):
        """The first time from ``at`` on at which ``name`` is open."""
        if math.isnan(at):
            return at
        return next((max(at, a) for a, b in self.open_spans(name) if b > at), math.inf)


# ---- residents -----------------------------------------------------------------------------------


def why(rows, spec, opens):
    """Why the resident with these visits, in order, was not in time (or "in time")."""
    asked = rows[0].arrived
    by = asked + spec.first_contact
    met = [row.started for row in rows if row.seen and row.contact == "professional"]
    if met and met[0] <= by:
        return "in_time_of_seekers"
    missed = [row for row in rows if row.outcome == "no_show" and row.contact == "professional"]
    if any(row.started <= by for row in missed):
        return "late_did_not_come"
    last = rows[-1]
    gone = last.ended if last.next == "" and not math.isnan(last.ended) else math.inf
    if gone <= by:
        if last.outcome == "no_show":
            return "late_did_not_come"
        if last.outcome in ("reneged", "balked", "deteriorated"):
            closed = opens(last.station, last.joined) > last.ended
            return "late_closed" if closed else "late_gave_up"
        return "late_declined" if last.referral == "yes" else "late_not_reached"
    until, parts = min(by, spec.horizon), dict.fromkeys(("referral", "waited", "closed"), 0.0)
    before = None
    for row in rows:
        joined = spec.horizon if math.isnan(row.joined) else row.joined
        ends = next((t for t in (row.started, row.ended) if not math.isnan(t)), spec.horizon)
        if before is not None and row.session == 1:
            gap = max(0.0, min(joined, until) - before.ended)
            again = before.station == row.station
            if not again:
                parts["referral"] += gap
            elif before.outcome in ("reneged", "balked", "deteriorated"):
                closed = opens(before.station, before.joined) > before.ended
                parts["closed" if closed else "waited"] += gap
        opened = (
            joined if math.isnan(row.joined) else min(max(opens(row.station, joined), joined), ends)
        )
        parts["closed"] += max(0.0, min(opened, until) - joined)
        parts["waited"] += max(0.0, min(ends, until) - max(opened, joined))
        before = row
        if row.seen and row.contact == "professional":
            break
    parts["not_reached"] = until - asked - sum(parts.values())
    most = max(parts.values())
    return "late_" + next(name for name, hours in parts.items() if hours >= most - 1e-7)


COHORTS = {}


def cohort(visits, made):
    """One row for each resident of the cohort."""
    if made.digest in COHORTS:
        return COHORTS[made.digest]
    spec, people = made.spec, []
    opens = Hours(made.network, spec.horizon).opens
    inside = (visits["arrived"] >= spec.begin) & (visits["arrived"] < spec.end)
    inside &= visits["episode"] == 0
    for _, mine in visits[inside & (visits["register"] != "yes")].groupby(["stream", "resident"]):
        rows = list(mine.itertuples())
        first = rows[0]
        any_contact = mine[mine["seen"] & mine["contact"].isin(["lay", "professional"])]
        professional = mine[mine["seen"] & (mine["contact"] == "professional")]
        treated = mine[(mine["treatment"] == "yes") & (mine["outcome"] == "completed")]
        course = mine[(mine["treatment"] == "yes") & mine["seen"]]
        people.append(
            {
                "need": first.need,
                "group": first.group,
                "severity": first.severity,
                "zone": first.zone,
                "zone_kind": first.zone_kind,
                "any": len(any_contact) > 0,
                "wait": professional["started"].min() - first.arrived,
                "treated": len(treated) > 0 and len(any_contact) > 0,
                "sought": (mine["contact"] == "professional").any(),
                "arrived": first.arrived,
                "why": why(rows, spec, opens),
                "left": rows[-1].ended if rows[-1].next == "" else math.nan,
                "met": any_contact["started"].min(),
                "sessions": len(course),
                "first": course["started"].min() - first.arrived,
                "last": course["kind"].iloc[-1] if len(course) else "",
                "repeats": int((mine["seen"] & (mine["duplicate"] == "yes")).sum()),
                "stream": first.stream,
                "resident": first.resident,
            }
        )
    frame = pd.DataFrame(people)
    frame["points"] = [points(one, spec.horizon) for one in frame.itertuples()]
    frame["recovered"] = [recovers(one) for one in frame.itertuples()]
    COHORTS[made.digest] = frame
    return frame


def points(one, horizon):
    """How content a resident is."""
    until = one.arrived + one.wait if one.sought else one.met
    if math.isnan(until):
        until = horizon if math.isnan(one.left) else one.left
    return max(0.0, 100 - 6 * (until - one.arrived) / 168 - 11 * one.repeats)


def recovers(one):
    """Whether a resident recovers: the table of the scenario, and a draw by who they are."""
    if one.last == "clinic":
        share = 0.7
    elif one.need == "severe":
        share = 0.05
    elif one.sessions >= 3:
        share = 0.4 if one.first >= 336 else 0.6
    else:
        share = 0.3 if one.sessions else 0.1
    with np.errstate(over="ignore"):
        luck = draws.luck(5, 0, draws.name_key(one.stream), one.resident, draws.EPISODE, 0)
    return not math.isnan(one.left) and luck <= share


def never_asking(made, begin=None, end=None):
    """Those in need who never ask, by need and zone, in the window or a part of it: as many more
    than those expected to ask as the shares say, every one of the cohort's streams multiplied as
    its arrivals are.
    """
    network, result = made.network, {}
    begin, end = (made.spec.begin, made.spec.end) if begin is None else (begin, end)
    from simcap.analysis.flows import mean_rate

    seeks = {
        "moderate": {"urban": 0.6, "transition": 0.5, "rural": 0.4},
        "severe": dict.fromkeys(("urban", "transition", "rural"), 0.7),
        "pupils": dict.fromkeys(("urban", "transition", "rural"), 1.0),
    }
    for stream in network.arrivals:
        labels = stream.labels
        if labels["register"] != "yes" and stream.rate is not None:
            expected = mean_rate(stream, begin, end) * (end - begin)
            asks = seeks[labels["need"]][labels["kind"]]
            key = labels["need"], labels["zone"]
            result[key] = result.get(key, 0.0) + expected * (1 - asks) / asks
    return result


@pytest.mark.parametrize(
    "place, group",
    [
        ("all", "all"),
        ("urban", "all"),
        ("Village", "all"),
        ("rural", "severity: severe"),
        ("transition", "adults"),
        ("all", "need: pupils"),
        ("all", "severity: moderate"),
    ],
)
def test_residents(world, place, group):
    made, got, _, visits, _ = world
    spec = made.spec
    people = cohort(visits, made)
    label, _, name = group.rpartition(": ")
    column = {"": "group", "severity": "severity", "need": "need"}[label]
    places = {zone: {"all", kind, zone} for zone, kind, _ in spec.zones}
    cells = [
        cell
        for cell in spec.needs
        if not cell.register
        and place in places[cell.zone]
        and (group == "all" or getattr(cell, column) == name)
    ]
    keys = {(cell.need, cell.zone) for cell in cells}
    mine = people[[key in keys for key in zip(people["need"], people["zone"], strict=True)]]
    never = sum(number for key, number in never_asking(made).items() if key in keys)
    in_need, asked = len(mine) + never, len(mine)
    covered = int((mine["wait"] <= spec.first_contact).sum())
    sizes = {(cell.group, cell.zone): cell.group_size for cell in cells}
    living = sum(number for zone, _, number in spec.zones if place in places[zone])
    if label == "" and group != "all":
        living = sum(sizes.values())
    sought = mine[mine["sought"]]
    eligible = sought[sought["arrived"] <= spec.horizon - spec.first_contact]
    years = (spec.end - spec.begin) / 8760
    wanted = {
        "people_in_need": in_need,
        "people_asking": asked,
        "people_covered": covered,
        "people_sent": len(sought),
        "coverage_of_population": min(covered, living * years) / (living * years),
        "wait_mean": sought["wait"].mean(),
        "within_target": share((eligible["wait"] <= spec.first_contact).sum(), len(eligible)),
    }
    by_themselves = sum(
        number * (0.05 if key[0] == "severe" else 0.1)
        for key, number in never_asking(made).items()
        if key in keys
    )
    wanted |= outcomes_of(mine, in_need, by_themselves)
    for measure, number in (
        ("any_contact", mine["any"].sum()),
        ("professional", mine["wait"].notna().sum()),
        ("coverage", covered),
        ("treated", mine["treated"].sum()),
    ):
        wanted[f"{measure}_of_need"] = share(number, in_need)
        wanted[f"{measure}_of_seekers"] = share(number, asked)
    for cause in ("in_time_of_seekers", *LATE):
        wanted[cause] = share((mine["why"] == cause).sum(), asked)
    for share_of, measure in ((0.5, "wait_median"), (0.9, "wait_p90")):
        known = sought["wait"].dropna()
        exact = np.quantile(known, share_of, method="inverted_cdf") if len(known) else math.nan
        value = got[measure, place, group]
        assert (math.isnan(value) and math.isnan(exact)) or value == pytest.approx(
            exact, rel=0.0051
        )
    for measure, value in wanted.items():
        assert same(got[measure, place, group], value), (measure, got[measure, place, group], value)


def outcomes_of(mine, in_need, by_themselves):
    """Recovery and satisfaction of these residents."""
    began = mine[mine["sessions"] > 0]
    return {
        "satisfaction": mine["points"][mine["any"]].mean(),
        "satisfaction_of_seekers": mine["points"].mean(),
        "people_in_course": len(began),
        "recovery": share(began["recovered"].sum(), len(began)),
        "recovery_of_need": share(mine["recovered"].sum() + by_themselves, in_need),
    }


def test_every_cause_occurs(world):
    _, got, *_ = world
    assert [cause for cause in LATE if got[cause, "all", "all"] == 0] == []


# ---- stations ------------------------------------------------------------------------------------


def sent(visits):
    """When the visit ended that sent for the team of each crisis visit; of who comes straight,
    when they asked.
    """
    result = []
    for _, mine in visits.groupby(["stream", "resident"], sort=False):
        since = mine["arrived"].iloc[0]
        for row in mine.itertuples():
            if row.role == "crisis":
                result.append((row.Index, since))
            else:
                since = row.ended
    return pd.Series(dict(result), dtype=float)


@pytest.mark.parametrize("kind", ["line", "hall", "room", "course", "clinic", "circle", "visit"])
@pytest.mark.parametrize("place", ["all", "rural"])
def test_stations(world, kind, place):
    made, got, _, visits, _ = world
    spec, group = made.spec, f"station: {kind}"
    opens = Hours(made.network, spec.horizon).opens
    kinds = {zone: zone_kind for zone, zone_kind, _ in spec.zones}
    mine = visits[(visits["kind"] == kind) | (visits["part of"] == kind)]
    if place != "all":
        mine = mine[mine["at"].map(kinds) == place]
    first = mine[(mine["session"] == 1) & (mine["joined"] >= spec.begin)]
    first = first[first["joined"] < spec.end]
    target = {"line": spec.hotline_answer}.get(kind, spec.first_contact)
    attended = first["seen"]
    wait = first["started"] - first["joined"]
    closed = pd.Series(
        [opens(name, at) > at for name, at in zip(first["station"], first["joined"], strict=True)],
        index=first.index,
        dtype=bool,
    )
    unopened = pd.Series(
        [
            opens(name, at) > end
            for name, at, end in zip(first["station"], first["joined"], first["ended"], strict=True)
        ],
        index=first.index,
        dtype=bool,
    )
    eligible = first["joined"] <= spec.horizon - target
    within = eligible & attended & (wait <= target)
    gave_up = first["outcome"] == "reneged"
    observed = mine[(mine["started"] >= spec.begin) & (mine["started"] < spec.end)]
    until = mine["started"].fillna(mine["ended"]).fillna(spec.horizon)
    queue = (until.clip(upper=spec.end) - mine["joined"].clip(lower=spec.begin)).clip(lower=0)
    all_waits = (until - mine["joined"])[first.index][first["outcome"] != "balked"]
    counts = observed["seen"] & observed["contact"].isin(["lay", "professional"])
    again = first["next"] == first["station"]
    left = first["outcome"].isin(["reneged", "balked", "deteriorated"])
    number = len(first)
    wanted = {
        "joined": number,
        "contacts": counts.sum(),
        "abandoned": share(gave_up.sum(), number),
        "gave_up_closed": share((gave_up & unopened).sum(), number),
        "gave_up_busy": share((gave_up & ~unopened).sum(), number),
        "balked": share((first["outcome"] == "balked").sum(), number),
        "wait_probability": share(
            (~(wait <= 0) & (first["outcome"] != "balked")).sum(),
            (first["outcome"] != "balked").sum(),
        ),
        "redialled": share((left & again).sum(), number),
        "no_shows": (observed["outcome"] == "no_show").sum(),
        "meetings": round((1 / observed["together"]).sum()),
        "queue_mean": queue.sum() / (spec.end - spec.begin),
        "wait_mean": wait[attended].mean(),
        "wait_mean_joined": all_waits.mean(),
        "within_target": share(within.sum(), eligible.sum()),
        "joined_closed": share(closed.sum(), number),
        "wait_mean_open": wait[attended & ~closed].mean(),
        "wait_mean_closed": wait[attended & closed].mean(),
        "within_target_open": share((within & ~closed).sum(), (eligible & ~closed).sum()),
    }
    for measure, value in wanted.items():
        assert same(got[measure, place, group], value), (measure, got[measure, place, group], value)


@pytest.mark.parametrize("place", ["all", "rural", "City"])
def test_desks(world, place):
    made, got, _, visits, _ = world
    spec = made.spec
    opens = Hours(made.network, spec.horizon).opens
    kinds = {zone: zone_kind for zone, zone_kind, _ in spec.zones}
    here = visits
    if place != "all":
        here = visits[(visits["at"] == place) | (visits["at"].map(kinds) == place)]
    observed = here[(here["started"] >= spec.begin) & (here["started"] < spec.end)]
    contacts = observed[observed["seen"] & observed["contact"].isin(["lay", "professional"])]
    first = here[(here["session"] == 1) & (here["joined"] >= spec.begin)]
    first = first[first["joined"] < spec.end]
    patient = {s.name for s in made.network.stations if math.isinf(s.patience.mean)}
    impatient = first[~first["station"].isin(patient) & (first["episode"] >= 0)]
    left = impatient[impatient["outcome"] == "reneged"]
    unopened = [
        opens(name, at) > end
        for name, at, end in zip(left["station"], left["joined"], left["ended"], strict=True)
    ]
    calls = first[first["role"] == "hotline"]
    answered = calls["seen"] & (calls["started"] - calls["joined"] <= spec.hotline_answer)
    eligible = calls["joined"] <= spec.horizon - spec.hotline_answer
    crises = first[first["role"] == "crisis"]
    since = sent(visits).reindex(crises.index)
    response = crises["started"] - since
    countable = since <= spec.horizon - spec.crisis_response
    referrals = observed[observed["referral"] == "yes"]
    wanted = {
        "contacts": len(contacts),
        "abandoned": share(len(left), len(impatient)),
        "gave_up_closed": share(sum(unopened), len(impatient)),
        "gave_up_busy": share(len(left) - sum(unopened), len(impatient)),
        "joined_impatient": len(impatient),
        "hotline_calls": len(calls),
        "crisis_responses": crises["seen"].sum(),
        "hotline_answered_in_target": share((answered & eligible).sum(), eligible.sum()),
        "hotline_abandoned": share((calls["outcome"] == "reneged").sum(), len(calls)),
        "hotline_closed": share(
            sum(
                opens(name, at) > at
                for name, at in zip(calls["station"], calls["joined"], strict=True)
            ),
            len(calls),
        ),
        "crisis_response_mean": response[crises["seen"]].mean(),
        "crisis_within_target": share(
            (countable & (response <= spec.crisis_response)).sum(), countable.sum()
        ),
        "duplicate_assessments": (contacts["duplicate"] == "yes").sum(),
        "referrals_made": len(referrals),
        "referrals_completed": share((referrals["next"] != "").sum(), len(referrals)),
    }
    for measure, value in wanted.items():
        assert same(got[measure, place, "all"], value), (measure, got[measure, place, "all"], value)


@pytest.mark.parametrize("place", ["all", "rural", "City"])
def test_who_paid_for_visits_with_a_price(world, place):
    """Of 80 CNY for a visit to the hall, 30 are a voucher; whoever attends there."""
    made, got, _, visits, _ = world
    spec, kinds = made.spec, {zone: kind for zone, kind, _ in made.spec.zones}
    here = visits[(visits["kind"] == "hall") & visits["seen"]]
    if place != "all":
        here = here[(here["at"] == place) | (here["at"].map(kinds) == place)]
    attended = ((here["started"] >= spec.begin) & (here["started"] < spec.end)).sum()
    years = (spec.end - spec.begin) / 8760
    assert attended > 0
    assert got["vouchers_used", place, "all"] == attended
    assert same(got["voucher_cost", place, "all"], 30 * attended / years)
    assert same(got["paid_by_residents", place, "all"], 50 * attended / years)


@pytest.mark.parametrize("place", ["all", "rural", "City"])
def test_relapses(world, place):
    made, got, _, visits, _ = world
    spec = made.spec
    kinds = {zone: zone_kind for zone, zone_kind, _ in spec.zones}
    well = visits[visits["kind"] == "recovered"]
    if place != "all":
        well = well[(well["at"] == place) | (well["at"].map(kinds) == place)]
    during = well[(well["joined"] >= spec.begin) & (well["joined"] < spec.end)]
    relapsed = well[(well["ended"] >= spec.begin) & (well["ended"] < spec.end)]
    wanted = {
        "recovered_after_course": len(during),
        "relapses": len(relapsed),
        "returns": (relapsed["next"] != "").sum(),
    }
    if len(visits[visits["kind"] == "recovered"]):
        assert {name: got[name, place, "all"] for name in wanted} == wanted
        assert place != "all" or 0 < wanted["returns"] < wanted["relapses"] < len(during)
    else:
        assert not any(name in wanted for name, *_ in got)


# ---- when residents join, and further targets ----------------------------------------------------


def first_tries(visits):
    """When each first session was first tried for, by row."""
    result = []
    for _, mine in visits.groupby(["stream", "resident"], sort=False):
        called = math.nan
        for row in mine[mine["session"] == 1].itertuples():
            called = row.joined if math.isnan(called) else called
            result.append((row.Index, called))
            again = row.outcome in ("reneged", "balked", "deteriorated")
            if not (again and row.next == row.station):
                called = math.nan
    return pd.Series(dict(result), dtype=float)


@pytest.mark.parametrize("period", ["hour", "weekday", "quarter"])
def test_who_joined_when(world, period):
    made, got, _, visits, _ = world
    spec = made.spec
    first = visits[((visits["kind"] == "line") | (visits["part of"] == "line"))]
    first = first[
        (first["session"] == 1) & (first["joined"] >= spec.begin) & (first["joined"] < spec.end)
    ]
    tried = first_tries(visits)[first.index]
    assert (tried < first["joined"]).any(), "some try again"
    dates = pd.Timestamp(2025, 1, 6) + pd.to_timedelta(tried, unit="h")
    names = {
        "hour": dates.dt.strftime("%H"),
        "weekday": dates.dt.day_name().str[:3],
        "quarter": dates.dt.year.astype(str) + " Q" + dates.dt.quarter.astype(str),
    }[period]
    told = {group for _, _, group in got if group.startswith(f"station: line, {period}: ")}
    assert len(told) == {"hour": 24, "weekday": 7, "quarter": 2}[period]
    for group in told:
        mine = first[names == group.rpartition(": ")[2]]
        stayed, wait = mine["outcome"] != "balked", mine["started"] - mine["joined"]
        eligible = mine["joined"] <= spec.horizon - spec.hotline_answer
        within = mine["seen"] & eligible & (wait <= spec.hotline_answer)
        for measure, value in {
            "joined": len(mine),
            "wait_mean": wait[mine["seen"]].mean(),
            "within_target": share(within.sum(), eligible.sum()),
            "wait_probability": share((~(wait <= 0) & stayed).sum(), stayed.sum()),
            "abandoned": share((mine["outcome"] == "reneged").sum(), len(mine)),
            "balked": share((~stayed).sum(), len(mine)),
        }.items():
            assert same(got[measure, "all", group], value), (measure, group)
        longest = np.sort(wait[mine["seen"]])[: max(1, math.ceil(0.9 * mine["seen"].sum()))][-1:]
        ninth = got["wait_p90", "all", group]
        assert (
            np.isnan(ninth)
            if not len(longest)
            else abs(ninth - longest[0]) <= max(0.006 * longest[0], 1 / 3600)
        )
    assert sum(got["joined", "all", group] for group in told) == len(first)


@pytest.mark.parametrize("place", ["all", "rural", "City"])
def test_further_targets(world, place):
    made, got, _, visits, _ = world
    spec = made.spec
    kinds = {zone: zone_kind for zone, zone_kind, _ in spec.zones}
    here = visits
    if place != "all":
        here = visits[(visits["at"] == place) | (visits["at"].map(kinds) == place)]
    first = here[(here["session"] == 1) & (here["joined"] >= spec.begin)]
    first = first[first["joined"] < spec.end]
    for name, hours, stations in (("at once", 1 / 180, ["line"]), ("soon", 3.0, ["line", "hall"])):
        mine = first[first["kind"].isin(stations) | first["part of"].isin(stations)]
        eligible = mine["joined"] <= spec.horizon - hours
        within = eligible & mine["seen"] & (mine["started"] - mine["joined"] <= hours)
        if len(mine):
            value = got["within_target", place, f"target: {name}"]
            assert same(value, share(within.sum(), eligible.sum())), (name, place)
    people = cohort(visits, made)
    if place != "all":
        people = people[(people["zone"] == place) | (people["zone_kind"] == place)]
    people = people[people["sought"] & (people["need"] == "severe")]
    eligible = people["arrived"] <= spec.horizon - 120
    within = eligible & (people["wait"] <= 120)
    value = got["within_target", place, "target: seen"]
    assert same(value, share(within.sum(), eligible.sum()))


# ---- the register, staff and money ---------------------------------------------------------------


def regularly(rows, spec, network):
    """Whether one resident is visited in the window, and nowhere in it is there too long a gap."""
    stations = {station.name: station for station in network.stations}

    def interval(name):
        station = stations[name]
        return float(station.labels.get("interval") or station.every)

    seen = rows[rows["seen"]].sort_values("started")
    last = rows.iloc[-1]
    waits_for = last["next"] if last["next"] in stations else last["station"]
    gaps, end = [], -math.inf
    for visit in seen.itertuples():
        gaps.append((end, visit.started, interval(visit.station)))
        end = visit.ended
    gaps.append((end, math.inf, interval(waits_for)))
    longest = [
        min(until, spec.end) - max(since, spec.begin) - allowed for since, until, allowed in gaps
    ]
    inside = ((seen["started"] >= spec.begin) & (seen["started"] < spec.end)).any()
    return inside and max(longest) <= spec.register_visit + 1e-6


def opened(made, visits, run):
    """{staff: (least, most)} a year of what is paid for hours open: those on the table of places,
    and at most all that are worked besides.
    """
    spec, found = made.spec, {}
    each = {
        (c.staff, c.zone): c.cost_each / (c.hours_each * 365 / 7)
        for c in spec.staff
        if c.hours_each
    }
    table = run.capacity
    for position, pool in enumerate(made.network.pools):
        if pool.labels.get("paid") != "by the hour":
            continue
        rows = table[table["pool"] == position]
        times = np.append(rows["time"], spec.end).clip(spec.begin, spec.end)
        hours = float((np.diff(times) * rows["places"]).sum())
        mine = visits[visits["pool"] == pool.name]
        ended = mine["ended"].fillna(spec.horizon).clip(spec.begin, spec.end)
        worked = float((ended - mine["started"].clip(spec.begin, spec.end)).sum())
        staff = pool.labels["staff"]
        rate = each[staff, pool.labels["zone"]] * 365.25 / 112
        least, most = found.get(staff, (0.0, 0.0))
        found[staff] = least + hours * rate, most + (hours + worked) * rate
    return found


def test_register_staff_and_money(world):
    made, got, _, visits, run = world
    spec = made.spec
    listed = visits[(visits["register"] == "yes") & (visits["role"] == "register")]
    observed = (listed["started"] >= spec.begin) & (listed["started"] < spec.end)
    visited = listed[listed["seen"] & observed].groupby(["stream", "resident"]).size()
    in_person = listed[listed["seen"] & observed & (listed["in person"] != "no")]
    size = sum(cell.in_need for cell in spec.needs if cell.register)
    regular = sum(
        regularly(mine, spec, made.network) for _, mine in listed.groupby(["stream", "resident"])
    )
    assert same(got["people_on_register", "all", "all"], size)
    assert same(got["register_managed", "all", "all"], len(visited) / size)
    met = len(in_person.groupby(["stream", "resident"]))
    assert same(got["register_in_person", "all", "all"], met / size)
    assert same(got["register_regular", "all", "all"], regular / size)
    assert 0 < regular < len(visited) and 0 < met < len(visited)
    people = cohort(visits, made)
    reached = int(people["wait"].notna().sum())
    years = 112 / 365.25
    cost = sum(cell.people * cell.cost_each for cell in spec.staff)
    doctors = sum(c.people * c.cost_each for c in spec.staff if c.staff == "doctors")
    paid = opened(made, visits, run)
    more = got["total_cost", "all", "all"] - cost
    least, most = (sum(bounds[i] for bounds in paid.values()) for i in range(2))
    assert least - 1e-6 <= more <= most + 1e-6 and doctors > 0
    cost += more
    assert got["cost_per_reached", "all", "all"] == pytest.approx(
        (cost - doctors) * years / reached
    )
    assert got["cost_per_reached_with_register", "all", "all"] == pytest.approx(
        cost * years / (reached + len(visited))
    )
    coverage, began = got["coverage_of_need", "all", "all"], people[people["sessions"] > 0]
    assert got["cost_per_recovery", "all", "all"] == pytest.approx(
        (cost - doctors) * years / began["recovered"].sum()
    )
    healed = began["recovered"].mean() * (60 + 10 * coverage)
    assert got["cost_benefit_ratio", "all", "all"] == pytest.approx(cost / 1e4 / healed)


@pytest.mark.parametrize("staff", ["counsellors", "seats", "experts", "helpers", "doctors"])
def test_hours(world, staff):
    """Worked and rostered, hour by hour, from the visits and the run's table of capacity."""
    made, got, _, visits, run = world
    spec, network = made.spec, made.network
    weeks = (spec.end - spec.begin) / 168
    mine = [i for i, pool in enumerate(network.pools) if pool.labels["staff"] == staff]
    names = {network.pools[i].name for i in mine}
    mine = [i for i in mine if network.pools[i].labels.get("hours") != "right"]
    held = visits[visits["pool"].isin(names)]
    lasts = held["ended"].fillna(spec.horizon).clip(spec.begin, spec.end) - held["started"].clip(
        spec.begin, spec.end
    )
    worked = (lasts / held["together"]).sum()
    rostered = 0.0
    for i in mine:
        steps = run.capacity[run.capacity["pool"] == i]
        edges = np.clip(np.append(steps["time"], spec.horizon), spec.begin, spec.end)
        rostered += float((np.diff(edges) * steps["places"]).sum())
    group = f"pool: {staff}"
    assert got["hours_worked", "all", group] == pytest.approx(worked / weeks)
    assert got["hours_rostered", "all", group] == pytest.approx(rostered / weeks)
    assert got["utilisation", "all", group] == pytest.approx(worked / rostered)


def worked_by(made, visits, begin, end):
    """{(staff, kind of station or its whole): hours of work from ``begin`` to ``end``}"""
    network, found = made.network, {}
    staff = {pool.name: pool.labels["staff"] for pool in network.pools}
    members = {s.name: [staff[a.pool] for a in s.pools] for s in network.stations if s.team}
    ended = visits["ended"].fillna(made.spec.horizon).clip(begin, end)
    lasts = (ended - visits["started"].clip(begin, end)) / visits["together"]
    for row, hours in zip(visits.itertuples(), lasts, strict=True):
        for who in members.get(row.station, [staff[row.pool]]) if row.pool else ():
            whole = row[visits.columns.get_loc("part of") + 1]
            key = who, whole if isinstance(whole, str) and whole else row.kind
            found[key] = found.get(key, 0.0) + hours
    return found


def test_costs(world):
    """A role's pay to channels as its hours are, by source of funds as the pool says."""
    made, got, _, visits, run = world
    worked = worked_by(made, visits, made.spec.begin, made.spec.end)
    pay, channels = {}, {}
    for cell in made.spec.staff:
        pay[cell.staff] = pay.get(cell.staff, 0.0) + cell.people * cell.cost_each
    for who, (least, most) in opened(made, visits, run).items():
        told = got["cost", "all", f"role: {who}"]
        assert pay[who] + least - 1e-6 <= told <= pay[who] + most + 1e-6
        pay[who] = told
    for (who, where), hours in worked.items():
        whole = sum(mine for (other, _), mine in worked.items() if other == who)
        part = pay.get(who, 0.0) * hours / whole if whole else 0.0
        channels[where] = channels.get(where, 0.0) + part
    told = {group: value for (name, _, group), value in got.items() if name == "cost"}
    for who, cost in pay.items():
        assert told.get(f"role: {who}", 0.0) == pytest.approx(cost)
    assert told["source: government"] == pytest.approx(0.8 * pay["counsellors"])
    assert told["source: lottery"] == pytest.approx(0.2 * pay["counsellors"])
    assert told["source: not stated"] == pytest.approx(sum(pay.values()) - pay["counsellors"])
    for where, cost in channels.items():
        assert told.get(f"channel: {where}", 0.0) == pytest.approx(cost), where
    for kind in ("role", "source", "channel"):
        total = sum(value for group, value in told.items() if group.startswith(f"{kind}: "))
        assert total == pytest.approx(got["total_cost", "all", "all"])


# ---- by quarter, year and week -------------------------------------------------------------------

PERIODS = {
    "quarter: 2025 Q1": (1344, 2040),
    "quarter: 2025 Q2": (2040, 4032),
    "year: 1": (1344, 4032),
}


def in_place(frame, place, zone, kinds):
    """The rows of ``frame`` whose ``zone`` (a column) is in this place."""
    return frame if place == "all" else frame[(zone == place) | (zone.map(kinds) == place)]


@pytest.mark.parametrize("place", ["all", "rural", "Town"])
@pytest.mark.parametrize("period", PERIODS)
def test_who_asked_when(world, period, place):
    made, got, _, visits, _ = world
    spec, (begin, end) = made.spec, PERIODS[period]
    kinds = {zone: kind for zone, kind, _ in spec.zones}
    people = cohort(visits, made)
    mine = people[(people["arrived"] >= begin) & (people["arrived"] < end)]
    mine = in_place(mine, place, mine["zone"], kinds)
    never = {
        key: number
        for key, number in never_asking(made, begin, end).items()
        if place in ("all", key[1], kinds[key[1]])
    }
    in_need, asked = len(mine) + sum(never.values()), len(mine)
    covered = int((mine["wait"] <= spec.first_contact).sum())
    alone = sum(n * (0.05 if key[0] == "severe" else 0.1) for key, n in never.items())
    sought = mine[mine["sought"]]
    wanted = {
        "people_in_need": in_need,
        "people_asking": asked,
        "people_covered": covered,
        "coverage_of_need": share(covered, in_need),
        "coverage_of_seekers": share(covered, asked),
        "any_contact_of_need": share(mine["any"].sum(), in_need),
        "treated_of_seekers": share(mine["treated"].sum(), asked),
        "wait_mean": sought["wait"].mean(),
        "late_waited": share((mine["why"] == "late_waited").sum(), asked),
        "quality_of_life": 60 + 10 * share(covered, in_need),
        **outcomes_of(mine, in_need, alone),
    }
    for measure, value in wanted.items():
        assert same(got[measure, place, period], value), (measure, got[measure, place, period])


@pytest.mark.parametrize("place", ["all", "rural", "City"])
@pytest.mark.parametrize("period", PERIODS)
def test_what_happened_when(world, period, place):
    made, got, _, visits, _ = world
    spec, (begin, end) = made.spec, PERIODS[period]
    kinds = {zone: kind for zone, kind, _ in spec.zones}
    here = in_place(visits, place, visits["at"], kinds)
    during = here[(here["started"] >= begin) & (here["started"] < end)]
    contacts = during[during["seen"] & during["contact"].isin(["lay", "professional"])]
    first = here[(here["session"] == 1) & (here["joined"] >= begin) & (here["joined"] < end)]
    calls, crises = first[first["role"] == "hotline"], first[first["role"] == "crisis"]
    answered = calls["seen"] & (calls["started"] - calls["joined"] <= spec.hotline_answer)
    eligible = calls["joined"] <= spec.horizon - spec.hotline_answer
    response = crises["started"] - sent(visits).reindex(crises.index)
    referrals = during[during["referral"] == "yes"]
    wanted = {
        "contacts": len(contacts),
        "hotline_calls": len(calls),
        "hotline_answered_in_target": share((answered & eligible).sum(), eligible.sum()),
        "hotline_abandoned": share((calls["outcome"] == "reneged").sum(), len(calls)),
        "crisis_responses": crises["seen"].sum(),
        "crisis_response_mean": response[crises["seen"]].mean(),
        "duplicate_assessments": (contacts["duplicate"] == "yes").sum(),
        "referrals_completed": share((referrals["next"] != "").sum(), len(referrals)),
    }
    for measure, value in wanted.items():
        assert same(got[measure, place, period], value), (measure, got[measure, place, period])
    if place == "all":
        for kind in ("line", "hall", "course"):
            mine = contacts[(contacts["kind"] == kind) | (contacts["part of"] == kind)]
            assert got["contacts", "all", f"station: {kind}, {period}"] == len(mine)


@pytest.mark.parametrize("period", PERIODS)
def test_hours_by_when_they_were_worked(world, period):
    made, got, _, visits, _ = world
    begin, end = PERIODS[period]
    worked = worked_by(made, visits, begin, end)
    for staff in ("counsellors", "seats", "helpers", "doctors"):
        hours = sum(mine for (who, _), mine in worked.items() if who == staff)
        value = got["hours_worked", "all", f"pool: {staff}, {period}"]
        assert value == pytest.approx(hours / (end - begin) * 168)
    if period == "year: 1":
        for name in ("hours_rostered", "utilisation"):
            assert got[name, "all", f"pool: seats, {period}"] == got[name, "all", "pool: seats"]
        healed = [got[name, "all", period] for name in ("recovery", "quality_of_life")]
        cost = got["total_cost", "all", "all"] / 1e4
        assert same(got["cost_benefit_ratio", "all", period], cost / math.prod(healed))


def test_weekly_queues(world):
    """Hour by hour of waiting, cut at the ends of the weeks."""
    made, got, _, visits, _ = world
    spec = made.spec
    until = visits["started"].fillna(visits["ended"]).fillna(spec.horizon)
    for kind in ("line", "room", "clinic"):
        mine = (visits["kind"] == kind) | (visits["part of"] == kind)
        for week in range(16):
            begin = spec.begin + 168 * week
            date = (pd.Timestamp(2025, 1, 6) + pd.Timedelta(hours=begin)).date().isoformat()
            ends = until[mine].clip(begin, begin + 168)
            waited = (ends - visits["joined"][mine].clip(begin, begin + 168)).sum()
            assert same(got["queue_mean", "all", f"station: {kind}, week: {date}"], waited / 168)
    weeks = [v for (m, _, g), v in got.items() if m == "queue_mean" and ", week: " in g]
    assert len(weeks) % 16 == 0
    staff = [v for (m, _, g), v in got.items() if g.startswith("pool: seats, week: ")]
    assert np.mean(staff) == pytest.approx(got["queue_mean", "all", "pool: seats"])


# ---- records -------------------------------------------------------------------------------------


def test_records(world):
    """A fifth of all records are false: a quarter as many as true ones, in the zones on average."""
    made, got, _, visits, _ = world
    if made.spec.records is None:
        pytest.skip("nobody asks for records in the bare world")
    people, never = cohort(visits, made), never_asking(made)
    true = people[people["any"]].groupby("zone").size()
    zones = {zone: kind for zone, kind, _ in made.spec.zones}
    in_need = {
        zone: (people["zone"] == zone).sum()
        + sum(number for (_, at), number in never.items() if at == zone)
        for zone in zones
    }
    false = round(0.25 * true.sum())
    without = {zone: in_need[zone] - true[zone] for zone in zones}
    for place in ("all", "rural", "City"):
        mine = [zone for zone, kind in zones.items() if place in ("all", kind, zone)]
        here = false * sum(without[zone] for zone in mine) / sum(without.values())
        records = here + true[mine].sum()
        assert same(got["false_records", place, "all"], here)
        assert same(got["records", place, "all"], records)
        wanted = records / sum(in_need[zone] for zone in mine)
        assert same(got["reported_coverage_of_need", place, "all"], wanted)
    mean = 12 * false / (false + true.sum()) * 0.9
    assert same(got["audit_found_mean", "all", "all"], mean)
    assert got["false_records_missing", "all", "all"] == 0


# ---- all of them together ------------------------------------------------------------------------


def test_no_number_is_impossible(world):
    _, _, rows, _, _ = world
    assert impossible(rows) == []


def test_what_is_impossible_is_named(world):
    _, _, rows, _, _ = world
    from dataclasses import replace

    wrong = [
        replace(row, value=1.5) if row.measure == "late_waited" and row.place == "all" else row
        for row in rows
    ]
    said = impossible(wrong)
    assert any(text == "late_waited, all, all: 1.5 is no share" for text in said)
    assert any(text.endswith("not 1.0 (all, all)") for text in said)


def test_every_measure_of_the_table_is_told(world):
    made, got, *_ = world
    without = {"records", "audit"} if made.spec.records is None else set()
    without |= set() if made.spec.screenings else {"screening"}
    without |= set() if made.sheet.at.station_recovered.any() else {"relapse"}
    asked = {each.name for each in TABLE if each.counted.keys() - without}
    assert {measure for measure, _, _ in got} == asked and asked <= set(MEASURES)


def test_what_a_share_is_of_is_told_beside_it():
    """So that none of so many is bounded by their number, not by the number of replications."""
    assert wholes("late_waited") == wholes("coverage_of_seekers") == ("people_asking",)
    assert wholes("treated_of_need") == ("people_in_need",)
    assert wholes("within_target") == ("people_sent", "joined")
    assert wholes("abandoned") == ("joined", "joined_impatient")
    assert wholes("hotline_answered_in_target") == wholes("hotline_closed") == ("hotline_calls",)
    assert wholes("crisis_within_target") == ("crisis_responses",)
    assert wholes("register_regular") == ("people_on_register",)
    assert wholes("referrals_completed") == ("referrals_made",)
    assert wholes("coverage_of_population") == wholes("within_target_open") == ()


def test_the_documentation_is_what_is_counted():
    root = Path(simcap.__file__).parent.parent
    assert (root / "docs/measures.md").read_text(encoding="utf-8") == dictionary()
    counts = {
        part
        for measure in TABLE
        for section in measure.counted
        for part in measure.parts(section)
        if part and part not in MEASURES
    }
    assert counts <= COUNTS.keys()
    assert {section for measure in TABLE for section in measure.counted} == SECTIONS.keys()
