"""Vectors made once: every benchmark of the search shares them, and the next run has them still."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from knowledge.database import Database, file_url
from knowledge.models import text_hash
from knowledge.retrieval import vectors
from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.vectors import Matrix

FOLDER = Path(__file__).parents[1] / "out"
"""Where they are kept, outside version control; it may be deleted at any time."""

_BATCH = 256


class Kept:
    """The vectors of texts, recorded as the product records them: by model and by text."""

    def __init__(self, database: Database, embedder: Embedder) -> None:
        """Hold the records and whoever makes what is not in them; `kept` is the way in."""
        self.embedder = embedder
        self._database = database

    def matrix(self, texts: Sequence[str]) -> Matrix:
        """Return the vectors of the texts under the hash of each; what is missing is made first."""
        by_key = {text_hash(text): text for text in texts}
        with self._database.read() as tx:
            absent = sorted(vectors.missing(tx, self.embedder.name, by_key))
        for number, keys in enumerate(_batches(absent)):
            self._make(keys, [by_key[key] for key in keys])
            sys.stderr.write(f"  embedding {number * _BATCH + len(keys):,} of {len(absent):,}\n")
        with self._database.read() as tx:
            return vectors.matrix(tx, self.embedder.name, by_key)

    def _make(self, keys: Sequence[str], texts: Sequence[str]) -> None:
        made = self.embedder.embed(texts)
        with self._database.begin() as tx:
            vectors.record(tx, self.embedder.name, keys, made)


@contextmanager
def kept(embedder: Embedder, folder: Path = FOLDER) -> Iterator[Kept]:
    """Open the kept vectors, in a folder that is made if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    database = Database.open(file_url(folder / "vectors.db"))
    try:
        yield Kept(database, embedder)
    finally:
        database.close()


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
