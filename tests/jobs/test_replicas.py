"""What a process held that died is taken up at once by the next one on its machine."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from jobs import inbox, outbox
from jobs.inbox import Delivery
from jobs.notices import CaseCard
from jobs.outbox import State
from jobs.pacing import Pace
from jobs.ports import Address
from jobs.replicas import Replica
from knowledge.database import Database

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


@pytest.fixture(scope="module")
def gone() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_process_survives_those_of_its_machine_that_are_gone(gone: int):
    ours = Replica(host="here")

    assert ours.survives(Replica(host="here", process=gone).name)
    assert ours.survives(Replica(host="here").name)  # an earlier process of our number


@pytest.mark.parametrize(
    "holder",
    [
        Replica(host="here", process=os.getppid()).name,
        Replica(host="elsewhere", process=1).name,
        "worker-1a2b",
        "here/many/1a2b",
        "here/99999999999999999999/1a2b",
        "",
    ],
    ids=["alive", "elsewhere", "no process", "no number", "no such number", "nobody"],
)
def test_nobody_else_is_taken_for_dead(holder: str):
    assert not Replica(host="here").survives(holder)


def test_our_own_work_is_ours():
    ours = Replica(host="here")

    assert not ours.survives(ours.name)


def test_a_delivery_of_the_dead_is_claimed_at_once_and_one_of_the_living_is_not(
    database: Database, gone: int
):
    ours, dead, living = Replica(), Replica(process=gone), Replica(process=os.getppid())
    with database.begin() as tx:
        for holder in (dead, living):
            inbox.admit(tx, Delivery(key=holder.name, also=None, kind="asked", body={}), now=NOW)
            inbox.claim(tx, holder.name, now=NOW, lease=LEASE)

    with database.begin() as tx:
        assert inbox.release(tx, ours.survives, now=NOW) == 1
        (claimed,) = inbox.claim(tx, ours.name, now=NOW, lease=LEASE, limit=9)

    assert claimed.attempt == 2


def test_a_message_of_the_dead_is_looked_for_before_it_is_sent(database: Database, gone: int):
    ours, dead = Replica(), Replica(process=gone)
    with database.begin() as tx:
        outbox.plan(tx, CaseCard(case=1), Address(channel="C1"), key="k1", now=NOW)
        outbox.claim(tx, dead.name, now=NOW, lease=LEASE, pace=Pace())

    with database.begin() as tx:
        assert outbox.release(tx, ours.survives, now=NOW) == 1
        errand = outbox.claim(tx, ours.name, now=NOW, lease=LEASE, pace=Pace())

    assert errand is not None
    assert errand.unsure
    assert errand.unsure_since == NOW
    with database.read() as tx:
        assert outbox.counts(tx)[State.SENDING] == 1
