"""What the jobs need of the outside, in their own words; `bot` holds the adapters.

SendingFailed            a message was not sent, or nobody knows
├── TryLater             it did not land; Slack wants us to wait
├── PerhapsSent          it may have landed: look before sending again
├── RecipientGone        nobody is there to read it: undeliverable, and its owner is told
├── ContentRefused       the message itself is wrong: plain text once, then an alert
└── SendingStopped       our app is broken or shut out: nothing is sent until somebody mends it
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from jobs.notices import Notice


class SendingFailed(Exception):  # noqa: N818 - the words people read
    """A message was not sent, or nobody knows. `error` is Slack's word for it, or ours."""

    def __init__(self, error: str) -> None:
        """Keep the word."""
        super().__init__(error)
        self.error = error


class TryLater(SendingFailed):
    """It did not land. `after` is how many seconds to wait."""

    def __init__(self, error: str, *, after: float) -> None:
        """Keep the word and the seconds."""
        super().__init__(error)
        self.after = after


class PerhapsSent(SendingFailed):
    """A time-out, a lost connection, a server's fault: it may have landed."""


class RecipientGone(SendingFailed):
    """The conversation or the person is not there, or we are not in it."""


class ContentRefused(SendingFailed):
    """The message's own content was refused."""


class SendingStopped(SendingFailed):
    """The app's token, scopes or workspace: no message at all would land."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a message goes.

    `channel` is a conversation's id, or a person's for their direct messages. `thread` is the `ts`
    of the message it stands under. With `only_for` it is shown to that person alone, there.
    """

    channel: str
    thread: str | None = None
    only_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a message stands: the conversation's id and the message's `ts`."""

    channel: str
    ts: str


class Sender(Protocol):
    """Puts messages before people. Every method raises SendingFailed."""

    def post(self, notice: Notice, to: Address, *, key: str, plain: bool = False) -> Posted:
        """Post what the notice says, marked with the key so that `find` finds it.

        `plain` is text without blocks, for a message whose blocks were refused.
        """
        ...

    def find(self, key: str, to: Address, *, since: datetime) -> Posted | None:
        """Return the message of that key among those posted there since an instant, or None."""
        ...

    def update(self, notice: Notice, to: Address, *, at: Posted, plain: bool = False) -> None:
        """Draw the message anew; doing so twice does no harm. Raises also MessageGone."""
        ...

    def delete(self, at: Posted) -> None:
        """Take the message back; one that is gone already is no error."""
        ...


class MessageGone(SendingFailed):
    """The message to draw anew is not there any more, or cannot be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in the workspace, or from another company in a shared channel.

    `insider` is a full member of the company's workspace: no guest, no stranger.
    """

    id: str
    name: str
    zone: ZoneInfo
    insider: bool
    bot: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """What all who read a conversation have in common: their groups, and whether all are insiders.

    `shared` is a channel that other companies see.
    """

    groups: frozenset[str]
    insiders: bool
    shared: bool = False


class Directory(Protocol):
    """Knows people, their groups and who reads along. Fails closed: unknown is a stranger."""

    def person(self, person_id: str) -> Person:
        """Return the person."""
        ...

    def groups_of(self, person_id: str) -> frozenset[str]:
        """Return the names of the groups (user group handles) that the person is in."""
        ...

    def readers_of(self, channel: str) -> Readers:
        """Return what all readers of a conversation have in common."""
        ...

    def is_compliance(self, person_id: str) -> bool:
        """Tell whether the person belongs to compliance now."""
        ...
