"""The command's side of measuring: tables for people, JSON for programs, files for both."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.conftest import Mayi


def write_lines(path: Path, *lines: object) -> str:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def questions(tmp_path: Path) -> str:
    return write_lines(
        tmp_path / "questions.jsonl",
        {
            "id": "q1",
            "question": "May we train a rival model on the vendor's output?",
            "verdict": "not_allowed",
            "gold": [{"document": "vendor-output", "quote": "Nobody may train a model"}],
        },
        {"id": "q2", "question": "May we eat lunch at noon?", "verdict": "not_covered"},
    )


@pytest.fixture
def corpus(tmp_path: Path) -> tuple[str, str]:
    return (
        write_lines(
            tmp_path / "corpus.jsonl",
            {"id": "p1", "doc": "a", "title": "Keys", "text": "Keys are rotated every quarter."},
            {"id": "p2", "doc": "a", "title": "Lunch", "text": "Lunch is at noon."},
        ),
        write_lines(
            tmp_path / "queries.jsonl",
            {"id": "q1", "text": "How often are keys rotated?", "relevant": ["p1"]},
        ),
    )


def test_answers_are_written_and_their_figures_printed(
    mayi: Mayi, guidelines: Path, questions: str, tmp_path: Path
) -> None:
    out = tmp_path / "answers.jsonl"

    ran = mayi(
        *("evaluate", "answers", "--guidelines", str(guidelines)),
        *("--questions", questions, "--out", str(out)),
    )

    assert ran.code == 0
    for figure in ("accuracy", "macro-F1", "false-allow", "recall@600w", "gold \\ answered"):
        assert figure in ran.out
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["id"] for line in lines] == ["q1", "q2"]
    assert set(lines[0]) == {"id", "verdict", "quotes", "passages"}
    assert not (tmp_path / "data" / "mayi.db").exists()


def test_the_figures_of_answers_are_data_too(
    mayi: Mayi, guidelines: Path, questions: str, tmp_path: Path
) -> None:
    ran = mayi(
        *("evaluate", "answers", "--guidelines", str(guidelines), "--questions", questions),
        *("--out", str(tmp_path / "answers.jsonl"), "--judge", "reader", "--json"),
    )

    figures = json.loads(ran.out)
    assert figures["questions"] == 2
    assert figures["false_allow"] == 0


def test_a_judge_nobody_knows_is_refused(
    mayi: Mayi, guidelines: Path, questions: str, tmp_path: Path
) -> None:
    ran = mayi(
        *("evaluate", "answers", "--guidelines", str(guidelines), "--questions", questions),
        *("--out", str(tmp_path / "answers.jsonl"), "--judge", "oracle"),
    )

    assert ran.code == 2
    assert ran.err == "mayi: --judge: there is no judge 'oracle'. Name it reader or openai.\n"


def test_a_search_is_measured_and_its_run_written(
    mayi: Mayi, corpus: tuple[str, str], tmp_path: Path
) -> None:
    passages, queries = corpus
    run = tmp_path / "run.trec"

    ran = mayi(
        *("evaluate", "retrieval", "--corpus", passages),
        *("--queries", queries, "--run", str(run), "--json"),
    )

    figures = json.loads(ran.out)
    assert figures["recall"]["1"] == 1.0
    assert run.read_text(encoding="utf-8").split()[:4] == ["q1", "Q0", "p1", "1"]
    table = mayi(
        *("evaluate", "retrieval", "--corpus", passages, "--queries", queries, "--run", str(run))
    )
    assert "nDCG@10" in table.out


@pytest.mark.parametrize("broken", ["{not json\n", '{"id": "q1"}\n', "\x00\x01", ""])
def test_a_broken_file_of_questions_is_refused_with_its_line(
    broken: str, mayi: Mayi, guidelines: Path, tmp_path: Path
) -> None:
    (tmp_path / "questions.jsonl").write_text(broken, encoding="utf-8")

    ran = mayi(
        *("evaluate", "answers", "--guidelines", str(guidelines)),
        *("--questions", str(tmp_path / "questions.jsonl"), "--out", str(tmp_path / "out.jsonl")),
    )

    assert ran.code == 2
    assert "questions.jsonl" in ran.err
    assert "Traceback" not in ran.err


def test_an_output_that_cannot_be_written_is_refused(
    mayi: Mayi, guidelines: Path, questions: str, tmp_path: Path
) -> None:
    ran = mayi(
        *("evaluate", "answers", "--guidelines", str(guidelines)),
        *("--questions", questions, "--out", str(tmp_path / "nowhere" / "out.jsonl")),
    )

    assert ran.code == 2
    assert "out.jsonl" in ran.err
