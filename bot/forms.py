"""Forms opened and changed in Slack: one policy for each way that goes wrong (`bot.policies`)."""

from __future__ import annotations

from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.blocks.drawn import Block
from bot.policies import Policy, policy_of


def open_form(client: WebClient, trigger: str, view: Block) -> bool:
    """Open a form for whoever pressed; False where that was too long ago, so that one asks again.

    Raises SlackApiError for anything else.
    """
    try:
        client.views_open(trigger_id=trigger, view=view)
    except SlackApiError as error:
        if policy_of(error) is Policy.PRESS_AGAIN:
            return False
        raise
    return True


def change_form(
    client: WebClient, view_id: str, draw: Callable[[], Block], *, seen: str | None = None
) -> bool:
    """Show what is recorded now in an open form; False where it is closed, which does no harm.

    `seen` is the hash of the form as it was drawn before: where somebody changed it meanwhile, it
    is drawn once more from what is recorded then. Raises SlackApiError for anything else.
    """
    try:
        client.views_update(view_id=view_id, hash=seen, view=draw())
    except SlackApiError as error:
        policy = policy_of(error)
        if policy is Policy.READ_AGAIN and seen is not None:
            return change_form(client, view_id, draw)
        if policy is Policy.IGNORE:
            return False
        raise
    return True
