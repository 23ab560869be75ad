"""The table of the design: who may import whom, and where the heavy libraries begin."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import simcap

ROOT = Path(simcap.__file__).parent
ORDER = {
    "lang": -1,
    "errors": 0,
    "interruption": 0,
    "printing": 0,
    "network": 1,
    "engine": 2,
    "scenario": 2,
    "analysis": 3,
    "dynamics": 3,
    "mechanisms": 3,
    "workbook": 3,
    "building": 4,
    "study": 5,
    "plots": 6,
    "lessons": 7,
    "report": 8,
    "app": 10,
    "screens": 6,
    "dynamics_screens": 7,
    "scenario_screens": 7,
    "tracing": 7,
    "workbook_commands": 7,
    "result_screens": 9,
    "usage": 11,
    "help_pages": 12,
    "cli": 13,
    "__main__": 14,
}
DOORS = {("engine/run.py", "analysis.frames")}
"""The one import upward: inside a method, so that a run gives tables to who asks for them."""
ONLY_IN = {"simpy": {"engine/simpy_engine.py"}, "numba": {"network/jit.py"}}
ONLY_WITHIN = {"seaborn": "plots", "streamlit": "app"}
NOT_BELOW = {
    "pandas": "analysis",
    "scipy": "analysis",
    "matplotlib": "plots",
    "seaborn": "plots",
    "typer": "usage",
}
MODULES = sorted(
    path for path in ROOT.rglob("*.py") if path.name != "__init__.py" or path.parent != ROOT
)


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_down(path):
    name = path.relative_to(ROOT).as_posix()
    layer = name.split("/")[0].removesuffix(".py")
    for module in imports(path):
        top, *rest = module.split(".")
        if top == "simcap" and rest and rest[0] in ORDER and rest[0] != layer:
            door = (name, ".".join(rest[:2])) in DOORS
            assert ORDER[rest[0]] < ORDER[layer] or door, f"{name} imports {module}"
        assert name in ONLY_IN.get(top, {name}), f"{name} imports {module}"
        assert layer == ONLY_WITHIN.get(top, layer), f"{name} imports {module}"
        if top in NOT_BELOW:
            assert ORDER[layer] >= ORDER[NOT_BELOW[top]], f"{name} imports {module}"


def test_no_mechanism_imports_another():
    for path in (ROOT / "mechanisms").glob("*.py"):
        others = {
            module.split(".")[2]
            for module in imports(path)
            if module.startswith("simcap.mechanisms.")
        }
        assert others <= {"checks", "contract", "fading"}, path


def test_building_knows_no_mechanism_by_name_but_collaboration():
    names = {path.stem for path in (ROOT / "mechanisms").glob("*.py")}
    for path in (ROOT / "building").glob("*.py"):
        known = {
            module.split(".")[2]
            for module in imports(path)
            if module.startswith("simcap.mechanisms.")
        }
        assert known & names <= {"checks", "contract", "collaboration", "fading"}, path


@pytest.mark.parametrize(
    "word", ["counsel", "hotline", "clinic", "mental", "psych", "patient", "village", "crisis"]
)
def test_no_mental_health_word_stands_below_compile(word):
    for path in [*(ROOT / "network").glob("*.py"), *(ROOT / "engine").glob("*.py")]:
        text = " ".join(path.read_text(encoding="utf-8").lower().split())
        for allowed in ("knows nothing of mental health", "impatient"):
            text = text.replace(allowed, "")
        assert word not in text, path


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["check", "--schema"]])
def test_help_and_check_load_no_heavy_library(arguments):
    code = (
        "import sys; from simcap.cli import app\ntry: app(sys.argv[1:])\nexcept SystemExit:"
        " pass\nprint([m for m in ('numba', 'simpy', 'matplotlib', 'seaborn', 'pandas') if m in"
        " sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stderr.strip().endswith("[]")


@pytest.mark.parametrize("arguments", [["check"], ["show"], ["sweep", "--dry-run"]])
def test_nothing_but_a_simulation_loads_numba(arguments):
    code = (
        "import sys; from simcap.cli import app\ntry: app(sys.argv[1:])\nexcept SystemExit: pass\n"
        "print([m for m in ('numba', 'simpy') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "experiments/01_huadu"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=ROOT.parent,
    )
    assert done.stdout and done.stderr.strip().endswith("[]")


def test_every_public_name_is_there():
    for name in simcap.__all__:
        assert getattr(simcap, name) is not None


def test_public_functions_and_classes_have_docstrings():
    missing = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
        and node.col_offset == 0
    ]
    assert missing == []
