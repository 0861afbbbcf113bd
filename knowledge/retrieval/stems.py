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
