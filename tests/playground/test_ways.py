"""Getting around on the page while others talk: where a click leads, and what waits there."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from bot.playground.scenario import GENERAL, MODELS, TOM
from bot.playground.workspace import Workspace
from tests.playground.browser import turn_to, write


class Held:
    """The first request for a conversation, kept from its answer until it is let go."""

    def __init__(self, page: Page, channel: str) -> None:
        self._page = page
        self._held: list[Route] = []
        page.route(f"**/?*in={channel}*", self._hold)

    def click(self, place: str) -> None:
        """Click the way to the conversation, and wait until it is asked for."""
        self._page.get_by_role("link", name=place).click()
        while not self._held:
            self._page.wait_for_timeout(10)

    def let_go(self) -> None:
        with self._page.expect_response(lambda found: found.request == self._held[0].request):
            self._held[0].continue_()

    def break_off(self) -> None:
        self._held[0].abort()

    def _hold(self, route: Route) -> None:
        if self._held:
            route.continue_()
        else:
            self._held.append(route)


def meanwhile(page: Page, workspace: Workspace) -> None:
    """Let somebody write elsewhere, and wait until the page was drawn anew for that."""
    app = page.locator("#app")
    before = str(app.get_attribute("data-version"))
    workspace.post(TOM, MODELS, "meanwhile")
    expect(app).not_to_have_attribute("data-version", before)


def expect_to_be_in(page: Page, place: str) -> None:
    expect(page.locator("main")).to_have_attribute("aria-label", place)


def test_a_click_leads_where_it_should_though_the_page_is_drawn_anew_before(
    page: Page, workspace: Workspace
) -> None:
    general = Held(page, GENERAL)
    general.click("general")
    meanwhile(page, workspace)
    general.let_go()

    expect_to_be_in(page, "general")
    expect(page.locator("main .composer textarea")).to_be_focused()
    page.go_back()
    expect_to_be_in(page, "model-training")


def test_a_reply_is_begun_though_the_page_is_drawn_anew_before(
    page: Page, workspace: Workspace
) -> None:
    message = workspace.post(TOM, MODELS, "may I?")
    thread = Held(page, f"{MODELS}&thread={message.ts}")
    page.locator("#lines .message", has_text="may I?").hover()
    thread.click("Reply in thread")
    meanwhile(page, workspace)
    thread.let_go()

    expect(page.get_by_role("textbox", name="Reply")).to_be_focused()


def test_of_two_clicks_the_last_one_counts(page: Page, workspace: Workspace) -> None:
    general = Held(page, GENERAL)
    general.click("general")
    turn_to(page, "platform-contractors")
    general.let_go()
    meanwhile(page, workspace)

    expect_to_be_in(page, "platform-contractors")


def test_a_click_that_leads_nowhere_says_so_and_the_page_lives_on(
    page: Page, workspace: Workspace
) -> None:
    general = Held(page, GENERAL)
    general.click("general")
    general.break_off()

    expect(page.get_by_role("alert")).to_contain_text("The workspace does not answer")
    meanwhile(page, workspace)
    expect_to_be_in(page, "model-training")
    turn_to(page, "general")


def test_the_way_back_counts_though_a_click_was_under_way(page: Page, workspace: Workspace) -> None:
    turn_to(page, "platform-contractors")
    general = Held(page, GENERAL)
    general.click("general")
    page.go_back()
    expect_to_be_in(page, "model-training")
    general.let_go()
    meanwhile(page, workspace)

    expect_to_be_in(page, "model-training")
    page.go_forward()
    expect_to_be_in(page, "platform-contractors")


def test_what_is_being_written_waits_in_its_conversation(page: Page) -> None:
    box = page.locator("main .composer textarea")
    box.fill("half a thought")
    turn_to(page, "general")
    expect(box).to_have_value("")
    page.go_back()

    expect(box).to_have_value("half a thought")


def test_nobody_finds_what_somebody_else_is_writing(page: Page) -> None:
    box = page.locator("main .composer textarea")
    box.fill("half a thought")
    page.locator("#switch summary").click()
    page.get_by_role("menuitem", name="Tom Okafor").click()
    expect(page.locator("#switch summary")).to_contain_text("Tom Okafor")

    expect(box).to_have_value("")
    page.go_back()
    expect(box).to_have_value("half a thought")


def test_what_is_sent_on_the_way_elsewhere_is_said_where_it_was_written(
    page: Page, workspace: Workspace
) -> None:
    general = Held(page, GENERAL)
    general.click("general")
    write(page, "still here")
    expect_to_be_in(page, "general")
    general.let_go()

    assert [one.text for one in workspace.history(TOM, MODELS)] == ["still here"]
    assert workspace.history(TOM, GENERAL) == ()


def test_what_cannot_be_sent_is_not_lost(page: Page, workspace: Workspace) -> None:
    page.route("**/_page/say", lambda route: route.abort())
    write(page, "are you there?")

    expect(page.get_by_role("alert")).to_contain_text("The workspace does not answer")
    expect(page.locator("main .composer textarea")).to_have_value("are you there?")
