"""Answers as they are kept: what comes back, and what is forgotten."""

from __future__ import annotations

import dataclasses
import json
import logging
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import chain
from knowledge.answering import answers
from knowledge.database import Database
from knowledge.library import editions
from knowledge.models import (
    Answer,
    Bearing,
    CitedUnit,
    Edition,
    Finding,
    Hit,
    Opinion,
    Outcome,
    Question,
    Quote,
    Ruling,
    Verdict,
)
from tests.answering.kept import NOW, QUOTE, SECRET, an_edition

MINUTE = timedelta(minutes=1)


def an_answer(answer_id: str = "a1", edition: Edition | None = None, **changes: object) -> Answer:
    """An answer whose every part mentions something of the question."""
    verdict = Verdict(
        ruling=Ruling.NOT_ALLOWED,
        reason=f"You want to {SECRET}.",
        deciding=SECRET,
        conditions=(SECRET,),
        quotes=(QUOTE,),
        notes=(QUOTE,),
        missing=(SECRET,),
        met=(SECRET,),
        closest=(QUOTE,),
        conflict=SECRET,
    )
    finding = Finding(passage_id="p", applies=True, bearing=Bearing.FORBIDS, why=SECRET)
    answer = Answer(
        id=answer_id,
        question=Question(text=f"May I {SECRET}?", thread=(SECRET,), groups=frozenset({"ml"})),
        verdict=verdict,
        edition=edition,
        cited=(
            CitedUnit(
                section_id="vendor#output",
                passage_id="vendor#output.1",
                outcome=Outcome.PROHIBITS,
                text_hash="0" * 64,
            ),
        ),
        fingerprint="reader 1",
        asked_at=NOW,
        took=0.012,
        opinion=Opinion(findings=(finding,), reason=SECRET, fingerprint="reader 1"),
    )
    return dataclasses.replace(answer, **changes)  # type: ignore[arg-type]


def everything_kept(database: Database) -> str:
    """All the words in every table of answers."""
    with database.read() as tx:
        tables = (answers.answers, answers.answer_units, answers.answer_askers)
        return repr([tx.execute(sa.select(table)).all() for table in tables])


# ---------------------------------------------------------------- what comes back

anything = st.characters(exclude_categories=())  # half pairs and NUL included
words = st.text(anything, max_size=30)
several = st.lists(words, max_size=3).map(tuple)
days = st.none() | st.dates()
quotes = st.lists(
    st.builds(Quote, text=words, effective=days, outcome=st.sampled_from(Outcome)), max_size=2
).map(tuple)
verdicts = st.builds(
    Verdict,
    ruling=st.just(Ruling.NOT_COVERED),
    reason=words,
    deciding=words,
    conditions=several,
    quotes=quotes,
    notes=quotes,
    missing=several,
    met=several,
    closest=quotes,
    conflict=words,
)
findings = st.builds(
    Finding, applies=st.just(True), bearing=st.sampled_from(Bearing), quotes=several, why=words
)
opinions = st.builds(
    Opinion,
    findings=st.lists(findings, max_size=3).map(tuple),
    reason=words,
    fingerprint=words,
    confidence=st.none() | st.floats(0, 1),
)
questions = st.builds(
    Question,
    text=st.text(anything, min_size=1, max_size=50),
    groups=st.frozensets(words, max_size=3),
    entity=st.none() | words,
    thread=several,
    documents=st.none() | st.frozensets(words, max_size=3),
    as_of=days,
)


cited_units = st.builds(
    CitedUnit,
    section_id=st.just("s"),
    passage_id=st.just("p"),
    outcome=st.sampled_from(Outcome),
    text_hash=st.just("f" * 64),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=questions,
    verdict=verdicts,
    opinion=st.none() | opinions,
    cited=st.lists(cited_units, max_size=3).map(tuple),
    took=st.floats(0, 1e6),
)
def test_whatever_is_recorded_comes_back(
    database: Database, question, verdict, opinion, cited, took
):
    answer = Answer(
        id=uuid4().hex,
        question=question,
        verdict=verdict,
        edition=None,
        cited=cited,
        fingerprint="reader 1",
        asked_at=NOW,
        took=took,
        opinion=opinion,
    )

    with database.begin() as tx:
        answers.record(tx, answer, keep_until=None, asker=None)
    with database.read() as tx:
        back = answers.get(tx, answer.id)

    assert back == answer


def test_an_answer_comes_back_with_its_edition(database: Database):
    with database.begin() as tx:
        answer = an_answer(edition=an_edition(tx))
        answers.record(tx, answer, keep_until=NOW, asker="eve")

    with database.read() as tx:
        assert answers.get(tx, "a1") == answer
        assert answers.get(tx, "a2") is None


def test_the_latest_answers_come_first(database: Database):
    with database.begin() as tx:
        for minute in (1, 3, 2):
            answer = an_answer(f"a{minute}", asked_at=NOW + timedelta(minutes=minute))
            answers.record(tx, answer, keep_until=None, asker=None)

    with database.read() as tx:
        assert [answer.id for answer in answers.recent(tx, 2)] == ["a3", "a2"]
        assert [answer.id for answer in answers.given_between(tx, NOW, NOW + 3 * MINUTE)] == [
            "a1",
            "a2",
        ]
        assert answers.count_between(tx, NOW, NOW + 3 * MINUTE) == 2


def test_the_passages_shown_come_back_with_their_scores_of_then(database: Database):
    with database.begin() as tx:
        edition = an_edition(tx)
        passages = editions.load(tx, 1).passages
        shown = tuple(
            Hit(passage=passage, score=1 / place, dense=0.5, lexical=None, late=-0.25)
            for place, passage in enumerate(passages, start=1)
        )
        answers.record(tx, an_answer(edition=edition, hits=shown), keep_until=None, asker=None)

    with database.read() as tx:
        assert answers.hits(tx, "a1") == shown
        assert answers.hits(tx, "unknown") == ()


def test_an_export_is_a_line_of_json_an_answer_and_names_nobody(database: Database):
    with database.begin() as tx:
        answers.record(tx, an_answer(edition=an_edition(tx)), keep_until=None, asker="eve@x.com")

    with database.read() as tx:
        (line,) = [json.loads(json.dumps(each)) for each in answers.export(tx)]

    assert line["question"]["text"] == f"May I {SECRET}?"
    assert line["verdict"]["ruling"] == "not_allowed"
    assert line["edition"]["number"] == 1
    assert line["cited"][0]["section_id"] == "vendor#output"
    assert "eve@x.com" not in json.dumps(line)


# ---------------------------------------------------------------- who asked


def test_looking_up_who_asked_is_entered_in_the_chain_with_its_reason(database: Database):
    with database.begin() as tx:
        answers.record(tx, an_answer(), keep_until=None, asker="eve")

    with database.begin() as tx:
        person = answers.asker(tx, "a1", by="ada", reason="she opened a case", now=NOW)

    with database.read() as tx:
        (entry,) = chain.entries(tx)
    assert person == "eve"
    assert (entry.who, entry.about["reason"]) == ("ada", "she opened a case")
    assert "eve" not in str(entry.about)


# ---------------------------------------------------------------- forgetting


def test_erasing_takes_every_word_on_the_question_and_leaves_what_the_rules_said(
    database: Database,
):
    with database.begin() as tx:
        edition = an_edition(tx)
        answers.record(tx, an_answer(edition=edition), keep_until=None, asker="eve")
    assert SECRET in everything_kept(database)

    with database.begin() as tx:
        assert answers.erase(tx, "a1", NOW)

    kept = everything_kept(database)
    assert SECRET not in kept
    assert "eve" not in kept
    with database.read() as tx:
        left = answers.get(tx, "a1")
    whole = an_answer(edition=edition)
    assert left == dataclasses.replace(
        whole,
        question=Question(text=""),
        verdict=Verdict(ruling=Ruling.NOT_ALLOWED, reason="", quotes=(QUOTE,), notes=(QUOTE,)),
        opinion=None,
        erased_at=NOW,
    )


def test_erasing_twice_does_nothing_more(database: Database):
    with database.begin() as tx:
        answers.record(tx, an_answer(), keep_until=None, asker=None)
        answers.erase(tx, "a1", NOW)

        assert not answers.erase(tx, "a1", NOW + MINUTE)
        assert not answers.erase(tx, "unknown", NOW)
        left = answers.get(tx, "a1")

    assert left is not None
    assert left.erased_at == NOW


def test_erasing_a_person_takes_all_their_answers_and_no_others(database: Database):
    with database.begin() as tx:
        for answer_id, asker in (("a1", "eve"), ("a2", "bob"), ("a3", "eve"), ("a4", None)):
            answers.record(tx, an_answer(answer_id), keep_until=None, asker=asker)

    with database.begin() as tx:
        assert answers.erase_person(tx, "eve", NOW) == 2

    with database.read() as tx:
        erased = {answer.id for answer in answers.recent(tx, 9) if answer.erased_at}
        assert erased == {"a1", "a3"}
    assert "eve" not in everything_kept(database)


@pytest.mark.parametrize("person", ["eve", "ev\udce9", "e\0ve", "Ève"])
def test_an_asker_of_any_name_can_be_erased(database: Database, person: str):
    with database.begin() as tx:
        answers.record(tx, an_answer(), keep_until=None, asker=person)

        assert answers.erase_person(tx, person, NOW, by="ada") == 1
        assert answers.erase_person(tx, person, NOW, by="ada") == 0

    with database.read() as tx:
        entered = [(each.who, each.what, each.about) for each in chain.entries(tx)]
        assert entered == [("ada", "erased a person's answers", {"answers": 1})]


def test_erasing_an_answer_enters_who_did_it(database: Database):
    with database.begin() as tx:
        answers.record(tx, an_answer(), keep_until=None, asker="eve")
        answers.erase(tx, "a1", NOW, by="ada")

    with database.read() as tx:
        entered = [(each.who, each.what, each.about) for each in chain.entries(tx)]
        assert entered == [("ada", "erased an answer", {"answer": "a1"})]


def test_answers_are_forgotten_when_their_time_is_over(database: Database):
    with database.begin() as tx:
        for answer_id, keep_until in (("over", NOW), ("later", NOW + MINUTE), ("always", None)):
            answers.record(tx, an_answer(answer_id), keep_until=keep_until, asker="eve")

    with database.begin() as tx:
        assert answers.forget_expired(tx, NOW) == 1
        assert answers.forget_expired(tx, NOW) == 0

    with database.read() as tx:
        assert [a.id for a in answers.recent(tx, 9) if a.erased_at] == ["over"]


def test_an_erased_question_is_gone_from_the_file_itself(sqlite_database: Database):
    with sqlite_database.begin() as tx:
        answers.record(tx, an_answer(), keep_until=None, asker="eve")
    with sqlite_database.begin() as tx:
        answers.erase(tx, "a1", NOW)

    sqlite_database.empty_log()

    place = Path(sqlite_database.place)
    for path in place.parent.glob(f"{place.name}*"):
        assert SECRET.encode() not in path.read_bytes(), path


def test_no_question_reaches_the_log(database: Database, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)

    with database.begin() as tx:
        answers.record(tx, an_answer(), keep_until=None, asker="eve")
        answers.get(tx, "a1")
        answers.erase(tx, "a1", NOW)

    assert SECRET not in caplog.text


def test_a_failed_statement_shows_no_question(database: Database):
    def record_twice() -> None:
        with database.begin() as tx:
            for _ in range(2):
                answers.record(tx, an_answer(), keep_until=None, asker="eve")

    with pytest.raises(sa.exc.IntegrityError) as failed:
        record_twice()

    assert SECRET not in str(failed.value)
