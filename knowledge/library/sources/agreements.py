"""agreements.yaml: which documents bind which of our entities towards which vendor.

agreements:
  - vendor: OpenAI
    channel: api
    entity: Example GmbH
    documents: [openai-msa, openai-services-agreement]   # strongest first
    missing: ["Order form of March 2026"]               # governs too, but is not in the folder
    since: 2026-03-01
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from knowledge.errors import Problem
from knowledge.library.sources.metadata import (
    Day,
    Identifier,
    Marked,
    Words,
    shortened,
    validated,
)
from knowledge.models import Agreement, Document, Kind

FILE = "agreements.yaml"


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Entry(BaseModel):
    """One agreement as written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vendor: Words
    channel: Words | None = None
    entity: Words | None = None
    documents: Annotated[tuple[Identifier, ...], BeforeValidator(_listed)] = ()
    missing: Annotated[tuple[Words, ...], BeforeValidator(_listed)] = ()
    since: Day | None = None


def read_agreements(
    marked: Marked, documents: Mapping[str, Document], expected: Mapping[str, str]
) -> tuple[tuple[Agreement, ...], list[Problem]]:
    """Return the agreements of the file and everything that is wrong with it.

    `documents` are those of the folder by id; `expected` are the titles of those that will be
    fetched later, by id: until then an agreement knows them as missing.
    """
    problem = wrong_shape(marked, FILE, "agreements", {"agreements"})
    if problem:
        return (), [problem]
    agreements: dict[int, Agreement] = {}
    problems: list[Problem] = []
    for number, _ in enumerate(marked.value["agreements"]):
        at = ("agreements", number)
        entry = validated(_Entry, FILE, marked, at=at)
        if isinstance(entry, list):
            problems.extend(entry)
            continue
        problems.extend(_wrong_documents(entry, marked, number, documents, expected))
        agreements[number] = _agreement(entry, expected)
    problems.extend(_repeated(agreements, marked))
    return tuple(agreements.values()), problems


def wrong_shape(marked: Marked, place: str, key: str, known: Collection[str]) -> Problem | None:
    """Return what is wrong with a file that should be one list of entries under one key."""
    mend = f"Begin the file with a line {key}: and write the entries below, each with a hyphen"
    if not isinstance(marked.value, dict) or not isinstance(marked.value.get(key), list):
        what = f"it holds no list of {key}"
        return Problem(place=f"{place}:{marked.line((key,))}", what=what, mend=mend)
    unknown = [name for name in marked.value if name not in known]
    if unknown:
        what = f'"{shortened(unknown[0])}" is not a part of this file that we know'
        line = marked.line((unknown[0],))
        return Problem(place=f"{place}:{line}", what=what, mend="Check its spelling, or delete it")
    return None


def _agreement(entry: _Entry, expected: Mapping[str, str]) -> Agreement:
    later = tuple(expected[name] for name in entry.documents if name in expected)
    return Agreement(
        vendor=entry.vendor,
        documents=tuple(name for name in entry.documents if name not in expected),
        channel=entry.channel,
        entity=entry.entity,
        since=entry.since,
        missing=(*later, *entry.missing),
    )


def _wrong_documents(
    entry: _Entry,
    marked: Marked,
    number: int,
    documents: Mapping[str, Document],
    expected: Mapping[str, str],
) -> Iterator[Problem]:
    if not entry.documents and not entry.missing:
        yield Problem(
            place=f"{FILE}:{marked.line(('agreements', number))}",
            what=f"the agreement with {shortened(entry.vendor)} names no document",
            mend="List the ids under documents, or what is not at hand under missing",
        )
    for index, name in enumerate(entry.documents):
        place = f"{FILE}:{marked.line(('agreements', number, 'documents', index))}"
        if name not in documents and name not in expected:
            what = f'there is no document "{name}"'
            mend = f"Add it to the folder, or write its title under missing: [{name}]"
            yield Problem(place=place, what=what, mend=mend)
        elif name in documents and documents[name].kind is Kind.GUIDELINE:
            what = f'"{name}" is a guideline of our own, which no vendor agreed to'
            mend = "Give it kind: terms or kind: contract, or take it off the list"
            yield Problem(place=place, what=what, mend=mend)
        elif name in entry.documents[:index]:
            what = f'"{name}" stands twice in one agreement'
            yield Problem(place=place, what=what, mend="Keep the stronger place")


def _repeated(agreements: Mapping[int, Agreement], marked: Marked) -> Iterator[Problem]:
    seen: set[tuple[str, str | None, str | None]] = set()
    for number, agreement in agreements.items():
        key = (agreement.vendor.casefold(), agreement.channel, agreement.entity)
        if key in seen:
            what = f"a second agreement with {shortened(agreement.vendor)} for the same use"
            line = marked.line(("agreements", number))
            mend = "Join the two, or tell them apart by channel or entity"
            yield Problem(place=f"{FILE}:{line}", what=what, mend=mend)
        seen.add(key)
