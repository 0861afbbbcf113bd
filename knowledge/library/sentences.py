"""Where sentences end, where an enumeration inside a sentence begins, and how long a text is.

Everything works on offsets into the document's text, never on copies, so that whatever is cut
out stays verbatim. Every function is linear in the length of the stretch it is given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

Stretch = tuple[int, int]
"""A half-open range of offsets into the document's text."""

_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_END = re.compile(r"[.!?…][\"”’'»)\]*_]{0,6}(?=\s)|[。！？][\"”’」』]{0,4}")  # noqa: RUF001
_OPENING = re.compile(r"\s+[\"“‘'«(\[*_<$€£•–-]{0,6}")  # noqa: RUF001
_LAST_WORD = re.compile(r"[^\s(\[\"“*_]*$")
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "eg",
        "ie",
        "inc",
        "ltd",
        "llc",
        "co",
        "corp",
        "no",
        "nos",
        "art",
        "arts",
        "sec",
        "secs",
        "vs",
        "cf",
        "approx",
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "para",
        "paras",
        "u.s",
        "u.k",
        "u.s.c",
        "c.f.r",
        "p",
        "pp",
        "viz",
        "al",
        "fig",
        "ch",
        "cl",
        "reg",
        "dept",
        "est",
        "jr",
        "sr",
        "prof",
        "gen",
    ]
)
_LOOK_BACK = 24


def words(text: str, start: int = 0, end: int | None = None) -> int:
    """Return how many words the stretch has; two ideographs or syllable blocks count as one."""
    stretch = text[start:end]
    spaceless = len(_SPACELESS.findall(stretch))
    return len(_SPACELESS.sub(" ", stretch).split()) + (spaceless + 1) // 2


_LONGEST = 6000
"""Characters of a part, however few its words: what has hardly a blank is no clause."""


def fits(text: str, start: int, end: int, limit: int) -> bool:
    """Tell whether the stretch is of at most so many words, and not endless without blanks."""
    return end - start <= _LONGEST and words(text, start, end) <= limit


def trim(text: str, start: int, end: int) -> Stretch:
    """Return the stretch without the white space at its ends."""
    stretch = text[start:end]
    return start + len(stretch) - len(stretch.lstrip()), start + len(stretch.rstrip())


def sentences(text: str, start: int, end: int) -> list[Stretch]:
    """Return the sentences of the stretch; they partition it, white space goes with the one before.

    A full stop ends no sentence after an abbreviation, an initial, or a number that opens the
    sentence ("4. Fees"), nor where a lower-case letter follows.
    """
    cuts = [start]
    for mark in _END.finditer(text, start, end):
        opening = _OPENING.match(text, mark.end(), end)
        following = opening.end() if opening else mark.end()
        if following >= end or (opening is None and text[mark.start()] in ".!?…"):
            continue
        if not _runs_on(text, cuts[-1], mark, following):
            cuts.append(mark.end() + len(_leading_space(text, mark.end(), end)))
    return [*zip(cuts, [*cuts[1:], end], strict=True)] if end > start else []


_SPACE = re.compile(r"\s*")


def _leading_space(text: str, start: int, end: int) -> str:
    found = _SPACE.match(text, start, end)
    return found.group() if found else ""


_BARE_NUMBER = re.compile(r"\W*(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxlcIVXLC]{1,6})\\?\.")


def _runs_on(text: str, opened: int, mark: re.Match[str], following: int) -> bool:
    """Tell whether the sentence that opened there runs on past the mark."""
    if text[following].islower():
        return True
    if text[mark.start()] != ".":
        return False
    before = text[max(opened, mark.start() - _LOOK_BACK) : mark.start()]
    found = _LAST_WORD.search(before)
    word = found.group() if found else ""
    if word.casefold() in _ABBREVIATIONS or (len(word) == 1 and word.isupper()):
        return True
    return bool(_BARE_NUMBER.fullmatch(text, opened, mark.start() + 1))


# ---------------------------------------------------------------- enumerations in a sentence

_MARK = re.compile(r"(?:(?<=\s)|(?<=[:;,—–]))[*_]{0,3}\((?P<label>[a-z]{1,5}|[A-Z]{1,2}|\d{1,2})\)")  # noqa: RUF001
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_FEWEST_WORDS_BETWEEN = 2


def roman(label: str) -> int | None:
    """Return the value of a Roman numeral below 400 in either case; None where it is none."""
    total, last = 0, 0
    for letter in reversed(label.lower()):
        value = _ROMAN.get(letter, 0)
        if not value:
            return None
        total += value if value >= last else -value
        last = max(last, value)
    return total if total > 0 else None


def readings(label: str) -> list[tuple[str, int]]:
    """Return what an enumerator may mean: its style and place, "i" both the first and the ninth."""
    if label.isdigit():
        return [("digit", int(label))]
    case = "upper" if label.isupper() else "lower"
    found: list[tuple[str, int]] = []
    value = roman(label)
    if value is not None:
        found.append((f"roman {case}", value))
    if len(set(label)) == 1 and label.isascii():
        place = ord(label[0].lower()) - ord("a") + 1
        found.append((f"letter {case}", place + 26 * (len(label) - 1)))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Enumeration:
    """A sentence "stem: (a) …; (b) …": where its stem, its items and itself begin and end."""

    start: int
    items: tuple[Stretch, ...]

    @property
    def end(self) -> int:
        """Return where the last item ends."""
        return self.items[-1][1]


def enumerations(text: str, parts: list[Stretch]) -> Iterator[Enumeration]:
    """Yield the enumerations in these adjoining sentences; they do not overlap.

    One needs two marks in order ("(a)" and "(b)", "(i)" and "(ii)", "(1)" and "(2)") with at
    least two words between them, which "Sections 3(a) and (b)" has not. The stem opens the
    sentence of the first mark, the last item ends with the sentence of the last.
    """
    if not parts:
        return
    starts = [start for start, _ in parts]
    reached = parts[0][0]
    for marks in sorted(_runs(text, parts[0][0], parts[-1][1])):
        start = parts[bisect_right(starts, marks[0]) - 1][0]
        end = parts[bisect_right(starts, marks[-1]) - 1][1]
        if start >= reached and _far_enough_apart(text, marks):
            reached = end
            items = zip(marks, [*marks[1:], end], strict=True)
            yield Enumeration(start=start, items=tuple(items))


def _far_enough_apart(text: str, marks: list[int]) -> bool:
    pairs = pairwise(marks)
    return all(words(text, a, b) > _FEWEST_WORDS_BETWEEN for a, b in pairs)


def _runs(text: str, start: int, end: int) -> Iterator[list[int]]:
    """Yield the runs of at least two consecutive marks, by style."""
    open_runs: dict[str, list[int]] = {}
    for mark in _MARK.finditer(text, start, end):
        for style, place in readings(mark["label"]):
            run = open_runs.get(style, [])
            if place == len(run) + 1:
                open_runs.setdefault(style, []).append(mark.start())
            elif place == 1:
                yield from (r for r in [run] if len(r) > 1)
                open_runs[style] = [mark.start()]
    yield from (run for run in open_runs.values() if len(run) > 1)


# ---------------------------------------------------------------- cutting what is too long

_SEMICOLON = re.compile(r"[;；]\s+")  # noqa: RUF001
_COMMA = re.compile(r"[,，、]\s*|\n")  # noqa: RUF001
_BLANK = re.compile(r"\s+")
_LONGEST_UNBROKEN = 2000


def pack(text: str, start: int, end: int, limit: int) -> list[Stretch]:
    """Cut the stretch into parts of about `limit` words at most, at ends of sentences.

    The parts partition the stretch and are of about equal length. A sentence may be longer
    by a quarter; a longer one is cut at semicolons, else at commas, else between words, else
    every 2,000 characters.
    """
    total = words(text, start, end)
    if fits(text, start, end, limit):
        return [(start, end)] if end > start else []
    pieces = [
        piece
        for sentence in sentences(text, start, end)
        for piece in _shorten(text, sentence, limit + limit // 4)
    ]
    share = total / max(1, -(-total // limit))
    return _join(text, pieces, share, limit)


def _shorten(text: str, sentence: Stretch, limit: int) -> list[Stretch]:
    parts = [sentence]
    for boundary in (_SEMICOLON, _COMMA, _BLANK):
        parts = [cut for part in parts for cut in _cut_if_long(text, part, limit, boundary)]
    return [cut for part in parts for cut in _cut_unbroken(text, part, limit)]


def _cut_if_long(text: str, part: Stretch, limit: int, boundary: re.Pattern[str]) -> list[Stretch]:
    if words(text, *part) <= limit:
        return [part]
    cuts = [part[0], *(m.end() for m in boundary.finditer(text, *part) if m.end() < part[1])]
    return _join(text, [*zip(cuts, [*cuts[1:], part[1]], strict=True)], limit, limit)


def _cut_unbroken(text: str, part: Stretch, limit: int) -> list[Stretch]:
    """Cut what has hardly a blank, or none as in Chinese, between characters."""
    if fits(text, *part, limit):
        return [part]
    length = part[1] - part[0]
    step = max(1, min(_LONGEST_UNBROKEN, length * limit // max(1, words(text, *part))))
    cuts = [*range(part[0], part[1], step), part[1]]
    return [*pairwise(cuts)]


def _join(text: str, pieces: list[Stretch], share: float, limit: int) -> list[Stretch]:
    """Join neighbours until each has about `share` words, never more than `limit` by joining."""
    joined: list[Stretch] = []
    held = 0
    for start, end in pieces:
        size = words(text, start, end)
        near = joined and end - joined[-1][0] <= _LONGEST
        if near and held + size <= limit and held + size / 2 <= share:
            joined[-1] = (joined[-1][0], end)
            held += size
        else:
            joined.append((start, end))
            held = size
    return joined
