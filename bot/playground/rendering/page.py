"""The templates, and what they know of texts: everything else in them is escaped."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from bot.playground.rendering import mrkdwn as slack
from bot.playground.rendering.emoji import with_emoji
from bot.playground.rendering.links import link, safe_url
from bot.playground.rendering.markdown import markdown
from bot.playground.rendering.names import Names
from bot.playground.rendering.rich_text import rich_text

Json = Mapping[str, Any]

SEVERAL = frozenset(
    {"checkboxes", "radio_buttons", "multi_static_select", "multi_users_select"}
    | {"multi_channels_select", "multi_conversations_select"}
)
"""Elements made of several ticks: their label stands for a group."""


def page(template: str, names: Names, **values: object) -> Markup:
    """Return a template filled with values."""
    made = ENVIRONMENT.get_template(template).render(names=names, **values)
    return Markup(made)  # noqa: S704 - the templates escape what they are given


def draw(blocks: Sequence[Json], names: Names) -> Markup:
    """Return blocks of a message, a modal or a Home as HTML."""
    return page("drawn.html", names, blocks=blocks)


def key_of(ids: tuple[Json, Json]) -> str:
    """Return the name of a control: its block's id and its own, as `pressed` reads them."""
    block, element = ids
    return json.dumps([block.get("block_id") or "", element.get("action_id") or ""])


def pressed(key: str) -> tuple[str, str]:
    """Return the ids of the block and of the element that a control's name stands for."""
    block_id, action_id = json.loads(key)
    return str(block_id), str(action_id)


# ---------------------------------------------------------------- filters


def words(text: Json) -> str:
    """Return the characters of a text object, with emoji; the template escapes them."""
    return with_emoji(str(text["text"]))


@pass_context
def text_object(context: Context, text: Json) -> Markup:
    """Return a text object as HTML."""
    if text["type"] == "mrkdwn":
        return slack.mrkdwn(text["text"], context["names"])
    return escape(words(text))


@pass_context
def mrkdwn(context: Context, text: str) -> Markup:
    """Return a message's own text as HTML."""
    return slack.mrkdwn(text, context["names"])


@pass_context
def rich(context: Context, block: Json) -> Markup:
    """Return a `rich_text` block as HTML."""
    return rich_text(block, context["names"])


@pass_context
def cell(context: Context, content: Json) -> Markup:
    """Return a table's cell: raw text, a raw number or rich text."""
    if content["type"] == "rich_text":
        return rich_text(content, context["names"])
    return escape(content.get("text", content.get("value", "")))


def column(place: tuple[Json, int]) -> str:
    """Return the class of a table's column: how it is aligned, and whether it wraps."""
    block, index = place
    settings = block.get("column_settings") or ()
    setting = (settings[index] if index < len(settings) else None) or {}
    return f"{slug(setting.get('align', 'left'))}{' wrapped' if setting.get('is_wrapped') else ''}"


def source(element: Json) -> Markup:
    """Return a task's source as a link."""
    return link(element["url"], element["text"])


def slug(word: str) -> str:
    """Return a word that is safe as the name of a class."""
    return re.sub(r"[^a-z0-9-]+", "-", str(word).lower())


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.playground"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters = (slug, safe_url, words, markdown, mrkdwn, cell, column, source)
    made.filters |= {show.__name__: show for show in filters}
    made.filters |= {"text": text_object, "rich_text": rich, "key": key_of}
    made.tests["several"] = lambda element: element["type"] in SEVERAL
    return made


ENVIRONMENT = _environment()
