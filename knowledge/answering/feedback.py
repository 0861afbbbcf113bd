"""What people thought of an answer: *Helpful*, *Wrong*, and which of the closest rules meant them.

Kept apart from who asked: whoever reads an answer may say so, and compliance sees numbers only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.answering.people import storable
from knowledge.database import Instant, insert_into, metadata

feedback = sa.Table(
    "feedback",
    metadata,
    sa.Column("answer", sa.ForeignKey("answers.id"), primary_key=True),
    sa.Column("person", sa.Text, primary_key=True, index=True),
    sa.Column("opinion", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

closest_said = sa.Table(
    "closest_said",
    metadata,
    sa.Column("answer", sa.ForeignKey("answers.id"), primary_key=True),
    sa.Column("passage_id", sa.Text, primary_key=True),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)


class Thought(StrEnum):
    """What somebody thought of an answer."""

    HELPFUL = "helpful"
    WRONG = "wrong"


class Situation(StrEnum):
    """What somebody said about one of the closest rules."""

    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How many people found an answer helpful, and how many wrong."""

    answer: str
    helpful: int
    wrong: int


def give(tx: Connection, answer_id: str, person: str, thought: Thought, now: datetime) -> None:
    """Keep what the person thinks of the answer; what they thought before is replaced."""
    row = {"answer": answer_id, "person": storable(person), "opinion": thought.value, "at": now}
    _put(tx, feedback, row)


def given(tx: Connection, answer_id: str, person: str) -> Thought | None:
    """Return what the person thinks of the answer, or None."""
    query = sa.select(feedback.c.opinion).where(
        feedback.c.answer == answer_id, feedback.c.person == storable(person)
    )
    found = tx.scalar(query)
    return None if found is None else Thought(found)


def counts(tx: Connection, answer_id: str) -> Counted:
    """Return how many people thought what of one answer."""
    thoughts = tx.scalars(sa.select(feedback.c.opinion).where(feedback.c.answer == answer_id)).all()
    return Counted(
        answer=answer_id,
        helpful=thoughts.count(Thought.HELPFUL.value),
        wrong=thoughts.count(Thought.WRONG.value),
    )


def disputed(tx: Connection, start: datetime, end: datetime) -> tuple[Counted, ...]:
    """Return the answers that somebody called wrong from an instant on and before another.

    The most disputed first; of each, all that was ever thought of it.
    """
    called = sa.select(feedback.c.answer).where(
        feedback.c.opinion == Thought.WRONG.value, feedback.c.at >= start, feedback.c.at < end
    )
    counted = [counts(tx, each) for each in tx.scalars(called.distinct()).all()]
    return tuple(sorted(counted, key=lambda each: (-each.wrong, each.answer)))


def say_of_closest(
    tx: Connection, answer_id: str, passage_id: str, situation: Situation, now: datetime
) -> None:
    """Keep what was said about one of an answer's closest rules, without who said it."""
    row = {"answer": answer_id, "passage_id": passage_id, "said": situation.value, "at": now}
    _put(tx, closest_said, row)


def said_of_closest(tx: Connection, answer_id: str) -> dict[str, Situation]:
    """Return what was said about an answer's closest rules, by passage id."""
    rows = tx.execute(sa.select(closest_said).where(closest_said.c.answer == answer_id))
    return {row.passage_id: Situation(row.said) for row in rows}


# ---------------------------------------------------------------- forgetting


def forget(tx: Connection, answer_ids: Iterable[str]) -> None:
    """Erase who thought what of these answers, and what was said of their closest rules."""
    wanted = list(answer_ids)
    for table in (feedback, closest_said):
        tx.execute(table.delete().where(table.c.answer.in_(wanted)))


def forget_person(tx: Connection, person: str) -> None:
    """Erase all that the person thought of answers, their own or others'."""
    tx.execute(feedback.delete().where(feedback.c.person == storable(person)))


# ---------------------------------------------------------------- rows


def _put(tx: Connection, table: sa.Table, row: Mapping[str, object]) -> None:
    """Insert the row, or replace the one of the same key."""
    keys = [column.name for column in table.primary_key]
    rest = {name: value for name, value in row.items() if name not in keys}
    put = insert_into(tx, table).values(row)
    tx.execute(put.on_conflict_do_update(index_elements=keys, set_=rest))
