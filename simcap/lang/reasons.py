"""Why a file could not be read or written, in words of the language: what the system calls it."""

from __future__ import annotations

from simcap.lang import N_, _

REASONS = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Operation not permitted"),
    N_("Not a directory"),
    N_("Is a directory"),
    N_("File exists"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("File name too long"),
    N_("Too many levels of symbolic links"),
    N_("Input/output error"),
    N_("Disk quota exceeded"),
)
"""What Linux and macOS say; others stay as they are."""


def reason(problem: OSError) -> str:
    """Why, in the language chosen."""
    return _(problem.strerror or str(problem))
