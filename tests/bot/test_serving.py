"""The parts of a replica start in order, and stop the other way round within one grace."""

from __future__ import annotations

import threading

import pytest

from bot.serving import serve


class Part:
    """Keeps in a diary when it starts and stops, and fails where it is told to."""

    def __init__(self, name: str, diary: list[str], *, fails: str = "") -> None:
        self.name = name
        self.diary = diary
        self.fails = fails
        self.grace = -1.0

    def start(self) -> None:
        self.diary.append(f"{self.name} starts")
        if self.fails == "start":
            raise OSError(self.name)

    def stop(self, seconds: float) -> None:
        self.grace = seconds
        self.diary.append(f"{self.name} stops")
        if self.fails == "stop":
            raise OSError(self.name)


@pytest.fixture
def told() -> threading.Event:
    """Whether to stop: told before it starts, so that nothing waits."""
    stop = threading.Event()
    stop.set()
    return stop


def test_what_starts_last_stops_first(told: threading.Event):
    diary: list[str] = []
    parts = Part("workers", diary), Part("socket", diary)

    serve(parts, told, ready=lambda: diary.append("ready"), grace=7.0)

    assert diary == ["workers starts", "socket starts", "ready", "socket stops", "workers stops"]
    assert 0 < parts[0].grace <= parts[1].grace <= 7.0


def test_what_cannot_start_stops_what_did(told: threading.Event):
    diary: list[str] = []

    with pytest.raises(OSError, match="socket"):
        serve((Part("workers", diary), Part("socket", diary, fails="start")), told)

    assert diary == ["workers starts", "socket starts", "workers stops"]


def test_what_cannot_stop_keeps_nothing_else_from_stopping(told: threading.Event):
    diary: list[str] = []

    with pytest.raises(OSError, match="socket"):
        serve((Part("workers", diary), Part("socket", diary, fails="stop")), told)

    assert diary[-2:] == ["socket stops", "workers stops"]
