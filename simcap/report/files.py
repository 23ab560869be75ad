"""Reports as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simcap.errors import InputError
from simcap.lang import _, listed, spoken
from simcap.report.blocks import Report
from simcap.report.content import report
from simcap.report.docx import docx
from simcap.report.facts import Facts
from simcap.report.html import html
from simcap.report.xlsx import xlsx
from simcap.study.stored import stored_sweep
from simcap.study.writing import replace

FORMATS: dict[str, Callable[[Report], bytes]] = {"html": html, "docx": docx, "xlsx": xlsx}
"""Ending of the file: what writes it."""


def write(directory: Path, form: str, targets: list[str], out: Path | None = None) -> Path:
    """Write the report of the results in ``directory`` and give its path: unless ``out`` says
    where, report.html there, with the language in its name if that is not English.
    """
    if form not in FORMATS:
        raise InputError(
            _("--format: one of {formats} wanted, got {got!r}", formats=listed(FORMATS), got=form)
        )
    name = "report" if spoken() == "en" else f"report.{spoken()}"
    path = directory / f"{name}.{form}" if out is None else out
    if path.is_dir():
        raise InputError(_("--out: a file to write wanted, got the directory {path}", path=path))
    stored = stored_sweep(directory)
    replace(path, FORMATS[form](report(Facts(stored, targets, stored.described))))
    return path
