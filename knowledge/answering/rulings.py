"""Rulings: a case's answer as a rule that the next person finds.

A ruling is a small guideline of its own, one section with one marked clause, that expires. What
people write is kept here as they wrote it; `publishing.rulings` makes it part of an edition, and
from then on the edition says what holds. It ranks as any internal guideline does: the stricter rule
wins over it, and a vendor's term always does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge import chain
from knowledge.answering import cases
from knowledge.answering.people import storable
from knowledge.database import Instant, Json, Record, metadata
from knowledge.errors import Problem, Refused
from knowledge.models import Document, Kind

rulings = sa.Table(
    "rulings",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case", sa.ForeignKey("cases.id"), index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("marker", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("condition", sa.Text, nullable=False),
    sa.Column("audience", Json, nullable=False),
    sa.Column("expires", sa.Date, nullable=False),
    sa.Column("written_by", sa.Text, nullable=False),
    sa.Column("written_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

LONGEST_TITLE = 120
LONGEST_TEXT = 1_500
"""Characters of a ruling's clause and of its condition: one rule, not a guideline."""

_OWNER = "Compliance"


class RulingRefused(Refused):
    """What was written cannot become a ruling as it is."""


class Marker(StrEnum):
    """What a ruling does, in the words that open its clause."""

    ALLOWED = "Allowed."
    ALLOWED_IF = "Allowed if"
    NOT_ALLOWED = "Not allowed."
    ASK_FIRST = "Ask first."


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody of compliance writes. `condition` is for "Allowed if" alone.

    `text` names the act. An empty `audience` is everybody in the company. On the day `expires`
    the ruling rules no more.
    """

    title: str
    marker: Marker
    text: str
    expires: date
    condition: str = ""
    audience: frozenset[str] = frozenset()
    case: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRuling:
    """A ruling as it was written; whether it holds is for the edition to say."""

    id: int
    draft: Draft
    written_by: str
    written_at: datetime

    @property
    def document_id(self) -> str:
        """The id under which an edition has it."""
        return f"ruling-{self.id}"

    @property
    def document(self) -> Document:
        """The ruling as the guideline that it becomes."""
        return Document(
            id=self.document_id,
            title=self.draft.title,
            kind=Kind.GUIDELINE,
            text=_markdown(self.draft),
            path=f"rulings/{self.document_id}.md",
            audience=self.draft.audience,
            owner=_OWNER,
            expires=self.draft.expires,
        )


def write(tx: Connection, draft: Draft, *, by: str, now: datetime, today: date) -> CaseRuling:
    """Keep a ruling as it was written, each text on one line; nothing is published by that.

    Whether `by` belongs to compliance is for the caller to check. Raises RulingRefused with every
    problem: an empty or overlong text, a condition missing or in vain, a day that is past, or a
    case that nobody has answered.
    """
    plain = _one_line(draft)
    problems = [*_problems(plain, today), *_problems_of_case(tx, plain.case)]
    if problems:
        raise RulingRefused(*problems)
    row = {
        "case": plain.case,
        "title": plain.title,
        "marker": plain.marker.value,
        "text": plain.text,
        "condition": plain.condition,
        "audience": sorted(plain.audience),
        "expires": plain.expires,
        "written_by": by,
        "written_at": now,
    }
    made = tx.execute(rulings.insert().returning(rulings), row).one()
    about: dict[str, Any] = {"ruling": made.id, "case": plain.case}
    chain.append(tx, at=now, who=by, what="wrote a ruling", about=about)
    return _ruling(made)


def get(tx: Connection, ruling_id: int) -> CaseRuling | None:
    """Return a ruling as it was written, or None."""
    row = tx.execute(sa.select(rulings).where(rulings.c.id == ruling_id)).first()
    return None if row is None else _ruling(row)


def of_case(tx: Connection, case_id: int) -> tuple[CaseRuling, ...]:
    """Return the rulings written from a case, oldest first."""
    query = sa.select(rulings).where(rulings.c.case == case_id).order_by(rulings.c.id)
    return tuple(_ruling(row) for row in tx.execute(query))


# ---------------------------------------------------------------- what may be written


def _markdown(draft: Draft) -> str:
    """Return the ruling as its guideline's text: a heading, and one clause behind its marker."""
    if draft.marker is Marker.ALLOWED_IF:
        clause = f"**{draft.marker}** {draft.condition}: {draft.text}"
    else:
        clause = f"**{draft.marker}** {draft.text}"
    return f"# {draft.title}\n\n{clause}\n"


def _one_line(draft: Draft) -> Draft:
    """Return the draft with every text on one line: several would be several clauses."""
    return Draft(
        title=storable(" ".join(draft.title.split())),
        marker=draft.marker,
        text=storable(" ".join(draft.text.split())),
        condition=storable(" ".join(draft.condition.split())).rstrip(":"),
        expires=draft.expires,
        audience=draft.audience,
        case=draft.case,
    )


def _problems(draft: Draft, today: date) -> Sequence[Problem]:
    found = [
        *_problems_of_text("title", draft.title, LONGEST_TITLE),
        *_problems_of_text("text", draft.text, LONGEST_TEXT),
        *_problems_of_condition(draft),
    ]
    if draft.expires <= today:
        found.append(_problem("expires", "it would end before it begins", "Give a later day"))
    return found


def _problems_of_text(place: str, text: str, longest: int) -> Sequence[Problem]:
    if not any(character.isalnum() for character in text):
        return [_problem(place, "there is nothing in it", "Write a few words")]
    if len(text) > longest:
        what = f"it has {len(text):,} characters, at most {longest:,} fit"
        return [_problem(place, what, "Say it shorter")]
    return []


def _problems_of_condition(draft: Draft) -> Sequence[Problem]:
    if draft.marker is not Marker.ALLOWED_IF:
        what = f"“{draft.marker}” has no condition"
        mend = "Leave it out, or choose “Allowed if”"
        return [_problem("condition", what, mend)] if draft.condition else []
    if ":" in draft.condition:
        what = "a colon would end the condition before its end"
        return [_problem("condition", what, "Write it without a colon")]
    return _problems_of_text("condition", draft.condition, LONGEST_TEXT)


def _problems_of_case(tx: Connection, case_id: int | None) -> Sequence[Problem]:
    if case_id is None:
        return []
    case = cases.get(tx, case_id)
    if case is None or case.replied_at is None:
        return [_problem(f"case {case_id}", "nobody has answered it", "Answer the case first")]
    return []


def _problem(place: str, what: str, mend: str) -> Problem:
    return Problem(place=place, what=what, mend=mend)


def _ruling(row: Record) -> CaseRuling:
    draft = Draft(
        title=row.title,
        marker=Marker(row.marker),
        text=row.text,
        condition=row.condition,
        audience=frozenset(row.audience),
        expires=row.expires,
        case=row.case,
    )
    return CaseRuling(id=row.id, draft=draft, written_by=row.written_by, written_at=row.written_at)
