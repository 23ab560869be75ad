"""How every figure looks: fonts, colours, the sheet with its title and its source line, and how it
is saved.

Two runs on one machine write the same bytes: no dates, fixed ids. Chinese is drawn with the font
that comes with simcap; in SVG, letters are outlines, so that they look alike where that font is
missing. Styles and colours are seaborn's. Text is never read as a formula, since a name may hold a
dollar sign.
"""

from __future__ import annotations

import dataclasses
import functools
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import seaborn as sns
from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import LogFormatter
from PIL import Image

from simcap.lang import spoken
from simcap.study.writing import replace

FONT = Path(__file__).parents[1] / "fonts" / "NotoSansSC-Regular-GBK.otf"
FAMILIES = ["DejaVu Sans", "Noto Sans SC"]
INK, GREY, PALE, ALARM = "#222222", "#6b6b6b", "#d9d9d9", "#b3261e"
COLOURS = sns.color_palette("colorblind").as_hex()
KIND_COLOURS = {"urban": COLOURS[0], "transition": "#cc7a00", "rural": COLOURS[2]}
KIND_MARKERS = {"urban": "o", "transition": "s", "rural": "D"}
MARKERS = "osD^vPX*"
RC: dict[Any, Any] = {
    "font.family": FAMILIES,
    "text.parse_math": False,
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
"""What differs from seaborn's style "whitegrid" in the size "notebook"."""
TITLE, SUBTITLE, SMALL = 13.5, 9.5, 8.0
"""Sizes of letters in points."""
DPI = 120


@contextmanager
def use_theme() -> Iterator[None]:
    """Draw and save inside this; the user's own settings and backend are left as they were."""
    _add_font()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        style = {**sns.axes_style("whitegrid"), **sns.plotting_context("notebook")}
        matplotlib.rcParams.update({**style, **RC})
        yield


@functools.cache
def _add_font() -> None:
    """Make the Chinese font known before any of that name on the machine, its one weight also as
    bold: matplotlib would complain of each bold title otherwise.
    """
    fonts = font_manager.fontManager
    fonts.addfont(FONT)
    ours = fonts.ttflist.pop()
    fonts.ttflist[:0] = [ours, dataclasses.replace(ours, weight=700)]


def boxes(texts: Iterable[str]) -> dict[str, str]:
    """The characters that no font of the figures has, each with the first of ``texts`` in which it
    stands.
    """
    known = _drawable()
    return {
        letter: text
        for text in dict.fromkeys(texts)
        for letter in text
        if ord(letter) not in known and not letter.isspace()
    }


@functools.cache
def _drawable() -> frozenset[int]:
    _add_font()
    found = (font_manager.findfont(family) for family in FAMILIES)
    return frozenset(letter for path in found for letter in FT2Font(path).get_charmap())


def hues(number: int) -> list:
    """A colour for each of ``number`` ordered levels, light to dark."""
    return list(sns.color_palette("crest", number)) if number != 1 else [KIND_COLOURS["urban"]]


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
        weight="normal" if spoken() == "zh" else "bold",  # the Chinese font has one weight
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


CLOSING, OPENING = " ,.;:!?)，。；：！？、）》”’％", "(（《“‘"
"""Letters that no line begins with, and that none ends with."""


def wrapped(text: str, width: float) -> list[str]:
    """``text`` in lines of at most ``width`` letters, a Chinese one counting as two; broken at
    blanks and between Chinese letters.
    """
    pieces: list[str] = []
    for letter in text:
        breaks = not pieces or pieces[-1].endswith(" ") or _wide(letter) or _wide(pieces[-1][-1])
        held = letter in CLOSING or (pieces and pieces[-1][-1] in OPENING)
        if breaks and letter != " " and not held:
            pieces.append(letter)
        else:
            pieces[-1:] = [(pieces[-1] if pieces else "") + letter]
    lines = [""]
    for piece in pieces:
        if lines[-1] and letters(lines[-1] + piece.rstrip()) > width:
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def shortened(text: str, width: int) -> str:
    """``text``, on one line, cut to ``width`` letters, a Chinese one counting as two."""
    text = " ".join(text.split())
    if letters(text) <= width:
        return text
    while text and letters(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def _wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"


def letters(text: str) -> int:
    """How wide ``text`` is, in letters, a Chinese one counting as two."""
    return sum(2 if _wide(letter) else 1 for letter in text)


def save(figure: Figure, path: Path) -> list[Path]:
    """Write ``figure`` to ``path`` with the endings .png and .svg, each at once or not at all."""
    paths = []
    for ending, content in render(figure, path.name).items():
        paths.append(path.with_name(f"{path.name}.{ending}"))
        replace(paths[-1], content)
    return paths


def render(figure: Figure, name: str) -> dict[str, bytes]:
    """``figure`` as the content of a file, by ending; ``name`` tells its ids in SVG from those of
    the other figures of a page.
    """
    _make_ready(figure)
    return {"png": _png(figure), "svg": _svg(figure, name)}


def png(figure: Figure) -> bytes:
    """``figure`` as PNG alone, where somebody waits for it."""
    _make_ready(figure)
    return _png(figure)


def _make_ready(figure: Figure) -> None:
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        _plain(axis)
    _lay_out(figure)
    figure.set_dpi(DPI)


def _png(figure: Figure) -> bytes:
    """256 colours, which figures do with, take a third of the room."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    content = io.BytesIO()
    picture.quantize(256, dither=Image.Dither.NONE).save(
        content, "png", optimize=True, dpi=(DPI, DPI)
    )
    return content.getvalue()


def _svg(figure: Figure, name: str) -> bytes:
    content = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(content, metadata={"Date": None})
    return re.sub(
        rb'(\bid="|href="#|url\(#)',
        lambda found: found[0] + name.encode() + b"-",
        content.getvalue(),
    )


def _plain(axis: Axis) -> None:
    """Write the labels of a logarithmic ``axis`` as numbers: matplotlib's own are formulas."""
    for set_formatter, old in (
        (axis.set_major_formatter, axis.get_major_formatter()),
        (axis.set_minor_formatter, axis.get_minor_formatter()),
    ):
        if isinstance(old, LogFormatter):
            base = axis.get_transform().base  # type: ignore[attr-defined]
            set_formatter(_Numbers(base, old.labelOnlyBase, old.minor_thresholds))


class _Numbers(LogFormatter):
    """Labels what matplotlib would label, with the number itself."""

    def __call__(self, x, pos=None):
        return f"{x:,.10g}" if super().__call__(x, pos) else ""


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
