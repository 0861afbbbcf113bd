"""Words and their stems (Snowball's stemmer of English)."""

from __future__ import annotations

import re
from typing import cast

import Stemmer  # type: ignore[import-not-found]  # PyStemmer ships no types

_ENGLISH = Stemmer.Stemmer("english")
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """Return the text's words in lower case, in their order."""
    return _WORD.findall(text.lower())


def stem(word: str) -> str:
    """Return the stem of a word in lower case."""
    return cast("str", _ENGLISH.stemWord(word))


STOP_WORDS = frozenset(
    words(
        """
        a about also am an and any are as at be been being but by can could did do does doing for
        from had has have having he her here hers him his how i if in into is it its itself just
        let like me my no nor not of off on or our ours out over own s same she should so some such
        t than that the their theirs them themselves then there these they this those through to
        too up us was we were what when where which while who whom why will with would you your
        yours
        """
    )
)
"""Words of grammar and politeness, which tell passages apart badly."""
