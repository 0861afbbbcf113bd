"""What people choose and type in blocks: Slack's `state.values` and `actions`, from plain values.

A plain value is what one would say it is: a string for typed text, a date ("2026-11-25"), a
person's or a channel's id, or the `value` of an option; a list of those where several may be
chosen; a number of seconds for a moment; `positive` or `negative` for feedback.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.playground.records import Json
from bot.playground.rules.blocks import elements_of

Choice = str | int | list[str] | None


@dataclass(frozen=True, slots=True)
class Kind:
    """How an element tells what was chosen: in which field, from which it begins, of what sort."""

    field: str
    initial: str
    options: bool = False
    many: bool = False


_TYPED = Kind("value", "initial_value")
KINDS: Mapping[str, Kind] = {
    "plain_text_input": _TYPED,
    "email_text_input": _TYPED,
    "url_text_input": _TYPED,
    "number_input": _TYPED,
    "static_select": Kind("selected_option", "initial_option", options=True),
    "radio_buttons": Kind("selected_option", "initial_option", options=True),
    "overflow": Kind("selected_option", "", options=True),
    "multi_static_select": Kind("selected_options", "initial_options", options=True, many=True),
    "checkboxes": Kind("selected_options", "initial_options", options=True, many=True),
    "users_select": Kind("selected_user", "initial_user"),
    "multi_users_select": Kind("selected_users", "initial_users", many=True),
    "conversations_select": Kind("selected_conversation", "initial_conversation"),
    "multi_conversations_select": Kind(
        "selected_conversations", "initial_conversations", many=True
    ),
    "channels_select": Kind("selected_channel", "initial_channel"),
    "multi_channels_select": Kind("selected_channels", "initial_channels", many=True),
    "datepicker": Kind("selected_date", "initial_date"),
    "timepicker": Kind("selected_time", "initial_time"),
    "datetimepicker": Kind("selected_date_time", "initial_date_time"),
}
STATEFUL = frozenset(KINDS) - {"overflow"}


class Impossible(Exception):  # noqa: N818 - nothing went wrong: nobody could do that
    """An act that Slack's own page would not let anybody do."""


def initial_inputs(blocks: Iterable[Json]) -> dict[str, dict[str, Json]]:
    """Return the state of blocks that nobody has touched: block id → action id → value."""
    return {block["block_id"]: values for block in blocks if (values := _initial_of_block(block))}


def carried(
    fresh: Mapping[str, Mapping[str, Json]], filled: Mapping[str, Mapping[str, Json]]
) -> dict[str, dict[str, Json]]:
    """Return the state of blocks drawn anew, with what was filled in before where it still is."""
    return {
        block: {action: filled.get(block, {}).get(action, value) for action, value in acts.items()}
        for block, acts in fresh.items()
    }


def _initial_of_block(block: Json) -> dict[str, Json]:
    return {
        element["action_id"]: _initial_of(element)
        for element in elements_of(block)
        if element["type"] in STATEFUL
    }


def _initial_of(element: Json) -> Json:
    kind = KINDS[element["type"]]
    empty: object = [] if kind.many else None
    return {"type": element["type"], kind.field: element.get(kind.initial, empty)}


def input_of(element: Json, choice: Choice) -> Json:
    """Return what somebody chose or typed, as `state.values` tells it."""
    kind = KINDS[element["type"]]
    if not kind.options:
        return {"type": element["type"], kind.field: choice}
    if kind.many:
        if not isinstance(choice, list):
            raise Impossible(f"{element['action_id']} takes a list")
        return {"type": element["type"], kind.field: [option_of(element, one) for one in choice]}
    chosen = None if choice is None else option_of(element, str(choice))
    return {"type": element["type"], kind.field: chosen}


def option_of(element: Json, value: str) -> Json:
    """Return the option of that value; nobody can choose what is not there."""
    grouped = (one for group in element.get("option_groups", ()) for one in group["options"])
    for option in (*element.get("options", ()), *grouped):
        if option["value"] == value:
            return dict(option)
    raise Impossible(f"{element['action_id']} has no option {value!r}")


def action_of(block: Json, element: Json, choice: Choice, *, ts: str) -> Json:
    """Return the act on an element as a payload's `actions` tells it."""
    act: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ts,
    }
    if element["type"] == "feedback_buttons":
        pressed = element[f"{choice or 'positive'}_button"]
        return act | {"text": pressed["text"], "value": pressed["value"]}
    if element["type"] in KINDS:
        return act | {**input_of(element, choice), **_before(element)}
    pressed = {name: element[name] for name in ("text", "value", "style") if name in element}
    return act | pressed


def _before(element: Json) -> Json:
    """Return where an element began, which Slack repeats."""
    initial = KINDS[element["type"]].initial
    return {initial: element[initial]} if initial in element else {}


def found_element(
    blocks: Iterable[Json], action_id: str, block_id: str | None = None
) -> tuple[Json, Json]:
    """Return the block and the element with an action id; nobody can press what is not there."""
    known = [
        (block, element)
        for block in blocks
        for element in elements_of(block)
        if element["action_id"] == action_id and block_id in (None, block["block_id"])
    ]
    if not known:
        raise Impossible(f"nothing to press is called {action_id!r}")
    return known[0]


def missing_inputs(view: Mapping[str, object], inputs: Mapping[str, Mapping[str, Json]]) -> Json:
    """Return what Slack's own page asks for before it sends a form: block id → sentence."""
    blocks = view["blocks"]
    problems = {
        block["block_id"]: _problem(block, inputs.get(block["block_id"], {}))
        for block in (blocks if isinstance(blocks, list) else ())
        if block["type"] == "input"
    }
    return {block: sentence for block, sentence in problems.items() if sentence}


def _problem(block: Json, values: Mapping[str, Json]) -> str:
    """Return what is wrong with one input, in Slack's words; empty if nothing is."""
    element = block["element"]
    value = values.get(element["action_id"], {}).get(KINDS[element["type"]].field)
    if value in (None, "", []):
        return "" if block.get("optional") else "Please complete this required field."
    if not isinstance(value, str):
        return ""
    if len(value) < element.get("min_length", 0):
        return f"This field must be at least {element['min_length']} characters."
    if len(value) > element.get("max_length", 3000):
        return f"This field must be no more than {element.get('max_length', 3000)} characters."
    return ""
