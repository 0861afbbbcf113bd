"""When a passage counts as holding a quote, as docs/verdicts.md "Figures" defines it.

White space is collapsed, Markdown marks and link targets are ignored, on both sides alike. A
passage holds a quote that it contains, or of which it contains at least half the words as one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

WORDS_READ = 600
"""How many words of passages a person is taken to read: recall@600w."""

_TARGET = r"\((?:[^()]|\([^()]*\))*\)"
_LINK = re.compile(rf"!?\[([^\[\]]*)\](?:{_TARGET}|\[[^\[\]]*\])")
_AUTOLINK = re.compile(r"<(?:https?://|mailto:)[^<>\s]*>")
_CELLS = re.compile(r"[|>]+")
_MARKS = re.compile(r"[*_`#~\\]+")
_BULLETS = frozenset({"-", "+", "•", "--", "---", ":-", ":--", ":---", "-:", ":-:", ":---:"})


@lru_cache(maxsize=65_536)
def plain_words(text: str) -> tuple[str, ...]:
    """Return the text's words without Markdown marks, bullets, table rules and link targets."""
    shown = _AUTOLINK.sub(" ", _LINK.sub(r"\1", text))
    words = _MARKS.sub("", _CELLS.sub(" ", shown)).split()
    return tuple(word for word in words if word not in _BULLETS and not _is_rule(word))


def count_words(text: str) -> int:
    """Return how many words, separated by white space, a reader of this Markdown reads."""
    return len(text.split())


def holds(passage: str, quote: str) -> bool:
    """Tell whether the passage contains the quote, or half of its words as one run.

    A quote without a single word is held by nothing.
    """
    wanted = plain_words(quote)
    found = plain_words(passage)
    if not wanted or not found:
        return False
    if " ".join(wanted) in " ".join(found):
        return True
    return _has_run(found, wanted, -(-len(wanted) // 2))


def _is_rule(word: str) -> bool:
    """Tell whether the word is a thematic break or the rule under a table's head."""
    return len(word) > 1 and not word.strip("-:=")


def _has_run(found: Sequence[str], wanted: Sequence[str], length: int) -> bool:
    """Tell whether `length` neighbouring words of `wanted` stand next to each other in `found`."""
    runs = set(_runs(wanted, length))
    return any(run in runs for run in _runs(found, length))


def _runs(words: Sequence[str], length: int) -> Iterable[tuple[str, ...]]:
    """Return every run of that many neighbouring words."""
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))
