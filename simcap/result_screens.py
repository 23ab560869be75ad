"""What sweep, compare, quantiles and verify print of results."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simcap.lang import N_, _, joined, listed, spoken
from simcap.lang.amounts import duration
from simcap.lang.measures import measure as in_words
from simcap.lang.measures import place as place_in_words
from simcap.lang.measures import unit as unit_in_words
from simcap.lang.sentences import check as check_in_words
from simcap.scenario.units import say_hours, unit_of_numbers
from simcap.screens import out, print_json, table, tell

if TYPE_CHECKING:
    import pandas as pd

    from simcap.study.paths import Proof
    from simcap.study.recomputing import Stored
    from simcap.study.verifying import Verified

LEAD = [
    ("coverage_of_need", "all", N_("coverage")),
    ("coverage_of_need", "urban", N_("urban")),
    ("coverage_of_need", "rural", N_("rural")),
    ("wait_mean", "all", N_("mean wait")),
    ("within_target", "all", N_("in target")),
]

# ---- sweep ---------------------------------------------------------------------------------------


def show_sweep(done, directory: Path, head: str | None, as_json: bool, quiet: bool) -> None:
    """The lead measures of each design point, guards, failures, where the files are, and the head
    of their seal.
    """
    rows = lead_rows(done)
    if as_json:
        print_json(
            {
                "out": str(directory),
                "head": head,
                "points": rows,
                "guards": list(done.guards),
                "warnings": list(done.warnings),
                "failures": [str(f) for f in done.failures],
            }
        )
    elif rows:
        _show_leads(done, rows)
    if done.experiment.note and not as_json:
        out().print(_("note: {note}", note=done.experiment.note))
    _tell_guards(done.guards, quiet)
    for failure in done.failures:
        tell(_("simcap: failed: {failure}", failure=failure))
    if done.interrupted:
        tell(
            _(
                "simcap: interrupted; what was finished is kept, figures are not drawn; the same"
                " command goes on from here"
            )
        )
    if rows:
        _tell_where(done, directory, quiet)
    if head is not None:
        tell(_("sealed, keep this line: {head}", head=head), quiet)
    if rows and not as_json:
        _show_answer(done)


def _tell_guards(guards: tuple[str, ...], quiet: bool) -> None:
    """The guards by kind: what they mean and whom they are about, then what to do."""
    from simcap.report.guards import grouped

    for kind, lines in grouped(guards).items():
        title, meaning, advice = kind.words
        told = _("{title}. {meaning}", title=title, meaning=meaning) if meaning else title
        tell(_("guard: {said}", said=told), quiet)
        for line in lines:
            tell(f"  - {line}", quiet)
        if advice:
            tell("  " + _("What to do: {advice}", advice=advice), quiet)


def _show_answer(done) -> None:
    """The answer in two sentences."""
    from simcap.report.facts import Facts
    from simcap.report.sentences import brief

    for sentence in brief(Facts(done)):
        out().print(sentence)


def _show_leads(done, rows: list[dict]) -> None:
    from simcap.plots.words import say_level, say_short
    from simcap.study.experiment import MOST_NAMED, short_names

    leads, factors = lead_measures(done), list(done.experiment.factors)
    units = {where: _unit(where[0], (row[_key(*where)][0] for row in rows)) for where in leads}
    many = len(factors) > MOST_NAMED
    lines = []
    for row in rows:
        values = [_cell(row[_key(*at)], at[0], factor) for at, (factor, _said) in units.items()]
        point = [row[factor] for factor in factors]
        named = (
            [done.experiment.called(point, say_level, say_short)]
            if many
            else point or [_("as written")]
        )
        lines.append([*named, *values, "*" if row["did not settle"] else ""])
    said = (
        ""
        if done.experiment.answer
        else _("contact with a professional in time, as a share of need; wait of those seen")
    )
    reach = _("(±: how far its 95 % interval reaches, of a share in points, of a wait in % of it)")
    title = _("{name}: {said}", name=done.experiment.name, said=joined([said, reach]))
    each = list(map(say_short, short_names(factors))) or [_("scenario")]
    heads = [_("design point")] if many else each
    named = [f"{leads[at]} ({unit})" if unit else leads[at] for at, (_x, unit) in units.items()]
    out().print(table(title, [*heads, *named, ""], lines))
    if any(row["did not settle"] for row in rows):
        out().print(
            _(
                "* a queue that these residents stood in still grew at the end: means of waits did"
                " not settle (see the guards)"
            )
        )


def _tell_where(done, directory: Path, quiet: bool) -> None:
    replicated = done.replicated
    if replicated.skipped:
        tell(
            _("{number} replications were taken from the journal", number=replicated.skipped), quiet
        )
    tell(
        _(
            "results in {directory} ({seconds} s; simulating and counting took {engine} s of"
            " processor time in all)",
            directory=directory,
            seconds=f"{replicated.wall_seconds:.0f}",
            engine=f"{done.engine_seconds:.0f}",
        ),
        quiet,
    )


def lead_measures(done) -> dict[tuple[str, str, str], str]:
    """{(measure, place, group): head} of the measures on the screen: those of the experiment's
    answer, or else of coverage and waits.
    """
    if not done.experiment.answer:
        return {(measure, place, "all"): _(head) for measure, place, head in LEAD}
    return {
        (one.measure, one.place, one.group): " ".join(
            [
                _head(one.measure),
                *(
                    place_in_words(
                        part.removeprefix("station: ")
                        .removeprefix("pool: ")
                        .removeprefix("target: ")
                    )
                    for part in (one.group, one.place)
                    if part != "all"
                ),
            ]
        )
        for one in done.experiment.answer
    }


def _head(measure: str) -> str:
    """A measure as the head of a column: its name, which scripts use, or in words elsewhere."""
    return measure.replace("_", " ") if spoken() == "en" else in_words(measure)


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
    groups = {group for _m, _p, group in leads} | {"all"}
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


def _unit(measure: str, means: Iterable[float]) -> tuple[float, str]:
    """(factor, unit) of a column: nothing is said of shares, times and plain numbers."""
    from simcap.analysis.measures import MEASURES

    unit = MEASURES[measure][0]
    if unit == "h" or unit.startswith("share"):
        return 1.0, ""
    factor = unit_of_numbers(means, unit)[0]
    return factor, unit_in_words(unit, factor) if factor != 1.0 or "CNY" in unit else ""


def _cell(value: tuple, measure: str, factor: float) -> str:
    mean, half, *zone = value
    if zone:
        return f"{_cell((mean, half), measure, factor)} {zone[0]}"
    if math.isnan(mean):
        return "–"
    from simcap.analysis.measures import MEASURES

    unit = MEASURES[measure][0]
    if unit == "h":
        share = f"±{half / mean:.0%}" if half <= 10 * mean else "±?"
        return duration(say_hours(mean)) + ("" if math.isnan(half) or mean == 0 else f" {share}")
    if unit.startswith("share"):
        return f"{mean:.2%}" + ("" if math.isnan(half) else f" ±{half:.2%}")
    mean, half = mean * factor, half * factor
    return _plain(mean, factor) + ("" if math.isnan(half) else f" ±{_plain(half, factor, 2)}")


def _plain(value: float, factor: float, digits: int = 3) -> str:
    """A number, never with an exponent: of millions two decimals, of thousands none."""
    if factor != 1.0:
        return f"{value:,.2f}"
    if abs(value) >= 10**digits - 0.5:
        return f"{value:,.0f}"
    return f"{value:.{digits}g}" if value == 0 or abs(value) >= 1e-3 else f"{value:.6f}"


# ---- compare and quantiles -----------------------------------------------------------------------


def show_comparison(frame: pd.DataFrame, as_json: bool) -> None:
    """Paired differences of one measure, and what comparing many at once, with the same residents,
    makes of them.
    """
    from simcap.plots.words import say_short
    from simcap.study.experiment import short_names

    if as_json:
        print_json(frame.to_dict("records"))
        return
    frame, _factor = _in_its_unit(frame, ["mean", "lower", "upper", "input_lower", "input_upper"])
    factors, first = _factors(frame), frame.iloc[0]
    inputs = [_("over uncertain inputs")] if "input_lower" in frame else []
    heads = [
        *map(say_short, short_names(factors)),
        _("difference"),
        _("95 % interval"),
        *inputs,
        _("variance saved"),
        "",
    ]
    out().print(
        table(
            _(
                "{what}: difference from the baseline, {number} replications",
                what=_what(first),
                number=first["replications"],
            ),
            heads,
            [_difference(row, factors) for _at, row in frame.iterrows()],
        )
    )
    if ((frame["p_value"] < 0.05) & ~(frame["p_holm"] < 0.05)).any():
        out().print(
            _(
                "{number} comparisons are made at once. «alone only»: clear if it were the only"
                " one, not after Holm's correction for them all.",
                number=len(frame),
            )
        )


def _what(row) -> str:
    """The measure, place and group of a row of a table."""
    return _(
        "{measure} ({unit}), place {place}, group {group}",
        measure=row["measure"] if spoken() == "en" else in_words(row["measure"]),
        unit=row["unit"],
        place=place_in_words(row["place"]),
        group=place_in_words(row["group"]),
    )


def _factors(frame: pd.DataFrame) -> list[str]:
    """The columns before those of the measure."""
    return list(frame.columns[: list(frame.columns).index("measure")])


def _difference(row: pd.Series, factors: list[str]) -> list[str]:
    inputs = [_from_to(row["input_lower"], row["input_upper"])] if "input_lower" in row else []
    saved = "–" if math.isnan(row["variance_saved"]) else f"{row['variance_saved']:.0%}"
    alone, together = row["p_value"] < 0.05, row["p_holm"] < 0.05
    return [
        *(row[factor] for factor in factors),
        _signed(row["mean"]),
        _from_to(row["lower"], row["upper"]),
        *inputs,
        saved,
        _("differs") if together else _("alone only") if alone else "",
    ]


def show_quantiles(frame: pd.DataFrame, as_json: bool) -> None:
    """A quantile over replications of one measure."""
    from simcap.plots.words import say_short
    from simcap.study.experiment import short_names

    if as_json:
        print_json(frame.to_dict("records"))
        return
    frame, factor = _in_its_unit(frame, ["quantile", "lower", "upper"])
    factors, first = _factors(frame), frame.iloc[0]
    rows = [
        [
            *([row[name] for name in factors] or [_("as written")]),
            _plain(row["quantile"], factor, 4),
            _(
                "{low} to {high}",
                low=_bound(row["lower"], factor),
                high=_bound(row["upper"], factor),
            ),
        ]
        for _at, row in frame.iterrows()
    ]
    out().print(
        table(
            _(
                "{what}: what {share} of years do not exceed, {number} replications",
                what=_what(first),
                share=f"{first['share']:.0%}",
                number=first["replications"],
            ),
            [
                *(map(say_short, short_names(factors)) if factors else [_("scenario")]),
                _("quantile"),
                _("95 % interval"),
            ],
            rows,
        )
    )
    if not all(map(math.isfinite, [*frame["lower"], *frame["upper"]])):
        out().print(_("«?»: more replications are needed to know this bound"))


def _in_its_unit(frame: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, float]:
    """``frame``, of one measure, with ``columns`` and the unit as people read them; and by what the
    numbers were multiplied.
    """
    columns = [name for name in columns if name in frame]
    unit = frame["unit"].iloc[0]
    factor = unit_of_numbers(frame[columns].to_numpy().ravel(), unit)[0]
    said = unit_in_words(unit, factor)
    return frame.assign(unit=said, **{name: frame[name] * factor for name in columns}), factor


def _bound(value: float, factor: float) -> str:
    return _plain(value, factor, 4) if math.isfinite(value) else "?"


def _from_to(lower: float, upper: float) -> str:
    if math.isnan(lower):
        return "–"
    return _("{low} to {high}", low=_signed(lower), high=_signed(upper))


def _signed(value: float) -> str:
    """Four digits, never with an exponent."""
    if abs(value) >= 1000:
        return f"{value:+,.0f}"
    return f"{value:+.4g}" if value == 0 or abs(value) >= 1e-3 else f"{value:+.6f}"


# ---- verify --------------------------------------------------------------------------------------


def show_verification(results: list, as_json: bool, said: str = "") -> None:
    """A table of pass and fail; the last line ends with what else is ``said``."""
    if as_json:
        print_json([vars(result) for result in results])
        return
    rows = [
        [
            check_in_words(result.case),
            check_in_words(result.quantity),
            f"{result.exact:.5g}",
            f"{result.simulated:.5g}",
            f"{(result.simulated - result.exact) / result.error:+.1f}" if result.error else "",
            _("pass") if result.passed else _("FAIL"),
        ]
        for result in results
    ]
    out().print(
        table(
            "",
            [
                _("case"),
                _("quantity"),
                _("exact"),
                _("simulated"),
                _("standard errors off"),
                "",
            ],
            rows,
        )
    )
    passed = _(
        "{number} of {all} pass", number=sum(one.passed for one in results), all=len(results)
    )
    out().print(passed + said, soft_wrap=True)


def show_stored(found: Stored, as_json: bool) -> None:
    """What was found of a results directory; the last line names the tables that are absent."""
    if found.head is not None and not as_json:
        out().print(_("head: {head}", head=found.head), soft_wrap=True)
    left = _("; {said}", said=found.left) if found.left else ""
    gone = (
        _("; not here, make reproduce: {files}", files=listed(found.absent)) if found.absent else ""
    )
    show_verification(found.results, as_json, left + gone)


def show_path(proof: Proof, found: list[Verified], as_json: bool) -> None:
    """One resident's path and how far it is proved."""
    if as_json:
        print_json({**proof.described(), "found": [vars(one) for one in found]})
        return
    stream, number, _steps = proof.leaf["values"]
    heads = ["station", "joined", "started", "ended", "outcome"]
    said = [_("station"), _("joined"), _("started"), _("ended"), _("outcome")]
    rows = [
        [_hour(visit[head]) if head in heads[1:4] else visit[head] for head in heads]
        for visit in proof.visits
    ]
    of = proof.of
    out().print(
        table(
            _(
                "{resident}: {point}, replication {replication}, seed {seed} (hours since the"
                " start)",
                resident=f"{stream}#{number}",
                point=of["design point"],
                replication=of["replication"],
                seed=of["seed"],
            ),
            said,
            rows,
        )
    )
    out().print(_("fingerprint: {hash}", hash=of["fingerprint"]), soft_wrap=True)
    out().print(_("head: {head}", head=of["head"]), soft_wrap=True)
    root = _(
        "root of the visits' tree, {number} residents: {hash}",
        number=proof.size - 1,
        hash=proof.root,
    )
    out().print(root, soft_wrap=True)
    show_verification(found, False)


def _hour(value: float | str) -> str:
    return "" if isinstance(value, str) else f"{value:.2f}"
