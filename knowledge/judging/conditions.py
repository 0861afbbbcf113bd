"""What a clause makes an act depend on, and whether the question says that it is so.

Pure. A condition counts as met or unmet only where the question speaks of it in words of its own
polarity; everything else leaves it open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from knowledge.judging import durations
from knowledge.judging.thesaurus import Thesaurus

MET_SHARE = 0.5
"""Share of a condition's notions that one stretch of the question must speak of, part by part."""

UNMET_SHARE = 0.33
"""The same where the question denies it: a refusal is safe to believe sooner."""

DOUBTFUL_SHARE = 0.25
"""From here on the question may be speaking of the condition in words not understood."""

_ALLOWED_IF = re.compile(r"^\W*allowed\s+(?:only\s+)?if\b\W*", re.IGNORECASE)
_ASK_FIRST = re.compile(r"^\W*ask\s+first\b", re.IGNORECASE)
_MARKER = re.compile(r"^\W*(?:not allowed|allowed|ask first)\b\W*", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s")
_CUE = re.compile(
    r"\b(?:only\s+(?:if|when|where|after|with)|if|unless|provided(?:\s+that)?|as long as|so long as"
    r"|on condition that|when|subject to|without|until|except (?:with|when|where|if)|once|after"
    r"|before|requires?|needs?|must (?:first )?(?:obtain|have|get))\b",
    re.IGNORECASE,
)
_GATE = re.compile(
    r"\bonly\b|\bunless\b|\bprovided\b|\bas long as\b|\bso long as\b|\bon condition that\b"
    r"|\bsubject to\b|\bwithout\b|\bexcept\b|\bmust (?:first )?(?:obtain|have|get)\b"
    r"|\b(?:requires?|needs?)\b.{0,40}\b(?:approv|consent|permission|authori[sz]|sign)",
    re.IGNORECASE | re.DOTALL,
)
_STOP = re.compile(r"[;:.](?:\s|$)|,\s+(?:and|but)\s")
_STRETCH = re.compile(
    r"[.?!;:,\u2013\u2014]+(?:\s|$)|\s-\s|\b(?:but|although|though|so that|because)\b"
)
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|nobody|none|nothing|no one|nowhere|without|cannot|neither|nor|zero"
    r"|\w+n't|lacks?|lacking|missing|unless|refus\w+|den(?:y|ied|ies)|skip\w*|flunk\w*|fail\w*"
    r"|still open|pending|before|instead of|yet to|un(?:approved|reviewed|registered|signed))\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\b(?:never|n't|not|nor) (?:leaves?|goes? out(?:side)?)\b"
    r"|\b(?:nobody|no one|nothing|none) (?:but|else|except)\b|\bnot only\b"
    r"|\bno (?:problem|issue|worries)\b",
    re.IGNORECASE,
)
"""Negative words that say "only" or nothing at all, and turn no statement round."""

_AND = re.compile(r"\band\b|,", re.IGNORECASE)
_DIGITS = re.compile(r"\d+|\b(?:days?|weeks?|months?|years?|hours?|minutes?)\b", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_TURN = re.compile(
    r"\bsame\b.{0,60}\bbut\b|\bexcept that\b|\binstead\b|^\W*(?:what if|how about|what about)\b"
    r"|^\W*(?:but|and) (?:if|when|what if|now)\b",
    re.IGNORECASE,
)
"""Words with which somebody goes on to another case."""

_EMPTY = re.compile(r"\b(?:first|sent|used?|done|made|beforehand|already)\b", re.IGNORECASE)
_APPROVED = re.compile(
    r"\b(?:approved|signed off|agreed|cleared|granted|okayed|green-?lit|gave (?:us |me )?"
    r"(?:the )?(?:ok|approval|permission|consent|go-ahead)|has (?:allowed|permitted))\b",
    re.IGNORECASE,
)


class Standing(StrEnum):
    """Whether the question says that a condition holds."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The words of a condition, and those of the act that hangs on it.

    `approval`: ask first. `gates`: the words make the act itself depend on it ("only if",
    "unless", "subject to"), and do not merely say when something happens ("if", "after").
    """

    text: str
    act: str
    approval: bool = False
    gates: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a condition stands, and the stretch of the question that says so."""

    standing: Standing
    fact: str = ""


def condition_of(text: str) -> Condition | None:
    """Return the condition a clause names, or None where its words name none."""
    marked = _ALLOWED_IF.match(text)
    if marked:
        condition, _, act = text[marked.end() :].partition(":")
        return Condition(text=condition.strip(" *"), act=act.strip() or condition)
    if _ASK_FIRST.match(text):
        return Condition(text="", act=_ASK_FIRST.sub("", text), approval=True)
    cue = _CUE.search(text)
    if cue is None:
        return None
    rest = text[cue.end() :]
    stop = _STOP.search(rest)
    condition = rest[: stop.start()] if stop else rest
    gates = _GATE.search(text) is not None
    return Condition(text=condition.strip(), act=text[: cue.start()], gates=gates)


def act_of(text: str) -> str:
    """Return the words that name the act a clause rules on: what follows an author's marker and
    condition, up to the end of that sentence; of a clause without a marker, all of it.
    """
    marked = _ALLOWED_IF.match(text)
    if marked:
        _, _, act = text[marked.end() :].partition(":")
        return _first_sentence(act) or text
    marker = _MARKER.match(text)
    return _first_sentence(text[marker.end() :]) if marker else text


def _first_sentence(text: str) -> str:
    return _SENTENCE.split(text.strip(), maxsplit=1)[0]


def standing(condition: Condition, question: str, thesaurus: Thesaurus) -> Finding:
    """Tell how the condition stands by what the question says of it."""
    if condition.approval:
        return _approval(question)
    parts = [part for part in _AND.split(condition.text) if part.strip()]
    found = [_part(part, condition.act, question, thesaurus) for part in parts]
    for decisive in (Standing.UNMET, Standing.DOUBTFUL, Standing.OPEN):
        worst = next((one for one in found if one.standing is decisive), None)
        if worst is not None:
            return worst
    if not found:
        return Finding(standing=Standing.OPEN)
    fact = ", ".join(dict.fromkeys(each.fact for each in found))
    turned = any(_turned_round(each.fact, question) for each in found)
    return Finding(standing=Standing.DOUBTFUL if turned else Standing.MET, fact=fact)


def _turned_round(fact: str, question: str) -> bool:
    """Tell whether a later sentence changes the case in which the fact was stated."""
    _, _, after = question.partition(fact)
    _, *later = _SENTENCE.split(after)
    return any(_TURN.search(sentence) for sentence in later)


def _part(part: str, act: str, question: str, thesaurus: Thesaurus) -> Finding:
    """Tell how one of several joined conditions stands; of alternatives, the likeliest counts."""
    if durations.limit(part) is not None and durations.stated(question):
        return _length(part, question, thesaurus)
    outside = _taken_outside(part, question)
    if outside is not None:
        return outside
    choices = (_telling(choice, act, thesaurus) for choice in _OR.split(part))
    heard = [_closest(wanted, question, thesaurus) for wanted in choices if wanted]
    if not heard:
        return Finding(standing=Standing.OPEN)
    best, share = max(heard, key=lambda pair: pair[1])
    same = _is_negative(part) == _is_negative(best)
    if share >= UNMET_SHARE and not same:
        return Finding(standing=Standing.UNMET, fact=best)
    if share >= MET_SHARE:
        return Finding(standing=Standing.MET, fact=best)
    if share >= DOUBTFUL_SHARE:
        return Finding(standing=Standing.DOUBTFUL, fact=best)
    return Finding(standing=Standing.OPEN)


_INSIDE = re.compile(r"\b(?:internal(?:ly)?|in-house|inside the company)\b", re.IGNORECASE)
_OUTSIDE = re.compile(
    r"\b(?:sell(?:s|ing)?|sold|resell(?:s|ing)?|ship(?:s|ped|ping)?|publish(?:es|ed|ing)?"
    r"|open[- ]sourc(?:e|es|ed|ing))\b",
    re.IGNORECASE,
)


def _taken_outside(part: str, question: str) -> Finding | None:
    """Tell where the question takes outside what the condition keeps inside the company.

    In doubt where the question speaks of both; None where it does not take it outside.
    """
    if not _INSIDE.search(part):
        return None
    for span in stretches(question):
        if _OUTSIDE.search(span) and not _is_negative(span):
            both = _INSIDE.search(question) is not None
            return Finding(standing=Standing.DOUBTFUL if both else Standing.UNMET, fact=span)
    return None


def stretches(question: str) -> tuple[str, ...]:
    """Cut a question where its statements end."""
    parts = (part.strip() for part in _STRETCH.split(question))
    return tuple(part for part in parts if part)


def _telling(part: str, act: str, thesaurus: Thesaurus) -> tuple[frozenset[str], ...]:
    """Return the condition's notions that the act itself does not name."""
    of_act = thesaurus.together(act)
    named = thesaurus.notions(_EMPTY.sub(" ", _NEGATIVE.sub(" ", part)))
    return tuple(slot for slot in named if not slot & of_act) or named


def _length(part: str, question: str, thesaurus: Thesaurus) -> Finding:
    """Tell how a limit in time stands; a length said of something else leaves it in doubt."""
    said = next(span for span in (*stretches(question), question) if durations.stated(span))
    if not thesaurus.together(_DIGITS.sub(" ", part)) & thesaurus.together(said):
        return Finding(standing=Standing.DOUBTFUL)
    late = durations.outside(part, question)
    return Finding(standing=Standing.UNMET if late else Standing.MET, fact=said)


def _is_negative(text: str) -> bool:
    return _NEGATIVE.search(_ONLY.sub(" ", text)) is not None


def _closest(
    wanted: tuple[frozenset[str], ...], question: str, thesaurus: Thesaurus
) -> tuple[str, float]:
    """Return the stretch, alone or with its neighbour, that speaks most of the condition."""
    cut = stretches(question)
    spans = [*cut, *(f"{a}, {b}" for a, b in pairwise(cut))]
    best, share = "", 0.0
    for span in spans:
        said = thesaurus.together(span)
        here = sum(bool(slot & said) for slot in wanted) / len(wanted)
        if here > share:
            best, share = span, here
    return best, share


def _approval(question: str) -> Finding:
    for span in stretches(question):
        if _APPROVED.search(span):
            denied = _NEGATIVE.search(span) is not None
            return Finding(standing=Standing.UNMET if denied else Standing.MET, fact=span)
    return Finding(standing=Standing.OPEN)
