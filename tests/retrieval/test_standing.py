"""What a passage is worth before any question."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from knowledge.models import Outcome, Passage
from knowledge.retrieval.standing import BOILERPLATE, RULING, Standing
from knowledge.retrieval.stems import stem, words

RULE = Passage(
    id="one/0",
    section_id="one#all",
    document_id="one",
    start=0,
    end=1,
    text="You may not share keys.",
    outcome=Outcome.PROHIBITS,
)


def worth(*passages: Passage, asked: str = "may I share keys?") -> list[float]:
    """Return what each is worth, as members of one document that rules on something."""
    standing = Standing([RULE, *passages])
    stems = {stem(word) for word in words(asked)}
    return standing.of(np.arange(1, len(passages) + 1), stems).tolist()


def titled(heading: str, text: str = "Words.", outcome: Outcome = Outcome.NONE) -> Passage:
    return replace(RULE, headings=("Terms", heading), text=text, outcome=outcome)


def test_a_passage_that_rules_is_worth_more_than_one_that_tells():
    telling, ruling = worth(replace(RULE, outcome=Outcome.NONE), RULE)

    assert ruling > telling == 0


@pytest.mark.parametrize(
    "heading",
    [
        "15. Dispute Resolution",
        "**Governing law**",
        "X. Limitation of Liability",
        "16.5 Notices",
        "Definitions",
        "Changes to these Terms",
        "Severability",
        "Revision history",
    ],
)
def test_boilerplate_stands_back(heading: str):
    assert worth(titled(heading)) == pytest.approx([-BOILERPLATE])


@pytest.mark.parametrize(
    "heading",
    [
        "Restrictions",
        "Infrastructure definitions MUST be stored as code",
        "Search warrants",
        "Change management",
        "Notices to users about recordings",
    ],
)
def test_headings_of_rules_do_not(heading: str):
    text = "Never do this without the approval of the office"

    assert worth(titled(heading, text)) == [0]


def test_a_title_inside_the_clause_counts_like_a_heading():
    clause = titled("General conditions", "**16.7. Assignment.** Nobody may assign this.")

    assert worth(clause) == pytest.approx([-BOILERPLATE])


def test_a_document_that_names_itself_stands_back():
    preamble = titled("Welcome to us", 'These Terms of Service ("Terms") apply to your use.')

    assert worth(preamble, asked="does it apply, and what is its scope?") == pytest.approx(
        [-BOILERPLATE]
    )


def test_who_asks_for_its_matter_finds_boilerplate_like_any_rule():
    clause = titled("Indemnification", outcome=Outcome.REQUIRES)

    asked, other = (
        worth(clause, asked=text)[0] for text in ("do we indemnify them?", "may I share keys?")
    )

    assert asked == pytest.approx(RULING[Outcome.REQUIRES])
    assert asked - other == pytest.approx(BOILERPLATE)


def test_in_a_document_that_rules_on_nothing_all_stand_alike():
    telling = replace(RULE, document_id="two", outcome=Outcome.NONE, headings=("Definitions",))

    assert worth(telling) == [0]
