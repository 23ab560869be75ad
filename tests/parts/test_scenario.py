"""Units, tables, overrides, the resolved file, and what a scenario compiles to."""

import datetime
import json
import math

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from tiny import SCENARIO, ZONES, written

from simcap.building import (
    compile_scenario,
    json_schema,
    load_scenario,
    overridden,
    override,
    resolved_yaml,
)
from simcap.building.overrides import split_setting
from simcap.building.staffing import NOBODY
from simcap.engine import ENGINES, simulate
from simcap.errors import ScenarioError
from simcap.mechanisms import collaboration
from simcap.mechanisms.contract import ELSEWHERE
from simcap.network import (
    Arrivals,
    Deterministic,
    Erlang,
    Exponential,
    Lognormal,
    Network,
    Pool,
    Roster,
    Station,
)
from simcap.scenario import units
from simcap.scenario.blocks import Collaboration
from simcap.scenario.calendar import (
    closed_hours,
    hours_of_date,
    make_up_days,
    outside,
    week_starts,
    weeks_off,
    yearly,
)
from simcap.scenario.fields import shift_hours, week_days
from simcap.scenario.schema import PoolSpec, Profile
from simcap.study.plan import plan


@pytest.fixture
def tiny(tmp_path):
    return load_scenario(written(tmp_path))


@pytest.mark.parametrize(
    "text, hours",
    [
        ("50 min", 50 / 60),
        ("2 weeks", 336),
        ("1 h 30 min", 1.5),
        ("60 s", 1 / 60),
        ("1.5 days", 36),
        ("1week", 168),
        ("0 h", 0),
        ("1e1 h", 10),
    ],
)
def test_durations(text, hours):
    assert units.duration(text) == pytest.approx(hours, rel=1e-15)


@pytest.mark.parametrize(
    "text",
    [
        "50",
        50,
        "min",
        "50 minuten",
        "-1 h",
        "1 h and more",
        "",
        None,
        True,
        "nan h",
        "1 month",
        float("nan"),
    ],
)
def test_durations_that_are_none(text):
    with pytest.raises(ValueError, match="a duration with a unit"):
        units.duration(text)


@pytest.mark.parametrize("text", ["9" * 400 + " h", "1e-12 h", "201 weeks 200000 days", "1e300 h"])
def test_durations_out_of_range(text):
    with pytest.raises(ValueError, match="a duration of 0, or from 1 µs to 200 years, wanted"):
        units.duration(text)


def test_the_ends_of_each_range_are_in_it():
    assert units.duration("0.000001 s") == pytest.approx(1 / 3.6e9)
    assert units.duration("1753200 h") == 200 * 8766
    assert units.number(1e-9) == 1e-9 and units.number(10**9) == 1e9 and units.whole(1e9) == 10**9
    assert units.money("1e15 CNY") == 1e15


@pytest.mark.parametrize(
    "read, value",
    [
        (units.number, 1e300),
        (units.number, 1e-300),
        (units.number, 10**400),
        (units.whole, 2**63),
        (units.whole, 10**400),
        (units.share, 10**400),
        (units.share, -1e-300),
        (units.money, "1e300 CNY"),
        (units.scale, "x1e300"),
        (units.rank, 2**63),
    ],
)
def test_numbers_out_of_range(read, value):
    with pytest.raises(ValueError, match="wanted, got"):
        read(value)


@given(st.text())
def test_no_text_gives_a_share_outside_0_to_1_or_another_error(text):
    try:
        assert 0 <= units.share(text) <= 1
    except ValueError as problem:
        assert "share" in str(problem)


def test_people_read_durations_in_their_own_units():
    assert [units.say_hours(hours) for hours in (0.004, 0.5, 30, 100, 1000)] == [
        "14 s",
        "30 min",
        "30 h",
        "4.2 days",
        "6.0 weeks",
    ]


def test_days_and_shifts():
    assert week_days("Fri-Mon") == [4, 5, 6, 0] and week_days("Tue, Sat") == [1, 5]
    assert shift_hours("22:00-06:00 x3") == (22.0, 30.0, 3)


def test_a_profile_has_a_mean_of_one():
    week = Profile(hours={"08-18": 1, "18-22": 2}, days={"Mon-Fri": 1, "Sat-Sun": 0.5}).week()
    assert (
        math.fsum(week) / 168 == pytest.approx(1)
        and week[18] == 2 * week[8]
        and week[0] == 0
        and week[5 * 24 + 8] == week[8] / 2
    )


def test_the_calendar(tiny):
    assert week_starts(tiny.start) == 0.0
    closed = closed_hours("CN", tiny.start, 168 * 16.0)
    assert closed[0] == (22 * 24.0, 30 * 24.0)  # Spring Festival 2025: 28 January to 4 February
    assert hours_of_date("02-29", tiny.start, 5 * 8766) == [24.0 * (365 * 3 + 1 + 58 - 5)]


@pytest.mark.parametrize(
    "start, days",
    [
        (
            datetime.date(2025, 4, 1),
            [(4, 4), (4, 5), (4, 6)],
        ),  # Qingming 2025: Friday 4 to Sunday 6 April
        (
            datetime.date(2025, 5, 24),
            [(5, 31), (6, 1), (6, 2)],
        ),  # Dragon Boat 2025: Saturday 31 May to Monday 2 June
        (
            datetime.date(2026, 1, 1),
            [(1, 1), (1, 2), (1, 3)],
        ),  # New Year 2026; Sunday 4 January is worked
        (datetime.date(2026, 2, 8), [(2, day) for day in range(15, 24)]),
    ],
)  # Spring Festival 2026: 15 to 23 February
def test_official_holidays_with_their_weekends(start, days):
    closed = closed_hours("CN", start, 24 * 20.0)
    off = {
        start + datetime.timedelta(hours=hour)
        for begin, end in closed
        for hour in range(int(begin), int(end), 24)
    }
    assert [(day.month, day.day) for day in sorted(off)][: len(days)] == days


def test_weekends_worked_in_exchange_for_holidays(tiny):
    """2025: Sunday 26 January is worked as Monday 3 February would be, Saturday 8 February as
    Tuesday 4 February.
    """
    assert make_up_days("CN", tiny.start, 168 * 10.0) == ((20 * 24.0, 0), (33 * 24.0, 1))
    assert make_up_days("none", tiny.start, 168 * 10.0) == ()


def test_a_run_that_ends_with_the_year_knows_the_holiday_that_follows():
    """New Year 2023 was off from Saturday 31 December 2022, New Year 2024 from Saturday 30 December
    2023: a run that ends that day is closed, too.
    """
    for last in (datetime.date(2022, 12, 31), datetime.date(2023, 12, 30)):
        start = last - datetime.timedelta(days=5)
        assert closed_hours("CN", start, 24 * 6.0 - 1)[-1][0] == 24 * 5.0, last


def test_slots_work_the_248_days_of_2025_as_a_roster_does(tmp_path):
    """Of 261 weekdays of 2025, 18 are off, and 5 weekend days are worked (State Council)."""
    text = SCENARIO.replace("observe: 10 weeks", "observe: 51 weeks")
    text = text.replace("start: 2025-01-06", "start: 2025-01-01\nholidays: CN").replace(
        "  seats: {",
        "  doctor: {number: 1, slots: {Mon-Fri: {'09:00': 1}}}\n"
        "  free: {number: 1, make up days: free, slots: {Mon-Fri: {'09:00': 1}}}\n"
        "  nurse: {number: 1, roster: office}\n  seats: {",
    )
    pools = {
        pool.name: pool.capacity
        for pool in compile_scenario(load_scenario(written(tmp_path, text))).pools
    }
    year = 365 * 24.0
    times, places = pools["nurse"].steps(year)
    worked = {int(at // 86_400_000_000) for at, number in zip(times, places, strict=True) if number}
    offered = {int(at // 86_400_000_000) for at in pools["doctor"].until(year)[0]}
    assert offered == worked and len(offered) == 248
    assert len(pools["free"].until(year)[0]) == 243


def test_a_made_up_day_offers_the_slots_of_the_weekday_it_stands_for(tmp_path):
    """Saturday 8 February 2025 is worked as Tuesday 4 February would have been."""
    text = SCENARIO.replace("start: 2025-01-06", "start: 2025-01-06\nholidays: CN").replace(
        "  seats: {",
        "  doctor: {number: 1, slots: {Tue: {'09:00': 2, '10:30': 1}, Wed: {'14:00': 1}}}\n"
        "  seats: {",
    )
    network = compile_scenario(load_scenario(written(tmp_path, text)))
    slots = next(pool.capacity for pool in network.pools if pool.name == "doctor")
    times, places, _ = slots.until(40 * 24.0)
    on_the_day = [
        (at / 3.6e9 - 33 * 24, number)
        for at, number in zip(times.tolist(), places.tolist(), strict=True)
        if 33 * 24 <= at / 3.6e9 < 34 * 24
    ]
    assert on_the_day == [(9.0, 2), (10.5, 1)]


def test_a_slot_lasts_until_the_next_unless_it_is_said(tiny):
    def slot(**changes):
        data = {"slots": {"Mon-Fri": {"09:00": 1, "09:30": 1, "11:00": 1}}, **changes}
        return PoolSpec.model_validate(data).hours_of_slot()

    assert slot() == 0.5 and slot(slot_length="1 h") == 1.0
    assert slot(slots={"Mon, Tue": {"09:00": 1}}) == 1.0


def test_seasons_of_every_year():
    start = datetime.date(2025, 8, 30)
    summer = yearly((("07-12", "08-31"), ("12-31", "01-02")), start, 24 * 400.0)
    assert summer == ((0.0, 48.0), (24 * 123.0, 24 * 126.0), (24 * 316.0, 24 * 367.0))
    assert outside(summer, 24 * 400.0) == (
        (48.0, 24 * 123.0),
        (24 * 126.0, 24 * 316.0),
        (24 * 367.0, 24 * 400.0),
    )
    assert outside((), 100.0) == ((0.0, 100.0),)


def test_every_second_week_is_counted_from_that_of_the_start():
    """The run starts on a Thursday: the week begun is worked, the next is not."""
    assert weeks_off("1 of 2", datetime.date(2025, 1, 2), 500.0)[:2] == (
        (96.0, 264.0),
        (432.0, 600.0),
    )
    assert weeks_off("2 of 2", datetime.date(2025, 1, 2), 500.0)[0] == (0.0, 96.0)


SEASONS = (
    SCENARIO.replace(
        "holidays: open}\n",
        "holidays: open}\n  school: {shifts: {Mon-Fri: ['09:00-12:00']}, during: term}\n  summer:"
        " {shifts: {Mon-Fri: ['09:00-12:00']}, during: school holidays, weeks: 1 of 2, make up"
        " days: free}\n",
    )
    .replace(
        "zones: zones.csv", "holidays: CN\nschool holidays: [01-20 to 02-16]\nzones: zones.csv"
    )
    .replace(
        "  seats: {",
        "  teachers: {number: 1, roster: school}\n  students: {number: 1, roster: summer}\n "
        " seats: {",
    )
    .replace(
        "pools: [counsellors], service time: 1 h, no show",
        "pools: [counsellors], asks: term time, service time: 1 h, no show",
    )
    .replace("pathways:", "profiles:\n  term time: {hours: {09-12: 1}, during: term}\npathways:")
)


def test_staff_of_the_term_and_of_the_holidays_never_work_on_the_same_day(tmp_path):
    network = compile_scenario(load_scenario(written(tmp_path, SEASONS)))
    pools = {
        pool.name: pool.capacity.steps(2000.0)
        for pool in network.pools
        if pool.name in ("teachers", "students")
    }
    open_on = {
        name: {int(at // 3.6e9 // 24) for at, places in zip(*steps, strict=True) if places}
        for name, steps in pools.items()
    }
    assert not open_on["teachers"] & open_on["students"]
    assert (
        min(open_on["students"]) == 14
        and 33 in {day for day in range(14, 42)} - open_on["students"]
    )  # from 20 January, every second week
    assert (
        20 not in open_on["teachers"] and 42 in open_on["teachers"]
    )  # Sunday 26 January is made up, but in the school holidays


def test_who_asks_in_term_asks_as_often_in_the_year_as_who_asks_all_year(tmp_path):
    rates = [
        {
            stream.name: stream.rate
            for stream in compile_scenario(load_scenario(written(tmp_path / name, text))).arrivals
        }
        for name, text in (("seasons", SEASONS), ("year", SCENARIO))
    ]
    term, year = (rate["moderate | room | 城 City"] for rate in rates)
    assert term.per_hour == pytest.approx(
        year.per_hour * 365 / (365 - 28)
    ) and term.multipliers == ((14 * 24.0, 42 * 24.0, 0.0),)


def variants_of_the_table(tmp_path):
    chinese = (
        ZONES.replace(
            "zone,kind,population,adults,counsellors,source",
            "镇街,类型,常住人口,成年人,心理咨询师,来源",
        )
        .replace("urban", "城区")
        .replace("rural", "农村")
    )
    yield "utf-8", ZONES.encode()
    yield "utf-8 with BOM", ZONES.encode("utf-8-sig")
    yield "Chinese headers", chinese.encode()
    yield "GB18030", chinese.encode("gb18030")
    yield "semicolons", ZONES.replace(",", ";").encode()
    yield "CRLF and blank lines", (ZONES.replace("\n", "\r\n") + ",,,,,\r\n").encode()


def test_one_table_in_many_guises(tmp_path):
    expected = load_scenario(written(tmp_path)).zones
    for guise, content in variants_of_the_table(tmp_path):
        (tmp_path / "zones.csv").write_bytes(content)
        assert load_scenario(tmp_path).zones == expected, guise


def test_a_spreadsheet_gives_the_same_zones(tmp_path):
    expected = load_scenario(written(tmp_path)).zones
    with xlsxwriter.Workbook(tmp_path / "zones.xlsx") as book:
        sheet = book.add_worksheet()
        for i, line in enumerate(ZONES.splitlines()):
            for j, cell in enumerate(line.split(",")):
                sheet.write(i, j, float(cell) if cell.replace(".", "").isdigit() else cell)
    written(tmp_path, SCENARIO.replace("zones.csv", "zones.xlsx"))
    assert load_scenario(tmp_path).zones == expected


def test_the_resolved_file_is_read_back_to_the_same_scenario(tiny, tmp_path):
    (tmp_path / "again.yaml").write_text(resolved_yaml(tiny), encoding="utf-8")
    assert load_scenario(tmp_path / "again.yaml") == tiny


def test_the_schema_is_json_and_knows_the_keys():
    schema = json.loads(json.dumps(json_schema()))
    assert {"zones", "needs", "pools", "stations", "collaboration"} <= schema["properties"].keys()
    targets, rosters = (schema["$defs"][name] for name in ("Targets", "RosterSpec"))
    assert targets["additionalProperties"]["type"] == "string"  # answered: 20 s
    assert rosters["additionalProperties"] == {"type": "integer", "minimum": 0}  # peak: 21


# ---- overrides -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path, value, got, expected",
    [
        ("collaboration.level", 0.8, lambda s: s.collaboration.level, 0.8),
        ("collaboration.level", "x0.5", lambda s: s.collaboration.level, 0.3),
        ("observe", "x2", lambda s: s.observe, 3360.0),
        (
            "stations.room.service_time.fixed",
            "x1.5",
            lambda s: s.stations["room"].service_time.fixed,
            1.5,
        ),
        (
            "stations.line.patience.exponential.mean",
            "10 min",
            lambda s: s.stations["line"].patience.exponential.mean,
            1 / 6,
        ),
        (
            "needs.moderate.seeks help",
            "x0.5",
            lambda s: s.needs["moderate"].seeks_help["urban"],
            0.4,
        ),
        ("needs.*.seeks_help", 0.1, lambda s: s.needs["moderate"].seeks_help["rural"], 0.1),
        ("pools.counsellors", "x1.5", lambda s: s.pools["counsellors"].scale, 1.5),
        ("pools.counsellors", 30, lambda s: s.pools["counsellors"].number, 30.0),
        ("zones.村 Village.counsellors", 3, lambda s: s.column("counsellors")["村 Village"], 3.0),
        ("zones.*.counsellors", "x2", lambda s: sum(s.column("counsellors").values()), 5.0),
        (
            "collaboration.crisis_handoff.at.0.4",
            "48 h",
            lambda s: s.collaboration.crisis_handoff.at[0.4],
            48.0,
        ),
        ("stations.room.queue_limit", 5, lambda s: s.stations["room"].queue_limit, 5),
        ("collaboration.shared hours.on", False, lambda s: s.collaboration.shared_hours.on, False),
    ],
)
def test_overrides(tiny, path, value, got, expected):
    before = tiny.model_copy(deep=True)
    assert got(override(tiny, path, value)) == pytest.approx(expected)
    assert tiny == before


def test_scaling_a_time_keeps_its_shape(tiny):
    erlang = override(tiny, "stations.room.service_time", {"erlang": {"mean": "1 h", "phases": 3}})
    assert override(erlang, "stations.room.service_time", "x2").stations[
        "room"
    ].service_time.distribution() == Erlang(2.0, 3)
    table = override(
        tiny,
        "stations.room.service_time",
        {"empirical": {"values": ["1 h", "2 h"], "weights": [1, 2]}},
    )
    assert override(table, "stations.room.service_time", "x2").stations[
        "room"
    ].service_time.distribution().values == (2.0, 4.0)


def test_scaling_twice_multiplies(tiny):
    assert (
        override(override(tiny, "pools.counsellors", "x2"), "pools.counsellors", "x1.5")
        .pools["counsellors"]
        .scale
        == 3.0
    )


def test_what_is_nothing_unless_said_can_be_said_at_the_top(tiny):
    """``results_by`` and ``source`` have no value where the scenario does not speak of them."""
    said = override(override(tiny, "results by", ["year", "week"]), "source", "made up")
    assert said.results_by == ["year", "week"] and said.source == "made up"
    assert override(said, "results_by", []).results_by == []


@pytest.mark.parametrize(
    "path, value, said",
    [
        (
            "colaboration.level",
            0.5,
            (
                "override 'colaboration.level': there is no 'colaboration' at the top; did you mean"
                " 'collaboration'?"
            ),
        ),
        (
            "collaboration.levle",
            0.5,
            (
                "override 'collaboration.levle': there is no 'levle' in 'collaboration'; did you"
                " mean 'level'?"
            ),
        ),
        (
            "zones.nowhere.counsellors",
            1,
            "override 'zones.nowhere.counsellors': there is no 'nowhere' in 'zones'; known are"
            " 城 City, 村 Village",
        ),
        (
            "collaboration.level.x",
            0.5,
            "override 'collaboration.level.x': there is nothing below 'collaboration.level'",
        ),
        (
            "collaboration.level",
            1.5,
            (
                "override collaboration.level=1.5 collaboration.level: a share from 0 to 1 or a"
                ' percentage such as "30 %" wanted, got 1.5'
            ),
        ),
        (
            "pools.counsellors",
            "many",
            (
                "override 'pools.counsellors': staff as a number, or a factor such as x1.5, wanted,"
                " got 'many'"
            ),
        ),
        (
            "pools.counsellors.roster",
            "foo",
            (
                "override pools.counsellors.roster=foo pools.counsellors.roster: no roster is"
                " called 'foo'; known are always, office"
            ),
        ),
        ("observe", "0 h", "override observe=0 h observe: a duration above 0 wanted"),
        (
            "name",
            "x2",
            "override 'name': only a number can be multiplied by 2, there stands 'tiny'",
        ),
        (
            "pools.counsellors",
            "x1e300",
            "override 'pools.counsellors': 0, or a number from 10^-9 to 10^9, wanted, got 1e+300",
        ),
        (
            "collaboration..level",
            1,
            "override 'collaboration..level': a dotted path such as collaboration.level wanted",
        ),
    ],
)
def test_overrides_that_do_not_fit(tiny, path, value, said):
    with pytest.raises(ScenarioError) as problem:
        override(tiny, path, value)
    assert str(problem.value) == said


@pytest.mark.parametrize("name", ["-", "-5", "+1", "=x", "a=b", "[bold]", "'q'", "@", "0"])
def test_a_zone_may_have_any_name_that_can_be_printed(tmp_path, name):
    zones = ZONES.replace("城 City", name)
    scenario = load_scenario(written(tmp_path, zones=zones))
    path, value = split_setting(f"zones.{name}.counsellors=7")
    assert override(scenario, path, int(value)).column("counsellors")[name] == 7
    assert compile_scenario(scenario)


@pytest.mark.parametrize(
    "text, parts",
    [
        ("collaboration.level=0.8", ("collaboration.level", "0.8")),
        ("zones.a=b.counsellors = x2", ("zones.a=b.counsellors", " x2")),
        ("source='a=b'", ("source", "'a=b'")),
        ("stations.x.service time={fixed: 1 h}", ("stations.x.service time", "{fixed: 1 h}")),
        ("=1", None),
        ("name", None),
    ],
)
def test_a_setting_is_split_at_its_last_sign_of_equality(text, parts):
    assert split_setting(text) == parts


# ---- the network ---------------------------------------------------------------------------------


def test_a_scenario_compiles_to_one_station_per_need_and_zone(tiny):
    network = compile_scenario(tiny)
    names = {station.name for station in network.stations}
    assert {
        "line | moderate | 城 City",
        "room | moderate | 村 Village",
        "referral to course | moderate | 城 City",
        "room again, then course | moderate | 城 City",
    } <= names
    assert {pool.name for pool in network.pools} == {
        "counsellors | 城 City",
        "counsellors | 城 City | lent",
        "counsellors | 村 Village",
        "counsellors | 村 Village | lent",
        "seats",
        NOBODY,
    }


def test_rates_are_people_times_need_times_asking_times_entrance(tiny):
    rates = {stream.name: stream.rate.per_hour * 8760 for stream in compile_scenario(tiny).arrivals}
    assert rates == pytest.approx(
        {
            "moderate | line | 城 City": 240,
            "moderate | room | 城 City": 160,
            "moderate | line | 村 Village": 24,
            "moderate | room | 村 Village": 16,
        }
    )


def test_what_the_yaml_says_arrives_in_the_network(tiny):
    stations = {station.name: station for station in compile_scenario(tiny).stations}
    line, course = stations["line | moderate | 城 City"], stations["course | moderate | 城 City"]
    assert line.service_time == Exponential(20 / 60) and line.patience == Exponential(5 / 60)
    assert (course.sessions, course.every, course.drop_out) == (3, 168.0, 0.1)


@pytest.mark.parametrize(
    "level, hours, delay, completed, again",
    [(0.0, 0.0, 504, 0.45, 1.0), (0.6, 0.3, 302.4, 0.63, 0.4), (1.0, 0.5, 168, 0.75, 0.0)],
)
def test_collaboration_interpolates_its_tables(level, hours, delay, completed, again):
    now = collaboration.effects(Collaboration(level=level))
    assert (
        now.shared_hours,
        now.referral_delay,
        now.referral_completion,
        now.duplicate_assessment,
    ) == pytest.approx((hours, delay, completed, again))


def test_crisis_hand_offs_are_the_sources_at_its_levels():
    assert [
        collaboration.effects(Collaboration(level=level)).crisis_handoff
        for level in (0.4, 0.6, 0.8)
    ] == [72, 24, 12]


def test_a_table_that_does_not_reach_the_level_is_told(tiny):
    assert list(collaboration.notices(override(tiny, "collaboration.level", 0.9))) == [
        "collaboration.crisis_handoff is stated for levels 0.4 to 0.8; at 0.9 the nearest value,"
        " 12, is held"
    ]


def test_hand_offs_vary_unless_the_scenario_says_otherwise(tmp_path):
    """Exponentially, or lognormally with the coefficient of variation that the scenario states."""

    def delays(scenario):
        ways = {
            station.labels["station"]: station.routing["completed"].options[0].delay
            for station in compile_scenario(scenario).stations
            if "completed" in station.routing
        }
        return [ways[name] for name in ("referral to course", "room")]

    usual = load_scenario(
        written(
            tmp_path,
            scenario=SCENARIO.replace(
                "room: {completed: {course: 70 %}}",
                "room: {completed: {course: {share: 70 %, by: crisis}}}",
            ),
        )
        / "scenario.yaml"
    )
    assert delays(usual) == [Exponential(302.4), Exponential(24.0)]
    constant = override(
        override(usual, "collaboration.referral_delay.varies", False),
        "collaboration.crisis_handoff.varies",
        False,
    )
    assert delays(constant) == [Deterministic(302.4), Deterministic(24.0)]
    stated = override(usual, "collaboration.referral_delay.cv", 0.5)
    assert delays(stated) == [Lognormal(302.4, 151.2), Exponential(24.0)]
    assert delays(override(stated, "collaboration.referral_delay.cv", 0))[0] == Deterministic(302.4)


@pytest.mark.parametrize("name", collaboration.TABLES)
def test_each_mechanism_can_be_switched_off_and_then_stays_where_it_is_without_collaboration(
    tiny, name
):
    off = override(tiny, f"collaboration.{name}.on", False)
    values = {
        getattr(
            collaboration.effects(override(off, "collaboration.level", level).collaboration), name
        )
        for level in (0.4, 0.6, 1.0)
    }
    assert values == {next(iter(getattr(tiny.collaboration, name).at.values()))}
    others = [other for other in collaboration.TABLES if other != name]
    assert all(
        getattr(collaboration.effects(off.collaboration), other)
        == getattr(collaboration.effects(tiny.collaboration), other)
        for other in others
    )


def test_shared_hours_are_a_right_to_the_places_of_a_pool_and_add_none(tiny):
    """Whatever is shared, the places of a zone are the same; what may go to others lies within."""

    def steps(level):
        return {
            pool.name: (pool.within, [part.tolist() for part in pool.capacity.steps(168 * 16)])
            for pool in compile_scenario(override(tiny, "collaboration.level", level)).pools
            if pool.name.startswith("counsellors | 城")
        }

    none, half = steps(0.0), steps(1.0)
    own, lent = "counsellors | 城 City", "counsellors | 城 City | lent"
    assert none[own] == half[own] and none[own][0] == ()
    assert none[lent][0] == half[lent][0] == (own,)
    assert set(none[lent][1][1]) == {0} and max(half[lent][1][1]) >= 1


def test_a_referral_is_completed_straight_on_or_by_way_of_another_assessment(tiny):
    desk = next(
        s
        for s in compile_scenario(tiny).stations
        if s.name == "referral to course | moderate | 城 City"
    )
    ways = {
        option.station: (option.probability, option.delay.mean)
        for option in desk.routing["completed"].options
    }
    assert ways == {
        "course | moderate | 城 City": (pytest.approx(0.63 * 0.6), pytest.approx(302.4)),
        "room again, then course | moderate | 城 City": (
            pytest.approx(0.63 * 0.4),
            pytest.approx(302.4),
        ),
    }


def test_a_repeated_assessment_keeps_the_ways_of_those_who_are_not_assessed(tmp_path):
    text = SCENARIO.replace(
        "room: {completed: {course: 70 %}}",
        "room: {completed: {course: 70 %}, reneged: {line: 40 %}}",
    )
    network = compile_scenario(load_scenario(written(tmp_path, text)))
    again = next(
        s for s in network.stations if s.name == "room again, then course | moderate | 城 City"
    )
    assert {
        outcome: [(option.station, option.probability) for option in routing.options]
        for outcome, routing in again.routing.items()
    } == {
        "completed": [("course | moderate | 城 City", 1.0)],
        "reneged": [("line | moderate | 城 City", 0.4)],
        "no_show": [],
    }


def test_each_zone_has_its_share_of_a_wave_whatever_it_is_called(tmp_path):
    """Fractions of a person: they are rounded by a draw, when the network is simulated."""
    text = SCENARIO.replace("in need: 50 % per year", "wave: {on: 02-10, share: 0.25 %}")
    network = compile_scenario(load_scenario(written(tmp_path, text)))
    numbers = {stream.name: stream.batches for stream in network.arrivals}
    at = 24.0 * 35
    assert numbers == {
        "moderate | line | 城 City": ((at, 1.2),),
        "moderate | room | 城 City": ((at, 0.8),),
        "moderate | line | 村 Village": ((at, 0.12),),
        "moderate | room | 村 Village": ((at, 0.08),),
    }


def test_a_lenders_own_zone_comes_first(tiny):
    station = next(
        s for s in compile_scenario(tiny).stations if s.name == "room | moderate | 城 City"
    )
    assert [(attend.pool, attend.priority) for attend in station.pools] == [
        ("counsellors | 城 City", 0),
        ("counsellors | 村 Village | lent", ELSEWHERE),
    ]


# ---- levels of a roster, targets of one's own ----------------------------------------------------

LEVELS = SCENARIO.replace(
    '  always: {shifts: {Mon-Sun: ["00:00-24:00"]}, holidays: open}\n',
    '  always:\n    shifts: {Mon-Sun: ["00:00-08:00 x night", "08:00-20:00 x peak", "20:00-24:00 x'
    ' night"]}\n    night: 2\n    peak: 21\n    holidays: open\n',
)


def seats(scenario):
    """(the pools of the staff called seats, their places from hour to hour of the first day)"""
    network = compile_scenario(scenario)
    pools = [pool for pool in network.pools if pool.labels["staff"] == "seats"]
    return pools, [places for start, _, places in pools[0].capacity.shifts if start < 24]


@pytest.mark.parametrize("path", ["rosters.always.peak", "rosters.always.levels.peak"])
def test_a_factor_sets_one_level_of_a_roster_over_all_hours_that_name_it(tmp_path, path):
    scenario = load_scenario(written(tmp_path, LEVELS))
    pools, places = seats(scenario)
    assert len(pools) == 1 and places == [2, 21, 2]
    assert seats(override(scenario, path, 30))[1] == [2, 30, 2]
    assert seats(override(scenario, path, "x2"))[1] == [2, 42, 2]
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(scenario), encoding="utf-8")
    assert compile_scenario(load_scenario(again)) == compile_scenario(scenario)


@pytest.mark.parametrize("engine", ENGINES)
def test_who_is_still_at_work_from_the_hours_before_holds_a_place(engine):
    """Two places until 10:00 and one after; two sessions of an hour begin at 9:30 and end at 10:30;
    who joins at 10:00 waits for both to end, not for one of two pools.
    """
    roster = Roster(((0.0, 10.0, 2), (10.0, 24.0, 1)))
    network = Network(
        [Pool("seats", roster)],
        [Station("line", ["seats"], 1.0)],
        [Arrivals("line", batches=[(9.5, 2), (10.0, 1)])],
    )
    rows = simulate(network, 20.0, engine=engine).read()
    assert sorted(rows["started"].tolist()) == [9.5, 9.5, 10.5]


def test_targets_of_ones_own_are_told_and_may_be_set(tmp_path):
    text = SCENARIO.replace("role: hotline}", "role: hotline, target: [answered, soon]}")
    text += "targets: {answered: 20 s, soon: 5 min, register visit: 1 week}\n"
    scenario = load_scenario(written(tmp_path, text))
    told = plan(scenario).spec.targets
    assert [(target.name, target.stations) for target in told] == [
        ("answered", ("line",)),
        ("soon", ("line",)),
    ]
    assert plan(override(scenario, "targets.soon", "6 min")).spec.targets[1].hours == 0.1
    assert override(scenario, "targets.register visit", "2 weeks").targets.register_visit == 336


def test_a_line_is_told_by_the_hour_at_the_point_where_its_levels_are_equal_too(tmp_path):
    scenario = load_scenario(written(tmp_path, LEVELS))
    by_hour = (("line", ("hour", "weekday", "quarter")),)
    assert plan(scenario).spec.by_arrival == by_hour
    assert plan(override(scenario, "rosters.always.peak", 2)).spec.by_arrival == by_hour
    assert plan(load_scenario(written(tmp_path / "plain"))).spec.by_arrival == ()


def test_a_register_has_no_target_of_those_who_ask(tmp_path):
    text = SCENARIO.replace(
        "pathway: adults}",
        "pathway: adults}\n  known: {group: adults, severity: severe, register: {share: 1 %,"
        " managed: 90 %, first within: 4 weeks},\n    enters by: {room: 100 %}, pathway: adults,"
        " target: seen}",
        1,
    )
    with pytest.raises(ScenarioError, match=r"needs\.known\.target: none wanted of a register"):
        load_scenario(written(tmp_path, text + "targets: {seen: 5 days}\n"))


@pytest.mark.parametrize("length", [40, 79, 81, 100, 112, 126, 140])
def test_a_name_with_blanks_is_read_again_from_the_resolved_scenario_however_long(tmp_path, length):
    name = ("in a minute " * 12)[:length].strip()
    text = SCENARIO.replace("role: hotline}", f"role: hotline, target: {name}}}")
    scenario = load_scenario(written(tmp_path, f"{text}targets: {{{name}: 1 min}}\n"))
    again = tmp_path / "again.yaml"
    again.write_text(resolved_yaml(scenario), encoding="utf-8")
    assert load_scenario(again).targets.named == {name: 1 / 60}


def test_values_that_fit_only_together_may_come_in_any_order(tmp_path):
    found = load_scenario(written(tmp_path) / "scenario.yaml")
    nurses = {"per": "zone", "from": "counsellors", "hours each": "10 h", "roster": "office"}
    both = {"stations.room.pools": ["nurses"], "pools.nurses": nurses}
    variants = [overridden(found, dict(pairs)) for pairs in (both.items(), [*both.items()][::-1])]
    assert variants[0] == variants[1] != found
    with pytest.raises(ScenarioError) as problem:
        overridden(found, {"stations.room.pools": ["nurses"], "collaboration.level": 0.5})
    assert str(problem.value) == (
        "override stations.room.pools=['nurses'] stations.room.pools.0: no pool is called"
        " 'nurses'; known are counsellors, seats"
    )
