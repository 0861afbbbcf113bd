"""One company for a module: what is said in one thread does not touch another."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.database import Database, file_url
from knowledge.judging.reader import Reader
from tests.flows.company import OPEN, RESTRICTED, Company, company, publish


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory, ready_file: Path) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("acme")
    shutil.copy(ready_file, folder / "mayi.db")
    database = Database.open(file_url(folder / "mayi.db"))
    publish(database, folder / "rules", open=OPEN, restricted=RESTRICTED)
    with company(database, Reader()) as open_company:
        yield open_company
    database.close()
