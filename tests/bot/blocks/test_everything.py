from __future__ import annotations

import pytest

from tests.bot.blocks.everything import Words, messages, views
from tests.bot.sample import HOSTILE
from tests.fakes.slack_rules import live, refused, refused_view, texts_in


@pytest.mark.parametrize("times", [1, 40])
@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_slack_takes_every_message_whatever_it_says(words: str, times: int) -> None:
    for message in messages(Words(words, times, linked=True)):
        assert refused(message) == []


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_slack_takes_every_view_whatever_stands_in_it(words: str) -> None:
    for view in views(Words(words, 30, linked=True)):
        assert refused_view(view) == []


def test_nothing_that_is_said_mentions_links_or_shows_an_image() -> None:
    for words in HOSTILE:
        for message in messages(Words(words)):
            assert live(message) == []


def test_what_hides_or_turns_words_round_is_spelt_out_everywhere() -> None:
    for message in messages(Words("a\u202eb\x1b[2Jc\u2066d")):
        text = message.text + "".join(texts_in(message.blocks))

        assert not set("\u202e\x1b\u2066") & set(text)
