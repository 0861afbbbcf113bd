"""Slack's own libraries against the workspace: Bolt on a socket, and the web client's ways."""

from __future__ import annotations

import json
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from slack_bolt import Ack, App, Say
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from bot.playground.scenario import BOT, CARA, MAYA, MODELS
from bot.playground.workspace import Workspace


def test_bolt_hears_a_mention_answers_it_and_hears_the_button(
    workspace: Workspace, client: WebClient
) -> None:
    app = App(client=client, signing_secret=workspace.keys.signing)
    pressed: list[str] = []

    @app.event("app_mention")
    def answer(event: dict[str, str], say: Say) -> None:
        button = {
            "type": "button",
            "action_id": "helpful",
            "text": {"type": "plain_text", "text": "Helpful"},
        }
        blocks = [{"type": "actions", "elements": [button]}]
        say(text="Allowed", blocks=blocks, thread_ts=event["ts"])

    @app.event("message")
    def ignore() -> None: ...

    @app.action("helpful")
    def thank(ack: Ack, body: dict[str, dict[str, str]]) -> None:
        ack()
        pressed.append(body["user"]["id"])

    handler = SocketModeHandler(app, workspace.keys.app)
    handler.client.web_client.base_url = workspace.api
    handler.connect()
    try:
        question = workspace.post(MAYA, MODELS, "@mayi may I?")
        thread = lambda: workspace.thread(MAYA, MODELS, question.ts)  # noqa: E731
        assert workspace.state.wait_until(lambda: len(thread()) == 2, seconds=5)
        assert workspace.press(MAYA, MODELS, thread()[1].ts, "helpful").reached
        assert workspace.settle()  # nothing is on its way when the socket closes
    finally:
        handler.close()
    assert pressed == [MAYA]


@pytest.mark.parametrize("way", ["query", "form", "json"])
def test_arguments_come_by_query_form_or_json(workspace_of_module: Workspace, way: str) -> None:
    arguments = {"user": CARA, "token": workspace_of_module.keys.bot}
    url = f"{workspace_of_module.api}users.info"
    requests = {
        "query": Request(f"{url}?{urlencode(arguments)}"),  # noqa: S310
        "form": Request(url, urlencode(arguments).encode()),  # noqa: S310
        "json": Request(  # noqa: S310
            url,
            json.dumps({"user": CARA}).encode(),
            {
                "content-type": "application/json; charset=utf-8",
                "authorization": f"Bearer {arguments['token']}",
            },
        ),
    }
    with urlopen(requests[way]) as answered:  # noqa: S310
        assert json.load(answered)["user"]["id"] == CARA


def test_pages_lead_from_one_to_the_next_whatever_is_said_meanwhile(
    workspace: Workspace, client: WebClient
) -> None:
    for number in range(5):
        workspace.post(MAYA, MODELS, str(number))
    first = client.conversations_history(channel=MODELS, limit=2)
    workspace.post(MAYA, MODELS, "meanwhile")
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=MODELS, limit=4, cursor=cursor)
    found = [one["text"] for page in (first, second) for one in page["messages"]]
    assert found == ["4", "3", "2", "1", "0"]
    assert not second["has_more"]
    members = client.conversations_members(channel=MODELS, limit=2)
    rest = client.conversations_members(
        channel=MODELS, cursor=members["response_metadata"]["next_cursor"]
    )
    assert BOT in members["members"] + rest["members"]
    names = [one["name"] for page in client.conversations_list(limit=2) for one in page["channels"]]
    assert "no-bots-here" in names
    assert "compliance-desk" not in names


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"user=x", "text/plain", "invalid_form_data"),
        (b"", "application/json", "not_authed"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    workspace_of_module: Workspace, body: bytes, kind: str, error: str
) -> None:
    url = f"{workspace_of_module.api}users.info"
    request = Request(url, body, {"content-type": kind}, method="POST")  # noqa: S310
    with urlopen(request) as answered:  # noqa: S310
        assert json.load(answered)["error"] == error


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'{"text": "x"}', 404),
        (b'{"replace_original": true, "text": "x"}', 500),
        (b'{"delete_original": true}', 500),
    ],
)
def test_an_answer_without_a_token_needs_an_address_and_something_to_answer(
    workspace_of_module: Workspace, body: bytes, status: int
) -> None:
    known = workspace_of_module.state.make_response_url(MODELS, MAYA).id
    address = "R404" if status == 404 else known
    url = f"{workspace_of_module.url}/actions/T0ACME/{address}"
    with pytest.raises(HTTPError) as refused:
        urlopen(Request(url, body, method="POST"))  # noqa: S310
    with refused.value:
        assert refused.value.code == status


def test_without_a_ticket_no_socket_opens(workspace_of_module: Workspace) -> None:
    address = workspace_of_module.url.replace("http", "ws")
    with pytest.raises(InvalidStatus):
        connect(f"{address}/link?ticket=guessed")
