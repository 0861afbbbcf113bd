"""How well each clause shown speaks to a question, as shares that add up to one.

Pure arithmetic over what the search found and what the words stand for.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.judging import sentences, wording
from knowledge.judging.conditions import act_of
from knowledge.judging.judge import Shown
from knowledge.judging.thesaurus import Notions, Thesaurus
from knowledge.models import Basis, Outcome, Passage

# A listwise logistic fit of "this clause is the gold one" over the clauses shown, on the golden
# and on the exam's development questions; either's weights serve the other about as well, so they
# are rounded. A clause meets a question as the search found it, and by notions both ways.
SCORE = 5.0
DENSE = 3.0
LATE = 5.0
ASKED = 4.0
RULED = 5.0

_WHOSE = "openai gpt"
_PIECE = re.compile(r"[.;:](?:\s|$)|\((?=[a-z]{1,4}\))")
_SMALLEST_PIECE = 4
_WHOSE = "openai gpt"
"""Stands for every vendor and every model of theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How a clause meets the question; every number lies in [0, 1].

    `share` is its part of the relevance of all clauses that rule on something, `part` of that of
    every clause shown: a description rules on nothing, but may be what was asked for. `ruled` is
    how much of the clause the question speaks of (each notion weighted by how telling it is among
    the clauses shown), `act` the same of the act the clause names. `heard` is how
    much of the question the clause speaks of, every word counting alike and what no clause speaks
    of counting too; `grasp` is how far the question and the sentence that rules speak of each
    other. `notions` are what the clause speaks of.
    """

    shown: Shown
    share: float
    part: float
    ruled: float
    act: float
    heard: float
    grasp: float
    notions: Notions


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """All matches in the order shown, what the question says, how telling each notion is."""

    all: tuple[Match, ...]
    asked: Notions
    weights: Mapping[str, float]


def match(question: str, shown: Sequence[Shown], thesaurus: Thesaurus) -> Matches:
    """Return how every clause shown meets the question."""
    slots = thesaurus.notions(question)
    asked = Notions().union(*slots)
    ruled = [thesaurus.together(_context(one)) for one in shown]
    weights = _weights(ruled)
    parts = _shares(_strengths(shown, slots, ruled, weights))
    ruling = sum(part for one, part in zip(shown, parts, strict=True) if _votes(one.unit.clause))
    found = tuple(
        Match(
            shown=one,
            share=part / ruling if _votes(one.unit.clause) else 0.0,
            part=part,
            ruled=covered(notions, asked, weights),
            act=_act(one, asked, weights, thesaurus),
            heard=sentences.answered(slots, notions | _names(one, thesaurus)),
            grasp=_grasp(one, slots, weights, thesaurus),
            notions=notions,
        )
        for one, notions, part in zip(shown, ruled, parts, strict=True)
    )
    return Matches(all=found, asked=asked, weights=weights)


def _votes(clause: Passage) -> bool:
    """Tell whether the clause can gate an act: a duty that nobody asked about is only a note."""
    if clause.outcome is Outcome.REQUIRES:
        return clause.basis is Basis.MARKER
    return clause.outcome is not Outcome.NONE


def covered(notions: Notions, by: Notions, weights: Mapping[str, float]) -> float:
    """Return the share of the notions, by weight, that `by` speaks of too."""
    whole = sum(weights.get(notion, 0.0) for notion in notions)
    return sum(weights.get(notion, 0.0) for notion in notions & by) / whole if whole else 0.0


def _context(shown: Shown) -> str:
    """Return a clause's words under its own heading and the sentence that leads in."""
    clause = shown.unit.clause
    above = (*clause.headings[-1:], *clause.lead_ins[-1:])
    return " ".join((*above, wording.plain(clause.text)))


def _names(shown: Shown, thesaurus: Thesaurus) -> Notions:
    """Return what the names above a clause speak of: its document's, vendor's and headings'."""
    document, clause = shown.document, shown.unit.clause
    names = (document.title, document.vendor or "", document.entity or "")
    return thesaurus.together(" ".join((*names, *clause.headings, *clause.lead_ins)))


def _grasp(
    shown: Shown, slots: Sequence[Notions], weights: Mapping[str, float], thesaurus: Thesaurus
) -> float:
    """Return how question and ruling sentence speak of each other; that both name a vendor or its
    models says nothing, for whose rules bind was settled before.
    """
    whose = thesaurus.together(_WHOSE)
    telling = [slot for slot in slots if not slot & whose]
    around = _names(shown, thesaurus) - whose
    others = {notion: weight for notion, weight in weights.items() if notion not in whose}
    return sentences.grasp(shown.unit.clause, telling, around, others, thesaurus)


def _act(shown: Shown, asked: Notions, weights: Mapping[str, float], thesaurus: Thesaurus) -> float:
    """Return how much the question speaks of the act, taking of a long clause its best piece."""
    pieces = [
        thesaurus.together(piece)
        for piece in _PIECE.split(act_of(wording.plain(shown.unit.clause.text)))
    ]
    large = [piece for piece in pieces if len(piece) >= _SMALLEST_PIECE]
    return max((covered(piece, asked, weights) for piece in large or pieces), default=0.0)


def _weights(ruled: Sequence[Notions]) -> dict[str, float]:
    """Weigh a notion by how few of the clauses shown speak of it (inverse document frequency)."""
    counts = Counter(notion for notions in ruled for notion in notions)
    return {notion: math.log((len(ruled) + 1) / (count + 0.5)) for notion, count in counts.items()}


def _strengths(
    shown: Sequence[Shown],
    slots: Sequence[Notions],
    ruled: Sequence[Notions],
    weights: Mapping[str, float],
) -> list[float]:
    asked = Notions().union(*slots)
    return [
        SCORE * one.hit.score
        + DENSE * (one.hit.dense or 0.0)
        + LATE * (one.hit.late or 0.0)
        + ASKED * _answered(slots, notions, weights)
        + RULED * covered(notions, asked, weights)
        for one, notions in zip(shown, ruled, strict=True)
    ]


def _answered(slots: Sequence[Notions], ruled: Notions, weights: Mapping[str, float]) -> float:
    """Return how much of what the question says, if any clause does, this clause speaks of."""
    known = sum(max((weights.get(n, 0.0) for n in slot), default=0.0) for slot in slots)
    shared = sum(max((weights[n] for n in slot & ruled), default=0.0) for slot in slots)
    return shared / known if known else 0.0


def _shares(strengths: Sequence[float]) -> list[float]:
    """Return the strengths as shares of one (softmax)."""
    highest = max(strengths, default=0.0)
    powers = [math.exp(strength - highest) for strength in strengths]
    total = sum(powers) or 1.0
    return [power / total for power in powers]
