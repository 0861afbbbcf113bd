"""From a notice in the outbox to its message, drawn from the records as they are when sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from typing import assert_never
from zoneinfo import ZoneInfo

from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.blocks import answers as answer_blocks
from bot.blocks import cases as case_blocks
from bot.blocks.answers import Look, OpenCase
from bot.blocks.cases import Around
from bot.blocks.drawn import Drawn
from bot.blocks.hints import HintName, hint
from bot.blocks.quotes import Source
from jobs import conversations
from jobs.conversations import Asked, Reach, State
from jobs.notices import (
    AnswerReady,
    CaseAnswer,
    CaseCard,
    CaseReminder,
    ExceptionGranted,
    Hint,
    Notice,
)
from jobs.ports import Address, Directory
from knowledge.answering import answers, cases, deciding, exceptions, feedback, rulings
from knowledge.answering.answerer import Answerer
from knowledge.answering.cases import Case, CaseState
from knowledge.answering.feedback import Situation, Thought
from knowledge.database import Database, Transaction
from knowledge.models import Answer

Link = Callable[[str, str], str | None]
"""Returns the web address of a message, by its channel and `ts`, or None where there is none."""


def links_of(client: WebClient) -> Link:
    """Return what finds a message's web address, and remembers it: it never changes.

    https://docs.slack.dev/reference/methods/chat.getPermalink
    """

    @lru_cache(maxsize=1_000)
    def found(channel: str, ts: str) -> str:
        return str(client.chat_getPermalink(channel=channel, message_ts=ts)["permalink"])

    def link(channel: str, ts: str) -> str | None:
        try:
            return found(channel, ts)
        except (SlackClientError, OSError):
            return None

    return link


class Drawing:
    """Draws every notice. One serves all threads."""

    def __init__(
        self,
        database: Database,
        *,
        answerer: Answerer,
        directory: Directory,
        link: Link,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        """Take the records, who knows editions, people and messages, and the company's zone."""
        self._database = database
        self._answerer = answerer
        self._directory = directory
        self._link = link
        self._clock = clock
        self._zone = zone

    def draw(self, notice: Notice, to: Address) -> Drawn:
        """Return the notice's message for whoever reads at the address."""
        match notice:
            case Hint():
                return hint(notice.name, notice.reference)
            case AnswerReady():
                return self.answer(notice.answer)
            case ExceptionGranted():
                return self._exception(notice)
            case CaseCard() | CaseAnswer() | CaseReminder():
                return self._of_case(notice, to)
            case _:
                assert_never(notice)

    # ------------------------------------------------------------ answers

    def answer(self, answer_id: str) -> Drawn:
        """Return an answer as it stands where it was asked for."""
        with self._database.read() as tx:
            answer = answers.get(tx, answer_id)
            asked = conversations.of_answer(tx, answer_id)
            look = None if answer is None else self._look(tx, answer, asked)
        if answer is None or look is None:
            return hint(HintName.EXPIRED)
        return answer_blocks.answer_message(answer, zone=self._zone, look=look)

    def _look(self, tx: Transaction, answer: Answer, asked: Asked | None) -> Look:
        if asked is None or asked.state is State.WITHDRAWN or answer.erased_at is not None:
            return Look(withdrawn=True)
        said = feedback.said_of_closest(tx, answer.id)
        place = asked.place
        shared = place.reach is Reach.EVERYBODY and place.ts is None
        return Look(
            question=place.ts is None,
            can_share=place.reach is Reach.ASKER,
            shared_by=self._directory.person(place.person).name if shared else None,
            edited=asked.edited is not None,
            sources=self._sources(answer),
            asks=deciding.facts_to_ask(answer.verdict),
            different=frozenset(each for each, how in said.items() if how is Situation.DIFFERENT),
            names=self._names(each.by for each in answer.verdict.exceptions),
            case=self._open_case(tx, answer, asked),
            feedback=_thought(tx, answer, asked),
        )

    def _sources(self, answer: Answer) -> dict[str, Source]:
        """Return the documents of the edition that answered, as their records tell them."""
        if answer.edition is None:
            return {}
        documents = self._answerer.desk(answer.edition).rulebook.documents
        verdict = answer.verdict
        cited = (*verdict.quotes, *verdict.notes, *verdict.closest)
        found = (documents[one.document_id] for one in cited if one.document_id in documents)
        return {one.id: Source(title=one.title, url=one.url) for one in found}

    def _open_case(self, tx: Transaction, answer: Answer, asked: Asked) -> OpenCase | None:
        """Return the asker's case about the answer, if there is one."""
        every = cases.of_answer(tx, answer.id)
        theirs = [one for one in every if one.opened_by == asked.place.person]
        case = next((one for one in theirs if one.state is not CaseState.WITHDRAWN), None)
        if case is None:
            return None
        return OpenCase(
            number=case.id,
            due_at=case.due_at,
            owner=self._directory.person(case.owner).name if case.owner else None,
            replied=case.replied_at is not None,
        )

    # ------------------------------------------------------------ cases and exceptions

    def _of_case(self, notice: CaseCard | CaseAnswer | CaseReminder, to: Address) -> Drawn:
        with self._database.read() as tx:
            case = cases.get(tx, notice.case)
            answer = None if case is None else answers.get(tx, case.answer)
            asked = None if case is None else conversations.of_answer(tx, case.answer)
            ruling = None if case is None else _ruling(tx, case)
        if case is None or answer is None:
            return hint(HintName.EXPIRED)
        around = self._around(case, answer, asked, ruling)
        match notice:
            case CaseCard():
                return case_blocks.case_card(case, answer, around)
            case CaseReminder():
                return case_blocks.case_reminder(case, around, now=self._clock())
            case CaseAnswer():
                there = asked is not None and to.thread is not None
                repeated = "" if there else answer_blocks.asked_in(answer)
                return case_blocks.case_answer(case, around, asked=repeated)

    def _around(
        self, case: Case, answer: Answer, asked: Asked | None, ruling: str | None
    ) -> Around:
        return Around(
            zone=self._zone,
            names=self._names((case.opened_by, case.owner, case.replied_by)),
            thread=self._thread(asked),
            sources=self._sources(answer),
            ruling=ruling,
        )

    def _thread(self, asked: Asked | None) -> str | None:
        """Return the address of the question, where others than its asker see it."""
        if asked is None or asked.place.reach is not Reach.EVERYBODY or asked.place.ts is None:
            return None
        return self._link(asked.place.channel, asked.place.ts)

    def _exception(self, notice: ExceptionGranted) -> Drawn:
        with self._database.read() as tx:
            waiver = exceptions.get(tx, notice.exception)
        if waiver is None:
            return hint(HintName.EXPIRED)
        around = Around(zone=self._zone, names=self._names((waiver.granted_by,)))
        return case_blocks.exception_granted(waiver, around)

    def _names(self, people: Iterable[str | None]) -> dict[str, str]:
        known = {each for each in people if each is not None}
        return {each: self._directory.person(each).name for each in known}


def _thought(tx: Transaction, answer: Answer, asked: Asked) -> bool | None:
    """Return whether the answer helped, where the asker alone reads what they said."""
    if asked.place.reach is Reach.EVERYBODY:
        return None
    given = feedback.given(tx, answer.id, asked.place.person)
    return None if given is None else given is Thought.HELPFUL


def _ruling(tx: Transaction, case: Case) -> str | None:
    """Return the title and id of the ruling that a case's answer was saved as last."""
    written = rulings.of_case(tx, case.id)
    return f"{written[-1].draft.title} ({written[-1].document_id})" if written else None
