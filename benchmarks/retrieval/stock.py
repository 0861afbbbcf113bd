"""What one gets off the shelf: LlamaIndex's splitter, the same embedder, a Chroma collection."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from importlib.util import find_spec

from benchmarks.retrieval.kept import Kept
from knowledge.models import text_hash

CHUNK_TOKENS = 256
OVERLAP_TOKENS = 32
_BATCH = 4000


def available() -> bool:
    """Tell whether LlamaIndex is installed (requirements/bench.txt)."""
    return find_spec("llama_index") is not None


class Pipeline:
    """Texts cut into chunks of 256 tokens, 32 of them shared, and searched by vectors."""

    def __init__(self, texts: Mapping[str, str], kept: Kept) -> None:
        """Cut, embed and store the texts; keys of `texts` are their ids."""
        import chromadb  # slow, and only this needs it

        self._embedder = kept.embedder
        self._chunks = _chunks(texts)
        matrix = kept.matrix([chunk for _, chunk in self._chunks])
        held = matrix.vectors[[matrix.rows[text_hash(chunk)] for _, chunk in self._chunks]]
        client = chromadb.EphemeralClient()
        self._collection = client.create_collection(
            f"stock-{id(self)}",
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine"}},
        )
        for start in range(0, len(held), _BATCH):
            rows = held[start : start + _BATCH]
            ids = [str(start + place) for place in range(len(rows))]
            self._collection.add(ids=ids, embeddings=rows)

    def find(self, text: str, count: int) -> list[tuple[str, str]]:
        """Return id and words of the nearest chunks, nearest first."""
        vector = self._embedder.embed([text]).vectors
        most = min(count, len(self._chunks))
        found = self._collection.query(query_embeddings=vector, n_results=most, include=[])
        return [self._chunks[int(each)] for each in found["ids"][0]]


def _chunks(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its dependencies warn about one another
        from llama_index.core.node_parser import SentenceSplitter  # only where it is installed

    splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)
    return [(name, chunk) for name, text in texts.items() for chunk in splitter.split_text(text)]
