"""Every delivery of Slack's journalled once before its receipt is confirmed, then worked off.

`Admission` writes down what a delivery means; a failed insert goes up, so that Slack brings it
again. `Workers` claim what was written down, in as many threads and replicas as there are, and
hand it to the listener of its kind. A listener thinks first and then opens `turn.done()`: all that
comes of it, and that the delivery is finished, is one transaction. What is cut off in between is
claimed again when its lease ends, and starts over.
"""

from __future__ import annotations

import logging
import secrets
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.deliveries import Brought, Deleted, Other, Question, Reworded, Stopped
from jobs import conversations, inbox, outbox
from jobs.inbox import Claimed, Delivery
from jobs.notices import Hint
from jobs.ports import Address
from knowledge.answering import asking
from knowledge.database import Database, Transaction
from knowledge.errors import Refused, StoreRefused

log = logging.getLogger("mayi.inbox")

ASKED = "asked"
"""The kind of a delivery that brings a question, or new words for one."""
DELETED = "deleted"
"""The kind of a delivery that takes a question back."""

LEASE = timedelta(seconds=30)
"""For how long a worker holds a delivery without saying that it lives."""

AGAIN_AFTER = (2, 10, 30, 120)
"""Seconds until the next attempt, after each; one more than these, and the asker is told."""

Clock = Callable[[], datetime]
Mask = Callable[[str], tuple[str, bool]]
"""Takes secrets out of a text: what is left, and whether there were any."""


class _Known(Exception):  # noqa: N818 - never leaves this module
    """A delivery was taken before: the transaction is undone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is left of a delivery that was taken at once: its kind, and what its listener reads."""

    kind: str
    body: Mapping[str, Any] = field(default_factory=dict)


Apply = Callable[[Transaction], Rest]
"""Does at once what a delivery asks for. Raises Refused, and nothing is done."""


class Admission:
    """Writes down what Slack brought. Serves many threads."""

    def __init__(
        self, database: Database, *, clock: Clock, mask: Mask, wake: Callable[[], None]
    ) -> None:
        """Take the records, what keeps secrets out of them, and what wakes the workers."""
        self._database = database
        self._clock = clock
        self._mask = mask
        self._wake = wake

    def admit(self, brought: Brought) -> bool:
        """Journal a delivery; False where it is known already, or nothing of ours."""
        with self._database.begin() as tx:
            admitted = self._journal(tx, brought)
        if admitted:
            self._wake()
        return admitted

    def once(self, key: str, apply: Apply) -> None:
        """Do at once what a delivery asks for, and journal the rest; nothing where it was done.

        Raises what `apply` raises.
        """
        with suppress(_Known), self._database.begin() as tx:
            rest = apply(tx)
            if self._put(tx, key, rest.kind, rest.body) is None:
                raise _Known
        self._wake()

    def _journal(self, tx: Transaction, brought: Brought) -> bool:
        match brought:
            case Question():
                return self._question(tx, brought)
            case Reworded():
                return self._reworded(tx, brought)
            case Deleted():
                return self._deleted(tx, brought)
            case Stopped():
                return self._stop(tx, brought)
            case Other():
                return self._put(tx, brought.key, brought.kind, brought.body) is not None

    def _question(self, tx: Transaction, asked: Question, *, edited: str | None = None) -> bool:
        if not self._is_for_us(tx, asked):
            return False
        body = {**self._words(asked.text), "at_home": asked.at_home}
        number = self._put(tx, asked.key, ASKED, body, also=_message(asked))
        if number is None:
            return False
        conversations.open_(tx, number, asked.place, now=self._clock(), edited=edited)
        return True

    def _is_for_us(self, tx: Transaction, said: Question) -> bool:
        """Tell whether we are asked: called, or in a thread in which its author asked before."""
        place = said.place
        if not said.perhaps:
            return True
        return not asking.is_courtesy(said.text) and conversations.converses(
            tx, channel=place.channel, thread=str(place.thread), person=place.person
        )

    def _reworded(self, tx: Transaction, reworded: Reworded) -> bool:
        """Journal new words; those of a message not heard of yet are a question like any other."""
        asked = conversations.at_message(tx, channel=reworded.channel, ts=reworded.ts)
        if asked is None:
            said = reworded.question
            return said is not None and self._question(tx, said, edited=reworded.edited)
        body = {**self._words(reworded.text), "asked": asked.id}
        number = self._put(tx, reworded.key, ASKED, body)
        return number is not None and conversations.reword(
            tx, asked.id, turn=number, edited=reworded.edited
        )

    def _deleted(self, tx: Transaction, deleted: Deleted) -> bool:
        """Journal that a message is gone; one not heard of yet is not answered when it comes."""
        asked = conversations.at_message(tx, channel=deleted.channel, ts=deleted.ts)
        if asked is not None:
            number = self._put(tx, deleted.key, DELETED, {"asked": asked.id})
            return number is not None and conversations.withdraw(tx, asked.id)
        said = deleted.question
        if said is None or not self._is_for_us(tx, said):
            return False
        return self._put(tx, deleted.key, DELETED, {}, also=_message(said)) is not None

    def _stop(self, tx: Transaction, stopped: Stopped) -> bool:
        """Cancel at once what the person waits for: whoever works on it looks between two steps."""
        cancelled = conversations.stop(
            tx, channel=stopped.channel, thread=stopped.thread, person=stopped.person
        )
        for asked in cancelled:
            hint, key = Hint(name="stopped"), f"stopped:{asked.turn}"
            outbox.plan(tx, hint, asked.place.address, key=key, now=self._clock())
        return bool(cancelled)

    def _words(self, text: str) -> dict[str, Any]:
        masked, had_secrets = self._mask(text)
        return {"text": masked, "secrets": had_secrets}

    def _put(
        self,
        tx: Transaction,
        key: str,
        kind: str,
        body: Mapping[str, Any],
        *,
        also: str | None = None,
    ) -> int | None:
        delivery = Delivery(key=key, also=also, kind=kind, body=body)
        return inbox.admit(tx, delivery, now=self._clock())


def _message(asked: Question) -> str | None:
    """Return what all deliveries about the message have in common; None where none asked."""
    place = asked.place
    return f"{place.team}:{place.channel}:{place.ts}" if place.ts is not None else None


# ---------------------------------------------------------------- working off


class LeaseLost(Exception):  # noqa: N818 - the words people read
    """Another worker has the delivery now: whatever this one made of it is undone."""


@dataclass(slots=True, kw_only=True)
class Turn:
    """A delivery in work."""

    database: Database
    delivery: Claimed
    worker: str
    clock: Clock
    finished: bool = False

    @property
    def number(self) -> int:
        """The delivery's number, which nothing else has."""
        return self.delivery.id

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock()

    @contextmanager
    def done(self) -> Iterator[Transaction]:
        """A transaction for all that comes of the delivery; with it, the delivery is finished.

        Raises LeaseLost, and undoes the transaction, where another worker has it.
        """
        with self.database.begin() as tx:
            yield tx
            if not inbox.finish(tx, self.number, worker=self.worker, now=self.now):
                raise LeaseLost(f"delivery {self.number}")
        self.finished = True


Listener = Callable[[Turn], None]
"""Does what a delivery asks for."""


@dataclass(slots=True)
class _Held:
    """A delivery that a thread works on, and when its lease was last renewed."""

    work: Future[None]
    renewed: datetime


@dataclass(kw_only=True)
class Workers:
    """Threads that work off the inbox: one that claims and renews, and `hands` that work."""

    database: Database
    listeners: Mapping[str, Listener]
    clock: Clock
    hands: int = 8
    lease: timedelta = LEASE
    patience: float = 0.5
    again_after: tuple[int, ...] = AGAIN_AFTER
    name: str = field(default_factory=lambda: f"worker-{secrets.token_hex(4)}")
    _held: dict[int, _Held] = field(default_factory=dict, init=False)
    _woken: threading.Event = field(default_factory=threading.Event, init=False)
    _stopping: threading.Event = field(default_factory=threading.Event, init=False)

    def __post_init__(self) -> None:
        """Make the threads ready."""
        self._pool = ThreadPoolExecutor(self.hands, thread_name_prefix=self.name)
        self._watch = threading.Thread(target=self._keep_watch, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._watch.start()

    def wake(self) -> None:
        """Have the workers look at once: something was admitted."""
        self._woken.set()

    def drain(self, seconds: float) -> bool:
        """Take nothing new, and wait for what is in work; False if some of it is not finished.

        What is not finished is claimed again by whoever lives when its lease ends.
        """
        self._stopping.set()
        self._woken.set()
        if self._watch.is_alive():
            self._watch.join(seconds)
        left = wait([held.work for held in self._held.values()], timeout=seconds).not_done
        self._pool.shutdown(wait=False, cancel_futures=True)
        return not left

    def work_off(self) -> int:
        """Claim and do what waits, in this thread; return how much that was."""
        claimed = self._claim(self.hands)
        for delivery in claimed:
            self._do(delivery)
        return len(claimed)

    # ------------------------------------------------------------ claiming

    def _keep_watch(self) -> None:
        while not self._stopping.is_set():
            self._woken.clear()
            self._look()
            self._woken.wait(self.patience)

    def _look(self) -> None:
        """Hand out what waits, and say of what is in work that it lives."""
        try:
            self._let_go()
            self._renew()
            for delivery in self._claim(self.hands - len(self._held)):
                work = self._pool.submit(self._do, delivery)
                self._held[delivery.id] = _Held(work, self.clock())
                work.add_done_callback(lambda _done: self.wake())
        except StoreRefused as refusal:  # locked, full or away; later they may not be
            log.warning("the inbox cannot be read: %s", refusal)
        except Exception as error:  # noqa: BLE001 - without the watch nothing would be answered
            log.error("looking into the inbox failed: %s", told(error))  # noqa: TRY400

    def _claim(self, most: int) -> tuple[Claimed, ...]:
        if most <= 0:
            return ()
        with self.database.begin() as tx:
            return inbox.claim(tx, self.name, now=self.clock(), lease=self.lease, limit=most)

    def _let_go(self) -> None:
        self._held = {number: held for number, held in self._held.items() if not held.work.done()}

    def _renew(self) -> None:
        now = self.clock()
        old = [n for n, held in self._held.items() if now - held.renewed >= self.lease / 3]
        if not old:
            return
        with self.database.begin() as tx:
            inbox.renew(tx, old, worker=self.name, now=now, lease=self.lease)
        for number in old:
            self._held[number].renewed = now

    # ------------------------------------------------------------ working

    def _do(self, delivery: Claimed) -> None:
        """Do one delivery; whatever goes wrong is logged, and tried again or given up."""
        turn = Turn(database=self.database, delivery=delivery, worker=self.name, clock=self.clock)
        try:
            self._listen(turn)
        except LeaseLost:
            log.warning("delivery %d is in other hands", delivery.id)
        except Exception as error:  # noqa: BLE001 - the last place that can keep a thread working
            self._fail(turn, error)

    def _listen(self, turn: Turn) -> None:
        if turn.delivery.attempt > len(self.again_after) + 1:
            raise RuntimeError("it ended the process that worked on it")
        self.listeners[turn.delivery.kind](turn)
        if not turn.finished:
            with turn.done():
                pass

    def _fail(self, turn: Turn, error: Exception) -> None:
        """Log an error under a reference; after the last attempt, tell the asker the reference."""
        reference = secrets.token_hex(4)
        attempt = turn.delivery.attempt
        log.error(
            "delivery %d (%s) failed, attempt %d, reference %s: %s",
            turn.number,
            turn.delivery.kind,
            attempt,
            reference,
            told(error),
        )
        known = f"{type(error).__name__} {reference}"
        try:
            if attempt <= len(self.again_after):
                self._put_back(turn, error=known, after=self.again_after[attempt - 1])
            else:
                self._give_up(turn, error=known, reference=reference)
        except Exception as again:  # noqa: BLE001 - its lease ends, and it is claimed again
            held = "delivery %d is held until its lease ends: %s"
            log.error(held, turn.number, told(again))  # noqa: TRY400 - without its message

    def _put_back(self, turn: Turn, *, error: str, after: int) -> None:
        again_at = self.clock() + timedelta(seconds=after)
        self._settle(turn, error=error, again_at=again_at)

    def _settle(self, turn: Turn, *, error: str, again_at: datetime) -> None:
        with self.database.begin() as tx:
            inbox.fail(
                tx,
                turn.number,
                worker=self.name,
                now=self.clock(),
                error=error,
                again_at=again_at,
            )

    def _give_up(self, turn: Turn, *, error: str, reference: str) -> None:
        now = self.clock()
        with self.database.begin() as tx:
            if not inbox.fail(
                tx, turn.number, worker=self.name, now=now, error=error, again_at=None
            ):
                return
            _apologise(tx, turn.delivery, reference=reference, now=now)


def _apologise(tx: Transaction, delivery: Claimed, *, reference: str, now: datetime) -> None:
    """Tell whoever waits that it went wrong, where they wait."""
    key = f"sorry:{delivery.id}"
    hint = Hint(name="went_wrong", reference=reference)
    asked = conversations.get(tx, int(delivery.body.get("asked", delivery.id)))
    conversations.keep(tx, turn=delivery.id)
    if asked is None:
        to = _where_pressed(delivery.body)
        if to is not None:
            outbox.plan(tx, hint, to, key=key, now=now)
    elif conversations.declined(tx, asked.id, turn=delivery.id, shown=key):
        outbox.plan(tx, hint, asked.place.address, key=key, now=now, replaces=asked.shown)


def _where_pressed(body: Mapping[str, Any]) -> Address | None:
    """Return where a press or form came from: the message's channel, else direct messages.

    Nobody waits beside a Home that was merely opened.
    """
    match body:
        case {"user": {"id": str(person)}, "channel": {"id": str(channel)}, "container": container}:
            return Address(channel=channel, thread=container.get("thread_ts"), only_for=person)
        case {"user": {"id": str(person)}} | {"by": str(person)}:
            return Address(channel=person)
        case _:
            return None


def told(error: BaseException) -> str:
    """Return what a log may hold of an error: its kind and where it happened.

    Of what people can mend also the sentence, which is ours; other messages may quote a question.
    """
    said = f": {error}" if isinstance(error, Refused) else ""
    frames = "".join(traceback.format_tb(error.__traceback__))
    cause = f"\ncaused by {told(error.__cause__)}" if error.__cause__ is not None else ""
    return f"{type(error).__name__}{said}\n{frames}{cause}"
