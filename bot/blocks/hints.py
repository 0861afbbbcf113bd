"""Every fixed sentence of ours, by name."""

from __future__ import annotations

from enum import StrEnum

from bot.blocks import elements as e
from bot.blocks.drawn import Drawn, drawn
from bot.payloads import Action, Referred


class HintName(StrEnum):
    """The names under which notices ask for the sentences."""

    DIRECT_MESSAGE = "direct_message"
    ANSWERED_PRIVATELY = "answered_privately"
    GUEST = "guest"
    STRANGER = "stranger"
    SHARED_CHANNEL = "shared_channel"
    NOTHING_PUBLISHED = "nothing_published"
    EMPTY_QUESTION = "empty_question"
    LONG_QUESTION = "long_question"
    SECRET = "secret"  # noqa: S105 - the name of a sentence
    STOPPED = "stopped"
    WENT_WRONG = "went_wrong"
    EXPIRED = "expired"
    NOT_COMPLIANCE = "not_compliance"
    NOT_YOURS = "not_yours"
    CASE_TAKEN = "case_taken"
    CASE_CLOSED = "case_closed"
    OWN_CASE = "own_case"
    CASE_OPENED = "case_opened"
    NO_COMPLIANCE = "no_compliance"
    THANKS = "thanks"
    NOTED = "noted"
    WELCOME = "welcome"
    ANY_TIME = "any_time"
    PRESS_AGAIN = "press_again"
    USAGE = "usage"
    UNDELIVERABLE = "undeliverable"
    LOOKING = "looking"


HINTS = {
    HintName.DIRECT_MESSAGE: (
        "The answer may rest on rules that not everybody here may read. "
        "Shall I answer you in a direct message?"
    ),
    HintName.ANSWERED_PRIVATELY: "I have sent you the answer in a direct message.",
    HintName.GUEST: (
        "You are a guest here, so I can only answer from rules that name one of your groups. "
        "The person who invited you can ask for you, or compliance can help."
    ),
    HintName.STRANGER: (
        "I answer from this company's own rules, and only for its people. "
        "Your contact here can ask for you."
    ),
    HintName.SHARED_CHANNEL: (
        "People of other companies read along here, so I say nothing about internal rules. "
        "Send me a direct message, and I answer there."
    ),
    HintName.NOTHING_PUBLISHED: (
        "No rules have been published yet, so there is nothing I could answer from. "
        "Compliance publishes them with `mayi publish`."
    ),
    HintName.EMPTY_QUESTION: (
        "I see no question there. Ask in a sentence, such as “May I train on customer tickets?”"
    ),
    HintName.LONG_QUESTION: (
        "That is more than I can read at once: a question has at most 4,000 characters. "
        "Tell me what you want to do, and leave the material out."
    ),
    HintName.SECRET: (
        "This looks like a key or a password. Whoever reads along may have it now: revoke it "
        "and delete the message. I did not pass it on."
    ),
    HintName.STOPPED: "Stopped. I did not finish, so there is no answer. Ask again any time.",
    HintName.WENT_WRONG: (
        "Something went wrong on my side, and I could not answer. Please ask again in a while."
    ),
    HintName.EXPIRED: (
        "That button belongs to something that is not here any more. "
        "Ask the question again for a fresh answer."
    ),
    HintName.NOT_COMPLIANCE: "Only compliance can do that. Nothing was changed.",
    HintName.NOT_YOURS: "Only whoever asked can do that. Nothing was changed.",
    HintName.CASE_TAKEN: (
        "Somebody else of compliance has this case. Nothing was changed. You can take it over."
    ),
    HintName.CASE_CLOSED: "Nobody waits for this case any more. Nothing was changed.",
    HintName.OWN_CASE: (
        "You opened this case yourself, so somebody else of compliance decides it. "
        "Nothing was changed."
    ),
    HintName.CASE_OPENED: (
        "Compliance has your case now, with your name on it. "
        "The answer comes here and as a direct message."
    ),
    HintName.NO_COMPLIANCE: (
        "Nobody is named as compliance here yet, so I cannot open a case. "
        "Whoever runs me can set `MAYI_COMPLIANCE`."
    ),
    HintName.THANKS: "Thank you. Compliance sees that an answer helped, not whom.",
    HintName.NOTED: (
        "Thank you. Compliance sees that an answer is disputed, not by whom. "
        "If you need a decision, ask compliance below the answer."
    ),
    HintName.WELCOME: (
        "Ask me “May I …?”, and I answer with the exact words of our rules. "
        "Compliance sees questions without names, unless you open a case yourself."
    ),
    HintName.ANY_TIME: "Any time. Ask me whenever you wonder whether something is allowed.",
    HintName.PRESS_AGAIN: "Slack gave up before I could open that. Please press the button again.",
    HintName.LOOKING: "I am looking it up. Only you will see the answer.",
    HintName.USAGE: "Ask your question after the command: `/mayi may I train on support tickets?`",
    HintName.UNDELIVERABLE: (
        "I have a message for you that I cannot deliver where it belongs: "
        "nobody is there to read it, or I was removed."
    ),
}
"""What each says. Backquotes stand around what one types."""


def hint(name: str, reference: str = "") -> Drawn:
    """Return the sentence of that name. Raises ValueError where there is none of it.

    The reference is what the log has it under; of an offer it is what the button refers to.
    """
    kind = HintName(name)
    said = HINTS[kind]
    blocks = [e.sentence(said)]
    if kind is HintName.DIRECT_MESSAGE:
        value = Referred(reference=reference)
        blocks.append(e.row([e.button("Answer me privately", Action.ANSWER_PRIVATELY, value)]))
    elif reference:
        blocks.append(e.small(f"Reference {reference}", _LONGEST_REFERENCE))
    return drawn(said, blocks)


_LONGEST_REFERENCE = 200

PROMPTS = (
    ("Train on customer data", "May I train a model on customer support tickets?"),
    ("Use a model's output", "May I fine-tune our chat model on GPT-4o output?"),
    ("Try a new tool", "May I paste our source code into an AI assistant?"),
)
"""Title and words of the suggestions in an empty direct message."""
