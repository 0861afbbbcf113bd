"""What a press of *Yes* or *No* makes of the conditional answers to the sample questions."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks import answers
from benchmarks.golden import EXAMPLES
from benchmarks.table import Figure, Result
from knowledge.answering.answerer import Answerer
from knowledge.answering.deciding import facts_to_ask
from knowledge.database import Database, file_url
from knowledge.judging.reader import Reader
from knowledge.library.sources.folder import read_folder
from knowledge.models import Question, Ruling, Verdict
from knowledge.publishing import publication
from knowledge.retrieval.glossary import Glossary

QUESTIONS = ("golden", "plain", "fresh")
MOST = 8
"""Presses after which nobody goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pressed:
    """A conditional answer's gold, and what it became by *Yes* to everything and by one *No*."""

    gold: Ruling
    yes: Ruling
    no: Ruling


def measure(_material: Path | None) -> Iterator[Result | str]:
    """Ask every sample question, press under every conditional answer, and yield the figures."""
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as folder:
        pressed = tuple(_pressed(_company(Path(folder) / "mayi.db")))
    decided = sum(one.yes is not Ruling.CONDITIONAL for one in pressed)
    looser = sum(one.no is not Ruling.NOT_ALLOWED for one in pressed)
    wrong = sum(one.yes is Ruling.ALLOWED and one.gold is Ruling.NOT_ALLOWED for one in pressed)
    yield Figure(name="presses: conditional answers", value=len(pressed), style="count")
    yield Figure(name="presses: decided by Yes", value=decided / len(pressed), must=1.0)
    yield Figure(
        name="presses: not forbidden by No", value=looser, style="count", must=0, at_most=True
    )
    yield Figure(
        name="presses: allowed by Yes where gold forbids", value=wrong, style="count", at_most=True
    )


def _company(path: Path) -> Answerer:
    """Publish the sample guidelines, and return who answers from them."""
    now = datetime.now(UTC)
    database, embedder = Database.open(file_url(path)), answers.embedder()
    source = read_folder(EXAMPLES / "guidelines")
    publication.publish(database, source, by="bench", now=now, embedder=embedder)
    return Answerer(
        database,
        embedder=embedder,
        judge=Reader(),
        glossary=Glossary.load(),
        clock=lambda: now,
        zone=ZoneInfo("UTC"),
    )


def _pressed(answerer: Answerer) -> Iterator[_Pressed]:
    for name in QUESTIONS:
        for line in (EXAMPLES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            asked = said["question"]
            verdict = answerer.answer(Question(text=asked)).verdict
            if verdict.ruling is Ruling.CONDITIONAL:
                yield _Pressed(
                    gold=Ruling(said["verdict"]),
                    yes=_after_yes(answerer, asked, verdict).ruling,
                    no=_after_no(answerer, asked, verdict).ruling,
                )


def _after_yes(answerer: Answerer, asked: str, verdict: Verdict) -> Verdict:
    """Return what the answer becomes where everything it turns on is so."""
    thread = [asked]
    while (facts := facts_to_ask(verdict)) and len(thread) <= MOST:
        words = facts[0].options[0].words
        verdict = answerer.answer(Question(text=words, thread=tuple(thread))).verdict
        thread.append(words)
    return verdict


def _after_no(answerer: Answerer, asked: str, verdict: Verdict) -> Verdict:
    """Return what it becomes where the first of that is not so."""
    words = facts_to_ask(verdict)[0].options[-1].words
    return answerer.answer(Question(text=words, thread=(asked,))).verdict
