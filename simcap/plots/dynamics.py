"""The first document's Table 1 beside its equations: coverage and cost-benefit ratio over five
years, a panel for each level of collaboration.
"""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from simcap.dynamics import printed
from simcap.dynamics.equations import trajectory
from simcap.dynamics.side_by_side import YEARS, Comparison
from simcap.lang import _
from simcap.plots.theme import GREY, INK, KIND_COLOURS, sheet

LINE = {
    "equation": {"color": GREY, "ls": ":", "lw": 2},
    "fitted": {"color": KIND_COLOURS["transition"], "ls": "--", "lw": 2},
    "contacts": {"color": KIND_COLOURS["urban"], "lw": 2},
}
PRINTED = {"ls": "", "marker": "o", "mfc": "white", "mec": INK, "mew": 1.6, "ms": 8, "zorder": 4}


def dynamics(comparison: Comparison) -> Figure:
    """Two rows of three panels."""
    figure = sheet(
        11.5,
        6.2,
        _("The first document's Table 1 beside its own equations"),
        _("Service coverage C and cost-benefit ratio CBR over five years, by collaboration E"),
        [_note(comparison)],
    )
    axes = figure.subplots(2, 3, sharex=True, sharey="row")
    for i, level in enumerate(printed.LEVELS):
        _coverage(axes[0, i], comparison, i)
        _ratio(axes[1, i], comparison, i)
        axes[0, i].set_title(f"E = {level:g}")
        axes[1, i].set_xlabel(_("year"))
        axes[1, i].set_xticks(range(6))
    axes[0, 0].set_ylabel(_("coverage C, %"))
    axes[0, 0].set_ylim(0, 104)
    axes[1, 0].set_ylabel(_("cost-benefit ratio CBR"))
    axes[1, 0].set_ylim(0, None)
    axes[0, 2].legend(loc="lower right")
    return figure


def _note(comparison: Comparison) -> str:
    """What was fitted, and how far to believe it."""
    written, contacts, ratio = comparison.columns
    return _(
        "Equation (3) fitted: R/D at the start = {start}; greatest error {error} points. Contacts"
        " at random: 1 - exp(-E {factor} t^{power}), two numbers fitted; greatest error"
        " {contacts} points. Equation (4) fitted: printed C, times {ratio}. Fits explain a shape"
        " and validate nothing. Printed points are taken as years 1 to 5 (assumed). With the"
        " values given: R/D at the start = {given}.",
        start=f"{written.values[0]:.2f}",
        error=f"{100 * written.greatest:.0f}",
        factor=f"{contacts.values[0]:.2f}",
        power=f"{contacts.values[1]:.2f}",
        contacts=f"{100 * contacts.greatest:.1f}",
        ratio=f"{ratio.values[0]:.2f}",
        given=f"{_at_start(comparison):.2f}",
    )


def _at_start(comparison: Comparison) -> float:
    own = comparison.own
    return float(own.resources[0] / own.demand[0])


def _coverage(ax, comparison: Comparison, i: int) -> None:
    written, contacts = comparison.columns[:2]
    t = np.linspace(0, 5, 101)
    run = trajectory(comparison.parameters.changed(collaboration=printed.LEVELS[i]), t)
    for name, values, said in (
        ("equation", run.coverage, _("equations, values given")),
        ("fitted", written.reading.predict(written.values, t)[i], _("equations, fitted")),
        (
            "contacts",
            contacts.reading.predict(contacts.values, t)[i],
            _("contacts at random, fitted"),
        ),
    ):
        ax.plot(t, 100 * values, label=said, **LINE[name])
    ax.plot(YEARS, 100 * printed.COVERAGE[i], label=_("printed"), **PRINTED)


def _ratio(ax, comparison: Comparison, i: int) -> None:
    t = np.linspace(0, 5, 101)
    run = trajectory(comparison.parameters.changed(collaboration=printed.LEVELS[i]), t)
    ax.plot(t, run.cost_benefit_ratio, **LINE["equation"])
    ax.plot(YEARS, comparison.columns[2].predicted[i], **LINE["fitted"])
    ax.plot(YEARS, printed.RATIO[i], **PRINTED)
