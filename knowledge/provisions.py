"""What the sentences of a contract forbid, limit, permit and leave free: one provision per verb.

A contract says many things in one sentence ("shall not disclose it to any person, except to its
employees, or use it for any purpose other than the Project"), so the clause as a whole is too
coarse. Here a sentence is cut where its force changes: a provision is a force, whose act it is, the
verbs, what they govern, and what is saved from it. Pure; both the library, which says what a clause
does, and the judges, who say what it means for a question, read contracts by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

VERSION = "provisions-1"
"""Changes whenever the same words may be read otherwise."""

LONGEST = 6000
"""Characters that are read; real clauses have at most a tenth of it."""


class Force(StrEnum):
    """What a provision does with its act. FREES: it is taken out of what the contract restricts."""

    FORBIDS = "forbids"
    LIMITS = "limits"
    PERMITS = "permits"
    FREES = "frees"
    REQUIRES = "requires"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """One act of a sentence, in the sentence's own words.

    `who` are the words before the verb, `acts` the verbs, `about` all that they govern, verbs
    included, and `saved` what the provision excepts from itself or limits the act to ("" for
    nothing). Consent that is only reserved, and what the law requires, saves nothing.
    """

    force: Force
    who: str
    acts: str
    about: str
    saved: str = ""


def provisions_of(text: str, lead_ins: Sequence[str] = ()) -> tuple[Provision, ...]:
    """Return the provisions of a clause, read on from the sentences that lead into it.

    `text` and `lead_ins` (outermost first) are plain words. A provision that stands in the lead-in
    alone belongs to the lead-in, and is not returned.
    """
    above = _above(lead_ins)
    bare = _LABEL.sub("", text, count=1)
    whole = _smooth(f"{above} {bare}" if above else bare)
    opened = len(_smooth(above)) if above else 0
    found: list[Provision] = []
    for start, end in _sentences(whole):
        if end > opened:
            found.extend(_read(whole[start:end], opened - start))
    return tuple(dict.fromkeys(found))


def is_of(provision: Provision, vendor: str | None) -> bool:
    """Tell whether a provision speaks of the vendor's own conduct, and not of ours."""
    who = provision.who[-_NEAR:].casefold()
    named = bool(vendor) and str(vendor).casefold() in who
    return named or _THEIRS.search(who) is not None


_NEAR = 60
"""Characters before a verb in which its subject is named."""
_THEIRS = re.compile(r"\b(?:we|us|our|provider|supplier|licensor|processor)\b(?!.{0,40}\byou\b)")


# ---------------------------------------------------------------- the words, made even

_LABEL = re.compile(
    r"^\W{0,4}(?:(?:article|section|clause)\s)?(?:\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]"
    r"|[ivx]{1,4})"
    r"[.)]|\d{1,3}(?:\.\d{1,3}){1,4})\s{0,3}",
)
_IN_PASSING = re.compile(
    r",?\s?\b(?:in any (?:way|manner|form|fashion)(?: whatsoever)?|in whole or in part|at any time"
    r"|directly or indirectly|either directly or indirectly|or permit to be \w+"
    r"|(?:,? ?(?:including|and),? )?(?:but )?not limited to|without limitation|in turn|otherwise"
    r"|as the case may be|for (?:a|the) period of [^,.;]{0,60}?(?:from|after"
    r"|following) the \w+(?: date)?"
    r"(?: of (?:this|the) agreement| hereof)?|hereby|herein|hereunder|hereto|thereof|however"
    r"|in its sole discretion"
    r"|under any circumstances|for the avoidance of doubt|to the extent applicable"
    r"|nor allow it to be \w+|or allow it to be \w+|allow it to be \w+)\b,?",
    re.IGNORECASE,
)
"""What a contract puts between a verb and its object without saying more."""
_CONSENT = re.compile(
    r",?\s?\b(?:without|except with|unless with|absent|other than with|save with|except upon"
    r"|only with|unless it has obtained|except by|unless by)\s"
    r"(?:(?!\b(?:shall|will|may|must)\b)[\w'/\u2019-]+,? ){0,9}?"
    r"(?:consents?|approvals?|permissions?|authori[sz]ations?|agreement)\b"
    r"(?: in writing)?(?: (?:of|from|by) (?:the |an? )?(?:other "
    r"|disclosing )?[\w'\u2019-]+(?: party)?)?,?"
    r"|,?\s?\b(?:unless|except as|except where|except if|save as|until)\s(?:[\w'\u2019-]+ ){0,6}?"
    r"(?:agreed|authori[sz]ed|approved|permitted|consented|specified|consents?|agrees?)"
    r"(?:(?: to)? (?:in|by) (?:advance )?(?:writing|the other party|the disclosing party"
    r"|written \w+))?",
    re.IGNORECASE,
)
"""Consent that the other side reserves."""
_LAW = re.compile(
    r",?\s?\b(?:unless|except|save|other than)\b(?:(?!\b(?:not|may|shall)\b)[^.;:,()]){0,60}?"
    r"\b(?:requir\w+|compelled|ordered|obliged|necessary)\b[^.;:,()]{0,60}?"
    r"\b(?:laws?|regulations?|courts?|legal process|stock exchange)\b",
    re.IGNORECASE,
)
"""A saving for the law's sake."""
_SPACE = re.compile(r"\s+")


def _above(lead_ins: Sequence[str]) -> str:
    """Return the end of what leads in: the last sentence of each lead-in."""
    last = (_SENTENCE.split(one.strip())[-1].rstrip(" :\u2013\u2014-") for one in lead_ins)
    return " ".join(_LABEL.sub("", one, count=1) for one in last)


def _smooth(text: str) -> str:
    """Return the words without empty asides, reserved consent and savings for the law."""
    bare = text[:LONGEST]
    for pattern in (_CONSENT, _LAW, _IN_PASSING):
        bare = pattern.sub(" ", bare)
    return _SPACE.sub(" ", bare).strip()


_SENTENCE = re.compile(r"(?<=[a-z)\"\u201d][.;!?])\s+(?=[A-Z(\"\u201c])")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for stop in _SENTENCE.finditer(text):
        yield start, stop.start()
        start = stop.end()
    yield start, len(text)


# ---------------------------------------------------------------- where the force changes

_MODAL = r"(?:shall|will|may|must|can|should|would)"
_BINDING = (
    r"(?:shall|will|may|must|can|should|would|agrees?|undertakes?|covenants?|procure|promises?"
    r"|directs?|ensure|acknowledges?|cause|bound|required)"
)
_NOT = r"(?:not|never)"
_CUES: tuple[tuple[Force, re.Pattern[str]], ...] = (
    (
        Force.FREES,
        re.compile(
            r"\b(?:shall|will|do|does|did|may|should)\s+not\s+(?:be deemed to |be considered to )?"
            r"(?:include|apply|extend|cover|encompass|comprise|pertain)s?\b"
            r"|\b(?:not|nor) (?:be )?(?:obligated|obliged|required|bound|liable"
            r"|deemed to be confidential)\b"
            r"|\b(?:not including|but excluding|excluding)\b"
            r"|\bno (?:liability|obligations?|restrictions?)\b[^.;]{0,80}?\b(?:for|with respect to"
            r"|regarding|to|as to|on|apply to)\b"
            r"|\bshall cease to apply to\b|\bexcept(?:ions?)?(?: (?:for|that|as to))?\s?:?\s?"
            r"(?=(?:\(?\w{1,3}[.)] )?(?:any |such |that |confidential |proprietary )*information\b)"
            r"|\bexcluded from\b|\bexempt\w* from\b|\bneither party (?:shall"
            r"|will) be (?:obligated|liable)\b",
            re.IGNORECASE,
        ),
    ),
    (
        Force.PERMITS,
        re.compile(
            r"\b(?:nothing|not|nor|no(?:ne)?)\b[^.;]{0,80}?"
            r"\b(?:prohibit|prevent|restrict|preclude|limit|bar|impair)s?\b"
            r"|(?<!not )\b(?:be|is|are|remains?|being)\s+(?:\w+ly )?"
            r"(?:entitled|permitted|allowed|free|authori[sz]ed|at liberty) to\b"
            r"|\b(?:has|have|retains?|reserves?|having) (?:the |a )?rights? to\b"
            r"|(?<!as )(?<!which )(?<!that )(?<!there )(?<!it )\bmay(?=\s)(?!\s+(?:not\b"
            r"|have\b|be (?:required|requested"
            r"|obligat|deemed|liable|amended|modified|executed|given|necessary|in the|bound|signed"
            r"|construed|interpreted|considered)))",
            re.IGNORECASE,
        ),
    ),
    (
        Force.FORBIDS,
        re.compile(
            rf"\b{_BINDING}\b[^.;]{{0,200}}?\b{_NOT}\b(?:\s+to)?(?=\s\w)"
            rf"|\b(?:neither|no(?: one| \w+)?)\b[^.;]{{0,120}}?\b{_MODAL}\b(?!\s+not)"
            r"|\bcannot\b|\bcan't\b|\bnor(?: to)?\b(?=\s\w)"
            r"|(?:^|\bto |\band |\bor |, |; )not to\b(?=\s\w)"
            r"|\b(?:prohibited|forbidden|barred|enjoined|restrained|refrain\w*|abstain\w*"
            r"|desist) (?:from|to)\b"
            r"|\bnot (?:be )?(?:permitted|allowed|entitled|authori[sz]ed) to\b"
            r"|\bwithout (?=(?!limiting|affecting|being|having|using|notice|prejudic)\w+ing\b)",
            re.IGNORECASE,
        ),
    ),
    (
        Force.REQUIRES,
        re.compile(
            r"\b(?:shall|will|must)\b(?!\s+(?:not|never|be deemed|remain|survive|terminate|mean"
            r"|include|have|constitute))"
            r"|\b(?:agrees?|undertakes?|covenants?|is required|are required|obligated|obliged)"
            r"(?: \w+)? to\b|(?<=: )to\b",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cue:
    """Where a force begins (`start`), where its words of force end, and which it is."""

    start: int
    end: int
    force: Force


def _cues(sentence: str) -> list[_Cue]:
    """Return the cues in order; where two overlap, the one named first in `_CUES` holds."""
    found: list[_Cue] = []
    for force, pattern in _CUES:
        for match in pattern.finditer(sentence):
            if force is Force.FORBIDS and _states(sentence, match):
                continue
            if force is Force.PERMITS and _DENIED.search(sentence, 0, match.start()):
                continue
            if not any(match.start() < one.end and one.start < match.end() for one in found):
                found.append(_Cue(start=match.start(), end=match.end(), force=force))
    return sorted(found, key=lambda one: one.start)


_DENIED = re.compile(r"\b(?:no|neither|nothing|none|nor)\b[^.;:]{0,120}$", re.IGNORECASE)
"""A subject that is denied: "no results may be disclosed"."""
_STATES = re.compile(
    r"\s*(?:only|later|less|more|limited|yet|intended|liable|be (?:liable|construed|deemed"
    r"|entitled to"
    r"|unreasonably|interpreted|considered|required|affected)|constitute|grant|create|imply|affect"
    r"|imposes?|necessarily|been|withstanding|otherwise|in the|known|bound|a party|as|have"
    r"|available"
    r"|to exceed|exceed|require|be bound|relieve|warrant|make any (?:repres|warrant))\b",
    re.IGNORECASE,
)
_BEING = re.compile(
    r"\b(?:is|are|was|were|been|who|which|that|but|if|whether or|does|do|did)\s+(?:\w+ly )?$",
    re.IGNORECASE,
)


_DENIAL = re.compile(r"\b(?:not|never)(?:\s+to)?$", re.IGNORECASE)


def _states(sentence: str, match: re.Match[str]) -> bool:
    """Tell whether a "not" only states or describes something, and forbids no act."""
    denied = _DENIAL.search(match[0])
    if denied is None:
        return False
    if _STATES.match(sentence, match.end()):
        return True
    return _BEING.search(sentence, 0, match.start() + denied.start()) is not None


# ---------------------------------------------------------------- from cue to provision

_SAVES = re.compile(
    r"\b(?:except(?:ing|ion)?|other than|unless|save|otherwise than|but only|apart from|until"
    r"|not employed or retained|to the extent)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"(?<!not )\b(?:only|solely|exclusively|strictly)\b|\bsole (?=purpose|consideration)",
    re.IGNORECASE,
)
_BY = re.compile(r"\s*by\b", re.IGNORECASE)
"""Limited to somebody who does it, and not to what is done."""
_CONFINES = re.compile(r"^\s*(?:be )?(?:limit|restrict|confin)\w*\b", re.IGNORECASE)
_ITEM = re.compile(r";|\s\(?(?:[a-h]|[ivx]{1,4}|\d)\)\s")
_ALSO = re.compile(
    r"\b(?:or|and|nor)(?:,)? (?:to )?(?=(?:use|disclose|copy|reproduce|make|permit|reveal"
    r"|retain|furnish)\b)",
    re.IGNORECASE,
)


def _read(sentence: str, opened: int) -> Iterator[Provision]:
    """Yield the provisions of a sentence whose words from `opened` on are the clause's own."""
    cues = _cues(sentence)
    for cue, following in zip_longest(cues, cues[1:]):
        end = following.start if following else len(sentence)
        if following and following.force is cue.force and following.start < cue.end:
            continue
        if end <= opened:
            continue
        who = sentence[max(0, cue.start - 140) : cue.start] + " " + sentence[cue.start : cue.end]
        region = sentence[cue.end : end]
        verbs = sentence[max(cue.end, opened) : end]
        if cue.force is Force.FREES:
            for piece in _ITEM.split(region):
                yield from _freed(who, piece)
        else:
            yield from _acting(cue.force, who, region, verbs)


def _freed(who: str, piece: str) -> Iterator[Provision]:
    """Yield what a piece of an exclusion leaves free."""
    if len(piece) < _SHORTEST or not _THING.search(f"{who} {piece}"):
        return
    handed = _HANDED.sub("received", piece)
    yield Provision(force=Force.FREES, who=who, acts=handed, about=handed)


_SHORTEST = 8
_THING = re.compile(
    r"\b(?:information|materials?|data|secrets?|confidential\w*|non-?disclosure|know-how|CI)\b",
    re.IGNORECASE,
)
"""What can be left free; a lifted duty to do something else permits nothing."""
_HANDED = re.compile(
    r"\b(?:disclosed|revealed|furnished|made available|available|known|provided|supplied"
    r"|communicated"
    r"|disclosures?|disclose)\b",
    re.IGNORECASE,
)
"""Of information that an exclusion names: what was handed to somebody, they received."""


def _acting(force: Force, who: str, region: str, verbs: str) -> Iterator[Provision]:
    """Yield the provisions of a region; `verbs` is the end of it in which its verbs stand."""
    before = region[: len(region) - len(verbs)]
    for piece in _coordinated(verbs) if force is Force.FORBIDS else [verbs]:
        about, saved = _parted(piece)
        if not about.strip():
            continue
        only = _ONLY.search(about)
        if force is Force.FORBIDS:
            yield Provision(
                force=force, who=who, acts=_acts(about), about=before + about, saved=saved
            )
        elif not only and not _CONFINES.match(about):
            yield Provision(force=force, who=who, acts=_acts(about), about=before + piece)
        else:
            kept = about[only.end() :] if only else about
            if not _BY.match(kept):
                kept = f"{kept} {saved}"
                acts = _acts(about) if only else f"{who[-_SUBJECT:]} {_acts(about)}"
                yield Provision(
                    force=Force.LIMITS, who=who, acts=acts, about=before + about, saved=kept
                )


_SUBJECT = 80
"""Characters before "shall be limited to" in which stands what is limited."""


def _coordinated(region: str) -> list[str]:
    """Return the acts of a region that have objects of their own: "disclose it to X, or use it"."""
    pieces, start = [], 0
    for joint in _ALSO.finditer(region):
        if _OBJECT.search(region, start, joint.start()):
            pieces.append(region[start : joint.start()])
            start = joint.end()
    return [*pieces, region[start:]]


def _parted(region: str) -> tuple[str, str]:
    """Return what a region says, and what it saves from that."""
    found = _SAVES.search(region)
    return (region[: found.start()], region[found.start() :]) if found else (region, "")


_OBJECT = re.compile(
    r"\s(?:the|any|such|all|its|their|our|your|his|an?|this|that|these|those|each|every|some"
    r"|(?-i:[A-Z])\w+)\b",
    re.IGNORECASE,
)
_LIGHT = re.compile(
    r"\b(?:make|give|take|have|do|perform|conduct|undertake|undertaken|create|provide|permit|allow"
    r"|engage in|attempt|seek|cause|enter|keep|limit\w*|restrict\w*)\b",
    re.IGNORECASE,
)
_MORE = 45
"""Characters after a light verb among which the noun stands that says what is done."""


def _acts(about: str) -> str:
    """Return the verbs: what stands before the object, and after a light verb its noun too."""
    verbs = about.lstrip()
    found = _OBJECT.search(verbs, 2)
    head = verbs[: found.start()] if found else verbs[:80]
    if _LIGHT.search(head):
        head = verbs[: len(head) + _MORE]
    return head[:160]
