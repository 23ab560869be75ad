"""From files to a ``Scenario``, resolved once; and back to a file that says everything."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simcap.building.faults import link_faults
from simcap.building.overrides import override
from simcap.errors import NetworkError, ScenarioError
from simcap.lang import _
from simcap.scenario.reader import Document, did_you_mean, faults_of, path_in, read_yaml
from simcap.scenario.schema import Scenario
from simcap.scenario.tables import Table, named_columns, named_table, read_zones
from simcap.workbook.reading import Workbook, is_workbook


def load_scenario(path: Path | str, _above: tuple[Path, ...] = ()) -> Scenario:
    """The scenario in the YAML file or workbook ``path`` (a directory stands for its scenario.yaml
    or scenario.xlsx), with its zones table read in.

    A file may be a preset: ``base`` names another scenario file and ``set`` maps paths to values
    put in its place, as ``override`` does. Raises ``ScenarioError`` with every fault found, each
    with file:line:column.
    """
    path = Path(path)
    if path.is_dir():
        book = path / "scenario.xlsx"
        path = path / "scenario.yaml"
        path = book if book.exists() and not path.exists() else path
    if is_workbook(path):
        return _scenario(Workbook(path).scenario())
    document = read_yaml(path)
    if not isinstance(document.data, dict):
        raise ScenarioError(document.fault((), _("a mapping (key: value) wanted")))
    return (
        _preset(document, (*_above, path.resolve()))
        if "base" in document.data
        else _scenario(document)
    )


def _preset(document: Document, above: tuple[Path, ...]) -> Scenario:
    data = document.data
    faults = [
        document.fault(
            (key,),
            _(
                "unknown key in a preset{hint}",
                hint=did_you_mean(str(key), ["base", "set", "name", "source"]),
            ),
        )
        for key in data
        if key not in ("base", "set", "name", "source")
    ]
    if not isinstance(data["base"], str):
        faults.append(
            document.fault(
                ("base",), _("the name of a scenario file wanted, got {got!r}", got=data["base"])
            )
        )
    changes = data.get("set") or {}
    if not isinstance(changes, dict):
        faults.append(
            document.fault(("set",), _("a mapping (path: value) wanted, got {got!r}", got=changes))
        )
    if faults:
        raise ScenarioError(faults)
    base = Path(document.file).parent / data["base"]
    if base.resolve() in above:
        raise ScenarioError(
            document.fault(
                ("base",),
                _("a file that does not rest on this one wanted, got {got!r}", got=data["base"]),
            )
        )
    scenario = load_scenario(base, above)
    for key in ("name", "source"):
        if key in data and not isinstance(data[key], str):
            faults.append(document.fault((key,), _("text wanted, got {got!r}", got=data[key])))
    scenario = scenario.model_copy(
        update={key: data[key] for key in ("name", "source") if key in data}
    )
    for key, value in changes.items():
        try:
            scenario = override(scenario, str(key), value)
        except ScenarioError as problem:
            faults += [document.fault(("set", key), fault) for fault in problem.faults]
    faults += (
        [document.fault(("set",), text) for _path, text in link_faults(scenario)]
        if not faults
        else []
    )
    if faults:
        raise ScenarioError(faults)
    return scenario


def _scenario(document: Document) -> Scenario:
    faults: list[str] = []
    data = dict(document.data)
    table = Table()
    if isinstance(data.get("zones"), str):
        file, sheet = named_table(Path(document.file).parent, data["zones"])
        try:
            table = read_zones(file, sheet, named_columns(document.data))
            data["zones"] = table.zones
        except ScenarioError as problem:
            faults += problem.faults
            data["zones"] = [{"zone": "?", "kind": "urban"}]
    document = replace(document, data=data)
    table_is_good = not faults
    try:
        scenario = Scenario.model_validate(data)
    except ValidationError as problem:
        raise ScenarioError(faults + faults_of(problem, Scenario, document)) from None
    except NetworkError as problem:
        raise ScenarioError(
            faults + [document.fault((), fault) for fault in problem.faults]
        ) from None
    scenario = _in_folder(scenario, Path(document.file).parent)
    if table_is_good:
        faults += [
            document.fault(path_in(data, path), text) for path, text in link_faults(scenario)
        ]
    if faults:
        raise ScenarioError(faults)
    return scenario.read_from(document, [*document.notes, *table.notes])


def _in_folder(scenario: Scenario, folder: Path) -> Scenario:
    """``scenario`` whose own mechanisms are looked for in ``folder``."""
    mechanisms = scenario.mechanisms
    if not mechanisms.own:
        return scenario
    own = {
        name: [block.model_copy(update={"folder": str(folder)}) for block in blocks]
        for name, blocks in mechanisms.own.items()
    }
    return scenario.model_copy(update={"mechanisms": mechanisms.model_copy(update={"own": own})})


def resolved_yaml(scenario: Scenario) -> str:
    """``scenario`` with every default, every zone and every override, as YAML that
    ``load_scenario`` reads back to the same.
    """
    from ruamel.yaml import YAML

    yaml: Any = YAML(
        typ="safe", pure=True
    )  # Any: ruamel says that the settings below are None for ever
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.sort_base_mapping_type_on_output = False
    data = _in_folder(scenario, Path()).model_dump(mode="json", by_alias=True, exclude_none=True)
    # ruamel folds a key at a blank, which it cannot read: none may reach the edge
    yaml.width = 110 if _longest_key(data) <= LONGEST_KEY else 10**6
    text = io.StringIO()
    yaml.dump(data, text)
    return text.getvalue()


LONGEST_KEY = 80
"""Letters of a key that end before column 110 however deep it stands."""


def _longest_key(data: Any) -> int:
    if isinstance(data, dict):
        return max((max(len(str(key)), _longest_key(data[key])) for key in data), default=0)
    return max(map(_longest_key, data), default=0) if isinstance(data, list) else 0


def json_schema() -> dict:
    """The JSON Schema of a scenario file, for editors. ``zones`` may also be the name of a
    table.
    """
    schema = Scenario.model_json_schema(by_alias=True)
    zones = schema["properties"]["zones"]
    schema["properties"]["zones"] = {
        "anyOf": [{"type": "string", "description": "a CSV or XLSX file"}, zones]
    }
    blocks = schema["$defs"]["Mechanisms"]
    blocks["additionalProperties"] = {"$ref": "#/$defs/OwnBlock"}
    del blocks["properties"]["own"]
    for name, below in (("Targets", "named"), ("RosterSpec", "levels")):
        here = schema["$defs"][name]  # what stands below may stand beside the other keys, too
        here["additionalProperties"] = here["properties"][below]["additionalProperties"]
    schema["title"] = "simcap scenario"
    return schema
