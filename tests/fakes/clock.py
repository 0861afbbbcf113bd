"""A clock that stands still until it is told how much time has passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Call it for the time."""

    def __init__(self, now: datetime = datetime(2026, 3, 31, 12, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> datetime:
        """Let time pass, and return what time it is then."""
        self.now += timedelta(seconds=seconds)
        return self.now
