"""Socket Mode: the app's open connections, envelopes and their acknowledgements."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import uuid

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.playground.deliveries import EVENT, Acknowledgement, Envelope
from bot.playground.records import Json
from bot.playground.scenario import APP

PATH = "/link"
_FORBIDDEN = 4403  # a code of our own: the ticket is not one of ours
_GOING_AWAY = 1001


class Sockets:
    """The connections of the app. Lives on the server's event loop, `url` excepted."""

    def __init__(self, origin: str) -> None:
        """Begin with none; `origin` is the server's web address."""
        self._origin = origin.replace("http", "ws", 1)
        self._tickets: set[str] = set()
        self._open: list[WebSocket] = []
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Acknowledgement]] = {}
        self._arrived = asyncio.Event()

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._open)

    def url(self) -> str:
        """Return an address that opens one connection, once."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{self._origin}{PATH}?ticket={ticket}&app_id={APP}"

    async def serve(self, socket: WebSocket) -> None:
        """Keep a connection until it closes."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(_FORBIDDEN)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        self._open.append(socket)
        try:
            await socket.send_json(self._hello())
            self._arrived.set()
            await self._listen(socket)
        except (WebSocketDisconnect, RuntimeError, ValueError):
            pass  # the app went away, or does not speak Socket Mode
        finally:
            self._forget(socket)

    async def attempt(
        self, envelope: Envelope, *, number: int, reason: str, seconds: float
    ) -> Acknowledgement:
        """Bring an envelope over one of the connections, each in its turn."""
        begun = asyncio.get_running_loop().time()
        socket = await self._next(seconds)
        if socket is None:
            return Acknowledgement(reached=False, reason="no_connection")
        left = seconds - (asyncio.get_running_loop().time() - begun)
        sent = {
            "envelope_id": str(uuid.uuid4()),
            "type": envelope.kind,
            "payload": envelope.payload,
            "accepts_response_payload": envelope.kind != EVENT,
        }
        if envelope.kind == EVENT:
            sent |= {"retry_attempt": number, "retry_reason": reason}
        return await self._exchange(socket, sent, left)

    async def disconnect(self, reason: str) -> None:
        """Tell every connection to go, as Slack does: `warning`, or `refresh_requested` at once."""
        for socket in tuple(self._open):
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": _INFO})
            if reason != "warning":
                self._forget(socket)
                await socket.close(_GOING_AWAY)

    async def drop(self) -> None:
        """Break every connection without a word."""
        for socket in tuple(self._open):
            self._forget(socket)
            await socket.close(_GOING_AWAY)

    async def _exchange(self, socket: WebSocket, sent: Json, seconds: float) -> Acknowledgement:
        """Send an envelope and wait for its acknowledgement."""
        answer: asyncio.Future[Acknowledgement] = asyncio.get_running_loop().create_future()
        self._waiting[sent["envelope_id"]] = answer
        try:
            await socket.send_json(sent)
            return await asyncio.wait_for(answer, max(seconds, 0))
        except TimeoutError:
            return Acknowledgement(reached=False, reason="timeout")
        except (WebSocketDisconnect, RuntimeError):
            return Acknowledgement(reached=False, reason="connection_failed")
        finally:
            del self._waiting[sent["envelope_id"]]

    async def _listen(self, socket: WebSocket) -> None:
        while True:
            said = json.loads(await socket.receive_text())
            waiting = self._waiting.get(said.get("envelope_id", ""))
            if waiting is not None and not waiting.done():
                waiting.set_result(Acknowledgement(reached=True, body=said.get("payload")))

    async def _next(self, seconds: float) -> WebSocket | None:
        """Return the connection whose turn it is; wait for one where there is none."""
        if not self._open:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), seconds)
            except TimeoutError:
                return None
        alive = [one for one in self._open if one.client_state is WebSocketState.CONNECTED]
        return alive[next(self._turn) % len(alive)] if alive else None

    def _forget(self, socket: WebSocket) -> None:
        if socket in self._open:
            self._open.remove(socket)

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": _INFO,
            "connection_info": {"app_id": APP},
        }


_INFO = {"host": "local-workspace", "build_number": 1, "approximate_connection_time": 18060}
