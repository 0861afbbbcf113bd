"""The figures by which answers are measured, as docs/verdicts.md "Figures" defines them.

Pure: judged questions in, numbers out. A share of nothing is None, never nought or one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.models import Ruling
from knowledge.publishing.evaluation.matching import WORDS_READ, count_words, holds

RANKS = (1, 5, 10, 20)
"""The ranks at which recall is reported."""

_STRICTNESS = {
    Ruling.ALLOWED: 0,
    Ruling.CONDITIONAL: 1,
    Ruling.NOT_COVERED: 2,
    Ruling.NOT_ALLOWED: 3,
}
_MUST_NOT_BE_ALLOWED = frozenset({Ruling.NOT_ALLOWED, Ruling.NOT_COVERED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Words of a document as an answer shows them: a quote, or a passage that was found."""

    document: str
    section: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldQuote:
    """Words that a careful officer would cite, and where they stand."""

    document: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One question with the answer it got and the answer it should have got.

    `gold` is None where nobody labelled the question; `gold_quotes` holds gold and alternative
    quotes alike. `verbatim` counts the quotes that stand in the edition character for character.
    `confidence` orders the answers for the risk-coverage curve.
    """

    id: str
    ruling: Ruling
    gold: Ruling | None
    gold_quotes: tuple[GoldQuote, ...] = ()
    quotes: tuple[Extract, ...] = ()
    passages: tuple[Extract, ...] = ()
    verbatim: int = 0
    confidence: float | None = None
    took: float = 0.0

    @property
    def answerable(self) -> bool:
        """Whether the documents answer the question."""
        return self.gold is not None and self.gold is not Ruling.NOT_COVERED

    @property
    def given(self) -> bool:
        """Whether the answer is a verdict, not "not covered"."""
        return self.ruling is not Ruling.NOT_COVERED

    @property
    def right(self) -> bool:
        """Whether the ruling is the gold ruling."""
        return self.ruling is self.gold

    @property
    def looser(self) -> bool:
        """Whether a verdict was given that is looser than gold. Silence loosens nothing."""
        if self.gold is None or not self.given:
            return False
        return _STRICTNESS[self.ruling] < _STRICTNESS[self.gold]

    def finds_within(self, passages: Iterable[Extract]) -> bool:
        """Tell whether one of the passages holds a gold quote of its document."""
        return any(
            passage.document == gold.document and holds(passage.text, gold.quote)
            for passage in passages
            for gold in self.gold_quotes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What one gets by answering only the surest questions: coverage, and how many are right."""

    coverage: float
    selective: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFigures:
    """Everything `mayi evaluate answers` prints. Shares lie in [0, 1]; None where undefined.

    `confusion` counts by (gold, ruling). `wrongly_allowed` and `looser_ids` name the questions.
    `took_p50` is in seconds.
    """

    questions: int
    labelled: int
    answerable: int
    accuracy: float | None
    macro_f1: float | None
    coverage: float | None
    selective: float | None
    false_allow: float | None
    looser: float | None
    verbatim: float | None
    recall: Mapping[int, float | None]
    recall_600w: float | None
    confusion: Mapping[tuple[Ruling, Ruling], int]
    curve: tuple[CurvePoint, ...]
    coverage_at_80: float | None
    wrongly_allowed: tuple[str, ...]
    looser_ids: tuple[str, ...]
    took_p50: float
    warnings: tuple[str, ...] = field(default=())


def figures_of(judged: Sequence[Judged], warnings: tuple[str, ...] = ()) -> AnswerFigures:
    """Return all figures over these questions; unlabelled ones count for quotes and time only."""
    labelled = [one for one in judged if one.gold is not None]
    answerable = [one for one in labelled if one.answerable]
    given = [one for one in labelled if one.given]
    guarded = [one for one in labelled if one.gold in _MUST_NOT_BE_ALLOWED]
    loosenable = [one for one in labelled if one.gold is not Ruling.ALLOWED]
    curve = risk_coverage(labelled)
    return AnswerFigures(
        questions=len(judged),
        labelled=len(labelled),
        answerable=len(answerable),
        accuracy=_share(one.right for one in labelled),
        macro_f1=macro_f1(confusion(labelled)),
        coverage=_share(one.given for one in answerable),
        selective=_share(one.right for one in given),
        false_allow=_share(one.ruling is Ruling.ALLOWED for one in guarded),
        looser=_share(one.looser for one in loosenable),
        verbatim=share_verbatim(judged),
        recall={rank: recall_at(answerable, rank) for rank in RANKS},
        recall_600w=recall_within_words(answerable, WORDS_READ),
        confusion=confusion(labelled),
        curve=curve,
        coverage_at_80=coverage_at(curve, selective=0.8) if answerable else None,
        wrongly_allowed=tuple(one.id for one in guarded if one.ruling is Ruling.ALLOWED),
        looser_ids=tuple(one.id for one in loosenable if one.looser),
        took_p50=median(one.took for one in judged),
        warnings=warnings,
    )


def recall_at(answerable: Sequence[Judged], rank: int) -> float | None:
    """Return the share of questions with a gold quote among the first `rank` passages."""
    return _share(one.finds_within(one.passages[:rank]) for one in answerable if one.gold_quotes)


def recall_within_words(answerable: Sequence[Judged], words: int) -> float | None:
    """Return the same among the passages that fit, in rank order, into the first `words` words."""
    return _share(
        one.finds_within(fitting(one.passages, words)) for one in answerable if one.gold_quotes
    )


def fitting(passages: Sequence[Extract], words: int) -> tuple[Extract, ...]:
    """Return the passages up to the first that no longer fits; context is not counted."""
    fit: list[Extract] = []
    for passage in passages:
        words -= count_words(passage.text)
        if words < 0:
            break
        fit.append(passage)
    return tuple(fit)


def confusion(labelled: Iterable[Judged]) -> dict[tuple[Ruling, Ruling], int]:
    """Count the questions by (gold, ruling), every pair of the four present."""
    counts = Counter((one.gold, one.ruling) for one in labelled)
    return {(gold, ruling): counts[gold, ruling] for gold in Ruling for ruling in Ruling}


def macro_f1(matrix: Mapping[tuple[Ruling, Ruling], int]) -> float | None:
    """Return the mean F1 over the rulings that occur as gold or as answer; None without any."""
    scores = [f1 for ruling in Ruling if (f1 := _f1(matrix, ruling)) is not None]
    return sum(scores) / len(scores) if scores else None


def risk_coverage(labelled: Sequence[Judged]) -> tuple[CurvePoint, ...]:
    """Return a point per answer given, adding answers from the surest to the least sure.

    Answers of equal confidence enter together, for no threshold could tell them apart. Empty
    where the judge states no confidence.
    """
    sure = [one for one in labelled if one.given and one.confidence is not None]
    answerable = sum(one.answerable for one in labelled)
    levels = sorted({one.confidence for one in sure if one.confidence is not None}, reverse=True)
    return tuple(_curve_point(sure, level, answerable) for level in levels) if answerable else ()


def coverage_at(curve: Sequence[CurvePoint], *, selective: float) -> float:
    """Return the greatest coverage at which at least that share of the verdicts is right."""
    return max((point.coverage for point in curve if point.selective >= selective), default=0.0)


def share_verbatim(judged: Iterable[Judged]) -> float | None:
    """Return the share of all quotes that stand in the edition word for word."""
    quotes = verbatim = 0
    for one in judged:
        quotes += len(one.quotes)
        verbatim += one.verbatim
    return verbatim / quotes if quotes else None


def _curve_point(sure: Sequence[Judged], level: float, answerable: int) -> CurvePoint:
    """Return what answering everything at least this sure comes to."""
    taken = [one for one in sure if one.confidence is not None and one.confidence >= level]
    covered = sum(one.answerable for one in taken)
    right = sum(one.right for one in taken)
    return CurvePoint(coverage=covered / answerable, selective=right / len(taken), confidence=level)


def _f1(matrix: Mapping[tuple[Ruling, Ruling], int], ruling: Ruling) -> float | None:
    """Return the F1 of one ruling; None where it occurs neither as gold nor as answer."""
    right = matrix[ruling, ruling]
    labelled = sum(matrix[ruling, other] for other in Ruling)
    given = sum(matrix[other, ruling] for other in Ruling)
    return 2 * right / (labelled + given) if labelled + given else None


def _share(held: Iterable[bool]) -> float | None:
    """Return the share of true values; None of an empty sequence."""
    values = list(held)
    return sum(values) / len(values) if values else None


def median(values: Iterable[float]) -> float:
    """Return the lower median; 0.0 of nothing."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else 0.0
