"""What must not be sent is not sent, and what may is not masked."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.judging.redaction import Redactor
from tests.judging.planted import IN_PLACE, KEYS, ORDINARY, SENTENCES

REDACTOR = Redactor()

PLANTED = (
    *(
        (SENTENCES[number % len(SENTENCES)].format(secret), secret)
        for number, (_, secret) in enumerate(KEYS)
    ),
    *IN_PLACE,
)


def masked(text):
    return REDACTOR.begin().mask(text)


def test_the_planted_set_holds_a_hundred():
    assert len(PLANTED) >= 100


@pytest.mark.parametrize(("text", "secret"), PLANTED)
def test_no_planted_secret_or_identifier_is_sent(text, secret):
    sent = masked(text)

    assert secret not in sent
    assert not [part for part in re.findall(r"[\w&~!]{7,}", secret) if part in sent]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_key_is_masked_in_every_sentence(sentence):
    assert [k for k, key in KEYS if key[4:] in masked(sentence.format(key))] == []


def test_ordinary_terms_are_left_alone():
    sentences = [f"May we use {term} for this?" for term in ORDINARY]

    wrongly = [text for text in sentences if masked(text) != text]

    assert len(ORDINARY) >= 100
    assert wrongly == []


@pytest.mark.parametrize(("text", "secret"), PLANTED)
def test_what_was_masked_comes_back_for_quotes(text, secret):
    masking = REDACTOR.begin()

    assert masking.restore(masking.mask(text)) == text


def test_the_same_text_gets_the_same_placeholder_and_another_another():
    masking = REDACTOR.begin()

    sent = masking.mask("ada@example.com, bob@example.com and ada@example.com")

    assert sent == "[e-mail 1], [e-mail 2] and [e-mail 1]"
    assert masking.mask("bob@example.com") == "[e-mail 2]"


def test_a_placeholder_is_told_from_other_brackets():
    masking = REDACTOR.begin()

    assert masking.masked_in(f"mail {masking.mask('ada@example.com')}")
    assert not masking.masked_in("see [2] and [the annex]")


@given(st.text(max_size=300))
def test_any_text_comes_back_as_it_was(text):
    masking = REDACTOR.begin()

    assert masking.restore(masking.mask(text)) == text


LONG = {
    "letters": "a" * 4000,
    "digits": "1" * 4000,
    "digits apart": "1 " * 2000,
    "signs": "@" * 4000,
    "colons": "::" * 2000,
    "keywords": "password is " * 300,
    "letters and digits": "A1" * 2000,
    "addresses": "://:" * 1000,
    "openings": "-----BEGIN " * 300,
    "names": "customer Ab " * 300,
    "tokens": "eyJ." * 1000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_text_takes_long(text):
    began = time.process_time()

    masked(text)

    assert time.process_time() - began < 2
