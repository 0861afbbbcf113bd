"""Cases that wait: who is reminded of them, and when.

Each reminder is a row of the outbox under a key of its own, so however often and on however many
replicas the clock asks, it is planned once; after a time without a clock only the last is.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from jobs import outbox
from jobs.notices import CaseReminder
from jobs.outbox import Priority
from jobs.ports import Address, Directory
from jobs.schedule import Reminder, reminder_due, reminders
from knowledge.answering import cases
from knowledge.answering.cases import Case
from knowledge.database import Database


def remind(
    database: Database,
    directory: Directory,
    *,
    compliance: str,
    zone: ZoneInfo,
    now: datetime,
    holidays: Set[date] = frozenset(),
) -> int:
    """Plan the reminders that are due of cases that wait; return how many were planned anew.

    A case's owner is reminded in the hours of where they are. `compliance` is the conversation
    that hears of cases without an owner, in the hours of `zone`, the company's, and of those whose
    owner does not answer.
    """
    with database.read() as tx:
        overdue = cases.overdue(tx, now)
    planned = 0
    for case in overdue:  # the directory may have to ask Slack, so no transaction waits for it
        where = zone if case.owner is None else directory.person(case.owner).zone
        due = reminder_due(case.due_at, zone=where, now=now, holidays=holidays)
        if due is not None:
            with database.begin() as tx:
                planned += _plan(tx, case, due, compliance=compliance, now=now)
    return planned


def settle(tx: Connection, case: Case, *, zone: ZoneInfo, now: datetime) -> None:
    """Take back the reminders of a case that is answered or withdrawn, sent or not."""
    until = now + timedelta(days=1)  # it may be morning already where its owner is
    for reminder in takewhile(lambda each: each.at <= until, reminders(case.due_at, zone=zone)):
        outbox.withdraw(tx, _key(case, reminder.step), now=now)


def _plan(tx: Connection, case: Case, due: Reminder, *, compliance: str, now: datetime) -> bool:
    """Plan a reminder, unless the case was answered or given to another in the meantime."""
    there = cases.get(tx, case.id)
    if there is None or not there.waiting or there.owner != case.owner:
        return False
    to = compliance if case.owner is None or due.to_compliance else case.owner
    return outbox.plan(
        tx,
        CaseReminder(case=case.id, step=due.step),
        Address(channel=to),
        key=_key(case, due.step),
        now=now,
        priority=Priority.REMINDER,
        owner=compliance,
    )


def _key(case: Case, step: int) -> str:
    return f"case {case.id} reminder {step}"
