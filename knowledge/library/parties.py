"""Whose conduct a verb speaks of: ours, the other side's, or nobody's."""

from __future__ import annotations

import re
from enum import Enum, auto

from knowledge.library import cues
from knowledge.models import Kind


class Party(Enum):
    """Whose conduct a clause speaks of; in a guideline there is no other side."""

    US = auto()
    THEM = auto()
    THING = auto()


def party_before(sentence: str, position: int, kind: Kind) -> Party:
    """Return whose conduct the verb at this position speaks of.

    The word just before it decides when it names a party; else the first party in the clause.
    """
    clause = _CLAUSE_START.split(sentence[max(0, position - REACH) : position])[-1]
    tokens = _WORD.findall(clause)
    while tokens and tokens[-1].lower() in _BETWEEN:
        tokens.pop()
    for number, token in _nearest_first(tokens):
        party = _party(token, kind, adjacent=number == len(tokens) - 1)
        if party is not None:
            return party
    return Party.THING


REACH = 160
"""Characters before a verb among which its subject is sought."""

_HEAD = 3
_CLAUSE_START = re.compile(
    r"[.;:]\s|,\s|\(|\)\s|\b(?:that|if|when|where|but|because|so that|whether|while)\s",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z][\w'-]*")
_BETWEEN = frozenset(
    {"also", "then", "hereby", "each", "both", "all", "always", "either", "therefore", "only"}
    | {"and", "or", "ai", "inc", "llc", "ltd", "pbc", "l", "c"}
)
"""Words that may stand between a subject and its verb, and tails of companies' names."""


def _nearest_first(tokens: list[str]) -> list[tuple[int, str]]:
    """Return the tokens with their places: the last, then the first few, then the others."""
    numbered = [*enumerate(tokens)]
    return [*numbered[-1:], *numbered[:-1][:_HEAD], *reversed(numbered[:-1][_HEAD:])]


def _party(token: str, kind: Kind, *, adjacent: bool) -> Party | None:
    word = token.lower()
    if word in cues.US:
        return Party.US
    them = Party.US if kind is Kind.GUIDELINE else Party.THEM
    if word in cues.THEM:
        return them
    if word in cues.THINGS:
        return None
    return them if _is_name(token, adjacent=adjacent) else None


def _is_name(token: str, *, adjacent: bool) -> bool:
    """Tell whether a word looks like a speaker's name: "OpenAI" anywhere, "Meta" before a verb."""
    if token.isupper() or (token.endswith("s") and not token.endswith("'s")):
        return False
    if any(letter.isupper() for letter in token[1:]) and "-" not in token:
        return True
    return adjacent and token[0].isupper()
