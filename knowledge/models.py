"""The words of the product as values that refuse to be wrong.

Every dataclass is frozen and keyword-only. Nothing here reads, writes, logs or asks the time.
Offsets count Unicode code points; hashes are lower-case SHA-256 in hexadecimal; instants are
timezone-aware UTC. What each word means is decided in docs/verdicts.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


def text_hash(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# ---------------------------------------------------------------- what the rules say


class Kind(StrEnum):
    """What a document is: an internal guideline, a vendor's public terms, a negotiated contract."""

    GUIDELINE = "guideline"
    TERMS = "terms"
    CONTRACT = "contract"


class Outcome(StrEnum):
    """What a passage does."""

    PROHIBITS = "prohibits"
    REQUIRES = "requires"
    CONDITIONS = "conditions"
    PERMITS = "permits"
    NONE = "none"


class Basis(StrEnum):
    """Who decided a passage's outcome: the author's marker, or our reader of its words."""

    MARKER = "marker"
    READER = "reader"


class Shape(StrEnum):
    """What a passage is in its document's layout."""

    PARAGRAPH = "paragraph"
    LEAD_IN = "lead_in"
    ITEM = "item"
    ROW = "row"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One guideline, terms page or contract as its author stored it.

    `text` is the stored Markdown without front matter, line ends as "\\n". An empty `audience` is
    everybody in the company; otherwise only members of one of the named groups may read it.
    `review_every` is in days. `plans` are the channels of a vendor's product to which a vendor's
    document is limited ("api", "team"); empty is all. From the day `expires` on it rules no more;
    only a ruling has one.
    """

    id: str
    title: str
    kind: Kind
    text: str
    path: str
    vendor: str | None = None
    entity: str | None = None
    audience: frozenset[str] = frozenset()
    owner: str | None = None
    effective: date | None = None
    review_every: int | None = None
    url: str | None = None
    plans: frozenset[str] = frozenset()
    expires: date | None = None

    def expired(self, day: date) -> bool:
        """Tell whether it rules no more on that day."""
        return self.expires is not None and self.expires <= day

    def readable_by(self, groups: frozenset[str], *, insider: bool = True) -> bool:
        """Tell whether somebody in these groups may read the document.

        Guests and strangers (`insider` false) read only what names one of their groups.
        """
        if not self.audience:
            return insider
        return bool(self.audience & groups)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it up to the next heading.

    `id` is "document#slug". `headings` are the headings above and its own, outermost first.
    `start` is the offset of `text` in the document's text; the sections of a document partition it.
    """

    id: str
    document_id: str
    headings: tuple[str, ...]
    start: int
    text: str

    @property
    def hash(self) -> str:
        """The hash of the section's text."""
        return text_hash(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph, list item or table row: the smallest thing that rules on something.

    `start` and `end` delimit its span in the section's text (the spans of a section partition
    it, headings and blank lines included); `text` is the clause's own words, a contiguous
    substring of that span. `lead_ins` are the sentences that introduce the list it stands in,
    outermost first, each a verbatim substring of the document. `advice` marks soft words
    ("should", "avoid"), which never bind more than conditionally. `promise` marks what the vendor
    says of its own conduct ("we will not train on your content"): one may rely on it, but it
    permits no act of ours. `carve_outs` and `definitions` are the ids of passages that belong to
    its unit.
    """

    id: str
    section_id: str
    document_id: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    lead_ins: tuple[str, ...] = ()
    shape: Shape = Shape.PARAGRAPH
    outcome: Outcome = Outcome.NONE
    basis: Basis = Basis.READER
    advice: bool = False
    promise: bool = False
    carve_outs: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a span that is empty or turned round."""
        if not 0 <= self.start < self.end:
            raise ValueError(f"passage {self.id} spans {self.start} to {self.end}")

    @property
    def hash(self) -> str:
        """The hash of the clause's own words."""
        return text_hash(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A line of agreements.yaml: which documents bind an entity towards a vendor, strongest first.

    `channel` is how the vendor's models are reached ("api", "azure", "app"); None is any.
    `missing` are the titles of documents that are known to govern, but are not at hand.
    """

    vendor: str
    documents: tuple[str, ...]
    channel: str | None = None
    entity: str | None = None
    since: date | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """An exception: leave to do, for one purpose, what an internal rule forbids or ties.

    Named so as not to be taken for Python's own. It is for `people` (ids) and for the members of
    `groups`. `rule` is a section's id; `clauses` are the hashes of that section's passages as they
    stood when it was granted: what was reworded since binds anew. From the day `until` on it lifts
    nothing.
    """

    id: int
    rule: str
    clauses: frozenset[str]
    people: frozenset[str]
    groups: frozenset[str]
    purpose: str
    until: date
    granted_by: str
    granted_at: datetime
    case: int | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def lifts(self, passage: Passage) -> bool:
        """Tell whether it is about this very clause."""
        return passage.section_id == self.rule and passage.hash in self.clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One numbered publication of the whole body of rules.

    `approved_by` is the second person, where publications need one.
    """

    number: int
    published_at: datetime
    published_by: str
    effective_at: datetime
    note: str = ""
    approved_by: str | None = None

    @property
    def retroactive(self) -> bool:
        """Tell whether it rules on a time before it was published."""
        return self.effective_at < self.published_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A clause, the carve-outs it names and the definitions it uses: judged and cited together."""

    clause: Passage
    carve_outs: tuple[Passage, ...] = ()
    definitions: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Everything one edition says, in document order. Derived maps are built once."""

    edition: Edition
    documents: Mapping[str, Document]
    sections: Mapping[str, Section]
    passages: Sequence[Passage]
    agreements: tuple[Agreement, ...] = ()
    _by_id: dict[str, Passage] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the passages by id."""
        object.__setattr__(self, "_by_id", {passage.id: passage for passage in self.passages})

    def passage(self, passage_id: str) -> Passage:
        """Return the passage; raises KeyError where the edition has none of that id."""
        return self._by_id[passage_id]

    def unit(self, passage: Passage) -> Unit:
        """Return the passage with its carve-outs and definitions."""
        return Unit(
            clause=passage,
            carve_outs=tuple(self._by_id[i] for i in passage.carve_outs if i in self._by_id),
            definitions=tuple(self._by_id[i] for i in passage.definitions if i in self._by_id),
        )


# ---------------------------------------------------------------- what is asked and found


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What somebody wants to know, and what they may read.

    Where several people will read the answer, `groups` are those that all of them are in, and
    `insider` tells whether all of them belong to the company.

    `thread` holds the earlier questions of the conversation, oldest first. `documents` limits
    the search to these document ids; None searches all. `as_of` asks what the rules said then.
    """

    text: str
    groups: frozenset[str] = frozenset()
    insider: bool = True
    entity: str | None = None
    thread: tuple[str, ...] = ()
    documents: frozenset[str] | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage found for a question, with the scores that found it.

    `score` orders the hits (higher is better, comparable only within one search); `dense` is the
    cosine in [-1, 1], `lexical` BM25, `late` the mean best token match in [-1, 1]; each is None
    where that way of searching was not available.
    """

    passage: Passage
    score: float
    dense: float | None = None
    lexical: float | None = None
    late: float | None = None


# ---------------------------------------------------------------- what it means


class Ruling(StrEnum):
    """The four answers."""

    ALLOWED = "allowed"
    CONDITIONAL = "conditional"
    NOT_ALLOWED = "not_allowed"
    NOT_COVERED = "not_covered"


class Bearing(StrEnum):
    """What a unit that applies says of the question."""

    FORBIDS = "forbids"
    PERMITS = "permits"
    CONDITION_OPEN = "condition_open"
    CONDITION_MET = "condition_met"
    CONDITION_UNMET = "condition_unmet"
    LIFTED = "lifted"
    ALSO_REQUIRED = "also_required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a judge made of one passage it was shown.

    `bearing` is None where the passage does not apply. `quotes` are the words it rests on,
    verbatim. `conditions` are in plain words; `missing` are the facts that would decide;
    `met` are the facts taken from the question.
    """

    passage_id: str
    applies: bool
    bearing: Bearing | None = None
    quotes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    why: str = ""

    def __post_init__(self) -> None:
        """Refuse a finding that applies without saying how, or the reverse."""
        if self.applies != (self.bearing is not None):
            raise ValueError(f"finding on {self.passage_id}: a bearing goes with applying")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a judge thinks: a finding per passage shown, one reason, and who the judge was.

    `confidence` in [0, 1] orders a judge's opinions by how sure it is, for the risk-coverage
    curve; no verdict depends on it. None where the judge does not say. `note` is a sentence on
    how the opinion came about, where it was not as usual: another judge stood in.
    """

    findings: tuple[Finding, ...]
    reason: str
    fingerprint: str
    confidence: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The exact words of a rule, and where and since when they stand.

    `expires` is the day from which a ruling counts no more.
    """

    text: str
    document_id: str
    document_title: str
    section_id: str
    passage_id: str
    outcome: Outcome
    edition: int
    effective: date | None
    advice: bool = False
    expires: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionUsed:
    """An exception (a `Waiver`) on which a verdict rests; the rule it lifts is quoted all the same.

    With `stated` the question itself says that it is for the purpose; otherwise that is asked.
    """

    id: int
    section_id: str
    purpose: str
    until: date
    by: str
    stated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A ruling and the quotes it rests on. Only "not covered" may stand without a quote.

    `deciding` is the condition on which it turns, for the first line. `notes` are duties also
    required, which did not vote. `closest` are the nearest rules, shown where nothing is covered.
    `conflict` says in a sentence that an internal rule and a vendor's term disagree. `note` says
    in a sentence what was unusual about the judging: another judge stood in. `exceptions` are those
    that lift a rule quoted here. `plans` are the ways of having the vendor's product between which
    the ruling differs, where the question leaves open which it is.
    """

    ruling: Ruling
    reason: str
    deciding: str = ""
    conditions: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    notes: tuple[Quote, ...] = ()
    missing: tuple[str, ...] = ()
    met: tuple[str, ...] = ()
    closest: tuple[Quote, ...] = ()
    conflict: str = ""
    note: str = ""
    exceptions: tuple[ExceptionUsed, ...] = ()
    plans: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a ruling that rests on nothing."""
        if self.ruling is not Ruling.NOT_COVERED and not self.quotes:
            raise ValueError(f"a verdict of {self.ruling} needs a quote")


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedUnit:
    """What an answer rested on, kept so that a later change can be recognised."""

    section_id: str
    passage_id: str
    outcome: Outcome
    text_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A verdict given to a question under one edition, as it is recorded.

    `took` is in seconds. `edition` is None where no edition was in force on the day asked about.
    Since `erased_at` the question's text and whatever was said about it are gone (empty).
    """

    id: str
    question: Question
    verdict: Verdict
    edition: Edition | None
    cited: tuple[CitedUnit, ...]
    fingerprint: str
    asked_at: datetime
    took: float
    opinion: Opinion | None = None
    hits: tuple[Hit, ...] = ()
    erased_at: datetime | None = None
