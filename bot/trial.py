"""May I in a local workspace, for whoever wants to meet it first: no account, no key, no Slack.

The workspace stands in for Slack's servers in this very process; everything of ours is as in
`mayi serve`, and knows no difference.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

from bot.playground import pages
from bot.playground.scenario import COMPLIANCE
from bot.playground.server import serve_workspace
from bot.playground.workspace import Workspace
from bot.serving import serve
from bot.wiring import Wiring
from bot.workplace import Slack, Workplace

COMPLIANCE_GROUP = "compliance"
"""The handle of the sample company's compliance officers."""

_ANY = 0


def open_workspace(
    parts: Wiring, *, port: int, stop: threading.Event, tell: Callable[[str], None]
) -> None:
    """Serve the workspace's page and May I in it until told to stop.

    `tell` is told the page's address once all is ready. A port that is taken gives way to a free
    one.
    """
    with serve_workspace(port=_free(port), pages=pages.routes) as workspace:
        place = Workplace(parts, _slack(workspace), listen=f"127.0.0.1:{_ANY}")
        serve(place.running(lambda _port: None), stop, ready=lambda: tell(f"{workspace.url}/"))


def _slack(workspace: Workspace) -> Slack:
    return Slack(
        api=workspace.api,
        bot_token=workspace.keys.bot,
        app_token=workspace.keys.app,
        compliance=(COMPLIANCE_GROUP,),
        compliance_channel=COMPLIANCE,
    )


def _free(port: int) -> int:
    """Return the port if it can be had, else one that stands for any."""
    try:
        with socket.create_server(("127.0.0.1", port)):
            return port
    except OSError:
        return _ANY
