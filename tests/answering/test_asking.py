"""What may be asked: words kept, tricks of the terminal gone, follow-ups completed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.asking import (
    LONGEST,
    THREAD_KEPT,
    clean,
    guard,
    in_full,
    is_courtesy,
    is_greeting,
    only_thanks,
    takes_back,
)
from knowledge.errors import QuestionRefused
from knowledge.models import Question


def test_a_question_is_kept_in_the_askers_words():
    words = "May I “fine-tune” on naïve GPT-4o output… 日本語でも?"

    assert guard(Question(text=words)).text == words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("May \x1b[31mI\x1b[0m?", "May I ?"),
        ("\x1b]0;owned\x07May I?", "May I?"),
        ("\x1b]8;;https://evil\x1b\\May I?", "May I?"),
        ("\x9b31mMay I?", "May I?"),
        ("May\x00 I\x08?", "May I?"),
        ("May \u202eI\u202c?", "May I?"),
        ("Ma\u200by I\ufeff?", "May I?"),
        ("May\t I\r\n\r\n do it?", "May I\ndo it?"),
        ("cafe\u0301 \ud800?", "caf\u00e9 ?"),
    ],
)
def test_what_a_terminal_would_act_upon_is_gone(typed, kept):
    assert guard(Question(text=typed)).text == kept


@pytest.mark.parametrize("typed", ["", " \n\t", "???", "\x1b[31m", "\x00\x01", "😍", "\u202e"])
def test_a_question_without_a_word_is_refused_in_one_line(typed):
    with pytest.raises(QuestionRefused) as refused:
        guard(Question(text=typed))

    assert len(str(refused.value).splitlines()) == 1
    assert "question" in str(refused.value)


def test_a_question_longer_than_anybody_reads_is_refused():
    guard(Question(text="a" * LONGEST))
    with pytest.raises(QuestionRefused, match=r"4,001 characters"):
        guard(Question(text="a" * (LONGEST + 1)))


@given(st.text(max_size=200))
def test_cleaning_leaves_nothing_that_acts_and_is_done_once(text):
    cleaned = clean(text)

    assert clean(cleaned) == cleaned
    assert not {unicodedata.category(c) for c in cleaned.replace("\n", "")} & {"Cc", "Cs"}
    cleaned.encode("utf-8")


def test_a_thread_is_cleaned_and_keeps_its_last_questions():
    thread = (*(f"May I do {n}\x00?" for n in range(9)), "\x00")

    kept = guard(Question(text="And at home?", thread=thread)).thread

    assert kept == tuple(f"May I do {n}?" for n in range(9 - THREAD_KEPT, 9))


# ------------------------------------------------------------------ follow-ups


def test_a_follow_up_is_read_with_the_question_it_goes_back_to():
    thread = ("May I post a picture?", "May we train our chat model on GPT-4o output?")

    full = in_full(Question(text="and for internal use only?", thread=thread))

    assert full.text == f"{thread[1]} and for internal use only?"
    assert full.thread == ()


def test_follow_ups_to_follow_ups_go_back_to_the_first():
    thread = ("May we train on GPT-4o output?", "what if it is a classifier?")

    full = in_full(Question(text="and only internally?", thread=thread))

    assert full.text == " ".join((*thread, "and only internally?"))


@pytest.mark.parametrize(
    "text",
    [
        "Can our contractors push company code to personal GitHub accounts?",
        "With Claude, may we write the test data of our suite?",
        "Is it ok to share a password?",
        "May I publish a model that we trained ourselves?",
    ],
)
def test_a_question_that_stands_alone_leaves_the_conversation_behind(text):
    assert in_full(Question(text=text, thread=("Legal approved training?",))).text == text


@pytest.mark.parametrize(
    "text",
    [
        "and for internal use only?",
        "for internal use only?",
        "without approval?",
        "if legal agrees?",
        "Is it ok to sell it?",
        "Can I do that at home?",
        "and may we sell a service built on this?",
        "really?",
    ],
)
def test_a_question_that_only_its_conversation_completes_is_a_follow_up(text):
    question = Question(text=text, thread=("May we train on output?",))

    assert in_full(question).text == f"May we train on output? {text}"


def test_without_a_conversation_nothing_is_a_follow_up():
    assert in_full(Question(text="and this?")).text == "and this?"


@pytest.mark.parametrize("text", ["and without it?", "what if they refused?", "and if it isn't?"])
def test_a_follow_up_that_denies_takes_back_what_was_said(text):
    thread = ("With legal's written approval, may we train on output?",)

    assert takes_back(Question(text=text, thread=thread))


def test_nothing_is_taken_back_where_nothing_was_said_or_nothing_is_denied():
    thread = ("Legal approved it: may we train on output?",)

    assert not takes_back(Question(text="May we train without asking?"))
    assert not takes_back(Question(text="and for a classifier?", thread=thread))


@pytest.mark.parametrize("text", ["Thanks!", "ok, great", "Got it.", "thank you, that is clear"])
def test_a_courtesy_asks_nothing(text):
    assert is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["Thanks, and for chats?", "ok may we sell it", "And on mail?", "It is the API plan"]
)
def test_what_goes_on_asking_is_no_courtesy(text):
    assert not is_courtesy(text)


@pytest.mark.parametrize("text", ["Thanks!", "ok, got it", "Thank you, that's clear now."])
def test_thanks_alone_are_told_from_an_act_that_begins_with_them(text):
    assert only_thanks(text)
    assert not only_thanks(f"{text} so we fine-tune on GPT-4o output")


@pytest.mark.parametrize("text", ["hi", "Hello there!", "good morning", "help", "What can you do?"])
def test_a_greeting_asks_nothing(text):
    assert is_greeting(text)
    assert not only_thanks(text)


@pytest.mark.parametrize("text", ["hi, may I sell it?", "help customers train", "hey we train it"])
def test_a_question_may_begin_with_a_greeting(text):
    assert not is_greeting(text)
