"""A contract's sentence is cut where its force changes, and every part says what it does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.provisions import Force, is_of, provisions_of


@pytest.mark.parametrize(
    ("text", "forces"),
    [
        ("Recipient will not decompile the firmware.", [Force.FORBIDS]),
        ("Neither party shall name the other in a press release.", [Force.FORBIDS]),
        ("The samples may not be lent to anybody.", [Force.FORBIDS]),
        ("No drawing may be photographed.", [Force.FORBIDS]),
        ("Licensee may photograph the drawings.", [Force.PERMITS]),
        ("Licensee shall be entitled to lend the samples to its staff.", [Force.PERMITS]),
        ("Nothing in this Agreement prevents either party from hiring by advert.", [Force.PERMITS]),
        ("Recipient shall show the drawings only to its engineers.", [Force.LIMITS]),
        ("Access to the drawings shall be limited to engineers.", [Force.LIMITS]),
        ("Secret Data does not include data that was known before.", [Force.FREES]),
        ("Recipient shall return the samples on request.", [Force.REQUIRES]),
        ("The drawings were made in Ulm.", []),
        ("Recipient is not obliged to buy anything.", []),
        ("This will not affect the price.", []),
    ],
)
def test_a_sentence_has_the_forces_of_its_verbs(text, forces):
    assert [one.force for one in provisions_of(text)] == forces


def test_each_act_of_a_sentence_keeps_its_own_object_and_exception():
    first, second = provisions_of(
        "Recipient shall not disclose the drawings to any person, except to its engineers, "
        "or use the drawings for any purpose other than the Trial."
    )

    assert (first.acts.strip(), first.saved.strip(" ,")) == ("disclose", "except to its engineers")
    assert (second.acts.strip(), second.saved.strip(" .")) == ("use", "other than the Trial")


def test_an_item_is_read_on_from_the_sentence_that_leads_into_it():
    (told,) = provisions_of(
        "4.2 not lend the samples to any person other than its staff;",
        ["Recipient undertakes that, while this Agreement lasts, it will:"],
    )

    assert told.force is Force.FORBIDS
    assert told.acts.strip() == "lend"
    assert "its staff" in told.saved


@pytest.mark.parametrize(
    "text",
    [
        "Recipient shall not copy the drawings without the prior written consent of Discloser.",
        "Recipient shall not copy the drawings unless otherwise agreed in writing.",
        "Recipient shall not copy the drawings, except as required by applicable law.",
    ],
)
def test_consent_that_is_reserved_and_the_law_save_nothing(text):
    assert [(one.force, one.saved) for one in provisions_of(text)] == [(Force.FORBIDS, "")]


def test_what_somebody_hands_over_was_received():
    (told,) = provisions_of(
        "(b) is disclosed to Recipient by a stranger;", ["Secret information does not include what"]
    )

    assert told.force is Force.FREES
    assert "received to Recipient by a stranger" in told.about


@pytest.mark.parametrize(
    ("text", "theirs"),
    [
        ("Acme will not train on the customer's data.", True),
        ("Provider may log the calls.", True),
        ("Customer may log the calls.", False),
    ],
)
def test_what_the_vendor_says_of_itself_is_told_apart(text, theirs):
    (told,) = provisions_of(text)

    assert is_of(told, "Acme") is theirs


@given(text=st.text(max_size=400), lead=st.text(max_size=80))
def test_no_text_is_too_odd_to_be_read(text, lead):
    assert all(one.about.strip() for one in provisions_of(text, [lead]))
