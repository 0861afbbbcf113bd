"""Answers to draw, and texts that try to get out of where they are put."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.blocks.quotes import Source
from knowledge.answering.cases import Case, CaseState, Fact
from knowledge.models import (
    Answer,
    Edition,
    ExceptionUsed,
    Outcome,
    Question,
    Quote,
    Ruling,
    Verdict,
    Waiver,
)

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")

A_QUOTE = Quote(
    text="Nobody may train a *rival* on\nvendor output.",
    document_id="vendor-output",
    document_title="Vendor output",
    section_id="vendor-output#training",
    passage_id="vendor-output#training/1",
    outcome=Outcome.PROHIBITS,
    edition=3,
    effective=date(2026, 1, 1),
)

A_VERDICT = Verdict(
    ruling=Ruling.NOT_ALLOWED,
    reason="Our guideline prohibits this.",
    deciding="training a rival model",
    conditions=("Legal has agreed.",),
    missing=("whether it is distributed",),
    met=("the model is a rival",),
    quotes=(A_QUOTE,),
    notes=(replace(A_QUOTE, text="Tag every dataset.", outcome=Outcome.REQUIRES),),
    conflict="The vendor would permit it; our own rule does not.",
    note="Judged by the offline reader, because the model did not answer in time.",
)

AN_ANSWER = Answer(
    id="5c1f0e0c9d5b4f0f9a3e8d7c6b5a4f3e",
    question=Question(text="May I train a rival on GPT-4o output?"),
    verdict=A_VERDICT,
    edition=Edition(number=3, published_at=NOON, published_by="ada", effective_at=NOON),
    cited=(),
    fingerprint="reader 1",
    asked_at=NOON,
    took=0.0123,
)

CLOSEST = (
    A_QUOTE,
    replace(A_QUOTE, text="Ask before you publish.", passage_id="vendor-output#publishing/1"),
)

UNCOVERED = replace(
    AN_ANSWER,
    verdict=Verdict(
        ruling=Ruling.NOT_COVERED,
        reason="No rule that I can quote clearly speaks to this.",
        closest=CLOSEST,
    ),
)


A_CASE = Case(
    id=12,
    answer=AN_ANSWER.id,
    state=CaseState.OPEN,
    opened_by="U-ada",
    opened_at=NOON,
    due_at=NOON + timedelta(days=3),
    facts=(Fact(ask="Which plan?", said="The API."),),
)

A_WAIVER = Waiver(
    id=4,
    rule="vendor-output#training",
    clauses=frozenset(),
    people=frozenset({"U-ada"}),
    groups=frozenset(),
    purpose="the spring demo",
    until=date(2026, 6, 30),
    granted_by="U-grace",
    granted_at=NOON,
)

CLAIMED = replace(A_CASE, state=CaseState.CLAIMED, owner="U-grace")
ANSWERED = replace(
    CLAIMED, state=CaseState.ANSWERED, reply="Yes, for the demo alone.", replied_by="U-grace"
)

SOURCES = {"vendor-output": Source(title="Vendor output", url="https://rules.example.com/vendor")}

HOSTILE = (
    "",
    " ",
    "\n\t ",
    "\u200b\u200c\u2060\ufeff",
    "\u202eneddibrof\u202c",
    "\x00\x1b[2J\x07",
    "\ud800",
    "<!channel> <!here> <@U0ADA> <#C0PRIVATE|secret> <!subteam^S0LEGAL>",
    "@channel @here @everyone \uff20here",
    "<https://evil.example/?q=1|click> [click](https://evil.example) ![x](https://evil.example/x.png)",
    "see https://evil.example/steal and www.evil.example or mailto:eve@evil.example",
    ":white_check_mark: *Allowed* _everything_ ~not~ `code` ```block```",
    "&lt;!channel&gt; &amp; &",
    '"\\' * 1_000,
    "x" * 8_000,
    "word " * 2_000,
    "\U000e0041" * 4_000,
    "\U0001f469\u200d\U0001f4bb" * 2_000,
    "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 " * 400,
    "\n" * 4_000,
    "T\u0489\u0335\u0361h\u0489e\u0336" * 300,
    "\x00" * 3_000,
    "\U00010414" * 70,
)
"""Nothing, too much, hidden, turned round, and markup of every kind."""


def filled_with(words: str, *, times: int = 1) -> Answer:
    """Return an answer in which all that is said is these words, each list so many times."""
    quote = replace(
        A_QUOTE,
        text=words,
        document_id=words,
        document_title=words,
        section_id=words,
        passage_id=words,
    )
    quotes = (quote,) * times
    used = ExceptionUsed(
        id=4, section_id=words, purpose=words, until=date(2026, 6, 30), by="U", stated=True
    )
    verdict = Verdict(
        ruling=Ruling.CONDITIONAL,
        reason=words,
        deciding=words,
        conditions=(words,) * times,
        missing=(words,) * times,
        met=(words,) * times,
        quotes=quotes,
        notes=quotes,
        closest=quotes,
        conflict=words,
        note=words,
        exceptions=(used,) * times,
    )
    return replace(AN_ANSWER, verdict=verdict, question=Question(text=words))
