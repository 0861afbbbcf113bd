"""Lines as Markdown blocks: what belongs together, what is a heading, what was cut. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from knowledge.library.sources.formats import markdown
from knowledge.library.sources.formats.page import Line, Read, Table, Word

_LARGER = 1.12
_MOST_HEADING_WORDS = 25
_MOST_LEVELS = 6
_WIDER = 1.45
_WRAPPED = 1.6
_SHORT = 0.85
_CLOSEST = 0.8
_FARTHEST = 3.0
_SHIFTED = 0.6
_NEAR = 4.0
_BULLET = re.compile(r"([•·▪‣◦●○■□–*-]|\uf0b7|\uf0a7|o(?=\s[A-Z]))\s+")  # noqa: RUF001
_ENUMERATOR = re.compile(
    r"(?:\(\w{1,5}\)|\d{1,3}(?:\.\d{1,3})*[.)]|\d{1,3}(?:\.\d{1,3})+|[a-zA-Z][.)]|[ivxIVX]{1,5}[.)]"
    r"|(?:section|article|clause|§)\s*\d)(?=\s)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.:;!?][\"'”’)\]]*$|\b(?:and|or)$")  # noqa: RUF001
_STOPS = re.compile(r"[.:!?][\"'”’)\]]*$")  # noqa: RUF001
_CUT = re.compile(r"[^\W\d_]-$")
_LEADERS = re.compile(r"(?:\.\s?){5,}\s*\d{1,4}$|…{2,}\s*\d{1,4}$")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_KEEPS_HYPHEN = re.compile("non|self|third|cross|well|co|pre|post|ex|anti|multi|sub")


def written(pages: Sequence[Read]) -> str:
    """Return the document as Markdown."""
    lines = [part for page in pages for part in page.parts if isinstance(part, Line)]
    style = _Style.of(lines)
    return markdown.joined(_blocks(pages, style))


@dataclass(slots=True, kw_only=True)
class _Style:
    """How the document is set: the size of its prose, of its headings, and the words it uses."""

    size: float
    pitch: float
    headings: tuple[float, ...]
    marks_bold: bool
    known: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, lines: Sequence[Line]) -> _Style:
        """Measure the lines of the whole document."""
        letters: Counter[float] = Counter()
        bold = 0
        for word in (word for line in lines for word in line.words):
            letters[word.size] += len(word.text)
            bold += len(word.text) if word.bold else 0
        size = max(letters, key=lambda x: (letters[x], x), default=10.0)
        gaps = sorted(b.box.y1 - a.box.y1 for a, b in pairwise(lines))
        near = [gap for gap in gaps if _CLOSEST * size < gap < _FARTHEST * size]
        larger = sorted({x.size for x in lines if x.size >= _LARGER * size}, reverse=True)
        return cls(
            size=size,
            pitch=near[len(near) // 5] if near else 1.2 * size,
            headings=tuple(larger[:_MOST_LEVELS]),
            marks_bold=2 * bold <= sum(letters.values()),
            known=Counter(w.casefold() for line in lines for w in _WORD.findall(line.text)),
        )

    def level(self, line: Line) -> int:
        """Return the level of the heading that the line is, or 0."""
        if line.size < _LARGER * self.size or len(line.words) > _MOST_HEADING_WORDS:
            return 0
        level = next((n for n, x in enumerate(self.headings, 1) if line.size >= x), _MOST_LEVELS)
        return level if any(c.isalpha() for c in line.text) else 0


# ---------------------------------------------------------------- what belongs together


def _blocks(pages: Sequence[Read], style: _Style) -> Iterator[str]:
    parts = [part for page in pages for part in page.parts if not _is_contents(part)]
    for is_table, group in groupby(parts, key=lambda part: isinstance(part, Table)):
        if is_table:
            yield from _tables([part for part in group if isinstance(part, Table)])
        else:
            yield from _prose([part for part in group if isinstance(part, Line)], style)


def _is_contents(part: Line | Table) -> bool:
    """Tell whether the line is of a table of contents: dots that lead to a page number."""
    return isinstance(part, Line) and bool(_LEADERS.search(part.text))


def _tables(tables: Sequence[Table]) -> Iterator[str]:
    """Yield the tables; one that goes on with the same columns on the next page is one table."""
    rows: list[tuple[str, ...]] = []
    edges: tuple[float, ...] = ()
    for table in tables:
        if rows and _same_edges(edges, table.edges):
            rows.extend(table.rows[1:] if table.rows[0] == rows[0] else table.rows)
            continue
        if rows:
            yield markdown.table(rows)
        rows, edges = list(table.rows), table.edges
    if rows:
        yield markdown.table(rows)


def _same_edges(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return len(one) == len(other) and all(
        abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True)
    )


def _prose(lines: Sequence[Line], style: _Style) -> Iterator[str]:
    held: list[Line] = []
    for line in lines:
        if held and _begins(held, line, style):
            yield from _block(held, style)
            held = []
        held.append(line)
    if held:
        yield from _block(held, style)


def _begins(held: Sequence[Line], line: Line, style: _Style) -> bool:
    """Tell whether the line begins a block of its own."""
    before = held[-1]
    if style.level(line) != style.level(before):
        return True
    if style.level(line):
        return _opens(line) or not 0 < line.box.y1 - before.box.y1 < _WRAPPED * line.size
    if _is_bold_line(before) != _is_bold_line(line) and (
        _is_bold_line(before) or _ENDS.search(before.text)
    ):
        return True
    if _opens(line) and (
        _ENDS.search(before.text) or _is_short(before) or not _aligned(held, line)
    ):
        return True
    if line.box.y1 <= before.box.y1:
        return _begins_elsewhere(before, line)
    return line.box.y1 - before.box.y1 > _WIDER * style.pitch or _is_new(held, line)


def _begins_elsewhere(before: Line, line: Line) -> bool:
    """Tell whether the first line of a column or page begins a paragraph."""
    return bool(_ENDS.search(before.text)) and not line.text[:1].islower()


def _is_new(held: Sequence[Line], line: Line) -> bool:
    """Tell whether the line before ended a paragraph early, or this one is indented."""
    before = held[-1]
    if not _ENDS.search(before.text) and not line.text[:1].isupper():
        return False
    ended = before.right - before.box.x1 > line.words[0].box.width + line.size / 2
    indented = line.box.x0 - before.box.x0 > line.size and len(held) > 1
    return ended or (indented and bool(_STOPS.search(before.text)))


def _opens(line: Line) -> bool:
    return bool(_ENUMERATOR.match(line.text) or _BULLET.match(line.text)) or _hangs(line)


def _hangs(line: Line) -> bool:
    """Tell whether the line opens with a bare number and a wide gap."""
    first, *rest = line.words
    return bool(rest) and first.text.isdecimal() and rest[0].box.x0 - first.box.x1 > first.size


def _aligned(held: Sequence[Line], line: Line) -> bool:
    """Tell whether the line stands where the lines above it wrapped to."""
    return len(held) > 1 and abs(held[-1].box.x0 - line.box.x0) < _SHIFTED * line.size


def _is_short(line: Line) -> bool:
    return line.box.x1 < line.left + _SHORT * (line.right - line.left)


def _is_bold_line(line: Line) -> bool:
    return line.bold and any(c.isalpha() for c in line.text)


# ---------------------------------------------------------------- their words


def _block(lines: Sequence[Line], style: _Style) -> Iterator[str]:
    level = style.level(lines[0])
    text = _joined(lines, style, marks_bold=style.marks_bold and not level)
    bullet = _BULLET.match(text)
    if level:
        yield markdown.heading(level, text)
    elif bullet:
        yield f"- {markdown.paragraph(text[bullet.end() :])}"
    elif text:
        yield markdown.paragraph(text)


def _joined(lines: Sequence[Line], style: _Style, *, marks_bold: bool) -> str:
    """Return the words of the lines, bold ones marked, those cut at line ends put together."""
    words = _put_together(lines, style.known)
    if not marks_bold:
        return " ".join(word.text for word in words)
    parts: list[str] = []
    for bold, run in groupby(words, key=lambda word: word.bold and _can_be_bold(word)):
        text = " ".join(word.text for word in run)
        parts.append(f"**{text}**" if bold else text)
    return " ".join(parts)


def _can_be_bold(word: Word) -> bool:
    return not _BULLET.fullmatch(f"{word.text} ")


def _put_together(lines: Sequence[Line], known: Counter[str]) -> list[Word]:
    words: list[Word] = []
    for line in lines:
        first, *rest = line.words
        if words and _CUT.search(words[-1].text) and first.text[:1].islower():
            last = words.pop()
            text = _uncut(last.text, first.text, known)
            words.append(Word(text=text, box=last.box, size=last.size, bold=last.bold))
        else:
            words.append(first)
        words.extend(rest)
    return words


def _uncut(before: str, after: str, known: Counter[str]) -> str:
    """Join a word cut at a line's end; its hyphen stays where the document writes it elsewhere."""
    start = (_WORD.findall(before) or [""])[-1].casefold()
    end = (_WORD.findall(after) or [""])[0].casefold()
    whole, hyphened = known[start + end], known[f"{start}-{end}"]
    keeps = hyphened > whole or (not whole and _KEEPS_HYPHEN.fullmatch(start))
    return before + after if keeps else before[:-1] + after
