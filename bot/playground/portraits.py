"""The workspace's values as Slack's JSON shows them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.playground.records import Channel, ChannelKind, Group, Json, Message, Person, View
from bot.playground.scenario import APP, BOT_PROFILE
from bot.playground.state import State


def portrait_of(person: Person, state: State, *, with_email: bool) -> Json:
    """Return a person as users.info shows them."""
    stranger = person.team != state.team.id
    zone = ZoneInfo(person.zone)
    offset = zone.utcoffset(datetime.fromtimestamp(state.clock(), zone))
    return {
        "id": person.id,
        "team_id": person.team,
        "name": person.name,
        "deleted": person.deactivated,
        "color": person.color,
        "real_name": person.real_name,
        "tz": person.zone,
        "tz_label": person.zone,
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": _profile_of(person, with_email=with_email and not stranger),
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_bot": person.bot,
        "is_app_user": False,
        "is_email_confirmed": not person.bot,
        **({"is_stranger": True} if stranger else {}),
        "updated": 1_700_000_000,
    }


def _profile_of(person: Person, *, with_email: bool) -> Json:
    return {
        "title": person.role,
        "real_name": person.real_name,
        "real_name_normalized": person.real_name,
        "display_name": person.name,
        "display_name_normalized": person.name,
        "status_text": "",
        "status_emoji": "",
        "team": person.team,
        **({"api_app_id": APP, "bot_id": BOT_PROFILE} if person.bot else {}),
        **({"email": person.email} if with_email and person.email else {}),
    }


def channel_as_seen(channel: Channel, state: State) -> Json:
    """Return a conversation as conversations.info shows it."""
    if channel.kind is ChannelKind.DIRECT:
        return _direct_as_seen(channel, state)
    shared = bool(channel.partners)
    return {
        "id": channel.id,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind is ChannelKind.PUBLIC,
        "is_group": channel.kind is ChannelKind.PRIVATE,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.kind is ChannelKind.PRIVATE,
        "created": channel.created,
        "is_archived": channel.archived,
        "is_general": channel.name == "general",
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "shared_team_ids": sorted({state.team.id, *channel.partners}),
        "connected_team_ids": sorted(channel.partners),
        "internal_team_ids": [state.team.id],
        "context_team_id": state.team.id,
        "is_member": state.bot in channel.members,
        "num_members": len(channel.members),
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "previous_names": [],
    }


def _direct_as_seen(channel: Channel, state: State) -> Json:
    other = next(iter(channel.members - {state.bot}), state.bot)
    return {
        "id": channel.id,
        "created": channel.created,
        "is_im": True,
        "is_org_shared": False,
        "context_team_id": state.team.id,
        "user": other,
        "is_archived": channel.archived,
        "is_open": True,
        "is_user_deleted": state.people[other].deactivated,
    }


def group_as_seen(group: Group, state: State, *, with_users: bool) -> Json:
    """Return a user group as usergroups.list shows it."""
    return {
        "id": group.id,
        "team_id": state.team.id,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "description": "",
        "handle": group.handle,
        "is_external": False,
        "date_create": 1_700_000_000,
        "date_update": 1_700_000_000,
        "date_delete": 0,
        "user_count": len(group.members),
        "prefs": {"channels": [], "groups": []},
        **({"users": sorted(group.members)} if with_users else {}),
    }


def message_as_seen(message: Message, state: State, *, with_metadata: bool = True) -> Json:
    """Return a message as conversations.history and the events show it."""
    replies = state.replies_to(message)
    author = state.people[message.author]
    seen: Json = {
        "type": "message",
        "user": message.author,
        "text": message.text,
        "ts": message.ts,
        "team": author.team,
        "subtype": message.subtype,
        "blocks": list(message.blocks) or None,
        "edited": {"user": message.author, "ts": message.edited} if message.edited else None,
        "metadata": message.metadata if with_metadata else None,
        "thread_ts": message.thread or (message.ts if replies else None),
        "parent_user_id": _parent_of(message, state),
    }
    if message.by_app:
        seen |= {"bot_id": BOT_PROFILE, "app_id": APP, "bot_profile": bot_profile(state)}
    elif author.bot:
        seen |= {"bot_id": f"B{author.id[1:]}"}
    elif not message.subtype:
        seen |= {"client_msg_id": f"00000000-0000-4000-8000-{message.ts.replace('.', '')[-12:]}"}
    if replies:
        seen |= _thread_of(replies)
    if message.reactions:
        seen["reactions"] = _reactions_of(message)
    if message.streaming:
        seen["streaming_state"] = "in_progress"
    return {name: value for name, value in seen.items() if value is not None}


def _parent_of(message: Message, state: State) -> str | None:
    parent = state.message(message.channel, message.thread) if message.thread else None
    return parent.author if parent else None


def _thread_of(replies: tuple[Message, ...]) -> Json:
    authors = list(dict.fromkeys(one.author for one in replies))
    return {
        "reply_count": len(replies),
        "reply_users_count": len(authors),
        "reply_users": authors,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def _reactions_of(message: Message) -> list[Json]:
    names = list(dict.fromkeys(name for name, _ in message.reactions))
    users = {name: [who for one, who in message.reactions if one == name] for name in names}
    return [{"name": name, "users": users[name], "count": len(users[name])} for name in names]


def bot_profile(state: State) -> Json:
    """Return the app's bot as messages show it."""
    return {
        "id": BOT_PROFILE,
        "deleted": False,
        "name": state.people[state.bot].real_name,
        "updated": 1_700_000_000,
        "app_id": APP,
        "icons": {},
        "team_id": state.team.id,
    }


def view_as_seen(view: View, state: State) -> Json:
    """Return a view as the answers of views.* and the payloads show it."""
    content = view.content
    return {
        "id": view.id,
        "team_id": state.team.id,
        "type": view.kind,
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata", ""),
        "callback_id": content.get("callback_id", ""),
        "external_id": content.get("external_id", ""),
        "state": {"values": {block: dict(acts) for block, acts in view.inputs.items()}},
        "hash": view.hash,
        "title": content.get("title"),
        "submit": content.get("submit"),
        "close": content.get("close"),
        "clear_on_close": content.get("clear_on_close", False),
        "notify_on_close": content.get("notify_on_close", False),
        "submit_disabled": content.get("submit_disabled", False),
        "root_view_id": view.root,
        "previous_view_id": view.previous,
        "app_id": APP,
        "app_installed_team_id": state.team.id,
        "bot_id": BOT_PROFILE,
    }
