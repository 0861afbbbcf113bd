"""What is due runs once on however many replicas, and what came of it can be read."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
import sqlalchemy as sa

from jobs import runs
from jobs.runs import Job, run_due
from jobs.scheduler import Clock
from knowledge.database import Database
from knowledge.errors import Problem, Refused
from tests.fakes.clock import FakeClock
from tests.fakes.sender import Killed

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class Work:
    """A job's work: counts its runs, takes time, fails as it is told."""

    def __init__(self, clock: FakeClock, *failures: BaseException, takes: float = 0) -> None:
        self.clock = clock
        self.failures = list(failures)
        self.takes = takes
        self.times = 0

    def __call__(self, now: object) -> None:
        self.times += 1
        self.clock.wait(self.takes)
        if self.failures:
            raise self.failures.pop(0)


def job(work: Work, name: str = "forget expired answers") -> Job:
    return Job(name=name, every=HOUR, work=work)


def run(database: Database, clock: FakeClock, *jobs: Job, worker: str = "a") -> tuple[str, ...]:
    return run_due(database, jobs, worker=worker, clock=clock)


def standing(database: Database):
    with database.read() as tx:
        (found,) = runs.standings(tx)
    return found


def test_a_job_runs_at_once_and_then_when_it_is_due(database: Database, clock: FakeClock):
    work = Work(clock)

    ran = [run(database, clock, job(work)) for _ in range(2)]
    clock.wait(3599)
    ran.append(run(database, clock, job(work)))
    clock.wait(1)
    ran.append(run(database, clock, job(work)))

    name = ("forget expired answers",)
    assert ran == [name, (), (), name]
    assert work.times == 2


def test_a_job_missed_many_times_runs_once(database: Database, clock: FakeClock):
    work = Work(clock)
    run(database, clock, job(work))
    clock.wait(10 * 3600)

    run(database, clock, job(work))
    run(database, clock, job(work))

    assert work.times == 2


def test_many_replicas_run_a_job_once(database: Database, clock: FakeClock):
    work = Work(clock)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: run(database, clock, job(work), worker=str(n)), range(12)))

    assert work.times == 1


def test_what_ran_when_how_long_and_what_is_next_can_be_read(database: Database, clock: FakeClock):
    start = clock()
    run(database, clock, job(Work(clock, takes=5)))

    found = standing(database)

    assert found.job == "forget expired answers"
    assert (found.last.started_at, found.last.ended_at) == (start, start + timedelta(seconds=5))
    assert (found.last.worker, found.last.error) == ("a", None)
    assert found.due_at == start + timedelta(seconds=5) + HOUR
    assert found.last_failed is None


@pytest.mark.logs_errors
def test_a_job_that_fails_says_why_holds_no_other_up_and_is_tried_again_soon(
    database: Database, clock: FakeClock, caplog
):
    problem = Problem(place="records", what="they are locked", mend="Try again")
    failing = Work(clock, Refused(problem), ValueError("somebody's words"))
    other = Work(clock)
    jobs = (job(failing), job(other, "remind cases"))

    ran = run(database, clock, *jobs)
    clock.wait(300)
    again = run(database, clock, *jobs)

    assert ran == ("forget expired answers", "remind cases")
    assert again == ("forget expired answers",)
    with database.read() as tx:
        failed, fine = runs.standings(tx)
        errors = list(tx.scalars(sa.select(runs.runs.c.error).order_by(runs.runs.c.id)))
    assert errors == ["records: they are locked. Try again.", None, "ValueError"]
    assert failed.last_failed.error == "ValueError"
    assert fine.last.error is None
    assert "somebody's words" not in caplog.text


def test_a_run_that_dies_is_due_again_and_shows_no_end(database: Database, clock: FakeClock):
    work = Work(clock, Killed())
    with suppress(Killed):
        run(database, clock, job(work))
    assert standing(database).last.ended_at is None

    clock.wait(599)
    assert run(database, clock, job(work)) == ()
    clock.wait(1)
    assert run(database, clock, job(work), worker="b") == ("forget expired answers",)

    assert standing(database).last.worker == "b"


def test_runs_of_long_ago_are_forgotten(database: Database, clock: FakeClock):
    work = Work(clock)
    for _ in range(3):
        run(database, clock, job(work))
        clock.wait(timedelta(days=20).total_seconds())

    with database.read() as tx:
        assert tx.scalar(sa.select(sa.func.count()).select_from(runs.runs)) == 2


# ---------------------------------------------------------------- the clock


@pytest.mark.logs_errors
def test_the_clock_ticks_at_once_and_goes_on_after_a_tick_that_failed(caplog):
    fake, enough = FakeClock(), threading.Event()
    ticks = []

    def tick() -> None:
        ticks.append(1)
        if len(ticks) == 1:
            raise ValueError("somebody's words")
        if len(ticks) == 3:
            enough.set()

    clock = Clock(tick, clock=fake, every=timedelta(seconds=0.02))
    assert clock.last_tick is None
    clock.start()
    assert enough.wait(10)
    clock.stop()

    assert clock.last_tick == fake()
    assert "a tick failed: ValueError" in caplog.text
    assert "somebody's words" not in caplog.text


def test_a_clock_that_is_stopped_ticks_no_more_and_lets_a_tick_end():
    started, go, ended = threading.Event(), threading.Event(), threading.Event()

    def tick() -> None:
        started.set()
        go.wait(10)
        ended.set()

    clock = Clock(tick, clock=FakeClock())
    clock.start()
    assert started.wait(10)
    threading.Timer(0.05, go.set).start()
    clock.stop()

    assert ended.is_set()
