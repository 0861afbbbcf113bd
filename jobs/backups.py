"""Backups: all records as one SQLite file, taken while everything runs, restored into either store.

A backup is read in one transaction, so it is the records at one instant. What is restored posts
nothing that was posted after it was taken: every message that was then waiting is first looked for
(`jobs.outbox.hold`). The index is not backed up, it is derived.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

import jobs
import knowledge
from jobs.outbox import hold
from knowledge.database import Database, file_url, metadata
from knowledge.errors import Problem, StoreRefused

_ROWS = 500
"""Rows carried at once: a vector has some 1,500 bytes, so a megabyte."""

Progress = Callable[[str, int, int], None]
"""Told how far it is: what is done, how many tables, of how many."""


def backup(database: Database, path: Path, progress: Progress) -> int:
    """Write all records into a new SQLite file and return how many rows that was.

    Raises StoreRefused: the file exists, or cannot be written.
    """
    _refuse_what_is_there(path)
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    target = Database.open(file_url(unfinished))
    try:
        with database.read() as source, target.begin() as sink:
            count = _carry(source, sink, progress)
        target.empty_log()
    finally:
        target.close()
    unfinished.rename(path)
    unfinished.with_name(f"{unfinished.name}.lock").unlink(missing_ok=True)
    return count


def restore(path: Path, database: Database, *, now: datetime, progress: Progress) -> int:
    """Fill an empty store from a backup, all or nothing, and return how many rows that was.

    Raises StoreRefused: no such backup, or the store holds records already.
    """
    source = Database.open(file_url(path), create=False)
    try:
        with source.read() as kept, database.begin() as sink:
            _refuse_a_full_one(sink, database.place)
            count = _carry(kept, sink, progress)
            _count_on(sink)
            hold(sink, now=now)
    finally:
        source.close()
    return count


def _tables() -> Sequence[sa.Table]:
    """Return every table, those that others refer to first.

    A table is known once its module is imported: all are, so that none can be forgotten.
    """
    for package in (knowledge, jobs):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    return metadata.sorted_tables


def _carry(source: Connection, sink: Connection, progress: Progress) -> int:
    tables = _tables()
    count = 0
    for done, table in enumerate(tables, start=1):
        for rows in _batches(source, table):
            sink.execute(table.insert(), rows)
            count += len(rows)
        progress("Copying the records", done, len(tables))
    return count


def _batches(source: Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    query = sa.select(table).order_by(*table.primary_key.columns)
    found = source.execution_options(stream_results=True).execute(query).mappings()
    for rows in found.partitions(_ROWS):
        yield [dict(row) for row in rows]


def _count_on(sink: Connection) -> None:
    """Let PostgreSQL's sequences go on behind the highest number that was carried over."""
    if sink.dialect.name != "postgresql":
        return
    for table in _tables():
        column = table.autoincrement_column
        if column is not None and sink.scalar(_sequence_of(table, column)) is not None:
            highest = sa.select(sa.func.max(column)).scalar_subquery()
            sequence = _sequence_of(table, column).scalar_subquery()
            sink.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1))))


def _sequence_of(table: sa.Table, column: sa.Column[Any]) -> sa.Select[Any]:
    return sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))


def _refuse_what_is_there(path: Path) -> None:
    if path.exists():
        mend = "Name a file that is not there yet"
        raise StoreRefused(Problem(place=str(path), what="there is a file already", mend=mend))


def _refuse_a_full_one(sink: Connection, place: str) -> None:
    if any(sink.scalar(sa.select(sa.exists().select_from(each))) for each in _tables()):
        what, mend = "these records are not empty", "Restore into a new database, then switch to it"
        raise StoreRefused(Problem(place=place, what=what, mend=mend))
