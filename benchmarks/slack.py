"""Questions in Slack among duplicates, kills and slow models, in the local workspace.

Every replica is a process of its own, joined to the workspace by Socket Mode, as `mayi serve` is.
What stands in the workspace in the end is held against what was asked there.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import signal
import statistics
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from benchmarks.kills import stores
from benchmarks.model_server import Free
from benchmarks.table import Figure, Result
from bot.app import build_app, listeners_with
from bot.directory import SlackDirectory
from bot.drawing import Drawing, links_of
from bot.inbox import Admission, Workers
from bot.playground.faults import Scatter
from bot.playground.records import Message
from bot.playground.scenario import GENERAL, LANTERN, MAYA, MODELS, PLATFORM
from bot.playground.server import serve_workspace
from bot.playground.site import Patience
from bot.playground.workspace import Workspace
from bot.sender import SlackSender, posting_client
from bot.services import Services
from jobs.courier import Courier, Timing
from jobs.notices import Notice
from jobs.pacing import Pace, Rate
from jobs.ports import Address, Posted
from knowledge.answering.answerer import Answerer
from knowledge.database import Database, file_url
from knowledge.judging.breaker import Breaker
from knowledge.judging.judge import Judge, Shown
from knowledge.judging.model_judge import ModelJudge
from knowledge.judging.openai import Api, OpenAI
from knowledge.judging.reader import Reader
from knowledge.judging.redaction import Redactor
from knowledge.library.sources.folder import Source, read_folder
from knowledge.models import Opinion, Question
from knowledge.publishing import publication
from knowledge.retrieval.glossary import Glossary
from tests.fakes.model import parts
from tests.fakes.model.server import ModelServer, slowed

EXAMPLES = Path(__file__).parents[1] / "examples"
SAMPLES = frozenset({"vendor-output", "distillation", "retention", "reselling"})
ZONE = ZoneInfo("UTC")
SEED = 1

MENTIONS, COPIES, SPREAD = 1000, 4, 20.0
"""How many are asked, how often each is delivered, and within how many seconds."""
KILLS = 200
A_MINUTE = 100
ASKED_OF_SLOW = 40
AT_ONCE, HANDS, CALL = 200, 64, 3.0
LONGEST = 1800.0
"""Seconds after which what is not there counts as lost."""

PACE = Pace(
    channel=Rate(every=timedelta(milliseconds=1), burst=1000),
    workspace=Rate(every=timedelta(milliseconds=1), burst=1000),
)
"""Slack's own limits stand aside: what is measured is ours."""
TIMEOUT = 3
TIMING = Timing(
    lease=timedelta(seconds=8),
    settled=timedelta(seconds=4),
    peek=timedelta(seconds=0.5),
)
LEASE = timedelta(seconds=4)
"""Time runs faster for whoever waits for the dead than in service, in the same proportions: a lease
outlasts a request, and what may be on its way has landed before a message is posted again."""
PATIENCE = Patience(retries=(0.2, 1.0, 3.0))
_ANSWER = re.compile(r"Answer ([0-9a-f]{32})")
CHANNELS = (GENERAL, MODELS, PLATFORM, LANTERN)
QUESTIONS = (
    "may I train a model on the output of GPT-4o?",
    "may we distil Claude into a small model of ours?",
    "may I keep prompts for longer than a month?",
    "may we resell access to a vendor's model?",
    "may I take my bicycle into the office?",
)


class Point(IntEnum):
    """Where a replica is killed, between the delivery and the reply."""

    NOWHERE = 0
    DELIVERED = 1  # before it is journalled
    JOURNALLED = 2  # before the receipt
    THINKING = 3  # claimed, and a model asked
    ANSWERED = 4  # recorded, and about to be posted
    POSTED = 5  # posted, and not yet marked as sent


POINTS = tuple(Point)[1:]


@dataclass(frozen=True, kw_only=True)
class Site:
    """Where a replica finds the records, the workspace and its model, and how many hands it has."""

    url: str
    api: str
    bot: str
    app: str
    model: str = ""
    hangs: bool = False
    hands: int = 8


def measure(_material: Path | None) -> Iterator[Result | str]:
    """Yield the figures, the quick ones first."""
    yield from _acks()
    yield from _slow_model()
    yield from _at_once()
    with stores("both") as made:
        for name, url in made.items():
            yield from _kills(name, url)
    with stores("postgresql") as made:
        yield from _shuffled(made["PostgreSQL"])


# ---------------------------------------------------------------- delivered again and again


def _shuffled(url: str) -> Iterator[Result | str]:
    publish(url)
    with serve_workspace(seed=SEED) as workspace, replicas(site_of(url, workspace), 2):
        workspace.faults.scatter = Scatter(copies=COPIES, seconds=SPREAD)
        began = time.monotonic()
        asked = [ask(workspace, number) for number in range(MENTIONS)]
        await_replies(workspace, asked)
        time.sleep(SPREAD)
        seconds = time.monotonic() - began
        replies = [len(replies_to(workspace, each)) for each in asked]
        attempts = len(workspace.deliveries.attempts)
    what = f"{MENTIONS:,} mentions, {COPIES} deliveries of each event, two replicas on PostgreSQL"
    yield f"slack: {what}: {attempts:,} deliveries, {seconds:.0f} s"
    yield _count(f"{what}: lost", sum(count == 0 for count in replies))
    yield _count(f"{what}: answered twice", sum(count > 1 for count in replies))


# ---------------------------------------------------------------- killed in between


def _kills(name: str, url: str) -> Iterator[Result | str]:
    publish(url)
    chance = random.Random(SEED)  # noqa: S311 - the same points each time, no secret
    died: Counter[Point] = Counter()
    asked: list[Message] = []
    began = time.monotonic()
    with serve_workspace(seed=SEED, patience=PATIENCE) as workspace:
        site = site_of(url, workspace)
        replica = _Replica(site)
        for number in range(KILLS):
            point = POINTS[number % len(POINTS)]
            time.sleep(chance.uniform(0.0, 0.05))
            replica.arm(point)
            asked.append(ask(workspace, number))
            died[point] += replica.dies()
            replica = _Replica(site)
            last = asked[-1]
            until(lambda last=last: bool(replies_to(workspace, last)), 120.0)
        time.sleep(TIMING.lease.total_seconds() + PATIENCE.retries[-1])
        replica.stop()
        replies = [len(replies_to(workspace, each)) for each in asked]
        twice = [each for each in asked if _answers(workspace, each) > 1]
    told = ", ".join(f"{point.name.lower()} {count}" for point, count in died.items())
    took = time.monotonic() - began
    yield f"slack: kills on {name}: {told}; {len(twice)} judged twice for all to see; {took:.0f} s"
    what = f"{died.total()} kills between delivery and reply on {name}"
    yield _count(f"{what}: lost", sum(count == 0 for count in replies))
    yield _count(f"{what}: doubled", sum(count > 1 for count in replies))


# ---------------------------------------------------------------- slow models


def _acks() -> Iterator[Result]:
    with (
        _file() as url,
        serve_workspace(seed=SEED) as workspace,
        replicas(replace(site_of(url, workspace), hangs=True), 1),
    ):
        for number in range(A_MINUTE):
            ask(workspace, number)
            time.sleep(60 / A_MINUTE)
        workspace.settle()
        took = [each.seconds for each in workspace.deliveries.attempts if each.reached]
    yield Figure(
        name=f"receipt while the model hangs, {A_MINUTE} questions a minute, p99",
        value=statistics.quantiles(took, n=100)[-1],
        style="milliseconds",
        must=1.0,
        at_most=True,
    )


def _slow_model() -> Iterator[Result]:
    took: list[float] = []
    with _file() as url, _model(2.0) as model, serve_workspace(seed=SEED) as workspace:
        with replicas(replace(site_of(url, workspace), model=model.url), 1):
            for number in range(ASKED_OF_SLOW):
                began = time.monotonic()
                asked = ask(workspace, number)
                watch = threading.Thread(
                    target=_note, args=(workspace, asked, began, took), daemon=True
                )
                watch.start()
                time.sleep(1.5)
            until(lambda: len(took) == ASKED_OF_SLOW, 60.0)
        calls = len(model.calls)
    name = f"mention to verdict, a model of 2 s a call ({calls / ASKED_OF_SLOW:.1f} calls)"
    for share, bound, place in (("p50", 5.0, 9), ("p95", 10.0, 18)):
        value = statistics.quantiles(took, n=20)[place]
        yield Figure(
            name=f"{name}, {share}", value=value, style="seconds", must=bound, at_most=True
        )


def _note(workspace: Workspace, asked: Message, began: float, took: list[float]) -> None:
    until(lambda: bool(replies_to(workspace, asked)), 60.0)
    took.append(time.monotonic() - began)


def _at_once() -> Iterator[Result]:
    with _file() as url, _model(CALL) as model, serve_workspace(seed=SEED) as workspace:
        with replicas(replace(site_of(url, workspace), model=model.url, hands=HANDS), 1):
            first = ask(workspace, 0)
            until(lambda: bool(replies_to(workspace, first)), 60.0)
            before = len(model.calls)
            began = time.monotonic()
            asked = [ask(workspace, number) for number in range(AT_ONCE)]
            await_replies(workspace, asked)
            wall = time.monotonic() - began
        calls = (len(model.calls) - before) / AT_ONCE
    ideal = -(-AT_ONCE // HANDS) * calls * CALL
    yield Figure(
        name=f"{AT_ONCE} questions at once, {HANDS} workers, {calls:.1f} calls of {CALL:.0f} s:"
        f" {wall:.1f} s \u00f7 {ideal:.1f} s",
        value=wall / ideal,
        style="ratio",
        must=1.2,
        at_most=True,
    )


@contextmanager
def _model(seconds: float) -> Iterator[ModelServer]:
    with ModelServer(slowed(parts.right({}), wait=seconds)) as server:
        yield server


# ---------------------------------------------------------------- asking and looking


def ask(workspace: Workspace, number: int) -> Message:
    """Ask one of the questions in one of the channels."""
    question = QUESTIONS[number % len(QUESTIONS)]
    return workspace.post(MAYA, CHANNELS[number % len(CHANNELS)], f"@mayi {question}")


def replies_to(workspace: Workspace, asked: Message) -> list[Message]:
    """Return the answers that stand under a question, for all to see."""
    under = workspace.thread(MAYA, asked.channel, asked.ts)
    return [each for each in under if each.by_app and each.only_for is None]


def _answers(workspace: Workspace, asked: Message) -> int:
    """Return how many different answers stand under a question: more than one was judged twice."""
    return len({_ANSWER.findall(str(each.blocks))[-1] for each in replies_to(workspace, asked)})


def until(there: Callable[[], bool], seconds: float = LONGEST) -> None:
    """Wait until it is so, or time is up."""
    end = time.monotonic() + seconds
    while not there() and time.monotonic() < end:
        time.sleep(0.05)


def await_replies(workspace: Workspace, asked: Sequence[Message]) -> None:
    """Wait until all are answered, one after another: looking at all at once takes a core away."""
    end = time.monotonic() + LONGEST
    for each in asked:
        until(lambda each=each: bool(replies_to(workspace, each)), end - time.monotonic())


def _count(name: str, value: int) -> Figure:
    return Figure(name=name, value=value, style="count", must=0, at_most=True)


def site_of(url: str, workspace: Workspace) -> Site:
    """Return where a replica finds the records and the workspace."""
    keys = workspace.keys
    return Site(url=url, api=workspace.api, bot=keys.bot, app=keys.app)


@contextmanager
def _file() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="mayi-bench-") as folder:
        url = file_url(Path(folder) / "mayi.db")
        publish(url)
        yield url


def publish(url: str) -> None:
    """Publish a few of the sample guidelines, found by words: a model is waited for elsewhere."""
    source = read_folder(EXAMPLES / "guidelines")
    some = Source(documents=tuple(one for one in source.documents if one.id in SAMPLES))
    database = Database.open(url)
    publication.publish(database, some, by="bench", now=datetime.now(UTC))
    database.close()


# ---------------------------------------------------------------- replicas


class _Replica:
    """A process that serves, until it is killed."""

    def __init__(self, site: Site) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        self._armed = context.Value("i", Point.NOWHERE)
        self._ready = context.Event()
        self._process: BaseProcess = context.Process(
            target=_serve, args=(site, self._armed, self._ready), daemon=True
        )
        self._process.start()
        if not self._ready.wait(60):
            raise RuntimeError("a replica did not start")

    def arm(self, point: Point) -> None:
        """Have it die at that point of whatever it does next."""
        self._armed.value = point

    def dies(self) -> bool:
        """Wait until it is dead by its own hand; False where it lived on."""
        self._process.join(60)
        died = self._process.exitcode == -signal.SIGKILL
        self.stop()
        return died

    def stop(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._process.join()


@contextmanager
def replicas(site: Site, count: int) -> Iterator[None]:
    """Run so many replicas until the block ends, without a word to them."""
    running = [_Replica(site) for _ in range(count)]
    try:
        yield
    finally:
        for each in running:
            each.stop()


@dataclass
class _Fate:
    """Kills the process at the point it is armed for."""

    armed: Any

    def at(self, point: Point) -> None:
        if self.armed.value == point:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True)
class _Doomed:
    """A judge in whose hands the process may die."""

    inner: Judge
    fate: _Fate

    @property
    def fingerprint(self) -> str:
        """That of the judge inside."""
        return self.inner.fingerprint

    def opinion(self, question: Question, shown: tuple[Shown, ...]) -> Opinion:
        """Ask the judge inside, if the process lives."""
        self.fate.at(Point.THINKING)
        return self.inner.opinion(question, shown)


class _Hanging:
    """A judge that never comes back."""

    fingerprint = "hanging"

    def opinion(self, _question: Question, _shown: tuple[Shown, ...]) -> Opinion:
        """Wait for ever."""
        threading.Event().wait()
        raise AssertionError


class _DoomedSender(SlackSender):
    """A sender in whose hands the process may die, before and after a message is posted."""

    fate: _Fate

    def post(self, notice: Notice, to: Address, *, key: str, plain: bool = False) -> Posted:
        """Post the message, if the process lives."""
        self.fate.at(Point.ANSWERED)
        posted = super().post(notice, to, key=key, plain=plain)
        self.fate.at(Point.POSTED)
        return posted


def _judge(site: Site, fate: _Fate) -> Judge:
    if site.hangs:
        return _Hanging()
    if not site.model:
        return _Doomed(Reader(), fate)
    model = OpenAI.connect(
        key="sk-none", model="gpt-scripted", base_url=site.model, api=Api.RESPONSES
    )
    return ModelJudge(
        model=model,
        reader=Reader(),
        masking=Redactor().begin,
        purse=Free(),
        breaker=Breaker(failures=1_000_000),
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _serve(site: Site, armed: Any, ready: Any) -> None:  # noqa: ANN401 - multiprocessing's own
    """Join the parts as `bot.workplace` does, with what may kill the process in between."""
    import logging

    logging.disable()
    fate = _Fate(armed)
    database = Database.open(site.url)
    client = posting_client(site.bot, base_url=site.api, timeout=TIMEOUT)
    answerer = Answerer(
        database,
        embedder=None,
        judge=_judge(site, fate),
        glossary=Glossary.load(),
        clock=_now,
        zone=ZONE,
    )
    directory = SlackDirectory(client, compliance=(), clock=_now, zone=ZONE)
    drawing = Drawing(
        database,
        answerer=answerer,
        directory=directory,
        link=links_of(client),
        clock=_now,
        zone=ZONE,
    )
    redactor = Redactor()

    def mask(text: str) -> tuple[str, bool]:
        fate.at(Point.DELIVERED)
        return redactor.without_secrets(text)

    services = Services(
        database=database,
        answerer=answerer,
        directory=directory,
        drawing=drawing,
        client=client,
        clock=_now,
        zone=ZONE,
        retention=timedelta(days=30),
        mask=mask,
        issue=lambda _ruling, _by: None,
    )
    workers = Workers(
        database=database,
        listeners=listeners_with(services),
        clock=_now,
        hands=site.hands,
        lease=LEASE,
    )

    def wake() -> None:
        fate.at(Point.JOURNALLED)
        workers.wake()

    admission = Admission(database, clock=_now, mask=mask, wake=wake)
    sender = _DoomedSender(client, drawing.draw)
    sender.fate = fate
    courier = Courier(
        database,
        sender,
        worker=str(os.getpid()),
        clock=_now,
        pace=PACE,
        timing=TIMING,
    )
    handler = SocketModeHandler(
        build_app(services, admission), site.app, web_client=WebClient(site.app, base_url=site.api)
    )
    handler.connect()
    workers.start()
    ready.set()
    courier.run(threading.Event())
