"""What a language model may say: the form of its replies, and what is taken from them.

The form has no free channel beyond short remarks; each of them is capped here and cleaned in
`remarks` before anybody sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.judging.language_model import Failure, ModelFailed
from knowledge.models import Bearing

MOST_SEARCHES = 3
LONGEST_SEARCH = 200
MOST_PARTS = 8
"""Quotes, conditions or facts that are read of one finding; the rest is beyond reason."""

_ABSENT = "not_about_this"
_Bearing = Literal[
    "forbids",
    "permits",
    "condition_open",
    "condition_met",
    "condition_unmet",
    "lifted",
    "also_required",
    "not_about_this",
]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SearchesReply(_Form):
    """Searches in the language of rules."""

    searches: list[str]


class PassageReply(_Form):
    """What the model makes of one passage."""

    id: str
    why: str
    bearing: _Bearing
    quotes: list[str]
    conditions: list[str]
    missing: list[str]
    met: list[str]

    @property
    def heard(self) -> Bearing | None:
        """The bearing, None where the passage does not apply."""
        return None if self.bearing == _ABSENT else Bearing(self.bearing)


class JudgementReply(_Form):
    """What the model makes of all of them."""

    passages: list[PassageReply]
    reason: str


def _schema(form: type[BaseModel]) -> dict[str, Any]:
    """Return the form as a JSON schema without what strict servers refuse or do not need."""
    schema = form.model_json_schema()
    _strip(schema)
    return schema


def _strip(node: object) -> None:
    if isinstance(node, dict):
        if node.get("type") == "object":
            node.pop("description", None)
        if isinstance(node.get("title"), str):
            node.pop("title")
        for value in node.values():
            _strip(value)
    elif isinstance(node, list):
        for value in node:
            _strip(value)


SEARCHES: Mapping[str, Any] = _schema(SearchesReply)
JUDGEMENT: Mapping[str, Any] = _schema(JudgementReply)

_Reply = TypeVar("_Reply", bound=BaseModel)


def read_searches(text: str) -> tuple[str, ...]:
    """Return the searches of a reply, at most three, each once. Raises ModelFailed."""
    found = (" ".join(one.split())[:LONGEST_SEARCH] for one in _read(SearchesReply, text).searches)
    return tuple(dict.fromkeys(one for one in found if one))[:MOST_SEARCHES]


def read_judgement(text: str) -> JudgementReply:
    """Return the judgement of a reply. Raises ModelFailed."""
    return _read(JudgementReply, text)


def _read(form: type[_Reply], text: str) -> _Reply:
    try:
        return form.model_validate_json(text)
    except ValidationError as error:
        why = "its reply was not in the form asked for"
        raise ModelFailed(Failure.NONSENSE, why) from error
