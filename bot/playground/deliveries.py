"""Bringing the app what happened: over HTTP or a socket, with Slack's patience and its retries.

An event is told until the app acknowledges it or Slack gives up; an act (a button, a command, a
form) is brought once, and the app's answer is awaited.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import ipaddress
import json
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from bot.playground.faults import Faults
from bot.playground.records import Json
from bot.playground.site import Patience

EVENT, ACT, COMMAND = "events_api", "interactive", "slash_commands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What is brought to the app: `kind` is EVENT, ACT or COMMAND."""

    id: str
    kind: str
    payload: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What came of one attempt: whether it reached the app, else why not; and what it answered.

    `final` says that the app wants no retry.
    """

    reached: bool
    reason: str = ""
    body: Json | str | None = None
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt, for whoever counts: its number from 0, and how long it took in seconds."""

    envelope: str
    kind: str
    number: int
    reached: bool
    reason: str
    seconds: float


class Route(Protocol):
    """A way to the app."""

    async def attempt(
        self, envelope: Envelope, *, number: int, reason: str, seconds: float
    ) -> Acknowledgement:
        """Bring an envelope once and wait so long for the answer.

        `number` counts the attempts before, `reason` is why the last one failed.
        """
        ...


class Deliveries:
    """Carries envelopes to the app, on the server's event loop; called from any thread."""

    def __init__(self, route: Route, faults: Faults, patience: Patience) -> None:
        """Begin with a way to the app; `route` may be replaced."""
        self.route = route
        self.attempts: list[Attempt] = []
        self._faults = faults
        self._patience = patience
        self._loop: asyncio.AbstractEventLoop | None = None
        self._under_way: set[Future[Any]] = set()
        self._landed = threading.Condition()

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to carry, on that loop."""
        self._loop = loop

    def stop(self) -> None:
        """Give up what is under way."""
        with self._landed:
            under_way = tuple(self._under_way)
        for one in under_way:
            one.cancel()

    def tell(self, envelope: Envelope) -> None:
        """Tell an event, again and again until it is acknowledged or given up."""
        for delay in self._faults.delays():
            self._spawn(self._told(envelope, delay))

    def ask(self, envelope: Envelope) -> Acknowledgement:
        """Bring an act and return the app's answer. Not to be called from the server's loop."""
        return self._spawn(self._attempted(envelope)).result()

    def settle(self, *, seconds: float) -> bool:
        """Wait until everything is acknowledged or given up, or time is up; tell which."""
        with self._landed:
            return self._landed.wait_for(lambda: not self._under_way, timeout=seconds)

    def _spawn(self, work: Coroutine[Any, Any, Acknowledgement]) -> Future[Acknowledgement]:
        if self._loop is None:
            work.close()
            raise RuntimeError("the workspace is not served")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        with self._landed:
            self._under_way.add(future)
        future.add_done_callback(self._finished)
        return future

    def _finished(self, future: Future[Any]) -> None:
        with self._landed:
            self._under_way.discard(future)
            self._landed.notify_all()

    async def _told(self, envelope: Envelope, delay: float) -> Acknowledgement:
        """Tell an event with Slack's retries."""
        await asyncio.sleep(delay)
        answered = await self._attempted(envelope)
        for number, pause in enumerate(self._patience.retries, start=1):
            if answered.reached or answered.final:
                break
            await asyncio.sleep(pause)
            answered = await self._attempted(envelope, number=number, reason=answered.reason)
        return answered

    async def _attempted(
        self, envelope: Envelope, *, number: int = 0, reason: str = ""
    ) -> Acknowledgement:
        begun = time.monotonic()
        answered = await self.route.attempt(
            envelope, number=number, reason=reason, seconds=self._patience.ack
        )
        self.attempts.append(
            Attempt(
                envelope=envelope.id,
                kind=envelope.kind,
                number=number,
                reached=answered.reached,
                reason=answered.reason,
                seconds=time.monotonic() - begun,
            )
        )
        return answered


class WebRoute:
    """To the app's own web address, each request signed."""

    def __init__(self, url: str, signing: str, clock: Callable[[], float]) -> None:
        """Take the address; raises ValueError where it is not on loopback."""
        parts = urlsplit(url)
        if parts.hostname is None or not ipaddress.ip_address(parts.hostname).is_loopback:
            raise ValueError(f"not on loopback: {url}")
        self._host, self._port = parts.hostname, parts.port or 80
        self._path = parts.path or "/"
        self._signing = signing
        self._clock = clock

    async def attempt(
        self, envelope: Envelope, *, number: int, reason: str, seconds: float
    ) -> Acknowledgement:
        """Post an envelope's payload: events as JSON, acts and commands as forms."""
        body, headers = self.signed(envelope)
        if number:
            headers |= {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, self.post, body, headers, seconds)

    def verify(self) -> None:
        """Ask the app whether the address is its own, as Slack does before it uses one."""
        challenge = hashlib.sha256(self._signing.encode()).hexdigest()
        payload = {"token": "", "challenge": challenge, "type": "url_verification"}
        asked = self.signed(Envelope(id="", kind=EVENT, payload=payload))
        answered = self.post(*asked, 3.0)
        said = answered.body.get("challenge") if isinstance(answered.body, dict) else answered.body
        if not answered.reached or said != challenge:
            raise ValueError(f"the app did not answer the challenge: {answered.reason or said}")

    def signed(self, envelope: Envelope) -> tuple[bytes, dict[str, str]]:
        """Return a request's body, and its headers with Slack's signature (v0)."""
        body, kind = _written(envelope)
        moment = str(int(self._clock()))
        signed = f"v0:{moment}:".encode() + body
        signature = hmac.new(self._signing.encode(), signed, hashlib.sha256).hexdigest()
        return body, {
            "content-type": kind,
            "x-slack-request-timestamp": moment,
            "x-slack-signature": f"v0={signature}",
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        }

    def post(self, body: bytes, headers: dict[str, str], seconds: float) -> Acknowledgement:
        """Post to the app and return what came of it."""
        connection = http.client.HTTPConnection(self._host, self._port, timeout=seconds)
        try:
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except TimeoutError:
            return Acknowledgement(reached=False, reason="http_timeout")
        except (OSError, http.client.HTTPException):
            return Acknowledgement(reached=False, reason="connection_failed")
        finally:
            connection.close()
        final = response.getheader("x-slack-no-retry") == "1"
        if response.status != http.HTTPStatus.OK:
            return Acknowledgement(reached=False, reason="http_error", body=text, final=final)
        return Acknowledgement(reached=True, body=_read(text), final=final)


def _written(envelope: Envelope) -> tuple[bytes, str]:
    """Return a body for HTTP and its media type."""
    if envelope.kind == EVENT:
        return json.dumps(envelope.payload).encode(), "application/json"
    form = envelope.payload
    if envelope.kind == ACT:
        form = {"payload": json.dumps(envelope.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _read(text: str) -> Json | str | None:
    """Return what the app answered: JSON, words, or nothing."""
    if not text:
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, dict) else text
