"""A conversation: one question after another, each follow-up read with those before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from knowledge.errors import QuestionRefused

ENDS = frozenset({"exit", "quit", "bye"})
STARTS_AFRESH = frozenset({"new"})
GREETING = "Ask on; a follow-up keeps the thread. `new` starts another one, `exit` ends."

Ask = Callable[[str, tuple[str, ...]], None]
"""Answers a question, given the questions of the thread before it."""


def converse(
    questions: Iterator[str],
    ask: Ask,
    complain: Callable[[QuestionRefused], None],
    thread: tuple[str, ...] = (),
) -> None:
    """Answer every question until the questions end or one of `ENDS` is said.

    A question that cannot be taken is complained about, and the conversation goes on.
    """
    for line in questions:
        words = line.strip()
        if words.casefold() in ENDS:
            return
        if words.casefold() in STARTS_AFRESH:
            thread = ()
        elif words:
            thread = _continued(thread, words, ask, complain)


def _continued(
    thread: tuple[str, ...], words: str, ask: Ask, complain: Callable[[QuestionRefused], None]
) -> tuple[str, ...]:
    """Return the thread with the question, if it could be taken."""
    try:
        ask(words, thread)
    except QuestionRefused as refusal:
        complain(refusal)
        return thread
    return (*thread, words)


def typed(prompt: str) -> Iterator[str]:
    """Give the lines that are typed or piped in, with line editing where a person types."""
    if prompt:
        _enable_line_editing()
    while True:
        try:
            yield input(prompt)
        except EOFError:
            return


def _enable_line_editing() -> None:
    """Arrow keys and history, where this Python has them."""
    try:
        import readline  # noqa: F401 - importing it is what changes input()
    except ImportError:
        return
