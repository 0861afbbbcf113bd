"""Finding the passages that speak to a question.

Words and vectors are scored apart and joined; the terms of the vendors that the question names,
and all internal rules, come before the terms of others. Whoever asks, nothing outside their
audience is counted, compared or returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from knowledge.models import Hit, Kind, Passage, Question, Rulebook
from knowledge.retrieval.embedders import Embedder, Floats
from knowledge.retrieval.glossary import Glossary
from knowledge.retrieval.lexical import Field, Lexical, Mask
from knowledge.retrieval.vectors import Matrix, key

# benchmarks/retrieval/README.md has what other values gave.
LEXICAL_SHARE = 0.3
STEERING = 0.1
TITLE_WEIGHT = 0.3
CONTEXT_WEIGHT = 0.5


class Index(Protocol):
    """Whatever finds the nearest vectors faster than looking at all of them."""

    def nearest(self, vector: Floats, count: int) -> Sequence[str] | None:
        """Return the ids of about the nearest passages, or None where it cannot be asked now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    """What each way of searching thinks of every passage, in the rulebook's order."""

    lexical: Floats
    dense: Floats | None
    total: Floats


class Search:
    """A search over one edition. Build it once per edition; it may serve several threads."""

    def __init__(
        self,
        rulebook: Rulebook,
        *,
        vectors: Matrix | None = None,
        embedder: Embedder | None = None,
        glossary: Glossary,
        index: Index | None = None,
    ) -> None:
        """Prepare the passages; without vectors and embedder the search uses words alone."""
        self._rulebook = rulebook
        self._passages: tuple[Passage, ...] = tuple(rulebook.passages)
        self._embedder = embedder
        self._glossary = glossary
        self._index = index
        self._documents = list(rulebook.documents)
        number = {document: n for n, document in enumerate(self._documents)}
        self._document_of = np.array([number[p.document_id] for p in self._passages], np.int64)
        self._lexical = Lexical(self._fields())
        self._vectors = self._rows(vectors) if vectors is not None and embedder else None

    def passages_for(self, question: Question, limit: int = 20) -> tuple[Hit, ...]:
        """Return the best passages that the asker may read, best first, at most `limit`."""
        visible = self._visible(question)
        if not visible.any():
            return ()
        scores = self._scores(question, visible)
        order = np.argsort(-scores.total, kind="stable")
        best = [int(place) for place in order[:limit] if visible[place]]
        return tuple(self._hit(place, scores) for place in best)

    def _fields(self) -> list[Field]:
        documents = self._rulebook.documents
        titles = [documents[p.document_id].title for p in self._passages]
        context = [" ".join((*p.headings, *p.lead_ins)) for p in self._passages]
        clauses = [p.text for p in self._passages]
        return [
            Field(texts=clauses),
            Field(texts=context, weight=CONTEXT_WEIGHT),
            Field(texts=titles, weight=TITLE_WEIGHT),
        ]

    def _rows(self, vectors: Matrix) -> Floats:
        """Return the passages' vectors in their order; one without a vector gets zeros."""
        width = vectors.vectors.shape[1]
        rows = np.zeros((len(self._passages), width), np.float32)
        for place, passage in enumerate(self._passages):
            row = vectors.rows.get(key(passage, self._rulebook.documents[passage.document_id]))
            if row is not None:
                rows[place] = vectors.vectors[row]
        return rows

    def _visible(self, question: Question) -> Mask:
        """Return which passages the question may be answered from."""
        documents = [
            document.readable_by(question.groups)
            and (question.documents is None or document.id in question.documents)
            for document in self._rulebook.documents.values()
        ]
        return np.array(documents, np.bool_)[self._document_of]

    def _scores(self, question: Question, visible: Mask) -> _Scores:
        text = " ".join((*question.thread[-1:], question.text))
        lexical = self._lexical.scores(self._lexical.terms(text), visible)
        total = LEXICAL_SHARE * _share(lexical)
        dense = None
        if self._vectors is not None and self._embedder is not None:
            dense = self._vectors @ self._embedder.embed([text]).vectors[0]
            dense[~visible] = 0
            total += (1 - LEXICAL_SHARE) * _share(dense)
        total += STEERING * self._steered(text)
        total[~visible] = -np.inf
        return _Scores(lexical=lexical, dense=dense, total=total)

    def _steered(self, text: str) -> Floats:
        """Return 1 for passages of internal rules and of vendors the text means, else 0.

        Where it means no vendor, 0 throughout.
        """
        vendors = self._glossary.vendors_in(text)
        documents = [
            bool(vendors)
            and (
                document.kind is Kind.GUIDELINE
                or (
                    document.vendor is not None
                    and self._glossary.vendor(document.vendor) in vendors
                )
            )
            for document in self._rulebook.documents.values()
        ]
        return np.array(documents, np.float32)[self._document_of]

    def _hit(self, place: int, scores: _Scores) -> Hit:
        return Hit(
            passage=self._passages[place],
            score=float(scores.total[place]),
            dense=None if scores.dense is None else float(scores.dense[place]),
            lexical=float(scores.lexical[place]),
        )


def _share(scores: Floats) -> Floats:
    """Return the scores as shares of the best one; a negative score is none."""
    best = max(float(scores.max(initial=0)), 1e-9)
    return (np.maximum(scores, 0) / best).astype(np.float32)
