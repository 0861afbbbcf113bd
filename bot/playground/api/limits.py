"""Keeping the app to how much it may post."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bot.playground.api.arguments import Arguments
from bot.playground.site import Limits

POSTING = frozenset({"chat.postMessage", "chat.postEphemeral", "chat.startStream"})


class Gate:
    """Counts what is posted where; without limits everything passes."""

    def __init__(self, limits: Limits | None, clock: Callable[[], float]) -> None:
        """Begin with every channel silent."""
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at: dict[str, float] = {}

    def wait_for(self, method: str, arguments: Arguments) -> float:
        """Count a call and return 0, or the seconds to wait where it is too soon for it."""
        channel = arguments.text("channel")
        if self._limits is None or method not in POSTING or channel is None:
            return 0.0
        now, step = self._clock(), 1.0 / self._limits.per_second
        with self._lock:
            free_at = max(self._free_at.get(channel, now), now)
            excess = free_at - now - step * (self._limits.burst - 1)
            if excess > 0:
                return excess
            self._free_at[channel] = free_at + step
            return 0.0
