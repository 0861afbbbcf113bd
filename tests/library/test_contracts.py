"""A contract's items find the sentence that leads into them, and its parties may have any name."""

from __future__ import annotations

import pytest

from knowledge.library.rules import rules_of
from knowledge.models import Document, Kind, Outcome

TEXT = """\
1. Secrecy

2. The duty of secrecy shall not extend to:

(1) information that Recipient develops independently;

(2) information that is handed to Recipient by a stranger.

3. Tester will:

a. keep the drawings safe;

b. not copy the drawings;

and to nobody else's benefit.

c. not lend the samples, except to its engineers.

Tester may photograph the samples.

Acme will not look at the Tester's results.
"""


def read(text=TEXT, kind=Kind.CONTRACT):
    document = Document(id="nda", title="Trial", kind=kind, text=text, path="nda.md", vendor="Acme")
    return {one.text: one for one in rules_of(document).passages}


def passage(start, passages):
    return next(one for text, one in passages.items() if text.startswith(start))


@pytest.mark.parametrize(
    ("start", "lead_in"),
    [
        ("(1) information", "The duty of secrecy shall not extend to:"),
        ("(2) information", "The duty of secrecy shall not extend to:"),
        ("a. keep", "Tester will:"),
        ("b. not copy", "Tester will:"),
        ("c. not lend", "Tester will:"),
    ],
)
def test_an_item_in_a_paragraph_of_its_own_is_led_in(start, lead_in):
    assert passage(start, read()).lead_ins[-1:] == (lead_in,)


@pytest.mark.parametrize("start", ["Tester may", "Acme will"])
def test_what_stands_behind_the_list_is_not_led_in(start):
    assert passage(start, read()).lead_ins == ()


@pytest.mark.parametrize(
    ("start", "outcome"),
    [
        ("(1) information", Outcome.PERMITS),
        ("b. not copy", Outcome.PROHIBITS),
        ("c. not lend", Outcome.CONDITIONS),
        ("Tester may", Outcome.PERMITS),
    ],
)
def test_whoever_signs_is_bound_by_the_name_they_sign_with(start, outcome):
    assert passage(start, read()).outcome is outcome


def test_what_the_vendor_says_of_itself_stays_a_promise():
    told = passage("Acme will", read())

    assert (told.outcome, told.promise) == (Outcome.PERMITS, True)


def test_terms_are_read_as_before():
    told = passage("(1) information", read(kind=Kind.TERMS))

    assert (told.outcome, told.lead_ins) == (Outcome.NONE, ())
