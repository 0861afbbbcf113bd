"""Who is meant, and what is meant: makers and channels behind a name, rules' words for jargon.

`glossary.yaml` beside this module is ours; compliance may add a file of the same form, whose
entries join ours. The form:

    vendors:   {Maker: [names of the maker and of its products]}
    shared:    {name: [every maker it may mean, or that is involved together]}
    channels:  {channel: [names of ways to reach a model]}
    jargon:    [{says: [what people write], means: what rules write}]

A name is matched word by word, whatever stands between the words ("gpt-4o" = "GPT 4o"). One that
ends in `*` matches any ending of its last word. One that begins with a capital letter ("Together")
is an everyday word too: it counts only where it is written so, inside a sentence. Where names
overlap, the longest wins. A name may stand under several channels: it means all of them. Every
channel is also named by its own word with "plan" behind it ("team plan").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from knowledge.errors import Problem, SourceRefused
from knowledge.retrieval.stems import stem, words

OURS = Path(__file__).with_name("glossary.yaml")

# What companies put behind their name; two names that differ only so are one vendor's.
_FORMS = frozenset(
    words("ai inc incorporated llc ltd limited corp corporation co company gmbh sa sas plc pbc com")
)
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 5
MOST_BYTES = 1_000_000
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n])\W*$")


class _Jargon(BaseModel):
    """One line of the jargon: what people write and what rules write."""

    model_config = ConfigDict(extra="forbid", strict=True)
    says: list[str]
    means: str


class _File(BaseModel):
    """A glossary file."""

    model_config = ConfigDict(extra="forbid", strict=True)
    vendors: dict[str, list[str]] = {}
    shared: dict[str, list[str]] = {}
    channels: dict[str, list[str]] = {}
    jargon: list[_Jargon] = []


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a name stands for; `proper` if only its capital tells it from an everyday word."""

    vendors: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    means: str = ""
    proper: bool = False

    def __or__(self, other: _Meaning) -> _Meaning:
        """Join two meanings of one name."""
        means = "; ".join(dict.fromkeys(part for part in (self.means, other.means) if part))
        return _Meaning(
            self.vendors | other.vendors,
            self.channels | other.channels,
            means,
            self.proper and other.proper,
        )


class _Phrases:
    """Phrases and what each means, found in a text from left to right, the longest first."""

    def __init__(self) -> None:
        self._whole: dict[tuple[str, ...], _Meaning] = {}
        self._open: dict[tuple[str, ...], dict[str, _Meaning]] = {}

    def add(self, words: tuple[str, ...], meaning: _Meaning, *, open_end: bool = False) -> None:
        """Learn a phrase; with an open end its last word is only a beginning."""
        if not words:
            return
        if open_end:
            ends = self._open.setdefault(words[:-1], {})
            ends[words[-1]] = ends[words[-1]] | meaning if words[-1] in ends else meaning
            return
        known = self._whole.get(words)
        self._whole[words] = meaning if known is None else known | meaning

    def find(self, words: list[str]) -> list[tuple[int, int, _Meaning]]:
        """Return where each phrase found begins and ends, and what it means."""
        found = []
        start = 0
        while start < len(words):
            for end in range(min(len(words), start + _LONGEST), start, -1):
                meaning = self._meaning(tuple(words[start:end]))
                if meaning is not None:
                    found.append((start, end, meaning))
                    start = end - 1
                    break
            start += 1
        return found

    def _meaning(self, words: tuple[str, ...]) -> _Meaning | None:
        if words in self._whole:
            return self._whole[words]
        ends = self._open.get(words[:-1], {})
        return next((ends[end] for end in ends if words[-1].startswith(end)), None)


class Glossary:
    """The names and the jargon that steer a search."""

    def __init__(self, files: Iterable[_File], fingerprint: str) -> None:
        """Join the files; `load` reads them."""
        self.fingerprint = fingerprint
        self._titles: dict[str, str] = {}
        self._ways: list[str] = []
        self._names = _Phrases()
        self._channels = _Phrases()
        self._jargon = _Phrases()
        for file in files:
            self._add_vendors(file.vendors)
            self._add_shared(file.shared)
            self._add_channels(file.channels)
            for entry in file.jargon:
                self._add_jargon(entry)

    @property
    def channels(self) -> tuple[str, ...]:
        """Every way of reaching a model that we have a word for, in lower case and in order."""
        return tuple(dict.fromkeys(self._ways))

    @classmethod
    def load(cls, extra: Path | None = None) -> Self:
        """Return our glossary, joined by compliance's own file where there is one.

        Raises SourceRefused naming the file and what is wrong in it.
        """
        raw = [OURS.read_bytes()]
        files = [_read(OURS, raw[0])]
        if extra is not None:
            raw.append(_bytes(extra))
            _refuse_aliases(extra, raw[1])
            files.append(_read(extra, raw[1]))
        return cls(files, sha256(b"\0".join(raw)).hexdigest()[:16])

    def vendor(self, name: str) -> str:
        """Return a vendor's name in the one form used for comparing: "Together AI" → "together"."""
        known = [meaning.vendors for _, _, meaning in self._names.find(words(name))]
        makers = frozenset[str]().union(*known)
        return next(iter(makers)) if len(makers) == 1 else _plain(name)

    def title(self, vendor: str) -> str:
        """Return how people write a vendor given in the form of `vendor`: "openai" → "OpenAI"."""
        return self._titles.get(vendor, vendor)

    def vendors_in(self, text: str) -> frozenset[str]:
        """Return every vendor that the text names or means, in the form of `vendor`."""
        named = _found(self._names, text)
        return frozenset[str]().union(*(meaning.vendors for meaning in named))

    def channels_in(self, text: str) -> frozenset[str]:
        """Return the ways of reaching a model that the text names: "api", "azure", "app", …."""
        named = _found(self._channels, text)
        return frozenset[str]().union(*(meaning.channels for meaning in named))

    def expand(self, text: str) -> tuple[str, ...]:
        """Return what the jargon in the text means in the words of rules, in its order."""
        stemmed = [stem(word) for word in words(text)]
        return tuple(dict.fromkeys(meaning.means for _, _, meaning in self._jargon.find(stemmed)))

    def _add_vendors(self, vendors: Mapping[str, list[str]]) -> None:
        for maker, names in vendors.items():
            self._titles.setdefault(_plain(maker), maker)
            for name in names:
                _learn(self._names, name, vendors=frozenset((_plain(maker),)))

    def _add_shared(self, shared: Mapping[str, list[str]]) -> None:
        for name, makers in shared.items():
            _learn(self._names, name, vendors=frozenset(_plain(maker) for maker in makers))

    def _add_channels(self, channels: Mapping[str, list[str]]) -> None:
        for written, names in channels.items():
            channel = written.lower()
            self._ways.append(channel)
            for name in (f"{channel} plan", *names):
                _learn(self._channels, name, channels=frozenset((channel,)))

    def _add_jargon(self, entry: _Jargon) -> None:
        for phrase in entry.says:
            self._jargon.add(
                tuple(stem(word) for word in words(phrase)), _Meaning(means=entry.means)
            )


def _learn(
    phrases: _Phrases,
    name: str,
    vendors: frozenset[str] = frozenset(),
    channels: frozenset[str] = frozenset(),
) -> None:
    meaning = _Meaning(vendors, channels, proper=name[:1].isupper())
    phrases.add(tuple(words(name)), meaning, open_end=name.endswith("*"))


def _found(phrases: _Phrases, text: str) -> list[_Meaning]:
    """Return what the names in the text stand for."""
    places = list(_WORD.finditer(text))
    told = [place.group().lower() for place in places]
    return [
        meaning
        for start, _, meaning in phrases.find(told)
        if not meaning.proper or _capital(text, places[start].start())
    ]


def _plain(name: str) -> str:
    """Return a name without its legal form, in lower case, as one word."""
    parts = words(name)
    return "".join(part for part in parts if part not in _FORMS) or "".join(parts)


def _capital(text: str, at: int) -> bool:
    """Tell whether a capital stands here that does not merely begin a sentence."""
    return text[at].isupper() and not _SENTENCE_END.search(text[:at])


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refusal(path, f"the glossary is larger than {MOST_BYTES // 1_000_000} MB")
        return path.read_bytes()
    except OSError as error:
        raise _refusal(path, f"the glossary cannot be read ({error.strerror})") from error


def _read(path: Path, raw: bytes) -> _File:
    """Check a glossary file; raises SourceRefused."""
    try:
        tree: Any = yaml.load(raw, Loader=_Plain)  # noqa: S506 - a kind of safe loader
        return _File.model_validate(tree or {})
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path}:{mark.line + 1}" if mark is not None else str(path)
        said = str(getattr(error, "problem", None) or error).splitlines()[0]
        raise _refusal(place, f"not YAML ({said})") from error
    except ValidationError as error:
        raise _refusal(path, f"not a glossary ({_first(error)})") from error


# The loader in C is several times faster, and every cold start waits for it.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(_Safe):  # type: ignore[misc]
    """A safe loader that takes neither aliases, which may grow without bound, nor a key twice."""

    def construct_mapping(self, node: yaml.MappingNode, *, deep: bool = False) -> Any:  # noqa: ANN401
        seen: set[str] = set()
        for name, _ in node.value:
            if name.value in seen:
                what = f"{name.value} stands there twice"
                raise yaml.MarkedYAMLError(problem=what, problem_mark=name.start_mark)
            seen.add(str(name.value))
        return super().construct_mapping(node, deep=deep)


def _refuse_aliases(path: Path, raw: bytes) -> None:
    try:
        for event in yaml.parse(raw, Loader=_Safe):
            if isinstance(event, yaml.AliasEvent):
                line = event.start_mark.line if event.start_mark else 0
                place = f"{path}:{line + 1}"
                raise _refusal(place, "not a glossary (aliases are not taken)")
    except yaml.YAMLError:
        return  # what is wrong with it is said by _read


def _first(error: ValidationError) -> str:
    problem = error.errors()[0]
    return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"


def _refusal(place: Path | str, what: str) -> SourceRefused:
    mend = "Give the keys vendors, shared, channels and jargon as the README shows them"
    return SourceRefused(Problem(place=str(place), what=what, mend=mend))
