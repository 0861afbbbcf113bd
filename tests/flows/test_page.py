"""The whole journey in a browser: asked, read, escalated, answered by an officer, read again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from bot.playground.scenario import MAYA, MODELS
from tests.flows.company import Company


@pytest.fixture
def page(browser: Browser, acme: Company) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.goto(f"{acme.workspace.url}/?as={MAYA}&in={MODELS}")
    yield opened
    context.close()


def press(acme: Company, place: Page | Locator, label: str) -> None:
    """Press a button, and let everything happen that comes of it."""
    place.get_by_role("button", name=label, exact=True).click()
    expect(place.locator("[aria-busy]")).to_have_count(0)
    acme.settle()


def ask(acme: Company, page: Page, question: str) -> Locator:
    """Ask in the channel, open the thread, and return what May I says in it."""
    asked = page.locator("#lines .message", has_text=question)
    page.get_by_role("textbox", name="Message model-training").fill(f"@May I {question}")
    page.keyboard.press("Enter")
    expect(asked).to_be_visible()
    acme.settle()
    asked.get_by_role("link", name="1 reply").click()
    return page.locator("#thread .message", has_text="APP")


def become(page: Page, name: str, place: str) -> None:
    page.locator("#switch summary").click()
    page.get_by_role("menuitem", name=name).click()
    expect(page.locator("#switch summary")).to_contain_text(name)
    page.get_by_role("link", name=place).click()
    expect(page.locator("main")).to_have_attribute("aria-label", place)


def test_a_verdict_is_read_with_the_rules_words_and_a_fact_is_settled(acme: Company, page: Page):
    answer = ask(acme, page, "may I share prompts with a partner company?")
    expect(answer).to_contain_text("Allowed if")
    expect(answer.locator("blockquote")).to_contain_text("legal has agreed in writing")

    press(acme, answer, "Yes")

    expect(answer).to_contain_text("\u2705 Allowed")


def test_what_no_rule_settles_is_escalated_and_the_officers_answer_comes_back(
    acme: Company, page: Page
):
    answer = ask(acme, page, "may I bring my parrot to the office?")
    expect(answer).to_contain_text("Not covered")
    press(acme, answer, "Ask compliance")
    expect(answer.first).to_contain_text("Compliance has this")

    become(page, "Cara Moreau", "compliance-desk")
    card = page.locator("#lines .message", has_text="my parrot")
    press(acme, card, "Claim")
    expect(card).to_contain_text("cara has it")
    press(acme, card, "Answer")
    form = page.get_by_role("dialog")
    form.get_by_label("Your answer").fill("Parrots are welcome if they keep secrets.")
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)
    acme.settle()
    expect(card).to_contain_text("answered by cara")

    become(page, "Maya Lindqvist", "May I")
    expect(page.locator("#lines")).to_contain_text("Parrots are welcome if they keep secrets.")
