"""What lies outside a company's network: a site behind TLS, and the proxy that leads there."""

from __future__ import annotations

import json
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

S = TypeVar("S", bound=socketserver.BaseServer)

HOST = "127.0.0.2"
"""Loopback, yet not what anybody calls this machine: a proxy is asked for it unless spared."""


class Site(ThreadingHTTPServer):
    """Takes every request, keeps its path in `seen`, and says in JSON that it is well."""

    daemon_threads = True

    def __init__(self, certificates: ssl.SSLContext | None = None) -> None:
        super().__init__((HOST, 0), _Answer)
        self.seen: set[str] = set()
        self.answers: dict[str, object] = {}
        if certificates is not None:
            self.socket = certificates.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, request: object, client_address: object) -> None:
        """Let those go who do not trust us."""


class _Answer(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        path = self.path.partition("?")[0]
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.add(path)
        body = json.dumps(self.server.answers.get(path, {"ok": True})).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep nothing but the path."""


class Proxy(socketserver.ThreadingTCPServer):
    """Leads to whom it is asked for by CONNECT, and keeps who that was in `asked`."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Lead)
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        """Its HOST:PORT."""
        return "{}:{}".format(*self.server_address)


class _Lead(socketserver.StreamRequestHandler):
    server: Proxy

    def handle(self) -> None:
        target = self.rfile.readline().split()[1].decode()
        while self.rfile.readline().strip():
            pass
        self.server.asked.append(target)
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as there, suppress(OSError):
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            _carry(self.connection, there)


def _carry(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until either end has nothing more to say."""
    to = {one: other, other: one}
    while True:
        for ready in select.select([one, other], [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            to[ready].sendall(data)


@contextmanager
def running(server: S) -> Iterator[S]:
    """Serve until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
