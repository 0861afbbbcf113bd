"""Which passages belong to a clause: the carve-outs it names and the definitions it uses.

Pure, and linear in the document: what could be referred to is indexed once, then every clause is
looked through once. Only clauses that rule are tied; a unit stays small enough to be read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.library.outcomes import plain
from knowledge.models import Outcome, Passage, Shape

VERSION = "units-2"
"""Changes whenever passages are tied otherwise."""

MOST_DEFINITIONS = 3
MOST_CARVE_OUTS = 6
"""More would drown the clause; the most specific are kept."""


def tie(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Return one document's passages with carve-outs and definitions set."""
    index = _Index.of(passages)
    lifted = _lifted_by_followers(index)
    return tuple(_tied(place, index, lifted) for place in range(len(passages)))


def _tied(place: int, index: _Index, lifted: Mapping[int, list[int]]) -> Passage:
    passage = index.passages[place]
    if passage.outcome is Outcome.NONE:
        return passage
    used = _terms_used(passage, index)
    carving = [index.terms[key].place for key in used if _carves_out(key, index.texts[place])]
    carve_outs = _unique((*carving, *_named(place, index), *lifted.get(place, ())), place)
    definitions = _unique((index.terms[key].place for key in used), place)
    apart = [at for at in definitions if at not in carve_outs]
    return replace(
        passage,
        carve_outs=index.ids(carve_outs[:MOST_CARVE_OUTS]),
        definitions=index.ids(apart[:MOST_DEFINITIONS]),
    )


def _unique(places: Iterable[int], own: int) -> list[int]:
    return [*dict.fromkeys(at for at in places if at != own)]


# ---------------------------------------------------------------- what can be referred to


@dataclass(frozen=True, slots=True, kw_only=True)
class _Term:
    """A defined term: its words in lower case, where it is defined, and whether "means" says so."""

    words: tuple[str, ...]
    place: int
    outright: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    """What a clause can refer to in its document."""

    passages: Sequence[Passage]
    texts: Sequence[str]
    terms: Mapping[str, _Term]
    lengths: Mapping[str, tuple[int, ...]]
    numbers: Mapping[str, tuple[int, ...]]
    led: Mapping[tuple[str, str], tuple[int, ...]]
    lifting: Mapping[str, tuple[int, ...]]

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> _Index:
        """Return the index of one document's passages."""
        texts = [plain(passage.text) for passage in passages]
        terms = _defined_terms(texts)
        return cls(
            passages=passages,
            texts=texts,
            terms=terms,
            lengths=_lengths(terms),
            numbers=_numbered(passages, texts),
            led=_led(passages),
            lifting=_lifting(passages),
        )

    def ids(self, places: Iterable[int]) -> tuple[str, ...]:
        """Return the ids of the passages at these places."""
        return tuple(self.passages[at].id for at in places)


_QUOTED_TERM = r"[\"“]([A-Z][^\"“”]{1,58})[\"”]"
_OUTRIGHT = re.compile(
    rf"^\W{{0,4}}(?:[\w.]{{1,5}}[.)] )?(?:The terms? |A |An )?{_QUOTED_TERM}[^.;:]{{0,60}}?"
    r"(?::|\b(?:means?|shall mean|refers? to|ha(?:s|ve) the meaning|is |are |includes?)\b)"
)
"""A passage that defines: “Output” means …"""
_GLOSSED = re.compile(
    r"^\W{0,4}([A-Z][\w-]*(?: [\w-]+){0,3})(?: means | refers to | – | — )"  # noqa: RUF001
)
"""A glossary's entry: Competing model — …"""
_INLINE = re.compile(
    rf"(?:\(|\b(?:call\w* (?:these|this|them|it)|collectively|the|as|our) ){_QUOTED_TERM}"
)
"""A definition in passing: (the “Service”)."""
_COMMONPLACE = frozenset(
    {"service", "services", "terms", "agreement", "company", "customer", "you", "we", "us", "party"}
    | {"parties", "website", "site", "platform", "policy", "your", "user", "users", "dpa", "client"}
    | {
        "terms of service",
        "terms of use",
        "business terms",
        "effective date",
        "order form",
        "order",
    }
    | {"term", "fees", "fee", "additional terms", "privacy policy", "taxes", "law", "laws"}
    | {"notice", "notices"}
    | {"this agreement", "these terms", "affiliate", "affiliates", "the company", "agreements"}
)
"""Terms whose definitions tell nothing that a reader of the clause does not know."""
_MOST_TERMS = 2000


def _defined_terms(texts: Sequence[str]) -> dict[str, _Term]:
    """Return the defined terms; an outright definition outweighs one in passing, the first wins."""
    found: dict[str, _Term] = {}
    for place, text in enumerate(texts):
        for words, outright in _definitions_in(text):
            key = words.lower().strip(" .,;:")
            known = found.get(key)
            if key in _COMMONPLACE or (known and (known.outright or not outright)):
                continue
            found[key] = _Term(words=tuple(key.split()), place=place, outright=outright)
            if len(found) >= _MOST_TERMS:
                return found
    return found


def _definitions_in(text: str) -> Iterator[tuple[str, bool]]:
    for pattern in (_OUTRIGHT, _GLOSSED):
        match = pattern.match(text)
        if match:
            yield match[1], True
    for match in _INLINE.finditer(text):
        if not _NAMES_A_PARTY.match(text, match.end()):
            yield match[1], False


_NAMES_A_PARTY = re.compile(r"[,\s]{0,3}(?:or |and )?[\"“](?:we|us|our|you)\b", re.IGNORECASE)


def _lengths(terms: Mapping[str, _Term]) -> dict[str, tuple[int, ...]]:
    """Return how many words the terms have that begin with each word, the longest first."""
    found: dict[str, set[int]] = defaultdict(set)
    for term in terms.values():
        found[term.words[0].removesuffix("s")].add(len(term.words))
    return {first: tuple(sorted(lengths, reverse=True)) for first, lengths in found.items()}


_HEADING_NUMBER = re.compile(r"^\W{0,4}((?:\d{1,3}|[A-Z])(?:\.\d{1,3}){0,3})\b[.):]?\s")
_CLAUSE_NUMBER = re.compile(r"^\W{0,4}(\d{1,3}(?:\.\d{1,3}){1,3})\b")
_LETTER = re.compile(r"^\W{0,4}\(?([a-z]|[ivx]{1,4})[.)]\W")


def _numbered(passages: Sequence[Passage], texts: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return where each number stands: "4.2", "4", "D", and "4(b)" for its lettered clauses."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, (passage, text) in enumerate(zip(passages, texts, strict=True)):
        letter = _LETTER.match(text)
        clause = _CLAUSE_NUMBER.match(text)
        if clause:
            found[clause[1]].append(place)
        for heading in passage.headings:
            number = _HEADING_NUMBER.match(plain(heading))
            if number:
                found[number[1]].append(place)
                if letter:
                    found[f"{number[1]}({letter[1]})"].append(place)
    return {number: tuple(places) for number, places in found.items()}


def _led(passages: Sequence[Passage]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Return the items below each lead-in, by section and the lead-in's words."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, passage in enumerate(passages):
        if passage.lead_ins:
            found[passage.section_id, passage.lead_ins[-1]].append(place)
    return {key: tuple(places) for key, places in found.items()}


# ---------------------------------------------------------------- what a clause names

_WORD = re.compile(r"[\w&-]+")


def _terms_used(passage: Passage, index: _Index) -> list[str]:
    """Return the defined terms of the clause and its lead-ins, the most telling first.

    A single word counts where it is capitalised, as in terms; several words count in any case,
    as guidelines write them. Longer terms and outright definitions tell more.
    """
    words = " ".join((*passage.lead_ins, plain(passage.text)))
    used = _terms_in(words, index)
    return sorted(used, key=lambda key: (not index.terms[key].outright, -len(key.split())))


def _terms_in(text: str, index: _Index) -> list[str]:
    tokens = _WORD.findall(text)
    lower = [token.lower() for token in tokens]
    found: dict[str, None] = {}
    for at, token in enumerate(tokens):
        for length in index.lengths.get(lower[at].removesuffix("s"), ()):
            key = _known(" ".join(lower[at : at + length]), index.terms)
            if key is not None and (length > 1 or token[0].isupper()):
                found[key] = None
                break
    return [*found]


def _known(words: str, terms: Mapping[str, _Term]) -> str | None:
    """Return the defined term that these words are, in the singular or the plural."""
    forms = (words, words.removesuffix("s"), f"{words}s")
    return next((form for form in forms if form in terms), None)


_CARVING = re.compile(
    r"\b(?:permitted|allowed|excepted|excluded|exempt\w*|approved|authori[sz]ed|exceptions?|"
    r"exclusions?)\b"
)


def _carves_out(key: str, text: str) -> bool:
    """Tell whether the clause excepts the term, as in "except under the Permitted Exception"."""
    if not _CARVING.search(key):
        return False
    return any(key in phrase[0].lower() for phrase in _EXCEPTING.finditer(text))


_LIFTS = frozenset({Outcome.PERMITS, Outcome.CONDITIONS})


def _lifting(passages: Sequence[Passage]) -> dict[str, tuple[int, ...]]:
    """Return the places that permit, on a condition or not, by the id of their section."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, passage in enumerate(passages):
        if passage.outcome in _LIFTS:
            found[passage.section_id].append(place)
    return {section: tuple(places) for section, places in found.items()}


_LINKED = re.compile(r"\]\(#([\w:.-]{1,120})\)")
"""A link to a section of the same document, as in "except as permitted in [Carve-outs](#x)"."""


def _linked(place: int, index: _Index) -> Iterator[int]:
    """Yield what permits in the sections that a clause's exceptions link to."""
    passage = index.passages[place]
    for phrase in _EXCEPTING.finditer(passage.text):
        for match in _LINKED.finditer(phrase[0]):
            yield from index.lifting.get(f"{passage.document_id}#{match[1]}", ())


_EXCEPTING = re.compile(
    r"\b(?:except|unless|other than|save|subject to|excluding)\b"
    r"(?:[^.;]|\.(?=\d)){0,160}",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\b(?:sections?|clauses?|articles?|paragraphs?)\s{1,2}((?:\d{1,3}|[A-Z])(?:\.\d{1,3}){0,3})"
    r"(?:\(([a-z]{1,3})\))?|§\s?((?:\d{1,3})(?:\.\d{1,3}){0,3})",
    re.IGNORECASE,
)
_BARE_LETTER = re.compile(r"(?:in|under|of|paragraph|to) \(([a-z]{1,3})\)")


def _named(place: int, index: _Index) -> Iterator[int]:
    """Yield what a clause's exceptions name: by number, letter or link, or as a list below."""
    text = index.texts[place]
    for phrase in _EXCEPTING.finditer(text):
        yield from _referred(phrase[0], place, index)
    yield from _linked(place, index)
    yield from _listed_below(place, index)


def _referred(phrase: str, place: int, index: _Index) -> Iterator[int]:
    for match in _REFERENCE.finditer(phrase):
        number = (match[1] or match[3]).upper()
        wanted = f"{number}({match[2].lower()})" if match[2] else number
        titled = _TITLED.match(phrase, match.end())
        found = index.numbers.get(wanted, ())
        if place not in found:
            yield from _ruling(_entitled(found, titled[1] if titled else "", index), index)
    siblings = _siblings(place, index)
    for match in _BARE_LETTER.finditer(phrase):
        yield from (at for at in siblings if _lettered(index.texts[at], match[1]))


_TITLED = re.compile(r"\s?\(([A-Z][^()]{2,60})\)")


def _entitled(places: Sequence[int], title: str, index: _Index) -> list[int]:
    """Return the places under a heading, or opening with the words, that a reference adds."""
    wanted = title.lower()
    return [
        at
        for at in places
        if any(wanted in plain(heading).lower() for heading in index.passages[at].headings)
        or wanted in index.texts[at][:80].lower()
    ]


def _ruling(places: Sequence[int], index: _Index) -> list[int]:
    """Return the places that rule, or the first of them where none does; at most three."""
    ruling = [at for at in places if index.passages[at].outcome is not Outcome.NONE]
    return (ruling or [*places[:1]])[:3]


def _lettered(text: str, letter: str) -> bool:
    found = _LETTER.match(text)
    return bool(found and found[1] == letter)


def _siblings(place: int, index: _Index) -> tuple[int, ...]:
    passage = index.passages[place]
    if not passage.lead_ins:
        return ()
    return index.led.get((passage.section_id, passage.lead_ins[-1]), ())


_EXCEPTS_BELOW = re.compile(
    r"\b(?:except|exceptions?|unless|other than)\b(?: [\w'-]+){0,12}\W{0,4}:\W{0,4}$", re.IGNORECASE
)


def _listed_below(place: int, index: _Index) -> Iterator[int]:
    """Yield the items of the list into which the clause's own exception leads."""
    if not _EXCEPTS_BELOW.search(index.texts[place][-260:]):
        return
    passage = index.passages[place]
    for at in range(place + 1, min(place + 2, len(index.passages))):
        below = index.passages[at]
        if below.section_id == passage.section_id and below.lead_ins:
            yield from index.led[below.section_id, below.lead_ins[-1]]


# ---------------------------------------------------------------- what lifts the clause before it

_LIFTS_BEFORE = re.compile(
    r"^\W{0,4}(?:notwithstanding the (?:foregoing|above|previous)|"
    r"(?:the )?(?:foregoing|above|previous) [\w ]{0,40}(?:do(?:es)? not|shall not|will not) apply|"
    r"th(?:is|ese|ose) (?:\w+ ){0,2}(?:do(?:es)? not|shall not) apply|"
    r"exceptions?\b[^.]{0,60}:|an exception|as an exception)",
    re.IGNORECASE,
)
_NOTWITHSTANDING = re.compile(r"\bnotwithstanding\b(?:[^.;,]|\.(?=\d)){0,120}", re.IGNORECASE)


def _lifted_by_followers(index: _Index) -> dict[int, list[int]]:
    """Return which places each passage lifts or limits from elsewhere, by the place limited."""
    lifted: dict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(index.texts):
        if place and _LIFTS_BEFORE.match(text):
            for at in _list_before(place, index):
                lifted[at].append(place)
        match = _NOTWITHSTANDING.search(text)
        if match and index.passages[place].outcome is not Outcome.NONE:
            for at in _referred(match[0], place, index):
                lifted[at].append(place)
    return lifted


def _list_before(place: int, index: _Index) -> tuple[int, ...]:
    """Return the passage before this one, with the whole list it ends."""
    before = index.passages[place - 1]
    if before.section_id != index.passages[place].section_id:
        return ()
    if before.shape is Shape.ITEM and before.lead_ins:
        return index.led[before.section_id, before.lead_ins[-1]]
    return (place - 1,)
