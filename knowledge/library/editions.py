"""Editions: what the rules said, by number and by day.

An edition is a list of documents, each with a *reading*: its sections and passages as our rules
made them of its text. Readings and texts are kept by the hash of what they were made from, so an
unchanged document costs a publication one row, and rows once written are never altered.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.engine import Connection

from knowledge.database import Instant, Json, Record, metadata
from knowledge.models import (
    Agreement,
    Basis,
    Document,
    Edition,
    Kind,
    Outcome,
    Passage,
    Rulebook,
    Section,
    Shape,
    text_hash,
)

editions = sa.Table(
    "editions",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("published_at", Instant, nullable=False),
    sa.Column("published_by", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text),
    sa.Column("effective_at", Instant, nullable=False, index=True),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("rules", sa.Text, nullable=False),
    sa.Column("agreements", Json, nullable=False),
)

texts = sa.Table(
    "texts",
    metadata,
    sa.Column("hash", sa.String(64), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
)

readings = sa.Table(
    "readings",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("rules", sa.Text, nullable=False),
)

reading_sections = sa.Table(
    "reading_sections",
    metadata,
    sa.Column("reading", sa.ForeignKey(readings.c.key), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("section_id", sa.Text, nullable=False, index=True),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("headings", Json, nullable=False),
    sa.Column("text_hash", sa.ForeignKey(texts.c.hash), nullable=False),
)

# `text_start` and `text_stop` delimit the clause's own words in the section's text. `headings` is
# null where they are the section's; the lists are null where they are empty.
reading_passages = sa.Table(
    "reading_passages",
    metadata,
    sa.Column("reading", sa.ForeignKey(readings.c.key), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("passage_id", sa.Text, nullable=False),
    sa.Column("section_id", sa.Text, nullable=False),
    sa.Column("start", sa.Integer, nullable=False),
    sa.Column("stop", sa.Integer, nullable=False),
    sa.Column("text_start", sa.Integer, nullable=False),
    sa.Column("text_stop", sa.Integer, nullable=False),
    sa.Column("headings", Json),
    sa.Column("lead_ins", Json),
    sa.Column("shape", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("basis", sa.Text, nullable=False),
    sa.Column("advice", sa.Boolean, nullable=False),
    sa.Column("promise", sa.Boolean, nullable=False),
    sa.Column("carve_outs", Json),
    sa.Column("definitions", Json),
)

edition_documents = sa.Table(
    "edition_documents",
    metadata,
    sa.Column("edition", sa.ForeignKey(editions.c.number), primary_key=True),
    sa.Column("document_id", sa.Text, primary_key=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("path", sa.Text, nullable=False),
    sa.Column("vendor", sa.Text),
    sa.Column("entity", sa.Text),
    sa.Column("audience", Json, nullable=False),
    sa.Column("owner", sa.Text),
    sa.Column("effective", sa.Date),
    sa.Column("review_every", sa.Integer),
    sa.Column("url", sa.Text),
    sa.Column("plans", Json),
    sa.Column("expires", sa.Date),
    sa.Column("text_hash", sa.String(64), nullable=False),
    sa.Column("reading", sa.ForeignKey(readings.c.key), nullable=False),
)

edition_renames = sa.Table(
    "edition_renames",
    metadata,
    sa.Column("edition", sa.ForeignKey(editions.c.number), primary_key=True),
    sa.Column("section_id", sa.Text, primary_key=True),
    sa.Column("renamed_from", sa.Text, nullable=False),
)


# Looking a word up here takes a third of the time of asking the enumeration for it.
_SHAPES = {each.value: each for each in Shape}
_OUTCOMES = {each.value: each for each in Outcome}
_BASES = {each.value: each for each in Basis}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A document with its sections and passages, in order: the unit in which editions share rows.

    The sections partition the document's text.
    """

    document: Document
    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]


# ---------------------------------------------------------------- which edition


def current(tx: Connection, at: datetime) -> Edition | None:
    """Return the edition in force at an instant: the highest whose effective instant has come."""
    return _highest(tx, editions.c.effective_at <= at)


def as_of(tx: Connection, day: date, zone: ZoneInfo) -> Edition | None:
    """Return the edition in force at the end of a day in the company's time zone."""
    return _highest(tx, editions.c.effective_at <= end_of(day, zone))


def latest(tx: Connection) -> Edition | None:
    """Return the edition with the highest number, in force or not."""
    return _highest(tx, sa.true())


def edition(tx: Connection, number: int) -> Edition | None:
    """Return the edition of this number, or None."""
    return _highest(tx, editions.c.number == number)


def all_editions(tx: Connection) -> tuple[Edition, ...]:
    """Return every edition, oldest first."""
    rows = tx.execute(sa.select(editions).order_by(editions.c.number))
    return tuple(_edition(row) for row in rows)


def _highest(tx: Connection, where: sa.ColumnElement[bool]) -> Edition | None:
    query = sa.select(editions).where(where).order_by(editions.c.number.desc()).limit(1)
    row = tx.execute(query).first()
    return None if row is None else _edition(row)


def _edition(row: Record) -> Edition:
    return Edition(
        number=row.number,
        published_at=row.published_at,
        published_by=row.published_by,
        effective_at=row.effective_at,
        note=row.note,
        approved_by=row.approved_by,
    )


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the last instant of a day in a zone, or the end of time."""
    try:
        after = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
        return after - timedelta.resolution
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


# ---------------------------------------------------------------- what an edition says


def load(tx: Connection, number: int) -> Rulebook:
    """Return everything an edition says; raises KeyError where there is none of that number."""
    found = edition(tx, number)
    if found is None:
        raise KeyError(number)
    read = edition_readings(tx, number)
    return Rulebook(
        edition=found,
        documents={reading.document.id: reading.document for reading in read},
        sections={section.id: section for reading in read for section in reading.sections},
        passages=tuple(passage for reading in read for passage in reading.passages),
        agreements=agreements(tx, number),
    )


def edition_readings(tx: Connection, number: int) -> tuple[Reading, ...]:
    """Return an edition's documents with their sections and passages, in order."""
    sections = _sections(tx, number)
    passages = _passages(tx, number, sections)
    rows = tx.execute(
        sa.select(edition_documents)
        .where(edition_documents.c.edition == number)
        .order_by(edition_documents.c.ordinal)
    )
    return tuple(
        Reading(
            document=_document(row, "".join(s.text for s in sections[row.reading])),
            sections=tuple(sections[row.reading]),
            passages=tuple(passages[row.reading]),
        )
        for row in rows
    )


def reading_keys(tx: Connection, number: int) -> dict[str, str]:
    """Return the key of each document's reading in an edition, by document id."""
    query = sa.select(edition_documents.c.document_id, edition_documents.c.reading)
    return {
        row.document_id: row.reading
        for row in tx.execute(query.where(edition_documents.c.edition == number))
    }


def recorded_hash(tx: Connection, number: int) -> str | None:
    """Return what an edition is known by, or None where there is none of that number."""
    return tx.scalar(sa.select(editions.c.content_hash).where(editions.c.number == number))


def section(tx: Connection, section_id: str, number: int) -> Section | None:
    """Return one section as an edition has it, or None."""
    query = (
        sa.select(reading_sections, edition_documents.c.document_id, texts.c.text)
        .join(edition_documents, edition_documents.c.reading == reading_sections.c.reading)
        .join(texts, texts.c.hash == reading_sections.c.text_hash)
        .where(edition_documents.c.edition == number, reading_sections.c.section_id == section_id)
    )
    row = tx.execute(query).first()
    return None if row is None else _section(row)


def renames(tx: Connection, number: int) -> dict[str, str]:
    """Return the sections that an edition renamed: new id → the id in the edition before."""
    rows = tx.execute(sa.select(edition_renames).where(edition_renames.c.edition == number))
    return {row.section_id: row.renamed_from for row in rows}


def agreements(tx: Connection, number: int) -> tuple[Agreement, ...]:
    """Return the agreements recorded with an edition."""
    data = tx.scalar(sa.select(editions.c.agreements).where(editions.c.number == number))
    return tuple(agreement_from(each) for each in data or ())


def _sections(tx: Connection, number: int) -> dict[str, list[Section]]:
    query = (
        sa.select(reading_sections, edition_documents.c.document_id, texts.c.text)
        .join(edition_documents, edition_documents.c.reading == reading_sections.c.reading)
        .join(texts, texts.c.hash == reading_sections.c.text_hash)
        .where(edition_documents.c.edition == number)
        .order_by(reading_sections.c.reading, reading_sections.c.ordinal)
    )
    found: dict[str, list[Section]] = defaultdict(list)
    for row in tx.execute(query).all():
        found[row.reading].append(_section(row))
    return found


def _section(row: Record) -> Section:
    return Section(
        id=row.section_id,
        document_id=row.document_id,
        headings=tuple(row.headings),
        start=row.start,
        text=row.text,
    )


def _passages(
    tx: Connection, number: int, sections: Mapping[str, Sequence[Section]]
) -> dict[str, list[Passage]]:
    query = (
        sa.select(reading_passages)
        .join(edition_documents, edition_documents.c.reading == reading_passages.c.reading)
        .where(edition_documents.c.edition == number)
        .order_by(reading_passages.c.reading, reading_passages.c.ordinal)
    )
    by_id = {each.id: each for listed in sections.values() for each in listed}
    found: dict[str, list[Passage]] = defaultdict(list)
    for row in tx.execute(query).all():
        found[row.reading].append(_passage(row, by_id[row.section_id]))
    return found


def _passage(row: Record, section: Section) -> Passage:
    return Passage(
        id=row.passage_id,
        section_id=section.id,
        document_id=section.document_id,
        start=row.start,
        end=row.stop,
        text=section.text[row.text_start : row.text_stop],
        headings=section.headings if row.headings is None else tuple(row.headings),
        lead_ins=tuple(row.lead_ins or ()),
        shape=_SHAPES[row.shape],
        outcome=_OUTCOMES[row.outcome],
        basis=_BASES[row.basis],
        advice=row.advice,
        promise=row.promise,
        carve_outs=tuple(row.carve_outs or ()),
        definitions=tuple(row.definitions or ()),
    )


def _document(row: Record, text: str) -> Document:
    return Document(
        id=row.document_id,
        title=row.title,
        kind=Kind(row.kind),
        text=text,
        path=row.path,
        vendor=row.vendor,
        entity=row.entity,
        audience=frozenset(row.audience),
        owner=row.owner,
        effective=row.effective,
        review_every=row.review_every,
        url=row.url,
        plans=frozenset(row.plans or ()),
        expires=row.expires,
    )


# ---------------------------------------------------------------- what things are known by


def document_data(document: Document) -> dict[str, Any]:
    """Return what a document says of itself as plain data, without its text and its path.

    Plans and an expiry stand there only where there are any, so that all other readings keep
    their keys.
    """
    plans = {"plans": sorted(document.plans)} if document.plans else {}
    expiry = {} if document.expires is None else {"expires": document.expires.isoformat()}
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind.value,
        "vendor": document.vendor,
        "entity": document.entity,
        "audience": sorted(document.audience),
        "owner": document.owner,
        "effective": document.effective and document.effective.isoformat(),
        "review_every": document.review_every,
        "url": document.url,
        **plans,
        **expiry,
    }


def document_from(data: Mapping[str, Any], *, text: str, path: str) -> Document:
    """Return the document that `document_data` described."""
    days = {name: _day(data.get(name)) for name in ("effective", "expires")}
    sets = {name: frozenset(data.get(name, ())) for name in ("audience", "plans")}
    fields = {**data, "kind": Kind(data["kind"]), **sets, **days}
    return Document(**{**fields, "text": text, "path": path})


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


def agreement_data(agreement: Agreement) -> dict[str, Any]:
    """Return an agreement as plain data."""
    data: dict[str, Any] = _agreement_form().dump_python(agreement, mode="json")
    return data


def agreement_from(data: Mapping[str, Any]) -> Agreement:
    """Return the agreement that `agreement_data` described."""
    return _agreement_form().validate_python(data)


@cache
def _agreement_form() -> TypeAdapter[Agreement]:
    return TypeAdapter(Agreement)


def reading_key(document: Document, rules: str) -> str:
    """Return what a document's reading is known by: its text, what it says of itself, the rules.

    The path is left out: moving a folder changes nothing that anybody reads.
    """
    return _digest([document_data(document), text_hash(document.text), rules])


def content_hash(keys: Iterable[str], agreements: Iterable[Agreement]) -> str:
    """Return what an edition is known by: its readings in order, and the agreements."""
    return _digest([list(keys), [agreement_data(each) for each in agreements]])


def _digest(data: object) -> str:
    written = json.dumps(data, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()


# ---------------------------------------------------------------- writing one


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An edition about to be written, with its readings by key, in order of the documents."""

    edition: Edition
    readings: Mapping[str, Reading]
    agreements: tuple[Agreement, ...]
    renamed: Mapping[str, str]
    rules: str

    @property
    def content_hash(self) -> str:
        """What the edition is known by."""
        return content_hash(self.readings, self.agreements)


def moved(reading: Reading, path: str) -> Reading:
    """Return the reading of a document that is unchanged but for the path of its file."""
    return replace(reading, document=replace(reading.document, path=path))


def known_readings(tx: Connection, keys: Iterable[str]) -> frozenset[str]:
    """Return those of the keys under which a reading is recorded."""
    found: set[str] = set()
    for some in _portions(list(keys), 500):
        found.update(tx.scalars(sa.select(readings.c.key).where(readings.c.key.in_(some))))
    return frozenset(found)


def write(tx: Connection, draft: Draft, progress: Callable[[str, int, int], None]) -> None:
    """Write an edition and the readings it is the first to have; say each step before it."""
    known = known_readings(tx, draft.readings)
    new = [(key, reading) for key, reading in draft.readings.items() if key not in known]
    for done, (key, reading) in enumerate(new):
        progress("writing", done, len(new))
        _write_reading(tx, key, reading, draft.rules)
    progress("numbering", 0, 1)
    tx.execute(editions.insert(), [_edition_row(draft)])
    _insert(tx, edition_documents, list(_document_rows(draft)))
    _insert(tx, edition_renames, list(_rename_rows(draft)))


def _write_reading(tx: Connection, key: str, reading: Reading, rules: str) -> None:
    tx.execute(readings.insert(), [{"key": key, "rules": rules}])
    _write_texts(tx, {section.hash: section.text for section in reading.sections})
    _insert(tx, reading_sections, list(_section_rows(key, reading)))
    _insert(tx, reading_passages, list(_passage_rows(key, reading)))


def _write_texts(tx: Connection, by_hash: Mapping[str, str]) -> None:
    there: set[str] = set()
    for some in _portions(list(by_hash), 500):
        there.update(tx.scalars(sa.select(texts.c.hash).where(texts.c.hash.in_(some))))
    rows = [{"hash": key, "text": text} for key, text in by_hash.items() if key not in there]
    _insert(tx, texts, rows)


def _insert(tx: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        tx.execute(table.insert(), rows)


def _edition_row(draft: Draft) -> dict[str, Any]:
    made = draft.edition
    return {
        "number": made.number,
        "published_at": made.published_at,
        "published_by": made.published_by,
        "approved_by": made.approved_by,
        "effective_at": made.effective_at,
        "note": made.note,
        "content_hash": draft.content_hash,
        "rules": draft.rules,
        "agreements": [agreement_data(each) for each in draft.agreements],
    }


def _document_rows(draft: Draft) -> Iterator[dict[str, Any]]:
    for ordinal, (key, reading) in enumerate(draft.readings.items()):
        document = reading.document
        data = document_data(document)
        yield {
            **{name: value for name, value in data.items() if name != "id"},
            "edition": draft.edition.number,
            "document_id": document.id,
            "ordinal": ordinal,
            "effective": document.effective,
            "plans": data.get("plans"),
            "expires": document.expires,
            "path": document.path,
            "text_hash": text_hash(document.text),
            "reading": key,
        }


def _rename_rows(draft: Draft) -> Iterator[dict[str, Any]]:
    for new, old in draft.renamed.items():
        yield {"edition": draft.edition.number, "section_id": new, "renamed_from": old}


def _section_rows(key: str, reading: Reading) -> Iterator[dict[str, Any]]:
    for ordinal, each in enumerate(reading.sections):
        yield {
            "reading": key,
            "ordinal": ordinal,
            "section_id": each.id,
            "start": each.start,
            "headings": list(each.headings),
            "text_hash": each.hash,
        }


def _passage_rows(key: str, reading: Reading) -> Iterator[dict[str, Any]]:
    sections = {each.id: each for each in reading.sections}
    for ordinal, passage in enumerate(reading.passages):
        yield {
            "reading": key,
            "ordinal": ordinal,
            **_passage_row(passage, sections[passage.section_id]),
        }


def _passage_row(passage: Passage, section: Section) -> dict[str, Any]:
    start = section.text.index(passage.text, passage.start, passage.end)
    same = passage.headings == section.headings
    return {
        "passage_id": passage.id,
        "section_id": passage.section_id,
        "start": passage.start,
        "stop": passage.end,
        "text_start": start,
        "text_stop": start + len(passage.text),
        "headings": None if same else list(passage.headings),
        "lead_ins": list(passage.lead_ins) or None,
        "shape": passage.shape.value,
        "outcome": passage.outcome.value,
        "basis": passage.basis.value,
        "advice": passage.advice,
        "promise": passage.promise,
        "carve_outs": list(passage.carve_outs) or None,
        "definitions": list(passage.definitions) or None,
    }


def _portions(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
