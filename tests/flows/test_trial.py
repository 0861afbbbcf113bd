"""The local workspace as `make run` opens it: May I itself, met in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot import trial
from bot.playground.scenario import GENERAL, MAYA
from bot.settings import Settings
from bot.wiring import Wiring
from knowledge.database import Database, file_url
from tests.flows.company import OPEN, publish


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of records in which an edition is published."""
    database = Database.open(file_url(tmp_path / "data" / "mayi.db"))
    publish(database, tmp_path / "guidelines", open=OPEN)
    database.close()
    return tmp_path / "data"


@contextmanager
def opened(data: Path) -> Iterator[str]:
    """Open the workspace over the records, and give its address."""
    parts = Wiring(
        Settings(_env_file=None, data=data, embedder="none"),  # type: ignore[call-arg]
        say=lambda _sentence: None,
    )
    stop, told = threading.Event(), Queue[str]()
    thread = threading.Thread(
        target=trial.open_workspace,
        args=(parts,),
        kwargs={"port": 0, "stop": stop, "tell": told.put},
    )
    thread.start()
    try:
        yield told.get(timeout=60)
    finally:
        stop.set()
        thread.join(timeout=60)
        parts.close()
    assert not thread.is_alive()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def ask(page: Page, address: str) -> Locator:
    """Ask in the channel, open the thread, and return the answer there."""
    page.goto(f"{address}?as={MAYA}&in={GENERAL}")
    box = page.locator("main .composer textarea")
    box.fill("@May I may I share prompts with a partner company?")
    box.press("Enter")
    page.get_by_role("link", name="1 reply").click()
    answer = page.locator('#thread .message[data-author="May I"]')
    expect(answer).to_contain_text("Allowed if: legal has agreed in writing")
    return answer


def test_may_i_answers_in_the_page_that_is_opened_and_in_the_next_one_too(
    page: Page, data: Path
) -> None:
    with opened(data) as address:
        ask(page, address).get_by_role("button", name="Yes").click()
        expect(page.locator("#thread")).to_contain_text("\u2705 Allowed")

    with opened(data) as address:
        ask(page, address)
