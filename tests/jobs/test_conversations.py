"""Where something was asked: found by message, thread, answer and person, and forgotten in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.engine import Connection

from jobs import conversations, inbox
from jobs.conversations import Asked, Place, Reach, State
from jobs.inbox import Delivery
from knowledge.answering import answers
from knowledge.database import Database
from knowledge.models import Answer, Question, Ruling, Verdict

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.fixture
def tx(database: Database) -> Iterator[Connection]:
    with database.begin() as open_tx:
        yield open_tx


def ask(
    tx: Connection,
    text: str = "May I?",
    *,
    ts: str | None = "1.1",
    thread: str | None = "1.1",
    person: str = "U-ada",
    reach: Reach = Reach.EVERYBODY,
    at: datetime = NOW,
) -> Asked:
    body = {"text": text, "secrets": False}
    delivery = Delivery(key=f"{text} {ts} {person}", also=None, kind="asked", body=body)
    number = inbox.admit(tx, delivery, now=at)
    assert number is not None
    place = Place(team="T1", channel="C1", person=person, reach=reach, ts=ts, thread=thread)
    return conversations.open_(tx, number, place, now=at)


def answer(tx: Connection, asked: Asked, text: str = "May I?", *thread: str) -> str:
    """Record an answer as a worker would, and return its id."""
    given = Answer(
        id=f"answer-{asked.turn}",
        question=Question(text=text, thread=thread),
        verdict=Verdict(ruling=Ruling.NOT_COVERED, reason="Nothing is said of it."),
        edition=None,
        cited=(),
        fingerprint="test",
        asked_at=NOW,
        took=0.1,
    )
    answers.record(tx, given, keep_until=NOW + timedelta(days=30), asker=asked.place.person)
    shown = f"answer:{given.id}"
    assert conversations.answered(tx, asked.id, turn=asked.turn, answer=given.id, shown=shown)
    return given.id


def reworded(tx: Connection, asked: Asked) -> Asked:
    assert conversations.reword(tx, asked.id, turn=asked.turn + 100, edited="5.0")
    again = conversations.get(tx, asked.id)
    assert again is not None
    return again


def test_an_answer_is_found_by_its_message_and_by_itself(tx):
    asked = ask(tx)
    answer_id = answer(tx, asked)

    found = conversations.at_message(tx, channel="C1", ts="1.1")

    assert found == conversations.of_answer(tx, answer_id)
    assert found is not None
    assert (found.state, found.answer) == (State.ANSWERED, answer_id)


def test_the_answer_to_earlier_words_is_not_shown_any_more(tx):
    asked = ask(tx)
    reworded(tx, asked)

    late = conversations.answered(tx, asked.id, turn=asked.turn, answer="a", shown="answer:a")

    assert not late
    assert not conversations.is_awaited(tx, asked.id, turn=asked.turn)


def test_an_edited_question_takes_its_new_answer_and_says_that_it_was_edited(tx):
    asked = ask(tx)
    answer(tx, asked)
    again = reworded(tx, asked)

    second = answer(tx, again)

    found = conversations.get(tx, asked.id)
    assert found is not None
    assert (found.answer, found.edited) == (second, "5.0")


def test_an_edit_that_is_told_late_does_not_undo_a_later_one(tx):
    asked = ask(tx)
    again = reworded(tx, asked)

    assert not conversations.reword(tx, asked.id, turn=asked.turn + 101, edited="4.9")

    assert conversations.is_awaited(tx, asked.id, turn=again.turn)


def test_an_answer_stands_where_what_was_pressed_under_it_cannot_be_answered(tx):
    asked = ask(tx)
    kept = answer(tx, asked)
    conversations.reopen(tx, asked.id, turn=asked.turn + 1)

    assert conversations.keep(tx, turn=asked.turn + 1)

    found = conversations.of_answer(tx, kept)
    assert found is not None
    assert found.state is State.ANSWERED
    assert not conversations.keep(tx, turn=asked.turn + 1)


def test_a_question_taken_back_is_answered_no_more(tx):
    asked = ask(tx)

    assert conversations.withdraw(tx, asked.id)

    assert not conversations.withdraw(tx, asked.id)
    assert not conversations.reword(tx, asked.id, turn=asked.turn + 1, edited="5.0")
    assert not conversations.answered(tx, asked.id, turn=asked.turn, answer="a", shown="s")


def test_only_what_still_waits_in_the_thread_of_its_asker_is_stopped(tx):
    mine, done = ask(tx), ask(tx, "And?", ts="1.2")
    theirs = ask(tx, ts="1.3", person="U-ben")
    answer(tx, done)

    stopped = conversations.stop(tx, channel="C1", thread="1.1", person="U-ada")

    assert [each.id for each in stopped] == [mine.id]
    assert conversations.is_awaited(tx, theirs.id, turn=theirs.turn)


def test_a_thread_is_a_conversation_with_its_asker_alone(tx):
    ask(tx)

    assert conversations.converses(tx, channel="C1", thread="1.1", person="U-ada")
    assert not conversations.converses(tx, channel="C1", thread="1.1", person="U-ben")
    assert not conversations.converses(tx, channel="C1", thread="9.9", person="U-ada")


def test_a_private_question_makes_no_conversation_of_a_public_thread(tx):
    ask(tx, ts=None, reach=Reach.ASKER)

    assert not conversations.converses(tx, channel="C1", thread="1.1", person="U-ada")


def test_a_follow_up_knows_all_that_its_asker_asked_before(tx):
    first = ask(tx, "May I train on tickets?")
    answer(tx, first, "May I train on tickets?")
    second = ask(tx, "And on chats?", ts="1.2")
    answer(tx, second, "And on chats?", "May I train on tickets?")
    ask(tx, "Me too?", ts="1.3", person="U-ben")
    third = ask(tx, "And on mail?", ts="1.4")

    said = conversations.conversation(tx, third)

    assert said == ("May I train on tickets?", "And on chats?")


def test_a_follow_up_knows_a_question_that_is_still_being_answered(tx):
    ask(tx, "May I train on tickets?")
    second = ask(tx, "And on chats?", ts="1.2")

    assert conversations.conversation(tx, second) == ("May I train on tickets?",)


def test_a_question_taken_back_is_no_part_of_the_conversation(tx):
    first = ask(tx, "May I train on tickets?")
    conversations.withdraw(tx, first.id)
    second = ask(tx, "And on chats?", ts="1.2")

    assert conversations.conversation(tx, second) == ()


def test_where_something_was_asked_is_forgotten_with_its_answer(tx):
    answer_id = answer(tx, ask(tx))
    answer(tx, ask(tx, "And?", ts="1.2"))
    answers.erase(tx, answer_id, NOW)

    assert conversations.forget(tx, NOW) == 1
    assert conversations.at_message(tx, channel="C1", ts="1.1") is None
    assert len(conversations.recent(tx, "U-ada", limit=5)) == 1


def test_what_got_no_answer_is_forgotten_after_a_week(tx):
    ask(tx, at=NOW - timedelta(days=8))
    ask(tx, "And?", ts="1.2", at=NOW - timedelta(days=6))

    assert conversations.forget(tx, NOW) == 1


def test_the_latest_answers_come_first_and_those_taken_back_not_at_all(tx):
    first, second = (ask(tx, ts=f"1.{n}") for n in (1, 2))
    gone = ask(tx, ts="1.3")
    ids = [answer(tx, each) for each in (first, second, gone)]
    conversations.withdraw(tx, gone.id)

    assert conversations.recent(tx, "U-ada", limit=5) == (ids[1], ids[0])
