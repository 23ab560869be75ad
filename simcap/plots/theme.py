"""How every figure looks: fonts, colours, the sheet with its title and its source line, and how it
is saved.

Two runs on one machine write the same bytes: no dates, fixed ids. Chinese is drawn with the font
that comes with simcap; in SVG, letters are outlines, so that they look alike where that font is
missing.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from simcap.study.results import replace

FONT = Path(__file__).parents[1] / "fonts" / "NotoSansSC-Regular-GB2312.ttf"
INK, GREY, PALE, ALARM = "#222222", "#6b6b6b", "#d9d9d9", "#b3261e"
KIND_COLOURS = {"urban": "#0173b2", "transition": "#cc7a00", "rural": "#029e73"}
KIND_MARKERS = {"urban": "o", "transition": "s", "rural": "D"}
MARKERS = "osD^vPX*"
CREST = LinearSegmentedColormap.from_list(
    "crest",
    (
        "#a5cd90",
        "#93c491",
        "#81bc91",
        "#70b390",
        "#61aa90",
        "#53a190",
        "#48988f",
        "#3e8e8e",
        "#33858d",
        "#297b8c",
        "#20728b",
        "#1c6889",
        "#1e5d86",
        "#225283",
        "#27477d",
        "#2a3c77",
        "#2c3172",
    ),
)
"""Light to dark: seaborn's palette of this name."""
WHITEGRID: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.linewidth": 1.25,
    "font.size": 12,
    "grid.linewidth": 1,
    "lines.linewidth": 1.5,
    "lines.markersize": 6,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "patch.linewidth": 1,
    "xtick.bottom": False,
    "xtick.major.size": 6,
    "xtick.major.width": 1.25,
    "xtick.minor.size": 4,
    "xtick.minor.width": 1,
    "ytick.left": False,
    "ytick.major.size": 6,
    "ytick.major.width": 1.25,
    "ytick.minor.size": 4,
    "ytick.minor.width": 1,
}
"""seaborn's style of this name, without loading seaborn, which takes a second."""
RC: dict[Any, Any] = {
    "font.family": ["DejaVu Sans", "Noto Sans SC"],
    "text.parse_math": False,  # a name may hold a dollar sign
    "axes.edgecolor": "#9a9a9a",
    "axes.labelcolor": INK,
    "axes.labelsize": 9.5,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": "#e6e6e6",
    "legend.fontsize": 9,
    "legend.title_fontsize": 9,
    "legend.frameon": False,
    "text.color": INK,
    "xtick.color": INK,
    "xtick.labelsize": 9,
    "ytick.color": INK,
    "ytick.labelsize": 9,
    "svg.fonttype": "path",
    "svg.hashsalt": "simcap",
}
TITLE, SUBTITLE, SMALL = 13.5, 9.5, 8.0
"""Sizes of letters in points."""


@contextmanager
def use_theme() -> Iterator[None]:
    """Draw and save inside this; the user's own settings and backend are left as they were."""
    _add_font()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**WHITEGRID, **RC})
        yield


@functools.cache
def _add_font() -> None:
    """Make the Chinese font known, its one weight also as bold: matplotlib would complain of each
    bold title otherwise.
    """
    fonts = font_manager.fontManager
    fonts.addfont(FONT)
    fonts.ttflist.append(dataclasses.replace(fonts.ttflist[-1], weight=700))


def hues(number: int) -> list:
    """A colour for each of ``number`` ordered levels, light to dark."""
    return (
        [CREST(share)[:3] for share in np.linspace(0, 1, number + 2)[1:-1]]
        if number != 1
        else [KIND_COLOURS["urban"]]
    )


def sheet(width: float, height: float, title: str, subtitle: str, notes: Sequence[str]) -> Figure:
    """An empty figure of ``width`` × ``height`` inches between its title and subtitle above and
    ``notes``, small, below.

    What is drawn in it is laid out between the two and never runs into them; the sheet grows with
    their lines.
    """
    heads = wrapped(title, width * 72 / (0.66 * TITLE))
    seconds = wrapped(subtitle, width * 72 / (0.6 * SUBTITLE)) if subtitle else []
    feet = [line for note in notes if note for line in wrapped(note, width * 72 / (0.58 * SMALL))]
    top = 0.14 + 0.25 * len(heads) + 0.18 * len(seconds) + 0.1
    bottom = 0.1 + 0.155 * len(feet) + 0.08
    full = height + top + bottom
    figure = Figure(figsize=(width, full), facecolor="white")
    FigureCanvasAgg(figure)
    figure.set_layout_engine(
        "constrained", rect=(0.012, bottom / full, 0.976, height / full), w_pad=0.06, h_pad=0.05
    )
    left = 0.14 / width
    figure.text(
        left,
        1 - 0.14 / full,
        "\n".join(heads),
        size=TITLE,
        weight="bold",
        va="top",
        linespacing=1.2,
    )
    figure.text(
        left,
        1 - (0.16 + 0.25 * len(heads)) / full,
        "\n".join(seconds),
        size=SUBTITLE,
        color=GREY,
        va="top",
    )
    figure.text(
        left, 0.1 / full, "\n".join(feet), size=SMALL, color=GREY, va="bottom", linespacing=1.35
    )
    return figure


def wrapped(text: str, width: float) -> list[str]:
    """``text`` in lines of at most ``width`` letters, a Chinese one counting as two; broken at
    blanks and between Chinese letters.
    """
    pieces: list[str] = []
    for letter in text:
        breaks = not pieces or pieces[-1].endswith(" ") or _wide(letter) or _wide(pieces[-1][-1])
        if breaks and letter != " ":
            pieces.append(letter)
        else:
            pieces[-1:] = [(pieces[-1] if pieces else "") + letter]
    lines = [""]
    for piece in pieces:
        if lines[-1] and _measure(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def shortened(text: str, width: int) -> str:
    """``text``, on one line, cut to ``width`` letters, a Chinese one counting as two."""
    text = " ".join(text.split())
    if _measure(text) <= width:
        return text
    while text and _measure(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def _measure(text: str) -> int:
    return sum(2 if _wide(letter) else 1 for letter in text)


def save(figure: Figure, path: Path) -> list[Path]:
    """Write ``figure`` to ``path`` with the endings .png and .svg, each at once or not at all."""
    paths = []
    for ending, content in render(figure).items():
        paths.append(path.with_name(f"{path.name}.{ending}"))
        replace(paths[-1], content)
    return paths


def render(figure: Figure) -> dict[str, bytes]:
    """``figure`` as the content of a file, by ending."""
    _lay_out(figure)
    figure.set_dpi(150)
    contents = {"png": io.BytesIO(), "svg": io.BytesIO()}
    FigureCanvasAgg(figure).print_png(contents["png"])  # savefig would draw each twice
    FigureCanvasSVG(figure).print_svg(contents["svg"], metadata={"Date": None})
    return {ending: content.getvalue() for ending, content in contents.items()}


def _lay_out(figure: Figure) -> None:
    """Lay ``figure`` out once, to six digits: the solver of the layout differs from run to run in
    the last.
    """
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")
    for ax in figure.axes:
        left, bottom, width, height = (round(edge, 6) for edge in ax.get_position().bounds)
        ax.set_position((left, bottom, width, height))
