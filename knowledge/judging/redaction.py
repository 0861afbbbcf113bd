"""Taking secrets and personal data out of what is sent to a language model. Pure, and offline.

Libraries tell them where they can: detect-secrets the keys of vendors, phonenumbers telephone
numbers, python-stdnum bank accounts, cards and national numbers (none of them is asked to verify
anything with anybody). Ours are the forms that they do not know, and what only its neighbours
give away: "password is …", "born on …", "customer Jane Doe". A name that nothing introduces is not
recognised; nor is anything that is confidential only by its meaning.

In the place of what is masked stands a typed placeholder, "[e-mail 1]", the same for the same
text throughout one hearing.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import phonenumbers
from detect_secrets.plugins.artifactory import ArtifactoryDetector
from detect_secrets.plugins.aws import AWSKeyDetector
from detect_secrets.plugins.azure_storage_key import AzureStorageKeyDetector
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.plugins.basic_auth import BasicAuthDetector
from detect_secrets.plugins.discord import DiscordBotTokenDetector
from detect_secrets.plugins.github_token import GitHubTokenDetector
from detect_secrets.plugins.gitlab_token import GitLabTokenDetector
from detect_secrets.plugins.jwt import JwtTokenDetector
from detect_secrets.plugins.mailchimp import MailchimpDetector
from detect_secrets.plugins.npm import NpmDetector
from detect_secrets.plugins.openai import OpenAIDetector
from detect_secrets.plugins.pypi_token import PypiTokenDetector
from detect_secrets.plugins.sendgrid import SendGridDetector
from detect_secrets.plugins.slack import SlackDetector
from detect_secrets.plugins.square_oauth import SquareOAuthDetector
from detect_secrets.plugins.stripe import StripeDetector
from detect_secrets.plugins.telegram_token import TelegramBotTokenDetector
from detect_secrets.plugins.twilio import TwilioKeyDetector
from stdnum import iban, luhn
from stdnum.es import dni, nie
from stdnum.gb import nhs
from stdnum.in_ import pan
from stdnum.it import codicefiscale
from stdnum.us import ssn

_REMEMBERED = 4_096
"""Texts whose findings are kept: the passages of a body of rules come again and again."""

_OPENING = frozenset({"secret", "card number", "account number", "national number"})
"""What is not even kept: whoever holds it could use it."""

_PLACEHOLDER = re.compile(r"\[(?:[a-z-]+(?: [a-z-]+)?) \d+\]")


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A stretch of a text that must not be sent."""

    start: int
    end: int
    kind: str


class Redactor:
    """Finds what must not be sent. Serves many threads."""

    def __init__(self, regions: Iterable[str] = ("US", "GB", "DE", "FR", "ES", "IN")) -> None:
        """Take the countries whose telephone numbers are told without a leading +."""
        self._regions = tuple(regions)
        self.found = lru_cache(maxsize=_REMEMBERED)(self._found)

    def begin(self) -> Masked:
        """Return the masking for one hearing."""
        return Masked(find=self.found)

    def without_secrets(self, text: str) -> tuple[str, bool]:
        """Return the text as it may be kept, and whether secrets had to be taken out of it.

        What opens a door or an account goes; names and addresses, which a question may be about,
        stay.
        """
        pieces, at = [], 0
        for one in self.found(text):
            if one.kind in _OPENING:
                pieces += [text[at : one.start], f"[{one.kind}]"]
                at = one.end
        return "".join((*pieces, text[at:])), bool(pieces)

    def _found(self, text: str) -> tuple[Found, ...]:
        """Return what must not be sent, in order; where findings overlap, the first and longest."""
        every = sorted(
            (*_by_form(text), *_by_library(text), *self._telephones(text)),
            key=lambda one: (one.start, -one.end),
        )
        kept: list[Found] = []
        for one in every:
            if not kept or one.start >= kept[-1].end:
                kept.append(one)
            elif one.end > kept[-1].end:
                kept[-1] = Found(kept[-1].start, one.end, kept[-1].kind)
        return tuple(kept)

    def _telephones(self, text: str) -> Iterator[Found]:
        if not _MAY_BE_DIALLED.search(_DATE.sub(_blank, text)):
            return
        plain = _DATE.sub(_blank, text)
        for region in (None, *self._regions):
            for match in phonenumbers.PhoneNumberMatcher(plain, region):
                yield Found(match.start, match.end, "phone")


@dataclass(slots=True, kw_only=True)
class Masked:
    """What was masked in one hearing, and how it comes back."""

    find: Callable[[str], tuple[Found, ...]]
    _placeholders: dict[tuple[str, str], str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def mask(self, text: str) -> str:
        """Return the text with a placeholder for everything that must not be sent."""
        pieces, at = [], 0
        for one in self.find(text):
            pieces += [text[at : one.start], self._placeholder(one.kind, text[one.start : one.end])]
            at = one.end
        return "".join((*pieces, text[at:]))

    def restore(self, text: str) -> str:
        """Return the text with what the placeholders stand for."""
        for (_, hidden), placeholder in self._placeholders.items():
            text = text.replace(placeholder, hidden)
        return text

    def masked_in(self, text: str) -> bool:
        """Tell whether a placeholder stands in the text."""
        return _PLACEHOLDER.search(text) is not None

    def _placeholder(self, kind: str, hidden: str) -> str:
        known = self._placeholders.get((kind, hidden))
        if known is None:
            self._counts[kind] += 1
            known = self._placeholders[kind, hidden] = f"[{kind} {self._counts[kind]}]"
        return known


# ---------------------------------------------------------------- by library

_DETECTORS: tuple[RegexBasedDetector, ...] = (
    ArtifactoryDetector(),
    AWSKeyDetector(),
    AzureStorageKeyDetector(),
    BasicAuthDetector(),
    DiscordBotTokenDetector(),
    GitHubTokenDetector(),
    GitLabTokenDetector(),
    JwtTokenDetector(),
    MailchimpDetector(),
    NpmDetector(),
    OpenAIDetector(),
    PypiTokenDetector(),
    SendGridDetector(),
    SlackDetector(),
    SquareOAuthDetector(),
    StripeDetector(),
    TelegramBotTokenDetector(),
    TwilioKeyDetector(),
)
_LONG = re.compile(r"\S{12,}")
_NUMBERED = re.compile(
    r"(?<![\w-])(?:[A-Z0-9]{8,34}|[A-Z]{0,2}\d[\dA-Z]*(?:[ .-]\d[\dA-Z]*){1,8})(?![\w-])",
    re.IGNORECASE,
)
_CHECKED = (
    ("account number", iban.is_valid),
    ("national number", ssn.is_valid),
    ("national number", dni.is_valid),
    ("national number", nie.is_valid),
    ("national number", nhs.is_valid),
    ("national number", pan.is_valid),
    ("national number", codicefiscale.is_valid),
)
_MAY_BE_DIALLED = re.compile(r"(?:\d[\s().\u2011/-]{0,3}){9,}")
_DATE = re.compile(
    r"\b(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d\b"
)


def _blank(match: re.Match[str]) -> str:
    return "x" * len(match.group())


def _by_library(text: str) -> Iterator[Found]:
    for word in _LONG.finditer(text):
        for detector in _DETECTORS:
            for secret in detector.analyze_string(word.group()):
                start = word.start() + word.group().find(secret)
                yield Found(start, start + len(secret), "secret")
    for number in _numbers(text):
        kind = next((kind for kind, holds in _CHECKED if holds(number.group())), None)
        if kind is not None:
            yield Found(number.start(), number.end(), kind)


def _numbers(text: str) -> Iterator[re.Match[str]]:
    for number in _NUMBERED.finditer(text):
        if sum(character.isdigit() for character in number.group()) >= _FEWEST_DIGITS:
            yield number


_FEWEST_DIGITS = 4

# ---------------------------------------------------------------- by form

_PREFIXES = (
    r"sk|pk|rk|whsec|hf|gsk|xai|r8|dapi|dop_v1|shp(?:at|ss|ca|pa)|glpat|github_pat|gh[pousr]|npm|pypi"
    r"|xox[a-z]|xapp|ya29|GOCSPX|SG|key|token|lin_api|figd|pat|nvapi|pplx|tvly|sq0[a-z]{3}|jina|vercel"
    r"|sbp|vck|pcsk|lsv2|dckr_pat|hvs|ATATT|secret|ntn|eyJ"
)
_KEYWORDS = (
    r"pass(?:word|wd|phrase|code)?|pwd|passwort|kennwort|mot de passe|contrase\u00f1a|pin(?: code)?"
    r"|secret(?: key)?|client[ _]secret|access[ _]key|api[ _-]?key|api[ _-]?token|auth[ _-]?token"
    r"|bearer|token|credentials?|private[ _]key|cookie|session[ _]id"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "secret",
        re.compile(r"-----BEGIN [A-Z0-9 ]+-----(?:.*?-----END [A-Z0-9 ]+-----|.*)", re.DOTALL),
    ),
    ("secret", re.compile(rf"(?<![\w-])(?:{_PREFIXES})[-_.](?=[\w.-]*\d)[\w.-]{{14,}}")),
    ("secret", re.compile(r"\b(?:AKIA|ASIA|AROA|AIza|EAAA|SK|AC)(?=\w*\d)\w{14,}")),
    (
        "secret",
        re.compile(
            rf"\b(?:{_KEYWORDS})\b['\"]?\s*(?:is|was|=|:=|:|=>)\s*['\"`]?"
            r"(?P<hidden>(?=[^\s'\"`]*[^a-z\s'\"`,.;])[^\s'\"`,;]{4,})",
            re.IGNORECASE,
        ),
    ),
    ("secret", re.compile(r"://[^\s/@]*:(?P<hidden>[^\s/@]+)@")),
    (
        "secret",
        re.compile(
            r"[?&](?:token|key|sig|signature|secret|password|code)=(?P<hidden>[^&\s]+)",
            re.IGNORECASE,
        ),
    ),
    (
        "secret",
        re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE),
    ),
    ("e-mail", re.compile(r"(?<![\w.+-])[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+", re.UNICODE)),
    ("national number", re.compile(r"(?<![\w-])\d{3}[- ]\d{2}[- ]\d{4}(?![\w-])")),
    ("national number", re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")),
    (
        "national number",
        re.compile(
            r"\b(?:passport|licen[cs]e|ssn|social security|tax id|national id|id card|insurance"
            r"|employee id|customer id|account|patient id|personnel)"
            r"(?: (?:no|number|num|nr|id|#))?\.?\s*(?:is|:|#|=)?\s*"
            r"(?P<hidden>(?=(?:[A-Z-]*\d){3})[A-Z0-9-]{6,})\b",
            re.IGNORECASE,
        ),
    ),
    ("account number", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")),
    ("address", re.compile(r"(?<![\w:])(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}(?![\w:])", re.IGNORECASE)),
    (
        "date of birth",
        re.compile(
            r"\b(?:born(?: on)?|birth(?:day|date)|date of birth|dob)\b(?: is| was|:)?\s*"
            r"(?P<hidden>\d{1,4}[-/. ](?:\d{1,2}|[A-Z][a-z]+)[-/. ]\d{1,4}"
            r"|[A-Z][a-z]+ \d{1,2},? \d{4}|\d{1,2} [A-Z][a-z]+ \d{4})",
            re.IGNORECASE,
        ),
    ),
)
_NAME = r"[A-Z][\w'\u2019]*[a-z][\w'\u2019-]*"
_INTRODUCED = re.compile(
    r"\b(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|Madame|Monsieur|Se\u00f1ora?)\.? "
    rf"(?P<titled>{_NAME}(?: {_NAME}){{0,2}})"
    r"|(?i:customer|client|patient|employee|colleague|coworker|applicant|candidate|manager|boss"
    r"|user|friend|wife|husband|tenant|student|named|called|name is)(?:,| is)? "
    rf"(?P<named>{_NAME} {_NAME}))"
)
_NO_NAMES = frozenset(
    """
    access account agreement ai api chat cloud code content data enterprise guidelines handbook
    information input language large management model output owned personal platform policy
    privacy processing product project relationship section service services software success
    support system team terms trust use
    """.split()  # noqa: SIM905 - read more easily
)
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
_NUMBERING = re.compile(
    r"(?:section|clause|article|version|release|chapter|v|\u00a7)\.?\s?$", re.IGNORECASE
)
_DIGITS = re.compile(r"(?<![\w.,$\u20ac\u00a3-])\d(?:[ -]?\d){8,18}(?![\w-]|[.,]\d)")
_TOKEN = re.compile(r"[A-Za-z0-9+/_=-]{16,}")
_PIECE = re.compile(r"[^-_=+]+")


def _by_form(text: str) -> Iterator[Found]:
    for kind, form in _FORMS:
        for match in form.finditer(text):
            group = "hidden" if "hidden" in form.groupindex else 0
            yield Found(match.start(group), match.end(group), kind)
    yield from _names(text)
    yield from _addresses(text)
    yield from _runs(text)
    for token in _TOKEN.finditer(text):
        if _is_random(token.group()):
            yield Found(token.start(), token.end(), "secret")


def _names(text: str) -> Iterator[Found]:
    for match in _INTRODUCED.finditer(text):
        group = "titled" if match.group("titled") else "named"
        if not _NO_NAMES & set(match.group(group).lower().split()):
            yield Found(match.start(group), match.end(group), "name")


def _addresses(text: str) -> Iterator[Found]:
    for form in (_IPV4, _IPV6):
        for match in form.finditer(text):
            before = text[max(0, match.start() - 12) : match.start()]
            if _is_address(match.group()) and not _NUMBERING.search(before):
                yield Found(match.start(), match.end(), "address")


def _is_address(text: str) -> bool:
    try:
        return not ipaddress.ip_address(text).is_unspecified
    except ValueError:
        return False


def _runs(text: str) -> Iterator[Found]:
    """Give the runs of nine digits and more: cards by their check digit, and all the others.

    Round numbers are amounts.
    """
    for match in _DIGITS.finditer(_DATE.sub(_blank, text)):
        digits = re.sub(r"\D", "", match.group())
        if digits.endswith("00000"):
            continue
        card = len(digits) >= _CARD and luhn.is_valid(digits)
        yield Found(match.start(), match.end(), "card number" if card else "number")


_CARD = 13
_RANDOM_PIECE = 14
_RANDOM_TOKEN = 24
_MIXED = 4
_MIXED_MUCH = 8
_ENTROPY = 3.2


def _is_random(token: str) -> bool:
    """Tell whether a word looks drawn by lot: letters, capitals and digits mixed again and again.

    Names of models have all of them too, but in short pieces; names in code have few changes.
    """
    longest = max((piece.group() for piece in _PIECE.finditer(token)), key=len, default="")
    if len(longest) >= _RANDOM_PIECE and _counted(longest) >= _MIXED:
        return _entropy(longest) >= _ENTROPY
    bare = re.sub(r"[^A-Za-z0-9]", "", token if len(longest) < _RANDOM_PIECE else longest)
    mixed = _counted(bare) + _capitals(bare) >= _MIXED_MUCH
    return len(bare) >= _RANDOM_TOKEN and mixed and _entropy(bare) >= _ENTROPY


def _counted(text: str) -> int:
    """Count where a letter follows a digit, or a digit a letter."""
    return sum(a.isdigit() != b.isdigit() for a, b in pairwise(text))


def _capitals(text: str) -> int:
    """Count where a capital follows a small letter."""
    return sum(a.islower() and b.isupper() for a, b in pairwise(text))


def _entropy(text: str) -> float:
    """Return the bits that each character tells (Shannon), 0 for a repeated one."""
    counts = Counter(text).values()
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts)
