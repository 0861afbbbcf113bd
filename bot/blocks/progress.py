"""What people see while a question is being answered: steps done, never a word of the answer."""

from __future__ import annotations

from enum import StrEnum

from bot.blocks.drawn import Block


class Step(StrEnum):
    """What is being done, in this order."""

    SEARCHING = "searching"
    READING = "reading"
    CHECKING = "checking"


_STEPS = tuple(Step)


def said(step: Step, clauses: int | None = None) -> str:
    """Return what the step does, with how many clauses are searched where that is known."""
    match step:
        case Step.SEARCHING:
            return f"Searching {clauses:,} clauses" if clauses else "Searching the rules"
        case Step.READING:
            return "Reading those that may apply"
        case Step.CHECKING:
            return "Checking quotes"


def chunks(step: Step | None, clauses: int | None = None) -> list[Block]:
    """Return the chunks that show the step in a stream, those before it as done; None: all are.

    For `chat.startStream` and `chat.appendStream`
    (https://docs.slack.dev/reference/methods/chat.appendStream).
    """
    reached = len(_STEPS) if step is None else _STEPS.index(step)
    return [
        _task(each, "complete" if n < reached else "in_progress", clauses)
        for n, each in enumerate(_STEPS[: reached + 1])
    ]


def stopped(step: Step, clauses: int | None = None) -> list[Block]:
    """Return the chunks after somebody pressed Stop, or the answer failed, in that step."""
    return [*chunks(step, clauses)[:-1], _task(step, "error", clauses)]


def _task(step: Step, status: str, clauses: int | None) -> Block:
    return {
        "type": "task_update",
        "id": step.value,
        "title": said(step, clauses),
        "status": status,
    }
