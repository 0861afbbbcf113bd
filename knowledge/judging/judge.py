"""The port every judge stands behind: a question and the passages found in, an opinion out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from knowledge.models import Document, Hit, Opinion, Question, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One unit put before a judge: the clause, how it was found, and the document it stands in."""

    unit: Unit
    hit: Hit
    document: Document


class Judge(Protocol):
    """Whoever forms an opinion: the offline reader, or a language model."""

    @property
    def fingerprint(self) -> str:
        """Everything that decides an opinion besides its input: version, prompt, thresholds."""
        ...

    def opinion(self, question: Question, shown: Sequence[Shown]) -> Opinion:
        """Return a finding for every unit shown; one that does not apply says so."""
        ...


class Hearing(Protocol):
    """One question before a judge who wants to search for it too, from beginning to end.

    All that is done for it happens within one deadline, so it must not be kept waiting.
    """

    def searches(self) -> tuple[str, ...]:
        """Return what else to search for, in the language of rules; nothing where there is none."""
        ...

    def opinion(self, shown: Sequence[Shown], also: Sequence[Shown] = ()) -> Opinion:
        """Return a finding for every unit shown, and for those that only `searches` found."""
        ...


@runtime_checkable
class Hearer(Protocol):
    """A judge that takes a question before anything is searched."""

    def hear(self, question: Question, *, asker: str | None = None) -> Hearing:
        """Begin a hearing; the deadline runs from now. `asker` is whoever asks, by name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainHearing:
    """A hearing before a judge that only reads what was found for the question itself."""

    judge: Judge
    question: Question

    def searches(self) -> tuple[str, ...]:
        """Return nothing: the question itself was searched for."""
        return ()

    def opinion(self, shown: Sequence[Shown], also: Sequence[Shown] = ()) -> Opinion:
        """Return the judge's opinion of all that is shown."""
        return self.judge.opinion(self.question, (*shown, *also))


def hear(judge: Judge, question: Question, *, asker: str | None = None) -> Hearing:
    """Bring a question before a judge."""
    if isinstance(judge, Hearer):
        return judge.hear(question, asker=asker)
    return PlainHearing(judge=judge, question=question)
