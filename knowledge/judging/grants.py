"""Whom a permission is given to, and to do what: read from the words around its modal verb.

Pure. Used where no author's marker vouches for a permission: "Pregnant women may also apply" says
nothing of whoever else asks, and "Each party may disclose" nothing of copying.
"""

from __future__ import annotations

import re

from knowledge.judging.thesaurus import Notions, Thesaurus

_MODAL = re.compile(
    r"(?P<who>[^.;:\n]{0,120}?)\b(?:may|can|(?:has|have) the right to"
    r"|(?:is|are) (?:free|allowed|permitted|entitled|welcome) to)\s+"
    r"(?:(?:also|always|freely|usually|only|still|then)\s+)*(?P<act>[\w-]+)",
    re.IGNORECASE,
)
_ANYBODY = re.compile(
    r"\b(?:you|we|they|it|one|anybody|anyone|everybody|everyone|people|persons?|users?|customers?"
    r"|members?|each|either|any|all|part(?:y|ies)|employees?|staff|personnel|engineers?|teams?"
    r"|the|an?|your|our|this|these|that|such|and|or|if|of|in|to|as|for|with|by)\b",
    re.IGNORECASE,
)


_PROMISE = re.compile(
    r"\b(?:will|shall|do|does)\s+(?:(?:not|never|only|also|always)\s+)*(?P<act>[\w-]+)",
    re.IGNORECASE,
)


def promises(clause: str, asked: Notions, thesaurus: Thesaurus) -> bool:
    """Tell whether the clause says of the other side the very thing that was asked of it."""
    return any(
        _speaks(found["act"], asked, thesaurus, every=False) for found in _PROMISE.finditer(clause)
    )


def reaches(clause: str, asked: Notions, thesaurus: Thesaurus) -> bool:
    """Tell whether the clause grants the act asked about to whoever the question speaks of.

    Everyone it names besides "you" and the like must be spoken of in the question, and so must
    the act itself. A clause without words of permission grants nothing here.
    """
    return any(
        _speaks(_ANYBODY.sub(" ", found["who"]), asked, thesaurus, every=True)
        and _speaks(found["act"], asked, thesaurus, every=False)
        for found in _MODAL.finditer(clause)
    )


def _speaks(words: str, asked: Notions, thesaurus: Thesaurus, *, every: bool) -> bool:
    slots = thesaurus.notions(words)
    return all(slot & asked for slot in slots) and (every or bool(slots))
