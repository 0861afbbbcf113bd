"""The plainest questions of all, short and direct, over the sample guidelines.

People try a tool with exactly these first. What counts is how much of the QUESTION a rule covers:
a short question never speaks of all a rule's examples.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from knowledge.answering.answerer import Answerer
from knowledge.database import Database
from knowledge.judging.reader import Reader
from knowledge.library.sources.folder import read_folder
from knowledge.models import Question, Ruling
from knowledge.publishing.publication import publish
from knowledge.retrieval.embedders.minilm import MiniLM
from knowledge.retrieval.glossary import Glossary

EXAMPLES = Path(__file__).parents[2] / "examples"
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ENOUGH = 0.8
"""Of the plain questions that a rule answers, this part must get its verdict."""


@pytest.fixture(scope="module")
def answerer(tmp_path_factory):
    database = Database.open(f"sqlite:///{tmp_path_factory.mktemp('plain') / 'mayi.db'}")
    embedder = MiniLM.load()
    publish(
        database,
        read_folder(EXAMPLES / "guidelines"),
        by="Nora",
        now=NOW,
        embedder=embedder,
    )
    yield Answerer(
        database,
        embedder=embedder,
        judge=Reader(),
        glossary=Glossary.load(None),
        clock=lambda: NOW,
        zone=ZoneInfo("UTC"),
    )
    database.close()


def plain_questions():
    lines = (EXAMPLES / "plain.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_plain_questions_get_their_verdict_and_none_a_looser_one(answerer):
    given = [
        (line, answerer.answer(Question(text=line["question"])).verdict.ruling)
        for line in plain_questions()
    ]
    covered = [(line, ruling) for line, ruling in given if line["verdict"] != "not_covered"]
    right = [line["id"] for line, ruling in covered if ruling == line["verdict"]]
    wrong = [
        f"{line['id']} {line['question']} gold {line['verdict']}, answered {ruling.value}"
        for line, ruling in given
        if ruling not in {line["verdict"], Ruling.NOT_COVERED}
    ]

    assert wrong == []
    assert len(right) >= ENOUGH * len(covered), sorted(
        line["question"] for line, ruling in covered if ruling is Ruling.NOT_COVERED
    )
