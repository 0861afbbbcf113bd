"""Taking a question: what may be asked, and what a follow-up leaves unsaid. Pure.

A follow-up may also answer what we asked: *Yes* or *No* to a condition, or a plan (deciding.py
writes these). It is read as that and nothing else: what was asked is searched for and judged as it
stood, and the condition is then settled.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.errors import Problem, QuestionRefused
from knowledge.models import Bearing, Finding, Opinion, Question

LONGEST = 4_000
"""Characters of one question: some 600 words, more than any rule needs to be told."""

THREAD_KEPT = 4
"""Earlier questions of a conversation that are kept: a topic seldom outlives more."""

THREAD_LONGEST = 16
"""Texts of a conversation that are kept, answers to what we asked among them."""

_PLACE = "question"
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor movement (ECMA-48, 5.4)
    r"|\x1b[\]PX^_].*?(?:\x1b\\|\x07|\x9c|$)"  # OSC, DCS, SOS, PM, APC: strings with an end
    r"|\x1b[ -/]*[0-~]"  # two-character and charset sequences
    r"|\x9b[0-?]*[ -/]*[@-~]",  # CSI as one C1 character
    re.DOTALL,
)
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = frozenset("\ufeff\u200b\u2060\u00ad\ufff9\ufffa\ufffb") | _DIRECTION
"""Characters that change how words look, never what they say: marks of order and width."""
_STRIPPED = frozenset({"Cc", "Cs", "Cn", "Co"})
_EXPLETIVE = re.compile(
    r"\bis it\s+(?:\w+\s+)?(?:ok|okay|fine|allowed|permitted|possible|legal|alright|safe|true|cool)"
    r"\s+(?:to|for|if|that)\b",
    re.IGNORECASE,
)
_CONTINUES = re.compile(
    r"^\W*(?:and|but|or|so|then|also|what about|how about|what if|even if|even when|same|only if|"
    r"in that case|why|really|still)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(r"^\W*(?:if|unless|except|with|without|for|when|as long as)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:it|this|those|these|them|the same|instead|otherwise)\b"
    r"|\b(?:do|does|did|is|was|for|with|without|about|like|of|than) that\b|\bthat\W*$",
    re.IGNORECASE,
)
_ASKS_ANEW = re.compile(
    r"\b(?:may|can|could|should|must|do|does|am|are|is)\s+"
    r"(?:i|we|our|my|the|a|an|somebody|someone|anyone|people|it)\b",
    re.IGNORECASE,
)
_TAKES_BACK = re.compile(
    r"\b(?:without|not|no|none|never|nor|neither|skip\w*|instead|otherwise|unless|except|other than"
    r"|refus\w*|denied|declin\w*|expired?|\w+n['\u2019]t)\b",
    re.IGNORECASE,
)
_YES, _NO = "Yes, it is so: ", "No, it is not so: "
_SAID = re.compile(rf"^(?P<word>{_YES}|{_NO})(?P<condition>[^?\n]+?)\.?$")
_PLAN = re.compile(r"On the (?P<name>[^?.\n]{1,40}) plan\.")
_COURTESY = re.compile(
    r"^\W*(?:many )?(?:thanks?|thank you|thx|ty|cheers|ok|okay|great|cool|perfect|nice|awesome"
    r"|got it|gotcha|understood|noted|will do|makes sense|good to know|fair enough|alright)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\W*(?:(?:hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day))\b(?:\W+\w+){0,2}"
    r"|help(?: me)?|who are you|what (?:can|do) you do|how (?:does this|do you) work)\W*",
    re.IGNORECASE,
)
_THANKS = """
    thanks thank thx ty cheers ok okay great cool perfect nice awesome got gotcha understood noted
    will do makes sense good know fair enough alright many a lot so much very that this is was
    that's helps helped helpful clear for your the help answer you it now then all i i'll to mayi
"""
_AGREEABLE = frozenset(_THANKS.split())
"""Of which words mere thanks are made."""
_SHORT = 12
"""Words up to which a question that refers back is read as a follow-up."""
_FRAGMENT = 3
"""Words up to which a question can hardly stand alone in a conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody answered to a condition that we asked about, in the condition's words."""

    condition: str
    holds: bool


def yes(condition: str) -> str:
    """Return the follow-up that says that a condition holds."""
    return f"{_YES}{condition}."


def no(condition: str) -> str:
    """Return the follow-up that says that it does not."""
    return f"{_NO}{condition}."


def plan(name: str) -> str:
    """Return the follow-up that says on which plan a vendor's product is used."""
    return f"On the {name} plan."


def on_plan(text: str) -> str:
    """Return what the text says last of the plan, as `plan` writes it; empty where it does not."""
    said = [match.group() for match in _PLAN.finditer(text)]
    return said[-1] if said else ""


def guard(question: Question) -> Question:
    """Return the question in the asker's words, freed of what a terminal would act upon.

    Escape sequences, control, invisible, private and unassigned characters go; white space is
    collapsed within a line; the rest is kept, canonically composed (NFC). The thread is treated
    likewise and cut to its last questions. Raises QuestionRefused: nothing left, or too long.
    """
    if len(question.text) > LONGEST:
        raise _too_long(len(question.text))
    text = clean(question.text)
    if not any(character.isalnum() for character in text):
        raise _empty()
    thread = tuple(words for earlier in question.thread if (words := clean(earlier[:LONGEST])))
    return replace(question, text=text, thread=_kept(thread))


def _kept(thread: Sequence[str]) -> tuple[str, ...]:
    """Return the end of a conversation; answers to what we asked do not push a question out."""
    questions = [place for place, text in enumerate(thread) if not _answers_us(text)]
    first = questions[-THREAD_KEPT] if len(questions) > THREAD_KEPT else 0
    return tuple(thread[max(first, len(thread) - THREAD_LONGEST) :])


def is_courtesy(text: str) -> bool:
    """Tell whether somebody only thanks or agrees, and asks nothing."""
    return bool(_COURTESY.match(text)) and "?" not in text and not _ASKS_ANEW.search(text)


def only_thanks(text: str) -> bool:
    """Tell whether thanks or agreement is all that a text says."""
    words = re.findall(r"[\w']+", text.casefold().replace("\u2019", "'"))
    return is_courtesy(text) and _AGREEABLE.issuperset(words)


def is_greeting(text: str) -> bool:
    """Tell whether somebody only greets, or asks what we are for."""
    return bool(_GREETING.fullmatch(text)) and not _ASKS_ANEW.search(text)


def clean(text: str) -> str:
    """Return the text without anything that is not meant to be read."""
    shown = "".join(map(_readable, _ESCAPES.sub(" ", text)))
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", shown).splitlines())
    return "\n".join(line for line in lines if line)


def follows_up(question: Question) -> bool:
    """Tell whether the question is one that only its conversation completes."""
    if not question.thread:
        return False
    if _answers_us(question.text):
        return True
    words = len(question.text.split())
    return words <= _FRAGMENT or (words <= _SHORT and _goes_back(question.text))


def in_full(question: Question) -> Question:
    """Return the question as it reads with what its conversation has said; without a thread.

    A follow-up is put behind the question it goes back to and the follow-ups between them, in the
    asker's own words. Everything else stands alone.
    """
    return replace(question, text=" ".join(_conversation(question)), thread=())


def as_asked(question: Question) -> Question:
    """Return the question in full, without the answers to what we asked about it."""
    parts = [part for part in _conversation(question) if not _answers_us(part)]
    return replace(question, text=" ".join(parts) or question.text, thread=())


def said(question: Question) -> tuple[Said, ...]:
    """Return what was answered to our conditions, oldest first, and not taken back since."""
    found: list[Said] = []
    for part in _conversation(question)[1:]:
        match = _SAID.match(part)
        if match:
            found.append(Said(condition=match["condition"], holds=match["word"] == _YES))
        elif _TAKES_BACK.search(part):
            found.clear()
    return tuple(found)


def _conversation(question: Question) -> list[str]:
    """Return the question behind those it goes back to, oldest first."""
    parts = [question.text]
    rest = question
    while follows_up(rest):
        rest = replace(rest, text=rest.thread[-1], thread=rest.thread[:-1])
        parts.insert(0, rest.text)
    return parts


def _answers_us(text: str) -> bool:
    return bool(_SAID.match(text) or _PLAN.fullmatch(text))


def _goes_back(text: str) -> bool:
    """Tell whether the words continue a question, point back at it, or only add to it."""
    if _CONTINUES.search(text) or _POINTS_BACK.search(_EXPLETIVE.sub(" ", text)):
        return True
    return bool(_ADDS.search(text)) and not _ASKS_ANEW.search(text)


def takes_back(question: Question) -> bool:
    """Tell whether the question is a follow-up that may deny what was said before it.

    After "and without the approval?" an approval mentioned earlier is no longer a fact; answers to
    what we asked about it since change nothing in that.
    """
    rest = question
    while rest.thread and _answers_us(rest.text):
        rest = replace(rest, text=rest.thread[-1], thread=rest.thread[:-1])
    return follows_up(rest) and bool(_TAKES_BACK.search(rest.text))


def unmet(opinion: Opinion) -> Opinion:
    """Return the opinion with every condition left open and no fact taken from the question."""
    return replace(opinion, findings=tuple(_left_open(one) for one in opinion.findings))


def _left_open(finding: Finding) -> Finding:
    met = finding.bearing is Bearing.CONDITION_MET
    bearing = Bearing.CONDITION_OPEN if met else finding.bearing
    return replace(finding, bearing=bearing, met=())


def _readable(character: str) -> str:
    """Return the character, a space in place of white space, or nothing."""
    if character in "\n\r\u2028\u2029\x85":
        return "\n"
    if character.isspace():
        return " "
    if character in _INVISIBLE or unicodedata.category(character) in _STRIPPED:
        return ""
    return character


def _empty() -> QuestionRefused:
    """Refuse a question without a word."""
    return QuestionRefused(
        Problem(
            place=_PLACE,
            what="there is nothing to answer: no letter, no digit",
            mend='Ask in a sentence, such as "May I train on customer tickets?"',
        )
    )


def _too_long(length: int) -> QuestionRefused:
    """Refuse a question that is longer than anybody reads."""
    return QuestionRefused(
        Problem(
            place=_PLACE,
            what=f"it has {length:,} characters, at most {LONGEST:,} are read",
            mend="Ask what you want to do, and leave the material out",
        )
    )
