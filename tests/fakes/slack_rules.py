"""What Slack refuses of a message or view, as far as it is known without asking Slack.

The local workspace's rules hold shapes, lengths and counts, slack_sdk's models hold theirs, and
what is here is stricter than both: nothing that looks empty, and the length of all blocks as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blocks.drawn import Drawn
from bot.playground.refusals import Refusal
from bot.playground.rules import messages, views


def refused(message: Drawn) -> list[str]:
    """Return why Slack would refuse the message; nothing where it would take it."""
    blocks = list(message.blocks)
    found = []
    try:
        messages.checked_text(message.text, needed=True)
        messages.checked_blocks(blocks)
    except Refusal as refusal:
        found.append(f"{refusal} {refusal.details}")
    if len(json.dumps(blocks, ensure_ascii=False)) > messages.BLOCK_CHARACTERS:
        found.append("the blocks are too long as JSON")
    return [*found, *_by_models(blocks), *_empty(blocks)]


def refused_view(view: dict[str, Any]) -> list[str]:
    """Return why Slack would refuse the view; nothing where it would take it."""
    found = []
    try:
        views.checked_view(view, kind=view["type"])
        View(**view).to_dict()
    except (Refusal, SlackObjectFormationError) as refusal:
        found.append(f"{refusal} {getattr(refusal, 'details', '')}")
    return [*found, *_by_models(view["blocks"]), *_empty(view), *_overfull(view)]


def live(message: Drawn) -> list[str]:
    """Return all in the message that would mention, link, show or fetch something."""
    found = sorted(types_in(message.blocks) & _LIVE)
    return [*found, *_ACTING.findall(message.text)]


_LIVE = {
    *("mrkdwn", "markdown", "link", "image", "video"),
    *("user", "usergroup", "channel", "broadcast", "emoji", "date", "team"),
}
_ACTING = re.compile(
    r"[<>]|://|\bwww\.|[@\uff20](?:channel|here|everyone)|mailto:|tel:", re.IGNORECASE
)


def _by_models(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        try:
            Block.parse(block).to_dict()  # type: ignore[union-attr]
        except SlackObjectFormationError as error:
            yield str(error)


def _empty(node: Any) -> Iterator[str]:
    """Give the kind of every text without anything to see; within rich text a blank may stand."""
    for each in _nodes(node):
        said, kind = each.get("text"), each.get("type")
        if isinstance(said, str) and not (said if kind == "text" else said.strip()):
            yield f"empty text in {kind}"


def _overfull(view: dict[str, Any]) -> Iterator[str]:
    for each in _nodes(view):
        if len(each.get("initial_value", "")) > each.get("max_length", 3_000):
            yield "an initial value longer than may be entered"


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list | tuple):
        for each in node:
            yield from _nodes(each)
    elif isinstance(node, dict):
        yield node
        for each in node.values():
            yield from _nodes(each)


def types_in(node: Any) -> set[str]:
    """Return every type that occurs in blocks."""
    return {each["type"] for each in _nodes(node) if "type" in each}


def texts_in(node: Any) -> Iterator[str]:
    """Give every text that people see, in order."""
    for each in _nodes(node):
        for key in ("text", "title", "initial_value"):
            if isinstance(each.get(key), str):
                yield each[key]


def elements_in(node: Any) -> list[dict[str, Any]]:
    """Return everything that can be pressed or filled in."""
    return [each for each in _nodes(node) if "action_id" in each]
