"""What each of Slack's errors means for us: one policy each.

The names are those of the method page of chat.postMessage (docs.slack.dev, 2026) with those of
conversations, updates and forms that we may meet; what they mean is our judgement. Two rules stand
behind it. What may have landed is never simply repeated. And an error nobody has listed is treated
as one that may have landed: it is looked for, tried again some times, and given up aloud.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from slack_sdk.errors import SlackApiError

from jobs.ports import (
    ContentRefused,
    MessageGone,
    PerhapsSent,
    RecipientGone,
    SendingFailed,
    SendingStopped,
    TryLater,
)


class Policy(StrEnum):
    """What is done about an error."""

    LOOK = "it may have landed: look before sending again"
    LATER = "it did not land: wait, then send again"
    GONE = "nobody is there: undeliverable, and its owner is told"
    PLAIN = "the content is refused: plain text once, then an alert"
    STOP = "the app is shut out: nothing is sent, and we are not ready"
    ANEW = "the message cannot be changed: post it anew"
    PRESS_AGAIN = "the button was pressed too long ago: ask to press again"
    IGNORE = "the form is closed: what it showed is recorded already"
    READ_AGAIN = "the form changed meanwhile: read again and update once"


_NAMES: Mapping[Policy, str] = {
    Policy.LOOK: """
        fatal_error internal_error http_5xx client_timeout connection_lost_after_send
        duplicate_channel_not_found duplicate_message_not_found unreadable_response
    """,
    Policy.LATER: """
        ratelimited rate_limited http_429 request_timeout service_unavailable org_login_required
        team_added_to_org message_limit_exceeded unreachable streaming_state_conflict
    """,
    Policy.GONE: """
        channel_not_found is_archived not_in_channel restricted_action
        restricted_action_read_only_channel restricted_action_thread_only_channel
        restricted_action_non_threadable_channel restricted_action_thread_locked
        cannot_reply_to_message thread_not_found messages_tab_disabled user_not_found user_disabled
        user_not_visible user_not_in_channel users_not_found cannot_dm_bot
    """,
    Policy.PLAIN: """
        invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text
        too_many_attachments attachment_payload_limit_exceeded markdown_text_conflict
        metadata_too_large invalid_metadata_format invalid_metadata_schema invalid_arguments
        invalid_arg_name invalid_array_arg invalid_charset invalid_form_data invalid_post_type
        missing_post_type
    """,
    Policy.STOP: """
        account_inactive invalid_auth not_authed token_expired token_revoked missing_scope
        no_permission not_allowed_token_type access_denied accesslimited ekm_access_denied
        team_access_not_granted two_factor_setup_required enterprise_is_restricted method_deprecated
        deprecated_endpoint metadata_must_be_sent_from_app
    """,
    Policy.ANEW: "message_not_found cant_update_message edit_window_closed",
    Policy.PRESS_AGAIN: "expired_trigger_id",
    Policy.IGNORE: "not_found",
    Policy.READ_AGAIN: "hash_conflict",
}

POLICIES: Mapping[str, Policy] = {
    name: policy for policy, names in _NAMES.items() for name in names.split()
}
"""The policy of every error we know of, by its name or by ours where Slack gave none."""

_WAITS: Mapping[str, float] = {
    "request_timeout": 1,
    "streaming_state_conflict": 1,
    "unreachable": 10,
    "org_login_required": 60,
    "team_added_to_org": 60,
    "message_limit_exceeded": 600,
}
_WAIT = 30.0
"""Seconds to wait where Slack does not say: its own usual Retry-After."""

_TOO_MANY, _SERVER_FAULT, _OK = 429, 500, 200
_NAME = re.compile(r"[a-z0-9_]{1,80}")


def error_name(error: SlackApiError) -> str:
    """Return Slack's name for the error, or ours; never a word of the message."""
    status = error.response.status_code
    if status == _TOO_MANY:
        return "http_429"
    data = error.response.data
    name = data.get("error") if isinstance(data, dict) else None
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    return "http_5xx" if status >= _SERVER_FAULT else "unreadable_response"


def policy_of(error: SlackApiError) -> Policy:
    """Return what is done about an error of Slack's."""
    name = error_name(error)
    status = error.response.status_code
    if name == "service_unavailable" and status == _OK:
        return Policy.LOOK  # said in an answer, not instead of one
    if status >= _SERVER_FAULT and name != "service_unavailable":
        return Policy.LOOK
    return POLICIES.get(name, Policy.LOOK)


_FAILURES: Mapping[Policy, type[SendingFailed]] = {
    Policy.GONE: RecipientGone,
    Policy.PLAIN: ContentRefused,
    Policy.STOP: SendingStopped,
    Policy.ANEW: MessageGone,
}


def failure(error: SlackApiError) -> SendingFailed:
    """Return the error as the jobs know it."""
    policy, name = policy_of(error), error_name(error)
    if policy is Policy.LATER:
        return TryLater(name, after=_said(error.response.headers) or wait(name))
    return _FAILURES.get(policy, PerhapsSent)(name)


def wait(name: str) -> float:
    """Return how many seconds to wait where Slack does not say."""
    return _WAITS.get(name, _WAIT)


def _said(headers: Mapping[str, Any]) -> float | None:
    said = next((value for key, value in headers.items() if key.lower() == "retry-after"), "")
    return float(said) if isinstance(said, str) and said.isascii() and said.isdecimal() else None
