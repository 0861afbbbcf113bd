"""What can go wrong, in words a person can act on.

Refused                  the request cannot be carried out; nothing was changed
├── SourceRefused        a guideline, front matter, sources.yaml or agreements.yaml
├── PublicationRefused   a sound folder that may not become an edition as it is
├── StoreRefused         the database, the data directory or the index
├── QuestionRefused      a question nobody could answer
└── MaterialRefused      a file of questions, passages or queries to be measured with
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where ("rules/api.md:3"), what, and how to mend it."""

    place: str
    what: str
    mend: str

    def __str__(self) -> str:
        """Return the one line that people read."""
        return f"{self.place}: {self.what}. {self.mend}."


class Refused(Exception):  # noqa: N818 - the word people read; it is an answer, not a fault
    """The request cannot be carried out, and nothing was changed."""

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems; the text is one line each."""
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems: tuple[Problem, ...] = problems

    @classmethod
    def of(cls, problems: Iterable[Problem]) -> Refused:
        """Return one refusal for several problems."""
        return cls(*problems)


class SourceRefused(Refused):
    """A guideline or one of the folder's YAML files cannot be taken as it is."""


class PublicationRefused(Refused):
    """The folder is sound, but may not become the next edition as it is."""


class StoreRefused(Refused):
    """The database, the data directory or the index cannot be used."""


class QuestionRefused(Refused):
    """The question cannot be taken: empty, too long, or nothing but control characters."""


class MaterialRefused(Refused):
    """A file of questions, passages or queries cannot be measured with."""
