"""Publications that need a second person: proposed, then approved or withdrawn.

A proposal keeps the whole folder as data, so what is approved is what was proposed, whatever has
happened to the files. It stands on the edition that was the latest then; once another is published
it is stale and must be proposed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge import chain
from knowledge.database import Database, Instant, Json, Record, metadata
from knowledge.errors import Problem, PublicationRefused
from knowledge.library import editions
from knowledge.library.diffing import Change, DocumentChange
from knowledge.library.sources.folder import Source
from knowledge.models import Edition
from knowledge.publishing import publication
from knowledge.publishing.publication import Published, Request, Tools

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("state", sa.Text, nullable=False, index=True),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("base", sa.ForeignKey(editions.editions.c.number)),
    sa.Column("effective_at", Instant),
    sa.Column("allow_removals", sa.Boolean, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("content_hash", sa.String(64), nullable=False),
    sa.Column("source", Json, nullable=False),
    sa.Column("decided_at", Instant),
    sa.Column("decided_by", sa.Text),
    sa.Column("edition", sa.ForeignKey(editions.editions.c.number)),
)


class State(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Somebody's wish to publish. `base` is the number of the edition it was compared with.

    `effective_at` None is at once when approved. `edition` is what it became.
    """

    id: int
    state: State
    proposed_at: datetime
    proposed_by: str
    base: int | None
    effective_at: datetime | None
    note: str
    decided_at: datetime | None = None
    decided_by: str | None = None
    edition: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """What came of proposing. There is no proposal where the latest edition says it all."""

    proposal: Proposal | None
    changes: tuple[Change, ...] = ()
    documents: tuple[DocumentChange, ...] = ()
    warnings: tuple[str, ...] = ()


def propose(
    database: Database,
    source: Source,
    *,
    by: str,
    now: datetime,
    effective: datetime | None = None,
    allow_removals: bool = False,
    note: str = "",
    tools: Tools | None = None,
) -> Proposed:
    """Keep the folder for another person to approve; the present edition goes on answering.

    Raises PublicationRefused as a publication would, or where the same is proposed already.
    """
    request = Request(
        source=source,
        by=by,
        now=now,
        effective=effective,
        allow_removals=allow_removals,
        note=note,
    )
    prepared = publication.prepare(database, request, tools or Tools())
    warnings = tuple(source.warnings)
    if prepared.unchanged:
        return Proposed(proposal=None, warnings=warnings)
    with database.begin() as tx:
        proposal = _keep(tx, prepared)
    return Proposed(
        proposal=proposal,
        changes=prepared.changes,
        documents=prepared.documents,
        warnings=warnings,
    )


def approve(
    database: Database, proposal_id: int, *, by: str, now: datetime, tools: Tools | None = None
) -> Published:
    """Publish what was proposed, as the second person.

    Raises PublicationRefused where the proposal is the person's own, not open, or stale.
    """
    publication.check_name(by)
    with database.read() as tx:
        proposal = _open_proposal(tx, proposal_id)
        request = _request(tx, proposal, by=by, now=now)
        latest = editions.latest(tx)
    _refuse_own(proposal, by)
    _refuse_stale(proposal, latest)
    using = tools or Tools()
    prepared = publication.prepare(database, request, using)
    return publication.carry_out(
        database, prepared, using, lambda tx, made: _approved(tx, proposal, by, now, made)
    )


def withdraw(tx: Connection, proposal_id: int, *, by: str, now: datetime) -> Proposal:
    """Take a proposal back; whoever may publish may. Raises PublicationRefused if not open."""
    publication.check_name(by)
    proposal = _open_proposal(tx, proposal_id)
    _decide(tx, proposal, State.WITHDRAWN, by=by, now=now, edition=None)
    about = {"proposal": proposal.id}
    chain.append(tx, at=now, who=by, what="withdrew a proposal", about=about)
    return replace(proposal, state=State.WITHDRAWN, decided_at=now, decided_by=by)


def open_proposals(tx: Connection) -> tuple[Proposal, ...]:
    """Return the proposals that wait for a second person, oldest first."""
    query = sa.select(proposals).where(proposals.c.state == State.OPEN.value)
    return tuple(_proposal(row) for row in tx.execute(query.order_by(proposals.c.id)))


def get(tx: Connection, proposal_id: int) -> Proposal | None:
    """Return a proposal, whatever became of it, or None."""
    row = tx.execute(sa.select(proposals).where(proposals.c.id == proposal_id)).first()
    return None if row is None else _proposal(row)


def source(tx: Connection, proposal_id: int) -> Source:
    """Return the folder as it was proposed; raises KeyError where there is no such proposal."""
    data = tx.scalar(sa.select(proposals.c.source).where(proposals.c.id == proposal_id))
    if data is None:
        raise KeyError(proposal_id)
    return source_from(data)


def source_data(source: Source) -> dict[str, Any]:
    """Return a folder as plain data, texts included."""
    return {
        "documents": [
            {"said": editions.document_data(each), "text": each.text, "path": each.path}
            for each in source.documents
        ],
        "agreements": [editions.agreement_data(each) for each in source.agreements],
        "warnings": list(source.warnings),
    }


def source_from(data: Mapping[str, Any]) -> Source:
    """Return the folder that `source_data` described."""
    return Source(
        documents=tuple(
            editions.document_from(each["said"], text=each["text"], path=each["path"])
            for each in data["documents"]
        ),
        agreements=tuple(editions.agreement_from(each) for each in data["agreements"]),
        warnings=tuple(data["warnings"]),
    )


# ---------------------------------------------------------------- rows


def _keep(tx: Connection, prepared: publication.Prepared) -> Proposal:
    _refuse_twice(tx, prepared.content_hash)
    request = prepared.request
    row = {
        "state": State.OPEN.value,
        "proposed_at": request.now,
        "proposed_by": request.by,
        "base": prepared.base and prepared.base.number,
        "effective_at": request.effective,
        "allow_removals": request.allow_removals,
        "note": request.note,
        "content_hash": prepared.content_hash,
        "source": source_data(request.source),
    }
    kept = tx.execute(proposals.insert().returning(proposals), row).one()
    about = {"proposal": kept.id, "content": prepared.content_hash}
    chain.append(tx, at=request.now, who=request.by, what="proposed", about=about)
    return _proposal(kept)


def _proposal(row: Record) -> Proposal:
    return Proposal(
        id=row.id,
        state=State(row.state),
        proposed_at=row.proposed_at,
        proposed_by=row.proposed_by,
        base=row.base,
        effective_at=row.effective_at,
        note=row.note,
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        edition=row.edition,
    )


def _request(tx: Connection, proposal: Proposal, *, by: str, now: datetime) -> Request:
    """Return what was asked for; removals were weighed when it was proposed."""
    return Request(
        source=source(tx, proposal.id),
        by=proposal.proposed_by,
        now=now,
        effective=proposal.effective_at,
        allow_removals=True,
        note=proposal.note,
        approved_by=by,
    )


def _approved(tx: Connection, proposal: Proposal, by: str, now: datetime, made: Edition) -> None:
    _decide(tx, proposal, State.APPROVED, by=by, now=now, edition=made.number)
    about = {"proposal": proposal.id, "edition": made.number}
    chain.append(tx, at=now, who=by, what="approved", about=about)


def _decide(
    tx: Connection,
    proposal: Proposal,
    state: State,
    *,
    by: str,
    now: datetime,
    edition: int | None,
) -> None:
    decided = tx.execute(
        proposals.update()
        .where(proposals.c.id == proposal.id, proposals.c.state == State.OPEN.value)
        .values(state=state.value, decided_at=now, decided_by=by, edition=edition)
    )
    if decided.rowcount != 1:
        raise _refuse(proposal.id, "it was decided meanwhile", "See `mayi editions`")


# ---------------------------------------------------------------- refusals


def _refuse(proposal_id: int, what: str, mend: str) -> PublicationRefused:
    return PublicationRefused(Problem(place=f"proposal {proposal_id}", what=what, mend=mend))


def _open_proposal(tx: Connection, proposal_id: int) -> Proposal:
    found = get(tx, proposal_id)
    if found is None:
        raise _refuse(proposal_id, "there is none of this number", "See `mayi proposals`")
    if found.state is not State.OPEN:
        what = f"it was {found.state} by {found.decided_by}"
        raise _refuse(proposal_id, what, "Propose the folder again if it is still wanted")
    return found


def _refuse_own(proposal: Proposal, by: str) -> None:
    if publication.same_person(proposal.proposed_by, by):
        raise _refuse(proposal.id, f"{by} proposed it", "Let another person approve it")


def _refuse_stale(proposal: Proposal, latest: Edition | None) -> None:
    number = None if latest is None else latest.number
    if number != proposal.base:
        what = f"edition {number} was published after it was proposed"
        raise _refuse(proposal.id, what, "Withdraw it and propose it again")


def _refuse_twice(tx: Connection, content_hash: str) -> None:
    query = sa.select(proposals.c.id).where(
        proposals.c.state == State.OPEN.value, proposals.c.content_hash == content_hash
    )
    there = tx.scalar(query)
    if there is not None:
        raise _refuse(there, "it proposes exactly this already", "Let another person approve it")
