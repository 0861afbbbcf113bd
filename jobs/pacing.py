"""How fast we may speak, shared by all replicas: one row for each conversation, one for all.

A row holds when the next message would be due if they came evenly; as many as the burst may come
before it (the generic cell rate algorithm, ITU-T I.371). It is taken in the transaction that claims
the message, so that two replicas do not take the same moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.rows import add_new
from knowledge.database import Instant, metadata

paces = sa.Table(
    "outbox_paces",
    metadata,
    sa.Column("place", sa.Text, primary_key=True),
    sa.Column("next_at", Instant, nullable=False),
)

WORKSPACE = "*"
"""The place that every message passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One message `every` so often, after a burst of at most `burst`."""

    every: timedelta
    burst: int

    @property
    def ahead(self) -> timedelta:
        """Return how far before its even moment a message may go."""
        return self.every * (self.burst - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast: by conversation and in the whole workspace.

    Slack allows about one message a second in a conversation with short bursts, and "several
    hundred" a minute in a workspace: here at most 500 in any minute, 300 in the long run.
    """

    channel: Rate = Rate(every=timedelta(seconds=1), burst=4)
    workspace: Rate = Rate(every=timedelta(seconds=0.2), burst=200)


def may_speak(tx: Connection, pace: Pace, *, now: datetime) -> bool:
    """Tell whether the workspace takes another message now; holds its row until the end of `tx`."""
    return _next_at(tx, WORKSPACE, now) <= now + pace.workspace.ahead


def is_full(channel: sa.ColumnElement[str], pace: Pace, *, now: datetime) -> sa.ColumnElement[bool]:
    """Return the condition that a conversation takes no message now."""
    full = (paces.c.place == channel, paces.c.next_at > now + pace.channel.ahead)
    return sa.select(paces.c.place).where(*full).exists()


def take(tx: Connection, channel: str, pace: Pace, *, now: datetime) -> None:
    """Count a message to a conversation."""
    for place, rate in ((WORKSPACE, pace.workspace), (channel, pace.channel)):
        _set(tx, place, max(_next_at(tx, place, now), now) + rate.every)


def pause(tx: Connection, pace: Pace, *, until: datetime) -> None:
    """Let nothing be said in the workspace before an instant: Slack counts by workspace."""
    _next_at(tx, WORKSPACE, until)
    _set(tx, WORKSPACE, until + pace.workspace.ahead)


def forget(tx: Connection, *, before: datetime) -> None:
    """Delete the rows of conversations that have been silent since an instant."""
    tx.execute(paces.delete().where(paces.c.next_at < before))


def _next_at(tx: Connection, place: str, now: datetime) -> datetime:
    """Return when the next message is due, from a row that nobody else changes until `tx` ends."""
    row = sa.select(paces.c.next_at).where(paces.c.place == place).with_for_update()
    found: datetime | None = tx.scalar(row)
    if found is None:
        add_new(tx, paces, {"place": place, "next_at": now})
        found = tx.execute(row).scalar_one()
    return found


def _set(tx: Connection, place: str, at: datetime) -> None:
    tx.execute(paces.update().where(paces.c.place == place).values(next_at=at))
