"""What one gets off the shelf: LlamaIndex's splitter, the same embedder, a Chroma collection."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from importlib.util import find_spec

from knowledge.retrieval.embedders import Embedder

CHUNK_TOKENS = 256
OVERLAP_TOKENS = 32
_BATCH = 256


def available() -> bool:
    """Tell whether LlamaIndex is installed (requirements/bench.txt)."""
    return find_spec("llama_index") is not None


class Pipeline:
    """Documents cut into chunks of 256 tokens, 32 of them shared, and searched by vectors."""

    def __init__(self, texts: Mapping[str, str], embedder: Embedder) -> None:
        """Cut, embed and store the documents; keys of `texts` are their ids."""
        import chromadb  # slow, and only this needs it

        self._embedder = embedder
        self._chunks = [
            (document, chunk) for document, text in texts.items() for chunk in _split(text)
        ]
        self._collection = chromadb.EphemeralClient().create_collection(
            "stock", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )
        for start in range(0, len(self._chunks), _BATCH):
            chunks = self._chunks[start : start + _BATCH]
            self._collection.add(
                ids=[str(start + place) for place in range(len(chunks))],
                embeddings=embedder.embed([chunk for _, chunk in chunks]).vectors,
            )

    def find(self, text: str, count: int) -> list[tuple[str, str]]:
        """Return document and words of the nearest chunks, nearest first."""
        vector = self._embedder.embed([text]).vectors
        found = self._collection.query(query_embeddings=vector, n_results=count, include=[])
        return [self._chunks[int(each)] for each in found["ids"][0]]


def _split(text: str) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its dependencies warn about one another
        from llama_index.core.node_parser import SentenceSplitter  # only where it is installed

    splitter = SentenceSplitter(chunk_size=CHUNK_TOKENS, chunk_overlap=OVERLAP_TOKENS)
    return splitter.split_text(text)
