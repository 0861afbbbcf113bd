"""The port to whatever language model is asked, in our own words.

Prompt → LanguageModel.reply → Reply, or ModelFailed with a sentence that people understand
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol


class Failure(StrEnum):
    """Why there is no reply."""

    LATE = "late"
    OUTAGE = "outage"
    BUSY = "busy"
    QUOTA = "quota"
    KEY = "key"
    MODEL = "model"
    ADDRESS = "address"
    REQUEST = "request"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    NONSENSE = "nonsense"
    TOO_LARGE = "too_large"
    BUDGET = "budget"
    RESTING = "resting"
    SPARED = "spared"


class ModelFailed(Exception):  # noqa: N818 - as people say it
    """The model gave no reply that can be used; the text is a clause that follows "because"."""

    def __init__(self, failure: Failure, why: str) -> None:
        """Keep what kind of failure it is, and the words for people."""
        super().__init__(why)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One thing asked of a model.

    `instructions` are ours, `data` is JSON made of other people's texts, `form` the JSON schema
    that the reply must follow, `longest` the most tokens the reply may take.
    """

    name: str
    instructions: str
    data: str
    form: Mapping[str, Any]
    longest: int

    @property
    def most_tokens_read(self) -> int:
        """How many tokens the model reads at most: a third of the bytes, which errs upwards."""
        form = len(json.dumps(self.form))
        sent = len(self.instructions.encode()) + len(self.data.encode("utf-8", "replace")) + form
        return sent // 3 + 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a model wrote, and how many tokens were read and written for it."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0


class LanguageModel(Protocol):
    """A model behind some server."""

    @property
    def name(self) -> str:
        """The model's name, as its vendor calls it."""
        ...

    def reply(self, prompt: Prompt, *, seconds: float, person: str | None = None) -> Reply:
        """Return the reply. Raises ModelFailed, at the latest after about that many seconds.

        `person` is an opaque id by which the vendor may tell people apart.
        """
        ...
