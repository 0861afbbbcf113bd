"""What somebody wrote in Slack, as plain words: its markup taken off, escapes resolved. Pure.

https://docs.slack.dev/messaging/formatting-message-text tells the forms between < and >.
"""

from __future__ import annotations

import re

_MARKED = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_ESCAPED = re.compile(r"&(amp|lt|gt);")
_CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}


def words(text: str, *, us: str) -> str:
    """Return the text as it reads, without the mentions of us (`us` is our user id)."""
    plain = _MARKED.sub(lambda mark: _shown(mark[1], mark[2], us), text)
    return _ESCAPED.sub(lambda escape: _CHARACTERS[escape[1]], plain).strip()


def mentions(text: str, *, us: str) -> bool:
    """Tell whether the text calls us."""
    return any(mark[1] == f"@{us}" for mark in _MARKED.finditer(text))


def _shown(target: str, label: str | None, us: str) -> str:
    """Return what a mark reads as: a person without a label as somebody, a link as its address."""
    if target == f"@{us}":
        return ""
    if target.startswith("@"):
        return label or "somebody"
    if target.startswith("#"):
        return f"#{label}" if label else "a channel"
    if target.startswith("!"):
        return label or target[1:].split("^")[0]
    address = target.removeprefix("mailto:")
    return f"{label} ({address})" if label and label != address else address
