"""The page over plain HTTP: who is let in, what is sent, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from starlette.datastructures import Headers
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from bot.playground import pages
from bot.playground.guard import is_from_here
from bot.playground.records import Message
from bot.playground.scenario import (
    BOT,
    CARA,
    COMPLIANCE,
    GENERAL,
    GUS,
    MAYA,
    MODELS,
    PLATFORM,
    QUIET,
    SAM,
    SHARED,
    TOM,
)
from bot.playground.server import serve_workspace
from bot.playground.workspace import Workspace
from tests.playground.markup import Read

MAYAS = {"as": MAYA, "in": MODELS}


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with serve_workspace(pages=pages.routes) as served:
        yield served


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({"host": "127.0.0.1:8899"}, True),
        ({"host": "localhost"}, True),
        ({"host": "[::1]:8899"}, True),
        ({"host": "127.0.0.1:8899", "origin": "http://127.0.0.1:8899"}, True),
        ({"host": "127.0.0.1:8899", "origin": "http://127.0.0.1:9000"}, False),
        ({"host": "127.0.0.1:8899", "origin": "https://evil.example"}, False),
        ({"host": "127.0.0.1:8899", "origin": "null"}, False),
        ({"host": "evil.example:8899"}, False),
        ({"host": "127.0.0.1.evil.example"}, False),
        ({"host": "[broken"}, False),
        ({}, False),
    ],
)
def test_only_this_computer_and_no_other_page_is_let_in(
    headers: dict[str, str], welcome: bool
) -> None:
    assert is_from_here(Headers(headers)) is welcome


@pytest.mark.parametrize("path", ["/", "/_page/say", "/_playground/acts", "/api/auth.test"])
def test_another_page_in_the_browser_can_do_nothing(workspace: Workspace, path: str) -> None:
    elsewhere = {"Origin": "https://evil.example"}
    rebound = {"Host": "evil.example"}

    for headers in (elsewhere, rebound):
        answer = requests.post(workspace.url + path, headers=headers, json={}, timeout=5)
        assert answer.status_code == 403


def test_another_page_cannot_listen_in(workspace: Workspace) -> None:
    client = WebClient(workspace.keys.app, base_url=workspace.api)
    address = client.apps_connections_open(app_token=workspace.keys.app)["url"]

    with pytest.raises(InvalidStatus, match="403"):
        connect(address, origin=Origin("https://evil.example"))
    with connect(address) as socket:
        assert "hello" in str(socket.recv())


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, (MAYA, GENERAL)),
        ({"as": CARA, "in": MODELS}, (CARA, MODELS)),
        ({"as": TOM, "in": COMPLIANCE}, (TOM, GENERAL)),
        ({"as": GUS, "in": MODELS}, (GUS, PLATFORM)),
        ({"as": SAM, "in": GENERAL}, (SAM, SHARED)),
        ({"as": BOT, "in": MODELS}, (MAYA, GENERAL)),
        ({"as": TOM, "in": QUIET}, (TOM, QUIET)),
    ],
)
def test_one_sees_ones_own_conversations_and_what_is_public_in_the_house(
    workspace: Workspace, asked: dict[str, str], shown: tuple[str, str]
) -> None:
    (app,) = [
        one
        for one in Read(requests.get(workspace.url, asked, timeout=5).text).all("div")
        if one.get("id") == "app"
    ]
    assert (app["data-person"], app["data-channel"]) == shown


@pytest.mark.parametrize(
    ("address", "way"),
    [
        (f"{MODELS}/p1700000000000001", f"/?as={MAYA}&in={MODELS}&thread=1700000000.000001"),
        (f"{MODELS}/p2000000?thread_ts=1.000000", f"/?as={MAYA}&in={MODELS}&thread=1.000000"),
        (f"{COMPLIANCE}/p1000000", f"/?as={CARA}&in={COMPLIANCE}&thread=1.000000"),
        (f"{MODELS}/p1000000?as={CARA}", f"/?as={CARA}&in={MODELS}&thread=1.000000"),
        (f"{COMPLIANCE}/p1000000?as={TOM}", None),
    ],
)
def test_a_permalink_leads_whoever_may_see_it_to_the_message(
    workspace: Workspace, address: str, way: str | None
) -> None:
    answer = requests.get(f"{workspace.url}/archives/{address}", allow_redirects=False, timeout=5)

    assert answer.headers.get("location") == way
    assert answer.status_code == (404 if way is None else 307)


def test_nobody_joins_where_they_are_not_invited(workspace: Workspace) -> None:
    join = f"{workspace.url}/_page/join"
    answer = requests.post(join, json={"as": TOM, "in": COMPLIANCE}, timeout=5)

    assert answer.json() == {"trouble": "That cannot be done: one has to be invited."}
    assert TOM not in workspace.state.channels[COMPLIANCE].members


def test_the_page_may_load_nothing_from_elsewhere(workspace: Workspace) -> None:
    answer = requests.get(workspace.url, MAYAS, timeout=5)

    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert all("style" not in attributes for _, attributes in Read(answer.text).elements)


def test_a_text_that_is_no_unicode_does_not_stop_the_page(workspace: Workspace) -> None:
    workspace.state.put(Message(ts="1.0", channel=MODELS, author=TOM, text="half \ud83d"))

    assert "half ?" in requests.get(workspace.url, MAYAS, timeout=5).text


@pytest.mark.parametrize(
    ("gesture", "body", "status", "words"),
    [
        ("say", {"as": TOM, "in": "C0COMPLIANCE", "text": "hello"}, 409, "is not in"),
        ("say", {**MAYAS, "text": "x", "colour": "red"}, 400, "something unknown"),
        ("press", {**MAYAS, "ts": "1.0", "key": '["b", "a"]'}, 409, "nothing to press"),
        ("submit", {**MAYAS, "view": "V1"}, 409, "not there any more"),
        ("delete", {**MAYAS, "ts": "1.0"}, 409, "sees no message"),
        ("stop", {**MAYAS, "thread": "1.0"}, 409, "nothing is under way"),
        ("shortcut", {**MAYAS, "ts": "1.0", "callback": "x"}, 409, "no shortcut"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    workspace: Workspace, gesture: str, body: dict[str, Any], status: int, words: str
) -> None:
    answer = requests.post(f"{workspace.url}/_page/{gesture}", json=body, timeout=5)

    assert answer.status_code == status
    assert words in answer.json()["trouble"]


def test_a_gesture_comes_as_json_or_not_at_all(workspace: Workspace) -> None:
    as_text = {"Content-Type": "text/plain"}
    say = f"{workspace.url}/_page/say"

    assert requests.post(say, data="{}", headers=as_text, timeout=5).status_code == 404
    assert requests.post(f"{workspace.url}/_page/fly", json={}, timeout=5).status_code == 404


def test_whoever_waits_hears_of_a_change_at_once(workspace: Workspace) -> None:
    known = workspace.state.version
    workspace.post(TOM, MODELS, "hello")

    answer = requests.get(f"{workspace.url}/_page/changes", {"version": known}, timeout=5)

    assert answer.json() == {"version": workspace.state.version}
