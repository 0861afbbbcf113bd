from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from bot.playground.refusals import Refusal
from bot.playground.rules.messages import checked_blocks

Json = dict[str, Any]


def plain(text: str = "x") -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str = "x") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str = "v") -> Json:
    return {"text": plain(), "value": value}


def button(**more: object) -> Json:
    return {"type": "button", "text": plain(), "action_id": "go", **more}


def section(**more: object) -> Json:
    return {"type": "section", "text": marked(), **more}


def rich(*spans: Json) -> Json:
    elements = [{"type": "rich_text_section", "elements": list(spans)}]
    return {"type": "rich_text", "elements": elements}


def cell(text: str = "x") -> Json:
    return {"type": "raw_text", "text": text}


FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": plain(), "value": "yes"},
    "negative_button": {"text": plain(), "value": "no"},
}
CHECKBOXES = {
    "type": "checkboxes",
    "action_id": "c",
    "options": [option(str(n)) for n in range(10)],
}
TASK = {"type": "task_card", "task_id": "1", "title": "Search", "status": "complete"}

GOOD = [
    section(accessory=button(url="https://example.com", value="x" * 2000)),
    {"type": "section", "fields": [marked(), plain()]},
    {"type": "divider"},
    {"type": "header", "text": plain("x" * 150)},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A"},
    {"type": "context", "elements": [marked(), plain()]},
    {
        "type": "actions",
        "elements": [
            button(confirm={"title": plain(), "text": plain(), "confirm": plain(), "deny": plain()})
        ],
    },
    {
        "type": "actions",
        "elements": [{"type": "overflow", "action_id": "o", "options": [option("a"), option("b")]}],
    },
    {"type": "input", "label": plain(), "element": CHECKBOXES},
    {"type": "markdown", "text": "# Title"},
    {"type": "context_actions", "elements": [FEEDBACK]},
    {"type": "table", "rows": [[cell(), cell()], [cell(), rich({"type": "text", "text": "x"})]]},
    rich(
        {"type": "text", "text": "x", "style": {"bold": True}},
        {"type": "link", "url": "https://example.com", "text": "there"},
        {"type": "user", "user_id": "U0MAYA"},
    ),
    {"type": "card", "title": marked(), "body": plain(), "actions": [button()]},
    TASK,
    {"type": "plan", "title": "Plan", "tasks": [TASK]},
]


@pytest.mark.parametrize("block", GOOD, ids=range(len(GOOD)))
def test_a_block_that_slack_draws_passes_here_and_with_slacks_own_models(block: Json) -> None:
    assert checked_blocks([block]) == (block,)
    parsed = Block.parse(dict(block))
    assert parsed is not None
    parsed.to_dict()


BAD = {
    "unknown type": {"type": "banner"},
    "a type that is no word": {"type": ["section"]},
    "no type": {},
    "unknown field": section(colour="red"),
    "neither text nor fields": {"type": "section"},
    "a string for a text": section(text="x"),
    "text of an unknown type": section(text={"type": "html", "text": "x"}),
    "empty text": section(text=marked("")),
    "long text": section(text=marked("x" * 3001)),
    "long field": {"type": "section", "fields": [marked("x" * 2001)]},
    "too many fields": {"type": "section", "fields": [marked()] * 11},
    "an input as accessory": section(accessory={"type": "plain_text_input", "action_id": "a"}),
    "long header": {"type": "header", "text": plain("x" * 151)},
    "header with markup": {"type": "header", "text": marked()},
    "long button": {"type": "actions", "elements": [button(text=plain("x" * 76))]},
    "button with markup": {"type": "actions", "elements": [button(text=marked())]},
    "long value": {"type": "actions", "elements": [button(value="x" * 2001)]},
    "style of another language": {"type": "actions", "elements": [button(style="warning")]},
    "link that is none": {"type": "actions", "elements": [button(url="javascript:alert(1)")]},
    "same action twice": {"type": "actions", "elements": [button(), button()]},
    "no elements": {"type": "actions", "elements": []},
    "too many elements": {
        "type": "actions",
        "elements": [button(action_id=str(n)) for n in range(26)],
    },
    "too much context": {"type": "context", "elements": [marked()] * 11},
    "button in context": {"type": "context", "elements": [button()]},
    "eleven checkboxes": {
        "type": "input",
        "label": plain(),
        "element": {**CHECKBOXES, "options": [option(str(n)) for n in range(11)]},
    },
    "options and groups": {
        "type": "actions",
        "elements": [{
            "type": "static_select",
            "options": [option()],
            "option_groups": [{"label": plain(), "options": [option()]}],
        }],
    },
    "long option": {
        "type": "actions",
        "elements": [{"type": "static_select", "options": [option("x" * 151)]}],
    },
    "no label": {"type": "input", "element": CHECKBOXES},
    "long Markdown": {"type": "markdown", "text": "x" * 12_001},
    "101 rows": {"type": "table", "rows": [[cell()]] * 101},
    "21 cells": {"type": "table", "rows": [[cell()] * 21]},
    "uneven rows": {"type": "table", "rows": [[cell()], [cell(), cell()]]},
    "alert in a message": {"type": "alert", "text": plain()},
    "one-sided feedback": {
        "type": "context_actions",
        "elements": [{name: FEEDBACK[name] for name in ("type", "positive_button")}],
    },
    "unknown span": rich({"type": "blink", "text": "x"}),
    "empty span": rich({"type": "text", "text": ""}),
    "no spans": rich(),
    "style that is no flag": rich({"type": "text", "text": "x", "style": {"bold": "yes"}}),
    "unknown status": {**TASK, "status": "done"},
    "empty card": {"type": "card", "subtitle": plain()},
    "long card": {"type": "card", "body": plain("x" * 201)},
    "long block id": section(block_id="x" * 256),
    "two image sources": {"type": "image", "alt_text": "A", "image_url": "x", "slack_file": {}},
}  # fmt: skip


@pytest.mark.parametrize("block", BAD.values(), ids=BAD.keys())
def test_a_block_that_slack_would_not_draw_is_refused_with_where(block: Json) -> None:
    with pytest.raises(Refusal) as refused:
        checked_blocks([block])
    assert refused.value.error == "invalid_blocks"
    answer = refused.value.answer()
    assert "[json-pointer:/blocks" in answer["response_metadata"]["messages"][0]


def test_whatever_slacks_own_models_refuse_is_refused_here() -> None:
    refused_there = 0
    for name, block in BAD.items():
        try:
            parsed = Block.parse(dict(block)) if isinstance(block.get("type"), str) else None
            if parsed is not None:
                parsed.to_dict()
        except (SlackObjectFormationError, TypeError, AttributeError):
            refused_there += 1
            with pytest.raises(Refusal):
                checked_blocks([block])
        assert name
    assert refused_there >= 10


def test_a_message_takes_one_table_and_each_block_id_once() -> None:
    table = {"type": "table", "rows": [[cell()]]}
    with pytest.raises(Refusal) as refused:
        checked_blocks([table, table])
    assert refused.value.error == "invalid_attachments"
    with pytest.raises(Refusal, match="invalid_blocks"):
        checked_blocks([section(block_id="a"), section(block_id="a")])
    with pytest.raises(Refusal, match="invalid_blocks"):
        checked_blocks([{"type": "markdown", "text": "x" * 6001}] * 2)
