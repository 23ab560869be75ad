"""Every command that the documents show is one, and does what it is shown for; every block of code
is run by a test.
"""

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
import typer
from ruamel.yaml import YAML
from tutorial import follow, plain, said, shown

from simcap.cli import app
from simcap.lang import speaking

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
TUTORIALS = ("docs/planner.md", "docs/planner.zh.md")

TOLD = {
    "--cluster": "needs a Dask cluster; tests/behaviour/test_executors.py has one",
    "simcap merge": "needs the journals of shards; tests/behaviour/test_executors.py has some",
    "STREAM#7": "stands for a resident; tests/behaviour/test_seals.py has one",
    "--head": "stands for a hash; tests/behaviour/test_seals.py has one",
    "model.mdl": "in tests/parts/test_dynamics.py, with a file that PySD runs",
    "simcap app": "a page that waits for a browser; tests/browser",
}
"""Commands that are parsed and not run, and why."""

OTHERS = {
    ". .venv/bin/activate": "the shell's",
    "simcap --help": "parsed by every other line",
    "pip install": "a registry",
    "helm install": "Kubernetes",
    "kubectl port-forward": "Kubernetes",
    "dask": "a Dask cluster by hand",
    "srun": "SLURM; the command in it is parsed",
    "code=": "SLURM",
    "[ ": "SLURM",
    "exit": "SLURM",
}
"""Other lines, and why nothing runs them."""

IN_TESTS = {
    ("docs/network.md", "python"): "behaviour/test_documents.py",
    ("docs/researcher.md", "python"): "behaviour/test_documents.py",
    ("docs/teacher.md", "python"): "browser/test_notebook.py",
    ("docs/teacher.zh.md", "python"): "browser/test_notebook.py",
    ("docs/teaching.md", "python"): "browser/test_notebook.py",  # in order, with ipywidgets
    ("docs/theory.md", "python"): "behaviour/test_documents.py",
    ("docs/register.md", "python"): "behaviour/test_register.py",
    ("docs/trace.md", "python"): "behaviour/test_trace.py",
    ("CONTRIBUTING.md", "python"): "behaviour/test_documents.py",
    ("docs/experiments.md", "yaml"): "behaviour/test_documents.py",
    ("docs/measures.md", "yaml"): "behaviour/test_outcomes.py",
    ("docs/mechanisms.md", "yaml"): "behaviour/test_documents.py",
    ("docs/register.md", "yaml"): "behaviour/test_register.py",
    ("docs/rosters.md", "yaml"): "behaviour/test_documents.py",
}
"""Which test runs the code of a page."""


def name_of(page):
    return page.relative_to(ROOT).as_posix()


def blocks(page):
    """(language, text) of each fenced block."""
    return re.findall(r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)


def lines():
    """(page, line) of all shell blocks, comments left out."""
    for page in PAGES:
        for language, text in blocks(page):
            if language == "sh":
                for line in text.splitlines():
                    if bare := re.sub(r"(^|\s)#.*", "", line).strip():
                        yield name_of(page), bare


COMMANDS = [(page, line) for page, line in lines() if re.match(r"(srun .*)?simcap \w", line)]


def words(line):
    """What follows «simcap» on a line, without what its output goes into."""
    line = re.sub(r"^srun.*? simcap", "simcap", line)
    line = re.sub(r"\"?\$SLURM_ARRAY_TASK_ID/50\"?", "1/50", line)
    line = line.replace("$SLURM_CPUS_PER_TASK", "8")
    return shlex.split(re.sub(r"\s+>\s*\S+$", "", line))[1:]


def test_shell_lines_are_simcaps_or_told_of():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    left = []
    for page, line in lines():
        made = re.match(r"make (\S+)$", line)
        if (page, line) in COMMANDS or (made and made[1] in targets):
            continue
        if not line.startswith(tuple(OTHERS)):
            left.append((page, line))
    assert len(COMMANDS) > 50 and left == []


@pytest.mark.parametrize("page, line", COMMANDS, ids=lambda text: text[:60])
def test_every_command_and_its_options_are_there(page, line):
    name, *rest = words(line)
    command = typer.main.get_command(app).commands[name]
    try:
        with speaking("en"):
            command.make_context(name, rest)
    except click.exceptions.BadParameter as fault:  # a file that is not here: an option is known
        assert "does not exist" in str(fault), (page, line, fault)


def test_code_of_a_page_is_run_by_a_test():
    there = {
        (name_of(page), language)
        for page in PAGES
        for language, _ in blocks(page)
        if language in ("python", "yaml")
    }
    assert there == set(IN_TESTS)
    for (page, _), test in IN_TESTS.items():
        assert Path(page).name in (ROOT / "tests" / test).read_text(encoding="utf-8")


# ---- run -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A directory like the repository's, its experiments made small: Huadu with few weeks and two
    replications, swept once.
    """
    home = tmp_path_factory.mktemp("place")
    shutil.copytree(ROOT / "experiments", home / "experiments")
    huadu = home / "experiments/01_huadu"
    for name, key, value in (
        ("scenario.yaml", "warm up", "4 weeks"),
        ("scenario.yaml", "observe", "8 weeks"),
        ("scenario.yaml", "run out", "4 weeks"),
        ("experiment.yaml", "replications", "2"),
    ):
        text = (huadu / name).read_text(encoding="utf-8")
        text, found = re.subn(rf"(?m)^{key}: [^#\n]*", f"{key}: {value} ", text)
        assert found == 1, key
        (huadu / name).write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        said(["sweep", "experiments/01_huadu", "--quiet"])
        said(["sweep", "experiments/01_huadu", "--quiet", "--out", "results/demo"])
        yield home


def run_of_line(line):
    """A line as it is run: other experiments are only laid out, or taken from the repository, as
    they rest on Huadu's whole year; a sample is made small.
    """
    whole = {"experiments/05_emergency": str(ROOT / "experiments/05_emergency")}
    arguments = [whole.get(word, word) for word in words(line)]
    if arguments[0] == "sweep" and "experiments/01_huadu" not in arguments:
        arguments.append("--dry-run")
    if "--sample" in arguments:
        arguments[arguments.index("--sample") + 1] = "2"
    return arguments


RUN = [
    (page, line)
    for page, line in COMMANDS
    if page not in TUTORIALS and not line.startswith("srun") and not any(t in line for t in TOLD)
]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_commands_of_the_pages_do_their_work(place):
    """In their order, each page beside the others' results."""
    failed = {}
    for page, line in RUN:
        arguments = run_of_line(line)
        if arguments[0] == "init":
            shutil.rmtree(place / arguments[1], ignore_errors=True)
        try:
            said(arguments)
        except AssertionError as fault:
            failed[page, line] = str(fault)[-300:]
    assert failed == {}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", TUTORIALS)
def test_a_planner_comes_to_the_numbers_of_the_tutorial(page, tmp_path, monkeypatch):
    """What its tables say is typed into the workbook, its commands are given; every line of its
    screens, and of its quotations from the report, is there.
    """
    monkeypatch.chdir(tmp_path)
    text = (ROOT / page).read_text(encoding="utf-8")
    heard = follow(text)
    assert [line for line in shown(text) if line not in heard] == []


def test_the_workbook_of_the_tutorial_is_that_of_eight_towns(tmp_path, monkeypatch):
    """The quick part: what is typed goes where it should, and the loads are those shown."""
    from books import edited
    from tutorial import cells_of, commands

    monkeypatch.chdir(tmp_path)
    text = (ROOT / TUTORIALS[1]).read_text(encoding="utf-8")
    first, second, *_ = commands(text)
    said(first)
    book = Path("mytown/scenario.xlsx")
    edited(book, cells_of(text, book)).replace(book)
    heard = plain(said(second))
    assert all(line in heard for line in shown(text)[:4])


def test_the_two_tutorials_have_the_same_district():
    """The numbers of the towns, and what is varied."""
    from tutorial import tables, typed

    zones = [tables((ROOT / page).read_text(encoding="utf-8"))[0][1:] for page in TUTORIALS]
    numbers = [[[typed(cell) for cell in row[2:15]] for row in rows] for rows in zones]
    assert numbers[0] == numbers[1] and len(numbers[0]) == 8


def test_terms_of_the_glossary_are_those_of_workbook_and_catalogue():
    import csv

    from babel.messages.pofile import read_po

    with open(ROOT / "simcap/workbook/words.csv", encoding="utf-8") as file:
        known = {(row["en"].lower(), row["zh"]) for row in csv.DictReader(file)}
    with open(ROOT / "simcap/lang/zh/LC_MESSAGES/simcap.po", "rb") as file:
        known |= {(m.id.lower(), m.string) for m in read_po(file) if isinstance(m.id, str)}
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    rows = [row.split(" | ")[:2] for row in re.findall(r"^\| (?!English)(.*) \|$", text, re.M)]
    terms = [(english.lower(), chinese) for english, chinese in rows]
    assert len(terms) > 120 and len(set(terms)) == len(terms)
    assert [term for term in terms if term not in known] == []


def test_every_page_is_in_the_navigation():
    said_there = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if f"{page}\n" not in said_there} == set()
    assert YAML(typ="safe", pure=True).load(said_there)["theme"]["font"] is False


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_files_that_a_page_links_to_are_there(page):
    text = re.sub(r"```.*?```|`[^`\n]+`", "", page.read_text(encoding="utf-8"), flags=re.S)
    links = [link for link in re.findall(r"\]\(([^)\s#]+)", text) if ":" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_pictures_are_small():
    pictures = list((ROOT / "docs/pictures").iterdir())
    assert pictures and [one for one in pictures if one.stat().st_size > 200_000] == []
