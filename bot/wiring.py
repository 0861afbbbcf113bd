"""Everything built from the settings and joined, each part when it is first needed.

Imports stand inside the functions on purpose: `mayi --help` loads nothing of the rooms, `mayi ask`
neither chromadb nor alembic.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from bot.settings import Settings, SettingsRefused
from knowledge.errors import Problem, PublicationRefused, Refused

if TYPE_CHECKING:
    from knowledge.answering.answerer import Answerer
    from knowledge.answering.rulings import CaseRuling
    from knowledge.database import Database
    from knowledge.judging.judge import Judge
    from knowledge.judging.model_judge import ModelJudge
    from knowledge.judging.openai import OpenAI
    from knowledge.judging.reader import Reader
    from knowledge.judging.redaction import Redactor
    from knowledge.publishing.publication import Tools
    from knowledge.retrieval.embedders import Embedder
    from knowledge.retrieval.embedders.openai import OpenAIEmbedder
    from knowledge.retrieval.glossary import Glossary
    from knowledge.retrieval.index import Index
    from knowledge.retrieval.search import Index as SearchIndex
    from knowledge.retrieval.served import ServedIndex
    from knowledge.spending import Budget

OPENAI_SERVER = "https://api.openai.com/v1"
"""Where questions go without another address."""

Say = Callable[[str], None]
"""Tells the person one sentence that is not the result."""

Progress = Callable[[str, int, int], None]
"""Tells the person how far a long step is: what is done, how much of it, of how much."""


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def _is_ours(host: str) -> bool:
    """Tell whether a server is on this machine or on our own network."""
    from ipaddress import ip_address

    try:
        return ip_address(host).is_private
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith((".local", ".internal"))


def _private(path: str, flags: int) -> int:
    """Open a file that nobody else may read."""
    return os.open(path, flags, 0o600)


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
        self.say = say

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
        """What embeds rules; where there is none, words alone are searched.

        Raises SettingsRefused.
        """
        match self.settings.embedder:
            case "openai":
                return self._openai_embedder()
            case "none":
                return None
            case "minilm":
                return self._sentence_model()

    @cached_property
    def asking_embedder(self) -> Embedder | None:
        """What embeds questions: they are waited for less long, and some are not sent."""
        if self.settings.embedder != "openai":
            return self.embedder
        return self._openai_embedder().for_questions(self.spares)

    def _openai_embedder(self) -> OpenAIEmbedder:
        from knowledge.retrieval.embedders.openai import PRICES, OpenAIEmbedder

        return OpenAIEmbedder(
            key=self._key("MAYI_EMBEDDER=minilm"),
            purse=self.budget.at(PRICES),
            base_url=self.settings.openai_base_url,
            mask=lambda text: self.redactor.begin().mask(text),
        )

    def _sentence_model(self) -> Embedder | None:
        """Return the sentence model; without its files None, said once."""
        from knowledge.retrieval.embedders.minilm import MiniLM

        try:
            return MiniLM.load()
        except Refused as refusal:
            self.say(f"Searching by words alone. {refusal}")
            return None

    @cached_property
    def glossary(self) -> Glossary:
        """Our vendors, products and jargon, with the company's own."""
        from knowledge.retrieval.glossary import Glossary

        return Glossary.load(self.settings.glossary)

    @cached_property
    def answerer(self) -> Answerer:
        """What answers questions, from the recorded vectors: no index is opened."""
        return self._answerer(index=None)

    @cached_property
    def serving_answerer(self) -> Answerer:
        """What answers the questions of a whole company, through the index where it is ours."""
        return self._answerer(index=self.index)

    def _answerer(self, *, index: SearchIndex | None) -> Answerer:
        from knowledge.answering.answerer import Answerer

        return Answerer(
            self.records,
            embedder=self.asking_embedder,
            judge=self.judge(self.settings.judge),
            glossary=self.glossary,
            clock=self.clock,
            zone=self.settings.timezone,
            index=index,
        )

    @cached_property
    def redactor(self) -> Redactor:
        """What finds secrets and personal data in what people write."""
        from knowledge.judging.redaction import Redactor

        return Redactor()

    @cached_property
    def index(self) -> Index | ServedIndex | None:
        """The vector index: on a server, or on this disk unless another process holds it.

        It is derived: where it cannot be had, answers come from the records, as they would anyway.
        """
        if self.embedder is None:
            return None
        if self.settings.chroma_url is not None:
            return self._served_index(self.settings.chroma_url, self.embedder.name)
        return self._index_here(self.embedder.name)

    def _served_index(self, url: str, model: str) -> ServedIndex:
        from knowledge.retrieval.collection import Server
        from knowledge.retrieval.served import ServedIndex

        return ServedIndex(
            lambda: Server.reach(url),
            self.database,
            model=model,
            keys=self._keys,
            clock=self.clock,
        )

    def _index_here(self, model: str) -> Index | None:
        from knowledge.retrieval.index import Index

        try:
            return Index.open(
                self.settings.index,
                self.database,
                model=model,
                keys=self._keys,
                clock=self.clock,
            )
        except Refused as refusal:
            self.say(f"Going on without the index. {refusal}")
            return None

    def index_current(self, now: datetime) -> None:
        """Index the edition in force where that is not done; whoever published may not have."""
        from knowledge.library import editions

        if self.index is None:
            return
        with self.database.read() as tx:
            current = editions.current(tx, now)
        if current is not None:
            self.index.build(current.number)

    def has_rules(self) -> bool:
        """Tell whether an edition is in force now."""
        from knowledge.library import editions

        with self.database.read() as tx:
            return editions.current(tx, self.clock()) is not None

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

        return Tools(
            embedder=self.embedder, index=self.index, progress=self.progress, tell=self.say
        )

    def issue_ruling(self, ruling: CaseRuling, by: str) -> None:
        """Publish what compliance decided in a case, or propose it where two must approve."""
        from knowledge.publishing import rulings

        approvals = self.settings.approvals
        rulings.issue(
            self.database,
            ruling,
            by=by,
            now=self.clock(),
            approvals=approvals,
            tools=self.tools,
        )

    def close(self) -> None:
        """Close what was opened, the index before the records it reads."""
        for name in ("model", "index", "database", "records", "embedder", "asking_embedder"):
            close = getattr(self.__dict__.get(name), "close", None)
            if close is not None:
                close()

    # ------------------------------------------------------------ judges

    def judge(self, name: str) -> Judge:
        """Return the judge of that name. Raises SettingsRefused where there is none."""
        from knowledge.judging.reader import Reader

        if name == "reader":
            return Reader()
        if name == "openai":
            return self._model_judge(Reader())
        what = f"there is no judge {name!r}"
        raise SettingsRefused(Problem(place="--judge", what=what, mend="Name it reader or openai"))

    def _model_judge(self, reader: Reader) -> ModelJudge:
        from knowledge.judging.model_judge import ModelJudge

        return ModelJudge(
            model=self.model,
            reader=reader,
            masking=self.redactor.begin,
            purse=self.budget,
            spares=self.spares,
            person=self.pseudonym,
            api=self.settings.openai_api,
            effort=self.settings.openai_effort,
        )

    @cached_property
    def model(self) -> OpenAI:
        """The language model that judges; nothing is sent yet. Raises SettingsRefused."""
        from knowledge.judging.openai import Api, OpenAI

        given = self.settings
        return OpenAI.connect(
            key=self._key("MAYI_JUDGE=reader"),
            model=given.openai_model,
            base_url=given.openai_base_url,
            api=Api(given.openai_api),
            effort="" if given.openai_effort == "unsaid" else given.openai_effort,
        )

    def _key(self, otherwise: str) -> str:
        """Return the key; a server of our own may want none. Raises SettingsRefused."""
        given = self.settings
        key = given.openai_api_key.get_secret_value() if given.openai_api_key else ""
        if not key and given.openai_base_url is None:
            mend = f"Set OPENAI_API_KEY, or {otherwise}"
            what = "a model of OpenAI is chosen, and no key for it is set"
            raise SettingsRefused(Problem(place="OPENAI_API_KEY", what=what, mend=mend))
        return key or "none"

    @cached_property
    def budget(self) -> Budget:
        """What models may cost in a day, kept in the records."""
        from knowledge.spending import Budget, Prices

        given = self.settings
        read, written = given.openai_prices
        return Budget(
            self.__dict__.get("records") or self.database,
            prices=Prices(read=read, written=written),
            tokens=given.openai_daily_tokens,
            dollars=given.openai_daily_dollars,
            today=lambda: self.clock().astimezone(given.timezone).date(),
        )

    @property
    def own_vendors(self) -> frozenset[str]:
        """Whose model judges, as its name and its server's tell; nobody's on our own network."""
        from urllib.parse import urlsplit

        host = urlsplit(self.settings.openai_base_url or OPENAI_SERVER).hostname or ""
        if _is_ours(host):
            return frozenset()
        names = (host, self.settings.openai_model)
        return frozenset[str]().union(*(self.glossary.vendors_in(name) for name in names))

    def spares(self, text: str) -> str:
        """Say why a question must not go to the model, "" where it may."""
        if not self.settings.judge_avoid_own_vendor:
            return ""
        if not self.glossary.vendors_in(text) & self.own_vendors:
            return ""
        return "the question is about the vendor of that model, and such questions stay here"

    def pseudonym(self, person: str) -> str:
        """Return the id by which the model's vendor may tell askers apart, and no more.

        A salt that never leaves the data folder keeps names from being guessed.
        """
        import hmac

        return hmac.new(self._salt, person.encode("utf-8", "replace"), "sha256").hexdigest()

    @cached_property
    def _salt(self) -> bytes:
        import secrets

        path = self.settings.data / "asker.salt"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError), open(path, "xb", opener=_private) as file:
            file.write(secrets.token_bytes(32))
        return path.read_bytes()

    # ------------------------------------------------------------ people

    def acting(self, name: str | None) -> str:
        """Return who acts: the person named with `--as`, else this account's name.

        Where compliance is named, they must be on the list by this name or, once Slack is set up,
        belong to a group that is: then the name is their Slack id or e-mail address, and the id is
        returned, so that nobody is two people. Raises PublicationRefused.
        """
        person = (name if name is not None else getpass.getuser()).strip()
        if not self.settings.compliance or person in self.settings.compliance:
            return person
        officer = self._officer(person)
        if officer is None:
            raise _not_compliance(person, asked=self.settings.slack_bot_token is not None)
        return officer

    def _officer(self, person: str) -> str | None:
        """Return the Slack id of somebody of compliance, named by id or e-mail address."""
        from slack_sdk.errors import SlackClientError

        from bot.directory import SlackDirectory
        from bot.sender import asking_client, posting_client

        given = self.settings
        if given.slack_bot_token is None:
            return None
        client = posting_client(
            given.slack_bot_token.get_secret_value(), base_url=given.slack_api_url
        )
        directory = SlackDirectory(
            asking_client(client),
            compliance=given.compliance,
            clock=self.clock,
            zone=given.timezone,
        )
        try:
            return directory.officer(person)
        except (SlackClientError, OSError) as error:
            raise _slack_is_silent(error) from error


def _not_compliance(person: str, *, asked: bool) -> PublicationRefused:
    mend = (
        "Act with --as and the Slack id or e-mail address of somebody who does"
        if asked
        else "Act as one of them with --as NAME, or have the name added; a user group of Slack's "
        "counts where SLACK_BOT_TOKEN is set"
    )
    what = f"{person or 'nobody'} does not belong to MAYI_COMPLIANCE"
    return PublicationRefused(Problem(place="--as", what=what, mend=mend))


def _slack_is_silent(error: Exception) -> PublicationRefused:
    what = f"Slack could not be asked who belongs to compliance ({type(error).__name__})"
    mend = "Try again, or check SLACK_BOT_TOKEN and the app's scopes with `mayi check`"
    return PublicationRefused(Problem(place="--as", what=what, mend=mend))
