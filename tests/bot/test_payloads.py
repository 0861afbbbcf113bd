from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.payloads import (
    LONGEST_METADATA,
    Action,
    Command,
    Delivery,
    Feedback,
    Form,
    HomeOpened,
    Input,
    Likened,
    Message,
    MessageChanged,
    MessageDeleted,
    Nothing,
    OfAnswer,
    OfCase,
    Picked,
    Press,
    PressRefused,
    Referred,
    SessionStopped,
    Shortcut,
    State,
    Submission,
    Value,
    decode,
    encode,
)

A_MESSAGE: dict[str, Any] = {
    "type": "message",
    "channel": "C1",
    "channel_type": "channel",
    "user": "U1",
    "text": "May I?",
    "ts": "2.0",
    "event_ts": "2.0",
}
"""A message as the Events API delivers it, with fields that we do not read."""

VALUES = [
    OfAnswer(answer="a1"),
    OfCase(case=12),
    Picked(answer="a1", words='On the "API" plan.\n'),
    Likened(answer="a1", passage="rules/api#training/2"),
    Feedback(answer="a1", helpful=False),
    Referred(reference="7"),
    Nothing(),
    Form(case=12, channel="C1", thread="1.0"),
]


# ---------------------------------------------------------------- what buttons carry


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_a_button_carries_comes_back_when_it_is_pressed(value: Value) -> None:
    assert decode(type(value), encode(value)) == value


def test_a_value_says_nothing_that_goes_without_saying() -> None:
    assert encode(Form(case=12)) == '{"case":12}'


@given(st.text())
def test_garbage_is_refused_with_a_sentence(garbage: str) -> None:
    with pytest.raises(PressRefused, match="not here any more"):
        decode(OfAnswer, garbage)


def test_nothing_at_all_is_refused_too() -> None:
    with pytest.raises(PressRefused):
        decode(OfCase, None)


def test_a_field_of_another_version_is_passed_over() -> None:
    assert decode(OfCase, '{"case":12,"colour":"red"}') == OfCase(case=12)


def test_a_value_longer_than_slack_takes_is_never_sent() -> None:
    with pytest.raises(ValueError, match="at most 2000"):
        encode(Picked(answer="a1", words="x" * 2_000))
    assert encode(Picked(answer="a1", words="x" * 2_000), limit=LONGEST_METADATA)


@pytest.mark.parametrize("action", Action)
def test_an_action_is_known_by_its_id_wherever_it_stands(action: Action) -> None:
    assert Action.of(action.at(None)) is action
    assert Action.of(action.at(3)) is action


def test_the_ids_of_others_are_no_actions_of_ours() -> None:
    assert Action.of("approve_everything:1") is None


# ---------------------------------------------------------------- events


def test_a_message_tells_who_wrote_what_where() -> None:
    message = Message.model_validate(A_MESSAGE)

    assert (message.user, message.channel, message.text) == ("U1", "C1", "May I?")
    assert message.by_person
    assert not message.direct


def test_a_thread_hangs_on_its_first_message() -> None:
    assert Message.model_validate(A_MESSAGE).thread == "2.0"
    assert Message.model_validate({**A_MESSAGE, "thread_ts": "1.0"}).thread == "1.0"


@pytest.mark.parametrize(
    "fields",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message", "user": None},
        {"subtype": "channel_join"},
        {"user": ""},
    ],
)
def test_what_an_app_or_slack_itself_wrote_is_no_persons(fields: dict[str, Any]) -> None:
    assert not Message.model_validate({**A_MESSAGE, **fields}).by_person


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast"])
def test_words_beside_a_file_or_sent_to_the_channel_too_are_a_persons(subtype: str) -> None:
    assert Message.model_validate({**A_MESSAGE, "subtype": subtype}).by_person


def test_a_message_without_text_has_empty_text() -> None:
    assert Message.model_validate({**A_MESSAGE, "text": None}).text == ""


def test_an_edit_is_told_from_a_link_that_unfolds() -> None:
    def edit(text: str) -> MessageChanged:
        before = {"ts": "2.0", "user": "U1", "text": "May I?"}
        return MessageChanged.model_validate(
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": "C1",
                "message": {**before, "text": text},
                "previous_message": before,
            }
        )

    assert edit("May we?").reworded
    assert not edit("May I?").reworded


def test_a_deleted_message_is_named_by_its_ts() -> None:
    gone = MessageDeleted.model_validate(
        {"subtype": "message_deleted", "channel": "C1", "deleted_ts": "2.0", "ts": "3.0"}
    )

    assert (gone.channel, gone.deleted_ts) == ("C1", "2.0")


def test_the_envelope_tells_which_event_it_is_and_whether_others_read_along() -> None:
    delivery = Delivery.model_validate(
        {
            "type": "event_callback",
            "team_id": "T1",
            "event_id": "Ev1",
            "is_ext_shared_channel": True,
            "event": A_MESSAGE,
        }
    )

    assert (delivery.team_id, delivery.event_id) == ("T1", "Ev1")
    assert delivery.is_ext_shared_channel
    assert delivery.event == A_MESSAGE


def test_opening_our_tabs_and_pressing_stop_are_read() -> None:
    home = {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"}
    stop = {"channel": "D1", "user": "U1", "thread_ts": "1.0", "streaming_message_ts": ["2.0"]}

    assert HomeOpened.model_validate(home).tab == "home"
    assert SessionStopped.model_validate(stop).streaming_message_ts == ("2.0",)


# ---------------------------------------------------------------- commands, buttons, forms


def test_a_command_brings_the_question_and_where_to_reply() -> None:
    command = Command.model_validate(
        {
            "command": "/mayi",
            "text": "may I?",
            "team_id": "T1",
            "user_id": "U1",
            "user_name": "ada",
            "channel_id": "C1",
            "trigger_id": "t1",
            "response_url": "https://hooks.example.com/1",
        }
    )

    assert (command.text, command.user_id, command.channel_id) == ("may I?", "U1", "C1")


def test_a_shortcut_brings_the_message_it_was_chosen_on() -> None:
    shortcut = Shortcut.model_validate(
        {
            "type": "message_action",
            "callback_id": "am_i_allowed",
            "trigger_id": "t1",
            "response_url": "https://hooks.example.com/1",
            "team": {"id": "T1", "domain": "acme"},
            "user": {"id": "U2", "name": "bob"},
            "channel": {"id": "C1", "name": "general"},
            "message": A_MESSAGE,
            "message_ts": "2.0",
        }
    )

    assert shortcut.user.id == "U2"
    assert shortcut.message.user == "U1"


A_PRESS: dict[str, Any] = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1", "team_id": "T1"},
    "trigger_id": "t1",
    "container": {"type": "message", "channel_id": "C1", "message_ts": "3.0", "thread_ts": "2.0"},
    "channel": {"id": "C1"},
    "message": {"ts": "3.0", "thread_ts": "2.0", "text": "…"},
    "state": {"values": {}},
    "actions": [
        {"action_id": "claim_case:4", "block_id": "b", "type": "button", "value": '{"case":12}'}
    ],
}


def test_a_press_says_what_was_pressed_by_whom_and_where() -> None:
    press = Press.model_validate(A_PRESS)

    assert press.pressed.action is Action.CLAIM_CASE
    assert press.value(OfCase) == OfCase(case=12)
    assert (press.user.id, press.container.thread_ts) == ("U1", "2.0")


def test_a_press_without_anything_pressed_is_no_press() -> None:
    with pytest.raises(ValueError, match="actions"):
        Press.model_validate({**A_PRESS, "actions": []})


def test_a_form_gives_what_was_written_chosen_and_dated() -> None:
    state = State.model_validate(
        {
            "values": {
                "purpose": {"purpose": {"type": "plain_text_input", "value": "a demo"}},
                "rule": {"rule": {"type": "static_select", "selected_option": {"value": "x#a"}}},
                "groups": {
                    "groups": {
                        "type": "multi_static_select",
                        "selected_options": [{"value": "legal"}, {"value": "research"}],
                    }
                },
                "people": {"people": {"type": "multi_users_select", "selected_users": ["U1"]}},
                "until": {"until": {"type": "datepicker", "selected_date": "2026-06-30"}},
                "text": {"text": {"type": "plain_text_input", "value": None}},
                "question:17": {"ask_from_home:0": {"type": "plain_text_input", "value": "May I?"}},
            }
        }
    )

    assert state.text(Input.PURPOSE) == "a demo"
    assert state.text(Input.RULE) == "x#a"
    assert state.choices(Input.GROUPS) == ("legal", "research")
    assert state.people(Input.PEOPLE) == ("U1",)
    assert state.day(Input.UNTIL) == date(2026, 6, 30)
    assert state.text(Input.TEXT) == ""
    assert state.text(Input.TITLE) == ""
    assert state.day(Input.EXPIRES) is None
    assert state.text(Input.QUESTION) == "May I?"


def test_a_sent_form_remembers_what_it_is_about() -> None:
    submission = Submission.model_validate(
        {
            "type": "view_submission",
            "user": {"id": "U1"},
            "view": {
                "id": "V1",
                "callback_id": "answer_case",
                "private_metadata": encode(Form(case=12)),
                "state": {"values": {}},
            },
        }
    )

    assert submission.view.form == Form(case=12)


def test_a_form_that_carries_nothing_is_about_nothing() -> None:
    view = {"id": "V1", "private_metadata": ""}

    assert Submission.model_validate({"user": {"id": "U1"}, "view": view}).view.form == Form()
