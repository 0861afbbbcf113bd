from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.inputs import Impossible
from bot.playground.manifest import read_manifest
from bot.playground.scenario import (
    BOT,
    CARA,
    LANTERN,
    MAYA,
    MODELS,
    SAM,
    SHARED,
    TOM,
    US,
    sample_state,
)
from bot.playground.server import MANIFEST, serve_workspace
from bot.playground.workspace import Workspace
from tests.playground.conftest import client_of


def test_the_company_its_people_groups_and_channels_are_told(shared_client: WebClient) -> None:
    everybody = {one["id"] for one in shared_client.users_list()["members"]}
    assert {MAYA, TOM, BOT} < everybody
    groups = shared_client.usergroups_list(include_users=True)["usergroups"]
    assert {one["handle"]: one["users"] for one in groups}["compliance"] == [CARA]
    assert "users" not in shared_client.usergroups_list()["usergroups"][0]
    assert shared_client.conversations_info(channel=SHARED)["channel"]["is_ext_shared"]
    assert shared_client.bots_info(bot="B0MAYI")["bot"]["user_id"] == BOT
    mine = shared_client.users_conversations(types="private_channel,im")["channels"]
    assert LANTERN in {one["id"] for one in mine}
    assert all(one.get("user") or one["is_private"] for one in mine)


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("bots.info", {"bot": "B404"}, "bot_not_found"),
        ("conversations.list", {"types": "secret"}, "invalid_types"),
        ("conversations.list", {"cursor": "soon"}, "invalid_cursor"),
        ("conversations.history", {"channel": MODELS, "oldest": "soon"}, "invalid_ts_oldest"),
        ("conversations.history", {"channel": MODELS, "limit": "many"}, "invalid_limit"),
        ("conversations.open", {}, "invalid_arguments"),
        ("conversations.open", {"users": BOT}, "cannot_dm_bot"),
        ("api.test", {"error": "my_error"}, "my_error"),
        ("views.open", {"view": {}}, "invalid_arguments"),
        ("views.update", {"view_id": "V404", "view": {}}, "not_found"),
        (
            "chat.postMessage",
            {"channel": MODELS, "markdown_text": "x", "text": "x"},
            "markdown_text_conflict",
        ),
        ("chat.postMessage", {"channel": MODELS, "markdown_text": "x" * 12_001}, "msg_too_long"),
        (
            "chat.postMessage",
            {"channel": MODELS, "text": "x", "metadata": "{"},
            "invalid_metadata_format",
        ),
        (
            "agents.sessions.setStatus",
            {"channel_id": MODELS, "thread_ts": "1.1", "status": "busy"},
            "invalid_arguments",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(
    shared_client: WebClient, method: str, arguments: dict[str, object], error: str
) -> None:
    with pytest.raises(SlackApiError) as refused:
        shared_client.api_call(method, json=arguments)
    assert refused.value.response["error"] == error


def test_an_app_that_may_reacts_once_and_knows_its_team() -> None:
    manifest = read_manifest(MANIFEST)
    more = manifest.scopes | {"reactions:write", "team:read", "files:read", "users:read.email"}
    with serve_workspace(manifest=replace(manifest, scopes=more)) as workspace:
        client = client_of(workspace)
        asked = workspace.post(MAYA, MODELS, "may I?")
        here = {"channel": MODELS, "timestamp": asked.ts}
        client.reactions_add(name="eyes", **here)
        seen = client.conversations_history(channel=MODELS)["messages"][0]
        assert seen["reactions"] == [{"name": "eyes", "users": [BOT], "count": 1}]
        with pytest.raises(SlackApiError, match="already_reacted"):
            client.reactions_add(name="eyes", **here)
        client.reactions_remove(name="eyes", **here)
        with pytest.raises(SlackApiError, match="no_reaction"):
            client.reactions_remove(name="eyes", **here)
        with pytest.raises(SlackApiError, match="invalid_name"):
            client.reactions_add(name="No Such", **here)
        assert client.team_info()["team"]["id"] == US.id
        maya, sam = (client.users_info(user=one)["user"]["profile"] for one in (MAYA, SAM))
        assert client.users_lookupByEmail(email=maya["email"])["user"]["id"] == MAYA
        assert "email" not in sam
        with pytest.raises(SlackApiError, match="users_not_found"):
            client.users_lookupByEmail(email="sam@globex.example")
        with pytest.raises(SlackApiError, match="file_not_found"):
            client.files_info(file="F404")


def test_a_permalink_leads_into_the_thread(workspace: Workspace, client: WebClient) -> None:
    asked = workspace.post(MAYA, MODELS, "may I?")
    reply = client.chat_postMessage(channel=MODELS, text="Yes", thread_ts=asked.ts)
    link = client.chat_getPermalink(channel=MODELS, message_ts=reply["ts"])["permalink"]
    assert link.startswith(f"{workspace.url}/archives/{MODELS}/p")
    assert link.endswith(f"?thread_ts={asked.ts}&cid={MODELS}")


def test_markdown_is_kept_as_a_block_and_every_element_gets_a_name(client: WebClient) -> None:
    written = client.chat_postMessage(channel=MODELS, markdown_text="**bold**")
    assert written["message"]["blocks"][0]["type"] == "markdown"
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    named = client.chat_postMessage(channel=MODELS, text="x", blocks=blocks)
    assert named["message"]["blocks"][0]["elements"][0]["action_id"]


def test_what_people_type_is_marked_as_slack_marks_it(workspace: Workspace) -> None:
    typed = "@compliance @here @nobody see https://example.com/a. <@U0TOM> #nowhere a<b"
    sent = workspace.post(MAYA, MODELS, typed)
    assert sent.text == (
        "<!subteam^S0COMPLIANCE|@compliance> <!here> @nobody see <https://example.com/a>."
        " <@U0TOM> #nowhere a&lt;b"
    )


def test_only_ones_own_ephemeral_messages_can_be_put_away(
    workspace: Workspace, client: WebClient
) -> None:
    shown = client.chat_postEphemeral(channel=MODELS, user=MAYA, text="psst")
    public = client.chat_postMessage(channel=MODELS, text="all")
    workspace.dismiss(MAYA, MODELS, shown["message_ts"])
    assert [one.text for one in workspace.history(MAYA, MODELS)] == ["all"]
    with pytest.raises(Impossible):
        workspace.dismiss(MAYA, MODELS, public["ts"])
    with pytest.raises(Impossible):
        workspace.stop(MAYA, MODELS, public["ts"])


def test_a_change_wakes_whoever_waits_for_one(workspace: Workspace) -> None:
    known = workspace.state.version
    assert workspace.state.wait(known, seconds=0.01) == known
    workspace.state.change_group("S0LEGAL", frozenset({TOM}))
    assert workspace.state.wait(known, seconds=1) > known


def test_a_later_workspace_gives_no_id_that_an_earlier_one_gave() -> None:
    earlier, later = (sample_state(lambda at=at: at) for at in (1_790_000_000.0, 1_790_000_060.0))

    given = {earlier.next_id("Ev") for _ in range(1_000)}

    assert not given & {later.next_id("Ev") for _ in range(1_000)}
