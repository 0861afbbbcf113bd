"""Words: what they find, and that what one may not see changes nothing."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.retrieval.lexical import Field, Lexical

WORDS = st.sampled_from(
    ["train", "model", "output", "vendor", "customer", "data", "share", "may", "never", "key"]
)
TEXTS = st.lists(st.lists(WORDS, max_size=8).map(" ".join), min_size=1, max_size=12)


def scores(texts: list[str], question: str, visible: list[bool] | None = None) -> np.ndarray:
    lexical = Lexical([Field(texts=texts)])
    mask = None if visible is None else np.array(visible, np.bool_)
    return lexical.scores(lexical.terms(question), mask)


def test_forms_of_a_word_find_each_other():
    found = scores(["Training of models is forbidden.", "Bring your own lunch."], "trained a model")

    assert found[0] > 0
    assert found[1] == 0


def test_a_rare_word_tells_more_than_a_common_one():
    found = scores(["data share", "data vendor", "data vendor", "data vendor"], "share vendor")

    assert found[0] == found.max()


def test_words_that_stand_together_count_more_than_apart():
    together, apart = scores(["api key register", "key register api"], "api key")

    assert together > apart


def test_a_heading_counts_less_than_the_clause():
    lexical = Lexical(
        [Field(texts=["secrets", "lunch"]), Field(texts=["lunch", "secrets"], weight=0.5)]
    )

    found = lexical.scores(lexical.terms("secrets"))

    assert found[0] > found[1] > 0


def test_nothing_found_where_there_is_nothing():
    assert scores([""], "anything").tolist() == [0]
    assert scores(["data"], "").tolist() == [0]
    assert scores(["data"], "data", [False]).tolist() == [0]


@given(texts=TEXTS, hidden=TEXTS, question=st.lists(WORDS, max_size=5).map(" ".join))
def test_what_is_hidden_changes_no_score(texts: list[str], hidden: list[str], question: str):
    alone = scores(texts, question)
    visible = [True] * len(texts) + [False] * len(hidden)

    beside = scores(texts + hidden, question, visible)

    assert np.allclose(beside[: len(texts)], alone, atol=1e-5)
    assert not beside[len(texts) :].any()


@given(texts=TEXTS, hidden=TEXTS, question=st.lists(WORDS, max_size=5).map(" ".join))
def test_what_is_hidden_changes_no_weight(texts: list[str], hidden: list[str], question: str):
    alone = Lexical([Field(texts=texts)]).weight(question)
    visible = np.array([True] * len(texts) + [False] * len(hidden), np.bool_)

    beside = Lexical([Field(texts=texts + hidden)]).weight(question, visible)

    assert np.isclose(beside, alone)


def test_words_that_no_passage_has_weigh_most():
    lexical = Lexical([Field(texts=["share data", "share keys"])])

    assert lexical.weight("unicorn") > lexical.weight("keys") > lexical.weight("share") > 0
    assert lexical.weight("of the") == 0
