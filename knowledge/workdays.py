"""Working days: when something is due that people are given a few days for. Pure.

Monday to Friday, but for the holidays that whoever asks names.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5
_DAY = timedelta(days=1)


def is_workday(day: date, holidays: Set[date] = frozenset()) -> bool:
    """Tell whether people work on that day."""
    return day.weekday() < _SATURDAY and day not in holidays


def workday_from(day: date, holidays: Set[date] = frozenset()) -> date:
    """Return the day itself if it is a working day, else the next one."""
    while not is_workday(day, holidays):
        day += _DAY
    return day


def workday_after(day: date, count: int, holidays: Set[date] = frozenset()) -> date:
    """Return the working day that is `count` (1 or more) working days after a day."""
    for _ in range(count):
        day = workday_from(day + _DAY, holidays)
    return day


def due_after(
    now: datetime, *, zone: ZoneInfo, workdays: int = 2, holidays: Set[date] = frozenset()
) -> datetime:
    """Return the instant at the same time of day so many working days later, in UTC.

    Days are those of the zone. Two working days are what `docs/verdicts.md` promises for a case.
    """
    local = now.astimezone(zone)
    day = workday_after(local.date(), workdays, holidays)
    return datetime.combine(day, local.time(), tzinfo=zone).astimezone(UTC)
