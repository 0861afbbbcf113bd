"""The records: one code path to SQLite and PostgreSQL.

Tables stand beside the behaviour that owns them and share `metadata`. A write transaction takes its
lock when it begins (SQLite: BEGIN IMMEDIATE; a deferred BEGIN that writes later fails under load
however long the busy timeout). A read transaction sees one state of the records throughout and
cannot write. What a person can mend (locked, full, unwritable, newer, unreachable) is StoreRefused.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql as postgres_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import URL, Connection, Dialect, Engine, Row, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.types import TypeDecorator

from knowledge.errors import Problem, StoreRefused

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0008"
"""The revision of the schema this code writes; the last file in migrations/versions."""

PATIENCE = 10.0
"""Seconds to wait for another writer before saying that the records are locked."""

Record = Row[*tuple[Any, ...]]
"""A row of any query."""

Transaction = Connection
"""What `begin` and `read` give, for those who pass it on and speak no SQL themselves."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_104_201  # any number, as long as every process takes the same one

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment, timezone-aware and UTC on both databases; naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; SQLite keeps no zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Json(TypeDecorator[object]):
    """Data as JSON text in ASCII: the same on both databases, NUL characters included."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: object, _dialect: Dialect) -> str | None:
        """Return the value as JSON."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> object:
        """Return what the JSON says."""
        return None if value is None else json.loads(value)


def insert_into(tx: Connection, table: sa.Table) -> sqlite_dialect.Insert | postgres_dialect.Insert:
    """Return an insert that can say what happens where the row is there already."""
    if tx.dialect.name == "postgresql":
        return postgres_dialect.insert(table)
    return sqlite_dialect.insert(table)


def file_url(path: Path) -> str:
    """Return the address of a SQLite file, whatever characters its path holds."""
    return URL.create("sqlite", database=str(path)).render_as_string()


class Database:
    """An open store whose schema is the one this code knows."""

    def __init__(self, engine: Engine, place: str) -> None:
        """Hold an engine; `Database.open` is the way in."""
        self.engine = engine
        self.place = place

    @classmethod
    def open(cls, url: str, *, create: bool = True, patience: float = PATIENCE) -> Self:
        """Open the store at a `sqlite:///` or `postgresql://` address and bring it up to date.

        With `create` false a store that does not exist yet is refused. `patience` is in seconds.
        Safe in several processes at once. Raises StoreRefused.
        """
        address = _address(url)
        place = address.database if _is_sqlite(address) else address.render_as_string()
        database = cls(_engine(address, patience), place or url)
        try:
            if _is_sqlite(address):
                _make_room(Path(database.place), create=create)
            database._bring_up_to_date(create=create, patience=patience)
        except BaseException:
            database.close()
            raise
        return database

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the store is one file on this machine."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A write transaction: committed at the end of the block, undone by any exception."""
        with _mendable(self.place), self.engine.connect() as connection:
            writing = connection.execution_options(mayi_writes=True)
            with writing.begin():
                yield writing

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read transaction: one state of the records, and no writing."""
        with _mendable(self.place), self.engine.connect() as connection:
            reading = connection.execution_options(mayi_writes=False, **self._reading)
            with reading.begin():
                yield reading

    @property
    def _reading(self) -> dict[str, Any]:
        if self.is_sqlite:
            return {}
        return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    def empty_log(self) -> None:
        """Take what was erased out of SQLite's write-ahead log too, while nobody is writing.

        PostgreSQL's own log is the server's to keep and to recycle.
        """
        if not self.is_sqlite:
            return
        with _mendable(self.place):
            connection = self.engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            finally:
                connection.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _bring_up_to_date(self, *, create: bool, patience: float) -> None:
        with _mendable(self.place):
            if self._is_current():
                return
            if not create and self._revision() is None:
                raise _nothing_there(self.place)
            if self.is_sqlite:
                self._upgrade_file(patience)
            else:
                self._upgrade_server()

    def _is_current(self) -> bool:
        revision = self._revision()
        if revision is not None and not _is_known(revision):
            raise _newer(self.place, revision)
        return revision == HEAD and (not self.is_sqlite or self._journals_ahead())

    def _revision(self) -> str | None:
        with self.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            found = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)

    def _journals_ahead(self) -> bool:
        with self.engine.connect() as connection:
            return bool(connection.scalar(sa.text("PRAGMA journal_mode")) == "wal")

    def _upgrade_file(self, patience: float) -> None:
        from filelock import FileLock, Timeout  # 70 ms to import, and seldom needed

        try:
            with FileLock(f"{self.place}.lock", timeout=patience):
                _write_ahead(Path(self.place), patience)
                if not self._is_current():
                    self._upgrade()
        except Timeout as timeout:
            raise _locked(self.place) from timeout
        except OSError as error:
            raise _unwritable(self.place) from error

    def _upgrade_server(self) -> None:
        with self.engine.connect() as guard, guard.begin():
            guard.execute(sa.text("SET LOCAL lock_timeout = 0"))
            guard.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            if not self._is_current():
                self._upgrade()

    def _upgrade(self) -> None:
        from alembic import command  # more than a second, and needed once a release

        with self.engine.connect() as connection:
            writing = connection.execution_options(mayi_writes=True)
            with writing.begin():
                command.upgrade(migrations(writing), "head")


def migrations(connection: Connection) -> Config:
    """Return the Alembic configuration of this package's migrations over a connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_known(revision: str) -> bool:
    return len(revision) == len(HEAD) and revision.isdigit() and revision <= HEAD


# ---------------------------------------------------------------- addresses and engines


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError) as error:  # a port that is no number
        raise _no_address() from error
    if address.drivername in {"postgres", "postgresql"}:
        return address.set(drivername="postgresql+psycopg")
    if address.drivername == "postgresql+psycopg" or (_is_sqlite(address) and address.database):
        return address
    raise _no_address()


def _is_sqlite(address: URL) -> bool:
    return address.drivername == "sqlite"


def _make_room(path: Path, *, create: bool) -> None:
    try:
        if path.exists():
            return
        if not create:
            raise _nothing_there(str(path))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise _unwritable(str(path.parent)) from error


def _engine(address: URL, patience: float) -> Engine:
    """Return an engine whose errors and logs hold no parameters: questions are among them."""
    if _is_sqlite(address):
        engine = sa.create_engine(address, connect_args={"timeout": patience}, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    wait = f"-c lock_timeout={int(patience * 1000)}"
    given = address.query.get("options", "")
    options = " ".join([given] if isinstance(given, str) else given)
    arguments = {"connect_timeout": max(2, int(patience)), "options": f"{options} {wait}".strip()}
    plain = address.difference_update_query(["options"])
    return sa.create_engine(plain, connect_args=arguments, pool_pre_ping=True, hide_parameters=True)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("mayi_writes", False)
    connection.exec_driver_sql(f"PRAGMA query_only={0 if writes else 1}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")


def _write_ahead(path: Path, patience: float) -> None:
    """Turn the write-ahead log on; the file remembers it. Not waited for by the busy timeout."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=patience)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


# ---------------------------------------------------------------- what a person can mend


@contextmanager
def _mendable(place: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        refusal = _refusal(place, error.orig)
        if refusal is None:
            raise
        raise refusal from error
    except sqlite3.Error as error:
        refusal = _refusal(place, error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal(place: str, error: BaseException | None) -> StoreRefused | None:
    if isinstance(error, sqlite3.Error):
        return _sqlite_refusal(place, error)
    state = getattr(error, "sqlstate", None)
    if state is None and type(error).__name__ == "OperationalError":
        return _unreachable(place)
    return _server_refusal(place, str(state or ""))


def _sqlite_refusal(place: str, error: sqlite3.Error) -> StoreRefused | None:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return _locked(place)
    if code in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}:
        return _unwritable(place)
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return _full(place)
    if code in {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}:
        return _damaged(place)
    return None


def _server_refusal(place: str, state: str) -> StoreRefused | None:
    if state == "55P03":
        return _locked(place)
    if state == "25006" or state.startswith("42501"):
        return _unwritable(place)
    if state.startswith("53"):
        return _full(place)
    if state[:2] in {"08", "28", "3D", "57"}:
        return _unreachable(place)
    return None


def _refuse(place: str, what: str, mend: str) -> StoreRefused:
    return StoreRefused(Problem(place=place, what=what, mend=mend))


def _no_address() -> StoreRefused:
    mend = "Give an address such as sqlite:////var/lib/mayi/mayi.db or postgresql://user@host/mayi"
    return _refuse("database", "the address names no SQLite file and no PostgreSQL server", mend)


def _nothing_there(place: str) -> StoreRefused:
    return _refuse(place, "there are no records here yet", "Run `mayi publish FOLDER` first")


def _newer(place: str, revision: str) -> StoreRefused:
    what = f"the records were written by a newer version (schema {revision}, this one knows {HEAD})"
    return _refuse(place, what, "Install the newer version again, or restore a backup")


def _locked(place: str) -> StoreRefused:
    what = "another process is writing to the records and has not finished"
    return _refuse(place, what, "Try again in a moment; if it stays so, stop the other process")


def _unwritable(place: str) -> StoreRefused:
    what = "the records cannot be opened for writing here"
    return _refuse(place, what, "Give this account the right to write, or set MAYI_DATA elsewhere")


def _full(place: str) -> StoreRefused:
    return _refuse(place, "there is no room left, or the disk fails", "Free some space and retry")


def _damaged(place: str) -> StoreRefused:
    what = "the file is damaged, or is no database"
    return _refuse(place, what, "Move it away and restore a backup")


def _unreachable(place: str) -> StoreRefused:
    what = "the database server does not let us in or cannot be reached"
    return _refuse(place, what, "Check that it runs, and the address, user and password")
