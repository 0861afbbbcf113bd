"""What runs by the clock: when each job is due, and what came of every run.

A job is due when its row says so, whatever clock asks, and on whatever replica: whoever takes the
row runs it. A run that dies leaves it due again after a while, and one that fails is tried again
before its usual time. Jobs bear being run twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from jobs.rows import add_new
from knowledge.database import Database, Instant, Record, metadata
from knowledge.errors import Refused

_log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
"""How long a run may take before another replica believes that it died."""

AGAIN = timedelta(minutes=5)
"""When a failed job is tried again, unless it is due before that."""

KEPT = timedelta(days=30)
"""How long a run is remembered."""

timetable = sa.Table(
    "timetable",
    metadata,
    sa.Column("job", sa.Text, primary_key=True),
    sa.Column("due_at", Instant, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("worker", sa.Text, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("error", sa.Text),
    sa.Index("ix_runs_job", "job", "started_at"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something done every so often: a name people read, and a function of the moment."""

    name: str
    every: timedelta
    work: Callable[[datetime], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of a job. Without an end it is under way, or died; `error` says why it failed."""

    job: str
    worker: str
    started_at: datetime
    ended_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a job stands: when it is due, its last run, and the last that failed."""

    job: str
    due_at: datetime
    last: Run | None
    last_failed: Run | None


def run_due(
    database: Database, jobs: Iterable[Job], *, worker: str, clock: Callable[[], datetime]
) -> tuple[str, ...]:
    """Run the jobs that are due, one after another, and return their names. Raises StoreRefused.

    A job that fails is recorded and logged by the class of its error, and keeps no other from
    running.
    """
    ran = []
    for job in jobs:
        number = _begin(database, job, worker=worker, now=clock())
        if number is not None:
            error = _error_of(job, clock())
            _end(database, job, number, now=clock(), error=error)
            ran.append(job.name)
    return tuple(ran)


def _begin(database: Database, job: Job, *, worker: str, now: datetime) -> int | None:
    """Take a job that is due and return the number of its run; None where it is not, or taken."""
    with database.read() as tx:
        due_at = tx.scalar(sa.select(timetable.c.due_at).where(timetable.c.job == job.name))
    if due_at is not None and due_at > now:
        return None
    with database.begin() as tx:
        add_new(tx, timetable, {"job": job.name, "due_at": now})
        mine = (timetable.c.job == job.name, timetable.c.due_at <= now)
        taken = tx.execute(timetable.update().where(*mine).values(due_at=now + LEASE))
        if taken.rowcount == 0:
            return None
        row = {"job": job.name, "worker": worker, "started_at": now}
        number: int = tx.execute(runs.insert().returning(runs.c.id), row).scalar_one()
        return number


def _error_of(job: Job, now: datetime) -> str | None:
    """Run the job, and return what went wrong in a line; nobody's words are in it."""
    try:
        job.work(now)
    except Refused as refused:
        error = str(refused)
    except Exception as fault:  # noqa: BLE001 - the next job is another matter
        error = type(fault).__name__
    else:
        return None
    _log.error("job %r failed: %s", job.name, error)
    return error


def _end(database: Database, job: Job, number: int, *, now: datetime, error: str | None) -> None:
    due_at = now + (job.every if error is None else min(job.every, AGAIN))
    with database.begin() as tx:
        ended = runs.update().where(runs.c.id == number)
        tx.execute(ended.values(ended_at=now, error=error))
        tx.execute(timetable.update().where(timetable.c.job == job.name).values(due_at=due_at))
        tx.execute(runs.delete().where(runs.c.job == job.name, runs.c.started_at < now - KEPT))


def standings(tx: Connection) -> tuple[Standing, ...]:
    """Return how every job stands that was ever due, by name."""
    rows = tx.execute(sa.select(timetable).order_by(timetable.c.job))
    return tuple(
        Standing(
            job=row.job,
            due_at=row.due_at,
            last=_latest(tx, runs.c.job == row.job),
            last_failed=_latest(tx, runs.c.job == row.job, runs.c.error.is_not(None)),
        )
        for row in rows
    )


def _latest(tx: Connection, *which: sa.ColumnElement[bool]) -> Run | None:
    row = tx.execute(sa.select(runs).where(*which).order_by(runs.c.id.desc()).limit(1)).first()
    return None if row is None else _run(row)


def _run(row: Record) -> Run:
    return Run(
        job=row.job,
        worker=row.worker,
        started_at=row.started_at,
        ended_at=row.ended_at,
        error=row.error,
    )
