from __future__ import annotations

from dataclasses import asdict

import pytest

from bot.blocks.hints import HINTS, HintName, hint
from bot.payloads import Action, Referred, decode
from jobs.notices import Hint
from tests.fakes.slack_rules import elements_in, refused, texts_in


def test_every_name_has_its_sentence() -> None:
    assert set(HINTS) == set(HintName)
    assert len(set(HINTS.values())) == len(HINTS)


@pytest.mark.parametrize("name", HintName)
def test_slack_takes_every_sentence_with_and_without_a_reference(name: HintName) -> None:
    for reference in ("", "4f2a9c"):
        assert refused(hint(name, reference)) == []


def test_a_sentence_is_found_by_the_name_in_a_notice() -> None:
    message = hint(**asdict(Hint(name="went_wrong", reference="4f2a9c")))

    assert "Something went wrong on my side" in message.text
    assert "Reference 4f2a9c" in list(texts_in(message.blocks))


def test_the_offer_to_answer_privately_can_be_taken() -> None:
    message = hint(HintName.DIRECT_MESSAGE, "17")
    (button,) = elements_in(message.blocks)

    assert Action.of(button["action_id"]) is Action.ANSWER_PRIVATELY
    assert decode(Referred, button["value"]) == Referred(reference="17")


def test_there_is_no_sentence_of_an_unknown_name() -> None:
    with pytest.raises(ValueError, match="shrug"):
        hint("shrug")
