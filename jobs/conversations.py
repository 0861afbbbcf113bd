"""Where questions were asked and where their answers stand; what was asked is kept elsewhere.

A row is opened when a question is admitted and says whose it is, so that a follow-up finds its
conversation, an edit its answer, and a press its asker. Ids alone: renaming changes nothing. Its
id is the number of the delivery that brought the question; `turn` is the number of the one that
brought the words it has now: an answer to earlier words is not shown any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs import inbox, outbox
from jobs.ports import Address, Posted
from knowledge.answering import answers
from knowledge.database import Instant, Record, metadata

UNANSWERED_FOR = timedelta(days=7)
"""How long we remember where something was asked that got no answer."""

asked = sa.Table(
    "asked",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("asked_at", Instant, nullable=False, index=True),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("ts", sa.Text),
    sa.Column("thread", sa.Text),
    sa.Column("person", sa.Text, nullable=False, index=True),
    sa.Column("reach", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("answer", sa.ForeignKey(answers.answers.c.id), index=True),
    sa.Column("shown", sa.Text),
    # The `ts` of the latest edit of the message, which sorts as text: edits may come out of order.
    sa.Column("edited_ts", sa.Text),
    sa.UniqueConstraint("team", "channel", "ts", name="uq_asked_message"),
    sa.Index("ix_asked_thread", "channel", "thread"),
)


class Reach(StrEnum):
    """Who gets to see the answer."""

    EVERYBODY = "everybody"  # all who read the conversation
    ASKER = "asker"  # the asker alone, in a channel where others talk
    DIRECT = "direct"  # the asker alone, in their direct messages


class State(StrEnum):
    """How far a question is."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DECLINED = "declined"  # told why not: empty, too long, or something failed
    STOPPED = "stopped"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where somebody asks. `ts` is the message's own, None where a command or a form asked."""

    team: str
    channel: str
    person: str
    reach: Reach
    ts: str | None = None
    thread: str | None = None

    @property
    def address(self) -> Address:
        """Where the answer goes."""
        only_for = self.person if self.reach is Reach.ASKER else None
        return Address(channel=self.channel, thread=self.thread, only_for=only_for)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something that was asked, without its words.

    `turn` names the words that count; `shown` is the outbox key of what stands as our reply;
    `edited` is the `ts` of the message's latest edit.
    """

    id: int
    place: Place
    state: State
    turn: int
    asked_at: datetime
    answer: str | None = None
    shown: str | None = None
    edited: str | None = None


# ---------------------------------------------------------------- admitting


def open_(
    tx: Connection, delivery: int, place: Place, *, now: datetime, edited: str | None = None
) -> Asked:
    """Note that somebody asks, with the delivery of that number; its answer is waited for.

    `edited` is the `ts` of the edit that brought it, where we had not heard of the message before.
    """
    row = tx.execute(
        asked.insert().returning(asked),
        {
            "id": delivery,
            "asked_at": now,
            "team": place.team,
            "channel": place.channel,
            "ts": place.ts,
            "thread": place.thread,
            "person": place.person,
            "reach": place.reach.value,
            "state": State.WAITING.value,
            "turn": delivery,
            "edited_ts": edited,
        },
    ).one()
    return _asked(row)


def reword(tx: Connection, asked_id: int, *, turn: int, edited: str) -> bool:
    """Note that a delivery edited the question, at a `ts`.

    False if it is withdrawn or forgotten, or a later edit came before.
    """
    earlier = sa.or_(asked.c.edited_ts.is_(None), asked.c.edited_ts < edited)
    changed = _changed(tx, asked.c.id == asked_id, earlier, edited_ts=edited)
    return changed and reopen(tx, asked_id, turn=turn)


def reopen(tx: Connection, asked_id: int, *, turn: int) -> bool:
    """Note that a delivery brought other words to answer; False if withdrawn or forgotten."""
    return _changed(
        tx,
        asked.c.id == asked_id,
        asked.c.state != State.WITHDRAWN.value,
        turn=turn,
        state=State.WAITING.value,
    )


def move(tx: Connection, asked_id: int, place: Place) -> bool:
    """Note where the answer goes instead; False if the question is forgotten."""
    return _changed(
        tx,
        asked.c.id == asked_id,
        channel=place.channel,
        thread=place.thread,
        reach=place.reach.value,
    )


def withdraw(tx: Connection, asked_id: int) -> bool:
    """Note that the asker took the question back; False if so already."""
    withdrawn = State.WITHDRAWN.value
    return _changed(tx, asked.c.id == asked_id, asked.c.state != withdrawn, state=withdrawn)


def stop(tx: Connection, *, channel: str, thread: str, person: str) -> tuple[Asked, ...]:
    """Note that the asker waits no longer for what is open in a thread, and return that."""
    stopped = tx.execute(
        asked.update()
        .where(
            asked.c.channel == channel,
            asked.c.thread == thread,
            asked.c.person == person,
            asked.c.state == State.WAITING.value,
        )
        .values(state=State.STOPPED.value)
        .returning(asked)
    )
    return tuple(_asked(row) for row in stopped)


# ---------------------------------------------------------------- answering


def answered(tx: Connection, asked_id: int, *, turn: int, answer: str, shown: str) -> bool:
    """Note the answer and the outbox key it is shown under; False if it is not waited for."""
    return _changed(
        tx,
        *_awaited(asked_id, turn),
        state=State.ANSWERED.value,
        answer=answer,
        shown=shown,
    )


def declined(tx: Connection, asked_id: int, *, turn: int, shown: str | None) -> bool:
    """Note that the asker was told why there is no answer; False if none is waited for.

    `shown` is None where nothing that can be drawn anew stands there.
    """
    return _changed(
        tx, *_awaited(asked_id, turn), state=State.DECLINED.value, answer=None, shown=shown
    )


def keep(tx: Connection, *, turn: int) -> bool:
    """Let the answer given before stand, where a delivery's words cannot be answered.

    False where there is none, or other words wait.
    """
    waits = (asked.c.turn == turn, asked.c.id != turn, asked.c.state == State.WAITING.value)
    pressed = sa.and_(*waits, asked.c.answer.is_not(None), asked.c.edited_ts.is_(None))
    return _changed(tx, pressed, state=State.ANSWERED.value)


def show(tx: Connection, asked_id: int, *, answer: str, shown: str) -> bool:
    """Note the outbox key under which an answer is shown again; False if it is another's turn."""
    return _changed(tx, asked.c.id == asked_id, asked.c.answer == answer, shown=shown)


def is_awaited(tx: Connection, asked_id: int, *, turn: int) -> bool:
    """Tell whether somebody still waits for the answer to these words."""
    return tx.scalar(sa.select(sa.exists().where(*_awaited(asked_id, turn)))) or False


def _awaited(asked_id: int, turn: int) -> tuple[sa.ColumnElement[bool], ...]:
    return asked.c.id == asked_id, asked.c.turn == turn, asked.c.state == State.WAITING.value


# ---------------------------------------------------------------- finding


def get(tx: Connection, asked_id: int) -> Asked | None:
    """Return what was asked under an id, or None."""
    return _one(tx, asked.c.id == asked_id)


def at_message(tx: Connection, *, channel: str, ts: str) -> Asked | None:
    """Return what was asked with a message, or None."""
    return _one(tx, asked.c.channel == channel, asked.c.ts == ts)


def of_answer(tx: Connection, answer: str) -> Asked | None:
    """Return what an answer was given to, or None where it is forgotten or was replaced."""
    return _one(tx, asked.c.answer == answer)


def converses(tx: Connection, *, channel: str, thread: str, person: str) -> bool:
    """Tell whether a person's questions are answered in a thread."""
    theirs = _in_thread(channel, thread, person)
    return tx.scalar(sa.select(sa.exists().where(*theirs))) or False


def before(tx: Connection, later: Asked) -> Asked | None:
    """Return what the person asked last in the thread before something, unless taken back.

    A thread may hang on an answer of ours that stands by itself: to a command, or from Home.
    """
    place = later.place
    if place.thread is None:
        return None
    theirs = sa.and_(*_in_thread(place.channel, place.thread, place.person))
    hung_on = sa.and_(
        asked.c.person == place.person,
        asked.c.reach == Reach.DIRECT.value,
        asked.c.shown.in_(outbox.keys_at(Posted(channel=place.channel, ts=place.thread))),
    )
    return _one(
        tx,
        sa.or_(theirs, hung_on),
        asked.c.id < later.id,
        asked.c.state.in_((State.WAITING.value, State.ANSWERED.value)),
    )


def conversation(tx: Connection, later: Asked) -> tuple[str, ...]:
    """Return what the person asked in the thread before something, in their words, oldest first.

    The words of what still waits for its answer are those that were delivered.
    """
    earlier = before(tx, later)
    if earlier is None:
        return ()
    if earlier.state is State.WAITING:
        body = tx.scalar(sa.select(inbox.inbox.c.body).where(inbox.inbox.c.id == earlier.turn))
        if body and "text" in body:
            return (str(body["text"]),)
    answer = answers.get(tx, str(earlier.answer))
    return () if answer is None else (*answer.question.thread, answer.question.text)


def recent(tx: Connection, person: str, *, limit: int) -> tuple[str, ...]:
    """Return the ids of the answers a person got last, newest first."""
    query = (
        sa.select(asked.c.answer)
        .where(asked.c.person == person, asked.c.state == State.ANSWERED.value)
        .order_by(asked.c.id.desc())
        .limit(limit)
    )
    return tuple(tx.scalars(query))


def _in_thread(channel: str, thread: str, person: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        asked.c.channel == channel,
        asked.c.thread == thread,
        asked.c.person == person,
        asked.c.reach != Reach.ASKER.value,
    )


# ---------------------------------------------------------------- forgetting


def forget(tx: Connection, now: datetime) -> int:
    """Forget who asked where for every answer that is erased, and what got none in a week.

    Returns how many rows that was.
    """
    erased = sa.select(answers.answers.c.id).where(answers.answers.c.erased_at.is_not(None))
    old = sa.and_(asked.c.answer.is_(None), asked.c.asked_at < now - UNANSWERED_FOR)
    return tx.execute(asked.delete().where(sa.or_(asked.c.answer.in_(erased), old))).rowcount


# ---------------------------------------------------------------- rows


def _one(tx: Connection, *where: sa.ColumnElement[bool]) -> Asked | None:
    row = tx.execute(sa.select(asked).where(*where).order_by(asked.c.id.desc()).limit(1)).first()
    return None if row is None else _asked(row)


def _changed(tx: Connection, *where: sa.ColumnElement[bool], **values: object) -> bool:
    return tx.execute(asked.update().where(*where).values(**values)).rowcount == 1


def _asked(row: Record) -> Asked:
    return Asked(
        id=row.id,
        place=Place(
            team=row.team,
            channel=row.channel,
            ts=row.ts,
            thread=row.thread,
            person=row.person,
            reach=Reach(row.reach),
        ),
        state=State(row.state),
        turn=row.turn,
        asked_at=row.asked_at,
        answer=row.answer,
        shown=row.shown,
        edited=row.edited_ts,
    )
