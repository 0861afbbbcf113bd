"""Reaches out once by every way that leads out of this machine: `python -m tests.bot.outgoing`.

A process of its own, since the environment is what it is about. Whether something arrived, and by
which way, is for the site and the proxy to say.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from slack_bolt import App

from bot import network, settings
from bot.listeners import presses
from bot.payloads import Press
from bot.sender import asking_client, posting_client
from bot.serving import Socket
from bot.wiring import Wiring, utc_now
from knowledge.retrieval.collection import Server


def ways(site: str) -> tuple[Callable[[], object], ...]:
    """Return one act for each client that sends something."""
    parts = Wiring(settings.load(), say=lambda _sentence: None)
    posting = posting_client("xoxb-1", base_url=f"{site}/api/", timeout=5)
    asking = asking_client(posting)
    app = App(client=posting, request_verification_enabled=False, token_verification_enabled=False)
    return (
        posting.auth_test,
        asking.users_list,
        lambda: presses.clear(_press(f"{site}/reply")),
        lambda: Socket(app, "xapp-1", utc_now).start(),
        lambda: parts.model.is_listed(seconds=5),
        lambda: parts.embedder and parts.embedder.embed(["May I?"]),
        lambda: Server.reach(site),
    )


def _press(response_url: str) -> Press:
    return Press.model_validate(
        {
            "user": {"id": "U1"},
            "trigger_id": "1",
            "container": {"is_ephemeral": True},
            "response_url": response_url,
            "actions": [{"action_id": "a"}],
        }
    )


def main(site: str, data: str) -> None:
    """Try every way; what fails leaves no trace at the site."""
    os.environ["MAYI_DATA"] = str(Path(data))
    network.settle()
    for way in ways(site):
        with suppress(Exception):
            way()
    os._exit(0)  # a lost socket would be made anew for ever


if __name__ == "__main__":
    main(*sys.argv[1:])
