from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.playground.faults import Scatter
from bot.playground.inputs import Impossible
from bot.playground.manifest import read_manifest
from bot.playground.scenario import (
    BOT,
    CARA,
    COMPLIANCE,
    MAYA,
    MODELS,
    PLATFORM,
    QUIET,
    ROBOT,
    SAM,
    SHARED,
    TOM,
    US,
)
from bot.playground.server import MANIFEST, serve_workspace
from bot.playground.workspace import Workspace
from tests.playground.ears import SILENT, Ear, Heard, challenged, listening, web_app


def test_a_mention_is_told_twice_with_one_ts_and_two_event_ids(workspace: Workspace) -> None:
    with listening(workspace) as ear:
        question = workspace.post(MAYA, MODELS, "@mayi may I use <this> & @tom's #general?")
        assert workspace.settle()
    assert {one["type"] for one in ear.events()} == {"message", "app_mention"}
    assert {one["ts"] for one in ear.events()} == {question.ts}
    assert len({one["payload"]["event_id"] for one in ear.heard}) == 2
    mention = ear.events("app_mention")[0]
    assert mention["text"] == (
        f"<@{BOT}> may I use &lt;this&gt; &amp; <@{TOM}>'s <#C0GENERAL|general>?"
    )
    outer = ear.heard[0]["payload"]
    assert outer["team_id"] == US.id
    assert outer["authorizations"][0]["user_id"] == BOT
    assert not outer["is_ext_shared_channel"]


def test_a_direct_message_is_told_once_even_with_a_mention(workspace: Workspace) -> None:
    direct = workspace.direct(MAYA).id
    with listening(workspace) as ear:
        workspace.post(MAYA, direct, "@mayi may I?")
        assert workspace.settle()
    assert [(one["type"], one["channel_type"]) for one in ear.events()] == [("message", "im")]


def test_the_app_hears_edits_and_deletions_of_others_and_its_own_messages(
    workspace: Workspace, client: WebClient
) -> None:
    with listening(workspace) as ear:
        question = workspace.post(MAYA, MODELS, "One")
        workspace.edit(MAYA, MODELS, question.ts, "Two")
        workspace.delete(MAYA, MODELS, question.ts)
        client.chat_postMessage(channel=MODELS, text="mine")
        assert workspace.settle()
    posted, changed, deleted, own = ear.events()
    assert posted["text"] == "One"
    assert changed["subtype"] == "message_changed"
    assert changed["message"]["text"] == "Two"
    assert changed["previous_message"]["text"] == "One"
    assert deleted["subtype"] == "message_deleted"
    assert deleted["deleted_ts"] == question.ts
    assert own["bot_id"]


def test_what_it_did_not_subscribe_to_and_where_it_is_not_it_does_not_hear(
    workspace: Workspace,
) -> None:
    with listening(workspace) as ear:
        workspace.post(MAYA, QUIET, "@mayi are you here?")
        workspace.join(TOM, COMPLIANCE)
        assert workspace.settle()
    assert ear.events() == []


def test_a_strangers_message_tells_where_they_are_from(workspace: Workspace) -> None:
    with listening(workspace) as ear:
        workspace.post(SAM, SHARED, "hello")
        assert workspace.settle()
    assert ear.events()[0]["user_team"] == "T0GLOBEX"
    assert ear.heard[0]["payload"]["is_ext_shared_channel"]


def test_the_home_opened_and_the_stop_button_are_told(
    workspace: Workspace, client: WebClient
) -> None:
    direct = workspace.direct(MAYA).id
    question = workspace.post(MAYA, direct, "may I?")
    client.agents_sessions_setStatus(channel_id=direct, thread_ts=question.ts, status="processing")
    with listening(workspace) as ear:
        workspace.open_home(MAYA)
        workspace.open_home(MAYA, tab="messages")
        workspace.stop(MAYA, direct, question.ts)
        assert workspace.settle()
    assert [one["tab"] for one in ear.events("app_home_opened")] == ["home", "messages"]
    assert ear.events("agent_session_stopped")[0]["thread_ts"] == question.ts


def test_an_event_is_told_again_until_it_is_acknowledged(hasty_workspace: Workspace) -> None:
    ear = Ear(lambda envelope: None if envelope["retry_attempt"] == 2 else SILENT)
    with listening(hasty_workspace, ear):
        hasty_workspace.post(MAYA, MODELS, "hello")
        assert hasty_workspace.settle()
    tries = [(one["retry_attempt"], one["retry_reason"]) for one in ear.heard]
    assert tries == [(0, ""), (1, "timeout"), (2, "timeout")]
    assert len({one["payload"]["event_id"] for one in ear.heard}) == 1


def test_an_event_nobody_acknowledges_is_given_up_after_three_retries(
    hasty_workspace: Workspace,
) -> None:
    with listening(hasty_workspace, Ear(lambda _: SILENT)) as ear:
        hasty_workspace.post(MAYA, MODELS, "hello")
        assert hasty_workspace.settle()
    assert len(ear.heard) == 4
    assert not any(one.reached for one in hasty_workspace.deliveries.attempts)


def test_each_envelope_goes_to_one_of_several_connections(workspace: Workspace) -> None:
    with listening(workspace) as one, listening(workspace) as other:
        for number in range(6):
            workspace.post(MAYA, MODELS, f"hello {number}")
        assert workspace.settle()
    assert len(one.heard) == len(other.heard) == 3


def test_a_connection_told_to_go_gets_nothing_more_and_the_next_one_does(
    workspace: Workspace,
) -> None:
    with listening(workspace) as before:
        workspace.disconnect("warning")
        workspace.disconnect("refresh_requested")
        with listening(workspace) as after:
            workspace.post(MAYA, MODELS, "hello")
            assert workspace.settle()
    assert before.goodbyes == ["warning", "refresh_requested"]
    assert (len(before.heard), len(after.heard)) == (0, 1)


def test_events_come_several_times_and_out_of_order_on_request(workspace: Workspace) -> None:
    workspace.faults.scatter = Scatter(copies=4, seconds=0.2)
    with listening(workspace) as ear:
        for number in range(5):
            workspace.post(MAYA, MODELS, str(number))
        assert workspace.settle()
    order = [one["text"] for one in ear.events()]
    assert sorted(order) == sorted("01234" * 4)
    assert order != sorted(order)


def test_over_the_web_every_request_is_signed_and_the_address_is_challenged_first(
    workspace: Workspace,
) -> None:
    with web_app(challenged) as (url, heard):
        workspace.deliver_to(url)
        workspace.post(MAYA, MODELS, "hello")
        assert workspace.settle()
        workspace.command(MAYA, MODELS, "/mayi", "may I?")
        assert workspace.settle()
    challenge, event, command = heard
    verifier = SignatureVerifier(workspace.keys.signing)
    assert all(verifier.is_valid_request(one.body, one.headers) for one in heard)
    assert json.loads(challenge.body)["type"] == "url_verification"
    assert json.loads(event.body)["event"]["text"] == "hello"
    assert parse_qs(command.body.decode())["text"] == ["may I?"]


def test_over_the_web_a_failure_is_retried_with_its_reason_unless_the_app_minds(
    workspace: Workspace,
) -> None:
    statuses = iter([500, 200, 503])

    def answer(heard: Heard) -> tuple[int, str]:
        first = b"url_verification" in heard.body
        return challenged(heard) if first else (next(statuses), "")

    with web_app(answer) as (url, heard):
        workspace.deliver_to(url)
        workspace.post(MAYA, MODELS, "tried twice")
        assert workspace.settle()
        workspace.post(MAYA, MODELS, "not again")
        assert workspace.settle()
    _, _, again, last = heard
    assert again.headers["x-slack-retry-num"] == "1"
    assert again.headers["x-slack-retry-reason"] == "http_error"
    assert "x-slack-retry-num" not in last.headers


def test_an_address_elsewhere_or_of_somebody_else_is_not_used(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="not on loopback"):
        workspace.deliver_to("http://192.0.2.1/slack/events")
    with (
        web_app(lambda _: (200, "hello")) as (url, _),
        pytest.raises(ValueError, match="challenge"),
    ):
        workspace.deliver_to(url)


def test_nobody_writes_where_they_are_not_or_what_is_not_theirs(workspace: Workspace) -> None:
    theirs = workspace.post(MAYA, MODELS, "mine")
    with pytest.raises(Impossible):
        workspace.post(SAM, MODELS, "hello")
    with pytest.raises(Impossible):
        workspace.edit(TOM, MODELS, theirs.ts, "mine now")
    with pytest.raises(Impossible):
        workspace.command(SAM, SHARED, "/mayi", "hello")


def test_a_deleted_message_that_others_stand_under_leaves_a_tombstone(
    workspace: Workspace, client: WebClient
) -> None:
    with listening(workspace) as ear:
        question = workspace.post(MAYA, MODELS, "may I?")
        client.chat_postMessage(channel=MODELS, text="Yes", thread_ts=question.ts)
        workspace.delete(MAYA, MODELS, question.ts)
        assert workspace.settle()
    (changed,) = [one for one in ear.events() if one.get("subtype") == "message_changed"]
    assert changed["message"]["subtype"] == "tombstone"
    assert changed["previous_message"]["text"] == "may I?"
    told = client.conversations_replies(channel=MODELS, ts=question.ts)["messages"]
    assert [one["text"] for one in told] == ["This message was deleted.", "Yes"]


def test_another_bot_is_known_as_one(workspace: Workspace) -> None:
    with listening(workspace) as ear:
        workspace.post(ROBOT, PLATFORM, "@mayi may I deploy?")
        assert workspace.settle()
    assert {one["bot_id"] for one in ear.events()} == {"B0ROBOT"}


def test_people_come_and_go_and_channels_are_renamed_for_an_app_that_wants_to_know() -> None:
    wants = {"member_joined_channel", "member_left_channel", "channel_rename"}
    manifest = replace(read_manifest(MANIFEST), events=frozenset(wants))
    with serve_workspace(manifest=manifest) as workspace, listening(workspace) as ear:
        workspace.join(CARA, MODELS)
        workspace.leave(CARA, MODELS)
        workspace.rename(MODELS, "models")
        assert workspace.settle()
    assert {one["type"] for one in ear.events()} == wants
    assert workspace.state.channels[MODELS].name == "models"
