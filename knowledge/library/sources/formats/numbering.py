"""Word's automatic numbers, worked out as Word does and written into the paragraphs.

A paragraph names a numbering and a level, itself or through its style; the numbering has for each
level a way of counting and a pattern ("%1.%2", "(%3)"). People cite what that gives, so it has to
stand in the text. ECMA-376 part 1, 17.9 defines the elements. Bullets stay lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element, SubElement

from knowledge.library.sources.formats.counting import OF_WORD

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NAMED: Final = {"w": _W[1:-1]}
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_LEVELS = 9
_HEADINGS = 6
_MOST_INHERITED = 30
_PLACE = re.compile(r"%([1-9])")
_RULES = re.compile(r"[.;:,]\s*$")
_MOST_TITLE_WORDS = 6


def _get(element: Element | None, path: str) -> str | None:
    """Return the value of the element's child at the path, or None."""
    found = element.find(path, _NAMED) if element is not None else None
    return found.get(f"{_W}val") if found is not None else None


def _number(written: str | None, otherwise: int) -> int:
    return int(written) if written and re.fullmatch(r"-?\d{1,6}", written) else otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The numbering and the level that a paragraph or style names; either may be unsaid."""

    numbering: str | None = None
    level: int | None = None

    @classmethod
    def of(cls, properties: Element | None) -> Reference:
        """Return what `w:pPr` says."""
        level = _get(properties, "w:numPr/w:ilvl")
        return cls(
            numbering=_get(properties, "w:numPr/w:numId"),
            level=None if level is None else min(max(_number(level, 0), 0), _LEVELS - 1),
        )


# ---------------------------------------------------------------- styles


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A paragraph style: its name, its numbering, and its level as a heading from 1, or 0."""

    name: str
    reference: Reference
    heading: int = 0


@dataclass(frozen=True, slots=True)
class Styles:
    """The document's paragraph styles by id."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default: str | None = None
    lists: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Element | None) -> Styles:
        """Return the styles, each with what it inherits."""
        found = tree.findall("w:style", _NAMED) if tree is not None else []
        elements = {x.get(f"{_W}styleId", ""): x for x in found}
        of_paragraphs = {k: x for k, x in elements.items() if x.get(f"{_W}type") == "paragraph"}
        default = [k for k, x in of_paragraphs.items() if x.get(f"{_W}default") in {"1", "true"}]
        lists = {
            name: _get(x, "w:pPr/w:numPr/w:numId") or ""
            for name, x in elements.items()
            if x.get(f"{_W}type") == "numbering"
        }
        by_id = {name: _style(name, of_paragraphs) for name in of_paragraphs}
        return cls(by_id, default[0] if default else None, lists)

    @property
    def headings(self) -> Iterator[tuple[str, int]]:
        """Yield the names of the styles that are headings, with their levels."""
        return ((x.name, x.heading) for x in self.by_id.values() if 0 < x.heading <= _HEADINGS)

    def of_paragraph(self, properties: Element | None) -> tuple[str | None, Style | None]:
        """Return the id and the style of a paragraph."""
        name = _get(properties, "w:pStyle") or self.default
        return name, self.by_id.get(name or "")


def names_alone(tree: Element) -> Element:
    """Return the styles without how they look, which nothing after this reads."""
    for child in list(tree):
        if child.tag != f"{_W}style":
            tree.remove(child)
    for style in tree:
        for child in [x for x in style if x.tag != f"{_W}name"]:
            style.remove(child)
    return tree


def _style(name: str, elements: dict[str, Element]) -> Style:
    numbering, level, outline = None, None, None
    at: str | None = name
    for _ in range(_MOST_INHERITED):
        element = elements.get(at or "")
        if element is None:
            break
        own = Reference.of(element.find("w:pPr", _NAMED))
        numbering = own.numbering if numbering is None else numbering
        level = own.level if level is None else level
        outline = _get(element, "w:pPr/w:outlineLvl") if outline is None else outline
        at = _get(element, "w:basedOn")
    called = _get(elements[name], "w:name") or name
    return Style(
        name=called,
        reference=Reference(numbering=numbering, level=level),
        heading=_heading_level(called, outline),
    )


def _heading_level(name: str, outline: str | None) -> int:
    named = re.fullmatch(r"heading (\d)", name, re.IGNORECASE)
    return int(named[1]) if named else _number(outline, -1) + 1


# ---------------------------------------------------------------- numberings


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How one level counts: "%1.%2" with the way of counting, from where, and restarted by what."""

    pattern: str
    counting: str
    start: int = 1
    restarts_after: int | None = None
    legal: bool = False
    style: str | None = None

    @classmethod
    def of(cls, element: Element) -> Level:
        """Return what `w:lvl` says."""
        restart = _get(element, "w:lvlRestart")
        legal = element.find("w:isLgl", _NAMED)
        return cls(
            pattern=_get(element, "w:lvlText") or "",
            counting=_get(element, "w:numFmt") or "decimal",
            start=_number(_get(element, "w:start"), 0),
            restarts_after=None if restart is None else _number(restart, 0),
            legal=legal is not None and legal.get(f"{_W}val") not in {"0", "false"},
            style=_get(element, "w:pStyle"),
        )


@dataclass(slots=True, kw_only=True)
class Numbering:
    """One numbering of the document; those of one `family` share their counters."""

    family: str
    levels: dict[int, Level]
    restarts: dict[int, int]


@dataclass(slots=True)
class Numberings:
    """The numberings by id, and how far each family has counted."""

    by_id: dict[str, Numbering]
    counted: dict[str, list[int | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, tree: Element | None, styles: Styles) -> Numberings:
        """Return the numberings of numbering.xml."""
        if tree is None:
            return cls({})
        families = {
            x.get(f"{_W}abstractNumId", ""): x for x in tree.findall("w:abstractNum", _NAMED)
        }
        numbers = {x.get(f"{_W}numId", ""): x for x in tree.findall("w:num", _NAMED)}
        return cls({name: _numbering(x, numbers, families, styles) for name, x in numbers.items()})

    def count(self, numbering: Numbering, at: int) -> str:
        """Count one paragraph of the level, and return its number as people read it."""
        counted = self.counted.setdefault(numbering.family, [None] * _LEVELS)
        for level in range(at + 1):
            kind = numbering.levels.get(level)
            if level in numbering.restarts and level == at:
                counted[level] = numbering.restarts.pop(level)
            elif counted[level] is None:
                counted[level] = kind.start if kind else 1
            elif level == at:
                counted[level] = (counted[level] or 0) + 1
        for level in range(at + 1, _LEVELS):
            kind = numbering.levels.get(level)
            after = kind.restarts_after if kind else None
            if after is None or (after and at < after):
                counted[level] = None
        return _written(numbering, at, [number or 0 for number in counted])


def _numbering(
    element: Element, numbers: dict[str, Element], families: dict[str, Element], styles: Styles
) -> Numbering:
    family = _get(element, "w:abstractNumId") or ""
    linked = _get(families.get(family), "w:numStyleLink")
    if linked in styles.lists:
        other = numbers.get(styles.lists[linked])
        family = _get(other, "w:abstractNumId") or family
    abstract = families.get(family)
    found = abstract.findall("w:lvl", _NAMED) if abstract is not None else []
    levels = {_number(x.get(f"{_W}ilvl"), 0): Level.of(x) for x in found}
    restarts: dict[int, int] = {}
    for override in element.findall("w:lvlOverride", _NAMED):
        at = _number(override.get(f"{_W}ilvl"), 0)
        instead = override.find("w:lvl", _NAMED)
        if instead is not None:
            levels[at] = Level.of(instead)
        start = _get(override, "w:startOverride")
        if start is not None:
            restarts[at] = _number(start, 1)
    return Numbering(family=family, levels=levels, restarts=restarts)


def _written(numbering: Numbering, at: int, counted: list[int]) -> str:
    level = numbering.levels[at]

    def of_place(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        kind = numbering.levels.get(place)
        counting = "decimal" if level.legal or kind is None else kind.counting
        return OF_WORD.get(counting, str)(counted[place])

    return _PLACE.sub(of_place, level.pattern).strip()


# ---------------------------------------------------------------- paragraphs


def write_out(body: Element, styles: Styles, numberings: Numberings) -> None:
    """Put the automatic number of each paragraph into its text, in the order of the document."""
    _drop_hidden(body)
    bullets: list[int] = []
    for paragraph in body.iter(f"{_W}p"):
        properties = paragraph.find("w:pPr", _NAMED)
        name, style = styles.of_paragraph(properties)
        words = "".join(x.text or "" for x in paragraph.iter(f"{_W}t"))
        if style is not None and style.heading and _reads_as_rule(words):
            _unstyle(properties)
        numbering, at = _named(properties, name, style, numberings)
        level = numbering.levels.get(at) if numbering is not None else None
        if numbering is None or level is None:
            bullets.clear()
        elif level.counting == "bullet":
            _bullet(paragraph, at, bullets)
        else:
            bullets.clear()
            _number_paragraph(paragraph, numberings.count(numbering, at), words)


def _named(
    properties: Element | None, name: str | None, style: Style | None, numberings: Numberings
) -> tuple[Numbering | None, int]:
    """Return the paragraph's numbering and level: its own, else those of its style."""
    own = Reference.of(properties)
    inherited = style.reference if style is not None else Reference()
    numbering = numberings.by_id.get(own.numbering or inherited.numbering or "0")
    if numbering is None:
        return None, 0
    if own.level is not None:
        return numbering, own.level
    of_style = (at for at, level in numbering.levels.items() if name and level.style == name)
    return numbering, next(of_style, inherited.level or 0)


def _reads_as_rule(words: str) -> bool:
    """Tell whether a paragraph in the style of a heading is a clause: a sentence, not a title."""
    return len(words.split()) > _MOST_TITLE_WORDS and bool(_RULES.search(words))


def _unstyle(properties: Element | None) -> None:
    style = properties.find("w:pStyle", _NAMED) if properties is not None else None
    if properties is not None and style is not None:
        properties.remove(style)


def _number_paragraph(paragraph: Element, number: str, words: str) -> None:
    """Open the paragraph with its number; an empty paragraph was counted and stays empty."""
    properties = _properties(paragraph)
    _refer(properties, "0", 0)
    if number and words.strip():
        run = Element(f"{_W}r")
        text = SubElement(run, f"{_W}t", {_SPACE: "preserve"})
        text.text = f"{number} "
        paragraph.insert(1, run)


def _bullet(paragraph: Element, at: int, bullets: list[int]) -> None:
    """Keep the paragraph a list item, no deeper than the bullets above it make it."""
    while bullets and bullets[-1] >= at:
        bullets.pop()
    bullets.append(at)
    properties = _properties(paragraph)
    written = properties.find("w:numPr/w:numId", _NAMED)
    name = written.get(f"{_W}val") if written is not None else None
    _refer(properties, name, len(bullets) - 1)


def _properties(paragraph: Element) -> Element:
    properties = paragraph.find("w:pPr", _NAMED)
    if properties is None:
        properties = Element(f"{_W}pPr")
        paragraph.insert(0, properties)
    return properties


def _refer(properties: Element, numbering: str | None, level: int) -> None:
    old = properties.find("w:numPr", _NAMED)
    if old is not None:
        properties.remove(old)
    reference = SubElement(properties, f"{_W}numPr")
    SubElement(reference, f"{_W}ilvl", {f"{_W}val": str(level)})
    if numbering is not None:
        SubElement(reference, f"{_W}numId", {f"{_W}val": numbering})


def _drop_hidden(body: Element) -> None:
    """Take out the runs that Word hides."""
    for parent in body.iter():
        for run in [x for x in parent if x.tag == f"{_W}r" and _is_hidden(x)]:
            parent.remove(run)


def _is_hidden(run: Element) -> bool:
    vanish = run.find("w:rPr/w:vanish", _NAMED)
    return vanish is not None and vanish.get(f"{_W}val") not in {"0", "false"}
