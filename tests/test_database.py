"""The store: opening, migrating, locking, and what it refuses."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import jobs
import knowledge
from knowledge import chain
from knowledge.database import HEAD, Database, file_url, metadata, migrations
from knowledge.errors import StoreRefused

NOBODY = 65534
NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)


def note(tx: sa.Connection, who: str = "ada") -> None:
    chain.append(tx, at=NOW, who=who, what="tested", about={})


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *arguments], stderr=subprocess.PIPE, text=True
    )


# ---------------------------------------------------------------- schema


def test_the_migrations_make_exactly_the_tables_the_code_declares(database: Database):
    for package in (knowledge, jobs):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_the_code_knows_the_last_migration(database: Database):
    with database.engine.connect() as connection:
        scripts = ScriptDirectory.from_config(migrations(connection))

    assert scripts.get_heads() == [HEAD]


def test_a_store_of_the_first_release_is_brought_up_to_date_with_its_rows(empty_url: str):
    address = sa.make_url(empty_url)
    if address.drivername == "sqlite":
        Path(str(address.database)).parent.mkdir()
    else:
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        command.upgrade(migrations(connection), "0001")
        note(connection)
    engine.dispose()

    database = Database.open(empty_url, create=False)

    with database.read() as tx:
        assert tx.scalar(sa.text("SELECT version_num FROM alembic_version")) == HEAD
        assert [entry.who for entry in chain.entries(tx)] == ["ada"]
    database.close()


def test_a_migration_that_fails_half_way_leaves_nothing(empty_url: str):
    def fail(connection, cursor, statement, parameters, context, executemany):
        if "CREATE TABLE answers" in statement:
            raise RuntimeError("half way")

    sa.event.listen(sa.Engine, "before_cursor_execute", fail)
    try:
        with pytest.raises(RuntimeError, match="half way"):
            Database.open(empty_url)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", fail)

    with pytest.raises(StoreRefused, match="no records here yet"):
        Database.open(empty_url, create=False)
    Database.open(empty_url).close()


def test_several_openings_at_once_migrate_once(empty_url: str):
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: Database.open(empty_url), range(6)))

    for each in opened:
        with each.begin() as tx:
            note(tx)
    with opened[0].read() as tx:
        assert len(chain.entries(tx)) == 6
    for each in opened:
        each.close()


def test_two_processes_may_open_a_new_store_at_once(empty_url: str):
    code = "import sys; from knowledge.database import Database as D; D.open(sys.argv[1]).close()"

    processes = [python(code, empty_url) for _ in range(2)]
    complaints = [each.communicate()[1] for each in processes]

    assert [each.returncode for each in processes] == [0, 0], complaints


def test_opening_a_current_store_imports_nothing_slow(database_url: str):
    code = """
import sys
from knowledge.database import Database
Database.open(sys.argv[1], create=False).close()
slow = {"alembic", "filelock", "chromadb", "numpy", "pydantic"} & set(sys.modules)
sys.exit(f"imported {slow}" if slow else 0)
"""
    process = python(code, database_url)
    complaint = process.communicate()[1]

    assert process.returncode == 0, complaint


# ---------------------------------------------------------------- transactions


def test_a_write_that_raises_leaves_nothing(database: Database):
    def write() -> None:
        with database.begin() as tx:
            note(tx)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write()

    with database.read() as tx:
        assert chain.entries(tx) == ()


def test_a_read_cannot_write(database: Database):
    with pytest.raises((StoreRefused, sa.exc.DBAPIError)), database.read() as tx:
        note(tx)

    with database.begin() as tx:
        note(tx)


def test_a_read_sees_one_state_while_others_write(database: Database):
    with database.read() as tx:
        before = chain.entries(tx)
        with database.begin() as other:
            note(other)
        assert chain.entries(tx) == before

    with database.read() as tx:
        assert len(chain.entries(tx)) == 1


def test_many_writers_wait_for_each_other(database: Database):
    def write(number: int) -> None:
        with database.begin() as tx:
            note(tx, who=f"person {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    with database.read() as tx:
        assert [entry.number for entry in chain.entries(tx)] == list(range(1, 41))
        assert chain.broken_at(tx) is None


def test_instants_come_back_in_utc(database: Database):
    zone = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=zone)

    with database.begin() as tx:
        chain.append(tx, at=at, who="ada", what="tested", about={})
    with database.read() as tx:
        (entry,) = chain.entries(tx)

    assert entry.at == at
    assert entry.at.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(sqlite_database: Database):
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point

    with (
        pytest.raises(sa.exc.StatementError, match="needs a time zone"),
        sqlite_database.begin() as tx,
    ):
        tx.execute(
            chain.audit_chain.insert(),
            {"number": 1, "at": naive, "who": "", "what": "", "about": {}, "hash": ""},
        )


# ---------------------------------------------------------------- refusals


def test_a_newer_schema_is_refused_and_left_alone(database: Database, database_url: str):
    with database.begin() as tx:
        tx.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(StoreRefused, match=r"schema 9999.*Install the newer version") as refused:
        Database.open(database_url)

    assert len(str(refused.value).splitlines()) == 1
    with database.read() as tx:
        assert tx.scalar(sa.text("SELECT version_num FROM alembic_version")) == "9999"


def test_a_store_that_stays_locked_is_refused_in_a_line(database: Database, database_url: str):
    hasty = Database.open(database_url, patience=0.2)

    with database.begin() as tx:
        note(tx)
        with pytest.raises(StoreRefused, match="another process is writing"), hasty.begin() as late:
            note(late)
    with hasty.begin() as later:
        note(later)

    hasty.close()


def test_a_store_locked_while_it_is_made_is_refused_in_a_line(tmp_path: Path):
    from filelock import FileLock

    path = tmp_path / "mayi.db"

    with (
        FileLock(f"{path}.lock"),
        pytest.raises(StoreRefused, match="another process is writing"),
    ):
        Database.open(file_url(path), patience=0.1)


def test_a_copy_that_somebody_reads_meanwhile_is_refused_in_a_line(tmp_path: Path):
    path = tmp_path / "mayi.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TABLE notes (note)")
    other.execute("BEGIN")
    other.execute("SELECT * FROM notes").fetchall()

    with pytest.raises(StoreRefused, match="another process is writing"):
        Database.open(file_url(path), patience=0.1)

    other.close()
    Database.open(file_url(path)).close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_account_that_may_only_read_is_told(database_url: str):
    owner = Database.open(database_url)
    with owner.begin() as tx:
        tx.execute(sa.text("CREATE ROLE reader LOGIN"))
        tx.execute(sa.text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader"))
    reader = Database.open(
        sa.make_url(database_url).set(username="reader").render_as_string(hide_password=False)
    )

    with pytest.raises(StoreRefused, match="cannot be opened for writing"), reader.begin() as tx:
        note(tx)

    with owner.begin() as tx:
        tx.execute(sa.text("DROP OWNED BY reader"))
        tx.execute(sa.text("DROP ROLE reader"))
    reader.close()
    owner.close()


def test_emptying_the_log_loses_nothing(database: Database):
    with database.begin() as tx:
        note(tx)

    database.empty_log()

    with database.read() as tx:
        assert len(chain.entries(tx)) == 1


def test_a_store_that_is_not_there_is_refused_unless_it_may_be_made(empty_url: str):
    with pytest.raises(StoreRefused, match="mayi publish"):
        Database.open(empty_url, create=False)


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("not a directory")

    with pytest.raises(StoreRefused, match="MAYI_DATA"):
        Database.open(file_url(tmp_path / "file" / "below" / "mayi.db"))


@contextmanager
def unprivileged() -> Iterator[None]:
    """Be nobody in particular, where the tests run as root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    yield
    if before == 0:
        os.seteuid(before)


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_directory_without_the_right_to_write_is_refused(mode: int):
    with tempfile.TemporaryDirectory() as above:
        shut = Path(above) / "shut"
        shut.mkdir()
        if os.geteuid() == 0:
            os.chown(above, NOBODY, NOBODY)
            os.chown(shut, NOBODY, NOBODY)
        shut.chmod(mode)

        for path in (shut / "mayi.db", shut / "below" / "mayi.db"):
            with unprivileged(), pytest.raises(StoreRefused, match="MAYI_DATA"):
                Database.open(file_url(path))

        shut.chmod(0o700)


def test_a_file_without_the_right_to_write_is_refused(ready_file: Path):
    with tempfile.TemporaryDirectory() as above:
        path = Path(shutil.copy(ready_file, above))
        path.chmod(0o444)
        Path(above).chmod(0o555)

        def write() -> None:
            database = Database.open(file_url(path))
            with database.begin() as tx:
                note(tx)

        with unprivileged(), pytest.raises(StoreRefused, match="MAYI_DATA"):
            write()

        Path(above).chmod(0o700)


def test_a_directory_in_the_place_of_the_file_is_refused(tmp_path: Path):
    with pytest.raises(StoreRefused, match="cannot be opened for writing"):
        Database.open(file_url(tmp_path))


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "mayi.db"
    path.write_text("these are my notes, not a database " * 100)

    with pytest.raises(StoreRefused, match="damaged, or is no database"):
        Database.open(file_url(path))

    assert path.read_text().startswith("these are my notes")


@pytest.mark.parametrize(
    "url", ["", "mayi.db", "sqlite://", "mysql://root@localhost/mayi", "postgresql:/nowhere:x"]
)
def test_an_address_of_nothing_we_know_is_refused(url: str):
    with pytest.raises(StoreRefused, match="names no SQLite file"):
        Database.open(url)


def test_an_unreachable_server_is_refused_without_its_password():
    with pytest.raises(StoreRefused, match="cannot be reached") as refused:
        Database.open("postgresql://ada:s3cret@127.0.0.1:1/mayi", patience=0.1)

    assert "s3cret" not in str(refused.value)


def test_a_wrong_database_name_is_refused(postgres):
    with pytest.raises(StoreRefused, match="cannot be reached"):
        Database.open(postgres.url("no_such_database"))


def test_a_full_disk_is_refused_in_a_line(sqlite_database: Database):
    with sqlite_database.engine.connect() as connection:
        pages = connection.scalar(sa.text("PRAGMA page_count"))

    def write() -> None:
        with sqlite_database.begin() as tx:
            tx.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            note(tx, who="x" * 1_000_000)

    with pytest.raises(StoreRefused, match="no room left"):
        write()


def test_any_path_makes_an_address(tmp_path: Path):
    path = tmp_path / "50% of us? #1 & more" / "mayi.db"

    Database.open(file_url(path)).close()

    assert path.exists()


def test_a_copy_without_write_ahead_log_gets_one_again(sqlite_database: Database, tmp_path: Path):
    copy = tmp_path / "restored.db"
    original = sqlite3.connect(sqlite_database.place)
    original.execute("VACUUM INTO ?", [str(copy)])
    original.close()

    restored = Database.open(file_url(copy))

    with restored.engine.connect() as connection:
        assert connection.scalar(sa.text("PRAGMA journal_mode")) == "wal"
    restored.close()


def test_a_change_to_an_old_entry_of_the_chain_shows(database: Database):
    with database.begin() as tx:
        for who in ("ada", "eve", "ada"):
            note(tx, who=who)
    with database.begin() as tx:
        tx.execute(
            chain.audit_chain.update().where(chain.audit_chain.c.number == 2).values(who="x")
        )

    with database.read() as tx:
        assert chain.broken_at(tx) == 2


def test_an_entry_missing_from_the_chain_shows(database: Database):
    with database.begin() as tx:
        for who in ("ada", "eve", "ada"):
            note(tx, who=who)
        tx.execute(chain.audit_chain.delete().where(chain.audit_chain.c.number == 2))

    with database.read() as tx:
        assert chain.broken_at(tx) == 2
