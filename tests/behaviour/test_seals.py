"""Seals: hashes worked out again by hand, equal runs, and changes that are found and named."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import math
import random
import shutil
import sqlite3
import struct

import pandas as pd
import pytest
import rfc8785
from tiny import EXPERIMENT, SCENARIO, written
from typer.testing import CliRunner

from simcap.cli import app
from simcap.errors import SimcapError
from simcap.study import canonical, csv_files, journal, recomputing, seal_checking, seals, sweep
from simcap.study.canonical import Salts, Sealing
from simcap.study.experiment import load_experiment
from simcap.study.merkle import Growing, audit_path, leaf_hash, root_of_path
from simcap.study.results import Files, read_manifest, seal_of, write

pytestmark = pytest.mark.usefixtures("undrawn")
SMALL = EXPERIMENT.replace("replications: 3", "replications: 2").replace(
    ", pools.counsellors: [x1, x2]", ""
)
CSV = ("measures.csv", "summary.csv", "comparison.csv", "answer.csv")


def run(*arguments, expect=0):
    done = CliRunner().invoke(app, [str(one) for one in arguments], catch_exceptions=False)
    assert done.exit_code == expect, (done.stdout, done.stderr)
    return done


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """(the experiment, its results)"""
    home = tmp_path_factory.mktemp("sealed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "simcap.plots.figures", lambda results, out, jobs, meanwhile: meanwhile() or []
        )
        run("sweep", written(home / "in", experiment=SMALL), "-o", home / "out", "-j", 1)
    return home / "in", home / "out"


@pytest.fixture
def copy(sealed, tmp_path):
    """Results that may be changed."""
    return shutil.copytree(sealed[1], tmp_path / "copy")


def head(out):
    return read_manifest(out)["seal"]["head"]


# ---- trees, texts --------------------------------------------------------------------------------

INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots over the first of the inputs: the vectors that implementations of Certificate Transparency
(RFC 6962, whose tree RFC 9162 keeps) are tested with."""


def test_roots_are_those_of_certificate_transparency():
    leaves = [leaf_hash(bytes.fromhex(each)) for each in INPUTS]
    assert [Growing(leaves[: i + 1]).root.hex() for i in range(8)] == ROOTS
    assert Growing().root == hashlib.sha256(b"").digest()


def test_a_path_leads_from_its_leaf_alone_to_the_root():
    for size in range(1, 20):
        leaves = [leaf_hash(bytes([i])) for i in range(size)]
        root = Growing(leaves).root
        for index in range(size):
            path = audit_path(leaves, index)
            assert len(path) <= math.ceil(math.log2(size))
            assert root_of_path(leaves[index], index, size, path) == root
            assert root_of_path(leaf_hash(b"other"), index, size, path) != root
            for other in set(range(-1, size + 1)) - {index}:
                assert root_of_path(leaves[index], other, size, path) != root
            if path:
                assert root_of_path(leaves[index], index, size, path[1:]) != root
                assert root_of_path(leaves[index], index, size, [*path, root]) != root


def test_values_have_one_text_each():
    assert canonical.number(1.0) == canonical.integer(1) == b"1"
    assert canonical.number(-0.0) == b"0" and canonical.number(math.nan) == b'"NaN"'
    assert canonical.number(math.inf) == b'"Infinity"'
    assert canonical.number(-math.inf) == b'"-Infinity"'
    assert canonical.integer(2**53 - 1) == b"9007199254740991"
    assert canonical.integer(2**53) == b'"9007199254740992"'
    assert canonical.integer(-(2**128)) == f'"{-(2**128)}"'.encode()
    assert canonical.number(1e21) == b"1e+21" and canonical.number(1e-7) == b"1e-7"
    with pytest.raises(ValueError):
        canonical.text("\udcff")


def test_numbers_are_written_as_the_standard_has_them():
    """Any bits, whole numbers, and those where the notation changes; against rfc8785."""
    draws = random.Random(1)
    found = [struct.unpack("<d", draws.randbytes(8))[0] for _ in range(20_000)]
    found += [draws.uniform(-1, 1) * 10.0 ** draws.randint(-9, 23) for _ in range(20_000)]
    found += [sign * 10.0**power for power in range(-9, 24) for sign in (1, -1)]
    found += [float(draws.randint(-(10**17), 10**17)) for _ in range(1_000)]
    for value in filter(math.isfinite, found):
        assert canonical.number(value) == rfc8785.dumps(value), value


def test_salts_are_those_of_the_library():
    for length in (0, 16, 32, 63, 64, 65, 200):
        key, salts = bytes(range(length)), Salts(bytes(range(length)), "表.csv")
        for row in (0, 1, 255, 256, 2**63):
            said = "表.csv".encode() + row.to_bytes(8, "big")
            assert salts.of(row) == hmac.new(key, said, hashlib.sha256).hexdigest()


def test_a_tree_grows_by_any_portions():
    leaves = [leaf_hash(bytes([i])) for i in range(70)]
    draws = random.Random(2)
    for size in range(70):
        tree, at = Growing(), 0
        while at < size:
            step = draws.randint(0, 9)
            tree.extend(leaves[at : min(at + step, size)])
            at += step
        assert tree.size == size and tree.root == Growing(leaves[:size]).root
        by_one = Growing()
        for leaf in leaves[:size]:
            by_one.extend([leaf])
        assert by_one.root == tree.root


TEXTS = ["", "a", "=1+1", "'=1", "''x", "-1.5", "'-1.5", "-x", 'x,"y"\n', "\r", "城", "NaN", " b "]
NUMBERS = [0.0, -0.0, 1.0, 1.5, math.nan, math.inf, -math.inf, 1e-7, 1e21, 123456789.123, 1e16]


@pytest.mark.parametrize("excel", [False, True])
def test_sealed_are_the_values_that_are_read_of_what_was_written(excel):
    """Texts that would be formulas, blanks, infinities, large integers; categories or not."""
    draws = random.Random(3)

    def some(values):
        return [draws.choice(values) for _ in range(500)]

    other_nan = struct.unpack("<d", b"\x01" + bytes(5) + b"\xf8\xff")[0]
    frame = pd.DataFrame(
        {
            "=t": some(TEXTS),
            "c": pd.Categorical(some(TEXTS)),
            "gone": some(["a", None]),
            "n": some([*NUMBERS, other_nan]),
            "u": some(TEXTS),
            "i": some([0, 1, -1, 2**53, 2**53 - 1, -(2**62)]),
            "truth": some([True, False]),
        }
    )
    for piece in (frame, frame.iloc[:1], frame.iloc[:0]):
        content, sealed = csv_files.content_and_values(piece, excel)
        assert content == csv_files.csv_bytes(piece, excel)
        rows = csv_files.rows_of(csv_files.lines(content))
        assert [csv_files.unescaped(name) for name in next(rows)] == list(frame.columns)
        kinds = [kind for _, kind in csv_files.kinds(piece)]
        read = [one for some in csv_files.values_in(rows, kinds) for one in some]
        assert list(sealed) == read and len(read) == len(piece)
    row = next(csv_files.content_and_values(frame.iloc[:1].assign(n=-0.0, c="=1", i=2**53))[1])
    assert json.loads(b"[%s]" % row)[1:6:2] == ["=1", 0, "9007199254740992"]
    assert b",0," in row


def test_rows_that_cannot_be_read_are_none_and_the_others_stay(monkeypatch):
    monkeypatch.setattr(csv_files, "AT_ONCE", 2)
    rows = [["a", "1"], ["b"], ["c", "x"], ["d", "4"], None]
    found = list(csv_files.values_in(rows, ["text", "integer"]))
    assert found == [[b'"a",1', None], [None, b'"d",4'], [None]]


def test_a_small_table_by_hand():
    """Two rows; all hashes by hashlib alone."""
    key, frame = b"k" * 16, pd.DataFrame({"=a": ["x, y", "="], "n": [1.5, math.nan], "i": [3, 4]})
    sealing = Sealing(key, "t", csv_files.kinds(frame))
    rows = csv_files.rows_of(csv_files.lines(csv_files.csv_bytes(frame, excel=True)))
    assert [csv_files.unescaped(name) for name in next(rows)] == ["=a", "n", "i"]
    for values in csv_files.values_in(rows, [kind for _, kind in sealing.columns]):
        sealing.extend(values)

    def salt(row):
        return hmac.new(key, b"t" + bytes(7) + bytes([row]), hashlib.sha256).hexdigest()

    columns = [["=a", "text"], ["n", "number"], ["i", "integer"]]
    contents = [
        rfc8785.dumps({"table": "t", "row": 0, "salt": salt(0), "columns": columns}),
        rfc8785.dumps({"row": 1, "salt": salt(1), "values": ["x, y", 1.5, 3]}),
        rfc8785.dumps({"row": 2, "salt": salt(2), "values": ["=", "NaN", 4]}),
    ]
    chain = bytes(32)
    for content in contents:
        chain = hashlib.sha256(chain + content).digest()
    one, two, three = (hashlib.sha256(b"\0" + content).digest() for content in contents)
    left = hashlib.sha256(b"\1" + one + two).digest()
    root = hashlib.sha256(b"\1" + left + three).hexdigest()
    assert sealing.described() == {
        "columns": dict(map(tuple, columns)),
        "rows": 2,
        "root": root,
        "chain": chain.hex(),
    }
    sealed = {"rows": 2, "root": root, "chain": chain.hex()}
    linked = hashlib.sha256(bytes(32) + rfc8785.dumps({"table": "answer.csv", **sealed}))
    assert seals.head_of({"answer.csv": sealing.described()}) == linked.hexdigest()


# ---- equal runs ----------------------------------------------------------------------------------


def test_equal_runs_have_one_head_however_they_were_made(sealed, tmp_path, monkeypatch):
    """Interrupted and gone on, by two workers, with a BOM, from shards, by the library."""
    home, out = sealed
    one = tmp_path / "one"
    less = written(
        tmp_path / "less", experiment=SMALL.replace("replications: 2", "replications: 1")
    )
    run("sweep", less, "-o", one, "-j", 1, "--excel")
    assert head(one) != head(out)
    said = run("sweep", home, "-o", one, "-j", 2, "--excel")
    assert "2 replications were taken from the journal" in said.stderr
    assert said.stderr.splitlines()[-1] == f"sealed, keep this line: {head(out)}"
    assert json.loads(run("sweep", home, "-o", one, "--json").stdout)["head"] == head(out)
    assert head(one) == head(out)
    assert all(found.passed for found in recomputing.stored(one))
    for shard in ("1/2", "2/2"):
        run("sweep", home, "-o", tmp_path / "parts", "-j", 1, "--shard", shard)
    run("merge", home, "-o", tmp_path / "parts")
    assert head(tmp_path / "parts") == head(out)
    (tmp_path / "library").mkdir()
    write(sweep.sweep(load_experiment(home)), tmp_path / "library")
    assert head(tmp_path / "library") == head(out)
    assert all(found.passed for found in recomputing.stored(tmp_path / "library"))


def test_the_head_tells_runs_apart(sealed, tmp_path):
    home, out = sealed
    run("sweep", home, "-o", tmp_path / "seed", "-j", 1, "--seed", 43)
    other = written(
        tmp_path / "in", SCENARIO.replace("no show: 10 %", "no show: 11 %"), experiment=SMALL
    )
    run("sweep", other, "-o", tmp_path / "scenario", "-j", 1)
    assert len({head(out), head(tmp_path / "seed"), head(tmp_path / "scenario")}) == 3
    keys = {read_manifest(each)["seal"]["key"] for each in (out, tmp_path / "seed")}
    assert len(keys) == 2


def test_the_head_knows_no_dates_and_no_command(sealed, copy):
    described = read_manifest(copy)
    for name, other in (
        ("written", "x"),
        ("git_commit", None),
        ("command", []),
        ("wall_seconds", 0),
        ("skipped", 9),
        ("engine_seconds", 1),
    ):
        described[name] = other
    described["checksum"] = seals.checksum(described)
    (copy / "manifest.json").write_text(json.dumps(described), encoding="utf-8")
    assert faults(copy) == []


# ---- changes that are found ----------------------------------------------------------------------


def faults(out, secret=None):
    """What is not as it was sealed, but the bytes of files."""
    found = seal_checking.sealed(out, read_manifest(out), secret)
    return [one.quantity for one in found if not one.passed]


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def swapped(lines):
    lines[3], lines[7] = lines[7], lines[3]


@pytest.mark.parametrize(
    "table, change, said",
    [
        (
            "measures.csv",
            lambda lines: lines.__setitem__(5, lines[5].replace("0.4", "0.5", 1)),
            "row 5: changed",
        ),
        (
            "measures.csv",
            lambda lines: lines.pop(5),
            "row 5: gone or moved, row 6 stands in its place",
        ),
        ("summary.csv", lambda lines: lines.pop(), "row {rows}: gone"),
        ("summary.csv", swapped, "row 3: gone or moved, row 7 stands in its place"),
        ("answer.csv", lambda lines: lines.append(lines[1]), "row {more}: added"),
        (
            "answer.csv",
            lambda lines: lines.insert(2, lines[1]),
            "row 2: gone or moved, row 1 stands in its place",
        ),
        (
            "comparison.csv",
            lambda lines: lines.__setitem__(9, lines[9].replace(",", "", 1)),
            "row 9: changed or gone",
        ),
        (
            "comparison.csv",
            lambda lines: lines.__setitem__(0, lines[0].replace("place", "plane")),
            "the names or kinds of its columns",
        ),
        (
            "answer.csv",
            lambda lines: lines.__setitem__(4, '"' + lines[4]),
            "row 4: changed or gone",
        ),
    ],
)
def test_the_first_row_that_differs_is_named(copy, table, change, said):
    lines = lines_of(copy / table)
    rows = len(lines) - 1
    change(lines)
    (copy / table).write_text("".join(lines), encoding="utf-8")
    said = said.format(rows=rows, more=rows + 1)
    assert faults(copy) == [f"rows of {table} are as sealed (not {said})"]
    found = run("verify", copy, "--json", expect=1)
    assert [row["quantity"] for row in json.loads(found.stdout) if not row["passed"]] == [
        f"files are as written (not {table})",
        f"rows of {table} are as sealed (not {said})",
    ]


def test_a_zero_for_a_blank_is_a_change_and_another_writing_of_a_number_is_none(copy):
    lines = lines_of(copy / "summary.csv")
    at = next(i for i, line in enumerate(lines) if ",,," in line)
    for text, wanted in (
        (",0,,", [f"rows of summary.csv are as sealed (not row {at}: changed)"]),
        (",nan,,", []),
    ):
        changed = [*lines[:at], lines[at].replace(",,,", text, 1), *lines[at + 1 :]]
        (copy / "summary.csv").write_text("".join(changed), encoding="utf-8")
        assert faults(copy) == wanted


def keys(out):
    """The keys in the journal of the replications that count, in order."""
    return [key for _, key in seals.journal_keys(read_manifest(out))]


def test_a_row_of_the_journal_that_was_changed_with_its_checksum_is_named(copy):
    with sqlite3.connect(copy / "journal.sqlite") as file:
        row = file.execute(
            f"SELECT {', '.join(journal.COLUMNS)} FROM replications WHERE key = ?", (keys(copy)[2],)
        ).fetchone()
        fields = dict(zip(journal.COLUMNS, row, strict=True))
        fields["visits"] += 1
        file.execute(
            "UPDATE replications SET visits = ?, checksum = ? WHERE key = ?",
            (fields["visits"], journal._checksum(tuple(fields.values())), fields["key"]),
        )
    file.close()
    assert faults(copy) == [
        "rows of journal.sqlite are as sealed (not row 3 (collaboration.level=0.8, replication 0):"
        " changed)"
    ]


def test_a_row_of_the_journal_that_is_gone_or_damaged_is_named(copy):
    with sqlite3.connect(copy / "journal.sqlite") as file:
        file.execute("DELETE FROM replications WHERE key = ?", (keys(copy)[1],))
        file.execute("UPDATE replications SET seconds = 99 WHERE key = ?", (keys(copy)[3],))
        rows = file.execute("SELECT key FROM replications ORDER BY rowid").fetchall()
        number = 1 + [key for (key,) in rows].index(keys(copy)[3])
    file.close()
    assert faults(copy) == [
        "rows of journal.sqlite are as sealed (not row 2 (collaboration.level=0.4, replication 1):"
        " changed or gone)",
        f"rows of journal.sqlite match their checksums (not row {number} of the journal)",
    ]


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda m: m.update(seed=43), 'row 6 (["seed"]): changed'),
        (lambda m: m["guards"].append("x"), None),
        (lambda m: m["fingerprints"].popitem(), None),
        (lambda m: m["files"].update({"model.md": "0" * 64}), None),
        (lambda m: m["plans"].update({"collaboration.level=0.4": "0" * 64}), None),
    ],
)
def test_a_value_of_the_manifest_that_was_changed_with_its_checksum_is_named(copy, change, said):
    described = read_manifest(copy)
    change(described)
    described["checksum"] = seals.checksum(described)
    (copy / "manifest.json").write_text(json.dumps(described), encoding="utf-8")
    found = [text for text in faults(copy) if text.startswith("rows of manifest.json")]
    assert len(found) == 1 and found[0].startswith("rows of manifest.json are as sealed (not row ")
    assert said is None or said in found[0]


def test_what_the_manifest_keeps_of_a_table_is_held_by_the_head(copy):
    for name, other in (("root", "0" * 64), ("chain", "0" * 64), ("rows", 7)):
        described = read_manifest(copy)
        described["seal"]["tables"]["answer.csv"][name] = other
        described["checksum"] = seals.checksum(described)
        (copy / "manifest.json").write_text(json.dumps(described), encoding="utf-8")
        assert faults(copy) == [
            "the head is that of all tables",
            "rows of answer.csv are as sealed (not what manifest.json keeps of them)",
        ]
        described["seal"]["head"] = seals.head_of(described["seal"]["tables"])
        described["checksum"] = seals.checksum(described)
        (copy / "manifest.json").write_text(json.dumps(described), encoding="utf-8")
        assert len(faults(copy)) == 1
        shutil.rmtree(copy / "seals")
        assert "which is not known, since seals/answer.csv.leaves is not here" in faults(copy)[0]
        return


def test_a_changed_leaf_is_told_from_a_changed_row(copy):
    path = copy / "seals/answer.csv.leaves"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert faults(copy) == [
        "rows of answer.csv are as sealed (they are, but seals/answer.csv.leaves was changed)"
    ]


def test_tables_that_are_not_here_are_passed_over_and_still_under_the_head(copy):
    for name in ("measures.csv", "summary.csv", "comparison.csv", "journal.sqlite"):
        (copy / name).unlink()
    assert faults(copy) == []
    last = run("verify", copy, "--sample", 1).stdout.splitlines()[-1]
    gone = "measures.csv, summary.csv, comparison.csv, journal.sqlite"
    assert last == f"7 of 7 pass; not here, make reproduce: {gone}"


def test_only_a_head_kept_elsewhere_helps_against_who_can_seal_again(sealed, copy, tmp_path):
    kept = head(copy)
    assert "pass" in run("verify", copy, "--sample", 1, "--head", kept.upper()).stdout
    done = sweep.sweep(load_experiment(sealed[0]))
    forged = done.summary.copy()
    forged.loc[0, "mean"] = 1.0
    with Files(tmp_path / "forged", seal_of(done.replicated)) as files:
        (tmp_path / "forged").mkdir()
        files.add("measures", done.measures)
        files.add("summary", forged)
        files.finish(done)
    assert faults(tmp_path / "forged") == []
    found = run("verify", tmp_path / "forged", "--json", "--head", kept, expect=1)
    assert [row["quantity"] for row in json.loads(found.stdout) if not row["passed"]] == [
        "the head is the one that was kept"
    ]


def test_with_a_key_file_nobody_else_can_work_out_a_leaf(sealed, tmp_path):
    home, out = sealed
    key, other = tmp_path / "key", tmp_path / "other"
    key.write_bytes(b"0123456789abcdef")
    other.write_bytes(b"0123456789abcdeF")
    run("sweep", home, "-o", tmp_path / "out", "-j", 1, "--seal-key", key)
    assert read_manifest(tmp_path / "out")["seal"]["key"] is None
    assert head(tmp_path / "out") != head(out)
    assert "pass" in run("verify", tmp_path / "out", "--sample", 1, "--seal-key", key).stdout
    for given, at, said in (
        ((), "out", "sealed with a key file: --seal-key FILE wanted"),
        (("--seal-key", other), "out", "--seal-key: not the key that"),
        (("--seal-key", key), out, "sealed without a key file: no --seal-key wanted"),
        (("--seal-key", tmp_path / "none"), "out", "a file wanted, got: No such file"),
    ):
        assert said in run("verify", tmp_path / at, *given, expect=2).stderr
    other.write_bytes(b"short")
    said = run("sweep", home, "-o", tmp_path / "x", "--seal-key", other, expect=2).stderr
    assert "at least 16 bytes wanted, got 5" in said


def test_results_of_before_are_not_sealed_and_those_of_a_script_have_files(copy, tmp_path):
    described = {k: v for k, v in read_manifest(copy).items() if k not in ("seal", "checksum")}
    (copy / "manifest.json").write_text(json.dumps(described), encoding="utf-8")
    last = run("verify", copy, "--sample", 1).stdout.splitlines()[-1]
    assert last == "4 of 4 pass; not sealed"
    script = {"experiment": "own", "files": {"answer.csv": described["files"]["answer.csv"]}}
    (copy / "manifest.json").write_text(json.dumps(script), encoding="utf-8")
    left = "no sweep made these: only files were compared, make reproduce runs their script"
    assert run("verify", copy).stdout.splitlines()[-1] == f"1 of 1 pass; {left}"
    (copy / "answer.csv").write_text("x")
    assert "files are as written (not" in run("verify", copy, expect=1).stdout


# ---- a thousand single bytes ---------------------------------------------------------------------


def values_of(path):
    """All values of a file, read without simcap; None where they cannot be read."""
    try:
        if path.suffix == ".json":
            return repr(json.loads(path.read_text(encoding="utf-8")))
        if path.suffix == ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return [[plain(cell) for cell in row] for row in csv.reader(file) if row]
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as file:
            names = ("plans", "labels", "replications")
            return [file.execute(f"SELECT * FROM {name}").fetchall() for name in names]
    except (ValueError, csv.Error, sqlite3.Error):
        return None


def plain(cell):
    """A number as a number: 1e5 and 1E5 are one value."""
    try:
        return repr(float(cell) + 0.0)
    except ValueError:
        return cell


def found_out(out, table):
    """Whether ``simcap verify`` finds that ``table`` was changed, its bytes' hash apart."""
    try:
        described = read_manifest(out)
        return not all(one.passed for one in seal_checking.sealed(out, described, None, (table,)))
    except SimcapError:
        return True


def change_bytes(out, number, seed):
    """Change single bytes of tables, journal and manifest, one at a time, where that changes a
    value; the changes that were not found.
    """
    chance, missed, done = random.Random(seed), [], 0
    names = (*CSV, "journal.sqlite", "manifest.json")
    before = {name: (out / name).read_bytes() for name in names}
    values = {name: values_of(out / name) for name in names}
    while done < number:
        name = names[done % len(names)]
        at, other = chance.randrange(len(before[name])), chance.randrange(256)
        changed = before[name][:at] + bytes([other]) + before[name][at + 1 :]
        (out / name).write_bytes(changed)
        if changed != before[name] and values_of(out / name) != values[name]:
            done += 1
            if not found_out(out, name):
                missed.append((name, at, before[name][at], other))
        for beside in out.glob("journal.sqlite-*"):
            beside.unlink()
        (out / name).write_bytes(before[name])
    return missed


def test_some_single_bytes_are_found(copy):
    assert change_bytes(copy, 48, 1) == []


@pytest.mark.slow
def test_a_thousand_single_bytes_are_found(copy):
    assert change_bytes(copy, 1000, 2) == []


# ---- one resident --------------------------------------------------------------------------------

WHO = "moderate | room | 城 City#3"


def test_one_residents_path_is_proved_without_the_others(sealed, tmp_path):
    out, file = sealed[1], tmp_path / "proof.json"
    given = run("verify", out, "--resident", WHO, "--proof", file, "--replication", 1)
    proof = json.loads(file.read_text(encoding="utf-8"))
    assert proof["of"]["replication"] == 1 and proof["of"]["head"] == head(out)
    assert (
        proof["of"]["fingerprint"]
        == (read_manifest(out)["fingerprints"]["collaboration.level=0.4"]["1"])
    )
    assert proof["leaf"]["values"][:2] == ["moderate | room | 城 City", 3]
    assert "Village" not in file.read_text(encoding="utf-8")
    assert proof["root"] in given.stdout and "2 of 2 pass" in given.stdout
    again = run("verify", out, "--resident", WHO, "--proof", file, "--replication", 1)
    assert "3 of 3 pass" in again.stdout
    assert "2 of 2 pass" in run("verify", file, "--head", proof["root"]).stdout
    assert "1 of 2 pass" in run("verify", file, "--head", "0" * 64, expect=1).stdout


def test_a_path_is_all_visits_of_its_resident_as_simulated(sealed):
    from simcap.building import load_scenario
    from simcap.study.plan import plan

    made = json.loads(run("verify", sealed[1], "--resident", WHO, "--json").stdout)
    scenario = load_scenario(sealed[1] / "scenario.resolved.yaml")
    described = read_manifest(sealed[1])
    ready = plan(recomputing.variant_of(scenario, described, "collaboration.level=0.4"))
    import simcap

    frame = simcap.simulate(ready.network, ready.spec.horizon, 42, 0).frame()
    mine = frame[(frame["stream"] == "moderate | room | 城 City") & (frame["resident"] == 3)]
    shown = [visit[0] for visit in made["leaf"]["values"][2]]
    assert shown == list(mine["station"]) and len(shown) > 0
    assert made["size"] == 1 + frame.groupby(["stream", "resident"]).ngroups


@pytest.mark.parametrize("at", ["leaf", "path", "size", "root"])
def test_a_proof_that_was_changed_proves_nothing(sealed, tmp_path, at):
    file = tmp_path / "proof.json"
    run("verify", sealed[1], "--resident", WHO, "--proof", file)
    proof = json.loads(file.read_text(encoding="utf-8"))
    if at == "leaf":
        proof["leaf"]["values"][2][0][5] += 0.25
    elif at == "path":
        proof["path"][0] = proof["path"][0][::-1]
    else:
        proof[at] = proof["size"] * 2 if at == "size" else "0" * 64
    file.write_text(json.dumps(proof), encoding="utf-8")
    assert "FAIL" in run("verify", file, expect=1).stdout
    assert "FAIL" in run("verify", sealed[1], "--resident", WHO, "--proof", file, expect=1).stdout


@pytest.mark.parametrize(
    "arguments, said",
    [
        (
            ("--resident", "x"),
            "--resident: STREAM#NUMBER wanted, such as moderate | line | 城 City#0",
        ),
        (
            ("--resident", "moderate | room | 城 Citi#1"),
            "; known are moderate | line | 城 City, moderate | line | 村 Village, ",
        ),
        (
            ("--resident", "moderate | room | 城 City#99999"),
            "who came by moderate | room | 城 City",
        ),
        (("--resident", WHO, "--point", "x"), "--point: a design point of the results wanted"),
        (("--resident", WHO, "--replication", 9), "--replication: one of 0, 1 wanted, got 9"),
    ],
)
def test_who_is_not_there_is_one_line(sealed, arguments, said):
    assert said in run("verify", sealed[1], *arguments, expect=2).stderr


def test_a_proof_wants_a_manifest_that_is_as_sealed(copy, tmp_path):
    described = read_manifest(copy)
    described["fingerprints"]["collaboration.level=0.4"]["0"] = "0" * 64
    described["checksum"] = seals.checksum(described)
    (copy / "manifest.json").write_text(json.dumps(described), encoding="utf-8")
    said = run("verify", copy, "--resident", WHO, expect=1).stderr
    assert "rows of manifest.json are as sealed (not row " in said
    (tmp_path / "no.json").write_text("{}")
    said = run("verify", tmp_path / "no.json", expect=2).stderr
    assert "a resident's path as simcap verify wrote it wanted" in said
