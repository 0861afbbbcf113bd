"""What changed between two editions, for people's eyes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.terminal import Line, Style, flat, visible

if TYPE_CHECKING:
    from knowledge.library.diffing import Change

_STYLES = {"added": Style.ADDED, "removed": Style.REMOVED}


def changes_lines(changes: Sequence[Change]) -> tuple[Line, ...]:
    """Return each section that was added, changed, removed or renamed, changed words marked."""
    if not changes:
        return (Line(text="Nothing changed."),)
    return tuple(line for change in changes for line in _change_lines(change))


def _change_lines(change: Change) -> tuple[Line, ...]:
    style = _STYLES.get(change.kind, Style.HEADING)
    was = f" (was {flat(change.old_id)})" if change.old_id else ""
    head = Line(text=f"{change.kind}: {flat(change.section_id)}{was}", style=style)
    words = "".join(_marked(operation, text) for operation, text in change.words)
    if not words:
        return (head,)
    return (head, *(Line(text=line, depth=1) for line in words.strip("\n").split("\n")))


def _marked(operation: str, text: str) -> str:
    """Return words as they are, as [-removed-] or as {+added+}, also where there is no colour."""
    shown = visible(text)
    return {"-": f"[-{shown}-]", "+": f"{{+{shown}+}}"}.get(operation, shown)
