"""What is wrong with a command line, in the language that it asks for.

Typer says it in English and has no catalogue: here each sentence of it is recognised and said anew,
as ``lang.sentences`` does with those of stored studies. What is not known stays English.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperGroup

from simcap import lang
from simcap.lang import N_, _
from simcap.lang.sentences import recognised, worded

SAID = (
    N_("No such command {name}. Did you mean {near}?"),
    N_("No such command {name}."),
    N_("No such option: {name} (Possible options: {near})"),
    N_("No such option: {name}"),
    N_("Missing argument {name}."),
    N_("Missing option {name}."),
    N_("Missing command."),
    N_("Got unexpected extra argument(s) ({arguments})"),
    N_("Option {name} requires an argument."),
    N_("Option {name} does not take a value."),
    N_("Invalid value for {name}: {problem}"),
)
PROBLEMS = (
    N_("Input should be a valid integer, unable to parse string as an integer"),
    N_("Input should be a valid number, unable to parse string as a number"),
    N_("Input should be greater than or equal to {number}"),
    N_("Input should be less than or equal to {number}"),
)
"""What may be wrong with a value: pydantic's words."""


class Commands(TyperGroup):
    """The commands, whose errors of usage are said in the language that the command line names."""

    spoken = "en"

    def make_context(self, info_name: str | None, args: list[str], *more: Any, **named: Any) -> Any:
        self.spoken = asked_for(args)
        with _in_words(self.spoken):
            return super().make_context(info_name, args, *more, **named)

    def invoke(self, ctx: Any) -> Any:
        with _in_words(self.spoken):
            return super().invoke(ctx)


def asked_for(args: Sequence[str]) -> str:
    """The language that ``--lang`` or the environment names, before anything is parsed."""
    given = [args[i + 1] for i, text in enumerate(args[:-1]) if text == "--lang"]
    given += [text.partition("=")[2] for text in args if text.startswith("--lang=")]
    return lang.language_of((given or [os.environ.get(lang.VARIABLE, "")])[-1]) or "en"


@contextmanager
def _in_words(language: str) -> Iterator[None]:
    """Let errors of usage that are raised inside show themselves in this ``language``."""
    try:
        yield
    except Exception as problem:
        known = isinstance(problem, typer.BadParameter.__mro__[1]) and _recognised(problem)
        if language != "en" and known:
            with lang.speaking(language):
                text = _shown(problem)
            problem.show = lambda file=None: typer.echo(text, file=file, err=file is None)  # type: ignore[attr-defined]
        raise


def _recognised(problem: Any) -> bool:
    return recognised(problem.format_message(), SAID) is not None


def _shown(problem: Any) -> str:
    """How to use the command, and what is wrong."""
    usage, more = "", ""
    if problem.ctx is not None:
        usage = _("Usage: {usage}", usage=problem.ctx.get_usage().removeprefix("Usage: ")) + "\n"
        more = _("Try '{command} --help' for help.", command=problem.ctx.command_path) + "\n\n"
    return usage + more + _("Error: {said}", said=in_words(problem.format_message()))


def in_words(message: str) -> str:
    """Typer's ``message`` in the language chosen."""
    found = recognised(message, SAID)
    if found is None:
        return message
    pattern, values = found
    if inside := recognised(values.get("problem", ""), PROBLEMS):
        values = {**values, "problem": worded(*inside)}
    return worded(pattern, values)
