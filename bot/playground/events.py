"""What the app hears of what happened: only what it subscribed to, and only where its bot is."""

from __future__ import annotations

from bot.playground.deliveries import EVENT, Deliveries, Envelope
from bot.playground.manifest import Manifest
from bot.playground.portraits import message_as_seen, view_as_seen
from bot.playground.records import Channel, ChannelKind, Json, Message, View
from bot.playground.scenario import APP
from bot.playground.state import State

_FAMILIES = {
    ChannelKind.PUBLIC: "message.channels",
    ChannelKind.PRIVATE: "message.groups",
    ChannelKind.DIRECT: "message.im",
}
_MEMBER_KINDS = {ChannelKind.PUBLIC: "C", ChannelKind.PRIVATE: "G", ChannelKind.DIRECT: "D"}


class Events:
    """Turns what happens into events of the Events API."""

    def __init__(self, state: State, manifest: Manifest, deliveries: Deliveries) -> None:
        """Take the workspace, what the app subscribed to, and the way to it."""
        self._state = state
        self._manifest = manifest
        self._deliveries = deliveries

    def posted(self, message: Message) -> None:
        """Tell of a message; one that mentions the bot in a channel is told twice, as Slack does.

        A mention in direct messages is told as a message only.
        """
        channel = self._state.channels[message.channel]
        said = self._said(message, channel)
        self._tell_message(channel, {**said, "channel_type": channel.kind.value})
        mentioned = f"<@{self._state.bot}>" in message.text and not message.by_app
        if mentioned and channel.kind is not ChannelKind.DIRECT and self._hears(channel):
            self._tell("app_mention", {**said, "type": "app_mention"}, channel)

    def changed(self, message: Message, previous: Message) -> None:
        """Tell of a message that was changed."""
        channel = self._state.channels[message.channel]
        moment = self._state.next_ts()
        self._tell_message(
            channel,
            {
                "type": "message",
                "subtype": "message_changed",
                "channel": channel.id,
                "hidden": True,
                "message": self._with_teams(message_as_seen(message, self._state)),
                "previous_message": message_as_seen(previous, self._state),
                "ts": moment,
                "event_ts": moment,
                "channel_type": channel.kind.value,
            },
        )

    def deleted(self, previous: Message, *, ts: str) -> None:
        """Tell of a message that was deleted."""
        channel = self._state.channels[previous.channel]
        self._tell_message(
            channel,
            {
                "type": "message",
                "subtype": "message_deleted",
                "channel": channel.id,
                "hidden": True,
                "deleted_ts": previous.ts,
                "previous_message": message_as_seen(previous, self._state),
                "ts": ts,
                "event_ts": ts,
                "channel_type": channel.kind.value,
            },
        )

    def joined(self, channel: Channel, person: str) -> None:
        """Tell of somebody who came into a channel."""
        self._tell_member("member_joined_channel", channel, person)

    def left(self, channel: Channel, person: str) -> None:
        """Tell of somebody who left a channel."""
        self._tell_member("member_left_channel", channel, person)

    def home_opened(self, person: str, channel: Channel, *, tab: str, view: View | None) -> None:
        """Tell of somebody who looks at the app's Home."""
        event: Json = {"type": "app_home_opened", "user": person, "channel": channel.id, "tab": tab}
        if view is not None:
            event["view"] = view_as_seen(view, self._state)
        self.told(event)

    def told(self, event: Json, *, channel: Channel | None = None) -> None:
        """Tell an event as it is, if the app subscribed to its type."""
        stamped = {**event, "event_ts": self._state.next_ts()}
        self._tell(event["type"], stamped, channel)

    def _tell_member(self, kind: str, channel: Channel, person: str) -> None:
        event = {
            "type": kind,
            "user": person,
            "channel": channel.id,
            "channel_type": _MEMBER_KINDS[channel.kind],
            "team": self._state.people[person].team,
        }
        if self._hears(channel) or person == self._state.bot:
            self.told(event, channel=channel)

    def _said(self, message: Message, channel: Channel) -> Json:
        """Return a new message as an event has it."""
        seen = self._with_teams(message_as_seen(message, self._state))
        return {**seen, "channel": channel.id, "event_ts": message.ts}

    def _with_teams(self, seen: Json) -> Json:
        """Return a message that also tells which company its author is from, if not from ours."""
        theirs = seen.get("team")
        if theirs == self._state.team.id:
            return seen
        return {**seen, "user_team": theirs, "source_team": theirs}

    def _tell_message(self, channel: Channel, event: Json) -> None:
        if self._hears(channel):
            self._tell(_FAMILIES[channel.kind], event, channel)

    def _hears(self, channel: Channel) -> bool:
        return self._state.bot in channel.members

    def _tell(self, subscription: str, event: Json, channel: Channel | None) -> None:
        """Wrap an event and send it off, if the app subscribed to it."""
        if subscription not in self._manifest.events:
            return
        envelope_id = self._state.next_id("Ev")
        payload = self._wrapped(envelope_id, event, channel)
        self._deliveries.tell(Envelope(id=envelope_id, kind=EVENT, payload=payload))

    def _wrapped(self, event_id: str, event: Json, channel: Channel | None) -> Json:
        ours = self._state.team.id
        return {
            "token": "",
            "team_id": ours,
            "context_team_id": ours,
            "context_enterprise_id": None,
            "api_app_id": APP,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(self._state.clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": ours,
                    "user_id": self._state.bot,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.partners),
            "event_context": f"4-{event_id}",
        }
