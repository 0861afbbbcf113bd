"""The page in a real browser, with a small scripted app on the other side."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from bot.playground.scenario import CARA, COMPLIANCE, MAYA, MODELS, SAM, SHARED, TOM
from bot.playground.workspace import Workspace
from tests.playground.browser import go, turn_to, write
from tests.playground.scripted import bring_the_app


@pytest.fixture
def workspace(workspace: Workspace) -> Workspace:
    bring_the_app(workspace)
    return workspace


def asked(page: Page) -> Locator:
    """Ask May I, open the thread, and return the answer there."""
    write(page, "@May I am I allowed to train on GPT-4o output?")
    page.get_by_role("link", name="1 reply").click()
    return page.locator("#thread .message", has_text="Not allowed")


def test_a_question_is_asked_and_its_answer_read_in_the_thread(page: Page) -> None:
    answer = asked(page)

    expect(page.locator("main .mention")).to_have_text("@May I")
    expect(answer.get_by_role("heading", name="Not allowed")).to_be_visible()
    expect(answer.locator("strong")).to_have_text("rule")
    expect(answer.get_by_role("link", name="no")).to_have_attribute("href", "https://a.example")
    expect(answer.locator(".tag")).to_have_text("APP")
    expect(page.locator("#said")).to_contain_text("May I: ")

    write(page, "and the API?", where="#thread")
    expect(page.locator("main .replies")).to_contain_text("2 replies")

    page.keyboard.press("Escape")
    expect(page.locator("#thread")).to_be_hidden()


def test_buttons_and_menus_of_a_message_tell_the_app(page: Page) -> None:
    answer = asked(page)

    answer.get_by_role("combobox").select_option("Team")
    expect(answer.locator(".block.context")).to_have_text("plan team by @Maya Lindqvist")

    answer.get_by_label("More actions").first.click()
    answer.get_by_role("menuitem", name="Hide").click()
    expect(answer.locator(".block.context")).to_have_text("more hide by @Maya Lindqvist")

    answer.get_by_role("button", name="Withdraw").first.click()
    answer.get_by_role("button", name="Keep").click()
    expect(answer).to_be_visible()

    answer.get_by_role("button", name="Withdraw").first.click()
    answer.locator("dialog").get_by_role("button", name="Withdraw").click()
    expect(answer).to_have_count(0)


def test_a_form_says_what_is_wrong_at_the_field_and_keeps_what_was_typed(
    page: Page, workspace: Workspace
) -> None:
    asked(page).get_by_role("button", name="Ask compliance").click()
    form = page.get_by_role("dialog", name="Ask compliance")
    expect(form.get_by_label("Purpose")).to_be_focused()

    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_have_text("Please complete this required field.")

    form.get_by_label("Purpose").fill("Evals")
    form.get_by_label("Until").fill("2026-12-24")
    form.get_by_label("Owner").check()
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert")).to_have_text("Please say a little more.")
    expect(form.get_by_label("Purpose")).to_have_value("Evals")
    expect(form.get_by_label("Until")).to_have_value("2026-12-24")
    expect(form.get_by_label("Owner")).to_be_checked()

    form.get_by_label("Purpose").fill("Evals of our own model")
    form.get_by_role("button", name="Send").click()
    expect(form).to_have_count(0)
    expect(page.locator("#lines .message").last).to_contain_text(
        "@Maya Lindqvist asks: Evals of our own model until 2026-12-24, telling owner"
    )


def test_a_commands_answer_is_only_visible_to_oneself(page: Page, workspace: Workspace) -> None:
    write(page, "/mayi train on it?")
    private = page.locator(".message.private")
    expect(private).to_contain_text("Only visible to you")
    expect(private).to_contain_text("Between us: train on it?")

    go(page, workspace, TOM, MODELS)
    expect(page.locator(".welcome")).to_be_visible()

    go(page, workspace, MAYA, MODELS)
    private.get_by_role("button", name="Dismiss").click()
    expect(private).to_have_count(0)


def test_a_message_is_edited_and_deleted_by_its_author_alone(
    page: Page, workspace: Workspace
) -> None:
    workspace.post(TOM, MODELS, "mine")
    write(page, "@Tom Okafor  <b> & tea")
    own = page.locator("#lines .message").last
    expect(own).to_contain_text("@Tom Okafor <b> & tea")

    own.hover()
    own.get_by_label("More actions").click()
    own.get_by_role("menuitem", name="Edit message").click()
    expect(own.get_by_label("Edit message")).to_have_value("@Tom Okafor  <b> & tea")
    own.get_by_label("Edit message").fill("just tea")
    own.get_by_role("button", name="Save").click()
    expect(own).to_contain_text("just tea (edited)")

    own.hover()
    own.get_by_label("More actions").click()
    own.get_by_role("menuitem", name="Delete").click()
    own.locator("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#lines .message")).to_have_count(1)

    others = page.locator("#lines .message")
    others.hover()
    others.get_by_label("More actions").click()
    expect(others.get_by_role("menuitem")).to_have_text(["Am I allowed to do this?May I"])


def test_a_shortcut_on_anybodys_message_opens_a_form_and_escape_closes_it(
    page: Page, workspace: Workspace
) -> None:
    workspace.post(TOM, MODELS, "I will train on GPT-4o output")
    message = page.locator("#lines .message")
    message.hover()
    message.get_by_label("More actions").click()
    expect(message.get_by_role("menuitem").last).to_be_in_viewport(ratio=1)
    message.get_by_role("menuitem", name="Am I allowed to do this?").click()
    expect(page.get_by_role("dialog", name="Ask compliance")).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert workspace.state.modals_of(MAYA) == ()


def test_direct_messages_show_progress_and_the_answer_in_place(page: Page) -> None:
    turn_to(page, "May I")
    write(page, "think")
    expect(page.locator(".doing")).to_contain_text("May I is thinking…")

    write(page, "search")
    expect(page.locator(".block.plan")).to_contain_text("Searching 214 clauses")
    expect(page.get_by_role("img", name="in progress")).to_be_visible()

    write(page, "may I?")
    answer = page.locator(".under .message", has_text="Not allowed")
    expect(answer).to_be_visible()
    expect(answer.get_by_role("img", name="complete")).to_be_visible()


def test_suggested_prompts_ask_at_once(page: Page) -> None:
    turn_to(page, "May I")
    page.get_by_role("list", name="Questions to try").get_by_role("button").first.click()
    page.keyboard.press("Enter")
    expect(page.locator(".under .message")).to_contain_text("Not allowed")

    page.locator("#prompts button").last.click()
    expect(page.locator(".under .message")).to_have_count(2)


def test_the_home_tab_is_published_and_tells_once_what_was_typed(
    page: Page, workspace: Workspace
) -> None:
    turn_to(page, "May I")
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()

    question = page.get_by_label("Your question")
    question.fill("May I?")
    page.get_by_role("button", name="Ask").click()
    expect(page.locator(".home")).to_contain_text("You asked: May I?")

    question.fill("And now?")
    question.press("Enter")
    expect(page.locator(".home")).to_contain_text("You asked: And now?")
    drawn = [one for one in workspace.requests if one.method == "views.publish"]
    assert len(drawn) == 1 + 2  # on coming, and for each question

    page.get_by_role("tab", name="Messages").click()
    expect(page.locator(".composer")).to_be_visible()


def test_whoever_is_at_home_sees_that_a_message_waits(page: Page, client: WebClient) -> None:
    turn_to(page, "May I")
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_role("heading", name="What would you like to do?")).to_be_visible()
    client.chat_postMessage(channel=MAYA, text="Here is your answer")
    messages = page.get_by_role("tab", name="Messages")
    expect(messages.get_by_label("1 unread")).to_be_visible()
    expect(page).to_have_title("(1) May I · Acme")

    messages.click()
    expect(page.locator("#lines")).to_contain_text("Here is your answer")
    expect(messages.get_by_label("unread")).to_have_count(0)


def test_one_becomes_somebody_else_and_finds_what_is_new(page: Page, workspace: Workspace) -> None:
    workspace.post(MAYA, MODELS, "old")
    go(page, workspace, TOM, MODELS)
    expect(page.locator("#lines .message")).to_have_count(1)
    turn_to(page, "general")
    expect(page).to_have_title("general · Acme")
    workspace.post(MAYA, MODELS, "new one")
    expect(page.get_by_role("link", name="model-training")).to_contain_text("1")
    expect(page).to_have_title("(1) general · Acme")

    turn_to(page, "model-training")
    expect(page.locator(".line", has=page.locator(".rule.new"))).to_contain_text("new one")

    page.locator("#switch summary").click()
    page.get_by_role("menuitem", name="Cara Moreau").click()
    expect(page.locator("#switch summary")).to_contain_text("Cara Moreau")
    expect(page.get_by_role("link", name="compliance-desk")).to_be_visible()
    expect(page.get_by_role("link", name="model-training")).to_have_count(0)


def test_a_stranger_sees_their_own_channel_and_no_command(page: Page, workspace: Workspace) -> None:
    go(page, workspace, SAM, SHARED)

    expect(page.locator("#places .place")).to_have_count(2)
    expect(page.get_by_role("button", name="/mayi")).to_have_count(0)
    expect(page.locator(".outsiders")).to_contain_text("Acme is in this channel.")


def test_a_name_and_a_command_are_completed_with_the_keyboard(page: Page) -> None:
    box = page.locator("main .composer textarea")
    box.press_sequentially("hello @ma")
    expect(page.get_by_role("option", name="May I")).to_be_visible()
    box.press("Tab")
    expect(box).to_have_value("hello @May I ")

    box.fill("")
    box.press_sequentially("/ma")
    box.press("Enter")
    expect(box).to_have_value("/mayi ")

    box.press("Shift+Enter")
    expect(box).to_have_value("/mayi \n")


def test_the_keyboard_is_never_left_nowhere(page: Page) -> None:
    answer = asked(page)
    page.get_by_role("textbox", name="Reply").press("Escape")
    expect(page.locator("#thread")).to_be_hidden()
    box = page.get_by_role("textbox", name="Message model-training")
    expect(box).to_be_focused()

    more = page.locator("#lines").get_by_label("More actions")
    more.press("Enter")
    for key in ("ArrowDown", "ArrowDown", "Enter"):  # to the second entry
        page.keyboard.press(key)
    expect(page.get_by_label("Edit message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(more).to_be_focused()

    page.get_by_role("link", name="1 reply").press("Enter")
    answer.get_by_role("button", name="Withdraw").first.press("Enter")
    page.keyboard.press("Enter")
    expect(answer).to_have_count(0)
    expect(box).to_be_focused()


def test_the_arrow_keys_walk_along_the_conversations(page: Page) -> None:
    page.get_by_role("link", name="general").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("link", name="model-training")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_have_attribute("aria-label", "platform-contractors")


def test_a_link_to_a_message_opens_its_thread_and_one_may_join_there(
    page: Page, workspace: Workspace
) -> None:
    question = workspace.post(MAYA, MODELS, "may I?")
    address = f"{workspace.url}/archives/{MODELS}/p{question.ts.replace('.', '')}"
    workspace.post(CARA, COMPLIANCE, f"see {address}")
    go(page, workspace, CARA, COMPLIANCE)

    page.get_by_role("link", name=address).click()
    expect(page.locator("#thread .message")).to_contain_text("may I?")
    expect(page.locator("#switch summary")).to_contain_text("Cara Moreau")
    expect(page.locator(".composer")).to_have_count(0)

    page.get_by_role("button", name="Join channel").click()
    expect(page.locator(".composer")).to_have_count(2)
    assert CARA in workspace.state.channels[MODELS].members


def test_what_goes_wrong_is_said(page: Page, workspace: Workspace) -> None:
    write(page, "/nothing to see")
    expect(page.get_by_role("alert")).to_contain_text("/nothing is not a valid command")
    expect(page.locator("main .composer textarea")).to_have_value("/nothing to see")

    workspace.post(TOM, MODELS, "meanwhile")
    expect(page.locator("#lines .message")).to_contain_text("meanwhile")
    expect(page.get_by_role("alert")).to_contain_text("/nothing is not a valid command")


def test_the_page_asks_nobody_else_for_anything(page: Page, workspace: Workspace) -> None:
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))

    go(page, workspace, CARA, "")
    expect(page.locator("#switch summary")).to_contain_text("Cara Moreau")

    assert asked_for
    assert all(url.startswith((workspace.url, "data:")) for url in asked_for)
