"""Everything built from the settings and joined, each part when it is first needed.

Imports stand inside the functions on purpose: `mayi --help` loads nothing of the rooms, `mayi ask`
neither chromadb nor alembic.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsRefused
from knowledge.errors import Problem, PublicationRefused, Refused

if TYPE_CHECKING:
    from knowledge.answering.answerer import Answerer
    from knowledge.database import Database
    from knowledge.judging.judge import Judge
    from knowledge.publishing.publication import Tools
    from knowledge.retrieval.embedders import Embedder
    from knowledge.retrieval.glossary import Glossary
    from knowledge.retrieval.index import Index

Say = Callable[[str], None]
"""Tells the person one sentence that is not the result."""

Progress = Callable[[str, int, int], None]
"""Tells the person how far a long step is: what is done, how much of it, of how much."""


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Wiring:
    """The parts of one process. Closing it closes the database and gives up the index lock."""

    def __init__(
        self,
        settings: Settings,
        *,
        say: Say,
        progress: Progress = lambda _what, _done, _of: None,
        clock: Callable[[], datetime] = utc_now,
        patience: float = 10.0,
    ) -> None:
        """Take the settings, who is told of what falls short and how far it is, and the clock.

        `patience` is how many seconds to wait for another process that writes.
        """
        self._patience = patience
        self.settings = settings
        self.progress = progress
        self.clock = clock
        self._say = say

    # ------------------------------------------------------------ parts

    @cached_property
    def database(self) -> Database:
        """The records, made if there are none yet."""
        return self._open(create=True)

    @cached_property
    def records(self) -> Database:
        """The records as they are; refused where there are none yet."""
        return self.__dict__.get("database") or self._open(create=False)

    def _open(self, *, create: bool) -> Database:
        from knowledge.database import Database, file_url

        url = self.settings.database_url or file_url(self.settings.data / "mayi.db")
        return Database.open(url, create=create, patience=self._patience)

    @cached_property
    def embedder(self) -> Embedder | None:
        """The sentence model; without its files None, said once, and words alone are searched."""
        from knowledge.retrieval.embedders.minilm import MiniLM

        try:
            return MiniLM.load()
        except Refused as refusal:
            self._say(f"Searching by words alone. {refusal}")
            return None

    @cached_property
    def glossary(self) -> Glossary:
        """Our vendors, products and jargon, with the company's own."""
        from knowledge.retrieval.glossary import Glossary

        return Glossary.load(self.settings.glossary)

    @cached_property
    def answerer(self) -> Answerer:
        """What answers questions, from the recorded vectors: no index is opened."""
        from knowledge.answering.answerer import Answerer

        return Answerer(
            self.records,
            embedder=self.embedder,
            judge=self.judge("reader"),
            glossary=self.glossary,
            clock=self.clock,
            zone=self.settings.timezone,
        )

    @cached_property
    def index(self) -> Index | None:
        """The vector index, for whoever publishes; None while another process holds it.

        It is derived: where it cannot be had, answers come from the records, as they would anyway.
        """
        if self.embedder is None:
            return None
        from knowledge.retrieval.index import Index

        try:
            return Index.open(
                self.settings.index,
                self.database,
                model=self.embedder.name,
                keys=self._keys,
                clock=self.clock,
            )
        except Refused as refusal:
            self._say(f"Publishing without the index. {refusal}")
            return None

    def _keys(self, edition: int) -> tuple[str, ...]:
        """Return under which keys the vectors of an edition's passages are recorded."""
        from knowledge.library import editions
        from knowledge.retrieval import vectors

        with self.database.read() as tx:
            book = editions.load(tx, edition)
        return tuple(vectors.key(each, book.documents[each.document_id]) for each in book.passages)

    @property
    def tools(self) -> Tools:
        """What a publication works with."""
        from knowledge.publishing.publication import Tools

        return Tools(embedder=self.embedder, index=self.index, progress=self.progress)

    def close(self) -> None:
        """Close what was opened, the index before the records it reads."""
        for name in ("index", "database", "records"):
            if (part := self.__dict__.get(name)) is not None:
                part.close()

    def judge(self, name: str) -> Judge:
        """Return the judge of that name. Raises SettingsRefused where there is none."""
        if name != "reader":
            what = f"there is no judge {name!r}"
            raise SettingsRefused(Problem(place="--judge", what=what, mend="Name it reader"))
        from knowledge.judging.reader import Reader

        return Reader()

    # ------------------------------------------------------------ people

    def acting(self, name: str | None) -> str:
        """Return who acts: the person named with `--as`, else this account's name.

        Raises PublicationRefused where compliance is a list and the person is not on it.
        """
        person = (name if name is not None else getpass.getuser()).strip()
        if self.settings.compliance and person not in self.settings.compliance:
            what = f"{person or 'nobody'} is not one of the people of MAYI_COMPLIANCE"
            mend = "Act as one of them with --as NAME, or have the name added"
            raise PublicationRefused(Problem(place="--as", what=what, mend=mend))
        return person
