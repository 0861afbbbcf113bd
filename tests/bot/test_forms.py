"""Windows opened and changed: each way that Slack refuses has one consequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.forms import Opened, change_form, open_form
from bot.policies import POLICIES, Policy
from bot.sender import posting_client
from tests.fakes.slack import ScriptedSlack, no, said, scripted_slack

OPENED = Opened(id="V1", hash="h1")
SHOWN = {"ok": True, "view": {"id": OPENED.id, "hash": OPENED.hash}}


@pytest.fixture
def slack() -> Iterator[ScriptedSlack]:
    with scripted_slack() as running:
        yield running


@pytest.fixture
def client(slack: ScriptedSlack) -> WebClient:
    return posting_client("xoxb-1", base_url=slack.api)


class Drawer:
    """Draws, and counts how often."""

    def __init__(self) -> None:
        self.drawn = 0

    def __call__(self) -> dict[str, Any]:
        self.drawn += 1
        return {}


def test_a_form_asked_for_too_long_ago_is_to_be_asked_for_again(client, slack):
    slack.script(no("expired_trigger_id"))
    assert open_form(client, "t1", {}) is None

    slack.script(said(SHOWN))
    assert open_form(client, "t1", {}) == OPENED


def test_a_form_that_is_closed_is_left_closed(client, slack):
    slack.script(no("not_found"))

    assert not change_form(client, OPENED, Drawer())
    assert slack.methods == ["views.update"]


def test_a_form_that_changed_meanwhile_is_drawn_once_more(client, slack):
    drawer = Drawer()
    slack.script(no("hash_conflict"), said(SHOWN))

    assert change_form(client, OPENED, drawer)
    assert drawer.drawn == 2


def test_a_form_that_was_closed_between_two_drawings_is_left_closed(client, slack):
    slack.script(no("hash_conflict"), no("not_found"))

    assert not change_form(client, OPENED, Drawer())


def test_any_other_refusal_of_a_form_is_not_hidden(client, slack):
    slack.script(no("invalid_arguments"))

    with pytest.raises(SlackApiError):
        open_form(client, "t1", {})
    with pytest.raises(SlackApiError):
        change_form(client, OPENED, Drawer())
    assert POLICIES["invalid_arguments"] is Policy.PLAIN
