"""A district of two zones, small enough to follow by hand, as the files a planner would write."""

from __future__ import annotations

from pathlib import Path

ZONES = (
    "zone,kind,population,adults,counsellors,source\n城 City,urban,2000,1000,2,made up\n村"
    " Village,rural,500,200,0.5,made up\n"
)

SCENARIO = """\
name: tiny
start: 2025-01-06
warm up: 2 weeks
observe: 10 weeks
run out: 4 weeks
zones: zones.csv
needs:
  moderate:
    {group: adults, severity: moderate, in need: 50 % per year,
     seeks help: {urban: 80 %, transition: 50 %, rural: 40 %},
     enters by: {line: 60 %, room: 40 %}, pathway: adults}
rosters:
  office: {shifts: {Mon-Fri: ["09:00-12:00", "13:00-17:00"]}}
  always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}
pools:
  counsellors: {per: zone, from: counsellors, hours each: 10 h, roster: office, shared: true,
                cost each: 100000 CNY per year}
  seats: {number: 1, roster: always, cost each: 50000 CNY per year}
stations:
  line: {place: district, pools: [seats], service time: {exponential: {mean: 20 min}},
         patience: {exponential: {mean: 5 min}}, contact: lay, role: hotline}
  room: {pools: [counsellors], service time: 1 h, no show: 10 %,
         patience: {exponential: {mean: 3 weeks}}, contact: professional}
  course: {pools: [counsellors], service time: 1 h, sessions: 3, every: 1 week, drop out: 10 %,
           contact: professional, treatment: true, assessment: room}
pathways:
  adults:
    line: {completed: {course: {share: 50 %, by: referral}}}
    room: {completed: {course: 70 %}}
"""

EXPERIMENT = """\
scenario: scenario.yaml
factors: {collaboration.level: [0.4, 0.8], pools.counsellors: [x1, x2]}
baseline: {collaboration.level: 0.4}
replications: 3
"""


def written(
    directory: Path, scenario: str = SCENARIO, zones: str = ZONES, experiment: str = EXPERIMENT
) -> Path:
    """The three files in ``directory``; gives the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "scenario.yaml").write_text(scenario, encoding="utf-8")
    (directory / "zones.csv").write_text(zones, encoding="utf-8")
    (directory / "experiment.yaml").write_text(experiment, encoding="utf-8")
    return directory
