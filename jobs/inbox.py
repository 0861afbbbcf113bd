"""What Slack brought us, journalled before its receipt is confirmed, and each done once.

`admit` keeps a delivery once, however often it comes: by its own key, and by the message it is
about, which Slack reports as two events. A worker claims the oldest for the length of a lease and
finishes it in the transaction that holds what came of it; a worker that dies leaves a lease that
runs out. The body is emptied then: what people asked is kept where it can be erased, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.rows import add_new
from knowledge.database import Instant, Json, Record, metadata


class State(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    DONE = "done"
    GIVEN_UP = "given up"


inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("also", sa.Text, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("body", Json),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("admitted_at", Instant, nullable=False),
    # When a worker may take it: at once, when a lease ends, or when it is to be tried again.
    sa.Column("free_at", Instant, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("settled_at", Instant),
    sa.Column("error", sa.Text),
    sqlite_autoincrement=True,  # no number is given twice, not even after the last was forgotten
)
_OPEN = inbox.c.settled_at.is_(None)
sa.Index("ix_inbox_open", inbox.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something Slack brought.

    `key` is the event's or trigger's id; `also` names the message it is about, as
    "team:channel:ts", or is None; `kind` says which listener takes it; `body` is what that reads.
    """

    key: str
    also: str | None
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A delivery that a worker holds. `attempt` counts from 1."""

    id: int
    kind: str
    body: Mapping[str, Any]
    attempt: int
    admitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many deliveries wait (those being worked on included) and were given up."""

    waiting: int
    given_up: int


def admit(tx: Connection, delivery: Delivery, *, now: datetime) -> int | None:
    """Journal a delivery and return its number; None where it is known already."""
    row = {
        "key": delivery.key,
        "also": delivery.also,
        "kind": delivery.kind,
        "body": dict(delivery.body),
        "state": State.WAITING,
        "admitted_at": now,
        "free_at": now,
        "attempts": 0,
    }
    if not add_new(tx, inbox, row):
        return None
    return tx.scalar(sa.select(inbox.c.id).where(inbox.c.key == delivery.key))


def claim(
    tx: Connection, worker: str, *, now: datetime, lease: timedelta, limit: int = 1
) -> tuple[Claimed, ...]:
    """Take the oldest deliveries that nobody holds, for the length of a lease."""
    free = (
        sa.select(inbox)
        .where(_OPEN, inbox.c.free_at <= now)
        .order_by(inbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = tuple(_claimed(row) for row in tx.execute(free))
    tx.execute(
        inbox.update()
        .where(inbox.c.id.in_([each.id for each in claimed]))
        .values(worker=worker, free_at=now + lease, attempts=inbox.c.attempts + 1)
    )
    return claimed


def _claimed(row: Record) -> Claimed:
    return Claimed(
        id=row.id,
        kind=row.kind,
        body=row.body,
        attempt=row.attempts + 1,
        admitted_at=row.admitted_at,
    )


def renew(
    tx: Connection, numbers: Collection[int], *, worker: str, now: datetime, lease: timedelta
) -> int:
    """Hold deliveries for another lease from now; return how many no other worker has taken."""
    held = (inbox.c.id.in_(numbers), inbox.c.worker == worker, _OPEN)
    return tx.execute(inbox.update().where(*held).values(free_at=now + lease)).rowcount


def release(tx: Connection, gone: Callable[[str], bool], *, now: datetime) -> int:
    """Let go at once of what workers hold that are gone; return how much that was."""
    held = sa.select(inbox.c.worker).where(_OPEN, inbox.c.worker.is_not(None)).distinct()
    dead = [worker for worker in tx.scalars(held) if gone(worker)]
    theirs = (_OPEN, inbox.c.worker.in_(dead))
    freed = inbox.update().where(*theirs).values(worker=None, free_at=now)
    return tx.execute(freed).rowcount


def finish(tx: Connection, number: int, *, worker: str, now: datetime) -> bool:
    """Tick a delivery off and empty it, in the transaction that holds what came of it.

    False where another worker took or finished it: the caller undoes its transaction.
    """
    return _change(tx, number, worker, state=State.DONE, body=None, settled_at=now, error=None)


def fail(
    tx: Connection,
    number: int,
    *,
    worker: str,
    now: datetime,
    error: str,
    again_at: datetime | None,
) -> bool:
    """Keep why an attempt failed, and when to try again; None gives the delivery up, emptied.

    `error` is a class name and a reference, never anybody's words. False where it is another's.
    """
    if again_at is not None:
        return _change(tx, number, worker, worker=None, free_at=again_at, error=error)
    return _change(tx, number, worker, state=State.GIVEN_UP, body=None, settled_at=now, error=error)


def _change(tx: Connection, number: int, holder: str, /, **values: object) -> bool:
    held = (inbox.c.id == number, inbox.c.worker == holder, _OPEN)
    return tx.execute(inbox.update().where(*held).values(**values)).rowcount == 1


def oldest_waiting(tx: Connection) -> datetime | None:
    """Return when the oldest delivery that is not finished was admitted, or None."""
    oldest = sa.select(sa.func.min(inbox.c.admitted_at)).where(_OPEN)
    found: datetime | None = tx.scalar(oldest)
    return found


def counts(tx: Connection) -> Counts:
    """Count what waits and what was given up."""
    by_state = sa.select(inbox.c.state, sa.func.count().label("number")).group_by(inbox.c.state)
    found = {row.state: row.number for row in tx.execute(by_state)}
    return Counts(waiting=found.get(State.WAITING, 0), given_up=found.get(State.GIVEN_UP, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A delivery that failed at least once: to be tried again at `again_at`, or given up (None)."""

    id: int
    kind: str
    admitted_at: datetime
    attempts: int
    again_at: datetime | None
    error: str


def troubles(tx: Connection) -> tuple[Trouble, ...]:
    """Return what failed and is not done since, the latest first; no bodies."""
    failed = (inbox.c.error.is_not(None), inbox.c.state != State.DONE)
    rows = tx.execute(sa.select(inbox).where(*failed).order_by(inbox.c.id.desc()))
    return tuple(
        Trouble(
            id=row.id,
            kind=row.kind,
            admitted_at=row.admitted_at,
            attempts=row.attempts,
            again_at=row.free_at if row.settled_at is None else None,
            error=row.error,
        )
        for row in rows
    )


def forget(tx: Connection, *, before: datetime) -> int:
    """Delete what was settled before an instant; return how many that was.

    A delivery that comes again after that is new to us. Slack repeats for some hours at most.
    """
    return tx.execute(inbox.delete().where(inbox.c.settled_at < before)).rowcount
