"""What other searches find comes behind what the question's own search found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.models import Hit, Passage
from knowledge.retrieval.fusion import beyond


def hits(names):
    return tuple(
        Hit(
            passage=Passage(id=name, section_id="a#b", document_id="a", start=0, end=1, text=name),
            score=1 - place / 100,
        )
        for place, name in enumerate(names)
    )


def ids(found):
    return [hit.passage.id for hit in found]


def test_what_several_searches_find_early_comes_first():
    added = beyond(hits("ab"), [hits("cda"), hits("dcb"), hits("ed")], 3)

    assert ids(added) == ["d", "c", "e"]


def test_nothing_is_added_without_other_searches():
    assert beyond(hits("ab"), [], 5) == ()


@given(st.permutations("abcdefgh"), st.lists(st.permutations("efghijkl"), max_size=3))
def test_what_is_added_is_new_and_scores_below_all_that_was_there(own, others):
    found = hits(own)

    added = beyond(found, [hits(one) for one in others], 4)

    assert not set(ids(added)) & set(own)
    assert len(added) == len(set(ids(added))) <= 4
    scores = [hit.score for hit in (*found, *added)]
    assert scores == sorted(scores, reverse=True)
