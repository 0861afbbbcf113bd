"""From a ruling that was written to an edition that has it, and out of it again.

An edition is what it was before, and the ruling: the latest edition's own documents are published
again with one more. Where publications need a second person it is proposed like any other. A folder
that is published later holds no rulings; `publication.prepare` keeps those that live.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.engine import Connection

from knowledge.answering.rulings import CaseRuling
from knowledge.database import Database
from knowledge.errors import Problem, PublicationRefused
from knowledge.library import editions
from knowledge.library.sources.folder import Source
from knowledge.models import Document, Edition
from knowledge.publishing import proposals, publication
from knowledge.publishing.proposals import Proposed
from knowledge.publishing.publication import Published, Request, Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class _Latest:
    """What the latest edition holds."""

    edition: Edition | None
    source: Source


def issue(
    database: Database,
    ruling: CaseRuling,
    *,
    by: str,
    now: datetime,
    approvals: int = 1,
    tools: Tools | None = None,
) -> Published | Proposed:
    """Publish the ruling at once, or propose it where two approvals are needed.

    It takes effect now, or with an edition that is published for a later day already. Raises
    PublicationRefused, as where another publication came first.
    """
    note = f"Ruling {ruling.id}: {ruling.draft.title}"
    return _with(database, ruling.document, by, now, approvals, tools, note)


def retire(
    database: Database,
    ruling: CaseRuling,
    *,
    by: str,
    now: datetime,
    today: date,
    approvals: int = 1,
    tools: Tools | None = None,
) -> Published | Proposed:
    """End a ruling of the latest edition before its day: it expires today. Raises as `issue`."""
    with database.read() as tx:
        latest = _latest(tx)
    there = next((d for d in latest.source.documents if d.id == ruling.document_id), None)
    if there is None:
        what = "the latest edition does not have it"
        mend = "Withdraw its proposal, if it is only proposed"
        raise PublicationRefused(Problem(place=f"ruling {ruling.id}", what=what, mend=mend))
    ended = replace(there, expires=today)
    return _with(database, ended, by, now, approvals, tools, f"Ruling {ruling.id} ends")


def _with(
    database: Database,
    document: Document,
    by: str,
    now: datetime,
    approvals: int,
    tools: Tools | None,
    note: str,
) -> Published | Proposed:
    """Make the latest edition's documents, with this one among them, the next edition."""
    with database.read() as tx:
        latest = _latest(tx)
    others = [each for each in latest.source.documents if each.id != document.id]
    source = replace(latest.source, documents=(*others, document))
    effective = _effective(latest.edition, now)
    using = tools or Tools()
    if approvals > 1:
        return proposals.propose(
            database, source, by=by, now=now, effective=effective, note=note, tools=using
        )
    request = Request(source=source, by=by, now=now, effective=effective, note=note)
    return publication.carry_out(database, publication.prepare(database, request, using), using)


def _latest(tx: Connection) -> _Latest:
    edition = editions.latest(tx)
    if edition is None:
        return _Latest(edition=None, source=Source(documents=()))
    documents = (reading.document for reading in editions.edition_readings(tx, edition.number))
    agreements = editions.agreements(tx, edition.number)
    return _Latest(
        edition=edition, source=Source(documents=tuple(documents), agreements=agreements)
    )


def _effective(latest: Edition | None, now: datetime) -> datetime | None:
    """Return when the edition may take effect: not before one that is still to come does.

    What that one says would otherwise hold from today.
    """
    return latest.effective_at if latest is not None and latest.effective_at > now else None
