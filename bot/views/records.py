"""Cases, rulings, exceptions and the audit chain, as lists: who asked is in none of them."""

from __future__ import annotations

from collections.abc import Sequence, Set
from zoneinfo import ZoneInfo

from bot.terminal import Line, Style, table_lines
from bot.views.answers import moment
from knowledge.answering.cases import Case
from knowledge.chain import Entry
from knowledge.models import Document, Waiver


def cases_lines(waiting: Sequence[Case], zone: ZoneInfo) -> tuple[Line, ...]:
    """Return the cases that wait, due first."""
    if not waiting:
        return (Line(text="Nobody is waiting."),)
    rows = (
        (each.id, each.owner or "nobody yet", moment(each.due_at, zone), each.answer)
        for each in waiting
    )
    return table_lines(("case", "with", "due", "about answer"), rows)


def rulings_lines(held: Sequence[Document]) -> tuple[Line, ...]:
    """Return the rulings that an edition holds; from its day on one decides nothing."""
    if not held:
        return (Line(text="The edition in effect holds no ruling."),)
    rows = ((each.id, each.expires, each.title, ", ".join(sorted(each.audience))) for each in held)
    return table_lines(("ruling", "expires", "title", "audience"), rows)


def exceptions_lines(living: Sequence[Waiver], lost: Set[int]) -> tuple[Line, ...]:
    """Return the exceptions that count; `lost` are the ids of those whose rule was reworded."""
    if not living:
        return (Line(text="No exception counts now."),)
    rows = (
        (
            each.id,
            each.rule,
            each.until,
            ", ".join((*sorted(each.people), *(f"@{one}" for one in sorted(each.groups)))),
            each.purpose,
            "its rule was reworded: lifts nothing" if each.id in lost else "",
        )
        for each in living
    )
    return table_lines(("exception", "rule", "until", "for", "purpose", ""), rows)


def audit_lines(
    entries: Sequence[Entry], broken_at: int | None, zone: ZoneInfo
) -> tuple[Line, ...]:
    """Return who did what, oldest first, and whether the chain holds."""
    rows = (
        (each.number, moment(each.at, zone), each.who, each.what, _about(each)) for each in entries
    )
    table = table_lines(("entry", "when", "who", "what", "about"), rows)
    return (*table, Line(text=""), _verdict(len(entries), broken_at))


def _about(entry: Entry) -> str:
    return ", ".join(f"{name} {value}" for name, value in entry.about.items())


def _verdict(count: int, broken_at: int | None) -> Line:
    if broken_at is None:
        return Line(text=f"The chain of {count} entries is unbroken.")
    said = f"The chain is broken at entry {broken_at}: it was changed, or one before it is missing."
    return Line(text=said, style=Style.WARNING)
