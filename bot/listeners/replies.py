"""How an answer is found for a place, and how it gets there: what listeners that answer share."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.audience import Audience, audience_of, own_audience
from bot.blocks.hints import HintName
from bot.inbox import Turn
from bot.progress import working
from bot.services import Services
from jobs import conversations, outbox
from jobs.conversations import Asked, Reach
from jobs.notices import AnswerReady, Hint
from jobs.ports import Address
from knowledge.answering import answers, asking, reach
from knowledge.database import Transaction
from knowledge.models import Answer, Question

log = logging.getLogger("mayi")


class NotAwaited(Exception):  # noqa: N818 - the words people read
    """Nobody waits for the answer any more: stopped, reworded, or taken back."""


# ---------------------------------------------------------------- finding an answer


def find(services: Services, asked: Asked, question: Question, *, turn: int) -> Answer:
    """Return the answer to what was asked; the asker sees how far it is, where they are alone.

    Raises NotAwaited between two steps once nobody waits.
    """
    person = asked.place.person
    with working(services.client, asked.place, anew=asked.shown is None) as show:

        def take(step: str) -> None:
            _still_awaited(services, asked, turn=turn)
            show(step)

        return services.answerer.answer(
            question,
            asker=person,
            person=None if asked.place.reach is Reach.EVERYBODY else person,
            progress=take,
        )


def _still_awaited(services: Services, asked: Asked, *, turn: int) -> None:
    with services.database.read() as tx:
        if not conversations.is_awaited(tx, asked.id, turn=turn):
            raise NotAwaited


# ---------------------------------------------------------------- giving it


def give(turn: Turn, services: Services, asked: Asked, answer: Answer, *remarks: Hint) -> None:
    """Record the answer and plan its message, with remarks for the asker alone; if still awaited.

    It takes the place of what was shown before for the same question.
    """
    with turn.done() as tx:
        if conversations.is_awaited(tx, asked.id, turn=turn.number):
            _keep(tx, services, asked, answer)
            # Not by the answer's own id: a restored store that answers again finds this message.
            key = f"answer:{turn.number}"
            conversations.answered(tx, asked.id, turn=turn.number, answer=answer.id, shown=key)
            _plan(tx, turn, asked, AnswerReady(answer=answer.id), asked.place.address, key)
            for remark in remarks:
                _remark(tx, turn, remark, _alone(asked))
    log.info("answered %s: %s in %.3f s", answer.id, answer.verdict.ruling, answer.took)


def decline(turn: Turn, asked: Asked, *hints: Hint) -> None:
    """Tell the asker why there is no answer; if one is still awaited."""
    with turn.done() as tx:
        key = f"declined:{turn.number}"
        shown = key if asked.place.reach is Reach.DIRECT else None
        if conversations.declined(tx, asked.id, turn=turn.number, shown=shown):
            first, *rest = hints
            _plan(tx, turn, asked, first, _unanswered(asked), key)
            for hint in rest:
                _remark(tx, turn, hint, _unanswered(asked))


def _keep(tx: Transaction, services: Services, asked: Asked, answer: Answer) -> None:
    """Record the answer; what is over its time is forgotten at the same moment."""
    answers.forget_expired(tx, answer.asked_at)
    conversations.forget(tx, answer.asked_at)
    keep_until = answer.asked_at + services.retention
    answers.record(tx, answer, keep_until=keep_until, asker=asked.place.person)


def _plan(
    tx: Transaction,
    turn: Turn,
    asked: Asked,
    notice: AnswerReady | Hint,
    to: Address,
    key: str,
) -> None:
    """Plan what stands as our reply; what only one person sees in a channel is posted anew."""
    redrawn = asked.shown if to.only_for is None else None
    outbox.plan(tx, notice, to, key=key, now=turn.now, replaces=redrawn, owner=asked.place.person)


def _remark(tx: Transaction, turn: Turn, hint: Hint, to: Address) -> None:
    outbox.plan(tx, hint, to, key=f"{hint.name}:{turn.number}", now=turn.now)


def _alone(asked: Asked) -> Address:
    """Return where the asker alone reads, beside their question."""
    address = asked.place.address
    if asked.place.reach is Reach.DIRECT:
        return address
    return replace(address, only_for=asked.place.person)


def _unanswered(asked: Asked) -> Address:
    """Return where the asker alone reads while nothing of ours stands under their question.

    What one person sees alone is shown in a thread only where somebody has replied there already:
    https://docs.slack.dev/reference/methods/chat.postEphemeral
    """
    place, alone = asked.place, _alone(asked)
    begins = place.thread == place.ts and asked.shown is None
    return replace(alone, thread=None) if begins and alone.only_for is not None else alone


# ---------------------------------------------------------------- what goes with it


def limits(services: Services, asked: Asked, audience: Audience) -> tuple[Hint, ...]:
    """Return what the asker is told where the readers keep our own rules out of the answer."""
    person = services.directory.person(asked.place.person)
    if audience.shared:
        name = HintName.SHARED_CHANNEL if person.insider else HintName.STRANGER
        return (Hint(name=name),)
    if person.insider:
        return ()
    is_guest = services.directory.is_guest(person.id)
    return (Hint(name=HintName.GUEST if is_guest else HintName.STRANGER),)


def offer(services: Services, asked: Asked, question: Question, answer: Answer) -> tuple[Hint, ...]:
    """Return the offer of a direct message, where the asker may read more that bears on it."""
    if asked.place.reach is not Reach.EVERYBODY or answer.edition is None:
        return ()
    own = own_audience(services.directory.person(asked.place.person), services.directory)
    wide = replace(question, groups=own.groups, insider=own.insider)
    desk = services.answerer.desk(answer.edition)
    if not reach.is_held_back(desk, question, wide):
        return ()
    return (Hint(name=HintName.DIRECT_MESSAGE, reference=str(asked.id)),)


# ---------------------------------------------------------------- a whole reply


def reply(
    turn: Turn,
    services: Services,
    asked: Asked,
    text: str,
    *,
    thread: tuple[str, ...],
    warned: tuple[Hint, ...] = (),
) -> None:
    """Answer a text, or say why not: before whom it stands, from what they may read."""
    why_not = refusal(text)
    if why_not is not None:
        return decline(turn, asked, Hint(name=why_not), *warned)
    audience = audience_of(asked.place, services.directory)
    question = audience.ask(text, thread=thread, entity=services.entity)
    limited = limits(services, asked, audience)
    if limited and services.answerer.count_readable(question) == 0:
        return decline(turn, asked, *limited, *warned)
    answer = find(services, asked, question, turn=turn.number)
    offered = () if limited else offer(services, asked, answer.question, answer)
    return give(turn, services, asked, answer, *limited, *offered, *warned)


def refusal(text: str) -> HintName | None:
    """Return why a text is not answered, or None."""
    if len(text) > asking.LONGEST:
        return HintName.LONG_QUESTION
    said = asking.clean(text)
    if not any(character.isalnum() for character in said):
        return HintName.EMPTY_QUESTION
    if asking.is_greeting(said):
        return HintName.WELCOME
    if asking.only_thanks(said):
        return HintName.ANY_TIME
    return None
