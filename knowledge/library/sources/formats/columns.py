"""The lines of a page in the order in which people read them: column by column. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from knowledge.library.sources.formats.page import Box, Line, Page, Read, Table, Word

_PARTED = 1.0
_SAME_LINE = 0.5
_FEWEST_LINES = 5
_MOST_CROSSING = 0.2
_LEAST_SHARE = 0.25
_NARROWEST = 0.15
_MOST_SEGMENTS = 1500
"""On a page of prose; the search for columns takes time quadratic in their number."""

Found = tuple[Page, tuple[Word, ...], tuple[Table, ...]]
"""A page, its words outside of tables, and its tables from top to bottom."""

Segment = tuple[Word, ...]
"""Words on one line without a wide gap between them."""


def of_document(pages: Iterable[Found]) -> list[Read]:
    """Return the lines and tables of each page in reading order.

    Where most pages have two columns, a page that is not full has them too.
    """
    pages = list(pages)
    gutters = [_gutter(list(_segments(words)), page.width) for page, words, _ in pages]
    known = sorted(x for x in gutters if x is not None)
    usual = known[len(known) // 2] if 2 * len(known) >= len(pages) else None
    return [
        _in_order(found, gutter if gutter is not None else usual)
        for found, gutter in zip(pages, gutters, strict=True)
    ]


def _in_order(found: Found, gutter: float | None) -> Read:
    """Read one page; a table cuts it: what stands above the table is read before it."""
    page, words, tables = found
    parts: list[Line | Table] = []
    left = list(_segments(words))
    for table in tables:
        above = [x for x in left if _box(x).middle[1] < table.box.y0]
        left = [x for x in left if _box(x).middle[1] >= table.box.y0]
        parts.extend(_read(above, page.width, gutter))
        parts.append(table)
    parts.extend(_read(left, page.width, gutter))
    return Read(page=page, parts=tuple(parts))


def _segments(words: Sequence[Word]) -> Iterator[Segment]:
    """Yield stretches of words: cut where a gap is wider than a letter is high."""
    for line in _rows([(word,) for word in words]):
        stretch: list[Word] = []
        for word in sorted((w for segment in line for w in segment), key=lambda w: w.box.x0):
            if stretch and word.box.x0 - stretch[-1].box.x1 > _PARTED * max(word.size, 4):
                yield tuple(stretch)
                stretch = []
            stretch.append(word)
        if stretch:
            yield tuple(stretch)


def _rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    """Return the segments grouped by the line on which they stand, from top to bottom."""
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda x: (_middle(x), x[0].box.x0)):
        if rows and _middle(segment) - _middle(rows[-1][-1]) < _SAME_LINE * _height(segment):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return rows


def _middle(segment: Segment) -> float:
    """Return the height at which the small letters stand, wherever the tall ones reach."""
    return median(word.box.y1 for word in segment)


def _height(segment: Segment) -> float:
    return max(max(word.size for word in segment), 4.0)


def _box(segment: Segment) -> Box:
    box = segment[0].box
    for word in segment[1:]:
        box = box.joined(word.box)
    return box


def _read(segments: list[Segment], width: float, gutter: float | None) -> Iterator[Line]:
    """Yield the lines: above a line that crosses the gutter first the left side, then the right."""
    if gutter is None or _mostly_crosses(segments, gutter):
        yield from _lines(segments)
        return
    band: list[Segment] = []
    for row in _rows(segments):
        if any(_crosses(_box(segment), gutter) for segment in row):
            yield from _sides(band, gutter, width)
            yield from _lines(row)
            band = []
        else:
            band.extend(row)
    yield from _sides(band, gutter, width)


def _sides(band: list[Segment], gutter: float, width: float) -> Iterator[Line]:
    """Yield the lines of both sides of the gutter; each may have columns of its own."""
    left = [segment for segment in band if _box(segment).x1 <= gutter]
    right = [segment for segment in band if _box(segment).x1 > gutter]
    for side in (left, right):
        yield from _read(side, width, _gutter(side, width))


def _mostly_crosses(segments: Sequence[Segment], gutter: float) -> bool:
    crossing = sum(_crosses(_box(segment), gutter) for segment in segments)
    return crossing > _MOST_CROSSING * len(segments)


def _crosses(box: Box, x: float) -> bool:
    return box.x0 < x < box.x1


def _gutter(segments: Sequence[Segment], width: float) -> float | None:
    """Return where the space between two columns of prose runs, or None."""
    if len(segments) > _MOST_SEGMENTS:
        return None
    boxes = [_box(segment) for segment in segments]
    best: tuple[int, float] | None = None
    for x in sorted({round(box.x1) + 2.0 for box in boxes}):
        left = [box for box in boxes if box.x1 <= x]
        right = [box for box in boxes if box.x0 >= x]
        crossing = len(boxes) - len(left) - len(right)
        if _are_columns(left, right, crossing, width) and (best is None or crossing < best[0]):
            best = crossing, x
    return best[1] if best else None


def _are_columns(left: list[Box], right: list[Box], crossing: int, width: float) -> bool:
    count = len(left) + len(right) + crossing
    fewest = max(_FEWEST_LINES, _LEAST_SHARE * count)
    if min(len(left), len(right)) < fewest or crossing > _MOST_CROSSING * count:
        return False
    return all(median(box.width for box in side) >= _NARROWEST * width for side in (left, right))


def _lines(segments: Iterable[Segment]) -> Iterator[Line]:
    """Yield the lines of one column from top to bottom."""
    rows = _rows(list(segments))
    if not rows:
        return
    left = min(word.box.x0 for row in rows for x in row for word in x)
    right = max(word.box.x1 for row in rows for x in row for word in x)
    for row in rows:
        words = tuple(sorted((w for x in row for w in x), key=lambda w: w.box.x0))
        yield Line(words=words, box=_box(words), left=left, right=right)
