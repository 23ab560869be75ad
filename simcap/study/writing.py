"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from simcap.errors import StudyError
from simcap.lang import N_, _
from simcap.lang.reasons import reason
from simcap.study.journal import UNFINISHED


def unfinished(path: Path) -> Path:
    """The name of ``path`` while it is being written. What is killed then leaves it behind; the
    next run in the directory removes it (``journal.clear_away``).
    """
    return path.with_name(f".{path.name}{UNFINISHED}")


IN_THE_JOURNAL = N_(
    "; all replications are in the journal: make room and run the same command again"
)


def replace(path: Path, content: bytes, advice: str = IN_THE_JOURNAL) -> None:
    """Put ``content`` at ``path`` at once or not at all. Raises ``StudyError`` where it cannot be
    written, with ``advice`` at its end.
    """
    with written(path, advice):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished(path).write_bytes(content)
        os.replace(unfinished(path), path)


@contextlib.contextmanager
def written(path: Path, advice: str = IN_THE_JOURNAL) -> Iterator[None]:
    """Writing of ``path``: a failure is one line, with ``advice`` at its end."""
    try:
        yield
    except OSError as problem:
        with contextlib.suppress(OSError):
            unfinished(path).unlink()
        raise StudyError(
            _(
                "{path}: cannot be written ({problem}){advice}",
                path=path,
                problem=reason(problem),
                advice=_(advice),
            )
        ) from None
