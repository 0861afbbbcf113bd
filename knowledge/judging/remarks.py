"""What of a model's own words people may read: only what the rules and the question bear out.

A remark is short, in the question's or the rules' script, without links, mentions and marks, and
made of words that stand in the rules it speaks of or in the question. Everything else falls away,
and the clause's own words take its place. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.judging import facts, wording
from knowledge.judging.facts import lowered

LONGEST_REASON = 280
LONGEST_PART = 140
"""Characters of a reason, and of a condition or fact."""

STRANGE = 0.25
"""The share of a remark's content words that may stand neither in rules nor in the question."""

FROM_RULES = 0.3
"""The share of them that must stand in the rules it speaks of."""

LEAK = 6
"""Words in a row of our own instructions that no remark may repeat."""

ENGLISH = 0.12
"""From this share of small words on a text is taken to be English; other languages reach .08."""

_TELLING = 8
"""Words from which on the language of a text shows."""

_STEM = 5
_FORBIDDEN = re.compile(
    r"[<>@`\\\[\]{}|*_~^=#]|://|\bwww\.|\bmailto:|\b[\w-]+\.(?:[a-z]{2,3}|info|page|site|shop|cloud)\b(?:/|\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_SPEAKING = frozenset(
    word[:_STEM]
    for word in _WORD.findall(
        """
        act activity allow allowed answer apply applies approval bar bars because case clause
        company condition conditional consent cover covers depend depends describe exception exempt
        explicitly expressly fall falls follow following forbid forbidden forbids general guideline
        internal kind know limit mean means mention name need needs obtain outside permission permit
        permits permitted policy prohibit prohibited prohibition prohibits purpose question
        regardless require required requires rule rules say says since specific state stated states
        subject term terms therefore third treat treated under unless use used uses using vendor
        whether within without yet
        """
    )
)
"""Words for speaking of rules, which any remark may use."""

_FAVOURABLE = re.compile(
    r"\b(?:allow\w*|permit\w*|permission|free|freely|fine|ok|okay|may|can|acceptable|no problem)\b",
    re.IGNORECASE,
)
_DENYING = re.compile(
    r"\b(?:not|no|never|nor|neither|without|unless|cannot|forbid\w*|forbad\w*|prohibit\w*|bar|bars"
    r"|barred|ban\w*|exclud\w*|den(?:y|ies|ied)|refus\w*|only|\w+n't)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|nobody|none|nothing|nor|neither|without|lack\w*|missing|unless|if|refus\w*"
    r"|den(?:y|ied)|skip\w*|fail\w*|pending|cannot|\w+n't)\b",
    re.IGNORECASE,
)
_BEFORE = 3
"""Words before a fact among which a negation turns it round."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a remark may be made of: the words of the rules it speaks of, and of the question."""

    rules: frozenset[str]
    question: frozenset[str]
    scripts: frozenset[str]

    @classmethod
    def of(cls, rules: Iterable[str], question: str) -> Ground:
        """Return the ground that these texts make."""
        told = " ".join(rules)
        scripts = _scripts(question) or _scripts(told)
        return cls(_stems(told), _stems(question), scripts)


def fit(text: str, ground: Ground, *, instructions: Iterable[str] = (), limit: int) -> str:
    """Return the remark on one line, or "" where people may not read it."""
    remark = " ".join(text.split())
    if not remark or len(remark) > 2 * limit or _hides(remark) or _FORBIDDEN.search(remark):
        return ""
    if not _scripts(remark) <= ground.scripts or not _grounded(remark, ground):
        return ""
    if any(_repeats(remark, told) for told in instructions):
        return ""
    return wording.shorten(remark, limit)


def favours(text: str) -> bool:
    """Tell whether a remark speaks well of the act, and denies nothing."""
    plain = lowered(text)
    return _FAVOURABLE.search(plain) is not None and _DENYING.search(plain) is None


def foreign(text: str, question: str) -> bool:
    """Tell whether a longer text is in another script or language than an English question."""
    if _scripts(text) - _scripts(question) and not _scripts(text) & _scripts(question):
        return True
    said, asked = (_WORD.findall(lowered(one)) for one in (text, question))
    if len(said) < _TELLING or _small(asked) < ENGLISH:
        return False
    return _small(said) < ENGLISH


def _small(words: list[str]) -> float:
    """Return the share of small English words ("the", "may", "of") among the words."""
    return sum(map(facts.is_function, words)) / len(words) if words else 0.0


def stated(fact: str, question: str) -> bool:
    """Tell whether the question states the fact in these very words, and does not deny it."""
    wanted = _WORD.findall(lowered(fact))
    said = _WORD.findall(lowered(question))
    if not wanted or not facts.words(fact) or _NEGATION.search(lowered(fact)):
        return False
    places = [n for n in range(len(said)) if said[n : n + len(wanted)] == wanted]
    return any(not _denied(said[max(0, n - _BEFORE) : n]) for n in places)


def _denied(before: Iterable[str]) -> bool:
    return _NEGATION.search(" ".join(before)) is not None


def _hides(text: str) -> bool:
    """Tell whether a character is there that nobody sees, or that is for private use."""
    return any(unicodedata.category(character)[0] == "C" for character in text)


def _scripts(text: str) -> frozenset[str]:
    """Return the scripts of the letters, by the first words of their Unicode names."""
    return frozenset(
        unicodedata.name(character, "NONE").split()[0] for character in text if character.isalpha()
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in facts.words(text))


def _grounded(remark: str, ground: Ground) -> bool:
    said = [word[:_STEM] for word in facts.words(remark)]
    if not said:
        return False
    known = ground.rules | ground.question | _SPEAKING
    strange = sum(word not in known for word in said)
    own = sum(word in ground.rules for word in said)
    return strange <= STRANGE * len(said) and own >= FROM_RULES * len(said)


def _repeats(remark: str, told: str) -> bool:
    """Tell whether the remark has a run of words in common with what the model was told."""
    ours, theirs = (_WORD.findall(lowered(text)) for text in (told, remark))
    runs = {tuple(ours[n : n + LEAK]) for n in range(len(ours) - LEAK + 1)}
    return any(tuple(theirs[n : n + LEAK]) in runs for n in range(len(theirs) - LEAK + 1))
