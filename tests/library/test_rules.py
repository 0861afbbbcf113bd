"""From a document to its rules: parsed, read and tied."""

from __future__ import annotations

from knowledge.library import contracts, outcomes, parsing, rules, units
from knowledge.models import Basis, Document, Kind, Outcome

TERMS = """# Terms

## 1. Definitions

"Output" means whatever the model returns.

## 2. Use

You may not:

- use Output to build a rival, except as set out in Section 3;
- rent the service out.

## 3. Research

You may use Output for research.
"""
GUIDELINE = """# Keys

**Not allowed.** Keys in notebooks.

We never share keys with vendors.
"""


def rules_of(text: str, kind: Kind) -> tuple[parsing.Parsed, parsing.Parsed]:
    document = Document(id="d", title="D", kind=kind, text=text, path="d.md")
    return rules.rules_of(document), parsing.parse(document)


def test_clauses_are_read_in_context_and_tied_to_what_they_name() -> None:
    read, _ = rules_of(TERMS, Kind.TERMS)
    by_words = {passage.text: passage for passage in read.passages}
    rival = next(p for words, p in by_words.items() if words.startswith("use Output"))
    rented = next(p for words, p in by_words.items() if words.startswith("rent"))
    research = by_words["You may use Output for research."]
    definition = next(p for words, p in by_words.items() if words.startswith('"Output" means'))

    assert (rival.outcome, rented.outcome) == (Outcome.CONDITIONS, Outcome.PROHIBITS)
    assert rival.carve_outs == (research.id,)
    assert rival.definitions == (definition.id,)
    assert definition.outcome is Outcome.NONE


def test_a_guideline_speaks_of_ourselves_and_its_markers_decide() -> None:
    read, _ = rules_of(GUIDELINE, Kind.GUIDELINE)
    found = [(p.outcome, p.basis) for p in read.passages if p.outcome is not Outcome.NONE]

    assert found == [(Outcome.PROHIBITS, Basis.MARKER), (Outcome.PROHIBITS, Basis.READER)]


def test_reading_changes_neither_words_nor_spans() -> None:
    read, parsed = rules_of(TERMS, Kind.TERMS)

    assert read.sections == parsed.sections
    assert [(p.id, p.start, p.end, p.text) for p in read.passages] == [
        (p.id, p.start, p.end, p.text) for p in parsed.passages
    ]


def test_the_version_names_every_step() -> None:
    steps = [parsing.VERSION, contracts.VERSION, outcomes.VERSION, units.VERSION]

    assert rules.VERSION.split("/") == steps
