"""The exact words of a rule, and under them what they do and where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.blocks import elements as e
from bot.blocks import text
from bot.blocks.drawn import Block, Part
from bot.views.answers import DOES
from knowledge.models import Quote

LONGEST = 1_200
"""Characters of one quote: some 200 words. A longer rule is read where it stands."""

LONGEST_NAME = 120
LONGEST_REST = 450


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document as its record tells it: its title, and where it can be read."""

    title: str
    url: str | None = None


def block(quote: Quote, sources: Mapping[str, Source]) -> Block:
    """Return the quote, to the character, and the line that says whose words they are.

    Where it is cut, its beginning stands there unchanged, and the line says where all of it is.
    """
    found = text.beginning(quote.text, LONGEST)
    pieces = [*_source(quote, sources), *(_whole(quote) if found.cut else ())]
    return e.rich(e.quotation(found.text), e.run(*pieces))


def _source(quote: Quote, sources: Mapping[str, Source]) -> list[Block]:
    does = f"{DOES[quote.outcome]}{' (advice)' if quote.advice else ''}"
    since = f"effective {quote.effective}" if quote.effective else "no effective date"
    ends = f" \u00b7 ruling until {quote.expires}" if quote.expires else ""
    source = sources.get(quote.document_id, Source(title=quote.document_title))
    return [
        e.own(does, bold=True),
        e.own(" \u00b7 "),
        e.link(source.title, source.url, LONGEST_NAME),
        e.own(" \u00b7 "),
        e.words(quote.section_id, LONGEST_NAME),
        e.own(f" \u00b7 edition {quote.edition} \u00b7 {since}{ends}"),
    ]


def _whole(quote: Quote) -> list[Block]:
    command = e.words(f"mayi show {quote.section_id}", LONGEST_NAME, code=True)
    return [e.own(" \u00b7 \u2026 whole rule: "), command]


def rest(left: Sequence[Part]) -> list[Block]:
    """Return the line that says what did not fit, and how to read it; nothing where all did."""
    if not left:
        return []
    commands = ", ".join(
        f"mayi show {name}" for name in dict.fromkeys(p.name for p in left) if name
    )
    said = f"\u2026 and {len(left)} more that did not fit here."
    return [e.small(f"{said} {commands}" if commands else said, LONGEST_REST)]
