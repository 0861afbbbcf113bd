"""The exam: questions as engineers ask them, against real terms and policies (material needed)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import answers
from benchmarks.table import Figure, Result, Skipped

NAME = "exam"


def measure(material: Path | None) -> Iterator[Result | str]:
    """Answer the exam with the offline reader; yield its figures, then the curve as text."""
    folder = None if material is None else material / "benchmarks" / "exam"
    if folder is None or not folder.is_dir():
        yield Skipped(name=NAME, why="needs --material DIR with benchmarks/exam")
        return
    figures = answers.answer(folder / "guidelines", folder / "questions.jsonl")
    yield Figure(
        name="exam: recall@600w", value=figures.recall_600w, baseline=0.60, must=0.64, aim=0.72
    )
    yield Figure(
        name="exam: false-allow", value=figures.false_allow, must=0.0, aim=0.0, at_most=True
    )
    yield Figure(
        name="exam: coverage at selective accuracy >= .80", value=figures.coverage_at_80, aim=0.25
    )
    yield Figure(name="exam: coverage", value=figures.coverage)
    yield Figure(name="exam: selective accuracy", value=figures.selective)
    yield Figure(name="exam: quotes verbatim", value=figures.verbatim, must=1.0)
    yield from answers.details(NAME, figures)
    yield from answers.confusion_lines(NAME, figures)
    yield from answers.curve_lines(NAME, figures)
