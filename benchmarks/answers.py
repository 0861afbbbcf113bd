"""What the two sets of questions have in common: parts, the run, and the figures that are shown."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.table import Figure
from knowledge.errors import Refused
from knowledge.judging.reader import Reader
from knowledge.models import Ruling
from knowledge.publishing import evaluation
from knowledge.publishing.evaluation import AnswerFigures
from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.embedders.minilm import MiniLM
from knowledge.retrieval.glossary import Glossary


def embedder() -> Embedder | None:
    """Return the sentence model, or None where its wheel is not installed."""
    try:
        return MiniLM.load()
    except Refused:
        return None


def answer(guidelines: Path, questions: Path) -> AnswerFigures:
    """Answer the questions with the offline reader and return the figures."""
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as folder:
        return _evaluate(guidelines, questions, Path(folder) / "answers.jsonl")


def rulings(guidelines: Path, questions: Path) -> dict[str, Ruling]:
    """Answer the questions with the offline reader and return what was ruled on each, by id."""
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as folder:
        out = Path(folder) / "answers.jsonl"
        _evaluate(guidelines, questions, out)
        lines = map(json.loads, out.read_text("utf-8").splitlines())
        return {line["id"]: Ruling(line["verdict"]) for line in lines}


def _evaluate(guidelines: Path, questions: Path, out: Path) -> AnswerFigures:
    return evaluation.evaluate_answers(
        guidelines,
        questions,
        out,
        judge=Reader(),
        embedder=embedder(),
        glossary=Glossary.load(),
        clock=lambda: datetime.now(UTC),
        zone=ZoneInfo("UTC"),
    )


def details(name: str, figures: AnswerFigures) -> Iterator[Figure]:
    """Return the figures that nothing is asked of: for the reader of the table."""
    for rank, value in figures.recall.items():
        yield Figure(name=f"{name}: recall@{rank}", value=value)
    yield Figure(name=f"{name}: accuracy", value=figures.accuracy)
    yield Figure(name=f"{name}: macro-F1", value=figures.macro_f1)
    yield Figure(name=f"{name}: looser than gold", value=figures.looser, at_most=True)
    yield Figure(
        name=f"{name}: question to verdict, p50", value=figures.took_p50, style="milliseconds"
    )


def confusion_lines(name: str, figures: AnswerFigures) -> Iterator[str]:
    """Return the confusion matrix as lines of text, a gold ruling each."""
    yield f"{name}: gold (down) against answer: " + ", ".join(ruling.value for ruling in Ruling)
    for gold in Ruling:
        counts = "  ".join(f"{figures.confusion[gold, ruling]:3}" for ruling in Ruling)
        yield f"  {gold.value:12} {counts}"


def curve_lines(name: str, figures: AnswerFigures) -> Iterator[str]:
    """Return the risk-coverage curve as lines of text, surest answers first."""
    yield f"{name}: risk-coverage, answering only when at least so sure"
    for point in figures.curve:
        yield (
            f"  sure {point.confidence:.3f}  coverage {point.coverage:.3f}"
            f"  selective {point.selective:.3f}"
        )
