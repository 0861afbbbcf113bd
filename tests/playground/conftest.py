"""A workspace for each test, and an app that talks to it as apps talk to Slack."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from slack_sdk import WebClient

from bot.playground import pages
from bot.playground.scenario import MAYA, MODELS
from bot.playground.server import serve_workspace
from bot.playground.site import Patience
from bot.playground.workspace import Workspace
from tests.playground.browser import go

BRISK = Patience(retries=(0.0, 0.05, 0.1))
HASTY = Patience(ack=0.2, retries=(0.0, 0.05, 0.1))


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with serve_workspace(patience=BRISK, pages=pages.routes) as served:
        yield served


@pytest.fixture
def page(browser: Browser, workspace: Workspace) -> Iterator[Page]:
    """Maya's page at #model-training; nothing may go wrong in its script."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    go(opened, workspace, MAYA, MODELS)
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def hasty_workspace() -> Iterator[Workspace]:
    """A workspace that waits for no acknowledgement longer than a blink."""
    with serve_workspace(patience=HASTY) as served:
        yield served


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    return client_of(workspace)


@pytest.fixture(scope="module")
def workspace_of_module() -> Iterator[Workspace]:
    """One workspace for a whole module, for what leaves nothing behind."""
    with serve_workspace(patience=BRISK) as served:
        yield served


@pytest.fixture(scope="module")
def shared_client(workspace_of_module: Workspace) -> WebClient:
    return client_of(workspace_of_module)


def client_of(workspace: Workspace) -> WebClient:
    """Return Slack's own client, which retries nothing."""
    return WebClient(workspace.keys.bot, base_url=workspace.api, retry_handlers=[])
