"""The author's marker: the word with which a guideline says what its clause does.

"**Not allowed.** …", "Allowed if …", "Ask first: …", "Prohibited —", with or without bold and
emoji, at the start of a passage, alone in a cell of its table row, or alone above it as lead-in or
heading.
Where there is one it decides, whatever the words say.
"""

from __future__ import annotations

import re

from knowledge.models import Outcome

Marked = tuple[Outcome, bool]
"""An outcome, and whether it only advises."""

_REFUSING = r"(?:not|never|isn't|aren't) (?:allowed|permitted|ok|okay|acceptable)"
_FREEING = r"(?:allowed|permitted|ok|okay|fine)"
_TYING = (
    r"(?:if|when|where|with|once|after|provided|subject to|under|for|to|by|only|unless|except|"
    r"in|on|within|until|as long as)"
)

_WORDS: tuple[tuple[str, Outcome, bool], ...] = (
    (rf"{_REFUSING}|prohibited|forbidden|disallowed|banned|no[- ]go", Outcome.PROHIBITS, False),
    (r"not recommended|discouraged|advised against", Outcome.PROHIBITS, True),
    (
        rf"{_FREEING},? (?:only )?{_TYING}(?: conditions?| approval)?|conditional(?:ly allowed)?|"
        r"only (?:if|with|when|after)(?: approval)?",
        Outcome.CONDITIONS,
        False,
    ),
    (
        r"ask(?: [\w']+){0,3} first|ask (?:before|for)(?: [\w']+){0,2}|(?:with|get|seek) approval|"
        r"(?:needs?|requires?) (?:\w+ ){0,3}approval|approval (?:required|needed)|case by case",
        Outcome.CONDITIONS,
        False,
    ),
    (rf"(?:always )?{_FREEING}", Outcome.PERMITS, False),
    (r"required|mandatory|must(?: do)?|always|compulsory|obligatory|do", Outcome.REQUIRES, False),
    (r"recommended|advised|encouraged|should", Outcome.REQUIRES, True),
    (r"never|don't|do not|must not|should not", Outcome.PROHIBITS, False),
)
_SIGN = r"^(?:[^\w\s\"“'(\[]{1,3}\s?)?"
_STOP = r"\s?(?:[.:!–—]|-\s|$)"  # noqa: RUF001
_MARKERS = tuple(
    (re.compile(rf"{_SIGN}(?:{words}){_STOP}", re.IGNORECASE), outcome, advice)
    for words, outcome, advice in _WORDS
)
"""Markers that end in a stop, a colon or a dash, or are all there is."""

_ANY = re.compile(rf"{_SIGN}(?:{'|'.join(words for words, _, _ in _WORDS)}){_STOP}", re.IGNORECASE)
_RUNNING_CONDITION = re.compile(
    rf"{_SIGN}(?:only )?(?:allowed|permitted),? (?:only )?{_TYING}\b", re.IGNORECASE
)
_RUNNING_REFUSAL = re.compile(
    rf"{_SIGN}(?:{_REFUSING}|prohibited|forbidden),? (?:unless|without|except|until|other than)\b",
    re.IGNORECASE,
)
"""Markers that run on into their condition: "Allowed if the data is masked"."""

_BOLD = re.compile(r"^\W{0,6}(?:\*\*|__)([^*_\n]{2,60})(?:\*\*|__)")
_ALONE_ENDS = " .:*_!"


def opening_marker(text: str, raw: str) -> Marked | None:
    """Return what the marker at the passage's start says; `text` is plain, `raw` as stored.

    A marker in bold needs no stop of its own: "**Ask first** when …".
    """
    if _RUNNING_CONDITION.match(text) or _RUNNING_REFUSAL.match(text):
        return Outcome.CONDITIONS, False
    bold = _BOLD.match(raw)
    return _first(text) or (_first(bold[1].strip(" .:") + ".") if bold else None)


def lone_marker(text: str) -> Marked | None:
    """Return what a lead-in, heading or cell says that is a marker and nothing more."""
    if not _ANY.match(text.strip()):
        return None
    for pattern, outcome, advice in _MARKERS:
        match = pattern.match(text.strip())
        if match and not text.strip()[match.end() :].strip(_ALONE_ENDS):
            return outcome, advice
    return None


def row_marker(text: str) -> Marked | None:
    """Return what the first cell says that is a marker and nothing more."""
    cells = (lone_marker(cell) for cell in text.split("|") if cell.strip())
    return next((marked for marked in cells if marked is not None), None)


def _first(text: str) -> Marked | None:
    if not _ANY.match(text):
        return None
    for pattern, outcome, advice in _MARKERS:
        if pattern.match(text):
            return outcome, advice
    return None
