"""What a path holds that can be asked «what if»: experiments, scenarios, workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from simcap.building import load_scenario
from simcap.errors import InputError
from simcap.lang import _, listed
from simcap.scenario import Scenario
from simcap.study.experiment import Experiment, load_experiment
from simcap.workbook.reading import is_workbook
from simcap.workbook_commands import EXPERIMENT, SCENARIO, TEMPLATES, files_of, template_home

FILES = (EXPERIMENT, SCENARIO, "scenario.xlsx")
"""What makes a directory one that holds a scenario; the first that is there is meant."""
HOME = "experiments"


@dataclass(frozen=True)
class Opened:
    """A scenario as it is written, the ``file`` that says it, and the experiment that asks
    something of it, if one does.
    """

    scenario: Scenario
    file: Path
    experiment: Experiment | None = None

    @property
    def seed(self) -> int:
        return 42 if self.experiment is None else self.experiment.seed


def found(path: Path | None) -> list[Path]:
    """The files that ``path`` holds: itself, or those in the directory and one below it. Without a
    path, what is in ``experiments`` and the workbooks here, or else simcap's templates.

    Raises ``InputError`` where there is nothing.
    """
    if path is None:
        here = [*_in(Path(HOME)), *_books(Path())]
        return here or [one for name in TEMPLATES for one in _in(template_home(name))[:1]]
    if not path.exists():
        raise InputError(_("{path}: there is no such file or directory", path=path))
    if path.is_file() and path.suffix.lower() not in (".yaml", ".yml", ".xlsx"):
        raise InputError(
            _("{path}: a file .yaml or .xlsx, or a directory with some, wanted", path=path)
        )
    files = [path] if path.is_file() else [*_in(path), *_books(path)]
    if not files:
        raise InputError(
            _(
                "{path}: a directory with {files} in it, or in a directory below, wanted",
                path=path,
                files=listed(FILES),
            )
        )
    return list(dict.fromkeys(files))


def _in(home: Path) -> list[Path]:
    """The first of ``FILES`` in ``home`` and in each directory in it."""
    below = sorted(each for each in home.glob("*") if each.is_dir()) if home.is_dir() else []
    said = (
        next((each / name for name in FILES if (each / name).is_file()), None)
        for each in (home, *below)
    )
    return [file for file in said if file is not None]


def _books(home: Path) -> list[Path]:
    return sorted(file for file in home.glob("*.xlsx") if not file.name.startswith(("~$", ".")))


def title(file: Path) -> str:
    """What a file is called in a list: a directory's name, or its own."""
    return file.resolve().parent.name if file.name in FILES else file.name


def titles(files: list[Path]) -> list[str]:
    """The same of several; those that would be called alike with their path."""
    short = [title(file) for file in files]
    return [
        name if short.count(name) == 1 else str(file)
        for name, file in zip(short, files, strict=True)
    ]


def opened(file: Path) -> Opened:
    """What ``file`` says; raises ``SimcapError`` with its faults."""
    return _opened(file, _changed_at(file))


@lru_cache(maxsize=16)
def _opened(file: Path, _changed: tuple) -> Opened:
    files = files_of(file)
    if files.experiment is None:
        return Opened(load_scenario(files.scenario), files.scenario)
    experiment = load_experiment(file)
    return Opened(experiment.scenario, files.scenario, experiment)


def _changed_at(file: Path) -> tuple:
    """When the files in the directory of ``file`` were last written: what was read before then is
    read again.
    """
    if not file.exists():
        raise InputError(_("{file} is no longer there", file=file))
    beside = [file] if is_workbook(file) else sorted(file.parent.iterdir())
    return tuple((each.name, each.stat().st_mtime_ns) for each in beside if each.is_file())
