"""The README's pictures, taken of the local workspace as it is: `make screenshots`.

They show the sample guidelines, asked by the sample company's people, in Debian's Chromium.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from bot import desk
from bot.playground.scenario import CARA, COMPLIANCE, GENERAL, MAYA, TOM
from bot.settings import Settings
from bot.wiring import Wiring
from tests.flows.trials import opened
from tests.playground.browser import chromium, installed

REPOSITORY = Path(__file__).parents[1]
PICTURES = REPOSITORY / "docs" / "images"
GUIDELINES = REPOSITORY / "examples" / "guidelines"
_SHARP = 2
"""Pixels of the picture for one of the page."""


def main() -> None:
    """Ask, press and escalate in a fresh workspace, and keep three pictures of it."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with _workspace() as address, _page() as page:
        _ask_in_a_channel(page, address)
        _ask_directly(page, address)
        _escalate(page, address)


def _ask_in_a_channel(page: Page, address: str) -> None:
    page.goto(f"{address}?as={MAYA}&in={GENERAL}")
    _write(page, "@May I am I allowed to fine-tune our chat model on GPT-4o output?")
    page.get_by_role("link", name="1 reply").click()
    expect(_answer(page, "#thread")).to_contain_text("Not allowed")
    _keep(page, "channel")


def _ask_directly(page: Page, address: str) -> None:
    page.goto(f"{address}?as={TOM}&in={GENERAL}")
    page.get_by_role("link", name="May I").first.click()
    _write(page, "May I train a spam filter on labels from Claude?")
    expect(_answer(page, "main")).to_contain_text("Allowed if")
    _keep(page, "direct-message")


def _escalate(page: Page, address: str) -> None:
    _answer(page, "main").get_by_role("button", name="Ask compliance").click()
    expect(page.locator("main")).to_contain_text("Compliance has your case now")
    page.goto(f"{address}?as={CARA}&in={COMPLIANCE}")
    card = page.locator("main .message", has_text="spam filter").first
    card.get_by_role("button", name="Claim").click()
    expect(card).to_contain_text("has it")
    card.get_by_role("button", name="Answer").click()
    form = page.get_by_role("dialog")
    form.get_by_role("textbox").first.fill(
        "Yes, while the filter stays inside: it must not be sold or built into a product."
    )
    _keep(page, "case")


def _write(page: Page, text: str) -> None:
    box = page.locator("main .composer textarea")
    box.fill(text)
    box.press("Enter")


def _answer(page: Page, where: str) -> Locator:
    return page.locator(f'{where} .message[data-author="May I"]').last


def _keep(page: Page, name: str) -> None:
    page.wait_for_timeout(500)  # until what moves has come to rest
    page.screenshot(path=PICTURES / f"{name}.png")


@contextmanager
def _page() -> Iterator[Page]:
    path = installed()
    if path is None:
        raise SystemExit("make screenshots needs Chromium: apt-get install chromium")
    with chromium(path) as browser:
        yield browser.new_page(viewport={"width": 1280, "height": 800}, device_scale_factor=_SHARP)


@contextmanager
def _workspace() -> Iterator[str]:
    """Serve a workspace with nothing said in it yet, and give its address."""
    with tempfile.TemporaryDirectory(prefix="mayi-pictures-") as folder:
        settings = Settings(_env_file=None, data=Path(folder))  # type: ignore[call-arg]
        parts = Wiring(settings, say=lambda _sentence: None)
        desk.publish_first(parts, GUIDELINES)
        with opened(parts) as address:
            yield address


if __name__ == "__main__":
    main()
