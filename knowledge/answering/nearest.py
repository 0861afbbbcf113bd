"""The closest rules of an abstention: somebody says that one of them is about their situation.

Pure. The person applies the rule, our code says what follows, and the answer says so: its opinion
bears the fingerprint `APPLIED`. A prohibition forbids; whatever else the rule does, it turns at
least on the situation being the same, so that nobody allows themselves anything.
"""

from __future__ import annotations

from collections.abc import Mapping

from knowledge.answering.feedback import Situation
from knowledge.judging import conditions, wording
from knowledge.judging.quoting import members
from knowledge.models import (
    Answer,
    Bearing,
    Finding,
    Opinion,
    Outcome,
    Passage,
    Quote,
    Rulebook,
    Ruling,
    Unit,
)

APPLIED = "asker 1"
"""The fingerprint of an opinion that is the asker's own: which rule their situation is under."""

YOU_SAY = "your situation is the one this rule describes, as you say"


def offers(answer: Answer, passage_id: str) -> bool:
    """Tell whether the answer abstained and offers that rule as one of the closest."""
    return answer.verdict.ruling is Ruling.NOT_COVERED and any(
        quote.passage_id == passage_id for quote in answer.verdict.closest
    )


def remaining(answer: Answer, said: Mapping[str, Situation]) -> tuple[Quote, ...]:
    """Return the closest rules without those that were said to be about something else."""
    return tuple(
        quote
        for quote in answer.verdict.closest
        if said.get(quote.passage_id) is not Situation.DIFFERENT
    )


def still_there(answer: Answer, passage_id: str, rulebook: Rulebook) -> Passage | None:
    """Return the rule that was offered as the edition has it; None where its words are others."""
    offered = next(one for one in answer.verdict.closest if one.passage_id == passage_id)
    return next(
        (
            passage
            for passage in rulebook.passages
            if passage.section_id == offered.section_id and passage.text == offered.text
        ),
        None,
    )


def opinion_on(unit: Unit) -> Opinion:
    """Return the opinion that the unit's clause is about what was asked, and nothing more.

    Its carve-outs and definitions are quoted with it, as whoever applies it must read them.
    """
    clause = unit.clause
    forbids = clause.outcome is Outcome.PROHIBITS
    turns_on = () if forbids else _turns_on(clause)
    finding = Finding(
        passage_id=clause.id,
        applies=True,
        bearing=Bearing.FORBIDS if forbids else Bearing.CONDITION_OPEN,
        quotes=(*clause.lead_ins[-1:], *(each.text for each in members(unit))),
        conditions=turns_on,
        missing=turns_on,
    )
    return Opinion(findings=(finding,), reason="", fingerprint=APPLIED)


def _turns_on(clause: Passage) -> tuple[str, ...]:
    """Return the clause's own condition, and that the situation is the same."""
    if clause.outcome is Outcome.PERMITS:
        return (YOU_SAY,)
    condition = conditions.condition_of(wording.plain(clause.text))
    words = condition.text if condition is not None and condition.text else ""
    return (wording.shorten(words) or wording.gist(clause.text), YOU_SAY)
