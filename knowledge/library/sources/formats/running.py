"""What stands on every page and belongs to none: running headers, footers, page numbers. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from knowledge.library.sources.formats.page import Line, Read

_EDGE = 0.12
_FEWEST_PAGES = 3
_LEAST_SHARE = 0.3
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|p\.|s\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:of|/|von|sur|de|\|)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_SAME_PLACE = 6


def dropped(pages: Sequence[Read]) -> list[Read]:
    """Return the pages without running headers, running footers and page numbers.

    A line is running if it stands at the same height near the edge of at least a third of the
    pages (and of three) and reads the same there, but for the number of the page.
    """
    seen = Counter(key for page in pages for key in {k for _, k in _at_edges(page)})
    needed = max(_FEWEST_PAGES, _LEAST_SHARE * len(pages))
    return [_without(page, {k for k, n in seen.items() if n >= needed}) for page in pages]


def _without(page: Read, running: set[tuple[str, int]]) -> Read:
    gone = {
        id(line) for line, key in _at_edges(page) if key in running or _is_page_number(page, line)
    }
    return replace(page, parts=tuple(part for part in page.parts if id(part) not in gone))


def _at_edges(page: Read) -> list[tuple[Line, tuple[str, int]]]:
    """Return the lines near the upper and lower edge, each with what it reads and where."""
    found: list[tuple[Line, tuple[str, int]]] = []
    for part in page.parts:
        if isinstance(part, Line) and _is_at_edge(page, part):
            place = round(part.box.y1 / _SAME_PLACE)
            found.append((part, (_read_as(page, part), place)))
    return found


def _is_at_edge(page: Read, line: Line) -> bool:
    height = page.page.height
    return line.box.y1 < _EDGE * height or line.box.y0 > (1 - _EDGE) * height


def _read_as(page: Read, line: Line) -> str:
    """Return the line with the number of the page as "#"; other numbers tell lines apart."""
    return _DIGITS.sub(
        lambda found: "#" if _is_number_of(page, found.group()) and not line.bold else found[0],
        line.text.casefold(),
    )


def _is_number_of(page: Read, digits: str) -> bool:
    return digits == str(page.page.number)


def _is_page_number(page: Read, line: Line) -> bool:
    """Tell whether the line is nothing but a page number, at the very edge of the page."""
    if not _PAGE_NUMBER.fullmatch(line.text):
        return False
    others = [x for x in page.parts if isinstance(x, Line) and x is not line]
    above = all(x.box.y0 >= line.box.y1 - 1 for x in others)
    below = all(x.box.y1 <= line.box.y0 + 1 for x in others)
    return above or below
