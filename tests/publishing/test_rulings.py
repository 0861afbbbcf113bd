"""A case's answer becomes a rule: cited as any is, kept by who publishes, gone when it expires."""

from __future__ import annotations

import pytest

from knowledge import chain
from knowledge.answering import cases
from knowledge.answering import rulings as written
from knowledge.answering.rulings import CaseRuling, Draft, Marker, RulingRefused
from knowledge.database import Database
from knowledge.errors import PublicationRefused
from knowledge.library import editions
from knowledge.models import Answer, Outcome, Ruling
from knowledge.publishing import proposals, rulings
from knowledge.publishing.proposals import Proposed
from knowledge.publishing.publication import Published
from tests.answering.rules import DAY, TODAY, Company, guideline, terms
from tests.fakes.judge import PlainJudge

PARKING = guideline("parking", "## Parking\n\n**Allowed.** Parking a bicycle in the cellar.\n")
ASKED = "May I print our model weights on a poster for the office wall?"
EXPIRES = TODAY + 90 * DAY
POSTER = Draft(
    title="Posters of weights",
    marker=Marker.ALLOWED,
    text="Printing our own model weights on a poster for the office wall.",
    expires=EXPIRES,
)


@pytest.fixture
def company(database: Database) -> Company:
    made = Company(database)
    made.publish(PARKING)
    return made


@pytest.fixture
def small(sqlite_database: Database) -> Company:
    """A company on SQLite, for what no database could decide differently."""
    made = Company(sqlite_database)
    made.publish(PARKING)
    return made


def write(company: Company, draft: Draft = POSTER) -> CaseRuling:
    with company.database.begin() as tx:
        return written.write(tx, draft, by="grace", now=company.now, today=company.today)


def issue(company: Company, draft: Draft = POSTER, **how: object) -> CaseRuling:
    """Write a ruling and publish it."""
    ruling = write(company, draft)
    made = rulings.issue(company.database, ruling, by="grace", now=company.now, **how)  # type: ignore[arg-type]
    assert isinstance(made, Published)
    return ruling


def held(company: Company) -> set[str]:
    return set(company.book().documents)


def said(answer: Answer) -> tuple[Ruling, str]:
    return answer.verdict.ruling, " ".join(quote.text for quote in answer.verdict.quotes)


# ------------------------------------------------------------------ the journey


def test_what_compliance_answers_once_answers_the_next_who_asks(company: Company):
    abstained = company.keep(company.ask(ASKED))
    assert abstained.verdict.ruling is Ruling.NOT_COVERED
    with company.database.begin() as tx:
        case = cases.open(tx, abstained.id, by="ursula", due_at=company.now, now=company.now)
        assert case is not None
        cases.reply(tx, case.id, "grace", "Yes, print it.", company.now)
    draft = Draft(
        title=POSTER.title, marker=POSTER.marker, text=POSTER.text, expires=EXPIRES, case=case.id
    )

    ruling = issue(company, draft)

    again = company.ask(ASKED)
    assert said(again) == (Ruling.ALLOWED, f"**Allowed.** {POSTER.text}")
    quote = again.verdict.quotes[0]
    assert quote.text in company.book().sections[quote.section_id].text
    assert (quote.document_id, quote.expires) == (ruling.document_id, EXPIRES)
    assert again.edition is not None
    note = f"Ruling {ruling.id}: Posters of weights"
    assert (again.edition.number, again.edition.note) == (2, note)
    with company.database.read() as tx:
        assert written.of_case(tx, case.id) == (ruling,)
        assert [e.what for e in chain.entries(tx)][-2:] == ["wrote a ruling", "published"]


@pytest.mark.parametrize(
    ("marker", "condition", "outcome", "ruling"),
    [
        (Marker.ALLOWED, "", Outcome.PERMITS, Ruling.ALLOWED),
        (Marker.ALLOWED_IF, "Facilities agrees", Outcome.CONDITIONS, Ruling.CONDITIONAL),
        (Marker.NOT_ALLOWED, "", Outcome.PROHIBITS, Ruling.NOT_ALLOWED),
        (Marker.ASK_FIRST, "", Outcome.CONDITIONS, Ruling.CONDITIONAL),
    ],
)
def test_a_ruling_is_one_section_with_one_clause_that_does_what_its_marker_says(
    small: Company, marker: Marker, condition: str, outcome: Outcome, ruling: Ruling
):
    draft = Draft(
        title="Posters",
        marker=marker,
        condition=condition,
        text="Printing our model weights\non a poster for the office wall.",
        expires=EXPIRES,
    )

    kept = issue(small, draft)

    book = small.book()
    sections = [each for each in book.sections.values() if each.document_id == kept.document_id]
    passages = [each for each in book.passages if each.document_id == kept.document_id]
    assert len(sections) == 1
    assert [each.outcome for each in passages if each.outcome is not Outcome.NONE] == [outcome]
    assert small.ask(ASKED).verdict.ruling is ruling


def test_a_ruling_is_read_by_its_audience_alone(small: Company):
    draft = Draft(
        title=POSTER.title,
        marker=POSTER.marker,
        text=POSTER.text,
        expires=EXPIRES,
        audience=frozenset({"facilities"}),
    )
    issue(small, draft)

    assert said(small.ask(ASKED)) == (Ruling.NOT_COVERED, "")
    assert small.ask(ASKED, groups=frozenset({"facilities"})).verdict.ruling is Ruling.ALLOWED


# ------------------------------------------------------------------ how long it lives


def test_from_the_day_it_expires_it_rules_no_more_and_before_it_did(company: Company):
    ruling = issue(company)

    company.now += 89 * DAY
    assert company.ask(ASKED).verdict.ruling is Ruling.ALLOWED
    company.now += DAY
    assert company.today == EXPIRES
    assert said(company.ask(ASKED)) == (Ruling.NOT_COVERED, "")
    assert company.ask(ASKED, as_of=EXPIRES - DAY).verdict.ruling is Ruling.ALLOWED
    assert company.ask(ASKED, as_of=EXPIRES).verdict.ruling is Ruling.NOT_COVERED
    assert all(
        quote.document_id != ruling.document_id for quote in company.ask(ASKED).verdict.closest
    )


def test_a_folder_that_is_published_keeps_the_rulings_that_live(company: Company):
    ruling = issue(company)

    company.publish(PARKING, guideline("new", "## New\n\n**Allowed.** Walking.\n"))

    assert held(company) == {"parking", "new", ruling.document_id}
    assert company.ask(ASKED).verdict.ruling is Ruling.ALLOWED
    assert company.publish(PARKING, guideline("new", "## New\n\n**Allowed.** Walking.\n")).unchanged


def test_a_folder_that_drops_a_guideline_is_refused_for_that_alone(small: Company):
    issue(small)

    with pytest.raises(PublicationRefused) as refused:
        small.publish(guideline("new", "## New\n\n**Allowed.** Walking.\n"))

    assert "parking" in str(refused.value)
    assert "ruling-1" not in str(refused.value)


def test_the_next_publication_drops_what_has_expired_unasked(company: Company):
    issue(company)
    company.now += 91 * DAY

    made = company.publish(PARKING)

    assert not made.unchanged
    assert held(company) == {"parking"}


def test_a_folder_may_take_a_ruling_over_as_a_guideline(small: Company):
    ruling = issue(small)
    taken = guideline(ruling.document_id, ruling.document.text, title=POSTER.title)

    small.publish(PARKING, taken)

    assert small.book().documents["ruling-1"].expires is None
    small.now += 400 * DAY
    assert small.ask(ASKED).verdict.ruling is Ruling.ALLOWED


def test_a_ruling_is_ended_before_its_day(small: Company):
    ruling = issue(small)

    rulings.retire(small.database, ruling, by="grace", now=small.now, today=small.today)

    assert said(small.ask(ASKED)) == (Ruling.NOT_COVERED, "")
    other = write(small)
    with pytest.raises(PublicationRefused, match="does not have it"):
        rulings.retire(small.database, other, by="grace", now=small.now, today=small.today)


def test_a_ruling_brings_no_edition_forward_that_is_still_to_come(small: Company):
    walking = guideline("new", "## New\n\n**Allowed.** Walking on the roof at noon.\n")
    small.publish(PARKING, walking, effective=small.now + 7 * DAY)

    issue(small)

    assert small.ask(ASKED).verdict.ruling is Ruling.NOT_COVERED
    small.now += 7 * DAY
    assert small.ask(ASKED).verdict.ruling is Ruling.ALLOWED
    assert held(small) == {"parking", "new", "ruling-1"}


# ------------------------------------------------------------------ with two approvals


def test_where_two_approve_a_ruling_is_proposed_and_holds_once_approved(company: Company):
    ruling = write(company)

    made = rulings.issue(company.database, ruling, by="grace", now=company.now, approvals=2)

    assert isinstance(made, Proposed)
    assert made.proposal is not None
    assert company.ask(ASKED).verdict.ruling is Ruling.NOT_COVERED
    with pytest.raises(PublicationRefused, match="grace proposed it"):
        proposals.approve(company.database, made.proposal.id, by="grace", now=company.now)
    proposals.approve(company.database, made.proposal.id, by="hedy", now=company.now)
    assert company.ask(ASKED).verdict.ruling is Ruling.ALLOWED
    assert company.book().documents[ruling.document_id] == ruling.document


def test_a_ruling_proposed_on_an_older_edition_is_proposed_again(small: Company):
    first = rulings.issue(small.database, write(small), by="grace", now=small.now, approvals=2)
    assert isinstance(first, Proposed)
    assert first.proposal is not None
    small.publish(PARKING, guideline("new", "## New\n\n**Allowed.** Walking.\n"))

    with pytest.raises(PublicationRefused, match="propose it again"):
        proposals.approve(small.database, first.proposal.id, by="hedy", now=small.now)

    with small.database.begin() as tx:
        proposals.withdraw(tx, first.proposal.id, by="grace", now=small.now)
        ruling = written.get(tx, 1)
    assert ruling is not None
    again = rulings.issue(small.database, ruling, by="grace", now=small.now, approvals=2)
    assert isinstance(again, Proposed)
    assert again.proposal is not None
    proposals.approve(small.database, again.proposal.id, by="hedy", now=small.now)
    assert held(small) == {"parking", "new", "ruling-1"}


# ------------------------------------------------------------------ its place among the rules


@pytest.mark.parametrize("of_a_vendor", [False, True])
def test_a_ruling_lifts_no_stricter_rule_neither_ours_nor_a_vendors(
    sqlite_database: Database, of_a_vendor: bool
):
    company = Company(sqlite_database, judge=PlainJudge(every=True))
    forbids = "## Posters\n\n**Not allowed.** Printing output of ChatGPT on posters.\n"
    strict = terms("strict", forbids, "OpenAI") if of_a_vendor else guideline("strict", forbids)
    company.publish(strict)
    draft = Draft(
        title="Posters",
        marker=Marker.ALLOWED,
        text="Printing output of ChatGPT on posters for the office.",
        expires=EXPIRES,
    )

    issue(company, draft)

    verdict = company.ask("May I print output of ChatGPT on posters?").verdict
    assert verdict.ruling is Ruling.NOT_ALLOWED
    assert bool(verdict.conflict) is of_a_vendor


# ------------------------------------------------------------------ what may be written


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"text": "…"}, "text"),
        ({"text": "x" * 1501}, "text"),
        ({"condition": "somebody agrees"}, "condition"),
        ({"marker": Marker.ALLOWED_IF}, "condition"),
        ({"marker": Marker.ALLOWED_IF, "condition": "two: things"}, "condition"),
        ({"expires": TODAY}, "expires"),
        ({"case": 7}, "case 7"),
    ],
)
def test_what_cannot_become_a_ruling_is_refused_with_its_reason(small: Company, change, place):
    fields = {"title": "T", "marker": Marker.ALLOWED, "text": "Doing it.", "expires": EXPIRES}

    with pytest.raises(RulingRefused) as refused:
        write(small, Draft(**(fields | change)))

    assert [problem.place for problem in refused.value.problems] == [place]
    with small.database.read() as tx:
        assert written.get(tx, 1) is None


@pytest.mark.parametrize(
    "text",
    ["# A heading\n\n**Not allowed.** Everything.", "- a\n- b", "| a | b |\n|---|---|", "```\nx"],
)
def test_whatever_is_written_stays_one_clause(small: Company, text: str):
    draft = Draft(title="{#odd} # Title", marker=Marker.NOT_ALLOWED, text=text, expires=EXPIRES)

    kept = issue(small, draft)

    passages = [each for each in small.book().passages if each.document_id == kept.document_id]
    assert [each.outcome for each in passages if each.outcome is not Outcome.NONE] == [
        Outcome.PROHIBITS
    ]


def test_an_edition_of_before_is_what_it_was(company: Company):
    issue(company)
    with company.database.read() as tx:
        first = editions.load(tx, 1)

    assert set(first.documents) == {"parking"}
