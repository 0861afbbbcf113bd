"""The recorded vectors: one row per searchable text and embedder, kept across editions.

The key is the hash of what is embedded, so a passage that moves to another edition unchanged
costs nothing, and one whose heading changes is embedded anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.database import metadata
from knowledge.models import Document, Passage, text_hash
from knowledge.retrieval.embedders import Embeddings, Floats

vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
    sa.Column("tokens", sa.LargeBinary, nullable=False),
)


def searchable(passage: Passage, document: Document) -> str:
    """Return what is embedded of a passage: its document's title, then its own words.

    Headings and lead-ins are left to the search by words: in the vector they blur the clause
    (benchmarks/retrieval/README.md). A title that is no words, only an id or a number, is left out.
    """
    titled = document.title != document.id and any(map(str.isalpha, document.title))
    return f"{document.title}\n{passage.text}" if titled else passage.text


def key(passage: Passage, document: Document) -> str:
    """Return the key a passage's vectors are recorded under."""
    return text_hash(searchable(passage, document))


def missing(tx: Connection, model: str, keys: Iterable[str]) -> frozenset[str]:
    """Return the keys that have no vectors of this model yet."""
    recorded = tx.scalars(sa.select(vectors.c.key).where(vectors.c.model == model))
    return frozenset(keys) - frozenset(recorded)


def record(tx: Connection, model: str, keys: Sequence[str], embeddings: Embeddings) -> None:
    """Write the vectors of the keys, in their order; those recorded already stay as they are."""
    known = missing(tx, model, keys)
    rows = {
        key: {
            "model": model,
            "key": key,
            "vector": np.ascontiguousarray(vector, "<f4").tobytes(),
            "tokens": tokens.tobytes(),
        }
        for key, vector, tokens in zip(keys, embeddings.vectors, embeddings.tokens, strict=True)
        if key in known
    }
    if rows:
        tx.execute(sa.insert(vectors), list(rows.values()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The recorded vectors of some keys.

    `rows` maps each key that has vectors to its row of `vectors`, shape (rows, dimension).
    `tokens` holds per row the bytes of its token vectors.
    """

    model: str
    rows: dict[str, int]
    vectors: Floats
    tokens: tuple[bytes, ...]


def matrix(tx: Connection, model: str, keys: Iterable[str]) -> Matrix:
    """Load the vectors of the keys in one query; keys without vectors are left out."""
    wanted = frozenset(keys)
    query = sa.select(vectors.c.key, vectors.c.vector, vectors.c.tokens)
    rows = [row for row in tx.execute(query.where(vectors.c.model == model)) if row.key in wanted]
    joined = np.frombuffer(b"".join(row.vector for row in rows), "<f4")
    return Matrix(
        model=model,
        rows={row.key: number for number, row in enumerate(rows)},
        vectors=joined.reshape(len(rows), -1) if rows else joined.reshape(0, 0),
        tokens=tuple(row.tokens for row in rows),
    )
