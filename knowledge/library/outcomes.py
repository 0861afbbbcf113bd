"""What a passage does: the author's marker first, else our reader of its words.

The stages, each with its reason: plain words (marks and links are not words) → the author's marker
→ the sentences' clauses → the context (a lead-in or heading rules what stands under it) → one
outcome. Pure, and linear in the passage's length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.library import clauses, ways_out
from knowledge.library.clauses import Clause
from knowledge.library.sentences import sentences
from knowledge.models import Basis, Kind, Outcome, Passage, Shape

VERSION = "outcomes-1"
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
    own = [clause for sentence in _sentences(text) for clause in clauses.clauses_of(sentence, kind)]
    ruling = _ruling_context(passage, kind, above)
    return _combine(_under(ruling, own, text) if ruling else own)


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

_MARKERS: tuple[tuple[str, Outcome, bool], ...] = (
    (
        r"(?:(?:not|never|isn't) (?:allowed|permitted|ok|okay|acceptable)|prohibited|forbidden|disallowed|banned|no go)",
        Outcome.PROHIBITS,
        False,
    ),
    (r"(?:not recommended|discouraged|advised against)", Outcome.PROHIBITS, True),
    (
        r"(?:(?:allowed|permitted|ok|okay|fine)[,;]? (?:only )?(?:if|when|where|with|once|after|provided|subject to|under|for|on condition|in)"
        r"|conditional(?:ly allowed)?|only (?:if|with|when|after)|allowed with conditions)",
        Outcome.CONDITIONS,
        False,
    ),
    (
        r"(?:ask(?: \w+){0,3} first|ask (?:before|for)|(?:needs?|requires?) (?:\w+ ){0,3}approval|approval (?:required|needed)|with approval|get approval)",
        Outcome.CONDITIONS,
        False,
    ),
    (r"(?:always )?(?:allowed|permitted)|ok(?:ay)?|fine", Outcome.PERMITS, False),
    (r"(?:required|mandatory|must(?: do)?|always|compulsory|obligatory)", Outcome.REQUIRES, False),
    (r"(?:recommended|advised|encouraged|should)", Outcome.REQUIRES, True),
    (r"(?:never|don't|do not|must not|no)", Outcome.PROHIBITS, False),
)
_SIGN = r"(?:[^\w\s]{1,3}\s?)?"
_END = r"\s?(?:[.:!–—]|[-–—]\s|$)"  # noqa: RUF001
_CLOSED = tuple(
    (re.compile(rf"^{_SIGN}(?:{words}){_END}", re.IGNORECASE), outcome, advice)
    for words, outcome, advice in _MARKERS
)
"""A marker that ends in a stop, a colon or a dash, or is all there is."""
_OPEN_CONDITION = re.compile(
    r"^\W{0,4}(?:only )?(?:allowed|permitted) (?:only )?(?:if|when|where|with|once|after|provided|subject to|under)\b",
    re.IGNORECASE,
)
"""A marker that runs on into its condition: "Allowed if the data is masked"."""
_BOLD_START = re.compile(r"^\W{0,6}(?:\*\*|__)([^*_]{2,60})(?:\*\*|__)")


def _marked(text: str, passage: Passage) -> Reading | None:
    """Return what the author's marker says, in the passage, in a cell of its row, or above it."""
    reading = _marker(text) or _bold_marker(passage.text)
    if reading is None and passage.shape is Shape.ROW:
        reading = _cell_marker(text)
    if reading is None and passage.shape in {Shape.ITEM, Shape.ROW} and passage.lead_ins:
        reading = _marker(plain(passage.lead_ins[-1]), alone=True)
    if reading is None and passage.headings:
        reading = _marker(plain(passage.headings[-1]), alone=True)
    return reading


def _marker(text: str, *, alone: bool = False) -> Reading | None:
    if not alone and _OPEN_CONDITION.match(text):
        return Reading(outcome=Outcome.CONDITIONS, basis=Basis.MARKER)
    for pattern, outcome, advice in _CLOSED:
        match = pattern.match(text)
        if match and (not alone or not text[match.end() :].strip(" .:*")):
            return Reading(outcome=outcome, basis=Basis.MARKER, advice=advice)
    return None


def _bold_marker(raw: str) -> Reading | None:
    """Read a marker that is set in bold but runs on without a stop: "**Ask first** when…"."""
    match = _BOLD_START.match(raw)
    return _marker(match[1].strip() + ".") if match else None


def _cell_marker(text: str) -> Reading | None:
    for cell in text.split("|"):
        reading = _marker(cell.strip(), alone=True) if cell.strip() else None
        if reading is not None:
            return reading
    return None


# ---------------------------------------------------------------- what stands above

_CONTINUING = re.compile(
    r"\b(?:includ(?:es?|ing)|such as|for example|e\.g\.|following|related to|limited to|as follows|below)\b[^.]{0,60}$|^this includes|^these include|"
    r"^(?:examples?|and|or)\b",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(r"\W{0,4}(?:[a-z0-9]{1,5}[.)]\s)?[a-z]")
"""A lead-in that is itself an item, in the middle of the sentence above it."""
_FORBIDDING_HEADING = re.compile(
    r"\b(?:what (?:you|users|customers|we) (?:cannot|can't|may not|must not)(?: do)?|what is not (?:allowed|permitted)|"
    r"prohibited (?:uses?|actions?|activit\w+|conduct|content|practices?)|prohibitions?|don'?ts|"
    r"not (?:allowed|permitted)|(?:use|usage|license|general) restrictions|unacceptable (?:use|behaviou?r)|"
    r"disallowed|forbidden|you (?:may|must|shall|can) ?not|things? (?:not to do|to avoid)|never)\b",
    re.IGNORECASE,
)
_ORDERING_HEADING = re.compile(
    r"\b(?:what you must do|requirements?|responsibilities|obligations|your duties|do's|dos)\b$|\byou must\b",
    re.IGNORECASE,
)
_PERMITTING_HEADING = re.compile(
    r"\b(?:what you (?:can|may)(?: do)?|permitted (?:uses?|activit\w+)|(?:what is )?allowed(?: uses?)?|acceptable uses|"
    r"your (?:\w+ )?rights)\s*$",
    re.IGNORECASE,
)


def _ruling_context(passage: Passage, kind: Kind, above: Clause | None) -> Clause | None:
    """Return what the nearest lead-in that rules, or the heading above, says of this passage.

    A lead-in that only goes on ("this includes:") hands the question to the one above it.
    """
    for lead_in in reversed(passage.lead_ins):
        text = plain(lead_in)
        found = _lead(text, kind)
        if found is not None:
            return found
        if not _CONTINUING.search(text) and not _FRAGMENT.match(text):
            return above
    if above is not None:
        return above
    listed = passage.shape in {Shape.ITEM, Shape.ROW} or passage.lead_ins
    return _heading_rule(passage.headings) if listed else None


def _lead(text: str, kind: Kind) -> Clause | None:
    """Return what a lead-in does to its items: what its last ruling sentence does."""
    for sentence in reversed(_sentences(text)):
        found = clauses.lead_in_clauses(sentence, kind)
        if found:
            reading = _combine(found)
            return Clause(outcome=reading.outcome, advice=reading.advice, promise=reading.promise)
    return None


def _heading_rule(headings: Sequence[str]) -> Clause | None:
    for heading in reversed(headings):
        text = plain(heading)
        if _FORBIDDING_HEADING.search(text) or re.match(
            r"\W*(?:do not|don't)\b", text, re.IGNORECASE
        ):
            return Clause(outcome=Outcome.PROHIBITS)
        if _ORDERING_HEADING.search(text):
            return Clause(outcome=Outcome.REQUIRES)
        if _PERMITTING_HEADING.search(text):
            return Clause(outcome=Outcome.PERMITS)
    return None


def _under(ruling: Clause, own: list[Clause], text: str) -> list[Clause]:
    """Return the clauses of an item as its context makes them."""
    if clauses.speaks_for_itself(text) and own:
        return own
    if ruling.promise:
        tied = ways_out.is_opted(text)
        return [replace(ruling, outcome=Outcome.CONDITIONS)] if tied else [ruling]
    return [replace(ruling, outcome=_UNDER[ruling.outcome](text))]


def _under_prohibition(text: str) -> Outcome:
    return Outcome.CONDITIONS if ways_out.has_way_out(text) else Outcome.PROHIBITS


def _under_duty(text: str) -> Outcome:
    if _DENIED_ITEM.match(text):
        return _under_prohibition(text)
    return Outcome.CONDITIONS if ways_out.is_gate(text) else Outcome.REQUIRES


_DENIED_ITEM = re.compile(r"\W{0,4}(?:\(?\w{1,3}[.)]\s)?(?:not|never|no)\b", re.IGNORECASE)


def _under_permission(text: str) -> Outcome:
    return Outcome.CONDITIONS if ways_out.has_string(text) else Outcome.PERMITS


_UNDER = {
    Outcome.PROHIBITS: _under_prohibition,
    Outcome.REQUIRES: _under_duty,
    Outcome.CONDITIONS: lambda _text: Outcome.CONDITIONS,
    Outcome.PERMITS: _under_permission,
    Outcome.NONE: lambda _text: Outcome.NONE,
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
        promise=all(clause.promise for clause in weighing),
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
