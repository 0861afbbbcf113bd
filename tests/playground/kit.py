"""One of every block and element, with words of one's choice in every place where words stand."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def every_block(word: str) -> list[Json]:
    """Return blocks that say nothing but the word."""
    plain = {"type": "plain_text", "text": word}
    marked = {"type": "mrkdwn", "text": word}
    rich = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": word}]},
            {"type": "rich_text_quote", "elements": [{"type": "link", "url": word, "text": word}]},
        ],
    }
    task = {
        "type": "task_card",
        "task_id": word,
        "title": word,
        "status": "in_progress",
        "details": rich,
        "output": rich,
        "sources": [{"type": "url", "url": word, "text": word}],
    }
    elements = every_element(word)
    return [
        {"type": "header", "text": plain},
        {"type": "section", "block_id": word, "text": plain, "accessory": elements[0]},
        {"type": "section", "fields": [plain, marked]},
        {"type": "context", "elements": [plain, marked, {"type": "image", "image_url": word}]},
        {"type": "divider"},
        {"type": "actions", "block_id": word, "elements": elements},
        *(
            {
                "type": "input",
                "block_id": word,
                "label": plain,
                "hint": plain,
                "optional": True,
                "element": element,
                "error": word,
            }
            for element in every_input(word)
        ),
        rich,
        {"type": "markdown", "text": word},
        {
            "type": "table",
            "rows": [[{"type": "raw_text", "text": word}], [rich]],
            "column_settings": [{"align": word, "is_wrapped": True}],
        },
        {"type": "context_actions", "block_id": word, "elements": context_elements(word)},
        task,
        {"type": "plan", "title": word, "tasks": [task]},
        card := {
            "type": "card",
            "title": marked,
            "subtitle": marked,
            "body": marked,
            "actions": [elements[0]],
        },
        {"type": "carousel", "elements": [card]},
        {"type": "alert", "level": word, "text": marked},
        {"type": "image", "image_url": word, "alt_text": word},
        {"type": word},
    ]


def every_element(word: str) -> list[Json]:
    """Return what one can press and choose outside of forms."""
    plain = {"type": "plain_text", "text": word}
    option = {"text": plain, "value": word, "description": plain}
    confirm = {"title": plain, "text": plain, "confirm": plain, "deny": plain, "style": word}
    common = {"action_id": word, "confirm": confirm, "accessibility_label": word}
    return [
        {"type": "button", "text": plain, "value": word, "style": word, **common},
        {"type": "button", "text": plain, "url": word, **common},
        {"type": "overflow", "options": [option, {**option, "url": word}], **common},
        *({**element, **common} for element in every_choice(word)),
        {"type": "datepicker", "initial_date": word, "placeholder": plain, **common},
        {"type": "timepicker", "initial_time": word, "placeholder": plain, **common},
        {"type": word, **common},
    ]


def every_choice(word: str) -> list[Json]:
    """Return the menus, boxes and buttons of which one is chosen, or several."""
    plain = {"type": "plain_text", "text": word}
    option = {"text": plain, "value": word, "description": plain}
    grouped = [{"label": plain, "options": [option]}]
    return [
        {"type": "static_select", "placeholder": plain, "options": [option]},
        {"type": "static_select", "option_groups": grouped, "initial_option": option},
        {"type": "multi_static_select", "options": [option], "initial_options": [option]},
        {"type": "multi_static_select", "option_groups": grouped},
        {"type": "users_select", "initial_user": word},
        {"type": "multi_users_select", "initial_users": [word]},
        {"type": "channels_select", "placeholder": plain},
        {"type": "conversations_select"},
        {"type": "multi_channels_select"},
        {"type": "multi_conversations_select"},
        {"type": "checkboxes", "options": [option], "initial_options": [option]},
        {"type": "radio_buttons", "options": [option], "initial_option": option},
    ]


def every_input(word: str) -> list[Json]:
    """Return what one can fill in."""
    plain = {"type": "plain_text", "text": word}
    typed = {"action_id": word, "placeholder": plain, "initial_value": word, "focus_on_load": True}
    return [
        {"type": "plain_text_input", "max_length": 3000, **typed},
        {"type": "plain_text_input", "multiline": True, **typed},
        {"type": "number_input", **typed},
        {"type": "email_text_input", **typed},
        {"type": "url_text_input", **typed},
        *({**element, "action_id": word} for element in every_choice(word)),
    ]


def context_elements(word: str) -> list[Json]:
    """Return the small buttons under a message."""
    plain = {"type": "plain_text", "text": word}
    side = {"text": plain, "value": word}
    return [
        {
            "type": "feedback_buttons",
            "action_id": word,
            "positive_button": side,
            "negative_button": side,
        },
        {"type": "icon_button", "action_id": word, "icon": word, "text": plain},
        {
            "type": "icon_button",
            "action_id": word,
            "icon": "trash",
            "text": plain,
            "visible_to_user_ids": ["U9"],
        },
    ]
