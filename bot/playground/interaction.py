"""What the app is sent when people press, choose, submit, command: Slack's payloads."""

from __future__ import annotations

from bot.playground.deliveries import ACT, COMMAND, Envelope
from bot.playground.portraits import message_as_seen, view_as_seen
from bot.playground.records import Channel, ChannelKind, Json, Message, View
from bot.playground.scenario import APP
from bot.playground.site import Site


def press_in_message(
    site: Site, person: str, message: Message, action: Json, inputs: dict[str, dict[str, Json]]
) -> Envelope:
    """Return the act of somebody who pressed something in a message."""
    state = site.state
    ephemeral = message.only_for is not None
    address = state.make_response_url(
        message.channel, person, message=message.ts, thread=message.thread
    )
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": ephemeral,
        **({"thread_ts": message.thread} if message.thread else {}),
    }
    return _act(
        site,
        person,
        {
            "type": "block_actions",
            "container": container,
            "trigger_id": state.make_trigger(person).id,
            "channel": _named(state.channels[message.channel]),
            **({} if ephemeral else {"message": message_as_seen(message, state)}),
            "state": {"values": inputs},
            "response_url": response_address(site, address.id),
            "actions": [action],
        },
    )


def press_in_view(site: Site, person: str, view: View, action: Json) -> Envelope:
    """Return the act of somebody who pressed something in a modal or their Home tab."""
    return _act(
        site,
        person,
        {
            "type": "block_actions",
            "container": {"type": "view", "view_id": view.id},
            "trigger_id": site.state.make_trigger(person, view=view.id).id,
            "view": view_as_seen(view, site.state),
            "actions": [action],
        },
    )


def submission(site: Site, view: View) -> Envelope:
    """Return the act of somebody who sent a form."""
    return _act(
        site,
        view.person,
        {
            "type": "view_submission",
            "trigger_id": site.state.make_trigger(view.person, view=view.id).id,
            "view": view_as_seen(view, site.state),
            "response_urls": [],
        },
    )


def closing(site: Site, view: View, *, cleared: bool) -> Envelope:
    """Return the act of somebody who closed a modal."""
    seen = view_as_seen(view, site.state)
    payload = {"type": "view_closed", "view": seen, "is_cleared": cleared}
    return _act(site, view.person, payload)


def shortcut(site: Site, person: str, message: Message, callback_id: str) -> Envelope:
    """Return the act of somebody who used a shortcut on a message."""
    state = site.state
    address = state.make_response_url(message.channel, person, thread=message.thread)
    return _act(
        site,
        person,
        {
            "type": "message_action",
            "action_ts": state.next_ts(),
            "callback_id": callback_id,
            "trigger_id": state.make_trigger(person).id,
            "response_url": response_address(site, address.id),
            "message_ts": message.ts,
            "channel": _named(state.channels[message.channel]),
            "message": message_as_seen(message, state),
        },
    )


def command(site: Site, person: str, channel: Channel, name: str, text: str) -> Envelope:
    """Return the command that somebody gave in a channel."""
    state = site.state
    address = state.make_response_url(channel.id, person)
    payload: Json = {
        "token": "",
        "team_id": state.team.id,
        "team_domain": state.team.domain,
        "channel_id": channel.id,
        "channel_name": _named(channel)["name"],
        "user_id": person,
        "user_name": state.people[person].name,
        "command": name,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_address(site, address.id),
        "trigger_id": state.make_trigger(person).id,
    }
    return Envelope(id=payload["trigger_id"], kind=COMMAND, payload=payload)


def response_address(site: Site, address: str) -> str:
    """Return the web address of a response_url."""
    return f"{site.origin}/actions/{site.state.team.id}/{address}"


def _act(site: Site, person: str, payload: Json) -> Envelope:
    """Wrap what somebody did."""
    state, who = site.state, site.state.people[person]
    whole = {
        **payload,
        "team": {"id": state.team.id, "domain": state.team.domain},
        "user": {"id": who.id, "username": who.name, "name": who.name, "team_id": who.team},
        "api_app_id": APP,
        "token": "",
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return Envelope(id=payload.get("trigger_id") or state.next_id("act"), kind=ACT, payload=whole)


def _named(channel: Channel) -> Json:
    kind = {ChannelKind.DIRECT: "directmessage", ChannelKind.PRIVATE: "privategroup"}
    return {"id": channel.id, "name": kind.get(channel.kind, channel.name)}
