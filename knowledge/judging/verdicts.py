"""From an opinion to a verdict: pure, and the home of every guard of docs/verdicts.md.

The numbers in the comments are those of its list "From question to verdict". A judge, whoever it
is, can only say whether and how a clause applies; what the clause does is what the edition
stored. Whatever cannot be shown in the rule's own words falls away, and silence is "not covered".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from knowledge.judging import facts, wording
from knowledge.judging.judge import Shown
from knowledge.judging.quoting import Excerpt, cite, excerpts
from knowledge.models import (
    Bearing,
    Edition,
    ExceptionUsed,
    Finding,
    Kind,
    Opinion,
    Outcome,
    Passage,
    Question,
    Quote,
    Ruling,
    Unit,
    Verdict,
)

T = TypeVar("T")

CLOSEST = 3
"""Nearest rules shown where nothing is covered."""

_STRICTNESS = {Ruling.ALLOWED: 0, Ruling.CONDITIONAL: 1, Ruling.NOT_ALLOWED: 2}
_GATES = frozenset({Outcome.PROHIBITS, Outcome.REQUIRES, Outcome.CONDITIONS})
_FAVOURABLE = frozenset({Bearing.PERMITS, Bearing.CONDITION_MET})
_ADVERSE = frozenset({Bearing.FORBIDS, Bearing.CONDITION_UNMET})
_IMPLIED = {
    Bearing.FORBIDS: Ruling.NOT_ALLOWED,
    Bearing.CONDITION_UNMET: Ruling.NOT_ALLOWED,
    Bearing.CONDITION_OPEN: Ruling.CONDITIONAL,
    Bearing.CONDITION_MET: Ruling.ALLOWED,
    Bearing.PERMITS: Ruling.ALLOWED,
}
_APPROVAL = re.compile(
    r"\b(?:approv\w*|consent\w*|permission|authori[sz]\w*|sign(?:ed|s)?[ -]?off|ask first)\b",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"\bcompl(?:y|ies|iance)\b.{0,40}\b(?:applicable|relevant|local|all)\b.{0,20}\blaws?\b"
    r"|\bin accordance with (?:all )?applicable laws?\b",
    re.IGNORECASE | re.DOTALL,
)
_BOILERPLATE_WORDS = 40
"""A longer clause says more than that the law applies, so it keeps its vote."""
_ALLOWED_IF = re.compile(r"^allowed if", re.IGNORECASE)
_OWNS = re.compile(
    r"\b(?:you|customer|user|member|company|we)\b.{0,60}\b(?:own|owns|retain|retains)\b"
    r"|\bowner(?:ship)?\b",
    re.IGNORECASE | re.DOTALL,
)
_ACTS = re.compile(
    r"\b(?:may|can|licen[cs]e to|free to|allowed|permitted|right to|OK to)\b", re.IGNORECASE
)


class Binding(Protocol):
    """Which documents bind the person asking."""

    @property
    def missing(self) -> Sequence[str]:
        """Governing documents that are known of but not published here, by name."""
        ...

    def votes(self, document_id: str) -> bool:
        """Tell whether the document may decide this question."""
        ...


class Exceptions(Protocol):
    """The exceptions that count for whoever asks."""

    def lifting(self, clause: Passage) -> ExceptionUsed | None:
        """Return the exception that lifts the clause, or would if its purpose were this; or None.

        One whose purpose the question denies lifts nothing.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """A finding on a passage that was shown, with those of its quotes that are verbatim."""

    finding: Finding
    shown: Shown
    excerpts: tuple[Excerpt, ...]
    met: tuple[str, ...]

    @property
    def clause(self) -> Passage:
        return self.shown.unit.clause


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vote:
    """What one unit says of the question, and what it rests on."""

    ruling: Ruling
    heard: _Heard
    excerpts: tuple[Excerpt, ...]
    missing: tuple[str, ...] = ()
    exception: ExceptionUsed | None = None


def verdict_from(
    opinion: Opinion,
    shown: Sequence[Shown],
    *,
    edition: Edition,
    question: Question,
    binding: Binding | None = None,
    exceptions: Exceptions | None = None,
) -> Verdict:
    """Return the verdict that the opinion supports, never looser than the rules cited allow.

    `binding` None lets every document vote; `exceptions` are the asker's.
    """
    bench = _bench(shown, question, binding)
    heard = _hear(opinion.findings, bench, question)
    left_open = next(_unclassified(bench, heard), None)
    if left_open is not None:
        return replace(
            _not_covered(_left_open(left_open), bench, edition, binding), note=opinion.note
        )
    notes = tuple(one for one in heard if _is_note(one))
    votes = _votes([one for one in heard if not _is_note(one)], question, exceptions)
    verdict = (
        _decided(votes, notes, opinion, edition)
        if votes
        else _not_covered(_silence(heard), bench, edition, binding)
    )
    return replace(verdict, note=opinion.note)


def unclassified(opinion: Opinion, shown: Sequence[Shown], question: Question) -> tuple[Shown, ...]:
    """Return the prohibitions, requirements and conditions on which the opinion says nothing (3).

    What it says without the rule's own words counts as nothing.
    """
    return tuple(_unclassified(shown, _hear(opinion.findings, shown, question)))


def says_anything(opinion: Opinion, shown: Sequence[Shown], question: Question) -> bool:
    """Tell whether the opinion speaks to the question at all, in words that the rules contain."""
    heard = _hear(opinion.findings, _bench(shown, question, None), question)
    return bool(_votes([one for one in heard if not _is_note(one)], question, None))


# ------------------------------------------------------------------ who is heard


def _bench(
    shown: Sequence[Shown], question: Question, binding: Binding | None
) -> tuple[Shown, ...]:
    """Keep what the person may read (1) and what binds them (2)."""
    return tuple(
        one
        for one in shown
        if one.document.readable_by(question.groups, insider=question.insider)
        and (question.documents is None or one.document.id in question.documents)
        and (binding is None or binding.votes(one.document.id))
    )


def _places(bench: Sequence[Shown]) -> dict[str, Shown]:
    """Map each passage that may be judged to where it was shown, a unit's carve-outs included."""
    places = {
        carve_out.id: replace(one, unit=Unit(clause=carve_out))
        for one in bench
        for carve_out in one.unit.carve_outs
    }
    return places | {one.unit.clause.id: one for one in bench}


def _hear(
    findings: Iterable[Finding], bench: Sequence[Shown], question: Question
) -> tuple[_Heard, ...]:
    """Keep the findings on passages shown that rest on verbatim words (3); the rest fall away."""
    places = _places(bench)
    heard = []
    for finding in findings:
        where = places.get(finding.passage_id)
        if where is None:
            continue
        quotes = excerpts(finding.quotes, where.unit)
        if finding.applies and not quotes:
            continue
        met = tuple(fact for fact in finding.met if facts.is_stated(fact, question))
        heard.append(_Heard(finding=finding, shown=where, excerpts=quotes, met=met))
    return tuple(heard)


def _unclassified(bench: Iterable[Shown], heard: Iterable[_Heard]) -> Iterator[Shown]:
    """Give the prohibitions, requirements and conditions that nobody classified (3)."""
    classified = {one.finding.passage_id for one in heard}
    for one in bench:
        if one.unit.clause.outcome in _GATES and one.unit.clause.id not in classified:
            yield one


def _is_note(heard: _Heard) -> bool:
    """Tell a duty nobody asked about, or boilerplate, from a clause that gates the act (5).

    A prohibition or condition always gates; a requirement does where it speaks of an approval.
    """
    if not heard.finding.applies or heard.clause.outcome in {Outcome.PROHIBITS, Outcome.CONDITIONS}:
        return False
    if heard.clause.outcome is Outcome.REQUIRES and _APPROVAL.search(heard.clause.text):
        return False
    return heard.finding.bearing is Bearing.ALSO_REQUIRED or (
        heard.clause.outcome is Outcome.REQUIRES and _is_boilerplate(heard.clause.text)
    )


def _is_boilerplate(text: str) -> bool:
    return len(text.split()) <= _BOILERPLATE_WORDS and _BOILERPLATE.search(text) is not None


# ------------------------------------------------------------------ what each unit says


def _votes(
    heard: Sequence[_Heard], question: Question, exceptions: Exceptions | None
) -> tuple[_Vote, ...]:
    """Return the votes, strictest first; within a ruling in the order shown (6)."""
    applying = [one for one in heard if one.finding.applies]
    by_passage: dict[str, list[_Heard]] = {}
    for one in applying:
        by_passage.setdefault(one.finding.passage_id, []).append(one)
    cast = (_vote(one, by_passage, question) for one in applying)
    votes = [_excepted(vote, exceptions) for vote in cast if vote is not None]
    return tuple(sorted(votes, key=lambda vote: -_STRICTNESS[vote.ruling]))


def _vote(
    heard: _Heard, by_passage: Mapping[str, Sequence[_Heard]], question: Question
) -> _Vote | None:
    """Return what one unit says, derived from the outcome the edition stored (4)."""
    if heard.finding.bearing is Bearing.LIFTED:  # lifts the rule, permits nothing
        return None
    vote = (
        _prohibition(heard, by_passage)
        if heard.clause.outcome is Outcome.PROHIBITS
        else _plain_vote(heard, _ruling(heard, question))
    )
    return None if vote is None else _softened(vote)


def _ruling(heard: _Heard, question: Question) -> Ruling | None:
    match heard.clause.outcome:
        case Outcome.REQUIRES | Outcome.CONDITIONS:
            return _of_condition(heard)
        case Outcome.PERMITS:
            return _of_permission(heard, question)
        case _:
            return _of_statement(heard, question)


def _plain_vote(heard: _Heard, ruling: Ruling | None) -> _Vote | None:
    if ruling is None:
        return None
    missing = heard.finding.missing if ruling is Ruling.CONDITIONAL else ()
    return _Vote(ruling=ruling, heard=heard, excerpts=heard.excerpts, missing=missing)


def _softened(vote: _Vote) -> _Vote:
    """Let advice make an answer conditional at most (4)."""
    if vote.heard.clause.advice and vote.ruling is Ruling.NOT_ALLOWED:
        return replace(vote, ruling=Ruling.CONDITIONAL)
    return vote


def _excepted(vote: _Vote, exceptions: Exceptions | None) -> _Vote:
    """Let an exception of the asker's lift a rule of ours (7): that clause, for that purpose.

    Where the question does not say that it is for the purpose, the answer turns on it.
    """
    ours = vote.heard.shown.document.kind is Kind.GUIDELINE
    if exceptions is None or not ours or vote.ruling is Ruling.ALLOWED:
        return vote
    used = exceptions.lifting(vote.heard.clause)
    if used is None:
        return vote
    if used.stated:
        return replace(vote, ruling=Ruling.ALLOWED, missing=(), exception=used)
    asked = (wording.for_purpose(used.purpose),)
    heard = replace(vote.heard, finding=replace(vote.heard.finding, conditions=asked))
    return replace(vote, ruling=Ruling.CONDITIONAL, heard=heard, missing=asked, exception=used)


def _prohibition(heard: _Heard, by_passage: Mapping[str, Sequence[_Heard]]) -> _Vote:
    """Prohibit, unless a carve-out of the unit replaces the clause (6)."""
    reliefs = [
        (ruling, relief)
        for relief in _carve_outs_heard(heard, by_passage)
        if (ruling := _of_carve_out(relief)) is not None
    ]
    if not reliefs:
        return _Vote(ruling=Ruling.NOT_ALLOWED, heard=heard, excerpts=heard.excerpts)
    ruling, relief = min(reliefs, key=lambda pair: _STRICTNESS[pair[0]])
    cited = tuple(dict.fromkeys((*heard.excerpts, *relief.excerpts)))
    missing = _asked(relief) if ruling is Ruling.CONDITIONAL else ()
    settled = replace(heard, met=relief.met, finding=replace(heard.finding, conditions=missing))
    return _Vote(ruling=ruling, heard=settled, excerpts=cited, missing=missing)


def _carve_outs_heard(
    heard: _Heard, by_passage: Mapping[str, Sequence[_Heard]]
) -> tuple[_Heard, ...]:
    """Return what was found of the clause's carve-outs: apart, or quoted with the clause itself."""
    ids = {passage.id for passage in heard.shown.unit.carve_outs}
    apart = [one for passage_id in ids for one in by_passage.get(passage_id, ())]
    quoted = any(excerpt.passage.id in ids for excerpt in heard.excerpts)
    return (*apart, heard) if quoted else tuple(apart)


def _of_carve_out(relief: _Heard) -> Ruling | None:
    """Allow where the carve-out's facts are stated, ask where one is unknown, else no relief."""
    if relief.finding.bearing not in {*_FAVOURABLE, Bearing.CONDITION_OPEN}:
        return None
    known = relief.finding.bearing in _FAVOURABLE and relief.met and not relief.finding.missing
    return Ruling.ALLOWED if known else Ruling.CONDITIONAL


def _asked(relief: _Heard) -> tuple[str, ...]:
    """Return the facts to ask for, in the carve-out's own words where the judge named none."""
    named = relief.finding.missing or relief.finding.conditions
    return named or tuple(wording.gist(excerpt.text) for excerpt in relief.excerpts[-1:])


def _of_condition(heard: _Heard) -> Ruling:
    """Allow only where the question states the condition met, by facts it really contains (4)."""
    bearing = heard.finding.bearing
    if bearing in _ADVERSE:
        return Ruling.NOT_ALLOWED
    if bearing is Bearing.CONDITION_MET and heard.met and not heard.finding.missing:
        return Ruling.ALLOWED
    return Ruling.CONDITIONAL


def _of_permission(heard: _Heard, question: Question) -> Ruling | None:
    """Permit what is permitted; owning an output permits nothing beyond owning it (8)."""
    bearing = heard.finding.bearing
    if bearing in _ADVERSE:
        return Ruling.NOT_ALLOWED
    if bearing is Bearing.CONDITION_OPEN or heard.finding.missing:
        return Ruling.CONDITIONAL
    if bearing not in _FAVOURABLE:
        return None
    return Ruling.ALLOWED if _reaches(heard.clause, question) else None


def _reaches(clause: Passage, question: Question) -> bool:
    """Tell a permission to act from an owner's title (8) and from a vendor's promise (9)."""
    if clause.promise:
        return facts.asks(question) is facts.Asks.RELIANCE
    return facts.asks_ownership(question) or not _only_owns(clause.text)


def _of_statement(heard: _Heard, question: Question) -> Ruling | None:
    """Let a plain statement confirm or deny a right or protection that was asked about (9)."""
    if facts.asks(question) is not facts.Asks.RELIANCE:
        return None
    return _of_permission(heard, question)


def _only_owns(text: str) -> bool:
    return _OWNS.search(text) is not None and _ACTS.search(text) is None


# ------------------------------------------------------------------ the verdict


def _decided(
    votes: Sequence[_Vote], notes: Sequence[_Heard], opinion: Opinion, edition: Edition
) -> Verdict:
    """Let the strictest vote win (6); an answer says which facts and conditions it turns on (5)."""
    lead = votes[0]
    sides = _sides(votes)
    cited = [
        vote
        for vote in votes
        if vote.ruling is lead.ruling or lead.ruling is not Ruling.NOT_ALLOWED
    ]
    conditions = _conditions(votes) if lead.ruling is Ruling.CONDITIONAL else ()
    return Verdict(
        ruling=lead.ruling,
        reason=_reason(lead, opinion),
        deciding=conditions[0] if conditions else _deciding(lead),
        conditions=conditions,
        quotes=_quotes((*cited, *sides), edition),
        notes=_once(cite(e, one.shown, edition) for one in notes for e in one.excerpts),
        missing=_once(
            fact for vote in votes if vote.ruling is lead.ruling for fact in vote.missing
        ),
        met=_once(fact for vote in votes for fact in vote.heard.met),
        conflict=_conflict(sides),
        exceptions=_once(vote.exception for vote in (*cited, *sides) if vote.exception),
    )


def _deciding(lead: _Vote) -> str:
    """Return the clause's gist; of a condition, whether it is met."""
    if lead.exception is not None:
        return wording.by_exception(lead.exception)
    gist = wording.gist(lead.heard.clause.text)
    match lead.heard.finding.bearing:
        case Bearing.CONDITION_MET:
            return _ALLOWED_IF.sub("since", gist)
        case Bearing.CONDITION_UNMET:
            return _ALLOWED_IF.sub("allowed only if", gist)
        case _:
            return gist


def _sides(votes: Sequence[_Vote]) -> tuple[_Vote, ...]:
    """Return the internal and the vendor's strictest vote where the two disagree (6)."""
    internal = next((v for v in votes if v.heard.shown.document.kind is Kind.GUIDELINE), None)
    vendor = next((v for v in votes if v.heard.shown.document.kind is not Kind.GUIDELINE), None)
    if internal is None or vendor is None or internal.ruling is vendor.ruling:
        return ()
    return (internal, vendor)


def _conflict(sides: Sequence[_Vote]) -> str:
    if not sides:
        return ""
    internal, vendor = sides
    return wording.disagreement(internal.heard.shown.document, vendor.heard.shown.document)


def _conditions(votes: Iterable[_Vote]) -> tuple[str, ...]:
    """Return the open conditions, in the clause's own words where the judge gave none."""
    return _once(
        condition
        for vote in votes
        if vote.ruling is Ruling.CONDITIONAL
        for condition in vote.heard.finding.conditions or (wording.gist(vote.heard.clause.text),)
    )


def _reason(lead: _Vote, opinion: Opinion) -> str:
    """Return the judge's reason where it reached this ruling, else the clause's own."""
    if lead.exception is not None:
        shown = lead.heard.shown
        stated = lead.exception.stated
        return wording.excepted(shown.unit.clause, shown.document, stated=stated)
    implied = max(
        (_IMPLIED[f.bearing] for f in opinion.findings if f.bearing in _IMPLIED),
        key=_STRICTNESS.__getitem__,
        default=None,
    )
    if opinion.reason.strip() and implied is lead.ruling:
        return wording.plain(opinion.reason)
    unmet = lead.heard.finding.bearing is Bearing.CONDITION_UNMET
    shown = lead.heard.shown
    return wording.reason(lead.ruling, shown.unit.clause, shown.document, unmet=unmet)


def _quotes(votes: Iterable[_Vote], edition: Edition) -> tuple[Quote, ...]:
    return _once(
        cite(excerpt, vote.heard.shown, edition) for vote in votes for excerpt in vote.excerpts
    )


def _once(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


# ------------------------------------------------------------------ not covered


def _not_covered(
    reason: str, bench: Sequence[Shown], edition: Edition, binding: Binding | None
) -> Verdict:
    """Say that nothing decides (8) or what governs is missing (2), with the nearest rules."""
    if binding is not None and binding.missing:
        named = ", ".join(binding.missing)
        reason = f"{reason} What may govern it too is not published here: {named}."
    return Verdict(ruling=Ruling.NOT_COVERED, reason=reason, closest=_closest(bench, edition))


def _closest(bench: Sequence[Shown], edition: Edition) -> tuple[Quote, ...]:
    """Return the nearest rules that do something, in the order found."""
    rules = [one for one in bench if one.unit.clause.outcome is not Outcome.NONE][:CLOSEST]
    return tuple(
        cite(Excerpt(text=one.unit.clause.text, passage=one.unit.clause), one, edition)
        for one in rules
    )


def _left_open(shown: Shown) -> str:
    name = wording.heading(shown.unit.clause, shown.document)
    return f"I could not settle whether a rule applies, so I give no verdict: {name}."


def _silence(heard: Iterable[_Heard]) -> str:
    if any(one.finding.bearing is Bearing.LIFTED for one in heard):
        return "A rule does not apply here, but nothing I can quote permits it either."
    return "No rule that I can quote clearly speaks to this."
