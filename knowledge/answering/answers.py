"""Answers as they are kept: what was asked, what we said, and on what it rested.

Three tables, so that they can be forgotten apart. `answers` holds the question and the verdict;
`answer_units` the clauses cited, by which a later change finds the answers that rest on it;
`answer_askers` who asked. Erasing takes the question, the asker and every word said about the
question, in its cases too, and leaves edition, ruling, cited clauses and the judge's fingerprint.
Lists and exports name no asker, nor the exception that would tell who it was. Nothing here logs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from knowledge import chain
from knowledge.answering import cases, exceptions, feedback
from knowledge.answering.people import storable
from knowledge.database import Instant, Json, Record, metadata
from knowledge.judging import wording
from knowledge.library import editions
from knowledge.models import (
    Answer,
    CitedUnit,
    Edition,
    Hit,
    Opinion,
    Outcome,
    Question,
    Ruling,
    Verdict,
)

answers = sa.Table(
    "answers",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("asked_at", Instant, nullable=False, index=True),
    sa.Column("edition", sa.ForeignKey(editions.editions.c.number), index=True),
    sa.Column("ruling", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("took", sa.Double, nullable=False),
    sa.Column("question", Json),
    sa.Column("verdict", Json, nullable=False),
    sa.Column("opinion", Json),
    sa.Column("shown", Json),
    sa.Column("keep_until", Instant, index=True),
    sa.Column("erased_at", Instant),
)

answer_units = sa.Table(
    "answer_units",
    metadata,
    sa.Column("answer", sa.ForeignKey(answers.c.id), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("section_id", sa.Text, nullable=False, index=True),
    sa.Column("passage_id", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("text_hash", sa.String(64), nullable=False),
)

answer_askers = sa.Table(
    "answer_askers",
    metadata,
    sa.Column("answer", sa.ForeignKey(answers.c.id), primary_key=True),
    sa.Column("person", sa.Text, nullable=False, index=True),
)


@cache
def _form(kind: type) -> TypeAdapter[Any]:
    """Return how a domain value is written as JSON and read back, exactly."""
    return TypeAdapter(kind)


# ---------------------------------------------------------------- keeping


def record(
    tx: Connection, answer: Answer, *, keep_until: datetime | None, asker: str | None
) -> None:
    """Keep an answer until an instant (None: without end), and apart from it who asked."""
    tx.execute(answers.insert(), [_row(answer, keep_until)])
    units = [_unit_row(answer.id, n, each) for n, each in enumerate(answer.cited)]
    if units:
        tx.execute(answer_units.insert(), units)
    exceptions.note_use(tx, answer.id, (each.id for each in answer.verdict.exceptions))
    if asker is not None:
        tx.execute(answer_askers.insert(), [{"answer": answer.id, "person": storable(asker)}])


def _row(answer: Answer, keep_until: datetime | None) -> dict[str, Any]:
    return {
        "id": answer.id,
        "asked_at": answer.asked_at,
        "edition": answer.edition and answer.edition.number,
        "ruling": answer.verdict.ruling.value,
        "fingerprint": answer.fingerprint,
        "took": answer.took,
        "question": _written(Question, answer.question),
        "verdict": _written(Verdict, answer.verdict),
        "opinion": _written(Opinion, answer.opinion),
        "shown": [[h.passage.id, h.score, h.dense, h.lexical, h.late] for h in answer.hits],
        "keep_until": keep_until,
        "erased_at": answer.erased_at,
    }


def _unit_row(answer_id: str, ordinal: int, unit: CitedUnit) -> dict[str, Any]:
    return {
        "answer": answer_id,
        "ordinal": ordinal,
        "section_id": unit.section_id,
        "passage_id": unit.passage_id,
        "outcome": unit.outcome.value,
        "text_hash": unit.text_hash,
    }


def _written(kind: type, value: object) -> object:
    return None if value is None else _form(kind).dump_python(value, mode="json")


# ---------------------------------------------------------------- reading


def get(tx: Connection, answer_id: str) -> Answer | None:
    """Return an answer, without the hits (`hits` has them), or None."""
    return next(iter(_answers(tx, _joined().where(answers.c.id == answer_id))), None)


def recent(tx: Connection, limit: int) -> tuple[Answer, ...]:
    """Return the latest answers, newest first, without what would tell who asked."""
    query = _joined().order_by(answers.c.asked_at.desc(), answers.c.id.desc()).limit(limit)
    return tuple(anonymous(each) for each in _answers(tx, query))


def asked_by(tx: Connection, person: str, limit: int | None) -> tuple[Answer, ...]:
    """Return the latest answers given to a person, newest first, for that person alone.

    None of them is left out without a limit.
    """
    theirs = sa.select(answer_askers.c.answer).where(answer_askers.c.person == storable(person))
    query = _joined().where(answers.c.id.in_(theirs), answers.c.erased_at.is_(None))
    newest = query.order_by(answers.c.asked_at.desc(), answers.c.id.desc())
    return tuple(_answers(tx, newest.limit(limit)))


def given_between(tx: Connection, start: datetime, end: datetime) -> tuple[Answer, ...]:
    """Return the answers given from an instant on and before another, oldest first."""
    asked = answers.c.asked_at
    query = _joined().where(asked >= start, asked < end).order_by(asked, answers.c.id)
    return tuple(_answers(tx, query))


def count_between(tx: Connection, start: datetime, end: datetime) -> int:
    """Count the answers given from an instant on and before another."""
    asked = answers.c.asked_at
    return tx.scalar(sa.select(sa.func.count()).where(asked >= start, asked < end)) or 0


def count_by_ruling(tx: Connection) -> dict[Ruling, int]:
    """Count the answers kept, by verdict."""
    query = sa.select(answers.c.ruling, sa.func.count().label("number")).group_by(answers.c.ruling)
    found = {row.ruling: row.number for row in tx.execute(query)}
    return {ruling: found.get(ruling.value, 0) for ruling in Ruling}


def hits(tx: Connection, answer_id: str) -> tuple[Hit, ...]:
    """Return the passages an answer's judge was shown, in order, with the scores of then."""
    row = tx.execute(
        sa.select(answers.c.edition, answers.c.shown).where(answers.c.id == answer_id)
    ).first()
    if row is None or row.edition is None or not row.shown:
        return ()
    book = editions.load(tx, row.edition)
    return tuple(
        Hit(passage=book.passage(passage_id), score=score, dense=dense, lexical=lexical, late=late)
        for passage_id, score, dense, lexical, late in row.shown
    )


def export(tx: Connection) -> Iterator[dict[str, Any]]:
    """Give every answer as plain data for a line of JSON, oldest first, without who asked."""
    query = _joined().order_by(answers.c.asked_at, answers.c.id)
    for answer in _answers(tx, query):
        yield exported(answer)


def exported(answer: Answer) -> dict[str, Any]:
    """Return an answer as plain data for a line of JSON: no asker, no hits."""
    data: dict[str, Any] = _form(Answer).dump_python(
        anonymous(answer), mode="json", exclude={"hits"}
    )
    return data


def anonymous(answer: Answer) -> Answer:
    """Return the answer without the exceptions it rests on: whose they are is who asked."""
    verdict = answer.verdict
    if not verdict.exceptions:
        return answer
    asked = {wording.for_purpose(each.purpose) for each in verdict.exceptions}
    told = asked | {wording.by_exception(each) for each in verdict.exceptions}
    unnamed = replace(
        verdict,
        deciding=wording.SOME_PURPOSE if verdict.deciding in told else verdict.deciding,
        conditions=_hidden(verdict.conditions, asked),
        missing=_hidden(verdict.missing, asked),
        exceptions=(),
    )
    return replace(answer, verdict=unnamed)


def _hidden(told: Sequence[str], purposes: Set[str]) -> tuple[str, ...]:
    return tuple(wording.SOME_PURPOSE if each in purposes else each for each in told)


def asker(tx: Connection, answer_id: str, *, by: str, reason: str, now: datetime) -> str | None:
    """Look up who asked, or None; the look-up and its reason are entered in the audit chain."""
    about = {"answer": answer_id, "reason": reason}
    chain.append(tx, at=now, who=by, what="looked up who asked", about=about)
    return tx.scalar(sa.select(answer_askers.c.person).where(answer_askers.c.answer == answer_id))


def _joined() -> sa.Select[Any]:
    about_edition = [
        column.label(f"edition_{column.name}")
        for column in editions.editions.c
        if column.name not in {"agreements", "content_hash", "rules"}
    ]
    return sa.select(answers, *about_edition).outerjoin(
        editions.editions, editions.editions.c.number == answers.c.edition
    )


def _answers(tx: Connection, query: sa.Select[Any]) -> Iterator[Answer]:
    rows = tx.execute(query).all()
    cited = _cited(tx, [row.id for row in rows])
    for row in rows:
        yield _answer(row, cited.get(row.id, ()))


def _cited(tx: Connection, answer_ids: Sequence[str]) -> dict[str, tuple[CitedUnit, ...]]:
    found: dict[str, list[CitedUnit]] = {}
    for start in range(0, len(answer_ids), 500):
        some = answer_ids[start : start + 500]
        query = sa.select(answer_units).where(answer_units.c.answer.in_(some))
        for row in tx.execute(query.order_by(answer_units.c.answer, answer_units.c.ordinal)):
            found.setdefault(row.answer, []).append(_cited_unit(row))
    return {answer_id: tuple(units) for answer_id, units in found.items()}


def _cited_unit(row: Record) -> CitedUnit:
    return CitedUnit(
        section_id=row.section_id,
        passage_id=row.passage_id,
        outcome=Outcome(row.outcome),
        text_hash=row.text_hash,
    )


def _answer(row: Record, cited: tuple[CitedUnit, ...]) -> Answer:
    question = row.question
    return Answer(
        id=row.id,
        question=_form(Question).validate_python(question) if question else Question(text=""),
        verdict=_form(Verdict).validate_python(row.verdict),
        edition=None if row.edition is None else _edition(row),
        cited=cited,
        fingerprint=row.fingerprint,
        asked_at=row.asked_at,
        took=row.took,
        opinion=_form(Opinion).validate_python(row.opinion) if row.opinion else None,
        erased_at=row.erased_at,
    )


def _edition(row: Record) -> Edition:
    return Edition(
        number=row.edition,
        published_at=row.edition_published_at,
        published_by=row.edition_published_by,
        approved_by=row.edition_approved_by,
        effective_at=row.edition_effective_at,
        note=row.edition_note,
    )


# ---------------------------------------------------------------- forgetting


def erase(tx: Connection, answer_id: str, now: datetime, *, by: str | None = None) -> bool:
    """Erase an answer's question, asker and words; False if there was nothing left to erase.

    With `by` the audit chain says who did it.
    """
    erased = _erase(tx, answers.c.id == answer_id, now)
    if erased and by is not None:
        about = {"answer": answer_id}
        chain.append(tx, at=now, who=by, what="erased an answer", about=about)
    return bool(erased)


def erase_person(tx: Connection, person: str, now: datetime, *, by: str | None = None) -> int:
    """Erase all that somebody asked; return how many answers that was.

    Their cases about others' answers are withdrawn, and what they thought of answers goes too. With
    `by` the audit chain says who did it, and of how many answers; not whose they were.
    """
    theirs = sa.select(answer_askers.c.answer).where(answer_askers.c.person == storable(person))
    erased = _erase(tx, answers.c.id.in_(theirs), now)
    cases.forget_person(tx, person, now)
    feedback.forget_person(tx, person)
    if erased and by is not None:
        about = {"answers": erased}
        chain.append(tx, at=now, who=by, what="erased a person's answers", about=about)
    return erased


def forget_expired(tx: Connection, now: datetime) -> int:
    """Erase the answers whose time is over; return how many that was.

    One about which a case waits is kept until the case is answered.
    """
    over = answers.c.keep_until <= now
    return _erase(tx, sa.and_(over, answers.c.id.not_in(cases.answers_waiting())), now)


def _erase(tx: Connection, where: sa.ColumnElement[bool], now: datetime) -> int:
    query = sa.select(answers.c.id, answers.c.verdict).where(where, answers.c.erased_at.is_(None))
    rows = tx.execute(query).all()
    for row in rows:
        _erase_one(tx, row, now)
    return len(rows)


def _erase_one(tx: Connection, row: Record, now: datetime) -> None:
    # Without a time to be kept until, no later look for what is over comes by the row again.
    verdict = _form(Verdict).validate_python(row.verdict)
    kept = _written(Verdict, without_words(verdict))
    tx.execute(
        answers.update()
        .where(answers.c.id == row.id)
        .values(
            question=None, opinion=None, shown=None, verdict=kept, keep_until=None, erased_at=now
        )
    )
    tx.execute(answer_askers.delete().where(answer_askers.c.answer == row.id))
    cases.forget(tx, [row.id], now)
    exceptions.forget(tx, [row.id])
    feedback.forget(tx, [row.id])


def without_words(verdict: Verdict) -> Verdict:
    """Return the verdict with its ruling and the rules it quotes, and nothing on the question.

    The closest rules go too: there they show what was asked, and no ruling rests on them.
    """
    return Verdict(ruling=verdict.ruling, reason="", quotes=verdict.quotes, notes=verdict.notes)
