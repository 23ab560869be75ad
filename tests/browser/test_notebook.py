"""The notebook for a class runs from top to bottom, its dials change what it shows, and it is the
page. ``make test-browser`` runs this.
"""

import base64
import json
import re
from pathlib import Path

import pytest

import simcap
from simcap.lessons.notebook import cells, notebook, run

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
DOCS = Path(simcap.__file__).parents[1] / "docs"
PAGE = (DOCS / "teaching.md").read_text(encoding="utf-8")
STORED = json.loads((DOCS / "teaching.ipynb").read_text(encoding="utf-8"))
MOVED = """
def moved(name, dial, value):
    panel = panels[name]
    before = panel.result
    next(one for one in panel.children if getattr(one, "description", "") == dial).value = value
    return before.iloc[0, 2:5].tolist(), panel.result.iloc[0, 2:5].tolist()

import json
print(json.dumps([
    moved("erlang", "load of each counsellor, %", 60),
    moved("variability", "load of the counsellor, %", 70),
    moved("pooling", "counsellors in each town", 3),
    moved("collaboration", "runs (replications)", 2),
]))
"""


def test_the_notebook_is_the_page():
    stored = [(cell["cell_type"], "".join(cell["source"])) for cell in STORED["cells"]]
    assert stored == list(cells(PAGE)), "python -m simcap.lessons.notebook (docs/teaching.md)"


def test_what_is_stored_has_pictures_and_no_faults_and_is_small():
    outputs = [out for cell in STORED["cells"] for out in cell.get("outputs", [])]
    assert not [out for out in outputs if out["output_type"] == "error"]
    pictures = [out["data"]["image/png"] for out in outputs if "image/png" in out.get("data", {})]
    assert len(pictures) == 6
    assert all(base64.b64decode(picture)[:4] == b"\x89PNG" for picture in pictures)
    assert (DOCS / "teaching.ipynb").stat().st_size < 1_000_000
    assert "widgets" not in STORED["metadata"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_runs_and_a_dial_changes_what_it_shows(language):
    page = PAGE if language == "en" else PAGE.replace('LANGUAGE = "en"', 'LANGUAGE = "zh"')
    moving = f"\n```python\n{MOVED}```\n" if language == "en" else ""
    made = run(notebook(page + moving), DOCS)
    said = "".join(out.get("text", "") for cell in made.cells for out in cell.get("outputs", []))
    if language == "en":
        changes = json.loads(said.splitlines()[-1])
        assert [before != after for before, after in changes] == [True] * 4
        assert changes[0][0][2] == "34.5 min" and changes[0][1][2] == "5.38 min"
    else:
        assert "模拟均值" in json.dumps(made, ensure_ascii=False)


@pytest.mark.parametrize("page, mean", [("teacher.md", "mean"), ("teacher.zh.md", "模拟均值")])
def test_the_lesson_without_dials_prints_a_table(page, mean, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.S)
    exec(code, {})
    assert mean in capsys.readouterr().out
