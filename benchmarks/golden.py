"""The sample guidelines and their golden questions, answered by the offline reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import answers
from benchmarks.table import Figure, Result

NAME = "golden"
EXAMPLES = Path(__file__).parents[1] / "examples"


def measure(_material: Path | None) -> Iterator[Result | str]:
    """Answer the golden questions; yield their figures, then the confusion matrix as text."""
    figures = answers.answer(EXAMPLES / "guidelines", EXAMPLES / "golden.jsonl")
    yield Figure(name="golden: coverage", value=figures.coverage, must=0.75, aim=0.90)
    yield Figure(name="golden: selective accuracy", value=figures.selective, must=0.95, aim=0.98)
    yield Figure(
        name="golden: false-allow", value=figures.false_allow, must=0.0, aim=0.0, at_most=True
    )
    yield Figure(name="golden: quotes verbatim", value=figures.verbatim, must=1.0)
    yield Figure(name="golden: recall@600w", value=figures.recall_600w)
    yield from answers.details(NAME, figures)
    yield from answers.confusion_lines(NAME, figures)
    yield from answers.curve_lines(NAME, figures)
