"""The index on a Chroma server, shared by all replicas: built by one, searched by all.

The records are the truth here too. A collection is built under a name of its own, checked, and
switched to by one row in the records. Where the server cannot be reached, or lost what it had, the
recorded vectors are searched instead, and the server is left alone for a while.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import uuid4

from knowledge.database import Database
from knowledge.errors import Problem, StoreRefused
from knowledge.retrieval import vectors
from knowledge.retrieval.collection import Collection, Server, ServerFailed
from knowledge.retrieval.embedders import Floats
from knowledge.retrieval.index import Clock, Keys, content_name, recorded, switch

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=30)
"""For how long a server that failed is not asked: an exact scan takes less than finding out."""


class ServedIndex:
    """The collections of one server, as the records name them. Serves many threads."""

    def __init__(
        self,
        reach: Callable[[], Server],
        database: Database,
        *,
        model: str,
        keys: Keys,
        clock: Clock,
    ) -> None:
        """Take how the server is reached, which is done when it is first needed."""
        self._reach = reach
        self._database = database
        self._model = model
        self._keys = keys
        self._clock = clock
        self._server: Server | None = None
        self._opened: dict[str, Collection] = {}
        self._paused_until: datetime | None = None
        self._lock = threading.Lock()

    def build(self, number: int) -> None:
        """Build the edition's collection, check it, and switch to it; no harm where it is there.

        Raises StoreRefused where the server cannot be reached or a passage does not find itself.
        """
        with self._database.read() as tx:
            matrix = vectors.matrix(tx, self._model, self._keys(number))
            before = recorded(tx, self._model)
        content = content_name(number, self._model, matrix.rows)
        try:
            if matrix.rows and not self._stands(before.get(number, ""), content):
                self._build(number, content, matrix, before)
        except ServerFailed as failed:
            raise _unreachable(failed) from failed

    def nearest(self, edition: int, vector: Floats, count: int) -> Sequence[str] | None:
        """Return the keys of the nearest passages; None where the server has no such answer."""
        if self._paused_until is not None and self._clock() < self._paused_until:
            return None
        try:
            collection = self._collection(edition)
            return None if collection is None else self._at().nearest(collection, vector, count)
        except ServerFailed as failed:
            self._pause(failed)
            return None

    def close(self) -> None:
        """Forget what was opened; nothing is held."""
        self._opened.clear()

    def _stands(self, name: str, content: str) -> bool:
        """Tell whether the recorded collection is of the same passages and still there."""
        if not name.startswith(content):
            return False
        with suppress(ServerFailed):
            self._at().open(name)
            return True
        return False

    def _build(
        self, number: int, content: str, matrix: vectors.Matrix, before: dict[int, str]
    ) -> None:
        name = f"{content}-{uuid4().hex[:8]}"
        server = self._at()
        collection = server.build(name, tuple(matrix.rows), matrix.vectors)
        if lost := server.lost(collection, tuple(matrix.rows), matrix.vectors):
            server.drop(name)
            raise _incomplete(len(lost))
        with self._database.begin() as tx:
            kept = switch(tx, number, self._model, name, self._clock())
        for old in set(before.values()) - set(kept.values()):
            server.drop(old)

    def _collection(self, edition: int) -> Collection | None:
        with self._database.read() as tx:
            name = recorded(tx, self._model).get(edition)
        if name is None:
            return None
        with self._lock:
            if name not in self._opened:
                self._opened[name] = self._at().open(name)
            return self._opened[name]

    def _at(self) -> Server:
        if self._server is None:
            self._server = self._reach()
        return self._server

    def _pause(self, failed: ServerFailed) -> None:
        self._paused_until = self._clock() + PAUSE
        self._opened.clear()
        log.warning("the Chroma server failed (%s); searching the records meanwhile", failed)


def _unreachable(failed: ServerFailed) -> StoreRefused:
    mend = "Answers come from the records meanwhile; check MAYI_CHROMA_URL and publish again"
    what = f"the Chroma server cannot be used ({failed})"
    return StoreRefused(Problem(place="MAYI_CHROMA_URL", what=what, mend=mend))


def _incomplete(lost: int) -> StoreRefused:
    what = f"{lost} passages do not find themselves in the new index"
    mend = "Answers come from the records meanwhile; publish again to build it anew"
    return StoreRefused(Problem(place="MAYI_CHROMA_URL", what=what, mend=mend))
