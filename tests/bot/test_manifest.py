"""The app asks Slack for what it uses, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from bot.app import COMMAND
from bot.deliveries import _BY_EVENT as HANDLED
from bot.payloads import Callback
from bot.playground.api.methods import METHODS
from bot.playground.manifest import read_manifest
from bot.playground.server import MANIFEST
from bot.workplace import SCOPES

BOT = Path(__file__).parents[2] / "bot"
KINDS = ("channels", "groups", "im")
# What methods need that hang on the kind of channel (the page of each method on docs.slack.dev).
READ = {f"{kind}:read" for kind in KINDS}
HISTORY = {f"{kind}:history" for kind in KINDS}
BY_KIND = {
    "conversations.info": READ,
    "conversations.members": READ,
    "conversations.list": READ,
    "users.conversations": READ,
    "conversations.history": HISTORY,
    "conversations.replies": HISTORY,
}
# What hearing of an event needs (the page of each event on docs.slack.dev).
BY_EVENT = {
    "app_mention": {"app_mentions:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "app_home_opened": set(),
    "agent_session_stopped": {"assistant:write"},
}
MESSAGES = {"message", "file_share", "thread_broadcast", "message_changed", "message_deleted"}


def called() -> set[str]:
    """Return the methods of the Web API that our code names, outside the local workspace."""
    names = {method.replace(".", "_"): method for method in METHODS}
    sources = (one for one in BOT.rglob("*.py") if "playground" not in one.parts)
    found = {name for one in sources for name in re.findall(r"\.(\w+_\w+)\b", one.read_text())}
    return {names[name] for name in found & names.keys()}


def test_every_method_called_has_its_scopes_and_no_scope_is_there_for_nothing() -> None:
    manifest = read_manifest(MANIFEST)
    methods = called()
    assert {"chat.postMessage", "views.open", "conversations.replies"} < methods
    needed = {"commands"}
    for name in methods:
        scopes = METHODS[name].scopes
        assert not scopes or manifest.scopes.intersection(scopes), name
        needed |= set(scopes) | BY_KIND.get(name, set())
    for event in manifest.events:
        needed |= BY_EVENT[event]
    assert manifest.scopes == needed == SCOPES


def test_every_event_handled_is_subscribed_to_and_every_one_heard_is_handled() -> None:
    manifest = read_manifest(MANIFEST)
    families = {"message.channels", "message.groups", "message.im"}
    assert set(HANDLED) - MESSAGES == manifest.events - families
    assert families <= manifest.events
    assert set(HANDLED) >= MESSAGES


def test_what_people_are_offered_is_what_we_answer_to() -> None:
    manifest = read_manifest(MANIFEST)
    assert set(manifest.commands) == {COMMAND}
    assert set(manifest.shortcuts) <= {one.value for one in Callback}
    assert len(manifest.shortcuts) == 1
    assert manifest.home
    assert manifest.direct_messages
    assert manifest.interactive
    assert manifest.prompts
