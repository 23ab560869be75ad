"""The notebook for a class, made of the page that says the same:
``python -m simcap.lessons.notebook docs/teaching.md docs/teaching.ipynb``.

Text becomes text, each block of Python a cell, which is run. Needs nbformat, nbclient and a kernel
of Jupyter, which only who makes or tests the notebook needs.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

FENCED = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 900
"""What a cell may take: the first simulation on a machine is compiled."""


def cells(page: str) -> Iterator[tuple[str, str]]:
    """("markdown" or "code", source) of each cell, in order."""
    for at, part in enumerate(FENCED.split(page)):
        if part.strip():
            yield ("code" if at % 2 else "markdown"), part.strip()


def notebook(page: str):
    """The notebook of a ``page``, not run. Its ids are numbers, so that it changes with its text
    alone.
    """
    from nbformat import v4

    made = v4.new_notebook()
    for number, (kind, source) in enumerate(cells(page)):
        new = v4.new_code_cell if kind == "code" else v4.new_markdown_cell
        made.cells.append(new(source, id=f"cell-{number}"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made.metadata.update({"kernelspec": kernel, "language_info": {"name": "python"}})
    return made


def run(made, home: Path):
    """``made`` with the outputs of its cells, run in the directory ``home``; raises nbclient's
    ``CellExecutionError`` where one fails.
    """
    from nbclient import NotebookClient

    resources = {"metadata": {"path": str(home)}}
    NotebookClient(made, timeout=SECONDS, resources=resources, record_timing=False).execute()
    made.metadata.pop("widgets", None)  # the pictures once more
    return made


def main(page: Path, file: Path) -> None:
    """Write the notebook of ``page`` into ``file``, run."""
    import nbformat

    made = run(notebook(page.read_text(encoding="utf-8")), page.parent)
    nbformat.write(made, file)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
