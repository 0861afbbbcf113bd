"""Slack's payloads at our edge: the fields we read, and the values our buttons and forms carry.

Unknown fields are ignored: Slack adds some every year. Shapes:
https://docs.slack.dev/reference/events and https://docs.slack.dev/reference/interaction-payloads.
"""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from knowledge.errors import Problem, Refused

LONGEST_VALUE = 2_000
"""Characters of a button's value."""

LONGEST_METADATA = 3_000
"""Characters of a view's private metadata."""


class _Read(BaseModel):
    """What Slack sends. Blank is absent: Slack writes both for the same thing."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Blank = Annotated[str | None, BeforeValidator(lambda given: given or None)]
"""A text, or None where it is absent or empty."""

Text = Annotated[str, BeforeValidator(lambda given: given or "")]
"""A text, "" where it is absent."""


# ---------------------------------------------------------------- what is pressed and filled in


class Action(StrEnum):
    """What a button, menu or input does: the part of its `action_id` before the colon."""

    PICK_FACT = "pick_fact"
    SAME_SITUATION = "same_situation"
    DIFFERENT = "different"
    TELL_FACTS = "tell_facts"
    GIVE_FEEDBACK = "give_feedback"
    ASK_COMPLIANCE = "ask_compliance"
    SHARE = "share"
    ANSWER_PRIVATELY = "answer_privately"
    CLAIM_CASE = "claim_case"
    TAKE_OVER_CASE = "take_over_case"
    WITHDRAW_CASE = "withdraw_case"
    ANSWER_CASE = "answer_case"
    SAVE_RULING = "save_ruling"
    GRANT_EXCEPTION = "grant_exception"
    ASK_FROM_HOME = "ask_from_home"
    SHOW_ANSWER = "show_answer"

    def at(self, place: int | None) -> str:
        """Return the `action_id`, which no two elements of a message may share."""
        return self.value if place is None else f"{self.value}:{place}"

    @classmethod
    def of(cls, action_id: str) -> Action | None:
        """Return the action of an `action_id`, or None where it is none of ours."""
        try:
            return cls(action_id.partition(":")[0])
        except ValueError:
            return None


class Callback(StrEnum):
    """Which form was sent (`callback_id` of a view), or which shortcut was chosen."""

    TELL_FACTS = "tell_facts"
    ANSWER_CASE = "answer_case"
    SAVE_RULING = "save_ruling"
    GRANT_EXCEPTION = "grant_exception"
    AM_I_ALLOWED = "ask_about_message"


class Input(StrEnum):
    """A field of a form: the part of its input's `block_id` before the colon."""

    QUESTION = "question"
    FACTS = "facts"
    REPLY = "reply"
    TITLE = "title"
    MARKER = "marker"
    TEXT = "text"
    CONDITION = "condition"
    AUDIENCE = "audience"
    EXPIRES = "expires"
    PEOPLE = "people"
    GROUPS = "groups"
    RULE = "rule"
    PURPOSE = "purpose"
    UNTIL = "until"

    def at(self, place: int | None) -> str:
        """Return the `block_id`, which no two inputs of a form may share."""
        return self.value if place is None else f"{self.value}:{place}"


class Value(BaseModel):
    """What a button or form carries from when it was drawn to when it is pressed.

    Messages outlive versions of ours: a new field needs a default, and one that is gone is ignored.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class OfAnswer(Value):
    """A button under an answer."""

    answer: str


class OfCase(Value):
    """A button on a case."""

    case: int


class Picked(Value):
    """A deciding fact that was chosen, in words for the conversation."""

    answer: str
    words: str


class Likened(Value):
    """A rule that was shown as close: the same situation, or a different one."""

    answer: str
    passage: str


class Feedback(Value):
    """Whether an answer helped."""

    answer: str
    helpful: bool


class Referred(Value):
    """A button under one of our fixed sentences: what it refers to, e.g. a question's record."""

    reference: str


class Nothing(Value):
    """A button that says all by itself."""


class Form(Value):
    """What a form is about, and where it was opened from."""

    answer: str | None = None
    case: int | None = None
    channel: str | None = None
    thread: str | None = None


V = TypeVar("V", bound=Value)


class PressRefused(Refused):
    """What was pressed or sent cannot be read: made by another version, or not by us."""


def encode(value: Value, *, limit: int = LONGEST_VALUE) -> str:
    """Return the value as compact JSON. Raises ValueError where Slack would refuse its length."""
    written = json.dumps(
        value.model_dump(mode="json", exclude_defaults=True),
        ensure_ascii=False,
        separators=(",", ":"),
    )
    if len(written) > limit:
        raise ValueError(f"{type(value).__name__} has {len(written)} characters, at most {limit}")
    return written


def decode(kind: type[V], written: str | None) -> V:
    """Return the value that a button or form carried. Raises PressRefused."""
    try:
        return kind.model_validate_json(written or "")
    except ValidationError as error:
        raise PressRefused(
            Problem(
                place="button",
                what="it was made for something that is not here any more",
                mend="Ask the question again for a fresh answer",
            )
        ) from error


# ---------------------------------------------------------------- events


class Delivery(_Read):
    """The envelope of an event (`event_callback`)."""

    team_id: str
    event_id: str
    event: dict[str, Any]
    is_ext_shared_channel: bool = False


class _Edited(_Read):
    """That a message was edited, and when."""

    ts: str


class Message(_Read):
    """A message, in a channel or a direct one, or a mention (`app_mention`) of us.

    `user` is absent for what an app or Slack itself wrote; `subtype` is set for most of those.
    """

    ts: str
    channel: str = ""
    text: Text = ""
    user: Blank = None
    team: Blank = None
    thread_ts: Blank = None
    channel_type: Blank = None
    subtype: Blank = None
    bot_id: Blank = None
    edited: _Edited | None = None

    @property
    def thread(self) -> str:
        """The `ts` of the message that the thread hangs on: its own where it starts one."""
        return self.thread_ts or self.ts

    @property
    def direct(self) -> bool:
        """Tell whether it was written to us alone."""
        return self.channel_type == "im"

    @property
    def by_person(self) -> bool:
        """Tell whether a person wrote it, as text of their own."""
        return (
            self.user is not None
            and self.bot_id is None
            and self.subtype in {None, "file_share", "thread_broadcast"}
        )


class _Happened(_Read):
    """Something happened to a message, which itself does not say where it stands."""

    channel: str
    channel_type: Blank = None
    previous_message: Message | None = None

    def there(self, message: Message) -> Message:
        """Return the message with where it stands."""
        return message.model_copy(
            update={"channel": self.channel, "channel_type": self.channel_type}
        )


class MessageChanged(_Happened):
    """A message was edited, or a link in it was unfolded: then its text is as it was."""

    ts: str = "0"
    message: Message

    @property
    def reworded(self) -> bool:
        """Tell whether the words changed."""
        return self.previous_message is None or self.previous_message.text != self.message.text

    @property
    def at(self) -> str:
        """When it changed, as a `ts`: the message says so itself after an edit."""
        return self.message.edited.ts if self.message.edited is not None else self.ts


class MessageDeleted(_Happened):
    """A message was deleted."""

    deleted_ts: str


class HomeOpened(_Read):
    """Somebody opened our Home ("home") or the direct messages with us ("messages")."""

    user: str
    channel: str
    tab: str


class SessionStopped(_Read):
    """Somebody pressed Stop while we worked."""

    channel: str
    user: Blank = None
    thread_ts: Blank = None
    streaming_message_ts: tuple[str, ...] = ()


# ---------------------------------------------------------------- commands and shortcuts


class Command(_Read):
    """`/mayi …`"""

    command: str
    text: Text = ""
    team_id: str
    user_id: str
    channel_id: str
    trigger_id: str
    response_url: str


class _Named(_Read):
    """A person, team or channel."""

    id: str
    name: str = ""


class _User(_Named):
    """Who acted, and whose workspace they belong to."""

    team_id: Blank = None


class Shortcut(_Read):
    """A shortcut that was chosen on a message."""

    callback_id: str
    trigger_id: str
    response_url: str
    team: _Named
    user: _User
    channel: _Named
    message: Message


# ---------------------------------------------------------------- buttons and forms


class _Chosen(_Read):
    """An entry of a menu."""

    value: str = ""


class Filled(_Read):
    """What an input holds, or what was pressed."""

    type: str = ""
    value: Blank = None
    selected_option: _Chosen | None = None
    selected_options: tuple[_Chosen, ...] = ()
    selected_users: tuple[str, ...] = ()
    selected_date: Blank = None


class State(_Read):
    """What a form or Home holds, by field."""

    values: dict[str, dict[str, Filled]] = Field(default_factory=dict)

    def text(self, name: Input, *, place: int | None = None) -> str:
        """Return what was written or chosen, "" where nothing was.

        `place` is that of one among several fields of the name; None is any of them.
        """
        filled = self._filled(name, place)
        return filled.selected_option.value if filled.selected_option else (filled.value or "")

    def choices(self, name: Input) -> tuple[str, ...]:
        """Return the entries chosen from a menu of several."""
        return tuple(option.value for option in self._filled(name).selected_options)

    def people(self, name: Input) -> tuple[str, ...]:
        """Return the ids of the people chosen."""
        return self._filled(name).selected_users

    def day(self, name: Input) -> date | None:
        """Return the day chosen."""
        chosen = self._filled(name).selected_date
        return None if chosen is None else date.fromisoformat(chosen)

    def _filled(self, name: Input, place: int | None = None) -> Filled:
        for block_id, inside in self.values.items():
            wanted = block_id.partition(":")[0] if place is None else block_id
            if wanted == name.at(place):
                return next(iter(inside.values()), Filled())
        return Filled()


class View(_Read):
    """A form or Home as it stands before the person."""

    id: str
    callback_id: Blank = None
    private_metadata: str = ""
    hash: Blank = None
    state: State = State()

    @property
    def form(self) -> Form:
        """What the form is about. Raises PressRefused."""
        return decode(Form, self.private_metadata or "{}")


class Pressed(_Read):
    """The element that was pressed."""

    action_id: str
    block_id: str = ""
    type: str = ""
    value: Blank = None

    @property
    def action(self) -> Action | None:
        """What it does, or None where it is none of ours."""
        return Action.of(self.action_id)


class _Container(_Read):
    """Where the pressed element stands."""

    type: str = ""
    channel_id: Blank = None
    message_ts: Blank = None
    thread_ts: Blank = None
    is_ephemeral: bool = False


class Press(_Read):
    """A button, menu or input was used (`block_actions`)."""

    team: _Named | None = None
    user: _User
    trigger_id: str
    container: _Container
    channel: _Named | None = None
    message: Message | None = None
    view: View | None = None
    response_url: Blank = None
    actions: tuple[Pressed, ...] = Field(min_length=1)

    @property
    def pressed(self) -> Pressed:
        """What was pressed: Slack sends one at a time."""
        return self.actions[0]

    def value(self, kind: type[V]) -> V:
        """Return what the pressed button carried. Raises PressRefused."""
        return decode(kind, self.pressed.value)


class Submission(_Read):
    """A form was sent (`view_submission`) or closed (`view_closed`)."""

    team: _Named | None = None
    user: _User
    trigger_id: str = ""
    view: View
