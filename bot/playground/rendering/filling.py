"""Blocks with what a person has filled in so far, and with what was wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.playground.inputs import KINDS
from bot.playground.records import Json

Inputs = Mapping[str, Mapping[str, Json]]
"""Slack's `state.values`: block id → action id → value."""


def filled(
    blocks: Sequence[Json], inputs: Inputs, errors: Mapping[str, str] | None = None
) -> tuple[Json, ...]:
    """Return the blocks as they stand before the person, each wrong one with its `error`.

    `errors` is block id → sentence.
    """
    return tuple(_filled(block, inputs, errors or {}) for block in blocks)


def _filled(block: Json, inputs: Inputs, errors: Mapping[str, str]) -> Json:
    block_id = block.get("block_id", "")
    values = inputs.get(block_id, {})
    made = dict(block)
    for name in ("element", "accessory"):
        if block.get(name):
            made[name] = _with_value(block[name], values)
    if block["type"] == "actions":
        made["elements"] = [_with_value(one, values) for one in block["elements"]]
    if block_id in errors:
        made["error"] = errors[block_id]
    return made


def _with_value(element: Json, values: Mapping[str, Json]) -> Json:
    value, kind = values.get(element.get("action_id", "")), KINDS.get(element["type"])
    if value is None or kind is None or kind.field not in value:
        return element
    return {**element, kind.initial: value[kind.field]}
