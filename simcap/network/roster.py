"""A roster: how many places a pool has through the week.

Part-time people and shares of people are hours of the week, not rounded heads. A shift's wanted
number of places may be a fraction; the hours it is short of are owed to the shifts that follow
(error diffusion), so that whole people stand whole shifts and the sum of hours over the weeks is
the one that was asked for, off by less than one shift at any time. ``split`` divides the places of
each shift between several rosters in the same way: their sum is the undivided roster at every
instant, so no staff appear or vanish.
"""

from __future__ import annotations

import functools
import itertools
import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from simcap.network.checks import MOST, Checks
from simcap.network.clock import INFINITY, ticks
from simcap.network.vacancies import Fate, Vacancies, posts_there

WEEK = 168.0


@dataclass(frozen=True)
class Roster:
    """Weekly shifts, and what alters them.

    ``shifts`` are (start, end, places): hours of the week, 0 being Monday 00:00, ``end`` above
    ``start`` (it may pass 168), places ≥ 0 and perhaps fractional: what is owed of a place is
    carried over to the shifts that follow, so that half a place is one in every second shift.
    ``hours``, if given, are the hours of work a week, and the places of the shifts then only say
    how they are spread. ``places_at_most`` is what rooms allow: hours beyond it are not worked.
    ``week_starts`` is the hour of the week at time 0. ``closed`` are intervals (from, to) in hours
    since the start without any place. ``made_up`` are (at, weekday): on the day that begins ``at``
    hours since the start, the shifts that begin on ``weekday`` (0 is Monday) are worked instead of
    its own. ``changes`` are (at, factor) in order of time: for shifts that begin ``at`` hours or
    later, until the next change, wanted places are ``factor`` times as many as the shifts say.
    ``part`` is set by ``split``: the dated shares of all that is given away, and which part this is
    (0: what is kept). With ``vacancies``, wanted places are as many of those that the shifts say as
    posts are filled when the shift begins, of all there would be: drawn in each replication.

    A shift that began before time 0 and still runs then is there: a roster that starts on a Monday
    has the night from Sunday on.
    """

    shifts: tuple[tuple[float, float, float], ...]
    hours: float | None = None
    places_at_most: int | None = None
    week_starts: float = 0.0
    closed: tuple[tuple[float, float], ...] = ()
    changes: tuple[tuple[float, float], ...] = ()
    part: tuple[tuple[tuple[tuple[float, float], ...], ...], int] | None = None
    made_up: tuple[tuple[float, int], ...] = ()
    vacancies: Vacancies | None = None

    def __post_init__(self):
        for field in ("shifts", "closed", "changes", "made_up"):
            object.__setattr__(self, field, tuple(tuple(row) for row in getattr(self, field)))
        checks = Checks("Roster").true(len(self.shifts) > 0, "shifts: at least one wanted")
        for i, shift in enumerate(self.shifts):
            checks.true(len(shift) == 3, f"shifts[{i}]: (start, end, places) wanted, got {shift!r}")
            checks.each_nonnegative(**{f"shifts[{i}]": shift})
            checks.true(
                not (len(shift) == 3 and MOST < shift[2] < math.inf),
                f"shifts[{i}]: at most {MOST} places wanted, got {shift[-1]!r}",
            )
        checks.done()
        for i, (start, end, _) in enumerate(self.shifts):
            checks.true(
                start < WEEK and start < end <= start + WEEK,
                f"shifts[{i}]: start below 168 and below end, end at most a week later wanted, got"
                f" {start} to {end}",
            )
        if self.hours is not None:
            checks.nonnegative(hours=self.hours)
            checks.true(
                not MOST < self.hours / WEEK < math.inf,
                f"hours: those of at most {MOST} places round the clock wanted, got {self.hours!r}",
            )
            checks.true(
                self.week_hours > 0, "hours: shifts with at least one place wanted, got none"
            )
        if self.places_at_most is not None:
            checks.whole(0, places_at_most=self.places_at_most)
        checks.true(
            0 <= self.week_starts < WEEK,
            f"week_starts: from 0 to below 168 wanted, got {self.week_starts!r}",
        )
        for i, (start, end) in enumerate(self.closed):
            checks.true(start < end, f"closed[{i}]: from < to wanted, got {start} to {end}")
        for i, row in enumerate(self.made_up):
            checks.true(len(row) == 2, f"made_up[{i}]: (hours, weekday) wanted, got {row!r}").done()
            checks.finite(**{f"made_up[{i}][0]": row[0]}).one_of(
                range(7), **{f"made_up[{i}][1]": row[1]}
            ).done()
            checks.true(
                (row[0] + self.week_starts) % 24 == 0,
                f"made_up[{i}]: the hour at which a day begins wanted, got {row[0]!r}",
            )
        for i, (at, factor) in enumerate(self.changes):
            checks.finite(**{f"changes[{i}][0]": at}).nonnegative(**{f"changes[{i}][1]": factor})
        checks.true(
            self.vacancies is None or isinstance(self.vacancies, Vacancies),
            f"vacancies: Vacancies wanted, got {self.vacancies!r}",
        )
        times = [row[0] for row in self.changes]
        checks.true(times == sorted(set(times)), f"changes: increasing times wanted, got {times}")
        checks.done()

    @property
    def week_hours(self) -> float:
        """Place-hours a week as the shifts give them, before ``hours`` spreads other ones over
        them.
        """
        return math.fsum((end - start) * places for start, end, places in self.shifts)

    def split(self, *shares: float | Sequence[tuple[float, float]]) -> tuple[Roster, ...]:
        """(kept, first part, second part …): each shift's places divided so that each part has its
        share of the hours. A share may be dated: ((at, share), …) holds for shifts that begin
        ``at`` hours or later, and is 0 before.
        """
        Checks("Roster.split").true(
            self.part is None, "a roster that is not itself a part of a split one wanted"
        ).done()
        for share in shares:
            fits = isinstance(share, (int, float)) or (
                isinstance(share, (list, tuple))
                and all(isinstance(step, (list, tuple)) and len(step) == 2 for step in share)
            )
            Checks("Roster.split").true(
                fits, f"shares, or lists of (at, share), wanted, got {share!r}"
            ).done()
        dated = tuple(
            (
                ((-math.inf, float(share)),)
                if isinstance(share, (int, float))
                else tuple((float(at), float(part)) for at, part in share)
            )
            for share in shares
        )
        checks = Checks("Roster.split")
        for steps in dated:
            checks.true(
                all(a[0] < b[0] for a, b in itertools.pairwise(steps)),
                f"increasing dates wanted, got {steps}",
            )
            for _, share in steps:
                checks.share(share=share)
        checks.done()
        for at in sorted({at for steps in dated for at, _ in steps}):
            total = math.fsum(share_at(steps, at) for steps in dated)
            checks.true(
                total <= 1 + 1e-9,
                f"shares with a sum of at most 1 at every time wanted, got {total:g}",
            )
        checks.done()
        return tuple(replace(self, part=(dated, number)) for number in range(len(dated) + 1))

    def steps(self, until: float, fate: Fate | None = None) -> tuple[np.ndarray, np.ndarray]:
        """(times in microseconds, places) of the steps from 0 to ``until`` hours; the first is at
        0. With vacancies they are those of the replication that ``fate``, (seed, replication),
        says; without a fate, those with as many posts as are filled on average.
        """
        weeks = WEEK * (until // WEEK + 1)
        if self.vacancies is None or fate is None:
            times, places = _steps(self, weeks)
        else:
            times, places = _steps_drawn(self, weeks, fate)
        number = max(1, int(np.searchsorted(times, ticks(until))))
        return times[:number], places[:number]

    def overlaps(self) -> list[tuple[int, int]]:
        """The positions of shifts that overlap, two by two: they add up, which is meant where
        people work beside each other, and is not where a day was listed twice.
        """
        spans = sorted(
            (start + week, end + week, i)
            for i, (start, end, _) in enumerate(self.shifts)
            for week in (0.0, WEEK)
        )
        found: set[tuple[int, int]] = set()
        running: list[tuple[float, int]] = []
        for start, end, i in spans:
            running = [(until, j) for until, j in running if until > start]
            found |= {(min(i, j), max(i, j)) for _, j in running if i != j}
            running.append((end, i))
        return sorted(found)

    def ends(self, until: float) -> np.ndarray:
        """The times (microseconds) before ``until`` hours at which shifts end or are cut short,
        whether or not anybody works them.
        """
        everybody = Roster(
            tuple((start, end, 1) for start, end, _ in self.shifts),
            week_starts=self.week_starts,
            made_up=self.made_up,
        )
        _, ends, _ = everybody._duties(until, None)
        cuts = _all_ticks(np.array([start for start, _ in self.closed] or [-1.0]))
        times = np.unique(np.concatenate([_all_ticks(ends), cuts]))
        return times[(times > 0) & (times < ticks(until))]

    def _duties(self, until: float, fate: Fate | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(starts, ends, places) of every shift with whole places, in hours since the start and in
        order of time.
        """
        starts, ends, lengths, whole = _whole_duties(
            self.shifts,
            self.hours,
            self.places_at_most,
            self.week_starts,
            self.changes,
            self.made_up,
            self.vacancies,
            until,
            fate,
        )
        if self.part is None:
            return starts, ends, np.array(whole, dtype=np.int64)
        return (
            starts,
            ends,
            _divided(self.part[0], tuple(starts.tolist()), tuple(lengths), tuple(whole))[
                self.part[1]
            ],
        )

    def _open(self, start: float, end: float) -> Iterator[tuple[float, float]]:
        """What ``closed`` leaves of ``start`` to ``end``."""
        for shut, opened in sorted(self.closed):
            if shut < end and opened > start:
                if shut > start:
                    yield start, shut
                start = max(start, opened)
        if start < end:
            yield start, end


@functools.lru_cache(maxsize=64)
def _whole_duties(
    shifts, hours, places_at_most, week_starts, changes, made_up, vacancies, until, fate
) -> tuple[np.ndarray, np.ndarray, list[int], list[int]]:
    """(starts, ends, microseconds, places) of every shift of a roster that is not split, whole
    places only, in order of time.

    What is owed is counted in whole numbers: place-microseconds times a scale, so that no hour is
    lost to rounding. Kept, since the parts of a split roster begin with the same.
    """
    wanted, scale = _wanted(shifts, hours, changes)
    since, there, posts = [0.0], [1], 1
    if vacancies is not None:
        since, there, posts = posts_there(vacancies, until, fate)
        scale *= posts
    most, owed = INFINITY if places_at_most is None else places_at_most, 0
    still_open: list[tuple[float, int]] = []
    starts, ends, lengths, places = [], [], [], []
    other_days = {round((at + week_starts) / 24): weekday for at, weekday in made_up}
    for week in range(-1, int((until + week_starts) // WEEK) + 1):
        for start, end, length, amount in _worked(
            wanted, [other_days.get(7 * week + day, day) for day in range(7)] if other_days else ()
        ):
            begin, place = week * WEEK + start - week_starts, length * scale
            if week < 0 and begin + end - start <= 0:
                continue
            amount = _changed(amount, changes, begin) if changes else amount
            owed += amount * there[bisect_right(since, max(begin, 0.0)) - 1]
            whole = owed // place
            if places_at_most is not None:
                still_open = [
                    (until_then, taken) for until_then, taken in still_open if until_then > begin
                ]
                whole = min(whole, most - sum(taken for _, taken in still_open))
                still_open.append((begin + end - start, whole))
            owed = min(owed - whole * place, place)
            if whole:
                starts.append(begin)
                ends.append(begin + end - start)
                lengths.append(length)
                places.append(whole)
    return np.array(starts), np.array(ends), lengths, places


@functools.lru_cache(maxsize=64)
def _divided(shares, starts, lengths, whole) -> tuple[np.ndarray, ...]:
    """Places of each shift for what is kept and for each part: what a part is short of in one shift
    is owed to it in those that follow.
    """
    kept, parts = list(whole), []
    for steps in shares:
        fractions = {share: _fraction(share) for _, share in steps}
        scale = math.lcm(*(fraction.denominator for fraction in fractions.values()))
        whole_shares = {
            0.0: 0,
            **{share: int(fraction * scale) for share, fraction in fractions.items()},
        }
        always = whole_shares[steps[0][1]] if len(steps) == 1 and steps[0][0] == -math.inf else None
        owed, places = 0, []
        for i, (start, length, number) in enumerate(zip(starts, lengths, whole, strict=True)):
            share = whole_shares[share_at(steps, start)] if always is None else always
            owed = owed + share * number * length if share else 0
            given = min(owed // (length * scale), kept[i])
            owed -= given * length * scale
            kept[i] -= given
            places.append(given)
        parts.append(places)
    return tuple(np.array(places, dtype=np.int64) for places in (kept, *parts))


def share_at(steps: Sequence[tuple[float, float]], at: float) -> float:
    """The share of dated ``steps`` that is in force ``at`` this time."""
    share = 0.0
    for since, value in steps:
        if at >= since:
            share = value
    return share


def _worked(wanted, as_days) -> list[tuple[float, float, int, int]]:
    """The shifts of a week whose days are worked as ``as_days`` (the same as ever, if there are
    none), in order of time.
    """
    if all(day == as_day for day, as_day in enumerate(as_days)):
        return wanted
    return [
        (start + 24.0 * (day - as_day), end + 24.0 * (day - as_day), length, amount)
        for day, as_day in enumerate(as_days)
        for start, end, length, amount in wanted
        if int(start // 24) == as_day
    ]


def _wanted(shifts, hours, changes) -> tuple[list[tuple[float, float, int, int]], int]:
    """((start, end, microseconds, wanted place-microseconds × scale) of each shift in order of
    time, scale).
    """
    total = math.fsum((end - start) * places for start, end, places in shifts)
    spread = Fraction(1) if hours is None else _fraction(hours) / _fraction(total)
    shares = [_fraction(places) * spread for _, _, places in sorted(shifts)]
    scale = math.lcm(
        *(share.denominator for share in shares),
        *(_fraction(factor).denominator for _, factor in changes),
    )
    scale *= math.lcm(*(_fraction(factor).denominator for _, factor in changes))
    return [
        (start, end, ticks(end - start), int(share * scale) * ticks(end - start))
        for (start, end, _), share in zip(sorted(shifts), shares, strict=True)
    ], scale


def _changed(wanted: int, changes, at: float) -> int:
    """``wanted`` times the factor of ``changes`` that is in force ``at`` this time."""
    factor = Fraction(1)
    for since, value in changes:
        if at >= since:
            factor = _fraction(value)
    return wanted if factor == 1 else int(wanted * factor)


@functools.lru_cache(maxsize=512)
def _steps_drawn(roster: Roster, until: float, fate: Fate) -> tuple[np.ndarray, np.ndarray]:
    """``_steps`` of one replication, which its engine and its table of capacity ask for."""
    return _steps.__wrapped__(roster, until, fate)


@functools.lru_cache(maxsize=4096)
def _steps(roster: Roster, until: float, fate: Fate | None = None) -> tuple[np.ndarray, np.ndarray]:
    """See ``Roster.steps``; kept for whole weeks, since an engine, a tally and a guard all ask, for
    slightly different times.
    """
    starts, ends, places = roster._duties(until, fate)
    chosen = (places > 0) & (ends > 0)
    starts, ends, places = np.maximum(starts[chosen], 0.0), ends[chosen], places[chosen]
    broken = np.zeros(len(starts), dtype=bool)
    for shut, opened in roster.closed:
        broken |= (starts < opened) & (ends > shut)
    pieces = [
        (begin, end, number)
        for start, stop, number in zip(starts[broken], ends[broken], places[broken], strict=True)
        for begin, end in roster._open(float(start), float(stop))
    ]
    begins, stops, numbers = (
        (np.array(column) for column in zip(*pieces, strict=True)) if pieces else (np.empty(0),) * 3
    )
    moments = np.concatenate(
        [
            [0],
            _all_ticks(starts[~broken]),
            _all_ticks(begins),
            _all_ticks(ends[~broken]),
            _all_ticks(stops),
        ]
    )
    change = np.concatenate([[0], places[~broken], numbers, -places[~broken], -numbers]).astype(
        np.int64
    )
    order = np.argsort(moments, kind="stable")
    moments, change = moments[order], change[order]
    first = np.concatenate([[True], moments[1:] != moments[:-1]])
    levels = np.cumsum(change)[np.append(np.flatnonzero(first)[1:], len(moments)) - 1]
    within = (moments[first] < ticks(until)) | (moments[first] == 0)
    times, places = _merged(moments[first][within], levels[within])
    times.flags.writeable = places.flags.writeable = False
    return times, places


def last_starts(times: np.ndarray, places: np.ndarray, lead: int) -> tuple[np.ndarray, np.ndarray]:
    """The steps of how many may be at work for one more to start, if nobody is to start less than
    ``lead`` microseconds before places close: at each time the least number of places within the
    next ``lead``.
    """
    if lead == 0 or len(times) < 2:
        return times, places
    falls = times[1:][np.diff(places) < 0] - lead + 1
    moments = np.unique(np.concatenate([[0], times, falls[falls > 0]]))
    first = np.searchsorted(times, moments, side="right") - 1
    last = np.maximum(np.searchsorted(times, moments + lead - 1, side="right"), first + 1)
    limits = places[first]
    for ahead in range(1, int((last - first).max())):
        within = first + ahead < last
        limits = np.where(
            within, np.minimum(limits, places[np.minimum(first + ahead, len(places) - 1)]), limits
        )
    return _merged(moments, limits)


def _fraction(number: float) -> Fraction:
    """``number`` as the fraction a person meant: 0.3 is three tenths."""
    return Fraction(number).limit_denominator(10**9)


def _all_ticks(hours: np.ndarray) -> np.ndarray:
    """``clock.ticks`` of each of ``hours``."""
    return np.floor(hours * 3.6e9 + 0.5).astype(np.int64)


def _merged(moments: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Steps without those that change nothing."""
    keep = np.concatenate([[True], values[1:] != values[:-1]])
    return moments[keep].astype(np.int64), values[keep].astype(np.int64)
