"""Each block and element that the app may use, with its fields and limits.

Names, fields and limits are those of Slack's Block Kit reference (docs.slack.dev, November 2026);
where `slack_sdk.models` is stricter or knows more, its numbers. What is not listed is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.playground.records import Json
from bot.playground.rules.shapes import (
    Check,
    Complaints,
    among,
    anything,
    complaint,
    fields,
    flag,
    items,
    kinds,
    matching,
    one_of_fields,
    some_of_fields,
    string,
    whole,
)

# --- texts and the small objects that elements share


def plain(most: int, *, least: int = 1) -> Check:
    """Return a check for a text object without markup."""
    return kinds({"plain_text": fields({"text": string(least=least, most=most)}, {"emoji": flag})})


def words(most: int) -> Check:
    """Return a check for a text object with or without markup."""
    text = string(least=1, most=most)
    return kinds(
        {
            "plain_text": fields({"text": text}, {"emoji": flag}),
            "mrkdwn": fields({"text": text}, {"verbatim": flag}),
        }
    )


_LINK = matching(r"(https?://|mailto:|slack://)\S{1,3000}", "a valid URL")
_DATE = matching(r"\d{4}-\d{2}-\d{2}", "a date: YYYY-MM-DD")
_TIME = matching(r"\d{2}:\d{2}", "a time: HH:mm")
_ID = string(least=1, most=255)

_CONFIRM = fields(
    {"title": plain(100), "text": words(300), "confirm": plain(30), "deny": plain(30)},
    {"style": among("primary", "danger")},
)
_OPTION = fields(
    {"text": words(75), "value": string(least=1, most=150)},
    {"description": words(75), "url": _LINK},
)
_OPTIONS = items(_OPTION, least=1, most=100)
_GROUPS = items(fields({"label": plain(75), "options": _OPTIONS}), least=1, most=100)
_IMAGE_SOURCE = {"image_url": string(least=1, most=3000), "slack_file": anything}
_FILTER = fields(
    {},
    {
        "include": items(among("im", "mpim", "private", "public"), least=1, most=4),
        "exclude_external_shared_channels": flag,
        "exclude_bot_users": flag,
    },
)

_TRIGGER = among("on_enter_pressed", "on_character_entered")

# --- elements

_ACT: dict[str, Check] = {"action_id": _ID}
_ASK: dict[str, Check] = {**_ACT, "confirm": _CONFIRM, "focus_on_load": flag}
_HINTED: dict[str, Check] = {**_ASK, "placeholder": plain(150)}
_TYPED: dict[str, Check] = {
    **_ACT,
    "placeholder": plain(150),
    "focus_on_load": flag,
    "dispatch_action_config": fields(
        {"trigger_actions_on": items(_TRIGGER, least=1, most=2)},
    ),
}
_SEVERAL: dict[str, Check] = {**_HINTED, "max_selected_items": whole(1, 100)}
_FEEDBACK = fields(
    {"text": plain(75), "value": string(least=1, most=2000)},
    {"accessibility_label": string(most=75)},
)
_MENU: dict[str, Check] = {"options": _OPTIONS, "option_groups": _GROUPS}
_CHOICES = items(_OPTION, least=1, most=10)

IMAGE = fields(
    {"alt_text": string(least=1, most=2000)},
    _IMAGE_SOURCE,
    also=one_of_fields("image_url", "slack_file"),
)
BUTTON = fields(
    {"text": plain(75)},
    {
        **_ACT,
        "url": _LINK,
        "value": string(most=2000),
        "style": among("primary", "danger"),
        "confirm": _CONFIRM,
        "accessibility_label": string(most=75),
    },
)

PRESSED: dict[str, Check] = {
    "button": BUTTON,
    "overflow": fields({"options": items(_OPTION, least=1, most=5)}, {**_ACT, "confirm": _CONFIRM}),
}
CHOSEN: dict[str, Check] = {
    "static_select": fields(
        {}, {**_HINTED, **_MENU, "initial_option": _OPTION}, also=one_of_fields(*_MENU)
    ),
    "multi_static_select": fields(
        {},
        {**_SEVERAL, **_MENU, "initial_options": items(_OPTION, most=100)},
        also=one_of_fields(*_MENU),
    ),
    "users_select": fields({}, {**_HINTED, "initial_user": _ID}),
    "multi_users_select": fields({}, {**_SEVERAL, "initial_users": items(_ID, most=100)}),
    "conversations_select": fields(
        {},
        {
            **_HINTED,
            "initial_conversation": _ID,
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": _FILTER,
        },
    ),
    "multi_conversations_select": fields(
        {},
        {
            **_SEVERAL,
            "initial_conversations": items(_ID, most=100),
            "default_to_current_conversation": flag,
            "filter": _FILTER,
        },
    ),
    "channels_select": fields(
        {}, {**_HINTED, "initial_channel": _ID, "response_url_enabled": flag}
    ),
    "multi_channels_select": fields({}, {**_SEVERAL, "initial_channels": items(_ID, most=100)}),
    "datepicker": fields({}, {**_HINTED, "initial_date": _DATE}),
    "timepicker": fields({}, {**_HINTED, "initial_time": _TIME, "timezone": string(most=100)}),
    "datetimepicker": fields({}, {**_ASK, "initial_date_time": whole(0, 9_999_999_999)}),
    "checkboxes": fields(
        {"options": _CHOICES}, {**_ASK, "initial_options": items(_OPTION, least=1, most=10)}
    ),
    "radio_buttons": fields({"options": _CHOICES}, {**_ASK, "initial_option": _OPTION}),
}
TYPED: dict[str, Check] = {
    "plain_text_input": fields(
        {},
        {
            **_TYPED,
            "initial_value": string(most=3000),
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
    ),
    "email_text_input": fields({}, {**_TYPED, "initial_value": string(most=3000)}),
    "url_text_input": fields({}, {**_TYPED, "initial_value": string(most=3000)}),
    "number_input": fields(
        {"is_decimal_allowed": flag},
        {
            **_TYPED,
            "initial_value": string(most=100),
            "min_value": string(most=100),
            "max_value": string(most=100),
        },
    ),
}

# --- rich text

_STYLE = fields(
    {}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), flag)
)
_SPAN = kinds(
    {
        "text": fields({"text": string(least=1, most=40_000)}, {"style": _STYLE}),
        "link": fields(
            {"url": _LINK}, {"text": string(most=40_000), "unsafe": flag, "style": _STYLE}
        ),
        "user": fields({"user_id": _ID}, {"style": _STYLE}),
        "usergroup": fields({"usergroup_id": _ID}, {"style": _STYLE}),
        "channel": fields({"channel_id": _ID}, {"style": _STYLE}),
        "emoji": fields(
            {"name": string(least=1, most=100)}, {"unicode": string(most=100), "style": _STYLE}
        ),
        "broadcast": fields({"range": among("here", "channel", "everyone")}, {"style": _STYLE}),
        "date": fields(
            {"timestamp": whole(0, 9_999_999_999), "format": string(least=1, most=200)},
            {"url": _LINK, "fallback": string(most=200), "style": _STYLE},
        ),
        "color": fields({"value": string(most=20)}, {"style": _STYLE}),
    }
)
_SPANS = items(_SPAN, least=1, most=1000)
_SECTION = fields({"elements": _SPANS})
_RICH = kinds(
    {
        "rich_text_section": _SECTION,
        "rich_text_quote": fields({"elements": _SPANS}, {"border": whole(0, 1)}),
        "rich_text_preformatted": fields(
            {"elements": _SPANS}, {"border": whole(0, 1), "language": string(most=50)}
        ),
        "rich_text_list": fields(
            {
                "style": among("bullet", "ordered"),
                "elements": items(kinds({"rich_text_section": _SECTION}), least=1, most=1000),
            },
            {"indent": whole(0, 8), "offset": whole(0, 10_000), "border": whole(0, 1)},
        ),
    }
)
_RICH_TEXT = fields({"elements": items(_RICH, least=1, most=1000)}, {"block_id": _ID})

# --- blocks


def _even(value: object, at: str) -> Complaints:
    """Complain of a table whose rows differ in length."""
    rows = value.get("rows") if isinstance(value, Mapping) else None
    if isinstance(rows, list) and len({len(row) for row in rows if isinstance(row, list)}) > 1:
        yield complaint("all rows must have the same number of cells", f"{at}/rows")


_CELL = kinds(
    {
        "raw_text": fields({"text": string(least=1, most=3000)}),
        "raw_number": fields({"value": anything}, {"text": string(least=1, most=100)}),
        "rich_text": _RICH_TEXT,
    }
)
_COLUMN = fields({}, {"align": among("left", "center", "right"), "is_wrapped": flag})
_TASK_STATUS = among("pending", "in_progress", "complete", "error")
_SOURCES = items(
    kinds({"url": fields({"url": _LINK, "text": string(least=1, most=3000)})}), most=20
)
_TASK = fields(
    {"task_id": _ID, "title": string(least=1, most=255), "status": _TASK_STATUS},
    {
        "details": kinds({"rich_text": _RICH_TEXT}),
        "output": kinds({"rich_text": _RICH_TEXT}),
        "sources": _SOURCES,
        "block_id": _ID,
    },
)
_BLOCK: dict[str, Check] = {"block_id": _ID}

EVERYWHERE: dict[str, Check] = {
    "section": fields(
        {},
        {
            **_BLOCK,
            "text": words(3000),
            "fields": items(words(2000), least=1, most=10),
            "accessory": kinds({"image": IMAGE, **PRESSED, **CHOSEN}),
            "expand": flag,
        },
        also=some_of_fields("text", "fields"),
    ),
    "divider": fields({}, _BLOCK),
    "header": fields({"text": plain(150)}, _BLOCK),
    "image": fields(
        {"alt_text": string(least=1, most=2000)},
        {**_BLOCK, **_IMAGE_SOURCE, "title": plain(2000)},
        also=one_of_fields("image_url", "slack_file"),
    ),
    "context": fields(
        {
            "elements": items(
                kinds(
                    {
                        "image": IMAGE,
                        "plain_text": fields({"text": string(least=1, most=3000)}, {"emoji": flag}),
                        "mrkdwn": fields({"text": string(least=1, most=3000)}, {"verbatim": flag}),
                    }
                ),
                least=1,
                most=10,
            )
        },
        _BLOCK,
    ),
    "actions": fields({"elements": items(kinds({**PRESSED, **CHOSEN}), least=1, most=25)}, _BLOCK),
    "input": fields(
        {"label": plain(2000), "element": kinds({**TYPED, **CHOSEN})},
        {**_BLOCK, "hint": plain(2000), "optional": flag, "dispatch_action": flag},
    ),
    "rich_text": _RICH_TEXT,
}
IN_MESSAGES: dict[str, Check] = {
    **EVERYWHERE,
    "markdown": fields({"text": string(least=1, most=12_000)}, _BLOCK),
    "table": fields(
        {"rows": items(items(_CELL, least=1, most=20), least=1, most=100)},
        {**_BLOCK, "column_settings": items(_COLUMN, most=20)},
        also=_even,
    ),
    "context_actions": fields(
        {
            "elements": items(
                kinds(
                    {
                        "feedback_buttons": fields(
                            {"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACT
                        ),
                        "icon_button": fields(
                            {"icon": among("trash"), "text": plain(75)},
                            {
                                **_ACT,
                                "value": string(most=2000),
                                "confirm": _CONFIRM,
                                "accessibility_label": string(most=75),
                                "visible_to_user_ids": items(_ID, most=10),
                            },
                        ),
                    }
                ),
                least=1,
                most=5,
            )
        },
        _BLOCK,
    ),
    "card": fields(
        {},
        {
            **_BLOCK,
            "hero_image": kinds({"image": IMAGE}),
            "icon": kinds({"image": IMAGE}),
            "title": words(150),
            "subtitle": words(150),
            "body": words(200),
            "actions": items(kinds({"button": BUTTON}), least=1, most=5),
        },
        also=some_of_fields("hero_image", "title", "actions", "body"),
    ),
    "task_card": _TASK,
    "plan": fields(
        {"title": string(least=1, most=255)},
        {**_BLOCK, "tasks": items(kinds({"task_card": _TASK}), most=50)},
    ),
    "data_table": fields(
        {
            "caption": string(least=1, most=255),
            "rows": items(items(_CELL, least=1, most=20), least=2, most=201),
        },
        {**_BLOCK, "page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        also=_even,
    ),
}
IN_MODALS: dict[str, Check] = {
    **EVERYWHERE,
    "alert": fields(
        {"text": words(3000)},
        {**_BLOCK, "level": among("default", "info", "warning", "error", "success")},
    ),
}
IN_HOME = EVERYWHERE


def complaints_of(
    blocks: object, table: Mapping[str, Check], *, most: int, at: str = "/blocks"
) -> list[str]:
    """Return what is wrong with the blocks of a surface, in Slack's words; nothing if all is well.

    `table` is one of IN_MESSAGES, IN_MODALS and IN_HOME, `most` how many blocks it takes.
    """
    return [*items(kinds(table), most=most)(blocks, at), *_repeated(blocks, at)]


def _repeated(blocks: object, at: str) -> Iterator[str]:
    """Complain of ids given twice: block ids on a surface, action ids in a block."""
    if not isinstance(blocks, Sequence):
        return
    known = [block for block in blocks if isinstance(block, Mapping)]
    for twice in _twice(block.get("block_id") for block in known):
        yield complaint(f"block_id {twice!r} is not unique", at)
    for index, block in enumerate(known):
        for twice in _twice(element.get("action_id") for element in elements_of(block)):
            yield complaint(f"action_id {twice!r} is not unique", f"{at}/{index}")


def _twice(ids: Iterator[object]) -> list[str]:
    """Return the ids that occur more than once."""
    counts = Counter(one for one in ids if isinstance(one, str))
    return [one for one, count in counts.items() if count > 1]


def elements_of(block: Mapping[str, object]) -> list[Json]:
    """Return what one can press, choose or type in a block."""
    inside = [block.get("accessory"), block.get("element")]
    for several in (block.get("elements"), block.get("actions")):
        inside.extend(several if isinstance(several, list | tuple) else ())
    return [one for one in inside if isinstance(one, dict) and one.get("type") in INTERACTIVE]


INTERACTIVE = frozenset({*PRESSED, *CHOSEN, *TYPED, "feedback_buttons", "icon_button"})
