"""Lengths of time that people state and rules limit, in days."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBERS = {
    "half": 0.5,
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "couple": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "twelve": 12,
    "twenty": 20,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
}
_UNITS = {
    "second": 1 / 86400,
    "sec": 1 / 86400,
    "minute": 1 / 1440,
    "min": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "month": 30.0,
    "quarter": 91.0,
    "year": 365.0,
}
_NUMBER = rf"(?P<number>\d+(?:\.\d+)?|{'|'.join(_NUMBERS)})"
_UNIT = rf"(?P<unit>{'|'.join(_UNITS)})s?"
_LENGTH = re.compile(
    rf"\b{_NUMBER}\b(?:\s+(?:an?|of|working|business|calendar))*[\s-]*{_UNIT}\b", re.IGNORECASE
)
_AT_MOST = re.compile(
    r"(?:within|at most|up to|no (?:more|longer|later) than|not (?:more|longer) than|under"
    r"|less than|maximum of|for a maximum of)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_LONGER = re.compile(r"(?:longer than|more than|over|beyond|exceeding)\s+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A length of time in days that a clause draws a line at; `above`: it rules beyond the line."""

    days: float
    above: bool


def stated(text: str) -> tuple[float, ...]:
    """Return every length of time in the text, in days, in order."""
    return tuple(_days(found) for found in _LENGTH.finditer(text))


def limit(text: str) -> Limit | None:
    """Return the first line that the text draws in time, or None where it draws none."""
    for found in _LENGTH.finditer(text):
        before = text[: found.start()]
        if _AT_MOST.search(before):
            return Limit(days=_days(found), above=False)
        if _LONGER.search(before):
            return Limit(days=_days(found), above=True)
    return None


def outside(clause: str, question: str) -> bool:
    """Tell whether the question states a length of time on the other side of the clause's line."""
    line, lengths = limit(clause), stated(question)
    if line is None or not lengths:
        return False
    beyond = max(lengths) > line.days
    return beyond != line.above


def _days(found: re.Match[str]) -> float:
    number = found["number"].lower()
    unit = found["unit"].lower()
    return float(_NUMBERS.get(number, 0) or float(number)) * _UNITS[unit]
