from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.blocks.home import home_view
from bot.payloads import Action, Input, OfAnswer, OfCase, State, decode
from tests.bot.blocks.test_cases import AROUND
from tests.bot.sample import A_CASE, AN_ANSWER, ANSWERED, CLAIMED
from tests.fakes.slack_rules import elements_in, texts_in

ASKED = AN_ANSWER.question.text


def read(view: dict[str, Any]) -> str:
    return "\n".join(texts_in(view["blocks"]))


def pressable(view: dict[str, Any], action: Action) -> list[dict[str, Any]]:
    return [each for each in elements_in(view) if Action.of(each["action_id"]) is action]


def test_one_can_ask_there_with_enter_or_a_button() -> None:
    view = home_view((), around=AROUND, fresh="17")
    field, button = pressable(view, Action.ASK_FROM_HOME)
    block = next(block for block in view["blocks"] if block["type"] == "input")
    sent = {block["block_id"]: {field["action_id"]: {"type": field["type"], "value": "May I?"}}}

    assert block["dispatch_action"]
    assert button["type"] == "button"
    assert State.model_validate({"values": sent}).text(Input.QUESTION) == "May I?"


def test_a_fresh_home_has_another_field_than_before() -> None:
    def field(fresh: str) -> str:
        blocks = home_view((), around=AROUND, fresh=fresh)["blocks"]
        return next(block["block_id"] for block in blocks if block["type"] == "input")

    assert field("17") != field("18")


def test_recent_answers_show_verdict_and_question_and_can_be_opened() -> None:
    view = home_view((AN_ANSWER,), around=AROUND)
    (show,) = pressable(view, Action.SHOW_ANSWER)

    assert f"⛔ Not allowed: training a rival model\n{AN_ANSWER.question.text}" in read(view)
    assert decode(OfAnswer, show["value"]) == OfAnswer(answer=AN_ANSWER.id)


def test_my_cases_are_those_that_still_wait() -> None:
    text = read(home_view((), around=AROUND, mine=(CLAIMED, replace(ANSWERED, id=13))))

    assert "Case 12: Grace has it, due Friday 3 April, 14:00" in text
    assert "Case 13" not in text


def test_a_case_says_what_was_asked() -> None:
    asked = {AN_ANSWER.id: AN_ANSWER}

    for view in (
        home_view((), around=AROUND, mine=(CLAIMED,), asked=asked),
        home_view((), around=AROUND, open_cases=(CLAIMED,), asked=asked),
    ):
        assert f"Case 12: Grace has it, due Friday 3 April, 14:00\n{ASKED}" in read(view)


def test_a_case_of_mine_that_waits_can_be_withdrawn() -> None:
    view = home_view((), around=AROUND, mine=(CLAIMED,))
    (button,) = pressable(view, Action.WITHDRAW_CASE)

    assert decode(OfCase, button["value"]) == OfCase(case=CLAIMED.id)


def test_compliance_sees_all_open_cases_without_names_of_askers() -> None:
    graces, hedys = replace(CLAIMED, id=13), replace(CLAIMED, id=14, owner="U-hedy")
    view = home_view((), around=AROUND, open_cases=(A_CASE, graces, hedys), person="U-grace")

    for action, number in (
        (Action.CLAIM_CASE, 12),
        (Action.ANSWER_CASE, 13),
        (Action.TAKE_OVER_CASE, 14),
    ):
        (button,) = pressable(view, action)
        assert decode(OfCase, button["value"]) == OfCase(case=number)
    assert pressable(view, Action.GRANT_EXCEPTION)
    assert "Ada" not in read(view)


def test_nobody_else_sees_the_desk_of_compliance() -> None:
    view = home_view((AN_ANSWER,), around=AROUND, mine=(CLAIMED,))

    assert "Compliance: open cases" not in read(view)
    assert pressable(view, Action.GRANT_EXCEPTION) == []


def test_an_empty_desk_says_so() -> None:
    assert "Nobody is waiting." in read(home_view((), around=AROUND, open_cases=()))


def test_of_many_cases_and_answers_the_first_are_shown_and_the_rest_counted() -> None:
    cases = tuple(replace(A_CASE, id=n) for n in range(40))

    assert "\u2026 and 25 more" in read(home_view((), around=AROUND, open_cases=cases))
