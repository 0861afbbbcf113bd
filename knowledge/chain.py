"""Who did what, and when: entries each bound to the one before by its hash.

A later change to any entry, or the loss of one in the middle, shows in `broken_at`. Entries name
people only as actors (who published, approved, erased), never as askers, and hold no question.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.database import Instant, Json, Record, metadata

_CHAIN_LOCK = 7_104_202  # any number, as long as every process takes the same one

FIRST = "0" * 64
"""What the first entry takes for the hash of the one before."""

audit_chain = sa.Table(
    "audit_chain",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("about", Json, nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that was done; `about` holds references, such as an edition's number."""

    number: int
    at: datetime
    who: str
    what: str
    about: Mapping[str, Any]
    hash: str


def append(tx: Connection, *, at: datetime, who: str, what: str, about: Mapping[str, Any]) -> Entry:
    """Add an entry, bound to the last one, and return it."""
    if tx.dialect.name == "postgresql":
        tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    last = tx.execute(sa.select(audit_chain).order_by(audit_chain.c.number.desc()).limit(1)).first()
    number, before = (1, FIRST) if last is None else (last.number + 1, last.hash)
    content = {"number": number, "at": at, "who": who, "what": what, "about": dict(about)}
    row = {**content, "hash": _bound(before, content)}
    return _entry(tx.execute(audit_chain.insert().returning(audit_chain), row).one())


def entries(tx: Connection) -> tuple[Entry, ...]:
    """Return every entry, oldest first."""
    return tuple(
        _entry(row) for row in tx.execute(sa.select(audit_chain).order_by(audit_chain.c.number))
    )


def broken_at(tx: Connection) -> int | None:
    """Return the number of the first entry that does not follow from those before, or None."""
    before = FIRST
    for expected, entry in enumerate(entries(tx), start=1):
        content = {
            "number": entry.number,
            "at": entry.at,
            "who": entry.who,
            "what": entry.what,
            "about": entry.about,
        }
        if entry.number != expected or entry.hash != _bound(before, content):
            return expected
        before = entry.hash
    return None


def _entry(row: Record) -> Entry:
    return Entry(
        number=row.number, at=row.at, who=row.who, what=row.what, about=row.about, hash=row.hash
    )


def _bound(before: str, content: Mapping[str, Any]) -> str:
    at = content["at"].astimezone(UTC).isoformat(timespec="microseconds")
    written = json.dumps([before, {**content, "at": at}], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
