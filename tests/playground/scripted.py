"""A small app for the page to talk to: it answers, asks, opens forms and says what it is doing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from bot.playground.deliveries import Acknowledgement, Envelope
from bot.playground.workspace import Workspace

Json = dict[str, Any]
Ack = Callable[..., None]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(text: str) -> Json:
    return {"text": plain(text), "value": text.lower()}


ANSWER: list[Json] = [
    {"type": "header", "text": plain("Not allowed")},
    {
        "type": "section",
        "text": {"type": "mrkdwn", "text": "The *rule* says <https://a.example|no>."},
    },
    {
        "type": "actions",
        "block_id": "what",
        "elements": [
            {"type": "button", "action_id": "ask", "text": plain("Ask compliance")},
            {
                "type": "static_select",
                "action_id": "plan",
                "placeholder": plain("Which plan?"),
                "options": [option("API"), option("Team")],
            },
            {"type": "overflow", "action_id": "more", "options": [option("Share"), option("Hide")]},
            {
                "type": "button",
                "action_id": "drop",
                "text": plain("Withdraw"),
                "style": "danger",
                "confirm": {
                    "title": plain("Withdraw it?"),
                    "text": plain("Nobody sees it then."),
                    "confirm": plain("Withdraw"),
                    "deny": plain("Keep"),
                },
            },
        ],
    },
]

FORM: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Ask compliance"),
    "submit": plain("Send"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": plain("Purpose"),
            "hint": plain("In a sentence."),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "until",
            "optional": True,
            "label": plain("Until"),
            "element": {"type": "datepicker", "action_id": "day"},
        },
        {
            "type": "input",
            "block_id": "tell",
            "optional": True,
            "label": plain("Tell also"),
            "element": {
                "type": "checkboxes",
                "action_id": "whom",
                "options": [option("Owner"), option("Team")],
            },
        },
    ],
}

HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("What would you like to do?")},
        {
            "type": "input",
            "block_id": "question",
            "dispatch_action": True,
            "label": plain("Your question"),
            "element": {"type": "plain_text_input", "action_id": "text"},
        },
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "home_ask", "text": plain("Ask")}],
        },
    ],
}


@dataclass(frozen=True)
class Script:
    """What the app does, with the client it does it with."""

    client: WebClient

    def answer(self, event: Json) -> None:
        thread = event.get("thread_ts") or event["ts"]
        self.client.chat_postMessage(
            channel=event["channel"], thread_ts=thread, text="Not allowed", blocks=ANSWER
        )

    def converse(self, event: Json) -> None:
        """Answer in direct messages, saying how far it is; it thinks, or searches, if told to."""
        if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id"):
            return
        channel, thread = event["channel"], event.get("thread_ts") or event["ts"]
        self.client.assistant_threads_setStatus(
            channel_id=channel, thread_ts=thread, status="is thinking…"
        )
        if event["text"] == "think":
            return
        task = {"type": "task_update", "id": "1", "title": "Searching 214 clauses"}
        stream = self.client.chat_startStream(
            channel=channel, thread_ts=thread, chunks=[task | {"status": "in_progress"}]
        )
        if event["text"] != "search":
            done = [task | {"status": "complete"}]
            self.client.chat_stopStream(
                channel=channel, ts=stream["ts"], chunks=done, blocks=ANSWER[:2]
            )

    def report(self, ack: Ack, body: Json, action: Json) -> None:
        """Write under the answer what was chosen there."""
        ack()
        said = f"{action['action_id']} {action['selected_option']['value']} by <@{_who(body)}>"
        at = {"channel": body["channel"]["id"], "ts": body["message"]["ts"]}
        self.client.chat_update(**at, text=said, blocks=[*ANSWER, _said(said)])

    def drop(self, ack: Ack, body: Json) -> None:
        ack()
        self.client.chat_delete(channel=body["channel"]["id"], ts=body["message"]["ts"])

    def open_form(self, ack: Ack, body: Json) -> None:
        ack()
        view = FORM | {"private_metadata": body["channel"]["id"]}
        self.client.views_open(trigger_id=body["trigger_id"], view=view)

    def take_form(self, ack: Ack, view: Json, body: Json) -> None:
        """Post what the form says, if it says enough."""
        values = view["state"]["values"]
        why = values["why"]["text"]["value"]
        if len(why) < 10:
            ack(response_action="errors", errors={"why": "Please say a little more."})
            return
        ack()
        day = values["until"]["day"]["selected_date"]
        told = [one["value"] for one in values["tell"]["whom"]["selected_options"]]
        said = f"<@{_who(body)}> asks: {why} until {day}, telling {' and '.join(told)}"
        self.client.chat_postMessage(channel=view["private_metadata"], text=said)

    def command(self, ack: Ack, command: Json) -> None:
        ack(f"Between us: {command['text']}")

    def publish(self, event: Json) -> None:
        if event["tab"] == "home":
            self.client.views_publish(user_id=event["user"], view=HOME)

    def ask_at_home(self, ack: Ack, body: Json) -> None:
        ack()
        asked = body["view"]["state"]["values"]["question"]["text"]["value"]
        blocks = [*HOME["blocks"], _said(f"You asked: {asked}")]
        self.client.views_publish(user_id=_who(body), view=HOME | {"blocks": blocks})


@dataclass(frozen=True)
class InProcess:
    """The shortest way to an app: its own dispatch."""

    app: App

    async def attempt(
        self, envelope: Envelope, *, number: int, reason: str, seconds: float
    ) -> Acknowledgement:
        request = BoltRequest(mode="socket_mode", body=envelope.payload)
        response = await asyncio.to_thread(self.app.dispatch, request)
        is_json = "json" in str(response.headers.get("content-type", ""))
        body = json.loads(response.body) if is_json else response.body
        return Acknowledgement(reached=response.status == 200, body=body)


def bring_the_app(workspace: Workspace) -> None:
    """Let the app answer what happens in the workspace."""
    client = WebClient(workspace.keys.bot, base_url=workspace.api)
    app, script = App(client=client, signing_secret=workspace.keys.signing), Script(client)
    app.event("app_mention")(script.answer)
    app.event("message")(script.converse)
    app.event("app_home_opened")(script.publish)
    app.action("plan")(script.report)
    app.action("more")(script.report)
    app.action("drop")(script.drop)
    app.action("ask")(script.open_form)
    app.action("home_ask")(script.ask_at_home)
    app.action("text")(script.ask_at_home)
    app.shortcut("ask_about_message")(script.open_form)
    app.view("form")(script.take_form)
    app.view_closed("form")(lambda ack: ack())
    app.command("/mayi")(script.command)
    workspace.deliveries.route = InProcess(app)


def _who(body: Json) -> str:
    return str(body["user"]["id"])


def _said(text: str) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
