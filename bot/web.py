"""Everything that is asked of us over HTTP: Slack's requests, health and metrics.

Our own check of Slack's signature stands in front of Bolt: forged, stale, replayed and malformed
requests get 401 or 413, and no body is ever logged.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import uvicorn
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from knowledge.errors import Problem, Refused

LARGEST = 1_000_000
"""Bytes of one request: Slack's largest payloads, modals with their state, have some 300,000."""

FRESH = 300
"""Seconds for which a signature counts (Slack: verifying requests)."""

Dispatch = Callable[[str, Mapping[str, str]], tuple[int, Mapping[str, str], str]]
"""Works on Slack's request: body and headers in; status, headers and body out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether a replica can do its work, and each reason why not."""

    faults: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Tell whether nothing is in the way."""
        return not self.faults


@dataclass(slots=True)
class Doorkeeper:
    """Lets in what Slack signed, each request once. Serves many threads."""

    secret: str
    clock: Callable[[], float] = time.time
    _let_in: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def admits(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Tell whether the request is signed with our secret, fresh, and was not let in before."""
        stamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        if not (stamp.isascii() and stamp.isdecimal() and signature.isascii()):
            return False
        return self._is_fresh(stamp) and self._is_ours(stamp, body, signature)

    def _is_fresh(self, stamp: str) -> bool:
        # A longer number is no time, and one of thousands of digits is costly to read.
        return len(stamp) <= len("10000000000") and abs(self.clock() - int(stamp)) <= FRESH

    def _is_ours(self, stamp: str, body: bytes, signature: str) -> bool:
        try:
            expected = SignatureVerifier(self.secret).generate_signature(timestamp=stamp, body=body)
        except UnicodeDecodeError:
            return False
        genuine = hmac.compare_digest(expected or "", signature)
        with self._lock:
            return genuine and signature not in self._let_in

    def remember(self, headers: Mapping[str, str]) -> None:
        """Note that a request was worked on; what failed may be sent again as it was."""
        now = self.clock()
        with self._lock:
            self._let_in = {each: at for each, at in self._let_in.items() if now - at <= 2 * FRESH}
            self._let_in[headers["x-slack-signature"]] = now


def web_app(
    *,
    ready: Callable[[], Readiness],
    metrics: Callable[[], tuple[bytes, str]],
    dispatch: Dispatch | None = None,
    doorkeeper: Doorkeeper | None = None,
) -> Starlette:
    """Return the pages; Slack's own only with `dispatch` and `doorkeeper` (HTTP mode).

    `metrics` returns the text of the metrics and its content type.
    """
    routes = [
        Route("/healthz", _alive),
        Route("/readyz", _readiness(ready)),
        Route("/metrics", _measured(metrics)),
    ]
    if dispatch is not None and doorkeeper is not None:
        routes.append(Route("/slack/events", _slack(dispatch, doorkeeper), methods=["POST"]))
    return Starlette(routes=routes)


async def _alive(_request: Request) -> Response:
    """Say that the process runs: it depends on neither Slack nor a model nor the records."""
    return PlainTextResponse("alive\n")


def _readiness(ready: Callable[[], Readiness]) -> Callable[[Request], object]:
    async def answer(_request: Request) -> Response:
        found = await run_in_threadpool(ready)
        body = {"ready": found.ready, "faults": list(found.faults)}
        return JSONResponse(body, status_code=200 if found.ready else 503)

    return answer


def _measured(metrics: Callable[[], tuple[bytes, str]]) -> Callable[[Request], object]:
    async def answer(_request: Request) -> Response:
        text, kind = await run_in_threadpool(metrics)
        return Response(text, headers={"content-type": kind})

    return answer


def _slack(dispatch: Dispatch, doorkeeper: Doorkeeper) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large\n", status_code=413)
        if not doorkeeper.admits(request.headers, body):
            return PlainTextResponse("not signed by Slack\n", status_code=401)
        status, headers, text = await run_in_threadpool(dispatch, body.decode(), request.headers)
        if status < 300:  # noqa: PLR2004 - HTTP's success
            doorkeeper.remember(request.headers)
        return Response(text, status_code=status, headers=dict(headers))

    return answer


async def _body(request: Request) -> bytes | None:
    """Return the body; None where it is larger than anything of Slack's."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return body


class AddressRefused(Refused):
    """Where our pages are to be served, they cannot be."""


class WebServer:
    """Serves the pages from a thread of its own until it is stopped."""

    def __init__(self, app: Starlette, *, host: str, port: int) -> None:
        """Take the pages and where to listen; port 0 is any that is free."""
        config = uvicorn.Config(
            app, host=host, port=port, log_config=None, access_log=False, server_header=False
        )
        self._address = f"{host}:{port}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    def start(self) -> int:
        """Listen, and return the port. Raises AddressRefused: taken, or not ours."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise self._refusal()
            time.sleep(0.01)
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    def _refusal(self) -> AddressRefused:
        what = f"{self._address} is taken, or is no address of this machine"
        mend = "Set MAYI_LISTEN to one that is free, such as 127.0.0.1:8080"
        return AddressRefused(Problem(place="MAYI_LISTEN", what=what, mend=mend))

    def stop(self) -> None:
        """Finish the requests under way and stop listening."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        # uvicorn leaves the process when it cannot listen; here that ends the thread alone.
        with suppress(SystemExit):
            self._server.run()
