"""What people type, as Slack sends it: escaped, with mentions and links marked."""

from __future__ import annotations

import itertools
import re

from bot.playground.records import Json
from bot.playground.state import State

_MARKED = re.compile(r"<[@#!][^<>]+>")
_TYPED = re.compile(r"(?P<url>https?://[^\s<>]*[\w/])|(?<![\w.])(?P<sign>[@#])(?P<name>[\w.-]*\w)")
_BROADCASTS = ("here", "channel", "everyone")
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def as_sent(typed: str, state: State) -> str:
    """Return a message as Slack sends it.

    `@handle` of a person or a group and `#channel` become marks (`<@U0MAYI>`), web addresses
    links; `&`, `<` and `>` are escaped. Marks that are there already stay.
    """
    parts = re.split(f"({_MARKED.pattern})", typed)
    return "".join(
        part if _MARKED.fullmatch(part) else _marked(_escaped(part), state) for part in parts
    )


def rich_text_of(sent: str) -> Json:
    """Return the block that Slack adds to what people type."""
    spans = [_span_of(part) for part in re.split(f"({_MARKED.pattern})", sent) if part]
    section = {"type": "rich_text_section", "elements": spans}
    return {"type": "rich_text", "elements": [section]}


def _escaped(text: str) -> str:
    for sign, escape in _ESCAPES:
        text = text.replace(sign, escape)
    return text


def _marked(text: str, state: State) -> str:
    return _TYPED.sub(lambda found: _mark_of(found, state), text)


def _mark_of(found: re.Match[str], state: State) -> str:
    """Return what a mention or an address becomes; itself where it names nobody."""
    if found["url"]:
        return f"<{found['url']}>"
    name, whole = found["name"], found[0]
    if found["sign"] == "#":
        return next(
            (f"<#{one.id}|{name}>" for one in state.channels.values() if one.name == name), whole
        )
    if name in _BROADCASTS:
        return f"<!{name}>"
    people = (f"<@{one.id}>" for one in state.people.values() if one.name == name)
    groups = (f"<!subteam^{one.id}|@{name}>" for one in state.groups.values() if one.handle == name)
    return next(itertools.chain(people, groups), whole)


def _span_of(part: str) -> Json:
    if part.startswith("<@"):
        return {"type": "user", "user_id": part[2:-1]}
    plain = part
    for sign, escape in reversed(_ESCAPES):
        plain = plain.replace(escape, sign)
    return {"type": "text", "text": plain}
