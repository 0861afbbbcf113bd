"""What goes wrong on request, so that one can see what the app makes of it.

Faults of calls are drawn from a seeded die, one draw a call, so that a run can be repeated.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatch


class FaultKind(StrEnum):
    """What may happen to a call of the Web API."""

    RATELIMITED = "ratelimited"  # answered 429, nothing is done; Retry-After says `seconds`
    SERVER_ERROR = "server_error"  # answered 500, nothing is done
    DONE_BUT_ERROR = "done_but_error"  # done, and answered 500
    LOST_REQUEST = "lost_request"  # nothing is done, the connection breaks
    LOST_RESPONSE = "lost_response"  # done, and the connection breaks
    LATE_LANDING = "late_landing"  # the connection breaks; done `seconds` later
    SLOW = "slow"  # done, and answered after `seconds`


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault: what, to which methods (`chat.*`), how often (a share), how many times at most."""

    kind: FaultKind
    method: str = "*"
    share: float = 1.0
    seconds: float = 1.0
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """How events arrive: `copies` of each, each at a moment within `seconds`, so out of order."""

    copies: int = 1
    seconds: float = 0.0


class Faults:
    """The faults to come."""

    def __init__(self, seed: int = 0) -> None:
        """Begin without any."""
        self._die = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self.scatter = Scatter()

    def add(self, fault: Fault) -> None:
        """Let a fault happen from now on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()
            self.scatter = Scatter()

    def drawn(self, method: str) -> Fault | None:
        """Return what befalls a call, if anything."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.times != 0 and fnmatch(method, fault.method):
                    if self._die.random() >= fault.share:
                        continue
                    if fault.times is not None:
                        self._faults[index] = replace(fault, times=fault.times - 1)
                    return fault
            return None

    def delays(self) -> list[float]:
        """Return when each copy of an event sets out, in seconds from now."""
        with self._lock:
            spread = self.scatter.seconds
            return [self._die.uniform(0, spread) for _ in range(self.scatter.copies)]
