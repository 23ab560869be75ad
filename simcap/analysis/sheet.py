"""Counts into measures. Which rows there are, and what each is summed over, follows from the plan
alone and is worked out once; a replication then only fills in the values.

A ``Sheet`` is made of sections (residents, stations, desks, staff, money), each with its labels and
the function that fills them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from simcap.analysis import counting
from simcap.analysis.groups import Groups
from simcap.analysis.guards import Load
from simcap.analysis.histogram import quantiles
from simcap.analysis.measures import BY_ZONE, KINDS, Row
from simcap.analysis.spec import NeedCell, TallySpec
from simcap.analysis.tally import Layout, Tally, layout, tally
from simcap.engine import simulate
from simcap.engine.run import Run
from simcap.network import Arrivals, Network, Pool, Station

Label = tuple[str, str, str]
"""(measure, place, group)."""

WAITS = (
    "wait_mean",
    "wait_median",
    "wait_p90",
    "wait_mean_joined",
    "wait_median_joined",
    "wait_p90_joined",
    "within_target",
)
RESIDENTS, COUNTS = tuple(counting.RESIDENTS.names or ()), tuple(counting.COUNTS.names or ())
YEAR_WEEKS = 8760 / 168


class Section(Protocol):
    """Some of the rows: their labels, and their values in a replication; ``filled`` are the values
    of the sections before.
    """

    labels: list[Label]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        """One value for each label."""


class Sheet:
    """The rows of all replications of ``network`` under ``spec``, whose offered ``loads`` are
    given. ``at`` is its ``layout`` for the tally.
    """

    def __init__(self, network: Network, spec: TallySpec, loads: list[Load]):
        self.at = layout(network, spec)
        self.sections: list[Section] = [
            _Residents(spec, self.at),
            _Stations(spec, self.at),
            _Desks(spec, self.at),
            _Staff(spec, self.at, loads),
        ]
        labels = [label for section in self.sections for label in section.labels]
        self.sections.append(_Money(spec, labels))
        self.labels: tuple[Label, ...] = (*labels, *self.sections[-1].labels)

    def values(self, counts: Tally, run: Run) -> np.ndarray:
        """The value of each of ``labels`` in the replication ``run`` that ``counts`` has counted;
        NaN where there is nothing to tell.
        """
        filled = np.empty(0)
        with np.errstate(divide="ignore", invalid="ignore"):
            for section in self.sections:
                filled = np.concatenate([filled, section.values(counts, run, filled)])
        return filled

    def rows(self, counts: Tally, run: Run) -> list[Row]:
        """The same as rows."""
        return [
            Row(*label, value)
            for label, value in zip(self.labels, self.values(counts, run).tolist(), strict=True)
        ]


# ---- what all sections share ---------------------------------------------------------------------


def _zones(spec: TallySpec, at: Layout) -> dict[str, np.ndarray]:
    """The zones of each place, as a mask: of the district (what belongs to no zone included), of a
    kind of zone, of each zone.
    """
    places = {"all": np.ones(len(at.zones), bool)}
    for kind in KINDS:
        mask = np.array([k == kind for _, k, _ in spec.zones] + [False])
        if mask.any():
            places[kind] = mask
    for i, (zone, _, _) in enumerate(spec.zones):
        places[zone] = np.arange(len(at.zones)) == i
    return places


def _over(part, whole):
    """``part`` / ``whole``, NaN of nothing."""
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    return np.where(whole != 0, part / whole, np.nan)


def _wait_columns(
    total, attended, total_joined, joined, waits, unfinished, cells: Groups, within, eligible
) -> list[np.ndarray]:
    """The columns of ``WAITS``, from sums and from histograms to be summed over ``cells``."""
    median, p90, median_joined, p90_joined = quantiles(waits, unfinished, cells, (0.5, 0.9)).T
    return [
        _over(total, attended),
        median,
        p90,
        _over(total_joined, joined),
        median_joined,
        p90_joined,
        _over(within, eligible),
    ]


# ---- residents -----------------------------------------------------------------------------------


class _Residents:
    """Coverage, and the waits for a professional, of the cohort by place and group; the register by
    place.
    """

    COUNTED = ("any_contact", "professional", "coverage", "treated")

    def __init__(self, spec: TallySpec, at: Layout):
        self.labels: list[Label] = []
        slices, sets, people = [], [], []
        never, size = np.zeros((2, len(at.needs), len(at.zones)))
        for cell in spec.needs:
            where = at.needs.at[cell.need], at.zones.at[cell.zone]
            never[where], size[where] = cell.in_need - cell.asking, cell.group_size
        groups_of_people = {cell.group: at.needs.at[cell.need] for cell in reversed(spec.needs)}
        population = np.array([number for _, _, number in spec.zones] + [0.0])
        for place, group, needs, zones in self._slices(spec, at):
            slices.append((place, group))
            sets.append((needs[:, None] * len(at.zones) + zones[None, :]).ravel())
            people.append(
                (size[groups_of_people[group]] if group in groups_of_people else population)[
                    zones
                ].sum()
            )
        names = [
            "people_in_need",
            "people_asking",
            *(f"{name}_of_{whom}" for name in self.COUNTED for whom in ("need", "seekers")),
            "people_covered",
            "coverage_of_population",
            *WAITS,
        ]
        self.labels += [(name, *where) for where in slices for name in names]
        self.cells, self.people = Groups(sets), np.array(people)
        self.never = self.cells.sum(never.ravel())
        self.gaps = [
            (slices.index(("urban", group)), slices.index(("rural", group)))
            for place, group in slices
            if place == "rural" and ("urban", group) in slices
        ]
        for _, rural in self.gaps:
            self.labels += [
                ("rural_urban_gap", "all", slices[rural][1]),
                ("rural_urban_gap_of_seekers", "all", slices[rural][1]),
            ]
        self._register(spec, at)

    def _register(self, spec: TallySpec, at: Layout) -> None:
        on_it = np.zeros(len(at.zones))
        for cell in spec.needs:
            on_it[at.zones.at[cell.zone]] += cell.in_need * cell.register
        places = _zones(spec, at) if any(cell.register for cell in spec.needs) else {}
        self.labels += [
            (name, place, "all")
            for name in ("register_managed", "register_regular")
            for place in places
        ]
        by_need = np.arange(len(at.needs))[:, None] * len(at.zones)
        self.registered = Groups(
            [(by_need + np.flatnonzero(zones)).ravel() for zones in places.values()]
        )
        self.on_it = np.array([on_it[zones].sum() for zones in places.values()])

    def _slices(
        self, spec: TallySpec, at: Layout
    ) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
        """(place, group, positions of its needs, of its zones); a register is no part of them."""
        cell = {need.need: need for need in spec.needs}
        needs = [name for name in at.needs.names if not cell[name].register]
        groups = {"all": needs}
        for label, name in [("", "group"), ("severity: ", "severity"), ("need: ", "need")]:
            for need in needs:
                groups.setdefault(
                    label + getattr(cell[need], name),
                    [
                        other
                        for other in needs
                        if getattr(cell[other], name) == getattr(cell[need], name)
                    ],
                )
        places = _zones(spec, at)
        places["all"] = np.arange(len(at.zones)) < len(spec.zones)
        for place, zones in places.items():
            for group, members in groups.items():
                if (
                    group == "all"
                    or (place in KINDS and not group.startswith("need: "))
                    or place == "all"
                ):
                    yield (
                        place,
                        group,
                        np.array([at.needs.at[name] for name in members], dtype=np.int64),
                        np.flatnonzero(zones),
                    )

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        sums = {name: self.cells.sum(counts.residents[name]) for name in RESIDENTS}
        asking = sums["asked"]
        need = asking + self.never
        shares = [
            _over(sums[name], whole)
            for name in self.COUNTED
            for whom, whole in (("need", need), ("seekers", asking))
        ]
        columns = [
            need,
            asking,
            *shares,
            sums["coverage"],
            _over(sums["coverage"], self.people),
            *_wait_columns(
                sums["wait_sum"],
                sums["attended"],
                sums["waited_sum"],
                sums["sought"],
                counts.first_waits,
                counts.first_unfinished,
                self.cells,
                sums["within"],
                sums["eligible"],
            ),
        ]
        covered = np.column_stack([shares[4], shares[5]])
        gaps = [covered[urban] - covered[rural] for urban, rural in self.gaps]
        managed, regular = (
            _over(self.registered.sum(counts.residents[name]), self.on_it)
            for name in ("registered", "regular")
        )
        return np.concatenate([np.column_stack(columns).ravel(), *gaps, managed, regular])


# ---- stations ------------------------------------------------------------------------------------


class _Stations:
    """What becomes of those who join each kind of station, its parts included, by place."""

    NAMES = (
        "joined",
        "contacts",
        "abandoned",
        "balked",
        "redialled",
        "no_shows",
        "queue_mean",
        *WAITS,
    )

    def __init__(self, spec: TallySpec, at: Layout):
        self.labels: list[Label] = []
        told, stations, cells = [], [], []
        for kind, name in enumerate(at.kinds.names):
            mine = (at.station_kind == kind) | (at.station_whole == kind)
            kinds = np.unique(at.station_kind[mine])
            if at.station_referral[mine].any():
                continue
            for place, zones in _zones(spec, at).items():
                here = mine & zones[at.station_zone]
                if here.any():
                    names = [
                        measure in BY_ZONE or place in ("all", *KINDS) for measure in self.NAMES
                    ]
                    told.append(names)
                    stations.append(np.flatnonzero(here))
                    cells.append((np.flatnonzero(zones) + kinds[:, None] * len(at.zones)).ravel())
                    self.labels += [
                        (measure, place, f"station: {name}")
                        for measure, is_told in zip(self.NAMES, names, strict=True)
                        if is_told
                    ]
        self.told = np.array(told, dtype=bool).reshape(len(told), len(self.NAMES))
        self.stations, self.cells, self.hours = (
            Groups(stations),
            Groups(cells),
            spec.end - spec.begin,
        )

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        sums = {name: self.stations.sum(counts.stations[name]) for name in COUNTS}
        joined = sums["joined"]
        columns = [
            joined,
            sums["contacts"],
            *(_over(sums[name], joined) for name in ("reneged", "balked", "redialled")),
            sums["no_shows"],
            sums["queue_hours"] / self.hours,
            *_wait_columns(
                sums["wait_sum"],
                sums["attended"],
                sums["waited_sum"],
                joined - sums["balked"],
                counts.waits,
                counts.unfinished,
                self.cells,
                sums["within"],
                sums["eligible"],
            ),
        ]
        return np.column_stack(columns)[self.told]


class _Desks:
    """Contacts, hotlines, crisis teams and referrals, by place."""

    def __init__(self, spec: TallySpec, at: Layout):
        roles = {
            "every": np.ones(len(at.station_role), bool),
            "hotline": at.station_role == "hotline",
            "crisis": at.station_role == "crisis",
            "again": at.station_duplicate,
            "referral": at.station_referral,
        }
        places = _zones(spec, at)
        self.sets = {
            role: Groups(
                [np.flatnonzero(mask & zones[at.station_zone]) for zones in places.values()]
            )
            for role, mask in roles.items()
        }
        self.has = {role: mask.any() for role, mask in roles.items()}
        names = [
            "contacts",
            *(["hotline_answered_in_target", "abandoned"] if self.has["hotline"] else []),
            *(["crisis_response_mean", "crisis_within_target"] if self.has["crisis"] else []),
            "duplicate_assessments",
            "referrals_made",
            "referrals_completed",
        ]
        self.labels: list[Label] = [(name, place, "all") for place in places for name in names]

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        def summed(role, name):
            return self.sets[role].sum(counts.stations[name])

        columns = [summed("every", "contacts")]
        if self.has["hotline"]:
            columns += [
                _over(summed("hotline", "within"), summed("hotline", "eligible")),
                _over(summed("hotline", "reneged"), summed("hotline", "joined")),
            ]
        if self.has["crisis"]:
            columns += [
                _over(summed("crisis", "wait_sum"), summed("crisis", "attended")),
                _over(summed("crisis", "within"), summed("crisis", "eligible")),
            ]
        made = summed("referral", "referrals")
        return np.column_stack(
            [
                *columns,
                summed("again", "contacts"),
                made,
                _over(summed("referral", "referrals_kept"), made),
            ]
        ).ravel()


# ---- staff and money -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Team:
    """One staff at one place: its (staff, zone) keys, whether it is one of several by zone."""

    staff: str
    place: str
    keys: list[tuple[str, str]]
    by_zone: bool


class _Staff:
    """Hours demanded, rostered and worked, and queues, by staff and place."""

    NAMES = (
        "hours_demanded",
        "hours_rostered",
        "hours_worked",
        "staff_gap",
        "offered_load",
        "utilisation",
        "overtime",
        "idle_while_others_wait",
        "queue_mean",
        "queue_growth",
    )

    def __init__(self, spec: TallySpec, at: Layout, loads: list[Load]):
        by_key = {(load.staff, load.zone): load for load in loads}
        hours_each = {(cell.staff, cell.zone): cell.hours_each for cell in spec.staff}
        teams = [
            team
            for staff in dict.fromkeys(cell.staff for cell in spec.staff)
            for team in self._teams(spec, staff, list(by_key))
        ]
        self.told = np.array(
            [
                [name != "idle_while_others_wait" or team.by_zone for name in self.NAMES]
                for team in teams
            ],
            dtype=bool,
        ).reshape(len(teams), len(self.NAMES))
        self.labels: list[Label] = [
            (name, team.place, f"pool: {team.staff}")
            for team, told in zip(teams, self.told, strict=True)
            for name, is_told in zip(self.NAMES, told, strict=True)
            if is_told
        ]
        self.demanded = np.array(
            [sum(by_key[key].hours_demanded for key in team.keys) for team in teams]
        )
        self.rostered = np.array(
            [sum(by_key[key].hours_rostered for key in team.keys) for team in teams]
        )
        self.hours_each = np.array(
            [np.mean([hours_each[key] for key in team.keys]) for team in teams]
        )
        self.gap = _over(self.demanded - self.rostered, self.hours_each)
        self.offered = np.array(
            [
                Load(team.staff, team.place, demanded, rostered).offered
                for team, demanded, rostered in zip(
                    teams, self.demanded, self.rostered, strict=True
                )
            ]
        )
        zones = len(at.zones)
        lines = [
            np.array([at.staff.at[staff] * zones + at.zones.at[zone] for staff, zone in team.keys])
            for team in teams
        ]
        self.lines = Groups(lines)
        self.pools = Groups(
            [np.flatnonzero(np.isin(at.pool_staff * zones + at.pool_zone, mine)) for mine in lines]
        )
        self.stations = Groups([np.flatnonzero(np.isin(at.marks["queue"], mine)) for mine in lines])
        self.weeks, self.hours = spec.weeks, spec.end - spec.begin

    def _teams(self, spec: TallySpec, staff: str, keys: list[tuple[str, str]]) -> Iterator[_Team]:
        """The district, and, of staff by zone, the kinds of zone and the zones."""
        mine = [key for key in keys if key[0] == staff]
        if mine:
            yield _Team(staff, "all", mine, len(mine) > 1)
        if len(mine) > 1:
            for kind in KINDS:
                chosen = [
                    (staff, zone)
                    for zone, k, _ in spec.zones
                    if k == kind and (staff, zone) in mine
                ]
                if chosen:
                    yield _Team(staff, kind, chosen, True)
            yield from (_Team(staff, zone, [(staff, zone)], True) for _, zone in mine)

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        rostered, gap, offered = self.rostered, self.gap, self.offered
        if run.network.reviews:
            rostered = self.pools.sum(counts.rostered(run.capacity)) / self.weeks
            gap = _over(self.demanded - rostered, self.hours_each)
            offered = np.where(
                rostered > 0, self.demanded / rostered, np.where(self.demanded > 0, np.inf, 0.0)
            )
        worked = self.pools.sum(counts.worked) / self.weeks
        overtime = self.pools.sum(counts.overtime(run.capacity)) / self.weeks
        idle = self.lines.sum(counts.idle_while_others_wait(run.capacity)) / self.weeks
        queue, quarter = self.lines.sum(counts.weeks), max(1, counts.weeks.shape[1] // 4)
        growth = queue[:, -quarter:].mean(axis=1) - queue[:, :quarter].mean(axis=1)
        return np.column_stack(
            [
                self.demanded,
                rostered,
                worked,
                gap,
                offered,
                _over(worked, rostered),
                overtime,
                idle,
                self.stations.sum(counts.stations["queue_hours"]) / self.hours,
                growth,
            ]
        )[self.told]


class _Money:
    """Costs, and the outcomes that follow from coverage."""

    def __init__(self, spec: TallySpec, labels: list[Label]):
        self.yearly = sum(cell.people * cell.cost_each for cell in spec.staff)
        self.observed, self.recovery, self.quality = (
            self.yearly * spec.weeks / YEAR_WEEKS,
            spec.recovery,
            spec.quality_of_life,
        )
        self.share, self.asking = (
            labels.index((name, "all", "all"))
            for name in ("professional_of_seekers", "people_asking")
        )
        places = [
            place for name, place, group in labels if name == "coverage_of_need" and group == "all"
        ]
        self.coverage = [labels.index(("coverage_of_need", place, "all")) for place in places]
        self.labels: list[Label] = [
            ("total_cost", "all", "all"),
            ("cost_per_reached", "all", "all"),
        ]
        self.labels += [
            (name, place, "all") for place in places for name in ("recovery", "quality_of_life")
        ]
        self.labels.append(("cost_benefit_ratio", "all", "all"))

    def values(self, counts: Tally, run: Run, filled: np.ndarray) -> np.ndarray:
        coverage = filled[self.coverage]
        recovery, quality = (
            base + slope * coverage for base, slope in (self.recovery, self.quality)
        )
        reached = filled[self.share] * filled[self.asking]
        return np.concatenate(
            [
                [self.yearly, _over(self.observed, reached)],
                np.column_stack([recovery, quality]).ravel(),
                [_over(self.yearly / 1e4, recovery[0] * quality[0])],
            ]
        )


def prepare(engine: str) -> None:
    """Compile what counts and fills in, if this machine has not done so before."""
    labels = {"need": "need", "zone": "zone"}
    network = Network(
        [Pool("pool")],
        [Station("station", ["pool"], 1.0, labels=labels)],
        [Arrivals("station", backlog=1, labels=labels)],
    )
    need = NeedCell("need", "group", "severity", "zone", "urban", 1.0, 1.0, 1.0, False)
    spec = TallySpec(
        0.0,
        168.0,
        168.0,
        1.0,
        1.0,
        1.0,
        (("zone", "urban", 1.0),),
        (need,),
        (),
        (0.0, 0.0),
        (0.0, 0.0),
    )
    run = simulate(network, spec.horizon, engine=engine)
    Sheet(network, spec, []).values(tally(run, spec), run)
