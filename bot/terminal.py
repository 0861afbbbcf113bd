"""What people read in a terminal or a pipe: lines made from data, and two ways to print them.

Every text from outside (questions, rules, names) passes `visible` or `flat` before it becomes part
of a line, so that no escape sequence in a rule or question reaches the terminal. In a pipe each
line is printed as it is: no colour, no wrapping, quotes to the character.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TextIO

INDENT = 2
CELL = 72
"""Characters of a table's cell before it is cut short."""

# Control and format characters (escape sequences, text that runs backwards, invisible tags),
# lone surrogates and the two Unicode line ends. Line feed, tab, joiners and soft hyphens stay.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_HARMLESS = frozenset("\n\t\u200c\u200d\u00ad")


class Style(StrEnum):
    """What a line is; the printer decides how it looks."""

    PLAIN = "plain"
    ALLOWED = "allowed"
    CONDITIONAL = "conditional"
    NOT_ALLOWED = "not_allowed"
    NOT_COVERED = "not_covered"
    HEADING = "heading"
    QUOTE = "quote"
    SOURCE = "source"
    WARNING = "warning"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of output. `depth` is how many steps it is set in; `text` is safe to print."""

    text: str
    style: Style = Style.PLAIN
    depth: int = 0


def visible(text: str) -> str:
    """Return the text with every character a terminal might act on spelt out, e.g. "\\x1b"."""
    if text.isprintable():
        return text
    return "".join(_spelt(character) for character in text)


def _spelt(character: str) -> str:
    if character in _HARMLESS or unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def flat(text: str) -> str:
    """Return the text visible and on one line, runs of white space as one blank."""
    return visible(" ".join(text.split()))


def shortened(text: str, limit: int = CELL) -> str:
    """Return the text flat and at most `limit` characters long, "…" marking a cut."""
    whole = flat(text)
    return whole if len(whole) <= limit else f"{whole[: limit - 1]}…"


# ---------------------------------------------------------------- tables


def table_lines(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> tuple[Line, ...]:
    """Return rows under headings, columns aligned with blanks; cells are cut at CELL."""
    cells = [[shortened(str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(headings, *cells, strict=True)]
    head = Line(text=_row(headings, widths), style=Style.HEADING)
    return (head, *(Line(text=_row(row, widths)) for row in cells))


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


# ---------------------------------------------------------------- printing


def print_lines(lines: Iterable[Line], stream: TextIO) -> None:
    """Print to a stream: with colour and wrapping where a person reads, else as they are."""
    if stream.isatty() and os.environ.get("TERM") != "dumb":
        _print_rich(lines, stream)
        return
    stream.writelines(f"{' ' * (INDENT * line.depth)}{line.text}\n" for line in lines)


def _print_rich(lines: Iterable[Line], stream: TextIO) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(file=stream, highlight=False, markup=False, emoji=False)
    for line in lines:
        text = Text(line.text, style=_LOOKS[line.style])
        console.print(Padding(text, (0, 0, 0, INDENT * line.depth)))


_LOOKS = {
    Style.PLAIN: "",
    Style.ALLOWED: "bold green",
    Style.CONDITIONAL: "bold yellow",
    Style.NOT_ALLOWED: "bold red",
    Style.NOT_COVERED: "bold blue",
    Style.HEADING: "bold",
    Style.QUOTE: "italic",
    Style.SOURCE: "dim",
    Style.WARNING: "yellow",
    Style.ADDED: "green",
    Style.REMOVED: "red strike",
}
