from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.playground.scenario import MAYA, MODELS, US
from bot.playground.workspace import Workspace


def task(status: str, title: str = "Searching 214 clauses") -> dict[str, str]:
    return {"type": "task_update", "id": "search", "title": title, "status": status}


def test_progress_grows_before_the_readers_eyes_and_ends_in_blocks(
    workspace: Workspace, client: WebClient
) -> None:
    direct = workspace.direct(MAYA).id
    question = workspace.post(MAYA, direct, "may I?")
    client.assistant_threads_setStatus(
        channel_id=direct, thread_ts=question.ts, status="is searching…"
    )
    assert workspace.state.session(direct, question.ts).status == "is searching…"
    stream = client.chat_startStream(
        channel=direct, thread_ts=question.ts, chunks=[task("in_progress")]
    )
    assert workspace.state.session(direct, question.ts).status == ""
    plan = {"type": "plan_update", "title": "Answering"}
    client.chat_appendStream(channel=direct, ts=stream["ts"], chunks=[task("complete"), plan])
    growing = workspace.state.message(direct, stream["ts"])
    assert growing is not None
    assert growing.streaming
    assert (growing.plan, [one["status"] for one in growing.tasks]) == ("Answering", ["complete"])
    metadata = {"event_type": "mayi_message", "event_payload": {"key": "k"}}
    client.chat_stopStream(
        channel=direct,
        ts=stream["ts"],
        blocks=[{"type": "divider"}],
        metadata=metadata,
        session_status="closed",
    )
    done = workspace.state.message(direct, stream["ts"])
    assert done is not None
    assert (done.streaming, done.metadata, len(done.blocks)) == (False, metadata, 1)
    assert workspace.state.session(direct, question.ts).lifecycle == "closed"


def test_a_stream_in_a_channel_says_whose_it_is(workspace: Workspace, client: WebClient) -> None:
    question = workspace.post(MAYA, MODELS, "may I?")
    with pytest.raises(SlackApiError, match="missing_recipient_user_id"):
        client.chat_startStream(channel=MODELS, thread_ts=question.ts)
    assert client.chat_startStream(
        channel=MODELS,
        thread_ts=question.ts,
        recipient_user_id=MAYA,
        recipient_team_id=US.id,
    )["ok"]


def test_an_open_stream_is_not_updated_and_a_closed_one_does_not_grow(
    workspace: Workspace, client: WebClient
) -> None:
    direct = workspace.direct(MAYA).id
    question = workspace.post(MAYA, direct, "may I?")
    stream = client.chat_startStream(channel=direct, thread_ts=question.ts)
    with pytest.raises(SlackApiError, match="streaming_state_conflict"):
        client.chat_update(channel=direct, ts=stream["ts"], text="x")
    with pytest.raises(SlackApiError, match="invalid_chunks"):
        client.chat_appendStream(channel=direct, ts=stream["ts"], chunks=[task("done")])
    client.chat_stopStream(channel=direct, ts=stream["ts"])
    with pytest.raises(SlackApiError, match="message_not_in_streaming_state"):
        client.chat_appendStream(channel=direct, ts=stream["ts"], chunks=[task("complete")])


def test_prompts_and_a_title_are_kept_with_the_thread(
    workspace: Workspace, client: WebClient
) -> None:
    direct = workspace.direct(MAYA).id
    question = workspace.post(MAYA, direct, "may I?")
    prompt = {"title": "Open weights", "message": "May I publish weights?"}
    client.assistant_threads_setSuggestedPrompts(
        channel_id=direct, thread_ts=question.ts, prompts=[prompt]
    )
    client.assistant_threads_setTitle(channel_id=direct, thread_ts=question.ts, title="Weights")
    session = workspace.state.session(direct, question.ts)
    assert (session.prompts, session.title) == ((prompt,), "Weights")
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.assistant_threads_setSuggestedPrompts(
            channel_id=direct, thread_ts=question.ts, prompts=[prompt] * 5
        )


def test_a_stream_takes_words_and_refuses_what_makes_no_sense(
    workspace: Workspace, client: WebClient
) -> None:
    direct = workspace.direct(MAYA).id
    question = workspace.post(MAYA, direct, "may I?")
    stream = client.chat_startStream(
        channel=direct, thread_ts=question.ts, markdown_text="Searching"
    )
    here = {"channel": direct, "ts": stream["ts"]}
    words = {"type": "markdown_text", "text": " and reading"}
    client.chat_appendStream(**here, markdown_text="", chunks=[words])
    for method, arguments, error in (
        ("chat.startStream", {"channel": direct}, "invalid_thread_ts"),
        ("chat.appendStream", here, "no_text"),
        ("chat.appendStream", {**here, "markdown_text": "x" * 12_001}, "msg_too_long"),
        ("chat.stopStream", {**here, "session_status": "done"}, "invalid_arguments"),
    ):
        with pytest.raises(SlackApiError) as refused:
            client.api_call(method, json=arguments)
        assert refused.value.response["error"] == error
    assert client.chat_stopStream(**here)["message"]["text"] == "Searching and reading"
