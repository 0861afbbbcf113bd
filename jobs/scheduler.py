"""The clock: it ticks on every replica and asks what is due; rows say so, not the clock.

APScheduler keeps its timetable in memory. A tick that is late is not dropped, several missed ones
are one, and none starts while the last is under way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

_log = logging.getLogger(__name__)

TICK = timedelta(minutes=1)


class Clock:
    """Calls a function at once and then every so often, in a thread of its own."""

    def __init__(
        self,
        tick: Callable[[], object],
        *,
        clock: Callable[[], datetime],
        every: timedelta = TICK,
    ) -> None:
        """Prepare to call `tick`; `clock` tells when it was last done."""
        self._tick = tick
        self._clock = clock
        self.last_tick: datetime | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_job(
            self._once,
            IntervalTrigger(seconds=every.total_seconds(), timezone=UTC),
            next_run_time=datetime.now(UTC),
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more; a tick that is under way is finished first."""
        self._scheduler.shutdown(wait=True)

    def _once(self) -> None:
        # Not left to APScheduler, which would log the error's own words.
        try:
            self._tick()
        except Exception as error:  # noqa: BLE001 - the next tick is another matter
            _log.error("a tick failed: %s", type(error).__name__)
        else:
            self.last_tick = self._clock()
