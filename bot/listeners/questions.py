"""Somebody asks, asks again in other words, or takes the question back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from slack_sdk.errors import SlackClientError

from bot.audience import within_reach
from bot.blocks.hints import HintName
from bot.inbox import Turn
from bot.listeners import home, replies
from bot.services import Services
from jobs import conversations, outbox
from jobs.conversations import Asked
from jobs.notices import Hint

log = logging.getLogger("mayi")


def answer_question(turn: Turn, services: Services) -> None:
    """Answer what somebody asked, where they asked it, with the conversation it stands in."""
    asked = _awaited(turn, services)
    if asked is None:
        return
    body = turn.delivery.body
    with services.database.read() as tx:
        thread = conversations.conversation(tx, asked)
    warned = (Hint(name=HintName.SECRET),) if body["secrets"] else ()
    with _home_at_work(turn, services, asked), suppress(replies.NotAwaited):
        replies.reply(turn, services, asked, body["text"], thread=thread, warned=warned)


@contextmanager
def _home_at_work(turn: Turn, services: Services, asked: Asked) -> Iterator[None]:
    """Where it was asked at Home, empty the field there, and then show the answer in the list."""
    if not turn.delivery.body.get("at_home"):
        yield
        return
    _show_home(turn, services, asked)
    yield
    _show_home(turn, services, asked)


def _show_home(turn: Turn, services: Services, asked: Asked) -> None:
    """Draw the asker's Home anew; the answer does not depend on it."""
    try:
        home.publish(services, asked.place.person, fresh=str(turn.number))
    except (SlackClientError, OSError) as error:
        log.info("Home was not drawn anew: %s", type(error).__name__)


def withdraw_answer(turn: Turn, _services: Services) -> None:
    """Take the answer to a deleted question from view; what was recorded stays."""
    number = turn.delivery.body.get("asked")  # none where the question itself never came
    with turn.done() as tx:
        asked = conversations.get(tx, number) if number is not None else None
        if asked is not None and asked.shown is not None:
            outbox.withdraw(tx, asked.shown, now=turn.now)


def _awaited(turn: Turn, services: Services) -> Asked | None:
    """Return what was asked, if somebody still waits for the answer to just these words."""
    number = turn.delivery.body.get("asked", turn.number)
    with services.database.read() as tx:
        asked = conversations.get(tx, number)
        if asked is None or not conversations.is_awaited(tx, number, turn=turn.number):
            return None
    return _in_reach(services, asked)


def _in_reach(services: Services, asked: Asked) -> Asked | None:
    place = within_reach(asked.place, services.directory)
    if place == asked.place:
        return asked
    with services.database.begin() as tx:
        conversations.move(tx, asked.id, place)
        return conversations.get(tx, asked.id)
