"""Erasing an answer: out of the records, out of view, and out of the rows that told of it.

What we posted of it is taken back first; who it was for goes from the outbox once that is done
(`outbox.forget_addresses`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.engine import Connection

from jobs import conversations, outbox
from jobs.notices import AnswerReady, CaseAnswer, CaseCard, Notice
from knowledge.answering import answers, cases
from knowledge.answering.cases import Case


def erase(tx: Connection, answer_id: str, *, now: datetime, by: str) -> bool:
    """Erase an answer and take what we said of it from view; False if nothing is left to erase.

    The cards of its cases stay with compliance, drawn anew without the words and the name.
    """
    about = cases.of_answer(tx, answer_id)
    if not answers.erase(tx, answer_id, now, by=by):
        return False
    _take_from_view(tx, [answer_id], about, now)
    return True


def erase_person(tx: Connection, person: str, *, now: datetime, by: str) -> int:
    """Erase all that somebody asked, likewise, and their cases about what others asked.

    Returns how many answers that was.
    """
    asked = [answer.id for answer in answers.asked_by(tx, person, None)]
    theirs = {case.id: case for case in cases.mine(tx, person, None)}
    theirs |= {case.id: case for answer_id in asked for case in cases.of_answer(tx, answer_id)}
    erased = answers.erase_person(tx, person, now, by=by)
    _take_from_view(tx, asked, theirs.values(), now)
    return erased


def _take_from_view(
    tx: Connection, answer_ids: Iterable[str], about: Iterable[Case], now: datetime
) -> None:
    for answer_id in answer_ids:
        _withdraw(tx, AnswerReady(answer=answer_id), now)
    for case in about:
        _withdraw(tx, CaseAnswer(case=case.id), now)
        for key in outbox.telling(tx, CaseCard(case=case.id)):
            outbox.redraw(tx, key, now=now, generation=f"erased:{now}")
    conversations.forget(tx, now)


def _withdraw(tx: Connection, notice: Notice, now: datetime) -> None:
    for key in outbox.telling(tx, notice):
        outbox.withdraw(tx, key, now=now)
