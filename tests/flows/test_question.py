"""A question, from a folder of guidelines to the answer that is kept: the real parts throughout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from knowledge.answering import answers
from knowledge.answering.answerer import Answerer
from knowledge.database import Database
from knowledge.errors import Refused
from knowledge.judging.reader import Reader
from knowledge.library.sources.folder import Source, read_folder
from knowledge.models import Answer, Question, Ruling
from knowledge.publishing import publication
from knowledge.retrieval.embedders.minilm import MiniLM
from knowledge.retrieval.glossary import Glossary

EXAMPLES = Path(__file__).parents[2] / "examples" / "guidelines"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SAMPLES = {"vendor-output", "distillation", "retention", "reselling"}
FIRST = "Am I allowed to fine-tune our chat model on GPT-4o output?"


@pytest.fixture(scope="module")
def model() -> MiniLM:
    try:
        return MiniLM.load()
    except Refused as refusal:
        pytest.skip(f"the sentence model is not installed: {refusal}")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("store")
    database = Database.open(f"sqlite:///{folder / 'mayi.db'}")
    publication.publish(database, _some_samples(), by="ada", now=NOON, embedder=model)
    yield database
    database.close()


@pytest.fixture(scope="module")
def answerer(store: Database, model: MiniLM) -> Answerer:
    return Answerer(
        store,
        embedder=model,
        judge=Reader(),
        glossary=Glossary.load(),
        clock=lambda: NOON + timedelta(minutes=1),
        zone=ZoneInfo("Europe/Berlin"),
    )


def _some_samples() -> Source:
    """Return a few of the sample guidelines; to embed them all takes longer than it tells."""
    source = read_folder(EXAMPLES)
    return Source(documents=tuple(one for one in source.documents if one.id in SAMPLES))


def ask(answerer: Answerer, text: str, *thread: str) -> Answer:
    return answerer.answer(Question(text=text, thread=thread))


def test_the_first_question_is_answered_with_the_words_of_the_rule(answerer, store):
    answer = ask(answerer, FIRST)

    quote = answer.verdict.quotes[0]
    assert answer.verdict.ruling is Ruling.NOT_ALLOWED
    assert quote.text in (EXAMPLES / "vendor-output.md").read_text(encoding="utf-8")
    assert quote.section_id.startswith("vendor-output#")
    assert answer.edition is not None
    assert quote.edition == answer.edition.number == 1


def test_an_undistributed_classifier_is_let_through_by_its_carve_out(answerer):
    answer = ask(answerer, "May I train an internal classifier on labels that Claude gave?")

    assert answer.verdict.ruling is not Ruling.NOT_ALLOWED
    assert answer.verdict.quotes


def test_a_question_beside_the_rules_is_not_covered_and_shows_the_closest(answerer):
    answer = ask(answerer, "How many vacation days may I carry over into next year?")

    assert answer.verdict.ruling is Ruling.NOT_COVERED
    assert not answer.verdict.quotes


def test_a_follow_up_keeps_the_thread(answerer):
    answer = ask(answerer, "and for internal use only?", FIRST)

    assert answer.verdict.ruling is not Ruling.ALLOWED
    assert any(hit.passage.document_id == "vendor-output" for hit in answer.hits[:5])


def test_an_answer_is_kept_as_it_was_given(answerer, store):
    answer = ask(answerer, FIRST)

    with store.begin() as tx:
        answers.record(tx, answer, keep_until=NOON + timedelta(days=30), asker="ada")
    with store.read() as tx:
        kept = answers.get(tx, answer.id)

    assert kept is not None
    assert (kept.question, kept.verdict, kept.cited) == (
        answer.question,
        answer.verdict,
        answer.cited,
    )
    assert kept.fingerprint == answer.fingerprint


def test_the_same_question_gets_the_same_answer(answerer):
    first, second = ask(answerer, FIRST), ask(answerer, FIRST)

    assert first.id != second.id
    assert (first.verdict, first.cited, first.hits) == (second.verdict, second.cited, second.hits)


def test_without_the_model_words_alone_still_find_the_rule(store):
    by_words = Answerer(
        store,
        embedder=None,
        judge=Reader(),
        glossary=Glossary.load(),
        clock=lambda: NOON,
        zone=ZoneInfo("UTC"),
    )

    answer = ask(by_words, "May I train our chat model on the output of a vendor model?")

    assert any(hit.passage.document_id == "vendor-output" for hit in answer.hits[:5])
    assert answer.verdict.ruling is not Ruling.ALLOWED
