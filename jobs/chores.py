"""What the clock asks for, besides sending: reminders of cases, and forgetting what is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jobs import conversations, escalations, inbox, outbox
from jobs.ports import Directory
from jobs.runs import Job
from knowledge.answering import answers
from knowledge.database import Database

REPEATS = timedelta(days=7)
"""How long a delivery is remembered after it is done: Slack repeats for some hours at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chores:
    """The jobs of the house. `compliance` is its channel; without one nobody can be reminded."""

    database: Database
    directory: Directory
    zone: ZoneInfo
    retention: timedelta
    compliance: str | None

    def jobs(self) -> tuple[Job, ...]:
        """Return each with how often it is due."""
        return (
            Job(name="remind of cases", every=timedelta(minutes=1), work=self._remind),
            Job(name="forget what is over", every=timedelta(hours=1), work=self._forget),
        )

    def _remind(self, now: datetime) -> None:
        if self.compliance is not None:
            escalations.remind(
                self.database, self.directory, compliance=self.compliance, zone=self.zone, now=now
            )

    def _forget(self, now: datetime) -> None:
        with self.database.begin() as tx:
            answers.forget_expired(tx, now)
            conversations.forget(tx, now)
            inbox.forget(tx, before=now - REPEATS)
            outbox.forget_addresses(tx)
            outbox.forget(tx, before=now - self.retention)
