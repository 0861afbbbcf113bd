"""Every message and view that the bot can build, with any words in every place that has words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.blocks import forms, home
from bot.blocks.answers import Look, OpenCase, answer_message
from bot.blocks.cases import Around, case_answer, case_card, case_reminder, exception_granted
from bot.blocks.drawn import Drawn
from bot.blocks.forms import Choice
from bot.blocks.quotes import Source
from bot.payloads import Form
from knowledge.answering.cases import Case, CaseState, Fact
from knowledge.answering.deciding import DecidingFact, Option
from knowledge.models import Answer, Question, Ruling
from tests.bot.sample import (
    A_CASE,
    A_WAIVER,
    AN_ANSWER,
    BERLIN,
    NOON,
    filled_with,
)

DAY = date(2026, 12, 31)


@dataclass(frozen=True)
class Words:
    """The words to say everywhere, and how often where there are several.

    With `linked` they are also the address in every record that has one.
    """

    words: str
    times: int = 1
    linked: bool = False

    @property
    def answer(self) -> Answer:
        return filled_with(self.words, times=self.times)

    @property
    def around(self) -> Around:
        return Around(
            zone=BERLIN,
            names={"U": self.words},
            thread=self.words if self.linked else None,
            sources=self.sources,
            ruling=self.words,
        )

    @property
    def sources(self) -> dict[str, Source]:
        url = self.words if self.linked else None
        return {self.words: Source(title=self.words, url=url)}

    def case(self, state: CaseState) -> Case:
        return replace(
            A_CASE,
            state=state,
            opened_by="U",
            owner="U",
            facts=(Fact(ask=self.words, said=self.words),) * self.times,
            reply=self.words if state is CaseState.ANSWERED else None,
            replied_by="U",
        )


def messages(say: Words) -> Iterator[Drawn]:
    """Give every message but the fixed sentences."""
    yield from _answers(say)
    for state in (CaseState.OPEN, CaseState.ANSWERED):
        case = say.case(state)
        yield case_card(case, say.answer, say.around)
        yield case_answer(case, say.around, asked=say.words)
        yield case_reminder(case, say.around, now=NOON)
    waiver = replace(A_WAIVER, rule=say.words, purpose=say.words, granted_by="U")
    yield exception_granted(waiver, say.around)


def _answers(say: Words) -> Iterator[Drawn]:
    fact = DecidingFact(ask=say.words, options=(Option(label=say.words, words=say.words),) * 12)
    full = Look(
        question=True,
        can_share=True,
        shared_by=say.words,
        edited=True,
        sources=say.sources,
        asks=(fact,) * min(say.times, 6),
        names={"U": say.words},
        case=OpenCase(number=1, due_at=NOON, owner=say.words),
    )
    for ruling in (Ruling.CONDITIONAL, Ruling.NOT_COVERED):
        answer = replace(say.answer, verdict=replace(say.answer.verdict, ruling=ruling))
        for look in (full, Look(sources=say.sources), Look(withdrawn=True)):
            yield answer_message(answer, zone=BERLIN, look=look)


def views(say: Words) -> Iterator[dict[str, Any]]:
    """Give every form and Home."""
    about = Form(case=12, answer=AN_ANSWER.id, channel="C1", thread="1.0")
    case, answer = say.case(CaseState.ANSWERED), say.answer
    many = (say.words, *(f"{n}{say.words}" for n in range(4 * say.times)))
    rules = [Choice(label=one, value=one) for one in many]
    yield forms.facts_form(about, answer)
    yield forms.answer_form(about, case, answer)
    yield forms.answer_form(about, case, replace(answer, question=Question(text="")))
    yield forms.ruling_form(about, case, answer, groups=many, expires=DAY)
    yield forms.exception_form(about, until=DAY, rules=rules, groups=many, purpose=say.words)
    yield forms.said(say.words, say.words)
    cases = tuple(replace(say.case(CaseState.OPEN), id=n) for n in range(say.times))
    yield home.home_view(
        (answer,) * say.times, around=say.around, mine=cases, open_cases=cases, fresh="1"
    )
