"""Mechanisms that a researcher keeps in a file beside the scenario.

``mechanisms: {mine: {file: mine.py, …}}`` runs the Python of ``mine.py``, which answers questions
of ``mechanisms.contract`` as simcap's own mechanisms do. If it has a class ``Block``, a
``scenario.blocks.OwnBlock``, its keys are checked by that. To read such a scenario is to run its
code: read the file before you do.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

from pydantic import ValidationError

from simcap.building.answers import unasked
from simcap.errors import ScenarioError
from simcap.lang import _
from simcap.scenario.blocks import Block, OwnBlock
from simcap.scenario.reader import did_you_mean, fields_at, say
from simcap.scenario.schema import Scenario
from simcap.scenario.units import said as said_of


def own_files(scenario: Scenario) -> dict[str, bytes]:
    """{name as the scenario has it: content} of the files that its own mechanisms stand in."""
    blocks = [block for blocks in scenario.mechanisms.own.values() for block in blocks]
    return {block.file: (Path(block.folder) / block.file).read_bytes() for block in blocks}


def own_module(block: OwnBlock) -> ModuleType:
    """The module in the file that ``block`` names; raises ``ScenarioError``."""
    path = Path(block.folder) / block.file
    if Path(block.file).is_absolute() or ".." in Path(block.file).parts:
        raise ScenarioError(
            _("a file in the scenario's folder or below it wanted, got {got!r}", got=block.file)
        )
    try:
        source = path.read_bytes()
    except OSError:
        raise ScenarioError(
            _("there is no file {file!r} beside the scenario", file=block.file)
        ) from None
    return _run(path, hashlib.sha256(source).hexdigest())


@functools.lru_cache(maxsize=32)
def _run(path: Path, digest: str) -> ModuleType:
    """The module in the file ``path`` whose content has this SHA-256."""
    spec = importlib.util.spec_from_file_location(f"{path.stem}_{digest[:8]}", path)
    if spec is None or spec.loader is None:
        raise ScenarioError(_("a Python file wanted, such as mine.py, got {got!r}", got=path.name))
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as problem:
        said = f"{type(problem).__name__}: {problem}"
        raise ScenarioError(
            _("{name} cannot be run: {said}", name=path.name, said=said)
        ) from problem
    own = getattr(module, "Block", OwnBlock)
    if not (isinstance(own, type) and issubclass(own, OwnBlock)):
        raise ScenarioError(
            _(
                "{name}: `Block` as a class that is a scenario.blocks.OwnBlock wanted, got {got}",
                name=path.name,
                got=said_of(own),
            )
        )
    return module


def as_read(module: Any, block: Any) -> Any:
    """``block`` as the mechanism's own ``Block`` has it, where its module has one."""
    own: type[Block] | None = getattr(module, "Block", None)
    if own is None or not isinstance(block, OwnBlock):
        return block
    read = own.model_validate(block.model_dump())
    read._nth = block.nth
    return read


def own_faults(block: OwnBlock) -> list[tuple[tuple, str]]:
    """(path below the block, text) of a file that cannot be run, and of keys that do not fit."""
    try:
        module = own_module(block)
    except ScenarioError as problem:
        return [(("file",), fault) for fault in problem.faults]
    try:
        read = as_read(module, block)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)
        return [(error["loc"], say(error, module.Block)) for error in errors]
    except Exception as problem:
        said = _(
            "`Block` cannot be read: {name}: {problem}",
            name=type(problem).__name__,
            problem=problem,
        )
        return [(("file",), f"{block.file}: {said}")]
    known = fields_at(type(read), ())
    unknown = read.model_extra or () if type(read) is not OwnBlock else ()
    return [
        *(((key,), _("unknown key{hint}", hint=did_you_mean(key, known))) for key in unknown),
        *((("file",), f"{block.file}: {text}") for text in unasked(module)),
    ]
