"""The recorded vectors: written once, read back bit by bit, on both databases."""

from __future__ import annotations

import numpy as np

from knowledge.database import Database
from knowledge.models import text_hash
from knowledge.retrieval import vectors
from tests.fakes.embedder import FakeEmbedder
from tests.retrieval.rules import document, rulebook


def hashes(*texts: str) -> list[str]:
    return [text_hash(text) for text in texts]


def test_what_was_recorded_comes_back(database: Database):
    embedder = FakeEmbedder()
    made = embedder.embed(["train models", "share data"])
    keys = hashes("one", "two")
    with database.begin() as tx:
        vectors.record(tx, embedder.name, keys, made)

    with database.read() as tx:
        read = vectors.matrix(tx, embedder.name, [*keys, *hashes("three")])

    assert set(read.rows) == set(keys)
    for at, key in enumerate(keys):
        assert np.array_equal(read.vectors[read.rows[key]], made.vectors[at])
        assert read.tokens[read.rows[key]] == made.tokens[at].tobytes()


def test_recording_twice_changes_nothing(database: Database):
    embedder = FakeEmbedder()
    keys = hashes("one", "two")
    with database.begin() as tx:
        vectors.record(tx, embedder.name, keys[:1], embedder.embed(["first"]))
        vectors.record(tx, embedder.name, keys, embedder.embed(["other", "second"]))

    with database.read() as tx:
        read = vectors.matrix(tx, embedder.name, keys)

    assert np.array_equal(read.vectors[read.rows[keys[0]]], embedder.embed(["first"]).vectors[0])
    assert len(read.rows) == 2


def test_vectors_of_another_model_are_missing(database: Database):
    keys = hashes("one", "two")
    with database.begin() as tx:
        vectors.record(tx, "another", keys, FakeEmbedder().embed(["first", "second"]))

    with database.read() as tx:
        assert vectors.missing(tx, "another", keys) == frozenset()
        assert vectors.missing(tx, "fake-1", keys) == frozenset(keys)
        assert vectors.matrix(tx, "fake-1", keys).vectors.shape == (0, 0)


def test_the_key_follows_what_is_embedded():
    titled = document("rules", title="Rules for models")
    renamed = document("rules", title="Rules for data")
    passage = rulebook((titled, ("Never share keys.",))).passages[0]

    assert vectors.searchable(passage, titled) == "Rules for models\nNever share keys."
    assert vectors.key(passage, titled) != vectors.key(passage, renamed)
    assert vectors.searchable(passage, document("rules")) == "Never share keys."
