"""What a workspace holds: frozen values, replaced when they change.

A page may keep one for as long as it draws; nothing changes under its hands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class ChannelKind(StrEnum):
    """What sort of conversation it is, in the words of an event's `channel_type`."""

    PUBLIC = "channel"
    PRIVATE = "group"
    DIRECT = "im"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A company's workspace."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody with an account, people and bots alike.

    `team` is the id of their company's workspace; another one than ours makes them a stranger.
    `name` is their handle, `zone` an IANA name, `role` what a page tells of them.
    """

    id: str
    team: str
    name: str
    real_name: str
    role: str = ""
    email: str = ""
    zone: str = "Europe/Berlin"
    color: str = "4bbe2e"
    bot: bool = False
    guest: bool = False
    deactivated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A user group: `handle` is what one mentions, without the @."""

    id: str
    handle: str
    name: str
    members: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A conversation. `partners` are the ids of other companies' workspaces that share it."""

    id: str
    name: str
    kind: ChannelKind
    members: frozenset[str]
    partners: frozenset[str] = frozenset()
    archived: bool = False
    topic: str = ""
    created: int = 1_700_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message.

    `ts` is its id in its channel, `thread` the `ts` of the message it stands under (a message
    that others stand under has none), `edited` when it was last changed, if ever. With `only_for`
    it is ephemeral: shown to that person alone, in no history. `streaming` while its stream is
    open; `plan` and `tasks` are its progress: the plan's title, and chunks of type `task_update`,
    one for each task id, the latest of each. `trouble` marks a note of Slack's own: something of
    the app did not answer.
    """

    ts: str
    channel: str
    author: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    thread: str | None = None
    metadata: Json | None = None
    edited: str | None = None
    only_for: str | None = None
    by_app: bool = False
    subtype: str | None = None
    broadcast: bool = False
    streaming: bool = False
    plan: str = ""
    tasks: tuple[Json, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    trouble: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A modal or a Home tab, as one person has it.

    `content` is the app's own view (`title`, `submit`, `blocks`, `private_metadata` …), each block
    with its id. `inputs` is what the person has filled in so far, as Slack's `state.values`:
    block id → action id → {"type": …, "value": …} and the like. `errors` is what the app found
    wrong: block id → sentence. `trouble` is what Slack tells where the app did not answer.
    """

    id: str
    person: str
    kind: str
    content: Json
    hash: str
    root: str
    previous: str | None = None
    inputs: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An agent's work in a thread: what it says it is doing, and what it offers to ask.

    `status` is the sentence of `assistant.threads.setStatus` ("is searching…", empty for none);
    `lifecycle` is that of `agents.sessions.setStatus`: a Stop button belongs to `processing`.
    `prompts` are {"title": …, "message": …}.
    """

    channel: str
    thread: str | None
    status: str = ""
    loading: tuple[str, ...] = ()
    lifecycle: str = ""
    title: str = ""
    prompts: tuple[Json, ...] = ()
    prompts_title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A person's act, which an app may answer once, and soon, by opening a modal."""

    id: str
    person: str
    made_at: float
    spent: bool = False
    view: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseUrl:
    """A web address where an app may answer a person's act without a token.

    `message` is the `ts` of the message acted upon, which it may replace.
    """

    id: str
    channel: str
    person: str
    made_at: float
    uses: int = 0
    message: str | None = None
    thread: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call that the app made, with what it was answered; tokens are left out."""

    method: str
    arguments: Json
    response: Json
