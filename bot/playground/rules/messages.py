"""A whole message: its text, blocks, metadata, and the chunks of a stream.

Limits: Slack's reference of chat.postMessage and its siblings; the 13,200 characters of blocks
were measured by others (slackapi/bolt-js#2509), the 8,000 of metadata are an assumption: Slack
names no number for either.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bot.playground.records import Json
from bot.playground.refusals import Refusal, refusal_of
from bot.playground.rules.blocks import IN_MESSAGES, complaints_of
from bot.playground.rules.shapes import among, fields, items, kinds, matching, string

TEXT_LIMIT = 40_000
MARKDOWN_LIMIT = 12_000
BLOCKS_LIMIT = 50
BLOCK_CHARACTERS = 13_200
METADATA_LIMIT = 8_000

_URL = matching(r"https?://\S{1,3000}", "a valid URL")
_CHUNK = kinds(
    {
        "markdown_text": fields({"text": string(least=1, most=MARKDOWN_LIMIT)}),
        "plan_update": fields({"title": string(least=1, most=256)}),
        "task_update": fields(
            {
                "id": string(least=1, most=255),
                "title": string(least=1, most=256),
                "status": among("pending", "in_progress", "complete", "error"),
            },
            {
                "details": string(most=256),
                "output": string(most=256),
                "sources": items(
                    kinds({"url": fields({"url": _URL, "text": string(least=1, most=3000)})}),
                    most=20,
                ),
            },
        ),
    }
)


def checked_text(text: str | None, *, needed: bool) -> str:
    """Return a message's text; refuses none where it is needed, and too much of it."""
    if needed and not (text or "").strip():
        raise Refusal("no_text")
    if len(text or "") > TEXT_LIMIT:
        raise Refusal("msg_too_long")
    return text or ""


def checked_blocks(value: object) -> tuple[Json, ...]:
    """Return a message's blocks; refuses what Slack would not draw."""
    blocks = parsed(value, "invalid_blocks_format")
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    complaints = complaints_of(blocks, IN_MESSAGES, most=BLOCKS_LIMIT)
    if complaints:
        raise refusal_of("invalid_blocks", complaints)
    if characters_of(blocks) > BLOCK_CHARACTERS:
        raise Refusal("msg_blocks_too_long")
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > MARKDOWN_LIMIT:
        raise refusal_of("invalid_blocks", ["markdown blocks are too long together"])
    if sum(block["type"] == "table" for block in blocks) > 1:
        raise refusal_of("invalid_attachments", ["only_one_table_allowed"])
    return tuple(blocks)


def checked_metadata(value: object) -> Json | None:
    """Return a message's metadata: {"event_type": …, "event_payload": {…}}."""
    if value in (None, "", {}, "{}"):
        return None
    metadata = parsed(value, "invalid_metadata_format")
    if not isinstance(metadata, dict):
        raise Refusal("invalid_metadata_format")
    if set(metadata) != {"event_type", "event_payload"}:
        raise Refusal("invalid_metadata_schema")
    kind, payload = metadata["event_type"], metadata["event_payload"]
    if not isinstance(kind, str) or not kind or not isinstance(payload, dict):
        raise Refusal("invalid_metadata_schema")
    if len(json.dumps(metadata)) > METADATA_LIMIT:
        raise Refusal("metadata_too_large")
    return metadata


def checked_chunks(value: object) -> tuple[Json, ...]:
    """Return what is added to a stream."""
    if value is None:
        return ()
    chunks = parsed(value, "invalid_chunks")
    complaints = list(items(_CHUNK, most=100)(chunks, "/chunks"))
    if complaints:
        raise refusal_of("invalid_chunks", complaints)
    return tuple(chunks)


def parsed(value: object, error: str) -> Any:  # noqa: ANN401 - JSON is anything
    """Return a value that came as JSON in a form, or as itself; refuses what is no JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise Refusal(error) from None


def characters_of(value: object) -> int:
    """Return how many characters of words are in blocks; names, types and ids do not count."""
    if isinstance(value, Mapping):
        counted = (
            one for name, one in value.items() if name not in ("type", "block_id", "action_id")
        )
        return sum(characters_of(one) for one in counted)
    if isinstance(value, list | tuple):
        return sum(characters_of(one) for one in value)
    return len(value) if isinstance(value, str) else 0
