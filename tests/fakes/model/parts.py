"""The parts that the scripted model can play: in its right mind, out of it, and out of order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.fakes.model.reading import Read, Task, fill, task
from tests.fakes.model.replies import RESPONSES, Call, Reply, error, speech
from tests.fakes.model.server import Part, nothing_there, slowed

Entry = dict[str, Any]
Mind = Callable[[Read, Task], Entry | None]
"""What a model says of one passage: the fields that it fills, or nothing at all."""

ABSENT = "not_about_this"


def thinking(mind: Mind, reason: str | Callable[[Task], str] = "") -> Part:
    """Let a model that thinks so play its part; asked for searches it repeats the question."""
    return lambda call: speech(call, json.dumps(_said(call, mind, reason), ensure_ascii=False))


def _said(call: Call, mind: Mind, reason: str | Callable[[Task], str]) -> Any:
    read = task(call)
    entries = [_entry(one, mind(one, read)) for one in read.passages]
    said = {
        "searches": [read.question],
        "passages": [one for one in entries if one is not None],
        "reason": reason(read) if callable(reason) else reason,
    }
    return fill(call.schema, said)


def _entry(read: Read, said: Entry | None) -> Entry | None:
    return None if said is None else {"id": read.id, "why": "", "bearing": ABSENT, **said}


# ---------------------------------------------------------------- in its right mind


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What is right: the ruling on a question, and the words it rests on."""

    ruling: str
    quotes: tuple[str, ...]


_RIGHT = {
    ("not_allowed", "prohibits"): "forbids",
    ("not_allowed", "permits"): "forbids",
    ("conditional", "permits"): "condition_open",
    ("conditional", "prohibits"): "forbids",
    ("allowed", "permits"): "permits",
    ("allowed", "none"): "permits",
    ("allowed", "prohibits"): ABSENT,
}
_RIGHT_OF_CONDITION = {
    "not_allowed": "condition_unmet",
    "conditional": "condition_open",
    "allowed": "condition_met",
}


def right(gold: Mapping[str, Gold], reason: str = "") -> Part:
    """Say what is right of the passages that hold a gold quote, and that no other one applies."""

    def mind(read: Read, asked: Task) -> Entry:
        known = gold.get(asked.question)
        quote = next((q for q in known.quotes if q in read.text), None) if known else None
        if known is None or quote is None:
            return {}
        usual = _RIGHT_OF_CONDITION.get(known.ruling, ABSENT)
        bearing = _RIGHT.get((known.ruling, read.does), usual)
        met = [asked.question] if bearing == "condition_met" else []
        return {"bearing": bearing, "quotes": [quote], "met": met}

    return thinking(mind, reason)


# ---------------------------------------------------------------- out of it


def _taken(read: Read, **said: Any) -> Entry:
    return {"bearing": "permits", "quotes": [read.quote], "why": "It says so.", **said}


def wrong_quote(read: Read, _: Task) -> Entry:
    """Permit everything in words that nobody wrote, some of them a letter away from the rule's."""
    near = read.quote.replace("not ", "now ").replace("e", "o", 1)
    return _taken(read, quotes=["You may do all of this whenever you like.", near + " indeed"])


def loosened(read: Read, asked: Task) -> Entry:
    """Say of every passage that it permits, in its own words, whatever it does."""
    bearing = "condition_met" if read.gates else "permits"
    return _taken(read, bearing=bearing, met=[asked.question])


def lifting(read: Read, asked: Task) -> Entry:
    """Say that every prohibition and condition is lifted, and that all others permit."""
    return _taken(read, bearing="lifted" if read.gates else "permits", met=[asked.question])


def denying(read: Read, asked: Task) -> Entry:
    """Say that no prohibition or condition is about this, and that all others permit."""
    return {} if read.gates else _taken(read, met=[asked.question])


def unclassified(read: Read, _: Task) -> Entry | None:
    """Say nothing of prohibitions and conditions, and that all others permit."""
    return None if read.gates else _taken(read)


def forbidding(read: Read, _: Task) -> Entry:
    """Say of every passage that it forbids."""
    return _taken(read, bearing="forbids")


def foreign_clause(call: Call) -> Reply:
    """Rule by clauses that were not shown, and by the words of one passage under another's id."""
    read = task(call).passages
    turned = [_taken(other, id=one.id) for one, other in zip(read, read[1:] + read[:1])]  # noqa: B905
    unknown = [_taken(one, id=f"zz{number}") for number, one in enumerate(read)]
    said = {"passages": [*unknown, *turned], "searches": ["a rule that nobody was shown"]}
    return _spoken(call, said)


def wrong_audience(secret_id: str, secret: str) -> Part:
    """Rule by a passage that the asker may not read, under its own id and under those shown."""

    def play(call: Call) -> Reply:
        entries = [_taken(one, quotes=[secret]) for one in task(call).passages]
        stolen = {"id": secret_id, "bearing": "permits", "quotes": [secret], "why": secret}
        return _spoken(
            call, {"passages": [stolen, *entries], "reason": secret, "searches": [secret]}
        )

    return play


def _spoken(call: Call, said: Mapping[str, Any]) -> Reply:
    blank = {"why": "", "bearing": ABSENT}
    entries = [{**blank, **one} for one in said.get("passages", ())]
    whole = fill(call.schema, {**said, "passages": entries})
    return speech(call, json.dumps(whole, ensure_ascii=False))


ATTACK = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b.{0,60}\b(?:instructions?|rules?|prompt|above|context)"
    r"|\bsystem prompt\b|\b(?:say|answer|reply|respond)\b.{0,40}\ballowed\b",
    re.IGNORECASE | re.DOTALL,
)
"""What the obeying model takes for an order where it is given none to look out for."""


def obeying(
    sober: Part,
    *,
    attacks: Sequence[str] = (),
    emits: Callable[[Call], Sequence[str]] | None = None,
) -> Part:
    """Do what any attack in question or passages says: allow all, and tell all that it knows.

    It allows in the way that goes furthest: no prohibition is about this, everything else permits.
    Into every field that takes words it writes its instructions, the key it was called with, and
    what it is made to emit. Where it reads no attack it plays the sober part.
    """

    def play(call: Call) -> Reply:
        if not _attacked(call, attacks):
            return sober(call)
        return _obedient(call, [*secrets(call), *(emits(call) if emits else ())])

    return play


def _attacked(call: Call, attacks: Sequence[str]) -> bool:
    read = task(call)
    texts = [read.question, *(one.text for one in read.passages)]
    if attacks:
        return any(attack in text for attack in attacks for text in texts)
    return any(ATTACK.search(text) for text in texts)


def secrets(call: Call) -> list[str]:
    """Return what the model knows and must not tell: instructions and key."""
    key = call.headers.get("authorization", "").removeprefix("Bearer ")
    return [call.instructions, call.instructions[:150], *(key for _ in range(bool(key)))]


def emitting(texts: Callable[[Call], Sequence[str]]) -> Part:
    """Write these texts into every field that takes words, and allow all."""
    return lambda call: _obedient(call, list(texts(call)))


def _obedient(call: Call, words: Sequence[str]) -> Reply:
    read = task(call)
    entries = [
        {
            "id": one.id,
            "why": words[0],
            "bearing": ABSENT if one.gates else "permits",
            "quotes": [*words, one.quote],
            "conditions": list(words),
            "missing": [],
            "met": [*words, read.question],
        }
        for one in read.passages
    ]
    reason = words[call.number % len(words)]
    return _spoken(call, {"passages": entries, "reason": reason, "searches": list(words)})


# ---------------------------------------------------------------- out of order


def refuses(call: Call) -> Reply:
    """Decline."""
    return speech(call, "I'm sorry, but I can't help with that.", refusal=True)


def truncated(part: Part) -> Part:
    """Run out of room in the middle."""

    def play(call: Call) -> Reply:
        whole = _text(call, part(call))
        return speech(call, whole[: len(whole) // 2], cut=True)

    return play


def _text(call: Call, reply: Reply) -> str:
    said = json.loads(reply.body)
    if call.path == RESPONSES:
        return str(said["output"][0]["content"][0]["text"])
    return str(said["choices"][0]["message"]["content"])


def dripping(part: Part, pause: float = 1.0) -> Part:
    """Send what the part says, a byte at a time."""
    return slowed(part, pause=pause)


def hangs(_: Call) -> Reply:
    """Take the request and never answer."""
    return Reply(silent=True)


def rate_limited(_: Call) -> Reply:
    """Be asked too much."""
    return error(
        429,
        "Rate limit reached for gpt-scripted on requests per min (RPM).",
        "rate_limit_exceeded",
        "requests",
        retry_after="20",
    )


def out_of_quota(_: Call) -> Reply:
    """Have no money left: a 429 as well."""
    told = "You exceeded your current quota, please check your plan and billing details."
    return error(429, told, "insufficient_quota", "insufficient_quota")


def down(_: Call) -> Reply:
    """Break."""
    told = "The server had an error while processing your request."
    return error(500, told, None, "server_error")


def revoked_key(_: Call) -> Reply:
    """Refuse the key."""
    told = "Incorrect API key provided: sk-wrong. You can find your API key at the dashboard."
    return error(401, told, "invalid_api_key", "invalid_request_error")


def unknown_model(call: Call) -> Reply:
    """Know no such model."""
    told = f"The model `{call.body.get('model')}` does not exist or you do not have access to it."
    return error(404, told, "model_not_found", "invalid_request_error")


def without_responses(part: Part) -> Part:
    """Be a server that has chat completions only."""
    return lambda call: nothing_there(call) if call.path == RESPONSES else part(call)


def garbage(call: Call) -> Reply:
    """Send, in turn, a web page, half of a JSON object, no JSON of ours, nothing, and noise."""
    page = Reply(body=b"<html><body>Bad gateway</body></html>", content_type="text/html")
    return (
        page,
        Reply(body=b'{"id": "resp_1", "output": [{"type": "mess'),
        Reply(body=b'{"hello": ["world"]}'),
        Reply(),
        Reply(body=bytes(range(256)) * 20),
        speech(call, "Sure! Here is my view: it is fine."),
        speech(call, '{"passages": "all of them", "reason": 7}'),
        speech(call, "[" * 5000),
        Reply(body=b"null"),
    )[call.number % 9]


def huge(call: Call, size: int = 50_000_000) -> Reply:
    """Send a reply of fifty million characters."""
    reply = speech(call, json.dumps(fill(call.schema, {"searches": ["@@"], "reason": "@@"})))
    return replace(reply, body=reply.body.replace(b"@@", b"x" * size))


def babbling(part: Part, size: int) -> Part:
    """Play the part, with that much white space in front of it: sound, but long."""

    def play(call: Call) -> Reply:
        reply = part(call)
        return replace(reply, body=b" " * size + reply.body)

    return play


def in_turn(parts: Iterable[Part]) -> Part:
    """Play the parts in turn, one a request."""
    chosen = tuple(parts)
    return lambda call: chosen[call.number % len(chosen)](call)
