"""Online care and a paid market, in a tiny world whose answer is worked out by hand.

A City and a Village of a thousand adults each; 10 % a year are in need, mildly, and half of them
ask: 60 % at the room, 30 % at the hall, 10 % by the line. 2 % are in severe need, and half of them
ask at the room. Flows are those of a year, exact; what is drawn is compared with them.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import simcap
from simcap.analysis.flows import joining_rates
from simcap.building import load_scenario, overridden, resolved_yaml
from simcap.building.arrangement import described, made, rewritten
from simcap.engine import ENGINES
from simcap.errors import ScenarioError
from simcap.study.plan import plan

yaml = YAML(typ="safe", pure=True)
yaml.width = 1000
WORLD = """
name: online
start: 2025-01-01
warm up: 0 h
observe: 365 days
run out: 4 weeks
zones:
  - {zone: City, kind: urban,
     numbers: {population: 3000, adults: 1000, staff: 3, near: 1}}
  - {zone: Village, kind: rural,
     numbers: {population: 1500, adults: 1000, staff: 1, near: 0.4}}
needs:
  mild: {group: adults, severity: mild, in need: 10 % per year, seeks help: 50 %, pathway: way,
         enters by: {room: 60 %, hall: 30 %, line: 10 %}}
  hard: {group: adults, severity: severe, in need: 2 % per year, seeks help: 50 %, pathway: way,
         enters by: {room: 100 %}}
  known: {group: adults, severity: severe, pathway: visits, enters by: {visit: 100 %},
          register: {share: 2 %, managed: 100 %, first within: 1 week}}
rosters:
  always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}
  office: {shifts: {Mon-Fri: ["09:00-17:00"]}}
pools:
  staff: {per: zone, from: staff, roster: always}
  seats: {number: 1, roster: always}
  experts: {number: 1, roster: always}
stations:
  room: {pools: [staff], service time: 1 h, contact: professional}
  hall: {pools: [staff], service time: 1 h, contact: lay,
         patience: {exponential: {mean: 1 week}}}
  line: {place: district, pools: [seats], service time: 20 min, contact: lay, role: hotline}
  clinic: {place: district, pools: [experts], service time: 1 h, contact: professional,
           treatment: true, assessment: room}
  visit: {pools: [staff], service time: 1 h, sessions: recurring, every: 13 weeks,
          contact: professional, role: register}
pathways:
  way: {room: {completed: {clinic: {share: 25 %, by: referral}}},
        hall: {completed: {room: 10 %}}}
  visits: {}
collaboration: {level: 0.5, referral completion: {at: {0: 40 %, 1: 80 %}},
                referral delay: {at: {0: 1 h}}, duplicate assessment: {at: {0: 0}}}
"""
ONLINE = (
    "instead: 20 %, detection: 70 %, false alarms: 10 %, resolved: 30 %, in person: 40 %,"
    " refers to: clinic"
)
SHORT = "detection: 70 %, resolved: 30 %, in person: 40 %, refers to: clinic"
MARKET = (
    "stations: [room], price: 300 CNY, accept: {400 CNY: 10 %, 200 CNY: 30 %, 100 CNY: 80 %},"
    " number: 2, roster: office"
)
VOUCHER = "voucher: {share: 25 %, worth: 150 CNY}"
PEOPLE = {"mild": 50.0, "hard": 10.0}
"""Who ask in a year, in each zone."""
ARRIVES = 0.6
"""The share of referrals that arrive."""


def world(tmp_path, mechanisms="{}", **changes):
    data = {**yaml.load(WORLD), "mechanisms": yaml.load(mechanisms)}
    for path, value in changes.items():
        part = data
        *above, last = path.split("__")
        for key in above:
            part = part[key.replace("_", " ")]
        part[last.replace("_", " ")] = yaml.load(value)
    with (tmp_path / "scenario.yaml").open("w", encoding="utf-8") as file:
        yaml.dump(data, file)
    return load_scenario(tmp_path)


def flows(scenario, zone="City"):
    """{(station, need): residents a year who join it} in ``zone``, referral desks left out."""
    network = plan(scenario).network
    rates = joining_rates(network, 0.0, 8760.0) * 8760.0
    return {
        (station.labels["station"], station.labels["need"]): rate
        for station, rate in zip(network.stations, rates, strict=True)
        if station.labels["zone"] == zone
        and not station.labels["referral"]
        and station.labels["need"] != "known"
    }


def close(found, wanted):
    assert found.keys() == wanted.keys()
    for key, value in wanted.items():
        assert found[key] == pytest.approx(value, rel=1e-9), key


def rows(scenario, seed=7):
    """Visits of one replication, named, the same on both engines."""
    ready = plan(scenario)
    run, twin = (
        simcap.simulate(ready.network, ready.spec.horizon, seed, engine=engine)
        for engine in ENGINES
    )
    assert run.read().tobytes() == twin.read().tobytes()
    return simcap.simulate(ready.network, ready.spec.horizon, seed).frame()


def no_one_is_lost(frame):
    """Everybody has one last row: gone, or still there."""
    for _, mine in frame.groupby(["stream", "resident"]):
        assert (mine["next"].iloc[:-1] != "").all()


PLAIN = {
    ("room", "mild"): 30 + 0.1 * 15,
    ("hall", "mild"): 15.0,
    ("line", "mild"): 5.0,
    ("room", "hard"): 10.0,
    ("clinic", "mild"): 31.5 * 0.25 * ARRIVES,
    ("clinic", "hard"): 10 * 0.25 * ARRIVES,
}


def test_the_world_itself(tmp_path):
    close(flows(world(tmp_path)), PLAIN)


# ---- online care ---------------------------------------------------------------------------------


def by_hand(
    room, hall, line, hard, brought=0.0, hard_brought=0.0,
    online=0.2, resolved=0.3, false=0.1, back=0.4, found=0.7,
):  # fmt: skip
    """Joinings a year by the rules, from those who ask by each station: of those in person
    ``online`` go there, beside those who are ``brought``; the line is no such station.
    """
    there, hard_there = online * (room + hall) + brought, online * hard + hard_brought
    others = there * (1 - false)
    again = others * (1 - resolved) * back
    halls = (1 - online) * hall + again * hall / (room + hall)
    rooms = (1 - online) * room + again * room / (room + hall) + 0.1 * halls
    hard_rooms = (1 - online) * hard
    return {
        ("online guidance", "mild"): there,
        ("online guidance, referred", "mild"): there * false,
        ("online guidance, resolved", "mild"): others * resolved,
        ("online guidance", "hard"): hard_there,
        ("online guidance, referred", "hard"): hard_there * found,
        ("room", "mild"): rooms,
        ("hall", "mild"): halls,
        ("line", "mild"): line,
        ("room", "hard"): hard_rooms,
        ("clinic", "mild"): (rooms * 0.25 + there * false) * ARRIVES,
        ("clinic", "hard"): (hard_rooms * 0.25 + hard_there * found) * ARRIVES,
    }


def test_who_goes_online_instead_is_resolved_found_asks_in_person_or_leaves(tmp_path):
    scenario = world(tmp_path, f"{{online: {{{ONLINE}}}}}")
    found = flows(scenario)
    close(found, by_hand(30, 15, 5, 10))
    assert found["online guidance", "mild"] == pytest.approx(9)
    assert found["online guidance, resolved", "mild"] == pytest.approx(9 * 0.9 * 0.3)
    assert described(scenario)[1] == (
        "online: 20% of those who ask in person go online, 0% of those who would not ask come; high"
        " risk found 70% (false alarms 10%) and referred to clinic, 30% of the others resolved, 40%"
        " of the rest ask in person"
    )


def asking(scenario):
    """{(need, zone): (in need, asking)} of the year"""
    cells = plan(scenario).spec.needs
    return {(cell.need, cell.zone): (cell.in_need, cell.asking) for cell in cells}


def test_it_brings_some_of_those_who_would_not_have_asked(tmp_path):
    """A tenth of the 50 and of the 10 of each zone who do not ask; they count as having asked."""
    scenario = world(tmp_path, f"{{online: {{{ONLINE}, brings: 10 %}}}}")
    close(flows(scenario), by_hand(30, 15, 5, 10, 5, 1))
    assert asking(scenario)["mild", "City"] == pytest.approx((100, 55))
    assert asking(scenario)["hard", "Village"] == pytest.approx((20, 11))
    assert asking(scenario)["known", "City"] == asking(world(tmp_path))["known", "City"]
    assert "10% of those who would not ask come" in described(scenario)[1]


def test_it_brings_by_kind_of_zone_and_of_the_needs_it_holds_for(tmp_path):
    brings = "{urban: 0 %, transition: 0 %, rural: 10 %}"
    text = f"{{online: {{{SHORT}, brings: {brings}, needs: [mild]}}}}"
    scenario = world(tmp_path, text)
    close(flows(scenario), PLAIN)
    found = flows(scenario, "Village")
    assert found["online guidance", "mild"] == pytest.approx(5)
    assert ("online guidance", "hard") not in found
    assert found["room", "hard"] == PLAIN["room", "hard"]


def test_whom_it_brings_come_besides_and_change_nobody_else(tmp_path):
    """Everybody of the bare world has the same visits until the first one who is brought asks in
    person, and, with a place for all, throughout.
    """
    scale = {"pools__staff": "{per: zone, from: staff, roster: always, scale: 1000}"}
    scale |= {"pools__experts": "{number: 1000, roster: always}"}
    text = f"{{online: {{{SHORT}, brings: 30 %}}}}"
    before, after = (rows(world(tmp_path, block, **scale)) for block in ("{}", text))
    no_one_is_lost(after)
    brought = after["stream"].str.endswith(" | online")
    assert brought.sum() > 20
    columns = ["stream", "resident", "station", "joined", "started", "ended", "next"]
    same, rest = (
        frame[columns].sort_values(columns, ignore_index=True)
        for frame in (before, after[~brought])
    )
    assert rest.equals(same)


def test_by_kind_of_zone(tmp_path):
    shares = "{urban: 20 %, transition: 5 %, rural: 0 %}"
    block = ONLINE.replace("instead: 20 %", f"instead: {shares}")
    scenario = world(tmp_path, f"{{online: {{{block}}}}}")
    close(flows(scenario), by_hand(30, 15, 5, 10))
    close(flows(scenario, "Village"), PLAIN)
    assert "online: 20% (urban), 5% (transition), 0% (rural) of those" in described(scenario)[1]


def test_stations_needs_and_high_risk_may_be_named(tmp_path):
    """Of the hall alone, and whose need is mild, which is now the high risk."""
    block = f"{ONLINE}, stations: [hall], needs: [mild], high risk: [mild]"
    found = flows(world(tmp_path, f"{{online: {{{block}}}}}"))
    rooms = 30 + 0.1 * 12
    close(
        found,
        {
            **PLAIN,
            ("online guidance", "mild"): 3.0,
            ("online guidance, referred", "mild"): 3 * 0.7,
            ("hall", "mild"): 12.0,
            ("room", "mild"): rooms,
            ("clinic", "mild"): (rooms * 0.25 + 3 * 0.7) * ARRIVES,
        },
    )


def test_who_is_sent_to_a_station_is_not_asked_whether_to_go_online(tmp_path):
    """All who ask go online and ask in person from there: the hall sends on as many as before."""
    block = "instead: 1, detection: 0, resolved: 0, in person: 1, refers to: clinic"
    found = flows(world(tmp_path, f"{{online: {{{block}}}}}"))
    assert found["online guidance", "mild"] == pytest.approx(45)
    assert {key: found[key] for key in PLAIN if key[1] == "mild"} == pytest.approx(
        {key: value for key, value in PLAIN.items() if key[1] == "mild"}
    )
    assert ("room", "hard") not in found  # at high risk and not found: they leave


def test_an_online_contact_is_any_contact_and_the_resolved_are_treated(tmp_path):
    """Everybody asks at the room or the hall, goes online and is resolved there."""
    block = "instead: 1, detection: 1, resolved: 1, in person: 0, refers to: clinic"
    scenario = world(
        tmp_path,
        f"{{online: {{{block}, time: 30 min}}}}",
        needs__mild__enters_by="{room: 60 %, hall: 40 %}",
    )
    ready = plan(scenario)
    values = ready.measures(seed=3).set_index(["measure", "place", "group"])["value"]
    mild = "need: mild"
    assert values["any_contact_of_seekers", "all", mild] == 1
    assert values["treated_of_seekers", "all", mild] == 1
    assert values["professional_of_seekers", "all", mild] == 0
    asking = values["people_asking", "all", mild]
    assert values["contacts", "all", "station: online guidance"] == pytest.approx(
        asking + values["people_asking", "all", "need: hard"]
    )
    assert values["joined", "all", "station: online guidance, resolved"] == asking
    assert values["wait_mean", "all", "station: online guidance"] == 0
    assert not any(group.startswith("pool: no staff") for _, _, group in values.index)
    labels = {s.labels["station"]: s.labels for s in ready.network.stations}
    online, resolved = labels["online guidance"], labels["online guidance, resolved"]
    assert (online["role"], online["contact"], online["treatment"]) == ("online", "lay", "")
    assert (resolved["role"], resolved["contact"], resolved["treatment"]) == (
        "online",
        "none",
        "yes",
    )


def test_what_is_drawn_is_what_is_expected_and_nobody_is_lost(tmp_path):
    """Ten times the people; the share of those who go online, and where they go from there."""
    scenario = world(
        tmp_path,
        f"{{online: {{{ONLINE}}}}}",
        needs__mild__in_need="100 % per year",
        pools__staff="{per: zone, from: staff, roster: always, scale: 100}",
    )
    frame = rows(scenario)
    no_one_is_lost(frame)
    kind = frame["station"].str.split(" | ", regex=False).str[0]
    mild = frame[frame["station"].str.contains("| mild |", regex=False)]
    first = mild[mild["arrived"] == mild["joined"]].drop_duplicates(["stream", "resident"])
    came = first["station"].str.startswith("online guidance |")
    in_person = ~first["station"].str.startswith("line")
    went, share = came[in_person].sum(), 0.2
    spread = np.sqrt(share * (1 - share) * in_person.sum())
    assert abs(went - share * in_person.sum()) < 3.5 * spread
    left = mild[(kind[mild.index] == "online guidance") & mild["ended"].notna()]
    next_kind = left["next"].str.split(" | ", regex=False).str[0]
    wanted = {
        "online guidance, referred": 0.1,
        "online guidance, resolved": 0.9 * 0.3,
        "room": 0.9 * 0.7 * 0.4 * 2 / 3,
        "hall": 0.9 * 0.7 * 0.4 / 3,
        "": 0.9 * 0.7 * 0.6,
    }
    assert set(next_kind) == set(wanted)
    for name, part in wanted.items():
        spread = np.sqrt(part * (1 - part) * len(left))
        assert abs((next_kind == name).sum() - part * len(left)) < 3.5 * spread, name


def test_who_does_not_go_online_keeps_their_draws(tmp_path):
    """With a place for all, whoever asks at the room first has the same visit there as before."""
    scale = {
        "pools__staff": "{per: zone, from: staff, roster: always, scale: 1000}",
        "stations__room__service_time": "{exponential: {mean: 1 h}}",
    }
    before, after = (
        rows(world(tmp_path, text, **scale)) for text in ("{}", f"{{online: {{{ONLINE}}}}}")
    )
    columns = ["stream", "resident", "arrived", "station", "started", "ended"]
    before, after = (
        frame.loc[(frame["arrived"] == frame["joined"]), columns] for frame in (before, after)
    )
    stayed = after[~after["station"].str.startswith("online")]
    assert len(stayed) < len(before) and len(after) == len(before)
    both = stayed.merge(before, on=["stream", "resident"], suffixes=("", " before"))
    assert len(both) == len(stayed)
    for column in ("arrived", "station", "started", "ended"):
        assert (both[column] == both[f"{column} before"]).all(), column


# ---- a paid market -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "price, share",
    [("0 CNY", 0.8), ("150 CNY", 0.55), ("300 CNY", 0.2), ("400 CNY", 0.1), ("900 CNY", 0.1)],
)
def test_some_accept_a_price_and_the_others_go_on_as_before(tmp_path, price, share):
    """By the table, linear between its entries and level outside; only who asks there is asked."""
    found = flows(
        world(tmp_path, f"{{market: {{{MARKET}}}}}".replace("price: 300 CNY", f"price: {price}"))
    )
    rooms, hard = 30 * (1 - share) + 1.5, 10 * (1 - share)
    close(
        found,
        {
            **PLAIN,
            ("market", "mild"): 30 * share,
            ("market", "hard"): 10 * share,
            ("room", "mild"): rooms,
            ("room", "hard"): hard,
            ("clinic", "mild"): rooms * 0.25 * ARRIVES,
            ("clinic", "hard"): hard * 0.25 * ARRIVES,
        },
    )


def test_a_voucher_lowers_the_price_for_some_of_those_who_are_offered_a_visit(tmp_path):
    """A quarter have one, and pay 150 of 300 CNY, which 55 % accept; 20 % of the others pay all."""
    scenario = world(tmp_path, f"{{market: {{{MARKET}, {VOUCHER}, needs: [mild]}}}}")
    found, used, full = flows(scenario), 0.25 * 0.55, 0.75 * 0.2
    assert found["market with voucher", "mild"] == pytest.approx(30 * used)
    assert found["market", "mild"] == pytest.approx(30 * full)
    assert found["room", "mild"] == pytest.approx(30 * (1 - used - full) + 1.5)
    assert ("market", "hard") not in found
    assert described(scenario)[1] == (
        "market: visits with 2 people for those who ask at room: 20% accept 300 CNY; 25% have a"
        " voucher and pay 150 CNY, which 55% accept"
    )


def test_everybody_with_a_voucher_and_everybody_accepts(tmp_path):
    block = MARKET.replace("100 CNY: 80 %", "150 CNY: 1")
    voucher = "voucher: {share: 1, worth: 150 CNY}"
    found = flows(world(tmp_path, f"{{market: {{{block}, {voucher}, needs: [mild]}}}}"))
    assert found["market with voucher", "mild"] == pytest.approx(30)
    assert found["room", "mild"] == pytest.approx(1.5)
    assert ("market", "mild") not in found


def test_who_gives_up_is_offered_a_visit(tmp_path):
    """Nobody attends at the hall: after a week on average all have given up, and of the hall's 15,
    20 % pay; half of the others go to the room, as the pathway says.
    """
    scenario = world(
        tmp_path,
        f"{{market: {{{MARKET}, offered: giving up, patience: 1 week}}}}".replace(
            "[room]", "[hall]"
        ),
        stations__hall__pools="[nobody]",
        pools__nobody="{number: 0, roster: always}",
        pathways__way__hall="{completed: {room: 10 %}, reneged: {room: 50 %}}",
        needs__mild__in_need="100 % per year",
        rosters__office="{shifts: {Mon-Sun: ['00:00-24:00']}, holidays: open}",
    )
    frame = rows(scenario)
    no_one_is_lost(frame)
    gone = frame[frame["station"].str.startswith("hall") & (frame["outcome"] == "reneged")]
    assert len(gone) > 200
    kind = gone["next"].str.split(" | ", regex=False).str[0]
    for name, part in {"market": 0.2, "room": 0.8 * 0.5, "": 0.8 * 0.5}.items():
        spread = np.sqrt(part * (1 - part) * len(gone))
        assert abs((kind == name).sum() - part * len(gone)) < 3.5 * spread, name
    market = frame[frame["station"].str.startswith("market")]
    assert set(market.loc[market["ended"].notna(), "next"]) == {""}


def test_paid_is_for_visits_that_took_place(tmp_path):
    """The market's staff work one hour a week: most who take a visit up wait in vain. Of a visit
    with a voucher the public pays 150 of 300 CNY.
    """
    scenario = world(
        tmp_path,
        f"{{market: {{{MARKET}, {VOUCHER}, patience: {{exponential: {{mean: 1 week}}}}}}}}".replace(
            "number: 2", "number: 1, hours each: 1 h"
        ),
        rosters__office="{shifts: {Mon: ['09:00-10:00']}}",
        needs__mild__in_need="100 % per year",
    )
    ready = plan(scenario)
    frame = simcap.simulate(ready.network, ready.spec.horizon, 11).frame()
    values = ready.measures(seed=11).set_index(["measure", "place", "group"])["value"]
    market = frame[frame["station"].str.startswith("market")]
    assert (market["outcome"] == "reneged").sum() > 20
    market = market[market["started"] < ready.spec.end]
    used = market["station"].str.startswith("market with voucher").sum()
    full = len(market) - used
    assert used > 5 and full > 5
    assert values["vouchers_used", "all", "all"] == used
    assert values["voucher_cost", "all", "all"] == pytest.approx(150 * used)
    assert values["paid_by_residents", "all", "all"] == pytest.approx(150 * used + 300 * full)
    assert values["contacts", "all", "station: market"] == used + full
    assert values["contacts", "all", "station: market with voucher"] == used
    here = [values["vouchers_used", zone, "all"] for zone in ("City", "Village")]
    assert sum(here) == used and values["vouchers_used", "rural", "all"] == here[1]
    assert values["total_cost", "all", "all"] == 0


def test_a_market_visit_is_professional_if_its_staff_are(tmp_path):
    everybody = MARKET.replace("400 CNY: 10 %, 200 CNY: 30 %, 100 CNY: 80 %", "300 CNY: 1")
    for contact, wanted in (("professional", 1), ("lay", 0)):
        block = f"{everybody}, contact: {contact}, treatment: {contact == 'lay'}"
        scenario = world(
            tmp_path,
            f"{{market: {{{block}}}}}".replace("False", "false").replace("True", "true"),
            needs__mild__enters_by="{room: 100 %}",
            rosters__office="{shifts: {Mon-Sun: ['00:00-24:00']}, holidays: open}",
        )
        values = plan(scenario).measures(seed=3).set_index(["measure", "place", "group"])["value"]
        assert values["professional_of_seekers", "all", "all"] == wanted
        assert values["any_contact_of_seekers", "all", "all"] == 1
        assert values["treated_of_seekers", "all", "all"] == 1 - wanted


# ---- both, and with others -----------------------------------------------------------------------


def test_who_asks_in_person_after_going_online_is_offered_the_market(tmp_path):
    """Of those who ask at the room, 20 % go online first; of them some ask there after all, and of
    all who ask there 20 % pay.
    """
    found = flows(world(tmp_path, f"{{online: {{{ONLINE}}}, market: {{{MARKET}}}}}"))
    back = 9 * 0.9 * 0.7 * 0.4 * 2 / 3
    assert found["online guidance", "mild"] == pytest.approx(9)
    assert found["market", "mild"] == pytest.approx(0.2 * (30 * 0.8 + back))
    halls = 15 * 0.8 + back / 2
    assert found["room", "mild"] == pytest.approx(0.8 * (30 * 0.8 + back) + 0.1 * halls)


def test_with_distance_fewer_ask_and_in_the_same_shares_online(tmp_path):
    """Whom distance keeps away may be brought: of 100 in need 65 do not ask, of 20 it is 13."""
    text = f"{{online: {{{ONLINE}, brings: 10 %}}, distance: {{circle: near, beyond: 50 %}}}}"
    found = flows(world(tmp_path, text), "Village")
    close(found, by_hand(30 * 0.7, 15 * 0.7, 5 * 0.7, 10 * 0.7, 6.5, 1.3))


def test_a_referral_from_online_goes_by_the_green_channel_where_it_is_open(tmp_path):
    """For the severe: 90 % arrive; false alarms are of the others, and arrive as before."""
    green = "green channel: {stations: [clinic], severities: [severe], completion: 90 %}"
    found = flows(world(tmp_path, f"{{online: {{{ONLINE}}}, {green}}}"))
    wanted = by_hand(30, 15, 5, 10)
    wanted["clinic", "hard"] *= 0.9 / ARRIVES
    close(found, wanted)


def test_the_green_channel_to_a_station_that_only_online_care_refers_to(tmp_path):
    green = "green channel: {stations: [clinic], severities: [severe], completion: 90 %}"
    way = "{hall: {completed: {room: 10 %}}}"
    scenario = world(tmp_path, f"{{online: {{{ONLINE}}}, {green}}}", pathways__way=way)
    assert flows(scenario)["clinic", "hard"] == pytest.approx(10 * 0.2 * 0.7 * 0.9)


def test_collaboration_moves_who_arrives(tmp_path):
    scenario = world(tmp_path, f"{{online: {{{ONLINE}}}}}")
    most = overridden(scenario, {"collaboration.level": 1})
    ratio = flows(most)["clinic", "hard"] / flows(scenario)["clinic", "hard"]
    assert ratio == pytest.approx(0.8 / 0.6)


def test_steps_between_levels_hold_on_the_pathways_of_online_care(tmp_path):
    text = f"{{online: {{{ONLINE}}}, levels: {{step up: {{hall: {{clinic: 50 %}}}}}}}}"
    found, wanted = flows(world(tmp_path, text)), by_hand(30, 15, 5, 10)
    wanted["clinic", "mild"] += 0.5 * ARRIVES * wanted["hall", "mild"]
    close(found, wanted)


def test_pairing_and_telemedicine_beside_both(tmp_path):
    """Of those who would come to the room in the Village, after all else, a tenth are seen there by
    video; hours that are lent move nobody. Nobody is lost.
    """
    others = (
        "pairing: {pools: [staff], pairs: {Village: City}, hours: 10 %},"
        " telemedicine: {stations: {room: 10 %}, zones: [rural]}"
    )
    both = f"online: {{{ONLINE}, brings: 5 %}}, market: {{{MARKET}, {VOUCHER}}}"
    found, wanted = (
        flows(world(tmp_path, f"{{{text}}}"), "Village") for text in (f"{both}, {others}", both)
    )
    for need in ("mild", "hard"):
        assert found["room by video", need] == pytest.approx(0.1 * wanted["room", need])
        assert found["room", need] == pytest.approx(0.9 * wanted["room", need])
        assert found["market", need] == pytest.approx(wanted["market", need])
    no_one_is_lost(rows(world(tmp_path, f"{{{both}, {others}}}")))


def test_frequent_callers_keep_calling_whatever_pathway_they_are_on(tmp_path):
    """The line's own rule names pathways; those of online care are such ones."""
    calls = "hotline: {repeat callers: {station: line, callers: 10 %, calls: 50 %}}"
    alone = flows(world(tmp_path, f"{{{calls}}}"))
    both = flows(world(tmp_path, f"{{{calls}, online: {{{ONLINE}}}}}"))
    frequent = ("line, frequent caller", "mild")
    assert both[frequent] == pytest.approx(alone[frequent])


def test_two_blocks_of_each_have_names_of_their_own(tmp_path):
    one = f"{{{ONLINE}, needs: [mild]}}, {{{ONLINE}, needs: [hard]}}"
    two = f"{{{MARKET}}}, {{{MARKET}}}"
    found = flows(world(tmp_path, f"{{online: [{one}]}}"))
    assert found["online guidance", "mild"] == pytest.approx(9)
    assert found["online guidance (2)", "hard"] == pytest.approx(2)
    found = flows(world(tmp_path, f"{{market: [{two}]}}"))
    assert found["market", "mild"] == pytest.approx(6)
    assert found["market (2)", "mild"] == pytest.approx(0.2 * 24)


# ---- neutral numbers, copies, names, faults ------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        f"{{online: {{{SHORT}}}}}",
        f"{{online: {{{SHORT}, instead: 0 %, brings: 0 %}}}}",
        f"{{online: {{{ONLINE}, brings: 9 %, on: false}}}}",
        f"{{market: {{{MARKET}, on: false}}}}",
        f"{{market: {{{MARKET}}}}}".replace(
            "400 CNY: 10 %, 200 CNY: 30 %, 100 CNY: 80 %", "1 CNY: 0"
        ),
    ],
)
def test_neutral_numbers_change_nothing(tmp_path, block):
    assert plan(world(tmp_path, block)).digest == plan(world(tmp_path)).digest


@pytest.mark.parametrize("voucher", ["{share: 0, worth: 100 CNY}", "{share: 50 %, worth: 0 CNY}"])
def test_no_vouchers_are_no_vouchers(tmp_path, voucher):
    with_them = world(tmp_path, f"{{market: {{{MARKET}, voucher: {voucher}}}}}")
    digest = plan(with_them).digest
    assert plan(world(tmp_path, f"{{market: {{{MARKET}}}}}")).digest == digest


def test_no_order_of_keys_decides(tmp_path):
    block = f"{{online: {{{ONLINE}, stations: [room, hall]}}, market: {{{MARKET}, {VOUCHER}}}}}"
    digest = plan(world(tmp_path, block)).digest
    again = world(
        tmp_path,
        block.replace("[room, hall]", "[hall, room]"),
        needs__mild__enters_by="{line: 10 %, hall: 30 %, room: 60 %}",
    )
    assert plan(again).digest == digest


def test_the_resolved_scenario_says_the_same(tmp_path):
    text = f"{{online: {{{ONLINE}, brings: 5 %}}, market: {{{MARKET}, {VOUCHER}}}}}"
    scenario = world(tmp_path, text)
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(scenario), encoding="utf-8")
    assert plan(load_scenario(again)).digest == plan(scenario).digest
    more = overridden(
        scenario,
        {
            "mechanisms.online.instead": "0 %",
            "mechanisms.online.brings.urban": "0 %",
            "mechanisms.market.price": "200 CNY",
        },
    )
    assert flows(more)["market", "mild"] == pytest.approx(30 * 0.75 * 0.3)


def test_all_that_is_added_is_told(tmp_path):
    """With a channel on the pathways of online care, too: their names are the channel's."""
    green = "green channel: {stations: [clinic], severities: [severe]}"
    before = world(
        tmp_path,
        f"{{online: {{{ONLINE}}}, market: {{{MARKET}, {VOUCHER}, needs: [hard]}}, {green}}}",
    )
    after, told = rewritten(before), {(kind, name) for _, kind, name in made(before)}
    for kind in ("pool", "station", "pathway", "roster"):
        more = getattr(after, f"{kind}s").keys() - getattr(before, f"{kind}s").keys()
        assert {(kind, name) for name in more} <= told
    assert ("station", "referral to clinic") in told


def faults(tmp_path, block, **changes):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, block, **changes)
    found = [re.fullmatch(r".*scenario\.yaml:\d+:\d+ (.*)", f, re.S) for f in problem.value.faults]
    assert all(found), problem.value.faults
    return [match[1] for match in found]


@pytest.mark.parametrize(
    "block, said",
    [
        (
            f"{{online: {{{ONLINE}, stations: [clinic]}}}}",
            "mechanisms.online.stations.0: a station at which somebody asks wanted, got 'clinic'",
        ),
        (
            f"{{online: {{{ONLINE}, needs: [known]}}}}",
            "mechanisms.online.needs.0: a need that people ask about wanted, got the register"
            " 'known'",
        ),
        (
            f"{{online: [{{{ONLINE}}}, {{{ONLINE}, needs: [hard]}}]}}",
            "mechanisms.online.1.needs: each need once wanted, got 'hard' in two blocks",
        ),
        (
            f"{{online: {{{ONLINE}, brings: {{urban: 5 %}}}}}}",
            "mechanisms.online.brings: a share for each of urban, transition, rural wanted",
        ),
        (
            f"{{online: {{{ONLINE}}}}}".replace("refers to: clinic", "refers to: clinik"),
            "mechanisms.online.refers to: no station is called 'clinik'; did you mean 'clinic'?",
        ),
        (
            f"{{online: {{{ONLINE}, high risk: [grave]}}}}",
            "mechanisms.online.high risk.0: no severity is called 'grave'; known are mild, severe",
        ),
        (
            f"{{market: {{{MARKET}, roster: night}}}}".replace("roster: office, ", ""),
            "mechanisms.market.roster: no roster is called 'night'; known are always, office",
        ),
        (
            f"{{market: {{{MARKET}}}}}".replace("[room]", "[clinic]"),
            "mechanisms.market.stations.0: a station at which somebody asks wanted, got 'clinic'",
        ),
        (
            f"{{market: {{{MARKET}, offered: giving up}}}}",
            "mechanisms.market.stations.0: a station where residents may give up wanted, got"
            " 'room'",
        ),
        (
            f"{{market: {{{MARKET}}}}}".replace("400 CNY: 10 %", "400 CNY: 40 %"),
            "mechanisms.market.accept: no more who accept at a higher price wanted, got"
            " 100 CNY: 80%, 200 CNY: 30%, 400 CNY: 40%",
        ),
        (
            f"{{market: {{{MARKET}}}}}".replace("400 CNY: 10 %", "100.0 CNY: 10 %"),
            "mechanisms.market.accept: each price once wanted, got 100 CNY and 100.0 CNY",
        ),
        (
            f"{{market: {{{MARKET}}}}}".replace("{400 CNY", "{400 yuan"),
            "mechanisms.market.accept: an amount such as \"200 CNY\" wanted, got '400 yuan'",
        ),
        (
            f"{{market: {{{MARKET}}}}}".replace("price: 300 CNY", "price: 300 CNY per year"),
            "mechanisms.market.price: an amount such as \"200 CNY\" wanted, got '300 CNY per year'",
        ),
        (
            f"{{market: {{{MARKET}, voucher: {{share: 1, worth: 400 CNY}}}}}}",
            "mechanisms.market.voucher.worth: at most the price of 300 CNY wanted, got 400 CNY",
        ),
    ],
)
def test_what_does_not_fit_is_one_line(tmp_path, block, said):
    if "roster: night" in block:
        block = block.replace(", roster: office", "")
    assert faults(tmp_path, block) == [said]


@pytest.mark.parametrize(
    "hall, said",
    [
        (
            "contact: lay, price: 40 CNY, voucher: 50 CNY",
            "stations.hall.voucher: at most the price of 40 CNY wanted, got 50 CNY",
        ),
        (
            "contact: none, price: 40 CNY",
            "stations.hall.contact: lay or professional wanted of visits with a price, got none",
        ),
        (
            "contact: lay, instead: [{station: room, share: 10 %, asking: 3}]",
            "stations.hall.instead.0.asking: true or false wanted, got 3",
        ),
    ],
)
def test_a_station_with_a_price_that_does_not_fit(tmp_path, hall, said):
    station = f"{{pools: [staff], service time: 1 h, {hall}}}"
    assert faults(tmp_path, "{}", stations__hall=station) == [said]


def test_who_is_sent_by_referral_does_not_ask(tmp_path):
    way = "{room: {completed: {clinic: {share: 25 %, by: referral, asking: true}}}}"
    assert faults(tmp_path, "{}", pathways__way=way) == [
        "pathways.way.room.completed.clinic: asking: none wanted beside `by: referral`: who is sent"
        " on is sent"
    ]


def test_the_station_of_online_care_may_not_be_written_too(tmp_path):
    station = "{place: district, pools: [seats], service time: 20 min, contact: lay}"
    found = faults(tmp_path, f"{{online: {{{ONLINE}}}}}", **{"stations__online guidance": station})
    assert found == [
        "stations.online guidance: another name wanted: `online` gives this one to a station of its"
        " own"
    ]
    assert flows(world(tmp_path, f"{{online: {{{ONLINE}}}}}", stations__online=station))


def test_the_documents_name_both(tmp_path):
    text = (Path(__file__).parents[2] / "docs/mechanisms.md").read_text(encoding="utf-8")
    blocks = yaml.load(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])["mechanisms"]
    assert {"online", "market"} <= blocks.keys()
