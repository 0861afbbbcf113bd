"""The adapter to OpenAI's API: what goes over the wire, and what every reply is taken for."""

from __future__ import annotations

import gzip
import json
import logging
import time

import httpx2
import pytest

from knowledge.judging.language_model import Failure, ModelFailed, Prompt
from knowledge.judging.openai import MOST_BYTES, Api, OpenAI
from tests.fakes.model import parts
from tests.fakes.model.server import ModelServer

PROMPT = Prompt(
    name="judgement",
    instructions="Judge.",
    data='{"question":"May we?"}',
    form={"type": "object", "properties": {}},
    longest=500,
)


def spoken(text="{}", *, status="completed", kind="output_text", details=None):
    content = {"type": kind, "text": text, "refusal": text}
    return {
        "status": status,
        "incomplete_details": details,
        "output": [{"type": "reasoning"}, {"type": "message", "content": [content]}],
        "usage": {"input_tokens": 11, "output_tokens": 7},
    }


def completed(text="{}", *, finish="stop", refusal=None):
    message = {"content": text, "refusal": refusal}
    return {
        "choices": [{"message": message, "finish_reason": finish}],
        "usage": {"prompt_tokens": 11, "completion_tokens": 7},
    }


class Wire:
    """A transport that gives one reply and keeps the requests."""

    def __init__(self, reply, status=200, **how):
        self.requests = []
        self.reply, self.status, self.how = reply, status, how

    def __call__(self, request):
        self.requests.append(request)
        if isinstance(self.reply, Exception):
            raise self.reply
        if isinstance(self.reply, dict | list | None):
            return httpx2.Response(self.status, json=self.reply, **self.how)
        return httpx2.Response(self.status, content=self.reply, **self.how)

    @property
    def body(self):
        return json.loads(self.requests[-1].content)


def connected(wire, api=Api.RESPONSES, **given):
    transport = httpx2.MockTransport(wire)
    return OpenAI.connect(key="sk-test", model="gpt-x", api=api, transport=transport, **given)


def failure(wire, api=Api.RESPONSES):
    with pytest.raises(ModelFailed) as failed:
        connected(wire, api).reply(PROMPT, seconds=2.0)
    return failed.value.failure, str(failed.value)


# ---------------------------------------------------------------- what is sent


def test_a_response_is_asked_for_strictly_and_never_stored():
    wire = Wire(spoken())

    connected(wire).reply(PROMPT, seconds=2.0, person="abc")

    assert wire.requests[0].url == "https://api.openai.com/v1/responses"
    assert wire.body == {
        "model": "gpt-x",
        "store": False,
        "instructions": "Judge.",
        "input": PROMPT.data,
        "text": {
            "format": {
                "type": "json_schema",
                "strict": True,
                "name": "judgement",
                "schema": PROMPT.form,
            }
        },
        "max_output_tokens": 500,
        "safety_identifier": "abc",
    }


def test_a_completion_is_asked_for_strictly_and_never_stored():
    wire = Wire(completed())

    connected(wire, Api.CHAT, base_url="http://localhost:11434/v1").reply(PROMPT, seconds=2.0)

    assert wire.requests[0].url == "http://localhost:11434/v1/chat/completions"
    assert wire.body["store"] is False
    assert wire.body["response_format"]["json_schema"]["strict"] is True
    assert [message["role"] for message in wire.body["messages"]] == ["system", "user"]
    assert "safety_identifier" not in wire.body


@pytest.mark.parametrize(
    ("api", "reply", "said"),
    [
        (Api.RESPONSES, spoken(), {"reasoning": {"effort": "none"}}),
        (Api.CHAT, completed(), {"reasoning_effort": "none"}),
    ],
)
def test_how_long_to_think_is_said_where_it_is_given(api, reply, said):
    told, untold = Wire(reply), Wire(reply)

    connected(told, api, effort="none").reply(PROMPT, seconds=2.0)
    connected(untold, api).reply(PROMPT, seconds=2.0)

    assert told.body == untold.body | said


def test_a_server_that_cannot_be_told_how_long_to_think_is_told_of_with_what_to_set():
    told = {"error": {"message": "Unsupported parameter: 'reasoning.effort'", "type": "x"}}

    found, sentence = failure(Wire(told, status=400))

    assert found is Failure.REQUEST
    assert "MAYI_OPENAI_EFFORT=unsaid" in sentence


def test_nothing_is_asked_twice():
    wire = Wire({}, status=500)

    failure(wire)

    assert len(wire.requests) == 1


def test_nothing_that_is_sent_reaches_a_log(caplog):
    caplog.set_level(logging.DEBUG)

    connected(Wire(spoken("{}"))).reply(PROMPT, seconds=2.0)

    assert "May we" not in caplog.text
    assert "sk-test" not in caplog.text


def test_the_proxy_of_the_environment_is_used_but_not_for_this_machine(monkeypatch):
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with ModelServer(parts.down) as proxy, ModelServer(parts.down) as ours:
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/v1"))
        for address in ("http://models.example/v1", ours.url):
            model = OpenAI.connect(key="k", model="gpt-x", base_url=address)
            with pytest.raises(ModelFailed):
                model.reply(PROMPT, seconds=2.0)
            model.close()

        assert (len(proxy.calls), len(ours.calls)) == (1, 1)


# ---------------------------------------------------------------- what comes back


@pytest.mark.parametrize(
    ("api", "data"), [(Api.RESPONSES, spoken('{"a":1}')), (Api.CHAT, completed('{"a":1}'))]
)
def test_a_reply_is_its_text_and_what_it_took(api, data):
    reply = connected(Wire(data), api).reply(PROMPT, seconds=2.0)

    assert (reply.text, reply.tokens_in, reply.tokens_out) == ('{"a":1}', 11, 7)


@pytest.mark.parametrize(
    ("status", "code", "expected", "says"),
    [
        (401, "invalid_api_key", Failure.KEY, "revoked"),
        (403, None, Failure.KEY, "may not use this model"),
        (404, "model_not_found", Failure.MODEL, "no model 'gpt-x'"),
        (404, None, Failure.ADDRESS, "MAYI_OPENAI_API=chat"),
        (405, None, Failure.ADDRESS, "/responses"),
        (429, "rate_limit_exceeded", Failure.BUSY, "too much to do"),
        (429, "insufficient_quota", Failure.QUOTA, "quota"),
        (400, "unsupported_parameter", Failure.REQUEST, "does not take the request"),
        (500, None, Failure.OUTAGE, "error 500"),
        (503, None, Failure.OUTAGE, "error 503"),
    ],
)
def test_every_refusal_of_a_server_is_a_sentence(status, code, expected, says):
    told = {"error": {"message": "sk-test leaked here", "type": "x", "code": code}}

    found, sentence = failure(Wire(told, status=status))

    assert found is expected
    assert says in sentence
    assert "leaked" not in sentence


@pytest.mark.parametrize(
    ("api", "data", "expected"),
    [
        (Api.RESPONSES, spoken("No.", kind="refusal"), Failure.REFUSED),
        (Api.RESPONSES, spoken(status="incomplete"), Failure.CUT_OFF),
        (
            Api.RESPONSES,
            spoken(status="incomplete", details={"reason": "content_filter"}),
            Failure.REFUSED,
        ),
        (Api.RESPONSES, spoken(status="failed"), Failure.OUTAGE),
        (Api.CHAT, completed(refusal="No."), Failure.REFUSED),
        (Api.CHAT, completed(finish="length"), Failure.CUT_OFF),
        (Api.CHAT, completed(finish="content_filter"), Failure.REFUSED),
    ],
)
def test_what_a_model_does_not_finish_is_told_apart(api, data, expected):
    assert failure(Wire(data), api)[0] is expected


@pytest.mark.parametrize(
    "reply", [b"", b"<html>Bad gateway</body>", b"[1, 2]", b"null", bytes(range(256)), b"[" * 9000]
)
@pytest.mark.parametrize("api", list(Api))
def test_garbage_is_no_reply(reply, api):
    assert failure(Wire(reply), api)[0] is Failure.NONSENSE


@pytest.mark.parametrize("data", [{}, {"output": 7}, {"output": [7, {"content": "x"}]}])
def test_an_object_of_another_shape_says_nothing(data):
    assert connected(Wire(data)).reply(PROMPT, seconds=2.0).text == ""


@pytest.mark.parametrize("status", [200, 500])
def test_a_reply_of_fifty_million_characters_is_not_read_to_its_end(status):
    read = []

    def endless():
        for _ in range(50):
            read.append(1)
            yield b"x" * 1_000_000

    found, sentence = failure(Wire(endless(), status=status))

    assert found is Failure.TOO_LARGE
    assert "far too long" in sentence
    assert len(read) <= MOST_BYTES // 1_000_000 + 2


def test_a_reply_packed_small_is_not_unpacked():
    packed = gzip.compress(b"x" * 50_000_000)

    found, _ = failure(Wire(packed, headers={"content-encoding": "gzip"}))

    assert found is Failure.NONSENSE


def test_a_dripping_reply_is_given_up():
    def drips():
        for _ in range(100):
            time.sleep(0.05)
            yield b" "

    began = time.monotonic()
    with pytest.raises(ModelFailed) as failed:
        connected(Wire(drips())).reply(PROMPT, seconds=0.3)

    assert failed.value.failure is Failure.LATE
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (httpx2.ConnectError("no route"), Failure.OUTAGE),
        (httpx2.ReadError("reset"), Failure.OUTAGE),
        (httpx2.ReadTimeout("slow"), Failure.LATE),
        (httpx2.ConnectTimeout("slow"), Failure.LATE),
    ],
)
def test_a_broken_connection_is_told_from_a_slow_one(error, expected):
    assert failure(Wire(error))[0] is expected


# ---------------------------------------------------------------- looking whether it is there


@pytest.mark.parametrize(
    ("listed", "expected"), [(["gpt-x"], True), (["gpt-y"], False), ([], False)]
)
def test_a_server_says_whether_it_has_the_model(listed, expected):
    wire = Wire({"data": [{"id": name} for name in listed]})

    assert connected(wire).is_listed(seconds=2.0) is expected
    assert wire.requests[0].method == "GET"
    assert wire.requests[0].content == b""


def test_looking_for_the_model_tells_a_wrong_key():
    with pytest.raises(ModelFailed, match="revoked"):
        connected(Wire({}, status=401)).is_listed(seconds=2.0)
