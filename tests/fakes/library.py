"""Small documents, read by rules simple enough to foresee."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from knowledge.library.editions import Draft, Reading
from knowledge.library.parsing import Parsed
from knowledge.models import Basis, Document, Edition, Kind, Outcome, Passage, Section

NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)

VERSION = "simple 1"


def document(document_id: str, text: str, **said: object) -> Document:
    """Return a guideline of this text."""
    fields = {"title": document_id.title(), "kind": Kind.GUIDELINE, **said}
    path = f"{document_id}.md"
    return Document(id=document_id, text=text, path=path, **fields)  # type: ignore[arg-type]


def read(document: Document) -> Parsed:
    """Cut at lines that begin with "# ", then at blank lines."""
    sections = tuple(_sections(document))
    return Parsed(
        sections=sections, passages=tuple(p for section in sections for p in _passages(section))
    )


def reading(document_id: str, text: str, **said: object) -> Reading:
    """Return a document with what `read` makes of it."""
    made = document(document_id, text, **said)
    parsed = read(made)
    return Reading(document=made, sections=parsed.sections, passages=parsed.passages)


def draft(number: int, *readings: Reading, at: datetime = NOON, **said: object) -> Draft:
    """Return an edition to be written, of these readings."""
    made = Edition(
        number=number,
        published_at=at,
        published_by="ada",
        **{"effective_at": at, **said},  # type: ignore[arg-type]
    )
    return Draft(
        edition=made,
        readings={f"{number}-{place}": each for place, each in enumerate(readings)},
        agreements=(),
        renamed={},
        rules=VERSION,
    )


def write_folder(folder: Path, **texts: str) -> Path:
    """Write documents as files of a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def _sections(document: Document) -> Iterator[Section]:
    starts = sorted({0, *(m.start() for m in re.finditer(r"(?m)^# ", document.text))})
    for start, end in zip(starts, [*starts[1:], len(document.text)], strict=True):
        text = document.text[start:end]
        heading = text.splitlines()[0].removeprefix("# ") if text.startswith("# ") else "top"
        yield Section(
            id=f"{document.id}#{heading.lower().replace(' ', '-')}",
            document_id=document.id,
            headings=(heading,),
            start=start,
            text=text,
        )


def _passages(section: Section) -> Iterator[Passage]:
    for number, found in enumerate(re.finditer(r"(?s).+?(\n\n|\Z)", section.text), start=1):
        text = found.group().strip()
        if not text:
            continue
        yield Passage(
            id=f"{section.id}.{number}",
            section_id=section.id,
            document_id=section.document_id,
            start=found.start(),
            end=found.end(),
            text=text,
            headings=section.headings,
            outcome=Outcome.PROHIBITS if "not" in text else Outcome.PERMITS,
            basis=Basis.READER,
        )
