"""From a question to its answer: one edition pinned, searched, judged, ruled on, and measured."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from knowledge.answering import agreements, asking, deciding, exceptions, nearest
from knowledge.answering.exceptions import Held
from knowledge.database import Database
from knowledge.judging.judge import Hearing, Judge, Shown, hear
from knowledge.judging.verdicts import verdict_from
from knowledge.library import editions
from knowledge.models import (
    Answer,
    CitedUnit,
    Edition,
    Hit,
    Opinion,
    Passage,
    Question,
    Quote,
    Rulebook,
    Ruling,
    Verdict,
    Waiver,
)
from knowledge.retrieval import fusion, vectors
from knowledge.retrieval.embedders import Embedder
from knowledge.retrieval.glossary import Glossary
from knowledge.retrieval.search import Index, Search

SHOWN = 20
"""How many passages an answer rests on: what a judge reads, and how deep recall is measured."""

MORE_SHOWN = 10
"""How many passages beyond these a judge may see that only its own searches found."""

CHECKING = "checking quotes"

Progress = Callable[[str], None]
"""Told each step of an answer before it is taken. The steps count what the asker may read, and
nothing else."""

BY_WORDS = "Rules were searched for by words alone, as the embedding model could not be asked."


def in_silence(_step: str) -> None:
    """Tell nobody."""


def _searching(count: int) -> str:
    return f"searching {count:,} {'clause' if count == 1 else 'clauses'}"


def _reading(count: int) -> str:
    return f"reading the closest {'one' if count == 1 else f'{count:,}'}"


_DESKS = 3
"""Editions kept in memory: the one in force, its predecessor, and one somebody looks back at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What one edition says to one question: the verdict, and everything it came from."""

    verdict: Verdict
    cited: tuple[CitedUnit, ...] = ()
    opinion: Opinion | None = None
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """An edition laid out for answering: what it says and how to find it. Serves many threads."""

    rulebook: Rulebook
    search: Search
    judge: Judge
    glossary: Glossary

    def rule_on(
        self,
        question: Question,
        *,
        day: date,
        asker: str | None = None,
        waivers: Sequence[Waiver] = (),
        progress: Progress = in_silence,
    ) -> Ruled:
        """Return what the edition says, as it binds the asker on that day.

        `waivers` are the exceptions that count for the asker. Raises nothing of the judge's:
        whoever cannot be reached is stood in for.
        """
        full, asked = asking.in_full(question), asking.as_asked(question)
        hearing = hear(self.judge, asked, asker=asker)
        bound = agreements.binding(self.rulebook, full, self.glossary, day=day)
        within = replace(asked, documents=bound.within)
        progress(_searching(self.count_readable(question)))
        hits = self.search.passages_for(within, SHOWN)
        more = self._more(within, hits, hearing)
        shown, also = self._shown(hits, bound), self._shown(more, bound)
        progress(_reading(len(shown) + len(also)))
        opinion = hearing.opinion(shown, also)
        if asking.takes_back(question):
            opinion = asking.unmet(opinion)
        every, said = (*shown, *also), asking.said(question)
        opinion = deciding.settled(opinion, said, every)
        progress(CHECKING)
        held = Held(waivers=waivers, question=asked, said=said)
        verdict = self._verdict(opinion, every, full, bound, held)
        verdict = replace(verdict, plans=self._plans(opinion, every, full, held, day))
        if self.search.fell_short(hits):
            verdict = replace(verdict, note=" ".join(filter(None, (verdict.note, BY_WORDS))))
        cited = self._cited(verdict.quotes)
        return Ruled(verdict=verdict, cited=cited, opinion=opinion, hits=(*hits, *more))

    def apply(
        self, question: Question, passage: Passage, *, day: date, waivers: Sequence[Waiver] = ()
    ) -> Ruled:
        """Return what one rule says to a question whose asker says that it is about just that."""
        full = asking.in_full(question)
        bound = agreements.binding(self.rulebook, full, self.glossary, day=day)
        shown = self._shown((Hit(passage=passage, score=1.0),), bound)
        opinion = nearest.opinion_on(self.rulebook.unit(passage))
        asked, said = asking.as_asked(question), asking.said(question)
        held = Held(waivers=waivers, question=asked, said=said)
        verdict = self._verdict(opinion, shown, full, bound, held)
        cited = self._cited(verdict.quotes)
        return Ruled(verdict=verdict, cited=cited, opinion=opinion, hits=())

    def count_readable(self, question: Question) -> int:
        """Return how many clauses the asker may read, of those the question lets us search."""
        readable = {
            one.id
            for one in self.rulebook.documents.values()
            if one.readable_by(question.groups, insider=question.insider)
            and (question.documents is None or one.id in question.documents)
        }
        return sum(passage.document_id in readable for passage in self.rulebook.passages)

    def _verdict(
        self,
        opinion: Opinion,
        shown: Sequence[Shown],
        full: Question,
        bound: agreements.Binding,
        held: Held,
    ) -> Verdict:
        return verdict_from(
            opinion,
            shown,
            edition=self.rulebook.edition,
            question=full,
            binding=bound,
            exceptions=held,
        )

    def _plans(
        self,
        opinion: Opinion,
        shown: Sequence[Shown],
        full: Question,
        held: Held,
        day: date,
    ) -> tuple[str, ...]:
        """Return the plans to ask about: the question names none, and their rulings differ."""
        plans = agreements.plans(self.rulebook, full, self.glossary, day=day)
        rulings = set()
        for each in plans:
            on_it = replace(full, text=f"{full.text} {asking.plan(each)}")
            bound = agreements.binding(self.rulebook, on_it, self.glossary, day=day)
            rulings.add(self._verdict(opinion, shown, on_it, bound, held).ruling)
        return plans if len(rulings) > 1 else ()

    def _more(self, question: Question, hits: Sequence[Hit], hearing: Hearing) -> tuple[Hit, ...]:
        """Return what only the searches that the judge wants find."""
        wanted = hearing.searches()
        found = [self.search.passages_for(replace(question, text=text), SHOWN) for text in wanted]
        return fusion.beyond(hits, found, MORE_SHOWN)

    def _shown(self, hits: Iterable[Hit], bound: agreements.Binding) -> tuple[Shown, ...]:
        """Return the units of the passages found that bind the asker."""
        return tuple(
            Shown(
                unit=self.rulebook.unit(hit.passage),
                hit=hit,
                document=self.rulebook.documents[hit.passage.document_id],
            )
            for hit in hits
            if bound.votes(hit.passage.document_id)
        )

    def _cited(self, quotes: Iterable[Quote]) -> tuple[CitedUnit, ...]:
        """Return every passage of the units quoted: a change of any of them changes the answer."""
        passages: dict[str, Passage] = {}
        for quote in quotes:
            unit = self.rulebook.unit(self.rulebook.passage(quote.passage_id))
            for passage in (unit.clause, *unit.carve_outs, *unit.definitions):
                passages[passage.id] = passage
        return tuple(_cited(passage) for passage in passages.values())


class Answerer:
    """Answers questions from the records. One serves the whole process."""

    def __init__(
        self,
        database: Database,
        *,
        embedder: Embedder | None,
        judge: Judge,
        glossary: Glossary,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        index: Index | None = None,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Hold the parts. `clock` gives the instant in UTC, `timer` seconds for measuring.

        Without an embedder the search goes by words alone. `zone` is the company's, in which days
        begin and end.
        """
        self._database = database
        self._embedder = embedder
        self._judge = judge
        self._glossary = glossary
        self._clock = clock
        self._zone = zone
        self._index = index
        self._timer = timer
        self._desks: OrderedDict[int, Desk] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Everything besides the edition that decides an answer."""
        return self._fingerprint(self._judge.fingerprint)

    def _fingerprint(self, judged: str) -> str:
        searched = self._embedder.name if self._embedder is not None else "words"
        return f"{judged} glossary:{self._glossary.fingerprint} search:{searched}"

    def answer(
        self,
        question: Question,
        *,
        asker: str | None = None,
        person: str | None = None,
        progress: Progress = in_silence,
    ) -> Answer:
        """Return the answer of the edition in force now, or on the day the question asks about.

        Raises QuestionRefused where there is nothing to answer or too much to read. The answer is
        not yet recorded. `asker` is whoever asks, by name; it is not part of the answer. Where
        another judge stood in, the answer's fingerprint is that judge's.

        `person` is for whom exceptions count that name single people. Leave it out where others
        read along: there only exceptions for a group that all readers are in count, as naming
        somebody's own before others is theirs to do. `progress` is told each step before it is
        taken; it hears nothing of the verdict.
        """
        began = self._timer()
        asked = asking.guard(question)
        now = self._clock()
        edition, waivers = self._pinned(asked, person, now)
        ruled = (
            Ruled(verdict=_no_edition(asked.as_of))
            if edition is None
            else self.desk(edition).rule_on(
                asked,
                day=self._day(asked, now),
                asker=asker,
                waivers=waivers,
                progress=progress,
            )
        )
        return self._answer(asked, ruled, edition, now, began)

    def same_situation(
        self, answer: Answer, passage_id: str, *, person: str | None = None
    ) -> Answer | None:
        """Return the answer of one of an answer's closest rules, which the asker says is theirs.

        It is never looser than conditional (nearest.py), and not yet recorded. None where that
        rule was not offered, has changed since, or binds the asker no more.
        """
        began = self._timer()
        now = self._clock()
        edition, waivers = self._pinned(answer.question, person, now)
        if edition is None or not nearest.offers(answer, passage_id):
            return None
        desk = self.desk(edition)
        passage = nearest.still_there(answer, passage_id, desk.rulebook)
        if passage is None:
            return None
        day = self._day(answer.question, now)
        ruled = desk.apply(answer.question, passage, day=day, waivers=waivers)
        if ruled.verdict.ruling is Ruling.NOT_COVERED:
            return None
        return self._answer(answer.question, ruled, edition, now, began)

    def count_readable(self, question: Question) -> int:
        """Return how many clauses of the edition that answers the asker may read."""
        edition, _ = self._pinned(question, None, self._clock())
        return 0 if edition is None else self.desk(edition).count_readable(question)

    def _answer(
        self,
        asked: Question,
        ruled: Ruled,
        edition: Edition | None,
        now: datetime,
        began: float,
    ) -> Answer:
        opinion = ruled.opinion
        return Answer(
            id=uuid4().hex,
            question=asked,
            verdict=ruled.verdict,
            edition=edition,
            cited=ruled.cited,
            fingerprint=self._fingerprint(opinion.fingerprint) if opinion else self.fingerprint,
            asked_at=now,
            took=self._timer() - began,
            opinion=opinion,
            hits=ruled.hits,
        )

    def desk(self, edition: Edition) -> Desk:
        """Return the edition laid out for answering, loaded once and kept while it is in use."""
        with self._lock:
            desk = self._desks.get(edition.number)
            if desk is None:
                desk = self._desks[edition.number] = self._lay_out(edition)
            self._desks.move_to_end(edition.number)
            while len(self._desks) > _DESKS:
                self._desks.popitem(last=False)
            return desk

    def _pinned(
        self, asked: Question, person: str | None, now: datetime
    ) -> tuple[Edition | None, tuple[Waiver, ...]]:
        """Pin the edition that answers, and the exceptions of the same moment."""
        at = now if asked.as_of is None else editions.end_of(asked.as_of, self._zone)
        with self._database.read() as tx:
            waivers = exceptions.living(
                tx, person=person, groups=asked.groups, at=at, day=self._day(asked, now)
            )
            if asked.as_of is not None:
                return editions.as_of(tx, asked.as_of, self._zone), waivers
            return editions.current(tx, now), waivers

    def _day(self, asked: Question, now: datetime) -> date:
        """Return the day whose rules answer, where the company is."""
        return asked.as_of or now.astimezone(self._zone).date()

    def _lay_out(self, edition: Edition) -> Desk:
        """Load an edition with the recorded vectors of its passages."""
        with self._database.read() as tx:
            rulebook = editions.load(tx, edition.number)
            matrix = self._vectors(tx, rulebook)
        search = Search(
            rulebook,
            vectors=matrix,
            embedder=self._embedder,
            glossary=self._glossary,
            index=self._index,
        )
        return Desk(rulebook=rulebook, search=search, judge=self._judge, glossary=self._glossary)

    def _vectors(self, tx: Connection, rulebook: Rulebook) -> vectors.Matrix | None:
        """Return the recorded vectors of the edition's passages; None where none are made."""
        if self._embedder is None:
            return None
        keys = [
            vectors.key(passage, rulebook.documents[passage.document_id])
            for passage in rulebook.passages
        ]
        return vectors.matrix(tx, self._embedder.name, keys)


def _cited(passage: Passage) -> CitedUnit:
    """Return what recognises the passage when it changes."""
    return CitedUnit(
        section_id=passage.section_id,
        passage_id=passage.id,
        outcome=passage.outcome,
        text_hash=passage.hash,
    )


def _no_edition(day: date | None) -> Verdict:
    """Say that no rules were in force."""
    reason = (
        f"No edition of the rules was in force on {day.day} {day:%B %Y}."
        if day is not None
        else "No edition of the rules is in force yet: nothing has been published."
    )
    return Verdict(ruling=Ruling.NOT_COVERED, reason=reason)
