"""Telling a quote from an invention: only a contiguous stretch of the stored words will do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.judging.judge import Shown
from knowledge.models import Edition, Passage, Quote, Unit

SHORTEST_QUOTE = 3
"""Words a quote must have, unless the clause itself is shorter: "may not" would prove nothing."""


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
    )
