"""A document's rules: parsed, read, and tied into units."""

from __future__ import annotations

from dataclasses import replace

from knowledge.library import contracts, outcomes, parsing, units
from knowledge.library.parsing import Parsed
from knowledge.models import Document, Kind

VERSION = f"{parsing.VERSION}/{contracts.VERSION}/{outcomes.VERSION}/{units.VERSION}"
"""The versions of the steps; passages made under another one are read anew."""


def rules_of(document: Document) -> Parsed:
    """Return the document's sections, and its passages with outcomes, carve-outs and definitions.

    Pure: the same document gives the same rules.
    """
    parsed = parsing.parse(document)
    if document.kind is Kind.CONTRACT:
        passages = outcomes.read_all(contracts.led(parsed.passages), document.kind)
        passages = contracts.read(passages, document.vendor)
    else:
        passages = outcomes.read_all(parsed.passages, document.kind)
    return replace(parsed, passages=units.tie(passages))
