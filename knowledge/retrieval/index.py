"""The index: a collection per edition, built beside the live one, checked, then switched to.

The records are the truth; an index only makes the search faster. The process that holds the lock
on the directory builds and searches it; any other looks at all recorded vectors, and finds the
same. A collection is live when the records say that it was checked and it stands on this disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Self
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.database import Database, Instant, metadata
from knowledge.errors import Problem, StoreRefused
from knowledge.retrieval import vectors
from knowledge.retrieval.collection import Collection, answers
from knowledge.retrieval.embedders import Floats

if TYPE_CHECKING:
    from filelock import FileLock

collections = sa.Table(
    "collections",
    metadata,
    sa.Column("edition", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("verified_at", Instant, nullable=False),
)

KEPT = 2
"""How many editions stay indexed: the live one, and one that was so or will be."""

Keys = Callable[[int], Sequence[str]]
Clock = Callable[[], datetime]


class Index:
    """The collections of one directory, held by this process alone until it is closed."""

    def __init__(
        self,
        directory: Path,
        lock: FileLock,
        database: Database,
        *,
        model: str,
        keys: Keys,
        clock: Clock,
    ) -> None:
        """Hold a locked directory; `open` is the way in."""
        self._directory = directory
        self._lock = lock
        self._database = database
        self._model = model
        self._keys = keys
        self._clock = clock
        self._live: dict[int, Collection] = {}

    @classmethod
    def open(
        cls, directory: Path, database: Database, *, model: str, keys: Keys, clock: Clock
    ) -> Self | None:
        """Take the directory and what is sound in it; None while another process holds it.

        `keys` returns the keys (knowledge.retrieval.vectors) of an edition's passages. What is
        damaged or belongs to no edition is deleted. Raises StoreRefused where the directory
        cannot be written.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(directory / "lock")
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock.acquire(timeout=0)
        except Timeout:
            return None
        except OSError as error:
            raise _unwritable(directory) from error
        index = cls(directory, lock, database, model=model, keys=keys, clock=clock)
        index._clear()
        return index

    def close(self) -> None:
        """Close the collections and let another process have the directory."""
        for collection in self._live.values():
            collection.close()
        self._live.clear()
        self._lock.release()

    def build(self, number: int) -> None:
        """Build the edition's collection beside the live ones, check it, and switch to it.

        An edition that has a live collection of the same passages keeps it. Raises StoreRefused
        where a passage does not find itself; what was live stays so.
        """
        with self._database.read() as tx:
            matrix = vectors.matrix(tx, self._model, self._keys(number))
            known = recorded(tx, self._model)
        name = content_name(number, self._model, matrix.rows)
        if not matrix.rows or (number in self._live and known.get(number) == name):
            return
        self._switch(number, name, self._checked(name, matrix))

    def nearest(self, edition: int, vector: Floats, count: int) -> Sequence[str] | None:
        """Return the keys of the nearest passages; None where the edition is not indexed here."""
        collection = self._live.get(edition)
        return None if collection is None else collection.nearest(vector, count)

    # ------------------------------------------------------------ what is on the disk

    def _clear(self) -> None:
        """Open what the records call checked and what answers; delete everything else."""
        with self._database.read() as tx:
            known = recorded(tx, self._model)
        kept = {}
        for edition, name in known.items():
            path = self._directory / name
            if path.is_dir() and answers(path):
                kept[edition] = name
        self._delete_all_but(kept)
        self._live = {edition: Collection.open(self._directory / kept[edition]) for edition in kept}

    def _checked(self, name: str, matrix: vectors.Matrix) -> Path:
        """Build a collection in a directory of its own and return it once all is found in it."""
        path = self._directory / f"{name}.{uuid4().hex[:8]}.building"
        collection = Collection.build(path, tuple(matrix.rows), matrix.vectors)
        lost = collection.lost(tuple(matrix.rows), matrix.vectors)
        collection.finish()
        if lost:
            shutil.rmtree(path, ignore_errors=True)
            raise _incomplete(path, len(lost))
        return path

    def _switch(self, number: int, name: str, path: Path) -> None:
        """Make the checked collection the edition's own, by one row; drop what is too old."""
        old = self._live.pop(number, None)
        if old is not None:
            old.close()
        shutil.rmtree(self._directory / name, ignore_errors=True)
        path.rename(self._directory / name)
        with self._database.begin() as tx:
            kept = switch(tx, number, self._model, name, self._clock())
        self._live[number] = Collection.open(self._directory / name)
        self._delete_all_but(kept)

    def _delete_all_but(self, kept: Mapping[int, str]) -> None:
        for edition in [edition for edition in self._live if edition not in kept]:
            self._live.pop(edition).close()
        for path in self._directory.iterdir():
            if path.is_dir() and path.name not in kept.values():
                shutil.rmtree(path, ignore_errors=True)


def recorded(tx: Connection, model: str) -> dict[int, str]:
    """Return the names of the checked collections of a model's vectors, by edition."""
    query = sa.select(collections.c.edition, collections.c.name)
    return {row.edition: row.name for row in tx.execute(query.where(collections.c.model == model))}


def switch(tx: Connection, number: int, model: str, name: str, now: datetime) -> dict[int, str]:
    """Make a checked collection the edition's own; return those that stay, the newest and it."""
    own = (collections.c.edition == number) & (collections.c.model == model)
    tx.execute(sa.delete(collections).where(own))
    tx.execute(
        sa.insert(collections).values(edition=number, model=model, name=name, verified_at=now)
    )
    known = recorded(tx, model)
    kept = {each: known[each] for each in sorted(known, reverse=True)[:KEPT]} | {number: name}
    gone = [each for each in known if each not in kept]
    of_model = collections.c.model == model
    tx.execute(sa.delete(collections).where(collections.c.edition.in_(gone), of_model))
    return kept


def content_name(number: int, model: str, keys: Iterable[str]) -> str:
    """Return a name that tells what is in the collection."""
    content = sha256("\n".join((model, *sorted(keys))).encode()).hexdigest()
    return f"edition-{number}-{content[:16]}"


def _unwritable(directory: Path) -> StoreRefused:
    mend = "Give this account the right to write there, or set MAYI_DATA elsewhere"
    return StoreRefused(
        Problem(place=str(directory), what="the index cannot be written", mend=mend)
    )


def _incomplete(path: Path, lost: int) -> StoreRefused:
    what = f"{lost} passages do not find themselves in the new index"
    mend = "Answers come from the records meanwhile; publish again to build it anew"
    return StoreRefused(Problem(place=str(path.parent), what=what, mend=mend))
