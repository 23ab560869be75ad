"""Writes the points of experiment.yaml: the district as it is, each measure added alone, the whole,
and the whole with each measure removed. ``python experiments/12_whole_system/points.py``
"""

from __future__ import annotations

from pathlib import Path

ON = {"on": ("false", "true")}
MEASURES: dict[str, dict[str, tuple[str, str]]] = {
    "closer collaboration": {"collaboration.level": ("0.6", "0.8")},
    "other owners' staff": {"mechanisms.owners.on": ON["on"]},
    "one helps one": {"mechanisms.pairing.on": ON["on"]},
    "visiting experts": {"mechanisms.visiting.on": ON["on"]},
    "by video": {"mechanisms.telemedicine.on": ON["on"]},
    "dispatch": {"mechanisms.dispatch.rule": ("static", "expected")},
    "zone tiers": {"mechanisms.tiers.on": ON["on"]},
    "green channel": {"mechanisms.green_channel.on": ON["on"]},
    "step-up and step-down": {"mechanisms.levels.on": ON["on"]},
    "one number": {"mechanisms.hotline.pooled": ON["on"]},
    "second seat and call-backs": {
        "mechanisms.hotline.seats.hotline seat.18-24": ("1", "2"),
        "mechanisms.hotline.call_backs.on": ON["on"],
    },
    "joint crisis team": {"mechanisms.crisis_team.joint": ON["on"]},
    "emergency mode": {"mechanisms.emergency.dual_mode": ON["on"]},
    "counsellors doubled": {"pools.counsellors": ("x1", "x2")},
    "a minimum in every town": {"mechanisms.minimum.on": ON["on"]},
    "volunteers": {"mechanisms.volunteers.on": ON["on"]},
    "social workers": {"mechanisms.social_workers.on": ON["on"]},
    "staff who stay": {"mechanisms.reality.turnover": ("15 % per year", "5 % per year")},
    "training and supervision": {
        "mechanisms.reality.training": ("0 %", "4 %"),
        "mechanisms.reality.supervision": ("0 %", "5 %"),
    },
    "shorter assessments": {"stations.town assessment.service_time": ("60 min", "40 min")},
    "publicity": {"mechanisms.publicity.on": ON["on"]},
    "less stigma": {"mechanisms.stigma.reductions.talks.by": ("0 %", "50 %")},
    "outreach": {"mechanisms.outreach.on": ON["on"]},
    "online care": {"mechanisms.online.on": ON["on"]},
    "market and vouchers": {"mechanisms.market.on": ON["on"]},
    "nearer help": {"mechanisms.distance.beyond": ("60 %", "80 %")},
    "school screening": {"mechanisms.screening.tested": ("0 %", "95 %")},
    "group courses": {"mechanisms.group_course.on": ON["on"]},
    "prevention": {"mechanisms.prevention.on": ON["on"]},
    "audit": {"mechanisms.false_records.audited": ("0", "100")},
}
"""{measure: {path: (as it is, in the whole)}}"""
HEAD = """# The points are written by points.py.
name: 12_whole_system
question: What do all measures of the four documents gain together, and which of them carry it?
scenario: scenario.yaml
points:
"""
TAIL = """replications: 10
answer:
  - coverage_of_need
  - coverage_of_need at rural
  - any_contact_of_need
  - "wait_mean_joined of station: town course"
  - crisis_response_mean
  - total_cost
"""


def written(values: dict[str, str]) -> str:
    """``values`` as a mapping on one line."""
    return "{" + ", ".join(f"{path}: {value}" for path, value in values.items()) + "}"


def points() -> dict[str, dict[str, str]]:
    """{design point: what differs from the district as it is}"""
    alone = {
        name: {path: on for path, (_, on) in paths.items()} for name, paths in MEASURES.items()
    }
    whole = {path: value for values in alone.values() for path, value in values.items()}
    found: dict[str, dict[str, str]] = {"as it is": {}}
    found |= {f"only {name}": values for name, values in alone.items()}
    found["the whole"] = whole
    for name, values in alone.items():
        found[f"without {name}"] = {p: v for p, v in whole.items() if p not in values}
    return found


def text() -> str:
    """experiment.yaml."""
    baseline = {path: off for paths in MEASURES.values() for path, (off, _) in paths.items()}
    rows = [f'  "{name}": {written(values)}\n' for name, values in points().items()]
    ends = ["baseline:\n", *(f"  {path}: {value}\n" for path, value in baseline.items())]
    return HEAD + "".join(rows + ends) + TAIL


if __name__ == "__main__":
    Path(__file__).with_name("experiment.yaml").write_text(text(), encoding="utf-8")
