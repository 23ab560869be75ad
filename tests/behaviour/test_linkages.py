"""What links the parts of a district, worked out by hand: the forecast of dispatch, tiers with
services of their own, surge places that cost, visits after which more ask.

Worlds are those of ``test_mechanisms``.
"""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from test_mechanisms import in_village, measured, visits, world

import simcap
from simcap.building import compile_scenario, load_scenario
from simcap.building.arrangement import described
from simcap.errors import ScenarioError
from simcap.network.size import expected_arrivals
from simcap.scenario.staff import week_hours
from simcap.study.plan import plan

# ---- dispatch ------------------------------------------------------------------------------------

YEARLY = """{
  anyone: {wave: {on: 01-06, share: 0 %}},
  asking: {group: adults, severity: mild, in need: 8.76 % per year, seeks help: 50 %, pathway: long,
           enters by: {room: 100 %}}}"""
COURSE = """{
  course: {pools: [counsellors], service time: 1 h, sessions: 6, every: 1 week, treatment: true,
           contact: professional}}"""
LONG = "{long: {room: {completed: {course: 50 %, clinic: 30 %}}}}"


def dispatched(tmp_path, settings="", **changes):
    return world(
        tmp_path,
        f"{{dispatch: {{pool: counsellors, people: 1{settings}}}}}",
        **{"needs": YEARLY, "stations": COURSE, "pathways": LONG, **changes},
    )


def test_the_forecast_is_people_times_incidence_times_who_ask_led_along_the_pathways(tmp_path):
    """1,000 × 8.76 % × 50 % are 43.8 a year, 0.84 a week, in each zone: for each 4 hours in the
    room, and for half of them a course of six hours. The clinic is no work of counsellors.
    """
    review = compile_scenario(dispatched(tmp_path)).reviews[0]
    assert review.prior == pytest.approx([0.84 * (4 + 0.5 * 6)] * 2)
    assert (review.half_life, review.weigh, review.heal) == (336.0, "none", ())


def test_what_is_done_for_a_group_and_what_stops_early_is_less_work(tmp_path):
    """A course of three sessions, of which half are left after each, for eight at once: 1.75 ÷ 8
    hours.
    """
    stations = COURSE.replace("sessions: 6", "sessions: 3, drop out: 50 %, group: {size: 8}")
    review = compile_scenario(dispatched(tmp_path, stations=stations)).reviews[0]
    assert review.prior == pytest.approx([0.84 * (4 + 0.5 * 1.75 / 8)] * 2)


def test_waves_and_registers_are_spread_over_a_year(tmp_path):
    """A wave of 1 % is ten a year; of a register of 2 % each of twenty is visited in four quarters
    and once more.
    """
    needs = """{
      anyone: {wave: {on: 01-06, share: 1 %}},
      known: {group: adults, severity: severe, pathway: way, enters by: {course: 100 %},
              register: {share: 2 %, managed: 100 %, first within: 1 week}}}"""
    stations = COURSE.replace("sessions: 6, every: 1 week", "sessions: recurring, every: 13 weeks")
    stations = stations.replace("treatment: true,", "")
    review = compile_scenario(dispatched(tmp_path, needs=needs, stations=stations)).reviews[0]
    assert review.prior == pytest.approx([(10 * 4 + 20 * 5) * 168 / 8760] * 2)


@pytest.mark.parametrize("weigh", ["recoveries", "worst first"])
def test_what_dispatch_sees_of_recovery_is_a_completed_treatment_of_its_pool(tmp_path, weigh):
    scenario = dispatched(tmp_path, f", weigh outcome: {weigh}")
    review = compile_scenario(scenario).reviews[0]
    assert review.weigh == weigh
    assert set(review.heal) == {"course | asking | City", "course | asking | Village"}
    said = {"recoveries": "an hour has healed most", "worst first": "fewest have recovered"}
    assert said[weigh] in described(scenario)[1]


def test_outcome_of_no_treatment_cannot_be_weighed(tmp_path):
    with pytest.raises(ScenarioError) as problem:
        dispatched(tmp_path, ", weigh outcome: recoveries", stations="{}", pathways="{long: {}}")
    assert (
        "mechanisms.dispatch.weigh outcome: a `treatment` that counsellors attend wanted, got none"
        in str(problem.value)
    )


# ---- tiers ---------------------------------------------------------------------------------------

ZONES = """[
  {zone: City, kind: urban, numbers: {population: 1, adults: 1000, staff: 1, helpers: 3, near: 1,
   density: 900, later: 50}},
  {zone: Village, kind: rural, numbers: {population: 1, adults: 1000, staff: 1, helpers: 3,
   near: 1, density: 50, later: 900}}]"""
SERVICES = "services: {high-need: {room: clinic}, basic: {room: hall}}"
BY_DENSITY = (
    "{tiers: {by: density, column: %s, high: 50 %%, basic: 50 %%, adjusted: 1, assessed: 5, "
    + SERVICES
    + "}}"
)


def tiered(tmp_path, column, **changes):
    """A course in the hall takes two sessions, 53 weeks apart; then all see the expert after."""
    return world(
        tmp_path,
        BY_DENSITY % column,
        zones=ZONES,
        observe="108 weeks",
        stations=(
            "{hall: {sessions: 2, every: 53 weeks},"
            " after: {place: district, pools: [experts], service time: 1 h, contact: lay}}"
        ),
        pathways="{way: {room: {completed: {after: 100 %}}}}",
        **changes,
    )


def test_at_a_tier_services_are_replaced_by_those_listed(tmp_path):
    """The City is dense, and has an institution; the Village has local people. Whoever completes
    what stands in the place of the room goes on as from it.
    """
    rows = visits(tiered(tmp_path, "density"), "station zone joined", horizon=8000.0)
    assert sorted(row for row in {*rows} if row[2] is not None) == [
        ("after", "City", 1.0),
        ("after", "City", 2.0),
        ("after", "City", 3.0),
        ("clinic", "City", 0.0),
        ("hall", "Village", 0.0),
    ]
    assert (
        "by density: high-need City; transition none; basic Village"
        in described(tiered(tmp_path, "density"))[1]
    )


def test_a_zone_that_changes_tier_changes_on_the_day_and_courses_are_finished(tmp_path):
    """After a year, on the day of the next wave, the Village is the dense zone, and stays so;
    whoever is in a course there has the second session where the first was.
    """
    rows = visits(tiered(tmp_path, "{2025: density, 2026: later}"), "station zone joined session")
    assert sorted({row for row in rows if row[0] != "after" and row[2] is not None}) == [
        ("clinic", "City", 0.0, 1),
        ("clinic", "Village", 8760.0, 1),
        ("clinic", "Village", 17520.0, 1),
        ("hall", "City", 8760.0, 1),
        ("hall", "City", 17520.0, 1),
        ("hall", "City", 8760.0 + 53 * 168, 2),
        ("hall", "Village", 0.0, 1),
        ("hall", "Village", 53 * 168.0, 2),
    ]
    assert len(in_village([row for row in rows if row[0] == "after"])) == 9


def test_tiers_that_stay_change_nothing_at_a_review(tmp_path):
    """As many streams and phases as there were, whatever is reviewed."""
    once = compile_scenario(tiered(tmp_path, "density"))
    assert [stream.until for stream in once.arrivals] == [math.inf] * 2
    assert all(not phase.stations for phase in once.phases)


def test_equal_zones_are_of_one_tier_whatever_they_are_called(tmp_path):
    for names in (("City", "Village"), ("Village", "City")):
        listed = ", ".join(
            f"{{zone: {name}, kind: urban, numbers: {{population: 1, adults: 1000, staff: 1,"
            " helpers: 3, near: 1, density: 7}}"
            for name in names
        )
        scenario = world(tmp_path, BY_DENSITY % "density", zones=f"[{listed}]")
        assert {row[0] for row in visits(scenario, "station zone")} == {"clinic"}


@pytest.mark.parametrize(
    "block, fault",
    [
        (
            "by: density, " + SERVICES,
            "tiers.column: a column that gives the density of zones wanted",
        ),
        (
            SERVICES,
            "tiers.by: a `pool` for each of whose people need counts, or a `column`, wanted",
        ),
        (
            "column: adults",
            "tiers: a `pool` with posts that move, or `services`, wanted, got neither",
        ),
        (
            "column: {2027: adults}, " + SERVICES,
            "tiers.column: a column from 2025, the year of the start, on wanted",
        ),
        (
            "column: adults, services: {basic: {room: hall, hall: clinic}}",
            "tiers.services.basic.room: a station that is not replaced itself wanted, got 'hall'",
        ),
        (
            "column: adults, services: {basic: {room: salon}}",
            "tiers.services.basic.room: no station is called 'salon'",
        ),
        (
            "column: height, " + SERVICES,
            "tiers.column: no column of the zones table is called 'height'",
        ),
    ],
)
def test_faults_of_tiers(tmp_path, block, fault):
    with pytest.raises(ScenarioError) as problem:
        world(tmp_path, f"{{tiers: {{{block}}}}}")
    assert fault in str(problem.value)


# ---- surge places --------------------------------------------------------------------------------


@pytest.mark.parametrize("hours, paid", [(2, 4 * 24), (20, 4 * 24 + 4 * 16)])
def test_surge_places_are_paid_for_hours_open_to_the_end_of_the_last_session(tmp_path, hours, paid):
    """Four places open at 72 h and close at 96, used or not; sessions of 20 hours begin at 72 and
    at 92, so that four go on to 112. An hour is worth what one who stands all 8,760 of a year has.
    """
    scenario = world(
        tmp_path,
        "{emergency: {watch: [hall], levels: [2, 5, 10], every: 1 day, calm: 1, surge: {helpers:"
        " [0, 1, 4]}}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 1, helpers: 0, population:"
            " 1, near: 1}}]"
        ),
        pools="{helpers: {cost each: 87600 CNY per year}}",
        stations=f"{{hall: {{service time: {hours} h}}}}",
        needs=(
            "{anyone: {wave: {on: 01-06, share: 0 %}}, shocked: {group: adults, severity: moderate,"
            " wave: {on: 01-08, share: 1.2 %}, enters by: {hall: 100 %}, pathway: way}}"
        ),
    )
    of = measured(scenario)
    assert of["total_cost", "all", "all"] * 56 / 365.25 == pytest.approx(10 * paid)


# ---- visits --------------------------------------------------------------------------------------

ASKING = YEARLY.replace("pathway: long", "pathway: way").replace("8.76 %", "10 %")


def visited(tmp_path, lift, weeks=""):
    return world(
        tmp_path,
        "{visiting: {pool: experts, stations: [clinic], days: {Village: Tue}"
        f"{weeks}{', lift: ' + lift if lift else ''}}}}}",
        needs=ASKING,
    )


def added(scenario):
    """{zone: residents expected in the eight weeks who only come because of a visit}"""
    found = {}
    for stream in plan(scenario).network.arrivals:
        if stream.labels.get("added"):
            zone = stream.labels["zone"]
            found[zone] = found.get(zone, 0.0) + expected_arrivals(stream, 1344.0)
    return found


@pytest.mark.parametrize(
    "lift, weeks, hours",
    [
        ("{points: 10 %}", "", 1344 - 24),
        ("{points: 10 %, lasts: 2 days}", "", 8 * 48),
        ("{points: 10 %, lasts: 2 days}", ", weeks: 1 of 2", 4 * 48),
        ("{points: 5 %, lasts: 14 days}", "", (1344 - 24 + 1344 - 24 - 168) / 2),
        (
            "{points: 10 %, half life: 1 week}",
            "",
            sum(168 / math.log(2) * (1 - 2 ** -((1320 - 168 * i) / 168)) for i in range(8)),
        ),
    ],
)
def test_a_visit_lifts_asking_in_its_zone_from_its_day_on(tmp_path, lift, weeks, hours):
    """Of a hundred a year in need ten points more ask from each Tuesday on, the first 24 hours
    after the start: for seven days as a rule, so that one visit follows the other; lifts of visits
    that overlap add.
    """
    assert added(visited(tmp_path, lift, weeks)) == pytest.approx(
        {"Village": 100 * 0.1 * hours / 8760}
    )


def test_no_points_and_no_lift_are_the_same_to_the_byte(tmp_path):
    def rows(lift):
        return simcap.simulate(plan(visited(tmp_path, lift)).network, 1344.0).read().tobytes()

    assert rows("") == rows("{points: 0 %}")


def test_a_lift_lasts_or_fades(tmp_path):
    with pytest.raises(ScenarioError) as problem:
        visited(tmp_path, "{points: 1 %, lasts: 1 day, half life: 1 day}")
    assert "mechanisms.visiting.lift: one of lasts and half life wanted, got both" in str(
        problem.value
    )
    assert (
        "after a visit 10 points more ask, for 7 days"
        in described(visited(tmp_path, "{points: 10 %}"))[1]
    )


# ---- lines ---------------------------------------------------------------------------------------


def test_the_lines_of_huadu_are_there_day_and_night():
    huadu = load_scenario(Path(__file__).parents[2] / "experiments/01_huadu")
    for pool in ("hotline seat", "women's line seat", "other lines' seats"):
        assert week_hours(huadu, huadu.pools[pool]) == 168


@pytest.mark.parametrize(
    "roster, closed, busy", [("always", (0, 0), 2 / 3), ("office", (1, 1), 0.0)]
)
def test_closed_is_not_busy(tmp_path, roster, closed, busy):
    """Three call one seat at midnight, and wait a minute at most: two of them find it taken; in
    office hours all find nobody there.
    """
    scenario = world(
        tmp_path,
        pools=f"{{seat: {{number: 1, roster: {roster}}}}}",
        stations=(
            "{line: {place: district, pools: [seat], service time: 30 min, contact: lay, patience:"
            " {fixed: 1 min}, role: hotline}}"
        ),
        needs="{anyone: {enters by: {line: 100 %}}}",
        zones=(
            "[{zone: City, kind: urban, numbers: {adults: 1000, staff: 1, helpers: 0, population:"
            " 1, near: 1}}]"
        ),
    )
    of = measured(scenario)
    assert of["hotline_closed", "all", "all"] == closed[0]
    if roster == "office":
        assert of["gave_up_closed", "all", "station: line"] == closed[1]
        assert of["gave_up_busy", "all", "station: line"] == busy
    assert of["hotline_abandoned", "all", "all"] == pytest.approx(closed[0] or busy)
