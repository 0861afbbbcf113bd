"""Carries the outbox out: claim, look where it may stand already, post, and mark as sent.

Slack's posting is not idempotent, so that a request whose response is lost is never simply
repeated. Its message may even land some seconds later; it is looked for by its mark, and posted
again only if it is not there when nothing can be on its way any more. A message that only one
person sees cannot be looked for: it is posted again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs import outbox, pacing
from jobs.outbox import Act, Errand, State
from jobs.pacing import Pace
from jobs.ports import (
    ContentRefused,
    MessageGone,
    PerhapsSent,
    Posted,
    RecipientGone,
    Sender,
    SendingFailed,
    SendingStopped,
    TryLater,
)
from knowledge.database import Database
from knowledge.errors import StoreRefused

_log = logging.getLogger(__name__)
_DOUBLINGS = 16  # beyond any `longest`, and no overflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things take and are waited for.

    A `lease` is much longer than the sender's time-out (10 s) and what may be on its way after it.
    `settled` after a response was missed nothing lands any more; `peek` is the first look before
    that, doubled each time up to `longest`. What is `stale` after its due time is given up.
    `faults` is how often an error of our own may come of one act. After `probe` a courier that was
    stopped tries whether it was mended.
    """

    lease: timedelta = timedelta(seconds=120)
    settled: timedelta = timedelta(seconds=15)
    peek: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=5)
    stale: timedelta = timedelta(days=1)
    faults: int = 5
    probe: timedelta = timedelta(minutes=1)
    idle: timedelta = timedelta(seconds=0.25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """That nothing is sent, by Slack's word for why, and since when."""

    error: str
    since: datetime


class Courier:
    """Sends what is due. Any number may run, in one process or several."""

    def __init__(
        self,
        database: Database,
        sender: Sender,
        *,
        worker: str,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
        timing: Timing | None = None,
        hands: int = 4,
    ) -> None:
        """Send through `sender`, as `worker`, with so many hands at once while running."""
        self._database = database
        self._sender = sender
        self._worker = worker
        self._clock = clock
        self._pace = pace or Pace()
        self._timing = timing or Timing()
        self._hands = hands
        self.stopped: Stopped | None = None

    def run(self, stop: threading.Event) -> None:
        """Send what is due until told to stop; what is being sent then is finished."""
        with ThreadPoolExecutor(self._hands, thread_name_prefix="courier") as pool:
            for _ in range(self._hands):
                pool.submit(self._keep_sending, stop)

    def _keep_sending(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                busy = self.deliver_one()
            except StoreRefused as refused:
                _log.warning("the outbox cannot be read or written: %s", refused)
                busy = False
            except Exception as error:  # noqa: BLE001 - the next message is another matter
                _log.error("sending failed: %s", type(error).__name__)
                busy = False
            if not busy:
                stop.wait(self._timing.idle.total_seconds())

    def deliver_due(self) -> int:
        """Carry out all that is due now; return how many acts were attended to."""
        attended = 0
        while self.deliver_one():
            attended += 1
        return attended

    def deliver_one(self) -> bool:
        """Attend to the most urgent act; False if there is none that may be done now."""
        errand = self._claim()
        if errand is None:
            return False
        self._attend(errand)
        return True

    def _claim(self) -> Errand | None:
        now = self._clock()
        if self.stopped is not None and now < self.stopped.since + self._timing.probe:
            return None
        with self._database.read() as tx:
            if not outbox.is_due(tx, now=now):
                return None
        with self._database.begin() as tx:
            return outbox.claim(
                tx, self._worker, now=now, lease=self._timing.lease, pace=self._pace
            )

    # ------------------------------------------------------------ doing

    def _attend(self, errand: Errand) -> None:
        """Do what the errand says, and record what came of it."""
        try:
            self._carry_out(errand)
        except SendingFailed as failure:
            self._record(errand, failure)
        except StoreRefused:
            raise  # nothing can be recorded now: the lease will end, and the message be looked for
        except Exception as fault:  # noqa: BLE001 - a message we cannot even draw stops no other
            self._record_fault(errand, type(fault).__name__)
        else:
            self.stopped = None

    def _carry_out(self, errand: Errand) -> None:
        if errand.act is Act.DELETE:
            self._take_back(errand)
        elif errand.act is Act.UPDATE and errand.at is not None and not errand.withdrawn:
            self._draw_anew(errand, errand.at)
        else:
            self._post_once(errand)

    def _take_back(self, errand: Errand) -> None:
        if errand.at is not None:
            self._sender.delete(errand.at)
        self._settle(errand, State.SENT)

    def _draw_anew(self, errand: Errand, at: Posted) -> None:
        try:
            self._sender.update(errand.notice, errand.to, at=at, plain=errand.plain)
        except MessageGone:
            self._post_once(errand)
        else:
            self._settle(errand, State.SENT, at=at)

    def _post_once(self, errand: Errand) -> None:
        """Post, unless the message stands there, may still be landing, or is not wanted."""
        if errand.unsure:
            found = self._sender.find(errand.mark, errand.to, since=errand.since)
            if found is not None:
                self._accept(errand, found)
                return
        if self._is_landing(errand):
            self._wait_for_landing(errand)
        elif errand.withdrawn:
            self._settle(errand, State.CANCELLED)
        elif self._clock() < errand.claimed_at + self._timing.lease / 2:
            self._post(errand)
        # Else we were held up for so long that another worker might take it while we post.

    def _accept(self, errand: Errand, found: Posted) -> None:
        """Take a message that stands there for ours; it may tell of records lost in a restore."""
        if errand.restored:
            with suppress(MessageGone):
                self._sender.update(errand.notice, errand.to, at=found, plain=errand.plain)
        self._settle(errand, State.SENT, at=found)

    def _post(self, errand: Errand) -> None:
        try:
            posted = self._sender.post(
                errand.notice, errand.to, key=errand.mark, plain=errand.plain
            )
        except PerhapsSent as lost:
            self._put_back(errand, State.UNSURE, lost.error, unsure_since=self._clock())
        else:
            self._settle(errand, State.SENT, at=posted)

    def _is_landing(self, errand: Errand) -> bool:
        since = errand.unsure_since
        return since is not None and self._clock() < since + self._timing.settled

    def _wait_for_landing(self, errand: Errand) -> None:
        since = errand.unsure_since or self._clock()
        with self._database.begin() as tx:
            outbox.put_back(
                tx,
                errand,
                State.UNSURE,
                free_at=since + self._timing.settled,
                error="not there yet",
                unsure_since=since,
            )

    # ------------------------------------------------------------ recording

    def _settle(self, errand: Errand, state: State, *, at: Posted | None = None) -> None:
        with self._database.begin() as tx:
            outbox.settle(tx, errand, state, now=self._clock(), at=at)

    def _record(self, errand: Errand, failure: SendingFailed) -> None:
        """Record a failure that left nothing posted, or nothing more than there was before."""
        match failure:
            case SendingStopped():
                self._stop(errand, failure.error)
            case RecipientGone():
                with self._database.begin() as tx:
                    outbox.settle(tx, errand, State.GONE, now=self._clock(), error=failure.error)
            case ContentRefused() if not errand.plain:
                self._put_back(errand, State.WAITING, failure.error, after=timedelta(), plain=True)
            case ContentRefused():
                self._give_up(errand, failure.error)
            case TryLater():
                self._try_later(errand, failure)
            case _:
                self._put_back(errand, _as_before(errand), failure.error)

    def _stop(self, errand: Errand, error: str) -> None:
        if self.stopped is None:
            _log.error("nothing is sent until this is mended: %s", error)
        self.stopped = Stopped(error=error, since=self._clock())
        self._put_back(errand, _as_before(errand), error, after=self._timing.probe)

    def _try_later(self, errand: Errand, failure: TryLater) -> None:
        after = timedelta(seconds=failure.after)
        with self._database.begin() as tx:
            pacing.pause(tx, self._pace, until=self._clock() + after)
        self._put_back(errand, _as_before(errand), failure.error, after=after)

    def _record_fault(self, errand: Errand, fault: str) -> None:
        """Record an error of our own; whether it came before or after posting, nobody knows."""
        if errand.attempt >= self._timing.faults:
            self._give_up(errand, fault)
        else:
            self._put_back(errand, State.UNSURE, fault, unsure_since=self._clock())

    def _put_back(
        self,
        errand: Errand,
        state: State,
        error: str,
        *,
        after: timedelta | None = None,
        unsure_since: datetime | None = None,
        plain: bool = False,
    ) -> None:
        now = self._clock()
        if now > errand.due_at + self._timing.stale:
            self._give_up(errand, error)
            return
        with self._database.begin() as tx:
            outbox.put_back(
                tx,
                errand,
                state,
                free_at=now + (self._patience(errand) if after is None else after),
                error=error,
                unsure_since=unsure_since or errand.unsure_since,
                plain=errand.plain or plain,
            )

    def _patience(self, errand: Errand) -> timedelta:
        doubled: int = 2 ** min(errand.attempt - 1, _DOUBLINGS)
        return min(self._timing.longest, self._timing.peek * doubled)

    def _give_up(self, errand: Errand, error: str) -> None:
        _log.error("message %s is given up: %s", errand.mark[:8], error)
        with self._database.begin() as tx:
            outbox.settle(tx, errand, State.FAILED, now=self._clock(), error=error)


def _as_before(errand: Errand) -> State:
    return State.UNSURE if errand.unsure else State.WAITING
