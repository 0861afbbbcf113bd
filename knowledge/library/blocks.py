"""A Markdown document as a flat list of blocks at offsets, in order.

markdown-it-py finds the blocks (its token line maps); nothing of a block's inside is rendered,
so every offset points into the text as stored. Indented code and reference definitions are not
recognised: in rules, indentation means "belongs to the clause above".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.library import headings
from knowledge.library.sentences import Stretch, trim

DEEPEST_NESTING = 100
"""Levels of nesting that are told apart; what lies deeper is read as paragraphs."""


class Form(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One list item on the way down to a block: its list, itself, and whether it is numbered."""

    list: int
    item: int
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A heading, paragraph, table row or code block.

    `line` is the offset where its first line begins (with bullet and indentation), `start` and
    `end` delimit its own words. `path` are the list items it stands in, outermost first;
    `opens` tells that it is the first block of the innermost. `header` delimits the words of
    the table's header row. `level` is 1 to 6 for headings of the Markdown, more for a bold line.
    """

    form: Form
    line: int
    start: int
    end: int
    level: int = 0
    path: tuple[Place, ...] = ()
    opens: bool = False
    header: Stretch | None = None


def read_blocks(text: str) -> list[Block]:
    """Return the document's blocks in order; blank lines, rules and comments are in none."""
    tokens = _markdown().parse(text.replace("\r", " "))
    return list(_Walk(text).blocks(tokens))


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST_NESTING})
    return parser.enable("table").disable(["code", "reference", "inline"])


_MARKER = re.compile(r"\s*(?:[*+-]|\d{1,9}[.)]|>)(?:\s+|$)")
_BARE = re.compile(r"[\s>*+\-=_#|.:~`]*(?:\d{1,9}[.)])?\s*")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|</?[A-Za-z!?][^<>]{0,2000}>", re.DOTALL)
_DEFINITION = re.compile(r"\s*\[[^\]\n]{1,300}\]:\s*\S+[^\n]*")
_MOST_HEADING_WORDS = 25


@dataclass(slots=True)
class _Walk:
    """The walk along the tokens: which lists are open, which lines have been seen."""

    text: str
    offsets: list[int] = field(init=False)
    lists: list[tuple[int, bool]] = field(default_factory=list)
    path: list[Place] = field(default_factory=list)
    count: int = 0
    fresh: bool = False
    quoted: int = 0
    seen: int = 0
    header: Stretch | None = None
    in_head: bool = False

    def __post_init__(self) -> None:
        self.offsets = [0, *(m.end() for m in re.finditer("\n", self.text))]
        if self.offsets[-1] != len(self.text):
            self.offsets.append(len(self.text))

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        """Yield the blocks of these tokens, and of any line that no token covers."""
        for token, following in zip_longest(tokens, tokens[1:]):
            self._open_or_close(token)
            if token.map is None or token.type not in _LEAVES:
                continue
            yield from self._overlooked(token.map[0])
            yield from self._leaf(token, following)
            self.seen = max(self.seen, token.map[1])
        yield from self._overlooked(len(self.offsets) - 1)

    def _open_or_close(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self.count += 1
                self.lists.append((self.count, token.type == "ordered_list_open"))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self._enter_item()
            case "list_item_close":
                self.path.pop()
            case "blockquote_open" | "blockquote_close":
                self.quoted += token.nesting
            case "thead_open" | "thead_close":
                self.in_head = token.nesting > 0

    def _enter_item(self) -> None:
        self.count += 1
        number, numbered = self.lists[-1]
        self.path.append(Place(list=number, item=self.count, numbered=numbered))
        self.fresh = True

    def _leaf(self, token: Token, following: Token | None) -> Iterator[Block]:
        first, last = token.map or (0, 0)
        line, stop = self._offset(first), self._offset(last)
        match token.type:
            case "heading_open":
                yield from self._heading(token, following, line, stop)
            case "paragraph_open":
                content = following.content if following else ""
                yield from self._paragraph(line, self._words_start(first, content), stop)
            case "tr_open":
                yield from self._row(line, stop)
            case "fence":
                yield self._block(Form.CODE, line, *trim(self.text, line, stop))
            case "html_block":
                yield from self._html(line, stop)

    def _offset(self, line: int) -> int:
        return self.offsets[min(line, len(self.offsets) - 1)]

    def _words_start(self, line: int, content: str) -> int:
        """Return where the words of a block begin, behind its bullets and quotation marks."""
        start, stop = self._offset(line), self._offset(line + 1)
        source = self.text[start:stop].rstrip()
        opening = content.split("\n", 1)[0].rstrip()
        at = len(source) - len(opening)
        if source.endswith(opening):
            return start + at
        marker = _MARKER.match(source)
        return start + (marker.end() if marker else 0)

    def _block(self, form: Form, line: int, start: int, end: int, *, level: int = 0) -> Block:
        opens, self.fresh = self.fresh, False
        path = tuple(self.path)
        return Block(
            form=form, line=line, start=start, end=end, level=level, path=path, opens=opens
        )

    def _heading(
        self, token: Token, following: Token | None, line: int, stop: int
    ) -> Iterator[Block]:
        content = following.content if following else ""
        start = self._words_start((token.map or [0])[0], content)
        end = start + len(content) if self.text.startswith(content, start) else stop
        if not content.strip():
            return
        if self._is_no_heading(content):
            yield from self._paragraph(line, start, end)
        else:
            yield self._block(Form.HEADING, line, start, end, level=int(token.tag[1:]))

    def _is_no_heading(self, content: str) -> bool:
        """Tell whether a heading is really a paragraph: a date, or a paragraph above a rule."""
        return (
            self.quoted > 0
            or len(content.split()) > _MOST_HEADING_WORDS
            or headings.is_dated(headings.plain(content))
        )

    def _paragraph(self, line: int, start: int, stop: int) -> Iterator[Block]:
        start, end = trim(self.text, start, stop)
        if start >= end or self._is_definitions(start, end):
            return
        yield self._block(Form.PARAGRAPH, line, start, end)

    def _is_definitions(self, start: int, end: int) -> bool:
        """Tell whether every line is a link definition: no words of the rules."""
        if not self.text.startswith("[", start):
            return False
        lines = self.text[start:end].split("\n")
        return all(_DEFINITION.fullmatch(line) for line in lines)

    def _row(self, line: int, stop: int) -> Iterator[Block]:
        start, end = trim(self.text, line, stop)
        while start < end and self.text[start] in "|> \t":
            start += 1
        while end > start and self.text[end - 1] in "| \t":
            end -= 1
        if self.in_head:
            self.header = (start, end) if start < end else None
        if not any(c.isalnum() for c in self.text[start:end]):
            return
        path, header = tuple(self.path), None if self.in_head else self.header
        opens, self.fresh = self.fresh, False
        yield Block(
            form=Form.ROW, line=line, start=start, end=end, path=path, opens=opens, header=header
        )

    def _html(self, line: int, stop: int) -> Iterator[Block]:
        words = _COMMENT.sub("", self.text[line:stop])
        if any(c.isalnum() for c in words):
            yield from self._paragraph(line, line, stop)

    def _overlooked(self, until: int) -> Iterator[Block]:
        """Yield the lines before `until` that no token covers: they are nested too deeply."""
        for number in range(self.seen, until):
            line, stop = self._offset(number), self._offset(number + 1)
            bare = _BARE.match(self.text, line, stop)
            start = bare.end() if bare else line
            if any(c.isalnum() for c in self.text[start:stop]):
                yield from self._paragraph(line, start, stop)
        self.seen = max(self.seen, until)


_LEAVES = frozenset({"heading_open", "paragraph_open", "tr_open", "fence", "html_block", "hr"})
