"""What runs by the clock, and what waits or failed: `mayi jobs`."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.terminal import Line, Style, table_lines
from bot.views.answers import moment
from jobs.inbox import Trouble
from jobs.outbox import Unsent
from jobs.runs import Run, Standing


def jobs_lines(
    standings: Sequence[Standing],
    troubles: Sequence[Trouble],
    unsent: Sequence[Unsent],
    zone: ZoneInfo,
) -> tuple[Line, ...]:
    """Return three tables: the jobs, what Slack brought that failed, what has not been sent."""
    return (
        *_titled("Jobs", _jobs(standings, zone), "No job has run yet: `mayi serve` runs them."),
        *_titled("Requests that failed", _troubles(troubles, zone), "None."),
        *_titled("Messages not sent", _unsent(unsent, zone), "None."),
    )


def _titled(title: str, table: Sequence[Line], nothing: str) -> tuple[Line, ...]:
    rows = table[1:] and table
    return (Line(text=title, style=Style.HEADING), *(rows or (Line(text=nothing),)), Line(text=""))


def _jobs(standings: Sequence[Standing], zone: ZoneInfo) -> tuple[Line, ...]:
    headings = ("job", "last run", "took", "result", "due", "last failure")
    rows = (
        (
            each.job,
            moment(each.last.started_at, zone) if each.last else "never",
            _took(each.last),
            _result(each.last),
            moment(each.due_at, zone),
            _failure(each.last_failed, zone),
        )
        for each in standings
    )
    return table_lines(headings, rows)


def _took(run: Run | None) -> str:
    if run is None or run.ended_at is None:
        return ""
    return f"{(run.ended_at - run.started_at).total_seconds():.1f} s"


def _result(run: Run | None) -> str:
    if run is None:
        return ""
    if run.ended_at is None:
        return "under way"
    return run.error or "done"


def _failure(run: Run | None, zone: ZoneInfo) -> str:
    return f"{moment(run.started_at, zone)}: {run.error}" if run else "none"


def _troubles(troubles: Sequence[Trouble], zone: ZoneInfo) -> tuple[Line, ...]:
    headings = ("request", "what", "came", "attempts", "again", "error")
    rows = (
        (
            each.id,
            each.kind,
            moment(each.admitted_at, zone),
            each.attempts,
            moment(each.again_at, zone) if each.again_at else "given up",
            each.error,
        )
        for each in troubles
    )
    return table_lines(headings, rows)


def _unsent(unsent: Sequence[Unsent], zone: ZoneInfo) -> tuple[Line, ...]:
    headings = ("message", "what", "state", "due", "attempts", "error")
    rows = (
        (
            each.mark,
            each.notice,
            each.state,
            moment(each.due_at, zone),
            each.attempts,
            each.error or "",
        )
        for each in unsent
    )
    return table_lines(headings, rows)
