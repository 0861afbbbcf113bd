"""What people write about a document: its front matter, and the YAML files of the folder.

The YAML taken is a strict part of YAML 1.1: no anchors, aliases or tags, no key twice, no deep
nesting, no control characters. Scalars stay the words that were written, so that `id: no` is
"no" and `title: 007` is "007"; Pydantic gives the known fields their types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
)

from knowledge.errors import Problem
from knowledge.models import Kind

LARGEST_FRONT_MATTER = 64 * 1024
"""Characters of front matter that are read."""

DEEPEST = 20
"""Levels of nesting that a YAML file of ours may have; real ones have four."""

YamlPath = tuple[str | int, ...]
"""Where a value stands: keys and positions from the top."""


# ---------------------------------------------------------------- strict YAML


class Unreadable(Exception):  # noqa: N818 - what the file is
    """The YAML cannot be taken: what is wrong, the mend, and the line counted from 1."""

    def __init__(self, what: str, mend: str, line: int) -> None:
        """Keep the three."""
        super().__init__(what)
        self.what, self.mend, self.line = what, mend, line


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """YAML as plain values, and the line on which each value stands."""

    value: Any
    lines: Mapping[YamlPath, int]

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of the value at the path, or of what encloses it."""
        known = tuple(path)
        while known and known not in self.lines:
            known = known[:-1]
        return self.lines.get(known, 1)


class _StrictLoader(yaml.SafeLoader):
    """Composes nodes, but neither aliases nor anything nested deeply."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node; raises Unreadable for anchors, aliases and deep nesting."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(
                "YAML anchors and aliases (& and *) are not taken",
                "Write the value out, or put it in quotation marks",
                line,
            )
        self.depth += 1
        if self.depth > DEEPEST:
            raise Unreadable(f"it is nested more than {DEEPEST} deep", "Flatten it", line)
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def read_yaml(text: str) -> Marked:
    """Return the YAML as dictionaries, lists and the words written; raises Unreadable.

    An empty value, `null` and `~` are None. Time grows linearly with the length of the text.
    """
    try:
        loader = _StrictLoader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise Unreadable(
            "it holds a control character", "Delete the invisible character", line
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(
            f"it is not valid YAML ({error.problem or error.context})",
            "Put values that hold a colon, hash or bracket in quotation marks",
            mark.line + 1 if mark else 1,
        ) from error
    except (ValueError, OverflowError) as error:
        # "\U00110000" and its like: PyYAML turns the escape into a character unchecked.
        raise Unreadable("it holds an impossible character", "Delete the escape", 1) from error
    lines: dict[YamlPath, int] = {}
    return Marked(value=_plain(node, (), lines) if node else None, lines=lines)


def _plain(node: yaml.Node, path: YamlPath, lines: dict[YamlPath, int]) -> object:
    lines[path] = node.start_mark.line + 1
    match node:
        case yaml.MappingNode():
            return _mapping(node, path, lines)
        case yaml.SequenceNode():
            return [_plain(x, (*path, number), lines) for number, x in enumerate(node.value)]
        case _ if node.tag == "tag:yaml.org,2002:null":
            return None
        case _ if not node.tag.startswith("tag:yaml.org,2002:") or ":python" in node.tag:
            raise Unreadable("YAML tags (!) are not taken", "Delete the tag", lines[path])
        case _:
            return node.value


def _mapping(
    node: yaml.MappingNode, path: YamlPath, lines: dict[YamlPath, int]
) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise Unreadable("a key is not a word", "Put braces in quotation marks", line)
        if key.value in found:
            what = f'the key "{shortened(key.value)}" stands twice'
            raise Unreadable(what, "Keep one of them", line)
        found[key.value] = _plain(value, (*path, key.value), lines)
        if value.start_mark.line + 1 != line and found[key.value] is None:
            lines[(*path, key.value)] = line
    return found


def shortened(words: object) -> str:
    """Return the words fit for one line of a message: printable, at most 60 characters."""
    line = "".join(c if c.isprintable() else "·" for c in " ".join(str(words).split()))
    return line if len(line) <= 60 else line[:59] + "…"  # noqa: PLR2004 - a line's worth


# ---------------------------------------------------------------- the fields


def _date(value: object) -> object:
    """Read "2026-03-31" and nothing else: other forms of a date mean different days elsewhere."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise ValueError("is no day of the calendar")


_DAYS_IN = {"day": 1, "week": 7, "month": 30, "year": 365}
_INTERVAL = re.compile(r"(\d{1,5})\s*(day|week|month|year)?s?", re.IGNORECASE)


def _days(value: object) -> object:
    found = _INTERVAL.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise ValueError("is no number of days")
    return int(found[1]) * _DAYS_IN[(found[2] or "day").lower()]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _joined(value: object) -> object:
    if isinstance(value, list) and all(isinstance(x, str) for x in value):
        return ", ".join(value)
    return value


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("holds an invisible character or a line break")
    return value


Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=300),
    AfterValidator(_printable),
]
"""One line of words."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")]
"""What a document is called in links and quotes: letters, digits, dots, hyphens, underscores."""

Day = Annotated[date, BeforeValidator(_date)]
Days = Annotated[int, BeforeValidator(_days)]
Groups = Annotated[frozenset[Words], BeforeValidator(_listed)]
Plans = Annotated[frozenset[Annotated[Words, AfterValidator(str.lower)]], BeforeValidator(_listed)]
People = Annotated[Words, BeforeValidator(_joined)]


class Fields(BaseModel):
    """What may be said of a document, in front matter or sources.yaml; all of it optional."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: Identifier | None = None
    title: Words | None = None
    kind: Kind | None = None
    vendor: Words | None = None
    entity: Words | None = None
    audience: Groups | None = None
    owner: People | None = None
    effective: Day | None = None
    review_every: Days | None = None
    url: Words | None = None
    plans: Plans | None = None

    def over(self, other: Fields) -> dict[str, Any]:
        """Return the fields with mine before the other's, by name; those of neither are absent."""
        names = Fields.model_fields
        mine = {name: getattr(self, name) for name in names}
        return {
            name: value if value is not None else getattr(other, name)
            for name, value in mine.items()
            if value is not None or getattr(other, name) is not None
        }


_MENDS = {
    "id": "Write one word of letters, digits, dots and hyphens, such as api-keys",
    "kind": "Write guideline, terms or contract",
    "effective": "Write the day as year-month-day, such as 2026-03-31",
    "since": "Write the day as year-month-day, such as 2026-03-31",
    "review_every": "Write a number of days, such as 180, or a number of months, such as 6 months",
    "audience": "Write a group or a list of groups, such as [legal, ml]",
    "plans": "Write a plan or a list of plans, such as [api, enterprise]",
    "documents": "Write a list of document ids in square brackets",
}
_SAYS = {
    "string_type": "is not a line of words",
    "string_too_long": "is longer than 300 characters",
    "string_too_short": "is empty",
    "string_pattern_mismatch": "holds characters that an id may not have",
    "enum": "is none of guideline, terms, contract",
    "missing": "is missing",
    "extra_forbidden": "is not a field that we know",
    "list_type": "is not a list",
    "tuple_type": "is not a list",
    "frozen_set_type": "is not a list of words",
    "model_type": "is not a set of fields",
}


def problems_of(
    error: ValidationError, place: str, marked: Marked, first_line: int, at: YamlPath = ()
) -> Iterator[Problem]:
    """Yield a problem for each thing wrong with the fields, with its line and the mend."""
    seen: set[str] = set()
    for found in error.errors(include_url=False, include_context=False):
        location = tuple(found["loc"])
        name = next((str(part) for part in location if isinstance(part, str)), "entry")
        if name in seen:
            continue
        seen.add(name)
        says = _SAYS.get(found["type"], str(found["msg"]).removeprefix("Value error, "))
        shown = f' "{shortened(found["input"])}"' if isinstance(found["input"], str) else ""
        what = f"the field {shortened(name)}{shown} {says}"
        if found["type"] in {"missing", "extra_forbidden"}:
            what = f"the field {shortened(name)} {says}"
        line = first_line - 1 + marked.line((*at, *location))
        mend = _mend(found["type"], name)
        yield Problem(place=f"{place}:{line}", what=what, mend=mend)


def _mend(kind: str, name: str) -> str:
    if kind == "extra_forbidden":
        return "Check its spelling, or delete it"
    return _MENDS.get(name, f"Write {shortened(name)} as one line of words")


Model = TypeVar("Model", bound=BaseModel)


def validated(
    model: type[Model], place: str, marked: Marked, first_line: int = 1, at: YamlPath = ()
) -> Model | list[Problem]:
    """Return the value at the path as the model, or what is wrong with it."""
    value = marked.value
    for part in at:
        value = value[part]
    try:
        return model.model_validate(_without_nothing(value))
    except ValidationError as error:
        return list(problems_of(error, place, marked, first_line, at))


def _without_nothing(value: object) -> object:
    """Return a mapping without the keys that have no value, which say nothing."""
    if isinstance(value, dict):
        return {key: held for key, held in value.items() if held is not None}
    return value


# ---------------------------------------------------------------- front matter

_FENCE = re.compile(r"---[ \t]*\n")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)
_KEY = re.compile(r"[A-Za-z_][\w -]{0,60}:(?:[ \t]|\n|\Z)")
_UNFENCED = re.compile(r"(?:(?:[A-Za-z_][\w -]{0,60}:|[ \t]|-[ \t]|#)[^\n]*\n)+---[ \t]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """A file taken apart: the fields of its front matter, what is wrong with them, its body.

    `body_line` is the line of the file on which the body begins, counted from 1.
    """

    fields: Fields = field(default_factory=Fields)
    name: str | None = None
    problems: tuple[Problem, ...] = ()
    body: str
    body_line: int = 1


def front_of(text: str, place: str) -> Front:
    """Return the file's front matter and body.

    Front matter stands between two lines of hyphens at the very top; as strongdm/comply writes
    it, the first of them may be missing. Words between hyphens that are no fields are body.
    """
    block = _front_block(text)
    if block is None:
        return Front(body=text)
    start, end, body = block
    first_line = text.count("\n", 0, start) + 1
    try:
        marked = read_yaml(text[start:end])
    except Unreadable as error:
        if not _KEY.match(text[start:end].lstrip()):
            return Front(body=text)
        where = f"{place}:{first_line - 1 + error.line}"
        what = f"the front matter cannot be read: {error.what}"
        problem = Problem(place=where, what=what, mend=error.mend)
        return Front(body=text[body:], problems=(problem,))
    if not isinstance(marked.value, dict) and marked.value is not None:
        return Front(body=text)
    return _front(text, body, marked, place, first_line)


def _front(text: str, body: int, marked: Marked, place: str, first_line: int) -> Front:
    line = text.count("\n", 0, body) + 1
    if marked.value is None:
        return Front(body=text[body:], body_line=line)
    found = validated(Fields, place, marked, first_line)
    if isinstance(found, list):
        return Front(body=text[body:], body_line=line, problems=tuple(found))
    name = marked.value.get("name")
    spoken = shortened(name) if isinstance(name, str) and name.strip() else None
    return Front(fields=found, name=spoken, body=text[body:], body_line=line)


def _front_block(text: str) -> tuple[int, int, int] | None:
    """Return where the front matter's YAML begins and ends and where the body begins, or None."""
    head = text[:LARGEST_FRONT_MATTER]
    fence = _FENCE.match(head)
    if fence:
        close = _CLOSE.search(head, fence.end())
        return (fence.end(), close.start(), close.end()) if close else None
    unfenced = _UNFENCED.match(head) if _KEY.match(head) else None
    if unfenced is None:
        return None
    return 0, head.rindex("---", 0, unfenced.end()), unfenced.end()
