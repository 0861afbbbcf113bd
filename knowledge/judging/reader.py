"""The offline reader: a judge without a model, that would rather abstain than allow wrongly.

    question + clauses shown → how each matches → what each would say → one clear ruling, or none

It gives a finding that applies only where the best clause is clear of the others or those beside
it say the same; for everything else its findings do not apply, and the verdict is "not covered"
with the closest rules. What a clause does comes from the edition (the author's marker, or our
reading of its words); the reader only decides which clause speaks to the question and whether the
question states its condition met.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import astuple, dataclass, field

from knowledge import provisions
from knowledge.judging import conditions, contracts, durations, facts, grants, wording
from knowledge.judging.conditions import Standing
from knowledge.judging.judge import Shown
from knowledge.judging.matching import Match, Matches, covered, match
from knowledge.judging.thesaurus import Thesaurus
from knowledge.models import (
    Basis,
    Bearing,
    Finding,
    Opinion,
    Outcome,
    Question,
    Ruling,
)

VERSION = "3"
"""Changes whenever the same question and clauses may get another opinion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """How sure the reader must be before it lets a clause decide; every number in [0, 1].

    `marked` and `read` bound the confidence (see `_confidence`) for clauses with an author's
    marker and for those whose outcome was read from their words; `allow` is added before anything
    is allowed. A clause whose vector lies further off than `near` (a cosine) is of another
    subject: questions that no rule is about reach .13, the others seldom less than .2. Of a read
    clause, the `share` of all that was shown must be this at least, and question and ruling
    sentence must speak of each other by `forbid`, by `bind` for a condition, and by `permit`
    before it allows anything, where it must also stand `alone` with this part of all that was
    shown: on questions whose documents were taken away, fewer than one in thirty gets so far.
    `beside` is the share of the leading clause from which another of the same ruling is quoted
    as well; a stricter clause holds a permission back that has a share of `tie` of the leading
    clause's, or that speaks of `rival` of what the leading clause leaves unsaid while the question
    speaks of `acting` of its act.
    """

    marked: float = 0.28
    read: float = 0.35
    allow: float = 0.06
    near: float = 0.15
    share: float = 0.2
    forbid: float = 0.14
    bind: float = 0.2
    permit: float = 0.25
    alone: float = 0.5
    beside: float = 0.25
    rival: float = 0.34
    acting: float = 0.34
    tie: float = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What one clause would say if it applied; `ruling` None where that is not clear."""

    match: Match
    ruling: Ruling | None
    bearing: Bearing | None = None
    fact: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Reader:
    """Implements Judge with fixed rules and thresholds."""

    thesaurus: Thesaurus = field(default_factory=Thesaurus.load)
    thresholds: Thresholds = field(default_factory=Thresholds)

    @property
    def fingerprint(self) -> str:
        """The versions, the thresholds and the words known."""
        limits = self.thresholds
        named = "/".join(f"{number:g}" for number in astuple(limits))
        known = f"{self.thesaurus.fingerprint}/{contracts.words().fingerprint}"
        return f"reader {VERSION}/{provisions.VERSION} thresholds:{named} thesaurus:{known}"

    def opinion(self, question: Question, shown: Sequence[Shown]) -> Opinion:
        """Return a finding for every clause shown; it applies only where that is clear."""
        found = match(question.text, shown, self.thesaurus)
        readings = tuple(self._reading(one, question) for one in found.all)
        lead = _lead(readings)
        agreed = self._by_contract(question, found, readings)
        if agreed:
            return self._opinion(
                _of_contract(agreed, readings), _reason_of(agreed[0]), agreed[0].share
            )
        sure = self._confidence(lead, readings) if lead else 0.0
        if lead is None or not self._clear(lead, sure, readings, found, question):
            return self._opinion(tuple(_aside(one) for one in readings), "", sure)
        findings = tuple(
            _finding(one) if self._joins(one, lead) else _aside(one) for one in readings
        )
        return self._opinion(findings, _reason(lead), sure)

    def rivalled(
        self,
        question: Question,
        shown: Sequence[Shown],
        *,
        granted: Collection[str],
        dismissed: Collection[str],
    ) -> frozenset[str]:
        """Return which of the clauses that another judge lets decide are not clear of the others.

        `granted` are the ids of clauses found favourable, `dismissed` of those said not to apply.
        Beside a stricter clause that is about as near nothing is allowed, as in `opinion`.
        """
        found = match(question.text, shown, self.thesaurus)
        readings = {
            one.shown.unit.clause.id: self._reading(one, question)
            for one in found.all
            if one.shown.unit.clause.id in granted or one.shown.unit.clause.id in dismissed
        }
        others = [readings[each] for each in dismissed if each in readings]
        return frozenset(
            each
            for each in granted
            if each in readings
            and any(self._rivals(other, readings[each], found) for other in others)
        )

    def _by_contract(
        self, question: Question, found: Matches, readings: Sequence[_Reading]
    ) -> tuple[contracts.Reading, ...]:
        """Return what a contract's provisions say of the act asked about, the deciding one first.

        They may allow it only where no stricter clause of another document is about as near.
        """
        if not _asks_a_rule(question) or facts.asks(question) is facts.Asks.RELIANCE:
            return ()
        said = contracts.readings(question.text, [one.shown for one in found.all])
        if not said:
            return ()
        lead = said[0]
        if lead.ruling is not Ruling.NOT_ALLOWED and self._is_rivalled(lead, found, readings):
            return ()
        return tuple(one for one in said if one.ruling is lead.ruling)

    def _is_rivalled(
        self, lead: contracts.Reading, found: Matches, readings: Sequence[_Reading]
    ) -> bool:
        """Tell whether another document has a stricter clause that rivals a contract's leave."""
        shown = lead.shown
        own = next(one for one in readings if one.match.shown is shown)
        return any(
            self._rivals(one, own, found)
            for one in readings
            if one.match.shown.document.id != shown.document.id
        )

    def _opinion(self, findings: tuple[Finding, ...], reason: str, sure: float) -> Opinion:
        return Opinion(
            findings=findings,
            reason=reason,
            fingerprint=self.fingerprint,
            confidence=round(sure, 4),
        )

    def _reading(self, found: Match, question: Question) -> _Reading:
        """Return what the clause would say; nothing where its limit in time leaves the act out."""
        clause = found.shown.unit.clause
        if durations.outside(conditions.act_of(wording.plain(clause.text)), question.text):
            return _Reading(match=found, ruling=None)
        match clause.outcome:
            case Outcome.PROHIBITS:
                return self._prohibition(found, question)
            case Outcome.PERMITS:
                return self._permission(found, question)
            case Outcome.CONDITIONS:
                return self._condition(found, question)
            case Outcome.REQUIRES if clause.basis is Basis.MARKER:
                return self._condition(found, question)
            case _:
                return _Reading(match=found, ruling=None)

    def _prohibition(self, found: Match, question: Question) -> _Reading:
        """Forbid an act; what a rule forbids us answers no question about a right of ours."""
        clause = found.shown.unit.clause
        relying = facts.asks(question) is facts.Asks.RELIANCE
        if relying and clause.basis is not Basis.MARKER:
            return _Reading(match=found, ruling=None)
        softened = Ruling.CONDITIONAL if clause.advice else Ruling.NOT_ALLOWED
        return _Reading(match=found, ruling=softened, bearing=Bearing.FORBIDS)

    def _permission(self, found: Match, question: Question) -> _Reading:
        """Let a promise permit relying on it alone, and what is bound to a failed fact nothing."""
        clause = found.shown.unit.clause
        relying = facts.asks(question) is facts.Asks.RELIANCE
        if clause.promise and not relying:
            return _Reading(match=found, ruling=None)
        condition = conditions.condition_of(wording.plain(clause.text))
        if condition is not None:
            stands = conditions.standing(condition, question.text, self.thesaurus).standing
            if stands in {Standing.UNMET, Standing.DOUBTFUL}:
                return _Reading(match=found, ruling=None)
        return _Reading(match=found, ruling=Ruling.ALLOWED, bearing=Bearing.PERMITS)

    def _condition(self, found: Match, question: Question) -> _Reading:
        clause = found.shown.unit.clause
        condition = conditions.condition_of(wording.plain(clause.text))
        marked = clause.basis is Basis.MARKER
        if condition is None or not (marked or condition.gates):
            return _Reading(match=found, ruling=None)
        heard = conditions.standing(condition, question.text, self.thesaurus)
        if not marked and heard.standing is not Standing.OPEN:
            return _Reading(match=found, ruling=None)
        ruling, bearing = _STANDINGS[heard.standing]
        return _Reading(
            match=found,
            ruling=ruling,
            bearing=bearing,
            fact=heard.fact,
            condition=condition.text or wording.gist(clause.text),
        )

    def _clear(
        self,
        lead: _Reading,
        sure: float,
        readings: Sequence[_Reading],
        found: Matches,
        question: Question,
    ) -> bool:
        """Tell whether the lead may decide: sure enough, and nothing stricter could apply."""
        if not _asks_a_rule(question) or _is_read_by_provisions(lead, question):
            return False
        limits = self.thresholds
        near = lead.match.shown.hit.dense
        if near is not None and near < limits.near:
            return False
        marked = lead.match.shown.unit.clause.basis is Basis.MARKER
        needed = limits.marked if marked else limits.read
        if not (marked or self._grasped(lead)):
            return False
        if any(_contests(one, lead) for one in readings):
            return False
        if lead.ruling is not Ruling.ALLOWED:
            return sure >= needed
        if not (_answers(lead, question) if marked else self._granted(lead, found, question)):
            return False
        rivals = any(self._rivals(one, lead, found) for one in readings)
        return sure >= needed + limits.allow and not rivals

    def _grasped(self, lead: _Reading) -> bool:
        """Tell whether question and read clause speak of each other, in words and by meaning."""
        limits = self.thresholds
        needed = limits.forbid
        if lead.ruling is not Ruling.NOT_ALLOWED:
            needed = limits.permit if lead.ruling is Ruling.ALLOWED else limits.bind
        near = lead.match.grasp * _nearness(lead.match)
        return lead.match.part >= limits.share and near >= needed

    def _granted(self, lead: _Reading, found: Matches, question: Question) -> bool:
        """Tell whether a read clause gives just what was asked, to whoever asked, and stands alone.

        Where a right or protection was asked about, it must be that right or that protection.
        """
        words = wording.plain(lead.match.shown.unit.clause.text)
        if facts.asks(question) is facts.Asks.RELIANCE:
            owning = facts.asks_ownership(question) and facts.speaks_of_owning(words)
            return owning or grants.promises(words, found.asked, self.thesaurus)
        alone = lead.match.part >= self.thresholds.alone
        return alone and grants.reaches(words, found.asked, self.thesaurus)

    def _rivals(self, other: _Reading, lead: _Reading, found: Matches) -> bool:
        """Tell whether a stricter clause is about as near as the lead, or speaks of what the
        question says and the lead does not.
        """
        if other.ruling is Ruling.ALLOWED or other.match.shown.unit.clause.outcome in _HARMLESS:
            return False
        if _carves_out(lead, other):
            return False
        if other.match.share >= self.thresholds.tie * lead.match.share:
            return True
        unsaid = found.asked - lead.match.notions
        reach = covered(unsaid & found.weights.keys(), other.match.notions, found.weights)
        return reach >= self.thresholds.rival and other.match.act >= self.thresholds.acting

    def _confidence(self, lead: _Reading, readings: Sequence[_Reading]) -> float:
        """Return the share of relevance of all clauses that say what the lead says, in [0, 1].

        For a marked clause times how far it and the question speak of each other: the geometric
        mean of what is spoken of it, of what is heard of the question, and of their tokens' match.
        A read clause is too long and too various for that; see `_grasped`.
        """
        agreeing = sum(
            one.match.share
            for one in readings
            if one.ruling is lead.ruling or _carves_out(lead, one)
        )
        found = lead.match
        if found.shown.unit.clause.basis is not Basis.MARKER:
            return agreeing
        spoken = (found.ruled + found.act) / 2
        return agreeing * math.cbrt(spoken * found.heard * _nearness(found))

    def _joins(self, other: _Reading, lead: _Reading) -> bool:
        """Tell whether a clause is quoted beside the lead: it says the same, and nearly as near."""
        return other is lead or (
            other.ruling is lead.ruling
            and other.match.share >= self.thresholds.beside * lead.match.share
        )


_LONGEST = 150
"""Words of a question beyond which it speaks of everything, and so of nothing."""

_NEARLY = 0.7
"""Part of what the leading clause hears of a question that a prohibition must hear to contest."""

_USUAL_LATE = 0.5
"""The mean best token match of a right clause, used where there are no vectors."""

_HARMLESS = frozenset({Outcome.PERMITS, Outcome.NONE})
_STANDINGS: dict[Standing, tuple[Ruling | None, Bearing | None]] = {
    Standing.MET: (Ruling.ALLOWED, Bearing.CONDITION_MET),
    Standing.UNMET: (Ruling.NOT_ALLOWED, Bearing.CONDITION_UNMET),
    Standing.OPEN: (Ruling.CONDITIONAL, Bearing.CONDITION_OPEN),
    Standing.DOUBTFUL: (None, None),
}


def _nearness(found: Match) -> float:
    """Return how well the tokens of question and clause match, in [0, 1]."""
    late = found.shown.hit.late
    return _USUAL_LATE if late is None else max(0.0, late)


def _asks_a_rule(question: Question) -> bool:
    """Tell whether the text is short enough to be a question, and one of what a rule says."""
    silent = {facts.Asks.INFORMATION, facts.Asks.NOTHING}
    return len(question.text.split()) <= _LONGEST and facts.asks(question) not in silent


def _is_read_by_provisions(lead: _Reading, question: Question) -> bool:
    """Tell whether a clause says many things at once, and the question names one act of them."""
    if facts.asks(question) is facts.Asks.RELIANCE:
        return False
    return contracts.is_contract(lead.match.shown) and contracts.asked(question.text) is not None


def _answers(lead: _Reading, question: Question) -> bool:
    """Tell whether leave to act was asked for; whoever asks about a right is told of a right."""
    clause = lead.match.shown.unit.clause
    if not facts.asks_of_others(question) or clause.promise:
        return True
    return facts.asks_ownership(question) and facts.speaks_of_owning(wording.plain(clause.text))


def _lead(readings: Sequence[_Reading]) -> _Reading | None:
    """Return the clause that matches best, if it is clear what it says."""
    best = max(readings, key=lambda one: one.match.share, default=None)
    return best if best is not None and best.ruling is not None else None


def _contests(other: _Reading, lead: _Reading) -> bool:
    """Tell whether a prohibition of the same document is nearer by meaning than a looser lead,
    and hears nearly as much of the question.
    """
    theirs, ours = other.match.shown.hit, lead.match.shown.hit
    if lead.ruling is Ruling.NOT_ALLOWED or other.bearing is not Bearing.FORBIDS:
        return False
    if other.ruling is not Ruling.NOT_ALLOWED or _carves_out(lead, other):
        return False
    if theirs.passage.document_id != ours.passage.document_id:
        return False
    nearer = (theirs.dense or 0.0) > (ours.dense or 0.0) and (theirs.late or 0.0) > (
        ours.late or 0.0
    )
    return nearer and other.match.heard >= _NEARLY * lead.match.heard


def _carves_out(lead: _Reading, other: _Reading) -> bool:
    """Tell whether the lead is a carve-out of the other: within a document it beats it."""
    return lead.match.shown.unit.clause.id in other.match.shown.unit.clause.carve_outs


def _finding(reading: _Reading) -> Finding:
    clause = reading.match.shown.unit.clause
    open_ = reading.ruling is Ruling.CONDITIONAL and reading.condition
    return Finding(
        passage_id=clause.id,
        applies=True,
        bearing=reading.bearing,
        quotes=(*clause.lead_ins[-1:], clause.text),
        conditions=(wording.shorten(reading.condition),) if open_ else (),
        missing=(wording.shorten(reading.condition),) if open_ else (),
        met=(reading.fact,) if reading.fact and reading.bearing is Bearing.CONDITION_MET else (),
    )


def _of_contract(
    agreed: Sequence[contracts.Reading], readings: Sequence[_Reading]
) -> tuple[Finding, ...]:
    """Return a finding for every clause: those of a contract that say the same apply."""
    said = {one.shown.unit.clause.id: one for one in reversed(agreed[:_TOLD])}
    return tuple(
        _provision(said[id_]) if (id_ := one.match.shown.unit.clause.id) in said else _aside(one)
        for one in readings
    )


_TOLD = 3
"""Clauses of a contract that are quoted for one answer."""


def _provision(reading: contracts.Reading) -> Finding:
    clause = reading.shown.unit.clause
    open_ = reading.ruling is Ruling.CONDITIONAL
    condition = wording.shorten(wording.gist(clause.text))
    return Finding(
        passage_id=clause.id,
        applies=True,
        bearing=reading.bearing,
        quotes=(*clause.lead_ins[-1:], clause.text),
        conditions=(condition,) if open_ else (),
        missing=(condition,) if open_ else (),
    )


def _aside(reading: _Reading) -> Finding:
    return Finding(
        passage_id=reading.match.shown.unit.clause.id,
        applies=False,
        why="not clearly about what was asked",
    )


def _reason_of(lead: contracts.Reading) -> str:
    shown = lead.shown
    return wording.reason(lead.ruling, shown.unit.clause, shown.document)


def _reason(lead: _Reading) -> str:
    shown = lead.match.shown
    unmet = lead.bearing is Bearing.CONDITION_UNMET
    ruling = lead.ruling or Ruling.NOT_COVERED
    return wording.reason(ruling, shown.unit.clause, shown.document, unmet=unmet)
