"""What ties a clause: ways out of a prohibition, strings on a permission, gates before an act."""

from __future__ import annotations

import re

from knowledge.library import cues


def has_way_out(text: str) -> bool:
    """Tell whether a prohibition names a way out that facts or our own people can open."""
    rest = cues.SAVING.sub(" ", text)
    if cues.NAMED_CARVE_OUT.search(rest) or _UNLESS_WE_ACT.match(rest):
        return True
    if cues.RESERVED.search(rest) and not _OWN_WAY.search(rest):
        return False
    return bool(cues.WAY_OUT.search(rest))


_OWN_WAY = re.compile(r"\bunless you\b|\bexcept when you\b", re.IGNORECASE)
_UNLESS_WE_ACT = re.compile(
    r"^\W{0,4}if (?:you|customer|the customer) (?:do|does|are|is|have|has|did|can|could) ?"
    r"(?:not|n't)\b",
    re.IGNORECASE,
)
"""A prohibition that holds only while we leave something undone."""


def has_string(text: str) -> bool:
    """Tell whether a permission is tied to a fact, a purpose or a group."""
    rest = cues.EMPTY_STRING.sub(" ", text)
    if cues.STRING.search(rest) or cues.STATUS_IF.match(rest):
        return True
    permitted = _PERMITTED.search(rest)
    start = permitted.end() if permitted else 0
    tailed = permitted is not None and cues.TAILED_IF.search(rest, start) is not None
    return tailed or cues.APPROVAL.search(rest, start) is not None


_PERMITTED = re.compile(
    r"\b(?:may|can|permitted|allowed|free|grants?|right|ok|fine)\b", re.IGNORECASE
)


def is_gate(text: str) -> bool:
    """Tell whether a duty stands before an act, or is an approval or consent to be had."""
    said = _ASIDE.sub(" ", text)
    return bool(cues.GATE.search(said) or cues.APPROVAL.search(said) or cues.LIMIT.search(said))


_ASIDE = re.compile(r"\([^()]{0,120}\)")


def is_opted(text: str) -> bool:
    """Tell whether a promise hangs on a plan, a setting, an opt-in or opt-out."""
    return bool(cues.OPTED.search(text))
