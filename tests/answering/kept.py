"""Small answers kept in a store, for tests of what happens around them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.engine import Connection

from knowledge.answering import answers
from knowledge.library import editions
from knowledge.models import (
    Answer,
    Edition,
    ExceptionUsed,
    Outcome,
    Question,
    Quote,
    Ruling,
    Verdict,
)
from tests.fakes.library import draft, reading

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "fine-tune on Project Nightjar transcripts"

QUOTE = Quote(
    text="You may not train on Output.",
    document_id="vendor",
    document_title="Vendor",
    section_id="vendor#output",
    passage_id="vendor#output.1",
    outcome=Outcome.PROHIBITS,
    edition=1,
    effective=date(2026, 1, 1),
)


def an_edition(tx: Connection, number: int = 1) -> Edition:
    """Write an edition to answer under, and return it."""
    made = draft(number, reading("vendor", "# Output\n\nYou may not train on Output."))
    editions.write(tx, made, lambda *_: None)
    return made.edition


def keep(
    tx: Connection,
    answer_id: str = "a1",
    *,
    asker: str | None = "ursula",
    keep_until: datetime | None = None,
    used: tuple[ExceptionUsed, ...] = (),
) -> Answer:
    """Record an answer, with the first one's edition, and return it."""
    edition = editions.edition(tx, 1) or an_edition(tx)
    answer = Answer(
        id=answer_id,
        question=Question(text=f"May I {SECRET}?"),
        verdict=Verdict(ruling=Ruling.NOT_ALLOWED, reason="No.", quotes=(QUOTE,), exceptions=used),
        edition=edition,
        cited=(),
        fingerprint="plain-1",
        asked_at=NOW,
        took=0.1,
    )
    answers.record(tx, answer, keep_until=keep_until, asker=asker)
    return answer
