"""The figures of an evaluation, for people's eyes and as data; docs/verdicts.md defines each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.terminal import Line, Style, table_lines
from bot.views.library import warning_lines
from knowledge.models import Ruling

if TYPE_CHECKING:
    from knowledge.publishing.evaluation.figures import AnswerFigures
    from knowledge.publishing.evaluation.retrieval import RetrievalFigures

_CURVE_ROWS = 10


def answer_figures_lines(figures: AnswerFigures) -> tuple[Line, ...]:
    """Return the figures, the confusion matrix and the risk-coverage curve as tables."""
    return (
        *table_lines(("figure", "value"), _answer_rows(figures)),
        Line(text=""),
        *_confusion(figures.confusion),
        *_curve(figures),
        *_named("Wrongly allowed", figures.wrongly_allowed),
        *_named("Looser than gold", figures.looser_ids),
        *warning_lines(figures.warnings),
    )


def _answer_rows(figures: AnswerFigures) -> tuple[tuple[str, str], ...]:
    asked = f"{figures.questions} ({figures.labelled} labelled, {figures.answerable} answerable)"
    return (
        ("questions", asked),
        ("accuracy", _share(figures.accuracy)),
        ("macro-F1", _share(figures.macro_f1)),
        ("coverage", _share(figures.coverage)),
        ("selective", _share(figures.selective)),
        ("coverage at selective .80", _share(figures.coverage_at_80)),
        ("false-allow", _share(figures.false_allow)),
        ("looser", _share(figures.looser)),
        ("quotes verbatim", _share(figures.verbatim)),
        *((f"recall@{rank}", _share(value)) for rank, value in figures.recall.items()),
        ("recall@600w", _share(figures.recall_600w)),
        ("p50 per question", f"{figures.took_p50 * 1000:.0f} ms"),
    )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _confusion(counts: Mapping[tuple[Ruling, Ruling], int]) -> tuple[Line, ...]:
    headings = ("gold \\ answered", *Ruling)
    rows = ((gold, *(counts.get((gold, ruling), 0) for ruling in Ruling)) for gold in Ruling)
    return table_lines(headings, rows)


def _curve(figures: AnswerFigures) -> tuple[Line, ...]:
    """Return about ten points of the curve, evenly taken, the last one among them."""
    if not figures.curve:
        return ()
    step = max(1, -(-len(figures.curve) // _CURVE_ROWS))
    points = figures.curve[::-1][::step][::-1]
    rows = ((f"{p.coverage:.3f}", f"{p.selective:.3f}", f"{p.confidence:.3f}") for p in points)
    return (Line(text=""), *table_lines(("coverage", "selective", "confidence"), rows))


def _named(what: str, ids: tuple[str, ...]) -> tuple[Line, ...]:
    return (Line(text=f"{what}: {', '.join(ids)}", style=Style.WARNING),) if ids else ()


def answer_figures_data(figures: AnswerFigures) -> dict[str, Any]:
    """Return the figures as data; the confusion matrix as {gold: {answered: count}}."""
    data = asdict(figures)
    data["confusion"] = {
        gold.value: {ruling.value: figures.confusion.get((gold, ruling), 0) for ruling in Ruling}
        for gold in Ruling
    }
    return data


def retrieval_figures_lines(figures: RetrievalFigures) -> tuple[Line, ...]:
    """Return the figures of a search over a corpus as a table."""
    rows = (
        ("passages", str(figures.passages)),
        ("queries", f"{figures.queries} ({figures.judged} judged)"),
        *((f"recall@{rank}", _share(value)) for rank, value in figures.recall.items()),
        ("MRR@10", _share(figures.mrr_10)),
        ("MAP@10", _share(figures.map_10)),
        ("nDCG@10", _share(figures.ndcg_10)),
        ("p50 per query", f"{figures.took_p50 * 1000:.1f} ms"),
    )
    return (*table_lines(("figure", "value"), rows), *warning_lines(figures.warnings))


def retrieval_figures_data(figures: RetrievalFigures) -> dict[str, Any]:
    """Return the figures of a search as data."""
    return asdict(figures)
