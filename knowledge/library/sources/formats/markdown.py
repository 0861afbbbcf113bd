"""Words as Markdown blocks: what has to be cleaned, escaped and indented in all formats.

As little is escaped as possible, since people are shown the text that is stored: only what would
change how the lines around it are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SPACES = re.compile(r"\s+")
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}
_OPENS_BLOCK = re.compile(
    r"^(\s*)(?=[<>]|#{1,6}(?:\s|$)|(?:`{3}|~{3})|=+\s*$|[-+*](?:\s|$))", re.MULTILINE
)
_RULE = re.compile(r"^(\s*)(?=(?:[-_*]\s*){3,}$)", re.MULTILINE)
_COMMENT = re.compile(r"<!--")


def cleaned(text: str) -> str:
    """Return the text without characters that nobody sees, and ligatures as letters."""
    return _CONTROLS.sub("", _UNSEEN.sub("", text)).translate(_LIGATURES)


def on_one_line(text: str) -> str:
    """Return the words with single spaces between them."""
    return _SPACES.sub(" ", text).strip()


def paragraph(text: str) -> str:
    """Return the text so that none of its lines opens a heading, a list, a quotation or code.

    An enumerator ("1.", "(a)") stays as it is: it numbers a clause in Markdown too.
    """
    return _RULE.sub(r"\1\\", _OPENS_BLOCK.sub(r"\1\\", _COMMENT.sub(r"<\\!--", text)))


def heading(level: int, words: str, anchor: str | None = None) -> str:
    """Return a heading of the level, with an explicit anchor if there is one."""
    return f"{'#' * level} {_COMMENT.sub('<', words)}{f' {{#{anchor}}}' if anchor else ''}"


def item(marker: str, blocks: Sequence[str]) -> str:
    """Return a list item: its first block behind the marker, the others indented below."""
    pad = " " * (len(marker) + 1)
    whole = "\n\n".join(blocks)
    return f"{marker} {indented(whole, pad)}"


def indented(text: str, pad: str) -> str:
    """Return the text with every line but the first moved to the right."""
    return re.sub(r"\n(?=[^\n])", f"\n{pad}", text)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return the rows as a table; the first is its head. Cells are brought onto one line."""
    width = max(len(row) for row in rows)
    lines = [_row([*row, *[""] * (width - len(row))]) for row in rows]
    return "\n".join([lines[0], "| " + " | ".join(["---"] * width) + " |", *lines[1:]])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(on_one_line(cell).replace("|", r"\|") for cell in cells) + " |"


_NUMBERED = re.compile(r"(\d{1,9}[.)]) ")
_BELOW = re.compile(r"(?:\(\w{1,5}\)|[a-zA-Z]{1,4}[.)]|\d+(?:\.\d+)+[.)]?|[-•])\s")


def joined(blocks: Iterable[str]) -> str:
    """Return the document: its blocks with a blank line between them, and one line end at last.

    Markdown takes "1. …" for a list item, which ends where the next paragraph is not indented; so
    the lettered clauses that follow it are.
    """
    return "\n\n".join(_below_numbers(blocks)).strip("\n") + "\n"


def _below_numbers(blocks: Iterable[str]) -> Iterator[str]:
    pad = ""
    for block in blocks:
        number = _NUMBERED.match(block)
        if number:
            pad = " " * (len(number[1]) + 1)
            yield block
        elif pad and _BELOW.match(block):
            yield pad + indented(block, pad)
        else:
            pad = ""
            yield block
