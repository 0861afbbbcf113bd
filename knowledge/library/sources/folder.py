"""A folder of guidelines and terms as compliance people keep it, read whole or refused.

    *.md, *.markdown     the documents, in folders of any depth; hidden files are left out
    *.html, *.pdf, …     documents too, made Markdown by formats/
    sources.yaml         fields for documents that have no front matter of their own
    agreements.yaml      which documents bind whom (agreements.py)

Every problem found is reported, not only the first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ConfigDict

from knowledge.errors import Problem, SourceRefused
from knowledge.library import headings
from knowledge.library.blocks import Form, read_blocks
from knowledge.library.sources.agreements import FILE as AGREEMENTS
from knowledge.library.sources.agreements import read_agreements, wrong_shape
from knowledge.library.sources.files import (
    SUFFIXES,
    Notes,
    documents_in,
    printable,
    read_bytes,
    read_text,
)
from knowledge.library.sources.formats import LARGEST, convert
from knowledge.library.sources.formats.kinds import FORMATS, Format, Unfit
from knowledge.library.sources.metadata import (
    Fields,
    Front,
    Marked,
    Unreadable,
    Words,
    front_of,
    read_yaml,
    shortened,
    validated,
)
from knowledge.models import Agreement, Document, Kind

SOURCES = "sources.yaml"
_TITLE_WITHIN = 20_000
_LONGEST_TITLE = 200
_MOST_TOLD = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a folder holds: documents by id, agreements as listed, and what one should know."""

    documents: tuple[Document, ...]
    agreements: tuple[Agreement, ...] = ()
    warnings: tuple[str, ...] = ()


def read_folder(path: Path, *, plans: Collection[str] | None = None) -> Source:
    """Return the folder's documents and agreements.

    `plans` are the words that a document's own `plans` may hold; None takes any. Raises
    SourceRefused with every problem found, each with file, line and mend. The fields of a
    document's front matter win over those of sources.yaml.
    """
    if not path.is_dir():
        what = "this is not a folder" if path.exists() else "there is no such folder"
        mend = "Give the folder that holds the guidelines"
        raise SourceRefused(Problem(place=printable(str(path)), what=what, mend=mend))
    reading = _Reading(root=path, plans=plans)
    reading.read()
    if not reading.documents and not reading.notes.problems:
        mend = "Put guidelines there as files that end in .md"
        reading.notes.refuse(str(path), "the folder holds no document", mend)
    if reading.notes.problems:
        raise SourceRefused(*_told(reading.notes.problems, path))
    return Source(
        documents=tuple(sorted(reading.documents.values(), key=lambda document: document.id)),
        agreements=reading.agreements,
        warnings=tuple(reading.notes.warnings),
    )


def _told(problems: list[Problem], path: Path) -> list[Problem]:
    """Return the problems fit to be read: beyond a hundred, only how many there are."""
    if len(problems) <= _MOST_TOLD:
        return problems
    what = f"{len(problems) - _MOST_TOLD} more problems of this kind were found"
    more = Problem(place=printable(str(path)), what=what, mend="Mend those above first")
    return [*problems[:_MOST_TOLD], more]


class _Entry(Fields):
    """One entry of sources.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Words | None = None
    archive: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listed:
    """An entry of sources.yaml and the place where it stands."""

    entry: _Entry
    place: str


_NOTHING = _Listed(entry=_Entry(), place="")


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One folder while it is read."""

    root: Path
    plans: Collection[str] | None
    notes: Notes = field(default_factory=Notes)
    listed: dict[str, _Listed] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)
    documents: dict[str, Document] = field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()

    def read(self) -> None:
        """Read the folder's YAML files and documents; what is wrong stands in the notes."""
        self._read_listed()
        taken: dict[str, str] = {}
        besides = frozenset({SOURCES, AGREEMENTS})
        for name in documents_in(self.root, self.notes, besides=besides):
            document = self._document(name)
            if document is not None and self._is_first(document, taken):
                self.documents[document.id] = document
        self._refuse_absent()
        self._read_agreements()

    # ------------------------------------------------------------ sources.yaml

    def _read_listed(self) -> None:
        marked = self._yaml(SOURCES)
        if marked is None:
            return
        problem = wrong_shape(marked, SOURCES, "documents", {"documents"})
        if problem:
            self.notes.problems.append(problem)
            return
        for number, _ in enumerate(marked.value["documents"]):
            entry = validated(_Entry, SOURCES, marked, at=("documents", number))
            if isinstance(entry, list):
                self.notes.problems.extend(entry)
            else:
                line = marked.line(("documents", number))
                self._list(_Listed(entry=entry, place=f"{SOURCES}:{line}"))

    def _yaml(self, name: str) -> Marked | None:
        """Return one of the folder's YAML files; None where there is none, or it is refused."""
        path = self.root / name
        if not path.exists() and not path.is_symlink():
            return None
        if path.resolve().parent != self.root.resolve() or not path.is_file():
            what = "this is not a regular file of the folder"
            self.notes.refuse(name, what, "Put the file itself there")
            return None
        text = read_text(self.root, name, self.notes)
        if text is None:
            return None
        try:
            return read_yaml(text)
        except Unreadable as error:
            self.notes.refuse(f"{name}:{error.line}", error.what, error.mend)
            return None

    def _list(self, listed: _Listed) -> None:
        entry, place = listed.entry, listed.place
        if entry.path is None:
            self._expect(listed)
            return
        mend = 'Write the path from this folder down, such as "terms/openai.md"'
        if not _stays_inside(entry.path):
            what = f'the path "{shortened(entry.path)}" leads out of the folder'
            self.notes.refuse(place, what, mend)
            return
        name = PurePosixPath(entry.path).as_posix()
        if name in self.listed:
            what = f'the file "{shortened(name)}" is listed a second time'
            mend = f"Join it with the entry at {self.listed[name].place}"
            self.notes.refuse(place, what, mend)
            return
        self.listed[name] = listed

    def _expect(self, listed: _Listed) -> None:
        """Note an entry that is to be fetched from elsewhere."""
        entry = listed.entry
        if entry.url is None and entry.archive is None:
            what = "the entry names neither a path nor a url nor an archive"
            self.notes.refuse(listed.place, what, "Add path: with the file's name")
            return
        title = entry.title or entry.id or entry.url or "a document of the archive"
        if entry.id is not None:
            self.expected[entry.id] = title
        self.notes.warnings.append(f"{listed.place}: {shortened(title)} is fetched later")

    def _refuse_absent(self) -> None:
        """Refuse entries whose file is not among the documents."""
        for name, listed in self.listed.items():
            if not (self.root / name).is_file():
                what = f'there is no file "{shortened(name)}"'
                self.notes.refuse(listed.place, what, "Correct the path, or delete the entry")
            elif PurePosixPath(name).suffix.lower() not in SUFFIXES:
                what = f'"{shortened(name)}" is of no kind that is read'
                mend = "Save the document as a file ending in .md, .html, .pdf or .docx"
                self.notes.refuse(listed.place, what, mend)

    # ------------------------------------------------------------ documents

    def _document(self, name: str) -> Document | None:
        kind = FORMATS.get(PurePosixPath(name).suffix.lower())
        front = self._written(name) if kind is None else self._converted(name, kind)
        if front is None:
            return None
        if not any(c.isalnum() for c in front.body):
            self._note_empty(name, front)
            return None
        return self._composed(name, front, self.listed.get(name, _NOTHING))

    def _written(self, name: str) -> Front | None:
        """Return a Markdown file's front matter and body; None where it is refused, as noted."""
        text = read_text(self.root, name, self.notes)
        if text is None:
            return None
        front = front_of(text, printable(name))
        self.notes.problems.extend(front.problems)
        return None if front.problems else front

    def _converted(self, name: str, kind: Format) -> Front | None:
        """Return a file of another kind as Markdown, which has no front matter; None as above."""
        content = read_bytes(self.root, name, LARGEST[kind], self.notes)
        if content is None:
            return None
        try:
            found = convert(content, kind)
        except Unfit as error:
            self.notes.refuse(name, error.what, error.mend)
            return None
        self.notes.warnings.extend(f"{printable(name)}: {warning}" for warning in found.warnings)
        return Front(body=found.text)

    def _note_empty(self, name: str, front: Front) -> None:
        """Refuse an empty file; an index page of mere front matter is only left out."""
        if front.body_line > 1:
            warning = f"{printable(name)}: left out, as nothing stands below its front matter"
            self.notes.warnings.append(warning)
        else:
            self.notes.refuse(name, "the document is empty", "Write its rules, or delete the file")

    def _composed(self, name: str, front: Front, listed: _Listed) -> Document | None:
        fields = front.fields.over(listed.entry)
        fields.setdefault("id", _id_from(name))
        if not fields["id"]:
            mend = "Write id: with a word of letters and digits into its front matter"
            self.notes.refuse(name, "no id can be made of the file's name", mend)
            return None
        if not fields.get("title"):
            fields["title"] = front.name or _first_heading(front.body) or Path(name).stem
        fields.setdefault("kind", Kind.TERMS if fields.get("vendor") else Kind.GUIDELINE)
        if fields["kind"] is not Kind.GUIDELINE and not fields.get("vendor"):
            place = listed.place if listed.entry.kind else f"{name}:1"
            what = f"{shortened(name)} is of kind {fields['kind']}, but names no vendor"
            self.notes.refuse(place, what, "Add vendor: with whose terms they are")
            return None
        document = Document(text=front.body, path=printable(name), **fields)
        return document if self._has_known_plans(document, listed) else None

    def _has_known_plans(self, document: Document, listed: _Listed) -> bool:
        """Tell whether the document's plans are a vendor's and known, and note it otherwise."""
        place = listed.place if listed.entry.plans else f"{document.path}:1"
        if document.plans and (document.vendor is None or document.kind is Kind.GUIDELINE):
            what = f"{shortened(document.path)} names plans, but is no vendor's document"
            self.notes.refuse(place, what, "Add vendor: with whose plans they are, or delete plans")
            return False
        unknown = [] if self.plans is None else sorted(document.plans.difference(self.plans))
        if unknown:
            what = f'"{shortened(unknown[0])}" is no plan that we know'
            known = ", ".join(sorted(self.plans or ()))
            mend = f"Write one of {known}, or add it to the channels of your glossary"
            self.notes.refuse(place, what, mend)
        return not unknown

    def _is_first(self, document: Document, taken: dict[str, str]) -> bool:
        """Tell whether no other document has the id, and note it otherwise."""
        key = document.id.casefold()
        if key in taken or key in {name.casefold() for name in self.expected}:
            other = taken.get(key, SOURCES)
            what = f'the id "{document.id}" is that of {other} too'
            mend = "Write an id: of its own into the front matter of one of them"
            self.notes.refuse(document.path, what, mend)
            return False
        taken[key] = document.path
        return True

    # ------------------------------------------------------------ agreements.yaml

    def _read_agreements(self) -> None:
        marked = self._yaml(AGREEMENTS)
        if marked is None:
            return
        found, problems = read_agreements(marked, self.documents, self.expected)
        self.agreements = found
        self.notes.problems.extend(problems)


def _stays_inside(path: str) -> bool:
    parts = PurePosixPath(path.replace("\\", "/"))
    drive = re.match(r"[A-Za-z]:", path)
    return not parts.is_absolute() and not drive and ".." not in parts.parts and "\\" not in path


def _id_from(name: str) -> str:
    """Return the id that a file's name gives: "API keys.md" is "API-keys"."""
    stem = unicodedata.normalize("NFKD", PurePosixPath(name).stem)
    plain = stem.encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:120]


def _first_heading(body: str) -> str | None:
    """Return the words of the first heading, or None where there is none to be shown."""
    head = body[:_TITLE_WITHIN]
    for block in read_blocks(head):
        if block.form is Form.HEADING:
            words = headings.heading_words(head[block.start : block.end])
            return words[:_LONGEST_TITLE] if words.isprintable() and words else None
    return None
