"""A company in the local workspace: our own parts, joined as `mayi serve` joins them.

Nothing waits for a clock: `settle` has Slack deliver, works off the inbox and carries out the
outbox, again and again until there is nothing left to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.app import build_app, listeners_with
from bot.directory import SlackDirectory
from bot.drawing import Drawing, links_of
from bot.inbox import Admission, Workers
from bot.playground import pages
from bot.playground.records import Message
from bot.playground.scenario import BOT, COMPLIANCE
from bot.playground.server import serve_workspace
from bot.playground.site import Patience
from bot.playground.workspace import Workspace
from bot.sender import SlackSender, asking_client, posting_client
from bot.services import Services
from jobs.courier import Courier
from jobs.pacing import Pace, Rate
from knowledge.answering.answerer import Answerer
from knowledge.database import Database
from knowledge.judging.judge import Judge
from knowledge.judging.redaction import Redactor
from knowledge.library.sources.folder import read_folder
from knowledge.publishing import publication, rulings
from knowledge.retrieval.glossary import Glossary

BRISK = Patience(ack=3.0, retries=(0.0, 0.05, 0.1))
_NO_PAUSE = Rate(every=timedelta(0), burst=1)
AT_ONCE = Pace(channel=_NO_PAUSE, workspace=_NO_PAUSE)
ZONE = ZoneInfo("Europe/Berlin")

OPEN = """---
id: vendor-output
title: Vendor output in training data
owner: U0CARA
effective: 2026-01-01
url: https://rules.acme.example/vendor-output
---
# Vendor output

## Training

**Not allowed.** Nobody may train a model that competes with a vendor on that vendor's output.

**Allowed.** You may use vendor output to test software that stays in the company.

## Sharing

**Allowed if** legal has agreed in writing, you may share prompts with a partner company.
"""

RESTRICTED = """---
id: zephyr
title: Project Zephyr
audience: [model-training]
---
# Zephyr

**Not allowed.** Nobody may name Project Zephyr to a vendor's chat assistant.
"""


def utc_now() -> datetime:
    return datetime.now(UTC)


def publish(database: Database, folder: Path, **documents: str) -> None:
    """Publish the documents as the next edition."""
    folder.mkdir(exist_ok=True)
    for name, text in documents.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    publication.publish(database, read_folder(folder), by="ada", now=utc_now())


@dataclass(kw_only=True)
class Company:
    """The workspace, our parts, and what one does there."""

    workspace: Workspace
    database: Database
    services: Services
    app: App
    workers: Workers
    courier: Courier
    _stack: ExitStack = field(repr=False)

    def settle(self) -> None:
        """Let everything happen that is still to happen."""
        busy = True
        while busy:
            assert self.workspace.settle()
            busy = self.workers.work_off() > 0
            busy = self.courier.deliver_due() > 0 or busy

    # ------------------------------------------------------------ what people do

    def ask(self, person: str, channel: str, text: str, *, thread: str | None = None) -> Message:
        """Post something, and let it be answered; returns the message."""
        posted = self.workspace.post(person, channel, text, thread=thread)
        self.settle()
        return posted

    def press(self, person: str, message: Message, label: str) -> None:
        """Press the button of that label in a message that was really posted."""
        element = button(message, label)
        self.workspace.press(person, message.channel, message.ts, element["action_id"])
        self.settle()

    # ------------------------------------------------------------ what people see

    def said(self, person: str, channel: str, thread: str | None = None) -> list[Message]:
        """Return what we said to that person there, oldest first."""
        seen = (
            self.workspace.thread(person, channel, thread)
            if thread is not None
            else self.workspace.history(person, channel)
        )
        return [one for one in seen if one.author == BOT]

    def heard(self, person: str, asked: Message) -> list[Message]:
        """Return what we said to that person about a message: under it, or beside it to them."""
        beside = (one for one in self.said(person, asked.channel) if one.only_for == person)
        under = self.said(person, asked.channel, asked.thread or asked.ts)
        return [*under, *(one for one in beside if one.ts > asked.ts and one not in under)]

    def direct(self, person: str) -> str:
        """Return the id of somebody's direct messages with us."""
        return self.workspace.direct(person).id


def words(message: Message) -> str:
    """Return all that a message shows, its fallback text included."""
    return " ".join([message.text, *texts(message.blocks)])


def texts(block: Any) -> Iterator[str]:
    """Give every text of blocks, elements or views, in order."""
    if isinstance(block, dict):
        for name, value in block.items():
            if name == "text" and isinstance(value, str):
                yield value
            elif name not in {"value", "action_id", "block_id", "private_metadata"}:
                yield from texts(value)
    elif isinstance(block, list | tuple):
        for each in block:
            yield from texts(each)


def elements(block: Any) -> Iterator[dict[str, Any]]:
    """Give everything in blocks that can be pressed or filled in."""
    if isinstance(block, dict):
        if "action_id" in block:
            yield block
        for value in block.values():
            yield from elements(value)
    elif isinstance(block, list | tuple):
        for each in block:
            yield from elements(each)


def labels(message: Message) -> list[str]:
    """Return what the message's buttons say."""
    return [next(texts(one.get("text")), "") for one in elements(message.blocks)]


def button(message: Message, label: str) -> dict[str, Any]:
    """Return the button of that label."""
    found = [one for one in elements(message.blocks) if label in list(texts([one.get("text")]))]
    assert found, f"no button {label!r} among {labels(message)}"
    return found[0]


@contextmanager
def company(
    database: Database,
    judge: Judge,
    *,
    compliance: tuple[str, ...] = ("compliance",),
    socket: bool = True,
) -> Iterator[Company]:
    """Open the company for business; with `socket` Slack reaches us by Socket Mode."""
    with ExitStack() as stack:
        workspace = stack.enter_context(serve_workspace(patience=BRISK, pages=pages.routes))
        client = posting_client(workspace.keys.bot, base_url=workspace.api)
        answerer = Answerer(
            database,
            embedder=None,
            judge=judge,
            glossary=Glossary.load(),
            clock=utc_now,
            zone=ZONE,
        )
        asking = asking_client(client)
        directory = SlackDirectory(
            asking, compliance=compliance, clock=utc_now, zone=ZONE, remembered=timedelta(0)
        )
        drawing = Drawing(
            database,
            answerer=answerer,
            directory=directory,
            link=links_of(asking),
            clock=utc_now,
            zone=ZONE,
        )
        services = Services(
            database=database,
            answerer=answerer,
            directory=directory,
            drawing=drawing,
            issue=lambda ruling, by: rulings.issue(database, ruling, by=by, now=utc_now()),
            client=asking,
            clock=utc_now,
            zone=ZONE,
            retention=timedelta(days=30),
            mask=Redactor().without_secrets,
            compliance_channel=COMPLIANCE,
        )
        workers = Workers(database=database, listeners=listeners_with(services), clock=utc_now)
        admission = Admission(database, clock=utc_now, mask=services.mask, wake=workers.wake)
        app = build_app(services, admission)
        courier = Courier(
            database,
            SlackSender(client, drawing.draw),
            worker="courier",
            clock=utc_now,
            pace=AT_ONCE,
        )
        if socket:
            stack.enter_context(_by_socket(app, workspace))
        yield Company(
            workspace=workspace,
            database=database,
            services=services,
            app=app,
            workers=workers,
            courier=courier,
            _stack=stack,
        )


@contextmanager
def _by_socket(app: App, workspace: Workspace) -> Iterator[None]:
    handler = SocketModeHandler(
        app,
        workspace.keys.app,
        web_client=WebClient(workspace.keys.app, base_url=workspace.api),
    )
    handler.connect()
    try:
        yield
    finally:
        handler.close()
