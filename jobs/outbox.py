"""Every message of the product: planned once, and told once.

A row is an act: post a message, draw a posted one anew, or take it back. It is planned in the
transaction of what it tells of, under a key that says what it is for; planning it again does
nothing. `jobs.courier` carries it out. Acts on one message, and messages to one thread, keep the
order in which they were planned.

    waiting ─ claim ─▶ sending ─▶ sent
       ▲                 │  └───▶ gone       nobody is there; its owner is told
       └── try later ────┤  └───▶ failed     refused twice, or tried for too long: an alert
                         ▼  └───▶ cancelled  withdrawn, or overtaken by a later drawing
                      unsure ─ claim: look for it, and post only if it is not there

A row that is `sending` when its lease ends is as unsure as one whose response was lost. What is
looked for is the row's mark in the message's metadata: a hash of its key, salted by this store, so
that it says nothing to others and is the same again where a restored store plans a message anew.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs import notices, pacing
from jobs.inbox import inbox
from jobs.notices import Hint, Notice
from jobs.pacing import Pace
from jobs.ports import Address, Posted
from jobs.rows import add_new
from knowledge.database import Instant, Json, Record, metadata


class State(StrEnum):
    """Where an act stands."""

    WAITING = "waiting"
    SENDING = "sending"
    UNSURE = "unsure"
    SENT = "sent"
    GONE = "gone"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What is to be done with a message."""

    POST = "post"
    UPDATE = "update"
    DELETE = "delete"


class Priority(IntEnum):
    """Who goes first."""

    ANSWER = 0
    CASE = 1
    REMINDER = 2


UNDELIVERABLE = "undeliverable"
"""The name of the sentence that tells an owner that nobody is there to read a message."""

LOOK_AFTER_RESTORE = timedelta(days=1)
"""How long after a restore every message is looked for before it is posted."""

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    # The key of the post whose message this is about; its own for a post.
    sa.Column("root", sa.Text, nullable=False, index=True),
    # What it keeps its order with: all that goes to one thread, or one message and what follows it.
    sa.Column("lane", sa.Text, nullable=False),
    sa.Column("mark", sa.Text, nullable=False),
    sa.Column("act", sa.Text, nullable=False),
    sa.Column("notice", Json, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("thread", sa.Text),
    sa.Column("only_for", sa.Text),
    sa.Column("owner", sa.Text),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("plain", sa.Boolean, nullable=False),
    sa.Column("planned_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    # When it may be claimed: when it is due, when a lease ends, or when it is to be tried again.
    sa.Column("free_at", Instant, nullable=False),
    sa.Column("worker", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("unsure_since", Instant),
    sa.Column("settled_at", Instant),
    sa.Column("posted_channel", sa.Text),
    sa.Column("posted_ts", sa.Text),
    sa.Column("error", sa.Text),
    sqlite_autoincrement=True,
)
_OPEN = outbox.c.settled_at.is_(None)
sa.Index(
    "ix_outbox_open", outbox.c.priority, outbox.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN
)
sa.Index("ix_outbox_lane", outbox.c.lane, outbox.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)

outbox_seal = sa.Table(
    "outbox_seal",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("salt", sa.Text, nullable=False),
    # Of a restored store: from when on and until when every message is looked for.
    sa.Column("look_from", Instant),
    sa.Column("look_until", Instant),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """An act that a worker holds until `until`; `attempt` counts its claims from 1.

    `unsure` says that the message may stand there already, posted after `since`; `unsure_since`
    since when its response is missed, where that is known; `restored` that others may have sent it
    before the store was restored. `at` is where the message to change stands. `withdrawn` says
    that it is not wanted any more.
    """

    id: int
    key: str
    mark: str
    act: Act
    notice: Notice
    to: Address
    owner: str | None
    plain: bool
    unsure: bool
    restored: bool
    since: datetime
    unsure_since: datetime | None
    withdrawn: bool
    at: Posted | None
    due_at: datetime
    claimed_at: datetime
    until: datetime
    attempt: int


# ---------------------------------------------------------------- planning


def plan(
    tx: Connection,
    notice: Notice,
    to: Address,
    *,
    key: str,
    now: datetime,
    due: datetime | None = None,
    priority: Priority = Priority.ANSWER,
    replaces: str | None = None,
    owner: str | None = None,
) -> bool:
    """Plan a message, due now or at an instant; False where the key is planned already.

    `replaces` is the key of an earlier row: its message is drawn anew, once it is sent, instead of
    posting another; where it is not there any more, a new one is posted. `owner` is the person or
    channel to tell where nobody is there to read the message.
    """
    root = _root(tx, replaces) if replaces is not None else None
    return _add(
        tx,
        root,
        key=key,
        act=Act.POST if root is None else Act.UPDATE,
        notice=notices.written(notice),
        channel=to.channel,
        thread=to.thread,
        only_for=to.only_for,
        owner=owner,
        priority=priority,
        now=now,
        due_at=due or now,
    )


def redraw(tx: Connection, key: str, *, now: datetime, generation: str) -> bool:
    """Plan to draw a message anew from what is recorded then.

    `generation` names the change it shows; False where the key is unknown, its address is
    forgotten, or that is planned.
    """
    return _follow(tx, key, Act.UPDATE, f"{key}#{generation}", now)


def withdraw(tx: Connection, key: str, *, now: datetime) -> bool:
    """Take a message back: delete what was sent, and cancel what was not.

    False where the key is unknown, or withdrawn already.
    """
    return _follow(tx, key, Act.DELETE, f"{key}#withdrawn", now)


def _follow(tx: Connection, key: str, act: Act, new_key: str, now: datetime) -> bool:
    """Plan another act on the message of that key, from what its latest drawing says."""
    root = _root(tx, key)
    if root is None or not root.channel:
        return False
    drawn = (outbox.c.root == root.key, outbox.c.act != Act.DELETE)
    latest = sa.select(outbox).where(*drawn).order_by(outbox.c.id.desc()).limit(1)
    row = tx.execute(latest).one()
    kept = ("notice", "channel", "thread", "only_for", "owner", "priority")
    fields = {name: row._mapping[name] for name in kept}
    return _add(tx, root, key=new_key, act=act, now=now, due_at=now, **fields)


def _add(
    tx: Connection, root: Record | None, *, key: str, act: Act, now: datetime, **fields: object
) -> bool:
    mark = _mark(tx, key)
    row = {
        **fields,
        "planned_at": now,
        "key": key,
        "act": act,
        "mark": mark,
        "root": key if root is None else root.key,
        "lane": _lane(fields, mark) if root is None else root.lane,
        "state": State.WAITING,
        "plain": False,
        "free_at": fields["due_at"],
        "attempts": 0,
    }
    if not add_new(tx, outbox, row):
        return False
    if root is not None:
        _overtake(tx, root.key, by=key, act=act, now=now)
    return True


def _lane(fields: dict[str, object], mark: str) -> str:
    return f"{fields['channel']}:{fields['thread']}" if fields["thread"] else mark


def _overtake(tx: Connection, root: str, *, by: str, act: Act, now: datetime) -> None:
    """Cancel what nobody needs to see any more: earlier drawings, and all that is taken back."""
    acts = (Act.UPDATE,) if act is Act.UPDATE else (Act.POST, Act.UPDATE)
    tx.execute(
        outbox.update()
        .where(outbox.c.root == root, outbox.c.key != by, outbox.c.act.in_(acts))
        .where(outbox.c.state == State.WAITING)
        .values(state=State.CANCELLED, settled_at=now)
    )


def _root(tx: Connection, key: str) -> Record | None:
    own = sa.select(outbox.c.root).where(outbox.c.key == key).scalar_subquery()
    return tx.execute(sa.select(outbox).where(outbox.c.key == own)).first()


# ---------------------------------------------------------------- marks


def _mark(tx: Connection, key: str) -> str:
    salted = f"{_seal(tx).salt}\n{key}"
    return hashlib.sha256(salted.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _seal(tx: Connection) -> Record:
    seal = tx.execute(sa.select(outbox_seal)).first()
    if seal is not None:
        return seal
    add_new(tx, outbox_seal, {"id": 1, "salt": secrets.token_hex(16)})
    return tx.execute(sa.select(outbox_seal)).one()


def hold(tx: Connection, *, now: datetime) -> int:
    """Make a restored store post nothing twice; return how many messages are to be looked for.

    Whatever was not sent yet when the copy was made may have been sent since, and what is planned
    in the next hours may have been planned before: for a day, every message is looked for, among
    all since the copy was made, before it is posted.
    """
    _seal(tx)
    until = now + LOOK_AFTER_RESTORE
    tx.execute(outbox_seal.update().values(look_from=_latest(tx) or now, look_until=until))
    held = tx.execute(
        outbox.update()
        .where(_OPEN)
        .values(state=State.UNSURE, free_at=outbox.c.due_at, worker=None, unsure_since=None)
    )
    return held.rowcount


def _latest(tx: Connection) -> datetime | None:
    """Return the latest moment the store knows of: a little before the copy was made."""
    moments = (outbox.c.planned_at, outbox.c.settled_at, inbox.c.admitted_at)
    known = [tx.scalar(sa.select(sa.func.max(each))) for each in moments]
    return max((each for each in known if each is not None), default=None)


# ---------------------------------------------------------------- doing


def claim(
    tx: Connection, worker: str, *, now: datetime, lease: timedelta, pace: Pace
) -> Errand | None:
    """Take the most urgent act that is due, free and within the pace, for the length of a lease."""
    if not pacing.may_speak(tx, pace, now=now):
        return None
    row = tx.execute(_next(pace, now)).first()
    if row is None:
        return None
    pacing.take(tx, row.channel, pace, now=now)
    held = {"state": State.SENDING, "worker": worker, "free_at": now + lease}
    tx.execute(
        outbox.update().where(outbox.c.id == row.id).values(attempts=row.attempts + 1, **held)
    )
    return _errand(tx, row, now=now, until=now + lease)


def release(tx: Connection, gone: Callable[[str], bool], *, now: datetime) -> int:
    """Let go at once of what workers hold that are gone; return how much that was.

    What they were sending may be landing still, so that it is looked for first.
    """
    held = sa.select(outbox.c.worker).where(_OPEN, outbox.c.worker.is_not(None)).distinct()
    dead = [worker for worker in tx.scalars(held) if gone(worker)]
    theirs = (_OPEN, outbox.c.worker.in_(dead), outbox.c.state == State.SENDING)
    freed = outbox.update().where(*theirs)
    unsure = {"state": State.UNSURE, "worker": None, "free_at": now, "unsure_since": now}
    return tx.execute(freed.values(**unsure)).rowcount


def is_due(tx: Connection, *, now: datetime) -> bool:
    """Tell whether there may be something to claim; takes no lock."""
    due = sa.select(outbox.c.id).where(_OPEN, outbox.c.due_at <= now, outbox.c.free_at <= now)
    return tx.execute(due.limit(1)).first() is not None


def _next(pace: Pace, now: datetime) -> sa.Select[tuple[object, ...]]:
    earlier, root = outbox.alias(), outbox.alias()
    before = (earlier.c.lane == outbox.c.lane, earlier.c.id < outbox.c.id)
    behind = sa.exists().where(*before, earlier.c.settled_at.is_(None), earlier.c.due_at <= now)
    original = (root.c.key == outbox.c.root, root.c.id < outbox.c.id)
    early = sa.exists().where(*original, root.c.settled_at.is_(None))
    return (
        sa.select(outbox)
        .where(_OPEN, outbox.c.due_at <= now, outbox.c.free_at <= now)
        .where(~behind, ~early, ~pacing.is_full(outbox.c.channel, pace, now=now))
        .order_by(outbox.c.priority, outbox.c.id)
        .limit(1)
        .with_for_update(of=outbox, skip_locked=True)
    )


def _errand(tx: Connection, row: Record, *, now: datetime, until: datetime) -> Errand:
    seal = _seal(tx)
    restored = seal.look_until is not None and now < seal.look_until
    unsure = restored or row.state != State.WAITING
    follows = row.act != Act.POST
    return Errand(
        id=row.id,
        key=row.key,
        mark=row.mark,
        act=Act(row.act),
        notice=notices.read(row.notice),
        to=Address(channel=row.channel, thread=row.thread, only_for=row.only_for),
        owner=row.owner,
        plain=row.plain,
        unsure=unsure,
        restored=restored,
        since=min(row.due_at, seal.look_from) if restored else row.due_at,
        unsure_since=row.unsure_since if row.state == State.UNSURE else None,
        withdrawn=(unsure or follows) and _is_withdrawn(tx, row.root),
        at=_stands(tx, row.root) if follows else None,
        due_at=row.due_at,
        claimed_at=now,
        until=until,
        attempt=row.attempts + 1,
    )


def _is_withdrawn(tx: Connection, root: str) -> bool:
    withdrawal = (outbox.c.root == root, outbox.c.act == Act.DELETE)
    return tx.execute(sa.select(outbox.c.id).where(*withdrawal).limit(1)).first() is not None


def settle(
    tx: Connection,
    errand: Errand,
    state: State,
    *,
    now: datetime,
    at: Posted | None = None,
    error: str | None = None,
) -> bool:
    """End an act, and say where its message stands; False where another worker holds it now.

    Where nobody is there to read it, the owner's notice is planned.
    """
    settled = _change(
        tx,
        errand,
        state=state,
        settled_at=now,
        posted_channel=at and at.channel,
        posted_ts=at and at.ts,
        error=error,
    )
    if settled and state is State.GONE and errand.owner is not None:
        notice = Hint(name=UNDELIVERABLE, reference=errand.mark[:8])
        plan(tx, notice, Address(channel=errand.owner), key=f"{errand.key}#gone", now=now)
    return settled


def put_back(
    tx: Connection,
    errand: Errand,
    state: State,
    *,
    free_at: datetime,
    error: str,
    unsure_since: datetime | None = None,
    plain: bool | None = None,
) -> bool:
    """Leave an act for later, waiting or unsure; False where another worker holds it now."""
    return _change(
        tx,
        errand,
        state=state,
        free_at=free_at,
        error=error,
        unsure_since=unsure_since,
        plain=errand.plain if plain is None else plain,
    )


def _change(tx: Connection, errand: Errand, **values: object) -> bool:
    # The number of the attempt, not the worker's name, tells one holder from the next.
    held = (outbox.c.id == errand.id, outbox.c.attempts == errand.attempt, _OPEN)
    changed = outbox.update().where(*held).values(worker=None, **values)
    return tx.execute(changed).rowcount == 1


# ---------------------------------------------------------------- looking


def where(tx: Connection, key: str) -> Posted | None:
    """Return where the message of that key stands now, or None."""
    root = _root(tx, key)
    return None if root is None else _stands(tx, root.key)


def _stands(tx: Connection, root: str) -> Posted | None:
    sent = (outbox.c.root == root, outbox.c.state == State.SENT)
    query = sa.select(outbox).where(*sent).order_by(outbox.c.id.desc()).limit(1)
    row = tx.execute(query).first()
    if row is None or row.posted_ts is None:
        return None
    return Posted(channel=row.posted_channel, ts=row.posted_ts)


def keys_at(at: Posted) -> sa.Select[tuple[str]]:
    """Return the query for the keys under which a message that stands somewhere was planned."""
    roots = sa.select(outbox.c.root).where(
        outbox.c.posted_channel == at.channel, outbox.c.posted_ts == at.ts
    )
    return sa.select(outbox.c.key).where(outbox.c.root.in_(roots))


def telling(tx: Connection, notice: Notice) -> tuple[str, ...]:
    """Return the keys of the posts whose message says this now, or will once it is sent."""
    later = outbox.alias()
    overtaken = sa.exists().where(
        later.c.root == outbox.c.root, later.c.id > outbox.c.id, later.c.act != Act.DELETE
    )
    says = (outbox.c.notice == notices.written(notice), outbox.c.act != Act.DELETE)
    return tuple(tx.scalars(sa.select(outbox.c.root).where(*says, ~overtaken)))


def oldest_unsent(tx: Connection, *, now: datetime) -> datetime | None:
    """Return since when the oldest message that is due and not sent has been due, or None."""
    due = sa.select(sa.func.min(outbox.c.due_at)).where(_OPEN, outbox.c.due_at <= now)
    found: datetime | None = tx.scalar(due)
    return found


def counts(tx: Connection) -> dict[State, int]:
    """Count the acts by state."""
    by_state = sa.select(outbox.c.state, sa.func.count().label("number")).group_by(outbox.c.state)
    found = {row.state: row.number for row in tx.execute(by_state)}
    return {state: found.get(state, 0) for state in State}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsent:
    """A message that has not reached anybody: it waits, or its state says why it will not."""

    mark: str
    notice: str
    state: State
    due_at: datetime
    attempts: int
    error: str | None


def unsent(tx: Connection) -> tuple[Unsent, ...]:
    """Return what waits, is gone or failed, the latest first; whom it is for is not said."""
    lacking = sa.or_(_OPEN, outbox.c.state.in_((State.GONE, State.FAILED)))
    rows = tx.execute(sa.select(outbox).where(lacking).order_by(outbox.c.id.desc()))
    return tuple(
        Unsent(
            mark=row.mark[:8],
            notice=str(row.notice["kind"]),
            state=State(row.state),
            due_at=row.due_at,
            attempts=row.attempts,
            error=row.error,
        )
        for row in rows
    )


def forget_addresses(tx: Connection) -> int:
    """Take from the rows of every message that was taken back for whom it was; return how many.

    The keys stay, so that none of it is planned again.
    """
    taken_back = sa.select(outbox.c.root).where(
        outbox.c.act == Act.DELETE, outbox.c.state == State.SENT
    )
    busy = sa.select(outbox.c.root).where(_OPEN)
    nobody = {"channel": "", "thread": None, "only_for": None, "owner": None}
    nowhere = {"lane": outbox.c.mark, "posted_channel": None, "posted_ts": None}
    return tx.execute(
        outbox.update()
        .where(outbox.c.root.in_(taken_back), outbox.c.root.not_in(busy), outbox.c.channel != "")
        .values(**nobody, **nowhere)
    ).rowcount


def forget(tx: Connection, *, before: datetime) -> int:
    """Delete what was settled before an instant, with what belongs to it; return how many rows.

    A message that is forgotten cannot be drawn anew or taken back.
    """
    pacing.forget(tx, before=before)
    families = sa.select(outbox.c.root).where(sa.or_(_OPEN, outbox.c.settled_at >= before))
    return tx.execute(outbox.delete().where(outbox.c.root.not_in(families))).rowcount
