"""Deadlines end, and a server that keeps failing is left alone for a while."""

from __future__ import annotations

import threading
import time

import pytest

from knowledge.deadline import Call, Deadline, TooLate
from knowledge.judging.breaker import Breaker


class Clock:
    """Seconds that go by when told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def test_a_deadline_runs_down_to_nothing_and_no_further():
    clock = Clock()
    deadline = Deadline(15, timer=clock)
    clock.now += 14
    left = deadline.remaining
    clock.now += 14

    assert (left, deadline.remaining) == (1.0, 0.0)


def test_a_call_gives_what_the_work_returns_or_raises():
    def broken():
        raise ValueError("broken")

    assert Call(lambda: 7).result(5) == 7
    with pytest.raises(ValueError, match="broken"):
        Call(broken).result(5)


def test_a_call_that_hangs_is_left_behind():
    end = threading.Event()
    call = Call(end.wait)
    began = time.monotonic()

    with pytest.raises(TooLate):
        call.result(0.05)

    assert time.monotonic() - began < 1
    end.set()


def test_a_breaker_opens_after_failures_in_a_row():
    breaker = Breaker(failures=3, rest=60, timer=Clock())
    for _ in range(2):
        breaker.failed("x")
    breaker.succeeded()
    for _ in range(3):
        assert breaker.admits()
        breaker.failed("the last one")

    assert not breaker.admits()
    assert breaker.why == "the last one"


def test_after_a_rest_one_call_at_a_time_tries_again():
    clock = Clock()
    breaker = Breaker(failures=1, rest=60, timer=clock)
    breaker.failed("x")
    clock.now += 61

    assert [breaker.admits(), breaker.admits()] == [True, False]
    breaker.succeeded()
    assert breaker.admits()


def test_a_failed_trial_begins_another_rest():
    clock = Clock()
    breaker = Breaker(failures=1, rest=60, timer=clock)
    breaker.failed("x")
    clock.now += 61
    breaker.admits()
    breaker.failed("y")
    clock.now += 59

    assert not breaker.admits()
