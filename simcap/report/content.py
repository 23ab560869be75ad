"""A report put together: sections of paragraphs, tables and pictures, in the language chosen."""

from __future__ import annotations

import simcap
from simcap import plots
from simcap.lang import _, joined, spoken
from simcap.lang.sentences import said
from simcap.plots.theme import render, use_theme
from simcap.report import guards, sentences
from simcap.report.blocks import Heading, Listing, Paragraph, Picture, Report, Section
from simcap.report.facts import Facts
from simcap.report.making import how_it_was_made
from simcap.report.tables import all_points, bought, steps, zones

PLACED = {
    "zones": ("funnel", "zones", "why_not_in_time", "waits"),
    "bought": ("answer", "coverage", "marginal", "tradeoff", "responses"),
    "guards": ("hours",),
    "made": ("uncertainty", "sensitivity", "warm_up"),
}
"""Section: the figures that stand in it."""


def report(facts: Facts) -> Report:
    """The report of ``facts``."""
    pictures = _pictures(facts)
    name = " ".join(facts.view.scenario.name.split())
    sections = [
        _answer(facts),
        _first(facts),
        _zones(facts),
        _bought(facts),
        _guards(facts),
        how_it_was_made(facts),
    ]
    for section in sections:
        section.blocks.extend(
            pictures[name] for name in PLACED.get(section.key, ()) if name in pictures
        )
    return Report(
        spoken(),
        _("{scenario}: who gets help, and what would change it", scenario=name),
        facts.view.source,
        facts.experiment.question,
        sections,
        _(
            "Made by simcap {version}. A simulation says what follows from its assumptions; it is"
            " no forecast.",
            version=simcap.__version__,
        ),
    )


def _answer(facts: Facts) -> Section:
    blocks: list = [Paragraph(text, lead=True) for text in sentences.answer(facts)]
    if facts.experiment.note:
        blocks.append(Paragraph(_("Note of the experiment: {note}", note=facts.experiment.note)))
    if facts.results.failures or facts.results.interrupted:
        blocks.append(Paragraph(_incomplete(facts)))
    return Section("answer", _("The answer"), blocks)


def _incomplete(facts: Facts) -> str:
    return joined(
        [
            _("The run was interrupted: not all was simulated.")
            if facts.results.interrupted
            else "",
            _("{number} replications failed and are left out.", number=len(facts.results.failures))
            if facts.results.failures
            else "",
        ]
    )


def _first(facts: Facts) -> Section:
    blocks: list = [Paragraph(sentences.what_targets(facts))] if facts.goals else []
    blocks += [steps(facts)] if facts.steps else []
    blocks.append(all_points(facts))
    return Section("first", _("What to do first"), blocks)


def _zones(facts: Facts) -> Section:
    worst = [
        text
        for measure in ("coverage_of_need", "wait_mean", "within_target")
        if (text := sentences.worst_zone(facts, measure))
    ]
    table = zones(facts)
    blocks: list = [Paragraph(sentences.where_shown(facts))]
    blocks += [Listing(worst)] if worst else []
    blocks += [table] if table is not None else []
    return Section("zones", _("Zone by zone: who is reached, and how long they wait"), blocks)


def _bought(facts: Facts) -> Section:
    table = bought(facts)
    none = _("There is one design point alone, or no baseline: nothing was compared.")
    return Section(
        "bought", _("What each change bought"), [Paragraph(none) if table is None else table]
    )


def _guards(facts: Facts) -> Section:
    blocks: list = []
    for kind, lines in guards.grouped(facts.results.guards).items():
        title, meaning, advice = kind.words
        blocks.append(Heading(title))
        blocks += [Paragraph(meaning)] if meaning else []
        blocks.append(Listing(lines))
        if advice:
            blocks.append(Paragraph(_("What to do: {advice}", advice=advice)))
    if not blocks:
        blocks.append(
            Paragraph(
                _(
                    "No guard was raised: every queue settled, and no staff has more"
                    " work than it can do."
                )
            )
        )
    if facts.results.warnings:
        blocks.append(Heading(_("Said of the inputs")))
        blocks.append(Listing([said(warning) for warning in facts.results.warnings]))
    return Section("guards", _("Where to be careful"), blocks)


def _pictures(facts: Facts) -> dict[str, Picture]:
    """The figures of the results, drawn in the language chosen."""
    made = {}
    with use_theme():
        for name, figure in plots.drawn(facts.results).items():
            words = [text.get_text().replace("\n", " ") for text in figure.texts[:3]]
            made[name] = Picture(
                name, _(". ").join(filter(None, words)), render(figure, name)["png"]
            )
    return made
