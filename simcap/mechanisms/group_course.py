"""Group courses that a group begins and ends together, with lessons online before.

Source: seed 000 §4.2 (group counselling; for rural left-behind women a course online with a
mutual-help group in person), seed 003 一(四) (group sessions at schools); evidence B.6: 2 h a week,
6 to 8 weeks, groups of 8. The sources give no rule; assumed: a course begins on fixed dates, one in
each zone, with those who wait then, at most as many as the group holds, if they are enough. Nobody
joins it later: the place of who drops out stays empty. Those left over wait for the next date, at a
waiting list of its own; who gives up leaves from there. Drop-out is drawn after every session of
the whole course, lessons included, but the last.

Attendances are counted by the head, lessons (a station of their own, «…, lessons online») as lay
contacts; meetings and staff hours by the group. Lessons need no staff and no hour of the day.

What the network cannot say, and this therefore does not: lessons between the meetings (sessions of
one course are all of one kind); two groups of one station at once in a zone (who meets at one
moment at one station is divided into groups anew each time); members with different needs in one
group (the network's stations are by need).
"""

from __future__ import annotations

from collections.abc import Iterator

from simcap import lang
from simcap.lang import _
from simcap.mechanisms.checks import (
    PATHWAY,
    POOL,
    ROSTER,
    STATION,
    Fault,
    Made,
    Name,
)
from simcap.network.groups import MOST_TOGETHER
from simcap.scenario.blocks import GroupCourse, Lessons
from simcap.scenario.calendar import week_of
from simcap.scenario.fields import Time, clock, week_days
from simcap.scenario.schema import (
    Edge,
    GroupSpec,
    Instead,
    Opening,
    Scenario,
    Seat,
    StationSpec,
    Step,
)

GATHERING = 2 / 60
"""Hours before a course at which its group is made: one, since the door, open for half as long, has
one place.
"""


def rewritten(scenario: Scenario, block: GroupCourse) -> Scenario:
    """``scenario`` with a waiting list before the station, which opens when a course begins, and
    lessons before that.
    """
    spec = _in_groups(block, scenario.stations[block.station])
    usual = scenario.rosters[scenario.pools[spec.pools[0].pool].roster]
    shifts = {block.day: [_door(block)]}
    roster = usual.model_copy(update={"shifts": shifts, "levels": {}, "weeks": block.weeks})
    door = Opening.model_construct(per="zone", from_="", at_least=1.0, roster=list_of(block))
    stations = {**scenario.stations, list_of(block): _waiting_list(block, spec)}
    before = [Instead.model_construct(station=list_of(block), share=1.0, before=True)]
    if lessons := _taken(block):
        stations[lessons_of(block)] = _lessons(lessons, spec)
        before.insert(0, _online(block, lessons))
    assert spec.group is not None  # see ``faults``
    course = {
        "group": GroupSpec.model_construct(size=spec.group.size),  # however few are left
        "instead": [*spec.instead, *before],
        "queue_limit": None,
        "redial": None,
    }
    stations[block.station] = spec.model_copy(update=course)
    return scenario.model_copy(
        update={
            "rosters": {**scenario.rosters, list_of(block): roster},
            "pools": {**scenario.pools, list_of(block): door},
            "stations": stations,
            "pathways": _pathways(scenario, block, spec),
        }
    )


def _taken(block: GroupCourse) -> Lessons | None:
    """The lessons online, if anybody takes any."""
    online = block.online
    return online if online is not None and online.number and online.share else None


def _in_groups(block: GroupCourse, spec: StationSpec) -> StationSpec:
    """The station with the group of the block, if it has one of its own."""
    if block.size is None:
        return spec
    group = GroupSpec.model_construct(size=block.size, at_least=block.at_least)
    return spec.model_copy(update={"group": group})


def _door(block: GroupCourse) -> str:
    """When the group is made, as hours of a shift."""
    minutes = round(60 * (clock(block.at) - GATHERING))
    start, end = (f"{at // 60:02}:{at % 60:02}" for at in (minutes, minutes + 1))
    return f"{start}-{end}"


def _waiting_list(block: GroupCourse, spec: StationSpec) -> StationSpec:
    return StationSpec.model_construct(
        place=spec.place,
        pools=[Seat.model_construct(pool=list_of(block))],
        service_time=Time.model_construct(fixed=GATHERING),
        patience=spec.patience,
        deterioration=spec.deterioration,
        queue_limit=spec.queue_limit,
        redial=spec.redial,
        priority=spec.priority,
        group=spec.group,
        asks=spec.asks,
        target=spec.target,
        source=block.source,
    )


def _online(block: GroupCourse, online: Lessons) -> Instead:
    return Instead.model_construct(
        station=lessons_of(block),
        share=online.share,
        zones=online.zones,
        pathways=online.pathways,
        before=True,
    )


def _lessons(online: Lessons, spec: StationSpec) -> StationSpec:
    return StationSpec.model_construct(
        place=spec.place,
        pools=[],
        service_time=Time.model_construct(fixed=online.time),
        sessions=online.number,
        every=online.every,
        drop_out=spec.drop_out,
        contact="lay",
        asks=spec.asks,
        source=spec.source,
    )


def _pathways(
    scenario: Scenario, block: GroupCourse, spec: StationSpec
) -> dict[str, dict[str, Step]]:
    """The pathways, on which lessons lead to the list and the list to the course."""
    found = {}
    for name, steps in scenario.pathways.items():
        found[name] = steps
        if block.station not in scenario.stations_of(name):
            continue
        step, sure = steps.get(block.station, Step()), Edge(share=1.0)
        leave = {
            goal: edge.model_copy(update={"share": edge.share * spec.drop_out})
            for goal, edge in step.dropped_out.items()
        }
        stays = {list_of(block): Edge(share=1 - spec.drop_out)}
        found[name] = {
            **steps,
            list_of(block): step.model_copy(
                update={"completed": {block.station: sure}, "dropped_out": {}, "no_show": {}}
            ),
            lessons_of(block): Step.model_construct(
                completed={**leave, **stays}, dropped_out=step.dropped_out
            ),
        }
    return found


def list_of(block: GroupCourse) -> str:
    """The waiting list, and the pool and roster of its door."""
    return f"{block.station}, waiting list"


def lessons_of(block: GroupCourse) -> str:
    """The station of the lessons."""
    return f"{block.station}, lessons online"


def makes(scenario: Scenario, block: GroupCourse) -> Iterator[Made]:
    """The waiting list with its door, and the lessons."""
    yield from ((kind, list_of(block)) for kind in (STATION, POOL, ROSTER))
    yield STATION, lessons_of(block)


def names(block: GroupCourse) -> Iterator[Name]:
    """The station, and pathways."""
    yield ("station",), STATION, block.station
    if block.online is not None:
        for i, pathway in enumerate(block.online.pathways or ()):
            yield ("online", "pathways", i), PATHWAY, pathway


def faults(scenario: Scenario, block: GroupCourse) -> Iterator[Fault]:
    """A station where no group has a course; a course that lasts until the next begins; a day or
    an hour at which none can begin.
    """
    spec = _in_groups(block, scenario.stations[block.station])
    several = isinstance(spec.sessions, int) and spec.sessions > 1
    if spec.group is None or not several or spec.diary is not None or spec.caseload is not None:
        yield (
            ("station",),
            _(
                "a station with a group (or a `size` beside it) and several sessions,"
                " without a diary or a caseload, wanted, got {got!r}",
                got=block.station,
            ),
        )
        return
    if not spec.group.at_least <= spec.group.size <= MOST_TOGETHER:
        yield (
            ("at_least",),
            _(
                "at least ≤ size ≤ {most:,} wanted, got {got} and {size}",
                most=MOST_TOGETHER,
                got=spec.group.at_least,
                size=spec.group.size,
            ),
        )
    if any(seat.after for seat in spec.pools):
        yield ("station",), _("a group starts together: no `after` wanted at its station")
    if any(
        other.station == block.station and other.nth < block.nth
        for other in scenario.mechanisms.on("group_course")
    ):
        yield (
            ("station",),
            _("each station once wanted, got {got!r} in two blocks", got=block.station),
        )
    yield from _wrong_dates(scenario, block, int(spec.sessions) * spec.every)
    yield from _wrong_lessons(block)


def _wrong_dates(scenario: Scenario, block: GroupCourse, lasts: float) -> Iterator[Fault]:
    """A course that ``lasts`` until the next begins; a day or an hour at which none can begin."""
    weeks = week_of(block.weeks)[1]
    if 168.0 * weeks < lasts:
        least = -(-lasts // 168)
        yield (
            ("weeks",),
            _(
                "a course that has ended before the next begins wanted, at most one in"
                " {least:g} weeks, got one in {weeks}",
                least=least,
                weeks=weeks,
            ),
        )
    if len(week_days(block.day)) != 1:
        yield ("day",), _("one day wanted, got {got!r}", got=block.day)
    elif not _open(scenario, block):
        yield (
            ("at",),
            _(
                "an hour at which some of {station} work wanted, from 00:02 on, got {got} {at}",
                station=block.station,
                got=block.day,
                at=block.at,
            ),
        )


def _wrong_lessons(block: GroupCourse) -> Iterator[Fault]:
    """Lessons all at once."""
    if block.online is not None and block.online.number > 1 and block.online.every == 0:
        yield ("online", "every"), _("a time above 0 between lessons wanted, got 0")


def _open(scenario: Scenario, block: GroupCourse) -> bool:
    """Whether somebody works when a course begins."""
    begin = 24.0 * week_days(block.day)[0] + clock(block.at)
    pools = [scenario.pools[seat.pool] for seat in scenario.stations[block.station].pools]
    shifts = [s for pool in pools if pool.roster for s in scenario.rosters[pool.roster].week()]
    on = any(start <= begin + past < end for start, end, _ in shifts for past in (0.0, 168.0))
    return on and clock(block.at) >= GATHERING


def described(scenario: Scenario, block: GroupCourse) -> str:
    """One line for ``simcap show``."""
    spec = _in_groups(block, scenario.stations[block.station])
    size = _("{low} to {high}", low=spec.group.at_least, high=spec.group.size) if spec.group else ""
    said = _(
        "{station}: groups of {size} begin on {day} {at}, {weeks} weeks, and meet {sessions} times;"
        " nobody joins later",
        station=block.station,
        size=size,
        day=block.day,
        at=block.at,
        weeks=block.weeks,
        sessions=spec.sessions,
    )
    if (online := _taken(block)) is None:
        return said
    before = _(
        "before it {number} lessons online for {share:.0%} in {zones} zones",
        number=online.number,
        share=online.share,
        zones=lang.listed(map(_, online.zones)),
    )
    return _("; ").join([said, before])
