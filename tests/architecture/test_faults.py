"""Faults go through the catalogue: no sentence is raised, noted or yielded past ``_``.

The network and the engines speak English, to programmers; so do an own mechanism's answers.
"""

import ast
import functools
import re
import string
from pathlib import Path

import pytest

import simcap

ROOT = Path(simcap.__file__).parent
ROOMS = ("scenario", "building", "mechanisms", "workbook", "study", "tracing", "plots", "report")
ALSO = (
    "app",
    "lessons",
    "dynamics",
    "cli.py",
    "usage.py",
    "workbook_commands.py",
    "dynamics_screens.py",
)
TO_PROGRAMMERS = {"building/answers.py", "lessons/lesson.py"}
"""What a researcher's Python file answers, and what a notebook sets."""
FILES = sorted(
    path
    for room in (*ROOMS, *ALSO)
    for path in ([ROOT / room] if room.endswith(".py") else (ROOT / room).rglob("*.py"))
    if path.relative_to(ROOT).as_posix() not in TO_PROGRAMMERS
)
ERRORS = {"InputError", "ScenarioError", "StudyError", "BusyError", "SimulationError"} | {
    "ValueError",
    "YamlFault",
    "_no_scheduler",
    "_over",
}
SAYING = {"_", "N_", "n_"}
SENTENCE = re.compile(r"[a-z]{2,},? [a-z≥`]+")
FINDING = re.compile(r"(Iterator|list|Iterable)\[(Fault|tuple\[tuple, str\])\]")
"""How a function is written that yields faults: (path, text)."""
INTERNAL = {
    "study/results.py": {"a part is missing or of another form"},
    "study/csv_files.py": {"a row that is none"},
}
"""Caught where they are raised: nobody reads them."""


@functools.cache
def parsed(path):
    """The code in ``path``."""
    return ast.parse(path.read_text(encoding="utf-8"))


def called(call):
    """The name of the function of a call."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def literals(node):
    """The text of literals in ``node`` that go through no function."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "…".join(part.value for part in node.values if isinstance(part, ast.Constant))
    elif isinstance(node, ast.IfExp):
        yield from (*literals(node.body), *literals(node.orelse))
    elif isinstance(node, ast.BinOp):
        yield from (*literals(node.left), *literals(node.right))
    elif isinstance(node, ast.List | ast.Tuple | ast.Set):
        yield from (text for entry in node.elts for text in literals(entry))
    elif isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp):
        yield from literals(node.elt)


def faults_in(tree):
    """What is raised, noted or yielded as a fault."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (
            called(node) in ERRORS
            or "fault" in called(node).lower()
            or (called(node) == "append" and "fault" in ast.unparse(node.func).lower())
        ):
            yield from node.args
        elif (
            isinstance(node, ast.FunctionDef)
            and node.returns
            and FINDING.match(ast.unparse(node.returns))
        ):
            pairs = (n.value for n in ast.walk(node) if isinstance(n, ast.Yield))
            yield from (pair.elts[1] for pair in pairs if isinstance(pair, ast.Tuple))
        elif isinstance(node, ast.AugAssign) and "fault" in ast.unparse(node.target).lower():
            yield node.value


def texts_past_the_catalogue(tree):
    """Literals with the words of a fault («wanted», «got») that nothing translates."""
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and called(node) in SAYING)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.Constant | ast.JoinedStr):
            continue
        for text in literals(node):
            if re.search(r"\bwanted(,|:|$)|, got ", text) and " " in text:
                yield text


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_fault_is_a_message(path):
    tree = parsed(path)
    known = INTERNAL.get(path.relative_to(ROOT).as_posix(), set())
    found = [text for said in faults_in(tree) for text in literals(said) if SENTENCE.search(text)]
    past = [*found, *texts_past_the_catalogue(tree)]
    assert [text for text in past if text not in known] == []


def said_early(node):
    """Lines at which a message is said outside of all functions below ``node``."""
    for below in ast.iter_child_nodes(node):
        if isinstance(below, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(below, ast.Call) and called(below) in {"_", "n_"}:
            yield below.lineno
        yield from said_early(below)


def test_no_message_is_said_when_a_module_is_read():
    """It would stay in the language of that moment: ``N_`` then, ``_`` when it is said."""
    for path in ROOT.rglob("*.py"):
        assert [*said_early(parsed(path))] == [], path.relative_to(ROOT)


def test_every_placeholder_has_a_value():
    """And each value a placeholder: what is only found when somebody makes that slip."""
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or called(node) != "_" or not node.keywords:
                continue
            (first,) = node.args
            given = {value.arg for value in node.keywords}
            if not isinstance(first, ast.Constant) or None in given:
                continue
            wanted = {name for _, name, _, _ in string.Formatter().parse(first.value) if name}
            assert wanted == given, f"{path.relative_to(ROOT)}:{node.lineno}"
