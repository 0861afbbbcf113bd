"""What stands on every page and belongs to none: running headers, footers, page numbers. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
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
_DIGITS = re.compile(r"\d{1,4}")
_MOST_BEHIND = 20
_SAME_PLACE = 6

Key = tuple[str, int]
"""What a line reads, and the height at which it stands."""


def dropped(pages: Sequence[Read]) -> list[Read]:
    """Return the pages without running headers, running footers and page numbers.

    A line is running if it stands at the same height near the edge of at least a third of the
    pages (and of three) and reads the same there, but for the number of the page.
    """
    seen = Counter(
        key for page in pages for key in {key for _, keys in _at_edges(page) for key in keys}
    )
    needed = max(_FEWEST_PAGES, _LEAST_SHARE * len(pages))
    running = frozenset(key for key, count in seen.items() if count >= needed)
    return [_without(page, running) for page in pages]


def _without(page: Read, running: frozenset[Key]) -> Read:
    gone = {
        id(line) for line, keys in _at_edges(page) if keys & running or _is_page_number(page, line)
    }
    return replace(page, parts=tuple(part for part in page.parts if id(part) not in gone))


def _at_edges(page: Read) -> list[tuple[Line, frozenset[Key]]]:
    """Return the lines near the upper and lower edge, each with what it may read and where."""
    return [
        (
            part,
            frozenset((text, round(part.box.y1 / _SAME_PLACE)) for text in _readings(page, part)),
        )
        for part in page.parts
        if isinstance(part, Line) and _is_at_edge(page, part)
    ]


def _is_at_edge(page: Read, line: Line) -> bool:
    height = page.page.height
    return line.box.y1 < _EDGE * height or line.box.y0 > (1 - _EDGE) * height


def _readings(page: Read, line: Line) -> Iterator[str]:
    """Yield the line as it is, and with each number that may be the page's as its distance to it.

    Printed numbers run behind the true ones where covers are not counted. A bold line is taken at
    its word: "Article 5" above page 5 is a heading.
    """
    text = line.text.casefold()
    yield text
    for found in _DIGITS.finditer(text):
        behind = page.page.number - int(found[0])
        if 0 <= behind <= _MOST_BEHIND and not line.bold:
            yield f"{text[: found.start()]}#{behind}{text[found.end() :]}"


def _is_page_number(page: Read, line: Line) -> bool:
    """Tell whether the line is nothing but a page number, at the very edge of the page."""
    if not _PAGE_NUMBER.fullmatch(line.text):
        return False
    others = [x for x in page.parts if isinstance(x, Line) and x is not line]
    above = all(x.box.y0 >= line.box.y1 - 1 for x in others)
    below = all(x.box.y1 <= line.box.y0 + 1 for x in others)
    return above or below
