"""What a delivery means to us, told from its payload alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import deliveries, spoken
from bot.deliveries import Deleted, Question, Reworded, Stopped
from jobs.conversations import Reach
from tests.bot.slack import payloads
from tests.bot.slack.payloads import US


def read(body: dict) -> deliveries.Brought | None:
    return deliveries.read(body, us=US)


def test_a_mention_is_a_question_to_be_answered_in_its_thread():
    asked = read(payloads.mention("may I train on tickets?"))

    assert isinstance(asked, Question)
    assert asked.text == "may I train on tickets?"
    assert (asked.place.thread, asked.place.reach) == ("100.1", Reach.EVERYBODY)


def test_a_mention_and_the_message_it_stands_in_are_one_question():
    mention = read(payloads.mention("may I?"))
    message = read(payloads.message(f"<@{US}> may I?"))

    assert isinstance(mention, Question)
    assert isinstance(message, Question)
    assert (mention.place, mention.text) == (message.place, message.text)
    assert not message.perhaps


def test_a_direct_message_needs_no_mention_and_starts_a_thread_of_its_own():
    asked = read(payloads.direct("may I?"))

    assert isinstance(asked, Question)
    assert (asked.place.reach, asked.place.thread) == (Reach.DIRECT, "200.1")
    assert not asked.perhaps


def test_a_reply_without_a_mention_is_perhaps_a_follow_up():
    asked = read(payloads.message("and chats?", ts="100.2", thread_ts="100.1"))

    assert isinstance(asked, Question)
    assert asked.perhaps


@pytest.mark.parametrize(
    "body",
    [
        payloads.message("lunch?"),
        payloads.message(f"<@{US}> may I?", bot_id="B1"),
        payloads.mention("may I?", bot_id="B1"),
        payloads.message("", subtype="channel_join", thread_ts="100.1"),
        payloads.message("may I?", user="", thread_ts="100.1"),
        payloads.event(type="reaction_added", user="U-ada"),
        {"type": "block_actions", "actions": [{"action_id": "another_app"}]}
        | {"user": {"id": "U-ada"}, "trigger_id": "t", "container": {}},
        {"type": "message_action", "callback_id": "another"},
        {"type": "unheard_of"},
        payloads.command("  "),
    ],
    ids=[
        "chatter",
        "a bot's message",
        "a bot's mention",
        "joining",
        "nobody's message",
        "a reaction",
        "a button that is not ours",
        "a shortcut that is not ours",
        "something new",
        "an empty command",
    ],
)
def test_what_is_not_for_us_is_kept_nowhere(body):
    assert read(body) is None


def test_new_words_are_told_from_a_link_that_unfolds():
    assert isinstance(read(payloads.edited("may we?", before="may I?")), Reworded)
    assert read(payloads.edited("may I?", before="may I?")) is None


def test_a_deleted_message_is_told_whether_it_had_replies_or_not():
    alone, with_replies = read(payloads.deleted()), read(payloads.tombstone())

    assert isinstance(alone, Deleted)
    assert isinstance(with_replies, Deleted)
    assert (alone.channel, alone.ts) == (with_replies.channel, with_replies.ts)


def test_stop_names_the_thread_and_who_waits_in_it():
    body = payloads.event(
        type="agent_session_stopped", channel="D-ada", user="U-ada", thread_ts="200.1"
    )
    stopped = read(body)

    assert isinstance(stopped, Stopped)
    assert (stopped.channel, stopped.thread, stopped.person) == ("D-ada", "200.1", "U-ada")


def test_a_command_is_answered_to_its_asker_alone():
    asked = read(payloads.command("may I?"))

    assert isinstance(asked, Question)
    assert asked.place.reach is Reach.ASKER
    assert asked.place.address.only_for == "U-ada"


# ---------------------------------------------------------------- Slack's markup


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (f"<@{US}> may I?", "may I?"),
        (f"<@{US}|mayi> may I?", "may I?"),
        ("ask <@U2|ben> or <@U3>", "ask ben or somebody"),
        ("in <#C1|dev> and <#C2>", "in #dev and a channel"),
        ("see <https://a.example|the terms>", "see the terms (https://a.example)"),
        ("see <https://a.example>", "see https://a.example"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<!here> <!subteam^S1|@legal>", "here @legal"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
    ],
)
def test_markup_reads_as_plain_words(written, read_as):
    assert spoken.words(written, us=US) == read_as


@given(st.text())
def test_any_text_can_be_read(text):
    spoken.words(text, us=US)
    spoken.mentions(text, us=US)


@given(st.text())
def test_what_a_person_typed_comes_back_as_typed(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert spoken.words(escaped, us=US) == text.strip()
