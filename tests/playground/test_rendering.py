from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.rendering.filling import filled
from bot.playground.rendering.links import safe_url
from bot.playground.rendering.names import Names
from bot.playground.rendering.page import draw, key_of, pressed
from tests.playground.kit import every_block, every_choice
from tests.playground.markup import Read

NAMES = Names(people={"U1": "Maya", "U2": "Tom"}, channels={"C1": "general"}, me="U1")
PLAIN = {"type": "plain_text", "text": "words"}

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</textarea></select></dialog></details><h1>",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "&#60;b&#62;",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "</title><svg/onload=alert(1)>",
    "\x00\x0b\x7f\u2028\u202e\ufeff",
    "\u0000<b>",
    "Ω≈ç√∫ 部落格 🏳️‍🌈 ﷽",
    "`ls -al /`",
]
"""Words that would do harm, or look odd, if they were taken for markup."""


def drawn(*blocks: dict[str, Any]) -> Read:
    return Read(str(draw(blocks, NAMES)))


def action(element: dict[str, Any]) -> Read:
    return drawn({"type": "actions", "block_id": "b", "elements": [{"action_id": "a", **element}]})


def field(element: dict[str, Any], **block: Any) -> Read:
    return drawn(
        {"type": "input", "block_id": "b", "label": PLAIN, "element": {"action_id": "a", **element}}
        | block
    )


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value.title()}, "value": value}


# ---------------------------------------------------------------- hostile words


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_change_nothing_of_how_the_page_is_built(word: str) -> None:
    read, benign = drawn(*every_block(word)), drawn(*every_block("word"))
    unmarked = {"code", "pre", "strong", "em", "s", "blockquote", "p", "span"}

    assert [tag for tag in read.tags if tag not in unmarked] == [
        tag for tag in benign.tags if tag not in unmarked
    ]
    assert read.attributes <= benign.attributes
    assert not any(name.startswith("on") for name in read.attributes)
    assert read.links == []


@settings(max_examples=25)
@given(st.lists(st.sampled_from([*HOSTILE, "*", "`", "<", ">", '"', "\n", "x"]), max_size=6))
def test_no_mixture_of_them_adds_an_attribute_or_leads_anywhere(pieces: list[str]) -> None:
    read = drawn(*every_block("".join(pieces)))

    assert read.attributes <= drawn(*every_block("https://a.example")).attributes | {"start"}
    assert all(safe_url(link) for link in read.links)
    assert not {"script", "img", "iframe", "object", "form", "!--", "!"} & set(read.tags)


# ---------------------------------------------------------------- every block


def test_every_kind_of_block_and_element_is_drawn() -> None:
    read = drawn(*every_block("word")[:-1])

    unknown = [text for text in read.pieces if "does not draw" in text]
    assert unknown == ["A “word” element, which this page does not draw."]


def test_what_the_page_does_not_draw_is_said_where_it_would_stand() -> None:
    assert "A “hologram” block, which this page does not draw." in drawn({"type": "hologram"}).text


def test_an_image_is_never_fetched() -> None:
    read = drawn(
        {"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x"},
        {"type": "section", "text": PLAIN, "accessory": {"type": "image", "image_url": "x"}},
    )

    assert "img" not in read.tags
    assert read.text.count("An image, which this page never fetches.") == 2


def test_a_button_is_named_by_its_block_and_itself() -> None:
    read = action({"type": "button", "text": PLAIN, "style": "danger", "value": "secret"})

    (button,) = read.all("button")
    assert pressed(button["name"] or "") == ("b", "a")
    assert button["class"] == "button danger"
    assert "secret" not in read.html


def test_ids_of_any_kind_come_back_from_a_controls_name() -> None:
    for word in HOSTILE:
        assert pressed(key_of(({"block_id": word}, {"action_id": word}))) == (word, word)


def test_a_button_with_an_address_is_a_link_unless_the_address_is_unsafe() -> None:
    assert action({"type": "button", "text": PLAIN, "url": "https://a.example"}).links
    assert not action({"type": "button", "text": PLAIN, "url": "javascript:alert(1)"}).links


def test_what_needs_a_second_thought_brings_its_question_along() -> None:
    words = {
        name: {"type": "plain_text", "text": name} for name in ("title", "text", "confirm", "deny")
    }

    read = action({"type": "button", "text": PLAIN, "confirm": words})

    assert read.all("dialog") == [{"class": "confirm", "aria-label": "title"}]
    assert [one.get("value") for one in read.all("button")] == [None, "deny", "confirm"]


def test_feedback_is_a_thumb_up_and_a_thumb_down() -> None:
    read = drawn(
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": option("helpful"),
                    "negative_button": option("wrong"),
                }
            ],
        }
    )

    assert [(one["value"], one["title"]) for one in read.all("button")] == [
        ("positive", "Helpful"),
        ("negative", "Wrong"),
    ]


def test_an_icon_button_for_others_is_not_shown() -> None:
    shown = {"type": "icon_button", "action_id": "i", "icon": "trash", "text": PLAIN}
    hidden = shown | {"visible_to_user_ids": ["U2"]}

    assert len(drawn({"type": "context_actions", "elements": [shown, hidden]}).all("button")) == 1


def test_a_menu_shows_what_is_chosen() -> None:
    read = action(
        {
            "type": "static_select",
            "options": [option("api"), option("team")],
            "initial_option": option("team"),
        }
    )

    assert [one["value"] for one in read.all("option") if "selected" in one] == ["team"]


def test_people_are_chosen_by_name() -> None:
    read = action({"type": "users_select", "initial_user": "U2"})

    assert [(one["value"], "selected" in one) for one in read.all("option")] == [
        ("", False),
        ("U1", False),
        ("U2", True),
    ]
    assert "Tom" in read.text


def test_a_field_has_its_label_hint_and_error() -> None:
    hint = {"type": "plain_text", "text": "A sentence will do."}

    read = field(
        {"type": "plain_text_input", "multiline": True, "initial_value": "\nso far"},
        hint=hint,
        error="Please say more.",
        optional=True,
    )

    assert read.all("label") == [{"class": "field wrong"}]
    assert read.all("textarea")[0]["rows"] == "4"
    assert "words (optional)" in " ".join(read.text.split())
    assert "A sentence will do." in read.text
    assert "Please say more." in read.text


def test_a_field_tells_the_app_only_if_that_wants_to_be_told() -> None:
    quiet = field({"type": "static_select", "options": [option("a")]})
    telling = field({"type": "static_select", "options": [option("a")]}, dispatch_action=True)

    assert "data-press" not in quiet.all("select")[0]
    assert "data-press" in telling.all("select")[0]


def test_several_ticks_are_a_group_with_one_label() -> None:
    read = field({"type": "checkboxes", "options": [option("a"), option("b")]})

    assert {"fieldset", "legend"} <= set(read.tags)
    assert len(read.all("input")) == 2


def test_a_tables_first_row_is_its_head() -> None:
    cells = [{"type": "raw_text", "text": "rule"}, {"type": "raw_number", "value": 12}]

    read = drawn({"type": "table", "rows": [cells, cells], "column_settings": [{"align": "right"}]})

    assert [tag for tag in read.tags if tag in {"th", "td"}] == ["th", "th", "td", "td"]
    assert read.all("td") == [{"class": "right"}, {"class": "left"}]
    assert "12" in read.text


def test_a_task_shows_how_far_it_is() -> None:
    task = {"task_id": "1", "title": "Searching 214 clauses", "details": "all of them"}

    read = drawn(
        {"type": "plan", "title": "Looking", "tasks": [task | {"status": "complete"}]},
        {"type": "task_card", **task, "status": "in_progress"},
    )

    assert [one["aria-label"] for one in read.all("span") if one.get("role") == "img"] == [
        "complete",
        "in progress",
    ]
    assert read.text.count("all of them") == 2


# ---------------------------------------------------------------- what was filled in


def test_what_was_filled_in_is_there_again() -> None:
    values = {
        "static_select": {"selected_option": option("word")},
        "multi_users_select": {"selected_users": ["U1"]},
        "users_select": {"selected_user": "U2"},
        "plain_text_input": {"value": "typed"},
    }
    kinds = [*every_choice("word"), {"type": "plain_text_input"}]
    blocks = [
        {
            "type": "input",
            "block_id": kind["type"],
            "label": PLAIN,
            "element": {"action_id": "a", **kind},
        }
        for kind in kinds
        if kind["type"] in values
    ]

    read = drawn(*filled(blocks, {kind: {"a": value} for kind, value in values.items()}))

    chosen = [one["value"] for one in read.all("option") if "selected" in one]
    ticked = [one["value"] for one in read.all("input") if "checked" in one]
    assert chosen == ["word", "word", "U2"]
    assert ticked == ["U1"]
    assert read.all("input")[-1]["value"] == "typed"


def test_what_was_wrong_stands_at_its_field_alone() -> None:
    first = {"type": "input", "block_id": "1", "label": PLAIN}
    element = {"type": "plain_text_input", "action_id": "a"}

    blocks = filled([first | {"element": element}, {"type": "divider"}], {}, {"1": "Too short."})

    assert [block.get("error") for block in blocks] == ["Too short.", None]
    assert "element" in first | {"element": element}
