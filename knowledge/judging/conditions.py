"""What a clause makes an act depend on, and whether the question says that it is so.

Pure. A condition counts as met or unmet only where the question speaks of it in words of its own
polarity; everything else leaves it open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from knowledge.judging.thesaurus import Thesaurus

MET_SHARE = 0.6
"""Share of a condition's notions that one stretch of the question must speak of."""

UNMET_SHARE = 0.4
"""The same where the question denies it: a refusal is safe to believe sooner."""

_ALLOWED_IF = re.compile(r"^\W*allowed\s+(?:only\s+)?if\b\W*", re.IGNORECASE)
_ASK_FIRST = re.compile(r"^\W*ask\s+first\b", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:only\s+(?:if|when|where|after|with)|if|unless|provided(?:\s+that)?|as long as|so long as"
    r"|on condition that|subject to|without|until|except (?:with|when|where|if)|once|after|before"
    r"|requires?|needs?|must (?:first )?(?:obtain|have|get))\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"[;:.](?:\s|$)|,\s+(?:and|but)\s")
_STRETCH = re.compile(r"[.?!;:,\u2013\u2014]+(?:\s|$)|\s-\s|\b(?:but|although|though|so that|because)\b")
_NEGATIVE = re.compile(
    r"\b(?:not|no|never|nobody|none|nothing|no one|nowhere|without|cannot|neither|nor|zero"
    r"|\w+n't|lacks?|lacking|missing|unless|refus\w+|den(?:y|ied|ies)|skip\w*|flunk\w*|fail\w*"
    r"|still open|pending|before|instead of|yet to|un(?:approved|reviewed|registered|signed))\b",
    re.IGNORECASE,
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """The words of a condition, and those of the act that hangs on it. `approval`: ask first."""

    text: str
    act: str
    approval: bool = False


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
    return Condition(text=condition.strip(), act=text[: cue.start()])


def standing(condition: Condition, question: str, thesaurus: Thesaurus) -> Finding:
    """Tell how the condition stands by what the question says of it."""
    if condition.approval:
        return _approval(question)
    wanted = _telling(condition, thesaurus)
    if not wanted:
        return Finding(standing=Standing.OPEN)
    best, share = _closest(wanted, question, thesaurus)
    same = bool(_NEGATIVE.search(condition.text)) == bool(_NEGATIVE.search(best))
    if share >= MET_SHARE and same:
        return Finding(standing=Standing.MET, fact=best)
    if share >= UNMET_SHARE and not same:
        return Finding(standing=Standing.UNMET, fact=best)
    return Finding(standing=Standing.OPEN)


def stretches(question: str) -> tuple[str, ...]:
    """Cut a question where its statements end."""
    parts = (part.strip() for part in _STRETCH.split(question))
    return tuple(part for part in parts if part)


def _telling(condition: Condition, thesaurus: Thesaurus) -> tuple[frozenset[str], ...]:
    """Return the condition's notions that the act itself does not name."""
    act = frozenset[str]().union(*thesaurus.notions(condition.act))
    named = thesaurus.notions(_NEGATIVE.sub(" ", condition.text))
    return tuple(slot for slot in named if not slot & act) or named


def _closest(
    wanted: tuple[frozenset[str], ...], question: str, thesaurus: Thesaurus
) -> tuple[str, float]:
    """Return the stretch, alone or with its neighbour, that speaks most of the condition."""
    cut = stretches(question)
    spans = [*cut, *(f"{a}, {b}" for a, b in zip(cut, cut[1:], strict=False))]
    best, share = "", 0.0
    for span in spans:
        said = frozenset[str]().union(*thesaurus.notions(span))
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
