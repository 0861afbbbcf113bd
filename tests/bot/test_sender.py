"""What we say in Slack is put there once, found again, and every refusal has one consequence."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient

from bot.blocks.drawn import Drawn
from bot.blocks.hints import HINTS
from bot.playground.faults import Fault, FaultKind
from bot.playground.scenario import GENERAL, MAYA, QUIET
from bot.playground.server import serve_workspace
from bot.playground.workspace import Workspace
from bot.policies import POLICIES
from bot.sender import SlackSender, posting_client
from jobs import outbox
from jobs.notices import CaseCard, Hint, Notice
from jobs.ports import (
    Address,
    ContentRefused,
    MessageGone,
    PerhapsSent,
    Posted,
    RecipientGone,
    SendingFailed,
    SendingStopped,
    TryLater,
)
from tests.fakes.slack import ScriptedSlack, no, said, scripted_slack

pytestmark = pytest.mark.logs_errors  # slack_sdk logs every lost connection as one

NOTICE = CaseCard(case=1)
ERRORS: dict[type[SendingFailed], str] = {
    PerhapsSent: """
        fatal_error internal_error duplicate_channel_not_found duplicate_message_not_found
        service_unavailable an_error_that_slack_may_invent
    """,
    TryLater: """
        ratelimited rate_limited request_timeout org_login_required team_added_to_org
        message_limit_exceeded
    """,
    RecipientGone: """
        channel_not_found is_archived not_in_channel restricted_action
        restricted_action_read_only_channel restricted_action_thread_only_channel
        restricted_action_non_threadable_channel restricted_action_thread_locked
        cannot_reply_to_message messages_tab_disabled user_not_found user_disabled user_not_visible
        user_not_in_channel thread_not_found
    """,
    ContentRefused: """
        invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text
        too_many_attachments attachment_payload_limit_exceeded markdown_text_conflict
        metadata_too_large invalid_metadata_format invalid_metadata_schema invalid_arguments
        invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type
        missing_post_type
    """,
    SendingStopped: """
        account_inactive invalid_auth not_authed token_expired token_revoked missing_scope
        no_permission not_allowed_token_type access_denied accesslimited ekm_access_denied
        team_access_not_granted two_factor_setup_required enterprise_is_restricted
        method_deprecated deprecated_endpoint metadata_must_be_sent_from_app
    """,
    MessageGone: "message_not_found cant_update_message edit_window_closed",
}
EACH = [(name, failure) for failure, names in ERRORS.items() for name in names.split()]


def draw(notice: Notice, to: Address) -> Drawn:
    section = {"type": "section", "text": {"type": "plain_text", "text": f"{notice}"}}
    return Drawn(text="in words https://example.org", blocks=(section,))


@pytest.fixture(scope="module")
def slack() -> Iterator[ScriptedSlack]:
    with scripted_slack() as server:
        yield server


@pytest.fixture
def hasty(slack: ScriptedSlack) -> SlackSender:
    """A sender whose server says what the test wants."""
    return SlackSender(posting_client("xoxb-1", base_url=slack.api), draw)


@pytest.fixture(scope="module")
def served() -> Iterator[Workspace]:
    with serve_workspace() as workspace:
        yield workspace


@pytest.fixture
def workspace(served: Workspace) -> Iterator[Workspace]:
    yield served
    served.faults.clear()


@pytest.fixture
def sender(workspace: Workspace) -> SlackSender:
    return SlackSender(posting_client(workspace.keys.bot, base_url=workspace.api), draw)


@pytest.fixture
def thread(workspace: Workspace) -> Address:
    """A thread that somebody began."""
    return Address(channel=GENERAL, thread=workspace.post(MAYA, GENERAL, "may I?").ts)


def before() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


# ---------------------------------------------------------------- in a workspace


def test_a_message_is_posted_where_it_is_addressed_and_found_by_its_mark(sender, workspace, thread):
    posted = sender.post(NOTICE, thread, key="k1")

    message = workspace.state.message(posted.channel, posted.ts)
    assert (message.channel, message.thread) == (GENERAL, thread.thread)
    assert sender.find("k1", thread, since=before()) == posted
    assert sender.find("k2", thread, since=before()) is None


def test_a_message_outside_threads_is_found_among_many_pages(sender, workspace):
    first = sender.post(NOTICE, Address(channel=GENERAL), key="far back")
    for _ in range(210):
        workspace.post(MAYA, GENERAL, "chatter")

    assert sender.find("far back", Address(channel=GENERAL), since=before()) == first


def test_a_person_is_written_to_in_their_direct_messages(sender, workspace):
    posted = sender.post(NOTICE, Address(channel=MAYA), key="direct")

    assert posted.channel == workspace.direct(MAYA).id
    assert sender.find("direct", Address(channel=MAYA), since=before()) == posted


def test_an_answer_whose_question_was_deleted_does_not_stay_in_the_channel(
    sender, workspace, thread
):
    workspace.delete(MAYA, GENERAL, thread.thread)
    before = workspace.history(MAYA, GENERAL)
    with pytest.raises(RecipientGone, match="thread_gone"):
        sender.post(NOTICE, thread, key="k1")
    assert workspace.history(MAYA, GENERAL) == before


def test_what_only_one_person_sees_is_shown_there_and_never_found(sender, workspace, thread):
    sender.post(NOTICE, thread, key="k0")  # whispers show where somebody has replied
    to = replace(thread, only_for=MAYA)

    posted = sender.post(NOTICE, to, key="k1")

    assert workspace.state.message(GENERAL, posted.ts).only_for == MAYA
    assert sender.find("k1", to, since=before()) is None


def test_somebody_elses_message_with_our_mark_is_not_taken_for_ours(hasty, slack):
    marked = {"event_type": "mayi_message", "event_payload": {"key": "k1"}}
    theirs = {"ts": "1.0", "user": "U666", "bot_id": "B666", "metadata": marked}
    us = said({"ok": True, "user_id": "U1", "bot_id": "B1"})
    slack.script(said({"ok": True, "messages": [theirs]}), us)

    assert hasty.find("k1", Address(channel="C1"), since=before()) is None

    ours = {**theirs, "user": "U1", "bot_id": "B1"}
    slack.script(said({"ok": True, "messages": [theirs, ours]}))
    assert hasty.find("k1", Address(channel="C1"), since=before()) == Posted(channel="C1", ts="1.0")


def test_a_message_is_drawn_anew_and_keeps_its_mark(sender, workspace, thread):
    posted = sender.post(NOTICE, thread, key="k1")

    sender.update(CaseCard(case=2), thread, at=posted)

    assert "case=2" in str(workspace.state.message(GENERAL, posted.ts).blocks)
    assert sender.find("k1", thread, since=before()) == posted


def test_a_message_taken_back_is_gone_and_may_be_taken_back_twice(sender, workspace, thread):
    posted = sender.post(NOTICE, thread, key="k1")

    sender.delete(posted)
    sender.delete(posted)

    assert workspace.state.message(GENERAL, posted.ts) is None
    with pytest.raises(MessageGone):
        sender.update(NOTICE, thread, at=posted)


def test_plain_text_has_no_blocks(sender, workspace, thread):
    posted = sender.post(NOTICE, thread, key="k1", plain=True)
    assert workspace.state.message(GENERAL, posted.ts).blocks == ()

    sender.update(NOTICE, thread, at=posted)
    assert len(workspace.state.message(GENERAL, posted.ts).blocks) == 1
    sender.update(NOTICE, thread, at=posted, plain=True)
    assert workspace.state.message(GENERAL, posted.ts).blocks == ()


def test_nothing_we_post_unfolds_links(sender, workspace, thread):
    sender.post(NOTICE, thread, key="k1")

    (posting,) = [each for each in workspace.requests if each.method == "chat.postMessage"][-1:]
    assert str(posting.arguments["unfurl_links"]).lower() in {"0", "false"}
    assert str(posting.arguments["unfurl_media"]).lower() in {"0", "false"}


@pytest.mark.parametrize(
    ("kind", "landed"),
    [
        (FaultKind.LOST_REQUEST, False),
        (FaultKind.LOST_RESPONSE, True),
        (FaultKind.DONE_BUT_ERROR, True),
        (FaultKind.SERVER_ERROR, False),
    ],
)
def test_a_lost_response_is_never_followed_by_a_second_request(
    sender, workspace, thread, kind, landed
):
    workspace.faults.add(Fault(kind=kind, method="chat.*"))

    with pytest.raises(PerhapsSent):
        sender.post(NOTICE, thread, key="k1")

    assert (sender.find("k1", thread, since=before()) is not None) is landed
    assert len(workspace.state.thread(GENERAL, str(thread.thread))) == 1 + landed


def test_a_conversation_we_are_not_in_is_no_place_to_write(sender):
    with pytest.raises(RecipientGone, match="not_in_channel"):
        sender.post(NOTICE, Address(channel=QUIET), key="k1")


def test_a_client_that_repeats_requests_is_not_taken():
    with pytest.raises(ValueError, match="posts twice"):
        SlackSender(WebClient("xoxb-1"), draw)


# ---------------------------------------------------------------- refused


@pytest.mark.parametrize(("name", "failure"), EACH)
def test_every_error_of_slacks_has_one_consequence(hasty, slack, name, failure):
    slack.script(no(name))

    with pytest.raises(SendingFailed) as failed:
        hasty.post(NOTICE, Address(channel="C1"), key="k1")

    assert type(failed.value) is failure
    assert failed.value.error == name
    assert slack.methods == ["chat.postMessage"]


def test_every_policy_is_tested_here():
    tested = {name for name, _ in EACH if name in POLICIES}
    by_http = {"http_429", "http_5xx", "client_timeout", "connection_lost_after_send"}
    by_http |= {"unreadable_response", "unreachable"}
    of_forms = {"expired_trigger_id", "not_found", "hash_conflict"}
    of_others = {"users_not_found", "cannot_dm_bot", "streaming_state_conflict"}

    assert tested | by_http | of_forms | of_others == set(POLICIES)


@pytest.mark.parametrize(
    ("answer", "error", "failure"),
    [
        (no("ratelimited", status=429), "http_429", TryLater),
        (no("internal_error", status=500), "internal_error", PerhapsSent),
        (no("channel_not_found", status=502), "channel_not_found", PerhapsSent),
        (no("service_unavailable", status=503), "service_unavailable", TryLater),
        ((500, {}, "<html>"), "http_5xx", PerhapsSent),
        ((200, {}, "<html> may I?"), "unreadable_response", PerhapsSent),
        (no("may I print our customers' names?"), "unreadable_response", PerhapsSent),
        (None, "connection_lost_after_send", PerhapsSent),
    ],
)
def test_an_answer_that_is_none_of_slacks_has_one_consequence(hasty, slack, answer, error, failure):
    slack.script(answer)

    with pytest.raises(SendingFailed) as failed:
        hasty.post(NOTICE, Address(channel="C1"), key="k1")

    assert type(failed.value) is failure
    assert failed.value.error == error
    assert len(slack.methods) == 1


@pytest.mark.parametrize(("headers", "after"), [({"Retry-After": "7"}, 7), ({}, 30)])
def test_we_wait_as_long_as_slack_says(hasty, slack, headers, after):
    slack.script(no("ratelimited", status=429, headers=headers))

    with pytest.raises(TryLater) as later:
        hasty.post(NOTICE, Address(channel="C1"), key="k1")

    assert later.value.after == after


def test_a_silence_is_not_waited_out_and_says_nothing_of_the_message(slack):
    slack.script(said({"ok": True, "channel": "C1", "ts": "1.0"}))
    slack.hangs = True
    client = WebClient("xoxb-1", base_url=slack.api, timeout=0.2, retry_handlers=[])

    with pytest.raises(PerhapsSent, match="client_timeout"):
        SlackSender(client, draw).post(NOTICE, Address(channel="C1"), key="k1")

    slack.hangs = False


def test_a_server_that_is_not_there_got_nothing():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}/api/"
    sender = SlackSender(posting_client("xoxb-1", base_url=nowhere), draw)

    with pytest.raises(TryLater, match="unreachable"):
        sender.post(NOTICE, Address(channel="C1"), key="k1")


def test_what_the_owner_is_told_is_among_our_sentences():
    assert outbox.UNDELIVERABLE in HINTS
    assert Hint(name=outbox.UNDELIVERABLE)
