"""Measuring answers and retrieval with figures that docs/verdicts.md defines.

The same code serves compliance staff, the benchmarks and, later, the replay of golden questions
before a publication.
"""

from knowledge.publishing.evaluation.figures import AnswerFigures, figures_of
from knowledge.publishing.evaluation.questions import evaluate_answers
from knowledge.publishing.evaluation.retrieval import RetrievalFigures, evaluate_retrieval

__all__ = [
    "AnswerFigures",
    "RetrievalFigures",
    "evaluate_answers",
    "evaluate_retrieval",
    "figures_of",
]
