from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.scenario import BOT, CARA, GUS, LANTERN, MAYA, MODELS, QUIET, SAM, TOM
from bot.playground.workspace import Workspace


def test_what_the_bot_posts_is_there_for_all_with_its_thread_and_its_key(
    workspace: Workspace, client: WebClient
) -> None:
    question = workspace.post(MAYA, MODELS, "@mayi may I?")
    metadata = {"event_type": "mayi_message", "event_payload": {"key": "k1"}}
    posted = client.chat_postMessage(
        channel=MODELS, text="Yes", thread_ts=question.ts, metadata=metadata
    )
    told = client.conversations_replies(channel=MODELS, ts=question.ts, include_all_metadata=True)
    assert [one["text"] for one in told["messages"]] == [f"<@{BOT}> may I?", "Yes"]
    assert told["messages"][1]["metadata"] == metadata
    assert told["messages"][1]["ts"] == posted["ts"]
    assert told["messages"][0]["reply_count"] == 1


def test_metadata_is_kept_from_those_who_do_not_ask_for_it(client: WebClient) -> None:
    metadata = {"event_type": "mayi_message", "event_payload": {"key": "k1"}}
    client.chat_postMessage(channel=MODELS, text="Yes", metadata=metadata)
    assert "metadata" not in client.conversations_history(channel=MODELS)["messages"][0]


def test_an_ephemeral_message_is_seen_by_one_and_found_by_nobody(
    workspace: Workspace, client: WebClient
) -> None:
    client.chat_postEphemeral(channel=MODELS, user=MAYA, text="psst")
    assert [one.text for one in workspace.history(MAYA, MODELS)] == ["psst"]
    assert workspace.history(TOM, MODELS) == ()
    assert client.conversations_history(channel=MODELS)["messages"] == []


def test_what_one_person_sees_in_a_thread_shows_only_where_somebody_has_replied(
    workspace: Workspace, client: WebClient
) -> None:
    asked = workspace.post(MAYA, MODELS, "May I?")

    def whisper(text: str) -> None:
        shown = client.chat_postEphemeral(channel=MODELS, user=MAYA, thread_ts=asked.ts, text=text)
        assert shown["ok"]

    whisper("lost")
    client.chat_postMessage(channel=MODELS, thread_ts=asked.ts, text="You may.")
    whisper("seen")

    texts = [one.text for one in workspace.thread(MAYA, MODELS, asked.ts)]
    assert texts == ["May I?", "You may.", "seen"]


def test_a_message_is_changed_in_place_and_text_alone_takes_its_blocks_away(
    client: WebClient,
) -> None:
    metadata = {"event_type": "mayi_message", "event_payload": {"key": "k1"}}
    posted = client.chat_postMessage(channel=MODELS, text="One", metadata=metadata)
    here = {"channel": MODELS, "ts": posted["ts"]}
    alone = {**here, "blocks": [{"type": "divider"}]}
    drawn = client.api_call("chat.update", json=alone)["message"]
    assert (drawn["text"], drawn["blocks"][0]["type"]) == ("One", "divider")
    written = client.chat_update(**here, text="Two")["message"]
    assert (written["text"], "blocks" in written) == ("Two", False)
    assert (written["edited"]["user"], written["metadata"]) == (BOT, metadata)


def test_a_reply_to_what_is_gone_lands_in_the_channel(
    workspace: Workspace, client: WebClient
) -> None:
    question = workspace.post(MAYA, MODELS, "may I?")
    workspace.delete(MAYA, MODELS, question.ts)
    reply = client.chat_postMessage(channel=MODELS, text="Yes", thread_ts=question.ts)
    assert "thread_ts" not in reply["message"]
    assert client.conversations_history(channel=MODELS)["messages"][0]["text"] == "Yes"


def test_a_deleted_message_is_gone(client: WebClient) -> None:
    posted = client.chat_postMessage(channel=MODELS, text="One")
    client.chat_delete(channel=MODELS, ts=posted["ts"])
    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_delete(channel=MODELS, ts=posted["ts"])


def test_a_persons_id_stands_for_their_direct_messages(
    workspace: Workspace, client: WebClient
) -> None:
    posted = client.chat_postMessage(channel=MAYA, text="Hello")
    assert posted["channel"] == workspace.direct(MAYA).id
    assert client.conversations_open(users=MAYA)["channel"]["id"] == posted["channel"]


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("chat.postMessage", {"channel": "C404", "text": "x"}, "channel_not_found"),
        ("chat.postMessage", {"channel": QUIET, "text": "x"}, "not_in_channel"),
        ("chat.postMessage", {"channel": MODELS}, "no_text"),
        ("chat.postMessage", {"channel": MODELS, "text": "x" * 40_001}, "msg_too_long"),
        ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": MODELS, "blocks": "no"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": MODELS, "blocks": [{}]}, "invalid_blocks"),
        (
            "chat.postMessage",
            {"channel": MODELS, "blocks": [{"type": "divider"}] * 51},
            "invalid_blocks",
        ),
        (
            "chat.postMessage",
            {
                "channel": MODELS,
                "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 2700}}] * 5,
            },
            "msg_blocks_too_long",
        ),
        (
            "chat.postMessage",
            {"channel": MODELS, "text": "x", "metadata": {"event_type": "x"}},
            "invalid_metadata_schema",
        ),
        (
            "chat.postMessage",
            {
                "channel": MODELS,
                "text": "x",
                "metadata": {"event_type": "x", "event_payload": {"key": "x" * 9000}},
            },
            "metadata_too_large",
        ),
        (
            "chat.postMessage",
            {"channel": MODELS, "text": "x", "thread_ts": "soon"},
            "invalid_thread_ts",
        ),
        (
            "chat.postEphemeral",
            {"channel": MODELS, "user": CARA, "text": "x"},
            "user_not_in_channel",
        ),
        ("chat.postEphemeral", {"channel": MODELS, "user": "U404", "text": "x"}, "user_not_found"),
        ("chat.update", {"channel": MODELS, "ts": "1.1", "text": "x"}, "message_not_found"),
        ("chat.getPermalink", {"channel": MODELS, "message_ts": "1.1"}, "message_not_found"),
        ("conversations.history", {"channel": QUIET}, "not_in_channel"),
        ("conversations.history", {"channel": MODELS, "limit": 0}, "invalid_limit"),
        ("conversations.replies", {"channel": MODELS, "ts": "1.1"}, "thread_not_found"),
        ("users.info", {"user": "U404"}, "user_not_found"),
        ("usergroups.users.list", {"usergroup": "S404"}, "no_such_subteam"),
        ("views.open", {"trigger_id": "1.2.3", "view": {}}, "invalid_trigger_id"),
        ("chat.postMassage", {}, "unknown_method"),
    ],
)
def test_what_slack_refuses_is_refused_with_slacks_word(
    shared_client: WebClient, method: str, arguments: dict[str, object], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        shared_client.api_call(method, json=arguments)
    assert refused.value.response["error"] == error


def test_somebody_elses_message_is_not_the_bots_to_change(
    workspace: Workspace, client: WebClient
) -> None:
    theirs = workspace.post(MAYA, MODELS, "mine")
    with pytest.raises(SlackApiError, match="cant_update_message"):
        client.chat_update(channel=MODELS, ts=theirs.ts, text="x")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        client.chat_delete(channel=MODELS, ts=theirs.ts)


def test_an_archived_channel_and_a_person_who_left_take_no_message(
    workspace: Workspace, client: WebClient
) -> None:
    workspace.state.change_channel(MODELS, archived=True)
    workspace.state.change_person(TOM, deactivated=True)
    with pytest.raises(SlackApiError, match="is_archived"):
        client.chat_postMessage(channel=MODELS, text="x")
    with pytest.raises(SlackApiError, match="user_disabled"):
        client.chat_postMessage(channel=TOM, text="x")


def test_guests_and_strangers_are_told_apart(client: WebClient) -> None:
    maya, gus, sam = (client.users_info(user=one)["user"] for one in (MAYA, GUS, SAM))
    assert (maya["is_restricted"], gus["is_restricted"]) == (False, True)
    assert sam["is_stranger"]
    assert sam["team_id"] != maya["team_id"]
    assert maya["profile"]["email"] == "maya@acme.example"  # the app asks for the scope


def test_a_private_channel_is_unknown_from_outside(workspace: Workspace, client: WebClient) -> None:
    assert client.conversations_info(channel=LANTERN)["channel"]["is_private"]
    workspace.leave(BOT, LANTERN)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.conversations_info(channel=LANTERN)
