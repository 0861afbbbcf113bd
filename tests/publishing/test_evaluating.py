"""Files in, files and figures out: what `mayi evaluate` does, without a model."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from knowledge.errors import MaterialRefused, SourceRefused
from knowledge.models import Ruling
from knowledge.publishing.evaluation import (
    AnswerFigures,
    RetrievalFigures,
    evaluate_answers,
    evaluate_retrieval,
)
from knowledge.publishing.evaluation.material import CorpusLine, QueryLine
from knowledge.publishing.evaluation.retrieval import Found, measure, retrieval_figures, rulebook_of
from knowledge.retrieval.glossary import Glossary
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.judge import PlainJudge

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
GLOSSARY = Glossary.load()
PASSWORDS = "---\nid: passwords\n---\n# Passwords\n\n**Not allowed.** Sharing a *password*.\n"
PARKING = "---\nid: parking\n---\n# Parking\n\n**Allowed.** Parking a bicycle in the cellar.\n"
SHARE = {
    "id": "Q1",
    "question": "May I share a password?",
    "verdict": "not_allowed",
    "gold": [{"document": "passwords", "quote": "Sharing a *password*."}],
}


def lines(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def evaluate(folder: Path, *rows: dict[str, object]) -> tuple[AnswerFigures, list[dict]]:
    guidelines = folder / "guidelines"
    guidelines.mkdir()
    (guidelines / "passwords.md").write_text(PASSWORDS)
    (guidelines / "parking.md").write_text(PARKING)
    figures = evaluate_answers(
        guidelines,
        lines(folder / "questions.jsonl", *rows),
        folder / "answers.jsonl",
        judge=PlainJudge(),
        embedder=FakeEmbedder(),
        glossary=GLOSSARY,
        clock=lambda: NOON,
        zone=ZoneInfo("UTC"),
    )
    written = (folder / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return figures, [json.loads(line) for line in written]


def search(folder: Path, corpus: list[dict], queries: list[dict]) -> RetrievalFigures:
    return evaluate_retrieval(
        lines(folder / "corpus.jsonl", *corpus),
        lines(folder / "queries.jsonl", *queries),
        folder / "run.trec",
        embedder=FakeEmbedder(),
        glossary=GLOSSARY,
    )


# ------------------------------------------------------------------ answers


def test_every_question_is_answered_on_a_line_of_its_own(tmp_path):
    figures, written = evaluate(tmp_path, SHARE, {"id": 2, "question": "A bicycle in the cellar?"})

    assert [line["id"] for line in written] == ["Q1", "2"]
    assert written[0]["verdict"] == "not_allowed"
    assert written[0]["quotes"][0]["document"] == "passwords"
    assert written[0]["quotes"][0]["section"] == "passwords#passwords"
    assert "Sharing a *password*." in written[0]["quotes"][0]["text"]
    assert {passage["document"] for passage in written[0]["passages"]} == {"passwords", "parking"}
    assert (figures.questions, figures.labelled, figures.accuracy) == (2, 1, 1.0)


def test_the_figures_are_those_of_what_was_written(tmp_path):
    figures, written = evaluate(tmp_path, SHARE)

    assert figures.recall[1] == 1.0
    assert "password" in written[0]["passages"][0]["text"]
    assert figures.verbatim == 1.0
    assert figures.false_allow == 0.0
    assert figures.confusion[Ruling.NOT_ALLOWED, Ruling.NOT_ALLOWED] == 1


def test_a_question_may_be_asked_of_some_documents_only(tmp_path):
    _, written = evaluate(tmp_path, SHARE | {"documents": ["parking"]})

    assert {passage["document"] for passage in written[0]["passages"]} == {"parking"}
    assert written[0]["verdict"] != "not_allowed"


def test_a_document_that_the_folder_lacks_is_named(tmp_path):
    gold = [{"document": "elsewhere", "quote": "never"}]

    figures, _ = evaluate(tmp_path, SHARE | {"gold": gold})

    assert figures.recall[20] == 0.0
    assert any("'elsewhere'" in warning for warning in figures.warnings)


@pytest.mark.parametrize("question", ["", "\x1b[2J", "a" * 50_000])
def test_a_question_nobody_could_answer_is_refused_with_its_line(tmp_path, question):
    with pytest.raises(MaterialRefused, match=r"questions\.jsonl:2: question: "):
        evaluate(tmp_path, SHARE, {"id": "Q2", "question": question})

    assert not (tmp_path / "answers.jsonl").exists()


def test_a_folder_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(SourceRefused):
        evaluate_answers(
            tmp_path / "nowhere",
            lines(tmp_path / "questions.jsonl", SHARE),
            tmp_path / "answers.jsonl",
            judge=PlainJudge(),
            embedder=None,
            glossary=GLOSSARY,
            clock=lambda: NOON,
            zone=ZoneInfo("UTC"),
        )


def test_answers_that_cannot_be_written_are_refused_in_one_line(tmp_path):
    (tmp_path / "answers.jsonl").mkdir()

    with pytest.raises(MaterialRefused, match=r"answers\.jsonl: it cannot be written"):
        evaluate(tmp_path, SHARE)


# ------------------------------------------------------------------ retrieval

CORPUS = [
    {"id": "a", "text": "Passwords are never shared.", "doc": "it", "title": "Passwords"},
    {"id": "b", "text": "Bicycles stand in the cellar.", "doc": "it"},
    {"id": "c", "text": "", "title": "Empty"},
]


def test_a_run_names_the_passages_in_rank_order(tmp_path):
    queries = [{"id": "q1", "text": "are passwords shared", "relevant": ["a"]}]

    figures = search(tmp_path, CORPUS, queries)

    rows = [line.split() for line in (tmp_path / "run.trec").read_text().splitlines()]
    assert rows[0] == ["q1", "Q0", "a", "1", "1.000000", "mayi"]
    assert [int(row[3]) for row in rows] == list(range(1, len(rows) + 1))
    assert [float(row[4]) for row in rows] == sorted((float(row[4]) for row in rows), reverse=True)
    assert figures.recall == {1: 1.0, 5: 1.0, 10: 1.0, 20: 1.0}
    assert figures.mrr_10 == figures.map_10 == figures.ndcg_10 == 1.0


def test_a_query_without_an_answer_runs_and_does_not_count(tmp_path):
    queries = [
        {"id": "q1", "text": "are passwords shared", "relevant": ["a"]},
        {"id": "q2", "text": "cellar"},
    ]

    figures = search(tmp_path, CORPUS, queries)

    assert (figures.queries, figures.judged, figures.recall[1]) == (2, 1, 1.0)
    assert "\nq2 Q0 " in (tmp_path / "run.trec").read_text()


def test_a_run_is_twenty_deep(tmp_path):
    corpus = [{"id": str(n), "text": f"password rule {n}"} for n in range(30)]

    search(tmp_path, corpus, [{"id": "q", "text": "password rule", "relevant": []}])

    assert len((tmp_path / "run.trec").read_text().splitlines()) == 20


def test_relevant_passages_outside_the_corpus_are_told_and_not_found(tmp_path):
    queries = [{"id": "q1", "text": "are passwords shared", "relevant": ["a", "z"]}]

    figures = search(tmp_path, CORPUS, queries)

    assert figures.recall[20] == 0.5
    assert figures.warnings == ("1 relevant passages are not in the corpus, such as z",)


def test_the_measures_agree_with_a_run_worked_out_by_hand():
    asked = [
        QueryLine(id="q1", text="?", relevant=("a", "b")),
        QueryLine(id="q2", text="?", relevant=("c",)),
        QueryLine(id="q3", text="?", relevant=("d",)),
    ]
    found = [
        Found(query="q1", passages=("a", "x", "b"), took=0.1),
        Found(query="q2", passages=("x", "c"), took=0.3),
        Found(query="q3", passages=("x", "y"), took=0.2),
    ]

    figures = retrieval_figures([CorpusLine(id=i, text="") for i in "abcdxy"], asked, found)

    assert figures.recall[1] == pytest.approx((1 / 2 + 0 + 0) / 3)
    assert figures.recall[5] == pytest.approx((1 + 1 + 0) / 3)
    assert figures.mrr_10 == pytest.approx((1 + 1 / 2 + 0) / 3)
    assert figures.map_10 == pytest.approx(((1 + 2 / 3) / 2 + 1 / 2 + 0) / 3)
    assert figures.took_p50 == 0.2


def test_a_query_that_found_nothing_counts_as_nothing_found():
    assert (
        measure({"q1": ("a",), "q2": ("b",)}, [Found(query="q1", passages=("a",), took=0)])["R@1"]
        == 0.5
    )


def test_a_run_that_cannot_be_written_is_refused_in_one_line(tmp_path):
    (tmp_path / "run.trec").mkdir()

    with pytest.raises(MaterialRefused, match=r"run\.trec: it cannot be written"):
        search(tmp_path, CORPUS, [{"id": "q", "text": "cellar"}])


def test_no_query_with_an_answer_gives_no_figures(tmp_path):
    figures = search(tmp_path, CORPUS, [{"id": "q", "text": "cellar"}])

    assert figures.recall[1] is None
    assert figures.ndcg_10 is None


def test_each_line_of_a_corpus_is_one_passage_of_its_document():
    rulebook = rulebook_of([CorpusLine(**line) for line in CORPUS])

    assert [passage.id for passage in rulebook.passages] == ["a", "b", "c"]
    assert set(rulebook.documents) == {"it", ""}
    assert rulebook.passages[0].headings == ("Passwords",)


def test_an_id_that_no_run_could_hold_is_refused_with_its_line(tmp_path):
    with pytest.raises(MaterialRefused, match=r"corpus\.jsonl:1: id"):
        search(tmp_path, [{"id": "a b", "text": "x"}], [{"id": "q", "text": "x"}])
