"""Deciding facts: what an answer turns on, asked with buttons, and what a press of one settles.

Pure. A button's words become a follow-up in the thread (`Option.words`), which `asking` knows:
what was asked is judged as it stood, and the findings on the condition are then settled here. *Yes*
meets that condition and no other; *No* leaves it unmet. No press makes an answer looser than its
rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.answering import asking
from knowledge.answering.asking import Said
from knowledge.judging import conditions, facts, wording
from knowledge.judging.judge import Shown
from knowledge.models import Bearing, Finding, Opinion, Outcome, Passage, Quote, Ruling, Verdict

SPOKEN_OF = 0.6
"""Share of a condition's words that a clause must have in it to be settled by a press: how a clause
is found again whose condition a model words anew each time."""

_OPEN = frozenset({Bearing.CONDITION_OPEN, Bearing.CONDITION_MET})
_PLANS = {"api": "API", "app": "App", "enterprise": "Enterprise", "consumer": "Consumer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A button: what it says, and the follow-up that a press stands for."""

    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidingFact:
    """A fact on which an answer turns, as a question with its answers."""

    ask: str
    options: tuple[Option, ...]


def facts_to_ask(verdict: Verdict) -> tuple[DecidingFact, ...]:
    """Return what decides an answer, the plan first, then each open condition in its order."""
    plan = (_plan(verdict.plans),) if verdict.plans else ()
    if verdict.ruling is not Ruling.CONDITIONAL:
        return plan
    return (*plan, *(_condition(each, verdict.quotes) for each in verdict.conditions))


def _plan(plans: Sequence[str]) -> DecidingFact:
    names = [_PLANS.get(each, each.title()) for each in plans]
    options = tuple(Option(label=name, words=asking.plan(name)) for name in names)
    return DecidingFact(ask=f"Which plan: {', '.join(names)}?", options=options)


def _condition(condition: str, quotes: Iterable[Quote]) -> DecidingFact:
    options = (
        Option(label="Yes", words=asking.yes(condition)),
        Option(label="No", words=asking.no(condition)),
    )
    return DecidingFact(ask=_question(condition, quotes), options=options)


def _question(condition: str, quotes: Iterable[Quote]) -> str:
    """Return the question for a condition; of a rule that says "ask first", whether it was."""
    if any(_asks_first(quote, condition) for quote in quotes):
        return f"Has this been approved: {condition}?"
    return f"Is it so that {condition}?"


def _asks_first(quote: Quote, condition: str) -> bool:
    if quote.outcome is not Outcome.CONDITIONS:
        return False
    found = conditions.condition_of(wording.plain(quote.text))
    return found is not None and found.approval and wording.gist(quote.text) == condition


# ---------------------------------------------------------------- what a press settles


def settled(opinion: Opinion, said: Iterable[Said], shown: Iterable[Shown]) -> Opinion:
    """Return the opinion with the conditions met or unmet that the asker was asked about."""
    clauses = {
        passage.id: passage for one in shown for passage in (*one.unit.carve_outs, one.unit.clause)
    }
    found = opinion.findings
    for each in said:
        found = tuple(_settled(finding, each, clauses.get(finding.passage_id)) for finding in found)
    return opinion if found == opinion.findings else replace(opinion, findings=found, reason="")


def _settled(finding: Finding, said: Said, clause: Passage | None) -> Finding:
    if clause is None or finding.bearing not in _OPEN or not _is_about(finding, said, clause):
        return finding
    if said.holds:
        met = Bearing.CONDITION_MET
        return replace(finding, bearing=met, conditions=(), missing=(), met=(said.condition,))
    unmet = Bearing.CONDITION_UNMET
    return replace(finding, bearing=unmet, conditions=(), missing=(), met=())


def _is_about(finding: Finding, said: Said, clause: Passage) -> bool:
    """Tell whether the condition asked about is this clause's."""
    if said.condition in (*finding.conditions, *finding.missing):
        return True
    told = set(facts.words(" ".join((clause.text, *finding.conditions, *finding.missing))))
    asked = facts.words(said.condition)
    return bool(asked) and sum(word in told for word in asked) >= SPOKEN_OF * len(asked)
