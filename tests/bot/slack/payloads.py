"""What Slack delivers, in the fields that it always sends."""

from __future__ import annotations

from itertools import count
from typing import Any

US = "U0MAYI"
TEAM = "T0ACME"
_numbers = count(1)


def event(event_id: str | None = None, /, **fields: Any) -> dict[str, Any]:
    """Return an event in its envelope; a new one each time unless its id is given."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": "A0MAYI",
        "event_id": event_id or f"Ev{next(_numbers)}",
        "event_time": 1,
        "event": fields,
        "authorizations": [{"team_id": TEAM, "user_id": US, "is_bot": True}],
    }


def message(text: str, *, ts: str = "100.1", user: str = "U-ada", **more: Any) -> dict[str, Any]:
    """Return a message in a channel, or wherever `channel` and `channel_type` say."""
    given = {"channel": "C-dev", "channel_type": "channel", **more}
    return event(type="message", text=text, ts=ts, user=user, event_ts=ts, **given)


def mention(text: str, *, ts: str = "100.1", user: str = "U-ada", **more: Any) -> dict[str, Any]:
    """Return a mention of us, as it is delivered beside the message it stands in."""
    given = {"channel": "C-dev", **more}
    return event(type="app_mention", text=f"<@{US}> {text}", ts=ts, user=user, event_ts=ts, **given)


def direct(text: str, *, ts: str = "200.1", user: str = "U-ada", **more: Any) -> dict[str, Any]:
    """Return a direct message to us."""
    return message(text, ts=ts, user=user, channel="D-ada", channel_type="im", **more)


def edited(
    text: str, *, ts: str = "100.1", before: str = "", edited: str = "101.0", **more: Any
) -> dict[str, Any]:
    """Return the edit of a message, at a moment."""
    return _changed(
        {"user": "U-ada", "ts": ts, "text": text, "edited": {"user": "U-ada", "ts": edited}},
        {"user": "U-ada", "ts": ts, "text": before},
        **more,
    )


def tombstone(*, ts: str = "100.1") -> dict[str, Any]:
    """Return what is delivered where a message with replies was deleted."""
    left = {"subtype": "tombstone", "user": "USLACKBOT", "ts": ts, "text": "It was deleted."}
    return _changed(left, {"user": "U-ada", "ts": ts, "text": "May I?"})


def _changed(now: dict[str, Any], before: dict[str, Any], **more: Any) -> dict[str, Any]:
    return event(
        type="message",
        subtype="message_changed",
        **{"channel": "C-dev", "channel_type": "channel", "ts": "101.0", **more},
        message={"type": "message", **now},
        previous_message={"type": "message", **before},
    )


def deleted(*, ts: str = "100.1", channel: str = "C-dev", text: str = "May I?") -> dict[str, Any]:
    """Return the deletion of a message."""
    return event(
        type="message",
        subtype="message_deleted",
        channel=channel,
        ts="102.0",
        deleted_ts=ts,
        previous_message={"type": "message", "user": "U-ada", "ts": ts, "text": text},
    )


def command(text: str, *, user: str = "U-ada", channel: str = "C-dev") -> dict[str, Any]:
    """Return `/mayi` and what was written after it."""
    return {
        "command": "/mayi",
        "text": text,
        "team_id": TEAM,
        "user_id": user,
        "channel_id": channel,
        "trigger_id": f"trigger-{next(_numbers)}",
        "response_url": "https://hooks.slack.test/1",
    }
