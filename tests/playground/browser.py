"""A real browser, where there is one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

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


def path_of_chromium() -> str:
    """Return where a browser is; without one the calling module is skipped, unless in CI."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is not None:
        return path
    if os.environ.get("CI") == "true":
        pytest.fail("CI tests the page in a browser: apt-get install chromium")
    pytest.skip(
        "no Chromium here: the local workspace's page is tested where there is one",
        allow_module_level=True,
    )


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Start a browser for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIETLY)
        yield browser
        browser.close()
