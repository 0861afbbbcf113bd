"""A judge that rules by the stored outcome alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.judging.judge import Shown
from knowledge.models import Bearing, Finding, Opinion, Outcome, Question

BEARINGS = {
    Outcome.PROHIBITS: Bearing.FORBIDS,
    Outcome.PERMITS: Bearing.PERMITS,
    Outcome.CONDITIONS: Bearing.CONDITION_OPEN,
    Outcome.REQUIRES: Bearing.CONDITION_OPEN,
}


@dataclass
class PlainJudge:
    """Lets the first unit shown that rules on anything apply; keeps what it was asked and shown.

    With `met` it believes every condition met by these facts; with `every` all that rule apply.
    """

    fingerprint: str = "plain-1"
    met: tuple[str, ...] = ()
    every: bool = False
    asked: list[Question] = field(default_factory=list)
    seen: list[tuple[Shown, ...]] = field(default_factory=list)

    def opinion(self, question: Question, shown: Sequence[Shown]) -> Opinion:
        self.asked.append(question)
        self.seen.append(tuple(shown))
        first = next((one for one in shown if _rules(one)), None)
        findings = tuple(
            self._finding(one, applies=one is first or (self.every and _rules(one)))
            for one in shown
        )
        return Opinion(findings=findings, reason="", fingerprint=self.fingerprint)

    def _finding(self, shown: Shown, *, applies: bool) -> Finding:
        clause = shown.unit.clause
        if not applies:
            return Finding(passage_id=clause.id, applies=False, why="not the first")
        bearing = BEARINGS[clause.outcome]
        if bearing is Bearing.CONDITION_OPEN and self.met:
            bearing = Bearing.CONDITION_MET
        return Finding(
            passage_id=clause.id,
            applies=True,
            bearing=bearing,
            quotes=(clause.text,),
            met=self.met,
        )


@dataclass
class SilentJudge:
    """Finds that nothing applies."""

    fingerprint: str = "silent-1"

    def opinion(self, question: Question, shown: Sequence[Shown]) -> Opinion:
        findings = tuple(
            Finding(passage_id=one.unit.clause.id, applies=False, why="silent") for one in shown
        )
        return Opinion(findings=findings, reason="", fingerprint=self.fingerprint)


def _rules(shown: Shown) -> bool:
    return shown.unit.clause.outcome in BEARINGS
