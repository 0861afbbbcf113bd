"""The local workspace as `make run` opens it: May I itself, met in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.playground.scenario import GENERAL, MAYA
from bot.settings import Settings
from bot.wiring import Wiring
from knowledge.database import Database, file_url
from tests.flows.company import OPEN, publish
from tests.flows.trials import opened


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of records in which an edition is published."""
    database = Database.open(file_url(tmp_path / "data" / "mayi.db"))
    publish(database, tmp_path / "guidelines", open=OPEN)
    database.close()
    return tmp_path / "data"


def may_i(data: Path) -> Wiring:
    """Return May I's parts over the records."""
    settings = Settings(_env_file=None, data=data, embedder="none")  # type: ignore[call-arg]
    return Wiring(settings, say=lambda _sentence: None)


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


def go_home(page: Page) -> None:
    page.get_by_role("link", name="May I").first.click()
    page.get_by_role("tab", name="Home").click()
    expect(page.locator("main")).to_contain_text("What do you want to do?")


def test_may_i_answers_in_the_page_that_is_opened_and_in_the_next_one_too(
    page: Page, data: Path
) -> None:
    with opened(may_i(data)) as address:
        ask(page, address).get_by_role("button", name="Yes").click()
        expect(page.locator("#thread")).to_contain_text("\u2705 Allowed")
        go_home(page)

    with opened(may_i(data)) as address:
        page.goto(address)
        go_home(page)
        ask(page, address)
