"""How far a question speaks of the sentence that rules: for clauses without an author's marker.

Such a clause is long and says many things; only the sentence that forbids, permits or binds
counts, and only as far as question and sentence speak of each other. Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from knowledge.judging import wording
from knowledge.judging.thesaurus import Notions, Thesaurus
from knowledge.models import Outcome, Passage

_SENTENCE = re.compile(r"(?<=[.;!?])\s+|\s+(?=\([a-z]{1,3}\)\s)")
_PHRASE = re.compile(
    r"[,.;:(]|\b(?:in|on|to|for|with|from|as|of|into|by|when|that|which|whose|who|before|after"
    r"|until|without|at|about|than|between|under|through|over|where|unless|except)\b",
    re.IGNORECASE,
)
_FORBIDS = (
    r"\b(?:not|never|no|nor|neither|cannot|\w+n['\u2019]t|prohibit\w*|forbid\w*|avoid|refrain"
    r"|ban(?:ned)?|disallow\w*|unacceptable|without|only|except|unless)\b"
)
_BINDS = (
    r"\b(?:provided|as long as|so long as|on condition|subject to|approv\w*|consent|permission"
    r"|authori[sz]\w*|solely|agree\w*|until)\b"
)
_PERMITS = (
    r"\b(?:may|can|free to|allowed|permitted|entitled|right to|owns?|retain\w*|will not"
    r"|do(?:es)? not|never|welcome)\b"
)
_RULES = {
    Outcome.PROHIBITS: re.compile(_FORBIDS, re.IGNORECASE),
    Outcome.CONDITIONS: re.compile(f"{_FORBIDS}|{_BINDS}", re.IGNORECASE),
    Outcome.PERMITS: re.compile(_PERMITS, re.IGNORECASE),
}


def grasp(
    clause: Passage,
    slots: Sequence[Notions],
    around: Notions,
    weights: Mapping[str, float],
    thesaurus: Thesaurus,
) -> float:
    """Return how far the question and the clause's ruling sentence speak of each other, in [0, 1].

    The geometric mean of three shares: of the sentence (each notion by its weight) that the
    question speaks of, of the question's words that the sentence and what stands `around` it
    speak of, and of the sentence's phrases that the question touches. 0 where none rules.
    """
    rules = _RULES.get(clause.outcome)
    if rules is None or not slots:
        return 0.0
    led = any(rules.search(lead_in) for lead_in in clause.lead_ins)
    asked = Notions().union(*slots)
    return max(
        (
            _met(sentence, slots, asked, around, weights, thesaurus)
            for sentence in _SENTENCE.split(wording.plain(clause.text))
            if led or rules.search(sentence)
        ),
        default=0.0,
    )


def answered(slots: Sequence[Notions], notions: Notions) -> float:
    """Return the share of the question's different words that the notions speak of."""
    different = set(slots)
    return sum(bool(slot & notions) for slot in different) / len(different) if different else 0.0


def _met(
    sentence: str,
    slots: Sequence[Notions],
    asked: Notions,
    around: Notions,
    weights: Mapping[str, float],
    thesaurus: Thesaurus,
) -> float:
    said = thesaurus.together(sentence)
    whole = sum(weights.get(notion, 0.0) for notion in said)
    if not whole:
        return 0.0
    spoken = sum(weights.get(notion, 0.0) for notion in said & asked) / whole
    heard = answered(slots, said | around)
    return math.cbrt(spoken * heard * _touched(sentence, asked, thesaurus))


def _touched(sentence: str, asked: Notions, thesaurus: Thesaurus) -> float:
    """Return the share of the sentence's phrases of which the question speaks at all."""
    phrases = [said for said in map(thesaurus.together, _PHRASE.split(sentence)) if said]
    return sum(bool(said & asked) for said in phrases) / len(phrases) if phrases else 0.0
