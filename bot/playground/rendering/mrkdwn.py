"""Slack's own markup, as its clients show it.

Entities (`&amp; &lt; &gt;`) are text; everything between angle brackets is a reference: a person,
a conversation, a user group, a date or an address. Whatever is none of these stays as it was
typed, escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby

from markupsafe import Markup, escape

from bot.playground.rendering.emoji import with_emoji
from bot.playground.rendering.links import link, safe_url
from bot.playground.rendering.names import Names

FENCE = re.compile(r"```\n?(.+?)\n?```", re.DOTALL)
QUOTED = re.compile(r"^(?:&gt;|>) ?")
INLINE = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<reference>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>(?=\S)[^*\n]*[^*\s])\*(?![\w*])"
    r"|(?<![\w_])_(?P<italic>(?=\S)[^_\n]*[^_\s])_(?![\w_])"
    r"|(?<![\w~])~(?P<strike>(?=\S)[^~\n]*[^~\s])~(?![\w~])"
)
STYLES = {
    "bold": Markup("<strong>{}</strong>"),
    "italic": Markup("<em>{}</em>"),
    "strike": Markup("<s>{}</s>"),
}
BROADCASTS = frozenset({"here", "channel", "everyone"})

MENTION = Markup('<span class="mention{}">{}</span>')
CODE = Markup("<code>{}</code>")


def mrkdwn(text: str, names: Names) -> Markup:
    """Return a text with Slack's markup as HTML; line breaks stay line breaks."""
    pieces = FENCE.split(text)
    return Markup("").join(
        Markup("<pre>{}</pre>").format(plain(piece)) if index % 2 else _lines(piece, names)
        for index, piece in enumerate(pieces)
    )


def plain(text: str) -> str:
    """Return the text that Slack's three entities stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _lines(text: str, names: Names) -> Markup:
    """Return lines, those that begin with a greater-than sign as quotations."""
    parts = []
    for quoted, group in groupby(text.split("\n"), key=lambda line: bool(QUOTED.match(line))):
        lines = [QUOTED.sub("", line) if quoted else line for line in group]
        body = _inline("\n".join(lines), names)
        parts.append((quoted, body))
    return Markup("").join(_joined(parts))


def _joined(parts: list[tuple[bool, Markup]]) -> Iterator[Markup]:
    for index, (quoted, body) in enumerate(parts):
        if quoted:
            yield Markup("<blockquote>{}</blockquote>").format(body)
        elif body or index not in {0, len(parts) - 1}:
            yield body


def _inline(text: str, names: Names) -> Markup:
    """Return one stretch of text with its styles and references."""
    made = Markup()
    end = 0
    for found in INLINE.finditer(text):
        made += escape(with_emoji(plain(text[end : found.start()])))
        made += _piece(found, names)
        end = found.end()
    return made + escape(with_emoji(plain(text[end:])))


def _piece(found: re.Match[str], names: Names) -> Markup:
    kind, inside = found.lastgroup or "", found[found.lastgroup or 0]
    if kind == "code":
        return CODE.format(_code(inside, names))
    if kind == "reference":
        return reference(inside, names)
    return STYLES[kind].format(_inline(inside, names))


def _code(text: str, names: Names) -> Markup:
    """Return code, in which an address may still be a link."""
    pieces = re.split(r"<([^<>\n]+)>", text)
    return Markup("").join(
        reference(piece, names) if index % 2 else escape(plain(piece))
        for index, piece in enumerate(pieces)
    )


# ---------------------------------------------------------------- between angle brackets


def reference(inside: str, names: Names) -> Markup:
    """Return what stands between angle brackets as a mention, a date or a link."""
    target, _, label = inside.partition("|")
    show = REFERENCES.get(target[:1])
    if show is not None:
        return show(target[1:], plain(label), names)
    address = plain(target)
    if safe_url(address) is None:
        return escape(f"<{plain(inside)}>")
    return link(address, plain(label) or address.removeprefix("mailto:"))


def person(person_id: str, label: str, names: Names) -> Markup:
    """Return a mention of a person, marked where it is the one who looks."""
    name = names.people.get(person_id) or label or person_id
    return MENTION.format(" me" if person_id == names.me else "", f"@{name}")


def channel(channel_id: str, label: str, names: Names) -> Markup:
    """Return a mention of a conversation."""
    return MENTION.format("", f"#{names.channels.get(channel_id) or label or channel_id}")


def group(group_id: str, label: str, names: Names) -> Markup:
    """Return a mention of a user group."""
    name = names.groups.get(group_id) or label.removeprefix("@") or group_id
    return MENTION.format("", f"@{name}")


def broadcast(reach: str) -> Markup:
    """Return a mention of everybody (`here`, `channel`, `everyone`)."""
    return MENTION.format(" me", f"@{reach}")


def _special(target: str, label: str, names: Names) -> Markup:
    kind, _, rest = target.partition("^")
    if kind == "subteam":
        return group(rest, label, names)
    if kind == "date":
        return escape(label)
    if kind in BROADCASTS:
        return broadcast(kind)
    return escape(label or f"<!{target}>")


REFERENCES: dict[str, Callable[[str, str, Names], Markup]] = {
    "@": person,
    "#": channel,
    "!": _special,
}
