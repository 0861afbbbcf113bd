"""`/_playground/`: the workspace's own levers over HTTP, for a test or benchmark elsewhere.

POST   acts         {"act": "post", "person": …, …}: any of Workspace's acts, by name
POST   faults       {"kind": "lost_response", "method": "chat.*", "share": 0.1, …}: add a fault
POST   scatter      {"copies": 4, "seconds": 0.5}: how events arrive from now on
DELETE faults       nothing goes wrong any more
POST   route        {"url": …} to the app's web address, {} by socket
POST   disconnect   {"reason": "warning" | "refresh_requested" | ""}
GET    messages     ?channel=…: everything there, ephemeral messages and metadata included
GET    attempts     every delivery so far, with how long its acknowledgement took
GET    requests     every call that the app made
GET    version      ?after=N&seconds=S: wait for a change
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, is_dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground.faults import Fault, FaultKind, Scatter
from bot.playground.inputs import Impossible
from bot.playground.records import Json
from bot.playground.workspace import Workspace

PREFIX = "/_playground"
ACTS = frozenset(
    {
        "post",
        "edit",
        "delete",
        "dismiss",
        "press",
        "press_in_view",
        "submit",
        "close",
        "open_home",
        "command",
        "shortcut",
        "stop",
        "join",
        "leave",
        "rename",
        "direct",
        "settle",
    }
)
Endpoint = Callable[[Request], Awaitable[Response]]


class Control:
    """The endpoints."""

    def __init__(self, workspace: Workspace) -> None:
        """Take the workspace whose levers they are."""
        self._workspace = workspace

    def routes(self) -> list[Route]:
        """Return the routes under /_playground/."""
        table: tuple[tuple[str, str, Endpoint], ...] = (
            ("acts", "POST", self._act),
            ("faults", "POST", self._add_fault),
            ("faults", "DELETE", self._clear_faults),
            ("scatter", "POST", self._scatter),
            ("route", "POST", self._route),
            ("disconnect", "POST", self._disconnect),
            ("messages", "GET", self._messages),
            ("attempts", "GET", self._attempts),
            ("requests", "GET", self._requests),
            ("version", "GET", self._version),
        )
        return [
            Route(f"{PREFIX}/{name}", endpoint, methods=[method])
            for name, method, endpoint in table
        ]

    async def _act(self, request: Request) -> Response:
        asked = await _body(request)
        name = asked.pop("act", None)
        if name not in ACTS:
            return JSONResponse({"error": f"no act is called {name!r}"}, status_code=400)
        act = getattr(self._workspace, name)
        try:
            return _json(await run_in_threadpool(act, **asked))
        except (Impossible, KeyError, TypeError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)

    async def _add_fault(self, request: Request) -> Response:
        asked = await _body(request)
        self._workspace.faults.add(Fault(**{**asked, "kind": FaultKind(asked["kind"])}))
        return _json(None)

    async def _clear_faults(self, _request: Request) -> Response:
        self._workspace.faults.clear()
        return _json(None)

    async def _scatter(self, request: Request) -> Response:
        self._workspace.faults.scatter = Scatter(**await _body(request))
        return _json(None)

    async def _route(self, request: Request) -> Response:
        url = (await _body(request)).get("url")
        if url:
            await run_in_threadpool(self._workspace.deliver_to, url)
        else:
            self._workspace.deliver_by_socket()
        return _json(None)

    async def _disconnect(self, request: Request) -> Response:
        reason = (await _body(request)).get("reason", "")
        await run_in_threadpool(self._workspace.disconnect, reason)
        return _json(None)

    async def _messages(self, request: Request) -> Response:
        state = self._workspace.state
        channel = request.query_params["channel"]
        with state.lock:
            return _json(tuple(state.messages.get(channel, {}).values()))

    async def _attempts(self, _request: Request) -> Response:
        return _json(tuple(self._workspace.deliveries.attempts))

    async def _requests(self, _request: Request) -> Response:
        return _json(self._workspace.requests)

    async def _version(self, request: Request) -> Response:
        after = int(request.query_params.get("after", -1))
        seconds = float(request.query_params.get("seconds", 0))
        wait = self._workspace.state.wait
        return _json(await run_in_threadpool(wait, after, seconds=seconds))


async def _body(request: Request) -> Json:
    found = json.loads(await request.body() or b"{}")
    return found if isinstance(found, dict) else {}


def _json(value: object) -> Response:
    """Answer with values as JSON."""
    return Response(json.dumps({"result": value}, default=_plain), media_type="application/json")


def _plain(value: Any) -> object:  # noqa: ANN401 - whatever json cannot write
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, frozenset | set | tuple):
        return sorted(value)
    return str(value)
