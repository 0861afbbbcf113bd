"""What one sentence lays down: its clauses, told by modal verbs, phrases and imperatives.

Pure, and linear in the sentence. The words are those of `cues`; the meaning of each outcome is
decided in docs/verdicts.md and, to the letter, in benchmarks/outcomes/GUIDE.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from knowledge.library import cues
from knowledge.models import Kind, Outcome


class Party(Enum):
    """Whose conduct a clause speaks of."""

    US = auto()
    THEM = auto()
    THING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """What one modal, phrase or imperative does; `advice` and `promise` as in `models.Passage`.

    `duty_at` is where it stands in its sentence.
    """

    outcome: Outcome
    advice: bool = False
    promise: bool = False


def clauses_of(sentence: str, kind: Kind) -> list[Clause]:
    """Return every clause of one plain sentence, ways out and strings already counted."""
    if cues.DEFINING.search(sentence[:200]) and not _defines_and_rules(sentence):
        return []
    if _is_disclaimer(sentence):
        return []
    unquoted = _QUOTED.sub(" ", sentence)
    found = [
        *_by_modals(unquoted, kind),
        *_by_phrases(unquoted, kind),
        *_by_imperative(unquoted, kind),
    ]
    return [_tie_strings(clause, unquoted) for clause in found]


_QUOTED = re.compile(r"[\"“][^\"“”]{25,400}[\"”]")
"""Longer quotations: other people's words, which do not rule."""


def _defines_and_rules(sentence: str) -> bool:
    """Tell whether a definition is followed by a rule on us in the same sentence."""
    return bool(re.search(r"\byou (?:must|may not|shall|agree)\b", sentence, re.IGNORECASE))


def _is_disclaimer(sentence: str) -> bool:
    letters = [letter for letter in sentence if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    if len(letters) > _SHOUTED and capitals > cues.LIABILITY_CAPS * len(letters):
        return True
    return bool(cues.LIABILITY.search(sentence)) and not _LAYS_DUTY.search(sentence)


_SHOUTED = 60
_LAYS_DUTY = re.compile(
    r"\b(?:you|customer|company|user|parties|each party) (?:\w+ ){0,2}(?:must|may not|shall not|will not|"
    r"indemnif|agrees? to|are (?:solely )?responsible|is (?:solely )?responsible|will be responsible)|"
    r"indemnify",
    re.IGNORECASE,
)


# ---------------------------------------------------------------- whose conduct


def party_before(sentence: str, position: int, kind: Kind) -> Party:
    """Return whose conduct the verb at this position speaks of.

    The word just before it decides when it names a party; else the first party in the clause.
    """
    before = sentence[max(0, position - _REACH) : position]
    clause = _CLAUSE_START.split(before)[-1]
    tokens = _WORD.findall(clause)
    while tokens and tokens[-1].lower() in _BETWEEN:
        tokens.pop()
    if not tokens:
        tokens = _WORD.findall(before)
    for token in (*tokens[-1:], *tokens[:_HEAD], *reversed(tokens[_HEAD:-1])):
        party = _party(token, kind)
        if party is not None:
            return party
    return Party.THING


_REACH = 160
_HEAD = 3
_CLAUSE_START = re.compile(
    r"[.;:]\s|,\s|\(|\)\s|\b(?:that|if|when|where|but|because|and that|so that|whether|while)\s",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-z][\w’'-]*")  # noqa: RUF001
_BETWEEN = frozenset("also then hereby each both all always either therefore and or only".split())
_RELATIVE = frozenset("who which".split())


def _party(token: str, kind: Kind) -> Party | None:
    word = token.lower()
    if word in cues.US:
        return Party.US
    if word in cues.THEM:
        return Party.THEM if kind is not Kind.GUIDELINE else Party.US
    if word in cues.THINGS or word in _RELATIVE or not token[0].isupper():
        return None
    if word.endswith("s") or token.isupper():
        return None if kind is not Kind.GUIDELINE else Party.US
    return Party.THEM if kind is not Kind.GUIDELINE else Party.US


# ---------------------------------------------------------------- modals


@dataclass(frozen=True, slots=True, kw_only=True)
class _Modal:
    """A modal verb in its place: "you must not only store", told apart into its parts."""

    word: str
    negated: bool
    only: bool
    verb: str
    following: str
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
    return _Modal(
        word=re.sub(r"(?:n't|not)$", "", word).replace("ca", "can") if _SHORT.match(word) else word,
        negated=bool(match["not"]) or bool(_SHORT.match(word)) or _denied(sentence, match.start()),
        only=bool(match["only"]),
        verb=(match["verb"] or "").lower(),
        following=(match["next"] or "").strip(" ,").lower(),
        party=party_before(sentence, match.start(), kind),
        before=sentence[max(0, match.start() - _REACH) : match.start()],
        after=sentence[match.end("modal") :],
    )


_SHORT = re.compile(r"(?:cannot|can't|won't|shan't|mustn't|shouldn't)$")
_DENIAL = re.compile(
    r"(?:^|[.;,:(]\s?|\band )(?:no one|nobody|neither|none of|no)\b[\w' /-]{0,60}$", re.IGNORECASE
)


def _denied(sentence: str, position: int) -> bool:
    """Tell whether the subject itself is denied: "no employee may"."""
    return bool(_DENIAL.search(sentence[max(0, position - 70) : position]))


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
    if modal.party is Party.THEM:
        return None
    if modal.party is Party.THING and (
        modal.verb in cues.SURVIVING or (kind is not Kind.GUIDELINE and modal.verb != "be")
    ):
        return None
    if re.search(r"\b(?:which|if you)\s*$", modal.before, re.IGNORECASE):
        return None
    outcome = Outcome.PROHIBITS if modal.negated or modal.verb == "avoid" else Outcome.REQUIRES
    return Clause(outcome=outcome, advice=True)


def _of_theirs(modal: _Modal) -> Clause | None:
    """What the other side says of itself: a promise, or a right or disclaimer of its own."""
    if modal.word in {"may", "can"} and not modal.only:
        return _denied_liberty_of_theirs(modal)
    stretch = f"{modal.verb} {modal.after[:60]}"
    if modal.negated and cues.DISCLAIMED.search(stretch[:45]):
        return None
    if modal.verb in _SOFT_PROMISES or cues.UNREQUIRED.search(modal.after[:40]):
        return None
    if modal.verb in {"be", "have"} and not modal.negated and not _PROMISED_STATE.search(stretch):
        return None
    if _ITS_OWN_ENDS.match(modal.verb):
        return None
    return Clause(outcome=Outcome.PERMITS, promise=True)


_SOFT_PROMISES = frozenset("try use collect seek aim receive need charge consider continue".split())
_ITS_OWN_ENDS = re.compile(
    r"(?:terminate|suspend|charge|bill|own|determine|invoice|know|hold|assume)$"
)
_PROMISED_STATE = re.compile(
    r"\b(?:be (?:liable|responsible|deleted|bound by confid|entitled to)|remain)\b"
)


def _denied_liberty_of_theirs(modal: _Modal) -> Clause | None:
    if not modal.negated or modal.word == "can":
        return None
    if cues.DISCLAIMED.search(modal.after[:45]) or modal.verb in cues.CAPABLE:
        return None
    return Clause(outcome=Outcome.PERMITS, promise=True)


def _of_liberty(modal: _Modal, kind: Kind) -> Clause | None:
    """ "May" and "can" of us or of a thing: liberty, denied liberty, or mere possibility."""
    if modal.verb in _ASKED_LATER and not modal.negated:
        return None
    if modal.verb == "be":
        return _of_passive_liberty(modal, kind)
    if modal.verb in cues.CAPABLE or (modal.party is Party.THING and not modal.negated):
        return None
    if modal.party is Party.THING and kind is not Kind.GUIDELINE and modal.word == "can":
        return None
    if modal.negated:
        return Clause(outcome=Outcome.PROHIBITS)
    if modal.verb in cues.REACHING or _IF_YOU.search(modal.before):
        return None
    return Clause(outcome=Outcome.CONDITIONS if modal.only else Outcome.PERMITS)


_ASKED_LATER = frozenset("need".split())
_IF_YOU = re.compile(
    r"\b(?:if|that|which|what|information|data|content|where|things|techniques) (?:you|users|customer)\s*$",
    re.IGNORECASE,
)


def _of_passive_liberty(modal: _Modal, kind: Kind) -> Clause | None:
    words = modal.following.split()
    participle = next((word for word in words if word not in _DEGREES), "")
    if re.match(r"(?:entitled|eligible|allowed|permitted)", participle):
        return None if modal.negated else Clause(outcome=Outcome.PERMITS)
    if participle not in cues.CONSIDERED_ACTS:
        return None
    if modal.negated:
        return Clause(outcome=Outcome.PROHIBITS)
    if modal.only:
        return Clause(outcome=Outcome.CONDITIONS)
    if kind is not Kind.GUIDELINE and modal.party is not Party.US:
        return None
    return Clause(outcome=Outcome.PERMITS)


_DEGREES = frozenset("also only fully publicly freely solely then not be otherwise used_".split())


def _of_duty(modal: _Modal, kind: Kind) -> Clause | None:
    """ "Must", "shall", "will", "need to", "have to" of us or of a thing."""
    strong = modal.word not in {"will", "shall"}
    if cues.BOILERPLATE_SUBJECT.search(modal.before[-90:]) and modal.party is Party.THING:
        return None
    if modal.party is Party.THING and not _binds_a_thing(modal, kind, strong=strong):
        return None
    if modal.word.startswith(("need", "ha")) and modal.negated:
        return None
    if modal.negated:
        return _of_denied_duty(modal)
    if not strong and modal.verb in _HAPPENINGS:
        return None
    if modal.verb == "avoid":
        return Clause(outcome=Outcome.PROHIBITS)
    if modal.verb == "be" and re.match(r"(?:allowed|permitted|able|entitled)\b", modal.following):
        return None if "able" in modal.following[:5] else Clause(outcome=Outcome.PERMITS)
    return Clause(outcome=Outcome.CONDITIONS if modal.only else Outcome.REQUIRES)


_HAPPENINGS = frozenset(
    "receive lose find see know continue remain own retain usually want become get likely benefit "
    "often mean apply exist always occur".split()
)


def _of_denied_duty(modal: _Modal) -> Clause | None:
    if modal.party is not Party.US and re.match(
        r"\s*(?:not\s+)?(?:be )?(?:construed|interpreted)", modal.after
    ):
        return None
    if modal.verb == "be" and re.match(
        r"(?:liable|responsible|required|able|eligible|obligated)", modal.following
    ):
        return None
    if cues.UNREQUIRED.search(modal.after[:30]):
        return None
    return Clause(outcome=Outcome.PROHIBITS)


def _binds_a_thing(modal: _Modal, kind: Kind, *, strong: bool) -> bool:
    """Tell whether a modal of a thing lays something on somebody.

    "Must" always does; "shall" with a participle; "will" only when it refuses an act.
    """
    if modal.verb in cues.SURVIVING:
        return modal.word == "must"
    words = [word for word in modal.following.split() if word not in _DEGREES]
    participle = words[0] if words else ""
    if strong:
        return True
    if modal.word == "shall":
        return (
            modal.negated
            or modal.verb != "be"
            or participle.endswith("ed")
            or participle in cues.CONSIDERED_ACTS
        )
    if modal.negated:
        return modal.verb == "be" and participle in cues.CONSIDERED_ACTS
    return kind is Kind.GUIDELINE and modal.verb == "be" and participle.endswith("ed")


# ---------------------------------------------------------------- phrases


def _by_phrases(sentence: str, kind: Kind) -> Iterator[Clause]:
    if cues.UNREQUIRED.search(sentence) is None:
        yield from _duties(sentence, kind)
    yield from _prohibitions(sentence, kind)
    yield from _permissions(sentence, kind)
    if cues.ADVICE.search(sentence):
        softly = re.search(r"\b(?:against|discouraged|not recommended)\b", sentence, re.IGNORECASE)
        yield Clause(outcome=Outcome.PROHIBITS if softly else Outcome.REQUIRES, advice=True)
    yield from _flat_words_of_theirs(sentence, kind)


def _duties(sentence: str, kind: Kind) -> Iterator[Clause]:
    if _GATED.search(sentence):
        yield Clause(outcome=Outcome.CONDITIONS)
        return
    for match in cues.DUTY.finditer(sentence):
        if party_before(sentence, match.start(), kind) is not Party.THEM or "require" in match[0]:
            yield Clause(outcome=Outcome.REQUIRES)
            return


_GATED = re.compile(
    r"\b(?:(?:requires?|needs?) (?:\w+ ){0,5}?(?:approval|sign-?off|permission|authori[sz]ation|consent)|"
    r"(?:is|are) (?:available|restricted|limited|accessible|reserved|confined) "
    r"(?:\(?(?:only|exclusively|solely) )?(?:to|for) \w+|available only (?:to|for)|"
    r"only available (?:to|for|if|when)|(?:is|are) (?:\w+ )?contingent (?:on|upon))",
    re.IGNORECASE,
)


def _prohibitions(sentence: str, kind: Kind) -> Iterator[Clause]:
    for match in cues.PROHIBITION.finditer(sentence):
        theirs = party_before(sentence, match.start(), kind) is Party.THEM
        if theirs and not re.search(
            r"allow|permit|tolerate|prohibit|condone", match[0], re.IGNORECASE
        ):
            continue
        yield Clause(outcome=Outcome.PROHIBITS)
        return
    if cues.NOBODY.search(sentence):
        yield Clause(outcome=Outcome.PROHIBITS)


def _permissions(sentence: str, kind: Kind) -> Iterator[Clause]:
    if cues.RIGHT_ITEM.match(sentence):
        yield Clause(outcome=Outcome.PERMITS)
        return
    for match in cues.PERMISSION.finditer(sentence):
        if _negated_before(sentence, match.start()) or _merely_mentioned(sentence, match):
            continue
        if party_before(sentence, match.start(), kind) is Party.THEM and not _gives(match[0]):
            continue
        yield Clause(outcome=Outcome.PERMITS)
        return


def _gives(phrase: str) -> bool:
    """Tell whether the phrase gives us something whoever its subject is."""
    return bool(
        re.match(
            r"(?:grants?|assigns?|allows?|following|permitted|your|nothing)", phrase, re.IGNORECASE
        )
    )


def _negated_before(sentence: str, position: int) -> bool:
    """Tell whether a "not" or "no" stands just before, as in "is not a permitted use"."""
    near = sentence[max(0, position - 14) : position].lower()
    return bool(re.search(r"\b(?:not|no|never|neither|nor|n't)\b[\w ]{0,8}$", near))


def _merely_mentioned(sentence: str, match: re.Match[str]) -> bool:
    """Tell whether a permission is only spoken of: "as permitted by", "where allowed"."""
    near = sentence[max(0, match.start() - 20) : match.end() + 18].lower()
    return bool(
        re.search(
            r"\b(?:as|where|if|extent|unless|when|otherwise|except|than) (?:\w+ )?(?:is |are )?(?:permitted|allowed|authori[sz]ed)",
            near,
        )
        or re.search(
            r"(?:permitted|allowed|authori[sz]ed) (?:by|under) (?:applicable|law|local|the gdpr|ccpa)",
            near,
        )
        or re.search(r"will be (?:entitled|allowed|permitted) to obtain", near)
    )


_FLAT = re.compile(
    r"\b(?P<who>we|(?-i:[A-Z])[\w-]+(?:\s(?-i:[A-Z])[\w-]+)?)(?: also| currently| generally| further)?"
    r" (?P<do>do not|does not|don't|doesn't|never|only|ensure|will never)"
    r" (?P<verb>[\"“]?\w+)",
    re.IGNORECASE,
)


def _flat_words_of_theirs(sentence: str, kind: Kind) -> Iterator[Clause]:
    """Flat refusals and limits of the other side ("we do not sell") promise; see GUIDE.md, 12."""
    if kind is Kind.GUIDELINE:
        return
    for match in _FLAT.finditer(sentence):
        if party_before(sentence, match.start("do"), kind) is not Party.THEM:
            continue
        if cues.DISCLAIMED.search(match["verb"]) or match["verb"].lower() in _NOT_PROMISED:
            continue
        yield Clause(outcome=Outcome.PERMITS, promise=True)
        return


_NOT_PROMISED = frozenset(
    "allow permit tolerate condone have need intend act take offer currently support knowingly".split()
)


# ---------------------------------------------------------------- imperatives


def _by_imperative(sentence: str, kind: Kind) -> Iterator[Clause]:
    del kind
    bare = _LABEL.sub("", sentence, count=1)
    if cues.DIRECTIONS.match(bare) and not re.match(
        r"\W*please (?:note )?(?:do not|adhere|report)", bare, re.IGNORECASE
    ):
        return
    adverb = cues.LEADING_ADVERB.match(bare)
    polite = bool(re.search(r"\bplease\b", bare[:60], re.IGNORECASE))
    start = bare[adverb.end() :] if adverb else bare
    outcome = _of_imperative(start) or _of_inner_imperative(bare)
    if outcome is not None:
        advice = polite or bool(
            re.match(r"\W*(?:consider|avoid|try|aim|prefer|think)\b", start, re.IGNORECASE)
        )
        yield Clause(outcome=outcome, advice=advice)


_LABEL = re.compile(
    r"^\W{0,4}(?:[(\[]?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-z]{1,4})[.)\]]\)?\s{1,3}){0,2}"
)
_FIRST = re.compile(
    r"^\W{0,4}(do not|don't|never|avoid|only|[a-z][a-z-]*)\b[\s,]{0,3}([\w–-]*)", re.IGNORECASE
)  # noqa: RUF001


def _of_imperative(start: str) -> Outcome | None:
    match = _FIRST.match(start)
    if match is None:
        return None
    first, following = match[1].lower(), match[2].lower()
    if first in {"do not", "don't", "never"}:
        return None if following == "track" and first == "do not" else Outcome.PROHIBITS
    if first == "avoid":
        return Outcome.PROHIBITS
    if first not in cues.IMPERATIVES or following in cues.NOT_IMPERATIVE_NEXT or not following:
        return None
    return Outcome.CONDITIONS if following == "only" or first == "only" else Outcome.REQUIRES


_INNER = re.compile(
    r"(?:,|;|:|\band|\bbut|\)|—|–|-)\s{0,2}(?:please\s(?:also\s)?)?(do not|don't|never|please)\s(\w+)",  # noqa: RUF001
    re.IGNORECASE,
)


def _of_inner_imperative(sentence: str) -> Outcome | None:
    """Find an imperative behind a leading clause: "If you leave, do not…"."""
    match = _INNER.search(sentence)
    if match is None or cues.DIRECTIONS.match(match[2]):
        return None
    first, verb = match[1].lower(), match[2].lower()
    if verb in {"forget", "hesitate"}:
        return Outcome.REQUIRES if verb == "forget" else None
    if first == "please":
        return Outcome.REQUIRES if verb in cues.IMPERATIVES or verb.endswith("ly") else None
    return Outcome.PROHIBITS if first != "never" or verb in cues.IMPERATIVES else None


# ---------------------------------------------------------------- ways out and strings


def _tie_strings(clause: Clause, sentence: str) -> Clause:
    """Return the clause as its sentence's ways out, strings and gates leave it."""
    if clause.outcome is Outcome.PROHIBITS and has_way_out(sentence):
        return replace(clause, outcome=Outcome.CONDITIONS)
    if clause.promise:
        tied = cues.OPTED.search(sentence) is not None
        return replace(clause, outcome=Outcome.CONDITIONS, promise=False) if tied else clause
    if clause.outcome is Outcome.PERMITS and has_string(sentence):
        return replace(clause, outcome=Outcome.CONDITIONS)
    if clause.outcome is Outcome.REQUIRES and not clause.advice and is_gate(sentence):
        return replace(clause, outcome=Outcome.CONDITIONS)
    return clause


def has_way_out(text: str) -> bool:
    """Tell whether a prohibition names a way out that facts or our own people can open."""
    if cues.NAMED_CARVE_OUT.search(text):
        return True
    if cues.RESERVED.search(text) and not _OWN_WAY.search(text):
        return False
    rest = cues.SAVING.sub(" ", text)
    return bool(cues.WAY_OUT.search(rest))


_OWN_WAY = re.compile(r"\bunless you\b|\bexcept when you\b", re.IGNORECASE)


def has_string(text: str) -> bool:
    """Tell whether a permission is tied to a fact, a purpose or a group."""
    rest = cues.EMPTY_STRING.sub(" ", text)
    if cues.STRING.search(rest) or cues.STATUS_IF.match(rest) or cues.APPROVAL.search(rest):
        return True
    permitted = re.search(
        r"\b(?:may|can|permitted|allowed|free|grants?|right|ok|fine)\b", rest, re.IGNORECASE
    )
    return bool(permitted and cues.TAILED_IF.search(rest, permitted.end()))


def is_gate(text: str) -> bool:
    """Tell whether a duty stands before an act, or is an approval or consent to be had."""
    return bool(cues.GATE.search(text) or cues.APPROVAL.search(text) or _ONLY.search(text))


_ONLY = re.compile(
    r"\b(?:may|must|should|shall|can|be)\b[^.;]{0,60}\bonly\b(?! (?:a|an|part))|\bonly\W*$",
    re.IGNORECASE,
)


# ---------------------------------------------------------------- lead-ins and items


def lead_in_clauses(sentence: str, kind: Kind) -> list[Clause]:
    """Return what a sentence that leads into a list does to the items.

    It may break off in the middle of its clause: "You must:", "You may not", "we will:".
    """
    found = clauses_of(sentence, kind)
    if found:
        return found
    return clauses_of(sentence.rstrip(" :*") + " do the following", kind)


_STANDS_ALONE = re.compile(
    r"^(?:(?!\bwhen\b|\bif\b).){0,140}?\b(?:you|customers?|users?|employees|staff|contractors|we|they|all \w+|"
    r"each \w+|no \w+|everyone|nobody|must be|(?:is|are) responsible)\b[^.;]{0,40}?\b(?:must|shall|may|will|"
    r"should|cannot|can|are (?:not )?(?:allowed|permitted|required))\b",
    re.IGNORECASE,
)
_OWN_IMPERATIVE = re.compile(r"^\W{0,4}(?:do not|don't|never|respect|please)\b", re.IGNORECASE)


def speaks_for_itself(text: str) -> bool:
    """Tell whether an item is a whole rule with a subject or imperative of its own."""
    return bool(_STANDS_ALONE.match(text) or _OWN_IMPERATIVE.match(text))
