"""Rosters: hours are kept, halves add up to the whole, closed days are closed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcap.network import Pool, Roster
from simcap.network.resolved import start_limits
from simcap.network.roster import last_starts

OFFICE = [
    (24 * day + start, 24 * day + end, 1)
    for day in range(5)
    for start, end in ((9, 12), (14, 17.5))
]


def hours(roster, until):
    times, places = roster.steps(until)
    return float((np.diff(np.append(times / 3.6e9, until)) * places).sum())


def level(steps, at):
    return int(steps[1][np.searchsorted(steps[0], at * 3.6e9, side="right") - 1])


def test_steps_follow_the_shifts():
    times, places = Roster([(9, 12, 2), (14, 17, 1)]).steps(24)
    assert (times / 3.6e9).tolist() == [0, 9, 12, 14, 17] and places.tolist() == [0, 2, 0, 1, 0]


def test_time_0_may_lie_inside_the_week_and_inside_a_shift():
    times, places = Roster([(9, 12, 2)], week_starts=10.0).steps(200)
    assert (times / 3.6e9).tolist() == [0, 2, 167, 170] and places.tolist() == [2, 0, 2, 0]


def test_shifts_may_overlap_and_run_into_the_next_week():
    """The first night is that of the Sunday before time 0, which runs until two."""
    times, places = Roster([(166, 170, 1), (1, 3, 1)]).steps(337)
    assert dict(zip((times / 3.6e9).tolist(), places.tolist(), strict=True)) == {
        **{0: 1, 1: 2, 2: 1, 3: 0},
        **{166: 1, 169: 2, 170: 1, 171: 0, 334: 1},
    }


def test_a_run_that_starts_on_monday_has_the_night_from_sunday_on():
    nights = Roster([(24.0 * day + 22, 24.0 * day + 30, 1) for day in range(7)])
    assert [level(nights.steps(60), at) for at in (0, 5.9, 6, 22, 29.9, 30)] == [1, 1, 0, 1, 1, 0]
    assert hours(nights, 168.0) == 56.0


def test_half_places_are_carried_over_from_the_night_before_the_start():
    """Half of Sunday's night is owed to Monday's, which is whole, and so on, every second one."""
    nights = Roster([(24.0 * day + 22, 24.0 * day + 30, 0.5) for day in range(7)])
    assert [level(nights.steps(60), at) for at in (3, 23, 27, 47)] == [0, 1, 1, 0]


def test_which_shifts_of_a_roster_overlap():
    assert Roster([(9, 17, 1), (33, 41, 1)]).overlaps() == []
    assert Roster([(9, 17, 1), (17, 20, 1)]).overlaps() == []
    assert Roster([(9, 17, 1), (12, 20, 1), (9, 17, 2)]).overlaps() == [(0, 1), (0, 2), (1, 2)]
    assert Roster([(166, 170, 1), (1, 3, 1)]).overlaps() == [(0, 1)]


def test_round_the_clock_is_one_step():
    times, places = Roster([(24 * day, 24 * day + 24, 3) for day in range(7)]).steps(1000)
    assert times.tolist() == [0] and places.tolist() == [3]


@given(st.floats(0.1, 200), st.integers(3, 40))
@settings(max_examples=60, deadline=None)
def test_hours_a_week_are_kept_to_within_one_shift(week_hours, weeks):
    roster = Roster(OFFICE, hours=week_hours)
    assert abs(hours(roster, 168.0 * weeks) - weeks * week_hours) <= 3.5 + 1e-6 * weeks


@given(st.floats(0.5, 120), st.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_the_hours_kept_and_lent_add_up_at_every_moment_and_in_the_share_asked_for(
    week_hours, share
):
    roster, weeks = Roster(OFFICE, hours=week_hours), 60
    kept, lent = roster.split(share)
    steps = [part.steps(168.0 * weeks) for part in (roster, kept, lent)]
    for at in np.arange(0.25, 168 * 8, 0.5):
        assert level(steps[0], at) == level(steps[1], at) + level(steps[2], at)
    assert (
        abs(hours(lent, 168.0 * weeks) - share * hours(roster, 168.0 * weeks))
        <= 3.5 + 1e-6 * weeks * week_hours
    )


def test_a_part_is_not_split_again():
    with pytest.raises(
        ValueError, match="a roster that is not itself a part of a split one wanted"
    ):
        Roster(OFFICE).split(0.5)[0].split(0.5)


def test_rooms_bound_the_places():
    assert Roster(OFFICE, hours=100.0, places_at_most=2).steps(168)[1].max() == 2
    assert hours(Roster(OFFICE, hours=100.0, places_at_most=2), 168.0) == 65.0


def test_closed_days_are_closed_and_not_made_up_for():
    roster = Roster([(0, 168, 1)], closed=((24, 48), (47, 50)))
    assert [level(roster.steps(168), at) for at in (23.9, 24, 49.9, 50)] == [1, 0, 0, 1]


def test_a_weekend_day_is_worked_as_the_day_it_stands_for_instead_of_its_own():
    """The first Saturday is worked as a Wednesday, two places from nine to ten, not as a
    Saturday.
    """
    roster = Roster([(48 + 9, 48 + 10, 2), (120 + 14, 120 + 15, 5)], made_up=((120.0, 2),))
    assert [
        level(roster.steps(400), at)
        for at in (57, 120 + 9, 120 + 14, 168 + 120 + 9, 168 + 120 + 14)
    ] == [2, 2, 0, 0, 5]


def test_a_day_that_is_made_up_counts_from_the_start_of_the_run():
    """Time 0 is Wednesday noon: the Saturday begins 60 hours on."""
    roster = Roster([(9, 10, 1)], week_starts=60.0, made_up=((60.0, 0),))
    assert [(at / 3.6e9, places) for at, places in zip(*roster.steps(100), strict=True)] == [
        (0, 0),
        (69, 1),
        (70, 0),
    ]


def test_days_made_up_add_hours_and_rosters_split_with_them():
    roster = Roster(OFFICE, hours=20.0, made_up=((120.0, 1),), closed=((168.0, 192.0),))
    kept, lent = roster.split(0.3)
    steps = [part.steps(336.0) for part in (roster, kept, lent)]
    assert all(
        level(steps[0], at) == level(steps[1], at) + level(steps[2], at)
        for at in np.arange(0.25, 336, 0.5)
    )
    assert (
        hours(
            Roster([(24 * day, 24 * day + 10, 1) for day in range(5)], made_up=((120.0, 1),)), 168.0
        )
        == 60.0
    )


def test_dated_changes_multiply_from_their_date_on():
    roster = Roster([(9, 10, 2)], changes=((168, 1.5), (336, 0)))
    assert [level(roster.steps(600), week * 168 + 9) for week in range(3)] == [2, 3, 0]


def test_fractional_places_take_turns():
    assert [level(Roster([(9, 10, 1.5)]).steps(168 * 5), week * 168 + 9) for week in range(4)] == [
        1,
        2,
        1,
        2,
    ]


def test_last_starts_lie_before_every_fall():
    times, limits = last_starts(np.array([0, 100, 200]), np.array([3, 1, 2]), 10)
    assert times.tolist() == [0, 91, 200] and limits.tolist() == [3, 1, 2]


def test_nobody_starts_at_the_moment_of_closing_itself():
    steps = start_limits(Pool("p", Roster([(9, 12, 1)])), 24.0)
    assert steps[1].tolist() == [0, 1, 0] and steps[0].tolist() == [
        0,
        9 * 3_600_000_000,
        12 * 3_600_000_000 - 1,
    ]


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"shifts": []}, "Roster: shifts: at least one wanted"),
        (
            {"shifts": [(9, 8, 1)]},
            (
                "Roster: shifts[0]: start below 168 and below end, end at most a week later wanted,"
                " got 9 to 8"
            ),
        ),
        ({"shifts": [(9, 10, -1)]}, "Roster: shifts[0][2]: a finite number ≥ 0 wanted, got -1"),
        (
            {"shifts": [(9, 10, 1)], "hours": float("nan")},
            "Roster: hours: a finite number ≥ 0 wanted, got nan",
        ),
        (
            {"shifts": [(9, 10, 1)], "closed": [(5, 5)]},
            "Roster: closed[0]: from < to wanted, got 5 to 5",
        ),
        (
            {"shifts": [(9, 10, 1)], "made_up": [(24.0,)]},
            "Roster: made_up[0]: (hours, weekday) wanted, got (24.0,)",
        ),
        (
            {"shifts": [(9, 10, 1)], "made_up": [(36.0, 1)]},
            "Roster: made_up[0]: the hour at which a day begins wanted, got 36.0",
        ),
        (
            {"shifts": [(9, 10, 1)], "made_up": [(24.0, 7)]},
            "Roster: made_up[0][1]: one of 0, 1, 2, 3, 4, 5, 6 wanted, got 7",
        ),
    ],
)
def test_messages(fields, said):
    with pytest.raises(ValueError) as problem:
        Roster(**fields)
    assert str(problem.value) == said


@given(st.floats(5, 200), st.lists(st.floats(0, 0.33), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_several_parts_add_up_at_every_moment_and_have_their_shares(week_hours, shares):
    roster, weeks = Roster(OFFICE, hours=week_hours), 60
    parts = roster.split(*shares)
    steps = [part.steps(168.0 * weeks) for part in (roster, *parts)]
    for at in np.arange(0.25, 168 * 6, 1.5):
        assert level(steps[0], at) == sum(level(part, at) for part in steps[1:])
    for part, share in zip(parts[1:], shares, strict=True):
        assert (
            abs(hours(part, 168.0 * weeks) - share * hours(roster, 168.0 * weeks))
            <= 3.5 * len(shares) + 1e-6 * weeks * week_hours
        )


def test_a_share_may_begin_and_change_at_dates():
    """Nothing in the first week, a quarter of four places in the second, all from the fourth on."""
    kept, lent = Roster([(9, 10, 4)]).split(((168.0, 0.25), (504.0, 1.0)))
    assert [
        (level(kept.steps(900), week * 168 + 9), level(lent.steps(900), week * 168 + 9))
        for week in range(5)
    ] == [(4, 0), (3, 1), (3, 1), (0, 4), (0, 4)]


def test_nothing_is_owed_to_a_part_whose_share_has_ended():
    """Hours of long shifts that a part was short of are not given to it in short ones after its
    share has become 0.
    """
    long_and_short = Roster(
        [(24 * day + 8, 24 * day + 16, 1) for day in range(5)] + [(128, 129, 1)]
    )
    part = long_and_short.split(((0.0, 0.45), (120.0, 0.0)))[1]
    assert all(level(part.steps(400), at) == 0 for at in np.arange(120.25, 400, 0.5))


@pytest.mark.parametrize("share", ["0.5", (0.0, 0.5)])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(
        ValueError, match=r"Roster\.split: shares, or lists of \(at, share\), wanted"
    ):
        Roster(OFFICE).split(share)


def test_parts_that_are_more_than_the_whole_are_refused():
    with pytest.raises(
        ValueError,
        match=r"Roster\.split: shares with a sum of at most 1 at every time wanted, got 1\.2",
    ):
        Roster(OFFICE).split(0.7, ((10.0, 0.5),))
