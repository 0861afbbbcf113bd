"""A workspace for each test, and an app that talks to it as apps talk to Slack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from bot.playground.server import serve_workspace
from bot.playground.site import Patience
from bot.playground.workspace import Workspace

BRISK = Patience(ack=0.3, retries=(0.0, 0.05, 0.1))


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with serve_workspace(patience=BRISK) as served:
        yield served


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return client_of(workspace)


@pytest.fixture(scope="module")
def shared_client() -> Iterator[WebClient]:
    """A client of one workspace for a whole module, for calls that leave nothing behind."""
    with serve_workspace(patience=BRISK) as served:
        yield client_of(served)


def client_of(workspace: Workspace) -> WebClient:
    """Return Slack's own client, which retries nothing."""
    return WebClient(workspace.keys.bot, base_url=workspace.api, retry_handlers=[])
