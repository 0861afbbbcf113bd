"""Numbers as people count clauses: 4, d, D, iv, IV. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

_ROMAN: Final = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_MOST_WRITTEN_OUT = 5000
_LETTERS = 26


def letter(number: int) -> str:
    """Return a, b, … z, aa, ab, … as web pages count."""
    if not 0 < number < _MOST_WRITTEN_OUT:
        return str(number)
    word = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        word = chr(ord("a") + rest) + word
    return word


def doubled_letter(number: int) -> str:
    """Return a, b, … z, aa, bb, … as Word counts."""
    if not 0 < number < _MOST_WRITTEN_OUT:
        return str(number)
    repeats, rest = divmod(number - 1, _LETTERS)
    return chr(ord("a") + rest) * (repeats + 1)


def roman(number: int) -> str:
    """Return i, ii, iii, iv, …"""
    if not 0 < number < _MOST_WRITTEN_OUT:
        return str(number)
    word = ""
    for value, sign in _ROMAN:
        times, number = divmod(number, value)
        word += sign * times
    return word


def _upper(count: Callable[[int], str]) -> Callable[[int], str]:
    return lambda number: count(number).upper()


OF_PAGES: Final[Mapping[str, Callable[[int], str]]] = {
    "1": str,
    "a": letter,
    "A": _upper(letter),
    "i": roman,
    "I": _upper(roman),
    "decimal": str,
    "decimal-leading-zero": lambda number: f"{number:02}",
    "lower-alpha": letter,
    "lower-latin": letter,
    "upper-alpha": _upper(letter),
    "upper-latin": _upper(letter),
    "lower-roman": roman,
    "upper-roman": _upper(roman),
}
"""How the lists of web pages count, by the value of `type` or of `list-style-type`."""

OF_WORD: Final[Mapping[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": doubled_letter,
    "upperLetter": _upper(doubled_letter),
    "lowerRoman": roman,
    "upperRoman": _upper(roman),
    "ordinal": lambda number: f"{number}{_ordinal_ending(number)}",
    "none": lambda _: "",
}
"""How the lists of Word count, by `w:numFmt`; others count in plain numbers."""


def _ordinal_ending(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
