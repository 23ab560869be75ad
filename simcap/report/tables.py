"""The tables of a report: design points, steps, zones, changes."""

from __future__ import annotations

import math

from simcap.analysis.measures import better
from simcap.analysis.statistics import told_apart
from simcap.lang import _, joined
from simcap.lang.measures import place as place_in_words
from simcap.plots.view import Cell
from simcap.report import sentences
from simcap.report.amounts import money, number, scaled, short
from simcap.report.blocks import Table, Value
from simcap.report.facts import Facts, Step
from simcap.report.goals import Status

MARKS = {Status.REACHED: "●", Status.OPEN: "◐", Status.MISSED: "○"}
"""A shape for each, so that colour need not say it."""
ZONES = ("coverage_of_need", "coverage_of_seekers", "wait_mean", "within_target")
"""What is told of each zone."""


def _value(cell: Cell, signed: bool = False, faint: bool = False) -> Value:
    text, under = short(cell, signed)
    number_of = cell.mean if math.isfinite(cell.mean) else None
    between = (cell.lower, cell.upper) if math.isfinite(cell.lower) else None
    return Value(text, under, number_of, faint, between)


def _status(status: Status) -> Value:
    return Value(f"{MARKS[status]} {status.words}", faint=status is Status.OPEN)


def _intervals(facts: Facts) -> str:
    return _("Below each value: its 95 % interval.") if facts.view.replications > 1 else ""


def _stars(cells: list[Cell]) -> str:
    if all(cell.settled for cell in cells):
        return ""
    return _("*: a queue behind it still grew at the end, so it did not settle.")


# ---- design points -------------------------------------------------------------------------------


def all_points(facts: Facts) -> Table:
    """Every design point: cost, targets, lead measures."""
    points, costs = (
        facts.view.points,
        any(math.isfinite(facts.cost(point)) for point in facts.view.points),
    )
    columns = [[facts.lead(i, point) for point in points] for i in range(len(facts.leads))]
    scales = [scaled(one.measure, cells) for one, cells in zip(facts.leads, columns, strict=True)]
    rows = [
        [
            Value(sentences.called(facts, point)),
            _burden(facts, point, costs),
            *([_status(facts.status(point))] if facts.goals else []),
            *(
                _value(cells[at].times(factor))
                for cells, (factor, _unit) in zip(columns, scales, strict=True)
            ),
        ]
        for at, point in enumerate(points)
    ]
    heads = [
        _("design point"),
        _("staff, CNY a year") if costs else _("staff, h a week"),
        *([_("targets")] if facts.goals else []),
        *(
            _("{measure}, {unit}", measure=sentences.title_of(one), unit=unit)
            for one, (_factor, unit) in zip(facts.leads, scales, strict=True)
        ),
    ]
    first = {points.index(facts.reaching[0])} if facts.reaching else set()
    drawn = [cell for cells in columns for cell in cells]
    note = joined(
        [
            _intervals(facts),
            _("In bold: the cheapest that reaches the target.") if first else "",
            _stars(drawn),
        ]
    )
    return Table(_("All design points"), heads, rows, note, strong=frozenset(first))


def _burden(facts: Facts, point: tuple, costs: bool) -> Value:
    value = facts.cost(point) if costs else facts.hours(point)
    return Value(money(value) if costs else number(value, 0), number=value)


def steps(facts: Facts) -> Table:
    """What each further post or seat brings, the best first."""
    rows = [_step(facts, step) for step in facts.steps]
    costs = any(math.isfinite(step.cost) and step.cost > 0 for step in facts.steps)
    heads = [
        _("more staff"),
        _("h a week more"),
        *([_("CNY a year more")] if costs else []),
        _("residents seen in time"),
        _("the same for 10 h a week"),
    ]
    return Table(
        _("The next post or seat: what more staff brings, all else as at the baseline"),
        heads,
        [row if costs else [*row[:2], *row[3:]] for row in rows],
        joined(
            [
                _("Paired differences from the baseline, the same residents in both."),
                _("Grey: may be chance."),
                _intervals(facts),
            ]
        ),
    )


def _step(facts: Facts, step: Step) -> list[Value]:
    faint = not step.gain.clear
    return [
        Value(sentences.changed(facts, step.point)),
        Value(number(step.hours, 0), number=step.hours),
        Value(money(step.cost), number=step.cost),
        _value(step.gain.cell, True, faint),
        _value(step.per_hours, True, faint),
    ]


# ---- zones ---------------------------------------------------------------------------------------


def zones(facts: Facts) -> Table | None:
    """Coverage and waits zone by zone, kinds of zone and the district on top; None where zones are
    not told.
    """
    view = facts.view
    names = [zone.zone for zone in view.scenario.zones]
    names = [name for name in names if math.isfinite(view.cell(ZONES[0], name).mean)]
    measures = [
        measure
        for measure in ZONES
        if any(math.isfinite(view.cell(measure, p).mean) for p in names)
    ]
    if not measures:
        return None
    kinds = {zone.zone: zone.kind for zone in view.scenario.zones}
    places = [*view.places, *names]
    columns = {measure: [view.cell(measure, place) for place in places] for measure in measures}
    scales = {measure: scaled(measure, cells) for measure, cells in columns.items()}
    apart = _apart(facts, names)
    rows = [
        [
            Value(place_in_words(place)),
            Value(place_in_words(kinds[place]) if place in kinds else ""),
            *(_value(columns[measure][at].times(scales[measure][0])) for measure in measures),
            Value(apart.get(place, "")),
        ]
        for at, place in enumerate(places)
    ]
    return Table(
        _("Coverage and waits, zone by zone"),
        _heads_of_zones({measure: unit for measure, (_factor, unit) in scales.items()}),
        rows,
        _note_of_zones(facts, [cell for cells in columns.values() for cell in cells]),
        names=2,
        strong=frozenset(range(len(view.places))),
    )


def _heads_of_zones(units: dict[str, str]) -> list[str]:
    return [
        _("zone"),
        _("kind"),
        *(
            _("{measure}, {unit}", measure=sentences.in_words(measure), unit=unit)
            for measure, unit in units.items()
        ),
        _("in time, beside the other zones"),
    ]


def _note_of_zones(facts: Facts, drawn: list[Cell]) -> str:
    return joined(
        [
            _intervals(facts),
            _(
                "Beside the others: "
                "only where chance alone would not make"
                " the difference (95 % intervals for all zones together)."
            ),
            _stars(drawn),
        ]
    )


def _apart(facts: Facts, names: list[str]) -> dict[str, str]:
    """Zone → whether it is reached more or less than the others, beyond chance."""
    if facts.view.replications < 2 or len(names) < 2:
        return {}
    words = {1: _("more"), -1: _("less"), 0: _("cannot be told")}
    found = told_apart(facts.view.by_place(ZONES[0], names))
    return {name: words[int(sign)] for name, sign in zip(names, found, strict=True)}


# ---- changes -------------------------------------------------------------------------------------


def bought(facts: Facts) -> Table | None:
    """What each design point changes of the lead measures; of factors, those that change one thing
    first. None where nothing was compared.
    """
    if not facts.changes or not facts.leads:
        return None
    points = sorted(facts.others, key=lambda point: len(facts.changed(point)))
    changes = [[facts.change(one, point) for point in points] for one in facts.leads]
    scales = [
        scaled(one.measure, [Cell(abs(change.cell.mean)) for change in column])
        for one, column in zip(facts.leads, changes, strict=True)
    ]
    rows = [
        [
            Value(sentences.changed(facts, point)),
            *(
                _value(column[at].cell.times(factor), True, not column[at].clear)
                for column, (factor, _unit) in zip(changes, scales, strict=True)
            ),
        ]
        for at, point in enumerate(points)
    ]
    heads = [
        _("beside the baseline"),
        *(
            _("{measure}, {unit}", measure=sentences.title_of(one), unit=_points(unit))
            + _arrow(one.measure)
            for one, (_factor, unit) in zip(facts.leads, scales, strict=True)
        ),
    ]
    drawn = [change.cell for column in changes for change in column]
    note = _note_of_changes(facts, len(points), drawn)
    return Table(_("What each change bought"), heads, rows, note)


def _note_of_changes(facts: Facts, points: int, drawn: list[Cell]) -> str:
    return joined(
        [
            _(
                "Paired differences from {point}, the same residents in both.",
                point=sentences.called(facts, facts.view.base),
            ),
            _(
                "Grey: may be chance, all {number} design points taken together (Holm).",
                number=points,
            ),
            _("Arrow: which way is better."),
            _intervals(facts),
            _stars(drawn),
        ]
    )


def _points(unit: str) -> str:
    return _("percentage points") if unit == "%" else unit


def _arrow(measure: str) -> str:
    return {1: " ↑", -1: " ↓", 0: ""}[better(measure)]
