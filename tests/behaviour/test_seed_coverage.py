"""Every statement of the source documents is answered, by what is there or by a reason."""

import re

import pytest
import seed_coverage
from seed_coverage import KINDS, PAGE, REASONS, ROOT, counts, faults, ids, rows

TEXT = PAGE.read_text(encoding="utf-8")


def test_every_statement_is_answered_by_what_is_there():
    """`python tests/seed_coverage.py` prints the same, and the rows of each kind."""
    assert faults(rows(TEXT)) == []


def test_there_are_339_statements_each_with_one_row_in_order():
    assert len(ids()) == 339
    assert ids()[0] == "000-01" and ids()[99] == "000-100" and ids()[-1] == "003-88"
    assert [row.id for row in rows(TEXT)] == ids()


def test_statements_that_other_pages_name_are_there():
    pages = [*ROOT.glob("docs/*.md"), *ROOT.glob("experiments/*/README.md")]
    named = {
        (page.name, one)
        for page in pages
        for one in re.findall(r"(?<![\d-])\d{3}-\d{2,3}(?![\d-])", page.read_text(encoding="utf-8"))
    }
    assert len(named) > 339 and {one for one in named if one[1] not in ids()} == set()


def test_kinds_and_reasons_are_explained_on_the_page():
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE) == list(KINDS)
    named = re.search(r"Reasons of context: (.*?)\n\n", TEXT, re.DOTALL)[1]
    assert tuple(re.findall(r"\*([a-z ]+)\*", named)) == REASONS


def test_rows_are_counted_by_the_kind_of_their_first_target():
    page = """
| 000-01 | a | `context policy` |
| 000-02 | b | `mechanism dispatch` `measure recovery` and more |
| 000-03 | c | `mechanism tiers` |
"""
    found = {kind: n for kind, n in counts(rows(page)).items() if n}
    assert found == {"mechanism": 2, "context": 1, "context policy": 1}


@pytest.mark.parametrize(
    "cells, fault",
    [
        ("a | `mechanism dispach`", "000-01: there is no mechanism dispach"),
        ("a | `mechanism own`", "000-01: there is no mechanism own"),
        ("a | `measure coverage`", "000-01: there is no measure coverage"),
        ("a | `experiment 08`", "000-01: there is no experiment 08"),
        ("a | `module simcap/mechanisms`", "000-01: there is no module simcap/mechanisms"),
        ("a | `module simcap/none.py`", "000-01: there is no module simcap/none.py"),
        ("a | `key stations.*.groups`", "000-01: there is no key stations.*.groups"),
        ("a | `key mechanisms.dispatch.x`", "000-01: there is no key mechanisms.dispatch.x"),
        ("a | `scenario 01_huadu pools.x`", "000-01: there is no scenario 01_huadu pools.x"),
        ("a | `scenario x pools.x`", "000-01: there is no scenario x pools.x"),
        ("a | `command reply`", "000-01: there is no command reply"),
        ("a | `context unknown`", "000-01: there is no context unknown"),
        ("a | `context`", "000-01: there is no context "),
        (
            "a | `station hotline`",
            "000-01: 'station' is none of mechanism, measure, experiment, module, key, scenario,"
            " command, context",
        ),
        ("a | later", "000-01: nothing answers it, and it is no context"),
        (" | `context policy`", "000-01: says nothing"),
        (
            "a | `context policy` `mechanism tiers`",
            "000-01: context has one reason and nothing beside it",
        ),
        (
            "a | `mechanism tiers` `context policy`",
            "000-01: context has one reason and nothing beside it",
        ),
    ],
)
def test_what_does_not_hold_is_named(cells, fault):
    page = re.sub(r"^\| 000-01 .*$", f"| 000-01 | {cells} |", TEXT, flags=re.MULTILINE)
    assert [line for line in faults(rows(page)) if line.startswith("000-01")] == [fault]


def test_a_statement_that_is_missing_twice_or_unknown_is_named():
    lines = TEXT.splitlines()
    first = next(line for line in lines if line.startswith("| 000-01 "))
    page = TEXT.replace(first, "") + f"| 004-01 {first[9:]}\n"
    twice = next(line for line in lines if line.startswith("| 003-01 "))
    found = faults(rows(f"{page}{twice}\n"))
    assert found[:3] == ["000-01: no row", "003-01: 2 rows", "004-01: no such statement"]


def test_what_is_there_is_found():
    """One of each kind, with blanks for underscores, columns and aliases."""
    found = [
        ("mechanism", "green channel"),
        ("measure", "coverage_of_need"),
        ("experiment", "02_collaboration_table"),
        ("experiment", "01_huadu"),
        ("module", "experiments/01_huadu/beside_reported.py"),
        ("key", "mechanisms.roadmap.phases.from"),
        ("key", "needs.*.register.first within"),
        ("key", "mechanisms.hotline.call_backs.at"),
        ("scenario", "01_huadu zones.students"),
        ("scenario", "07_dispatch mechanisms.dispatch.people"),
        ("command", "verify"),
        ("context", "source error"),
    ]
    assert {kind for kind, _ in found} == set(seed_coverage.KINDS)
    assert [one for one in found if not KINDS[one[0]](one[1])] == []
