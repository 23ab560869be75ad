"""docs/seed_coverage.md against the code: every statement of the source documents once, and what
answers it there.

`python tests/seed_coverage.py` prints what does not hold, then the rows of each kind.
"""

from __future__ import annotations

import collections
import functools
import re
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from simcap import cli
from simcap.analysis.measures import TABLE
from simcap.building import load_scenario
from simcap.errors import SimcapError
from simcap.scenario.blocks import Mechanisms
from simcap.scenario.schema import Scenario

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/seed_coverage.md"
STATEMENTS = {"000": 117, "001": 70, "002": 64, "003": 88}
"""How many statements each document has; they are numbered from 1: 000-01 … 000-117, 001-01 …"""
REASONS = (
    "background",
    "claim",
    "no effect",
    "not printed",
    "policy",
    "provenance",
    "source error",
    "theory",
)
"""Why a statement is context: what they mean stands on the page."""


@dataclass(frozen=True)
class Row:
    """One statement and its ``targets``: (kind, name) of what stands in code spans."""

    id: str
    says: str
    targets: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> str:
        """That of its first target."""
        return self.targets[0][0] if self.targets else ""


def ids() -> list[str]:
    """The ids of all 339 statements, in order."""
    return [f"{doc}-{n:02d}" for doc, last in STATEMENTS.items() for n in range(1, last + 1)]


def rows(text: str) -> list[Row]:
    """The rows of the page's tables whose first cell is an id."""
    cells = [line.strip().strip("|").split("|") for line in text.splitlines() if "|" in line]
    return [
        Row(line[0].strip(), line[1].strip(), tuple(_targets(" ".join(line[2:]))))
        for line in cells
        if re.fullmatch(r"\d{3}-\d+", line[0].strip())
    ]


def _targets(cell: str) -> Iterator[tuple[str, str]]:
    for span in re.findall(r"`([^`]*)`", cell):
        kind, _, name = span.strip().partition(" ")
        yield kind, name.strip()


def faults(found: list[Row]) -> list[str]:
    """A line for each thing on the page that does not hold, in the order of the statements."""
    return [*_missing_or_twice(found), *(line for row in found for line in _of_row(row))]


def counts(found: list[Row]) -> dict[str, int]:
    """Rows by kind; context by reason, too."""
    of_kind = collections.Counter(row.kind for row in found)
    reasons = collections.Counter(
        name for row in found for kind, name in row.targets[:1] if kind == "context"
    )
    return {
        **{kind: of_kind[kind] for kind in KINDS},
        **{f"context {reason}": reasons[reason] for reason in REASONS},
    }


def _missing_or_twice(found: list[Row]) -> Iterator[str]:
    times = collections.Counter(row.id for row in found)
    yield from (f"{wanted}: no row" for wanted in ids() if not times[wanted])
    yield from (f"{one}: {n} rows" for one, n in times.items() if n > 1)
    yield from (f"{one}: no such statement" for one in times if one not in ids())


def _of_row(row: Row) -> Iterator[str]:
    if not row.says:
        yield f"{row.id}: says nothing"
    if not row.targets:
        yield f"{row.id}: nothing answers it, and it is no context"
    if len(row.targets) > 1 and any(kind == "context" for kind, _ in row.targets):
        yield f"{row.id}: context has one reason and nothing beside it"
    for kind, name in row.targets:
        if kind not in KINDS:
            yield f"{row.id}: {kind!r} is none of {', '.join(KINDS)}"
        elif not KINDS[kind](name):
            yield f"{row.id}: there is no {kind} {name}"


def _is_module(name: str) -> bool:
    return name.endswith(".py") and (ROOT / name).is_file()


def _is_mechanism(name: str) -> bool:
    plain = name.replace(" ", "_")
    return plain in Mechanisms.known() and _is_module(f"simcap/mechanisms/{plain}.py")


def _is_measure(name: str) -> bool:
    return name in {measure.name for measure in TABLE}


def _is_experiment(name: str) -> bool:
    """A folder that says its question and holds what is run."""
    folder = ROOT / "experiments" / name
    runs = [*folder.glob("experiment.yaml"), *folder.glob("beside_table.py")]
    return bool(name and runs) and (folder / "README.md").is_file()


def _is_command(name: str) -> bool:
    return name in {
        command.name or command.callback.__name__ for command in cli.app.registered_commands
    }


def _is_key(path: str) -> bool:
    """Whether a scenario may have this key, "*" for any name."""
    return _leads(Scenario, path.split("."))


def _leads(kind: typing.Any, steps: list[str]) -> bool:
    """Whether ``steps`` lead on from a field of this type."""
    if not steps:
        return True
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = _fields(kind).get(steps[0].replace(" ", "_"))
        return field is not None and _leads(field, steps[1:])
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is dict:
        return _leads(inner[1], steps[1:])
    if origin in (list, tuple, typing.Union, types.UnionType, typing.Annotated):
        several = inner[:1] if origin is typing.Annotated else inner
        return any(_leads(one, steps) for one in several)
    return False


@functools.cache
def _fields(model: type[BaseModel]) -> dict[str, typing.Any]:
    """{name as it is written: type}."""
    hints = typing.get_type_hints(model, include_extras=True)
    return {each.alias or name: hints[name] for name, each in model.model_fields.items()}


def _is_in_scenario(text: str) -> bool:
    """ "01_huadu zones.students": whether the experiment's scenario has this key, as it stands."""
    folder, _, path = text.partition(" ")
    try:
        return _stands(_scenario(folder), path.split("."))
    except SimcapError:
        return False


@functools.cache
def _scenario(folder: str) -> dict:
    scenario = load_scenario(ROOT / "experiments" / folder)
    data = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
    return {**data, "zones": data["zones"][0]["numbers"]}


def _stands(here: typing.Any, steps: list[str]) -> bool:
    if not steps:
        return True
    return isinstance(here, dict) and steps[0] in here and _stands(here[steps[0]], steps[1:])


KINDS = {
    "mechanism": _is_mechanism,
    "measure": _is_measure,
    "experiment": _is_experiment,
    "module": _is_module,
    "key": _is_key,
    "scenario": _is_in_scenario,
    "command": _is_command,
    "context": REASONS.__contains__,
}
"""{kind: whether there is one of this name}."""


def main() -> int:
    """Print faults and counts; 1 if there are faults."""
    found = rows(PAGE.read_text(encoding="utf-8"))
    wrong = faults(found)
    print("\n".join(wrong))
    print("\n".join(f"{n:4d}  {kind}" for kind, n in counts(found).items()))
    print(f"{len(found):4d}  statements, {len(wrong)} faults")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
