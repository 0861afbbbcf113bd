"""What changed between two states of the rules, section by section and word by word.

A section is recognised by its id, else by its text: the same words under another heading are
one section renamed. What makes a change material is decided in docs/verdicts.md.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from knowledge.models import Document, Outcome, Section, text_hash

SIMILAR = 0.6
"""Share of three-word runs that two sections must have in common (Dice) to be one renamed."""


class ChangeKind(StrEnum):
    """What happened to a section."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to one section.

    `section_id` is its id now, or the last it had where it was removed; `old_id` the one before
    where it was renamed. `words` is the difference word by word as ("equal" | "delete" |
    "insert", text): the "equal" and "delete" texts join to the text before, the "equal" and
    "insert" texts to the one after. `reasons` say what makes it material; without one it is
    editorial.
    """

    kind: ChangeKind
    section_id: str
    old_id: str | None = None
    before: Section | None = None
    after: Section | None = None
    words: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def material(self) -> bool:
        """Tell whether the change may alter what anybody is allowed to do."""
        return bool(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentChange:
    """A document that came, went, or says something else of itself: field, before, after."""

    kind: ChangeKind
    document_id: str
    fields: tuple[tuple[str, str, str], ...] = ()

    @property
    def material(self) -> bool:
        """Tell whether it came or went, or now binds others or from another day."""
        bare = self.kind is not ChangeKind.CHANGED
        return bare or any(name in _MATERIAL_FIELDS for name, _, _ in self.fields)


Outcomes = Mapping[str, Sequence[Outcome]]
"""The outcomes of a section's passages in order, by section id."""


def differences(
    before: Mapping[str, Section],
    after: Mapping[str, Section],
    *,
    outcomes_before: Outcomes | None = None,
    outcomes_after: Outcomes | None = None,
) -> tuple[Change, ...]:
    """Return what changed between two sets of sections by id, in the order of `after`.

    Removed sections come last, in the order of `before`. With the outcomes of both sides given,
    a changed outcome makes a change material too. Cheap at 10,000 sections: only sections that
    share a rare run of words are compared.
    """
    pairs = _pairs(before, after)
    came = {new: old for old, new in pairs.items()}
    outcomes = (outcomes_before or {}, outcomes_after or {})
    found: list[Change] = []
    for name, section in after.items():
        if name not in came:
            found.append(_added(section))
        elif came[name] != name or before[came[name]].text != section.text:
            found.append(_altered(before[came[name]], section, outcomes))
    found.extend(_removed(section) for name, section in before.items() if name not in pairs)
    return tuple(found)


def _added(section: Section) -> Change:
    return Change(
        kind=ChangeKind.ADDED,
        section_id=section.id,
        after=section,
        words=(("insert", section.text),),
        reasons=("the section is new",),
    )


def _removed(section: Section) -> Change:
    return Change(
        kind=ChangeKind.REMOVED,
        section_id=section.id,
        before=section,
        words=(("delete", section.text),),
        reasons=("the section is gone",),
    )


def _altered(before: Section, after: Section, outcomes: tuple[Outcomes, Outcomes]) -> Change:
    renamed = before.id != after.id
    return Change(
        kind=ChangeKind.RENAMED if renamed else ChangeKind.CHANGED,
        section_id=after.id,
        old_id=before.id if renamed else None,
        before=before,
        after=after,
        words=word_difference(before.text, after.text),
        reasons=tuple(_reasons(before, after, outcomes)),
    )


# ---------------------------------------------------------------- which section is which

_HEADING_LINE = re.compile(r"\s*(?:#{1,6}[^\n]*|[^\n]+\n(?:=+|-+)[ \t]*)(?:\n|\Z)")
_WORD = re.compile(r"\w+")
_RUN = 3
_RARE = 12
_FEWEST_WORDS = 6


def _pairs(before: Mapping[str, Section], after: Mapping[str, Section]) -> dict[str, str]:
    """Return the new id of every section that is still there, by its old id."""
    pairs = {name: name for name, old in before.items() if _same(old, after.get(name))}
    old = {name: section for name, section in before.items() if name not in pairs}
    new = {name: section for name, section in after.items() if name not in pairs}
    _match(pairs, old, new, _by_body(old, new))
    _match(pairs, old, new, ((name, name) for name in [*old] if name in new))
    _match(pairs, old, new, _by_likeness(old, new))
    return pairs


def _same(old: Section, new: Section | None) -> bool:
    return new is not None and (old.text == new.text or _body(old) == _body(new))


def _match(
    pairs: dict[str, str],
    old: dict[str, Section],
    new: dict[str, Section],
    found: Iterable[tuple[str, str]],
) -> None:
    """Take the found pairs out of what is left on both sides."""
    for was, now in [*found]:
        if was in old and now in new:
            pairs[was] = now
            del old[was], new[now]


def _body(section: Section) -> str:
    """Return the section's words without its heading, which a renaming changes."""
    return " ".join(_HEADING_LINE.sub("", section.text, count=1).split())


def _by_body(old: Mapping[str, Section], new: Mapping[str, Section]) -> Iterator[tuple[str, str]]:
    """Yield the sections whose words below the heading are the same to the letter."""
    waiting: defaultdict[str, list[str]] = defaultdict(list)
    for name, section in reversed([*new.items()]):
        body = _body(section)
        if len(_WORD.findall(body)) >= _FEWEST_WORDS:
            waiting[text_hash(body)].append(name)
    for name, section in old.items():
        candidates = waiting.get(text_hash(_body(section)))
        if candidates:
            yield name, candidates.pop()


def _by_likeness(
    old: Mapping[str, Section], new: Mapping[str, Section]
) -> Iterator[tuple[str, str]]:
    """Yield the sections that are alike enough, the most alike first."""
    was = {name: _runs(section) for name, section in old.items()}
    now = {name: _runs(section) for name, section in new.items()}
    holders: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, runs in now.items():
        for run in runs:
            holders[run].append(name)
    found = [
        (likeness, name, candidate)
        for name, runs in was.items()
        for candidate in _candidates(runs, holders)
        if (likeness := _likeness(runs, now[candidate])) >= SIMILAR
    ]
    yield from ((name, candidate) for _, name, candidate in sorted(found, key=lambda f: -f[0]))


def _runs(section: Section) -> Counter[tuple[str, ...]]:
    """Return the runs of three words below the heading."""
    spoken = [word.casefold() for word in _WORD.findall(_body(section))]
    return Counter(zip(spoken, spoken[1:], spoken[2:], strict=False))


def _candidates(
    runs: Counter[tuple[str, ...]], holders: Mapping[tuple[str, ...], list[str]]
) -> Iterator[str]:
    """Yield the few sections that share the most rare runs of words."""
    votes: Counter[str] = Counter()
    for run in runs:
        names = holders.get(run, [])
        if len(names) <= _RARE:
            votes.update(names)
    yield from (name for name, _ in votes.most_common(_RUN))


def _likeness(one: Counter[tuple[str, ...]], other: Counter[tuple[str, ...]]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


# ---------------------------------------------------------------- word by word

_GRAINS = (
    re.compile(r"[^\n]*\n|[^\n]+"),
    re.compile(r"[^.;!?]*[.;!?]+\s*|[^.;!?]+"),
    re.compile(r"\w+\s*|[^\w\s]\s*|\s+"),
)
"""Lines, then sentences within what differs, then words within what still does."""

_MOST_COMPARED = 250_000
"""Comparisons that a difference may take in the worst case; beyond it, whole stretches differ."""


def word_difference(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Return the difference word by word, as in `Change.words`.

    Lines and sentences that are the same are found first, so that long sections stay cheap.
    """
    return tuple(_joined(_parts(before, after, 0)))


def _parts(before: str, after: str, grain: int) -> Iterator[tuple[str, str]]:
    cut = _GRAINS[grain].findall
    for same, old, new in _blocks(cut(before), cut(after)):
        if same:
            yield "equal", old
        elif grain + 1 < len(_GRAINS) and old and new:
            yield from _parts(old, new, grain + 1)
        else:
            yield "delete", old
            yield "insert", new


def _blocks(before: list[str], after: list[str]) -> Iterator[tuple[bool, str, str]]:
    """Yield the stretches of the two sequences: whether they are the same, and each's text."""
    if len(before) * len(after) > _MOST_COMPARED:
        yield False, "".join(before), "".join(after)
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        yield kind == "equal", "".join(before[a:b]), "".join(after[c:d])


def _joined(parts: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the parts without empty ones, neighbours of one kind joined."""
    held = ("", "")
    for kind, text in parts:
        if not text:
            continue
        if kind == held[0]:
            held = (kind, held[1] + text)
            continue
        if held[1]:
            yield held
        held = (kind, text)
    if held[1]:
        yield held


# ---------------------------------------------------------------- what makes it material

_TARGET = re.compile(r"\]\([^()\s]*\)|https?://\S+")
_ENUMERATOR = re.compile(
    r"^[ \t>*+#-]*[(]?(?:\d{1,3}(?:\.\d{1,3})*|[ivxlcIVXLC]{1,6}|[a-zA-Z])\\?[.)]+[ \t]",
    re.MULTILINE,
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE = rf"\d{{4}}-\d{{2}}-\d{{2}}|(?:{_MONTHS})\s+\d{{1,2}}\b|\d{{1,2}}\s+(?:{_MONTHS})\b"
_NUMBER = (
    r"\d+(?:[.,]\d+)*|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|"
    r"half|once|twice"
)
_MODAL = (
    r"must|shall|should|may|might|can|could|will|would|ought|need|needs|required?|requires|"
    r"requirement|prohibited|prohibits?|forbidden|forbids?|allowed|allows?|permitted|permits?|"
    r"authori[sz]ed|approval|approved|consent|only|unless|except|provided|solely|if|avoid"
)
_NEGATION = r"not|no|never|none|cannot|neither|nor|without|nobody|nothing|\w+n['’]t"  # noqa: RUF001
_WEIGHTY = re.compile(
    rf"\b(?:(?P<date>{_DATE})|(?P<negation>{_NEGATION})|(?P<modal>{_MODAL})|(?P<number>{_NUMBER}))\b",
    re.IGNORECASE,
)


def _reasons(before: Section, after: Section, outcomes: tuple[Outcomes, Outcomes]) -> Iterator[str]:
    """Yield what makes the change from one text to the other material."""
    was = [*outcomes[0].get(before.id, ())]
    now = [*outcomes[1].get(after.id, ())]
    if was != now:
        yield f"an outcome changed: {_gone_and_come(was, now)}"
    old, new = _weighty(before.text), _weighty(after.text)
    for name in ("date", "number", "modal", "negation"):
        if old[name] != new[name]:
            yield f"a {name} changed: {_gone_and_come(old[name], new[name])}"


def _weighty(text: str) -> dict[str, list[str]]:
    """Return the words of a text that decide what it does, by sort, in order.

    Numbers that only count clauses, and the targets of links, decide nothing.
    """
    found: dict[str, list[str]] = {"date": [], "number": [], "modal": [], "negation": []}
    for word in _WEIGHTY.finditer(_ENUMERATOR.sub("", _TARGET.sub("", text))):
        found[word.lastgroup or "number"].append(" ".join(word.group().casefold().split()))
    return found


def _gone_and_come(before: Sequence[str], after: Sequence[str]) -> str:
    gone, come = Counter(before) - Counter(after), Counter(after) - Counter(before)
    if not gone and not come:
        return "the order"
    return f"{_listed(gone)} → {_listed(come)}"


def _listed(held: Counter[str]) -> str:
    names = [str(name) for name in held.elements()][:6]
    return ", ".join(names) if names else "none"


# ---------------------------------------------------------------- documents

_FIELDS = (
    "title",
    "kind",
    "vendor",
    "entity",
    "plans",
    "audience",
    "owner",
    "effective",
    "review_every",
    "url",
)
_MATERIAL_FIELDS = frozenset(
    {"kind", "vendor", "entity", "plans", "audience", "effective", "owner"}
)


def document_differences(
    before: Mapping[str, Document], after: Mapping[str, Document]
) -> tuple[DocumentChange, ...]:
    """Return the documents that came, went, or changed what they say of themselves."""
    found: list[DocumentChange] = []
    for name, document in after.items():
        if name not in before:
            found.append(DocumentChange(kind=ChangeKind.ADDED, document_id=name))
            continue
        fields = tuple(_changed_fields(before[name], document))
        if fields:
            change = DocumentChange(kind=ChangeKind.CHANGED, document_id=name, fields=fields)
            found.append(change)
    found.extend(
        DocumentChange(kind=ChangeKind.REMOVED, document_id=name)
        for name in before
        if name not in after
    )
    return tuple(found)


def _changed_fields(before: Document, after: Document) -> Iterator[tuple[str, str, str]]:
    for name in _FIELDS:
        was, now = _shown(getattr(before, name)), _shown(getattr(after, name))
        if was != now:
            yield name, was, now


def _shown(value: object) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return "" if value is None else str(value)
