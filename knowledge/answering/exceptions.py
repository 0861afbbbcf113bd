"""Exceptions: what compliance lets some people do, for one purpose, in spite of an internal rule.

An exception lifts the clauses of one section of ours, in the words they had when it was granted,
until a day. It never lifts a vendor's term, and never more than it names: see `Waiver`, and
docs/decisions/0009. Whom it names is compliance's own record; that an answer rests on it is kept
with the answer and goes when the answer is erased, as it would tell who asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge import chain
from knowledge.answering.asking import Said
from knowledge.answering.people import storable
from knowledge.database import Instant, Json, Record, metadata
from knowledge.errors import Problem, Refused
from knowledge.judging import conditions, wording
from knowledge.judging.conditions import Condition, Standing
from knowledge.judging.thesaurus import Thesaurus
from knowledge.models import ExceptionUsed, Kind, Outcome, Passage, Question, Rulebook, Waiver

exceptions = sa.Table(
    "exceptions",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("clauses", Json, nullable=False),
    sa.Column("people", Json, nullable=False),
    sa.Column("groups", Json, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("until", sa.Date, nullable=False, index=True),
    sa.Column("granted_by", sa.Text, nullable=False),
    sa.Column("granted_at", Instant, nullable=False),
    sa.Column("case", sa.ForeignKey("cases.id")),
    sa.Column("revoked_at", Instant),
    sa.Column("revoked_by", sa.Text),
    sqlite_autoincrement=True,
)

answer_exceptions = sa.Table(
    "answer_exceptions",
    metadata,
    sa.Column("answer", sa.ForeignKey("answers.id"), primary_key=True),
    sa.Column("exception", sa.ForeignKey(exceptions.c.id), primary_key=True, index=True),
)

LONGEST_PURPOSE = 200
"""Characters of a purpose: it stands in the first line of answers."""


class ExceptionRefused(Refused):
    """The exception may not be granted as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What compliance wants to grant: to whom, against which section of ours, for what, how long.

    With `passages` (ids) only those clauses of the section are lifted, else all that forbid, tie
    or require something.
    """

    rule: str
    purpose: str
    until: date
    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    passages: frozenset[str] = frozenset()
    case: int | None = None


def grant(
    tx: Connection, wanted: Grant, *, rulebook: Rulebook, by: str, now: datetime, today: date
) -> Waiver:
    """Grant an exception from a rule of the edition in force, and enter it in the audit chain.

    Whether `by` belongs to compliance is for the caller to check. Raises ExceptionRefused with
    every problem: nobody named, no such rule or none of ours, no purpose, a day that is past, or
    somebody who grants it to themselves.
    """
    clauses = _clauses(rulebook, wanted)
    purpose = " ".join(wanted.purpose.split())
    _refuse(_problems(wanted, purpose, clauses, rulebook, by=by, today=today))
    row = {
        "rule": wanted.rule,
        "clauses": sorted(clauses),
        "people": sorted(storable(person) for person in wanted.people),
        "groups": sorted(wanted.groups),
        "purpose": storable(purpose),
        "until": wanted.until,
        "granted_by": by,
        "granted_at": now,
        "case": wanted.case,
    }
    made = tx.execute(exceptions.insert().returning(exceptions), row).one()
    about = {"exception": made.id, "rule": made.rule, "until": wanted.until.isoformat()}
    chain.append(tx, at=now, who=by, what="granted an exception", about=about)
    return _waiver(made)


def revoke(tx: Connection, exception_id: int, *, by: str, now: datetime) -> bool:
    """End an exception at once; False if it is ended already or there is none."""
    ended = tx.execute(
        exceptions.update()
        .where(exceptions.c.id == exception_id, exceptions.c.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by)
    )
    if ended.rowcount != 1:
        return False
    about = {"exception": exception_id}
    chain.append(tx, at=now, who=by, what="revoked an exception", about=about)
    return True


def get(tx: Connection, exception_id: int) -> Waiver | None:
    """Return an exception, living or not, or None."""
    row = tx.execute(sa.select(exceptions).where(exceptions.c.id == exception_id)).first()
    return None if row is None else _waiver(row)


def living(
    tx: Connection, *, person: str | None, groups: Iterable[str], at: datetime, day: date
) -> tuple[Waiver, ...]:
    """Return the exceptions that count for a person, and for whoever is in one of the groups.

    `at` is the instant asked about, `day` its day where the company is. Without a person only
    those of the groups count: what is said before several people names no single one's.
    """
    mine, shared = None if person is None else storable(person), frozenset(groups)
    return tuple(
        each
        for each in all_living(tx, at=at, day=day)
        if mine in each.people or each.groups & shared
    )


def all_living(tx: Connection, *, at: datetime, day: date) -> tuple[Waiver, ...]:
    """Return every exception that counts at an instant, the first to end first."""
    query = sa.select(exceptions).where(
        exceptions.c.granted_at <= at,
        exceptions.c.until > day,
        sa.or_(exceptions.c.revoked_at.is_(None), exceptions.c.revoked_at > at),
    )
    rows = tx.execute(query.order_by(exceptions.c.until, exceptions.c.id))
    return tuple(_waiver(row) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The exceptions that count for whoever asks a question.

    `question` is it in full, without what was answered to us, and `said` are those answers.
    """

    waivers: Sequence[Waiver]
    question: Question
    said: Sequence[Said] = ()

    def lifting(self, clause: Passage) -> ExceptionUsed | None:
        """Return the exception that lifts the clause; one whose purpose is stated first.

        Whether the question states the purpose is read as for any other condition: what speaks
        of the act itself does not count. Where it denies the purpose, the exception is no help.
        """
        found = [
            (each, self._standing(each, clause)) for each in self.waivers if each.lifts(clause)
        ]
        for standing in (Standing.MET, Standing.OPEN, Standing.DOUBTFUL):
            for waiver, stands in found:
                if stands is standing:
                    return _used(waiver, stated=stands is Standing.MET)
        return None

    def _standing(self, waiver: Waiver, clause: Passage) -> Standing:
        asked = wording.for_purpose(waiver.purpose)
        answered = [each.holds for each in self.said if each.condition == asked]
        if answered:
            return Standing.MET if answered[-1] else Standing.UNMET
        act = conditions.act_of(wording.plain(clause.text))
        condition = Condition(text=waiver.purpose, act=act)
        return conditions.standing(condition, self.question.text, _thesaurus()).standing


@cache
def _thesaurus() -> Thesaurus:
    return Thesaurus.load()


def _used(waiver: Waiver, *, stated: bool) -> ExceptionUsed:
    return ExceptionUsed(
        id=waiver.id,
        section_id=waiver.rule,
        purpose=waiver.purpose,
        until=waiver.until,
        by=waiver.granted_by,
        stated=stated,
    )


def unmoored(waivers: Iterable[Waiver], rulebook: Rulebook) -> tuple[Waiver, ...]:
    """Return those whose rule was reworded or went since: they lift nothing, and need a look."""
    there = {(passage.section_id, passage.hash) for passage in rulebook.passages}
    return tuple(
        each for each in waivers if not any((each.rule, clause) in there for clause in each.clauses)
    )


# ---------------------------------------------------------------- answers that rest on one


def note_use(tx: Connection, answer_id: str, exception_ids: Iterable[int]) -> None:
    """Keep on which exceptions an answer rests, so that their end finds it."""
    rows = [{"answer": answer_id, "exception": each} for each in sorted(set(exception_ids))]
    if rows:
        tx.execute(answer_exceptions.insert(), rows)


def answers_resting_on(tx: Connection, exception_id: int) -> tuple[str, ...]:
    """Return the ids of the answers that an exception lets be looser."""
    query = sa.select(answer_exceptions.c.answer).where(
        answer_exceptions.c.exception == exception_id
    )
    return tuple(tx.scalars(query.order_by(answer_exceptions.c.answer)))


def forget(tx: Connection, answer_ids: Iterable[str]) -> None:
    """Erase that these answers rest on exceptions."""
    tx.execute(answer_exceptions.delete().where(answer_exceptions.c.answer.in_(list(answer_ids))))


# ---------------------------------------------------------------- what may be granted


def _clauses(rulebook: Rulebook, wanted: Grant) -> frozenset[str]:
    """Return the hashes of the clauses to be lifted."""
    return frozenset(
        passage.hash
        for passage in rulebook.passages
        if passage.section_id == wanted.rule
        and passage.outcome in _BINDING
        and (not wanted.passages or passage.id in wanted.passages)
    )


_BINDING = frozenset({Outcome.PROHIBITS, Outcome.CONDITIONS, Outcome.REQUIRES})


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise ExceptionRefused(*problems)


def _problems(
    wanted: Grant,
    purpose: str,
    clauses: frozenset[str],
    rulebook: Rulebook,
    *,
    by: str,
    today: date,
) -> list[Problem]:
    found = [_problem_of_rule(wanted.rule, clauses, rulebook)]
    if not wanted.people and not wanted.groups:
        found.append(_problem("people", "it is for nobody", "Name people or groups"))
    if by in wanted.people:
        what = "nobody grants an exception to themselves"
        found.append(_problem("people", what, "Let another person grant it"))
    if not any(character.isalnum() for character in purpose):
        found.append(_problem("purpose", "it has no purpose", "Say what it is for"))
    if len(purpose) > LONGEST_PURPOSE:
        what = f"the purpose has {len(purpose)} characters, at most {LONGEST_PURPOSE} fit"
        found.append(_problem("purpose", what, "Say it in one short sentence"))
    if wanted.until <= today:
        what = "it would end before it begins"
        found.append(_problem("until", what, "Give a day after today"))
    return [each for each in found if each is not None]


def _problem_of_rule(rule: str, clauses: frozenset[str], rulebook: Rulebook) -> Problem | None:
    section = rulebook.sections.get(rule)
    if section is None:
        return _problem("rule", f"there is no section {rule} in force", "Name one by its id")
    if rulebook.documents[section.document_id].kind is not Kind.GUIDELINE:
        what = "only the vendor can lift a vendor's term"
        return _problem("rule", what, "Name a rule of our own")
    if not clauses:
        return _problem("rule", f"{rule} binds nobody to anything", "Name the rule that forbids it")
    return None


def _problem(place: str, what: str, mend: str) -> Problem:
    return Problem(place=place, what=what, mend=mend)


def _waiver(row: Record) -> Waiver:
    fields: dict[str, Any] = dict(row._mapping)
    sets = {name: frozenset(fields[name]) for name in ("clauses", "people", "groups")}
    return Waiver(**(fields | sets))
