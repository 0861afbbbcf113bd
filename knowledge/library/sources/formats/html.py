"""An HTML page as Markdown: the words that a reader of the page sees.

    bytes → characters → tree → without what is not the document (pruning.py) → blocks

selectolax (Lexbor) builds the tree as browsers do. Style sheets are not read: numbers that only
CSS counts are lost, and so is the knowledge that CSS hides something from afar.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from knowledge.library.sources.formats import enumerators, markdown
from knowledge.library.sources.formats.kinds import Unfit
from knowledge.library.sources.formats.pruning import pruned

DEEPEST = 150
"""Levels of nesting that are followed; pages that people wrote have some forty."""

_BLOCK = re.compile(
    "address|article|aside|blockquote|body|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset|"
    "figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|html|legend|li|main|menu|nav|ol|p|pre|"
    "section|summary|table|tbody|td|tfoot|th|thead|tr|ul"
)
_HEADINGS: Final = {f"h{level}": level for level in range(1, 7)}
_EMPHASIS: Final = {"b": "**", "strong": "**", "em": "*", "i": "*"}
_ANCHOR = re.compile(r"(?!_)[\w:.-]{1,120}")
_LINK = re.compile(r"https?://[^\s<>()]{1,1000}")
_BREAK = "\x0b"
_MOST_CELLS = 200_000


def read(content: bytes, in_time: Callable[[], None]) -> tuple[str, list[str]]:
    """Return the page as Markdown, and what was left out that one should know."""
    text = _decoded(content)
    _refuse_unclosed(text)
    root = LexborHTMLParser(text).body
    in_time()
    if root is None:
        return "", []
    _refuse_deep(root)
    root, warnings = pruned(root)
    in_time()
    return converted(root, in_time), warnings


def converted(root: LexborNode, in_time: Callable[[], None]) -> str:
    """Return the blocks of the element as Markdown."""
    return markdown.joined(_Page(in_time, _anchors(root)).blocks(root))


_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w:-]{2,40})", re.IGNORECASE)
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def _decoded(content: bytes) -> str:
    """Return the characters, by byte order mark, declaration, UTF-8 or else Windows-1252."""
    declared = _CHARSET.search(content[:4096])
    mark = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    names = [mark, "utf-8", declared[1].decode("ascii") if declared else None]
    for name in names:
        try:
            if name is not None:
                return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("cp1252", errors="replace")


_TAGS = re.compile(r"<(/?)(?!(?:br|hr|img|input|link|meta|wbr|p|li|dt|dd|option)\b)[A-Za-z]")
_MOST_OPEN = 5000
"""Elements open at once, at most: browsers' rules take time quadratic in their number."""


def _refuse_unclosed(text: str) -> None:
    """Refuse a page that opens thousands of elements and closes none of them."""
    open_now = 0
    for tag in _TAGS.finditer(text):
        open_now = max(0, open_now - 1) if tag[1] else open_now + 1
        if open_now > _MOST_OPEN:
            raise _too_deep()


def _too_deep() -> Unfit:
    what = f"its elements are nested more than {DEEPEST} deep"
    return Unfit(what, "Save the page again, or copy its text into a Markdown file")


def _refuse_deep(root: LexborNode) -> None:
    """Refuse a page nested more deeply than people write; the walk does not recurse."""
    depth, node = 0, root.child
    while node is not None:
        if node.child is not None:
            node, depth = node.child, depth + 1
        else:
            while node is not None and node.next is None:
                node, depth = node.parent, depth - 1
                if depth < 0:
                    return
            node = node.next if node is not None else None
        if depth > DEEPEST:
            raise _too_deep()


def _anchors(root: LexborNode) -> frozenset[str]:
    """Return the names of the page's headings, to which its links may point."""
    found = (_anchor(node) for node in root.css("h1,h2,h3,h4,h5,h6"))
    return frozenset(name for name in found if name)


def _anchor(node: LexborNode) -> str | None:
    named = node.css_first("[id],a[name]") if not node.attributes.get("id") else node
    name = (named.attributes.get("id") or named.attributes.get("name")) if named else None
    return name if name and _ANCHOR.fullmatch(name) else None


@dataclass(slots=True)
class _Page:
    """One page while it is written; `cells` counts the table cells made so far."""

    in_time: Callable[[], None]
    anchors: frozenset[str]
    cells: int = 0
    _inner: dict[int, bool] = field(default_factory=dict)

    # ------------------------------------------------------------ blocks

    def blocks(self, node: LexborNode) -> Iterator[str]:
        """Yield the Markdown blocks of the element's children."""
        for is_block, children in groupby(_children(node), key=self._holds_blocks):
            if is_block:
                for child in children:
                    yield from self._block(child)
            else:
                yield from _paragraphs("".join(self._inline(child) for child in children))

    def _holds_blocks(self, node: LexborNode) -> bool:
        """Tell whether the node is a block, or an inline element around blocks."""
        if _BLOCK.fullmatch(node.tag or ""):
            return True
        if node.is_text_node or node.child is None:
            return False
        if node.mem_id not in self._inner:
            self._inner[node.mem_id] = any(self._holds_blocks(x) for x in _children(node))
        return self._inner[node.mem_id]

    def _block(self, node: LexborNode) -> Iterator[str]:
        self.in_time()
        match node.tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                yield from self._heading(node)
            case "ul" | "ol" | "menu" | "dir":
                yield from self._list(node)
            case "dl":
                yield from self._definitions(node)
            case "table":
                yield from self._table(node)
            case "pre":
                yield from _code(node)
            case "blockquote":
                quoted = "\n\n".join(self.blocks(node))
                yield from [re.sub(r"^", "> ", quoted, flags=re.MULTILINE)] if quoted else []
            case _:
                yield from self.blocks(node)

    def _heading(self, node: LexborNode) -> Iterator[str]:
        words = markdown.on_one_line(self._words(node).replace(_BREAK, " "))
        if any(c.isalnum() for c in words):
            yield markdown.heading(_HEADINGS[node.tag or ""], words, _anchor(node))

    def _words(self, node: LexborNode) -> str:
        return "".join(self._inline(child) for child in _children(node))

    def _list(self, node: LexborNode) -> Iterator[str]:
        counted = enumerators.of_list(node) if node.tag == "ol" else None
        items: list[str] = []
        for child in _children(node):
            blocks = list(self._item(child))
            if blocks and child.tag == "li":
                marker = counted(child) if counted else "-"
                items.append(markdown.item(marker, blocks))
            elif child.tag == "li" and counted:
                counted(child)
            else:
                items.extend(f"  {markdown.indented(block, '  ')}" for block in blocks)
        if items:
            yield "\n\n".join(items) if counted else "\n".join(items)

    def _item(self, node: LexborNode) -> Iterator[str]:
        if self._holds_blocks(node):
            yield from self.blocks(node) if node.tag == "li" else self._block(node)
        else:
            yield from _paragraphs(self._inline(node))

    def _definitions(self, node: LexborNode) -> Iterator[str]:
        """Yield each term with its definition as one paragraph, the term in bold."""
        term = ""
        for child in _children(node):
            match child.tag:
                case "dt":
                    words = markdown.on_one_line(self._words(child).replace("**", ""))
                    term = f"{term}, {words}" if term else words
                case "dd":
                    first, *rest = list(self.blocks(child)) or [""]
                    yield _defined(term, first) if term else first
                    yield from rest
                    term = ""
                case "div":
                    yield from self._definitions(child)
                case _:
                    yield from self._item(child)
        if term:
            yield f"**{term}**"

    # ------------------------------------------------------------ tables

    def _table(self, node: LexborNode) -> Iterator[str]:
        rows = [x for x in node.css("tr") if _own_table(x, node)]
        caption = node.css_first("caption")
        if caption is not None and _own_table(caption, node):
            yield from self.blocks(caption)
        if _is_layout(node, rows):
            for cell in (x for row in rows for x in _children(row)):
                yield from self.blocks(cell)
        else:
            cells = self._grid(rows)
            if any(any(row) for row in cells):
                yield markdown.table(cells)

    def _grid(self, rows: list[LexborNode]) -> list[list[str]]:
        """Return the cells by row; one that spans rows is repeated: each row is read alone."""
        grid: list[list[str]] = []
        below: dict[int, tuple[int, str]] = {}
        for row in rows:
            line: list[str] = []
            above, below = below, {}
            for cell in (x for x in _children(row) if x.tag in {"td", "th"}):
                _repeat(above, line)
                words = self._cell(cell)
                width, height = _span(cell, "colspan"), _span(cell, "rowspan")
                if height > 1:
                    below[len(line)] = (height - 1, words)
                line.extend([words, *[""] * (width - 1)])
            _repeat(above, line)
            below |= {at: (left - 1, words) for at, (left, words) in above.items() if left > 1}
            self._count(len(line))
            grid.append(line)
        return [line for line in grid if any(line)]

    def _count(self, cells: int) -> None:
        self.cells += cells
        if self.cells > _MOST_CELLS:
            raise Unfit("its tables have more than 200,000 cells", "Split it into several files")

    def _cell(self, cell: LexborNode) -> str:
        words = " ".join(self.blocks(cell)).replace("\n", " ")
        return re.sub(r"(?:^|(?<= ))\\(?=[-+*#<>])", "", words)

    # ------------------------------------------------------------ inline

    def _inline(self, node: LexborNode) -> str:
        if node.is_text_node:
            return re.sub(r"\s+", " ", markdown.cleaned(node.text_content or ""))
        match node.tag:
            case "br":
                return _BREAK
            case "wbr" | "img" | "-comment":
                return ""
            case "a":
                return self._link(node)
            case _:
                words = _emphasised(self._words(node), _EMPHASIS.get(node.tag or "", ""))
                return f" {words} " if _BLOCK.fullmatch(node.tag or "") else words

    def _link(self, node: LexborNode) -> str:
        words = self._words(node)
        target = (node.attributes.get("href") or "").strip()
        if not any(c.isalnum() for c in words):
            return "" if target.startswith("#") else words
        inner = target.startswith("#") and target[1:] in self.anchors
        if not (inner or _LINK.fullmatch(target)) or target == words.strip():
            return words
        return _around(words.replace(_BREAK, " "), "[", f"]({target})")


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.child
    while child is not None:
        yield child
        child = child.next


def _paragraphs(inline: str) -> Iterator[str]:
    """Yield the paragraphs; one line break is kept, two begin a paragraph."""
    for part in re.split(rf"{_BREAK}\s*{_BREAK}[\s{_BREAK}]*", inline):
        lines = [markdown.on_one_line(line) for line in part.split(_BREAK)]
        text = "\n".join(line for line in lines if line)
        if text:
            yield markdown.paragraph(text)


def _emphasised(words: str, mark: str) -> str:
    if not mark or not words.strip() or mark in words:
        return words
    return _around(words, mark, mark) if _BREAK not in words else words


def _around(words: str, before: str, after: str) -> str:
    """Return the words between the two marks, with the spaces around them left outside."""
    inner = words.strip()
    start = words.index(inner)
    return f"{words[:start]}{before}{inner}{after}{words[start + len(inner) :]}"


def _defined(term: str, first: str) -> str:
    reads_on = first[:1].islower() or not first
    return f"**{term}**{'' if reads_on else ':'} {first}".rstrip()


def _code(node: LexborNode) -> Iterator[str]:
    text = markdown.cleaned(node.text()).strip("\n")
    if text.strip():
        longest = max((len(run) for run in re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        yield f"{fence}\n{text}\n{fence}"


def _own_table(node: LexborNode, table: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above is not None and above.mem_id == table.mem_id


def _is_layout(node: LexborNode, rows: list[LexborNode]) -> bool:
    """Tell whether the table only places things on the page."""
    if node.attributes.get("role") in {"presentation", "none"}:
        return True
    inside = any(x.mem_id != node.mem_id for x in node.css("table,h1,h2,h3,h4,h5,h6"))
    columns = max((sum(1 for x in _children(r) if x.tag in {"td", "th"}) for r in rows), default=0)
    return inside or columns <= 1


def _span(cell: LexborNode, name: str) -> int:
    written = cell.attributes.get(name) or ""
    return min(max(int(written), 1), 100) if written.isdecimal() and len(written) < 5 else 1  # noqa: PLR2004


def _repeat(below: dict[int, tuple[int, str]], line: list[str]) -> None:
    """Put the cells from above that reach down to here into the line."""
    while len(line) in below:
        line.append(below[len(line)][1])
