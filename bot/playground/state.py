"""The workspace's memory: people, channels, messages, views, and a feed of what changed.

Every change happens under `lock` and ends in `touch`, which raises `version` and wakes whoever
waits for it. Reading needs no lock: the values are frozen.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from bot.playground.records import (
    Channel,
    ChannelKind,
    Group,
    Json,
    Message,
    Person,
    Request,
    ResponseUrl,
    Session,
    Team,
    Trigger,
    View,
)


@dataclass(kw_only=True)
class State:
    """One workspace. `team` is ours, `teams` also knows the companies it shares channels with.

    `messages` is channel id → ts → message, oldest first; ephemeral ones stand among them.
    `modals` is person → the ids of their open modals, the uppermost last; `homes` is person → the
    id of their Home tab. `inputs` is what a person has chosen in a message but not sent:
    (person, channel, ts) → block id → action id → value. `replies` is (channel, thread) → the
    `ts` of what stands under it for all to see.
    """

    team: Team
    bot: str
    clock: Callable[[], float]
    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, dict[str, Message]] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    modals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    sessions: dict[tuple[str, str | None], Session] = field(default_factory=dict)
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    inputs: dict[tuple[str, str, str], dict[str, dict[str, Json]]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    replies: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    version: int = 0

    def __post_init__(self) -> None:
        """Know our own company, and begin to count."""
        self.teams.setdefault(self.team.id, self.team)
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        # An app remembers the ids of events across our restarts, and takes none of them twice.
        self._serial = itertools.count(int(self.clock() * 1_000))
        self._last_micros = 0

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock for a change, and tell of it in the end."""
        with self.lock:
            yield
            self.touch()

    def touch(self) -> None:
        """Tell that something changed."""
        with self.lock:
            self.version += 1
            self._changed.notify_all()

    def wait(self, version: int, *, seconds: float) -> int:
        """Wait until the version is another than the one known, or time is up; return it."""
        with self.lock:
            self._changed.wait_for(lambda: self.version != version, timeout=seconds)
            return self.version

    def wait_until(self, holds: Callable[[], bool], *, seconds: float) -> bool:
        """Wait until something holds after some change, or time is up; return whether it does."""
        with self.lock:
            return self._changed.wait_for(holds, timeout=seconds)

    def next_ts(self) -> str:
        """Return the moment as an id for a message: seconds and microseconds, never the same."""
        with self.lock:
            micros = max(int(self.clock() * 1_000_000), self._last_micros + 1)
            self._last_micros = micros
            return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """Return a fresh id in Slack's form, such as V00000001F."""
        return f"{prefix}{next(self._serial):09X}"

    def put(self, message: Message) -> Message:
        """Keep a message, new or changed."""
        with self.changing():
            self.messages.setdefault(message.channel, {})[message.ts] = message
            if message.thread and message.only_for is None:
                place = (message.channel, message.thread)
                known = self.replies.get(place, ())
                self.replies[place] = known if message.ts in known else (*known, message.ts)
        return message

    def drop(self, channel: str, ts: str) -> None:
        """Forget a message."""
        with self.changing():
            gone = self.messages[channel].pop(ts)
            if gone.thread and (channel, gone.thread) in self.replies:
                place = (channel, gone.thread)
                self.replies[place] = tuple(one for one in self.replies[place] if one != ts)

    def message(self, channel: str, ts: str) -> Message | None:
        """Return a message, ephemeral ones included, or None."""
        return self.messages.get(channel, {}).get(ts)

    def replies_to(self, message: Message) -> tuple[Message, ...]:
        """Return what stands under a message for all to see, oldest first."""
        with self.lock:
            known = self.replies.get((message.channel, message.ts), ())
            return tuple(self.messages[message.channel][ts] for ts in known)

    def history(self, channel: str, *, reader: str | None = None) -> tuple[Message, ...]:
        """Return what a conversation says, oldest first, threads included.

        Ephemeral messages are there only for the reader they are meant for.
        """
        with self.lock:
            everything = tuple(self.messages.get(channel, {}).values())
        return tuple(one for one in everything if one.only_for in (None, reader))

    def thread(self, channel: str, ts: str, *, reader: str | None = None) -> tuple[Message, ...]:
        """Return a message and what stands under it, oldest first."""
        return tuple(
            one for one in self.history(channel, reader=reader) if ts in (one.ts, one.thread)
        )

    def direct(self, one: str, other: str) -> Channel:
        """Return the direct messages of two, opened if there are none yet."""
        pair = frozenset({one, other})
        with self.lock:
            for channel in self.channels.values():
                if channel.kind is ChannelKind.DIRECT and channel.members == pair:
                    return channel
            opened = Channel(id=self.next_id("D"), name="", kind=ChannelKind.DIRECT, members=pair)
            self.channels[opened.id] = opened
            self.touch()
            return opened

    def channels_of(self, person: str) -> tuple[Channel, ...]:
        """Return the conversations somebody is in."""
        return tuple(one for one in tuple(self.channels.values()) if person in one.members)

    def is_stranger(self, person: str) -> bool:
        """Tell whether somebody belongs to another company."""
        return self.people[person].team != self.team.id

    def modals_of(self, person: str) -> tuple[View, ...]:
        """Return somebody's open modals, the uppermost last."""
        with self.lock:
            return tuple(self.views[one] for one in self.modals.get(person, ()))

    def home_of(self, person: str) -> View | None:
        """Return somebody's Home tab, or None before the app published one."""
        with self.lock:
            known = self.homes.get(person)
            return self.views[known] if known else None

    def session(self, channel: str, thread: str | None) -> Session:
        """Return what the agent does in a thread; an empty session where it has done nothing."""
        known = self.sessions.get((channel, thread))
        return known or Session(channel=channel, thread=thread)

    def keep_session(self, session: Session) -> None:
        """Keep what the agent says it does in a thread."""
        with self.changing():
            self.sessions[session.channel, session.thread] = session

    def keep_view(self, view: View) -> View:
        """Keep a view, new or changed."""
        with self.changing():
            self.views[view.id] = view
        return view

    def make_trigger(self, person: str, *, view: str | None = None) -> Trigger:
        """Return a fresh trigger for what somebody just did."""
        with self.lock:
            number = next(self._serial)
            trigger = Trigger(
                id=f"{number}.{int(self.clock() * 1000)}.{number:032x}",
                person=person,
                made_at=self.clock(),
                view=view,
            )
            self.triggers[trigger.id] = trigger
            return trigger

    def make_response_url(
        self, channel: str, person: str, *, message: str | None = None, thread: str | None = None
    ) -> ResponseUrl:
        """Return a fresh address at which the app may answer what somebody just did."""
        with self.lock:
            made = ResponseUrl(
                id=self.next_id("R"),
                channel=channel,
                person=person,
                made_at=self.clock(),
                message=message,
                thread=thread,
            )
            self.response_urls[made.id] = made
            return made

    def change_channel(self, channel: str, **changes: object) -> Channel:
        """Replace fields of a channel, such as `name`, `members` or `archived`."""
        with self.changing():
            self.channels[channel] = replace(self.channels[channel], **changes)  # type: ignore[arg-type]
            return self.channels[channel]

    def change_person(self, person: str, **changes: object) -> Person:
        """Replace fields of a person, such as `zone` or `deactivated`."""
        with self.changing():
            self.people[person] = replace(self.people[person], **changes)  # type: ignore[arg-type]
            return self.people[person]

    def change_group(self, group: str, members: frozenset[str]) -> Group:
        """Replace who is in a user group."""
        with self.changing():
            self.groups[group] = replace(self.groups[group], members=members)
            return self.groups[group]
