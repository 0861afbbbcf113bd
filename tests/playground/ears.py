"""Apps that do nothing but listen: one on a socket, one on the web."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bot.playground.workspace import Workspace

Json = dict[str, Any]
SILENT = object()


@dataclass
class Ear:
    """Hears envelopes, and acknowledges each with what `answer` returns; SILENT says nothing."""

    answer: Callable[[Json], object] = lambda _envelope: None
    heard: list[Json] = field(default_factory=list)
    goodbyes: list[str] = field(default_factory=list)

    def events(self, kind: str | None = None) -> list[Json]:
        told = [one["payload"]["event"] for one in self.heard if one["type"] == "events_api"]
        return [one for one in told if kind in (None, one["type"])]

    def listen(self, socket: ClientConnection) -> None:
        try:
            for said in socket:
                self._take(socket, json.loads(said))
        except ConnectionClosed:
            pass

    def _take(self, socket: ClientConnection, said: Json) -> None:
        if said["type"] == "disconnect":
            self.goodbyes.append(said["reason"])
        if "envelope_id" not in said:
            return
        self.heard.append(said)
        answer = self.answer(said)
        if answer is not SILENT:
            acknowledged = {"envelope_id": said["envelope_id"], "payload": answer}
            socket.send(json.dumps(acknowledged))


@contextmanager
def listening(workspace: Workspace, ear: Ear | None = None) -> Iterator[Ear]:
    """Keep an ear on a socket for as long as the block lasts."""
    ear = ear or Ear()
    opened = WebClient(workspace.keys.app, base_url=workspace.api).apps_connections_open(
        app_token=workspace.keys.app
    )
    with connect(opened["url"]) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
        thread = threading.Thread(target=ear.listen, args=(socket,), daemon=True)
        thread.start()
        yield ear


@dataclass(frozen=True)
class Heard:
    headers: dict[str, str]
    body: bytes


@contextmanager
def web_app(answer: Callable[[Heard], tuple[int, str]]) -> Iterator[tuple[str, list[Heard]]]:
    """Serve an app on the web; it yields its address and what it heard."""
    heard: list[Heard] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard.append(Heard({k.lower(): v for k, v in self.headers.items()}, body))
            status, text = answer(heard[-1])
            self.send_response(status)
            if status == 503:
                self.send_header("x-slack-no-retry", "1")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/slack/events", heard
        server.shutdown()


def challenged(heard: Heard) -> tuple[int, str]:
    """Answer Slack's challenge, and everything else with nothing."""
    kind = heard.headers["content-type"]
    body = json.loads(heard.body) if kind == "application/json" else {}
    return 200, body.get("challenge", "")
