"""What a report is made of, whatever it is written as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Value:
    """A cell of a table: ``text``, what stands small below it, and the ``number`` behind it where
    it is one, with its interval where it has one. ``faint`` if it says little.
    """

    text: str
    under: str = ""
    number: float | None = None
    faint: bool = False
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Heading:
    """What stands above a part of a section."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Running text; ``lead`` if it is an answer."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Listing:
    """Short lines, one below the other."""

    items: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """Rows below ``heads``; the first ``names`` columns are text. ``strong`` are the numbers of
    rows that matter most.
    """

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Value]]
    note: str = ""
    names: int = 1
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Picture:
    """A figure as PNG, and what it shows for those who cannot see it."""

    name: str
    alt: str
    png: bytes


@dataclass(frozen=True)
class Section:
    """A part of a report: ``key`` is its anchor, the same in every language."""

    key: str
    title: str
    blocks: list = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """All of it."""

    language: str
    title: str
    subtitle: str
    question: str
    sections: list[Section]
    foot: str
