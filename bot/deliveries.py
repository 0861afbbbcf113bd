"""What a delivery of Slack's means to us, read from its payload alone. Pure.

A delivery that means nothing (somebody talks to somebody else, a bot wrote, we wrote ourselves) is
None: it is confirmed, and its words are kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot import spoken
from bot.payloads import (
    Action,
    Callback,
    Command,
    HomeOpened,
    Input,
    Message,
    MessageChanged,
    MessageDeleted,
    Press,
    SessionStopped,
    Shortcut,
)
from jobs.conversations import Place, Reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Somebody asks us something.

    In a thread, without a mention, only perhaps: `perhaps`. `at_home` is where the field for the
    question is to be emptied.
    """

    key: str
    place: Place
    text: str
    perhaps: bool = False
    at_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """Somebody changed the words of a message, which may have been a question.

    `edited` is the `ts` of the change. `question` is what it says now, as if it were said just
    now; None where that says nothing to us.
    """

    key: str
    channel: str
    ts: str
    text: str
    edited: str
    question: Question | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """Somebody deleted a message, which may have been a question: `question` is what it said."""

    key: str
    channel: str
    ts: str
    question: Question | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Somebody does not want to wait any longer."""

    key: str
    channel: str
    thread: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Something opened, pressed or sent: `kind` says which listener takes its payload."""

    key: str
    kind: str
    body: Mapping[str, Any]


Brought = Question | Reworded | Deleted | Stopped | Other

HOME_OPENED = "home_opened"

_Body = dict[str, Any]


def read(body: _Body, *, us: str) -> Brought | None:
    """Return what a payload means to us, whose user id is `us`, or None where it means nothing.

    Raises pydantic.ValidationError where Slack sent something else than it says it would.
    """
    if "command" in body:
        return _command(body)
    reader = _BY_TYPE.get(str(body.get("type")))
    return reader(body, us) if reader is not None else None


# ---------------------------------------------------------------- events


def _event(body: _Body, us: str) -> Brought | None:
    event = body["event"]
    name = str(event.get("type"))
    if name == "message":
        name = str(event.get("subtype") or name)
    reader = _BY_EVENT.get(name)
    return reader(body, event, us) if reader is not None else None


def _message(body: _Body, event: _Body, us: str) -> Question | None:
    return _question(body, Message.model_validate(event), us)


def _question(body: _Body, message: Message, us: str) -> Question | None:
    """Return what a message asks us, if it may ask us anything."""
    called = message.direct or spoken.mentions(message.text, us=us)
    follows = message.thread_ts is not None
    if not message.by_person or not (called or follows):
        return None
    return Question(
        key=body["event_id"],
        place=Place(
            team=body["team_id"],
            channel=message.channel,
            person=str(message.user),
            reach=Reach.DIRECT if message.direct else Reach.EVERYBODY,
            ts=message.ts,
            thread=message.thread,
        ),
        text=spoken.words(message.text, us=us),
        perhaps=not called,
    )


def _changed(body: _Body, event: _Body, us: str) -> Reworded | Deleted | None:
    changed = MessageChanged.model_validate(event)
    message = changed.message
    if message.subtype == "tombstone":  # what is left of a message with replies
        return _gone(body, message.ts, changed, us)
    if not (message.by_person and changed.reworded):
        return None
    return Reworded(
        key=body["event_id"],
        channel=changed.channel,
        ts=message.ts,
        text=spoken.words(message.text, us=us),
        edited=changed.at,
        question=_question(body, changed.there(message), us),
    )


def _deleted(body: _Body, event: _Body, us: str) -> Deleted:
    deleted = MessageDeleted.model_validate(event)
    return _gone(body, deleted.deleted_ts, deleted, us)


def _gone(body: _Body, ts: str, event: MessageChanged | MessageDeleted, us: str) -> Deleted:
    before = event.previous_message
    said = None if before is None else _question(body, event.there(before), us)
    return Deleted(key=body["event_id"], channel=event.channel, ts=ts, question=said)


def _stopped(body: _Body, event: _Body, _us: str) -> Stopped | None:
    stopped = SessionStopped.model_validate(event)
    if stopped.user is None or stopped.thread_ts is None:
        return None
    return Stopped(
        key=body["event_id"],
        channel=stopped.channel,
        thread=stopped.thread_ts,
        person=stopped.user,
    )


def _home_opened(body: _Body, event: _Body, _us: str) -> Other:
    opened = HomeOpened.model_validate(event)
    return Other(key=body["event_id"], kind=HOME_OPENED, body=opened.model_dump(mode="json"))


# ---------------------------------------------------------------- commands, shortcuts, buttons


def _command(body: _Body) -> Question | None:
    command = Command.model_validate(body)
    if not command.text.strip():
        return None
    place = Place(
        team=command.team_id,
        channel=command.channel_id,
        person=command.user_id,
        reach=Reach.ASKER,
    )
    return Question(key=command.trigger_id, place=place, text=spoken.words(command.text, us=""))


def _shortcut(body: _Body, us: str) -> Question | None:
    if body.get("callback_id") != Callback.AM_I_ALLOWED:
        return None
    shortcut = Shortcut.model_validate(body)
    place = Place(
        team=shortcut.team.id,
        channel=shortcut.channel.id,
        person=shortcut.user.id,
        reach=Reach.ASKER,
        thread=shortcut.message.thread_ts,
    )
    text = spoken.words(shortcut.message.text, us=us)
    return Question(key=shortcut.trigger_id, place=place, text=text)


def _press(body: _Body, _us: str) -> Brought | None:
    press = Press.model_validate(body)
    action = press.pressed.action
    if action is None:
        return None
    if action is Action.ASK_FROM_HOME:
        return _from_home(press)
    return Other(key=press.trigger_id, kind=action, body=press.model_dump(mode="json"))


def _from_home(press: Press) -> Question:
    text = press.view.state.text(Input.QUESTION) if press.view is not None else ""
    return Question(key=press.trigger_id, place=_direct(press), text=text, at_home=True)


def _direct(by: Press) -> Place:
    """Return the direct messages of whoever acted; their own id stands for them."""
    team = by.team.id if by.team is not None else str(by.user.team_id)
    return Place(team=team, channel=by.user.id, person=by.user.id, reach=Reach.DIRECT)


_BY_TYPE: dict[str, Callable[[_Body, str], Brought | None]] = {
    "event_callback": _event,
    "message_action": _shortcut,
    "block_actions": _press,
}
_BY_EVENT: dict[str, Callable[[_Body, _Body, str], Brought | None]] = {
    "app_mention": _message,
    "message": _message,
    "file_share": _message,
    "thread_broadcast": _message,
    "message_changed": _changed,
    "message_deleted": _deleted,
    "agent_session_stopped": _stopped,
    "app_home_opened": _home_opened,
}
