"""Deciding facts: what an answer turns on, asked with buttons, and what a press of one settles.

Pure. A button's words become a follow-up in the thread (`Option.words`), which `asking` knows:
what was asked is judged as it stood, and the findings on the condition are then settled here. *Yes*
meets that condition and no other; *No* leaves it unmet. No press makes an answer looser than its
rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.answering import asking
from knowledge.answering.asking import Said
from knowledge.answering.nearest import YOU_SAY
from knowledge.judging import conditions, facts, wording
from knowledge.judging.judge import Shown
from knowledge.models import Bearing, Finding, Opinion, Outcome, Passage, Quote, Ruling, Verdict

SPOKEN_OF = 0.6
"""Share of a condition's words that a clause must have in it to be settled by a press: how a clause
is found again whose condition a model words anew each time."""

_OPEN = frozenset({Bearing.CONDITION_OPEN, Bearing.CONDITION_MET})
_SPELT = {"api": "API"}


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
    """Return what decides an answer, the plan first, then each open condition in its order.

    Where the asker applied a closest rule there is nothing more to ask: see nearest.py.
    """
    plan = (_plan(verdict.plans),) if verdict.plans else ()
    if verdict.ruling is not Ruling.CONDITIONAL or YOU_SAY in verdict.conditions:
        return plan
    return (*plan, *(_condition(each, verdict.quotes) for each in verdict.conditions))


def _plan(plans: Sequence[str]) -> DecidingFact:
    names = [_SPELT.get(each, each.title()) for each in plans]
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
    """Return the opinion with the conditions met or unmet that the asker was asked about.

    Of what was said twice to one condition, the last counts.
    """
    clauses = {
        passage.id: passage for one in shown for passage in (*one.unit.carve_outs, one.unit.clause)
    }
    found = opinion.findings
    for each in {one.condition: one for one in said}.values():
        meant = _meant(each.condition, found, clauses)
        found = tuple(_settled(one, each) if one.passage_id in meant else one for one in found)
    return opinion if found == opinion.findings else replace(opinion, findings=found, reason="")


def _meant(
    condition: str, findings: Iterable[Finding], clauses: Mapping[str, Passage]
) -> frozenset[str]:
    """Return the clauses whose condition it is: in these words, else in words very much like it."""
    open_ = [one for one in findings if one.bearing in _OPEN and one.passage_id in clauses]
    same = [one for one in open_ if condition in (*one.conditions, *one.missing)]
    alike = same or [one for one in open_ if _speaks_of(one, clauses[one.passage_id], condition)]
    return frozenset(one.passage_id for one in alike)


def _speaks_of(finding: Finding, clause: Passage, condition: str) -> bool:
    told = set(facts.words(" ".join((clause.text, *finding.conditions, *finding.missing))))
    asked = facts.words(condition)
    return bool(asked) and sum(word in told for word in asked) >= SPOKEN_OF * len(asked)


def _settled(finding: Finding, said: Said) -> Finding:
    if finding.bearing not in _OPEN:
        return finding
    bearing = Bearing.CONDITION_MET if said.holds else Bearing.CONDITION_UNMET
    met = (said.condition,) if said.holds else ()
    return replace(finding, bearing=bearing, conditions=(), missing=(), met=met)
