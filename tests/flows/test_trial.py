"""The local workspace as `make run` opens it: May I itself, met in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
from playwright.sync_api import Browser, Page, expect

from bot import trial
from bot.playground.scenario import CARA, COMPLIANCE, GENERAL, MAYA, TOM
from bot.settings import Settings
from bot.wiring import Wiring
from tests.flows.company import OPEN, RESTRICTED, publish
from tests.playground.browser import chromium

RULE = "Nobody may train a model that competes with a vendor on that vendor's output."
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the workspace is, with May I in it."""
    settings = Settings(_env_file=None, data=tmp_path / "data", embedder="none")  # type: ignore[call-arg]
    parts = Wiring(settings, say=lambda _sentence: None)
    publish(parts.database, tmp_path / "guidelines", open=OPEN, restricted=RESTRICTED)
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


def be(page: Page, address: str, person: str, channel: str) -> None:
    page.goto(f"{address}?as={person}&in={channel}")


def write(page: Page, text: str) -> None:
    box = page.locator("main .composer textarea")
    box.fill(text)
    box.press("Enter")


def test_one_asks_reads_presses_escalates_and_is_answered_by_compliance(
    page: Page, address: str
) -> None:
    be(page, address, MAYA, GENERAL)
    write(page, "@May I may I share prompts with a partner company?")
    page.get_by_role("link", name="1 reply").click()
    answer = page.locator('#thread .message[data-author="May I"]')
    expect(answer).to_contain_text("Allowed if: legal has agreed in writing")

    answer.get_by_role("button", name="Yes").click()
    expect(answer).not_to_contain_text("Allowed if:")
    expect(answer).to_contain_text("Allowed")

    answer.get_by_role("button", name="Ask compliance").click()
    expect(page.locator("#thread")).to_contain_text("Compliance has this")

    be(page, address, CARA, COMPLIANCE)
    card = page.locator("main .message", has_text="may I share prompts with a partner company?")
    card.get_by_role("button", name="Claim").click()
    expect(card).to_contain_text("cara has it")
    card.get_by_role("button", name="Answer").click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox").first.fill("Yes, with Globex alone, until the end of the year.")
    form.locator("footer .primary").click()
    expect(card).to_contain_text("with Globex alone")

    be(page, address, MAYA, GENERAL)
    page.locator("main .replies").first.click()
    expect(page.locator("#thread")).to_contain_text("with Globex alone")


def test_what_one_engineer_may_read_another_does_not_see(page: Page, address: str) -> None:
    be(page, address, TOM, GENERAL)
    write(page, "@May I may I name Project Zephyr to a vendor's chat assistant?")
    page.get_by_role("link", name="1 reply").click()
    expect(page.locator("#thread .message").last).to_contain_text("Not covered")

    expect(page.locator("#thread")).not_to_contain_text("Nobody may name")
