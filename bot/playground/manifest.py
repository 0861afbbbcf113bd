"""The app's manifest, as far as Slack holds the app to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.playground.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What the app may do, hears of, and offers people.

    `shortcuts` is callback id → name, of shortcuts on messages; `commands` is command → what it
    is for; `prompts` are those an agent shows before it set any, {"title": …, "message": …}.
    """

    name: str
    scopes: frozenset[str]
    events: frozenset[str]
    commands: dict[str, str]
    shortcuts: dict[str, str]
    home: bool
    direct_messages: bool
    interactive: bool
    prompts: tuple[Json, ...] = ()


def read_manifest(path: Path) -> Manifest:
    """Return the manifest in a file; raises ValueError or KeyError where it is no such thing."""
    return manifest_from(json.loads(path.read_text(encoding="utf-8")))


def manifest_from(data: Json) -> Manifest:
    """Return what a manifest's JSON says."""
    features, settings = data["features"], data["settings"]
    home = features.get("app_home", {})
    return Manifest(
        name=features["bot_user"]["display_name"],
        scopes=frozenset(data["oauth_config"]["scopes"]["bot"]),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        commands={one["command"]: one["description"] for one in features.get("slash_commands", ())},
        shortcuts={
            one["callback_id"]: one["name"]
            for one in features.get("shortcuts", ())
            if one["type"] == "message"
        },
        home=home.get("home_tab_enabled", False),
        direct_messages=home.get("messages_tab_enabled", False)
        and not home.get("messages_tab_read_only_enabled", False),
        interactive=settings.get("interactivity", {}).get("is_enabled", False),
        prompts=tuple(features.get("agent_view", {}).get("suggested_prompts", ())),
    )
