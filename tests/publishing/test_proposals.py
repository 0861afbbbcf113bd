"""Publications that need a second person."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest

from knowledge import chain
from knowledge.database import Database
from knowledge.errors import PublicationRefused
from knowledge.library import editions
from knowledge.library.sources.folder import Source
from knowledge.models import Agreement, Kind
from knowledge.publishing import proposals, publication
from knowledge.publishing.proposals import Proposal, Proposed, State
from knowledge.publishing.publication import Published, Rules, Tools
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.library import NOON, VERSION, document, read

HOUR = timedelta(hours=1)
SIMPLE = Tools(rules=Rules(version=VERSION, read=read))


def folder(**texts: str) -> Source:
    return Source(documents=tuple(document(name, text) for name, text in texts.items()))


FOLDER = folder(use="# Use\n\nAllowed.")
OTHER = folder(use="# Use\n\nNot.")


def propose(database: Database, source: Source = FOLDER, **how: object) -> Proposed:
    given = {"by": "ada", "now": NOON, "tools": SIMPLE, **how}
    return proposals.propose(database, source, **given)  # type: ignore[arg-type]


def proposed(database: Database, source: Source = FOLDER, **how: object) -> Proposal:
    found = propose(database, source, **how).proposal
    assert found is not None
    return found


def approve(database: Database, proposal: Proposal, by: str = "eve", **how: object) -> Published:
    given = {"now": NOON + HOUR, "tools": SIMPLE, **how}
    return proposals.approve(database, proposal.id, by=by, **given)  # type: ignore[arg-type]


def publish(database: Database, source: Source) -> Published:
    return publication.publish(database, source, by="bob", now=NOON, rules=SIMPLE.rules)


def test_a_proposal_publishes_nothing(database: Database):
    made = propose(database, note="see the ticket")

    with database.read() as tx:
        assert editions.latest(tx) is None
        assert proposals.open_proposals(tx) == (made.proposal,)
    assert made.proposal is not None
    assert (made.proposal.proposed_by, made.proposal.base) == ("ada", None)
    assert made.proposal.note == "see the ticket"
    assert [change.section_id for change in made.changes] == ["use#use"]


def test_a_second_person_publishes_it_and_both_are_named(database: Database):
    proposal = proposed(database)

    published = approve(database, proposal)

    assert published.edition.number == 1
    assert published.edition.published_by == "ada"
    assert published.edition.approved_by == "eve"
    assert published.edition.published_at == NOON + HOUR
    with database.read() as tx:
        decided = proposals.get(tx, proposal.id)
        assert decided is not None
        assert (decided.state, decided.decided_by, decided.edition) == (State.APPROVED, "eve", 1)
        assert proposals.open_proposals(tx) == ()
        assert editions.load(tx, 1).edition == published.edition
        assert [(each.who, each.what) for each in chain.entries(tx)] == [
            ("ada", "proposed"),
            ("ada", "published"),
            ("eve", "approved"),
        ]


def test_what_is_approved_is_what_was_proposed_to_the_letter(database: Database):
    whole = Source(
        documents=(
            document(
                "acme",
                "# Use\n\nAllowed.\n",
                kind=Kind.TERMS,
                vendor="acme",
                entity="Labs",
                audience=frozenset({"ml", "legal"}),
                owner="ada",
                effective=date(2026, 1, 1),
                review_every=30,
                url="https://example.com",
                plans=frozenset({"api", "team"}),
            ),
        ),
        agreements=(
            Agreement(vendor="acme", documents=("acme",), channel="api", since=date(2026, 1, 1)),
        ),
        warnings=("one address is fetched later",),
    )

    proposal = proposed(database, whole)
    approve(database, proposal)

    with database.read() as tx:
        assert proposals.source(tx, proposal.id) == whole
        book = editions.load(tx, 1)
        with pytest.raises(KeyError):
            proposals.source(tx, 99)
    assert tuple(book.documents.values()) == whole.documents
    assert book.agreements == whole.agreements


@pytest.mark.parametrize("by", ["ada", "Ada", " ADA ", "\uff41da"])
def test_nobody_approves_their_own_proposal_however_they_type_their_name(
    database: Database, by: str
):
    proposal = proposed(database)

    with pytest.raises(PublicationRefused, match="proposed it"):
        approve(database, proposal, by=by)

    with database.read() as tx:
        assert editions.latest(tx) is None


def test_nobody_approves_without_a_name(database: Database):
    with pytest.raises(PublicationRefused, match="--as"):
        approve(database, proposed(database), by=" ")


def test_a_proposal_on_an_edition_that_is_no_longer_the_latest_is_stale(database: Database):
    proposal = proposed(database)
    publish(database, OTHER)

    with pytest.raises(PublicationRefused, match=r"edition 1 was published after.*Withdraw it"):
        approve(database, proposal)

    with database.read() as tx:
        assert proposals.open_proposals(tx) == (proposal,)


def test_a_proposal_is_approved_once(database: Database):
    proposal = proposed(database)
    approve(database, proposal)

    with pytest.raises(PublicationRefused, match="it was approved by eve"):
        approve(database, proposal, by="bob")


def test_of_two_who_approve_at_once_one_does(database: Database, database_url: str):
    proposal = proposed(database)
    meet = Barrier(2, timeout=20)

    class Meeting(FakeEmbedder):
        def embed(self, texts):
            meet.wait()
            return super().embed(texts)

    def attempt(by: str) -> bool:
        store = Database.open(database_url)
        try:
            approve(store, proposal, by, tools=Tools(embedder=Meeting(), rules=SIMPLE.rules))
        except PublicationRefused:
            return False
        finally:
            store.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ["eve", "bob"])) == [False, True]

    with database.read() as tx:
        assert len(editions.all_editions(tx)) == 1


def test_a_withdrawn_proposal_is_not_approved(database: Database):
    proposal = proposed(database)

    with database.begin() as tx:
        withdrawn = proposals.withdraw(tx, proposal.id, by="ada", now=NOON + HOUR)

    assert withdrawn.state is State.WITHDRAWN
    with database.read() as tx:
        assert proposals.get(tx, proposal.id) == withdrawn
        assert proposals.open_proposals(tx) == ()
    with pytest.raises(PublicationRefused, match="it was withdrawn by ada"):
        approve(database, proposal)


def test_an_unknown_proposal_is_refused(database: Database):
    with pytest.raises(PublicationRefused, match="none of this number"):
        proposals.approve(database, 7, by="eve", now=NOON)


def test_what_is_published_already_is_not_proposed(database: Database):
    publish(database, FOLDER)

    assert propose(database).proposal is None


def test_the_same_is_not_proposed_twice(database: Database):
    proposal = proposed(database)

    with pytest.raises(PublicationRefused, match=f"proposal {proposal.id}: it proposes exactly"):
        propose(database, by="eve")


def test_a_proposal_is_refused_as_a_publication_would_be(database: Database):
    publish(database, folder(use="# Use\n\nAllowed.", other="# Else\n\nYou may."))

    with pytest.raises(PublicationRefused, match="drops other"):
        propose(database)

    meant = proposed(database, allow_removals=True)
    assert approve(database, meant).edition.number == 2


def test_an_effective_date_is_kept_with_the_proposal(database: Database):
    later = NOON + 48 * HOUR

    published = approve(database, proposed(database, effective=later))

    assert published.edition.effective_at == later


def test_approving_embeds_what_is_missing(database: Database, embedder: FakeEmbedder):
    proposal = proposed(database)

    approve(database, proposal, tools=Tools(embedder=embedder, rules=SIMPLE.rules))

    assert embedder.seen
