"""Our Home: a field to ask in, recent answers and cases; for compliance, all that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.blocks import elements as e
from bot.blocks import text
from bot.blocks.answers import asked_in, headline, when
from bot.blocks.cases import Around, answering, taking
from bot.blocks.drawn import Block
from bot.blocks.hints import HINTS, HintName
from bot.payloads import Action, Input, Nothing, OfAnswer, OfCase
from knowledge.answering.cases import Case
from knowledge.models import Answer

MOST_ANSWERS = 10
MOST_CASES = 15
LONGEST_ASKED = 200
LONGEST_VERDICT = 160


def home_view(
    recent: Sequence[Answer],
    *,
    around: Around,
    mine: Sequence[Case] = (),
    open_cases: Sequence[Case] | None = None,
    asked: Mapping[str, Answer] = MappingProxyType({}),
    person: str = "",
    fresh: str = "",
) -> dict[str, Any]:
    """Return the Home of one person: their answers, newest first, and their cases that wait.

    `open_cases` are those of everybody, for compliance; None for anyone else. `asked` are the
    answers that the cases are about, by id. Another `fresh` than before empties the field for the
    question.
    """
    blocks = [
        e.header("May I\u2026?"),
        e.sentence(HINTS[HintName.WELCOME]),
        *_ask(fresh),
        *_mine([case for case in mine if case.waiting], around, asked),
        *([] if open_cases is None else _desk(open_cases, around, asked, person)),
        *_answers(recent),
    ]
    return {"type": "home", "blocks": blocks}


def _ask(fresh: str) -> list[Block]:
    entered = {"trigger_actions_on": ["on_enter_pressed"]}
    element = {
        "type": "plain_text_input",
        "action_id": Action.ASK_FROM_HOME.at(0),
        "placeholder": e.plain("May I train on customer tickets?", 150),
        "max_length": e.LONGEST_TEXT,
        "dispatch_action_config": entered,
    }
    field = {
        "type": "input",
        "block_id": f"{Input.QUESTION}:{fresh}" if fresh else Input.QUESTION.value,
        "dispatch_action": True,
        "label": e.plain("What do you want to do?"),
        "element": element,
    }
    ask = e.button("Ask", Action.ASK_FROM_HOME, Nothing(), place=1, style="primary")
    return [field, e.row([ask])]


def _answers(recent: Sequence[Answer]) -> list[Block]:
    if not recent:
        return []
    rows = [_answer(answer, place) for place, answer in enumerate(recent[:MOST_ANSWERS])]
    return [e.divider(), e.header("My recent answers"), *rows]


def _answer(answer: Answer, place: int) -> Block:
    asked = asked_in(answer) or "(erased)"
    verdict = text.line(headline(answer.verdict), LONGEST_VERDICT)
    said = e.paragraph(f"{verdict}\n{text.line(asked, LONGEST_ASKED)}")
    value = OfAnswer(answer=answer.id)
    return said | {"accessory": e.button("Show", Action.SHOW_ANSWER, value, place=place)}


def _mine(cases: Sequence[Case], around: Around, asked: Mapping[str, Answer]) -> list[Block]:
    if not cases:
        return []
    rows = [
        _waiting(case, around, asked.get(case.answer))
        | {"accessory": e.button("Withdraw", Action.WITHDRAW_CASE, OfCase(case=case.id), place=n)}
        for n, case in enumerate(cases[:MOST_CASES])
    ]
    return [e.divider(), e.header("My open cases"), *rows, *_more(cases)]


def _desk(
    cases: Sequence[Case], around: Around, asked: Mapping[str, Answer], person: str
) -> list[Block]:
    rows: list[Block] = []
    for place, case in enumerate(cases[:MOST_CASES]):
        theirs = case.owner == person
        button = answering(case, place=place) if theirs else taking(case, place=place)[0]
        rows.append(_waiting(case, around, asked.get(case.answer)) | {"accessory": button})
    none = [] if cases else [e.sentence("Nobody is waiting.")]
    grant = e.row([e.button("Grant an exception", Action.GRANT_EXCEPTION, Nothing())])
    title = [e.divider(), e.header("Compliance: open cases")]
    return [*title, *rows, *none, *_more(cases), grant]


def _waiting(case: Case, around: Around, about: Answer | None) -> Block:
    """Return how a case stands, and on a line of its own what was asked."""
    who = "nobody has it yet" if case.owner is None else f"{around.name(case.owner)} has it"
    standing = f"Case {case.id}: {who}, due {when(case.due_at, around.zone)}"
    asked = asked_in(about) if about is not None else ""
    return e.paragraph(f"{standing}\n{text.line(asked, LONGEST_ASKED)}" if asked else standing)


def _more(cases: Sequence[Case]) -> list[Block]:
    left = len(cases) - MOST_CASES
    return [e.small(f"\u2026 and {left} more")] if left > 0 else []
