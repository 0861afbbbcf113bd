"""Messages sent by couriers that are killed, over a connection that loses what it should not.

Two worker processes carry the outbox into the local workspace while one of them is killed
(SIGKILL) again and again and started anew, and while requests and responses are lost and messages
land seconds later. What then stands in the workspace is held against what was planned. Beside it,
in the same weather, a sender that does what most do: it repeats until it is told that it worked.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path

from benchmarks.kills import stores
from benchmarks.table import Figure, Result
from bot.blocks.drawn import Drawn
from bot.playground.faults import Fault, FaultKind
from bot.playground.scenario import GENERAL, MAYA, MODELS
from bot.playground.server import serve_workspace
from bot.playground.workspace import Workspace
from bot.sender import SlackSender, posting_client
from jobs import outbox
from jobs.courier import Courier, Timing
from jobs.notices import CaseCard, Notice
from jobs.outbox import State
from jobs.pacing import Pace, Rate
from jobs.ports import Address, PerhapsSent, Posted
from knowledge.database import Database

POSTS, NAIVE_POSTS = 6000, 600
THREADS = 120
WORKERS = 2
SEED = 1

TIMEOUT = 4
TIMING = Timing(
    lease=timedelta(seconds=16), settled=timedelta(seconds=5), peek=timedelta(seconds=0.5)
)
"""Time runs some seven times as fast as in service, for the weather as for those who wait."""

PACE = Pace(
    channel=Rate(every=timedelta(milliseconds=1), burst=1000),
    workspace=Rate(every=timedelta(milliseconds=1), burst=1000),
)
WEATHER = (
    Fault(kind=FaultKind.LOST_REQUEST, method="chat.*", share=0.02),
    Fault(kind=FaultKind.LOST_RESPONSE, method="chat.*", share=0.02),
    Fault(kind=FaultKind.DONE_BUT_ERROR, method="chat.*", share=0.01),
    Fault(kind=FaultKind.LATE_LANDING, method="chat.*", share=0.02, seconds=2),
    Fault(kind=FaultKind.SERVER_ERROR, share=0.01),
)
BETWEEN_KILLS = (20, 60)
"""Messages sent between two kills: by them and not by time, so that a busy machine gets on too."""

LONGEST = 3600
"""Seconds after which what is not sent counts as lost."""


@dataclass(frozen=True, kw_only=True)
class Post:
    """Where the workers of a run find their store and the workspace, and how they send."""

    url: str
    api: str
    token: str
    naive: bool


@dataclass(kw_only=True)
class Toll:
    """What a run came to."""

    posts: int
    lost: int = 0
    doubled: int = 0
    misplaced: int = 0
    unrecorded: int = 0
    kills: int = 0
    seconds: float = 0.0


def measure(_material: Path | None) -> Iterator[Result | str]:
    """Yield the figures of both databases."""
    with stores("both") as made:
        for name, url in made.items():
            careful = _run(url, POSTS, naive=False)
            yield f"outbox on {name}: {_told(careful)}"
            naive = _run(url, NAIVE_POSTS, naive=True)
            yield f"naive retry on {name}: {_told(naive)}"
            yield from _figures(name, careful, naive)


def _figures(name: str, careful: Toll, naive: Toll) -> Iterator[Result]:
    of = f"of {POSTS:,} posts on {name} (naive retry: of {NAIVE_POSTS})"
    wrongs = {
        f"{of}: lost": (careful.lost, naive.lost),
        f"{of}: doubled": (careful.doubled, naive.doubled),
        f"{of}: out of order in their thread": (careful.misplaced, naive.misplaced),
        f"{of}: sent, and not recorded so": (careful.unrecorded, None),
    }
    for what, (value, baseline) in wrongs.items():
        yield Figure(name=what, value=value, style="count", must=0, at_most=True, baseline=baseline)


def _told(toll: Toll) -> str:
    return (
        f"{toll.posts:,} posts, {toll.kills} kills, {toll.seconds:.0f} s: {toll.lost} lost, "
        f"{toll.doubled} doubled, {toll.misplaced} out of order"
    )


# ---------------------------------------------------------------- one run


def _run(url: str, posts: int, *, naive: bool) -> Toll:
    began = time.monotonic()
    with serve_workspace(seed=SEED) as workspace:
        threads = _threads(workspace)
        database = Database.open(url)
        try:
            _plan(database, threads, posts, naive=naive)
            for fault in WEATHER:
                workspace.faults.add(fault)
            post = Post(url=url, api=workspace.api, token=workspace.keys.bot, naive=naive)
            kills = _deliver_among_kills(database, post)
            time.sleep(TIMING.settled.total_seconds())  # what is late has landed
            toll = _toll(database, workspace, threads, posts)
        finally:
            database.close()
    toll.kills, toll.seconds = kills, time.monotonic() - began
    return toll


def _threads(workspace: Workspace) -> tuple[Address, ...]:
    return tuple(
        Address(channel=channel, thread=workspace.post(MAYA, channel, f"question {number}").ts)
        for number in range(THREADS)
        for channel in ((GENERAL, MODELS)[number % 2],)
    )


def _plan(database: Database, threads: tuple[Address, ...], posts: int, *, naive: bool) -> None:
    with database.begin() as tx:
        tx.execute(outbox.outbox.delete())
        for number in range(posts):
            outbox.plan(
                tx,
                CaseCard(case=number),
                threads[number % THREADS],
                key=f"{'naive' if naive else 'careful'}:{number}",
                now=datetime.now(UTC),
            )


def _deliver_among_kills(database: Database, post: Post) -> int:
    """Run the workers and kill one of them now and then until all is sent; return the kills."""
    chance = random.Random(SEED)  # noqa: S311 - the same moments each time, no secret
    deadline = time.monotonic() + LONGEST
    kills, next_kill = 0, chance.randint(*BETWEEN_KILLS)
    with _workers(post) as running:
        while _left(database) and time.monotonic() < deadline:
            time.sleep(chance.uniform(0.02, 0.1))
            if _sent(database) >= next_kill:
                running.kill(chance.randrange(WORKERS))
                kills, next_kill = kills + 1, _sent(database) + chance.randint(*BETWEEN_KILLS)
    return kills


def _left(database: Database) -> int:
    with database.read() as tx:
        counts = outbox.counts(tx)
    return sum(counts[state] for state in (State.WAITING, State.SENDING, State.UNSURE))


def _sent(database: Database) -> int:
    with database.read() as tx:
        return outbox.counts(tx)[State.SENT]


@dataclass
class Workers:
    """Worker processes, each replaced by another when it is killed."""

    post: Post
    running: list[BaseProcess] = field(default_factory=list)

    def start(self) -> BaseProcess:
        """Start a worker."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        process = context.Process(target=_work, args=(self.post,), daemon=True)
        process.start()
        return process

    def kill(self, which: int) -> None:
        """Kill one, and let another take its place."""
        os.kill(self.running[which].pid or 0, signal.SIGKILL)
        self.running[which].join()
        self.running[which] = self.start()


@contextmanager
def _workers(post: Post) -> Iterator[Workers]:
    workers = Workers(post)
    workers.running = [workers.start() for _ in range(WORKERS)]
    try:
        yield workers
    finally:
        for process in workers.running:
            process.kill()
            process.join()


# ---------------------------------------------------------------- in a worker


class NaiveSender(SlackSender):
    """Repeats until it is told that it worked, and never looks whether it did before."""

    def post(self, notice: Notice, to: Address, *, key: str, plain: bool = False) -> Posted:
        """Post what the notice says, as often as it takes."""
        while True:
            try:
                return super().post(notice, to, key=key, plain=plain)
            except PerhapsSent:
                time.sleep(TIMING.peek.total_seconds())

    def find(self, key: str, to: Address, *, since: datetime) -> Posted | None:  # noqa: ARG002
        """Look for nothing."""
        return None


def _work(post: Post) -> None:
    import logging

    logging.disable()  # slack_sdk tells of every connection that breaks
    client = posting_client(post.token, base_url=post.api, timeout=TIMEOUT)
    sender = NaiveSender if post.naive else SlackSender
    courier = Courier(
        Database.open(post.url),
        sender(client, _draw),
        worker=str(os.getpid()),
        clock=lambda: datetime.now(UTC),
        pace=PACE,
        timing=TIMING,
    )
    courier.run(threading.Event())


def _draw(notice: Notice, _to: Address) -> Drawn:
    if not isinstance(notice, CaseCard):
        raise TypeError(notice)
    return Drawn(text=str(notice.case), blocks=())


# ---------------------------------------------------------------- what came of it


def _toll(
    database: Database, workspace: Workspace, threads: tuple[Address, ...], posts: int
) -> Toll:
    """Hold what stands in the workspace against what was planned and what is recorded."""
    shown = [_shown(workspace, thread) for thread in threads]
    times = Counter(number for numbers in shown for number in numbers)
    with database.read() as tx:
        recorded = outbox.counts(tx)[State.SENT]
    return Toll(
        posts=posts,
        lost=sum(number not in times for number in range(posts)),
        doubled=sum(count - 1 for count in times.values()),
        misplaced=sum(a > b for numbers in shown for a, b in pairwise(numbers)),
        unrecorded=posts - recorded,
    )


def _shown(workspace: Workspace, thread: Address) -> list[int]:
    messages = workspace.thread(MAYA, thread.channel, str(thread.thread))
    return [int(each.text) for each in messages if each.by_app]
