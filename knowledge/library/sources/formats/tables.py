"""Tables whose cells are drawn with lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from knowledge.library.sources.formats.page import Box, Page, Table, Word

_SNAP = 3.0
_THIN = 3.0
_FEWEST_EDGES = 3
_MOST_RULES = 5000


def found(page: Page) -> tuple[Page, tuple[Word, ...], tuple[Table, ...]]:
    """Return the page, its words outside of tables, and its tables from top to bottom."""
    tables = [table for group in _groups(page.rules) if (table := _table(group, page.words))]
    tables.sort(key=lambda table: table.box.y0)
    outside = tuple(
        word for word in page.words if not any(t.box.holds(*word.box.middle) for t in tables)
    )
    return page, outside, tuple(tables)


def _groups(rules: Sequence[Box]) -> list[list[Box]]:
    """Return the lines that touch each other, as groups."""
    groups: list[tuple[Box, list[Box]]] = []
    if len(rules) > _MOST_RULES:
        return []
    for rule in sorted(set(rules), key=lambda box: (box.y0, box.x0)):
        around, members = rule, [rule]
        apart: list[tuple[Box, list[Box]]] = []
        for box, held in groups:
            if _touch(box, around):
                around, members = around.joined(box), held + members
            else:
                apart.append((box, held))
        groups = [*apart, (around, members)]
    return [members for _, members in groups]


def _touch(one: Box, other: Box) -> bool:
    return (
        one.x0 - _SNAP <= other.x1
        and other.x0 - _SNAP <= one.x1
        and one.y0 - _SNAP <= other.y1
        and other.y0 - _SNAP <= one.y1
    )


def _table(rules: list[Box], words: Sequence[Word]) -> Table | None:
    """Return the table that the lines draw; None where they are a frame or an underline."""
    upright = [rule for rule in rules if rule.width <= _THIN < rule.height]
    flat = [rule for rule in rules if rule.height <= _THIN < rule.width]
    xs = _edges(rule.middle[0] for rule in upright)
    ys = _edges(rule.middle[1] for rule in flat)
    if len(xs) < _FEWEST_EDGES or len(ys) < _FEWEST_EDGES:
        return None
    cells = [[""] * (len(xs) - 1) for _ in range(len(ys) - 1)]
    for word in _in_lines(words):
        row, column = _place(word.box.middle[1], ys), _place(word.box.middle[0], xs)
        if row is not None and column is not None:
            while column and not _parted(upright, xs[column], word.box.middle[1]):
                column -= 1
            cells[row][column] = f"{cells[row][column]} {word.text}".strip()
    rows = tuple(tuple(row) for row in cells if any(row))
    if not rows or all(sum(map(bool, row)) <= 1 for row in rows):
        return None
    return Table(box=Box(xs[0], ys[0], xs[-1], ys[-1]), rows=rows, edges=tuple(xs))


def _in_lines(words: Sequence[Word]) -> list[Word]:
    """Return the words from top to bottom and, where they stand on one line, left to right."""
    ordered = sorted(words, key=lambda word: (word.box.y1, word.box.x0))
    lines: list[list[Word]] = []
    for word in ordered:
        if lines and word.box.y1 - lines[-1][0].box.y1 < word.size / 2:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [word for line in lines for word in sorted(line, key=lambda word: word.box.x0)]


def _edges(places: Iterable[float]) -> list[float]:
    """Return the places in order, those that nearly coincide as one."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > _SNAP:
            kept.append(place)
    return kept


def _place(at: float, edges: Sequence[float]) -> int | None:
    return next((n for n, (low, high) in enumerate(pairwise(edges)) if low <= at <= high), None)


def _parted(upright: Iterable[Box], x: float, y: float) -> bool:
    """Tell whether a line is drawn at x beside the point, or the cells to both sides are one."""
    return any(abs(r.middle[0] - x) <= _SNAP and r.y0 - 1 <= y <= r.y1 + 1 for r in upright)
