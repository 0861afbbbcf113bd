"""What the question itself asks and states: read from its words, never guessed."""

from __future__ import annotations

import re
from enum import StrEnum

from knowledge.models import Question

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_STEM_LENGTH = 5
_FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
        a about after again all also am an and any are as at be because been before being but by can
        cannot could did do does doing don't down during each either for from further had has have
        having he her here hers him his how i i'm if in into is it its itself just let me more most
        my no nor not now of off on once only or other our ours out over own same she should so some
        such than that the their them then there these they this those through to too under until up
        us very was we we're were what when where which while who whom why will with would you your
        yours yes may might must shall ok okay fine please allowed permitted alright right there's
        it's that's
        """,
    )
)


class Asks(StrEnum):
    """What kind of answer a question wants."""

    PERMISSION = "permission"
    RELIANCE = "reliance"
    INFORMATION = "information"
    NOTHING = "nothing"


_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_US = (
    r"(?:i|we|you|one|somebody|someone|anyone|our|my|an?|the|users?|people|staff"
    r"|employees|colleagues|contractors|freelancers|engineers|interns|annotators|reviewers|teams?|developers|newcomers)\b"
)
_NOT_MINE = r"(?<!my )(?<!our )(?<!her )(?<!his )(?<!your )(?<!their )(?<!its )(?<!'s )"
"""Before "own": "my own laptop" says whose it is and asks nothing about owning it."""

_OTHER_SIDE = (
    r"\b(?:gets?|has|have|hold|holds|claims?|claiming)\b.{0,20}"
    r"\b(?:claim|rights?|licen[cs]e|slice|stake)\b"
    rf"|\b(?:(?:do|does|will|would)\s+(?:the|your|their)|(?:do|does|will|may|can|could|would))"
    rf"\s+(?!{_US})[\w'.-]+(?:\s+[\w'.-]+)?\s+(?:ever\s+)?"
    r"(?:train|see|keep|read|store|retain|share|sell|use|claim|learn|delete|look|log|suspend"
    r"|terminate|change|drop|hold|own|charge|access|review|monitor|publish|disclose)\b"
)
"""What somebody else does with what is ours, or claims of it."""

_RELIANCE = re.compile(
    r"\b(?:count|rely|bank)\s+on\b"
    r"|\b(?:tell|promise|assure|guarantee|say to|state to)\b.{0,60}\bthat\b"
    r"|\b(?:who|whose)\s+(?:owns?|holds?|keeps?|has the rights?)\b|\bwhose\b.{0,40}\b(?:is|are)\b"
    rf"|{_NOT_MINE}\b(?:own(?! up)|owns|owned|ownership|belongs?|keep (?:full |all )?rights?)\b"
    rf"|{_OTHER_SIDE}",
    re.IGNORECASE | re.DOTALL,
)
_OTHERS = re.compile(_OTHER_SIDE, re.IGNORECASE | re.DOTALL)
_PERMISSION = re.compile(
    r"\b(?:may|can|could|should|must|shall|mind if)\s+(?:i|we|you|one|our|my|the|a|an|any|it|this"
    r"|that|they|somebody|someone|people|\w+)\b"
    r"|\b(?:allow(?:ed|s)?|permit(?:ted|s)?|ok|okay|fine|alright|acceptable|legit|legal|kosher|cool"
    r"|forbidden|prohibited|banned|barred|off limits|out of the question|problem|trouble|good to go"
    r"|we good|am i good|all right|go\?|safe to|possible|fly|fair game)\b"
    r"|\b(?:do|does|would|will)\s+(?:i|we|our|my|the|a|an)\b.{0,60}\b(?:need|have|has)\b"
    r"|\b(?:want|like|going|planning|plan|intend|hope) to\b",
    re.IGNORECASE | re.DOTALL,
)
_INFORMATION = re.compile(
    r"^\W*(?:so\s+|and\s+)?(?:what(?:'s| is| are)|which|how (?:many|much|long|often|big|old)"
    r"|when|where|who|why)\b",
    re.IGNORECASE,
)
_OWNERSHIP = re.compile(
    rf"{_NOT_MINE}\b(?:own|owns|owned|owner|owners|ownership|belongs?|title|all rights?"
    r"|full rights?|copyright|intellectual property|ours|yours|claims?)\b",
    re.IGNORECASE,
)


_ADDRESS = re.compile(r"\S+://\S*|\S+@\S+|`[^`]*`|<[^>]*>|\{[^}]*\}")
_ASKS_MACHINE = re.compile(
    r"\b(?:can|could|would|will|do)\s+you\b(?!\s+(?:allow|permit|mind|let))|\bplease\b",
    re.IGNORECASE,
)
"""A request to whoever reads it is no question about a rule."""
_MARK = re.compile(r"\w[\"'\u2019\u201d)\]*_]*\s*\?")
_ASKED = re.compile(
    r"\b(?:may|can|could|should|shall|must|do|does|am|are|is|will|would|has|have|did)\s+(?:i|we|our|my|one"
    r"|the|an?|any|it|this|that|these|those|there|they|he|she|people|somebody|someone|anyone|two)\b"
    r"|\b(?:i|we)(?:'d|\u2019d|'ll|\u2019ll| would| want(?! you)| wish| plan| intend| hope)\b"
    r"|\bwants? (?:to|a|an|the)\b|\bwhether\b"
    r"|\b(?:wonder\w*|know|ask\w*|tell me|sure|check\w*) if\b|\ballowed to\b"
    r"|\b(?:ok|okay|allowed|permitted|fine|alright|all right|cool|legit|kosher|acceptable|possible"
    r"|good to go|good enough|problem|any objections?|off limits|right|go)\W*(?:$|[.!;]\s)",
    re.IGNORECASE,
)


def asks_something(text: str) -> bool:
    """Tell whether the text asks anything of the rules, in words or by a question mark.

    Addresses, code and what is requested of the reader ("could you translate") do not count.
    """
    words = _ADDRESS.sub(" ", text)
    own = [each for each in _SENTENCE.split(words) if not _ASKS_MACHINE.search(each)]
    return any(_MARK.search(each) or _ASKED.search(each) for each in own)


def asks(question: Question) -> Asks:
    """Tell what kind of answer the question wants.

    RELIANCE asks about a right, a protection or what the other side may do (docs/verdicts.md,
    "From question to verdict", 9); INFORMATION asks for a number or a name and for no judgement;
    NOTHING is a statement, a command or a scrap of something else.
    """
    text = question.text
    if not asks_something(text):
        return Asks.NOTHING
    if _RELIANCE.search(text):
        return Asks.RELIANCE
    if _INFORMATION.search(text) and not _PERMISSION.search(text):
        return Asks.INFORMATION
    return Asks.PERMISSION


def asks_of_others(question: Question) -> bool:
    """Tell whether the question is about what the other side does or claims, not about an act."""
    return _OTHERS.search(question.text) is not None


def asks_ownership(question: Question) -> bool:
    """Tell whether the question is about owning something."""
    return speaks_of_owning(question.text)


def speaks_of_owning(text: str) -> bool:
    """Tell whether the text speaks of owning or claiming something."""
    return _OWNERSHIP.search(text) is not None


def lowered(text: str) -> str:
    """Return the text in lower case, with typewriter apostrophes."""
    return text.replace("\u2019", "'").lower()


def is_function(word: str) -> bool:
    """Tell a word that says nothing about the subject: "the", "may", "please"."""
    return word in _FUNCTION_WORDS or len(word) == 1


def words(text: str) -> tuple[str, ...]:
    """Return the text's content words in lower case, in order."""
    return tuple(word for word in _WORD.findall(lowered(text)) if not is_function(word))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM_LENGTH] for word in words(text))


def is_stated(fact: str, question: Question) -> bool:
    """Tell whether a fact shares a content word with what the person wrote, thread included."""
    return bool(_stems(fact) & _stems(" ".join((question.text, *question.thread))))
