"""What a person types on the page, with people's names in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.playground.rendering.mrkdwn import plain

MENTION = re.compile(r"<@([A-Z0-9]+)>")
NAMED = re.compile(r"<(?:#[A-Z0-9]+\||!subteam\^[A-Z0-9]+\|@|!)([^<>|]+)>")
LINK = re.compile(r"<(https?://[^<>|]+)>")
COMMAND = re.compile(r"(/[a-z0-9_-]+)(?:\s+(.*))?", re.DOTALL)


def marked(typed: str, people: Mapping[str, str]) -> str:
    """Return a typed text with a mark (`<@U0MAYI>`) for each name after an @.

    `people` is id → name. The longest name counts, whatever its case; an address of mail is none.
    """
    ids = {name.casefold(): person_id for person_id, name in people.items() if name}
    if not ids:
        return typed
    names = "|".join(re.escape(name) for name in sorted(ids, key=len, reverse=True))
    mention = re.compile(rf"(?<![\w@.])@({names})(?!\w)", re.IGNORECASE)
    return mention.sub(lambda found: f"<@{ids[found[1].casefold()]}>", typed)


def typed(sent: str, people: Mapping[str, str]) -> str:
    """Return a text that was sent as the person would type it, for editing."""
    text = MENTION.sub(lambda found: f"@{people.get(found[1], found[1])}", sent)
    text = NAMED.sub(lambda found: f"{'#' if found[0][1] == '#' else '@'}{found[1]}", text)
    return plain(LINK.sub(r"\1", text))


def command(typed: str) -> tuple[str, str] | None:
    """Return the slash command and what follows it, or None where the text is no command."""
    found = COMMAND.fullmatch(typed.strip())
    return (found[1], found[2] or "") if found else None
