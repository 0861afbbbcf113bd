"""The judge that asks a language model, and the reader that stands in for it and under it.

    hear → searches (one call) → opinion (one call; what it left open once more) → floor of reader

Everything that a question costs in time is spent within one deadline. Whatever the model cannot
or may not do, the reader answers and the opinion says so. What is sent is masked before; what
comes back is taken apart by `replies`, `remarks` and `floor` before it is an opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from typing import Protocol, TypeVar

from knowledge.deadline import Call, Deadline, TooLate
from knowledge.errors import Refused
from knowledge.judging import conditions, floor, prompts, quoting, remarks, wording
from knowledge.judging.breaker import Breaker
from knowledge.judging.conditions import Standing
from knowledge.judging.judge import Shown
from knowledge.judging.language_model import Failure, LanguageModel, ModelFailed, Prompt, Reply
from knowledge.judging.prompts import Sheet
from knowledge.judging.reader import Reader
from knowledge.judging.remarks import Ground
from knowledge.judging.replies import (
    MOST_PARTS,
    JudgementReply,
    PassageReply,
    read_judgement,
    read_searches,
)
from knowledge.judging.verdicts import says_anything, unclassified
from knowledge.models import Bearing, Finding, Opinion, Passage, Question, Unit
from knowledge.spending import Purse, Reserved

T = TypeVar("T")

VERSION = "1"
"""Changes whenever the same reply may make another opinion."""

PATIENCE = 13.5
"""Seconds for all calls of an answer: 15 to the answer, less what everything else may take."""

SEARCHES_PATIENCE = 4.5
"""Seconds of these for the searches; the question itself was searched for anyway."""

UNSETTLED = "The offline reader answered, not the model: what it said of the rules settles nothing."

_MILD = frozenset({Failure.REFUSED, Failure.CUT_OFF, Failure.NONSENSE, Failure.LATE})
"""Failures of the searches after which the judgement may still be asked for."""

_OURS = frozenset({Failure.BUDGET, Failure.RESTING, Failure.SPARED, Failure.REFUSED})
"""Failures that say nothing against the server, and open no breaker."""

_DENYING = frozenset({Bearing.FORBIDS, Bearing.CONDITION_UNMET})


class Masking(Protocol):
    """What hides secrets and personal data in all that is sent for one question."""

    def mask(self, text: str) -> str:
        """Return the text with a placeholder for everything that must not be sent."""
        ...

    def restore(self, text: str) -> str:
        """Return the text with what the placeholders stand for."""
        ...

    def masked_in(self, text: str) -> bool:
        """Tell whether a placeholder stands in the text."""
        ...


@dataclass(frozen=True, kw_only=True)
class ModelJudge:
    """Implements Judge and Hearer. `spares` says why a question must not be sent, or ""."""

    model: LanguageModel
    reader: Reader
    masking: Callable[[], Masking]
    purse: Purse
    breaker: Breaker = field(default_factory=Breaker)
    spares: Callable[[str], str] = lambda _text: ""
    person: Callable[[str], str] = lambda _name: ""
    api: str = ""
    effort: str = ""
    patience: float = PATIENCE

    @property
    def fingerprint(self) -> str:
        """The model, how it is asked, our version of reading it, and the reader under it."""
        ways = {"api": self.api, "effort": self.effort}
        asked = " ".join((self.model.name, *(f"{way}:{how}" for way, how in ways.items() if how)))
        told = f"prompt:{prompts.fingerprint()}"
        return f"model {asked} reading:{VERSION} {told} floor:{self.reader.fingerprint}"

    def opinion(self, question: Question, shown: Sequence[Shown]) -> Opinion:
        """Return the opinion of a hearing without searches of its own."""
        return self.hear(question).opinion(shown)

    def hear(self, question: Question, *, asker: str | None = None) -> ModelHearing:
        """Begin a hearing; the model is asked for searches while others look for the question."""
        hearing = ModelHearing(
            judge=self,
            question=question,
            person=self.person(asker) if asker else "",
            deadline=Deadline(self.patience),
            masking=self.masking(),
        )
        hearing.begin()
        return hearing


@dataclass(kw_only=True)
class ModelHearing:
    """One question before the model, within one deadline."""

    judge: ModelJudge
    question: Question
    person: str
    deadline: Deadline
    masking: Masking
    failed: ModelFailed | None = None
    searching: Call[Reply] | None = None

    def begin(self) -> None:
        """Ask for searches, if anything may be asked."""
        try:
            prompt = prompts.for_searches(self.question.text, self.masking.mask)
            self.searching = self._asked(prompt)
        except ModelFailed as failed:
            self.failed = failed

    def searches(self) -> tuple[str, ...]:
        """Return two or three searches in the language of rules; none where the model fails."""
        if self.searching is None:
            return ()
        try:
            found = self._heard(self.searching, read_searches, SEARCHES_PATIENCE)
        except ModelFailed as failed:
            self.failed = None if failed.failure in _MILD else failed
            return ()
        return tuple(self.masking.restore(one) for one in found)

    def opinion(self, shown: Sequence[Shown], also: Sequence[Shown] = ()) -> Opinion:
        """Return what the model says, over the floor of the reader; or what the reader says."""
        if not shown:
            return self.judge.reader.opinion(self.question, shown)
        every = (*shown, *also)
        sheet = prompts.sheet(self.question.text, every)
        try:
            call = self._judging(sheet)
        except ModelFailed as failed:
            return _stood_in(self.judge.reader.opinion(self.question, shown), also, failed)
        read = self.judge.reader.opinion(self.question, shown)  # while the model thinks
        try:
            thought = self._thought(sheet, self._heard(call, read_judgement))
        except ModelFailed as failed:
            return _stood_in(read, also, failed)
        thought = self._completed(thought, every)
        held = floor.under(self._undoubted(thought, every), read, shown)
        if self._leaves_nothing(thought, held, every) and self._speaks(read, shown):
            return _stands(read, also, UNSETTLED)
        return held

    # ------------------------------------------------------------ asking

    def _judging(self, sheet: Sheet) -> Call[Reply]:
        if self.failed is not None:
            raise self.failed
        return self._asked(prompts.for_judgement(self.question.text, sheet, self.masking.mask))

    def _asked(self, prompt: Prompt) -> Call[Reply]:
        """Send a prompt off, if it may be sent. Raises ModelFailed."""
        judge = self.judge
        if why := judge.spares(self.question.text):
            raise ModelFailed(Failure.SPARED, why)
        if not judge.breaker.admits():
            why = f"it failed again and again and is left alone for now; last, {judge.breaker.why}"
            raise ModelFailed(Failure.RESTING, why)
        return Call(partial(self._paid, prompt))

    def _paid(self, prompt: Prompt) -> Reply:
        """Return the reply and pay for it. What may still be paid for stays set aside."""
        reserved = self._reserve(prompt)
        person, seconds = self.person or None, self.deadline.remaining
        try:
            reply = self.judge.model.reply(prompt, seconds=seconds, person=person)
        except ModelFailed as failed:
            if failed.failure is not Failure.LATE:
                self._settle(reserved, 0, 0)
            raise
        self._settle(reserved, reply.tokens_in, reply.tokens_out)
        return reply

    def _reserve(self, prompt: Prompt) -> Reserved:
        try:
            reserved = self.judge.purse.reserve(prompt.most_tokens_read, prompt.longest)
        except Refused as refused:
            why = "what it costs cannot be recorded now"
            raise ModelFailed(Failure.BUDGET, why) from refused
        if reserved is None:
            raise ModelFailed(Failure.BUDGET, "what may be spent on it today is spent")
        return reserved

    def _settle(self, reserved: Reserved, tokens_in: int, tokens_out: int) -> None:
        """Pay; where that cannot be recorded, the larger sum that was set aside stays."""
        with suppress(Refused):
            self.judge.purse.settle(reserved, tokens_in, tokens_out)

    def _heard(self, call: Call[Reply], read: Callable[[str], T], seconds: float = inf) -> T:
        """Wait for a reply and read it. Raises ModelFailed."""
        breaker = self.judge.breaker
        try:
            found = read(_awaited(call, min(seconds, self.deadline.remaining)).text)
        except ModelFailed as failed:
            if failed.failure not in _OURS:
                breaker.failed(str(failed))
            raise
        breaker.succeeded()
        return found

    def _completed(self, opinion: Opinion, shown: Sequence[Shown]) -> Opinion:
        """Return the opinion after asking once more for what it left open, if anything."""
        left = unclassified(opinion, shown, self.question)
        if not left:
            return opinion
        sheet = prompts.sheet(self.question.text, left)
        try:
            again = self._thought(sheet, self._heard(self._judging(sheet), read_judgement))
        except ModelFailed:  # what is left open gives no verdict
            return opinion
        return replace(opinion, findings=(*opinion.findings, *again.findings))

    def _leaves_nothing(self, thought: Opinion, held: Opinion, shown: Sequence[Shown]) -> bool:
        """Tell whether the model was of no use: nothing of its own counts, and nothing is settled.

        What it left open or put into words of its own is nothing; whatever counts of it, however
        little, is not to be undone by the reader.
        """
        if self._speaks(thought, shown):
            return False
        return bool(unclassified(held, shown, self.question)) or not self._speaks(held, shown)

    def _speaks(self, opinion: Opinion, shown: Sequence[Shown]) -> bool:
        """Tell whether anything in the opinion speaks to the question and can be shown."""
        return says_anything(opinion, shown, self.question)

    def _undoubted(self, opinion: Opinion, shown: Sequence[Shown]) -> Opinion:
        """Return the opinion without any leave, if it gives some past a stricter rule as near.

        A judge that overlooks one such rule is not believed about the permissions further off.
        """
        granted = floor.favoured(opinion)
        if not granted:
            return opinion
        reader, dismissed = self.judge.reader, floor.dismissed(opinion)
        rivalled = reader.rivalled(self.question, shown, granted=granted, dismissed=dismissed)
        return floor.without(opinion, granted) if rivalled else opinion

    # ------------------------------------------------------------ reading

    def _thought(self, sheet: Sheet, judged: JudgementReply) -> Opinion:
        """Return the opinion that a judgement makes. Raises ModelFailed: in another language."""
        said = " ".join((judged.reason, *(one.why for one in judged.passages)))
        if remarks.foreign(said, self.question.text):
            raise ModelFailed(Failure.NONSENSE, "its reply was in another language")
        findings = tuple(self._finding(one, sheet) for one in judged.passages if one.id in sheet)
        return Opinion(
            findings=findings,
            reason=self._reason(judged.reason, findings, sheet),
            fingerprint=self.judge.fingerprint,
        )

    def _finding(self, said: PassageReply, sheet: Sheet) -> Finding:
        """Return what the model makes of one passage, in words that people may read."""
        passage, unit = sheet.passages[said.id], sheet.units[said.id].unit
        ground = Ground.of(_words_of(unit), self.question.text)
        why = self._fit((said.why,), ground)
        if said.heard is None:
            return Finding(passage_id=passage.id, applies=False, why=next(iter(why), ""))
        bearing, met = self._standing(said.heard, passage, self._met(said.met))
        missing = self._fit(said.missing, ground)
        if said.missing and not missing:  # a fact is missing, whatever it is called
            missing = (wording.gist(passage.text),)
        return Finding(
            passage_id=passage.id,
            applies=True,
            bearing=bearing,
            quotes=tuple(self._quotes(said.quotes, unit)),
            conditions=self._fit(said.conditions, ground),
            missing=missing,
            met=met,
            why=next(iter(why), ""),
        )

    def _standing(
        self, said: Bearing, passage: Passage, met: tuple[str, ...]
    ) -> tuple[Bearing, tuple[str, ...]]:
        """Return the bearing, and the facts of the question on which it rests.

        A condition stays open unless the question states it and our own reading agrees by half;
        where it agrees fully, the fact is as we read it.
        """
        if said is not Bearing.CONDITION_MET:
            return said, met
        condition = conditions.condition_of(wording.plain(passage.text))
        if condition is None:
            return Bearing.CONDITION_OPEN, met
        heard = conditions.standing(condition, self.question.text, self.judge.reader.thesaurus)
        if heard.standing is Standing.MET:
            return said, met or (heard.fact,)
        believed = bool(met) and heard.standing is Standing.DOUBTFUL
        return (said if believed else Bearing.CONDITION_OPEN), met

    def _met(self, facts: Sequence[str]) -> tuple[str, ...]:
        restored = (self.masking.restore(fact) for fact in facts[:MOST_PARTS])
        return tuple(fact for fact in restored if remarks.stated(fact, self.question.text))

    def _quotes(self, quotes: Sequence[str], unit: Unit) -> Iterator[str]:
        """Give the quotes as the rules have them, marks and white space included."""
        for quote in quotes[:MOST_PARTS]:
            yield quoting.aligned(self.masking.restore(quote), unit)

    def _fit(self, texts: Sequence[str], ground: Ground) -> tuple[str, ...]:
        """Return those of a model's remarks that people may read."""
        found = (
            remarks.fit(one, ground, instructions=prompts.told(), limit=remarks.LONGEST_PART)
            for one in texts[:MOST_PARTS]
            if not self.masking.masked_in(one)
        )
        return tuple(dict.fromkeys(one for one in found if one))

    def _reason(self, reason: str, findings: Sequence[Finding], sheet: Sheet) -> str:
        """Return the reason, if it is made of the words of the rules that apply."""
        applying = {one.passage_id for one in findings if one.applies}
        units = [sheet.units[name].unit for name, p in sheet.passages.items() if p.id in applying]
        ground = Ground.of((text for unit in units for text in _words_of(unit)), self.question.text)
        denied = any(one.bearing in _DENYING for one in findings)
        if self.masking.masked_in(reason) or (denied and remarks.favours(reason)):
            return ""
        told = prompts.told()
        return remarks.fit(reason, ground, instructions=told, limit=remarks.LONGEST_REASON)


def _awaited(call: Call[Reply], seconds: float) -> Reply:
    """Return a reply once it is there. Raises ModelFailed, whatever went wrong."""
    try:
        return call.result(seconds)
    except TooLate as late:
        raise ModelFailed(Failure.LATE, "it did not reply in time") from late
    except ModelFailed:
        raise
    except Exception as error:
        raise ModelFailed(Failure.OUTAGE, "asking it failed") from error


def _words_of(unit: Unit) -> Iterator[str]:
    for passage in quoting.members(unit):
        yield from (*passage.headings, *passage.lead_ins, passage.text)


def _stood_in(read: Opinion, also: Sequence[Shown], failed: ModelFailed) -> Opinion:
    """Return the reader's opinion in the place of the model's, which failed."""
    return _stands(read, also, f"The offline reader answered, not the model: {failed}.")


def _stands(read: Opinion, also: Sequence[Shown], note: str) -> Opinion:
    """Return the reader's opinion, which says why it is the reader's.

    What only the model's searches found it leaves aside: it answers as it would have without them.
    """
    asides = tuple(
        Finding(passage_id=one.unit.clause.id, applies=False, why="not found by the question")
        for one in also
    )
    return replace(read, findings=(*read.findings, *asides), note=note)
