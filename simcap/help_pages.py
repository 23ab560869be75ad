"""``--help`` in the language that ``--lang`` on the line, or else the environment, names.

Texts stand in the command line in English and are looked up when a page is shown; lines count
letters that are two columns wide as two.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from typer._click import Context, HelpFormatter
from typer.core import TyperCommand

from simcap import usage
from simcap.lang import N_, VARIABLE, _, speaking
from simcap.lang.wrapping import columns, wrapped

WORDS = (
    N_("Usage: "),
    N_("Arguments"),
    N_("Options"),
    N_("Commands"),
    N_("[OPTIONS]"),
    N_("[ARGS]..."),
    N_("COMMAND"),
    N_("<path>"),
    N_("<str>"),
    N_("<int range>"),
    N_("<float>"),
    N_("<float range>"),
    N_("required"),
    N_("default: "),
    N_("env var: "),
    N_("Show this message and exit."),
)
"""What the library that parses the line says by itself."""
_SIGN = re.compile("|".join(re.escape(word) for word in WORDS[4:12]))
_EXTRA = re.compile(r"\b(required|default: |env var: )")
_BESIDE = re.compile(r"(.*?)(  \[.*\])?", re.DOTALL)


def text_in_words(text: str) -> str:
    """A text of the command line in the language chosen."""
    return _(" ".join(text.split()))


class Page(HelpFormatter):
    """A page of help."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is called."""
        head = _("Usage: ") + f"{prog} "
        lines = wrapped(_SIGN.sub(lambda sign: _(sign[0]), args), self.width - columns(head))
        self._write_beside(head, lines, columns(head))

    def write_heading(self, heading: str) -> None:
        """The name of a part."""
        self.write(_("{part}:", part=_(heading)) + "\n")

    def write_text(self, text: str) -> None:
        """A paragraph."""
        indent = " " * self.current_indent
        for line in wrapped(text_in_words(text), self.width - self.current_indent):
            self.write(f"{indent}{line}\n")

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Names, and beside them what they are."""
        said = [(_SIGN.sub(lambda sign: _(sign[0]), name), text) for name, text in rows]
        indent = self.current_indent
        start = indent + col_spacing + min(max(columns(name) for name, _text in said), col_max)
        for name, text in said:
            head = f"{'':{indent}}{name}"
            if columns(head) + col_spacing > start:
                self.write(f"{head}\n")
                head = ""
            lines = wrapped(_with_extra(text), self.width - start)
            self._write_beside(head + " " * (start - columns(head)), lines, start)

    def _write_beside(self, head: str, lines: list[str], start: int) -> None:
        for i, line in enumerate(lines):
            self.write(f"{head if i == 0 else ' ' * start}{line}\n")


def _with_extra(text: str) -> str:
    """A text in the language, and what the library says after it in brackets: the default."""
    found = _BESIDE.fullmatch(text)
    assert found is not None
    extra = _EXTRA.sub(lambda word: _(word[0]), found[2] or "")
    return f"{text_in_words(found[1])}{extra}"


class _Telling:
    """A command that shows its page in the language of the line."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Keep what the line says of the language, since --help answers before it is read."""
        ctx.meta.setdefault(VARIABLE, usage.asked_for(args))
        return super().parse_args(ctx, args)  # type: ignore[misc]

    def get_help(self, ctx: Context) -> str:
        """The page."""
        with speaking(ctx.meta.get(VARIABLE) or usage.asked_for([])):
            page = Page(width=ctx.terminal_width, max_width=ctx.max_content_width)
            self.format_help(ctx, page)  # type: ignore[attr-defined]
            return page.getvalue().rstrip("\n")


class Command(_Telling, TyperCommand):
    """A command."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """A --lang before the command is its own, unless it has one."""
        before = ctx.parent.params.get("language") if ctx.parent else None
        return super().parse_args(ctx, [*(["--lang", before] if before else []), *args])


class Commands(_Telling, usage.Commands):
    """All of them."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Each with the first sentence of what it does."""
        rows = [(name, first_sentence(one.help or "")) for name, one in self.commands.items()]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def first_sentence(text: str) -> str:
    """The first sentence of a text of the command line, in the language chosen."""
    return re.split(r"(?<=[.;:。；：])\s|(?<=[。；：])", text_in_words(text))[0].rstrip(".;:。；：")
