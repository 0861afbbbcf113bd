"""From a folder's documents to the next numbered edition.

What takes long (reading the documents, embedding their passages) happens first and shows nowhere:
it is kept by the hash of what it was made from and referred to by no edition. The edition itself is
one transaction, so a crash at any point leaves the old edition answering and nothing half-written.
The index is built last; it is derived, and whatever is missing is built when it is next opened.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge import chain
from knowledge.answering import answers
from knowledge.database import Database
from knowledge.errors import Problem, PublicationRefused, StoreRefused
from knowledge.library import editions
from knowledge.library.diffing import (
    Change,
    ChangeKind,
    DocumentChange,
    Outcomes,
    differences,
    document_differences,
)
from knowledge.library.editions import Draft, Reading
from knowledge.library.parsing import Parsed
from knowledge.library.rules import VERSION as RULES_VERSION
from knowledge.library.rules import rules_of
from knowledge.library.sources.folder import Source
from knowledge.models import Document, Edition, Outcome, Section
from knowledge.retrieval import vectors
from knowledge.retrieval.embedders import Embedder, Paid

REMOVALS = 1 / 5
"""The share of an edition's sections that may not go without being asked for (issue 2, point 4)."""

BATCH = 64
"""How many passages are embedded and recorded at a time; a crash loses at most these."""

_PUBLICATION_LOCK = 7_104_203  # any number, as long as every process takes the same one

Progress = Callable[[str, int, int], None]
"""Told each step before it is taken: what is being done, how much is done, how much there is."""


Tell = Callable[[str], None]
"""Told a sentence that is not the result: what embedding will cost, and what it did."""


def in_silence(*_: object) -> None:
    """Tell nobody."""


class Index(Protocol):
    """What searches an edition's passages faster than a scan; derived from the records."""

    def build(self, number: int) -> None:
        """Build the edition's collection beside the live one, check it, and switch to it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a document is read. `version` names the rules: equal versions read alike."""

    version: str
    read: Callable[[Document], Parsed]


OURS = Rules(version=RULES_VERSION, read=rules_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a publication works with: the reader of documents, the embedder, the index."""

    embedder: Embedder | None = None
    index: Index | None = None
    rules: Rules = OURS
    progress: Progress = in_silence
    tell: Tell = in_silence


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants published. `effective` None is at once."""

    source: Source
    by: str
    now: datetime
    effective: datetime | None = None
    allow_removals: bool = False
    note: str = ""
    approved_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A request that may become an edition, with what it changes in the edition it builds on."""

    request: Request
    base: Edition | None
    readings: Mapping[str, Reading]
    changes: tuple[Change, ...]
    documents: tuple[DocumentChange, ...]
    rules: str
    unchanged: bool

    @property
    def content_hash(self) -> str:
        """What the edition would be known by."""
        return editions.content_hash(self.readings, self.request.source.agreements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What came of a publication. With `unchanged` the edition is the one there was."""

    edition: Edition
    changes: tuple[Change, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    unchanged: bool = False
    warnings: tuple[str, ...] = ()


Settle = Callable[[Connection, Edition], None]
"""What else is to be written in the edition's own transaction."""


def publish(
    database: Database,
    source: Source,
    *,
    by: str,
    now: datetime,
    effective: datetime | None = None,
    allow_removals: bool = False,
    embedder: Embedder | None = None,
    index: Index | None = None,
    note: str = "",
    rules: Rules = OURS,
    progress: Progress = in_silence,
    tell: Tell = in_silence,
) -> Published:
    """Publish the documents as the next edition, or say that they are the present one.

    Raises PublicationRefused where the folder is empty, drops too much, or another publication
    came first; then nothing has changed.
    """
    request = Request(
        source=source,
        by=by,
        now=now,
        effective=effective,
        allow_removals=allow_removals,
        note=note,
    )
    tools = Tools(embedder=embedder, index=index, rules=rules, progress=progress, tell=tell)
    return carry_out(database, prepare(database, request, tools), tools)


# ---------------------------------------------------------------- preparing


def prepare(database: Database, request: Request, tools: Tools) -> Prepared:
    """Read the documents, compare them with the latest edition, and refuse what may not be.

    Changes nothing. Raises PublicationRefused.
    """
    _refuse_unusable(request)
    with database.read() as tx:
        base = editions.latest(tx)
        before = editions.edition_readings(tx, base.number) if base else ()
        keys = editions.reading_keys(tx, base.number) if base else {}
        base_hash = editions.recorded_hash(tx, base.number) if base else None
    known = {keys[reading.document.id]: reading for reading in before}
    readings = _readings(_kept(request, before), known, tools)
    after = tuple(readings.values())
    prepared = Prepared(
        request=request,
        base=base,
        readings=readings,
        changes=_changes(before, after),
        documents=document_differences(_documents(before), _documents(after)),
        rules=tools.rules.version,
        unchanged=editions.content_hash(readings, request.source.agreements) == base_hash,
    )
    if not request.allow_removals:
        _refuse_removals(prepared, before)
    return prepared


def _kept(request: Request, before: Iterable[Reading]) -> tuple[Document, ...]:
    """Return what is asked for, and the rulings of the edition before that live (rulings.py).

    A document of the same id takes a ruling's place; what has expired goes.
    """
    asked = request.source.documents
    named = {each.id.casefold() for each in asked}
    rulings = [
        reading.document
        for reading in before
        if reading.document.expires is not None and reading.document.id.casefold() not in named
    ]
    over = _over_everywhere(request.effective or request.now)
    return tuple(each for each in (*asked, *rulings) if not each.expired(over))


def _over_everywhere(at: datetime) -> date:
    """Return the last day that is over wherever the company may be."""
    return at.astimezone(UTC).date() - timedelta(days=1)


def _readings(
    documents: Sequence[Document], known: Mapping[str, Reading], tools: Tools
) -> dict[str, Reading]:
    readings: dict[str, Reading] = {}
    for done, document in enumerate(documents):
        key = editions.reading_key(document, tools.rules.version)
        if (there := known.get(key)) is not None:
            readings[key] = editions.moved(there, document.path)
        else:
            tools.progress("reading", done, len(documents))
            readings[key] = _read(document, tools.rules)
    return readings


def _read(document: Document, rules: Rules) -> Reading:
    parsed = rules.read(document)
    if "".join(section.text for section in parsed.sections) != document.text:
        raise ValueError(f"the sections of {document.id} are not a partition of its text")
    return Reading(document=document, sections=parsed.sections, passages=parsed.passages)


def _changes(before: Sequence[Reading], after: Sequence[Reading]) -> tuple[Change, ...]:
    return differences(
        _sections(before),
        _sections(after),
        outcomes_before=_outcomes(before),
        outcomes_after=_outcomes(after),
    )


def _documents(readings: Iterable[Reading]) -> dict[str, Document]:
    return {reading.document.id: reading.document for reading in readings}


def _outcomes(readings: Iterable[Reading]) -> Outcomes:
    found: dict[str, list[Outcome]] = defaultdict(list)
    for reading in readings:
        for passage in reading.passages:
            found[passage.section_id].append(passage.outcome)
    return found


def _sections(readings: Iterable[Reading]) -> dict[str, Section]:
    return {section.id: section for reading in readings for section in reading.sections}


# ---------------------------------------------------------------- refusing


def _refuse(place: str, what: str, mend: str) -> PublicationRefused:
    return PublicationRefused(Problem(place=place, what=what, mend=mend))


def _refuse_unusable(request: Request) -> None:
    check_name(request.by)
    if not _keepable(request.note):
        raise _refuse("--note", "it holds a character that cannot be stored", "Leave that out")
    if not request.source.documents:
        raise _refuse("folder", "there is no document in it", "Add a guideline as a .md file")
    problems = [
        Problem(place=each.path, what="it holds a character that cannot be stored", mend=_MEND_TEXT)
        for each in request.source.documents
        if not _storable(each)
    ]
    if problems:
        raise PublicationRefused(*problems)


_MEND_TEXT = "Save the file as UTF-8 text without NUL characters"


def check_name(by: str) -> None:
    """Refuse an act by nobody, or by a name that cannot be written down."""
    if not by.strip() or not by.isprintable():
        what = "it is not clear who does this"
        raise _refuse("--as", what, "Give your name, for example --as ada@example.com")


def same_person(one: str, other: str) -> bool:
    """Tell whether two names are one person's, however they are typed."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _storable(document: Document) -> bool:
    """Tell whether both databases can keep the document (PostgreSQL has no NUL in text)."""
    said = editions.document_data(document).values()
    written = [document.text, document.path, *(each for each in said if isinstance(each, str))]
    return all(_keepable(each) for each in written)


def _keepable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _refuse_removals(prepared: Prepared, before: Sequence[Reading]) -> None:
    kept = {reading.document.id for reading in prepared.readings.values()}
    meant = [each for each in before if each.document.expires is None]
    dropped = [each.document.id for each in meant if each.document.id not in kept]
    mend = "Put them back, or publish with --allow-removals if they are meant to go"
    if dropped:
        raise _refuse("folder", f"it drops {_listed(dropped)}", mend)
    sections = {section.id for reading in meant for section in reading.sections}
    removed = [
        change.section_id
        for change in prepared.changes
        if change.kind is ChangeKind.REMOVED and change.section_id in sections
    ]
    if sections and len(removed) / len(sections) >= REMOVALS:
        what = f"it drops {len(removed)} of {len(sections)} sections ({_listed(removed)})"
        raise _refuse("folder", what, mend)


def _listed(names: Sequence[str], most: int = 5) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


# ---------------------------------------------------------------- carrying out


def carry_out(
    database: Database, prepared: Prepared, tools: Tools, settle: Settle | None = None
) -> Published:
    """Make the prepared request an edition; with `settle` writing beside it in its transaction.

    Raises PublicationRefused where another publication came first.
    """
    warnings = tuple(prepared.request.source.warnings)
    if tools.embedder is not None:  # of an unchanged folder too: the embedder may be another
        embed_missing(database, prepared.readings.values(), tools.embedder, tools)
    if prepared.unchanged and prepared.base is not None:
        return Published(edition=prepared.base, unchanged=True, warnings=warnings)
    made = _write(database, prepared, tools.progress, settle)
    return Published(
        edition=made,
        changes=prepared.changes,
        documents=prepared.documents,
        warnings=(*warnings, *_flags(database, made), *_index(tools, made)),
    )


def embed_missing(
    database: Database, readings: Iterable[Reading], embedder: Embedder, tools: Tools
) -> None:
    """Embed and record what no edition has had embedded yet, a batch at a time.

    What it costs is told before and after.
    """
    wanted = {
        vectors.key(passage, reading.document): vectors.searchable(passage, reading.document)
        for reading in readings
        for passage in reading.passages
    }
    with database.read() as tx:
        missing = vectors.missing(tx, embedder.name, wanted)
    todo = [key for key in wanted if key in missing]
    paid = embedder if todo and isinstance(embedder, Paid) else None
    if paid is not None:
        tools.tell(paid.expects([wanted[key] for key in todo]))
    for start in range(0, len(todo), BATCH):
        tools.progress("embedding", start, len(todo))
        keys = todo[start : start + BATCH]
        embeddings = embedder.embed([wanted[key] for key in keys])
        with database.begin() as tx:
            _lock(tx)
            vectors.record(tx, embedder.name, keys, embeddings)
    if paid is not None:
        tools.tell(paid.spent())


def _write(
    database: Database, prepared: Prepared, progress: Progress, settle: Settle | None
) -> Edition:
    with database.begin() as tx:
        _lock(tx)
        _refuse_stale(prepared.base, editions.latest(tx))
        draft = _draft(prepared)
        editions.write(tx, draft, progress)
        progress("noting", 0, 1)
        chain.append(
            tx,
            at=prepared.request.now,
            who=prepared.request.by,
            what="published",
            about=_noted(draft),
        )
        if settle is not None:
            settle(tx, draft.edition)
        progress("committing", 0, 1)
    progress("published", 1, 1)
    return draft.edition


def _lock(tx: Connection) -> None:
    """Let one publication write at a time; SQLite lets one transaction write at a time anyway."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_PUBLICATION_LOCK)))


def _refuse_stale(base: Edition | None, latest: Edition | None) -> None:
    if latest is None or (base is not None and base.number == latest.number):
        return
    what = f"edition {latest.number} was published meanwhile by {latest.published_by}"
    raise _refuse("publication", what, "Look at what it changed, then publish again")


def _draft(prepared: Prepared) -> Draft:
    request = prepared.request
    made = Edition(
        number=prepared.base.number + 1 if prepared.base else 1,
        published_at=request.now,
        published_by=request.by,
        approved_by=request.approved_by,
        effective_at=request.effective or request.now,
        note=request.note,
    )
    return Draft(
        edition=made,
        readings=prepared.readings,
        agreements=tuple(request.source.agreements),
        renamed=_renamed(prepared.changes),
        rules=prepared.rules,
    )


def _renamed(changes: Iterable[Change]) -> dict[str, str]:
    return {
        change.section_id: change.old_id
        for change in changes
        if change.kind is ChangeKind.RENAMED and change.old_id is not None
    }


def _noted(draft: Draft) -> dict[str, object]:
    return {
        "edition": draft.edition.number,
        "content": draft.content_hash,
        "effective": draft.edition.effective_at.isoformat(),
        "approved_by": draft.edition.approved_by,
    }


def _flags(database: Database, made: Edition) -> list[str]:
    """Say where an edition rules on a time that is past, and how many answers fell into it."""
    if not made.retroactive:
        return []
    with database.read() as tx:
        given = answers.count_between(tx, made.effective_at, made.published_at)
    since = made.effective_at.isoformat(timespec="minutes")
    return [f"Edition {made.number} is retroactive to {since}; {given} answers were given since."]


def _index(tools: Tools, made: Edition) -> list[str]:
    """Build the index; without it the edition answers all the same, from the recorded vectors."""
    if tools.index is None:
        return []
    tools.progress("indexing", 0, 1)
    try:
        tools.index.build(made.number)
    except StoreRefused as refusal:
        return [f"The index was not built, answers come from the records. {refusal}"]
    return []
