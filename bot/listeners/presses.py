"""What every pressed button needs: who pressed, whether it is theirs to press, and an answer."""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackClientError
from slack_sdk.webhook import WebhookClient

from bot.blocks.hints import HintName
from bot.inbox import Turn
from bot.payloads import Press
from bot.services import Services
from jobs import conversations, outbox
from jobs.conversations import Asked, Reach
from jobs.notices import AnswerReady, Hint
from jobs.ports import Address
from knowledge.database import Transaction

log = logging.getLogger("mayi")


def pressed(turn: Turn) -> Press:
    """Return what was pressed, and by whom."""
    return Press.model_validate(turn.delivery.body)


def beside(press: Press) -> Address:
    """Return where whoever pressed reads alone: beside the button, else in direct messages."""
    if press.channel is None:
        return Address(channel=press.user.id)
    thread = press.container.thread_ts
    if thread is None and press.message is not None:
        thread = press.message.thread_ts
    return Address(channel=press.channel.id, thread=thread, only_for=press.user.id)


def tell(tx: Transaction, turn: Turn, press: Press, name: HintName) -> None:
    """Plan one of our sentences for whoever pressed."""
    key = f"{name}:{turn.number}"
    outbox.plan(tx, Hint(name=name), beside(press), key=key, now=turn.now)


def just_tell(turn: Turn, press: Press, name: HintName) -> None:
    """Tell whoever pressed, and change nothing."""
    with turn.done() as tx:
        tell(tx, turn, press, name)


def of_asker(turn: Turn, services: Services, press: Press, answer: str) -> Asked | None:
    """Return what the answer was given to, if its asker pressed; anybody else is told."""
    with services.database.read() as tx:
        asked = conversations.of_answer(tx, answer)
    if asked is None:
        just_tell(turn, press, HintName.EXPIRED)
        return None
    if asked.place.person != press.user.id:
        just_tell(turn, press, HintName.NOT_YOURS)
        return None
    return asked


def clear(press: Press) -> None:
    """Take away the message that only whoever pressed sees: another takes its place.

    It cannot be drawn anew by anything else than the address that came with the press, and goes by
    itself when Slack is opened again; so nothing depends on this.
    https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """
    if press.response_url is None or not press.container.is_ephemeral:
        return
    try:
        WebhookClient(press.response_url).send_dict({"delete_original": True})
    except (SlackClientError, OSError) as error:
        log.info("a message for one person was not taken away: %s", type(error).__name__)


def redraw(tx: Transaction, turn: Turn, asked: Asked) -> None:
    """Plan to draw anew what stands as our reply, from what is recorded now."""
    if asked.shown is None or asked.answer is None:
        return
    if asked.place.reach is not Reach.ASKER:
        outbox.redraw(tx, asked.shown, now=turn.now, generation=str(turn.number))
        return
    key = f"answer:{asked.answer}:{turn.number}"
    if conversations.show(tx, asked.id, answer=asked.answer, shown=key):
        notice = AnswerReady(answer=asked.answer)
        outbox.plan(tx, notice, asked.place.address, key=key, now=turn.now)
