"""One page of a PDF: words and ruled lines with their places, and the lines made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Box(NamedTuple):
    """A place on the page in points, from the top left corner: left, top, right, bottom."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Points from left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Points from top to bottom."""
        return self.y1 - self.y0

    @property
    def middle(self) -> tuple[float, float]:
        """The point in the middle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def joined(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            min(self.x0, other.x0),
            min(self.y0, other.y0),
            max(self.x1, other.x1),
            max(self.y1, other.y1),
        )

    def holds(self, x: float, y: float) -> bool:
        """Tell whether the point lies inside."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word with its place, its size in points, and whether it is bold."""

    text: str
    box: Box
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as drawn: its words, its straight lines, and whether it is a picture without text."""

    number: int
    width: float
    height: float
    words: tuple[Word, ...] = ()
    rules: tuple[Box, ...] = ()
    is_picture: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a column: its words from left to right; `right` is where its column ends."""

    words: tuple[Word, ...]
    box: Box
    left: float
    right: float

    @property
    def text(self) -> str:
        """The words with spaces between."""
        return " ".join(word.text for word in self.words)

    @property
    def size(self) -> float:
        """The size of most of its letters."""
        sizes: dict[float, int] = {}
        for word in self.words:
            sizes[word.size] = sizes.get(word.size, 0) + len(word.text)
        return max(sizes, key=lambda size: (sizes[size], size))

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(word.bold for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with ruled cells: their words by row and column."""

    box: Box
    rows: tuple[tuple[str, ...], ...]
    edges: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A page as read: its lines and tables in reading order."""

    page: Page
    parts: tuple[Line | Table, ...]
