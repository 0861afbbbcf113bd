"""Notions: what a word stands for, so that "creds" meets "API key" and "prod" meets "production".

`thesaurus.yaml` beside this module has the form: a list; each entry one notion; its names
separated by commas. A name matches stem by stem, the longest first; one that ends in `*` matches
any word that begins so. A word that belongs to no notion stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Self

import Stemmer  # type: ignore[import-not-found]  # PyStemmer ships no types
import yaml

from knowledge.judging import facts

OURS = Path(__file__).with_name("thesaurus.yaml")

_WORD = re.compile(r"[a-z0-9]+")
_LONGEST = 4
_PREFIX = 4

Notions = frozenset[str]


@dataclass(slots=True)
class Thesaurus:
    """Turns text into notions. Read once, never changed after."""

    fingerprint: str
    _phrases: dict[tuple[str, ...], Notions] = field(default_factory=dict)
    _prefixes: dict[str, Notions] = field(default_factory=dict)
    _stemmer: Stemmer.Stemmer = field(default_factory=lambda: Stemmer.Stemmer("english"))

    @classmethod
    def load(cls, path: Path = OURS) -> Self:
        """Read a thesaurus; the fingerprint is that of the file's bytes."""
        raw = path.read_bytes()
        made = cls(fingerprint=sha256(raw).hexdigest()[:12])
        for number, line in enumerate(yaml.safe_load(raw)):
            for name in line.split(","):
                made._learn(name.strip(), f"#{number}")
        return made

    def notions(self, text: str) -> tuple[Notions, ...]:
        """Return what each content word or phrase of the text stands for, in order."""
        words = [facts.lowered(word) for word in _WORD.findall(facts.lowered(text))]
        stems = self._stemmer.stemWords(words)
        return tuple(self._walk(words, stems))

    def _walk(self, words: Sequence[str], stems: Sequence[str]) -> Iterable[Notions]:
        start = 0
        while start < len(words):
            length, meaning = self._longest(words, stems, start)
            if meaning:
                yield meaning
            start += length

    def _longest(
        self, words: Sequence[str], stems: Sequence[str], start: int
    ) -> tuple[int, Notions]:
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            meaning = self._phrases.get(tuple(stems[start : start + length]))
            if meaning is not None:
                return length, meaning
        begins = self._prefixed(words[start])
        if begins is not None:
            return 1, begins
        return 1, frozenset() if facts.is_function(words[start]) else frozenset({stems[start]})

    def _prefixed(self, word: str) -> Notions | None:
        for length in range(len(word), _PREFIX - 2, -1):
            found = self._prefixes.get(word[:length])
            if found is not None:
                return found
        return None

    def _learn(self, name: str, notion: str) -> None:
        words = _WORD.findall(name)
        if name.endswith("*"):
            self._prefixes[words[0]] = self._prefixes.get(words[0], frozenset()) | {notion}
            return
        stems = tuple(self._stemmer.stemWords(words))
        self._phrases[stems] = self._phrases.get(stems, frozenset()) | {notion}
