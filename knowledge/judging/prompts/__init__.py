"""What a language model is told, kept in files, and what it is given: always data, never advice.

The instructions are the two files beside this module; a change of either is a change of the
judge, and shows in its fingerprint. Question and passages travel as one JSON object, in which no
text can end the string it stands in, and every passage bears an opaque id of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from knowledge.judging import replies
from knowledge.judging.judge import Shown
from knowledge.judging.language_model import Prompt
from knowledge.models import Kind, Passage

_FILES = Path(__file__).parent
_KINDS = {
    Kind.GUIDELINE: "internal guideline",
    Kind.TERMS: "vendor's terms",
    Kind.CONTRACT: "contract with a vendor",
}
_SEARCHES_LENGTH = 400
"""Tokens that two or three searches take, with room for a model that thinks first."""

_PASSAGE_LENGTH = 200
_JUDGEMENT_LENGTH = 2_000
"""Tokens of a finding and of everything else in a judgement, with room for thinking."""

Mask = Callable[[str], str]
"""Takes out of a text what must not be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The passages shown to a model, under the ids by which it may name them."""

    shown: tuple[Shown, ...]
    passages: Mapping[str, Passage] = field(default_factory=dict)
    units: Mapping[str, Shown] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        """Tell whether a passage is shown under that id."""
        return name in self.passages

    def id_of(self, passage: Passage) -> str:
        """Return the id under which a passage of the sheet is shown."""
        return next(name for name, one in self.passages.items() if one.id == passage.id)


@cache
def instructions(name: str) -> str:
    """Return the text of a prompt file: "searches" or "judgement"."""
    return (_FILES / f"{name}.md").read_text(encoding="utf-8").strip()


@cache
def told() -> tuple[str, ...]:
    """Return all instructions, which no remark may repeat."""
    return (instructions("searches"), instructions("judgement"))


@cache
def fingerprint() -> str:
    """Return the hash of all that is told and of the form in which a reply must come."""
    forms = [json.dumps(form, sort_keys=True) for form in (replies.SEARCHES, replies.JUDGEMENT)]
    return hashlib.sha256("\0".join((*told(), *forms)).encode()).hexdigest()[:12]


def for_searches(question: str, mask: Mask) -> Prompt:
    """Return the prompt that asks for searches."""
    return Prompt(
        name="searches",
        instructions=instructions("searches"),
        data=_written({"question": mask(question)}),
        form=replies.SEARCHES,
        longest=_SEARCHES_LENGTH,
    )


def for_judgement(question: str, sheet: Sheet, mask: Mask) -> Prompt:
    """Return the prompt that asks what every passage of the sheet says of the question."""
    units = [_unit(one, sheet, mask) for one in sheet.shown]
    return Prompt(
        name="judgement",
        instructions=instructions("judgement"),
        data=_written({"question": mask(question), "passages": units}),
        form=replies.JUDGEMENT,
        longest=_JUDGEMENT_LENGTH + _PASSAGE_LENGTH * len(sheet.passages),
    )


def sheet(question: str, shown: Sequence[Shown]) -> Sheet:
    """Lay out the passages for a question, each clause and carve-out under an opaque id.

    The ids follow from question and passage: the same for the same question, foreseeable to
    nobody who wrote the passage.
    """
    passages: dict[str, Passage] = {}
    units: dict[str, Shown] = {}
    for one in shown:
        for passage in (one.unit.clause, *one.unit.carve_outs):
            name = _opaque(question, passage, passages)
            passages[name] = passage
            if passage is one.unit.clause or name not in units:
                units[name] = one
    return Sheet(shown=tuple(shown), passages=passages, units=units)


def _opaque(question: str, passage: Passage, taken: Mapping[str, Passage]) -> str:
    digest = hashlib.sha256(f"{question}\0{passage.id}".encode("utf-8", "surrogatepass"))
    whole = digest.hexdigest()
    names = (whole[:length] for length in range(5, len(whole) + 1))
    return next(name for name in names if name not in taken or taken[name].id == passage.id)


def _unit(shown: Shown, laid: Sheet, mask: Mask) -> dict[str, object]:
    clause = shown.unit.clause
    return {
        "id": laid.id_of(clause),
        "document": mask(shown.document.title),
        "kind": _KINDS[shown.document.kind],
        "headings": [mask(heading) for heading in clause.headings],
        "lead_ins": [mask(lead_in) for lead_in in clause.lead_ins],
        "text": mask(clause.text),
        "does": clause.outcome.value,
        "exceptions": list(_exceptions(shown, laid, mask)),
        "definitions": [mask(passage.text) for passage in shown.unit.definitions],
    }


def _exceptions(shown: Shown, laid: Sheet, mask: Mask) -> Iterator[dict[str, str]]:
    for passage in shown.unit.carve_outs:
        does = passage.outcome.value
        yield {"id": laid.id_of(passage), "text": mask(passage.text), "does": does}


def _written(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
