"""Backups: everything in one file, into either database, and nothing said twice afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs import backups, outbox
from jobs.notices import Hint
from jobs.ports import Address
from knowledge import chain
from knowledge.database import Database, file_url, metadata
from knowledge.errors import StoreRefused
from tests.conftest import Server
from tests.retrieval.rules import NOON

LATER = NOON + timedelta(hours=1)


def quietly(_what: str, _done: int, _of: int) -> None:
    """Tell nobody how far it is."""


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty store of the other or the same kind to restore into."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        url = server.ready()
        database = Database.open(url)
        yield database
        database.close()
        server.take_back(url)
    else:
        database = Database.open(file_url(tmp_path / "elsewhere.db"))
        yield database
        database.close()


def fill(database: Database) -> None:
    with database.begin() as tx:
        for number in range(3):
            chain.append(tx, at=NOON, who="ada", what="tested", about={"number": number})
        for key in ("one", "two"):
            outbox.plan(tx, Hint(name="usage"), Address(channel="C1"), key=key, now=NOON)


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as tx:
        return {
            table.name: [tuple(row) for row in tx.execute(sa.select(table))]
            for table in metadata.sorted_tables
            if not table.name.startswith("outbox")
        }


def test_what_is_restored_is_what_was_backed_up(
    database: Database, elsewhere: Database, tmp_path: Path
):
    fill(database)

    written = backups.backup(database, tmp_path / "backup.db", quietly)
    read = backups.restore(tmp_path / "backup.db", elsewhere, now=LATER, progress=quietly)

    assert written == read
    assert rows(elsewhere) == rows(database)
    with elsewhere.read() as tx:
        assert chain.broken_at(tx) is None


def test_a_restored_store_goes_on_counting_where_the_old_one_stopped(
    database: Database, elsewhere: Database, tmp_path: Path
):
    fill(database)
    backups.backup(database, tmp_path / "backup.db", quietly)
    backups.restore(tmp_path / "backup.db", elsewhere, now=LATER, progress=quietly)

    with elsewhere.begin() as tx:
        assert outbox.plan(tx, Hint(name="usage"), Address(channel="C1"), key="three", now=LATER)
        numbers = tx.scalars(sa.select(outbox.outbox.c.id).order_by(outbox.outbox.c.id)).all()

    assert len(set(numbers)) == 3
    assert numbers == sorted(numbers)
    assert numbers[-1] - numbers[-2] > backups.GAP  # those between were given to others since


def test_what_waited_is_looked_for_before_it_is_sent_again(
    database: Database, elsewhere: Database, tmp_path: Path
):
    fill(database)
    backups.backup(database, tmp_path / "backup.db", quietly)
    backups.restore(tmp_path / "backup.db", elsewhere, now=LATER, progress=quietly)

    with elsewhere.read() as tx:
        states = {each.state for each in outbox.unsent(tx)}

    assert states == {outbox.State.UNSURE}


def test_a_backup_overwrites_nothing(database: Database, tmp_path: Path):
    (tmp_path / "backup.db").write_text("mine")

    with pytest.raises(StoreRefused, match="there is a file already"):
        backups.backup(database, tmp_path / "backup.db", quietly)
    assert (tmp_path / "backup.db").read_text() == "mine"


def test_a_backup_is_not_restored_over_records(
    database: Database, elsewhere: Database, tmp_path: Path
):
    fill(database)
    fill(elsewhere)
    before = rows(elsewhere)
    backups.backup(database, tmp_path / "backup.db", quietly)

    with pytest.raises(StoreRefused, match="not empty"):
        backups.restore(tmp_path / "backup.db", elsewhere, now=LATER, progress=quietly)
    assert rows(elsewhere) == before


def test_what_is_no_backup_is_refused(database: Database, tmp_path: Path):
    (tmp_path / "letter.db").write_text("Dear Ada, " * 500)

    with pytest.raises(StoreRefused):
        backups.restore(tmp_path / "letter.db", database, now=LATER, progress=quietly)
    with pytest.raises(StoreRefused, match="no records here"):
        backups.restore(tmp_path / "nothing.db", database, now=LATER, progress=quietly)
