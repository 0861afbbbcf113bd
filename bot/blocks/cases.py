"""A case as compliance sees it, its answer as everybody concerned does, and its reminders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.blocks import elements as e
from bot.blocks import quotes, text
from bot.blocks.answers import LONGEST_DECIDING, asked_in, headline, when
from bot.blocks.drawn import MOST_BLOCKS, ROOM, Block, Drawn, Part, drawn, fitting, size
from bot.blocks.quotes import Source
from bot.payloads import Action, OfCase
from knowledge.answering.cases import Case, CaseState
from knowledge.models import Answer, Waiver

LONGEST_NAME = 80
LONGEST_FACT = 220
LONGEST_ASKED = 1_000
LONGEST_REPLY = 1_200
MOST_FACTS = 5
_NOTE_ON_REST = 700

SOMEBODY = "somebody"
"""Who is meant where a name is not known, or must not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is known around a case: people's names by id, its thread's address, its documents.

    `ruling` names the ruling that its answer was saved as.
    """

    zone: ZoneInfo
    names: Mapping[str, str] = field(default_factory=dict)
    thread: str | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    ruling: str | None = None

    def name(self, person: str | None) -> str:
        """Return the person's name on one line."""
        return text.line(self.names.get(person or "", SOMEBODY), LONGEST_NAME)


# ---------------------------------------------------------------- the card


def case_card(case: Case, answer: Answer, around: Around) -> Drawn:
    """Return the card for compliance's channel.

    It names whoever opened the case, and nobody else who asked.
    """
    said = f"Case {case.id}: {_standing(case, around)}"
    head = [e.header(said), *_question(answer), *_told(case), _people(case, around)]
    tail = [*_reply(case, around), *_buttons(case)]
    room = ROOM - size(head) - size(tail) - _NOTE_ON_REST
    most = MOST_BLOCKS - len(head) - len(tail) - 1
    kept, left = fitting(_rules(answer, around), room=room, most=most)
    middle = [block for part in kept for block in part.blocks]
    return drawn(said, [*head, *middle, *quotes.rest(left), *tail])


def _standing(case: Case, around: Around) -> str:
    match case.state:
        case CaseState.OPEN:
            return f"nobody has it yet, due {when(case.due_at, around.zone)}"
        case CaseState.CLAIMED:
            return f"{around.name(case.owner)} has it, due {when(case.due_at, around.zone)}"
        case CaseState.ANSWERED:
            return f"answered by {around.name(case.replied_by)}"
        case CaseState.WITHDRAWN:
            return "withdrawn by whoever opened it"


def _question(answer: Answer) -> list[Block]:
    """Return what was asked and the verdict that did not settle it."""
    asked = asked_in(answer)
    found = text.beginning(asked, LONGEST_ASKED) if asked else None
    given = e.run(
        e.own("Verdict given: ", bold=True), e.words(headline(answer.verdict), LONGEST_DECIDING)
    )
    if found is None:
        return [e.rich(e.run(e.own("The question is erased.")), given)]
    more = [e.run(e.own("\u2026 and more"))] if found.cut else []
    return [e.rich(e.quotation(found.text), *more, given)]


def _told(case: Case) -> list[Block]:
    """Return the facts that whoever opened the case gave."""
    if not case.facts:
        return []
    told = [
        f"{text.line(fact.ask, LONGEST_FACT // 2)} {text.line(fact.said, LONGEST_FACT)}"
        for fact in case.facts[:MOST_FACTS]
    ]
    title = e.run(e.own("Facts", bold=True))
    return [e.rich(title, e.bullets(told, 2 * LONGEST_FACT))]


def _people(case: Case, around: Around) -> Block:
    pieces = [e.own(f"Asked by {around.name(case.opened_by)}")]
    if text.web_address(around.thread):
        pieces += [e.own(" \u00b7 "), e.link("open the thread", around.thread)]
    return e.rich(e.run(*pieces))


def _rules(answer: Answer, around: Around) -> list[Part]:
    """Return the rules that were quoted, or came closest."""
    cited = answer.verdict.quotes or answer.verdict.closest
    return [
        Part(blocks=(quotes.block(quote, around.sources),), rank=0, name=quote.section_id)
        for quote in cited
    ]


def _reply(case: Case, around: Around) -> list[Block]:
    if case.reply is None:
        return []
    saved = [e.small(f"Saved as a ruling: {around.ruling}", LONGEST_FACT)] if around.ruling else []
    title = e.rich(e.run(e.own(f"{around.name(case.replied_by)} answered", bold=True)))
    return [title, e.paragraph(case.reply, LONGEST_REPLY), *saved]


def _buttons(case: Case) -> list[Block]:
    this = OfCase(case=case.id)
    grant = e.button("Grant exception", Action.GRANT_EXCEPTION, this)
    if case.waiting:
        return [e.row([*taking(case), answering(case), grant])]
    if case.reply is not None:
        return [e.row([e.button("Save as ruling", Action.SAVE_RULING, this), grant])]
    return []


def taking(case: Case, *, place: int | None = None) -> list[Block]:
    """Return the button that makes a waiting case one's own, whether or not somebody has it."""
    this = OfCase(case=case.id)
    if case.owner is None:
        return [e.button("Claim", Action.CLAIM_CASE, this, place=place)]
    return [e.button("Take over", Action.TAKE_OVER_CASE, this, place=place)]


def answering(case: Case, *, place: int | None = None) -> Block:
    """Return the button that opens the form for a case's answer."""
    this = OfCase(case=case.id)
    return e.button("Answer", Action.ANSWER_CASE, this, place=place, style="primary")


# ---------------------------------------------------------------- its answer and its reminders


def case_answer(case: Case, around: Around, *, asked: str = "") -> Drawn:
    """Return what compliance answered, for the thread and for whoever opened the case.

    `asked` repeats the question, where no message above does.
    """
    by = around.name(case.replied_by)
    said = f"Compliance answered case {case.id}"
    if case.reply is None:
        words = f"{said}. The words of the answer are erased."
        return drawn(words, [e.sentence(words)])
    lasting = (
        f"Saved as a ruling: {around.ruling}"
        if around.ruling
        else "It decides this case, as it was put."
    )
    repeated = [e.rich(e.quotation(text.line(asked, LONGEST_ASKED)))] if asked else []
    blocks = [
        e.rich(e.run(e.own(said, bold=True))),
        *repeated,
        e.paragraph(case.reply),
        e.small(f"{by}, compliance \u00b7 {lasting}", LONGEST_FACT),
    ]
    return drawn(f"{said}: {case.reply}", blocks)


def case_reminder(case: Case, around: Around, *, now: datetime) -> Drawn:
    """Return the reminder of a case that waits, for its owner or, without one, for compliance."""
    overdue = now > case.due_at
    standing = f"{'was' if overdue else 'is'} due {when(case.due_at, around.zone)}"
    who = "Nobody has it yet." if case.owner is None else "You have it."
    said = f"Case {case.id} {standing}. {who}"
    thread = e.link("open the thread", around.thread)
    linked = [e.rich(e.run(thread))] if text.web_address(around.thread) else []
    asked = "Somebody is still waiting for an answer."
    taken = taking(case) if case.owner is None else []
    buttons = [e.row([*taken, answering(case)])] if case.waiting else []
    return drawn(said, [e.sentence(f"{said} {asked}"), *linked, *buttons])


# ---------------------------------------------------------------- exceptions


def exception_granted(waiver: Waiver, around: Around) -> Drawn:
    """Return the news of an exception, for the people it is for."""
    said = f"Compliance granted you exception {waiver.id}"
    until = f"{waiver.until.day} {waiver.until:%B %Y}"
    rows = (
        f"For: {waiver.purpose}",
        f"Lifts our own rule: {waiver.rule}",
        f"Until: {until}; from that day on the rule binds again",
        f"Granted by: {around.name(waiver.granted_by)}",
    )
    limits = "It lifts nothing else, and no vendor's term. My answers to you name it."
    title = e.run(e.own(said, bold=True))
    return drawn(
        f"{said} until {until}",
        [e.rich(title, e.bullets(rows, LONGEST_FACT)), e.small(limits)],
    )
