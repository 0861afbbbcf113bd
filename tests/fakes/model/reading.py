"""What a model reads in a request, and how its words are put into the form that is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fakes.model.replies import Call

GATES = frozenset({"prohibits", "requires", "conditions"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One passage or exception as the model was shown it."""

    id: str
    text: str
    does: str
    lead_ins: tuple[str, ...] = ()

    @property
    def quote(self) -> str:
        """The passage's first words, verbatim, as many as make a quote."""
        return self.text.split("\n")[0].strip() or self.text.strip()

    @property
    def gates(self) -> bool:
        """Whether it is one that no judge may pass over."""
        return self.does in GATES


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A request as the model understands it. Without passages it is asked for searches."""

    question: str
    passages: tuple[Read, ...]
    raw: str


def task(call: Call) -> Task:
    """Read the request: the JSON object in the user's message, whatever stands around it."""
    raw = call.input
    found = raw[raw.find("{") : raw.rfind("}") + 1]
    data = json.loads(found) if found else {}
    units = data.get("passages", [])
    return Task(
        question=str(data.get("question", raw)),
        passages=tuple(one for unit in units for one in _unit(unit)),
        raw=raw,
    )


def _unit(unit: Mapping[str, Any]) -> Iterator[Read]:
    yield Read(
        id=unit["id"],
        text=unit["text"],
        does=unit["does"],
        lead_ins=tuple(unit.get("lead_ins", ())),
    )
    for one in unit.get("exceptions", ()):
        yield Read(id=one["id"], text=one["text"], does=one["does"])


def fill(schema: Mapping[str, Any], said: object = None) -> Any:
    """Return what is said in the schema's form; what it asks for beyond that is left blank.

    What the schema has no room for is dropped, as a strict server would have it.
    """
    return _fill(schema, said, schema.get("$defs", {}))


def _fill(node: Mapping[str, Any], said: Any, named: Mapping[str, Any]) -> Any:
    if "$ref" in node:
        return _fill(named[str(node["$ref"]).rpartition("/")[2]], said, named)
    if "anyOf" in node:
        return _fill(node["anyOf"][0], said, named)
    match node.get("type"):
        case "object":
            given = said if isinstance(said, Mapping) else {}
            return {
                name: _fill(each, given.get(name), named)
                for name, each in node.get("properties", {}).items()
            }
        case "array":
            return [_fill(node["items"], each, named) for each in said or ()]
        case _:
            return _blank(node) if said is None else said


def _blank(node: Mapping[str, Any]) -> Any:
    if "enum" in node:
        return node["enum"][-1]
    return {"boolean": False, "integer": 0, "number": 0.0}.get(str(node.get("type")), "")
