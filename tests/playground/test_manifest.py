from __future__ import annotations

from dataclasses import replace

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.manifest import read_manifest
from bot.playground.scenario import LANTERN, MAYA, MODELS
from bot.playground.server import MANIFEST, serve_workspace
from tests.playground.conftest import client_of

WRITES = [
    ("chat.postMessage", {"channel": MODELS, "text": "x"}, "chat:write"),
    ("users.info", {"user": MAYA}, "users:read"),
    ("users.lookupByEmail", {"email": "maya@acme.example"}, "users:read.email"),
    ("conversations.history", {"channel": MODELS}, "channels:history"),
    ("conversations.history", {"channel": LANTERN}, "groups:history"),
    ("conversations.members", {"channel": LANTERN}, "groups:read"),
    ("usergroups.users.list", {"usergroup": "S0LEGAL"}, "usergroups:read"),
    ("conversations.open", {"users": MAYA}, "im:write"),
]


def test_each_method_asks_for_its_scope() -> None:
    manifest = read_manifest(MANIFEST)
    more = replace(manifest, scopes=manifest.scopes | {"users:read.email"})
    with serve_workspace(manifest=more) as whole:
        assert client_of(whole).users_info(user=MAYA)["user"]["profile"]["email"]
        for method, arguments, _ in WRITES:
            assert client_of(whole).api_call(method, json=arguments)["ok"]
    with serve_workspace(manifest=replace(manifest, scopes=frozenset())) as bare:
        for method, arguments, scope in WRITES:
            with pytest.raises(SlackApiError) as refused:
                client_of(bare).api_call(method, json=arguments)
            assert refused.value.response["error"] == "missing_scope"
            assert refused.value.response["needed"] == scope


def test_a_scope_nobody_asked_for_is_missing(shared_client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="missing_scope"):
        shared_client.reactions_add(channel=MODELS, timestamp="1.1", name="eyes")


def test_without_a_home_or_direct_messages_there_are_none() -> None:
    manifest = replace(read_manifest(MANIFEST), home=False, direct_messages=False)
    with serve_workspace(manifest=manifest) as workspace:
        client = client_of(workspace)
        with pytest.raises(SlackApiError, match="not_enabled"):
            client.views_publish(user_id=MAYA, view={"type": "home", "blocks": []})
        with pytest.raises(SlackApiError, match="messages_tab_disabled"):
            client.chat_postMessage(channel=MAYA, text="x")


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "not_authed"), ("xoxb-wrong", "invalid_auth")],
)
def test_a_call_without_the_right_token_is_refused(
    shared_client: WebClient, token: str, error: str
) -> None:
    stranger = WebClient(token, base_url=shared_client.base_url)
    with pytest.raises(SlackApiError, match=error):
        stranger.auth_test()


def test_sockets_need_the_apps_token_and_everything_else_the_bots() -> None:
    with serve_workspace() as workspace:
        client = WebClient(base_url=workspace.api)
        with pytest.raises(SlackApiError, match="not_allowed_token_type"):
            client.apps_connections_open(app_token=workspace.keys.bot)
        with pytest.raises(SlackApiError, match="not_allowed_token_type"):
            client.auth_test(token=workspace.keys.app)
