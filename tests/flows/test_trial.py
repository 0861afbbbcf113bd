"""The local workspace as `make run` opens it: May I itself, met in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import trial
from bot.playground.scenario import GENERAL, MAYA
from bot.settings import Settings
from bot.wiring import Wiring
from tests.flows.company import OPEN, publish
from tests.playground.browser import chromium, path_of_chromium

CHROMIUM = path_of_chromium()
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium(CHROMIUM) as started:
        yield started


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the workspace is, with May I in it."""
    settings = Settings(_env_file=None, data=tmp_path / "data", embedder="none")  # type: ignore[call-arg]
    parts = Wiring(settings, say=lambda _sentence: None)
    publish(parts.database, tmp_path / "guidelines", open=OPEN)
    stop, told = threading.Event(), Queue[str]()
    thread = threading.Thread(
        target=trial.open_workspace,
        args=(parts,),
        kwargs={"port": 0, "stop": stop, "tell": told.put},
    )
    thread.start()
    yield told.get(timeout=60)
    stop.set()
    thread.join(timeout=60)
    parts.close()
    assert not thread.is_alive()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def test_may_i_answers_in_the_page_that_is_opened(page: Page, address: str) -> None:
    page.goto(f"{address}?as={MAYA}&in={GENERAL}")
    box = page.locator("main .composer textarea")
    box.fill("@May I may I share prompts with a partner company?")
    box.press("Enter")
    page.get_by_role("link", name="1 reply").click()
    answer = page.locator('#thread .message[data-author="May I"]')
    expect(answer).to_contain_text("Allowed if: legal has agreed in writing")

    answer.get_by_role("button", name="Yes").click()
    expect(answer).to_contain_text("\u2705 Allowed")
