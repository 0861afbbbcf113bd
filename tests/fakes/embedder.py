"""An embedder that needs no model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from zlib import crc32

import numpy as np

from knowledge.retrieval.embedders import TOKEN_SCALE, Embeddings, Floats


@dataclass
class FakeEmbedder:
    """Hashes words into dimensions; keeps in `seen` every text it was given."""

    name: str = "fake-1"
    dimension: int = 64
    seen: list[str] = field(default_factory=list)

    def embed(self, texts: Sequence[str]) -> Embeddings:
        self.seen.extend(texts)
        words = [re.findall(r"\w+", text.lower()) for text in texts]
        vectors = [_unit(sum((self._word(w) for w in ws), self._word(""))) for ws in words]
        tokens = [np.array([self._word(w) for w in ws]).reshape(-1, self.dimension) for ws in words]
        return Embeddings(
            vectors=np.array(vectors, np.float32).reshape(len(texts), self.dimension),
            tokens=tuple(np.rint(each * TOKEN_SCALE).astype(np.int8) for each in tokens),
        )

    def _word(self, word: str) -> Floats:
        vector = np.zeros(self.dimension, np.float32)
        vector[crc32(word.encode("utf-8", "replace")) % self.dimension] = 1.0
        return vector


def _unit(vector: Floats) -> Floats:
    return vector / np.float32(np.linalg.norm(vector))
