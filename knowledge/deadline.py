"""A call that is waited for so long and no longer, whatever it does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class TooLate(Exception):  # noqa: N818 - as people say it
    """The call did not end in time; it goes on alone, and what it returns is lost."""


class Deadline:
    """An instant on the wall clock's steady hand, so many seconds from now."""

    def __init__(self, seconds: float, *, timer: Callable[[], float] = time.monotonic) -> None:
        """Set it; `timer` gives seconds that only ever go up."""
        self._timer = timer
        self._end = timer() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never below 0."""
        return max(0.0, self._end - self._timer())


class Call(Generic[T]):
    """Work begun at once in a thread of its own, which never keeps the process from ending."""

    def __init__(self, work: Callable[[], T]) -> None:
        """Begin."""
        self._work = work
        self._done = threading.Event()
        self._results: list[T] = []
        self._error: BaseException | None = None
        threading.Thread(target=self._run, daemon=True, name="mayi-call").start()

    def result(self, seconds: float) -> T:
        """Return what the work returns, or raise what it raises. Raises TooLate."""
        if not self._done.wait(seconds):
            raise TooLate
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
            self._error = error
        finally:
            self._done.set()
