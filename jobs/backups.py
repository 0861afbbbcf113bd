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

GAP = 10_000
"""How many numbers are left out after a restore: more than were given since the copy was made."""

_NUMBERS = sa.table("sqlite_sequence", sa.column("name"), sa.column("seq"))

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
    """Let numbers go on far behind the highest that was carried over.

    Those next to it were given to others after the copy was made: to cases whose cards still stand
    in a channel, to deliveries whose answers do.
    """
    go_on = _sequences_go_on if sink.dialect.name == "postgresql" else _rows_go_on
    for table in _tables():
        column = table.autoincrement_column
        if column is not None:
            highest = sink.scalar(sa.select(sa.func.max(column))) or 0
            go_on(sink, table.name, column.name, highest + GAP)


def _sequences_go_on(sink: Connection, table: str, column: str, number: int) -> None:
    sequence = sink.scalar(sa.select(sa.func.pg_get_serial_sequence(table, column)))
    if sequence is not None:
        sink.execute(sa.select(sa.func.setval(sequence, number)))


def _rows_go_on(sink: Connection, table: str, _column: str, number: int) -> None:
    # Where SQLite keeps the numbers of tables that are declared AUTOINCREMENT.
    sink.execute(_NUMBERS.delete().where(_NUMBERS.c.name == table))
    sink.execute(_NUMBERS.insert(), {"name": table, "seq": number})


def _refuse_what_is_there(path: Path) -> None:
    if path.exists():
        mend = "Name a file that is not there yet"
        raise StoreRefused(Problem(place=str(path), what="there is a file already", mend=mend))


def _refuse_a_full_one(sink: Connection, place: str) -> None:
    if any(sink.scalar(sa.select(sa.exists().select_from(each))) for each in _tables()):
        what, mend = "these records are not empty", "Restore into a new database, then switch to it"
        raise StoreRefused(Problem(place=place, what=what, mend=mend))
