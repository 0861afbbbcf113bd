"""What is asked of us over HTTP: only what Slack signed gets in, and no body is ever logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection

import pytest
from slack_sdk.signature import SignatureVerifier

from bot.web import FRESH, LARGEST, AddressRefused, Doorkeeper, Readiness, WebServer, web_app

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_790_000_000.0
BODY = b'{"type":"event_callback","text":"may I sell the zebra files?"}'


class Slack:
    """Stands behind the door: keeps what came through, and answers as it is told."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self.status = 200

    def __call__(
        self, body: str, _headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], str]:
        self.came.append(body)
        return self.status, {"content-type": "text/plain"}, "done"


class Site:
    """The pages, served on loopback."""

    def __init__(self) -> None:
        self.slack = Slack()
        self.faults: tuple[str, ...] = ()
        app = web_app(
            ready=lambda: Readiness(faults=self.faults),
            metrics=lambda: (b"mayi_up 1\n", "text/plain; version=1.0.0"),
            dispatch=self.slack,
            doorkeeper=Doorkeeper(SECRET, clock=lambda: NOW),
        )
        self.server = WebServer(app, host="127.0.0.1", port=0)
        self.port = self.server.start()

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        answer = response.status, response.read()
        connection.close()
        return answer


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.stop()


def signed(body: bytes = BODY, *, at: float = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    assert signature is not None
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": signature}


def test_what_slack_signed_gets_in_and_its_answer_out(site: Site):
    assert site.ask("POST", "/slack/events", BODY, signed()) == (200, b"done")
    assert site.slack.came == [BODY.decode()]


FORGED = {
    "nothing signed": {},
    "another secret": signed(secret="another"),
    "another body": signed(b"{}"),
    "too old": signed(at=NOW - FRESH - 1),
    "from the future": signed(at=NOW + FRESH + 1),
    "no number": {**signed(), "x-slack-request-timestamp": "yesterday"},
    "a foreign digit": {
        **signed(),
        "x-slack-request-timestamp": "\u00b2",
    },
    "a long number": {**signed(), "x-slack-request-timestamp": "1" * 5000},
    "a fraction": {**signed(), "x-slack-request-timestamp": f"{NOW}"},
    "not ASCII": {**signed(), "x-slack-signature": "v0=\xe9"},
    "half a signature": {**signed(), "x-slack-signature": signed()["x-slack-signature"][:20]},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
def test_what_slack_did_not_sign_stays_out_and_is_not_logged(
    site: Site, headers: dict[str, str], caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        status, _ = site.ask("POST", "/slack/events", BODY, headers)

    assert status == 401
    assert site.slack.came == []
    assert "zebra" not in caplog.text


def test_a_body_that_is_no_text_is_refused(site: Site):
    status, _ = site.ask("POST", "/slack/events", b"\xff\xfe", signed(b"{}"))

    assert (status, site.slack.came) == (401, [])


def test_a_body_larger_than_any_of_slacks_is_not_read_to_its_end(site: Site):
    huge = b"x" * (LARGEST + 1)

    assert site.ask("POST", "/slack/events", huge, signed(huge))[0] == 413
    assert site.slack.came == []


def test_a_request_that_was_worked_on_cannot_be_replayed(site: Site):
    assert site.ask("POST", "/slack/events", BODY, signed())[0] == 200
    assert site.ask("POST", "/slack/events", BODY, signed())[0] == 401
    assert len(site.slack.came) == 1


def test_a_request_that_failed_may_come_again(site: Site):
    site.slack.status = 500
    assert site.ask("POST", "/slack/events", BODY, signed())[0] == 500
    site.slack.status = 200
    assert site.ask("POST", "/slack/events", BODY, signed())[0] == 200


def test_a_replica_without_http_mode_has_no_door(site: Site):
    app = web_app(ready=Readiness, metrics=lambda: (b"", "text/plain"))
    server = WebServer(app, host="127.0.0.1", port=0)
    site.port = server.start()

    assert site.ask("POST", "/slack/events", BODY, signed())[0] == 404
    server.stop()


def test_health_is_alive_whatever_else_fails(site: Site):
    site.faults = ("Slack: token_revoked",)

    assert site.ask("GET", "/healthz")[0] == 200
    status, body = site.ask("GET", "/readyz")
    assert (status, b"token_revoked" in body) == (503, True)


def test_what_is_well_is_ready_and_measured(site: Site):
    assert site.ask("GET", "/readyz") == (200, b'{"ready":true,"faults":[]}')
    assert site.ask("GET", "/metrics") == (200, b"mayi_up 1\n")


@pytest.mark.logs_errors
def test_an_address_that_is_taken_is_refused(site: Site):
    app = web_app(ready=Readiness, metrics=lambda: (b"", "text/plain"))
    second = WebServer(app, host="127.0.0.1", port=site.port)

    with pytest.raises(AddressRefused, match=rf"MAYI_LISTEN: 127.0.0.1:{site.port} is taken"):
        second.start()
