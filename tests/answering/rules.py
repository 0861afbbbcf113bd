"""A company with a few rules, read and judged for real, without a model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.answering import answers, exceptions
from knowledge.answering.answerer import Answerer
from knowledge.answering.exceptions import Grant
from knowledge.database import Database
from knowledge.judging.judge import Judge
from knowledge.judging.reader import Reader
from knowledge.library import editions
from knowledge.library.sources.folder import Source
from knowledge.models import Agreement, Answer, Document, Kind, Question, Rulebook, Waiver
from knowledge.publishing import publication
from knowledge.publishing.publication import Published
from knowledge.retrieval.glossary import Glossary

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
TODAY = NOON.date()
BERLIN = ZoneInfo("Europe/Berlin")
GLOSSARY = Glossary.load()
READER = Reader()
DAY = timedelta(days=1)


def guideline(name: str, text: str, **more: object) -> Document:
    """Return a guideline of ours."""
    fields: dict[str, Any] = {"kind": Kind.GUIDELINE, "title": name.title(), **more}
    return Document(id=name, text=text, path=f"{name}.md", **fields)


def terms(name: str, text: str, vendor: str, **more: object) -> Document:
    """Return a vendor's terms."""
    return guideline(name, text, kind=Kind.TERMS, vendor=vendor, **more)


@dataclass
class Company:
    """Publishes, grants and asks; `now` moves as it is told."""

    database: Database
    judge: Judge = field(default_factory=lambda: READER)
    now: datetime = NOON

    def publish(
        self, *documents: Document, agreements: Iterable[Agreement] = (), **how: object
    ) -> Published:
        """Publish these documents, and those alone, as a folder."""
        source = Source(documents=documents, agreements=tuple(agreements))
        given: dict[str, Any] = {"now": self.now, **how}
        return publication.publish(self.database, source, by="ada", **given)

    @property
    def answerer(self) -> Answerer:
        """What answers, by words alone."""
        return Answerer(
            self.database,
            embedder=None,
            judge=self.judge,
            glossary=GLOSSARY,
            clock=lambda: self.now,
            zone=BERLIN,
        )

    def ask(self, text: str, *, person: str | None = None, **asked: object) -> Answer:
        """Return the answer; with `person` it is for their eyes alone."""
        given: dict[str, Any] = asked
        return self.answerer.answer(Question(text=text, **given), person=person)

    def keep(self, answer: Answer, *, asker: str = "ursula") -> Answer:
        """Record an answer."""
        with self.database.begin() as tx:
            answers.record(tx, answer, keep_until=None, asker=asker)
        return answer

    def book(self) -> Rulebook:
        """Return the latest edition."""
        with self.database.read() as tx:
            latest = editions.latest(tx)
            assert latest is not None
            return editions.load(tx, latest.number)

    def grant(self, rule: str, purpose: str, *, by: str = "grace", **said: object) -> Waiver:
        """Let Ursula do what a rule forbids, for a month."""
        fields: dict[str, Any] = {
            "people": frozenset({"ursula"}),
            "until": self.today + 30 * DAY,
            **said,
        }
        wanted = Grant(rule=rule, purpose=purpose, **fields)
        with self.database.begin() as tx:
            return exceptions.grant(
                tx, wanted, rulebook=self.book(), by=by, now=self.now, today=self.today
            )

    @property
    def today(self) -> date:
        """The day where the company is."""
        return self.now.astimezone(BERLIN).date()
