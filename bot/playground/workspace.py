"""The workspace as people use it: what one can do in Slack's own page, and what one sees there.

Every method takes who does it, and goes the way that a person's act goes in Slack: to the app as
an event, an act or a command, with its answer shown. What Slack's page would not let one do
raises Impossible. None is to be called from the server's event loop: a page's endpoints are plain
functions, which starlette runs in threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.playground import forms, interaction
from bot.playground.api.chat import take_away
from bot.playground.deliveries import Acknowledgement, Deliveries, WebRoute
from bot.playground.faults import Faults
from bot.playground.inputs import (
    STATEFUL,
    Choice,
    Impossible,
    action_of,
    carried,
    found_element,
    initial_inputs,
    input_of,
)
from bot.playground.records import Channel, ChannelKind, Json, Message, Request, View
from bot.playground.scenario import SLACKBOT
from bot.playground.site import Keys, Site
from bot.playground.sockets import Sockets
from bot.playground.state import State
from bot.playground.wording import as_sent, rich_text_of

_UNANSWERED = {"timeout": "operation_timeout", "http_timeout": "operation_timeout"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """A served workspace.

    `api` is the base address for slack_sdk (`base_url`), ending in /api/. `keys` holds the app's
    tokens and signing secret. `state` is what there is to see, with a feed of changes:
    `state.version`, `state.wait`.
    """

    site: Site
    deliveries: Deliveries
    sockets: Sockets
    faults: Faults
    loop: asyncio.AbstractEventLoop

    @property
    def state(self) -> State:
        """What there is to see."""
        return self.site.state

    @property
    def keys(self) -> Keys:
        """The app's tokens and signing secret."""
        return self.site.keys

    @property
    def url(self) -> str:
        """The web address, without a path."""
        return self.site.origin

    @property
    def api(self) -> str:
        """The base address of the Web API."""
        return f"{self.site.origin}/api/"

    @property
    def requests(self) -> tuple[Request, ...]:
        """The calls that the app made so far."""
        return tuple(self.state.requests)

    # --- messages

    def post(self, person: str, channel: str, text: str, *, thread: str | None = None) -> Message:
        """Post what somebody typed: `@mayi may I …?`."""
        self._inside(person, channel)
        sent = as_sent(text, self.state)
        message = Message(
            ts=self.state.next_ts(),
            channel=channel,
            author=person,
            text=sent,
            blocks=({**rich_text_of(sent), "block_id": self.state.next_id("b")},),
            thread=thread,
        )
        self.state.put(message)
        self.site.observer.posted(message)
        return message

    def edit(self, person: str, channel: str, ts: str, text: str) -> Message:
        """Change what somebody wrote."""
        before = self._own(person, channel, ts)
        sent = as_sent(text, self.state)
        blocks = ({**rich_text_of(sent), "block_id": self.state.next_id("b")},)
        edited = self.state.next_ts()
        message = self.state.put(replace(before, text=sent, blocks=blocks, edited=edited))
        self.site.observer.changed(message, before)
        return message

    def delete(self, person: str, channel: str, ts: str) -> None:
        """Delete what somebody wrote."""
        take_away(self.site, self._own(person, channel, ts))

    def dismiss(self, person: str, channel: str, ts: str) -> None:
        """Put away a message that only that person sees."""
        message = self._visible(person, channel, ts)
        if message.only_for != person:
            raise Impossible("others see that message too")
        self.state.drop(channel, ts)

    def direct(self, person: str) -> Channel:
        """Return somebody's direct messages with the bot."""
        return self.state.direct(person, self.state.bot)

    def history(self, person: str, channel: str) -> tuple[Message, ...]:
        """Return what somebody sees in a conversation, oldest first, threads included."""
        self._inside(person, channel)
        return self.state.history(channel, reader=person)

    def thread(self, person: str, channel: str, ts: str) -> tuple[Message, ...]:
        """Return a message and what somebody sees under it, oldest first."""
        self._inside(person, channel)
        return self.state.thread(channel, ts, reader=person)

    # --- acts that the app answers

    def press(
        self,
        person: str,
        channel: str,
        ts: str,
        action_id: str,
        *,
        block_id: str | None = None,
        choice: Choice = None,
    ) -> Acknowledgement:
        """Press a button in a message, or choose in a menu there; `choice` as in `inputs`."""
        message = self._visible(person, channel, ts)
        block, element = found_element(message.blocks, action_id, block_id)
        inputs = self._filled(person, message)
        if element["type"] in STATEFUL:
            inputs[block["block_id"]][element["action_id"]] = input_of(element, choice)
            with self.state.changing():
                self.state.inputs[person, channel, ts] = inputs
        action = action_of(block, element, choice, ts=self.state.next_ts())
        envelope = interaction.press_in_message(self.site, person, message, action, inputs)
        answered = self.deliveries.ask(envelope)
        if not answered.reached:
            self._note(person, message.channel, message.thread, "That did not work. Try again?")
        return answered

    def press_in_view(
        self,
        person: str,
        view_id: str,
        action_id: str,
        *,
        block_id: str | None = None,
        choice: Choice = None,
    ) -> Acknowledgement:
        """Press or choose something in a modal or the Home tab, which the app hears at once."""
        view = self._view(person, view_id)
        block, element = found_element(view.content["blocks"], action_id, block_id)
        if element["type"] in STATEFUL:
            view = self.state.keep_view(forms.filled(view, {action_id: choice}))
        if block["type"] == "input" and not block.get("dispatch_action"):
            return Acknowledgement(reached=True)
        action = action_of(block, element, choice, ts=self.state.next_ts())
        answered = self.deliveries.ask(interaction.press_in_view(self.site, person, view, action))
        if not answered.reached:
            forms.show_trouble(self.state, view_id)
        return answered

    def fill_in(self, person: str, view_id: str, values: Mapping[str, Choice]) -> None:
        """Choose or type something in a view (action id → choice); the app is not told yet."""
        self.state.keep_view(forms.filled(self._view(person, view_id), values))

    def submit(
        self, person: str, view_id: str, values: dict[str, Choice] | None = None
    ) -> Acknowledgement:
        """Fill a form in (action id → choice) and send it.

        What Slack's own page finds missing is shown in `View.errors`, and nothing is sent.
        """
        return forms.submit(self.site, self.deliveries, self._view(person, view_id), values or {})

    def close(self, person: str, view_id: str, *, cleared: bool = False) -> None:
        """Close a modal, or the whole stack."""
        forms.close(self.site, self.deliveries, self._view(person, view_id), cleared=cleared)

    def open_home(self, person: str, *, tab: str = "home") -> View | None:
        """Look at the app's Home: its tab `home`, or `messages`."""
        view = self.state.home_of(person) if tab == "home" else None
        self.site.observer.home_opened(person, self.direct(person), tab=tab, view=view)
        return view

    def command(self, person: str, channel: str, name: str, text: str = "") -> Acknowledgement:
        """Give a command in a channel, such as /mayi."""
        self._ours(person)
        if name not in self.site.manifest.commands:
            raise Impossible(f"{name} is not a valid command")
        place = self._inside(person, channel)
        sent = as_sent(text, self.state)
        answered = self.deliveries.ask(interaction.command(self.site, person, place, name, sent))
        if answered.reached:
            forms.show_answer(self.site, person, channel, answered.body)
        else:
            error = _UNANSWERED.get(answered.reason, "dispatch_failed")
            self._note(person, channel, None, f"{name} failed with the error “{error}”")
        return answered

    def shortcut(self, person: str, channel: str, ts: str, callback_id: str) -> Acknowledgement:
        """Use a shortcut on a message."""
        self._ours(person)
        if callback_id not in self.site.manifest.shortcuts:
            raise Impossible(f"no shortcut is called {callback_id!r}")
        message = self._visible(person, channel, ts)
        answered = self.deliveries.ask(
            interaction.shortcut(self.site, person, message, callback_id)
        )
        if not answered.reached:
            self._note(person, channel, message.thread, "That did not work. Try again?")
        return answered

    def stop(self, person: str, channel: str, thread: str) -> None:
        """Press Stop while the agent works in a thread."""
        place = self._inside(person, channel)
        if self.state.session(channel, thread).lifecycle != "processing":
            raise Impossible("nothing is under way there")
        open_streams = [
            one for one in self.state.thread(channel, thread) if one.streaming and one.by_app
        ]
        for one in open_streams:
            self.state.put(replace(one, streaming=False))
        event: Json = {
            "type": "agent_session_stopped",
            "channel": channel,
            "thread_ts": thread,
            "user": person,
            "streaming_message_ts": [one.ts for one in open_streams],
        }
        self.site.observer.told(event, channel=place)

    # --- who is where

    def join(self, person: str, channel: str) -> None:
        """Bring somebody into a channel."""
        members = self.state.channels[channel].members | {person}
        self.site.observer.joined(self.state.change_channel(channel, members=members), person)

    def leave(self, person: str, channel: str) -> None:
        """Take somebody out of a channel."""
        members = self.state.channels[channel].members - {person}
        self.site.observer.left(self.state.change_channel(channel, members=members), person)

    def rename(self, channel: str, name: str) -> None:
        """Give a channel another name; its id stays."""
        place = self.state.change_channel(channel, name=name)
        renamed = {"id": channel, "name": name, "name_normalized": name, "is_channel": True}
        self.site.observer.told({"type": "channel_rename", "channel": renamed}, channel=place)

    # --- the way to the app

    def deliver_to(self, url: str) -> None:
        """Use the app's own web address from now on, once it has answered the challenge."""
        route = WebRoute(url, self.keys.signing, self.state.clock)
        route.verify()
        self.deliveries.route = route

    def deliver_by_socket(self) -> None:
        """Use Socket Mode from now on."""
        self.deliveries.route = self.sockets

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell the app's connections to go: `warning`, `refresh_requested`, or `` to break them."""
        work = self.sockets.disconnect(reason) if reason else self.sockets.drop()
        asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def settle(self, seconds: float = 10.0) -> bool:
        """Wait until the app has acknowledged everything; tell whether it did in time."""
        return self.deliveries.settle(seconds=seconds)

    # --- what one may

    def _inside(self, person: str, channel: str) -> Channel:
        place = self.state.channels[channel]
        if person not in place.members:
            raise Impossible(f"{person} is not in {channel}")
        if place.archived:
            raise Impossible(f"{channel} is archived")
        return place

    def _ours(self, person: str) -> None:
        if self.state.is_stranger(person):
            raise Impossible("apps of another company offer one no commands and shortcuts")

    def _visible(self, person: str, channel: str, ts: str) -> Message:
        self._inside(person, channel)
        message = self.state.message(channel, ts)
        if message is None or message.only_for not in (None, person):
            raise Impossible(f"{person} sees no message {ts} in {channel}")
        return message

    def _own(self, person: str, channel: str, ts: str) -> Message:
        message = self._visible(person, channel, ts)
        if message.author != person:
            raise Impossible("it is somebody else's")
        return message

    def _view(self, person: str, view_id: str) -> View:
        view = self.state.views.get(view_id)
        if view is None or view.person != person:
            raise Impossible(f"{person} sees no view {view_id}")
        return view

    def _filled(self, person: str, message: Message) -> dict[str, dict[str, Json]]:
        """Return what somebody has chosen in a message so far."""
        known = self.state.inputs.get((person, message.channel, message.ts))
        return carried(initial_inputs(message.blocks), known or {})

    def _note(self, person: str, channel: str, thread: str | None, text: str) -> None:
        """Show somebody a note of Slack's own."""
        direct = self.state.channels[channel].kind is ChannelKind.DIRECT
        self.state.put(
            Message(
                ts=self.state.next_ts(),
                channel=channel,
                author=SLACKBOT,
                text=text,
                thread=None if direct else thread,
                only_for=person,
                trouble=True,
            )
        )
