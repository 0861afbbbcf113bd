"""Small rulebooks to search in."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from knowledge.models import Document, Edition, Kind, Passage, Rulebook, Section
from knowledge.retrieval import vectors
from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.vectors import Matrix

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def document(name: str, *, vendor: str | None = None, **fields) -> Document:
    kind = Kind.TERMS if vendor else Kind.GUIDELINE
    given = {"title": name, "kind": kind, "text": "x", "path": f"{name}.md", "vendor": vendor}
    return Document(id=name, **(given | fields))


def rulebook(*written: tuple[Document, tuple[str, ...]], number: int = 1) -> Rulebook:
    """Return an edition in which each document has these passages."""
    edition = Edition(number=number, published_at=NOON, published_by="ada", effective_at=NOON)
    passages = [
        Passage(
            id=f"{one.id}/{at}",
            section_id=f"{one.id}#all",
            document_id=one.id,
            start=0,
            end=max(len(text), 1),
            text=text,
        )
        for one, texts in written
        for at, text in enumerate(texts)
    ]
    sections = {
        f"{one.id}#all": Section(
            id=f"{one.id}#all", document_id=one.id, headings=(), start=0, text="x"
        )
        for one, _ in written
    }
    return Rulebook(
        edition=edition,
        documents={one.id: one for one, _ in written},
        sections=sections,
        passages=passages,
    )


def keys(book: Rulebook) -> list[str]:
    return [vectors.key(each, book.documents[each.document_id]) for each in book.passages]


def matrix(book: Rulebook, embedder: Embedder) -> Matrix:
    """Return the vectors of every passage."""
    texts = {
        vectors.key(each, book.documents[each.document_id]): vectors.searchable(
            each, book.documents[each.document_id]
        )
        for each in book.passages
    }
    embedded = embedder.embed(list(texts.values()))
    return Matrix(
        model=embedder.name,
        rows={key: row for row, key in enumerate(texts)},
        vectors=np.asarray(embedded.vectors),
        tokens=tuple(each.tobytes() for each in embedded.tokens),
    )
