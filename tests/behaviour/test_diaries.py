"""Sentences about appointments."""

from conftest import at, log

from simcap.network import Arrivals, Attend, Diary, Network, Pool, Redial, Slots, Station

MORNING = Slots([(9, 1), (10, 2)], cycle=24.0)


def clinic(arrivals=(0.0, 0.0, 0.0, 0.0), slots=MORNING, diary=None, **station):
    """Appointments of half an hour."""
    return Network(
        [Pool("clinic", slots)],
        [Station("desk", ["clinic"], 0.5, diary=diary or Diary(), **station)],
        [at(*arrivals, to="desk")],
    )


def test_residents_are_booked_into_the_earliest_slots_in_the_order_in_which_they_ask():
    assert log(clinic(), fields="resident joined started ended") == [
        (0, 0.0, 9.0, 9.5),
        (1, 0.0, 10.0, 10.5),
        (2, 0.0, 10.0, 10.5),
        (3, 0.0, 33.0, 33.5),
    ]


def test_who_asks_at_the_very_moment_of_a_free_slot_is_seen_at_once():
    assert log(clinic((9.0, 9.0)), fields="joined started") == [(9.0, 9.0), (9.0, 10.0)]


def test_a_minimum_notice_skips_the_slots_before_it():
    assert log(clinic((8.0,), diary=Diary(notice=2.0)), fields="started") == [(10.0,)]


def test_who_gives_up_returns_the_slot_to_whoever_asks_next_and_nobody_moves_up():
    """The resident booked for nine gives up at five; the one for ten stays at ten; who asks at six
    has nine.
    """
    world = Network(
        [Pool("clinic", MORNING)],
        [
            Station("desk", ["clinic"], 0.5, diary=Diary()),
            Station("brief", ["clinic"], 0.5, diary=Diary(), patience=5.0),
        ],
        [at(0.0, to="brief"), at(1.0, 6.0, to="desk")],
    )
    assert log(world, fields="station resident started outcome") == [
        ("brief", 0, None, "reneged"),
        ("desk", 1, 9.0, "completed"),
        ("desk", 0, 10.0, "completed"),
    ]


def test_who_is_booked_for_nine_is_seen_rather_than_gives_up_at_nine():
    assert log(clinic((1.0,), patience=8.0), fields="started outcome") == [(9.0, "completed")]


def test_a_slot_whose_resident_does_not_come_is_lost():
    assert log(clinic((1.0, 1.0), no_show=1.0), fields="started ended outcome") == [
        (9.0, 9.5, "no_show"),
        (10.0, 10.5, "no_show"),
    ]


def test_slots_that_are_kept_are_for_the_urgent_who_take_them_first():
    slots = Slots([(9, 1, 1), (10, 2)], cycle=24.0)
    world = Network(
        [Pool("clinic", slots)],
        [
            Station("routine", ["clinic"], 0.5, diary=Diary()),
            Station("urgent", ["clinic"], 0.5, diary=Diary(urgent=True)),
        ],
        [at(0.0, 1.0, 1.0, to="routine"), at(0.5, 2.0, to="urgent")],
    )
    assert log(world, fields="station resident started") == [
        ("routine", 0, 9.0),
        ("urgent", 0, 9.0),
        ("routine", 1, 10.0),
        ("routine", 2, 10.0),
        ("urgent", 1, 33.0),
    ]


def test_a_kept_slot_that_is_returned_is_kept_again():
    slots = Slots([(9, 0, 1), (10, 1)], cycle=24.0)
    world = Network(
        [Pool("clinic", slots)],
        [
            Station("routine", ["clinic"], 0.5, diary=Diary()),
            Station("urgent", ["clinic"], 0.5, diary=Diary(urgent=True), patience=2.0),
        ],
        [at(4.0, to="routine"), at(0.0, 5.0, to="urgent")],
    )
    assert log(world, fields="station resident started ended outcome")[0] == (
        "urgent",
        0,
        None,
        2.0,
        "reneged",
    )
    assert log(world, fields="station started")[-1] == ("routine", 10.0)


def test_of_two_clinics_the_one_with_the_earlier_slot_is_taken_and_of_equal_ones_the_first_listed():
    world = Network(
        [
            Pool("own", Slots([(9, 1)], cycle=24.0)),
            Pool("next", Slots([(9, 1), (8, 1)], cycle=24.0)),
        ],
        [Station("desk", ["own", "next"], 0.5, diary=Diary())],
        [at(0.0, 0.0, 0.0, 0.0, to="desk")],
    )
    assert log(world, fields="pool started") == [
        ("next", 8.0),
        ("own", 9.0),
        ("next", 9.0),
        ("next", 32.0),
    ]


def test_a_clinic_further_away_is_offered_to_those_only_who_would_wait_long():
    world = Network(
        [Pool("own", Slots([(9, 1)], cycle=24.0)), Pool("next", Slots([(8, 9)], cycle=24.0))],
        [Station("desk", ["own", Attend("next", after=48.0, factor=2.0)], 0.5, diary=Diary())],
        [at(0.0, 0.0, 0.0, 0.0, to="desk")],
    )
    assert log(world, fields="pool started ended") == [
        ("own", 9.0, 9.5),
        ("own", 33.0, 33.5),
        ("next", 56.0, 57.0),
        ("next", 56.0, 57.0),
    ]


def test_who_finds_no_slot_within_the_window_balks_and_may_ring_again():
    world = clinic((0.0, 0.0, 0.0, 0.0), diary=Diary(window=24.0), redial=Redial(1.0, 12.0))
    assert log(world, fields="resident joined started outcome") == [
        (3, 0.0, None, "balked"),
        (0, 0.0, 9.0, "completed"),
        (1, 0.0, 10.0, "completed"),
        (2, 0.0, 10.0, "completed"),
        (3, 12.0, 33.0, "completed"),
    ]


def test_those_booked_count_in_the_queue_that_others_find():
    assert [
        outcome for (outcome,) in log(clinic((0.0, 0.0, 9.0), queue_limit=1), fields="outcome")
    ] == ["balked", "completed", "completed"]


def test_a_follow_up_is_booked_when_the_session_before_ends():
    """The follow-up of nine o'clock is due a day later and booked at half past nine; who asks at
    ten finds it taken.
    """
    world = clinic((0.0, 10.5), slots=Slots([(9, 1)], cycle=24.0), sessions=2, every=24.0)
    assert log(world, 60.0, fields="resident session joined started") == [
        (0, 1, 0.0, 9.0),
        (0, 2, 33.0, 33.0),
        (1, 1, 10.5, 57.0),
        (1, 2, None, None),
    ]


def test_a_follow_up_that_finds_its_time_taken_waits_for_the_next():
    world = clinic((0.0, 0.0), slots=Slots([(9, 1)], cycle=24.0), sessions=2, every=24.0)
    assert log(world, 90.0, fields="resident session joined started outcome") == [
        (0, 1, 0.0, 9.0, "session"),
        (1, 1, 0.0, 33.0, "session"),
        (0, 2, 33.0, 57.0, "completed"),
        (1, 2, 57.0, 81.0, "completed"),
    ]


def test_appointments_go_on_at_the_same_time_whatever_their_length():
    world = clinic((0.0, 0.0, 0.0), slots=Slots([(9, 1), (9.25, 2)], cycle=24.0))
    assert log(world, fields="started ended") == [(9.0, 9.5), (9.25, 9.75), (9.25, 9.75)]


def test_closed_days_have_no_slots_and_dated_ones_are_added():
    slots = Slots([(9, 1)], cycle=24.0, closed=[(24.0, 48.0)], dated=[(50.0, 1), (9.0, 1)])
    assert log(clinic(slots=slots), fields="started") == [(9.0,), (9.0,), (50.0,), (57.0,)]


def test_a_fortnightly_clinic_is_a_cycle_of_two_weeks():
    slots = Slots([(9, 1)], cycle=336.0, cycle_starts=168.0)
    assert log(clinic((0.0, 0.0), slots=slots), 800.0, fields="started") == [(177.0,), (513.0,)]


def test_the_capacity_of_a_diary_is_its_slots_each_of_its_length():
    import simcap

    world = Network(
        [Pool("clinic", Slots([(9, 2), (9.5, 1)], cycle=24.0, length=1.0))],
        [Station("desk", ["clinic"], 0.5, diary=Diary())],
        [Arrivals("desk", backlog=1)],
    )
    table = simcap.simulate(world, 30.0).capacity
    assert list(zip(table["time"], table["places"], strict=True)) == [
        (0.0, 0.0),
        (9.0, 2.0),
        (9.5, 3.0),
        (10.0, 1.0),
        (10.5, 0.0),
    ]
