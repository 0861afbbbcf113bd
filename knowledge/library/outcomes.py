"""What a passage does: the author's marker first, else our reader of its words.

The stages: plain words (marks and links are not words) → the author's marker → the clauses of each
sentence → the context (a lead-in or heading rules what stands under it) → one outcome. Pure, and
linear in the passage's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.library import clauses, cues, markers, ways_out
from knowledge.library.clauses import Clause
from knowledge.library.sentences import sentences
from knowledge.models import Basis, Kind, Outcome, Passage, Shape

VERSION = "outcomes-10"
"""Changes whenever a rule or a word list changes an outcome."""

MOST_READ = 6000
"""Characters of a passage that are read; real passages have at most about 120 words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An outcome with what goes with it."""

    outcome: Outcome
    basis: Basis = Basis.READER
    advice: bool = False
    promise: bool = False


_NOTHING = Reading(outcome=Outcome.NONE)


def read(passage: Passage, kind: Kind = Kind.TERMS, above: Clause | None = None) -> Passage:
    """Return the same passage with outcome, basis, advice and promise set.

    `kind` tells who "we" is: the vendor in terms and contracts, ourselves in a guideline. `above`
    is the rule that a lead-in without one of its own goes on from.
    """
    reading = _reading_of(passage, kind, above)
    return replace(
        passage,
        outcome=reading.outcome,
        basis=reading.basis,
        advice=reading.advice,
        promise=reading.promise,
    )


def read_all(passages: Iterable[Passage], kind: Kind = Kind.TERMS) -> tuple[Passage, ...]:
    """Return one document's passages, read in order.

    In order, because a lead-in that only goes on ("This includes:") means what the rule before it
    means, and so do its items.
    """
    done: list[Passage] = []
    inherited: dict[tuple[str, str], Clause] = {}
    for passage in passages:
        above = (
            inherited.get((passage.section_id, passage.lead_ins[-1])) if passage.lead_ins else None
        )
        if passage.shape is Shape.LEAD_IN and done and _GOES_ON.match(plain(passage.text)):
            above = _as_clause(done[-1])
            inherited[passage.section_id, passage.text] = above
        done.append(read(passage, kind, above))
    return tuple(done)


_GOES_ON = re.compile(
    r"(?:this|these|it|that|such \w+|examples?)(?: \w+){0,2} (?:includes?|are|cover)\b",
    re.IGNORECASE,
)


def _as_clause(passage: Passage) -> Clause:
    return Clause(outcome=passage.outcome, advice=passage.advice, promise=passage.promise)


def _reading_of(passage: Passage, kind: Kind, above: Clause | None) -> Reading:
    text = plain(passage.text)
    marked = _marked(text, passage)
    if marked is not None:
        return marked
    if _defines(passage):
        return _NOTHING
    own = _own_clauses(text, passage.shape, kind)
    ruling = _ruling_context(passage, kind, above)
    if ruling is None and _is_described(passage, text, kind):
        own = [clause for clause in own if clause.promise]
    return _combine(_under(ruling, own, text) if ruling else own)


def _own_clauses(text: str, shape: Shape, kind: Kind) -> list[Clause]:
    """Return what the passage's own sentences lay down; a lead-in may break off in its last."""
    every = [sentence for sentence in _sentences(text) if not sentence.endswith("?")]
    found = [clause for sentence in every for clause in clauses.clauses_of(sentence, kind)]
    if len(every) == 1 and cues.ONLY_TITLE.match(text):
        found.append(Clause(outcome=Outcome.CONDITIONS))
    if not found and every and shape is Shape.LEAD_IN:
        return clauses.lead_in_clauses(every[-1], kind)
    if shape is Shape.LEAD_IN and clauses.breaks_off_forbidding(text):
        return [Clause(outcome=Outcome.PROHIBITS)]
    return found


_GLOSSARY = re.compile(
    r"[^a-z]*(?:appendix )?(?:a few |key |some )?(?:definitions?|defined terms|glossary)[^a-z]*",
    re.IGNORECASE,
)


def _defines(passage: Passage) -> bool:
    """Tell whether the passage stands in a glossary; what a word means does not rule."""
    return bool(passage.headings) and bool(_GLOSSARY.fullmatch(plain(passage.headings[-1])))


_DESCRIBING = re.compile(
    r"\bdefinitions? appl|\bthe meanings?\b|\b(?:following|such|these) (?:\w+ ){0,2}measures\b|"
    r"\bbest practices\b|\breasons\b|\bmay include\b|\bpurposes?\W*$|\bcategories\b|"
    r"\bwe (?:may |also )?(?:use|collect|process|share|receive|disclose|provide)\b",
    re.IGNORECASE,
)
"""Lead-ins to definitions, and to what the other side does: their items rule nothing of ours."""


def _is_described(passage: Passage, text: str, kind: Kind) -> bool:
    if not passage.lead_ins or clauses.speaks_for_itself(text):
        return False
    lead_in = plain(passage.lead_ins[-1])
    defining = "defini" in lead_in.lower() or "meaning" in lead_in.lower()
    return bool(_DESCRIBING.search(lead_in)) and (defining or kind is not Kind.GUIDELINE)


# ---------------------------------------------------------------- plain words

_LINK = re.compile(r"!?\[([^\[\]]{0,400})\]\([^()\s]{0,600}\)")
_MARKS = re.compile(
    r"[*_`~]{1,3}(?=\S)|(?<=\S)[*_`~]{1,3}|<[^<>]{0,200}>|\\(?=[^\w\s])|[\u200b-\u200d\u2060\ufeff]"
)
_CURLED = str.maketrans({"’": "'", "‘": "'", "\u00a0": " ", "\n": " ", "\t": " "})  # noqa: RUF001


_HARD_BREAK = re.compile(r"(?<=[\w*_]) {2,8}\n(?=\S)")
"""Two spaces at a line's end: the author begins a new line, as after a title in bold."""


def plain(text: str) -> str:
    """Return the words without Markdown's marks, link targets and curled apostrophes."""
    shown = _LINK.sub(r"\1", _HARD_BREAK.sub(". ", text[:MOST_READ]))
    return re.sub(r" {2,}", " ", _MARKS.sub("", shown).translate(_CURLED)).strip()


def _sentences(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentences(text, 0, len(text))]


# ---------------------------------------------------------------- the author's marker


_LONGEST_MARKER = 60
"""Characters; a longer lead-in or heading says more than a marker."""


def _marked(text: str, passage: Passage) -> Reading | None:
    """Return what the author's marker says, in the passage, in a cell of its row, or above it."""
    marked = markers.opening_marker(text, passage.text)
    if marked is None and passage.shape is Shape.ROW:
        marked = markers.row_marker(text)
    above = passage.lead_ins[-1:] if passage.shape in {Shape.ITEM, Shape.ROW} else ()
    for lead_in in above:
        marked = marked or markers.opening_marker(plain(lead_in), lead_in)
    for context in (*above, *passage.headings[-1:]):
        if marked is None and len(context) <= _LONGEST_MARKER:
            marked = markers.lone_marker(plain(context))
    if marked is None:
        return None
    return Reading(outcome=marked[0], basis=Basis.MARKER, advice=marked[1])


# ---------------------------------------------------------------- what stands above

_CONTINUING = re.compile(
    r"\b(?:includ(?:es?|ing)|such as|for example|e\.g\.|following|related to|limited to|"
    r"as follows|below)\b[^.]{0,60}$|^(?:this|these) includes?|^(?:examples?|and|or)\b",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(r"\W{0,4}(?:[a-z0-9]{1,5}[.)]\s)?[a-z]")
"""A lead-in that is itself an item, in the middle of the sentence above it."""
_HEADINGS: tuple[tuple[re.Pattern[str], Outcome], ...] = (
    (
        re.compile(
            r"^\W*(?:do not|don't|never)\b|\bdon'?ts\b|\bprohibitions?\b|"
            r"\b(?:disallowed|forbidden)\b|"
            r"\bwhat (?:you|users|customers|we) (?:cannot|can't|may not|must not)\b|"
            r"\b(?:what is )?not (?:allowed|permitted)\b|"
            r"\bprohibited (?:uses?|actions?|activit\w+|conduct|content|practices?)\b|"
            r"\b(?:use|usage|license|general) restrictions\b|\bunacceptable (?:use|behaviou?r)\b|"
            r"\byou (?:may|must|shall|can) ?not\b|\bthings? (?:not to do|to avoid)\b",
            re.IGNORECASE,
        ),
        Outcome.PROHIBITS,
    ),
    (
        re.compile(
            r"\bwhat you must do\b|\byour (?:duties|obligations|responsibilities)\s*$|"
            r"^\W*(?:do'?s|you must)\W*$",
            re.IGNORECASE,
        ),
        Outcome.REQUIRES,
    ),
    (
        re.compile(
            r"\bwhat you (?:can|may)(?: do)?\s*$|\bpermitted (?:uses?|activit\w+)\s*$|"
            r"\bacceptable uses\s*$|\byour (?:\w+ )?rights\s*$",
            re.IGNORECASE,
        ),
        Outcome.PERMITS,
    ),
)
"""Headings that rule, in the order in which they are tried."""


def _ruling_context(passage: Passage, kind: Kind, above: Clause | None) -> Clause | None:
    """Return what the lead-ins, or the heading above, say of this passage.

    Read from the outermost inwards: a lead-in that only goes on ("this includes:"), or is itself
    an item of the list above, means what stands above it means.
    """
    listed = passage.shape in {Shape.ITEM, Shape.ROW} or bool(passage.lead_ins)
    ruling = above or (_heading_rule(passage.headings) if listed else None)
    for depth, lead_in in enumerate(passage.lead_ins):
        text = plain(lead_in)
        own = _lead(text, kind) or _gated_lead(text)
        if ruling is not None and _goes_on(text, own, inner=depth > 0):
            ruling = _as_one(_under(ruling, [own] if own else [], text))
        else:
            ruling = own
    return ruling


def _gated_lead(text: str) -> Clause | None:
    """Read "To use the service on somebody's behalf:", what has to be before one may."""
    gate = re.match(r"\W*to (?:use|access|be eligible|qualify|subscribe)\b", text, re.IGNORECASE)
    return Clause(outcome=Outcome.CONDITIONS) if gate else None


def _goes_on(text: str, own: Clause | None, *, inner: bool) -> bool:
    """Tell whether a lead-in takes its meaning from what stands above it."""
    if own is not None and own.outcome is Outcome.PROHIBITS:
        return False
    if own is None:
        return inner or bool(_CONTINUING.search(text) or _FRAGMENT.match(text))
    return inner and not clauses.speaks_for_itself(text) and not _CARVING.match(text)


_CARVING = re.compile(r"\W{0,4}except\b|.{0,200}\bexcept for the following\b", re.IGNORECASE)


def _as_one(found: Sequence[Clause]) -> Clause:
    reading = _combine(found)
    return Clause(outcome=reading.outcome, advice=reading.advice, promise=reading.promise)


def _lead(text: str, kind: Kind) -> Clause | None:
    """Return what a lead-in does to its items: what its last ruling sentence does.

    Only the sentence that leads into the list may permit its items.
    """
    last, *earlier = reversed(_sentences(text) or [""])
    if cues.DESCRIBES.search(last):
        return None
    found = clauses.lead_in_clauses(last, kind)
    if found:
        ruling = _as_one(found)
        excepted = ruling.promise and cues.EXCEPTS.search(last)
        return Clause(outcome=Outcome.NONE) if excepted else ruling
    for sentence in earlier:
        found = clauses.lead_in_clauses(sentence, kind)
        if found:
            ruling = _as_one(found)
            return None if ruling.outcome is Outcome.PERMITS else ruling
    return None


def _heading_rule(headings: Sequence[str]) -> Clause | None:
    """Return what a heading does to the items below it; most headings only name a subject."""
    for heading in reversed(headings):
        text = plain(heading)
        for pattern, outcome in _HEADINGS:
            if pattern.search(text):
                return Clause(outcome=outcome)
    return None


def _under(ruling: Clause, own: list[Clause], text: str) -> list[Clause]:
    """Return the clauses of an item as its context makes them."""
    if clauses.speaks_for_itself(text) and own:
        return [*own, ruling] if ruling.outcome is Outcome.PROHIBITS and _frees(own) else own
    promised = own and all(clause.promise for clause in own) and _NAMED.search(text)
    if ruling.outcome is Outcome.NONE or promised:
        return own
    if ruling.outcome is Outcome.PERMITS and text.endswith("?"):
        return []
    if ruling.promise and clauses.forbids_us(text):
        return own
    if ruling.outcome is Outcome.REQUIRES and _forbids(own) and not _THAT.search(text):
        return own
    if ruling.promise:
        tied = ways_out.is_opted(text)
        return [replace(ruling, outcome=Outcome.CONDITIONS)] if tied else [ruling]
    return [replace(ruling, outcome=_UNDER[ruling.outcome](text))]


_NAMED = re.compile(r"\W{0,4}(?:\(?\w{1,3}[.)]\s)?[A-Z]\w+(?: \w+)? (?:shall|will)\b")
"""An item with a speaker of its own: "Meta will…"."""


_THAT = re.compile(r"\b(?:that|which)\b", re.IGNORECASE)


def _forbids(own: Sequence[Clause]) -> bool:
    return any(clause.outcome is Outcome.PROHIBITS for clause in own)


def _frees(own: Sequence[Clause]) -> bool:
    """Tell whether an item's own words permit: under a prohibition they may only narrow it."""
    return any(clause.outcome is Outcome.PERMITS for clause in own)


def _under_prohibition(text: str) -> Outcome:
    return Outcome.CONDITIONS if ways_out.has_way_out(text) else Outcome.PROHIBITS


def _under_duty(text: str) -> Outcome:
    if _DENIED_ITEM.match(text):
        return _under_prohibition(text)
    if _ONLY_ITEM.match(text):
        return Outcome.CONDITIONS
    return Outcome.CONDITIONS if ways_out.is_gate(text) else Outcome.REQUIRES


_ONLY_ITEM = re.compile(r"\W{0,4}(?:\(?\w{1,3}[.)]\s)?only\b", re.IGNORECASE)
_DENIED_ITEM = re.compile(r"\W{0,4}(?:\(?\w{1,3}[.)]\s)?(?:not|never|no)\b", re.IGNORECASE)


def _under_permission(text: str) -> Outcome:
    return Outcome.CONDITIONS if ways_out.has_string(text) else Outcome.PERMITS


def _under_condition(text: str) -> Outcome:
    del text
    return Outcome.CONDITIONS


_UNDER = {
    Outcome.PROHIBITS: _under_prohibition,
    Outcome.REQUIRES: _under_duty,
    Outcome.CONDITIONS: _under_condition,
    Outcome.PERMITS: _under_permission,
}


# ---------------------------------------------------------------- one outcome


def _combine(found: Iterable[Clause]) -> Reading:
    """Return one outcome for several clauses; the strict side wins (GUIDE.md, 4).

    Liberty together with a limit or a duty is a condition; prohibition outweighs duty.
    """
    every = [*found]
    weighing = [clause for clause in every if not clause.boilerplate] or every
    outcome = _weigh(weighing)
    if outcome is Outcome.NONE:
        return _NOTHING
    carrying = [clause for clause in weighing if clause.outcome is outcome] or weighing
    return Reading(
        outcome=outcome,
        advice=all(clause.advice for clause in carrying),
        promise=all(clause.promise for clause in carrying),
    )


def _weigh(found: Sequence[Clause]) -> Outcome:
    """Weigh the clauses. Advice to do something ties no permission; a promise forbids nothing."""
    binding = {clause.outcome for clause in found}
    hard = {clause.outcome for clause in found if not clause.advice}
    if binding == {Outcome.PERMITS, Outcome.REQUIRES} and Outcome.REQUIRES not in hard:
        return Outcome.PERMITS
    if Outcome.CONDITIONS in binding:
        return Outcome.CONDITIONS
    given = {clause.outcome for clause in found if not clause.promise}
    if Outcome.PROHIBITS in binding and Outcome.PERMITS not in given:
        return Outcome.PROHIBITS
    if len(binding) > 1 and Outcome.PERMITS in binding:
        return Outcome.CONDITIONS
    order = (Outcome.PROHIBITS, Outcome.REQUIRES, Outcome.PERMITS)
    return next((outcome for outcome in order if outcome in binding), Outcome.NONE)
