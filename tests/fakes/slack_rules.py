"""What Slack refuses of a message or view, as far as it is known without asking Slack.

slack_sdk's models hold lengths and counts, the table here the shapes, and `_rules` what both miss.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.drawn import Drawn

FIELDS: Mapping[str, set[str]] = {
    "actions": {"elements"},
    "button": {"text", "action_id", "value", "style"},
    "checkboxes": {"options", "action_id"},
    "context": {"elements"},
    "context_actions": {"elements"},
    "datepicker": {"action_id", "initial_date"},
    "divider": set(),
    "feedback_buttons": {"action_id", "positive_button", "negative_button"},
    "header": {"text"},
    "home": {"blocks", "callback_id", "private_metadata"},
    "input": {"block_id", "label", "element", "hint", "optional", "dispatch_action"},
    "link": {"url", "text"},
    "modal": {"title", "submit", "close", "blocks", "callback_id", "private_metadata"},
    "multi_static_select": {"options", "action_id", "placeholder", "initial_options"},
    "multi_users_select": {"action_id", "placeholder", "initial_users"},
    "plain_text": {"text", "emoji"},
    "plain_text_input": {
        *("action_id", "multiline", "max_length", "min_length", "placeholder", "initial_value"),
        "dispatch_action_config",
    },
    "rich_text": {"elements"},
    "rich_text_list": {"style", "elements"},
    "rich_text_quote": {"elements"},
    "rich_text_section": {"elements"},
    "section": {"text"},
    "static_select": {"options", "action_id", "placeholder", "initial_option"},
    "text": {"text", "style"},
}
"""The fields of everything we send that has a type; an unknown one is refused."""

TASK_FIELDS = {"type", "id", "title", "status"}


def refused(message: Drawn) -> list[str]:
    """Return why Slack would refuse the message; nothing where it would take it."""
    blocks = list(message.blocks)
    return [
        *([] if message.text.strip() else ["no_text"]),
        *([] if len(message.text) <= 40_000 else ["msg_too_long"]),
        *([] if 0 < len(blocks) <= 50 else [f"{len(blocks)} blocks"]),
        *([] if len(json.dumps(blocks, ensure_ascii=False)) <= 13_200 else ["msg_blocks_too_long"]),
        *_wrong(blocks),
    ]


def refused_view(view: dict[str, Any]) -> list[str]:
    """Return why Slack would refuse the view; nothing where it would take it."""
    found = list(_wrong(view["blocks"]))
    try:
        View(**view).to_dict()
    except SlackObjectFormationError as error:
        found.append(str(error))
    inputs = any(block["type"] == "input" for block in view["blocks"])
    if view["type"] == "modal" and inputs and "submit" not in view:
        found.append("inputs without submit")
    return [*found, *_shapes({**view, "blocks": []})]


def _wrong(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        try:
            Block.parse(block).to_dict()  # type: ignore[union-attr]
        except SlackObjectFormationError as error:
            yield str(error)
    yield from _shapes(blocks)
    yield from _repeated(blocks)


def _shapes(node: Any) -> Iterator[str]:
    """Give every unknown type or field, empty text, list without an entry, and overlong option."""
    if isinstance(node, list):
        for each in node:
            yield from _shapes(each)
    elif isinstance(node, dict):
        yield from _shape(node)
        for key, each in node.items():
            if key != "style":
                yield from _shapes(each)


def _shape(node: dict[str, Any]) -> Iterator[str]:
    kind = node.get("type")
    unknown = set(node) - {"type"} - FIELDS.get(str(kind), set())
    if kind is not None and (kind not in FIELDS or unknown):
        yield f"unknown: {kind} {sorted(unknown)}"
    said = node.get("text")
    # A piece of rich text may be a blank between two others.
    if isinstance(said, str) and not (said if kind == "text" else said.strip()):
        yield f"empty text in {kind}"
    yield from _miscounted(kind, node)


MOST = {
    "actions": ("elements", 25),
    "checkboxes": ("options", 10),
    "context": ("elements", 10),
    "context_actions": ("elements", 5),
    "multi_static_select": ("options", 100),
    "rich_text_list": ("elements", 1_000),
    "static_select": ("options", 100),
}
"""What holds a list: at least one entry, at most so many."""


def _miscounted(kind: str | None, node: dict[str, Any]) -> Iterator[str]:
    if kind in MOST:
        name, most = MOST[kind]
        if not 0 < len(node[name]) <= most:
            yield f"{kind} with {len(node[name])} {name}"
    if kind == "plain_text_input" and len(node.get("initial_value", "")) > node["max_length"]:
        yield "an initial value longer than may be entered"
    if len(node.get("value", "")) > 2_000:
        yield "a value too long"


def _repeated(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for name in ("action_id", "block_id"):
        seen: set[str] = set()
        for found in _values(blocks, name):
            if found in seen:
                yield f"duplicate {name}: {found}"
            seen.add(found)


def _values(node: Any, name: str) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _values(each, name)
    elif isinstance(node, dict):
        if name in node:
            yield node[name]
        for each in node.values():
            yield from _values(each, name)


def types_in(node: Any) -> set[str]:
    """Return every type that occurs in blocks."""
    return set(_values(node, "type"))


def texts_in(node: Any) -> Iterator[str]:
    """Give every text that people see, in order."""
    if isinstance(node, list | tuple):
        for each in node:
            yield from texts_in(each)
    elif isinstance(node, dict):
        for key, each in node.items():
            if isinstance(each, str) and key in {"text", "title", "initial_value"}:
                yield each
            elif key != "style":
                yield from texts_in(each)
