"""Cases: a question that a person of compliance answers, from *Ask compliance* to the reply.

    open → claimed → answered        open or claimed → withdrawn, by whoever opened it

Whoever opens a case shows their name for this case; the question's text stays with the answer.
Every change says in its WHERE who may make it and from which state, and tells whether it was made,
so a button pressed twice or too late does nothing. Whether somebody belongs to compliance is for
the caller to check at that moment; that nobody decides their own case is checked here. All of it
is entered in the audit chain, without a word of the question and without the name of who asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge import chain
from knowledge.answering.people import storable
from knowledge.database import Instant, Json, Record, insert_into, metadata

_IS_WAITING = sa.text("state IN ('open', 'claimed')")

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("answer", sa.ForeignKey("answers.id"), nullable=False, index=True),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("opened_by", sa.Text, index=True),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("facts", Json),
    sa.Column("reply", sa.Text),
    sa.Column("replied_by", sa.Text),
    sa.Column("replied_at", Instant),
    sa.Column("withdrawn_at", Instant),
    sa.Index(
        "uq_cases_waiting",
        "answer",
        "opened_by",
        unique=True,
        sqlite_where=_IS_WAITING,
        postgresql_where=_IS_WAITING,
    ),
    sqlite_autoincrement=True,
)

_ANSWERS = sa.table("answers", sa.column("id"), sa.column("erased_at"))
"""What a case needs to know of its answer; answers.py, which forgets, knows of cases."""

ASKER = "whoever asked"
"""How the audit chain, from which nothing can be erased, names a person who opens a case."""


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CLAIMED = "claimed"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


WAITING = (CaseState.OPEN, CaseState.CLAIMED)
"""The states in which somebody still waits for an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A deciding fact as the form asked for it, and what the person said."""

    ask: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question before compliance. `answer` is the id of the answer that did not settle it.

    `opened_by` and `facts` are empty once the person had them erased; so is `reply`, of which
    who gave it and when is kept.
    """

    id: int
    answer: str
    state: CaseState
    opened_by: str | None
    opened_at: datetime
    due_at: datetime
    owner: str | None = None
    facts: tuple[Fact, ...] = ()
    reply: str | None = None
    replied_by: str | None = None
    replied_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def waiting(self) -> bool:
        """Tell whether somebody still waits for an answer."""
        return self.state in WAITING


# ---------------------------------------------------------------- opening and answering


def open(  # noqa: A001 - one opens a case
    tx: Connection,
    answer_id: str,
    *,
    by: str,
    due_at: datetime,
    now: datetime,
    facts: Sequence[Fact] = (),
    owner: str | None = None,
) -> Case | None:
    """Open a case about an answer, or return the one that the person has open about it.

    None where there is no such answer any more. Without an owner it is for all of compliance.
    """
    there = sa.select(_ANSWERS.c.id).where(
        _ANSWERS.c.id == answer_id, _ANSWERS.c.erased_at.is_(None)
    )
    if tx.scalar(there) is None:
        return None
    row = {
        "answer": answer_id,
        "state": CaseState.OPEN.value,
        "opened_by": storable(by),
        "opened_at": now,
        "due_at": due_at,
        "owner": owner,
        "facts": [[fact.ask, fact.said] for fact in facts],
    }
    once = insert_into(tx, cases).values(row).on_conflict_do_nothing().returning(cases)
    made = tx.execute(once).first()
    if made is None:  # pressed twice, perhaps before two workers at once
        return _waiting_of(tx, answer_id, storable(by))
    _note(tx, made.id, "opened a case", by=ASKER, now=now, answer=answer_id)
    return _case(made)


def claim(tx: Connection, case_id: int, person: str, now: datetime) -> bool:
    """Make an open case the person's to answer; False if somebody has it, or it is their own."""
    may = (cases.c.state == CaseState.OPEN.value, _is_not_opener(person))
    change = {"state": CaseState.CLAIMED.value, "owner": person}
    return _changed(tx, case_id, may, change, "claimed a case", by=person, now=now)


def take_over(tx: Connection, case_id: int, person: str, now: datetime) -> bool:
    """Make a waiting case the person's, though another has it; False if it is theirs or their own.

    Their own is one that they opened.
    """
    may = (_is_waiting(), _is_not_opener(person), _is_not_with(person))
    change = {"state": CaseState.CLAIMED.value, "owner": person}
    return _changed(tx, case_id, may, change, "took a case over", by=person, now=now)


def reply(tx: Connection, case_id: int, person: str, text: str, now: datetime) -> bool:
    """Keep the person's answer; False where it is another's case, their own, or answered.

    An open case that nobody has claimed may be answered at once, and is then the person's.
    """
    is_theirs = sa.or_(cases.c.state == CaseState.OPEN.value, cases.c.owner == person)
    may = (_is_waiting(), is_theirs, _is_not_opener(person))
    change = {
        "state": CaseState.ANSWERED.value,
        "owner": person,
        "reply": storable(text),
        "replied_by": person,
        "replied_at": now,
    }
    return _changed(tx, case_id, may, change, "answered a case", by=person, now=now)


def withdraw(tx: Connection, case_id: int, person: str, now: datetime) -> bool:
    """Take a case back that waits, by whoever opened it."""
    may = (_is_waiting(), cases.c.opened_by == storable(person))
    return _changed(tx, case_id, may, _withdrawn(now), "withdrew a case", by=ASKER, now=now)


# ---------------------------------------------------------------- reading


def get(tx: Connection, case_id: int) -> Case | None:
    """Return a case, or None."""
    row = tx.execute(sa.select(cases).where(cases.c.id == case_id)).first()
    return None if row is None else _case(row)


def of_answer(tx: Connection, answer_id: str) -> tuple[Case, ...]:
    """Return the cases about an answer, oldest first."""
    return _listed(tx, sa.select(cases).where(cases.c.answer == answer_id).order_by(cases.c.id))


def open_cases(tx: Connection) -> tuple[Case, ...]:
    """Return the cases that wait for an answer, due first."""
    query = sa.select(cases).where(_is_waiting())
    return _listed(tx, query.order_by(cases.c.due_at, cases.c.id))


def overdue(tx: Connection, now: datetime) -> tuple[Case, ...]:
    """Return the cases that wait and whose time has come, due first."""
    query = sa.select(cases).where(_is_waiting(), cases.c.due_at <= now)
    return _listed(tx, query.order_by(cases.c.due_at, cases.c.id))


def mine(tx: Connection, person: str, limit: int | None = 20) -> tuple[Case, ...]:
    """Return the cases that the person opened, newest first."""
    query = sa.select(cases).where(cases.c.opened_by == storable(person))
    return _listed(tx, query.order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(limit))


# ---------------------------------------------------------------- forgetting


def answers_waiting() -> sa.Select[Any]:
    """Return the query for the answers about which a case waits: time alone forgets none."""
    return sa.select(cases.c.answer).where(_is_waiting())


def forget(tx: Connection, answer_ids: Iterable[str], now: datetime) -> None:
    """Withdraw what waits about erased answers, and erase who opened their cases and the words."""
    _forget(tx, cases.c.answer.in_(list(answer_ids)), now)


def forget_person(tx: Connection, person: str, now: datetime) -> None:
    """The same for every case that the person opened, also about answers given to others."""
    _forget(tx, cases.c.opened_by == storable(person), now)


def _forget(tx: Connection, where: sa.ColumnElement[bool], now: datetime) -> None:
    for case_id in tx.scalars(sa.select(cases.c.id).where(where, _is_waiting())).all():
        _note(tx, case_id, "withdrew a case", by=ASKER, now=now)
    tx.execute(cases.update().where(where, _is_waiting()).values(**_withdrawn(now)))
    tx.execute(cases.update().where(where).values(opened_by=None, facts=None, reply=None))


# ---------------------------------------------------------------- rows


def _is_waiting() -> sa.ColumnElement[bool]:
    return cases.c.state.in_([state.value for state in WAITING])


def _is_not_opener(person: str) -> sa.ColumnElement[bool]:
    """Hold that nobody decides their own case, nor lets another be named for it."""
    return sa.func.coalesce(cases.c.opened_by, "") != storable(person)


def _is_not_with(person: str) -> sa.ColumnElement[bool]:
    return sa.func.coalesce(cases.c.owner, "") != person


def _withdrawn(now: datetime) -> dict[str, Any]:
    return {"state": CaseState.WITHDRAWN.value, "withdrawn_at": now}


def _changed(
    tx: Connection,
    case_id: int,
    may: Iterable[sa.ColumnElement[bool]],
    change: dict[str, Any],
    what: str,
    *,
    by: str,
    now: datetime,
    **about: object,
) -> bool:
    """Make the change where it may be made, enter it in the chain, and tell whether it was."""
    made = tx.execute(cases.update().where(cases.c.id == case_id, *may).values(**change))
    if made.rowcount != 1:
        return False
    _note(tx, case_id, what, by=by, now=now, **about)
    return True


def _note(
    tx: Connection, case_id: int, what: str, *, by: str, now: datetime, **about: object
) -> None:
    chain.append(tx, at=now, who=by, what=what, about={"case": case_id, **about})


def _waiting_of(tx: Connection, answer_id: str, name: str) -> Case | None:
    query = sa.select(cases).where(
        _is_waiting(), cases.c.answer == answer_id, cases.c.opened_by == name
    )
    row = tx.execute(query).first()
    return None if row is None else _case(row)


def _listed(tx: Connection, query: sa.Select[Any]) -> tuple[Case, ...]:
    return tuple(_case(row) for row in tx.execute(query))


def _case(row: Record) -> Case:
    return Case(
        id=row.id,
        answer=row.answer,
        state=CaseState(row.state),
        opened_by=row.opened_by,
        opened_at=row.opened_at,
        due_at=row.due_at,
        owner=row.owner,
        facts=tuple(Fact(ask=ask, said=said) for ask, said in row.facts or ()),
        reply=row.reply,
        replied_by=row.replied_by,
        replied_at=row.replied_at,
        withdrawn_at=row.withdrawn_at,
    )
