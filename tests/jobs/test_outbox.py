"""Every message is told once and in order, whatever is lost and whoever dies on the way."""

from __future__ import annotations

import itertools
import random
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import outbox
from jobs.courier import Courier
from jobs.notices import AnswerReady, CaseCard, CaseReminder, Hint, Notice
from jobs.outbox import Priority, State
from jobs.pacing import Pace, Rate
from jobs.ports import (
    Address,
    ContentRefused,
    MessageGone,
    PerhapsSent,
    RecipientGone,
    SendingStopped,
    TryLater,
)
from knowledge.database import Database
from tests.fakes.clock import FakeClock
from tests.fakes.sender import (
    DIES_AFTER,
    DIES_BEFORE,
    LOST,
    LOST_BUT_LANDED,
    FakeSender,
    Fault,
    Killed,
    refused,
)

THREAD = Address(channel="C1", thread="1.0")
CHANNEL = Address(channel="C1")
HASTE = Pace(
    channel=Rate(every=timedelta(milliseconds=1), burst=1000),
    workspace=Rate(every=timedelta(milliseconds=1), burst=1000),
)
ANSWER = AnswerReady(answer="a1")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Office:
    """The outbox of one store, people to plan messages and couriers to carry them."""

    def __init__(self, database: Database, clock: FakeClock, sender: FakeSender) -> None:
        self.database = database
        self.clock = clock
        self.sender = sender

    def plan(self, key: str, notice: Notice = ANSWER, to: Address = CHANNEL, **how) -> bool:
        with self.database.begin() as tx:
            return outbox.plan(tx, notice, to, key=key, now=self.clock(), **how)

    def redraw(self, key: str, generation: str) -> bool:
        with self.database.begin() as tx:
            return outbox.redraw(tx, key, now=self.clock(), generation=generation)

    def withdraw(self, key: str) -> bool:
        with self.database.begin() as tx:
            return outbox.withdraw(tx, key, now=self.clock())

    def courier(self, worker: str = "a", pace: Pace = HASTE) -> Courier:
        return Courier(self.database, self.sender, worker=worker, clock=self.clock, pace=pace)

    def deliver(self) -> int:
        return self.courier().deliver_due()

    def deliver_for(self, seconds: int, *, every: int = 1) -> None:
        """Deliver every so often, through couriers that die and others that come after them."""
        for step in range(0, seconds, every):
            with suppress(Killed):
                self.courier(f"w{step}").deliver_due()
            self.clock.wait(every)

    def told(self) -> list[Notice]:
        return [each.notice for each in self.sender.messages]

    def state(self, key: str) -> State:
        with self.database.read() as tx:
            row = sa.select(outbox.outbox.c.state).where(outbox.outbox.c.key == key)
            return State(tx.execute(row).scalar_one())

    def stands(self, key: str):
        with self.database.read() as tx:
            return outbox.where(tx, key)


@pytest.fixture
def office(database: Database, clock: FakeClock) -> Office:
    return Office(database, clock, FakeSender(clock))


@pytest.fixture
def desk(sqlite_database: Database, clock: FakeClock) -> Office:
    """An office on SQLite, for what no database could decide differently."""
    return Office(sqlite_database, clock, FakeSender(clock))


def case(number: int) -> CaseCard:
    return CaseCard(case=number)


# ---------------------------------------------------------------- told once


def test_a_message_is_told_once_and_is_known_to_stand_there(office: Office):
    assert office.plan("k1")
    assert not office.plan("k1")

    assert office.deliver() == 1
    assert office.deliver() == 0

    assert office.told() == [ANSWER]
    stands = office.stands("k1")
    assert stands is not None
    assert stands.ts == office.sender.messages[0].ts


def test_its_mark_says_nothing_of_its_key(office: Office):
    office.plan("answer:Ev123")
    office.deliver()

    (message,) = office.sender.messages
    assert len(message.key) == 32
    assert "Ev123" not in message.key


def test_what_is_planned_in_a_transaction_that_fails_is_not_told(office: Office):
    with suppress(ZeroDivisionError), office.database.begin() as tx:
        outbox.plan(tx, ANSWER, CHANNEL, key="k1", now=office.clock())
        raise ZeroDivisionError

    assert office.deliver() == 0


@pytest.mark.parametrize("fault", [LOST, LOST_BUT_LANDED, Fault(lands=9), Fault(lands=14)])
def test_a_lost_response_loses_and_doubles_nothing(office: Office, fault: Fault):
    office.sender.faults.append(fault)
    office.plan("k1")

    office.deliver_for(40)

    assert office.told() == [ANSWER]
    assert office.state("k1") is State.SENT


def test_what_landed_is_found_soon_and_not_posted_again(desk: Office):
    desk.sender.faults.append(LOST_BUT_LANDED)
    desk.plan("k1")

    desk.deliver_for(4)

    assert desk.state("k1") is State.SENT
    assert desk.sender.requests == ["post", "find"]


@pytest.mark.parametrize("fault", [DIES_BEFORE, DIES_AFTER, Fault(lands=10, dies=True)])
def test_a_courier_that_dies_loses_and_doubles_nothing(office: Office, fault: Fault):
    office.sender.faults.append(fault)
    office.plan("k1")

    office.deliver_for(130, every=5)

    assert office.told() == [ANSWER]
    assert office.state("k1") is State.SENT


def test_what_a_courier_holds_is_nobody_elses_until_its_lease_ends(office: Office):
    office.sender.faults.append(DIES_BEFORE)
    office.plan("k1")

    office.deliver_for(119, every=7)

    assert office.told() == []
    assert office.state("k1") is State.SENDING


def test_whatever_goes_wrong_at_whatever_request_everything_is_told_once(office: Office):
    chance = random.Random(4)  # noqa: S311 - the same faults each time, no secret
    kinds = (None, None, LOST, LOST_BUT_LANDED, DIES_BEFORE, DIES_AFTER, Fault(lands=8))
    office.sender.faults.extend(chance.choice(kinds) for _ in range(60))
    for number in range(12):
        office.plan(f"k{number}", case(number), Address(channel=f"C{number % 3}"))

    office.deliver_for(3600, every=30)

    assert sorted(each.case for each in office.told()) == list(range(12))


def test_a_look_that_fails_is_no_proof_that_nothing_is_there(desk: Office):
    lost, later = PerhapsSent("http_5xx"), TryLater("ratelimited", after=20)
    desk.sender.faults.extend([LOST_BUT_LANDED, refused(lost), refused(later)])
    desk.plan("k1")

    desk.deliver_for(60)

    assert len(desk.told()) == 1
    assert desk.sender.requests == ["post", "find", "find", "find"]


def test_a_message_only_one_sees_cannot_be_found_and_is_posted_again(desk: Office):
    desk.sender.faults.append(LOST)
    desk.plan("k1", to=Address(channel="C1", only_for="U1"))

    desk.deliver_for(30)

    assert len(desk.told()) == 1


class SlowToLook(FakeSender):
    """A sender whose look at the conversation takes a minute."""

    def find(self, key, to, *, since):
        found = super().find(key, to, since=since)
        self.clock.wait(60)
        return found


def test_a_courier_held_up_beyond_half_its_lease_does_not_post(desk: Office):
    desk.sender = SlowToLook(desk.clock, LOST)
    desk.plan("k1")
    desk.deliver()
    desk.clock.wait(20)

    desk.deliver()

    assert desk.sender.requests == ["post", "find"]
    assert desk.state("k1") is State.SENDING


# ---------------------------------------------------------------- order and pace


def test_messages_to_one_thread_keep_their_order(office: Office):
    office.sender.faults.extend([LOST, None, refused(TryLater("ratelimited", after=5))])
    for number in range(4):
        office.plan(f"k{number}", case(number), THREAD, priority=Priority(2 - min(number, 2)))

    office.deliver_for(60)

    assert office.told() == [case(number) for number in range(4)]


def test_what_is_due_later_holds_nobody_up(office: Office):
    later = office.clock() + timedelta(hours=1)
    office.plan("k1", case(1), THREAD, due=later)
    office.plan("k2", case(2), THREAD)

    office.deliver()
    assert office.told() == [case(2)]
    office.clock.wait(3600)
    office.deliver()

    assert office.told() == [case(2), case(1)]


def test_answers_go_before_cases_and_cases_before_reminders(office: Office):
    planned = [(Priority.REMINDER, 1), (Priority.CASE, 2), (Priority.ANSWER, 3)]
    for priority, number in planned:
        office.plan(f"k{number}", case(number), priority=priority)

    office.deliver()

    assert office.told() == [case(3), case(2), case(1)]


def test_a_conversation_hears_a_short_burst_and_then_a_message_a_second(office: Office):
    for number in range(8):
        office.plan(f"k{number}", case(number))
    office.plan("other", to=Address(channel="C2"))
    courier = office.courier(pace=Pace())

    assert courier.deliver_due() == 5
    office.clock.wait(2)
    assert courier.deliver_due() == 2
    office.clock.wait(1)
    assert courier.deliver_due() == 1


def test_two_replicas_share_the_pace_of_the_workspace(office: Office):
    slow = Rate(every=timedelta(seconds=1), burst=3)
    pace = Pace(channel=HASTE.channel, workspace=slow)
    for number in range(6):
        office.plan(f"k{number}", case(number), Address(channel=f"C{number}"))

    sent = [office.courier(name, pace).deliver_due() for name in "ab"]
    office.clock.wait(1)

    assert sent == [3, 0]
    assert office.courier("b", pace).deliver_due() == 1


def test_nobody_speaks_before_slack_lets_us_again(office: Office):
    office.sender.faults.append(refused(TryLater("ratelimited", after=30)))
    office.plan("k1")
    office.plan("k2", to=Address(channel="C2"))

    assert office.deliver() == 1
    office.clock.wait(29)
    assert office.courier("b").deliver_due() == 0
    office.clock.wait(1)

    assert office.courier("b").deliver_due() == 1
    office.clock.wait(1)
    assert office.courier("b").deliver_due() == 1
    assert office.sender.requests == ["post"] * 3


# ---------------------------------------------------------------- drawn anew, taken back


def test_a_message_is_drawn_anew_in_its_place(office: Office):
    office.plan("hint", Hint(name="searching"))
    office.plan("answer", ANSWER, replaces="hint")

    office.deliver()

    assert office.told() == [ANSWER]
    assert office.sender.requests == ["post", "update"]
    assert office.stands("answer") == office.stands("hint")


def test_a_drawing_waits_for_a_message_that_may_not_have_landed(office: Office):
    office.sender.faults.append(LOST)
    office.plan("hint", Hint(name="searching"))
    office.plan("answer", ANSWER, replaces="hint")

    office.deliver_for(40)

    assert office.told() == [ANSWER]
    assert office.sender.requests[-2:] == ["post", "update"]


def test_a_drawing_waits_for_a_message_that_is_due_later(desk: Office):
    desk.plan("card", case(1), due=desk.clock() + timedelta(hours=1))
    desk.redraw("card", "claimed")

    assert desk.deliver() == 0
    desk.clock.wait(3600)
    desk.deliver()

    assert desk.sender.requests == ["post", "update"]


def test_a_message_that_is_gone_is_posted_anew_and_drawn_there_after_that(office: Office):
    office.plan("card", case(1))
    office.deliver()
    office.sender.remove(office.stands("card"))

    office.redraw("card", "claimed")
    office.deliver()
    office.redraw("card", "answered")
    office.deliver()

    assert office.sender.requests == ["post", "update", "post", "update"]
    assert [each.drawn for each in office.sender.messages] == [2]
    assert office.stands("card").ts == office.sender.messages[0].ts


def test_a_message_posted_anew_whose_response_is_lost_is_found(office: Office):
    office.plan("card", case(1))
    office.deliver()
    office.sender.remove(office.stands("card"))
    office.sender.faults.extend([None, LOST_BUT_LANDED])

    office.redraw("card", "claimed")
    office.deliver_for(10)

    assert len(office.told()) == 1
    assert office.stands("card").ts == office.sender.messages[0].ts


def test_of_several_drawings_that_wait_only_the_last_is_made(office: Office):
    office.plan("card", case(1))
    office.deliver()
    for generation in ("claimed", "claimed", "answered"):
        office.redraw("card", generation)

    assert office.deliver() == 1

    assert office.sender.requests == ["post", "update"]
    assert office.state("card#claimed") is State.CANCELLED


def test_drawing_what_was_never_planned_does_nothing(desk: Office):
    assert not desk.redraw("nothing", "1")
    assert not desk.withdraw("nothing")
    assert desk.stands("nothing") is None


def test_what_replaces_nothing_known_is_posted(desk: Office):
    desk.plan("answer", replaces="nothing")
    desk.deliver()

    assert desk.told() == [ANSWER]


def test_a_message_taken_back_is_deleted_and_stays_so(office: Office):
    office.plan("k1")
    office.deliver()

    assert office.withdraw("k1")
    assert not office.withdraw("k1")
    office.redraw("k1", "late")
    office.deliver()

    assert office.told() == []
    assert office.stands("k1") is None
    assert office.state("k1#late") is State.CANCELLED


def test_a_message_taken_back_before_it_is_sent_is_never_seen(office: Office):
    office.plan("k1")
    office.withdraw("k1")

    office.deliver()

    assert office.sender.requests == []
    assert office.state("k1") is State.CANCELLED


@pytest.mark.parametrize(("fault", "requests"), [(LOST, []), (LOST_BUT_LANDED, ["delete"])])
def test_a_message_taken_back_while_nobody_knows_is_looked_for_and_deleted(
    office: Office, fault: Fault, requests: list[str]
):
    office.sender.faults.append(fault)
    office.plan("k1")
    office.deliver()
    office.withdraw("k1")

    office.deliver_for(40)

    assert office.told() == []
    assert [each for each in office.sender.requests if each not in {"post", "find"}] == requests
    assert office.sender.requests.count("post") == 1


# ---------------------------------------------------------------- for whom it was


def addresses(office: Office) -> set[object]:
    """Return every place and person that the rows of the outbox name."""
    table = outbox.outbox.c
    named = (table.channel, table.thread, table.only_for, table.owner, table.posted_channel)
    with office.database.read() as tx:
        rows = tx.execute(sa.select(*named, table.lane)).all()
    return {value for row in rows for value in row if value and len(str(value)) < 32}


def forget_addresses(office: Office) -> int:
    with office.database.begin() as tx:
        return outbox.forget_addresses(tx)


def test_what_was_taken_back_forgets_for_whom_it_was_and_is_never_planned_again(office: Office):
    office.plan("k1", to=Address(channel="D1", thread="1.0", only_for="U1"), owner="U1")
    office.deliver()
    office.withdraw("k1")
    assert forget_addresses(office) == 0  # it still stands there
    office.deliver()

    assert forget_addresses(office) == 2
    assert forget_addresses(office) == 0

    assert addresses(office) == set()
    assert not office.plan("k1", to=Address(channel="D1"))
    assert not office.redraw("k1", "later")
    assert not office.withdraw("k1")
    assert office.deliver() == 0
    assert office.told() == []


def test_what_stands_keeps_for_whom_it_is(office: Office):
    office.plan("k1")
    office.plan("k2", owner="U9")
    office.deliver()
    office.redraw("k1", "again")
    office.deliver()

    assert forget_addresses(office) == 0
    assert {"C1", "U9"} <= addresses(office)


def test_a_message_is_found_by_what_it_says_now(office: Office):
    other = AnswerReady(answer="a2")
    office.plan("k1")
    office.plan("k2")
    office.plan("k2 edited", other, replaces="k2")

    with office.database.read() as tx:
        assert outbox.telling(tx, ANSWER) == ("k1",)
        assert outbox.telling(tx, other) == ("k2",)


# ---------------------------------------------------------------- what Slack refuses


def test_a_message_nobody_is_there_to_read_is_told_to_its_owner(office: Office):
    office.sender.faults.append(refused(RecipientGone("is_archived")))
    office.plan("k1", owner="U9")

    office.deliver()

    (message,) = office.sender.messages
    assert message.to == Address(channel="U9")
    assert isinstance(message.notice, Hint)
    assert message.notice.name == "undeliverable"
    assert office.state("k1") is State.GONE


def test_a_message_without_an_owner_is_undeliverable_and_no_more(desk: Office):
    desk.sender.faults.append(refused(RecipientGone("is_archived")))
    desk.plan("k1")

    assert desk.deliver() == 1
    assert desk.state("k1") is State.GONE


def test_refused_content_is_sent_once_more_as_plain_text(office: Office):
    office.sender.faults.append(refused(ContentRefused("invalid_blocks")))
    office.plan("k1")

    office.deliver()

    assert [each.plain for each in office.sender.messages] == [True]
    assert office.state("k1") is State.SENT


@pytest.mark.logs_errors
def test_content_refused_twice_is_given_up_and_counted(office: Office, caplog):
    office.sender.faults.extend([refused(ContentRefused("invalid_blocks"))] * 2)
    office.plan("k1")

    office.deliver()

    assert office.state("k1") is State.FAILED
    assert "given up: invalid_blocks" in caplog.text
    with office.database.read() as tx:
        assert outbox.counts(tx)[State.FAILED] == 1


@pytest.mark.logs_errors
def test_an_app_that_is_shut_out_sends_nothing_until_it_is_mended(office: Office):
    office.sender.faults.append(refused(SendingStopped("token_revoked")))
    office.plan("k1")
    office.plan("k2", to=Address(channel="C2"))
    courier = office.courier()

    assert courier.deliver_due() == 1
    assert courier.stopped is not None
    assert courier.stopped.error == "token_revoked"
    office.clock.wait(59)
    assert courier.deliver_due() == 0
    office.clock.wait(1)
    assert courier.deliver_due() == 2

    assert courier.stopped is None
    assert len(office.told()) == 2


@pytest.mark.logs_errors
def test_an_error_of_our_own_is_no_reason_to_post_twice_and_is_given_up_in_the_end(
    desk: Office, caplog
):
    desk.sender.faults.extend([Fault(lands=0, error=KeyError("nobody's words")), LOST, LOST])
    desk.plan("k1")
    desk.deliver_for(20)
    assert len(desk.told()) == 1

    desk.sender.faults.extend(refused(KeyError("nobody's words")) for _ in range(9))
    desk.plan("k2")
    desk.deliver_for(120)

    assert desk.state("k2") is State.FAILED
    assert "KeyError" in caplog.text
    assert "nobody's words" not in caplog.text


@pytest.mark.logs_errors
def test_what_is_a_day_late_is_given_up(desk: Office):
    desk.plan("k1")
    for _ in range(26):
        desk.sender.faults.append(refused(TryLater("message_limit_exceeded", after=3600)))
        desk.deliver()
        desk.clock.wait(3600)

    assert desk.state("k1") is State.FAILED


# ---------------------------------------------------------------- restored, measured, forgotten


def test_a_restored_store_looks_before_it_posts_even_what_it_plans_anew(office: Office):
    office.plan("before", case(1))
    office.plan("never sent", case(2))
    office.sender.faults.extend([None, LOST])
    office.deliver()
    with office.database.begin() as tx:
        tx.execute(outbox.outbox.update().values(state=State.WAITING, settled_at=None))
        tx.execute(outbox.outbox.delete().where(outbox.outbox.c.key == "before"))
        outbox.hold(tx, now=office.clock.wait(3600))
    office.plan("before", case(3))

    office.deliver_for(5)

    assert office.told() == [case(3), case(2)]
    assert office.sender.requests.count("post") == 3


def test_a_message_found_after_a_restore_that_cannot_be_drawn_anew_is_left(desk: Office):
    desk.plan("k1")
    desk.deliver()
    with desk.database.begin() as tx:
        tx.execute(outbox.outbox.update().values(state=State.WAITING, settled_at=None))
        outbox.hold(tx, now=desk.clock())
    desk.sender.faults.extend([None, refused(MessageGone("edit_window_closed"))])

    desk.deliver()

    assert desk.sender.requests == ["post", "find", "update"]
    assert desk.state("k1") is State.SENT


def test_a_store_stops_looking_a_day_after_it_was_restored(desk: Office):
    with desk.database.begin() as tx:
        assert outbox.hold(tx, now=desk.clock()) == 0
    desk.clock.wait(24 * 3600)
    desk.plan("k1")

    desk.deliver()

    assert desk.sender.requests == ["post"]


def test_the_oldest_unsent_message_is_told_until_it_is_sent(office: Office):
    office.plan("later", due=office.clock() + timedelta(hours=1))
    office.plan("now")
    since = office.clock()
    office.clock.wait(30)

    with office.database.read() as tx:
        assert outbox.oldest_unsent(tx, now=office.clock()) == since
    office.deliver()

    with office.database.read() as tx:
        assert outbox.oldest_unsent(tx, now=office.clock()) is None
        assert outbox.counts(tx)[State.WAITING] == 1


def test_a_message_is_forgotten_with_all_that_belongs_to_it_or_not_at_all(office: Office):
    for key in ("old", "drawn"):
        office.plan(key)
    office.deliver()
    office.clock.wait(100)
    office.redraw("drawn", "1")
    office.deliver()

    with office.database.begin() as tx:
        forgotten = outbox.forget(tx, before=office.clock() - timedelta(seconds=50))

    assert forgotten == 1
    assert office.stands("old") is None
    assert office.stands("drawn") is not None


def test_notices_come_out_of_a_row_as_they_went_in(desk: Office):
    notices = [ANSWER, case(1), CaseReminder(case=1, step=2), Hint(name="a", reference="b")]
    for key, notice in zip(itertools.count(), notices, strict=False):
        desk.plan(str(key), notice)

    desk.deliver()

    assert desk.told() == notices
