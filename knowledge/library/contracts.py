"""What is peculiar to contracts: sentences spread over paragraphs, and parties with any name.

"7. The obligation shall not extend to:", then "(1) information which …" in a paragraph of its own:
the parser takes such a number for an item of a list that ends there, so here the items get the
sentence that leads into them. And "Recipient will not copy it" binds whoever signs as Recipient,
where terms would have a vendor speak of itself. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge import provisions
from knowledge.library import ways_out
from knowledge.library.outcomes import plain
from knowledge.models import Basis, Outcome, Passage, Shape
from knowledge.provisions import Force, Provision

VERSION = f"contracts-1+{provisions.VERSION}"
"""Changes whenever other passages are led in, or are read otherwise."""

_FEWEST = 3
"""Words from which a paragraph that breaks off without a colon is no title or name."""
_ENDS = re.compile(r"[.!?;][\s*_\"\u201d\u2019)\]]*$")
_LEADS = re.compile(r"[:,\u2013\u2014-][\s*_\"\u201d]*$|\b[a-z]+[\s*_]*$")
_MARK = re.compile(
    r"\W{0,2}(?P<open>\(?)(?:(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,4})\b|(?P<digit>\d{1,2})(?=[.)])"
    r"|(?P<small>[a-z]|[ivx]{1,5})(?=[.)])|(?P<large>[A-Z])(?=[.)]))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A sentence that waits for its items, and how these are marked."""

    lead_ins: tuple[str, ...]
    form: str


def led(passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """Return one document's passages, items with the unfinished sentence above them as lead-in."""
    done: list[Passage] = []
    opened: list[_Open] = []
    for passage in passages:
        form = _form(passage.text)
        before = done[-1] if done else None
        if before is None or before.section_id != passage.section_id:
            opened = []
        elif form and _leads(before, passage, form):
            opened = [one for one in opened if one.form != form]
            opened.append(_Open(lead_ins=(*before.lead_ins, before.text), form=form))
        if form or not _goes_on(passage):
            while opened and opened[-1].form != form:
                opened.pop()
        if opened and form:
            passage = replace(passage, lead_ins=opened[-1].lead_ins, shape=Shape.ITEM)
        done.append(passage)
    return tuple(done)


def _form(text: str) -> str:
    """Return how the words are marked as an item: "(a)", "1.1"; "" where they are not."""
    found = _MARK.match(text)
    if found is None:
        return ""
    if found["decimal"]:
        return f"decimal {found['decimal'].count('.')}"
    kind = next(name for name in ("digit", "small", "large") if found[name])
    roman = kind == "small" and set(found["small"]) <= set("ivx")
    return f"{found['open']}{'roman' if roman else kind}"


def _goes_on(passage: Passage) -> bool:
    """Tell whether a passage is the rest of the item before it."""
    return passage.text[:1].islower()


def _leads(before: Passage, passage: Passage, form: str) -> bool:
    """Tell whether the passage before breaks off for this one, and the parser has not seen it."""
    text = before.text.rstrip()
    if _ENDS.search(text) or not _LEADS.search(text):
        return False
    if len(text.split()) < _FEWEST and not text.endswith(":"):
        return False
    seen = any(lead_in in text for lead_in in passage.lead_ins[-1:])
    return not seen and _form(before.text) != form


# ---------------------------------------------------------------- what the parties may do


def read(passages: Iterable[Passage], vendor: str | None) -> tuple[Passage, ...]:
    """Return the passages with the outcome of what their provisions lay on the parties.

    What the vendor says of itself stays as it was read: a promise. So does a mere duty.
    """
    return tuple(_read(passage, vendor) for passage in passages)


def _read(passage: Passage, vendor: str | None) -> Passage:
    if passage.basis is Basis.MARKER:
        return passage
    text = plain(passage.text)
    found = provisions.provisions_of(text, [plain(each) for each in passage.lead_ins])
    outcome = _outcome([one for one in found if not provisions.is_of(one, vendor)], text)
    if outcome is None:
        return passage
    return replace(passage, outcome=outcome, advice=False, promise=False)


def _outcome(found: list[Provision], text: str) -> Outcome | None:
    """Return one outcome for several provisions; None where they only lay down duties."""
    forces = {one.force for one in found} - {Force.REQUIRES}
    if not forces:
        return None
    tied = Force.LIMITS in forces or any(one.saved for one in found)
    if tied or (Force.FORBIDS in forces and len(forces) > 1):
        return Outcome.CONDITIONS
    if Force.FORBIDS in forces:
        return Outcome.PROHIBITS
    tied = Force.PERMITS in forces and ways_out.has_string(text)
    return Outcome.CONDITIONS if tied else Outcome.PERMITS
