"""Telling a quote from an invention: only a contiguous stretch of the stored words will do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.judging.judge import Shown
from knowledge.models import Edition, Passage, Quote, Unit

SHORTEST_QUOTE = 3
"""Words a quote must have, unless the clause itself is shorter: "may not" would prove nothing."""

_MARKS = frozenset("*_`")
_STRAIGHT = {
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u2010": "-",
    "\u2011": "-",
    "\u2013": "-",
    "\u2014": "-",
}
"""How a typewriter writes what printers have more characters for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Words that stand verbatim in a passage, its lead-ins or its headings."""

    text: str
    passage: Passage


def members(unit: Unit) -> tuple[Passage, ...]:
    """Return the unit's passages, the clause first."""
    return (unit.clause, *unit.carve_outs, *unit.definitions)


def _stored(passage: Passage) -> Iterator[str]:
    yield passage.text
    yield from passage.lead_ins


def excerpt(quote: str, unit: Unit) -> Excerpt | None:
    """Return where the quote stands in the unit, or None where it is not verbatim.

    White space around the quote is dropped; inside it every character counts.
    """
    words = quote.strip()
    if not words:
        return None
    for passage in members(unit):
        for text in _stored(passage):
            if words in text and _says_enough(words, text):
                return Excerpt(text=words, passage=passage)
    return None


def _says_enough(quote: str, text: str) -> bool:
    return len(quote.split()) >= min(SHORTEST_QUOTE, len(text.split()))


def excerpts(quotes: Iterable[str], unit: Unit) -> tuple[Excerpt, ...]:
    """Return the quotes that are verbatim, each once, in the judge's order."""
    found = (excerpt(quote, unit) for quote in quotes)
    return tuple(dict.fromkeys(one for one in found if one is not None))


def aligned(quote: str, unit: Unit) -> str:
    """Return the stretch of the unit that the quote copies but for marks and white space.

    Emphasis that was left out, curly quotation marks made straight and collapsed blanks are put
    back as they are stored; a quote that differs otherwise is returned as it came, to fall away.
    """
    if excerpt(quote, unit) is not None:
        return quote
    wanted, _ = _bare(quote)
    if not wanted:
        return quote
    for passage in members(unit):
        for text in _stored(passage):
            bare, places = _bare(text)
            at = bare.find(wanted)
            if at >= 0:
                return _with_marks(text, places[at], places[at + len(wanted) - 1] + 1)
    return quote


def _with_marks(text: str, start: int, end: int) -> str:
    """Return a stretch of the text with the marks that stand around it."""
    while start > 0 and text[start - 1] in _MARKS:
        start -= 1
    while end < len(text) and text[end] in _MARKS:
        end += 1
    return text[start:end]


def _bare(text: str) -> tuple[str, list[int]]:
    """Return the text without marks and white space, and where each character of it stands."""
    kept = [(n, c) for n, c in enumerate(text) if c not in _MARKS and not c.isspace()]
    return "".join(_STRAIGHT.get(c, c) for _, c in kept), [n for n, _ in kept]


def cite(found: Excerpt, shown: Shown, edition: Edition) -> Quote:
    """Return the quote with its section, edition and effective date.

    A document without a date of its own is in force since its edition took effect.
    """
    document = shown.document
    return Quote(
        text=found.text,
        document_id=document.id,
        document_title=document.title,
        section_id=found.passage.section_id,
        passage_id=found.passage.id,
        outcome=found.passage.outcome,
        edition=edition.number,
        effective=document.effective or edition.effective_at.date(),
        advice=found.passage.advice,
        expires=document.expires,
    )
