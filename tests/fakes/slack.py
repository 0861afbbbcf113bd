"""A server that answers every call of Slack's Web API with what it was told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], str] | None
"""Status, headers and body; None breaks the connection."""


def said(body: object, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Return an answer in JSON."""
    return status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(body)


def no(error: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Return Slack's refusal by that name."""
    return said({"ok": False, "error": error}, status=status, headers=headers)


class ScriptedSlack(ThreadingHTTPServer):
    """Answers with `answers` in turn, then always with the last; `silent` for so many seconds."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.answers: list[Answer] = []
        self.methods: list[str] = []
        self.silent = threading.Event()
        self.hangs = False

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/"

    def script(self, *answers: Answer) -> None:
        self.answers, self.methods, self.hangs = list(answers), [], False


class _Call(BaseHTTPRequestHandler):
    server: ScriptedSlack

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.methods.append(self.path.removeprefix("/api/"))
        if self.server.hangs:
            self.server.silent.wait(5)
        answers = self.server.answers
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer is not None:
            self._answer(*answer)

    def _answer(self, status: int, headers: dict[str, str], body: str) -> None:
        content = body.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep standard error for others."""


@contextmanager
def scripted_slack() -> Iterator[ScriptedSlack]:
    """Serve until the block ends."""
    with ScriptedSlack() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.silent.set()
            server.shutdown()
            thread.join()
