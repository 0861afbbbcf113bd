"""Where sentences end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.library.sentences import pack, roman, sentences, words


def cut(text):
    return [text[start:end] for start, end in sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "Ask e.g. Ada before you go.",
        "Example Inc. may do so.",
        "See No. 5 and Sec. 7 of the U.S. Code.",
        "4. Fees are due.",
        "(a) one; (b) two.",
        "Use v1.2 of it.",
        "J. Doe signed it.",
        "He said “no.” and left.",
    ],
)
def test_these_are_one_sentence(text):
    assert cut(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Stop. Go on.", ["Stop. ", "Go on."]),
        ("Really?! “Yes.” (Never.) End.", ["Really?! ", "“Yes.” ", "(Never.) ", "End."]),
        ("**Title.** Words.", ["**Title.** ", "Words."]),
        ("Within 30 days of 2024. The next.", ["Within 30 days of 2024. ", "The next."]),
        ("不可以。可以。", ["不可以。", "可以。"]),
    ],
)
def test_these_are_several(text, expected):
    assert cut(text) == expected


@given(st.text(alphabet='aA1.?! \n"”(;,。', max_size=300), st.integers(1, 30))
def test_parts_partition_the_stretch_they_are_cut_from(text, limit):
    assert "".join(cut(text)) == text
    parts = pack(text, 0, len(text), limit)
    assert "".join(text[start:end] for start, end in parts) == text


def test_parts_are_of_about_equal_length():
    text = "One two three four five. " * 25

    sizes = [words(text, *part) for part in pack(text, 0, len(text), 100)]

    assert sizes == [65, 60]


@pytest.mark.parametrize(("label", "value"), [("iv", 4), ("XII", 12), ("ab", None), ("c", 100)])
def test_roman_numerals_are_read(label, value):
    assert roman(label) == value


def test_two_ideographs_count_as_a_word():
    assert words("ask 规则规则 now") == 4
