"""Bring the catalogues up to what the code says: ``python -m simcap.lang.update`` (``make words``).

Messages that are new stand in the .po file without a translation, and are listed; those that are
gone are dropped. Needs Babel, which only development does.
"""

from __future__ import annotations

import ast
import datetime
import inspect
import io
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
KEYWORDS = {"_": None, "N_": None, "n_": (1, 2)}
WRITTEN = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
"""A date of its own, so that the files change only with the words."""


def messages():
    """A Babel catalogue of all messages in simcap's code, without translations."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir

    found = Catalog(charset="utf-8", creation_date=WRITTEN)
    for file, _line, message, _comments, _context in extract_from_dir(
        ROOT, [("**.py", "python")], keywords=KEYWORDS
    ):
        found.add(message, locations=[(f"simcap/{Path(file).as_posix()}", None)])
    for text in help_texts((ROOT / "cli.py").read_text(encoding="utf-8")):
        found.add(text, locations=[("simcap/cli.py", None)])
    return found


def help_texts(code: str) -> Iterator[str]:
    """What ``--help`` says: texts called help and epilog in ``code``, and what commands say of
    themselves; each in one line.
    """
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            said = ast.get_docstring(node) or ""
            if any(map(_is_command, node.decorator_list)) and said:
                yield " ".join(inspect.cleandoc(said).split())
        elif isinstance(node, ast.keyword) and node.arg in ("help", "epilog"):
            said = ast.literal_eval(node.value) if isinstance(node.value, ast.Constant) else ""
            if said:
                yield " ".join(said.split())


def _is_command(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "_command"


def path(language: str) -> Path:
    """The catalogue of a language, as text."""
    return ROOT / "lang" / language / "LC_MESSAGES" / "simcap.po"


def updated(language: str):
    """The catalogue of ``language`` with the messages of the code: their translations kept, none
    guessed.
    """
    from babel.messages.pofile import read_po

    with path(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.update(messages(), no_fuzzy_matching=True)
    for message in catalogue:
        message.flags.discard("python-format")  # "95 % interval" is none
    catalogue.creation_date = catalogue.revision_date = WRITTEN
    return catalogue


def text_of(catalogue) -> bytes:
    """The .po file of ``catalogue``."""
    from babel.messages.pofile import write_po

    out = io.BytesIO()
    write_po(out, catalogue, width=100, ignore_obsolete=True, sort_output=True)
    return out.getvalue()


def compiled(catalogue) -> bytes:
    """The .mo file of ``catalogue``."""
    from babel.messages.mofile import write_mo

    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> int:
    """Write the catalogues; 1 if something in them is not translated."""
    missing = 0
    for language in ("zh",):
        catalogue = updated(language)
        path(language).write_bytes(text_of(catalogue))
        path(language).with_suffix(".mo").write_bytes(compiled(catalogue))
        for message in catalogue:
            if message.id and not (message.string and all(message.string)):
                missing += 1
                print(f"{language}: not translated: {message.id!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
