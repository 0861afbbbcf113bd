"""What changed between two editions, for people's eyes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.terminal import Line, Style, flat, visible

if TYPE_CHECKING:
    from knowledge.library.diffing import Change, DocumentChange

NEARBY = 12
"""Words kept on either side of a change; the rest of what stayed is left out."""

_STYLES = {"added": Style.ADDED, "removed": Style.REMOVED}
_MARKS = {"delete": ("[-", "-]"), "insert": ("{+", "+}")}
_WORD = re.compile(r"\s*\S+\s*?")


def changes_lines(
    documents: Sequence[DocumentChange], sections: Sequence[Change]
) -> tuple[Line, ...]:
    """Return each document and section that came, went or changed, changed words marked."""
    if not documents and not sections:
        return (Line(text="Nothing changed."),)
    return (
        *(line for change in documents for line in _document_lines(change)),
        *(line for change in sections for line in _section_lines(change)),
    )


def _document_lines(change: DocumentChange) -> Iterable[Line]:
    style = _STYLES.get(change.kind, Style.HEADING)
    yield Line(text=f"{change.kind} document: {flat(change.document_id)}", style=style)
    for name, before, after in change.fields:
        yield Line(text=f"{name}: [-{flat(before)}-] {{+{flat(after)}+}}", depth=1)


def _section_lines(change: Change) -> Iterable[Line]:
    was = f" (was {flat(change.old_id)})" if change.old_id else ""
    why = f" · {flat('; '.join(change.reasons))}" if change.reasons else " · wording only"
    style = _STYLES.get(change.kind, Style.HEADING)
    yield Line(text=f"{change.kind}: {flat(change.section_id)}{was}{why}", style=style)
    words = "".join(_marked(operation, text) for operation, text in change.words)
    yield from (Line(text=line, depth=1) for line in words.strip("\n").split("\n"))


def _marked(operation: str, text: str) -> str:
    """Return words as [-removed-], as {+added+} or, where they stayed, cut to what is near."""
    if operation in _MARKS:
        opening, closing = _MARKS[operation]
        said = text.rstrip()
        return f"{opening}{visible(said)}{closing}{text[len(said) :]}"
    words = _WORD.findall(text)
    if len(words) <= 2 * NEARBY:
        return visible(text)
    end = text[len(text.rstrip()) :]
    return visible(f"{''.join(words[:NEARBY])} …{''.join(words[-NEARBY:])}{end}")
