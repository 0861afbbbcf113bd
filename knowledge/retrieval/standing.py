"""What a passage is worth before any question: whether it rules, and whether it is boilerplate.

Contracts repeat the vendor's name, the product's and "you may" in clauses on arbitration, notices
or their own interpretation, which almost nobody asks about. Such a clause stands back unless the
question speaks of its matter. In a document that rules on nothing all passages stand alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.models import Outcome, Passage
from knowledge.retrieval.embedders import Floats
from knowledge.retrieval.stems import stem, words

# benchmarks/retrieval/README.md has what other values gave. Duties and permissions count a little
# less, for promises and introductions often read like them.
RULING = {
    Outcome.PROHIBITS: 0.15,
    Outcome.CONDITIONS: 0.15,
    Outcome.REQUIRES: 0.105,
    Outcome.PERMITS: 0.105,
    Outcome.NONE: 0.0,
}
BOILERPLATE = 0.3

_TITLE_WORDS = 7
"""How long a sentence that opens a clause may be and still be its title."""

# Whatever its title matches, a clause of that matter stands back unless the question has a word
# of the matter. The titles are those that contracts and policies commonly use.
_MATTERS: tuple[tuple[str, str], ...] = (
    (
        "arbitration arbitrate dispute mediation court claim sue lawsuit jury law jurisdiction",
        r"\b(disputes?|arbitration|class (actions?|waivers?)|jury|small claims|venue"
        r"|jurisdiction|(governing|applicable|controlling|choice of) law|injuncti\w+)\b",
    ),
    (
        "indemnify indemnity indemnification sued sue lawsuit claim liable liability defend",
        r"\bindemni\w+",
    ),
    (
        "liable liability damage warranty warrant guarantee sue loss accuracy disclaimer",
        r"\b(liabilit(y|ies)|warrant(y|ies)|disclaimers?)\b|^as is\b|^no guarantees?\b",
    ),
    ("notice address letter write", r"^(legal )?notices?$"),
    ("assign assignment transfer merger sold acquire", r"^(assignment|assignability|successors)\b"),
    (
        "change amend amendment update modify new",
        r"^(changes?|amendments?|modifications?|updates?|revisions?) (to|of) (the|this|these|our)\b"
        r"|^(amendments?|modifications?|revisions?)$",
    ),
    (
        "define definition mean means call",
        r"^(\w+ )?(definitions?|defined terms|glossary|acronyms|terminology)$"
        r"|^(interpretation|construction|headings)$|^definitions\b",
    ),
    ("contact phone email address reach", r"^(contact|contacting|how to (contact|reach))\b"),
    (
        "survive survival waive waiver entire severable beneficiary",
        r"\b(survival|severab\w+|entire agreement|force majeure|order of precedence"
        r"|relationship of (the )?parties|third[- ]party beneficiar\w+|counterparts)\b"
        r"|^(waivers?|no waivers?|miscellaneous|general( (terms|provisions))?)$",
    ),
    (
        "purpose scope apply",
        r"^(purpose|background|introduction|overview|references?|welcome|scope|about"
        r"|(revision|document|version) history|(table of )?contents)$",
    ),
)
_PATTERNS = tuple(re.compile(pattern) for _, pattern in _MATTERS)
_WORDS = tuple(frozenset(stem(word) for word in words(told)) for told, _ in _MATTERS)

# A document that gives itself a name, which nobody asks for: "These Terms of Service ("Terms") …".
_CHRISTENING = re.compile(
    r"\b(these|this)\b[^.\n]{0,60}\(\W*(terms|agreement|policy|tos)\b", re.IGNORECASE
)
_PREAMBLE = 1 << len(_MATTERS)

_NUMBERED = re.compile(r"^[\W\d_]*(?:[ivx]+[.)]\s)?|[\W_]+$", re.IGNORECASE)
_OPENING = re.compile(r"^[\W\d_]*(?:[ivx]+[.)] )?([A-Z][^.:\n]{2,70}?)[.:](?:[\s*_]|$)")


class Standing:
    """What each passage of an edition is worth before any question."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        """Look at each passage's outcome and titles."""
        known: dict[str, int] = {}
        ruling = {p.document_id for p in passages if p.outcome is not Outcome.NONE}
        matters = [_matters(p, known) if p.document_id in ruling else 0 for p in passages]
        self._worth: Floats = np.array([RULING[p.outcome] for p in passages], np.float32)
        self._matters: NDArray[np.int64] = np.array(matters, np.int64)

    def of(self, places: NDArray[np.int64], asked: Iterable[str]) -> Floats:
        """Return the worth of the passages at these places for a question with these stems."""
        stems = frozenset(asked)
        spoken = sum(1 << number for number, told in enumerate(_WORDS) if told & stems)
        matters = self._matters[places]
        back = (matters != 0) & (matters & spoken == 0)
        worth: Floats = self._worth[places] - np.float32(BOILERPLATE) * back
        return worth


def _matters(passage: Passage, known: dict[str, int]) -> int:
    """Return the matters of boilerplate that the passage's titles name, a bit for each."""
    titles = [*passage.headings[-1:], *_opening(passage.text)]
    found = _PREAMBLE if _CHRISTENING.search(passage.text) else 0
    for title in titles:
        if title not in known:
            known[title] = _named(title)
        found |= known[title]
    return found


def _opening(text: str) -> list[str]:
    """Return the title that a clause opens with ("16.5. Notices. Notices must be …"), if any."""
    opening = _OPENING.match(text.replace("**", ""))
    if opening is None or len(opening[1].split()) > _TITLE_WORDS:
        return []
    return [opening[1]]


def _named(title: str) -> int:
    plain = _NUMBERED.sub("", title).lower()
    return sum(1 << n for n, pattern in enumerate(_PATTERNS) if pattern.search(plain))
