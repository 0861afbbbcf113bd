"""Notions: what a word stands for, so that "creds" meets "API key" and "prod" meets "production".

`thesaurus.txt` beside this module has one notion a line, its names separated by commas; a line
that begins with `#` is a comment. A name matches stem by stem, the longest first; one that ends in
`*` matches any word that begins so. A word that belongs to no notion stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Self

import Stemmer  # type: ignore[import-not-found]  # PyStemmer ships no types

from knowledge.judging import facts

OURS = Path(__file__).with_name("thesaurus.txt")

_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 4

# The same clauses are judged question after question: an edition of 10,000 passages fits.
_REMEMBERED_TEXTS = 40_000
_REMEMBERED_WORDS = 100_000

Notions = frozenset[str]


class Thesaurus:
    """Turns text into notions. Read once, never changed after; serves many threads."""

    def __init__(self, entries: list[str], fingerprint: str) -> None:
        """Take the entries of the file; `load` reads them."""
        self.fingerprint = fingerprint
        self._phrases: dict[tuple[str, ...], Notions] = {}
        self._openings: set[str] = set()
        self._prefixes: dict[str, Notions] = {}
        self._stem = lru_cache(_REMEMBERED_WORDS)(Stemmer.Stemmer("english").stemWord)
        self._alone = lru_cache(_REMEMBERED_WORDS)(self._read_word)
        self._recalled = lru_cache(_REMEMBERED_TEXTS)(self._read)
        for number, entry in enumerate(entries):
            for name in entry.split(","):
                self._learn(name.strip(), frozenset({f"#{number}"}))

    @classmethod
    def load(cls, path: Path = OURS) -> Self:
        """Read a thesaurus; the fingerprint is that of the file's bytes."""
        raw = path.read_bytes()
        lines = raw.decode().splitlines()
        entries = [line for line in lines if line.strip() and not line.startswith("#")]
        return cls(entries, sha256(raw).hexdigest()[:12])

    def notions(self, text: str) -> tuple[Notions, ...]:
        """Return what each content word or phrase of the text stands for, in order."""
        return self._recalled(text)

    def together(self, text: str) -> Notions:
        """Return all that the text speaks of."""
        return Notions().union(*self._recalled(text))

    def _read(self, text: str) -> tuple[Notions, ...]:
        words = _WORD.findall(facts.lowered(text))
        return tuple(self._walk(words, [self._stem(word) for word in words]))

    def _walk(self, words: list[str], stems: list[str]) -> Iterator[Notions]:
        start = 0
        while start < len(words):
            length, meaning = self._phrase(stems, start)
            if not length:
                length, meaning = 1, self._alone(words[start])
            if meaning:
                yield meaning
            start += length

    def _phrase(self, stems: list[str], start: int) -> tuple[int, Notions]:
        """Return the longest name of several words that begins here; length 0 if none does."""
        if stems[start] not in self._openings:
            return 0, Notions()
        for length in range(min(_LONGEST, len(stems) - start), 1, -1):
            meaning = self._phrases.get(tuple(stems[start : start + length]))
            if meaning is not None:
                return length, meaning
        return 0, Notions()

    def _read_word(self, word: str) -> Notions:
        stem = self._stem(word)
        meaning = self._phrases.get((stem,))
        if meaning is not None:
            return meaning
        for length in range(len(word), 1, -1):
            if word[:length] in self._prefixes:
                return self._prefixes[word[:length]]
        return Notions() if facts.is_function(word) else frozenset({stem})

    def _learn(self, name: str, notion: Notions) -> None:
        words = _WORD.findall(name)
        if name.endswith("*"):
            self._prefixes[words[0]] = self._prefixes.get(words[0], Notions()) | notion
            return
        stems = tuple(self._stem(word) for word in words)
        self._phrases[stems] = self._phrases.get(stems, Notions()) | notion
        if len(stems) > 1:
            self._openings.add(stems[0])
