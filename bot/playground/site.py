"""The parts of one workspace, as its methods, events and acts share them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bot.playground.manifest import Manifest
from bot.playground.records import Channel, Json, Message, View
from bot.playground.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The app's secrets: its bot token, its app-level token for sockets, its signing secret."""

    bot: str
    app: str
    signing: str


def fresh_keys() -> Keys:
    """Return secrets in Slack's form that open this workspace only."""
    return Keys(
        bot=f"xoxb-local-{secrets.token_hex(12)}",
        app=f"xapp-1-local-{secrets.token_hex(12)}",
        signing=secrets.token_hex(16),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long Slack waits, in seconds: its own numbers (docs.slack.dev, Events API and modals).

    `ack` for the app's answer to a delivery; `retries` before the first, second and third delivery
    of an event once more; `trigger` until a trigger is too old for opening a modal; `response_url`
    until that is closed, after `response_uses`.
    """

    ack: float = 3.0
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    trigger: float = 3.0
    response_url: float = 1800.0
    response_uses: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """So many messages a second in a channel, and so many at once after a silence.

    Slack says "about one a second, short bursts allowed" (docs.slack.dev, Rate limits); how short
    is our assumption.
    """

    per_second: float = 1.0
    burst: int = 5


class Observer(Protocol):
    """Hears what happens in the workspace, and tells the app what it subscribed to."""

    def posted(self, message: Message) -> None:
        """A message was posted."""
        ...

    def changed(self, message: Message, previous: Message) -> None:
        """A message was changed."""
        ...

    def deleted(self, previous: Message, *, ts: str) -> None:
        """A message was deleted, at a moment."""
        ...

    def joined(self, channel: Channel, person: str) -> None:
        """Somebody came into a channel."""
        ...

    def left(self, channel: Channel, person: str) -> None:
        """Somebody left a channel."""
        ...

    def home_opened(self, person: str, channel: Channel, *, tab: str, view: View | None) -> None:
        """Somebody looks at the app's Home."""
        ...

    def told(self, event: Json, *, channel: Channel | None = None) -> None:
        """Something else happened: the event as the app hears it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One workspace. `origin` is its web address without a path, such as http://127.0.0.1:8899.

    `socket_url` returns a fresh address for one Socket Mode connection.
    """

    state: State
    manifest: Manifest
    keys: Keys
    origin: str
    observer: Observer
    socket_url: Callable[[], str]
    patience: Patience = field(default_factory=Patience)
    limits: Limits | None = None
