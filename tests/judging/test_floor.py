"""The reader under a model: whatever the model says, no verdict is looser than the reader's."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.judging import floor
from knowledge.judging.reader import Reader
from knowledge.judging.verdicts import verdict_from
from knowledge.models import Basis, Bearing, Finding, Opinion, Outcome, Question, Ruling
from tests.judging.cases import EDITION, finding, opinion, passage, shown

READER = Reader()
STRICTNESS = {Ruling.ALLOWED: 0, Ruling.CONDITIONAL: 1, Ruling.NOT_ALLOWED: 2}
RELIEF = passage(
    "**Allowed if** it is for internal use only: training a spam filter on vendor output.",
    Outcome.CONDITIONS,
    name="relief",
    basis=Basis.MARKER,
)
FORBIDDEN = passage(
    "**Not allowed.** Training our chat model on vendor output, except as permitted below.",
    name="forbidden",
    basis=Basis.MARKER,
    carve_outs=(RELIEF,),
)
PERMITTED = passage(
    "**Allowed.** Quoting vendor output in a report.",
    Outcome.PERMITS,
    name="permitted",
    basis=Basis.MARKER,
)
DUTY = passage(
    "Training on vendor output requires written approval by Legal.", Outcome.REQUIRES, name="duty"
)
UNITS = (
    shown(FORBIDDEN, carve_outs=(RELIEF,)),
    shown(RELIEF, score=0.9),
    shown(PERMITTED, score=0.8),
    shown(DUTY, score=0.7),
)
CLAUSES = (FORBIDDEN, RELIEF, PERMITTED, DUTY)
QUESTIONS = (
    "May we train our chat model on vendor output?",
    "May we train a spam filter on vendor output?",
    "For internal use only, may we train a spam filter on vendor output?",
    "May we quote vendor output in a report?",
    "Legal refused approval. May we train on vendor output?",
    "May we bake a cake?",
)


@st.composite
def finding_on(draw, clause):
    bearing = draw(st.sampled_from([*Bearing, None]))
    if bearing is None:
        return Finding(passage_id=clause.id, applies=False)
    quoted = st.sampled_from([*(one.text for one in CLAUSES), clause.text[:30], clause.text])
    return finding(
        clause,
        bearing,
        quotes=(clause.text[:40], *draw(st.lists(quoted, max_size=2))),
        met=tuple(draw(st.lists(WORDS, max_size=2))),
        missing=tuple(draw(st.lists(st.just("a fact"), max_size=1))),
    )


WORDS = st.sampled_from(["vendor output", "internal use", "train a spam filter"])
OPINIONS = st.tuples(
    *(st.lists(finding_on(clause), min_size=1, max_size=2) for clause in CLAUSES)
).map(lambda every: opinion(*(one for some in every for one in some)))
"""Opinions that leave nothing open, and say whatever else they like."""


def ruled(told: Opinion, question: Question):
    return verdict_from(told, UNITS, edition=EDITION, question=question)


@settings(max_examples=300)
@given(OPINIONS, st.sampled_from(QUESTIONS))
def test_no_verdict_is_looser_than_the_readers(said, text):
    question = Question(text=text)
    read = READER.opinion(question, UNITS)
    reader = ruled(read, question)

    told = ruled(floor.under(said, read, UNITS), question)

    if reader.ruling is not Ruling.NOT_COVERED and told.ruling is not Ruling.NOT_COVERED:
        assert STRICTNESS[told.ruling] >= STRICTNESS[reader.ruling]


@given(OPINIONS, st.sampled_from(QUESTIONS))
def test_without_leave_nothing_is_allowed(said, text):
    question = Question(text=text)

    verdict = ruled(floor.without(said, floor.favoured(said)), question)

    assert verdict.ruling is not Ruling.ALLOWED


def test_where_both_agree_the_models_words_are_kept():
    question = Question(text=QUESTIONS[0])
    read = READER.opinion(question, UNITS)
    said = opinion(finding(FORBIDDEN, Bearing.FORBIDS, quotes=(FORBIDDEN.text[:40],)))

    assert floor.under(said, read, UNITS) == said


def test_the_reader_finds_something_to_insist_on():
    rulings = {ruled(READER.opinion(q, UNITS), q).ruling for q in map(_question, QUESTIONS)}

    assert {Ruling.NOT_ALLOWED, Ruling.NOT_COVERED} <= rulings
    assert len(rulings) >= 3


def _question(text: str) -> Question:
    return Question(text=text)


def test_what_counts_is_not_dismissed():
    told = opinion(
        finding(FORBIDDEN, Bearing.FORBIDS),
        finding(DUTY, Bearing.LIFTED),
        Finding(passage_id=PERMITTED.id, applies=False),
    )

    assert floor.dismissed(told) == {DUTY.id, PERMITTED.id}
