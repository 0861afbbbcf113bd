"""A judge that searches for a question itself is heard, and takes nothing away by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.judging.judge import Shown
from knowledge.models import Opinion, Question, Ruling
from tests.answering.test_answerer import (
    PARKING,
    PASSWORDS,
    TRAINING,
    answerer,
    guideline,
    publish,
)
from tests.fakes.judge import PlainJudge

ASKED = Question(text="May we train our chat model on GPT-4o output?")


@dataclass
class Searching(PlainJudge):
    """Searches for what it is told to; keeps what only that found, and who asked."""

    wanted: tuple[str, ...] = ()
    note: str = ""
    stands_in: str = ""
    also: list[tuple[Shown, ...]] = field(default_factory=list)
    askers: list[str | None] = field(default_factory=list)
    question: Question = ASKED

    def hear(self, question: Question, *, asker: str | None = None) -> Searching:
        self.question = question
        self.askers.append(asker)
        return self

    def searches(self) -> tuple[str, ...]:
        return self.wanted

    def opinion(self, shown: Sequence[Shown], also: Sequence[Shown] = ()) -> Opinion:
        self.also.append(tuple(also))
        told = super().opinion(self.question, (*shown, *also))
        return Opinion(
            findings=told.findings,
            reason="",
            fingerprint=self.stands_in or self.fingerprint,
            note=self.note,
        )


def places(shown: Sequence[Shown]) -> set[str]:
    return {one.document.id for one in shown}


def test_what_the_judge_searches_for_is_shown_behind_the_rest(sqlite_database):
    many = [guideline(f"output-{n}", TRAINING.replace("chat", f"chat {n}")) for n in range(22)]
    publish(sqlite_database, *many, guideline("parking", PARKING), guideline("pass", PASSWORDS))
    judge = Searching(wanted=("parking a bicycle in the cellar",))

    answer = answerer(sqlite_database, judge=judge).answer(ASKED)

    assert "parking" in places(judge.also[0])
    assert "parking" not in places(judge.seen[0][:20])
    assert answer.hits[19].score > answer.hits[20].score
    assert answer.verdict.ruling is Ruling.NOT_ALLOWED


def test_no_search_of_a_judge_reaches_what_the_asker_may_not_read(sqlite_database):
    secret = guideline("secret", PASSWORDS, audience=frozenset({"board"}))
    publish(sqlite_database, secret, guideline("output", TRAINING))
    judge = Searching(wanted=("sharing a password with a colleague",))

    answerer(sqlite_database, judge=judge).answer(ASKED)

    assert places((*judge.also[0], *judge.seen[0])) == {"output"}


def test_an_answer_bears_the_note_and_the_fingerprint_of_whoever_stood_in(sqlite_database):
    publish(sqlite_database, guideline("output", TRAINING))
    judge = Searching(note="Another answered.", stands_in="stand-in 1")

    answer = answerer(sqlite_database, judge=judge).answer(ASKED)

    assert answer.verdict.note == "Another answered."
    assert answer.fingerprint.startswith("stand-in 1 ")


def test_the_judge_is_told_who_asks_and_the_answer_is_not(sqlite_database):
    publish(sqlite_database, guideline("output", TRAINING))
    judge = Searching()

    answer = answerer(sqlite_database, judge=judge).answer(ASKED, asker="bertha")

    assert judge.askers == ["bertha"]
    assert "bertha" not in repr(answer)
