"""What words alone give: bm25s over stems and pairs of stems, with the values of the sets' authors.

It is a library of others, so that a weakness of our own search by words flatters nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from knowledge.retrieval.stems import STOP_WORDS, stem, words

K1 = 0.9
B = 0.4


def available() -> bool:
    """Tell whether bm25s is installed (requirements/bench.txt)."""
    return find_spec("bm25s") is not None


class BM25:
    """Texts found by their stems and pairs of neighbouring stems, stop words left out."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Count the words of the texts."""
        import bm25s  # only where it is installed

        self._index: Any = bm25s.BM25(k1=K1, b=B, method="lucene")
        self._index.index([_terms(text) for text in texts], show_progress=False)
        self._known = self._index.vocab_dict
        self._size = len(texts)

    def find(self, text: str, count: int) -> list[int]:
        """Return the places of the best texts, best first."""
        asked = [term for term in _terms(text) if term in self._known]
        if not asked:
            return []
        most = min(count, self._size)
        places, _ = self._index.retrieve([asked], k=most, show_progress=False)
        return [int(place) for place in places[0]]


def _terms(text: str) -> list[str]:
    stems = [stem(word) for word in words(text) if word not in STOP_WORDS]
    return [*stems, *(f"{one} {two}" for one, two in pairwise(stems))]
