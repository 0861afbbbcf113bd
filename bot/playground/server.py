"""Starting and stopping a workspace: a server in a thread of its own, on loopback only."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Route, WebSocketRoute
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.playground.api.calls import Calls
from bot.playground.control import Control
from bot.playground.deliveries import Deliveries
from bot.playground.events import Events
from bot.playground.faults import Faults
from bot.playground.guard import Guard
from bot.playground.manifest import Manifest, read_manifest
from bot.playground.scenario import sample_state
from bot.playground.site import Keys, Limits, Patience, Site, fresh_keys
from bot.playground.sockets import PATH, Sockets
from bot.playground.workspace import Workspace

MANIFEST = Path(__file__).parents[2] / "manifest.json"
_HOST = "127.0.0.1"
_STARTING = 10.0  # seconds
_AT_ONCE = 64  # deliveries over HTTP under way at the same time
Pages = Callable[[Workspace], Sequence[BaseRoute]]


class _Connection(H11Protocol):
    """A connection that its requests can break, which a lost response needs."""

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - as its base has it
        self.app_state = {**self.app_state, "connection": transport}
        super().connection_made(transport)


@contextmanager
def serve_workspace(
    *,
    port: int = 0,
    manifest: Manifest | Path = MANIFEST,
    keys: Keys | None = None,
    patience: Patience | None = None,
    clock: Callable[[], float] = time.time,
    seed: int = 0,
    limits: Limits | None = None,
    pages: Pages | None = None,
) -> Iterator[Workspace]:
    """Serve the sample workspace until the block ends.

    `port` 0 takes a free one. `manifest` is the app's, the repository's own if none is given.
    `keys` are the app's tokens and signing secret, fresh ones if none are given. `seed` is for the
    faults. `limits` is how much may be posted, anything if none is given. `pages` returns the
    routes of what people see, beside those that the app calls.
    """
    with socket.create_server((_HOST, port)) as listening:
        origin = f"http://{_HOST}:{listening.getsockname()[1]}"
        known = manifest if isinstance(manifest, Manifest) else read_manifest(manifest)
        state = sample_state(clock, bot_name=known.name)
        sockets, faults = Sockets(origin), Faults(seed)
        deliveries = Deliveries(sockets, faults, patience or Patience())
        site = Site(
            state=state,
            manifest=known,
            keys=keys or fresh_keys(),
            origin=origin,
            observer=Events(state, known, deliveries),
            socket_url=sockets.url,
            patience=patience or Patience(),
            limits=limits,
        )
        workspace = Workspace(
            site=site,
            deliveries=deliveries,
            sockets=sockets,
            faults=faults,
            loop=asyncio.new_event_loop(),
        )
        with _served(workspace, listening, pages):
            yield workspace


@contextmanager
def _served(workspace: Workspace, listening: socket.socket, pages: Pages | None) -> Iterator[None]:
    """Serve in a thread of its own until the block ends."""
    server = _server(workspace, pages)
    thread = threading.Thread(
        target=_run, args=(server, workspace.loop, listening), name="workspace", daemon=True
    )
    thread.start()
    try:
        _await_start(server, thread)
        yield
    finally:
        workspace.deliveries.stop()
        server.stop(workspace.loop)
        workspace.state.touch()  # whoever waits for a change need not wait any longer
        thread.join()


class _Server(uvicorn.Server):
    """A server that stops when told to, rather than when it next looks."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Begin unstopped."""
        super().__init__(config)
        self._stopped = asyncio.Event()

    def stop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Stop, from another thread."""
        loop.call_soon_threadsafe(self._stopped.set)

    async def main_loop(self) -> None:
        """Serve until told to stop."""
        await self._stopped.wait()


def _server(workspace: Workspace, pages: Pages | None) -> _Server:
    config = uvicorn.Config(
        _application(workspace, pages),
        http=_Connection,
        ws="websockets-sansio",
        log_level="warning",
        access_log=False,
        date_header=False,
        timeout_graceful_shutdown=1,
    )
    return _Server(config)


def _application(workspace: Workspace, pages: Pages | None) -> Starlette:
    """Return the web application: what the app calls, what tests and benchmarks turn, the pages."""
    calls = Calls(workspace.site, workspace.faults)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> Any:  # noqa: ANN401 - as starlette has it
        workspace.deliveries.start(asyncio.get_running_loop())
        yield

    return Starlette(
        lifespan=lifespan,
        middleware=[Middleware(Guard)],
        routes=[
            Route("/api/{method}", calls.call, methods=["GET", "POST"]),
            Route("/actions/{team}/{address}", calls.respond, methods=["POST"]),
            WebSocketRoute(PATH, workspace.sockets.serve),
            *Control(workspace).routes(),
            *(pages(workspace) if pages else ()),
        ],
    )


def _run(server: _Server, loop: asyncio.AbstractEventLoop, listening: socket.socket) -> None:
    """Run a server on its own loop until it is told to stop."""
    loop.set_default_executor(ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="deliveries"))
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(server.serve(sockets=[listening]))


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _STARTING
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the local workspace did not start")
        time.sleep(0.005)
