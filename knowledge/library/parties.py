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
    before = _ASIDE.sub(" ", sentence[max(0, position - REACH) : position])
    clause = _CLAUSE_START.split(before)[-1]
    tokens = _WORD.findall(clause)
    while tokens and tokens[-1].lower() in _BETWEEN:
        tokens.pop()
    if _joined_with_us(tokens):
        return Party.US
    special = _of_others(" ".join(tokens[-2:]).lower()) if kind is not Kind.GUIDELINE else None
    if special is not None:
        return special
    for number, token in _nearest_first(tokens):
        following = tokens[number + 1] if number + 1 < len(tokens) else ""
        if number and tokens[number - 1].lower() in _PREPOSITIONS:
            continue
        if following and number >= _HEAD and token.lower() in _PRONOUNS:
            continue
        party = _party(token, following, kind, leads=number == 0)
        if party is not None:
            return party
    named = any(token.lower() in cues.STAFF for token in tokens)
    return Party.US if named else Party.THING


def _joined_with_us(tokens: list[str]) -> bool:
    """Tell whether the subject is ourselves and somebody else: "Customer and Acme"."""
    if len(tokens) < _PAIR or tokens[-2].lower() != "and":
        return False
    return tokens[-3].lower() in cues.US


_PAIR = 3


def _of_others(last_words: str) -> Party | None:
    """In terms "our affiliates" are theirs, "third parties" nobody's, "each of us" are both."""
    if last_words == "of us":
        return Party.US
    first, _, second = last_words.partition(" ")
    if (second and first == "our") or last_words in {"the company", "the companies"}:
        return Party.THEM
    if second in _OTHERS and first in {"third", "these", "such", "those", "other"}:
        return Party.THING
    return None


REACH = 160
"""Characters before a verb among which its subject is sought."""

_HEAD = 3
"""First words of a clause, among which its subject stands; later pronouns are objects."""
_PRONOUNS = frozenset({"you", "we"})
_ASIDE = re.compile(r"\([^()]{0,120}\)")
_PREPOSITIONS = frozenset({"to", "from", "by", "for", "with", "against", "on", "about"})
"""Before a party: it is spoken of, and does not act."""
_CLAUSE_START = re.compile(
    r"[.;:]\s|,\s|\(|\)\s|\b(?:that|if|when|where|but|because|so that|whether|while)\s",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z][\w'-]*")
_BETWEEN = frozenset(
    {"also", "then", "hereby", "each", "both", "all", "always", "either", "therefore", "only"}
    | {"still", "currently", "generally", "further", "expressly", "sometimes", "reserve"}
    | {"and", "or", "ai", "inc", "llc", "ltd", "pbc", "l", "c"}
)
"""Words that may stand between a subject and its verb, and tails of companies' names."""


_OTHERS = frozenset({"parties", "party", "companies", "organizations", "providers", "users"})


def _nearest_first(tokens: list[str]) -> list[tuple[int, str]]:
    """Return the tokens with their places: the last, then the first few, then the others."""
    numbered = [*enumerate(tokens)]
    return [*numbered[-1:], *numbered[:-1][:_HEAD], *reversed(numbered[:-1][_HEAD:])]


def _party(token: str, following: str, kind: Kind, *, leads: bool) -> Party | None:
    word = token.lower().removesuffix("'s")
    if word in _PRONOUNS and following and following.lower() not in _JOINING:
        return None
    if word in cues.US or (word in cues.STAFF and kind is Kind.GUIDELINE):
        return Party.US
    them = Party.US if kind is Kind.GUIDELINE else Party.THEM
    if word in cues.THEM:
        return them
    if word == "they" and kind is Kind.GUIDELINE and not following:
        return Party.US
    if word in cues.THINGS or word in cues.STAFF:
        return None
    return them if (leads or not following) and _is_name(token, following) else None


_JOINING = frozenset(
    {"and", "or", "as", "in", "at", "upon", "under", "to", "each", "hereby", "may", "must"}
    | {"will", "shall", "not", "also", "still"}
)
"""What may follow a pronoun that is still the subject of the verb further on."""


def _is_name(token: str, following: str) -> bool:
    """Tell whether a word looks like a speaker's name: "OpenAI" anywhere, "Meta" before a verb.

    A name that belongs to something ("Meta's policies", "ChatGPT Voice") speaks of nobody.
    """
    joined = following[:1].isupper() and following.lower() not in _BETWEEN
    if token.isupper() or token.endswith("s") or joined:
        return False
    if any(letter.isupper() for letter in token[1:]) and "-" not in token:
        return True
    return not following and token[0].isupper()
