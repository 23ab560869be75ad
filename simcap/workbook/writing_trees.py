"""Writes sheets with a row for each value."""

from __future__ import annotations

from pydantic import BaseModel

from simcap.workbook.cells_out import Cell, cell_of
from simcap.workbook.layout import Tree, at, root
from simcap.workbook.pen import OF_KIND, Pen, Widths
from simcap.workbook.place_words import how, is_number, step_words
from simcap.workbook.trees import Leaf, leaves


def write_tree(pen: Pen, tree: Tree, data: dict, model: type[BaseModel]) -> None:
    """Write one sheet; measures that are off are folded away."""
    sheet = pen.sheets[tree.sheet]
    found = leaves(tree, data, model)
    steps = max((len(leaf.path) for leaf in found), default=3)
    steps = max(steps, 2)
    names = [pen.text("item"), *[pen.text("detail")] * (steps - 1)]
    names = [name if i < 2 else f"{name} {i}" for i, name in enumerate(names)]
    names += [pen.text("value"), pen.text("remark"), pen.text("how")]
    pen.header(sheet, names)
    widths = [Widths() for _ in names]
    absent = {leaf.path[0] for leaf in found} - {
        leaf.path[0] for leaf in found if leaf.value is not None
    }
    for row, leaf in enumerate(found, 1):
        cells = _tree_row(pen, tree, leaf, model, steps)
        for column, cell in enumerate(cells):
            if cell is not None:
                more = _look(leaf, column, steps)
                pen.put(sheet, row, column, cell, **more)
                widths[column].see(cell, "")
        if cells[steps] is None:
            kind = OF_KIND.get(leaf.shape.kind, "text")
            sheet.write_blank(row, steps, None, pen.style(kind, border=1, border_color="#BFBFBF"))
        pen.drop_down(
            sheet, row, steps, row, leaf.shape, leaf.path, tree.prefix[0] if tree.prefix else ""
        )
        if tree.sheet == "measures" and leaf.path[0] in absent and leaf.path[1:] != ("on",):
            pen.hidden.add((sheet, row))
    for column, name in enumerate(names):
        sheet.set_column(column, column, widths[column].width(name))
    for row, leaf in enumerate(found, 1):
        if is_number(leaf.shape) or isinstance(leaf.value, (int, float)):
            pen.assumed(sheet, [steps], steps + 1, row, row)
    sheet.freeze_panes(1, steps)


def _look(leaf: Leaf, column: int, steps: int) -> dict:
    if column == steps:
        return {"border": 1, "border_color": "#BFBFBF", "align": "left", "text_wrap": True}
    if column > steps:
        return {"text_wrap": True, **({"font_color": "#808080"} if column > steps + 1 else {})}
    return {"bold": column == 0}


def _tree_row(
    pen: Pen, tree: Tree, leaf: Leaf, model: type[BaseModel], steps: int
) -> list[Cell | None]:
    path = step_words(at(root(model), tree.prefix), leaf.path, pen.language)
    cells: list[Cell | None] = [Cell(word) for word in path]
    cells += [None] * (steps - len(cells))
    cells.append(None if leaf.value is None else cell_of(leaf.value, leaf.shape, pen.language))
    remark = pen.remark((*tree.prefix, *leaf.path)) if leaf.value is not None else ""
    cells.append(Cell(remark) if remark else None)
    cells.append(Cell(how(leaf.shape, leaf.home, pen.language, tree=True)))
    return cells
