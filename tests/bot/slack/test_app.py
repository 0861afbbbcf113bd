"""Bolt's own way from a request to its receipt, in this process."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App, BoltRequest, BoltResponse

from bot.app import FORMS, LISTENERS, MOMENT, WINDOWS, build_app
from bot.directory import SlackDirectory
from bot.inbox import Admission
from bot.listeners import cases
from bot.payloads import Action, Callback
from bot.playground.scenario import CARA, MAYA, MODELS
from bot.sender import posting_client
from jobs import inbox
from knowledge.database import Database
from knowledge.judging.reader import Reader
from tests.bot.slack import payloads
from tests.flows.company import OPEN, ZONE, Company, company, publish, texts, utc_now


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    folder = tmp_path_factory.mktemp("app")
    database = Database.open(f"sqlite:///{folder / 'mayi.db'}")
    publish(database, folder / "rules", open=OPEN)
    with company(database, Reader(), socket=False) as open_company:
        yield open_company
    database.close()


def dispatch(app: App, body: dict[str, Any], **headers: str) -> BoltResponse:
    given = {"content-type": ["application/json"], **{k: [v] for k, v in headers.items()}}
    return app.dispatch(BoltRequest(body=json.dumps(body), headers=given))


def journalled(acme: Company) -> int:
    with acme.database.read() as tx:
        return len(tx.execute(inbox.inbox.select()).all())


def test_a_question_is_journalled_before_its_receipt(acme: Company):
    before = journalled(acme)

    answered = dispatch(acme.app, payloads.mention("may I?", user=MAYA, channel=MODELS))

    assert answered.status == 200
    assert journalled(acme) == before + 1


def test_a_retry_of_what_was_never_journalled_is_taken(acme: Company):
    before = journalled(acme)
    body = payloads.mention("may I?", ts="500.1", user=MAYA, channel=MODELS)

    dispatch(acme.app, body, **{"x-slack-retry-num": "2", "x-slack-retry-reason": "http_timeout"})

    assert journalled(acme) == before + 1


@pytest.mark.logs_errors
def test_without_a_journal_there_is_no_receipt_and_no_word_of_it_in_the_log(
    acme: Company, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    gone = Database.open(f"sqlite:///{tmp_path / 'gone.db'}")
    gone.close()
    with gone.begin() as tx:
        tx.exec_driver_sql("DROP TABLE inbox")
    admission = Admission(gone, clock=utc_now, mask=lambda t: (t, False), wake=lambda: None)
    app = build_app(replace(acme.services, database=gone), admission)

    answered = dispatch(app, payloads.mention("may I tell of Zebra Corp?"))

    assert answered.status == 500
    ours = [line for line in caplog.messages if "reference" in line]
    assert len(ours) == 1
    assert "Zebra" not in " ".join(caplog.messages)
    gone.close()


@pytest.mark.parametrize(
    "body",
    [
        payloads.event(type="reaction_added", user="U-ada"),
        payloads.event(type="heard_of_by_nobody"),
        payloads.message("lunch?"),
        {
            "type": "block_actions",
            "user": {"id": "U-ada"},
            "trigger_id": "t",
            "container": {},
            "actions": [{"action_id": "of_another_version", "type": "button"}],
        },
        {
            "type": "view_submission",
            "user": {"id": "U-ada"},
            "view": {"id": "V1", "type": "modal", "callback_id": ""},
        },
        {
            "type": "view_closed",
            "user": {"id": "U-ada"},
            "view": {"id": "V1", "type": "modal", "callback_id": ""},
        },
        {"type": "message_action", "callback_id": "another"},
        {"type": "shortcut", "callback_id": "another"},
    ],
    ids=["event", "new event", "chatter", "button", "form", "closed form", "shortcut", "global"],
)
def test_what_means_nothing_to_us_gets_its_receipt_and_leaves_nothing(acme: Company, body):
    before = journalled(acme)

    assert dispatch(acme.app, body).status == 200
    assert journalled(acme) == before


def granting(acme: Company, *, late: float = 0.0) -> dict[str, Any]:
    """Return Cara's press of "Grant an exception" in her Home, so many seconds too late."""
    trigger = acme.workspace.state.make_trigger(CARA)
    acme.workspace.state.triggers[trigger.id] = replace(trigger, made_at=trigger.made_at - late)
    return {
        "type": "block_actions",
        "user": {"id": CARA},
        "trigger_id": trigger.id,
        "container": {"type": "view"},
        "actions": [{"action_id": Action.GRANT_EXCEPTION, "type": "button", "value": "{}"}],
    }


def window(acme: Company, person: str) -> str:
    """Return what the window says that the person has open, and close it."""
    (view,) = acme.workspace.state.modals_of(person)
    acme.workspace.close(person, view.id)
    return " ".join(texts(view.content))


def test_a_window_opens_at_once_and_then_shows_what_was_asked_for(acme: Company):
    assert dispatch(acme.app, granting(acme)).status == 200

    said = window(acme, CARA)
    assert "Purpose" in said
    assert MOMENT not in said


def test_whoever_pressed_too_long_ago_is_asked_to_press_again(acme: Company):
    before = len(acme.said(CARA, acme.direct(CARA)))

    assert dispatch(acme.app, granting(acme, late=60)).status == 200
    acme.courier.deliver_due()

    assert acme.workspace.state.modals_of(CARA) == ()
    (told,) = acme.said(CARA, acme.direct(CARA))[before:]
    assert "press the button again" in told.text


@pytest.mark.logs_errors
def test_a_window_that_cannot_be_filled_says_so_with_the_reference_in_the_log(
    acme: Company, caplog: pytest.LogCaptureFixture
):
    nowhere = posting_client("xoxb-none", base_url="http://127.0.0.1:9/api/")
    deaf = SlackDirectory(nowhere, compliance=("compliance",), clock=utc_now, zone=ZONE)
    admission = Admission(acme.database, clock=utc_now, mask=acme.services.mask, wake=lambda: None)
    app = build_app(replace(acme.services, directory=deaf), admission)

    assert dispatch(app, granting(acme)).status == 200

    reference = re.search(r"Reference ([0-9a-f]{8})", window(acme, CARA))
    assert reference is not None
    assert any(reference[1] in line for line in caplog.messages)


def test_every_button_and_form_leads_somewhere():
    journalled_elsewhere = {Action.ASK_FROM_HOME}  # it asks a question
    assert {*LISTENERS, *WINDOWS} >= set(Action) - journalled_elsewhere
    assert {*FORMS} >= set(Callback) - {Callback.AM_I_ALLOWED}


def test_a_form_that_is_sent_twice_is_taken_once(acme: Company):
    taken = []
    admission = Admission(acme.database, clock=utc_now, mask=acme.services.mask, wake=lambda: None)

    def apply(_tx: object) -> Any:
        taken.append(1)
        return cases.NOTHING

    for _ in range(2):
        admission.once("view:V9", apply)

    assert len(taken) == 2  # the second one is undone
    with acme.database.read() as tx:
        rows = tx.execute(inbox.inbox.select().where(inbox.inbox.c.key == "view:V9")).all()
    assert len(rows) == 1
