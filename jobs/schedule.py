"""When a thing is due, as people live: working days and hours where they are. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, takewhile
from zoneinfo import ZoneInfo

from knowledge.workdays import workday_after, workday_from

MORNING = time(9, 30)
EVENING = time(18)
"""Between these two, on a working day, people are told things."""

DAILY = 3
"""How many working days in a row the owner of a case is reminded after it was due."""

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A reminder of a case: which one, counted from 0; when; and whether compliance gets it."""

    step: int
    at: datetime
    to_compliance: bool


def in_hours(at: datetime, zone: ZoneInfo, holidays: Set[date] = frozenset()) -> datetime:
    """Return the instant, or the next morning of a working day where it is outside the hours."""
    local = at.astimezone(zone)
    day = local.date() if local.time() < EVENING else local.date() + timedelta(days=1)
    working = workday_from(day, holidays)
    if working == local.date() and local.time() >= MORNING:
        return at.astimezone(UTC)
    return _morning(working, zone)


def reminders(
    due_at: datetime, *, zone: ZoneInfo, holidays: Set[date] = frozenset()
) -> Iterator[Reminder]:
    """Give the reminders of a case that waits, without end: it is never forgotten.

    Its owner is reminded when it is due and on the next three working days, then compliance is, on
    the day after and every week.
    """
    first = in_hours(due_at, zone, holidays)
    yield Reminder(step=0, at=first, to_compliance=False)
    day = first.astimezone(zone).date()
    for step in range(1, DAILY + 1):
        at = _morning(workday_after(day, step, holidays), zone)
        yield Reminder(step=step, at=at, to_compliance=False)
    told = workday_after(day, DAILY + 1, holidays)
    for week in count():
        at = _morning(workday_from(told + week * _WEEK, holidays), zone)
        yield Reminder(step=DAILY + 1 + week, at=at, to_compliance=True)


def reminder_due(
    due_at: datetime, *, zone: ZoneInfo, now: datetime, holidays: Set[date] = frozenset()
) -> Reminder | None:
    """Return the last reminder whose time has come, or None: what was missed is one reminder."""
    begun = takewhile(lambda each: each.at <= now, reminders(due_at, zone=zone, holidays=holidays))
    return max(begun, key=lambda each: each.step, default=None)


def _morning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)
