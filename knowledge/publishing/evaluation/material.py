"""The files one measures with and writes: every problem told with its line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from knowledge.answering.asking import guard
from knowledge.errors import MaterialRefused, Problem, QuestionRefused
from knowledge.models import Question, Ruling
from knowledge.publishing.evaluation.figures import GoldQuote

_PROBLEMS_TOLD = 20


def _as_text(value: object) -> object:
    """Take a whole number for an id as its digits; many files number their lines."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]


class Line(BaseModel):
    """One line of a file; fields we do not know are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    id: Id


class GoldLine(BaseModel):
    """A quote that answers the question, and its document."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    document: str
    quote: str = Field(min_length=1)


def _can_be_asked(text: str) -> str:
    """Refuse here, where the line is known, what the answerer would refuse."""
    try:
        guard(Question(text=text))
    except QuestionRefused as refusal:
        raise ValueError(refusal.problems[0].what) from refusal
    return text


class QuestionLine(Line):
    """A question to be answered, with its gold verdict and quotes where somebody labelled it."""

    question: Annotated[str, AfterValidator(_can_be_asked)]
    verdict: Ruling | None = None
    gold: tuple[GoldLine, ...] = ()
    alt_gold: tuple[GoldLine, ...] = ()
    documents: frozenset[str] | None = None
    groups: frozenset[str] = frozenset()
    entity: str | None = None
    thread: tuple[str, ...] = ()
    as_of: date | None = None

    @property
    def asked(self) -> Question:
        """The question as the answerer takes it."""
        return Question(
            text=self.question,
            groups=self.groups,
            entity=self.entity,
            thread=self.thread,
            documents=self.documents,
            as_of=self.as_of,
        )

    @property
    def quotes(self) -> tuple[GoldQuote, ...]:
        """Gold and alternative quotes alike."""
        lines = (*self.gold, *self.alt_gold)
        return tuple(GoldQuote(document=line.document, quote=line.quote) for line in lines)


TrecId = Annotated[Id, Field(pattern=r"^\S+$")]
"""An id that can stand in a TREC run, whose fields are parted by white space."""


class CorpusLine(Line):
    """One passage of a retrieval corpus."""

    id: TrecId
    text: str
    title: str = ""
    doc: str = ""


class QueryLine(Line):
    """One query. A `scenario`, where there is one, is part of what is asked and stands first."""

    id: TrecId
    text: str
    scenario: str = ""
    relevant: tuple[Id, ...] = ()

    @property
    def asked(self) -> str:
        """Scenario and text, joined by a space."""
        return f"{self.scenario} {self.text}".strip()


AnyLine = TypeVar("AnyLine", bound=Line)


def read_lines(path: Path, kind: type[AnyLine]) -> tuple[AnyLine, ...]:
    """Return the file's lines in order, blank ones left out.

    Raises MaterialRefused naming file and line of every problem: not UTF-8, not JSON, a field
    missing or of the wrong type, an id used twice, no line at all.
    """
    problems: list[Problem] = []
    lines: dict[str, AnyLine] = {}
    for number, raw in _numbered(path):
        place = f"{path}:{number}"
        parsed = _parse(raw, kind, place)
        if isinstance(parsed, Problem):
            problems.append(parsed)
        elif parsed.id in lines:
            problems.append(_twice(parsed.id, place))
        else:
            lines[parsed.id] = parsed
    if problems:
        raise MaterialRefused(*problems[:_PROBLEMS_TOLD])
    if not lines:
        mend = "Write one JSON object a line"
        raise MaterialRefused(Problem(place=str(path), what="the file has no line", mend=mend))
    return tuple(lines.values())


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Write the lines, each of which brings its own end; raises MaterialRefused if it cannot."""
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "the path is not valid"
        mend = "Give a path in a folder that you may write to"
        what = f"it cannot be written ({why})"
        place = str(path).replace("\0", "\\0")
        raise MaterialRefused(Problem(place=place, what=what, mend=mend)) from error


def _numbered(path: Path) -> Iterator[tuple[int, str]]:
    """Return the lines that are not blank with their numbers from 1."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise MaterialRefused(_unreadable(path, error)) from error
    for number, raw in enumerate(text.split("\n"), start=1):
        if raw.strip():
            yield number, raw


def _unreadable(path: Path, error: OSError | ValueError) -> Problem:
    """Say in one line why the file could not be read."""
    if isinstance(error, UnicodeDecodeError):
        what, mend = f"byte {error.start} is not UTF-8", "Save the file as UTF-8"
    elif isinstance(error, OSError):
        what, mend = error.strerror or "it cannot be read", "Give the path of a readable file"
    else:
        what, mend = "the path is not valid", "Give the path of a readable file"
    return Problem(place=str(path).replace("\0", "\\0"), what=what, mend=mend)


def _parse(raw: str, kind: type[AnyLine], place: str) -> AnyLine | Problem:
    """Return the line as its model, or the problem it has."""
    try:
        return kind.model_validate(json.loads(raw))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "the line"
        what = f"{field}: {first['msg']}".splitlines()[0]
        return Problem(place=place, what=what, mend="Correct the field")
    except RecursionError:
        return Problem(place=place, what="nested too deeply", mend="Write one flat JSON object")
    except ValueError as error:
        what = str(error).splitlines()[0]
        return Problem(place=place, what=f"not JSON ({what})", mend="Write one JSON object a line")


def _twice(line_id: str, place: str) -> Problem:
    """Say that an id is used twice."""
    what = f"id {line_id!r} is used twice"
    return Problem(place=place, what=what, mend="Give each line its own id")
