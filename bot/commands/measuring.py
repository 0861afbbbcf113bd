"""Measuring answers and retrieval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.frame import AsJson, opened, print_data, show

GoldFile = Annotated[Path, typer.Option(metavar="FILE")]


def measure_answers(
    *,
    guidelines: Annotated[Path, typer.Option(metavar="FOLDER")],
    questions: GoldFile,
    out: GoldFile,
    judge: Annotated[str, typer.Option(help="Who judges: reader or openai.")] = "reader",
    as_json: AsJson = False,
) -> None:
    """Publish FOLDER apart, answer every question, print the figures."""
    from bot.views.figures import answer_figures_data, answer_figures_lines
    from knowledge.publishing.evaluation.questions import evaluate_answers

    with opened() as parts:
        figures = evaluate_answers(
            guidelines,
            questions,
            out,
            judge=parts.judge(judge),
            embedder=parts.embedder,
            glossary=parts.glossary,
            clock=parts.clock,
            zone=parts.settings.timezone,
            progress=parts.progress,
        )
    if as_json:
        print_data(answer_figures_data(figures))
    else:
        show(answer_figures_lines(figures))


def measure_retrieval(
    *,
    corpus: GoldFile,
    queries: GoldFile,
    run: GoldFile,
    as_json: AsJson = False,
) -> None:
    """Search the corpus for every query, print the figures."""
    from bot.views.figures import retrieval_figures_data, retrieval_figures_lines
    from knowledge.publishing.evaluation.retrieval import evaluate_retrieval

    with opened() as parts:
        figures = evaluate_retrieval(
            corpus,
            queries,
            run,
            embedder=parts.embedder,
            glossary=parts.glossary,
            progress=parts.progress,
        )
    if as_json:
        print_data(retrieval_figures_data(figures))
    else:
        show(retrieval_figures_lines(figures))
