"""Short, plain sentences built from a clause's own words. Nothing here adds a rule of its own."""

from __future__ import annotations

import re

from knowledge.models import Document, Passage, Ruling

GIST_LENGTH = 160
"""Characters of a clause that fit beside the verdict in a first line."""

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|__|`|<[^>\n]{1,80}>|^\s*#+\s*", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\w)[*_](\S(?:[^*_\n]*\S)?)[*_](?!\w)")
_ANCHOR = re.compile(r"\s*\{#[^}]*\}")
_BULLET = re.compile(r"^\s*(?:[-*+•]\s+|\(?[a-z0-9]{1,4}[.)]\s*|\|\s*)", re.IGNORECASE)
_MARKER = re.compile(r"^\s*(?:not allowed|allowed|ask first)\b\s*[.:]\s*", re.IGNORECASE)
_SPACE = re.compile(r"\s+")

_REASONS = {
    Ruling.NOT_ALLOWED: "The rule prohibits this",
    Ruling.CONDITIONAL: "The rule allows this only under a condition",
    Ruling.ALLOWED: "The rule permits this",
}
_ADVISED = "The rule advises against this without forbidding it"
_UNMET = "The rule asks for something that the question says is not there"


def plain(markdown: str) -> str:
    """Return the words without Markdown's marks, on one line."""
    text = _EMPHASIS.sub(r"\1", _MARKS.sub("", _ANCHOR.sub("", _LINK.sub(r"\1", markdown))))
    return _SPACE.sub(" ", text).strip(" |")


def shorten(text: str, limit: int = GIST_LENGTH) -> str:
    """Return at most `limit` characters, cut between words, with an ellipsis where it was cut."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-\u2013\u2014")
    return f"{kept}…"


def gist(text: str, limit: int = GIST_LENGTH) -> str:
    """Return a clause's own words, without list mark and author's marker, shortened."""
    words = plain(_BULLET.sub("", text, count=1))
    return shorten(_MARKER.sub("", words, count=1).rstrip(" .;,:"), limit)


def heading(passage: Passage, document: Document) -> str:
    """Return the name under which people find the clause: its heading, else the document."""
    return plain(passage.headings[-1]) if passage.headings else document.title


def reason(ruling: Ruling, passage: Passage, document: Document, *, unmet: bool = False) -> str:
    """Return one sentence that names the clause the ruling rests on."""
    opening = _REASONS[ruling]
    if ruling is Ruling.CONDITIONAL and passage.advice:
        opening = _ADVISED
    if ruling is Ruling.NOT_ALLOWED and unmet:
        opening = _UNMET
    return f"{opening}: {heading(passage, document)}."


def disagreement(internal: Document, vendor: Document) -> str:
    """Return the sentence that says an internal rule and a vendor's term disagree."""
    return (
        f"Our “{internal.title}” and the vendor's “{vendor.title}” disagree on this; "
        "the stricter one counts."
    )
