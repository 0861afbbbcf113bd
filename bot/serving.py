"""`mayi serve`: the parts that run side by side, started in order and drained on the way out.

What takes things in is started last and stopped first, so that nothing is taken that nobody will
work off; whatever is left in the journal then is taken up by whoever runs next.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from bot import network
from bot.inbox import Workers
from bot.web import Readiness, WebServer
from jobs import inbox, outbox
from jobs.courier import Courier
from jobs.replicas import Replica
from jobs.runs import Job, run_due
from jobs.scheduler import Clock
from knowledge.database import Database
from knowledge.errors import Problem, Refused

log = logging.getLogger("mayi.serving")

GRACE = 25.0
"""Seconds for what is under way once we are told to stop; orchestrators kill after 30."""

DEAF = timedelta(seconds=90)
"""How long the socket may be gone: Slack closes it now and then, and we take 40 s to notice."""

STILL = timedelta(minutes=5)
"""How long the clock may not tick."""


class Running(Protocol):
    """Something that runs beside the rest."""

    def start(self) -> None:
        """Begin; returns at once."""
        ...

    def stop(self, seconds: float) -> None:
        """Take nothing new, finish what is under way, at most for so many seconds."""
        ...


class TakingUp:
    """What processes of this machine held that died: let go once, before anything works."""

    def __init__(
        self, database: Database, replica: Replica, *, clock: Callable[[], datetime]
    ) -> None:
        """Take the records and who we are."""
        self._database = database
        self._replica = replica
        self._clock = clock

    def start(self) -> None:
        """Let go of it."""
        with self._database.begin() as tx:
            now = self._clock()
            freed = inbox.release(tx, self._replica.survives, now=now)
            unsure = outbox.release(tx, self._replica.survives, now=now)
        if freed or unsure:
            log.info("taken up after a crash: %d deliveries, %d messages", freed, unsure)

    def stop(self, _seconds: float) -> None:
        """Do nothing: there is nothing of it left."""


class Working:
    """The workers that answer."""

    def __init__(self, workers: Workers) -> None:
        """Take them, not yet started."""
        self._workers = workers

    def start(self) -> None:
        """Let them begin."""
        self._workers.start()

    def stop(self, seconds: float) -> None:
        """Let them finish what they have."""
        if not self._workers.drain(seconds):
            log.warning("some work is left unfinished; it is taken up at the next start")


class Sending:
    """The courier, in a thread of its own."""

    def __init__(self, courier: Courier) -> None:
        """Take the courier, not yet running."""
        self._courier = courier
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=courier.run, args=(self._stop,), name="courier", daemon=True
        )

    def start(self) -> None:
        """Let it run."""
        self._thread.start()

    def stop(self, seconds: float) -> None:
        """Let it finish what it sends, and send what is still due."""
        end = time.monotonic() + seconds
        self._stop.set()
        self._thread.join(seconds)
        while time.monotonic() < end and self._courier.deliver_one():
            pass


class Ticking:
    """The clock, which asks every minute what is due."""

    def __init__(
        self,
        database: Database,
        jobs: Iterable[Job],
        *,
        worker: str,
        clock: Callable[[], datetime],
    ) -> None:
        """Take what runs by the clock."""
        every = tuple(jobs)
        self.clock = Clock(
            lambda: run_due(database, every, worker=worker, clock=clock), clock=clock
        )

    def start(self) -> None:
        """Let it tick."""
        self.clock.start()

    def stop(self, _seconds: float) -> None:
        """Let it tick no more."""
        self.clock.stop()


class Listening:
    """The web server: health, metrics and, in HTTP mode, Slack's requests."""

    def __init__(self, server: WebServer, tell: Callable[[int], None]) -> None:
        """Take the server, and who is told of its port."""
        self._server = server
        self._tell = tell

    def start(self) -> None:
        """Listen. Raises AddressRefused where that cannot be."""
        self._tell(self._server.start())

    def stop(self, _seconds: float) -> None:
        """Listen no more."""
        self._server.stop()


class SocketRefused(Refused):
    """Slack does not open the connection of Socket Mode to us."""


class Socket:
    """The connection of Socket Mode, over which Slack brings everything."""

    def __init__(self, app: App, token: str, clock: Callable[[], datetime]) -> None:
        """Take the app that is brought it, and the app-level token."""
        self._handler = SocketModeHandler(app, token)
        self._clock = clock
        self._heard = clock()

    def start(self) -> None:
        """Connect; lost connections are made anew. Raises SocketRefused."""
        client = self._handler.client
        try:
            client.wss_uri = client.issue_new_wss_url()
        except SlackApiError as error:
            raise _refused(str(error.response.get("error", "unknown"))) from None
        if network.goes_straight(client.wss_uri):  # which Slack's library asks for HTTP alone
            client.proxy = None
        client.connect()

    def stop(self, _seconds: float) -> None:
        """Disconnect."""
        self._handler.client.close()

    @property
    def is_deaf(self) -> bool:
        """Tell whether the connection has been gone for longer than making it anew takes."""
        now = self._clock()
        if self._handler.client.is_connected():
            self._heard = now
        return now - self._heard > DEAF


def _refused(error: str) -> SocketRefused:
    mend = "Make an app-level token (xapp-…) with connections:write, and switch Socket Mode on"
    what = f"Slack does not open a connection to us: {error}"
    return SocketRefused(Problem(place="SLACK_APP_TOKEN", what=what, mend=mend))


def serve(
    parts: Sequence[Running],
    stop: threading.Event,
    *,
    ready: Callable[[], None] = lambda: None,
    grace: float = GRACE,
) -> None:
    """Run the parts until told to stop, then stop them, the last one started first.

    `ready` is called when all have started; `grace` is in seconds.
    """
    started: list[Running] = []
    try:
        for part in parts:
            part.start()
            started.append(part)
        log.info("serving")
        ready()
        stop.wait()
    finally:
        end = time.monotonic() + grace
        with ExitStack() as stopping:  # the last one first, and each whatever another raises
            for part in started:
                stopping.callback(_stop, part, end)
        log.info("stopped")


def _stop(part: Running, end: float) -> None:
    part.stop(max(0.0, end - time.monotonic()))


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Looks whether this replica can do its work."""

    courier: Courier
    ticking: Ticking
    clock: Callable[[], datetime]
    has_rules: Callable[[], bool]
    socket: Socket | None = None

    def readiness(self) -> Readiness:
        """Return what is in the way, in a sentence each."""
        return Readiness(faults=tuple(self._faults()))

    def _faults(self) -> Iterable[str]:
        try:
            if not self.has_rules():
                yield "no edition of the rules is in force"
        except Refused as refusal:
            log.warning("the records cannot be read: %s", refusal)
            yield "the records cannot be read"
        if (stopped := self.courier.stopped) is not None:
            yield f"Slack does not let us speak: {stopped.error}"
        if self.socket is not None and self.socket.is_deaf:
            yield "the connection to Slack is gone"
        tick = self.ticking.clock.last_tick
        if tick is not None and self.clock() - tick > STILL:
            yield "the clock stands still"
