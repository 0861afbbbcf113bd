"""What a contract says of an act that one of its parties may want to do.

Clauses of contracts bear no marks and say many things at once, so they are read provision by
provision (`knowledge.provisions`): the question's act must be among a provision's verbs, and what
the question says besides among what the provision governs or saves. Pure.

    question → whose act, which act, what of it; clause → provisions; both → what decides
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge import provisions
from knowledge.judging import wording
from knowledge.judging.judge import Shown
from knowledge.judging.thesaurus import Notions, Thesaurus
from knowledge.models import Bearing, Kind, Ruling
from knowledge.provisions import Force, Provision

WORDS = Path(__file__).with_name("contracts.txt")

ENOUGH = 0.22
"""The share of what a question says, by weight, of which a provision must speak at least."""

ENOUGH_TO_ALLOW = 0.5
"""The same before a provision may allow anything."""

DISTINCT = 0.5
"""The same of what the question says besides its act, as far as the contract speaks of that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What a question asks leave for: its verb, and what else it says, each word a slot.

    `beyond`: it goes beyond what the contract has in view ("for any purpose other than").
    `other_side`: the one who would act is the party that discloses, provides or licenses.
    `qualified`: the question denies something, and whoever permits the act may not permit it so.
    """

    verb: Notions
    slots: tuple[Notions, ...]
    beyond: bool
    other_side: bool
    qualified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a provision of a clause says of the act, and how far it speaks of it, in [0, 1]."""

    shown: Shown
    ruling: Ruling
    bearing: Bearing
    share: float


@lru_cache(maxsize=1)
def words() -> Thesaurus:
    """Return the words of contracts."""
    return Thesaurus.load(WORDS)


# ---------------------------------------------------------------- the question

_ROLE = (
    r"(?:each |either |both |every )?(?:receiving part(?:y|ies)|recipients?|receivers?|disclosees?"
    r"|disclosing part(?:y|ies)|disclosers?|part(?:y|ies)|licensees?|licensors?|customers?"
    r"|suppliers?"
    r"|providers?|contractors?|consultants?|vendors?|company|clients?|counterpart(?:y|ies)|we"
    r"|i|you|us|one)"
)
_ASKED = re.compile(
    rf"\b(?:may|can|could|is|are|am|shall|should|must|does|do|would)\s+(?:the |a |an |our |your )?"
    rf"(?P<who>{_ROLE})\s+(?:(?:be )?(?:allowed|permitted|entitled|free"
    rf"|authori[sz]ed) to\s+)?(?P<act>.+)"
    rf"|\b(?:allow|permit|let|prohibit|prevent|restrict|forbid|enable|bar|entitle)(?:s|ed)?\s+"
    rf"(?:the |a |an |our )?(?P<whom>{_ROLE})\s+(?:to|from)\s+(?P<what>.+)"
    rf"|\b(?P<party>{_ROLE})\s+(?:is|are)\s+(?:allowed|permitted|entitled|free|prohibited"
    rf"|forbidden)\s+"
    r"(?:to|from)\s+(?P<deed>.+)",
    re.IGNORECASE | re.DOTALL,
)
_OTHER_SIDE = re.compile(
    r"\b(?:disclosing|discloser|delivering|furnishing|owner|licensor|provider)\b", re.IGNORECASE
)
_BEYOND = re.compile(
    r"\b(?:other than|except(?: for)?|besides|beyond|outside(?: of)?|unrelated to"
    r"|not (?:stated|named|covered)"
    r"|different from)\b.*$|\b(?:another|other|different|its own|our own) purposes?\b",
    re.IGNORECASE | re.DOTALL,
)
_ADJUNCT = re.compile(
    r",?\s*\b(?:even |also )?(?:after|upon|before|when|once|during|while|until|if|in (?:some"
    r"|certain|any)"
    r" (?:circumstances|cases)|under (?:some|certain|any) (?:circumstances|conditions)"
    r"|at the end of)\b.*$",
    re.IGNORECASE | re.DOTALL,
)
"""When, and in what case, the act would be done: contracts seldom say it in the same breath."""
_EXAMPLES = re.compile(
    r"[\s(,]*\b(?:including|such as|for example|e\.g\.)\s*:?(?P<list>[^()?]+)\)?", re.IGNORECASE
)
_IDLE = re.compile(
    r"\b(?:similar to|like|some|certain|any|one|several|various|kinds? of|the document)\b",
    re.IGNORECASE,
)
_POSSESSED = re.compile(
    r"\b(?:receiving|disclosing) party['\u2019]s\b|\b(?:its|their|our|my|your)\b", re.IGNORECASE
)
_LIGHT = frozenset(
    {"make", "create", "take", "give", "do", "have", "conduct", "perform", "undertake", "carry"}
)
"""Verbs after which the noun says what is done: "make a copy"."""
_TOKEN = re.compile(r"[A-Za-z][\w'\u2019-]*")


def asked(question: str) -> Act | None:
    """Return the act that the question asks about, or None where it names nobody's act."""
    found = _ASKED.search(question)
    if found is None:
        return None
    who = next(filter(None, (found["who"], found["whom"], found["party"])))
    rest = next(filter(None, (found["act"], found["what"], found["deed"])))
    act = _STOP.split(rest, maxsplit=1)[0]
    beyond = _BEYOND.search(act) is not None
    bare = _IDLE.sub(" ", _POSSESSED.sub(" ", _ADJUNCT.sub("", _BEYOND.sub(_kept, act))))
    slots = _slots(bare)
    if not slots:
        return None
    return Act(
        verb=slots[0],
        slots=slots[1:],
        beyond=beyond,
        other_side=_OTHER_SIDE.search(who) is not None,
        qualified=_QUALIFIED.search(question) is not None,
    )


_STOP = re.compile(r"[.?!](?:\s|$)")
_QUALIFIED = re.compile(
    r"\b(?:not|never|no|nobody|without|before|unless|instead|\w+n['\u2019]t)\b", re.IGNORECASE
)


def _kept(found: re.Match[str]) -> str:
    """Keep of "another purpose" the purpose; what "other than" excludes is not what is asked."""
    return " purpose" if "purpose" in found[0].lower().split("other than")[0] else ""


def _slots(act: str) -> tuple[Notions, ...]:
    """Return the act's words as notions, the verb first; examples join the word they explain."""
    examples = _EXAMPLES.search(act)
    joined = words().together(examples["list"]) if examples else Notions()
    bare = _EXAMPLES.sub(" ", act)
    read = [*words().notions(_without_light(bare))]
    if not read:
        return ()
    verb = read.pop(1 if len(read) > 1 and _ADVERB.match(bare) else 0)
    if joined and read:
        read[-1] = read[-1] | joined
    return (verb, *dict.fromkeys(read))


def _without_light(act: str) -> str:
    first = _TOKEN.match(act.strip())
    if first and first[0].lower() in _LIGHT:
        return act.strip()[first.end() :]
    return act


_ADVERB = re.compile(r"\s*\w+ly\b", re.IGNORECASE)


# ---------------------------------------------------------------- the clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measured:
    """A provision of a clause, with what it speaks of and saves as notions."""

    shown: Shown
    provision: Provision
    acts: Notions
    about: Notions
    saved: Notions


def is_contract(shown: Shown) -> bool:
    """Tell whether the clause stands in a contract."""
    return shown.document.kind is Kind.CONTRACT


def readings(question: str, shown: Sequence[Shown]) -> tuple[Reading, ...]:
    """Return what the clauses of contracts say of the act, the one that decides first.

    Of one contract the specific leave beats the general refusal, and a refusal of what goes beyond
    the contract's purposes beats both. Empty where no clause speaks of the act.
    """
    act = asked(question)
    bound = [one for one in shown if is_contract(one)]
    if act is None or not bound:
        return ()
    weights = _weights([words().together(wording.plain(one.unit.clause.text)) for one in bound])
    found = [
        reading
        for one in bound
        for measured in _measured(one)
        if (reading := _reading(measured, act, weights)) is not None
    ]
    return tuple(sorted(found, key=lambda one: (_rank(one, act), -one.share)))


def _rank(reading: Reading, act: Act) -> int:
    """Return the place of a reading in the order in which they decide."""
    favourable = reading.ruling is not Ruling.NOT_ALLOWED
    return int(favourable) if act.beyond else int(not favourable)


def _weights(spoken: Sequence[Notions]) -> Mapping[str, float]:
    """Weigh a notion by how few of the clauses speak of it; one that none does weighs most."""
    counts = Counter(notion for notions in spoken for notion in notions)
    known = {
        notion: math.log((len(spoken) + 1) / (count + 0.5)) for notion, count in counts.items()
    }
    return _Weights(known, math.log((len(spoken) + 1) / 0.5))


class _Weights(dict[str, float]):
    """Weights with one for whatever is not spoken of."""

    def __init__(self, known: Mapping[str, float], unknown: float) -> None:
        super().__init__(known)
        self._unknown = unknown

    def __missing__(self, key: str) -> float:
        return self._unknown


def _measured(shown: Shown) -> Iterator[_Measured]:
    clause = shown.unit.clause
    lead_ins = [wording.plain(each) for each in clause.lead_ins]
    for one in provisions.provisions_of(wording.plain(clause.text), lead_ins):
        yield _Measured(
            shown=shown,
            provision=one,
            acts=words().together(one.acts),
            about=words().together(f"{one.about} {_subject(one)}"),
            saved=words().together(one.saved) | _defined(one.saved or one.about, shown),
        )


_PASSIVE = re.compile(r"^\s*(?:be|been|being)\b", re.IGNORECASE)


def _subject(provision: Provision) -> str:
    """Return the subject of what is done to it: "The existence of this agreement may not be"."""
    return (
        provision.who if _PASSIVE.match(provision.about) or provision.force is Force.FREES else ""
    )


def _defined(text: str, shown: Shown) -> Notions:
    """Return what the definitions of the terms used in the text speak of."""
    found = Notions()
    lowered = text.lower()
    for definition in shown.unit.definitions:
        for term in _QUOTED.findall(definition.text):
            if term.lower().rstrip("s") in lowered:
                found |= words().together(wording.plain(definition.text))
    return found


_QUOTED = re.compile(r"[\"\u201c]([A-Z][^\"\u201c\u201d]{2,40})[\"\u201d]")


def _reading(one: _Measured, act: Act, weights: Mapping[str, float]) -> Reading | None:
    """Return what a provision says of the act; None where it does not speak of it."""
    if provisions.is_of(one.provision, one.shown.document.vendor):
        return None
    if (
        one.provision.force is not Force.FREES
        and _of_other_side(one.provision) is not act.other_side
    ):
        return None
    if not act.verb & one.acts:
        return None
    judged = _beyond(one, act) if act.beyond else _within(one, act, weights)
    if judged is None:
        return None
    ruling, bearing, share = judged
    if ruling is Ruling.ALLOWED and act.qualified:
        return None
    return Reading(shown=one.shown, ruling=ruling, bearing=bearing, share=share)


_Judged = tuple[Ruling, Bearing, float]


def _beyond(one: _Measured, act: Act) -> _Judged | None:
    """Refuse what goes beyond the purposes, by a rule that limits the act or excepts some of it."""
    provision = one.provision
    if provision.force is Force.LIMITS:
        return Ruling.NOT_ALLOWED, Bearing.CONDITION_UNMET, 1.0
    if provision.force is not Force.FORBIDS:
        return None
    if _TO_SOMEBODY.match(provision.saved):
        return None
    spoken = Notions().union(*act.slots) & one.about
    return (Ruling.NOT_ALLOWED, Bearing.FORBIDS, 1.0) if provision.saved or spoken else None


_TO_SOMEBODY = re.compile(
    r"\s*(?:except|other than|save|but only|apart from)\s+to\b", re.IGNORECASE
)


def _within(one: _Measured, act: Act, weights: Mapping[str, float]) -> _Judged | None:
    """Allow what is permitted, freed, excepted or limited to; refuse what else is forbidden."""
    force = one.provision.force
    share = _share(act, one.acts | one.about | one.saved, weights)
    distinct = _distinct(act, one.about, weights) >= DISTINCT
    if force is Force.FORBIDS:
        if one.provision.saved and share >= ENOUGH_TO_ALLOW and _is_saved(one, act, weights):
            return Ruling.CONDITIONAL, Bearing.CONDITION_OPEN, share
        return (
            (Ruling.NOT_ALLOWED, Bearing.FORBIDS, share) if distinct and share >= ENOUGH else None
        )
    if share < ENOUGH_TO_ALLOW or _distinct(act, one.about | one.saved, weights) < DISTINCT:
        return None
    if force is Force.LIMITS:
        return Ruling.CONDITIONAL, Bearing.CONDITION_OPEN, share
    if force is Force.REQUIRES:
        return None
    return Ruling.ALLOWED, Bearing.PERMITS, share


def _is_saved(one: _Measured, act: Act, weights: Mapping[str, float]) -> bool:
    """Tell whether the act is among what a refusal excepts: by name, or in cases it names."""
    if _says_more(act, weights):
        return _distinct(act, one.saved, weights) >= DISTINCT
    named = _AS_NEEDED.match(one.provision.saved) is not None
    return named and _distinct(act, one.about, weights) >= DISTINCT


_AS_NEEDED = re.compile(
    r"\s*(?:except(?:ing)?|other than|save|unless|to the extent|until)\b[\s,]{0,2}"
    r"(?:as|to the extent|if|where|when|for|in|it|such|those|necessary|required|is|are|they"
    r"|upon|until)\b"
    r"|\s*(?:unless|to the extent|until)\b",
    re.IGNORECASE,
)
"""What is saved is a case, and not a person or thing that the question would have to name."""


def _says_more(act: Act, weights: Mapping[str, float]) -> bool:
    """Tell whether the question names more than the act and the information."""
    thing = words().together("information")
    return any(slot & weights.keys() and not slot & thing for slot in act.slots)


def _share(act: Act, spoken: Notions, weights: Mapping[str, float]) -> float:
    """Return the share of the act and its slots, by weight, that is spoken of."""
    slots = (act.verb, *act.slots)
    whole = sum(_weight(slot, weights) for slot in slots)
    return sum(_weight(slot, weights) for slot in slots if slot & spoken) / whole if whole else 0.0


def _distinct(act: Act, spoken: Notions, weights: Mapping[str, float]) -> float:
    """Return the share of the known slots besides the verb, by weight, that is spoken of."""
    known = [slot for slot in act.slots if slot & weights.keys()]
    whole = sum(_weight(slot, weights) for slot in known)
    if whole <= 0:
        return 1.0
    return sum(_weight(slot, weights) for slot in known if slot & spoken) / whole


def _weight(slot: Notions, weights: Mapping[str, float]) -> float:
    return min((weights[notion] for notion in slot), default=0.0)


def _of_other_side(provision: Provision) -> bool:
    """Tell whether it is the disclosing party that acts."""
    found = [
        party[0]
        for party in _PARTY.finditer(provision.who)
        if not _SPOKEN_OF.search(provision.who, 0, party.start())
    ]
    return bool(found) and _OTHER_SIDE.search(found[-1]) is not None


_SPOKEN_OF = re.compile(
    r"\b(?:of|from|by|to|with|for|on behalf of)\s+(?:the |a |an |any |such |each )?$", re.IGNORECASE
)


_PARTY = re.compile(
    r"\b(?:disclosing part(?:y|ies)|discloser|delivering party|furnishing party"
    r"|receiving part(?:y|ies)"
    r"|recipient|receiver|you|we|each party|either party|neither party|part(?:y|ies))\b",
    re.IGNORECASE,
)
