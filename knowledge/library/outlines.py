"""The outline that Markdown does not show: bold headings, lettered clauses, unmarked lists.

Terms that were once a contract or a web page keep their order in their words: "**3\\. Use**"
alone on a line, "(a) …" and "(i) …" at the start of paragraphs, items that merely end in
semicolons. Here they become headings and list items like any other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from knowledge.library import headings
from knowledge.library.blocks import Block, Form, Place
from knowledge.library.sentences import readings, trim

PSEUDO_LEVEL = 7
"""The level of a heading that is only a bold line: below all that Markdown marks."""


def outlined(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with pseudo-headings raised and lettered paragraphs placed in lists."""
    raised = _raise_item_titles(text, [_raise_bold_line(text, block) for block in blocks])
    raised = [part for block in raised for part in _raise_numbered_run_in(text, block)]
    outline = _Outline(text, count=1 + max((_highest(b) for b in blocks), default=0))
    return [placed for block in raised for placed in outline.placed(block)]


def _highest(block: Block) -> int:
    return max((place.item for place in block.path), default=0)


# ---------------------------------------------------------------- headings without a hash

_DECIMAL = re.compile(r"[*_\s]*\d{1,3}(?:\.\d{1,3})*")


def _raise_bold_line(text: str, block: Block) -> Block:
    if block.form is not Form.PARAGRAPH or block.path:
        return block
    raw = text[block.start : block.end]
    return _as_heading(raw, block) if headings.is_pseudo_heading(raw) else block


def _as_heading(raw: str, block: Block) -> Block:
    number = _DECIMAL.match(raw)
    depth = number.group().count(".") if number else 0
    if headings.is_italic(raw):
        depth += 1
    return replace(block, form=Form.HEADING, level=PSEUDO_LEVEL + depth, opens=False, path=())


_NUMBERED = re.compile(r"[*_]{2}\d{1,3}(?:\\?\.\d{1,3})*\\?\.?\s*[*_]{0,4}\s*[A-Za-z“]")


def _raise_numbered_run_in(text: str, block: Block) -> Iterator[Block]:
    """Make a heading of a bold number and title that open a paragraph ("**2. Fees.** You…")."""
    found = None
    if block.form is Form.PARAGRAPH and not block.path:
        numbered = _NUMBERED.match(text, block.start, block.end)
        found = headings.run_in(text, block.start, block.end) if numbered else None
    if found is None:
        yield block
        return
    title = trim(text, block.start, found[1])
    heading = replace(block, start=title[0], end=title[1])
    yield _as_heading(text[block.start : title[1]], heading)
    yield replace(block, line=found[1], start=found[1], opens=False)


def _raise_item_titles(text: str, blocks: list[Block]) -> list[Block]:
    """Make headings of titles that open numbered items of outermost lists ("1. I. Accounts")."""
    titles = _item_titles(text, blocks)
    if not titles:
        return blocks
    return [
        _as_heading(text[b.start : b.end], b)
        if b.opens and len(b.path) == 1 and b.path[0].item in titles
        else replace(b, path=b.path[1:])
        if b.path and b.path[0].item in titles
        else b
        for b in blocks
    ]


def _item_titles(text: str, blocks: list[Block]) -> set[int]:
    """Return the items of outermost lists whose first line is a title with clauses below."""
    held = Counter(b.path[0].item for b in blocks if b.path)
    led = _lists_with_lead_in(text, blocks)
    return {
        b.path[0].item
        for b in blocks
        if b.opens
        and len(b.path) == 1
        and b.form is Form.PARAGRAPH
        and held[b.path[0].item] > 1
        and b.path[0].list not in led
        and _titles_item(text[b.start : b.end], b)
    }


def _titles_item(raw: str, block: Block) -> bool:
    return headings.is_pseudo_heading(raw) or (block.path[0].numbered and headings.is_title(raw))


def _lists_with_lead_in(text: str, blocks: list[Block]) -> set[int]:
    pairs = pairwise(blocks)
    return {
        after.path[0].list
        for before, after in pairs
        if after.path and not before.path and text[before.start : before.end].endswith(":")
    }


# ---------------------------------------------------------------- lettered and numbered paragraphs

_LABEL = r"(?:\d{1,3}(?:\\?\.\d{1,3})*|[ivxlcIVXLC]{1,6}|[a-zA-Z]|aa|bb|cc|dd)"
_ENUMERATOR = re.compile(
    rf"[ \t]*[*_]{{0,3}}(?:(?P<open>\()(?P<inner>{_LABEL})\)|(?P<label>{_LABEL})(?P<close>\\?\.|\))"
    rf"|(?P<dotted>\d{{1,3}}(?:\.\d{{1,3}}){{1,4}}))[*_]{{0,3}}(?=\s|\*\*|[A-Z“])"
)
_BULLET = re.compile(r"[ \t]*(?:[•·▪‣◦●○■□–]|[*+-](?=[ \t]))[ \t]+(?=\S)")  # noqa: RUF001
_LINE = re.compile(r"\n(?=[^\n])")
_ENDS_CLAUSE = re.compile(r"(?:[.;:,!?)”\"]|\b(?:and|or))[*_]{0,3}\s*$")
_GOES_ON = re.compile(r"(?:[;,]|[;,]\s+(?:and|or|and/or))$")
_DEEPER = 2
_MOST_SKIPPED = 3
_DEEPEST = 8
_LONGEST_MARK = 60


Path = tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """An enumerator as written: its form ("()", ".", "1."), what it may mean, its indentation.

    `depth` counts the parts of a decimal number ("2.1" has two) and is 0 for all others.
    """

    form: str
    readings: tuple[tuple[str, int], ...]
    indent: int = 0
    depth: int = 0


@dataclass(slots=True, kw_only=True)
class _Level:
    """One open level of the outline: a list, how it counts, and the place of its latest item."""

    mark: _Mark
    style: str
    place: int
    list: int
    item: int = 0


@dataclass(slots=True)
class _Outline:
    """The levels open at the current paragraph, per list item that holds them."""

    text: str
    count: int
    levels: dict[Path, list[_Level]] = field(default_factory=dict)
    unmarked: dict[Path, tuple[int, int]] = field(default_factory=dict)
    below: dict[Path, tuple[Path, int]] = field(default_factory=dict)
    adopted: dict[int, Path] = field(default_factory=dict)
    last: tuple[Path, Path] = ((), ())

    def placed(self, block: Block) -> Iterator[Block]:
        """Yield the block, cut at lines that open with an enumerator, each part in its place."""
        if block.form is Form.HEADING:
            self.levels.clear()
            self.unmarked.clear()
            self.below.clear()
            self.last = ((), ())
        self._adopt(block)
        if block.form is not Form.PARAGRAPH:
            yield self._with_adopted(block, block.path)
            return
        for part in _at_enumerators(self.text, block):
            placed = self._in_its_place(part)
            self.last = (part.path, placed.path[len(part.path) :])
            yield self._with_adopted(placed, part.path)

    def _adopt(self, block: Block) -> None:
        """Note that a list of Markdown stands below the lettered paragraph just before it."""
        for depth, place in enumerate(block.path):
            if place.list not in self.adopted:
                here, outline = self.last
                self.adopted[place.list] = outline if here == block.path[:depth] else ()

    def _with_adopted(self, placed: Block, marked: Path) -> Block:
        """Return the block with the lettered paragraphs in its path that hold its lists."""
        if not any(self.adopted.get(place.list) for place in marked):
            return placed
        whole = [x for place in marked for x in (*self.adopted[place.list], place)]
        return replace(placed, path=(*whole, *placed.path[len(marked) :]))

    def _in_its_place(self, block: Block) -> Block:
        if block.opens:
            self._leads(block)
            return block
        bullet = _BULLET.match(self.text, block.start, block.end)
        if bullet:
            indent = block.start - block.line
            mark = _Mark(form="•", readings=(("bullet", 1),), indent=indent)
            return self._placed_by(mark, replace(block, start=bullet.end()))
        mark_read = _mark(self.text, block)
        if mark_read is None:
            return self._perhaps_unmarked_item(block)
        self.unmarked.pop(block.path, None)
        placed = self._placed_by(mark_read, block)
        if self._ends_in_colon(block):
            self.below[block.path] = (placed.path, self._next())
        else:
            self.below.pop(block.path, None)
        return placed

    def _placed_by(self, mark: _Mark, block: Block) -> Block:
        """Return the block below the levels that its enumerator leaves open."""
        levels = self.levels.setdefault(block.path, [])
        at = _continued(levels, mark)
        if at is None:
            style, place = _first_reading(mark)
            del levels[_parents(levels, mark, style) :]
            levels.append(_Level(mark=mark, style=style, place=place, list=self._next()))
        else:
            level, place = at
            del levels[level + 1 :]
            levels[level].place = place
        levels[-1].item = self._next()
        places = tuple(Place(list=x.list, item=x.item, numbered=True) for x in levels)
        return replace(block, path=block.path + places, opens=True)

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _ends_in_colon(self, block: Block) -> bool:
        return self.text[block.start : block.end].rstrip("*_ ").endswith(":")

    def _leads(self, block: Block) -> None:
        if self._ends_in_colon(block):
            self.unmarked[block.path] = (self._next(), 0)
        else:
            self.unmarked.pop(block.path, None)

    def _perhaps_unmarked_item(self, block: Block) -> Block:
        """Place a paragraph that ends in a semicolon after a colon, or that closes such a list.

        Below a numbered paragraph that ends in a colon, every paragraph is an item of it.
        """
        if block.path in self.below:
            above, below = self.below[block.path]
            path = (*above, Place(list=below, item=self._next()))
            return replace(block, path=path, opens=True)
        number, items = self.unmarked.get(block.path, (0, 0))
        goes_on = bool(_GOES_ON.search(self.text, block.start, block.end))
        if not number or not (goes_on or items):
            self._leads(block)
            return block
        self.unmarked[block.path] = (number, items + 1)
        if not goes_on:
            self.unmarked.pop(block.path)
        place = Place(list=number, item=self._next())
        return replace(block, path=(*block.path, place), opens=True)


def _continued(levels: list[_Level], mark: _Mark) -> tuple[int, int] | None:
    """Return which open level the mark continues, innermost first, and its new place there.

    Comply's templates repeat "a." for every item, so the same place again continues too.
    """
    for number in reversed(range(len(levels))):
        level = levels[number]
        if level.mark.form != mark.form or level.mark.depth != mark.depth:
            continue
        if abs(mark.indent - level.mark.indent) >= _DEEPER:
            continue
        for style, place in mark.readings:
            if style == level.style and level.place <= place <= level.place + _MOST_SKIPPED:
                return number, place
    return None


def _first_reading(mark: _Mark) -> tuple[str, int]:
    """Return what the first enumerator of a list means: the reading that is nearest to one."""
    return min(mark.readings, key=lambda reading: reading[1])


def _parents(levels: list[_Level], mark: _Mark, style: str) -> int:
    """Return how many of the open levels stay above a list that opens with this mark.

    A list that counts as an open one does is the next beside it, not one below.
    """
    if mark.depth:
        return sum(0 < level.mark.depth < mark.depth for level in levels)
    for number, level in enumerate(levels):
        alike = level.mark.form == mark.form and level.style == style
        if level.mark.indent > mark.indent or (alike and level.mark.indent == mark.indent):
            return number
    return min(len(levels), _DEEPEST)


def _mark(text: str, block: Block) -> _Mark | None:
    """Return the enumerator with which the block's words open, or None."""
    found = _ENUMERATOR.match(text, block.start, min(block.end, block.start + _LONGEST_MARK))
    if found is None:
        return None
    before = text[block.line : block.start]
    indent = len(before.expandtabs(4)) if not before.strip() else 0
    label = (found["inner"] or found["label"] or found["dotted"]).replace("\\", "")
    parts = label.split(".")
    if parts[0].isdigit() and not found["open"] and found["close"] != ")":
        return _Mark(form="1.", readings=(("digit", int(parts[-1])),), depth=len(parts))
    form = "()" if found["open"] else (found["close"] or "").removeprefix("\\")
    return _Mark(form=form, readings=tuple(readings(label)), indent=indent)


def _at_enumerators(text: str, block: Block) -> Iterator[Block]:
    """Cut a paragraph at each line that opens with a bullet or an enumerator.

    A line that merely wraps before "(a)" is not cut: the line before must end a clause.
    """
    cuts = [
        line.end()
        for line in _LINE.finditer(text, block.start, block.end)
        if _opens_item(text, block.start, line.start(), line.end(), block.end)
    ]
    if not cuts:
        yield block
        return
    yield replace(block, end=trim(text, block.start, cuts[0])[1])
    for line, stop in zip(cuts, [*cuts[1:], block.end], strict=True):
        start, end = trim(text, line, stop)
        yield replace(block, line=line, start=start, end=end, opens=False)


def _opens_item(text: str, opened: int, before: int, line: int, stop: int) -> bool:
    if _BULLET.match(text, line, stop):
        return True
    if not _ENUMERATOR.match(text, line, min(stop, line + _LONGEST_MARK)):
        return False
    return bool(_ENDS_CLAUSE.search(text, max(opened, before - _LONGEST_MARK), before))
