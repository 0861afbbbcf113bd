"""An answer for people's eyes and as data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.terminal import Line, Style, flat, table_lines, visible
from knowledge.models import Answer, Edition, ExceptionUsed, Outcome, Quote, Ruling, Verdict

SCHEMA = "mayi.answer/1"
"""Name and version of the data: a new number when a field changes meaning or goes."""

VERDICTS = {
    Ruling.ALLOWED: "Allowed",
    Ruling.CONDITIONAL: "Allowed if",
    Ruling.NOT_ALLOWED: "Not allowed",
    Ruling.NOT_COVERED: "Not covered",
}
"""The first words of an answer."""

DOES = {
    Outcome.PROHIBITS: "prohibits",
    Outcome.REQUIRES: "requires",
    Outcome.CONDITIONS: "permits if",
    Outcome.PERMITS: "permits",
    Outcome.NONE: "says",
}
"""What a clause does, as the verb before its quote."""


def answer_lines(answer: Answer, zone: ZoneInfo) -> tuple[Line, ...]:
    """Return an answer for reading: verdict first, then reason, conditions, words, edition."""
    verdict = answer.verdict
    return (
        _headline(verdict),
        *(_sentence(verdict.reason) if verdict.reason else ()),
        *(_sentence(verdict.conflict) if verdict.conflict else ()),
        *(_warning(verdict.note) if verdict.note else ()),
        *_bullets("Conditions", verdict.conditions),
        *_bullets("It would help to know", _beyond(verdict.missing, verdict.conditions)),
        *_bullets("Taken from the question", verdict.met),
        *_quotes("The rule's words", verdict.quotes),
        *_quotes("Also required", verdict.notes),
        *_quotes("Closest rules", verdict.closest),
        Line(text=""),
        Line(text=_standing(answer, zone), style=Style.SOURCE),
    )


def _beyond(texts: Sequence[str], said: Sequence[str]) -> tuple[str, ...]:
    """Return the texts that were not said already."""
    return tuple(text for text in texts if text not in said)


def _headline(verdict: Verdict) -> Line:
    words = VERDICTS[verdict.ruling]
    deciding = flat(verdict.deciding)
    return Line(text=f"{words}: {deciding}" if deciding else words, style=Style(verdict.ruling))


def _sentence(text: str) -> tuple[Line, ...]:
    return (Line(text=""), Line(text=flat(text)))


def _warning(text: str) -> tuple[Line, ...]:
    return (Line(text=""), Line(text=flat(text), style=Style.WARNING))


def _bullets(heading: str, texts: Sequence[str]) -> tuple[Line, ...]:
    if not texts:
        return ()
    items = (Line(text=f"- {flat(text)}", depth=1) for text in texts)
    return (Line(text=""), Line(text=heading, style=Style.HEADING), *items)


def _quotes(heading: str, quotes: Sequence[Quote]) -> tuple[Line, ...]:
    if not quotes:
        return ()
    lines = [Line(text=""), Line(text=heading, style=Style.HEADING)]
    for quote in quotes:
        lines.append(Line(text=f"“{visible(quote.text)}”", style=Style.QUOTE, depth=1))
        lines.append(Line(text=_source(quote), style=Style.SOURCE, depth=2))
    return tuple(lines)


def _source(quote: Quote) -> str:
    does = f"{DOES[quote.outcome]}{' (advice)' if quote.advice else ''}"
    since = f"effective {quote.effective}" if quote.effective else "no effective date"
    where = f"{flat(quote.document_title)}, {flat(quote.section_id)}"
    return f"{does} · {where} · edition {quote.edition} · {since}"


def _standing(answer: Answer, zone: ZoneInfo) -> str:
    asked = f" as of {answer.question.as_of}" if answer.question.as_of else ""
    if answer.edition is None:
        return f"No edition was in force{asked}. Answer {answer.id}"
    return f"{edition_words(answer.edition, zone)}{asked}. Answer {answer.id}"


def edition_words(edition: Edition, zone: ZoneInfo) -> str:
    """Return an edition's number and since when it counts."""
    return f"Edition {edition.number}, in effect since {moment(edition.effective_at, zone)}"


def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """Return an instant in the company's time zone, to the minute; None is "now"."""
    return "now" if instant is None else instant.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def answers_lines(answers: Sequence[Answer], zone: ZoneInfo) -> tuple[Line, ...]:
    """Return the answers as a table, without who asked."""
    if not answers:
        return (Line(text="No answers are recorded."),)
    rows = (
        (
            answer.id,
            moment(answer.asked_at, zone),
            answer.verdict.ruling,
            answer.edition.number if answer.edition else "none",
            "(erased)" if answer.erased_at else answer.question.text,
        )
        for answer in answers
    )
    return table_lines(("answer", "asked", "verdict", "edition", "question"), rows)


# ---------------------------------------------------------------- as data


def answer_data(answer: Answer) -> dict[str, Any]:
    """Return an answer as `mayi ask --json` prints it; docs/answer-json.md says what each is."""
    verdict = answer.verdict
    question = answer.question
    return {
        "schema": SCHEMA,
        "id": answer.id,
        "question": question.text,
        "as_of": question.as_of and question.as_of.isoformat(),
        "verdict": verdict.ruling.value,
        "deciding": verdict.deciding,
        "reason": verdict.reason,
        "conflict": verdict.conflict,
        "note": verdict.note,
        "conditions": list(verdict.conditions),
        "missing": list(verdict.missing),
        "met": list(verdict.met),
        "quotes": [_quote_data(quote) for quote in verdict.quotes],
        "notes": [_quote_data(quote) for quote in verdict.notes],
        "closest": [_quote_data(quote) for quote in verdict.closest],
        "exceptions": [_exception_data(used) for used in verdict.exceptions],
        "plans": list(verdict.plans),
        "edition": answer.edition and edition_data(answer.edition),
        "judge": answer.fingerprint,
        "asked_at": answer.asked_at.isoformat(),
        "took_seconds": round(answer.took, 4),
    }


def _quote_data(quote: Quote) -> dict[str, Any]:
    return {
        "text": quote.text,
        "document": quote.document_id,
        "title": quote.document_title,
        "section": quote.section_id,
        "passage": quote.passage_id,
        "outcome": quote.outcome.value,
        "advice": quote.advice,
        "edition": quote.edition,
        "effective": quote.effective and quote.effective.isoformat(),
        "expires": quote.expires and quote.expires.isoformat(),
    }


def _exception_data(used: ExceptionUsed) -> dict[str, Any]:
    return {
        "id": used.id,
        "section": used.section_id,
        "purpose": used.purpose,
        "until": used.until.isoformat(),
        "by": used.by,
        "stated": used.stated,
    }


def edition_data(edition: Edition) -> dict[str, Any]:
    """Return an edition as data: its number, its instants in ISO 8601, who, and the note."""
    return {
        "number": edition.number,
        "effective_at": edition.effective_at.isoformat(),
        "published_at": edition.published_at.isoformat(),
        "published_by": edition.published_by,
        "note": edition.note,
    }
