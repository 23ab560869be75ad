"""What ``simcap dynamics`` reads, prints, draws and writes: equation, fit and printed table side by
side, then every reading and the numbers that were used.
"""

from __future__ import annotations

from pathlib import Path

from simcap import screens
from simcap.dynamics import printed
from simcap.dynamics.fits import LEAST_SQUARES, Fit
from simcap.dynamics.parameters import ASSUMED, FIELDS, Parameters, with_values
from simcap.dynamics.side_by_side import Comparison, Row, as_data
from simcap.dynamics.vensim import mdl, parameters_from
from simcap.errors import InputError, StudyError
from simcap.lang import N_, _, listed
from simcap.lang.reasons import reason


def asked(sets: list[tuple[str, str]], model: Path | None, quiet: bool) -> Parameters:
    """The numbers that ``sets`` ask for, on top of those in the Vensim file ``model``. Where that
    is not there it is written, with them.
    """
    there = model is not None and model.exists()
    base = parameters_from(_content(model), model) if model and there else Parameters()
    parameters = with_values(base, sets, "--set")
    if model and there:
        said = (
            N_("numbers from {file}; --set goes on top, the file stays as it is")
            if sets
            else N_("numbers from {file}")
        )
        screens.tell(_(said, file=model), quiet)
    elif model:
        _put(model, mdl(parameters).encode())
        screens.tell(_("wrote {path}", path=model), quiet)
    return parameters


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InputError(
            _("{path}: cannot be read ({problem})", path=path, problem=reason(problem))
        ) from None


def _put(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as problem:
        raise StudyError(
            _("{path}: cannot be written ({problem})", path=path, problem=reason(problem))
        ) from None


def draw(comparison: Comparison, out: Path, quiet: bool) -> None:
    """Write dynamics.png and dynamics.svg into the directory ``out``."""
    from simcap.plots.dynamics import dynamics
    from simcap.plots.theme import render, use_theme

    with use_theme():
        files = render(dynamics(comparison), "dynamics")
    for ending, content in files.items():
        _put(out / f"dynamics.{ending}", content)
        screens.tell(_("wrote {path}", path=out / f"dynamics.{ending}"), quiet)


def show(comparison: Comparison, as_json: bool) -> None:
    """Print ``comparison`` as tables, or as JSON."""
    if as_json:
        screens.print_json(as_data(comparison))
        return
    for shown in (_points(comparison), *_readings(comparison), _numbers(comparison.parameters)):
        screens.out().print(shown)
        screens.out().print("")
    for sentence in _said(comparison):
        screens.out().print(sentence)


def _points(comparison: Comparison):
    """A row for each printed point; behind them the user's own level of collaboration, or time."""
    rows, asked_for = [_point(row) for row in comparison.rows], comparison.parameters
    if asked_for.collaboration not in printed.LEVELS or asked_for.years != len(printed.RATIO[0]):
        rows += _own(comparison)
    return screens.table(
        _("Table 1 of the first document: coverage C in %, ratio CBR"),
        [
            "E",
            _("year"),
            _("printed"),
            _("eq. (3)"),
            _("fitted"),
            _("contacts"),
            _("CBR printed"),
            _("eq. (4)"),
            _("fit"),
        ],
        rows,
    )


def _point(row: Row) -> list[str]:
    shares = (row.printed, row.equation, row.fitted, row.contacts)
    return [
        f"{row.level:g}",
        str(row.year),
        f"{100 * shares[0]:.0f}",
        *(f"{100 * share:.1f}" for share in shares[1:]),
        f"{row.ratio_printed:.2f}",
        f"{row.ratio_equation:.2f}",
        f"{row.ratio_fitted:.2f}",
    ]


def _own(comparison: Comparison) -> list[list[str]]:
    """The equations at the user's own level, from the start on."""
    own = comparison.own
    return [
        [
            f"{comparison.parameters.collaboration:g}",
            f"{t:.0f}",
            "–",
            f"{100 * covered:.1f}",
            "–",
            "–",
            "–",
            f"{ratio:.2f}",
            "–",
        ]
        for t, covered, ratio in zip(own.times, own.coverage, own.cost_benefit_ratio, strict=True)
    ]


def _readings(comparison: Comparison):
    """Every reading and its fits: of coverage in points, then of the ratio."""
    for title, target, unit in (
        (
            N_("Fits of C to its 15 printed values by least squares: errors in points"),
            printed.COVERAGE,
            100,
        ),
        (N_("Fits of CBR to its 15 printed values by least squares"), printed.RATIO, 1),
    ):
        of_it = [each for each in comparison.fits if each.reading.target is target]
        pairs = zip(of_it[::2], of_it[1::2], strict=True)
        yield screens.table(
            _(title),
            [
                _("reading"),
                _("free"),
                "RMS",
                _("max"),
                _("least max"),
                _("points at"),
                _("values"),
            ],
            [_reading(squares, even, unit) for squares, even in pairs],
            numbers=4,
        )


def _reading(squares: Fit, even: Fit, unit: int) -> list[str]:
    """The errors of least squares, the greatest of the other criterion, times and values of the
    first.
    """
    assert squares.criterion == LEAST_SQUARES
    digits = 2 if unit == 100 else 3
    values = " ".join(f"{value:.3g}" for value in squares.values)
    return [
        _(squares.reading.name),
        str(len(squares.values)),
        *(f"{unit * one:.{digits}f}" for one in (squares.rms, squares.greatest, even.greatest)),
        _(squares.when),
        values,
    ]


def _numbers(parameters: Parameters):
    """The numbers of the equations, where from, and what the document says."""
    rows = [
        [
            name,
            f"{getattr(parameters, name):g}",
            each.metadata["chinese"],
            _("yours") if getattr(parameters, name) != each.default else _(each.metadata["status"]),
            _(each.metadata["note"]),
        ]
        for name, each in FIELDS.items()
    ]
    title = _("Numbers of the equations (change them with --set NAME=VALUE)")
    heads = [_("name"), _("value"), _("in Chinese"), _("from"), _("the document")]
    return screens.table(title, heads, rows, 1)


def _said(comparison: Comparison):
    """What to know when reading the tables."""
    written, contacts, ratio = comparison.columns
    yield _(
        "fitted: equation (3), R/D at the start = {start} (least squares; greatest error {error}"
        " points). contacts: 1 - exp(-E x), x = {factor} t^{power}: contacts that land on residents"
        " at random (least greatest error, {least} points). fit: equation (4) with the printed C,"
        " times {times}. least max: the greatest error where that was made least.",
        start=f"{written.values[0]:.3f}",
        error=f"{100 * written.greatest:.1f}",
        factor=f"{contacts.values[0]:.3f}",
        power=f"{contacts.values[1]:.3f}",
        least=f"{100 * contacts.greatest:.2f}",
        times=f"{ratio.values[0]:.3f}",
    )
    yield _(
        "The five printed points are taken as years 1 to 5 in the first table (assumed); in the"
        " others, as what fits best. A fit explains a shape and validates nothing."
    )
    names = [
        name
        for name, each in FIELDS.items()
        if each.metadata["status"] == ASSUMED
        and getattr(comparison.parameters, name) == each.default
    ]
    if names:
        yield _("assumed, since the document leaves it open: {names}.", names=listed(names))
