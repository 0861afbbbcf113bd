"""Short, plain sentences built from a clause's own words. Nothing here adds a rule of its own."""

from __future__ import annotations

import re

from knowledge.models import Document, ExceptionUsed, Kind, Passage, Ruling

GIST_LENGTH = 160
"""Characters of a clause that fit beside the verdict in a first line."""

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"\*\*|__|`|<[^>\n]{1,80}>|^\s*#+\s*", re.MULTILINE)
_EMPHASIS = re.compile(r"(?<!\w)[*_](\S(?:[^*_\n]*\S)?)[*_](?!\w)")
_ANCHOR = re.compile(r"\s*\{#[^}]*\}")
_BULLET = re.compile(r"^\s*(?:[-*+•]\s+|\(?[a-z0-9]{1,4}[.)]\s*|\|\s*)", re.IGNORECASE)
_MARKER = re.compile(r"^\s*(?:not allowed|allowed|ask first)\b\s*[.:]\s*", re.IGNORECASE)
_SPACE = re.compile(r"\s+")

_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
_EXAMPLES = re.compile(
    r"[,:(]?\s*(?:\b(?:for instance|for example|such as|including)\b|\be\.g\.).*$", re.IGNORECASE
)
_ASIDE = re.compile(r", or [^,;:]+,")
_BOUNDARY = re.compile(r"[,;:](?=\s)|\s[(\u2013\u2014]")
_CARVE_OUT = re.compile(
    r"\b(?:except(?:ed|ing)?|unless|other than|apart from|provided that)\b", re.IGNORECASE
)
_READABLE = 90
"""Characters up to which a clause is read at a glance, and needs no cutting."""
_SHORTEST = 25
_CARVED = 60

_REASONS = {
    Ruling.NOT_ALLOWED: "prohibits this",
    Ruling.CONDITIONAL: "allows this only under a condition",
    Ruling.ALLOWED: "permits this",
}
_ADVISED = "advises against this without forbidding it"
_UNMET = "asks for something that the question says is not there"
_WHOSE = {
    Kind.GUIDELINE: "Our guideline",
    Kind.TERMS: "The vendor's document",
    Kind.CONTRACT: "Our contract",
}


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
    """Return a clause's own words for a first line, without list mark and author's marker.

    Of a long clause the first sentence without its examples and asides, ending where a part of it
    ends. An ellipsis marks what was cut from its middle or its end; an "except" or "unless" is
    never left out, wherever in the clause it stands.
    """
    bare = plain(_BULLET.sub("", text, count=1))
    words = _MARKER.sub("", bare, count=1).rstrip(" .;,:")
    if len(words) <= _READABLE:
        return shorten(words, limit)
    kept = _cut(_essence(words), limit)
    carved = _CARVE_OUT.search(words)
    if carved is None or _CARVE_OUT.search(kept):
        return kept
    room = min(_CARVED, limit // 2)
    rest = shorten(_SENTENCE.split(words[carved.start() :], maxsplit=1)[0].rstrip(" .;,:"), room)
    return f"{_cut(kept.rstrip(' …'), limit - len(rest) - 3).rstrip(' …')} … {rest}"


def _essence(words: str) -> str:
    """Return the first sentence, without examples and asides where it is long."""
    first, *rest = _SENTENCE.split(words, maxsplit=1)
    first = words if rest and len(first) < _SHORTEST else first.rstrip(" .;,:")
    brief = _EXAMPLES.sub("", first)
    if len(brief) >= _SHORTEST:
        first = brief
    return first if len(first) <= _READABLE else _ASIDE.sub(" …", first)


def _cut(words: str, limit: int) -> str:
    """Return at most `limit` characters, cut where a part of the sentence ends if one does."""
    if len(words) <= limit:
        return words
    ends = [found.start() for found in _BOUNDARY.finditer(words[: limit - 1])]
    fit = [end for end in ends if end >= limit // 3]
    return f"{words[: fit[-1]]}…" if fit else shorten(words, limit)


def heading(passage: Passage, document: Document) -> str:
    """Return the name under which people find the clause: its heading, else the document."""
    return plain(passage.headings[-1]) if passage.headings else document.title


def reason(ruling: Ruling, passage: Passage, document: Document, *, unmet: bool = False) -> str:
    """Return one sentence: whose rule the ruling rests on, what it does, and where it stands."""
    does = _REASONS[ruling]
    if ruling is Ruling.CONDITIONAL and passage.advice:
        does = _ADVISED
    if ruling is Ruling.NOT_ALLOWED and unmet:
        does = _UNMET
    place = heading(passage, document)
    under = f", under “{place}”" if place != document.title else ""
    return f"{_WHOSE[document.kind]} “{document.title}” {does}{under}."


def disagreement(internal: Document, vendor: Document) -> str:
    """Return the sentence that says an internal rule and a vendor's term disagree."""
    return (
        f"Our “{internal.title}” and the vendor's “{vendor.title}” disagree on this; "
        "the stricter one counts."
    )


SOME_PURPOSE = "this is for the purpose of an exception"
"""What is told in place of an exception's purpose where the exception would tell who asked."""


def for_purpose(purpose: str) -> str:
    """Return the condition that an exception puts: that the act is for its purpose."""
    return f"this is for {purpose}"


def by_exception(used: ExceptionUsed) -> str:
    """Return what decides where an exception does."""
    return f"by an exception for {used.purpose}, until {used.until.day} {used.until:%B %Y}"


def excepted(passage: Passage, document: Document, *, stated: bool) -> str:
    """Return the reason of a ruling on an exception, without its number and its purpose."""
    place = heading(passage, document)
    under = f", under “{place}”," if place != document.title else ""
    binds = f"{_WHOSE[document.kind]} “{document.title}”{under} holds this back"
    lifts = "an exception lifts the rule" if stated else "an exception lifts the rule for a purpose"
    return f"{binds}, but {lifts}{'' if stated else ' that the question does not name'}."
