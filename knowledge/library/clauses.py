"""What one sentence lays down: its clauses, told by modal verbs, phrases and imperatives.

Pure, and linear in the sentence. The words are those of `cues`; the meaning of each outcome is
decided in docs/verdicts.md and, to the letter, in benchmarks/outcomes/GUIDE.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from knowledge.library import cues
from knowledge.library.parties import REACH, Party, party_before
from knowledge.library.ways_out import has_string, has_way_out, is_gate, is_opted
from knowledge.models import Kind, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What one modal, phrase or imperative does; `advice` and `promise` as in `models.Passage`.

    `boilerplate` marks compliance with the law or with the terms themselves: it rules alone, but
    ties nothing that stands beside it.
    """

    outcome: Outcome
    advice: bool = False
    promise: bool = False
    boilerplate: bool = False


_PROMISE = Clause(outcome=Outcome.PERMITS, promise=True)


def clauses_of(sentence: str, kind: Kind) -> list[Clause]:
    """Return every clause of one plain sentence, ways out and strings already counted."""
    unquoted = _QUOTED.sub(" ", sentence)
    words = frozenset(_TOKEN.findall(unquoted.lower()))
    found: list[Clause] = [
        *(_by_modals(unquoted, kind) if words & cues.MODAL_WORDS else ()),
        *_by_phrases(unquoted, words, kind),
        *_by_imperative(unquoted),
    ]
    if not found or _only_defines(sentence) or _is_disclaimer(sentence):
        return []
    if cues.EXAMPLE.match(sentence) or len(_NAMED_INLINE.findall(sentence)) > 1:
        found = [one for one in found if one.promise or one.outcome is not Outcome.PERMITS]
    return [_tie_strings(clause, unquoted) for clause in dict.fromkeys(found)]


_NAMED_INLINE = re.compile(r"\([\"“][^\"”]{1,40}[\"”]\)")
"""A definition in passing; a sentence of two of them only names things."""
_TOKEN = re.compile(r"[a-z][a-z'-]*")
_QUOTED = re.compile(r"[\"“][^\"“”]{25,400}[\"”]")
"""Longer quotations: other people's words, which do not rule."""
_RULES_YOU = re.compile(r"\b(?:you|users?) (?:must|may not|shall|agree)\b", re.IGNORECASE)


def _only_defines(sentence: str) -> bool:
    return bool(cues.DEFINING.search(sentence[:240])) and not _RULES_YOU.search(sentence)


def _is_disclaimer(sentence: str) -> bool:
    if cues.BOILERPLATE.search(sentence):
        return True
    capitals, letters = len(_CAPITAL.findall(sentence)), len(_LETTER.findall(sentence))
    if letters > _SHOUTED and capitals > cues.LIABILITY_CAPS * letters:
        return not cues.CAPITAL_DUTY.search(sentence)
    return bool(cues.LIABILITY.search(sentence)) and not cues.PLAIN_DUTY.search(sentence)


_CAPITAL = re.compile(r"[A-Z]")
_LETTER = re.compile(r"[A-Za-z]")
_SHOUTED = 60
"""Letters from which capitals are a disclaimer's and no longer a heading's or a shouted "NOT"."""


# ---------------------------------------------------------------- modals


@dataclass(frozen=True, slots=True, kw_only=True)
class _Modal:
    """A modal verb in its place: "you must not only store", told apart into its parts."""

    word: str
    negated: bool
    only: bool
    verb: str
    following: tuple[str, ...]
    party: Party
    before: str
    after: str


def _by_modals(sentence: str, kind: Kind) -> Iterator[Clause]:
    for match in cues.MODAL.finditer(sentence):
        clause = _of_modal(_read_modal(match, sentence, kind), kind)
        if clause is not None:
            yield clause


def _read_modal(match: re.Match[str], sentence: str, kind: Kind) -> _Modal:
    word = match["modal"].lower()
    short = _SHORT.get(word)
    before = sentence[max(0, match.start() - REACH) : match.start()]
    following = [w for w in _LETTERS.findall(match["next"].lower()) if w not in _DEGREES]
    return _Modal(
        word=short or word,
        negated=bool(match["not"] or short or _DENIAL.search(before[-70:]) or _NOR.search(before)),
        only=bool(match["only"]),
        verb=match["verb"].lower(),
        following=tuple(following) or ("",),
        party=party_before(sentence, match.start(), kind),
        before=before,
        after=sentence[match.end("modal") :],
    )


_LETTERS = re.compile(r"[a-z'-]+")
_SHORT = {
    "cannot": "can",
    "can't": "can",
    "won't": "will",
    "shan't": "shall",
    "mustn't": "must",
    "shouldn't": "should",
}
_NOR = re.compile(r"\b(?:nor|neither)\s*$", re.IGNORECASE)
_DENIAL = re.compile(
    r"^not (?:every|all)\b[\w ]{0,30}$|"
    r"(?:^|[.;,:(]\s?|\band )(?:no one|nobody|neither|none of|no)\b[\w' /-]{0,60}$",
    re.IGNORECASE,
)
"""The subject itself is denied: "no employee may"."""
_DEGREES = frozenset(
    {"also", "only", "fully", "publicly", "freely", "solely", "then", "not", "be", "otherwise"}
)


def _of_modal(modal: _Modal, kind: Kind) -> Clause | None:
    if modal.word.startswith(("should", "ought")):
        return _of_should(modal, kind)
    if modal.party is Party.THEM:
        return _of_theirs(modal)
    if modal.word in {"may", "can"}:
        return _of_liberty(modal, kind)
    return _of_duty(modal, kind)


def _of_should(modal: _Modal, kind: Kind) -> Clause | None:
    """Soft duty. Of a thing it often only says what to expect ("this should help")."""
    if modal.party is Party.THEM or modal.verb in _INVERTED or _IDLE.search(modal.before):
        return None
    if modal.verb == "be" and modal.following[0] in cues.DENIED_STATES:
        return None
    if modal.following[0] == "known":
        return None
    expected = kind is not Kind.GUIDELINE and modal.verb != "be"
    idle = modal.verb in cues.SURVIVING - {"include"}
    if modal.party is Party.THING and (expected or idle):
        return None
    refused = modal.negated or modal.verb == "avoid"
    return Clause(outcome=Outcome.PROHIBITS if refused else Outcome.REQUIRES, advice=True)


_IDLE = re.compile(r"\b(?:which|if you|what\b[\w ]{0,25})\s*$", re.IGNORECASE)
_INVERTED = frozenset({"know", "you", "they", "we", "it", "the", "any", "there"})
"""After "should": the subject of a supposition ("should it fail"), or no act at all."""


def _of_theirs(modal: _Modal) -> Clause | None:
    """What the other side says of itself: a promise, or a right or disclaimer of its own."""
    if cues.IN_PASSING.search(modal.before) or modal.word.startswith(("need", "ha", "would")):
        return None
    if modal.word in {"may", "can"} and not modal.only:
        return _of_their_liberty(modal)
    if modal.negated and cues.DISCLAIMED.search(f"{modal.verb} {' '.join(modal.following)}"):
        return None
    own_end = modal.verb in cues.SOFT_OR_OWN and not modal.negated
    if own_end or cues.UNREQUIRED.search(modal.after[:40]):
        return None
    if modal.verb in cues.OWN_USE and not (
        modal.negated or modal.only or _LIMITED.search(modal.after)
    ):
        return None
    if modal.verb in {"be", "have"} and not modal.negated:
        return _PROMISE if cues.PROMISED_STATE.search(modal.after[:60]) else None
    return _PROMISE


_LIMITED = re.compile(
    r"^[^.;]{0,120}\b(?:only|sole(?:ly)?|in accordance with|on behalf|direction|instructions?)\b",
    re.IGNORECASE,
)


def _of_their_liberty(modal: _Modal) -> Clause | None:
    """ "We may not sell it" promises; "we may not be able to" does not."""
    if not modal.negated or modal.word == "can" or modal.following[0] == "so":
        return None
    if modal.verb in cues.CAPABLE or cues.DISCLAIMED.search(modal.after[:45]):
        return None
    return _PROMISE


def _of_liberty(modal: _Modal, kind: Kind) -> Clause | None:
    """ "May" and "can" of us or of a thing: liberty, denied liberty, or mere possibility."""
    if modal.verb == "expect" and modal.following[0] in {"us", "our"}:
        return _PROMISE if kind is not Kind.GUIDELINE else None
    if modal.verb in {"need", "or"} or cues.IN_PASSING.search(modal.before):
        return None
    if modal.verb == "be":
        return _of_passive_liberty(modal, kind)
    if not _free_to_act(modal, kind):
        return None
    return _of_denied_liberty(modal) if modal.negated else _of_given_liberty(modal)


def _of_denied_liberty(modal: _Modal) -> Clause | None:
    befalls = modal.verb in cues.HAPPENS_TO_US
    if befalls or (modal.party is Party.THING and modal.verb in cues.CAPABLE):
        return None
    return Clause(outcome=Outcome.PROHIBITS)


def _of_given_liberty(modal: _Modal) -> Clause | None:
    if modal.verb in cues.BEFALLING | cues.REACHING or cues.ADDRESSED.match(modal.after):
        return None
    if cues.IN_CONSEQUENCE.search(modal.before):
        return None
    return Clause(outcome=Outcome.CONDITIONS if modal.only else Outcome.PERMITS)


def _free_to_act(modal: _Modal, kind: Kind) -> bool:
    """Tell whether the subject is somebody who acts; a thing's "may" is possibility."""
    if modal.word == "may":
        return modal.party is Party.US or (modal.negated and kind is Kind.GUIDELINE)
    return modal.party is Party.US and (modal.negated or bool(cues.ACTORS.search(modal.before)))


_FIXED = frozenset(
    {"disabled", "changed", "altered", "returned", "recorded", "waived", "collected"}
)
"""After "cannot be" in terms: what things do not let one do, rather than what one must not."""


def _of_passive_liberty(modal: _Modal, kind: Kind) -> Clause | None:
    participle = modal.following[0]
    about_itself = modal.party is Party.THING and kind is not Kind.GUIDELINE
    if about_itself and cues.BOILERPLATE_SUBJECT.search(_clause(modal.before)[:_HEAD]):
        return None
    if participle in {"entitled", "eligible"}:
        return None if modal.negated else Clause(outcome=Outcome.PERMITS)
    if modal.only and participle.endswith("ed"):
        return Clause(outcome=Outcome.CONDITIONS)
    if participle not in cues.CONSIDERED_ACTS:
        return None
    if not modal.negated and participle in {"allowed", "permitted"}:
        return None
    if modal.negated:
        fixed = modal.word == "can" and participle in _FIXED and kind is not Kind.GUIDELINE
        return None if fixed else Clause(outcome=Outcome.PROHIBITS)
    if modal.only:
        return Clause(outcome=Outcome.CONDITIONS)
    ours = kind is Kind.GUIDELINE or modal.party is Party.US
    return Clause(outcome=Outcome.PERMITS) if ours else None


def _of_duty(modal: _Modal, kind: Kind) -> Clause | None:
    """ "Must", "shall", "will", "need to", "have to" of us or of a thing."""
    if modal.party is Party.THING and not _binds_a_thing(modal, kind):
        return None
    acting_as = modal.verb == "act" and modal.following[0] == "as"
    if modal.word in {"will", "shall"} and (modal.verb in cues.STANDING or acting_as):
        return None
    if modal.negated or modal.following[0] == "no":
        return _of_denied_duty(modal)
    if modal.verb == "avoid":
        return Clause(outcome=Outcome.PROHIBITS)
    return _of_state(modal) if modal.verb in _STATIVE | cues.HAPPENINGS else _of_act(modal)


_STATIVE = frozenset({"be", "own", "retain", "keep"})


def _of_state(modal: _Modal) -> Clause | None:
    """What we will be, have or meet: a right, a duty ("be encrypted"), or only what happens."""
    granted = modal.verb == "be" and modal.following[0] in cues.GRANTED
    kept = modal.verb in {"own", "retain"} and modal.party is Party.US
    if granted or kept:
        return Clause(outcome=Outcome.PERMITS)
    if modal.verb == "be" and modal.following[0] in cues.STATES:
        return None
    if modal.word in {"will", "shall"} and modal.verb in cues.HAPPENINGS:
        return None
    return _of_act(modal)


def _of_act(modal: _Modal) -> Clause | None:
    if cues.UNREQUIRED.search(modal.before[-60:]) or _SUPPOSED.search(modal.before):
        return None
    lawful = modal.verb == "comply" and bool(cues.LEGAL_BOILERPLATE.search(modal.after[:60]))
    outcome = Outcome.CONDITIONS if modal.only else Outcome.REQUIRES
    return Clause(outcome=outcome, boilerplate=lawful)


_SUPPOSED = re.compile(
    r"\b(?:if|in case|whether)\b[^,.;:\u2013\u2014]{0,80}$|(?:\bnot|n't|\bnever|\bwho|\bwhich)\s*$|"
    r"\b(?:what|things?|all|obligations?) (?:\w+ )?(?:we|you)\s*$|\bhow\b[\w ]{0,25}$|\bwould\s*$",
    re.IGNORECASE,
)
"""A duty only supposed ("if you must"), or lifted ("you do not need to")."""


def _of_denied_duty(modal: _Modal) -> Clause | None:
    if modal.word.startswith(("need", "ha", "would")) or cues.UNREQUIRED.search(modal.after[:30]):
        return None
    if modal.verb == "be" and modal.following[0] in cues.DENIED_STATES:
        return None
    lawful = modal.verb == "violate" and bool(cues.LEGAL_BOILERPLATE.search(modal.after[:60]))
    return Clause(outcome=Outcome.PROHIBITS, boilerplate=lawful)


def _binds_a_thing(modal: _Modal, kind: Kind) -> bool:
    """Tell whether a modal of a thing lays something on somebody.

    "Must" always does, save in clauses about the document; "shall" with a participle; "will"
    where it refuses an act, and in a guideline.
    """
    strong = modal.word not in {"will", "shall"}
    if cues.BOILERPLATE_SUBJECT.search(_clause(modal.before)[:_HEAD]):
        return strong and kind is Kind.GUIDELINE
    if modal.word not in {"will", "shall"}:
        return True
    if kind is not Kind.GUIDELINE and _REFERRING.search(modal.before):
        return False
    if modal.verb in cues.SURVIVING:
        return False
    participle = modal.following[0]
    done = participle.endswith("ed") or participle in cues.CONSIDERED_ACTS
    if modal.word == "shall":
        return modal.negated or modal.verb != "be" or done
    if not modal.negated:
        return kind is Kind.GUIDELINE and modal.verb == "be" and done
    if modal.verb == "be":
        return participle in cues.CONSIDERED_ACTS
    return bool(_YOURS.search(modal.before))


def _clause(before: str) -> str:
    """Return the last clause of what stands before a verb."""
    return re.split(r"[.;:]\s", before)[-1]


_HEAD = 60
"""Characters at a clause's start among which its subject is named."""
_REFERRING = re.compile(r"\b(?:it|they)\s*$", re.IGNORECASE)
_YOURS = re.compile(r"\byour\b[\w ]{0,40}$", re.IGNORECASE)


# ---------------------------------------------------------------- phrases


def _by_phrases(sentence: str, words: frozenset[str], kind: Kind) -> Iterator[Clause]:
    for triggers, find in _FAMILIES:
        clause = find(sentence, kind) if words & triggers else None
        if clause is not None:
            yield clause


def _gates(sentence: str, kind: Kind) -> Clause | None:
    """ "Needs approval", "is available to staff only", "if you must, do so with", an opt-out."""
    if kind is not Kind.GUIDELINE and cues.CHOICE.search(sentence):
        return Clause(outcome=Outcome.CONDITIONS, promise=True)
    gated = cues.GATED.search(sentence)
    if (
        gated is None
        or cues.UNREQUIRED.search(sentence)
        or _THEY_MAY_ASK.search(sentence[: gated.end()])
    ):
        return None
    theirs = kind is not Kind.GUIDELINE and _CLOSED.match(gated[0])
    return None if theirs and not _OURS.search(sentence) else Clause(outcome=Outcome.CONDITIONS)


_THEY_MAY_ASK = re.compile(r"\bmay (?:also )?(?:require|need)\b", re.IGNORECASE)
_CLOSED = re.compile(r"(?:is|are) (?:restricted|limited|confined)", re.IGNORECASE)
_OURS = re.compile(r"\b(?:you|your|customer|users?)\b", re.IGNORECASE)


def _duties(sentence: str, kind: Kind) -> Clause | None:
    if cues.UNREQUIRED.search(sentence):
        return None
    for match in cues.DUTY.finditer(sentence):
        if _refused(sentence, match.start()):
            continue
        if _in_a_saving(sentence, match.start()) or cues.AUTHORITY.search(sentence, match.start()):
            continue
        if _RELATIVE.search(sentence[max(0, match.start() - 8) : match.start()]):
            continue
        at = match.start() + max(0, match[0].lower().find("agree"))
        theirs = party_before(sentence, at, kind) is Party.THEM
        if theirs and ("agree" in match[0] or "obligation" in match[0]):
            return _PROMISE
        if cues.US_FIRST.match(match[0]) or not theirs or "require" in match[0]:
            lawful = bool(cues.LEGAL_COMPLIANCE.match(sentence, match.start()))
            asked = match[0].lower().startswith("we ask")
            return Clause(outcome=Outcome.REQUIRES, boilerplate=lawful, advice=asked)
    return None


def _prohibitions(sentence: str, kind: Kind) -> Clause | None:
    if cues.NOTHING_IN.search(sentence):
        return None
    for match in cues.PROHIBITION.finditer(sentence):
        phrase = match[0].lower()
        if "prohibit" in phrase and _in_a_saving(sentence, match.start()):
            continue
        if _RELATIVE.search(sentence[max(0, match.start() - 8) : match.start()]):
            continue
        theirs = party_before(sentence, match.start(), kind) is Party.THEM
        if theirs and not cues.THEIR_WORD_FORBIDS.search(phrase):
            continue
        return Clause(outcome=Outcome.PROHIBITS)
    return Clause(outcome=Outcome.PROHIBITS) if cues.NOBODY.search(sentence) else None


_RELATIVE = re.compile(r"\b(?:that|which|who) $", re.IGNORECASE)


def _permissions(sentence: str, kind: Kind) -> Clause | None:
    if cues.RIGHT_ITEM.match(_LABEL.sub("", sentence, count=1)):
        return Clause(outcome=Outcome.PERMITS)
    for match in cues.PERMISSION.finditer(sentence):
        if _refused(sentence, match.start()) or _OBLIGED.search(sentence[: match.start()]):
            continue
        if _merely_mentioned(sentence, match):
            continue
        theirs = party_before(sentence, match.start(), kind) is Party.THEM
        if cues.GIVING.match(match[0]) or not theirs:
            return Clause(outcome=Outcome.PERMITS)
    return None


def _in_a_saving(sentence: str, position: int) -> bool:
    """Tell whether a phrase stands in a saving: "unless legally prohibited", "as required"."""
    return bool(cues.SAVING_BEFORE.search(sentence[max(0, position - 40) : position]))


def _refused(sentence: str, position: int) -> bool:
    """Tell whether a "not" or "no" stands just before, as in "is not a permitted use"."""
    return bool(_REFUSAL.search(sentence[max(0, position - 14) : position]))


_OBLIGED = re.compile(r"\b(?:must|shall) $", re.IGNORECASE)
_REFUSAL = re.compile(
    r"\b(?:not|no|never|neither|nor|without)\b[\w ]{0,8}$|n't\b[\w ]{0,8}$", re.IGNORECASE
)


def _merely_mentioned(sentence: str, match: re.Match[str]) -> bool:
    """Tell whether a permission is only spoken of: "as permitted by", "persons who have a"."""
    near = sentence[max(0, match.start() - 24) : match.end() + 18]
    return bool(cues.MENTIONED.search(near) or cues.BELIEVING.search(sentence[: match.start()]))


def _advice(sentence: str, kind: Kind) -> Clause | None:
    del kind
    if not cues.ADVICE.search(sentence):
        return None
    against = cues.ADVICE_AGAINST.search(sentence)
    return Clause(outcome=Outcome.PROHIBITS if against else Outcome.REQUIRES, advice=True)


def _flat_words(sentence: str, kind: Kind) -> Clause | None:
    """Flat refusals and limits ("we do not sell"): theirs promise, ours rule (GUIDE.md, 12)."""
    if kind is not Kind.GUIDELINE and cues.FLAT_PASSIVE.search(sentence):
        return _PROMISE
    for match in cues.FLAT.finditer(sentence):
        party = party_before(sentence, match.start("do"), kind)
        if party is Party.THING or cues.NOT_PROMISED.match(match["verb"]):
            continue
        limits = match["do"].lower() == "only"
        if party is Party.THEM:
            return _PROMISE
        if kind is Kind.GUIDELINE and match["who"].lower() == "we":
            return Clause(outcome=Outcome.CONDITIONS if limits else Outcome.PROHIBITS)
    return None


_FAMILIES: tuple[tuple[frozenset[str], Callable[[str, Kind], Clause | None]], ...] = (
    (cues.GATE_WORDS, _gates),
    (cues.DUTY_WORDS, _duties),
    (cues.PROHIBITION_WORDS, _prohibitions),
    (cues.PERMISSION_WORDS, _permissions),
    (cues.ADVICE_WORDS, _advice),
    (cues.FLAT_WORDS, _flat_words),
)
"""Each family of phrases, with the words without which it need not be sought."""


# ---------------------------------------------------------------- imperatives


def _by_imperative(sentence: str) -> Iterator[Clause]:
    bare = _LABEL.sub("", sentence, count=1)
    if cues.PLEASE_READ.match(bare):
        yield Clause(outcome=Outcome.REQUIRES, advice=True)
        return
    if cues.DIRECTIONS.match(bare):
        outcome = _of_inner_imperative(bare)
    else:
        adverb = cues.LEADING_ADVERB.match(bare)
        outcome = _of_imperative(bare[adverb.end() :] if adverb else bare)
        outcome = outcome or _of_inner_imperative(bare)
    if outcome is None:
        return
    yield Clause(outcome=outcome, advice=bool(cues.SOFT_IMPERATIVE.search(bare[:200])))
    if outcome is Outcome.REQUIRES and _of_inner_imperative(bare) is Outcome.PROHIBITS:
        yield Clause(outcome=Outcome.PROHIBITS)


_LABEL = re.compile(
    r"^\W{0,4}(?:[(\[]?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-z]{1,4})[.)\]]\)?\s{1,3}){0,2}",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"^\W{0,4}(do not|don't|never|avoid|only|[a-z][a-z-]*)\b[\s,]{0,3}([\w–-]*)",  # noqa: RUF001
    re.IGNORECASE,
)


_NAMED_SIGNAL = re.compile(r"\W*do not track\b|\W*(?-i:Do Not) sell\b", re.IGNORECASE)
"""The name of a browser's signal, or of an opt-out, and no imperative."""


def _of_imperative(start: str) -> Outcome | None:
    match = _FIRST.match(start)
    if match is None or _NAMED_SIGNAL.match(start):
        return None
    first, following = match[1].lower(), match[2].lower()
    if first in {"do not", "don't", "never", "avoid"}:
        return Outcome.PROHIBITS
    if first not in cues.IMPERATIVES or following in cues.NOT_IMPERATIVE_NEXT or not following:
        return None
    return Outcome.CONDITIONS if "only" in {first, following} else Outcome.REQUIRES


_INNER = re.compile(
    r"(?:(?:,|;|:|\band|\bbut|\)|—|–|-)\s{0,2}(?:please\s)?(?:also\s)?"  # noqa: RUF001
    r"(do not|don't|never|please)|(?:;|:|—|–|\s-|,)\s{0,2}(avoid)(?=\s\w+ing))\s(\w+)",  # noqa: RUF001
    re.IGNORECASE,
)
_LED = re.compile(
    r"^\W{0,4}(?:if|when|whenever|where|before|after|once|for|to|unless|as|in order to|during)\b"
    r"[^,;:]{3,160},\s(?:please\s|always\s|then\s)?(\w+)\s(\w+)",
    re.IGNORECASE,
)


def _of_inner_imperative(sentence: str) -> Outcome | None:
    """Find an imperative behind a leading clause: "If you leave, do not…", "…, make sure that"."""
    match = _INNER.search(sentence)
    if match is None:
        return _of_led_imperative(sentence)
    first, verb = (match[1] or match[2]).lower(), match[3].lower()
    if first == "please":
        wanted = verb in cues.IMPERATIVES or verb.endswith("ly")
        return Outcome.REQUIRES if wanted and not cues.DIRECTIONS.match(verb) else None
    if verb in {"forget", "hesitate"}:
        return Outcome.REQUIRES if verb == "forget" else None
    return Outcome.PROHIBITS if first != "never" or verb in cues.IMPERATIVES else None


def _of_led_imperative(sentence: str) -> Outcome | None:
    match = _LED.match(sentence)
    if match is None or cues.DIRECTIONS.match(match[1]):
        return None
    wanted = match[1].lower() in cues.IMPERATIVES - _NOUNS
    wanted = wanted and match[2].lower() not in cues.NOT_IMPERATIVE_NEXT
    return Outcome.REQUIRES if wanted else None


_NOUNS = frozenset(
    {"access", "use", "change", "work", "test", "name", "support", "plan", "state", "point"}
    | {
        "link",
        "set",
        "host",
        "credit",
        "comment",
        "request",
        "report",
        "review",
        "audit",
        "design",
        "call",
        "record",
    }
)


# ---------------------------------------------------------------- ways out and strings


def _tie_strings(clause: Clause, sentence: str) -> Clause:
    """Return the clause as its sentence's ways out, strings and gates leave it."""
    if clause.promise:
        tied, freed = is_opted(sentence), False
    elif clause.outcome is Outcome.PROHIBITS:
        tied, freed = has_way_out(sentence), True
    elif clause.outcome is Outcome.PERMITS:
        tied, freed = has_string(sentence), True
    else:
        gated = is_gate(sentence) and (not clause.advice or cues.ONLY_IF.search(sentence))
        tied = clause.outcome is Outcome.REQUIRES and bool(gated)
        freed = True
    if not tied:
        return clause
    return replace(clause, outcome=Outcome.CONDITIONS, promise=clause.promise and not freed)


# ---------------------------------------------------------------- lead-ins and items


def lead_in_clauses(sentence: str, kind: Kind) -> list[Clause]:
    """Return what a sentence that leads into a list does to the items.

    It may break off in the middle of its clause: "You must:", "You may not", "we will:". What
    it excepts from the rule above is what it rules: "Except for the following permitted uses:".
    """
    if breaks_off_forbidding(sentence):
        return [Clause(outcome=Outcome.PROHIBITS)]
    ruling = _EXCEPTING.sub("", sentence, count=1)
    found = clauses_of(ruling, kind)
    if found:
        return found
    return clauses_of(ruling.rstrip(" :*") + " do the following", kind)


def forbids_us(text: str) -> bool:
    """Tell whether an item names us and refuses us something, whatever leads into it."""
    return bool(cues.REFUSES_US.search(text))


def breaks_off_forbidding(text: str) -> bool:
    """Tell whether a lead-in ends in a refusal whose acts are the items: "…, do not:"."""
    return bool(_BREAKS_OFF.search(text))


_BREAKS_OFF = re.compile(r"(?:\bdo not|\bdon't|\bnever)\W{0,5}$", re.IGNORECASE)
_EXCEPTING = re.compile(r"^\W{0,4}except (?:for|as|in) ", re.IGNORECASE)


def speaks_for_itself(text: str) -> bool:
    """Tell whether an item is a whole rule with a subject or imperative of its own."""
    return bool(cues.STANDS_ALONE.match(text) or cues.OWN_IMPERATIVE.match(text))
