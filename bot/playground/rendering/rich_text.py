"""The `rich_text` block: sections, lists, quotations and code, with styled text inside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from bot.playground.rendering import mrkdwn
from bot.playground.rendering.emoji import emoji
from bot.playground.rendering.links import link
from bot.playground.rendering.names import Names

Element = Mapping[str, Any]

STYLES = {
    "code": Markup("<code>{}</code>"),
    "underline": Markup("<u>{}</u>"),
    "strike": Markup("<s>{}</s>"),
    "italic": Markup("<em>{}</em>"),
    "bold": Markup("<strong>{}</strong>"),
}
"""What a style makes of a text, innermost first."""

LISTS = {
    "bullet": Markup('<ul class="indent-{indent}">{items}</ul>'),
    "ordered": Markup('<ol class="indent-{indent}" start="{start}">{items}</ol>'),
}

DEEPEST_LIST = 8


def rich_text(block: Element, names: Names) -> Markup:
    """Return a `rich_text` block as HTML."""
    return Markup("").join(_part(part, names) for part in block["elements"])


def _part(part: Element, names: Names) -> Markup:
    if part["type"] == "rich_text_list":
        return _list(part, names)
    tag = PARTS[part["type"]]
    return tag.format(_spans(part["elements"], names))


PARTS = {
    "rich_text_section": Markup("<p>{}</p>"),
    "rich_text_quote": Markup("<blockquote>{}</blockquote>"),
    "rich_text_preformatted": Markup("<pre>{}</pre>"),
}


def _list(part: Element, names: Names) -> Markup:
    """Return one list; a deeper one follows it with a larger indent, as Slack has it."""
    items = Markup("").join(
        Markup("<li>{}</li>").format(_spans(item["elements"], names)) for item in part["elements"]
    )
    return LISTS[part["style"]].format(
        items=items,
        indent=min(int(part.get("indent") or 0), DEEPEST_LIST),
        start=int(part.get("offset") or 0) + 1,
    )


def _spans(elements: Iterable[Element], names: Names) -> Markup:
    return Markup("").join(_span(element, names) for element in elements)


def _span(element: Element, names: Names) -> Markup:
    """Return one stretch of text in its styles."""
    show = SPANS.get(element["type"])
    made = show(element, names) if show else escape(f"[{element['type']}]")
    for style, wrap in STYLES.items():
        if (element.get("style") or {}).get(style):
            made = wrap.format(made)
    return made


SPANS: dict[str, Callable[[Element, Names], Markup]] = {
    "text": lambda it, _: escape(it["text"]),
    "link": lambda it, _: link(it["url"], it.get("text") or it["url"]),
    "user": lambda it, names: mrkdwn.person(it["user_id"], "", names),
    "usergroup": lambda it, names: mrkdwn.group(it["usergroup_id"], "", names),
    "channel": lambda it, names: mrkdwn.channel(it["channel_id"], "", names),
    "broadcast": lambda it, _: mrkdwn.broadcast(it["range"]),
    "emoji": lambda it, _: escape(emoji(it["name"])),
    "date": lambda it, _: escape(it.get("fallback") or it["format"]),
    "color": lambda it, _: escape(it["value"]),
}
