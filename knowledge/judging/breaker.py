"""Leaving a server alone that keeps failing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 5
"""Failures in a row after which nothing is asked any more."""

REST = 60.0
"""Seconds of rest; then one call may try whether the server is back."""


class Breaker:
    """Open after failures in a row, closed again by a success. Serves many threads."""

    def __init__(
        self,
        *,
        failures: int = FAILURES,
        rest: float = REST,
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        """Close it; `timer` gives seconds that only ever go up."""
        self._limit = failures
        self._rest = rest
        self._timer = timer
        self._failed = 0
        self._until = 0.0
        self._why = ""
        self._lock = threading.Lock()

    @property
    def why(self) -> str:
        """What the last failure was."""
        return self._why

    def admits(self) -> bool:
        """Tell whether a call may be made now; after a rest, one at a time."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._timer() < self._until:
                return False
            self._until = self._timer() + self._rest
            return True

    def succeeded(self) -> None:
        """Forget the failures."""
        with self._lock:
            self._failed = 0

    def failed(self, why: str) -> None:
        """Count a failure; the last one that is borne begins a rest."""
        with self._lock:
            self._why = why
            self._failed += 1
            if self._failed >= self._limit:
                self._until = self._timer() + self._rest
