"""The server itself: real HTTP on a port of its own, every request kept, every part played."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.fakes.model.replies import CHAT, EMBEDDINGS, MODELS, RESPONSES, Call, Reply, error, of
from tests.fakes.model.vectors import embedded

Part = Callable[[Call], Reply]
"""What the model does with a request; a part may well choose another by the request."""

LARGEST_REQUEST = 50_000_000


class ModelServer:
    """An OpenAI-compatible vendor on loopback, to be used in a `with`.

    `part` answers questions, `embedder` embeds texts; both may be replaced while it runs. With
    `key` any other key is refused as the vendor would. `calls` holds what arrived, in order.
    """

    def __init__(
        self,
        part: Part,
        *,
        embedder: Part = embedded,
        key: str | None = None,
        models: tuple[str, ...] = ("gpt-scripted", "text-embedding-3-small"),
    ) -> None:
        self.part = part
        self.embedder = embedder
        self.key = key
        self.models = models
        self.calls: list[Call] = []
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.vendor = self

    @property
    def url(self) -> str:
        """What OPENAI_BASE_URL is to be."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> Self:
        serve = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        serve.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._http.hang_up()

    def take(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Call:
        """Keep a request and return it, numbered."""
        with self._lock:
            call = Call(number=len(self.calls) + 1, path=path, body=body, headers=headers)
            self.calls.append(call)
        return call

    def reply(self, call: Call) -> Reply:
        """Return what goes back."""
        if self.key is not None and call.headers.get("authorization") != f"Bearer {self.key}":
            return error(
                401, "Incorrect API key provided.", "invalid_api_key", "invalid_request_error"
            )
        match call.path:
            case _ if call.path == MODELS:
                listed = [{"id": name, "object": "model", "owned_by": "us"} for name in self.models]
                return of({"object": "list", "data": listed})
            case _ if call.path == EMBEDDINGS:
                return self.embedder(call)
            case _ if call.path in {RESPONSES, CHAT}:
                return self.part(call)
            case _:
                return nothing_there(call)


def nothing_there(_call: Call) -> Reply:
    """Answer as a server does that has no such endpoint."""
    return of({"detail": "Not Found"}, status=404)


class _Http(ThreadingHTTPServer):
    """Knows its open connections, so that closing it leaves none behind."""

    daemon_threads = True
    vendor: ModelServer

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that goes away in the middle is what many tests are about."""

    def hang_up(self) -> None:
        """End the open connections, and wait a moment for those who serve them to go."""
        for connection in tuple(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for _ in range(100):
            if not self.open:
                return
            time.sleep(0.01)


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def do_GET(self) -> None:
        self._send(self._reply({}))

    def do_POST(self) -> None:
        size = min(int(self.headers.get("content-length") or 0), LARGEST_REQUEST)
        self._send(self._reply(json.loads(self.rfile.read(size) or b"{}")))

    def _reply(self, body: dict[str, Any]) -> Reply:
        vendor = self.server.vendor
        headers = {name.lower(): value for name, value in self.headers.items()}
        return vendor.reply(vendor.take(self.path.partition("?")[0], body, headers))

    def _send(self, reply: Reply) -> None:
        closing = self.server.vendor.closing
        if reply.silent:
            closing.wait()
            self.close_connection = True
            return
        if reply.wait and closing.wait(reply.wait):
            return
        self.send_response(reply.status)
        for name, value in self._headers(reply).items():
            self.send_header(name, value)
        self.end_headers()
        self._write(reply)

    def _headers(self, reply: Reply) -> dict[str, str]:
        told = {"content-type": reply.content_type, "content-length": str(len(reply.body))}
        return {**told, "x-request-id": "req_scripted", **reply.headers}

    def _write(self, reply: Reply) -> None:
        if not reply.pause:
            self.wfile.write(reply.body)
            return
        for place in range(len(reply.body)):
            if self.server.vendor.closing.wait(reply.pause):
                self.close_connection = True
                return
            self.wfile.write(reply.body[place : place + 1])

    def log_message(self, *_: Any) -> None:
        """Write no log."""


def by_number(*parts: Part) -> Part:
    """Play the parts one after the other, the last one for good."""
    return lambda call: parts[min(call.number, len(parts)) - 1](call)


def slowed(part: Part, *, wait: float = 0.0, pause: float = 0.0) -> Part:
    """Play a part late, or a byte at a time."""
    return lambda call: replace(part(call), wait=wait, pause=pause)
