"""The port every judge stands behind: a question and the passages found in, an opinion out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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
