"""Counts into measures: named numbers with a unit and a definition, tidy, one row per measure × place × group.

*Place* is "all", "urban", "transition", "rural" or a zone. *Group* is "all", a group of people, "severity: …", "need: …", "station: …" or
"pool: …". Rows of groups and stations are given for "all" and the kinds of zone; rows of pools for "all" and their zones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simcap.analysis import histogram
from simcap.analysis.guards import Load
from simcap.analysis.spec import TallySpec
from simcap.analysis.tally import Tally
from simcap.engine.run import Run

KINDS = ("urban", "transition", "rural")

MEASURES = {
    "people_in_need": ("persons", "residents whose need falls into the observed weeks, those who never ask included"),
    "people_asking": ("persons", "residents of the cohort who asked for help"),
    "people_covered": ("persons", "residents of the cohort who had contact with a professional within the target"),
    "any_contact_of_need": ("share", "had any contact, lay or professional, of those in need"),
    "any_contact_of_seekers": ("share", "had any contact, of those who asked"),
    "professional_of_need": ("share", "had contact with a professional, however late, of those in need"),
    "professional_of_seekers": ("share", "had contact with a professional, however late, of those who asked"),
    "coverage_of_need": ("share", "had contact with a professional within the target, of those in need"),
    "coverage_of_seekers": ("share", "had contact with a professional within the target, of those who asked"),
    "coverage_of_population": ("share", "had contact with a professional within the target, of the people of the place or group"),
    "treated_of_need": ("share", "completed a course, of those in need"),
    "treated_of_seekers": ("share", "completed a course, of those who asked"),
    "rural_urban_gap": ("share", "coverage_of_need, urban minus rural"),
    "rural_urban_gap_of_seekers": ("share", "coverage_of_seekers, urban minus rural"),
    "register_managed": ("share", "residents on the register visited at least once in the observed weeks, of all on it"),
    "contacts": ("attendances", "attended visits that count as contact, in the observed weeks"),
    "joined": ("attendances", "joinings of a station, first sessions"),
    "wait_mean": ("h", "mean wait of those attended: at a station from joining to the start (of a crisis team: from asking); "
                        "elsewhere from asking to the first professional contact"),
    "wait_median": ("h", "median of the same"),
    "wait_p90": ("h", "90th percentile of the same"),
    "wait_mean_joined": ("h", "mean time waited by all who joined, whether attended, gone or still waiting at the end (then so far)"),
    "wait_median_joined": ("h", "median wait of all who joined, those who gave up or still wait censored (Kaplan-Meier)"),
    "wait_p90_joined": ("h", "90th percentile of the same"),
    "within_target": ("share", "attended within the target, of those who joined at least that long before the end"),
    "abandoned": ("share", "reneged, of first joinings"),
    "balked": ("share", "found a full queue and did not join, of first joinings"),
    "no_shows": ("attendances", "sessions held for residents who did not come"),
    "redialled": ("share", "gave up or balked and tried again, of first joinings"),
    "hotline_answered_in_target": ("share", "calls answered within the target, of all calls"),
    "crisis_response_mean": ("h", "mean time from asking to the start of the crisis team"),
    "crisis_within_target": ("share", "of crisis responses, those within the target"),
    "duplicate_assessments": ("attendances", "assessments repeated because records were not shared"),
    "referrals_made": ("referrals", "routine referrals made"),
    "referrals_completed": ("share", "of routine referrals made, those that reach the next station"),
    "hours_demanded": ("h per week", "hours that those who come would need if nobody gave up waiting (flow equations), laid to a "
                                     "station's first pool"),
    "hours_rostered": ("h per week", "hours on the roster, holidays taken off"),
    "hours_worked": ("h per week", "hours with a resident, or held by one who did not come"),
    "staff_gap": ("persons", "persons missing for the hours demanded (negative: to spare)"),
    "offered_load": ("ratio", "hours demanded over hours rostered"),
    "utilisation": ("ratio", "hours worked over hours rostered; above 1 where sessions run past closing"),
    "overtime": ("h per week", "hours at work beyond the places on the roster"),
    "idle_while_others_wait": ("h per week", "hours of free places while residents of another zone waited for the same staff, read hourly"),
    "queue_mean": ("persons", "mean number waiting"),
    "queue_growth": ("persons", "mean number waiting in the last quarter of the observed weeks minus that in the first"),
    "recovery": ("share", "recovery by seed 000: base + slope × coverage_of_need"),
    "quality_of_life": ("points", "quality of life by seed 000: base + slope × coverage_of_need"),
    "total_cost": ("CNY per year", "cost of all staff"),
    "cost_per_reached": ("CNY per person", "total cost of the observed weeks per resident with professional contact"),
    "cost_benefit_ratio": ("10^4 CNY per point", "seed 000 eq. (4): total cost over recovery × quality of life; lower is better"),
}
"""measure: (unit, definition)."""

BY_ZONE = ("joined", "contacts", "abandoned", "wait_mean", "wait_p90", "within_target")
"""What is told of each kind of station zone by zone; all else is told for the district and the kinds of zone."""

YEAR_WEEKS = 8760 / 168


@dataclass(frozen=True)
class Row:
    """One measure of one replication."""

    measure: str
    place: str
    group: str
    value: float

    @property
    def unit(self) -> str:
        return MEASURES[self.measure][0]


def measures(counts: Tally, run: Run, loads: list[Load]) -> list[Row]:
    """All measures of the replication counted in ``counts``; ``loads`` are the network's offered loads."""
    spec = counts.spec
    rows = list(_residents(counts))
    rows += _stations(counts)
    rows += _hotline_and_crisis(counts)
    rows += _staff(counts, run, loads)
    rows += _money(spec, {(row.measure, row.place, row.group): row.value for row in rows})
    return rows


# ---- residents ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Slice:
    """A place × group as masks over needs and zones."""

    place: str
    group: str
    needs: np.ndarray
    zones: np.ndarray


def _slices(counts: Tally) -> Iterator[_Slice]:
    spec, at = counts.spec, counts.map
    cell = {need.need: need for need in spec.needs}
    every = np.array([not cell[name].register for name in at.needs.names])
    places = {"all": np.arange(len(at.zones)) < len(spec.zones)}
    for kind in KINDS:
        if any(k == kind for _, k, _ in spec.zones):
            places[kind] = np.array([k == kind for _, k, _ in spec.zones] + [False])
    groups = {"all": every}
    for label, name in [("", "group"), ("severity: ", "severity"), ("need: ", "need")]:
        for value in dict.fromkeys(getattr(cell[need], name) for need in at.needs.names):
            mask = np.array([getattr(cell[need], name) == value for need in at.needs.names]) & every
            if mask.any():
                groups[label + value] = mask
    for place, zones in places.items():
        for group, needs in groups.items():
            if place == "all" or not group.startswith("need: "):
                yield _Slice(place, group, needs, zones)
    for i, (zone, _, _) in enumerate(spec.zones):
        yield _Slice(zone, "all", every, np.arange(len(at.zones)) == i)


def _residents(counts: Tally) -> Iterator[Row]:
    spec, at, people = counts.spec, counts.map, counts.people
    stream = counts.streams()
    register = at.stream_register[stream] if len(at.stream_register) else np.zeros(len(stream), bool)
    arrived = people["arrived"]
    cohort = (arrived >= spec.begin) & (arrived < spec.end) & ~register
    stream, values = stream[cohort], people[cohort]
    cell = at.stream_need[stream] * len(at.zones) + at.stream_zone[stream]
    shape = len(at.needs), len(at.zones)
    wait = values["professional"] - values["arrived"]

    def laid(mask):
        return np.bincount(cell[mask], minlength=shape[0] * shape[1]).reshape(shape)

    asked = laid(np.ones(len(cell), bool))
    had = {"any_contact": laid(~np.isnan(values["any"])), "professional": laid(~np.isnan(wait)),
           "coverage": laid(wait <= spec.first_contact), "treated": laid(~np.isnan(values["treated"]))}
    never, group_size = _expected(counts, shape)
    gap = {}
    for piece in _slices(counts):
        box = np.ix_(piece.needs, piece.zones)
        asking = float(asked[box].sum())
        need = asking + float(never[box].sum())
        yield Row("people_in_need", piece.place, piece.group, need)
        yield Row("people_asking", piece.place, piece.group, asking)
        for name, array in had.items():
            reached = float(array[box].sum())
            yield Row(f"{name}_of_need", piece.place, piece.group, _over(reached, need))
            yield Row(f"{name}_of_seekers", piece.place, piece.group, _over(reached, asking))
            gap[name, piece.place, piece.group] = _over(reached, need), _over(reached, asking)
        size = _people(piece, group_size, counts)
        yield Row("people_covered", piece.place, piece.group, float(had["coverage"][box].sum()))
        yield Row("coverage_of_population", piece.place, piece.group, _over(float(had["coverage"][box].sum()), size))
        yield from _waits_to_professional(counts, values, wait, stream, piece)
    for group in dict.fromkeys(group for _, place, group in gap if place == "rural"):
        urban, rural = gap.get(("coverage", "urban", group)), gap["coverage", "rural", group]
        if urban:
            yield Row("rural_urban_gap", "all", group, urban[0] - rural[0])
            yield Row("rural_urban_gap_of_seekers", "all", group, urban[1] - rural[1])
    yield from _register(counts, register)


def _expected(counts: Tally, shape):
    """Persons who never ask, and the size of the need's group, by need and zone."""
    at, never, size = counts.map, np.zeros(shape), np.zeros(shape)
    for cell in counts.spec.needs:
        where = at.needs.at[cell.need], at.zones.at[cell.zone]
        never[where], size[where] = cell.in_need - cell.asking, cell.group_size
    return never, size


def _people(piece: _Slice, size: np.ndarray, counts: Tally) -> float:
    """The people that a place × group stands for: a group of people's size, the population for all other groups."""
    cells = {cell.need: cell.group for cell in counts.spec.needs}
    for i, need in enumerate(counts.map.needs.names):
        if cells[need] == piece.group:
            return float(size[i, piece.zones].sum())
    return float(sum(population for i, (_, _, population) in enumerate(counts.spec.zones) if piece.zones[i]))


def _waits_to_professional(counts: Tally, values, wait, stream, piece: _Slice) -> Iterator[Row]:
    """Waits from asking to the first professional contact, of those who ever stood before a professional's door."""
    spec, at = counts.spec, counts.map
    mine = piece.needs[at.stream_need[stream]] & piece.zones[at.stream_zone[stream]] & ~np.isnan(values["sought"])
    met, arrived = wait[mine], values["arrived"][mine]
    until = np.where(np.isnan(met), np.where(np.isnan(values["left"][mine]), spec.horizon, values["left"][mine]) - arrived, met)
    attended = ~np.isnan(met)
    eligible = arrived <= spec.horizon - spec.first_contact
    yield from _wait_rows(
        piece.place, piece.group, met[attended].sum(), attended.sum(), until.sum(), len(until),
        histogram.counted(met[attended]),
        histogram.counted(until[~attended].clip(min=0.0)),
        (eligible & (met <= spec.first_contact)).sum(), eligible.sum())


def _wait_rows(place, group, total, attended, total_joined, joined, waits, unfinished, within, eligible) -> Iterator[Row]:
    yield Row("wait_mean", place, group, _over(total, attended))
    yield Row("wait_median", place, group, histogram.quantile(waits, 0.5))
    yield Row("wait_p90", place, group, histogram.quantile(waits, 0.9))
    yield Row("wait_mean_joined", place, group, _over(total_joined, joined))
    yield Row("wait_median_joined", place, group, histogram.quantile(waits, 0.5, unfinished))
    yield Row("wait_p90_joined", place, group, histogram.quantile(waits, 0.9, unfinished))
    yield Row("within_target", place, group, _over(within, eligible))


def _register(counts: Tally, register: np.ndarray) -> Iterator[Row]:
    cells = [cell for cell in counts.spec.needs if cell.register]
    if not cells:
        return
    at, people = counts.map, counts.people
    stream = counts.streams()[register]
    seen = ~np.isnan(people["registered"][register])
    visited = np.bincount(at.stream_zone[stream[seen]], minlength=len(at.zones))
    for place, zones in _zone_masks(counts.spec, at):
        total = sum(cell.in_need for cell in cells if zones[at.zones.at[cell.zone]])
        yield Row("register_managed", place, "all", _over(float(visited[zones].sum()), total))


# ---- stations -------------------------------------------------------------------------------------------------------


def _zone_masks(spec: TallySpec, at) -> Iterator[tuple[str, np.ndarray]]:
    yield "all", np.ones(len(at.zones), bool)
    for kind in KINDS:
        mask = np.array([k == kind for _, k, _ in spec.zones] + [False])
        if mask.any():
            yield kind, mask
    for i, (zone, _, _) in enumerate(spec.zones):
        yield zone, np.arange(len(at.zones)) == i


def _stations(counts: Tally) -> Iterator[Row]:
    at, spec = counts.map, counts.spec
    for kind, name in enumerate(at.kinds.names):
        mine = at.station_kind == kind
        if at.station_referral[mine].any():
            continue
        group = f"station: {name}"
        for place, zones in _zone_masks(spec, at):
            here = mine & zones[at.station_zone]
            if not here.any():
                continue
            cells = np.flatnonzero(zones) + kind * len(at.zones)
            joined = int(counts.stations["joined"][here].sum())
            if not joined and place != "all":
                continue
            rows = [Row("joined", place, group, joined),
                    Row("contacts", place, group, float(counts.stations["contacts"][here].sum())),
                    Row("abandoned", place, group, _over(counts.stations["reneged"][here].sum(), joined)),
                    Row("balked", place, group, _over(counts.stations["balked"][here].sum(), joined)),
                    Row("redialled", place, group, _over(counts.stations["redialled"][here].sum(), joined)),
                    Row("no_shows", place, group, float(counts.stations["no_shows"][here].sum())),
                    Row("queue_mean", place, group, counts.stations["queue_hours"][here].sum() / (spec.end - spec.begin))]
            rows += _wait_rows(place, group, counts.stations["wait_sum"][here].sum(), counts.stations["attended"][here].sum(),
                               counts.stations["waited_sum"][here].sum(), joined - counts.stations["balked"][here].sum(),
                               counts.waits[cells].sum(axis=0), counts.unfinished[cells].sum(axis=0),
                               counts.stations["within"][here].sum(), counts.stations["eligible"][here].sum())
            yield from rows if place in ("all", *KINDS) else (row for row in rows if row.measure in BY_ZONE)


def _hotline_and_crisis(counts: Tally) -> Iterator[Row]:
    at, stations = counts.map, counts.stations
    for place, zones in _zone_masks(counts.spec, at):
        here = zones[at.station_zone]
        line, crisis, desk = here & (at.station_role == "hotline"), here & (at.station_role == "crisis"), here & at.station_referral
        yield Row("contacts", place, "all", float(stations["contacts"][here].sum()))
        if (at.station_role == "hotline").any():
            yield Row("hotline_answered_in_target", place, "all", _over(stations["within"][line].sum(), stations["eligible"][line].sum()))
            yield Row("abandoned", place, "all", _over(stations["reneged"][line].sum(), stations["joined"][line].sum()))
        if (at.station_role == "crisis").any():
            yield Row("crisis_response_mean", place, "all", _over(stations["wait_sum"][crisis].sum(), stations["attended"][crisis].sum()))
            yield Row("crisis_within_target", place, "all", _over(stations["within"][crisis].sum(), stations["eligible"][crisis].sum()))
        yield Row("duplicate_assessments", place, "all", float(stations["contacts"][here & at.station_duplicate].sum()))
        yield Row("referrals_made", place, "all", float(stations["referrals"][desk].sum()))
        yield Row("referrals_completed", place, "all", _over(stations["referrals_kept"][desk].sum(), stations["referrals"][desk].sum()))


# ---- staff and money ------------------------------------------------------------------------------------------------


def _staff(counts: Tally, run: Run, loads: list[Load]) -> Iterator[Row]:
    at, spec = counts.map, counts.spec
    overtime, idle = counts.overtime(run.capacity), counts.idle_while_others_wait(run.capacity)
    people = {(cell.staff, cell.zone): cell for cell in spec.staff}
    by_key = {(load.staff, load.zone): load for load in loads}
    quarter = max(1, counts.weeks.shape[2] // 4)
    for staff in dict.fromkeys(cell.staff for cell in spec.staff):
        keys = [key for key in by_key if key[0] == staff]
        if not keys:
            continue
        for place, chosen in _staff_places(spec, staff, keys):
            zones = [at.zones.at[zone] for _, zone in chosen]
            pools = (at.pool_staff == at.staff.at[staff]) & np.isin(at.pool_zone, zones)
            demanded = sum(by_key[key].hours_demanded for key in chosen)
            rostered = sum(by_key[key].hours_rostered for key in chosen)
            worked = counts.worked[pools].sum() / spec.weeks
            hours_each = float(np.mean([people[key].hours_each for key in chosen]))
            queue = counts.weeks[at.staff.at[staff]][zones].sum(axis=0)
            stations = (at.queue_staff == at.staff.at[staff]) & np.isin(at.queue_zone, zones)
            group = f"pool: {staff}"
            yield Row("hours_demanded", place, group, demanded)
            yield Row("hours_rostered", place, group, rostered)
            yield Row("hours_worked", place, group, worked)
            yield Row("staff_gap", place, group, _over(demanded - rostered, hours_each))
            yield Row("offered_load", place, group, Load(staff, place, demanded, rostered).offered)
            yield Row("utilisation", place, group, _over(worked, rostered))
            yield Row("overtime", place, group, overtime[pools].sum() / spec.weeks)
            if len(keys) > 1:
                yield Row("idle_while_others_wait", place, group, idle[at.staff.at[staff], zones].sum() / spec.weeks)
            yield Row("queue_mean", place, group, counts.stations["queue_hours"][stations].sum() / (spec.end - spec.begin))
            yield Row("queue_growth", place, group, float(queue[-quarter:].mean() - queue[:quarter].mean()))


def _staff_places(spec: TallySpec, staff: str, keys: list) -> Iterator[tuple[str, list]]:
    """(place, its (staff, zone) keys): the district, and, of staff by zone, the kinds of zone and the zones."""
    yield "all", keys
    if len(keys) > 1:
        for kind in KINDS:
            chosen = [(staff, zone) for zone, k, _ in spec.zones if k == kind and (staff, zone) in keys]
            if chosen:
                yield kind, chosen
        yield from ((zone, [(staff, zone)]) for _, zone in keys)


def _money(spec: TallySpec, value: dict) -> Iterator[Row]:
    yearly = sum(cell.people * cell.cost_each for cell in spec.staff)
    yield Row("total_cost", "all", "all", yearly)
    reached = value["professional_of_seekers", "all", "all"] * value["people_asking", "all", "all"]
    yield Row("cost_per_reached", "all", "all", _over(yearly * spec.weeks / YEAR_WEEKS, reached))
    for place in dict.fromkeys(place for name, place, group in value if name == "coverage_of_need" and group == "all"):
        coverage = value["coverage_of_need", place, "all"]
        recovery, quality = (base + slope * coverage for base, slope in (spec.recovery, spec.quality_of_life))
        yield Row("recovery", place, "all", recovery)
        yield Row("quality_of_life", place, "all", quality)
        if place == "all":
            yield Row("cost_benefit_ratio", place, "all", yearly / 1e4 / (recovery * quality))


def _over(part: float, whole: float) -> float:
    """``part`` / ``whole``, NaN of nothing."""
    return float(part) / float(whole) if whole else float("nan")
