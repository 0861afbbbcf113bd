"""What people are told, as data: an outbox row holds one, and it is drawn when it is sent.

A notice refers to records and holds none of their words, so that what is erased meanwhile is not
said, and what changed is said as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerReady:
    """The answer to a question, for whoever can read it there."""

    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """One of our fixed sentences, by its name in `bot.blocks.hints`; `reference` is for the log."""

    name: str
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """A case as compliance sees it, in its channel."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnswer:
    """What compliance answered to a case, for the asker and the thread."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReminder:
    """A case that waits beyond its due time, for its owner, else for compliance."""

    case: int
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionGranted:
    """An exception, for the people it names."""

    exception: int


Notice = AnswerReady | Hint | CaseCard | CaseAnswer | CaseReminder | ExceptionGranted

_KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in Notice.__args__}


def written(notice: Notice) -> dict[str, Any]:
    """Return the notice as data for a row."""
    kind = type(notice)
    return {"kind": kind.__name__, **TypeAdapter(kind).dump_python(notice, mode="json")}


def read(data: dict[str, Any]) -> Notice:
    """Return the notice of a row; raises ValueError where it is none of ours."""
    fields = dict(data)
    kind = _KINDS.get(str(fields.pop("kind", "")))
    if kind is None:
        raise ValueError(f"no notice of ours: {data.get('kind')!r}")
    notice: Notice = TypeAdapter(kind).validate_python(fields)
    return notice
