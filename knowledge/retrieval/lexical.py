"""Finding passages by their words: BM25 over stems and pairs of stems.

The statistics (how many passages hold a word, how long they are) are taken when a question is
asked and over the passages its asker may see, so that a score tells nothing about the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from knowledge.retrieval.embedders import Floats
from knowledge.retrieval.stems import STOP_WORDS, stem, words

# Robertson and Zaragoza, The Probabilistic Relevance Framework (2009). Low values suit short
# passages; benchmarks/retrieval/README.md has what other values gave.
K1 = 0.9
B = 0.4
PAIR_WEIGHT = 0.5

_PAIR = 1 << 32  # numbers of pairs start here: above every number of a single stem

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One text per passage, and how much a word in it counts."""

    texts: Sequence[str]
    weight: float = 1.0


class Lexical:
    """Which passage holds which stem or pair of stems, how often.

    `fields` are parts of the same passages (clause, headings, …), one text per passage each.
    """

    def __init__(self, fields: Sequence[Field]) -> None:
        """Count the words; about a second for 10,000 passages."""
        self._numbers: dict[str, int] = dict.fromkeys(STOP_WORDS, -1)
        self._stems: dict[str, int] = {}
        self.size = len(fields[0].texts) if fields else 0
        counted = [self._count(field) for field in fields]
        terms = np.concatenate([terms for terms, _, _ in counted])
        places = np.concatenate([places for _, places, _ in counted])
        weights = np.concatenate([weights for _, _, weights in counted])
        self._file(terms, places, weights)

    def _count(self, field: Field) -> tuple[Numbers, Numbers, Floats]:
        """Return each occurrence of a term in the field: term, passage, weight."""
        numbered = [self._numbered(text) for text in field.texts]
        stems = np.fromiter((n for one in numbered for n in one), np.int64)
        places = np.repeat(np.arange(len(numbered)), [len(one) for one in numbered])
        within = places[1:] == places[:-1]
        pairs = _PAIR + stems[:-1] * _PAIR + stems[1:]
        terms = np.concatenate([stems, pairs[within]])
        held = np.concatenate([places, places[1:][within]])
        return terms, held, np.full(len(terms), field.weight, np.float32)

    def _numbered(self, text: str) -> list[int]:
        """Return the numbers of the text's stems in their order, stop words left out."""
        known = self._numbers
        found = []
        for word in words(text):
            number = known.get(word)
            if number is None:
                number = self._stems.setdefault(stem(word), len(self._stems))
                known[word] = number
            if number >= 0:
                found.append(number)
        return found

    def _file(self, terms: Numbers, places: Numbers, weights: Floats) -> None:
        """Sort the occurrences into one posting per term and passage."""
        order = np.lexsort((places, terms))
        terms, places, weights = terms[order], places[order], weights[order]
        fresh = np.ones(len(terms), np.bool_)
        fresh[1:] = (terms[1:] != terms[:-1]) | (places[1:] != places[:-1])
        starts = np.flatnonzero(fresh)
        self._places = places[starts]
        self._counts = np.add.reduceat(weights, starts) if len(starts) else weights
        self._lengths = np.bincount(places, weights, minlength=self.size).astype(np.float32)
        kinds, first = np.unique(terms[starts], return_index=True)
        ends = np.append(first, len(starts))[1:]
        self._spans = dict(
            zip(kinds.tolist(), zip(first.tolist(), ends.tolist(), strict=True), strict=True)
        )

    def terms(self, text: str) -> dict[int, float]:
        """Return the terms of a question that some passage holds, and what each counts."""
        stems = [self._known(word) for word in words(text)]
        told = [number for number in stems if number != -1]
        pairs = (_PAIR + one * _PAIR + two for one, two in pairwise(told) if min(one, two) >= 0)
        weights = dict.fromkeys(told, 1.0) | dict.fromkeys(pairs, PAIR_WEIGHT)
        return {term: weight for term, weight in weights.items() if term in self._spans}

    def _known(self, word: str) -> int:
        """Return the word's number: -1 for a stop word, -2 for one that no passage holds."""
        number = self._numbers.get(word)
        return self._stems.get(stem(word), -2) if number is None else number

    def scores(self, terms: Mapping[int, float], visible: Mask | None = None) -> Floats:
        """Return the BM25 score of every passage; those not visible have 0 and count nowhere."""
        found = np.zeros(self.size, np.float32)
        lengths = self._lengths if visible is None else self._lengths[visible]
        if not len(lengths):
            return found
        norm = K1 * (1 - B + B * self._lengths / max(float(lengths.mean()), 1e-9))
        for term, weight in terms.items():
            start, end = self._spans[term]
            places, counts = self._places[start:end], self._counts[start:end]
            if visible is not None:
                seen = visible[places]
                places, counts = places[seen], counts[seen]
            rarity = _rarity(len(places), len(lengths))
            found[places] += (weight * rarity * (K1 + 1)) * counts / (counts + norm[places])
        return found

    def weight(self, text: str, visible: Mask | None = None) -> float:
        """Return what the text's different stems weigh together, those that nobody uses too.

        It is the score of a passage of ordinary length that has each of them once, pairs aside.
        """
        total = self.size if visible is None else int(visible.sum())
        stems = {stem(word) for word in words(text) if self._numbers.get(word) != -1}
        held = (self._held(self._stems.get(each, -2), visible) for each in stems)
        return float(sum(_rarity(count, total) for count in held))

    def _held(self, term: int, visible: Mask | None) -> int:
        """Return how many of the visible passages hold the term."""
        start, end = self._spans.get(term, (0, 0))
        return end - start if visible is None else len(*visible[self._places[start:end]].nonzero())


def _rarity(holding: int, total: int) -> float:
    return float(np.log1p((total - holding + 0.5) / (holding + 0.5)))
