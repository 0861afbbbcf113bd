"""A language model without a server, a purse without records, and what was asked of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knowledge.judging.language_model import ModelFailed, Prompt, Reply
from knowledge.spending import Reserved

Said = dict[str, Any]

BLANK: Said = {
    "why": "",
    "bearing": "not_about_this",
    "quotes": [],
    "conditions": [],
    "missing": [],
    "met": [],
}


@dataclass
class ScriptedModel:
    """Says of each passage what `mind` says of its text; keeps what it was asked.

    `fails` is raised instead, `waits` are seconds before it replies, `raw` is its whole reply.
    """

    mind: Callable[[Said], Said | None] = lambda _unit: {}
    reason: str = ""
    searches: tuple[str, ...] = ("training on vendor output",)
    fails: Exception | None = None
    fails_at: str | None = None
    waits: float = 0.0
    raw: str | None = None
    name: str = "scripted-1"
    asked: list[Prompt] = field(default_factory=list)
    people: list[str | None] = field(default_factory=list)

    def reply(self, prompt: Prompt, *, seconds: float, person: str | None = None) -> Reply:
        self.asked.append(prompt)
        self.people.append(person)
        time.sleep(min(self.waits, 5))
        if self.fails is not None and self.fails_at in {None, prompt.name}:
            raise self.fails
        text = json.dumps(self._said(prompt)) if self.raw is None else self.raw
        return Reply(text=text, tokens_in=100, tokens_out=20)

    def _said(self, prompt: Prompt) -> Said:
        if prompt.name == "searches":
            return {"searches": list(self.searches)}
        units = json.loads(prompt.data)["passages"]
        every = [one for unit in units for one in (unit, *unit["exceptions"])]
        said = [(unit["id"], self.mind(unit)) for unit in every]
        entries = [{**BLANK, "id": name, **entry} for name, entry in said if entry is not None]
        return {"passages": entries, "reason": self.reason}


@dataclass
class OpenPurse:
    """Lets everything be spent that `left` tokens allow; keeps what was settled."""

    left: int = 10**9
    settled: list[tuple[int, int]] = field(default_factory=list)

    def reserve(self, tokens_in: int, tokens_out: int) -> Reserved | None:
        wanted = tokens_in + tokens_out
        if wanted > self.left:
            return None
        self.left -= wanted
        return Reserved(day=date(2026, 3, 2), tokens=wanted, micros=0)

    def settle(self, reserved: Reserved, tokens_in: int, tokens_out: int) -> None:
        self.left += reserved.tokens - tokens_in - tokens_out
        self.settled.append((tokens_in, tokens_out))


def failing(failure: Any, why: str = "it is as it is") -> ModelFailed:
    """Return a failure to be raised."""
    return ModelFailed(failure, why)
