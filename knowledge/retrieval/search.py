"""Finding the passages that speak to a question.

Words and vectors each name their nearest passages; both scores, and what steers (the vendors that
the question names or means, the documents it names), order them; the best are then compared with
the question token by token, and what stands beside the very best gains by it, for rules on one
matter stand together. Whoever asks, nothing outside their audience is counted, compared or
returned. No document may take more than its share of what is returned, however much it repeats a
question's words, so none can crowd the others out.

Scores are always computed here, from the recorded vectors, and an index only names candidates: so
an answer does not depend on whether one was at hand, unless the index misses a candidate
(benchmarks/retrieval/README.md says how seldom it does).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.models import Document, Hit, Kind, Passage, Question, Rulebook
from knowledge.retrieval.embedders import TOKEN_SCALE, Bytes, Embedder, EmbedderFailed, Floats
from knowledge.retrieval.glossary import Glossary
from knowledge.retrieval.lexical import Field, Lexical, Mask
from knowledge.retrieval.standing import Standing
from knowledge.retrieval.stems import STOP_WORDS, stem, words
from knowledge.retrieval.vectors import Matrix, key

# How much each kind of evidence counts; benchmarks/retrieval/README.md has what others gave.
LEXICAL_SHARE = 0.5
LATE_SHARE = 0.2
STEERING = 0.2
NAMING = 0.25
TITLE_WEIGHT = 0.3
CONTEXT_WEIGHT = 0.5
JARGON_WORDS = 0.3
JARGON_VECTOR = 0.3
BESIDE = 0.2

# Words count in full if the best passage has this much of what all the question's words weigh;
# less in proportion, for then the question is asked in other words than the rules are written in.
EXPLAINED = 0.3

# How many candidates each way of searching names, and how many are compared token by token.
CANDIDATES = 60
COMPARED = 40

# How many passages away from the best one others still gain by it, how far below it they stay, and
# how many passages' neighbours are candidates, for comparing may still change which is the best.
REACH = 2
BEHIND = 1e-4
LOOKED_BESIDE = 10

# The most that one document may be of the candidates and of what is compared, and of what is
# returned, as long as others have something; benchmarks/retrieval/README.md has what less gave.
CANDIDATE_SHARE = 0.5
DOCUMENT_SHARE = 0.75

# A word names a document if at most a quarter of all documents have it in their names; a rare
# word counts up to this many natural units of information.
NAMING_AT_MOST = 0.25
NAMING_ENOUGH = 3.0

# How many times more to ask of an index, for what the asker may not see falls away afterwards.
OVER_FETCH = 2

Places = NDArray[np.int64]


class Index(Protocol):
    """Whatever names the nearest passages of an edition faster than looking at all of them."""

    def nearest(self, edition: int, vector: Floats, count: int) -> Sequence[str] | None:
        """Return the keys of the nearest passages, or None where the edition is not indexed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A question as it is searched for."""

    text: str
    terms: Mapping[int, float]
    stems: frozenset[str]
    visible: Mask
    vendors: bool
    steered: Mask
    vector: Floats | None
    tokens: Bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """The candidates, by place, and what each kind of evidence says of them, in their order."""

    places: Places
    score: Floats
    lexical: Floats
    dense: Floats | None
    late: Floats | None = None


class Search:
    """A search over one edition. Build it once per edition; it may serve several threads."""

    def __init__(
        self,
        rulebook: Rulebook,
        *,
        vectors: Matrix | None = None,
        embedder: Embedder | None = None,
        glossary: Glossary,
        index: Index | None = None,
    ) -> None:
        """Prepare the passages; without vectors and embedder the search uses words alone."""
        self._edition = rulebook.edition.number
        self._passages: tuple[Passage, ...] = tuple(rulebook.passages)
        self._documents: tuple[Document, ...] = tuple(rulebook.documents.values())
        self._embedder = embedder
        self._glossary = glossary
        self._index = index
        number = {document.id: n for n, document in enumerate(self._documents)}
        self._document_of = np.array([number[p.document_id] for p in self._passages], np.int64)
        self._makers = [glossary.vendor(d.vendor) if d.vendor else None for d in self._documents]
        self._named = _names(self._documents)
        self._lexical = Lexical(self._fields())
        self._standing = Standing(self._passages)
        self._meanings: dict[str, Floats] = {}  # as many as the glossary has
        self._vectors: Floats | None = None
        self._tokens: tuple[bytes, ...] = ()
        self._row_of = np.full(len(self._passages), -1, np.int64)
        self._row_of_key: dict[str, int] = {}
        self._document_of_row = self._document_of[:0]
        if vectors is not None and embedder is not None and len(vectors.vectors):
            self._take(vectors)

    def fell_short(self, hits: Iterable[Hit]) -> bool:
        """Tell whether words alone found them though vectors are here: no embedder could be had."""
        return self._vectors is not None and any(hit.dense is None for hit in hits)

    def passages_for(self, question: Question, limit: int = 20) -> tuple[Hit, ...]:
        """Return the best passages that the asker may read, best first, at most `limit`."""
        asked = self._asked(question)
        if not asked.visible.any():
            return ()
        found = self._beside(self._compared(asked, self._candidates(asked)))
        shown = _shared(self._document_of[found.places], limit, DOCUMENT_SHARE)
        return tuple(self._hit(found, at) for at in shown)

    # ------------------------------------------------------------ what is searched

    def _fields(self) -> list[Field]:
        titles = [self._documents[number].title for number in self._document_of]
        context = [" ".join((*p.headings, *p.lead_ins)) for p in self._passages]
        return [
            Field(texts=[p.text for p in self._passages]),
            Field(texts=context, weight=CONTEXT_WEIGHT),
            Field(texts=titles, weight=TITLE_WEIGHT),
        ]

    def _take(self, vectors: Matrix) -> None:
        """Keep a row for each key of the passages, and one of zeros for those without vectors.

        Passages of equal text share a key and a row.
        """
        keys = [
            key(passage, self._documents[number])
            for passage, number in zip(self._passages, self._document_of, strict=True)
        ]
        used = [each for each in dict.fromkeys(keys) if each in vectors.rows]
        self._row_of_key = {each: row for row, each in enumerate(used)}
        self._row_of = np.array([self._row_of_key.get(each, -1) for each in keys], np.int64)
        first = {each: place for place, each in reversed(list(enumerate(keys)))}
        self._document_of_row = self._document_of[[first[each] for each in used]]
        rows = [vectors.rows[each] for each in used]
        nothing = np.zeros((1, vectors.vectors.shape[1]), np.float32)
        self._vectors = np.concatenate([vectors.vectors[rows], nothing])
        self._tokens = (*(vectors.tokens[row] for row in rows), b"")

    # ------------------------------------------------------------ what is asked

    def _asked(self, question: Question) -> _Asked:
        text = " ".join((*question.thread[-1:], question.text))
        meant = self._glossary.expand(text)
        vector, tokens = self._embedded(text, meant)
        documents = self._readable(question)
        vendors = self._glossary.vendors_in(text)
        return _Asked(
            text=text,
            terms=self._terms(text, meant),
            stems=frozenset(stem(word) for word in words(" ".join((text, *meant)))),
            visible=documents[self._document_of],
            vendors=bool(vendors),
            steered=(documents & self._steered(vendors))[self._document_of],
            vector=vector,
            tokens=tokens,
        )

    def _embedded(self, text: str, meant: Sequence[str]) -> tuple[Floats | None, Bytes | None]:
        """Return the question's vector, turned towards what its jargon means, and its tokens."""
        if self._vectors is None or self._embedder is None:
            return None, None
        fresh = [each for each in meant if each not in self._meanings]
        try:
            embedded = self._embedder.embed([text, *fresh])
        except EmbedderFailed:  # words alone are less, but at once
            return None, None
        self._meanings.update(zip(fresh, embedded.vectors[1:], strict=True))
        vector = embedded.vectors[0]
        if meant:
            vector = vector + JARGON_VECTOR * np.mean([self._meanings[e] for e in meant], axis=0)
            vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        return vector, embedded.tokens[0]

    def _terms(self, text: str, meant: Sequence[str]) -> dict[int, float]:
        """Return the terms to look for: the question's own, and fainter what its jargon means."""
        faint = self._lexical.terms("\n".join(meant))
        own = self._lexical.terms(text)
        return {term: JARGON_WORDS * weight for term, weight in faint.items()} | own

    def _readable(self, question: Question) -> Mask:
        """Return which documents the question may be answered from."""
        return np.array(
            [
                document.readable_by(question.groups, insider=question.insider)
                and (question.documents is None or document.id in question.documents)
                for document in self._documents
            ],
            np.bool_,
        )

    def _steered(self, vendors: frozenset[str]) -> Mask:
        """Return the terms of the vendors that are meant, and all internal rules."""
        return np.array(
            [
                document.kind is Kind.GUIDELINE or maker in vendors
                for document, maker in zip(self._documents, self._makers, strict=True)
            ],
            np.bool_,
        )

    def _naming(self, asked: _Asked) -> Floats:
        """Return how surely the question names each document the asker may see, from 0 to 1."""
        seen = np.zeros(len(self._documents), np.bool_)
        seen[self._document_of[asked.visible]] = True
        total = int(seen.sum())
        strength = np.zeros(len(self._documents), np.float32)
        for word in {stem(word) for word in words(asked.text)} & self._named.keys():
            holders = self._named[word][seen[self._named[word]]]
            if 0 < len(holders) <= total * NAMING_AT_MOST:
                strength[holders] += np.log(total / len(holders))
        shares: Floats = np.minimum(strength / np.float32(NAMING_ENOUGH), 1)
        return shares

    # ------------------------------------------------------------ what is found

    def _candidates(self, asked: _Asked) -> _Found:
        """Return the candidates of words and of vectors, best first."""
        lexical = self._lexical.scores(asked.terms, asked.visible)
        holding = np.flatnonzero(lexical)
        named = [_best(lexical[holding], holding, self._document_of[holding])]
        if asked.vector is not None:
            named += self._near(asked, asked.vector)
        places = np.unique(np.concatenate(named))
        found = self._scored(asked, lexical, places)
        beside = self._neighbours(found.places[:LOOKED_BESIDE])
        return self._scored(asked, lexical, np.union1d(places, beside))

    def _scored(self, asked: _Asked, lexical: Floats, places: Places) -> _Found:
        """Return these places by all that is known of them without a closer look, best first."""
        score = LEXICAL_SHARE * self._explained(asked, lexical) * _share(lexical)[places]
        dense = None
        if asked.vector is not None and self._vectors is not None:
            dense = self._vectors[self._row_of[places]] @ asked.vector
            score += (1 - LEXICAL_SHARE) * _share(dense)
        score += STEERING * asked.steered[places]
        score += NAMING * self._naming(asked)[self._document_of[places]]
        score += self._standing.of(places, asked.stems)
        return _ordered(_Found(places=places, score=score, lexical=lexical[places], dense=dense))

    def _explained(self, asked: _Asked, lexical: Floats) -> float:
        """Return how far the best passage has the question's words, from 0 to 1 for enough."""
        weight = self._lexical.weight(asked.text, asked.visible)
        return min(1.0, float(lexical.max(initial=0)) / max(EXPLAINED * weight, 1e-9))

    def _near(self, asked: _Asked, vector: Floats) -> list[Places]:
        """Return the passages nearest to the question: of all, and of those it is steered to."""
        rows = self._indexed(asked.visible, vector)
        if rows is None:
            rows = self._nearest(self._rows(asked.visible), vector)
        near = [self._holding(rows, asked.visible)]
        if asked.vendors and asked.steered.any():
            rows = self._nearest(self._rows(asked.steered), vector)
            near.append(self._holding(rows, asked.steered))
        return near

    def _rows(self, passages: Mask) -> Places:
        """Return the rows of the passages' vectors."""
        held = np.zeros(len(self._row_of_key) + 1, np.bool_)
        held[self._row_of[passages]] = True
        return np.flatnonzero(held[:-1])

    def _holding(self, rows: Places, passages: Mask) -> Places:
        """Return which of the passages have one of these rows."""
        wanted = np.zeros(len(self._row_of_key) + 1, np.bool_)
        wanted[rows] = True
        return np.flatnonzero(wanted[self._row_of] & passages)

    def _indexed(self, visible: Mask, vector: Floats) -> Places | None:
        """Return the rows that the index names; None where it cannot name enough visible ones.

        Nor where those it names are crowded by one document: then others are to be looked for.
        """
        if self._index is None or len(self._row_of_key) <= CANDIDATES:
            return None
        everything = bool(visible.all())
        count = CANDIDATES if everything else CANDIDATES * OVER_FETCH
        named = self._index.nearest(self._edition, vector, count)
        if named is None:
            return None
        rows = np.array([self._row_of_key[each] for each in named], np.int64)
        if everything:
            return None if _crowded(self._document_of_row[rows], CANDIDATES) else rows
        rows = np.intersect1d(rows, self._rows(visible))
        if len(rows) < CANDIDATES:
            return None
        rows = self._nearest(rows, vector)
        return None if _crowded(self._document_of_row[rows], CANDIDATES) else rows

    def _nearest(self, rows: Places, vector: Floats) -> Places:
        """Return the nearest of these rows, by an exact look at each."""
        assert self._vectors is not None  # noqa: S101 - whoever has a vector has vectors
        whole = len(rows) == len(self._row_of_key)
        held = self._vectors[:-1] if whole else self._vectors[rows]
        return _best(held @ vector, rows, self._document_of_row[rows])

    def _compared(self, asked: _Asked, found: _Found) -> _Found:
        """Return the candidates after comparing the best of them token by token."""
        if asked.tokens is None or not len(asked.tokens) or not len(found.places):
            return found
        best = _shared(self._document_of[found.places], COMPARED, CANDIDATE_SHARE)
        rows = self._row_of[found.places[best]]
        close = closeness(asked.tokens, [self._tokens[row] for row in rows])
        lowest, highest = float(close.min()), float(close.max())
        score = found.score.copy()
        score[best] += LATE_SHARE * (close - lowest) / max(highest - lowest, 1e-9)
        late = np.full(len(score), np.nan, np.float32)
        late[best] = close
        return _ordered(replace(found, score=score, late=late))

    def _beside(self, found: _Found) -> _Found:
        """Return the candidates after lifting those that stand beside the best, up to behind it.

        What is twice as far away gains half as much.
        """
        away = np.abs(found.places - found.places[:1])
        beside = (away > 0) & (away <= REACH)
        beside &= self._document_of[found.places] == self._document_of[found.places[:1]]
        lifted = found.score[beside] + BESIDE / away[beside]
        score = found.score.copy()
        score[beside] = np.minimum(lifted, found.score[:1] - BEHIND)
        return _ordered(replace(found, score=score))

    def _neighbours(self, places: Places) -> Places:
        """Return what stands beside these places in their documents."""
        steps = np.array([step for step in range(-REACH, REACH + 1) if step], np.int64)
        near = (places[:, None] + steps).clip(0, len(self._passages) - 1)
        same = self._document_of[near] == self._document_of[places][:, None]
        beside: Places = near[same]
        return beside

    def _hit(self, found: _Found, at: np.int64) -> Hit:
        late = None if found.late is None or np.isnan(found.late[at]) else float(found.late[at])
        return Hit(
            passage=self._passages[found.places[at]],
            score=float(found.score[at]),
            dense=None if found.dense is None else float(found.dense[at]),
            lexical=float(found.lexical[at]),
            late=late,
        )


def closeness(asked: Bytes, held: Sequence[bytes]) -> Floats:
    """Return for each passage the mean, over the question's tokens, of the best match in it.

    `asked` has the shape (tokens, dimension); `held` are bytes of the same dimension. A passage
    without tokens has 0. Late interaction as in Khattab and Zaharia, ColBERT (2020).
    """
    width = asked.shape[1]
    close = np.zeros(len(held), np.float32)
    telling = [place for place, one in enumerate(held) if one]
    if not telling:
        return close
    lengths = [len(held[place]) // width for place in telling]
    starts = np.cumsum([0, *lengths[:-1]])
    joined = np.frombuffer(b"".join(held[place] for place in telling), np.int8)
    matches = joined.reshape(-1, width).astype(np.float32) @ asked.T.astype(np.float32)
    best = np.maximum.reduceat(matches, starts, axis=0)
    close[telling] = best.mean(axis=1) / TOKEN_SCALE**2
    return close


def _names(documents: Iterable[Document]) -> dict[str, Places]:
    """Return for each stem in documents' names (id, title, entity, vendor) which have it."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, document in enumerate(documents):
        parts = (document.id, document.title, document.entity or "", document.vendor or "")
        told = {word for word in words(" ".join(parts)) if not word.isdigit()}
        for each in {stem(word) for word in told - STOP_WORDS}:
            holders[each].append(number)
    return {each: np.array(numbers, np.int64) for each, numbers in holders.items()}


def _best(scores: Floats, places: Places, documents: Places) -> Places:
    """Return the candidates: the places with the highest scores, in any order, fairly shared.

    `scores` and `documents` are those of the places.
    """
    if len(places) <= CANDIDATES:
        return places
    best = np.argpartition(-scores, CANDIDATES)[:CANDIDATES]
    if _crowded(documents[best], CANDIDATES):
        ranked = np.argsort(-scores, kind="stable")
        best = ranked[_shared(documents[ranked], CANDIDATES, CANDIDATE_SHARE)]
    chosen: Places = places[best]
    return chosen


def _crowded(documents: Places, count: int) -> bool:
    """Tell whether one document has more than its share of `count`, given each one's document."""
    return bool(np.bincount(documents).max(initial=0) > count * CANDIDATE_SHARE)


def _shared(documents: Places, count: int, share: float) -> Places:
    """Return which of the ranked are the first `count`, in their order, no document over its share.

    `documents` are theirs, best first. What is over a document's share comes only where all the
    others are too few.
    """
    order = np.argsort(documents, kind="stable")
    ranked = documents[order]
    fresh = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]][: len(ranked)])
    starts = np.repeat(fresh, np.diff(np.r_[fresh, len(ranked)]))
    within = np.empty(len(documents), np.bool_)
    within[order] = np.arange(len(ranked)) - starts < count * share
    chosen = np.r_[np.flatnonzero(within), np.flatnonzero(~within)][:count]
    return np.sort(chosen)


def _ordered(found: _Found) -> _Found:
    """Return the candidates best first; equals in the order of the documents."""
    order = np.lexsort((found.places, -found.score))
    return _Found(
        places=found.places[order],
        score=found.score[order],
        lexical=found.lexical[order],
        dense=None if found.dense is None else found.dense[order],
        late=None if found.late is None else found.late[order],
    )


def _share(scores: Floats) -> Floats:
    """Return the scores as shares of the best one; a negative score is none."""
    best = max(float(scores.max(initial=0)), 1e-9)
    return (np.maximum(scores, 0) / best).astype(np.float32)
