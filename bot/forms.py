"""Forms opened and changed in Slack: one policy for each way that goes wrong (`bot.policies`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.drawn import Block
from bot.policies import Policy, policy_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A form as it stands before somebody: its id, and the hash of what it shows."""

    id: str
    hash: str


def open_form(client: WebClient, trigger: str, view: Block) -> Opened | None:
    """Open a form for whoever pressed; None where that was too long ago, so that one asks again.

    Raises SlackApiError for anything else.
    """
    try:
        shown = client.views_open(trigger_id=trigger, view=view)["view"]
    except SlackApiError as error:
        if policy_of(error) is Policy.PRESS_AGAIN:
            return None
        raise
    return Opened(id=shown["id"], hash=shown["hash"])


def change_form(client: WebClient, opened: Opened, draw: Callable[[], Block]) -> bool:
    """Show something else in an open form; False where it is closed, which does no harm.

    Where somebody changed it meanwhile, it is drawn once more, from what is recorded then. Raises
    SlackApiError for anything else.
    """
    try:
        _change(client, opened, draw)
    except SlackApiError as error:
        if policy_of(error) is Policy.IGNORE:
            return False
        raise
    return True


def _change(client: WebClient, opened: Opened, draw: Callable[[], Block]) -> None:
    try:
        client.views_update(view_id=opened.id, hash=opened.hash, view=draw())
    except SlackApiError as error:
        if policy_of(error) is not Policy.READ_AGAIN:
            raise
        client.views_update(view_id=opened.id, view=draw())
