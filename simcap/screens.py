"""What commands print: tables for people on stdout, progress and messages on stderr, JSON on
request.
"""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from simcap.network import LEAVE, Network, Roster, Shortest, Slots
from simcap.network.reviews import places_at_start
from simcap.network.roster import share_at
from simcap.printing import in_one_line, printable, printable_json
from simcap.scenario.units import say_hours

if TYPE_CHECKING:
    import pandas as pd

WHOLE_WORD = 12
"""Columns up to which the words of a heading are not broken, however narrow the terminal."""
HEARTBEAT = 10.0
"""Seconds between lines of progress where there is no terminal."""


class _Screen(Console):
    """A console for which text is text: no mark-up, and no control sign that is obeyed."""

    def __init__(self, **options):
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def print(self, *objects, **options) -> None:
        shown = [printable(each) if isinstance(each, str) else each for each in objects]
        super().print(*shown, **options)


def out() -> Console:
    """Where tables go: stdout, as wide as its terminal; where it is none, as the variable COLUMNS
    says, or 120 columns.
    """
    said = os.environ.get("COLUMNS", "")
    wide = int(said) if said.isdigit() and int(said) else 120
    return _Screen(width=None if sys.stdout.isatty() else wide)


def tell(text: str, quiet: bool = False) -> None:
    """A message on stderr, unless ``quiet``."""
    if not quiet:
        print(printable(text), file=sys.stderr, flush=True)


@contextmanager
def progress(quiet: bool, what: str) -> Iterator[Callable]:
    """A function to call, as often as one likes, with the ``Progress`` so far: on a terminal a bar
    with replications done, rate and time left, drawn anew four times a second by a thread of its
    own; elsewhere a line every ten seconds.
    """
    if quiet:
        yield lambda progress=None: None
    elif sys.stderr.isatty():
        bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            console=_Screen(stderr=True),
            transient=True,
            refresh_per_second=4,
        )
        task = bar.add_task(what, total=None, rate="", left="")

        def draw(progress=None):
            if progress is not None:
                bar.update(
                    task,
                    completed=progress.done + progress.skipped,
                    total=progress.total,
                    rate=_rate(progress),
                    left=_left(progress),
                )

        with bar:
            yield draw
    else:
        told = time.monotonic()

        def tell_now_and_then(progress=None):
            nonlocal told
            if progress is not None and time.monotonic() - told >= HEARTBEAT:
                told = time.monotonic()
                said = f"{progress.done + progress.skipped} of {progress.total} {what}"
                tell(", ".join(filter(None, (said, _rate(progress), _left(progress)))))

        yield tell_now_and_then


def _rate(progress) -> str:
    if math.isnan(progress.rate):
        return ""
    return (
        f"{progress.rate:.1f} a second"
        if progress.rate >= 1
        else f"{60 * progress.rate:.1f} a minute"
    )


def _left(progress) -> str:
    return "" if math.isnan(progress.left) else f"{say_hours(progress.left / 3600)} left"


def announce(
    experiment, overloads: list[str], warnings: list[str], recorded: int, quiet: bool
) -> None:
    """What is about to run, what earlier runs left, which staff will be overloaded, and what else
    to beware of.
    """
    tell(
        f"{experiment.name}: {design(experiment)} of {say_hours(experiment.scenario.horizon)}, seed"
        f" {experiment.seed}",
        quiet,
    )
    if recorded:
        tell(
            f"journal: {recorded} replications of earlier runs; those that are still asked for are"
            " not run again",
            quiet,
        )
    if experiment.note:
        tell(f"note: {experiment.note}", quiet)
    for sentence in overloads:
        tell(f"guard: before the run, at the baseline: {sentence}", quiet)
    for sentence in warnings:
        tell(f"warning: {sentence}", quiet)


def design(experiment) -> str:
    """How many runs of what an experiment is."""
    parts = [_many(len(experiment.points), "design point")]
    if experiment.samples:
        parts.append(
            f"{len(experiment.samples)} settings of {len(experiment.uncertain)} uncertain inputs"
        )
    if experiment.stopping is not None:
        return " × ".join(
            [
                *parts,
                f"{experiment.stopping.at_least} to {experiment.stopping.at_most} replications",
            ]
        )
    return (
        f"{' × '.join([*parts, _many(experiment.replications, 'replication')])} ="
        f" {_many(experiment.runs, 'run')}"
    )


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"


def show_design(experiment) -> None:
    """What would be run."""
    from simcap.study.experiment import point_name

    number = (
        f"{experiment.replications - 1}"
        if experiment.stopping is None
        else f"at most {experiment.replications - 1}"
    )
    for point in experiment.points:
        out().print(
            f"{point_name(point)}: replications 0 to {number}, seed {experiment.seed}"
            + (
                f", at each of {len(experiment.samples)} settings of"
                f" {', '.join(experiment.uncertain)}"
                if experiment.samples
                else ""
            ),
            soft_wrap=True,
        )


def table(title: str, columns: list[str], rows: list[list], numbers: int = 99) -> Table:
    """A plain table; columns from the second to the ``numbers``-th are right-aligned."""
    made = Table(
        title=in_one_line(title) or None,
        title_justify="left",
        title_style="",
        box=None,
        pad_edge=False,
        header_style="bold",
    )
    for i, column in enumerate(columns):
        side: JustifyMethod = "right" if 0 < i <= numbers else "left"
        head = in_one_line(column)
        whole = min(max(map(cell_len, head.split()), default=0), WHOLE_WORD)
        made.add_column(head, justify=side, overflow="fold", min_width=whole)
    for row in rows:
        made.add_row(*(in_one_line(str(cell)) for cell in row))
    return made


def print_json(data) -> None:
    """``data`` as JSON on stdout."""
    print(printable_json(json.dumps(_plain(data), indent=1, ensure_ascii=False)))


def _plain(data):
    """``data`` with NaN as null, which JSON has no word for."""
    if isinstance(data, float):
        return data if math.isfinite(data) else None
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    return [_plain(value) for value in data] if isinstance(data, (list, tuple)) else data


# ---- check and show ------------------------------------------------------------------------------


def show_check(result, as_json: bool, quiet: bool) -> None:
    """The offered loads of a scenario, those of an experiment's points, and the warnings."""
    from simcap.study.cautions import district

    totals = district(result.loads)
    if as_json:
        print_json(
            {
                "scenario": result.scenario.name,
                "loads": [_load(load) for load in [*totals, *result.loads]],
                "points": [
                    {"point": point, "offered_load": loads} for point, loads in result.points
                ],
                "warnings": result.warnings,
            }
        )
        return
    console = out()
    rows = [
        [
            load.staff,
            f"{load.hours_demanded:.1f}",
            f"{load.hours_rostered:.1f}",
            _ratio(load.offered),
        ]
        for load in totals
    ]
    console.print(
        table(
            f"{result.scenario.name}: hours a week",
            ["staff", "demanded", "rostered", "offered load"],
            rows,
        )
    )
    zones = list(
        dict.fromkeys(
            load.zone
            for load in result.loads
            if sum(other.staff == load.staff for other in result.loads) > 1
        )
    )
    if zones:
        by = {(load.zone, load.staff): load for load in result.loads}
        staff = [load.staff for load in totals if any((zone, load.staff) in by for zone in zones)]
        rows = [
            [
                zone,
                *(_ratio(by[zone, name].offered) if (zone, name) in by else "" for name in staff),
            ]
            for zone in zones
        ]
        console.print()
        console.print(table("offered load by zone", ["zone", *staff], rows))
    if result.points:
        factors, first = list(result.points[0][0]), result.points[0][1]
        moved = [
            name for name in first if len({round(loads[name], 3) for _, loads in result.points}) > 1
        ]
        rows = [
            [*point.values(), *(_ratio(loads[name]) for name in moved)]
            for point, loads in result.points
        ]
        console.print()
        console.print(
            table(
                "offered load by design point",
                [*(factor.split(".")[-1] for factor in factors), *moved],
                rows,
            )
        )
    for warning in result.warnings:
        tell(f"warning: {warning}", quiet)


def _ratio(load: float) -> str:
    """An offered load; a dash where nothing is asked of nobody."""
    return "–" if math.isnan(load) else f"{load:.2f}"


def _load(load) -> dict:
    return {
        "staff": load.staff,
        "zone": load.zone,
        "hours_demanded": load.hours_demanded,
        "hours_rostered": load.hours_rostered,
        "offered_load": load.offered,
    }


def show_network(scenario, network: Network, rows: int, as_json: bool) -> None:
    """The parts of a compiled network."""
    from simcap.building.arrangement import described

    pools = [
        [pool.name, _capacity(pool), say_hours(pool.last_start) if pool.last_start else ""]
        for pool in network.pools
    ]
    stations = [
        [
            station.name,
            ", ".join(attend.pool for attend in station.pools[:2])
            + (" …" if len(station.pools) > 2 else ""),
            say_hours(station.service_time.mean),
            _sessions(station),
            _ways(station),
        ]
        for station in network.stations
    ]
    streams = [
        [stream.name, ", ".join(stream.to.stations()), _when(stream, scenario.horizon)]
        for stream in network.arrivals
    ]
    reviews = [
        [
            review.name,
            type(review).__name__.lower(),
            say_hours(review.every),
            ", ".join(places_at_start(review)),
        ]
        for review in network.reviews
    ]
    if as_json:
        print_json({"pools": pools, "stations": stations, "arrivals": streams, "reviews": reviews})
        return
    console = out()
    console.print("\n".join([scenario.name, *described(scenario)]) + "\n")
    for title, columns, lines in (
        ("pools", ["pool", "places or h a week", "last start"], pools),
        ("stations", ["station", "attended by", "mean time", "sessions", "then"], stations),
        ("arrivals", ["stream", "joins", "residents a week"], streams),
        ("reviews", ["review", "kind", "every", "moves places of"], reviews),
    ):
        if title == "reviews" and not lines:
            continue
        console.print(table(f"{title}: {len(lines)}", columns, lines[:rows], numbers=0))
        if len(lines) > rows:
            console.print(f"… {len(lines) - rows} more (--rows {len(lines)} shows them)")
        console.print()
    console.print(diagram(network))


def diagram(network: Network) -> str:
    """Kinds of station and the ways between them, summed over classes: who goes on from where."""
    kind = {
        station.name: station.labels.get("station", station.name) for station in network.stations
    }
    ways: dict[str, dict[str, None]] = {}
    for stream in network.arrivals:
        for goal in stream.to.stations():
            ways.setdefault("(asks)", {})[kind[goal]] = None
    for station in network.stations:
        for routing in station.routing.values():
            for goal in routing.stations():
                ways.setdefault(kind[station.name], {})[kind[goal]] = None
    return "\n".join(
        ["pathways"] + [f"  {source} → {', '.join(goals)}" for source, goals in ways.items()]
    )


def _capacity(pool) -> str:
    if isinstance(pool.capacity, Slots):
        places = sum(sum(row[1:]) for row in pool.capacity.slots)
        return f"{places * 168 / pool.capacity.cycle:.1f} slots a week"
    if not isinstance(pool.capacity, Roster):
        return "without end" if math.isinf(pool.capacity) else f"{pool.capacity:g} places"
    roster, share = pool.capacity, 1.0
    if roster.part:
        shares = [share_at(steps, 0.0) for steps in roster.part[0]]
        share = shares[roster.part[1] - 1] if roster.part[1] else 1 - sum(shares)
    return f"{(roster.week_hours if roster.hours is None else roster.hours) * share:.1f} h a week"


def _sessions(station) -> str | int:
    """How many sessions, and what is special about them."""
    if (
        station.sessions != math.inf
        and station.group is None
        and station.caseload is None
        and station.diary is None
    ):
        return station.sessions
    said = ["recurring" if station.sessions == math.inf else str(station.sessions)]
    if station.group is not None:
        said.append(f"groups of {station.group.at_least} to {station.group.size}")
    if station.caseload is not None:
        said.append(f"caseload {station.caseload.pool}")
    if station.diary is not None:
        said.append(
            f"booked {say_hours(station.diary.notice)} ahead" if station.diary.notice else "booked"
        )
    return ", ".join(said)


def _ways(station) -> str:
    said = []
    for outcome, routing in station.routing.items():
        if isinstance(routing, Shortest):
            said.append(f"{outcome}: shortest of {', '.join(routing.among)}")
        elif routing.options:
            goals = ", ".join(
                f"{option.probability:.0%} {option.station.split(' | ')[0]}"
                + (f" after {say_hours(option.delay.mean)}" if option.delay.mean else "")
                for option in routing.options
                if option.station != LEAVE
            )
            said.append(f"{outcome}: {goals}")
    return "; ".join(said) or "leave"


def _when(stream, horizon: float) -> str:
    from simcap.analysis.flows import mean_rate

    return f"{168 * mean_rate(stream, 0.0, horizon):.2f}"


# ---- results -------------------------------------------------------------------------------------

LEAD = [
    ("coverage_of_need", "all", "coverage"),
    ("coverage_of_need", "urban", "urban"),
    ("coverage_of_need", "rural", "rural"),
    ("wait_mean", "all", "mean wait"),
    ("within_target", "all", "in target"),
]


def show_sweep(done, directory: Path, as_json: bool, quiet: bool) -> None:
    """The lead measures of each design point, guards, failures, and where the files are."""
    from simcap.study.experiment import MOST_NAMED

    rows, leads = lead_rows(done), lead_measures(done)
    if as_json:
        print_json(
            {
                "out": str(directory),
                "points": rows,
                "guards": list(done.guards),
                "warnings": list(done.warnings),
                "failures": [str(f) for f in done.failures],
            }
        )
    elif rows:
        factors = list(done.experiment.factors)
        many = len(factors) > MOST_NAMED
        heads = (
            ["design point"]
            if many
            else [factor.split(".")[-1] for factor in factors] or ["scenario"]
        )
        lines = []
        for row in rows:
            values = [_cell(row[_key(*where)], where[0]) for where in leads]
            point = [row[factor] for factor in factors]
            named = [done.experiment.called(point)] if many else point or ["as written"]
            lines.append([*named, *values, "*" if row["did not settle"] else ""])
        said = (
            ""
            if done.experiment.answer
            else "contact with a professional in time, as a share of need; wait of those seen "
        )
        title = (
            f"{done.experiment.name}: {said}(±: how far its 95 % interval reaches, of a share in"
            " points, of a wait in % of it)"
        )
        out().print(table(title, [*heads, *leads.values(), ""], lines))
        if any(row["did not settle"] for row in rows):
            out().print(
                "* a queue that these residents stood in still grew at the end: means of waits did"
                " not settle (see the guards)"
            )
    if done.experiment.note and not as_json:
        out().print(f"note: {done.experiment.note}")
    for guard in done.guards:
        tell(f"guard: {guard}", quiet)
    for failure in done.failures:
        tell(f"simcap: failed: {failure}")
    if done.interrupted:
        tell(
            "simcap: interrupted; what was finished is kept, figures are not drawn; the same"
            " command goes on from here"
        )
    if rows:
        replicated = done.replicated
        if replicated.skipped:
            tell(f"{replicated.skipped} replications were taken from the journal", quiet)
        tell(
            f"results in {directory} ({replicated.wall_seconds:.0f} s; simulating and counting took"
            f" {done.engine_seconds:.0f} s of processor time in all)",
            quiet,
        )


def lead_measures(done) -> dict[tuple[str, str, str], str]:
    """{(measure, place, group): head} of the measures on the screen: those of the experiment's
    answer, or else of coverage and waits.
    """
    if not done.experiment.answer:
        return {(measure, place, "all"): head for measure, place, head in LEAD}
    return {
        (one.measure, one.place, one.group): " ".join(
            [
                one.measure.replace("_", " "),
                *(
                    part.removeprefix("station: ").removeprefix("pool: ").removeprefix("target: ")
                    for part in (one.group, one.place)
                    if part != "all"
                ),
            ]
        )
        for one in done.experiment.answer
    }


def _key(measure: str, place: str, group: str) -> str:
    """How a measure is called in a row of the screen."""
    return f"{measure} {place}" + ("" if group == "all" else f" {group}")


def lead_rows(done) -> list[dict]:
    """One dictionary per design point: factors, lead measures as (mean, how far the interval
    reaches to its farther side; of the worst zone, which it is), whether a queue did not settle.
    """
    from simcap.analysis.worst import WORST
    from simcap.study.settling import DID_NOT_SETTLE

    rows, leads, factors = [], lead_measures(done), list(done.experiment.factors)
    groups = {group for _, _, group in leads} | {"all"}
    table = done.summary[done.summary["group"].isin(groups)]
    points = zip(*(table[factor].astype(str) for factor in factors), strict=True)
    told: dict[tuple, dict] = {}
    unsettled = set()
    columns = ("measure", "place", "group", "mean", "lower", "upper", "note")
    cells = zip(*(table[column] for column in columns), strict=True)
    for point, (measure, place, group, mean, lower, upper, note) in zip(
        points if factors else [()] * len(table), cells, strict=True
    ):
        found = told.setdefault(point, {})
        if (measure, place, group) in leads:
            reach = (float(mean), float(max(upper - mean, mean - lower)))
            zone = () if place != WORST else (note.removesuffix(f"; {DID_NOT_SETTLE}"),)
            found[measure, place, group] = (*reach, *zone)
        if place == group == "all" and note == DID_NOT_SETTLE:
            unsettled.add(point)
    for levels in done.experiment.points:
        point = tuple(map(str, levels.values()))
        if point in told:
            row: dict[str, Any] = dict(zip(factors, point, strict=True))
            row.update({_key(*at): told[point].get(at, (math.nan, math.nan)) for at in leads})
            rows.append({**row, "did not settle": point in unsettled})
    return rows


def _cell(value: tuple, measure: str) -> str:
    mean, half, *zone = value
    if zone:
        return f"{_cell((mean, half), measure)} {zone[0]}"
    if math.isnan(mean):
        return "–"
    from simcap.analysis.measures import MEASURES

    unit = MEASURES[measure][0]
    if unit == "h":
        share = f"±{half / mean:.0%}" if half <= 10 * mean else "±?"
        return say_hours(mean) + ("" if math.isnan(half) or mean == 0 else f" {share}")
    if unit.startswith("share"):
        return f"{mean:.2%}" + ("" if math.isnan(half) else f" ±{half:.2%}")
    return f"{mean:.3g}" + ("" if math.isnan(half) else f" ±{half:.2g}")


def show_comparison(frame: pd.DataFrame, as_json: bool) -> None:
    """Paired differences of one measure, and what comparing many at once, with the same residents,
    makes of them.
    """
    from simcap.study.experiment import short_names

    if as_json:
        print_json(frame.to_dict("records"))
        return
    factors = [column for column in frame.columns[: list(frame.columns).index("measure")]]
    first, uncertain = frame.iloc[0], "input_lower" in frame
    alone = (frame["p_value"] < 0.05).to_numpy()
    together = (frame["p_holm"] < 0.05).to_numpy()
    rows = []
    for i, (_, row) in enumerate(frame.iterrows()):
        saved = "–" if math.isnan(row["variance_saved"]) else f"{row['variance_saved']:.0%}"
        inputs = [_from_to(row["input_lower"], row["input_upper"])] if uncertain else []
        rows.append(
            [
                *(row[factor] for factor in factors),
                _signed(row["mean"]),
                _from_to(row["lower"], row["upper"]),
                *inputs,
                saved,
                "differs" if together[i] else "alone only" if alone[i] else "",
            ]
        )
    out().print(
        table(
            f"{first['measure']} ({first['unit']}), place {first['place']}, group {first['group']}:"
            f" difference from the baseline, {first['replications']} replications",
            [
                *short_names(factors),
                "difference",
                "95 % interval",
                *(["over uncertain inputs"] if uncertain else []),
                "variance saved",
                "",
            ],
            rows,
        )
    )
    if (alone & ~together).any():
        out().print(
            f"{len(frame)} comparisons are made at once. «alone only»: clear if it were the only"
            " one, not after Holm's correction for them all."
        )


def show_quantiles(frame: pd.DataFrame, as_json: bool) -> None:
    """A quantile over replications of one measure."""
    from simcap.study.experiment import short_names

    if as_json:
        print_json(frame.to_dict("records"))
        return
    factors = [column for column in frame.columns[: list(frame.columns).index("measure")]]
    first = frame.iloc[0]
    rows = [
        [
            *([row[factor] for factor in factors] or ["as written"]),
            f"{row['quantile']:.4g}",
            f"{_bound(row['lower'])} to {_bound(row['upper'])}",
        ]
        for _, row in frame.iterrows()
    ]
    out().print(
        table(
            f"{first['measure']} ({first['unit']}), place {first['place']}, group {first['group']}:"
            f" what {first['share']:.0%} of years do not exceed, {first['replications']}"
            " replications",
            [*(short_names(factors) or ["scenario"]), "quantile", "95 % interval"],
            rows,
        )
    )
    if not all(map(math.isfinite, [*frame["lower"], *frame["upper"]])):
        out().print("«?»: more replications are needed to know this bound")


def _bound(value: float) -> str:
    return f"{value:.4g}" if math.isfinite(value) else "?"


def _from_to(lower: float, upper: float) -> str:
    return "–" if math.isnan(lower) else f"{_signed(lower)} to {_signed(upper)}"


def _signed(value: float) -> str:
    """Four digits, never with an exponent."""
    if abs(value) >= 1000:
        return f"{value:+,.0f}"
    return f"{value:+.4g}" if value == 0 or abs(value) >= 1e-3 else f"{value:+.6f}"


def show_verification(results: list, as_json: bool, absent: list[str]) -> None:
    """A table of pass and fail; the last line names the tables that are ``absent``."""
    if as_json:
        print_json([vars(result) for result in results])
        return
    rows = [
        [
            result.case,
            result.quantity,
            f"{result.exact:.5g}",
            f"{result.simulated:.5g}",
            f"{(result.simulated - result.exact) / result.error:+.1f}" if result.error else "",
            "pass" if result.passed else "FAIL",
        ]
        for result in results
    ]
    out().print(
        table("", ["case", "quantity", "exact", "simulated", "standard errors off", ""], rows)
    )
    passed = f"{sum(result.passed for result in results)} of {len(results)} pass"
    gone = f"; not here, make reproduce: {', '.join(absent)}" if absent else ""
    out().print(passed + gone, soft_wrap=True)
