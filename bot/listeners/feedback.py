"""What people press under an answer, other than to ask compliance."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from bot.audience import direct
from bot.blocks.hints import HintName
from bot.inbox import Turn
from bot.listeners import presses, replies
from bot.payloads import Feedback, Likened, OfAnswer, Picked, Referred
from bot.services import Services
from jobs import conversations
from jobs.conversations import Asked, Place, Reach
from knowledge.answering import answers, feedback
from knowledge.answering.feedback import Situation, Thought
from knowledge.models import Answer


def settle_fact(turn: Turn, services: Services) -> None:
    """Answer again, in the same place, with the fact that the asker chose."""
    press = presses.pressed(turn)
    picked = press.value(Picked)
    asked = presses.of_asker(turn, services, press, picked.answer)
    if asked is None:
        return
    with services.database.begin() as tx:
        before = answers.get(tx, picked.answer)
        if before is None:  # erased between two looks
            return
        conversations.reopen(tx, asked.id, turn=turn.number)
    thread = (*before.question.thread, before.question.text)
    with suppress(replies.NotAwaited):
        replies.reply(turn, services, asked, picked.words, thread=thread)
    presses.clear(press)


def apply_rule(turn: Turn, services: Services) -> None:
    """Answer from the one rule that the asker says is about their situation."""
    press = presses.pressed(turn)
    likened = press.value(Likened)
    asked = presses.of_asker(turn, services, press, likened.answer)
    if asked is None:
        return
    answer = _applied(services, asked, likened)
    if answer is None:
        presses.just_tell(turn, press, HintName.EXPIRED)
        return
    with services.database.begin() as tx:
        conversations.reopen(tx, asked.id, turn=turn.number)
        feedback.say_of_closest(tx, likened.answer, likened.passage, Situation.SAME, turn.now)
    replies.give(turn, services, asked, answer)
    presses.clear(press)


def _applied(services: Services, asked: Asked, likened: Likened) -> Answer | None:
    """Return what the rule says to the question; None where it is not there as it was offered."""
    with services.database.read() as tx:
        before = answers.get(tx, likened.answer)
    if before is None:
        return None
    person = None if asked.place.reach is Reach.EVERYBODY else asked.place.person
    return services.answerer.same_situation(before, likened.passage, person=person)


def set_rule_aside(turn: Turn, services: Services) -> None:
    """Note that a rule shown as close is about something else, and show the others."""
    press = presses.pressed(turn)
    likened = press.value(Likened)
    asked = presses.of_asker(turn, services, press, likened.answer)
    if asked is None:
        return
    with turn.done() as tx:
        said = Situation.DIFFERENT
        feedback.say_of_closest(tx, likened.answer, likened.passage, said, turn.now)
        presses.redraw(tx, turn, asked)
    presses.clear(press)


def take_feedback(turn: Turn, _services: Services) -> None:
    """Keep whether an answer helped, and thank whoever says so."""
    press = presses.pressed(turn)
    given = press.value(Feedback)
    thought = Thought.HELPFUL if given.helpful else Thought.WRONG
    with turn.done() as tx:
        if answers.get(tx, given.answer) is None:
            presses.tell(tx, turn, press, HintName.EXPIRED)
        else:
            feedback.give(tx, given.answer, press.user.id, thought, turn.now)
            presses.tell(tx, turn, press, HintName.THANKS if given.helpful else HintName.NOTED)


def share(turn: Turn, services: Services) -> None:
    """Answer before the whole channel what was answered to one: anew, from what all may read."""
    press = presses.pressed(turn)
    asked = presses.of_asker(turn, services, press, press.value(OfAnswer).answer)
    if asked is not None:
        place = replace(asked.place, reach=Reach.EVERYBODY)
        _ask_elsewhere(turn, services, asked, place)


def answer_privately(turn: Turn, services: Services) -> None:
    """Answer in the asker's direct messages what was answered before many."""
    press = presses.pressed(turn)
    reference = press.value(Referred).reference
    with services.database.read() as tx:
        asked = conversations.get(tx, int(reference)) if reference.isdecimal() else None
    if asked is None or asked.place.person != press.user.id:
        presses.just_tell(turn, press, HintName.NOT_YOURS if asked else HintName.EXPIRED)
        return
    with services.database.begin() as tx:
        presses.tell(tx, turn, press, HintName.ANSWERED_PRIVATELY)
    _ask_elsewhere(turn, services, asked, direct(asked.place))


def _ask_elsewhere(turn: Turn, services: Services, asked: Asked, place: Place) -> None:
    """Ask the same in another place, before whoever reads there."""
    with services.database.begin() as tx:
        again = conversations.get(tx, turn.number) or conversations.open_(
            tx, turn.number, replace(place, ts=None), now=turn.now
        )
        before = answers.get(tx, str(asked.answer))
    if before is not None:
        question = before.question
        with suppress(replies.NotAwaited):
            replies.reply(turn, services, again, question.text, thread=question.thread)
