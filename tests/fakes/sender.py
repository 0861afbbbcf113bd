"""A conversation in memory that loses responses, lands messages late and lets its callers die.

What goes wrong is said beforehand, one `Fault` for each request in turn; nothing is left to chance.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.notices import Notice
from jobs.ports import (
    Address,
    MessageGone,
    PerhapsSent,
    Posted,
)
from tests.fakes.clock import FakeClock


class Killed(BaseException):
    """The process died here; nothing of ours catches it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What becomes of a request.

    It `lands` so many seconds later, or never (None); then the response is lost, or `dies` takes
    the process, or `error` is what Slack says.
    """

    lands: float | None = None
    dies: bool = False
    error: Exception | None = None


LOST = Fault()
LOST_BUT_LANDED = Fault(lands=0)
DIES_BEFORE = Fault(dies=True)
DIES_AFTER = Fault(lands=0, dies=True)


def refused(error: Exception) -> Fault:
    """Return a request that Slack answers with an error."""
    return Fault(error=error)


@dataclass
class Message:
    """A message as it stands in a conversation."""

    key: str
    notice: Notice
    to: Address
    ts: str
    lands_at: datetime
    plain: bool
    drawn: int = 1


class FakeSender:
    """Implements `jobs.ports.Sender`; `messages` is what people see."""

    def __init__(self, clock: FakeClock, *faults: Fault | None) -> None:
        self.clock = clock
        self.faults = deque(faults)
        self.requests: list[str] = []
        self._messages: list[Message] = []

    @property
    def messages(self) -> list[Message]:
        """Return what stands there now, in the order it landed."""
        landed = [each for each in self._messages if each.lands_at <= self.clock()]
        return sorted(landed, key=lambda each: each.lands_at)

    def post(self, notice: Notice, to: Address, *, key: str, plain: bool = False) -> Posted:
        fault = self._next("post")
        if fault is None or fault.lands is not None:
            message = self._landing(notice, to, key, plain, fault.lands if fault else 0)
            if fault is None:
                return Posted(channel=to.channel, ts=message.ts)
        raise self._end(fault)

    def find(self, key: str, to: Address, *, since: datetime) -> Posted | None:
        self._fail("find")
        for each in self.messages:
            if each.key == key and each.to == to and to.only_for is None and each.lands_at >= since:
                return Posted(channel=to.channel, ts=each.ts)
        return None

    def update(self, notice: Notice, to: Address, *, at: Posted, plain: bool = False) -> None:
        self._fail("update")
        message = self._at(at)
        if message is None or message.to.only_for is not None:
            raise MessageGone("message_not_found")
        message.notice, message.plain, message.drawn = notice, plain, message.drawn + 1

    def delete(self, at: Posted) -> None:
        self._fail("delete")
        self._messages = [each for each in self._messages if each.ts != at.ts]

    def remove(self, at: Posted) -> None:
        """Let somebody in the workspace delete a message."""
        self._messages = [each for each in self._messages if each.ts != at.ts]

    def _at(self, at: Posted) -> Message | None:
        return next((each for each in self.messages if each.ts == at.ts), None)

    def _landing(
        self, notice: Notice, to: Address, key: str, plain: bool, after: float | None
    ) -> Message:
        lands_at = self.clock() + timedelta(seconds=after or 0)
        ts = f"{lands_at.timestamp():.0f}.{len(self._messages):06d}"
        message = Message(key, notice, to, ts, lands_at, plain)
        self._messages.append(message)
        return message

    def _next(self, request: str) -> Fault | None:
        self.requests.append(request)
        return self.faults.popleft() if self.faults else None

    def _fail(self, request: str) -> None:
        fault = self._next(request)
        if fault is not None:
            raise self._end(fault)

    def _end(self, fault: Fault) -> BaseException:
        if fault.dies:
            return Killed()
        return fault.error or PerhapsSent("client_timeout")
