"""A publication in a process that is killed (SIGKILL) at a chosen point, and what must hold then.

The points are counted, not timed: every step a publication announces, every statement it sends, and
every moment just before and just after a commit. The same seed kills at the same point.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from knowledge import chain
from knowledge.database import Database
from knowledge.library import editions
from knowledge.library.sources.folder import Source
from knowledge.publishing import publication
from knowledge.publishing.publication import Published, Rules
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.library import NOON, VERSION, document, read

SIMPLE = Rules(version=VERSION, read=read)


def texts(state: int) -> dict[str, str]:
    """Return a folder that differs from one state to the next in every document but one."""
    return {
        "same": "# Same\n\nYou may always do this.",
        **{
            name: "\n\n".join(f"# Rule {n}\n\nYou may do {n * state}." for n in range(8))
            for name in ("a", "b")
        },
    }


def publish(database: Database, state: int, **how: object) -> Published:
    """Publish the folder of that state."""
    source = Source(documents=tuple(document(*each) for each in texts(state).items()))
    given = {"by": "ada", "now": NOON, "rules": SIMPLE, "embedder": FakeEmbedder(), **how}
    return publication.publish(database, source, **given)  # type: ignore[arg-type]


@dataclass
class Countdown:
    """Counts the points passed; kills the process at the last one."""

    left: int
    passed: int = 0

    def point(self, *_: object) -> None:
        self.passed += 1
        if self.passed == self.left:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, database: Database) -> None:
        """Make every statement and both sides of every commit a point."""
        for name in ("before_cursor_execute", "commit", "checkin"):
            target = database.engine.pool if name == "checkin" else database.engine
            sa.event.listen(target, name, self.point)


def points(url: str, state: int) -> int:
    """Publish that state unharmed and return how many points it passed."""
    countdown = Countdown(0)
    _publish(url, state, countdown)
    return countdown.passed


def _publish(url: str, state: int, countdown: Countdown) -> None:
    database = Database.open(url)
    countdown.watch(database)
    publish(database, state, progress=countdown.point)
    countdown.point()
    database.close()


def publish_and_die(url: str, state: int, point: int) -> bool:
    """Publish in another process; tell whether it was killed, rather than done before the point."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_publish, args=(url, state, Countdown(point)))
    process.start()
    process.join(60)
    if process.exitcode not in {0, -signal.SIGKILL}:
        raise AssertionError(f"the publication ended with {process.exitcode}")
    return process.exitcode != 0


def wrongs(url: str, states: dict[int, int]) -> list[str]:
    """Return what is not as it must be; `states` has the state each edition may have, by number."""
    database = Database.open(url)
    try:
        with database.read() as tx:
            return list(_wrongs(tx, states))
    finally:
        database.close()


def latest(url: str) -> int:
    """Return the number of the latest edition."""
    database = Database.open(url)
    try:
        with database.read() as tx:
            found = editions.latest(tx)
            return found.number if found else 0
    finally:
        database.close()


def _wrongs(tx: sa.Connection, states: dict[int, int]) -> Iterator[str]:
    for edition in editions.all_editions(tx):
        book = editions.load(tx, edition.number)
        if {each.id: each.text for each in book.documents.values()} != texts(
            states[edition.number]
        ):
            yield f"edition {edition.number} has other words than were published"
        expected = [p for each in book.documents.values() for p in read(each).passages]
        if list(book.passages) != expected:
            yield f"edition {edition.number} has other passages than its words"
    used = set(tx.scalars(sa.select(editions.edition_documents.c.reading)))
    if set(tx.scalars(sa.select(editions.readings.c.key))) - used:
        yield "a reading belongs to no edition"
    if chain.broken_at(tx) is not None:
        yield "the audit chain is broken"
    noted = [each.about["edition"] for each in chain.entries(tx) if each.what == "published"]
    if noted != [each.number for each in editions.all_editions(tx)]:
        yield "the audit chain has other editions than there are"
