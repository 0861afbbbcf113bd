"""Journalled once, worked off once, and taken up again by whoever lives."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from bot import deliveries
from bot.inbox import ASKED, DELETED, Admission, Listener, Turn, Workers
from jobs import conversations, inbox, outbox
from jobs.notices import Hint
from jobs.ports import Address
from knowledge.database import Database
from tests.bot.slack import payloads
from tests.bot.slack.payloads import US

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
QUESTION = "may I train on the tickets of Zebra Corp?"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def admit(database: Database, clock: Clock) -> Callable[[dict], bool]:
    admission = Admission(database, clock=clock, mask=lambda t: (t, False), wake=lambda: None)

    def admitted(body: dict) -> bool:
        brought = deliveries.read(body, us=US)
        return brought is not None and admission.admit(brought)

    return admitted


def workers(
    database: Database, clock: Callable[[], datetime], listen: Listener, **more: object
) -> Workers:
    listeners = {ASKED: listen, DELETED: listen, deliveries.HOME_OPENED: listen}
    return Workers(database=database, listeners=listeners, clock=clock, **more)  # type: ignore[arg-type]


def say(turn: Turn) -> None:
    """Answer as a listener does: one effect and the end of the delivery, together."""
    with turn.done() as tx:
        outbox.plan(tx, Hint(name="x"), Address(channel="C"), key=f"x{turn.number}", now=turn.now)


def planned(database: Database) -> list[str]:
    with database.read() as tx:
        return list(tx.scalars(outbox.outbox.select().with_only_columns(outbox.outbox.c.key)))


def counts(database: Database) -> inbox.Counts:
    with database.read() as tx:
        return inbox.counts(tx)


# ---------------------------------------------------------------- admission


def test_a_mention_delivered_as_two_events_in_any_order_and_again_is_one_question(
    database: Database, admit
):
    for n, order in enumerate(permutations((payloads.mention, payloads.message))):
        ts = f"300.{n}"
        bodies = [of(f"<@{US}> may I?", ts=ts) for of in order]
        taken = [admit(body) for body in (*bodies, *bodies)]

        assert taken == [True, False, False, False]
    assert counts(database).waiting == 2


def test_a_reply_in_a_thread_is_taken_from_its_asker_alone(admit):
    admit(payloads.mention("may I?"))

    assert not admit(payloads.message("sure", ts="100.2", thread_ts="100.1", user="U-ben"))
    assert not admit(payloads.message("lunch?", ts="100.4", thread_ts="99.9"))
    assert admit(payloads.message("and chats?", ts="100.3", thread_ts="100.1"))


def test_an_edit_and_a_deletion_count_where_something_was_asked(admit):
    assert not admit(payloads.edited("may we?"))
    assert not admit(payloads.deleted())
    admit(payloads.mention("may I?"))

    assert admit(payloads.edited("may we?"))
    assert admit(payloads.deleted())
    assert not admit(payloads.deleted())


def test_what_is_told_out_of_order_ends_as_in_order(database: Database, admit):
    first = payloads.edited("may we train?", edited="101.5")
    last = payloads.edited(f"<@{US}> may they train?", edited="101.9")

    assert admit(last)  # before the message itself is heard of
    assert not admit(payloads.mention("may I train?"))
    assert not admit(first)

    with database.read() as tx:
        asked = conversations.at_message(tx, channel="C-dev", ts="100.1")
        rows = tx.execute(inbox.inbox.select().order_by(inbox.inbox.c.id)).all()
    assert asked is not None
    assert (asked.turn, asked.edited) == (rows[0].id, "101.9")
    assert rows[0].body["text"] == "may they train?"


def test_a_question_that_was_deleted_before_it_is_told_is_not_answered(database: Database, admit):
    gone = payloads.deleted(text=f"<@{US}> may I?")

    assert admit(gone)
    assert not admit(gone)
    assert not admit(payloads.mention("may I?"))

    with database.read() as tx:
        assert conversations.at_message(tx, channel="C-dev", ts="100.1") is None


def test_a_secret_is_kept_nowhere(database: Database, clock: Clock):
    from knowledge.judging.redaction import Redactor

    admission = Admission(database, clock=clock, mask=Redactor().without_secrets, wake=lambda: None)
    token = "sk-proj-" + "a8Kx02LmQ9zR4tYw"
    brought = deliveries.read(payloads.mention(f"may I use {token} for a test?"), us=US)
    assert brought is not None
    admission.admit(brought)

    with database.read() as tx:
        row = tx.execute(inbox.inbox.select()).one()
    assert row.body["text"] == "may I use [secret] for a test?"
    assert row.body["secrets"]


def test_stop_cancels_what_waits_at_once_and_says_so(database: Database, admit):
    admit(payloads.direct("may I?"))
    stop = payloads.event(
        type="agent_session_stopped", channel="D-ada", user="U-ada", thread_ts="200.1"
    )

    assert admit(stop)

    with database.read() as tx:
        asked = conversations.at_message(tx, channel="D-ada", ts="200.1")
    assert asked is not None
    assert asked.state is conversations.State.STOPPED
    assert planned(database) == [f"stopped:{asked.turn}"]


# ---------------------------------------------------------------- working off


def test_a_delivery_is_done_once_with_all_that_comes_of_it(database: Database, clock, admit):
    admit(payloads.mention("may I?"))
    some, others = (workers(database, clock, say) for _ in range(2))

    assert some.work_off() + others.work_off() + some.work_off() == 1
    assert len(planned(database)) == 1
    with database.read() as tx:
        assert tx.execute(inbox.inbox.select()).one().body is None


def test_what_a_dead_worker_held_is_taken_up_again(database: Database, clock: Clock, admit):
    admit(payloads.mention("may I?"))
    with database.begin() as tx:
        inbox.claim(tx, "dead", now=clock(), lease=timedelta(seconds=30))
    living = workers(database, clock, say)

    assert living.work_off() == 0
    clock.pass_(31)
    assert living.work_off() == 1


def test_a_worker_that_lost_its_lease_leaves_no_trace(database: Database, clock: Clock, admit):
    admit(payloads.mention("may I?"))

    def overtaken(turn: Turn) -> None:
        clock.pass_(31)
        workers(database, clock, say, name="other").work_off()
        say(turn)

    workers(database, clock, overtaken).work_off()

    assert len(planned(database)) == 1


def test_a_listener_that_records_nothing_is_finished_all_the_same(database, clock, admit):
    admit(payloads.mention("may I?"))

    workers(database, clock, lambda _turn: None).work_off()

    assert counts(database).waiting == 0


@pytest.mark.logs_errors
def test_an_error_is_tried_again_then_told_with_a_reference_and_no_word_of_the_question(
    database: Database, clock: Clock, admit, caplog: pytest.LogCaptureFixture
):
    admit(payloads.mention(QUESTION))

    def fail(turn: Turn) -> None:
        raise KeyError(turn.delivery.body["text"])

    failing = workers(database, clock, fail, again_after=(2, 10))
    for wait in (0, 2, 10):
        clock.pass_(wait)
        assert failing.work_off() == 1
    clock.pass_(1000)

    assert failing.work_off() == 0
    assert counts(database).given_up == 1
    with database.read() as tx:
        told = tx.execute(outbox.outbox.select()).one()
    assert (told.channel, told.thread) == ("C-dev", "100.1")
    assert told.notice["name"] == "went_wrong"
    assert told.notice["reference"] in caplog.text
    assert "Zebra" not in caplog.text
    assert "KeyError" in caplog.text


@pytest.mark.logs_errors
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"user": "U-ada", "tab": "home"}, []),
        ({"user": {"id": "U-ada"}, "channel": None}, [("U-ada", None)]),
        (
            {"user": {"id": "U-ada"}, "channel": {"id": "C1"}, "container": {"thread_ts": "1.1"}},
            [("C1", "U-ada")],
        ),
        ({"ruling": 1, "by": "U-cara"}, [("U-cara", None)]),
    ],
    ids=["opened Home", "pressed in Home", "pressed in a thread", "a ruling to publish"],
)
def test_whoever_waits_is_told_that_it_went_wrong_and_nobody_else(
    sqlite_database: Database, clock: Clock, body, told
):
    delivery = inbox.Delivery(key="k", also=None, kind=deliveries.HOME_OPENED, body=body)
    with sqlite_database.begin() as tx:
        inbox.admit(tx, delivery, now=clock())

    def fail(_turn: Turn) -> None:
        raise ValueError

    workers(sqlite_database, clock, fail, again_after=()).work_off()

    assert counts(sqlite_database).given_up == 1
    with sqlite_database.read() as tx:
        rows = tx.execute(outbox.outbox.select()).all()
    assert [(row.channel, row.only_for) for row in rows] == told


@pytest.mark.logs_errors
def test_what_kills_every_process_that_works_on_it_is_given_up(database, clock: Clock, admit):
    admit(payloads.mention("may I?"))
    for _ in range(2):
        with database.begin() as tx:
            inbox.claim(tx, "dead", now=clock(), lease=timedelta(seconds=1))
        clock.pass_(2)

    workers(database, clock, say, again_after=(1,)).work_off()

    assert counts(database).given_up == 1


# ---------------------------------------------------------------- threads


@pytest.fixture
def running(sqlite_database: Database) -> Iterator[Callable[[Listener], Workers]]:
    started: list[Workers] = []

    def start(listen: Listener) -> Workers:
        made = workers(sqlite_database, lambda: datetime.now(UTC), listen, hands=2)
        started.append(made)
        made.start()
        return made

    yield start
    for each in started:
        each.drain(5)


def test_draining_finishes_what_is_in_work_and_takes_nothing_new(
    sqlite_database: Database, running
):
    begun, go = threading.Event(), threading.Event()

    def wait(turn: Turn) -> None:
        begun.set()
        go.wait(5)
        say(turn)

    pool = running(wait)
    admission = Admission(
        sqlite_database,
        clock=lambda: datetime.now(UTC),
        mask=lambda text: (text, False),
        wake=pool.wake,
    )
    brought = deliveries.read(payloads.mention("may I?"), us=US)
    assert brought is not None
    admission.admit(brought)
    assert begun.wait(5)

    threading.Timer(0.05, go.set).start()
    drained = pool.drain(5)

    assert drained
    assert len(planned(sqlite_database)) == 1
    later = deliveries.read(payloads.mention("may we?", ts="100.9"), us=US)
    assert later is not None
    admission.admit(later)
    assert counts(sqlite_database).waiting == 1


def test_a_lease_is_renewed_while_somebody_thinks(sqlite_database: Database, caplog):
    caplog.set_level(logging.WARNING)
    thought = threading.Event()

    def think(turn: Turn) -> None:
        thought.wait(1.2)
        say(turn)

    pool = workers(
        sqlite_database,
        lambda: datetime.now(UTC),
        think,
        hands=2,
        lease=timedelta(seconds=0.6),
        patience=0.05,
    )
    admission = Admission(
        sqlite_database,
        clock=lambda: datetime.now(UTC),
        mask=lambda text: (text, False),
        wake=pool.wake,
    )
    brought = deliveries.read(payloads.mention("may I?"), us=US)
    assert brought is not None
    admission.admit(brought)
    pool.start()
    thought.wait(1.0)
    pool.drain(5)

    with sqlite_database.read() as tx:
        assert tx.execute(inbox.inbox.select()).one().attempts == 1
    assert len(planned(sqlite_database)) == 1
