"""Small rulebooks, opinions and questions for the judging tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from knowledge.judging.judge import Shown
from knowledge.models import (
    Basis,
    Bearing,
    Document,
    Edition,
    Finding,
    Hit,
    Kind,
    Opinion,
    Outcome,
    Passage,
    Question,
    Unit,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
EDITION = Edition(number=7, published_at=NOON, published_by="ada", effective_at=NOON)
QUESTION = Question(text="May we train our chat model on the vendor's output?")


def document(name="rules", *, kind=Kind.GUIDELINE, audience=(), effective=None, vendor=None):
    return Document(
        id=name,
        title=name.title(),
        kind=kind,
        text="",
        path=f"{name}.md",
        audience=frozenset(audience),
        effective=effective,
        vendor=vendor,
    )


def passage(
    text,
    outcome=Outcome.PROHIBITS,
    *,
    name="p1",
    of="rules",
    advice=False,
    basis=Basis.READER,
    lead_ins=(),
    headings=("Training",),
    carve_outs=(),
):
    return Passage(
        id=name,
        section_id=f"{of}#training",
        document_id=of,
        start=0,
        end=max(1, len(text)),
        text=text,
        outcome=outcome,
        advice=advice,
        basis=basis,
        lead_ins=lead_ins,
        headings=headings,
        carve_outs=tuple(one.id for one in carve_outs),
    )


def shown(clause, *, carve_outs=(), definitions=(), document_=None, **scores):
    return Shown(
        unit=Unit(clause=clause, carve_outs=tuple(carve_outs), definitions=tuple(definitions)),
        hit=Hit(passage=clause, score=scores.pop("score", 1.0), **scores),
        document=document_ or document(clause.document_id),
    )


def finding(clause, bearing, **fields):
    fields.setdefault("quotes", (clause.text,))
    return Finding(passage_id=clause.id, applies=True, bearing=bearing, **fields)


def aside(clause):
    return Finding(passage_id=clause.id, applies=False, why="it speaks of something else")


def opinion(*findings, reason=""):
    return Opinion(findings=findings, reason=reason, fingerprint="test")


@dataclass(frozen=True)
class Binding:
    """Binds everybody to everything but the documents named."""

    but: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()

    def votes(self, document_id):
        return document_id not in self.but


FORBIDDEN = passage("You may not train a competing model on the output.", name="forbidden")
ALLOWED = passage("You may train an internal model on the output.", Outcome.PERMITS, name="allowed")
CONDITION = passage(
    "Training needs written approval by the legal team.", Outcome.CONDITIONS, name="condition"
)
DUTY = passage("Keep a record of every training run.", Outcome.REQUIRES, name="duty")
STATEMENT = passage("You own the output you generate.", Outcome.NONE, name="statement")
DATED = date(2026, 1, 1)
MET = Bearing.CONDITION_MET
UNMET = Bearing.CONDITION_UNMET
OPEN = Bearing.CONDITION_OPEN
