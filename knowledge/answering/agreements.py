"""Which documents bind the person asking, and so may vote: docs/verdicts.md, "what binds".

Pure. Who may *read* a document was decided before the search; here only its force counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from knowledge.answering import asking
from knowledge.models import Agreement, Document, Kind, Question, Rulebook


class Names(Protocol):
    """What the binding needs of a glossary: whose products a text means, and how one has them."""

    def vendor(self, name: str) -> str:
        """Return a vendor's name in the one form used for comparing."""
        ...

    def title(self, vendor: str) -> str:
        """Return how people write a vendor given in that form."""
        ...

    def vendors_in(self, text: str) -> frozenset[str]:
        """Return every vendor that the text names or means, in that form."""
        ...

    def channels_in(self, text: str) -> frozenset[str]:
        """Return the ways of reaching a model that the text names."""
        ...

    @property
    def channels(self) -> tuple[str, ...]:
        """Every way of reaching a model that there is a word for, in the order to ask for them."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Which documents decide a question.

    `ranks` holds every document that may vote: 0 for one that stands alone, and for those of a
    recorded agreement their place in it, strongest first. `missing` names governing documents
    that are known of and not published. `reason` says in a sentence what binds. `within` are the
    documents that a search need not leave; where none votes, all that the question lets us see,
    so that the nearest rules can still be shown.
    """

    ranks: Mapping[str, int]
    missing: tuple[str, ...] = ()
    reason: str = ""
    within: frozenset[str] | None = None

    def votes(self, document_id: str) -> bool:
        """Tell whether the document may decide the question."""
        return document_id in self.ranks

    def rank(self, document_id: str) -> int:
        """Return how strong the document is in its agreement; raises KeyError if it is mute."""
        return self.ranks[document_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Situation:
    """What the question says about who asks, whose product is used, how, and when."""

    day: date
    vendors: frozenset[str]
    channels: frozenset[str]
    entities: frozenset[str]
    pointed_at: frozenset[str] = field(default_factory=frozenset)


def binding(rulebook: Rulebook, question: Question, glossary: Names, *, day: date) -> Binding:
    """Return which documents bind whoever asks this, on that day in the company's time zone.

    Internal guidelines bind the people of their entity: the asker's, or one that the question
    names; where neither is known, whoever asks is bound by the document that speaks to it. One
    without an entity binds everybody. A vendor's documents bind where the vendor or its product
    is named or meant, or where the question points at the documents themselves; what
    agreements.yaml records for that vendor takes the place of its public terms. Of those, the ones
    that name plans bind where one of theirs is named, or none is. Nothing binds before it takes
    effect, and no ruling from the day on which it expires.
    """
    situation = _situation(rulebook, question, glossary, day)
    vendors = _vendors(rulebook, situation, glossary)
    internal = {one.id: 0 for one in _in_force(rulebook, day) if _is_for(one, situation)}
    terms = vendors.voting()
    return Binding(
        ranks=internal | terms,
        missing=tuple(vendors.missing()),
        reason=_reason(internal, terms, rulebook),
        within=_within(question, internal | terms),
    )


def plans(rulebook: Rulebook, question: Question, glossary: Names, *, day: date) -> tuple[str, ...]:
    """Return the channels that agreements and documents tell apart and the question leaves open.

    Those that it names, or all where it names none; nothing where there are fewer than two.
    """
    situation = _situation(rulebook, question, glossary, day)
    told = _vendors(rulebook, situation, glossary).told_apart()
    found = [one for one in _in_order(told, glossary) if _meets(one, situation.channels)]
    return tuple(found) if len(found) > 1 else ()


def _in_order(channels: frozenset[str], glossary: Names) -> list[str]:
    """Return the channels in the glossary's order, those it does not know last."""
    known = [one for one in glossary.channels if one in channels]
    return [*known, *sorted(channels.difference(known))]


def _situation(rulebook: Rulebook, question: Question, glossary: Names, day: date) -> _Situation:
    """Read from the question what decides which documents bind."""
    text = " ".join((*question.thread, question.text))
    ours = frozenset(one.entity for one in rulebook.documents.values() if one.entity)
    named = frozenset(entity for entity in ours if _names(text, entity))
    own = frozenset((question.entity,)) if question.entity else frozenset()
    return _Situation(
        day=day,
        vendors=glossary.vendors_in(text) | _spelt_out(rulebook, text, glossary),
        channels=glossary.channels_in(asking.on_plan(text) or text),
        entities=frozenset(entity.casefold() for entity in named | own),
        pointed_at=question.documents or frozenset(),
    )


def _within(question: Question, ranks: Mapping[str, int]) -> frozenset[str] | None:
    """Return what votes, as far as the question lets us look there; else all it lets us see."""
    seen = question.documents
    voting = frozenset(ranks) if seen is None else seen & ranks.keys()
    return voting or seen


def _spelt_out(rulebook: Rulebook, text: str, glossary: Names) -> frozenset[str]:
    """Return the vendors of published terms that the glossary does not know but the text names."""
    vendors = {one.vendor for one in rulebook.documents.values() if one.vendor}
    unknown = (vendor for vendor in vendors if not glossary.vendors_in(vendor))
    return frozenset(glossary.vendor(vendor) for vendor in unknown if _names(text, vendor))


def _names(text: str, name: str) -> bool:
    """Tell whether the text contains the name as whole words, in any case."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None


def _in_force(rulebook: Rulebook, day: date) -> Iterator[Document]:
    """Yield the documents that have taken effect by the end of the day, and have not expired."""
    for document in rulebook.documents.values():
        begun = document.effective is None or document.effective <= day
        if begun and not document.expired(day):
            yield document


def _is_ours(document: Document) -> bool:
    """Tell whether the document is internal: a guideline, or terms that name nobody's product."""
    return document.kind is Kind.GUIDELINE or document.vendor is None


def _is_for(document: Document, situation: _Situation) -> bool:
    """Tell whether the document is internal, and for the people of an entity this is about."""
    if not _is_ours(document):
        return False
    if document.entity is None or not situation.entities:
        return True
    return document.entity.casefold() in situation.entities


def _reason(internal: Mapping[str, int], terms: Mapping[str, int], rulebook: Rulebook) -> str:
    """Say in one sentence what binds."""
    parts = [f"{len(internal)} internal guidelines"] if internal else []
    parts += [rulebook.documents[name].title for name in sorted(terms, key=lambda one: terms[one])]
    return f"Bound by {', '.join(parts)}." if parts else "No document in force binds this question."


# ------------------------------------------------------------------ vendors' documents


def _vendors(rulebook: Rulebook, situation: _Situation, glossary: Names) -> _Vendors:
    """Return the vendors' documents and agreements as the situation finds them."""
    in_force = _in_force(rulebook, situation.day)
    return _Vendors(
        rulebook=rulebook,
        situation=situation,
        glossary=glossary,
        in_force=tuple(one for one in in_force if not _is_ours(one)),
        recorded=tuple(one for one in rulebook.agreements if _holds(one, situation, glossary)),
    )


def _holds(agreement: Agreement, situation: _Situation, glossary: Names) -> bool:
    """Tell whether the agreement is with a vendor meant, for its channel, entity and day."""
    return (
        glossary.vendor(agreement.vendor) in situation.vendors
        and (agreement.since is None or agreement.since <= situation.day)
        and _meets(agreement.channel, situation.channels)
        and _meets(agreement.entity, situation.entities)
    )


def _meets(recorded: str | None, said: frozenset[str]) -> bool:
    """Tell whether what an agreement is limited to was said, or left open on either side."""
    return recorded is None or not said or recorded.casefold() in said


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vendors:
    """The vendors' documents in force, and the agreements that hold in the situation."""

    rulebook: Rulebook
    situation: _Situation
    glossary: Names
    in_force: tuple[Document, ...]
    recorded: tuple[Agreement, ...]

    # ------------------------------------------------------------ which vote

    def voting(self) -> dict[str, int]:
        """Return the documents that vote, each with its rank."""
        order = self._order()
        return {
            one.id: order.get(one.id, 0)
            for one in self.in_force
            if one.id in order or one.id in self.situation.pointed_at or self._stands_open(one)
        }

    def told_apart(self) -> frozenset[str]:
        """Return the channels by which it is decided which of the documents vote."""
        signed = (one.channel.casefold() for one in self.recorded if one.channel is not None)
        anyhow = self._order().keys() | self.situation.pointed_at
        public = (one for one in self.in_force if one.id not in anyhow and self._stands_open(one))
        return frozenset(signed).union(*(one.plans for one in public))

    def _order(self) -> dict[str, int]:
        """Return each recorded document's place in its agreement, the strongest one."""
        order: dict[str, int] = {}
        for agreement in self.recorded:
            for place, document_id in enumerate(agreement.documents):
                order[document_id] = min(place, order.get(document_id, place))
        return order

    def _stands_open(self, document: Document) -> bool:
        """Tell whether the document binds whoever uses the product so, nothing being signed.

        A negotiated contract that an agreement keeps for another channel, entity or day does not,
        nor does a document for other plans than those named.
        """
        vendor = self._vendor(document)
        if vendor not in self.situation.vendors or vendor in self._governed():
            return False
        if not self._is_for_plan(document):
            return False
        return document.kind is Kind.TERMS or not self._is_kept_elsewhere(document)

    def _is_for_plan(self, document: Document) -> bool:
        """Tell whether the document is for a plan that is named, or the plan is open on a side.

        Where several vendors are meant, a plan that none of this one's documents is for may be
        another's: then its documents are not silenced. A cloud is nobody else's.
        """
        named = self.situation.channels
        if not document.plans or not named or document.plans & named:
            return True
        through_cloud = any(self.glossary.vendors_in(channel) for channel in named)
        perhaps_anothers = len(self.situation.vendors) > 1 and not through_cloud
        return perhaps_anothers and not self._plans_of(document) & named

    def _plans_of(self, document: Document) -> frozenset[str]:
        """Return the plans for which the document's vendor has documents."""
        vendor = self._vendor(document)
        theirs = (one for one in self.in_force if self._vendor(one) == vendor)
        return frozenset[str]().union(*(one.plans for one in theirs))

    def _is_kept_elsewhere(self, document: Document) -> bool:
        """Tell whether an agreement lists the document, though none that holds here."""
        listed = any(document.id in one.documents for one in self.rulebook.agreements)
        return listed and document.id not in self._order()

    def _governed(self) -> frozenset[str]:
        """Return the vendors with whom something is signed that holds here."""
        return frozenset(self.glossary.vendor(one.vendor) for one in self.recorded)

    def _vendor(self, document: Document) -> str:
        return self.glossary.vendor(document.vendor or "")

    # ------------------------------------------------------------ what is missing

    def missing(self) -> Iterator[str]:
        """Yield the governing documents that are known of and not published, by id or by name."""
        yield from self._unpublished()
        yield from self._unknown()
        yield from self._for_this_plan()

    def _unpublished(self) -> Iterable[str]:
        """Return what an agreement knows to govern and this edition does not have."""
        governing = (name for one in self.recorded for name in (*one.documents, *one.missing))
        held = self.rulebook.documents
        return dict.fromkeys(name for name in governing if name not in held)

    def _unknown(self) -> Iterator[str]:
        """Yield "the terms of …" for every vendor meant of which nothing is published at all.

        A name that our own guidelines bear in their title or entity is us, not a vendor of ours.
        """
        if self.situation.pointed_at:
            return
        book = self.rulebook
        held = {self._vendor(one) for one in book.documents.values() if one.vendor}
        recorded = {self.glossary.vendor(one.vendor) for one in book.agreements}
        absent = self.situation.vendors - held - recorded
        if absent:
            absent -= self.glossary.vendors_in(_own_names(book))
        for vendor in sorted(absent):
            yield f"the terms of {self.glossary.title(vendor)}"

    def _for_this_plan(self) -> Iterator[str]:
        """Yield "the terms of … for this plan" for every vendor meant whose terms are for others.

        None through a cloud: what is reached so is governed by the cloud's terms.
        """
        if any(self.glossary.vendors_in(channel) for channel in self.situation.channels):
            return
        voting = self.voting()
        heard = {self._vendor(one) for one in self.in_force if one.id in voting}
        limited = {self._vendor(one) for one in self.in_force if one.plans}
        for vendor in sorted((limited & self.situation.vendors) - heard - self._governed()):
            yield f"the terms of {self.glossary.title(vendor)} for this plan"


def _own_names(rulebook: Rulebook) -> str:
    """Return what our guidelines call themselves, one to a line."""
    ours = (one for one in rulebook.documents.values() if _is_ours(one))
    return "\n".join(f"the {one.title} {one.entity or ''}" for one in ours)
