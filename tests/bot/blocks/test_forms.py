from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.blocks import forms
from bot.blocks.forms import Choice
from bot.payloads import Callback, Form, Input, State, decode
from tests.bot.sample import A_CASE, AN_ANSWER, ANSWERED, UNCOVERED
from tests.fakes.slack_rules import texts_in

ABOUT = Form(case=12, answer=AN_ANSWER.id, channel="C1", thread="1.0")
DAY = date(2026, 12, 31)


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {b["block_id"]: b["element"] for b in view["blocks"] if b["type"] == "input"}


def read(view: dict[str, Any]) -> str:
    return "\n".join(texts_in(view["blocks"]))


def filled(view: dict[str, Any], *said: str) -> State:
    """What Slack sends where somebody writes these words into the form's fields, in order."""
    fields = zip(inputs(view).items(), said, strict=True)
    return State.model_validate(
        {
            "values": {
                block_id: {element["action_id"]: {"type": element["type"], "value": words or None}}
                for (block_id, element), words in fields
            }
        }
    )


def test_a_form_carries_what_it_is_about() -> None:
    view = forms.answer_form(ABOUT, A_CASE, AN_ANSWER)

    assert view["callback_id"] == Callback.ANSWER_CASE
    assert decode(Form, view["private_metadata"]) == ABOUT


def test_the_short_form_asks_what_the_verdict_lacks_and_gives_back_what_was_told() -> None:
    verdict = replace(AN_ANSWER.verdict, missing=("Which plan is it?", "Who will see it?"))
    answer = replace(AN_ANSWER, verdict=verdict)
    view = forms.facts_form(ABOUT, answer)

    assert list(inputs(view)) == ["facts:0", "facts:1"]
    assert forms.facts_told(answer, filled(view, "", " The public. ")) == (
        ("Who will see it?", "The public."),
    )


def test_where_the_verdict_lacks_nothing_it_asks_what_most_verdicts_turn_on() -> None:
    text = read(forms.facts_form(ABOUT, UNCOVERED))

    assert all(fact in text for fact in forms.GENERAL_FACTS)
    assert "your name" in text


def test_a_ruling_starts_from_the_answer_and_names_who_may_read_it_and_until_when() -> None:
    view = forms.ruling_form(ABOUT, ANSWERED, AN_ANSWER, groups=("legal", "research"), expires=DAY)
    fields = inputs(view)

    assert set(fields) == {"title", "marker", "text", "condition", "audience", "expires"}
    assert str(ANSWERED.reply) in read(view)
    assert fields["expires"]["initial_date"] == "2026-12-31"
    markers = [option["value"] for option in fields["marker"]["options"]]
    assert markers == ["Allowed.", "Allowed if", "Not allowed.", "Ask first."]


def test_an_exception_is_for_people_or_groups_from_a_rule_for_a_purpose_until_a_day() -> None:
    view = forms.exception_form(
        ABOUT,
        until=DAY,
        rules=(Choice(label="Vendor output, training", value="vendor-output#training"),),
        groups=("legal",),
        people=("U-ada",),
        purpose="the demo",
    )
    fields = inputs(view)

    assert set(fields) == {"people", "groups", "rule", "purpose", "until"}
    assert fields["people"]["initial_users"] == ["U-ada"]
    assert fields["rule"]["options"][0]["value"] == "vendor-output#training"


def test_without_a_case_the_rule_is_written_and_without_groups_none_are_asked_for() -> None:
    fields = inputs(forms.exception_form(ABOUT, until=DAY))

    assert fields["rule"]["type"] == "plain_text_input"
    assert "groups" not in fields


def test_more_rules_than_a_menu_holds_are_written_so_that_none_is_out_of_reach() -> None:
    rules = [Choice(label=f"Rule {n}", value=f"rules#{n}") for n in range(101)]

    def kind(some: list[Choice]) -> str:
        return str(inputs(forms.exception_form(ABOUT, until=DAY, rules=some))["rule"]["type"])

    assert kind(rules[:100]) == "static_select"
    assert kind(rules) == "plain_text_input"


def test_a_form_that_cannot_be_taken_is_told_so_at_its_fields() -> None:
    assert forms.complaints(
        (Input.UNTIL, "That day is over."), (Input.PEOPLE, "Name somebody.")
    ) == {
        "response_action": "errors",
        "errors": {"until": "That day is over.", "people": "Name somebody."},
    }
