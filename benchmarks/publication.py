"""What a publication costs: the second, one section changed, against the first."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import corpus
from benchmarks.table import Figure, Result
from knowledge.database import Database, file_url
from knowledge.library import editions
from knowledge.library.sources.folder import read_folder
from knowledge.models import Edition
from knowledge.publishing import publication
from knowledge.publishing.publication import Progress
from knowledge.retrieval import vectors
from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.index import Index

NAME = "publication"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store with made-up guidelines published twice, and the seconds each publication took."""

    database: Database
    index: Index
    embedder: Embedder
    edition: Edition
    passages: int
    first: float
    second: float


@contextmanager
def published(passages: int, embedder: Embedder, progress: Progress) -> Iterator[Store]:
    """Publish made-up guidelines with so many passages twice, one section changed between."""
    with TemporaryDirectory(prefix="mayi-bench-") as scratch:
        folder = Path(scratch) / "guidelines"
        corpus.write_guidelines(folder, passages)
        database = Database.open(file_url(Path(scratch) / "mayi.db"))
        index = _index(Path(scratch) / "index", database, embedder)
        try:
            first, _ = _publish(folder, database, index, embedder, progress)
            corpus.change_one_section(folder)
            second, edition = _publish(folder, database, index, embedder, progress)
            yield Store(
                database=database,
                index=index,
                embedder=embedder,
                edition=edition,
                passages=passages,
                first=first,
                second=second,
            )
        finally:
            index.close()
            database.close()


def figures(store: Store) -> Iterator[Result]:
    """Return the ratio that is bounded, and the two times it is made of."""
    yield Figure(
        name=f"second publication / first, {store.passages:,} passages",
        value=store.second / store.first,
        style="ratio",
        must=0.10,
        aim=0.04,
        at_most=True,
    )
    yield Figure(name="first publication", value=store.first, style="seconds", at_most=True)
    yield Figure(name="second publication", value=store.second, style="seconds", at_most=True)


def _index(directory: Path, database: Database, embedder: Embedder) -> Index:
    """Return the index of a new directory."""

    def keys(number: int) -> tuple[str, ...]:
        with database.read() as tx:
            rulebook = editions.load(tx, number)
        documents = rulebook.documents
        return tuple(vectors.key(one, documents[one.document_id]) for one in rulebook.passages)

    index = Index.open(
        directory,
        database,
        model=embedder.name,
        keys=keys,
        clock=lambda: datetime.now(UTC),
    )
    if index is None:
        raise RuntimeError("another process holds a directory that was only just made")
    return index


def _publish(
    folder: Path, database: Database, index: Index, embedder: Embedder, progress: Progress
) -> tuple[float, Edition]:
    """Return the seconds from reading the folder to the switched index, and the edition."""
    began = time.perf_counter()
    published = publication.publish(
        database,
        read_folder(folder),
        by="bench",
        now=datetime.now(UTC),
        embedder=embedder,
        index=index,
        progress=progress,
    )
    if published.unchanged:
        raise RuntimeError("the publication changed nothing, so nothing was measured")
    return time.perf_counter() - began, published.edition
