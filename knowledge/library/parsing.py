"""A document's Markdown as sections and passages.

    text → blocks → outlined → clauses with their lead-ins → passages, section by section

The sections partition the document's text and the passages' spans partition each section, so
nothing an author wrote is lost. Pure; linear in the length of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from knowledge.library import headings
from knowledge.library.blocks import Block, Form, Place, read_blocks
from knowledge.library.outlines import outlined
from knowledge.library.sentences import (
    Enumeration,
    Stretch,
    enumerations,
    fits,
    pack,
    sentences,
    trim,
    words,
)
from knowledge.models import Document, Passage, Section, Shape

VERSION = "1"
"""Changes whenever the same text may be cut otherwise."""

LONGEST = 120
"""Words a passage should not exceed."""

_WORD = re.compile(r"[^\W_]")
_LONGEST_WITH_ENUMERATION = 60
_SHORTEST_STEM = 12
_DEEPEST_ENUMERATION = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document's sections and passages in order, without outcomes."""

    sections: tuple[Section, ...]
    passages: tuple[Passage, ...]


def parse(document: Document) -> Parsed:
    """Return the document's sections and passages.

    Section ids are "document#slug" (an explicit `{#anchor}` wins, duplicates get "-2", words
    before the first heading are "document#top"); passage ids number the passages of a section.
    """
    text = document.text
    blocks = outlined(text, read_blocks(text))
    found = [c for c in _Contexts(text).clauses(blocks) if _WORD.search(text, c.start, c.end)]
    clauses = _fold_fragments(text, found)
    sections = _sections(document, [b for b in blocks if b.form is Form.HEADING])
    return Parsed(sections=sections, passages=tuple(_passages(text, sections, clauses)))


# ---------------------------------------------------------------- sections


def _sections(document: Document, found: Sequence[Block]) -> tuple[Section, ...]:
    if not document.text:
        return ()
    names = _Names(document, found)
    above: list[tuple[int, str]] = []
    opened: list[tuple[int, str, tuple[str, ...]]] = []
    if not found or (found[0].line > 0 and document.text[: found[0].line].strip()):
        opened.append((0, names.of_top(), ()))
    for block in found:
        title = _title(document, block)
        above = [(level, words_) for level, words_ in above if level < block.level]
        above.append((block.level, title))
        opened.append((block.line, names.of(block, title), tuple(w for _, w in above)))
    return tuple(_cut(document, opened))


def _cut(document: Document, opened: list[tuple[int, str, tuple[str, ...]]]) -> Iterator[Section]:
    starts = [0, *(start for start, _, _ in opened[1:])]
    for start, end, (_, name, above) in zip(
        starts, [*starts[1:], len(document.text)], opened, strict=True
    ):
        yield Section(
            id=f"{document.id}#{name}",
            document_id=document.id,
            headings=above,
            start=start,
            text=document.text[start:end],
        )


def _title(document: Document, block: Block) -> str:
    """Return the heading's words; a template's placeholder stands for the document's title."""
    raw = document.text[block.start : block.end]
    return headings.heading_words(raw) or document.title


class _Names:
    """The names already given in a document, so that duplicates get "-2"."""

    def __init__(self, document: Document, found: Sequence[Block]) -> None:
        self._text = document.text
        anchors = (headings.anchor(self._raw(block)) for block in found)
        self._taken = Counter(name for name in anchors if name)
        self._anchored: Counter[str] = Counter()
        self._given: Counter[str] = Counter()

    def _raw(self, block: Block) -> str:
        return self._text[block.start : block.end]

    def of_top(self) -> str:
        """Return the name of what stands before the first heading."""
        return self._free("top")

    def of(self, block: Block, title: str) -> str:
        """Return the section's name: its explicit anchor, else its slug, numbered if taken."""
        anchor = headings.anchor(self._raw(block))
        if anchor and not self._anchored[anchor]:
            self._anchored[anchor] += 1
            return anchor
        return self._free(anchor or headings.slug(title))

    def _free(self, name: str) -> str:
        self._given[name] += 1
        number = self._given[name] + (name in self._taken and not self._anchored[name] > 1)
        candidate = name if number == 1 else f"{name}-{number}"
        if number == 1 or candidate not in self._taken:
            self._taken[candidate] += 1
            return candidate
        return self._free(name)


# ---------------------------------------------------------------- clauses and their context


@dataclass(frozen=True, slots=True, kw_only=True)
class _Clause:
    """What becomes a passage: its words, the line it begins on, and its context."""

    line: int
    start: int
    end: int
    shape: Shape
    path: tuple[Place, ...] = ()
    lead_ins: tuple[Stretch, ...] = ()
    titles: tuple[str, ...] = ()
    whole: bool = True
    leads: bool = False


@dataclass(slots=True, kw_only=True)
class _Container:
    """A list item, or the section itself, while its blocks are read."""

    place: Place | None = None
    lead_ins: tuple[Stretch, ...] = ()
    titles: tuple[str, ...] = ()
    lead: Stretch | None = None
    run_in: str | None = None


@dataclass(slots=True)
class _Contexts:
    """What has been said that the next block depends on."""

    text: str
    open: list[_Container] = field(default_factory=lambda: [_Container()])
    list_leads: dict[int, Stretch | None] = field(default_factory=dict)

    def clauses(self, blocks: Sequence[Block]) -> Iterator[_Clause]:
        """Yield the clauses of these blocks, each with its lead-ins and run-in titles."""
        for block, following in zip_longest(blocks, blocks[1:]):
            if block.form is Form.HEADING:
                self.open = [_Container()]
                continue
            container = self._enter(block)
            if block.form is Form.PARAGRAPH:
                yield from self._paragraph(block, container, following)
            else:
                yield from self._row_or_code(block, container)

    def _enter(self, block: Block) -> _Container:
        """Close the items that ended before the block, open those that it stands in."""
        kept = 0
        for place, held in zip(block.path, self.open[1:], strict=False):
            if held.place is None or held.place.item != place.item:
                break
            kept += 1
        del self.open[kept + 1 :]
        for place in block.path[kept:]:
            self.open.append(self._item(place, self.open[-1]))
        return self.open[-1]

    def _item(self, place: Place, parent: _Container) -> _Container:
        lead = self.list_leads.setdefault(place.list, parent.lead)
        return _Container(
            place=place,
            lead_ins=(*parent.lead_ins, lead) if lead else parent.lead_ins,
            titles=(*parent.titles, parent.run_in) if parent.run_in else parent.titles,
        )

    def _paragraph(
        self, block: Block, container: _Container, following: Block | None
    ) -> Iterator[_Clause]:
        text = self.text
        container.lead = _lead(text, block, following)
        titled = headings.run_in(text, block.start, block.end)
        container.run_in = titled[0] if titled else None
        clause = _Clause(
            line=block.line,
            start=block.start,
            end=block.end,
            shape=_shape(text, block, container),
            path=block.path,
            lead_ins=container.lead_ins,
            titles=container.titles,
            leads=container.lead is not None,
        )
        if _titles_item(text, block, following):
            yield replace(clause, shape=Shape.LEAD_IN)
            container.titles = (*container.titles, headings.plain(text[block.start : block.end]))
            container.lead = None
        else:
            yield from self._cut(clause, container)

    def _cut(self, clause: _Clause, container: _Container) -> Iterator[_Clause]:
        lead = container.lead
        if lead and _only_leads(self.text, clause, lead):
            clause = replace(clause, shape=Shape.LEAD_IN)
        parts = list(_decomposed(self.text, clause))
        for number, part in enumerate(parts):
            titles = part.titles
            if number and container.run_in:
                titles = (*titles, container.run_in)
            yield replace(part, titles=titles, whole=len(parts) == 1)

    def _row_or_code(self, block: Block, container: _Container) -> Iterator[_Clause]:
        lead_ins = container.lead_ins
        if container.lead:
            lead_ins = (*lead_ins, container.lead)
        if block.header:
            lead_ins = (*lead_ins, block.header)
        is_body_row = block.form is Form.ROW and block.header is not None
        clause = _Clause(
            line=block.line,
            start=block.start,
            end=block.end,
            shape=Shape.ROW if is_body_row else Shape.OTHER,
            path=block.path,
            lead_ins=lead_ins,
            titles=container.titles,
        )
        for start, end in pack(self.text, block.start, block.end, LONGEST):
            yield _part(self.text, clause, start, end)


# ---------------------------------------------------------------- what leads into a list

_COLON = re.compile(r"[:：][\s*_”\"]*$")  # noqa: RUF001
_STOP = re.compile(r"[.!?;。！？][\s*_”\"’)\]]*$")  # noqa: RUF001
_ANNOUNCES = re.compile(
    r"\b(?:following|follows|below|these\s+(?:rules|conditions|requirements|restrictions|steps))\b",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"\W*(?:for\s+example|examples?|e\.g|this\s+(?:includes?|means|applies)|these|they|such|"
    r"including|in\s+particular|specifically|among|namely|that\s+is|it\s+)",
    re.IGNORECASE,
)
_SHORT_LEAD = 25
_BARE_LEAD = 5


def _lead(text: str, block: Block, following: Block | None) -> Stretch | None:
    """Return the words of the block that lead into the list or table that follows, or None."""
    if following is None or not _follows_below(block, following):
        return None
    if headings.is_dated(headings.plain(text[block.start : block.end][:200])):
        return None
    start, end = block.start, block.end
    tail = text[max(start, end - 20) : end]
    if _COLON.search(tail) or not _STOP.search(tail):
        return _last_sentence(text, start, end)
    last = _last_sentence(text, start, end)
    return last if _ANNOUNCES.search(text, *last) else None


def _follows_below(block: Block, following: Block) -> bool:
    """Tell whether the next block is a list, table or code under this paragraph."""
    if following.form is Form.HEADING:
        return False
    depth = len(block.path)
    if following.form is not Form.PARAGRAPH:
        return following.path == block.path
    return len(following.path) > depth and following.path[:depth] == block.path


def _titles_item(text: str, block: Block, following: Block | None) -> bool:
    """Tell whether the block is a title for the rest of its list item ("Acceptable uses")."""
    return (
        block.opens
        and following is not None
        and following.path[: len(block.path)] == block.path
        and headings.is_title(text[block.start : block.end])
    )


def _last_sentence(text: str, start: int, end: int) -> Stretch:
    """Return the last sentence, and those before on which it leans ("For example, you may:")."""
    parts = sentences(text, start, end)
    if words(text, start, end) <= _SHORT_LEAD:
        return start, end
    at = len(parts) - 1
    while at > 0 and (words(text, *parts[at]) < _BARE_LEAD or _LEANS.match(text, *parts[at])):
        at -= 1
    return trim(text, parts[at][0], end)


def _only_leads(text: str, clause: _Clause, lead: Stretch) -> bool:
    """Tell whether the paragraph is nothing but the lead-in, its bold run-in title aside."""
    titled = headings.run_in(text, clause.start, clause.end)
    start = titled[1] if titled else clause.start
    return lead[0] <= start and len(sentences(text, start, lead[1])) == 1


# ---------------------------------------------------------------- cutting paragraphs

_LINKS = re.compile(
    r"!?\[[^\[\]]{0,500}\]\([^()\s]{0,1000}\)|<https?://[^<>\s]{1,1000}>|https?://\S+"
)
_INNER_LINKS = re.compile(r"\[[^\[\]]{0,500}\]\(#[^()\s]{0,500}\)")


def _shape(text: str, block: Block, container: _Container) -> Shape:
    raw = text[block.start : block.end]
    if not _says_something(_INNER_LINKS.sub("", raw)):
        return Shape.OTHER
    if not container.lead_ins and not _says_something(_LINKS.sub("", raw)):
        return Shape.OTHER
    return Shape.ITEM if block.opens else Shape.PARAGRAPH


def _says_something(raw: str) -> bool:
    """Tell whether the words beside links hold more than an enumerator."""
    rest = headings.plain(raw)
    return sum(c.isalpha() for c in headings.without_numbering(rest)) > 1


def _decomposed(text: str, clause: _Clause, depth: int = 0) -> Iterator[_Clause]:
    """Yield the clause whole where it is short, else item by item and sentence by sentence."""
    if fits(text, clause.start, clause.end, _LONGEST_WITH_ENUMERATION):
        yield clause
        return
    found: list[Enumeration] = []
    if depth < _DEEPEST_ENUMERATION:
        parts = sentences(text, clause.start, clause.end)
        found = [each for each in enumerations(text, parts) if _worth_cutting(text, each)]
    at = clause.start
    for each in found:
        yield from _enumerated(text, _part(text, clause, at, each.end), each, depth)
        at = each.end
    yield from _plain_parts(text, clause, at, clause.end)


def _worth_cutting(text: str, found: Enumeration) -> bool:
    return words(text, found.start, found.end) > _LONGEST_WITH_ENUMERATION


def _enumerated(text: str, clause: _Clause, found: Enumeration, depth: int) -> Iterator[_Clause]:
    """Yield what stands before the enumeration, its stem, and its items."""
    items, first = found.items, found.items[0]
    stem = trim(text, found.start, first[0])
    lead_ins = clause.lead_ins
    if words(text, *stem) < _SHORTEST_STEM:
        yield from _plain_parts(text, clause, clause.start, found.start)
        yield from _items(text, clause, ((found.start, first[1]),), lead_ins, depth)
    else:
        yield from _stem(text, clause, found.start, first[0])
        yield from _items(text, clause, items[:1], (*lead_ins, stem), depth)
    if stem[0] < stem[1]:
        lead_ins = (*lead_ins, stem)
    yield from _items(text, clause, items[1:], lead_ins, depth)


def _stem(text: str, clause: _Clause, start: int, end: int) -> Iterator[_Clause]:
    """Yield the stem, with the sentences before it where both are short enough for one passage."""
    titled = headings.run_in(text, clause.start, clause.end)
    if start <= (titled[1] if titled else clause.start):
        yield replace(_part(text, clause, clause.start, end), shape=Shape.LEAD_IN)
    elif words(text, clause.start, end) <= LONGEST:
        yield _part(text, clause, clause.start, end)
    else:
        yield from _plain_parts(text, clause, clause.start, start)
        yield replace(_part(text, clause, start, end), shape=Shape.LEAD_IN)


def _plain_parts(text: str, clause: _Clause, start: int, end: int) -> Iterator[_Clause]:
    for a, b in pack(text, start, end, LONGEST):
        yield _part(text, clause, a, b)


def _items(
    text: str,
    clause: _Clause,
    items: Sequence[Stretch],
    lead_ins: tuple[Stretch, ...],
    depth: int,
) -> Iterator[_Clause]:
    for start, end in items:
        part = replace(_part(text, clause, start, end), shape=Shape.ITEM, lead_ins=lead_ins)
        if fits(text, start, end, LONGEST):
            yield part
        else:
            yield from _decomposed(text, part, depth + 1)


def _part(text: str, clause: _Clause, start: int, end: int) -> _Clause:
    """Return a part of the clause; its span begins where it does, or with the clause's line."""
    line = clause.line if start == clause.start else start
    start, end = trim(text, start, end)
    return replace(clause, line=line, start=start, end=end)


# ---------------------------------------------------------------- lists of fragments

_FRAGMENT = 6
_LONGEST_FOLDED = 60
_LONGEST_WITH_LEAD = 100
_RULES_BY_ITSELF = re.compile(
    r"\b(?:must|may|shall|should|will|can|cannot|do|does|don.t|not|never|no|always|only|unless|"
    r"except|if|without|allowed|required|prohibited|forbidden|ask|avoid|means)\b|[.:]\s*$",
    re.IGNORECASE,
)


_CONDITIONAL = re.compile(
    r"\b(?:if|unless|when|where|provided(?: that)?|on condition that)(?: (?:either|both|all|any)"
    r"(?: of the following)?(?: apply| are true| are met)?)?\s*[:：][\s*_]*$",  # noqa: RUF001
    re.IGNORECASE,
)


def _fold_fragments(text: str, clauses: list[_Clause]) -> list[_Clause]:
    """Join a short list of mere fragments ("short-lived", "rotatable") with what leads into it."""
    members = Counter(place.list for clause in clauses for place in clause.path)
    folded: list[_Clause] = []
    at = 0
    while at < len(clauses):
        group = _list_from(clauses, at, members)
        at += len(group)
        _fold(text, folded, group)
    return folded


def _fold(text: str, folded: list[_Clause], group: list[_Clause]) -> None:
    """Append the list: with its lead-in as one clause, as one clause, or item by item."""
    fragments = len(group) > 1 and _are_fragments(text, group)
    if fragments or (len(group) > 1 and _are_conditions(text, group)):
        led = _led(text, folded, group)
        if led is not None:
            folded[-1] = led
            return
    if fragments:
        one = replace(group[0], end=group[-1].end, shape=Shape.PARAGRAPH, whole=False)
        folded.append(one)
    else:
        folded.extend(group)


def _list_from(clauses: list[_Clause], at: int, members: Counter[int]) -> list[_Clause]:
    """Return the whole list of leaf items that begins at the clause, or the clause alone."""
    path = clauses[at].path
    size = members[path[-1].list] if path else 1
    if size > _LONGEST_WITH_LEAD:
        return clauses[at : at + 1]
    group = clauses[at : at + size]
    same = {c.path[-1].item for c in group if c.path and _same_list(c.path, path)}
    return group if len(same) == size else group[:1]


def _same_list(one: tuple[Place, ...], other: tuple[Place, ...]) -> bool:
    return len(one) == len(other) and one[-1].list == other[-1].list


def _are_fragments(text: str, group: list[_Clause]) -> bool:
    return words(text, group[0].start, group[-1].end) <= _LONGEST_FOLDED and all(
        c.whole
        and c.shape is Shape.ITEM
        and words(text, c.start, c.end) <= _FRAGMENT
        and not _RULES_BY_ITSELF.search(headings.plain(text[c.start : c.end]))
        for c in group
    )


def _are_conditions(text: str, group: list[_Clause]) -> bool:
    """Tell whether the list spells out one condition ("… only if:"), which is read as a whole."""
    leads = group[0].lead_ins
    return bool(leads and _CONDITIONAL.search(text, *leads[-1])) and all(
        c.whole and c.shape is Shape.ITEM for c in group
    )


def _led(text: str, before: list[_Clause], group: list[_Clause]) -> _Clause | None:
    """Return the lead-in just before the list and the list as one clause, or None if too long."""
    first, last = group[0], group[-1]
    lead = before[-1] if before else None
    if lead is None or not lead.leads or lead.path != first.path[:-1]:
        return None
    if words(text, lead.start, last.end) > _LONGEST_WITH_LEAD:
        return None
    shape = Shape.PARAGRAPH if lead.shape is Shape.LEAD_IN else lead.shape
    return replace(lead, end=last.end, shape=shape, leads=False, whole=False)


# ---------------------------------------------------------------- passages


def _passages(
    text: str, sections: Sequence[Section], clauses: Sequence[_Clause]
) -> Iterator[Passage]:
    at = 0
    for section in sections:
        end = section.start + len(section.text)
        first = at
        while at < len(clauses) and clauses[at].line < end:
            at += 1
        yield from _passages_of(text, section, clauses[first:at])


def _passages_of(text: str, section: Section, clauses: Sequence[_Clause]) -> Iterator[Passage]:
    """Yield the section's passages; a section of a mere heading is one passage of its words."""
    if not clauses:
        yield _bare(section)
        return
    offset = section.start
    starts = [0, *(clause.line - offset for clause in clauses[1:])]
    ends = [*starts[1:], len(section.text)]
    for number, (clause, start, end) in enumerate(zip(clauses, starts, ends, strict=True), 1):
        yield Passage(
            id=f"{section.id}/{number}",
            section_id=section.id,
            document_id=section.document_id,
            start=start,
            end=end,
            text=text[clause.start : clause.end],
            headings=(*section.headings, *clause.titles),
            lead_ins=tuple(text[a:b] for a, b in clause.lead_ins),
            shape=clause.shape,
        )


def _bare(section: Section) -> Passage:
    return Passage(
        id=f"{section.id}/1",
        section_id=section.id,
        document_id=section.document_id,
        start=0,
        end=len(section.text),
        text=section.text.strip(),
        headings=section.headings,
        shape=Shape.OTHER,
    )
