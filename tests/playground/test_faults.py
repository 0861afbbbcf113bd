from __future__ import annotations

import http.client
import json
import urllib.error
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.faults import Fault, FaultKind, Faults
from bot.playground.scenario import MAYA, MODELS
from bot.playground.server import serve_workspace
from bot.playground.site import Limits
from bot.playground.workspace import Workspace
from tests.playground.conftest import client_of
from tests.playground.ears import challenged, listening, web_app


def post_under(workspace: Workspace, kind: FaultKind, seconds: float = 1.0) -> None:
    workspace.faults.add(Fault(kind=kind, method="chat.*", times=1, seconds=seconds))
    client_of(workspace).chat_postMessage(channel=MODELS, text="hello")


def said(workspace: Workspace) -> list[str]:
    return [one.text for one in workspace.history(MAYA, MODELS)]


@pytest.mark.logs_errors
@pytest.mark.parametrize(
    ("kind", "landed"), [(FaultKind.LOST_REQUEST, []), (FaultKind.LOST_RESPONSE, ["hello"])]
)
def test_a_connection_breaks_before_or_after_the_message_landed(
    workspace: Workspace, kind: FaultKind, landed: list[str]
) -> None:
    with pytest.raises((ConnectionError, http.client.HTTPException, urllib.error.URLError)):
        post_under(workspace, kind)
    assert said(workspace) == landed


@pytest.mark.logs_errors
def test_a_message_may_land_after_its_connection_broke(workspace: Workspace) -> None:
    with pytest.raises((ConnectionError, http.client.HTTPException, urllib.error.URLError)):
        post_under(workspace, FaultKind.LATE_LANDING, seconds=0.2)
    assert said(workspace) == []
    assert workspace.state.wait_until(lambda: said(workspace) == ["hello"], seconds=3)


@pytest.mark.logs_errors
@pytest.mark.parametrize(
    ("kind", "status", "landed"),
    [
        (FaultKind.RATELIMITED, 429, []),
        (FaultKind.SERVER_ERROR, 500, []),
        (FaultKind.DONE_BUT_ERROR, 500, ["hello"]),
    ],
)
def test_a_server_may_say_wait_or_fail(
    workspace: Workspace, kind: FaultKind, status: int, landed: list[str]
) -> None:
    with pytest.raises(SlackApiError) as failed:
        post_under(workspace, kind, seconds=7)
    assert failed.value.response.status_code == status
    assert said(workspace) == landed
    if kind is FaultKind.RATELIMITED:
        assert failed.value.response.headers["retry-after"] == "7"


@pytest.mark.logs_errors
def test_an_answer_may_be_slow_and_the_next_call_is_well(workspace: Workspace) -> None:
    workspace.faults.add(Fault(kind=FaultKind.SLOW, seconds=1.2, times=1))
    hurried = WebClient(workspace.keys.bot, base_url=workspace.api, retry_handlers=[], timeout=1)
    with pytest.raises(TimeoutError):
        hurried.chat_postMessage(channel=MODELS, text="hello")
    assert said(workspace) == ["hello"]
    assert hurried.auth_test()["ok"]


def test_faults_befall_the_same_calls_for_the_same_seed() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add(Fault(kind=FaultKind.SLOW, method="chat.*", share=0.5))
        return [faults.drawn("chat.postMessage") is not None for _ in range(50)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 10 < sum(drawn(1)) < 40


def test_who_posts_faster_than_a_channel_takes_is_told_to_wait() -> None:
    with serve_workspace(limits=Limits(per_second=1, burst=3), clock=lambda: 1.8e9) as workspace:
        client = client_of(workspace)
        for _ in range(3):
            client.chat_postMessage(channel=MODELS, text="hello")
        with pytest.raises(SlackApiError, match="ratelimited"):
            client.chat_postMessage(channel=MODELS, text="hello")
        assert client.chat_postMessage(channel=MAYA, text="elsewhere")["ok"]


def lever(workspace: Workspace, method: str, path: str, body: object = None) -> object:
    """Turn one of the workspace's levers as another process would."""
    data = json.dumps(body).encode() if body is not None else None
    request = Request(f"{workspace.url}/_playground/{path}", data, method=method)  # noqa: S310
    with urlopen(request) as answered:  # noqa: S310
        return json.load(answered)["result"]


def test_another_process_can_act_break_things_and_count(workspace: Workspace) -> None:
    with listening(workspace) as ear:
        act = {"act": "post", "person": MAYA, "channel": MODELS, "text": "@mayi may I?"}
        lever(workspace, "POST", "scatter", {"copies": 2})
        posted = lever(workspace, "POST", "acts", act)
        assert lever(workspace, "POST", "acts", {"act": "settle"})
        lever(workspace, "POST", "disconnect", {"reason": ""})
    assert isinstance(posted, dict)
    assert len(ear.events("app_mention")) == 2
    messages = lever(workspace, "GET", f"messages?channel={MODELS}")
    attempts = lever(workspace, "GET", "attempts")
    assert isinstance(messages, list)
    assert isinstance(attempts, list)
    assert [one["ts"] for one in messages] == [posted["ts"]]
    assert {one["reached"] for one in attempts} == {True}
    lever(workspace, "POST", "faults", {"kind": "ratelimited", "method": "chat.*"})
    with pytest.raises(SlackApiError, match="ratelimited"):
        client_of(workspace).chat_postMessage(channel=MODELS, text="x")
    lever(workspace, "DELETE", "faults")
    client_of(workspace).chat_postMessage(channel=MODELS, text="x")
    requests = lever(workspace, "GET", "requests")
    assert isinstance(requests, list)
    assert [one["method"] for one in requests][-1] == "chat.postMessage"
    version = lever(workspace, "GET", "version")
    assert lever(workspace, "GET", f"version?after={version}&seconds=0.01") == version


def test_an_act_nobody_can_do_is_answered_with_why(workspace: Workspace) -> None:
    nowhere = {"act": "post", "person": MAYA, "channel": "C0COMPLIANCE", "text": "hello"}
    for act in (nowhere, {"act": "serve"}):
        with pytest.raises(urllib.error.HTTPError) as refused:
            lever(workspace, "POST", "acts", act)
        with refused.value as answered:
            assert answered.code == 400
            assert json.load(answered)["error"]


def test_another_process_can_say_where_the_app_is(workspace: Workspace) -> None:
    with web_app(challenged) as (url, heard):
        lever(workspace, "POST", "route", {"url": url})
        workspace.post(MAYA, MODELS, "hello")
        assert workspace.settle()
        lever(workspace, "POST", "route", {})
    assert len(heard) == 2
    assert workspace.deliveries.route is workspace.sockets
