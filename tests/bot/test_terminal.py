from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.terminal import CELL, Line, Style, flat, print_lines, shortened, table_lines, visible

ANY_TEXT = st.text(st.characters(codec=None), max_size=60)


class Screen(io.StringIO):
    """A stream that says a person reads it."""

    def isatty(self) -> bool:
        return True


def acts_on_a_terminal(character: str) -> bool:
    if character in "\n\t\u200c\u200d\u00ad":
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(ANY_TEXT)
def test_nothing_visible_acts_on_a_terminal(text: str) -> None:
    assert not any(map(acts_on_a_terminal, visible(text)))


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=60))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert visible(text) == text


@given(ANY_TEXT)
def test_a_flat_text_is_one_line(text: str) -> None:
    assert len(flat(text).splitlines()) <= 1


@given(ANY_TEXT)
def test_a_shortened_text_keeps_to_its_limit(text: str) -> None:
    assert len(shortened(text, 20)) <= 20


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b2J", "\\x9b2J"),
        ("over\rwritten", "over\\rwritten"),
        ("\x1b]8;;http://x\x07link", "\\x1b]8;;http://x\\x07link"),
        ("abc\u202edcba", "abc\\u202edcba"),
        ("a\U000e0041b", "a\\U000e0041b"),
        ("lone \ud800", "lone \\ud800"),
    ],
)
def test_an_escape_sequence_is_spelt_out(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


def test_a_pipe_gets_the_words_without_colour_or_wrapping() -> None:
    stream = io.StringIO()
    words = "word " * 100

    print_lines([Line(text=words, style=Style.NOT_ALLOWED, depth=1)], stream)

    assert stream.getvalue() == f"  {words}\n"


def test_a_terminal_gets_colour_and_markup_stays_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Screen()

    print_lines([Line(text="Not allowed: [bold]x[/bold] :smile:", style=Style.NOT_ALLOWED)], stream)

    assert "[bold]x[/bold] :smile:" in stream.getvalue()
    assert stream.getvalue().startswith("\x1b[1;31m")


def test_a_dumb_terminal_is_printed_to_like_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    stream = Screen()

    print_lines([Line(text="Allowed", style=Style.ALLOWED)], stream)

    assert stream.getvalue() == "Allowed\n"


def test_columns_stand_under_their_headings_and_long_cells_are_cut() -> None:
    head, row = table_lines(("a", "b"), [("x" * (CELL + 9), "y")])

    assert row.text.index("y") == head.text.index("b")
    assert row.text.startswith("x" * (CELL - 1) + "…")
