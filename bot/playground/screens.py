"""What one person sees of the workspace at one moment, as values for the page. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.playground.composing import typed
from bot.playground.manifest import Manifest
from bot.playground.records import Channel, ChannelKind, Json, Message, Person, Session, View
from bot.playground.rendering.filling import filled
from bot.playground.rendering.names import Names
from bot.playground.state import State

TOGETHER = timedelta(minutes=5)
"""Messages of one author within this time stand under one name."""

Marks = Mapping[tuple[str, str], str]
"""(person, channel) → the `ts` up to which they have read there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who looks where. `seen` is what they had read when they came, "" for nothing."""

    person: str
    channel: str
    thread: str | None = None
    home: bool = False
    seen: str = ""

    def href(self) -> str:
        """Return the page's address for this visit."""
        query = {"as": self.person, "in": self.channel}
        query |= {"tab": "home"} if self.home else {}
        query |= {"thread": self.thread} if self.thread else {}
        return f"/?{urlencode(query)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """Somebody on the page. `tag` is what Slack writes beside a name: APP, a company, a guest."""

    id: str
    name: str
    color: str
    role: str = ""
    tag: str = ""
    bot: bool = False
    href: str = ""

    @property
    def initials(self) -> str:
        """One or two letters for the picture."""
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A conversation, in the list and as a heading. `face` is the other one in direct messages.

    A public channel that one only looks into is not `joined`.
    """

    id: str
    name: str
    shape: str
    href: str
    here: bool = False
    unread: int = 0
    topic: str = ""
    members: int = 0
    partners: tuple[str, ...] = ()
    face: Face | None = None
    app: bool = False
    joined: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """What stands under a message: how many replies for all to see, by whom, when the latest.

    None but ephemeral ones count as 0.
    """

    count: int
    faces: tuple[Face, ...]
    latest: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message on the page.

    `day` is set where a new day begins, `new` where what is unread begins, `compact` where the
    author's name stands above already. `raw` is what its author typed. `under` are the replies
    that are shown in place, `doing` is what the agent is doing about it.
    """

    message: Message
    face: Face
    time: str
    moment: str
    raw: str = ""
    day: str = ""
    new: bool = False
    compact: bool = False
    mine: bool = False
    href: str = ""
    replies: Replies | None = None
    under: tuple[Line, ...] = ()
    doing: Session | None = None

    @property
    def key(self) -> str:
        """Return what tells the message from all others on the page."""
        return f"{self.message.channel}-{self.message.ts}".replace(".", "-")

    @property
    def tasks(self) -> Json:
        """Return the stream's progress in the shape of a `plan` block."""
        cards = [{**task, "task_id": task.get("id", "")} for task in self.message.tasks]
        return {"type": "plan", "title": self.message.plan, "tasks": cards}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The pane of a thread: its lines, where one goes on closing it, what the agent does."""

    lines: tuple[Line, ...]
    close: str
    session: Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Everything the page shows. `tries` are questions to begin with."""

    workspace: str
    visit: Visit
    me: Face
    bot: Face
    people: tuple[Face, ...]
    channels: tuple[Place, ...]
    directs: tuple[Place, ...]
    place: Place
    lines: tuple[Line, ...]
    thread: Thread | None
    home: View | None
    modal: View | None
    prompts: tuple[Json, ...]
    commands: Mapping[str, str]
    shortcuts: Mapping[str, str]
    tries: tuple[str, ...]
    members: tuple[Face, ...]
    names: Names


def screen(
    state: State, manifest: Manifest, visit: Visit, *, marks: Marks, to_be: Iterable[str]
) -> Screen:
    """Return what the page shows on a visit. `to_be` are the people one can be."""
    draw = _Drawing(state=state, visit=visit)
    channel = state.channels[visit.channel]
    joined = state.channels_of(visit.person)
    looked_into = () if channel in joined else (channel,)
    places = [draw.place(one, marks) for one in (*joined, *looked_into)]
    place = next(one for one in places if one.here)
    modals = state.modals_of(visit.person)
    home = state.home_of(visit.person) if visit.home else None
    return Screen(
        workspace=state.team.name,
        visit=visit,
        me=draw.face(visit.person),
        bot=draw.face(state.bot),
        people=tuple(draw.role(person) for person in to_be),
        channels=tuple(one for one in places if one.face is None),
        directs=tuple(one for one in places if one.face is not None),
        place=place,
        lines=() if visit.home else draw.lines(channel),
        thread=draw.thread(),
        home=_as_filled(home) if home else None,
        modal=_as_filled(modals[-1]) if modals else None,
        prompts=_prompts(state, manifest, place),
        commands={} if state.is_stranger(visit.person) else manifest.commands,
        shortcuts={} if state.is_stranger(visit.person) else manifest.shortcuts,
        tries=tuple(prompt["message"] for prompt in manifest.prompts),
        members=tuple(draw.face(one) for one in _mentionable(state, channel, visit.person)),
        names=draw.names,
    )


def may_see(state: State, person_id: str, channel_id: str) -> bool:
    """Tell whether somebody may see a conversation: their own, and what is public in the house."""
    channel = state.channels.get(channel_id)
    if channel is None:
        return False
    outsider = state.people[person_id].guest or state.is_stranger(person_id)
    return person_id in channel.members or (channel.kind is ChannelKind.PUBLIC and not outsider)


def names_of(state: State, me: str) -> Names:
    """Return the names of everybody and everything, as one person sees them."""
    return Names(
        people={one.id: one.real_name for one in state.people.values()},
        channels={
            one.id: one.name
            for one in state.channels.values()
            if one.name and (one.kind is ChannelKind.PUBLIC or me in one.members)
        },
        groups={one.id: one.handle for one in state.groups.values()},
        me=me,
    )


def _as_filled(view: View) -> View:
    """Return a view with what was filled in and what was wrong with it."""
    blocks = filled(view.content["blocks"], view.inputs, view.errors)
    return replace(view, content={**view.content, "blocks": blocks})


def _mentionable(state: State, channel: Channel, me: str) -> list[str]:
    """Return who can be mentioned, the app first."""
    return sorted(channel.members - {me}, key=lambda one: (one != state.bot, one))


def _prompts(state: State, manifest: Manifest, place: Place) -> tuple[Json, ...]:
    if not place.app:
        return ()
    return state.session(place.id, None).prompts or manifest.prompts


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    """The state, seen by one person."""

    state: State
    visit: Visit

    @property
    def names(self) -> Names:
        return names_of(self.state, self.visit.person)

    def face(self, person_id: str) -> Face:
        """Return somebody as a message shows them."""
        person = self.state.people[person_id]
        return Face(
            id=person.id,
            name=person.real_name,
            color=f"#{person.color}",
            role=person.role,
            bot=person.bot,
            tag=self._tag(person),
        )

    def _tag(self, person: Person) -> str:
        if person.bot:
            return "APP"
        if self.state.is_stranger(person.id):
            return self.state.teams[person.team].name
        return "guest" if person.guest else ""

    def role(self, person_id: str) -> Face:
        """Return somebody one can be, with the way to be them."""
        mine = [one.id for one in self.state.channels_of(person_id)]
        here = self.visit.channel if self.visit.channel in mine else mine[0]
        return replace(self.face(person_id), href=Visit(person=person_id, channel=here).href())

    # ------------------------------------------------------------ places

    def place(self, channel: Channel, marks: Marks) -> Place:
        """Return a conversation as the list shows it."""
        other = next(iter(channel.members - {self.visit.person}), self.visit.person)
        direct = channel.kind is ChannelKind.DIRECT
        face = self.face(other) if direct else None
        return Place(
            id=channel.id,
            name=face.name if face else channel.name,
            shape=self._shape(channel),
            href=Visit(person=self.visit.person, channel=channel.id).href(),
            here=channel.id == self.visit.channel,
            unread=0 if self._reads(channel) else self._unread(channel, marks),
            topic=face.role if face else channel.topic,
            members=len(channel.members),
            partners=self._partners(channel),
            face=face,
            app=bool(face and face.id == self.state.bot),
            joined=self.visit.person in channel.members,
        )

    def _partners(self, channel: Channel) -> tuple[str, ...]:
        """Return the names of the other companies in a channel, as seen from one's own."""
        if not channel.partners:
            return ()
        others = {self.state.team.id, *channel.partners}
        others.discard(self.state.people[self.visit.person].team)
        return tuple(self.state.teams[one].name for one in sorted(others))

    def _shape(self, channel: Channel) -> str:
        if channel.partners:
            return "shared"
        return "lock" if channel.kind is ChannelKind.PRIVATE else "hash"

    def _reads(self, channel: Channel) -> bool:
        """Tell whether a conversation's messages are on the page."""
        return channel.id == self.visit.channel and not self.visit.home

    def _unread(self, channel: Channel, marks: Marks) -> int:
        mark = marks.get((self.visit.person, channel.id), "")
        return sum(
            one.ts > mark and one.author != self.visit.person
            for one in self._history(channel)
            if one.thread is None or channel.kind is ChannelKind.DIRECT
        )

    # ------------------------------------------------------------ messages

    def lines(self, channel: Channel) -> tuple[Line, ...]:
        """Return a conversation's messages; in direct messages with the replies in place."""
        history = self._history(channel)
        tops = [one for one in history if one.thread is None or one.broadcast]
        lines = self._lines(tops)
        return tuple(self._with_replies(line, history, channel) for line in lines)

    def thread(self) -> Thread | None:
        """Return the pane of the thread that is open, if its message is there."""
        visit = self.visit
        if visit.thread is None or self.state.message(visit.channel, visit.thread) is None:
            return None
        found = self.state.thread(visit.channel, visit.thread, reader=visit.person)
        return Thread(
            lines=tuple(replace(line, new=False, href="") for line in self._lines(found)),
            close=replace(visit, thread=None).href(),
            session=self.state.session(visit.channel, visit.thread),
        )

    def _history(self, channel: Channel) -> tuple[Message, ...]:
        return self.state.history(channel.id, reader=self.visit.person)

    def _lines(self, messages: Iterable[Message]) -> list[Line]:
        """Return lines with days, names and the mark of what is new where they belong."""
        lines = [self._line(message) for message in messages]
        if lines:
            lines[0] = replace(lines[0], day=self._day(lines[0]))
        for index, (before, line) in enumerate(pairwise(lines[:]), start=1):
            day = self._day(line)
            changes = day if day != self._day(before) else ""
            new = before.message.ts <= self.visit.seen < line.message.ts and not line.mine
            compact = not (changes or new) and _together(before.message, line.message)
            lines[index] = replace(line, day=changes, new=new, compact=compact)
        return lines

    def _line(self, message: Message) -> Line:
        at = self._at(message.ts)
        mine = message.author == self.visit.person and not message.by_app
        inputs = self.state.inputs.get((self.visit.person, message.channel, message.ts), {})
        return Line(
            message=replace(message, blocks=filled(message.blocks, inputs)),
            face=self.face(message.author),
            time=f"{at:%H:%M}",
            moment=f"{at:%A %d %B %Y, %H:%M:%S %Z}",
            mine=mine,
            raw=typed(message.text, self.names.people) if mine else "",
            href="" if message.only_for else replace(self.visit, thread=message.ts).href(),
        )

    def _with_replies(self, line: Line, history: tuple[Message, ...], channel: Channel) -> Line:
        replies = [one for one in history if one.thread == line.message.ts]
        session = self.state.session(channel.id, line.message.ts)
        line = replace(line, doing=session if session.status or session.loading else None)
        if not replies:
            return line
        if channel.kind is ChannelKind.DIRECT and self.state.bot in channel.members:
            under = tuple(replace(one, day="", new=False, href="") for one in self._lines(replies))
            return replace(line, under=under)
        return replace(line, replies=self._replies(line, replies))

    def _replies(self, line: Line, replies: list[Message]) -> Replies:
        authors = dict.fromkeys(one.author for one in reversed(replies))
        return Replies(
            count=sum(one.only_for is None for one in replies),
            faces=tuple(self.face(author) for author in list(authors)[:3]),
            latest=f"{self._at(replies[-1].ts):%H:%M}",
            href=line.href,
        )

    def _at(self, ts: str) -> datetime:
        zone = ZoneInfo(self.state.people[self.visit.person].zone)
        return datetime.fromtimestamp(float(ts), zone)

    def _day(self, line: Line) -> str:
        at, today = self._at(line.message.ts).date(), self._today()
        if at == today:
            return "Today"
        return "Yesterday" if at == today - timedelta(days=1) else f"{at:%A, %d %B %Y}"

    def _today(self) -> date:
        return self._at(str(self.state.clock())).date()


def _together(before: Message, after: Message) -> bool:
    """Tell whether two messages stand under one name."""
    apart = float(after.ts) - float(before.ts)
    same = (before.author, before.only_for) == (after.author, after.only_for)
    return same and apart < TOGETHER.total_seconds() and not (before.trouble or after.trouble)
