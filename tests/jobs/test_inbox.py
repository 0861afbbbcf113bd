"""What Slack brings is kept once, done once and not lost, whoever dies while doing it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import inbox
from jobs.inbox import Counts, Delivery
from knowledge.database import Database
from tests.fakes.clock import FakeClock

LEASE = timedelta(minutes=2)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def mention(number: int, **changed: object) -> Delivery:
    fields = {
        "key": f"Ev{number}",
        "also": f"T1:C1:{number}.0",
        "kind": "mention",
        "body": {"text": f"may I {number}?"},
    }
    return Delivery(**{**fields, **changed})  # type: ignore[arg-type]


def admit(database: Database, delivery: Delivery, clock: FakeClock) -> int | None:
    with database.begin() as tx:
        return inbox.admit(tx, delivery, now=clock())


def claim(database: Database, worker: str, clock: FakeClock, limit: int = 1):
    with database.begin() as tx:
        return inbox.claim(tx, worker, now=clock(), lease=LEASE, limit=limit)


def finish(database: Database, number: int, worker: str, clock: FakeClock) -> bool:
    with database.begin() as tx:
        return inbox.finish(tx, number, worker=worker, now=clock())


def fail(database: Database, number: int, worker: str, clock: FakeClock, again: float | None):
    again_at = None if again is None else clock() + timedelta(seconds=again)
    with database.begin() as tx:
        return inbox.fail(
            tx, number, worker=worker, now=clock(), error="ValueError 1a2b", again_at=again_at
        )


def test_the_same_event_is_kept_once(database: Database, clock: FakeClock):
    first = admit(database, mention(1), clock)
    again = admit(database, mention(1), clock)

    assert first is not None
    assert again is None
    assert len(claim(database, "a", clock, limit=9)) == 1


def test_two_events_about_one_message_are_one(database: Database, clock: FakeClock):
    admit(database, mention(1), clock)

    assert admit(database, mention(1, key="Ev2", kind="message"), clock) is None


def test_deliveries_about_no_message_do_not_hold_each_other_off(
    database: Database, clock: FakeClock
):
    assert admit(database, mention(1, also=None), clock) is not None
    assert admit(database, mention(2, also=None), clock) is not None


def test_what_comes_again_after_it_was_done_is_known(database: Database, clock: FakeClock):
    admit(database, mention(1), clock)
    (claimed,) = claim(database, "a", clock)
    finish(database, claimed.id, "a", clock)

    assert admit(database, mention(1), clock) is None
    assert claim(database, "a", clock) == ()


def test_many_threads_admit_one_event_once(database: Database, clock: FakeClock):
    with ThreadPoolExecutor(8) as pool:
        admitted = list(pool.map(lambda _: admit(database, mention(1), clock), range(16)))

    assert sum(number is not None for number in admitted) == 1


def test_the_oldest_come_first_with_what_they_brought(database: Database, clock: FakeClock):
    for number in (3, 1, 2):
        admit(database, mention(number), clock)

    claimed = claim(database, "a", clock, limit=2)

    assert [each.body["text"] for each in claimed] == ["may I 3?", "may I 1?"]
    assert {each.kind for each in claimed} == {"mention"}
    assert {each.admitted_at for each in claimed} == {clock()}


def test_many_workers_do_everything_once(database: Database, clock: FakeClock):
    for number in range(30):
        admit(database, mention(number), clock)

    def work(name: str) -> list[int]:
        done = []
        while claimed := claim(database, name, clock):
            assert finish(database, claimed[0].id, name, clock)
            done.append(claimed[0].id)
        return done

    with ThreadPoolExecutor(4) as pool:
        done = [each for ids in pool.map(work, "abcd") for each in ids]

    assert sorted(done) == sorted(set(done))
    assert len(done) == 30


def test_what_is_held_is_nobody_elses_until_the_lease_ends(database: Database, clock: FakeClock):
    admit(database, mention(1), clock)
    (first,) = claim(database, "a", clock)
    clock.wait(119)
    assert claim(database, "b", clock) == ()

    clock.wait(2)
    (second,) = claim(database, "b", clock)

    assert (first.attempt, second.attempt) == (1, 2)
    assert not finish(database, first.id, "a", clock)
    assert finish(database, second.id, "b", clock)


def test_a_lease_that_is_renewed_holds_on(database: Database, clock: FakeClock):
    admit(database, mention(1), clock)
    (held,) = claim(database, "a", clock)
    clock.wait(100)

    with database.begin() as tx:
        assert inbox.renew(tx, [held.id], worker="a", now=clock(), lease=LEASE) == 1
        assert inbox.renew(tx, [held.id], worker="b", now=clock(), lease=LEASE) == 0
    clock.wait(100)

    assert claim(database, "b", clock) == ()


def test_what_came_of_a_lost_lease_is_undone(database: Database, clock: FakeClock):
    admit(database, mention(1), clock)
    (held,) = claim(database, "slow", clock)
    clock.wait(121)
    claim(database, "quick", clock)

    with database.begin() as tx:
        admitted = inbox.admit(tx, mention(2), now=clock())
        finished = inbox.finish(tx, held.id, worker="slow", now=clock())
        tx.rollback()

    assert admitted is not None
    assert not finished
    assert admit(database, mention(2), clock) is not None


def test_a_finished_delivery_keeps_none_of_its_words(database: Database, clock: FakeClock):
    admit(database, mention(1), clock)
    admit(database, mention(2), clock)
    for claimed in claim(database, "a", clock, limit=2):
        if claimed.body["text"] == "may I 1?":
            finish(database, claimed.id, "a", clock)
        else:
            fail(database, claimed.id, "a", clock, None)

    with database.read() as tx:
        assert list(tx.scalars(sa.select(inbox.inbox.c.body))) == [None, None]


def test_what_failed_is_tried_again_when_it_is_time(database: Database, clock: FakeClock):
    admit(database, mention(1), clock)
    (first,) = claim(database, "a", clock)
    assert fail(database, first.id, "a", clock, 30)

    assert claim(database, "a", clock) == ()
    clock.wait(30)
    (second,) = claim(database, "a", clock)

    assert second.attempt == 2
    assert second.body == first.body


def test_what_was_given_up_is_counted_with_its_error_and_waits_no_more(
    database: Database, clock: FakeClock
):
    admit(database, mention(1), clock)
    (held,) = claim(database, "a", clock)

    assert not fail(database, held.id, "b", clock, None)
    assert fail(database, held.id, "a", clock, None)

    clock.wait(10_000)
    assert claim(database, "a", clock) == ()
    with database.read() as tx:
        assert inbox.counts(tx) == Counts(waiting=0, given_up=1)
        assert tx.scalar(sa.select(inbox.inbox.c.error)) == "ValueError 1a2b"


def test_the_oldest_that_waits_is_told_until_it_is_done(database: Database, clock: FakeClock):
    start = clock()
    admit(database, mention(1), clock)
    clock.wait(60)
    admit(database, mention(2), clock)
    (held,) = claim(database, "a", clock)

    with database.read() as tx:
        assert inbox.oldest_waiting(tx) == start
        assert inbox.counts(tx) == Counts(waiting=2, given_up=0)
    finish(database, held.id, "a", clock)

    with database.read() as tx:
        assert inbox.oldest_waiting(tx) == clock()


def test_only_what_was_settled_long_ago_is_forgotten(database: Database, clock: FakeClock):
    for number in (1, 2):
        admit(database, mention(number), clock)
    (held,) = claim(database, "a", clock)
    finish(database, held.id, "a", clock)
    clock.wait(100)

    with database.begin() as tx:
        assert inbox.forget(tx, before=clock() - timedelta(seconds=200)) == 0
        assert inbox.forget(tx, before=clock()) == 1
        assert inbox.counts(tx) == Counts(waiting=1, given_up=0)
