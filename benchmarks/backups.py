"""A backup taken while questions are answered, and restored elsewhere: what is said twice then.

A replica on SQLite answers while the backup is read. It is then stopped for good, and another takes
over from the backup, restored into PostgreSQL, before the same workspace.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import slack
from benchmarks.kills import stores
from benchmarks.table import Figure, Result
from bot.playground.records import Message
from bot.playground.server import serve_workspace
from bot.playground.workspace import Workspace
from jobs import backups
from knowledge.answering import answers
from knowledge.database import Database

ASKED = 200
EVERY = 0.05
"""Seconds from one question to the next."""
SETTLED = 20.0
"""Seconds in which the second replica could say something twice: several of its leases."""


def measure(_material: Path | None) -> Iterator[Result | str]:
    """Yield how many answers differ after the restore, and how many are given twice."""
    with (
        tempfile.TemporaryDirectory(prefix="mayi-bench-") as folder,
        stores("both") as made,
        serve_workspace(seed=slack.SEED) as workspace,
    ):
        copy = Path(folder) / "backup.db"
        first, second = made["SQLite"], made["PostgreSQL"]
        asked = _under_load(workspace, first, copy)
        before = _answers(first)
        kept = _restored(copy, second)
        with slack.replicas(slack.site_of(second, workspace), 1):
            time.sleep(SETTLED)
        replies = [len(slack.replies_to(workspace, each)) for each in asked]
    yield f"backups: {ASKED} questions, {len(kept)} answered when the backup was read"
    yield _count("answers that are others after the restore", _differing(before, kept))
    yield _count("questions without an answer", sum(count == 0 for count in replies))
    yield _count("questions answered twice after the restore", sum(count > 1 for count in replies))


def _under_load(workspace: Workspace, url: str, copy: Path) -> list[Message]:
    """Ask, and read the backup half-way; return what was asked once all is answered."""
    slack.publish(url)
    asked: list[Message] = []
    with slack.replicas(slack.site_of(url, workspace), 1):
        for number in range(ASKED):
            asked.append(slack.ask(workspace, number))
            if number == ASKED // 2:
                reading = threading.Thread(target=_back_up, args=(url, copy))
                reading.start()
            time.sleep(EVERY)
        reading.join()
        slack.until(lambda: all(slack.replies_to(workspace, each) for each in asked))
    return asked


def _back_up(url: str, copy: Path) -> None:
    database = Database.open(url)
    backups.backup(database, copy, _quietly)
    database.close()


def _restored(copy: Path, url: str) -> dict[str, object]:
    """Restore the backup and return the answers in it."""
    database = Database.open(url)
    backups.restore(copy, database, now=datetime.now(UTC), progress=_quietly)
    database.close()
    return _answers(url)


def _answers(url: str) -> dict[str, object]:
    database = Database.open(url)
    with database.read() as tx:
        kept = {each["id"]: each for each in answers.export(tx)}
    database.close()
    return kept


def _differing(before: dict[str, object], kept: dict[str, object]) -> int:
    return sum(before.get(name) != each for name, each in kept.items())


def _quietly(_what: str, _done: int, _of: int) -> None:
    """Tell nobody how far it is."""


def _count(name: str, value: int) -> Figure:
    return Figure(name=name, value=value, style="count", must=0, at_most=True)
