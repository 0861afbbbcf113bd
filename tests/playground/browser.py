"""A real browser, where there is one, and what one does on the page again and again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.playground.workspace import Workspace

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIETLY = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def installed() -> str | None:
    """Return where a browser is, if there is one."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def path_of_chromium() -> str:
    """Return where a browser is; without one the test is skipped, unless in CI."""
    path = installed()
    if path is not None:
        return path
    if os.environ.get("CI") == "true":
        pytest.fail("CI tests the page in a browser: apt-get install chromium")
    pytest.skip("no Chromium here: the local workspace's page is tested where there is one")


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Start a browser for as long as the block lasts."""
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIETLY)
        yield browser
        browser.close()


def go(page: Page, workspace: Workspace, person: str, channel: str) -> None:
    """Open the page as somebody, at a conversation."""
    page.goto(f"{workspace.url}/?as={person}&in={channel}")


def turn_to(page: Page, place: str) -> None:
    """Go to another conversation and wait until one is there."""
    page.get_by_role("link", name=place).click()
    expect(page.locator("main")).to_have_attribute("aria-label", place)


def write(page: Page, text: str, *, where: str = "main") -> None:
    """Write and send."""
    box = page.locator(f"{where} .composer textarea")
    box.fill(text)
    box.press("Enter")
