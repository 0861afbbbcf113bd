"""Questions in Slack, from the message to the answer under it, in the local workspace."""

from __future__ import annotations

import pytest

from bot.playground.faults import Fault, FaultKind, Scatter
from bot.playground.records import Message
from bot.playground.scenario import GENERAL, MAYA, MODELS, QUIET, TOM
from jobs import conversations
from knowledge.answering import answers
from knowledge.answering.answers import Answer
from tests.flows.company import Company, labels, words

TRAIN = "may I train a competing model on a vendor's output?"
RULE = "Nobody may train a model that competes with a vendor on that vendor's output."
SHARE = "may I share prompts with a partner company?"
OFFSIDE = "may I bring my llama to the office?"


def answer_under(acme: Company, asked: Message) -> Message:
    """Return the only answer under a message, as its author sees it."""
    (answer,) = acme.said(asked.author, asked.channel, asked.thread or asked.ts)
    return answer


def recorded(acme: Company, asked: Message) -> Answer:
    """Return what is recorded of the answer to a message."""
    with acme.database.read() as tx:
        found = conversations.at_message(tx, channel=asked.channel, ts=asked.ts)
        assert found is not None
        answer = answers.get(tx, str(found.answer))
    assert answer is not None
    return answer


# ---------------------------------------------------------------- asking


def test_a_mention_is_answered_once_in_its_thread_with_the_words_of_the_rule(acme: Company):
    asked = acme.ask(MAYA, MODELS, f"@mayi {TRAIN}")

    (answer,) = acme.said(TOM, MODELS, asked.ts)
    assert answer.thread == asked.ts
    assert "Not allowed" in answer.text
    assert RULE in words(answer)
    assert "https://rules.acme.example/vendor-output" in str(answer.blocks)


def test_a_direct_message_is_answered_in_a_thread_while_each_step_is_shown(acme: Company):
    channel = acme.direct(MAYA)
    asked = acme.ask(MAYA, channel, TRAIN)

    answer = answer_under(acme, asked)
    assert (answer.channel, answer.thread) == (channel, asked.ts)
    shown = [
        request.arguments["status"]
        for request in acme.workspace.requests
        if request.method == "assistant.threads.setStatus"
        and request.arguments["thread_ts"] == asked.ts
    ]
    assert shown == [
        "is searching 5 clauses…",
        "is reading the closest 5…",
        "is checking quotes…",
        "",
    ]


def test_a_command_is_answered_to_its_asker_alone(acme: Company):
    acme.workspace.command(TOM, GENERAL, "/mayi", TRAIN)
    acme.settle()

    looking, answer = acme.said(TOM, GENERAL)
    assert "looking" in words(looking)
    assert RULE in words(answer)
    assert answer.only_for == TOM
    assert acme.said(MAYA, GENERAL) == []


def test_a_command_without_a_question_says_how_one_is_asked(acme: Company):
    answered = acme.workspace.command(MAYA, GENERAL, "/mayi", "  ")
    acme.settle()

    assert "/mayi may I" in str(answered.body)
    (usage,) = acme.said(MAYA, GENERAL)
    acme.workspace.dismiss(MAYA, GENERAL, usage.ts)


def test_where_we_are_not_a_command_is_answered_in_direct_messages(acme: Company):
    channel = acme.direct(TOM)
    before = len(acme.said(TOM, channel))

    acme.workspace.command(TOM, QUIET, "/mayi", TRAIN)
    acme.settle()

    (answer,) = acme.said(TOM, channel)[before:]
    assert RULE in words(answer)
    assert TRAIN in words(answer)


def test_a_shortcut_asks_about_anybodys_message_and_tells_its_user_alone(acme: Company):
    said = acme.ask(TOM, MODELS, "I will train a competing model on a vendor's output.")

    acme.workspace.shortcut(MAYA, MODELS, said.ts, "ask_about_message")
    acme.settle()

    answer = acme.said(MAYA, MODELS)[-1]
    assert answer.only_for == MAYA
    assert RULE in words(answer)
    assert answer not in acme.said(TOM, MODELS)


# ---------------------------------------------------------------- conversations


def test_a_follow_up_by_the_asker_needs_no_mention_and_keeps_the_context(acme: Company):
    asked = acme.ask(MAYA, MODELS, f"@mayi {SHARE}")
    more = acme.ask(MAYA, MODELS, "and if legal has agreed in writing?", thread=asked.ts)

    first, second = acme.said(MAYA, MODELS, asked.ts)
    assert recorded(acme, more).question.thread == (SHARE,)
    assert "Allowed if" in first.text
    assert "share prompts" in words(second)


def test_other_peoples_chatter_is_left_alone_and_kept_nowhere(acme: Company):
    asked = acme.ask(MAYA, MODELS, f"@mayi {TRAIN}")
    acme.ask(TOM, MODELS, "I would ask Cara", thread=asked.ts)
    acme.ask(TOM, MODELS, "lunch?")

    assert len(acme.said(MAYA, MODELS, asked.ts)) == 1


def test_a_thank_you_needs_no_verdict(acme: Company):
    asked = acme.ask(MAYA, MODELS, f"@mayi {TRAIN}")
    acme.ask(MAYA, MODELS, "Thanks, that is clear now!", thread=asked.ts)

    assert len(acme.said(MAYA, MODELS, asked.ts)) == 1


def test_an_edited_question_is_answered_again_in_place(acme: Company):
    asked = acme.ask(MAYA, MODELS, f"@mayi {TRAIN}")
    before = answer_under(acme, asked)

    acme.workspace.edit(MAYA, MODELS, asked.ts, f"@mayi {SHARE}")
    acme.settle()

    after = answer_under(acme, asked)
    assert after.ts == before.ts
    assert "Allowed if" in after.text
    assert "edited" in words(after)


def test_a_deleted_question_takes_its_answer_from_view_and_leaves_it_on_record(acme: Company):
    asked = acme.ask(MAYA, MODELS, f"@mayi {TRAIN}")
    kept = recorded(acme, asked)

    acme.workspace.delete(MAYA, MODELS, asked.ts)
    acme.settle()

    assert acme.said(MAYA, MODELS, asked.ts) == []
    with acme.database.read() as tx:
        assert answers.get(tx, kept.id) == kept


def test_an_edit_while_nobody_has_answered_yet_leaves_one_answer_to_the_new_words(acme: Company):
    asked = acme.workspace.post(MAYA, MODELS, f"@mayi {TRAIN}")
    acme.workspace.edit(MAYA, MODELS, asked.ts, f"@mayi {SHARE}")
    acme.settle()

    assert "Allowed if" in answer_under(acme, asked).text


def test_edits_that_arrive_out_of_order_leave_the_answer_to_the_last_words(acme: Company):
    acme.workspace.faults.scatter = Scatter(copies=2, seconds=0.5)
    asked = [acme.workspace.post(MAYA, MODELS, f"@mayi {OFFSIDE}") for _ in range(5)]
    for each in asked:
        acme.workspace.edit(MAYA, MODELS, each.ts, f"@mayi {SHARE}")
        acme.workspace.edit(MAYA, MODELS, each.ts, f"@mayi {TRAIN}")
    acme.settle()

    assert [RULE in words(answer_under(acme, each)) for each in asked] == [True] * 5


# ---------------------------------------------------------------- what is no question


def test_thanks_and_a_greeting_get_a_word_and_no_verdict(acme: Company):
    channel = acme.direct(MAYA)

    thanks, hello = (acme.ask(MAYA, channel, text) for text in ("thank you!", "hi there"))

    assert "Any time" in words(answer_under(acme, thanks))
    assert "exact words of our rules" in words(answer_under(acme, hello))


@pytest.mark.parametrize(
    ("text", "told"),
    [("@mayi", "I see no question there"), ("@mayi ?!", "I see no question there")],
)
def test_an_empty_mention_gets_a_friendly_word(acme: Company, text, told):
    asked = acme.ask(MAYA, MODELS, text)

    (hint,) = acme.heard(MAYA, asked)
    assert told in words(hint)
    assert acme.heard(TOM, asked) == []


def test_a_question_that_is_too_long_is_told_what_would_do(acme: Company):
    asked = acme.ask(MAYA, acme.direct(MAYA), "may I " + "really " * 700)

    assert "at most 4,000 characters" in words(answer_under(acme, asked))


def test_an_empty_mention_that_is_edited_into_a_question_is_answered(acme: Company):
    asked = acme.ask(MAYA, MODELS, "@mayi")

    acme.workspace.edit(MAYA, MODELS, asked.ts, f"@mayi {TRAIN}")
    acme.settle()

    answer = acme.said(TOM, MODELS, asked.ts)
    assert len(answer) == 1
    assert RULE in words(answer[0])


def test_a_pasted_secret_is_warned_of_privately_and_kept_nowhere(acme: Company):
    token = "sk-proj-" + "a8Kx02LmQ9zR4tYw"
    asked = acme.ask(MAYA, MODELS, f"@mayi {TRAIN} My key is {token}")

    seen_by_tom = acme.said(TOM, MODELS, asked.ts)
    answer, warning = acme.said(MAYA, MODELS, asked.ts)
    assert seen_by_tom == [answer]
    assert "revoke it" in words(warning)
    assert token not in recorded(acme, asked).question.text
    assert "[secret]" in recorded(acme, asked).question.text


def test_a_bots_message_is_not_answered(acme: Company):
    before = len(acme.said(MAYA, MODELS))
    acme.services.client.chat_postMessage(channel=MODELS, text=f"<@U0MAYI> {TRAIN}")
    acme.settle()

    assert len(acme.said(MAYA, MODELS)) == before + 1


def test_what_is_stopped_gets_no_answer(acme: Company):
    channel = acme.direct(TOM)
    asked = acme.workspace.post(TOM, channel, TRAIN)
    acme.workspace.settle()
    acme.services.client.agents_sessions_setStatus(
        channel_id=channel, thread_ts=asked.ts, status="processing"
    )

    acme.workspace.stop(TOM, channel, asked.ts)
    acme.settle()

    assert "Stopped" in words(answer_under(acme, asked))


def test_a_question_beside_the_rules_shows_what_comes_closest(acme: Company):
    asked = acme.ask(MAYA, MODELS, f"@mayi {OFFSIDE}")

    assert "Not covered" in answer_under(acme, asked).text
    assert any("compliance" in label.lower() for label in labels(answer_under(acme, asked)))


def test_a_question_waits_out_what_slack_finds_too_much(acme: Company):
    acme.workspace.faults.add(
        Fault(kind=FaultKind.RATELIMITED, method="users.info", times=1, seconds=1)
    )
    asked = acme.ask(TOM, MODELS, f"@mayi {TRAIN}")

    assert RULE in words(answer_under(acme, asked))
