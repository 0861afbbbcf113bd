"""The door of the local workspace: this computer alone, and no other page in its browser.

A web page elsewhere can make a browser send requests to loopback. Two headers tell on it: `Host`
names another machine where a name was rebound to this one, and `Origin` names the other page.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Guard:
    """Refuses with 403 whatever comes for another host, or from another page."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before the app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let it through, or refuse it."""
        if scope["type"] == "lifespan" or is_from_here(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(code=1008)(scope, receive, send)
        else:
            refusal = PlainTextResponse("This workspace is for this computer alone.", 403)
            await refusal(scope, receive, send)


def is_from_here(headers: Headers) -> bool:
    """Tell whether a request names loopback as its host, and no other page as its origin."""
    host, origin = headers.get("host", ""), headers.get("origin")
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        return False
    return name in LOOPBACK and origin in (None, f"http://{host}")
