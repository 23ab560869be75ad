"""``simcap init`` and ``simcap convert``: scenarios as YAML and as workbooks, one into the other.

Nothing is written that does not read back to the same: what was written is read again, compared
with what was meant, and only then put in its place.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import simcap
from simcap import lang
from simcap.building import load_scenario
from simcap.errors import InputError, ScenarioError
from simcap.lang import _
from simcap.scenario.reader import Document, did_you_mean, read_yaml, validated
from simcap.scenario.schema import Scenario
from simcap.scenario.templates import TEMPLATES, template_home
from simcap.study.experiment_file import ExperimentFile, plain_dates, read_experiment
from simcap.workbook import words
from simcap.workbook.cells_in import unworded
from simcap.workbook.layout import got, root
from simcap.workbook.pen import Contents
from simcap.workbook.plain import said_by
from simcap.workbook.reading import Workbook, is_workbook
from simcap.workbook.remarks import remarks_in
from simcap.workbook.renaming import names_in, renamed, renamed_experiment
from simcap.workbook.writing import write
from simcap.workbook.yaml_out import yaml_text

BOOK, SCENARIO, EXPERIMENT = "scenario.xlsx", "scenario.yaml", "experiment.yaml"


@dataclass(frozen=True)
class Files:
    """The file that says a scenario and, if there is one, that of an experiment with it (of a
    workbook, the same).
    """

    scenario: Path
    experiment: Path | None


# ---- init ----------------------------------------------------------------------------------------


def init(directory: Path, template: str, workbook: bool, language: str) -> list[Path]:
    """Write the ``template`` into ``directory``; the files that were written."""
    if template not in TEMPLATES:
        raise InputError(
            _(
                "--template: one of {templates} wanted, got {got!r}",
                templates=lang.listed(TEMPLATES),
                got=template,
            )
            + did_you_mean(template, TEMPLATES, listed=False)
        )
    known_language(language)
    if directory.exists() and not directory.is_dir():
        raise InputError(_("{directory}: a directory wanted, got a file", directory=directory))
    home = template_home(template)
    names = [BOOK] if workbook else [SCENARIO, "zones.csv", EXPERIMENT]
    for name in names:
        _refuse(directory / name)
    if workbook:
        contents, scenario = contents_of(files_of(home))
        if language == "zh":
            contents, scenario = in_chinese(contents)
        _write_checked(contents, scenario, home / SCENARIO, directory / BOOK, language)
    else:
        with _together(directory) as draft:
            for name in names:
                shutil.copyfile(home / name, draft / name)
    return [directory / name for name in names]


def in_chinese(contents: Contents) -> tuple[Contents, Scenario]:
    """A template's ``contents`` with Chinese names, and its scenario."""
    home = Path(simcap.__file__).parent / "templates"
    names, texts = names_in(home / "names_zh.csv"), names_in(home / "texts_zh.csv")
    data = renamed(contents.data, root(Scenario), names | texts)
    zones = [{**zone, "notes": _in_words(zone.get("notes", {}), texts)} for zone in contents.zones]
    experiment = renamed_experiment(contents.experiment or {}, names)
    remarks = {
        _renamed_path(path, names): texts.get(text, text) for path, text in contents.remarks.items()
    }
    scenario = Scenario.model_validate({**data, "zones": zones})
    made = replace(contents, data=data, zones=zones, experiment=experiment, remarks=remarks)
    return made, scenario


def _in_words(notes: dict[str, str], texts: dict[str, str]) -> dict[str, str]:
    return {name: (texts | {"all": "全部"}).get(text, text) for name, text in notes.items()}


def _renamed_path(path: tuple, names: dict[str, str]) -> tuple:
    """A path whose second step, and any below it, may be a name."""
    known = {"pools", "stations", "needs", "rosters", "profiles", "pathways"}
    if path[0] not in known:
        return path
    return (path[0], *(names.get(step, step) for step in path[1:]))


def known_language(language: str) -> str:
    """``language``, which must be one there are words in."""
    if language not in words.LANGUAGES:
        raise InputError(
            _(
                "--lang: one of {languages} wanted, got {got!r}",
                languages=lang.listed(words.LANGUAGES),
                got=language,
            )
        )
    return language


def _refuse(path: Path) -> None:
    if path.exists():
        raise InputError(
            _("{path} is there already and is not overwritten: name another place", path=path)
        )


# ---- convert -------------------------------------------------------------------------------------


def convert(source: Path, goal: Path, language: str) -> list[Path]:
    """Write what ``source`` says to ``goal``: a workbook where that ends in .xlsx; YAML where it
    ends in .yaml or is a directory. The files that were written.
    """
    known_language(language)
    if not is_workbook(source) and not source.exists():
        raise InputError(_("{source}:1:1 there is no such file", source=source))
    files = files_of(source)
    if goal.suffix.lower() == ".xlsx":
        _refuse(goal)
        _write_book(files, goal, language)
        return [goal]
    if goal.suffix.lower() in (".yaml", ".yml"):
        return _write_yaml(files, goal, None)
    if goal.suffix and not goal.is_dir():
        raise InputError(_("{goal}: a file .xlsx or .yaml, or a directory, wanted", goal=goal))
    return _write_yaml(files, goal / SCENARIO, goal / EXPERIMENT)


def files_of(source: Path) -> Files:
    """What ``source`` (a file, or a directory) is."""
    if source.is_dir():
        found = [source / name for name in (BOOK, SCENARIO, EXPERIMENT) if (source / name).exists()]
        if not found:
            raise InputError(
                _(
                    "{source}:1:1 a directory with {scenario} or {book} wanted",
                    source=source,
                    scenario=SCENARIO,
                    book=BOOK,
                )
            )
        if (source / SCENARIO) in found:
            return Files(source / SCENARIO, source / EXPERIMENT if len(found) > 1 else None)
        return files_of(found[0])
    if is_workbook(source):
        said = Workbook(source).experiment(ExperimentFile)
        return Files(source, source if said is not None else None)
    data = read_yaml(source).data
    if isinstance(data, dict) and ({"factors", "points", "replications", "scenario"} & data.keys()):
        return Files(source.parent / str(_merged(source)[0].get("scenario", SCENARIO)), source)
    return Files(source, None)


def contents_of(files: Files) -> tuple[Contents, Scenario]:
    """What ``files`` say, as it goes into a workbook, and the scenario it must read back to."""
    home = files.scenario
    experiment = None
    if files.experiment is not None:
        experiment, home = _experiment(files.experiment, home)
    scenario = load_scenario(home)
    zones = [zone.model_dump() for zone in scenario.zones]
    remarks = _remarks(home, scenario)
    return Contents(said_by(scenario), zones, experiment, ExperimentFile, remarks), scenario


def _experiment(path: Path, home: Path) -> tuple[dict, Path]:
    """(what an experiment says, the file of its scenario)."""
    if is_workbook(path):
        document = Workbook(path).experiment(ExperimentFile)
        return ({} if document is None else document.data), path
    data, folder = _merged(path)
    scenario = folder / str(data.pop("scenario", SCENARIO))
    default = path.resolve().parent.name if path.name == EXPERIMENT else path.stem
    return {"name": default, **data}, scenario


def _merged(path: Path) -> tuple[dict, Path]:
    """(data of an experiment with that of its base, the folder that its scenario is in)."""
    data = unworded(plain_dates(read_yaml(path).data), root(ExperimentFile))
    if "base" not in data:
        return data, path.parent
    base, home = _merged(path.parent / str(data.pop("base")))
    base.pop("name", None)
    home = path.parent if "scenario" in data else home
    together = {**base, **data}
    if "set" in base or "set" in data:
        together["set"] = {**base.get("set", {}), **data.get("set", {})}
    return together, home


def _remarks(path: Path, scenario: Scenario) -> dict[tuple, str]:
    """The remarks beside the values of the scenario in ``path``; those of the file that a preset
    rests on where it says the same.
    """
    if is_workbook(path):
        return Workbook(path).scenario().remarks
    path = path / SCENARIO if path.is_dir() else path
    data = read_yaml(path).data
    if "base" not in data:
        return remarks_in(path, Scenario)
    base = path.parent / str(data["base"])
    below = load_scenario(base)
    there, here = said_by(below), said_by(scenario)
    return {
        place: text
        for place, text in _remarks(base, below).items()
        if got(there, place, None) == got(here, place, "")
    }


# ---- writing -------------------------------------------------------------------------------------


def _write_book(files: Files, goal: Path, language: str) -> None:
    contents, scenario = contents_of(files)
    _write_checked(contents, scenario, files.scenario, goal, language)


def _write_checked(
    contents: Contents, scenario: Scenario, source: Path, goal: Path, language: str
) -> None:
    with _beside(goal) as draft:
        write(draft, contents, language)
        _same(scenario, load_scenario(draft), source, goal)
        if contents.experiment is not None:
            _same_experiment(contents.experiment, draft, source, goal)


def _write_yaml(files: Files, goal: Path, experiment: Path | None) -> list[Path]:
    contents, scenario = contents_of(files)
    if contents.experiment is not None and experiment is None:
        raise InputError(
            _(
                "{scenario} says an experiment, too: name a directory for both files,"
                " such as {directory}",
                scenario=files.scenario,
                directory=goal.with_suffix(""),
            )
        )
    goals = [goal] if contents.experiment is None or experiment is None else [goal, experiment]
    for each in goals:
        _refuse(each)
    with _together(goal.parent) as draft:
        _put_scenario(contents, scenario, files.scenario, draft / goal.name, goal)
        if len(goals) > 1 and experiment is not None and files.experiment is not None:
            text = yaml_text({**(contents.experiment or {}), "scenario": goal.name}, {})
            _put_text(draft / experiment.name, text)
            _same_experiment(
                contents.experiment or {}, draft / experiment.name, files.experiment, experiment
            )
    return goals


def _put_scenario(
    contents: Contents, scenario: Scenario, source: Path, draft: Path, goal: Path
) -> None:
    """Write ``contents`` as YAML to ``draft``, if that reads back to ``scenario``."""
    data = {**contents.data, "zones": [_zone(zone) for zone in contents.zones]}
    _put_text(draft, yaml_text(data, contents.remarks))
    _same(scenario, load_scenario(draft), source, goal)


def _put_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def save(variant: Scenario, original: Scenario, source: Path, goal: Path, language: str) -> None:
    """Write ``variant``, made of the ``original`` that ``source`` says, to ``goal`` (.yaml or
    .xlsx), with the remarks beside what it says as the original does.
    """
    there, here = said_by(original), said_by(variant)
    remarks = {
        place: text
        for place, text in _remarks(source, original).items()
        if got(there, place, None) == got(here, place, "")
    }
    contents = Contents(here, [zone.model_dump() for zone in variant.zones], remarks=remarks)
    if is_workbook(goal):
        _write_checked(contents, variant, source, goal, language)
    else:
        with _together(goal.parent) as draft:
            _put_scenario(contents, variant, source, draft / goal.name, goal)


def _zone(zone: dict) -> dict:
    numbers = {
        name: int(value) if float(value).is_integer() else value
        for name, value in zone["numbers"].items()
    }
    return {key: value for key, value in {**zone, "numbers": numbers}.items() if value}


@contextmanager
def _together(directory: Path) -> Iterator[Path]:
    """A directory that takes the place of ``directory`` when all went well, or, where that is there
    already, whose files move into it; gone otherwise.
    """
    home = directory if directory.exists() else directory.absolute().parent
    home.mkdir(parents=True, exist_ok=True)
    name = tempfile.mkdtemp(prefix=".simcap-", dir=home)
    try:
        yield Path(name)
        os.chmod(name, 0o755)
        if not directory.exists():
            os.rename(name, directory)
            return
        for each in sorted(Path(name).iterdir()):
            os.replace(each, directory / each.name)
    except ScenarioError as problem:
        said = [fault.replace(name, str(directory)) for fault in problem.faults]
        raise ScenarioError(said) from None
    finally:
        shutil.rmtree(name, ignore_errors=True)


@contextmanager
def _beside(goal: Path) -> Iterator[Path]:
    """A file beside ``goal`` that takes its place when all went well, and is gone otherwise."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=goal.suffix, prefix=".simcap-", dir=goal.parent)
    os.close(handle)
    try:
        yield Path(name)
        os.chmod(name, 0o644)
        os.replace(name, goal)
    except ScenarioError as problem:
        said = [fault.replace(name, str(goal)) for fault in problem.faults]
        raise ScenarioError(said) from None
    finally:
        Path(name).unlink(missing_ok=True)


def _same(before: Scenario, after: Scenario, source: Path, goal: Path) -> None:
    """Refuse to write what does not read back to the same."""
    if after == before:
        return
    names = [
        name for name in type(before).model_fields if getattr(before, name) != getattr(after, name)
    ]
    raise ScenarioError(
        _(
            "{source}:1:1 {names} cannot be said in {name} without loss; nothing was written",
            source=source,
            names=lang.listed(names),
            name=goal.name,
        )
    )


def _same_experiment(before: dict, after: Path, source: Path, goal: Path) -> None:
    """Refuse to write an experiment that does not read back to the same: its file's, since the
    scenarios are.
    """
    first = validated(ExperimentFile, Document(str(source), before))
    second = read_experiment(after)[0]
    names = [
        name
        for name in type(first).model_fields
        if name not in ("name", "base", "scenario")
        and getattr(first, name) != getattr(second, name)
    ]
    if names:
        raise ScenarioError(
            _(
                "{source}:1:1 {names} cannot be said in {name} without loss; nothing was written",
                source=source,
                names=lang.listed(names),
                name=goal.name,
            )
        )
