"""What is shown while we work is shown where it helps, and never stays."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from bot.playground.faults import Fault, FaultKind
from bot.playground.scenario import GENERAL, MAYA
from bot.playground.server import serve_workspace
from bot.playground.workspace import Workspace
from bot.progress import working
from bot.sender import posting_client
from jobs.conversations import Place, Reach


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    with serve_workspace() as running:
        yield running


def place(workspace: Workspace, reach: Reach = Reach.EVERYBODY) -> Place:
    """Return where something was just asked."""
    channel = workspace.direct(MAYA).id if reach is Reach.DIRECT else GENERAL
    ts = workspace.post(MAYA, channel, "may I?").ts
    return Place(team="T0ACME", channel=channel, person=MAYA, reach=reach, ts=ts, thread=ts)


def shown(workspace: Workspace, there: Place) -> list[str]:
    return [
        request.arguments["status"]
        for request in workspace.requests
        if request.method == "assistant.threads.setStatus"
        and request.arguments["thread_ts"] == there.thread
    ]


def work(
    workspace: Workspace,
    there: Place,
    *,
    long: float = 60.0,
    anew: bool = False,
    then: Exception | None = None,
) -> None:
    client = posting_client(workspace.keys.bot, base_url=workspace.api)
    with working(client, there, anew=anew, long=long) as show:
        show("searching 5 clauses")
        if long < 1:
            wait_until(lambda: bool(shown(workspace, there)))
        show("checking quotes")
        if then is not None:
            raise then


def wait_until(so: object) -> None:
    for _ in range(500):
        if so():  # type: ignore[operator]
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came to be so")


def test_whoever_asks_alone_sees_each_step(workspace: Workspace):
    there = place(workspace, Reach.DIRECT)
    work(workspace, there)

    assert shown(workspace, there) == ["is searching 5 clauses…", "is checking quotes…", ""]


def test_a_channel_is_shown_once_what_takes_long(workspace: Workspace):
    there = place(workspace)
    work(workspace, there, long=0.01)

    assert shown(workspace, there) == ["is searching 5 clauses…", ""]


def test_what_a_new_message_takes_away_is_not_taken_away_twice(workspace: Workspace):
    there = place(workspace)
    work(workspace, there, long=0.01, anew=True)
    assert shown(workspace, there) == ["is searching 5 clauses…"]

    client = posting_client(workspace.keys.bot, base_url=workspace.api)
    client.chat_postMessage(channel=there.channel, thread_ts=there.thread, text="You may.")
    assert workspace.state.session(there.channel, str(there.thread)).status == ""


@pytest.mark.parametrize("reach", [Reach.EVERYBODY, Reach.ASKER])
def test_what_is_answered_at_once_or_to_one_alone_shows_a_channel_nothing(
    workspace: Workspace, reach: Reach
):
    there = place(workspace, reach)
    work(workspace, there)

    assert shown(workspace, there) == []


def test_what_goes_wrong_in_between_leaves_no_status(workspace: Workspace):
    there = place(workspace)
    with pytest.raises(KeyError):
        work(workspace, there, long=0.01, anew=True, then=KeyError())

    assert shown(workspace, there)[-1] == ""


@pytest.mark.logs_errors  # slack_sdk logs what is not JSON
def test_what_cannot_be_shown_keeps_nobody_from_working(workspace: Workspace):
    workspace.faults.add(
        Fault(kind=FaultKind.SERVER_ERROR, method="assistant.threads.setStatus", times=3)
    )

    work(workspace, place(workspace, Reach.DIRECT))
