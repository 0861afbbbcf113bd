"""One edition's vectors in a Chroma collection, in a directory of its own or on a server.

The only home of chromadb (1.1 s to import). On this disk a directory per collection makes dropping
one a matter of deleting its directory; Chroma itself leaves them behind. Everything here is
derived: whatever is odd is deleted and built again. Run as a program it looks at a collection and
says by its exit code whether it answers: a damaged one may end the process that opens it, so let
that be another.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

NAME = "passages"

# Chosen on 9,000 real passages: of the nearest 60 of 600 questions, 36,000 in all, six are missed,
# at 2 to 3 ms a question; Chroma's defaults miss a hundred times as many. Vectors have length one,
# so l2 orders as the cosine does.
SHAPE: Mapping[str, Any] = {
    "space": "l2",
    "max_neighbors": 32,
    "ef_construction": 160,
    # A collection killed while it synchronises is wedged (chroma 1.5.9); it is built in one go.
    "sync_threshold": 100_000,
}
# How far a query looks about (ef_search): little while checking, for a vector finds itself at
# once; far once it serves. Chroma follows a change when the collection is next opened.
CHECKING = 30
SERVING = 400

# Chroma takes at most 5,461 at once.
BATCH = 4000
CHECKED = 500

PROBE_SECONDS = 60


class Collection:
    """Named vectors of length one, and which of them lie nearest."""

    def __init__(self, client: Any, collection: Any) -> None:  # noqa: ANN401 - Chroma's, late
        """Hold Chroma's open client and collection; `build` and `open` are the ways in."""
        self._client = client
        self._collection = collection

    @classmethod
    def build(cls, directory: Path, names: Sequence[str], vectors: Floats) -> Self:
        """Write the vectors, shape (names, dimension), into an empty directory."""
        return cls._made(_client(directory), NAME, names, vectors, ef_search=CHECKING)

    @classmethod
    def open(cls, directory: Path) -> Self:
        """Open what `build` wrote."""
        return cls._found(_client(directory), NAME)

    @classmethod
    def _made(
        cls,
        client: Any,  # noqa: ANN401 - Chroma's, late
        name: str,
        names: Sequence[str],
        vectors: Floats,
        *,
        ef_search: int,
    ) -> Self:
        collection = client.create_collection(
            name,
            embedding_function=None,
            configuration={"hnsw": {**SHAPE, "ef_search": ef_search}},
        )
        for start in range(0, len(names), BATCH):
            rows = slice(start, start + BATCH)
            collection.add(ids=list(names[rows]), embeddings=vectors[rows])
        return cls(client, collection)

    @classmethod
    def _found(cls, client: Any, name: str) -> Self:  # noqa: ANN401 - Chroma's, late
        return cls(client, client.get_collection(name, embedding_function=None))

    def nearest(self, vector: Floats, count: int) -> list[str]:
        """Return the names of the `count` nearest vectors, nearest first."""
        found = self._collection.query(query_embeddings=[vector], n_results=count, include=[])
        return list(found["ids"][0])

    def lost(self, names: Sequence[str], vectors: Floats) -> list[str]:
        """Return the names whose own vector does not find them."""
        return [
            names[at]
            for at in self._missed(names, vectors)
            if names[at] not in self.nearest(vectors[at], CHECKED)
        ]

    def finish(self) -> None:
        """Let the checked collection look far from when it is next opened, and close it."""
        self._collection.modify(configuration={"hnsw": {"ef_search": SERVING}})
        self.close()

    def close(self) -> None:
        """Give the directory back."""
        self._client.close()

    def _missed(self, names: Sequence[str], vectors: Floats) -> Iterator[int]:
        for start in range(0, len(names), CHECKED):
            rows = vectors[start : start + CHECKED]
            found = self._collection.query(query_embeddings=rows, n_results=1, include=[])
            for at, ids in enumerate(found["ids"], start):
                if ids[:1] != [names[at]]:
                    yield at


class Server:
    """A Chroma server that several processes share. Every method raises ServerFailed."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - Chroma's, late
        """Hold Chroma's client; `reach` is the way in."""
        self._client = client

    @classmethod
    def reach(cls, url: str) -> Self:
        """Return the server at an address such as http://chroma:8000."""
        import chromadb
        from chromadb.config import Settings

        address = urlsplit(url)
        encrypted = address.scheme == "https"
        with _server_failures():
            client = chromadb.HttpClient(
                host=address.hostname or "",
                port=address.port or (443 if encrypted else 8000),
                ssl=encrypted,
                settings=Settings(anonymized_telemetry=False),
            )
        return cls(client)

    def build(self, name: str, names: Sequence[str], vectors: Floats) -> Collection:
        """Write the vectors, shape (names, dimension), into a new collection."""
        with _server_failures():
            return Collection._made(self._client, name, names, vectors, ef_search=SERVING)

    def open(self, name: str) -> Collection:
        """Return a collection that was built."""
        with _server_failures():
            return Collection._found(self._client, name)

    def nearest(self, collection: Collection, vector: Floats, count: int) -> list[str]:
        """Return the names of the `count` nearest vectors, nearest first."""
        with _server_failures():
            return collection.nearest(vector, count)

    def lost(self, collection: Collection, names: Sequence[str], vectors: Floats) -> list[str]:
        """Return the names whose own vector does not find them."""
        with _server_failures():
            return collection.lost(names, vectors)

    def drop(self, name: str) -> None:
        """Delete a collection; one that is not there is no error."""
        with _server_failures():
            if name in {each.name for each in self._client.list_collections()}:
                self._client.delete_collection(name)


class ServerFailed(Exception):  # noqa: N818 - what happened
    """The Chroma server cannot be reached, or does not have what the records say it has."""


@contextmanager
def _server_failures() -> Iterator[None]:
    """Turn whatever Chroma and its HTTP client raise into one error: they raise many kinds."""
    try:
        yield
    except Exception as error:
        raise ServerFailed(type(error).__name__) from error


def answers(directory: Path) -> bool:
    """Tell, from another process, whether the collection in the directory can be asked."""
    try:
        done = subprocess.run(  # noqa: S603 - this file, with this interpreter
            [sys.executable, "-I", __file__, str(directory)],
            capture_output=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _client(directory: Path) -> Any:  # noqa: ANN401 - its type would import chromadb
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(directory), Settings(anonymized_telemetry=False))


def _probe(directory: Path) -> int:
    """Return 0 if the collection holds something and finds it."""
    collection = _client(directory).get_collection(NAME, embedding_function=None)
    some = collection.get(limit=1, include=["embeddings"])
    found = collection.query(query_embeddings=some["embeddings"], n_results=1, include=[])
    return 0 if some["ids"] and found["ids"][0] else 1


if __name__ == "__main__":
    sys.exit(_probe(Path(sys.argv[1])))
