"""The forms: what is asked of whoever opened them, each a modal of Block Kit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, takewhile
from typing import Any

from bot.blocks import elements as e
from bot.blocks import text
from bot.blocks.answers import LONGEST_DECIDING, headline
from bot.blocks.drawn import Block
from bot.payloads import LONGEST_METADATA, Callback, Form, Input, State, encode
from knowledge.answering import exceptions, rulings
from knowledge.answering.cases import Case
from knowledge.answering.rulings import Marker
from knowledge.models import Answer, Verdict

LONGEST_WINDOW_TITLE = 24
LONGEST_LABEL = 300
LONGEST_ERROR = 300
ROOM_OF_MENU = 60_000
"""Bytes of a menu's entries: Slack takes a view of 250,000, and none of ours has three menus."""

MOST_FACTS = 5

GENERAL_FACTS = (
    "What do you want to do, and what for?",
    "Which model or product is it, and on which plan?",
    "Who will see or use what comes out of it?",
)
"""What nearly every verdict turns on: asked where the verdict names no missing fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An entry of a menu: what it says, and the value that is sent."""

    label: str
    value: str


def facts_asked(verdict: Verdict) -> tuple[str, ...]:
    """Return what the form for a case asks: what the verdict lacks, else what most turn on."""
    return verdict.missing[:MOST_FACTS] or GENERAL_FACTS


def facts_form(form: Form, answer: Answer) -> Block:
    """Return the short form for the deciding facts, which fills a case."""
    promise = (
        "Compliance sees the question, these facts and your name. "
        "The answer comes to you and into the thread."
    )
    fields = [
        _written(Input.FACTS, fact, place=n, optional=True)
        for n, fact in enumerate(facts_asked(answer.verdict))
    ]
    blocks = [e.sentence(promise), *fields]
    return _modal("Ask compliance", "Open a case", Callback.TELL_FACTS, form, blocks)


def facts_told(answer: Answer, state: State) -> tuple[tuple[str, str], ...]:
    """Return each fact that the form asked and that was told, with what was said."""
    told = (
        (fact, state.text(Input.FACTS, place=n).strip())
        for n, fact in enumerate(facts_asked(answer.verdict))
    )
    return tuple((fact, said) for fact, said in told if said)


# ---------------------------------------------------------------- compliance


def answer_form(form: Form, case: Case, answer: Answer) -> Block:
    """Return the form for answering a case."""
    hint = "It goes into the thread and to whoever asked, with your name."
    blocks = [
        *_about(answer),
        _written(Input.REPLY, "Your answer", initial=case.reply or "", hint=hint),
    ]
    return _modal(f"Answer case {case.id}", "Send", Callback.ANSWER_CASE, form, blocks)


def ruling_form(
    form: Form, case: Case, answer: Answer, *, groups: Sequence[str], expires: date
) -> Block:
    """Return the form for saving a case's answer as a ruling for the next edition."""
    everybody = "Empty: everybody in the company"
    act, longest = "e.g. training a rival on GPT-4o output for a demo", rulings.LONGEST_TEXT
    audience = _several(Input.AUDIENCE, "Who may read it", groups, hint=everybody)
    markers = _options([Choice(label=marker, value=marker) for marker in Marker])
    blocks = [
        *_about(answer),
        *([e.paragraph(case.reply)] if case.reply else []),
        _written(Input.TITLE, "Title", multiline=False, longest=rulings.LONGEST_TITLE),
        _menu(Input.MARKER, "What it does", markers),
        _written(Input.TEXT, "The act, in words that stand alone", longest=longest, hint=act),
        _written(
            Input.CONDITION,
            "If",
            longest=longest,
            optional=True,
            hint="For \u201cAllowed if\u201d alone",
        ),
        *audience,
        _day(Input.EXPIRES, "Expires", expires, "From that day on it decides nothing any more."),
    ]
    return _modal("Save as a ruling", "Propose", Callback.SAVE_RULING, form, blocks)


def exception_form(
    form: Form,
    *,
    until: date,
    rules: Sequence[Choice] = (),
    groups: Sequence[str] = (),
    people: Sequence[str] = (),
    purpose: str = "",
) -> Block:
    """Return the form for an exception; `rules` are the sections of ours that it may be from."""
    hint, longest = "Only for this; answers repeat it.", exceptions.LONGEST_PURPOSE
    blocks = [
        _people(Input.PEOPLE, "People", people),
        *_several(Input.GROUPS, "Groups", groups),
        _rule(rules),
        _written(Input.PURPOSE, "Purpose", initial=purpose, longest=longest, hint=hint),
        _day(Input.UNTIL, "Until", until, "From that day on the rule binds again."),
    ]
    return _modal("Grant an exception", "Grant", Callback.GRANT_EXCEPTION, form, blocks)


def _about(answer: Answer) -> list[Block]:
    asked = [e.paragraph(answer.question.text, 1_000)] if answer.question.text else []
    return [*asked, e.small(headline(answer.verdict), LONGEST_DECIDING)]


def _rule(rules: Sequence[Choice]) -> Block:
    """Return a menu of the rules; a field to write in where a menu cannot hold them all."""
    options = _options(rules)
    if options and len(options) == len(rules):
        return _menu(Input.RULE, "Our rule", options)
    hint = "As answers name it, e.g. vendor-output#training"
    return _written(Input.RULE, "Our rule", multiline=False, longest=1_000, hint=hint)


# ---------------------------------------------------------------- replies to a form


def said(title: str, sentence: str) -> Block:
    """Return a window that says one sentence, in place of a form that was sent."""
    return {
        "type": "modal",
        "title": e.plain(title, LONGEST_WINDOW_TITLE),
        "close": e.plain("Close", LONGEST_WINDOW_TITLE),
        "blocks": [e.sentence(sentence)],
    }


def window(title: str, blocks: Iterable[Block]) -> Block:
    """Return a window that shows a message's blocks, without what would be pressed there."""
    shown = [block for block in blocks if block["type"] not in {"actions", "context_actions"}]
    return said(title, "") | {"blocks": shown}


def complaints(*found: tuple[Input, str]) -> dict[str, Any]:
    """Return what a form is answered with where its fields cannot be taken as they are."""
    errors = {name.value: text.line(why, LONGEST_ERROR) for name, why in found}
    return {"response_action": "errors", "errors": errors}


# ---------------------------------------------------------------- the parts


def _modal(
    title: str, submit: str, callback: Callback, form: Form, blocks: Iterable[Block]
) -> Block:
    return {
        "type": "modal",
        "callback_id": callback.value,
        "title": e.plain(title, LONGEST_WINDOW_TITLE),
        "submit": e.plain(submit, LONGEST_WINDOW_TITLE),
        "close": e.plain("Cancel", LONGEST_WINDOW_TITLE),
        "private_metadata": encode(form, limit=LONGEST_METADATA),
        "blocks": list(blocks),
    }


def _input(
    name: Input,
    label: str,
    element: Block,
    *,
    place: int | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    made: Block = {
        "type": "input",
        "block_id": name.at(place),
        "label": e.plain(label, LONGEST_LABEL),
        "element": {**element, "action_id": name.value},
        "optional": optional,
    }
    return made | {"hint": e.plain(hint, LONGEST_LABEL)} if hint else made


def _written(
    name: Input,
    label: str,
    *,
    initial: str = "",
    place: int | None = None,
    optional: bool = False,
    multiline: bool = True,
    longest: int = e.LONGEST_TEXT,
    hint: str | None = None,
) -> Block:
    element: Block = {"type": "plain_text_input", "multiline": multiline, "max_length": longest}
    if initial.strip():
        there = text.lines if multiline else text.line
        element["initial_value"] = there(initial, longest)
    return _input(name, label, element, place=place, optional=optional, hint=hint)


def _menu(name: Input, label: str, options: Sequence[Block]) -> Block:
    return _input(name, label, {"type": "static_select", "options": list(options)})


def _several(
    name: Input, label: str, values: Sequence[str], hint: str | None = None
) -> tuple[Block, ...]:
    """Return a menu of which several may be chosen; none where there is nothing to choose."""
    options = _options([Choice(label=value, value=value) for value in values])
    element = {"type": "multi_static_select", "options": options}
    return (_input(name, label, element, optional=True, hint=hint),) if options else ()


def _options(choices: Sequence[Choice]) -> list[Block]:
    """Return the entries of a menu, as many as it holds, without values that Slack would refuse."""
    sent = [choice for choice in choices if 0 < len(choice.value) <= e.LONGEST_OPTION_VALUE]
    options: list[Block] = [
        {"text": e.plain(choice.label, e.LONGEST_LABEL), "value": choice.value}
        for choice in sent[: e.MOST_OPTIONS]
    ]
    sizes = accumulate(len(json.dumps(option)) for option in options)
    return options[: sum(1 for _ in takewhile(lambda used: used <= ROOM_OF_MENU, sizes))]


def _people(name: Input, label: str, ids: Sequence[str]) -> Block:
    element: Block = {"type": "multi_users_select"}
    if ids:
        element["initial_users"] = list(ids)
    return _input(name, label, element, optional=True)


def _day(name: Input, label: str, day: date, hint: str) -> Block:
    element = {"type": "datepicker", "initial_date": day.isoformat()}
    return _input(name, label, element, hint=hint)
