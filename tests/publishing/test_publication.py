"""Publications: the next edition or none, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from knowledge import chain
from knowledge.answering import answers
from knowledge.database import Database
from knowledge.errors import Problem, PublicationRefused, StoreRefused
from knowledge.library import editions
from knowledge.library.sources.folder import Source
from knowledge.models import Agreement, Answer, Document, Question, Ruling, Verdict
from knowledge.publishing import publication
from knowledge.publishing.publication import Published, Rules
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.library import NOON, VERSION, document, read

HOUR = timedelta(hours=1)
SIMPLE = Rules(version=VERSION, read=read)


def folder(**texts: str) -> Source:
    return Source(documents=tuple(document(name, text) for name, text in texts.items()))


def publish(database: Database, source: Source, **how: object) -> Published:
    given = {"by": "ada", "now": NOON, "rules": SIMPLE, **how}
    return publication.publish(database, source, **given)  # type: ignore[arg-type]


def loaded(database: Database, number: int):
    with database.read() as tx:
        return editions.load(tx, number)


def sections(count: int, start: int = 0) -> str:
    return "\n\n".join(f"# Rule {n}\n\nYou may do {n}." for n in range(start, start + count))


# ---------------------------------------------------------------- the next edition


def test_the_first_publication_is_edition_one(database: Database):
    published = publish(database, folder(use="# Use\n\nAllowed."), note="the beginning")

    assert published.edition.number == 1
    assert published.edition.published_by == "ada"
    assert published.edition.published_at == published.edition.effective_at == NOON
    assert published.edition.note == "the beginning"
    assert not published.unchanged
    assert [(change.kind, change.section_id) for change in published.changes] == [
        ("added", "use#use")
    ]
    book = loaded(database, 1)
    assert book.edition == published.edition
    assert book.documents["use"].text == "# Use\n\nAllowed."


def test_a_changed_folder_is_the_next_edition_and_leaves_the_last_as_it_was(database: Database):
    publish(database, folder(use="# Use\n\nAllowed.", other="# Else\n\nYou may."))
    before = loaded(database, 1)

    published = publish(database, folder(use="# Use\n\nNot.", other="# Else\n\nYou may."))

    assert published.edition.number == 2
    assert [change.kind for change in published.changes] == ["changed"]
    assert loaded(database, 1) == before
    assert loaded(database, 2).documents["use"].text == "# Use\n\nNot."


def test_the_same_folder_twice_makes_no_second_edition(database: Database):
    source = replace(folder(use="# Use\n\nAllowed."), warnings=("one url is fetched later",))
    first = publish(database, source)

    again = publish(database, source, by="eve", now=NOON + HOUR, effective=NOON + 2 * HOUR)

    assert again.unchanged
    assert again.edition == first.edition
    assert again.warnings == ("one url is fetched later",)
    with database.read() as tx:
        assert editions.all_editions(tx) == (first.edition,)


def test_a_folder_that_only_moved_makes_no_second_edition(database: Database):
    source = folder(use="# Use\n\nAllowed.")
    publish(database, source)
    moved = tuple(replace(each, path=f"elsewhere/{each.path}") for each in source.documents)

    assert publish(database, Source(documents=moved)).unchanged


@pytest.mark.parametrize(
    "said", [{"title": "New"}, {"audience": frozenset({"ml"})}, {"vendor": "acme"}]
)
def test_what_a_document_says_of_itself_is_part_of_the_edition(
    database: Database, said: dict[str, object]
):
    publish(database, folder(use="# Use\n\nAllowed."))
    changed = replace(folder(use="# Use\n\nAllowed.").documents[0], **said)  # type: ignore[arg-type]

    published = publish(database, Source(documents=(changed,)))

    assert published.edition.number == 2
    assert loaded(database, 2).documents["use"] == changed


def test_agreements_are_part_of_the_edition(database: Database):
    source = folder(use="# Use\n\nAllowed.")
    publish(database, source)
    agreed = (Agreement(vendor="acme", documents=("use",), channel="api"),)

    published = publish(database, replace(source, agreements=agreed))

    assert published.edition.number == 2
    assert loaded(database, 1).agreements == ()
    assert loaded(database, 2).agreements == agreed


def test_new_rules_of_reading_make_a_new_edition_of_the_same_words(database: Database):
    source = folder(use="# Use\n\nAllowed.")
    publish(database, source)

    newer = Rules(version="simple 2", read=read)

    assert publish(database, source, rules=newer).edition.number == 2
    assert publish(database, source, rules=newer).unchanged


def test_an_unchanged_document_is_not_read_again(database: Database):
    seen: list[str] = []

    def reading(each: Document):
        seen.append(each.id)
        return read(each)

    rules = Rules(version=VERSION, read=reading)
    publish(database, folder(a="# A\n\nOne.", b="# B\n\nTwo."), rules=rules)
    seen.clear()

    publish(database, folder(a="# A\n\nOne.", b="# B\n\nThree."), rules=rules)

    assert seen == ["b"]


def test_a_renamed_section_knows_what_it_was_called(database: Database):
    publish(database, folder(use="# Use\n\nYou may do so.\n\n# Else\n\nYou may not."))

    publish(database, folder(use="# Using it\n\nYou may do so.\n\n# Else\n\nYou may not."))

    with database.read() as tx:
        assert editions.renames(tx, 1) == {}
        assert editions.renames(tx, 2) == {"use#using-it": "use#use"}


def test_a_later_edition_waits_for_its_day(database: Database):
    publish(database, folder(use="# Use\n\nAllowed."))

    publish(database, folder(use="# Use\n\nNot."), effective=NOON + HOUR)

    with database.read() as tx:
        now, later = editions.current(tx, NOON), editions.current(tx, NOON + HOUR)
    assert now is not None
    assert later is not None
    assert (now.number, later.number) == (1, 2)


def test_a_retroactive_edition_says_so_and_counts_the_answers_since(database: Database):
    publish(database, folder(use="# Use\n\nAllowed."))
    with database.begin() as tx:
        for minutes in (-1, 0, 30):
            given = Answer(
                id=str(minutes),
                question=Question(text="May I?"),
                verdict=Verdict(ruling=Ruling.NOT_COVERED, reason=""),
                edition=None,
                cited=(),
                fingerprint="",
                asked_at=NOON + timedelta(minutes=minutes),
                took=0.0,
            )
            answers.record(tx, given, keep_until=None, asker=None)

    published = publish(database, folder(use="# Use\n\nNot."), now=NOON + HOUR, effective=NOON)

    assert published.edition.retroactive
    assert published.warnings == (
        "Edition 2 is retroactive to 2026-03-31T12:00+00:00; 2 answers were given since.",
    )


def test_each_publication_is_entered_in_the_chain(database: Database):
    publish(database, folder(use="# Use\n\nAllowed."))
    publish(database, folder(use="# Use\n\nNot."), by="eve")

    with database.read() as tx:
        entered = [(each.who, each.what, each.about["edition"]) for each in chain.entries(tx)]
        assert entered == [("ada", "published", 1), ("eve", "published", 2)]
        assert chain.broken_at(tx) is None


# ---------------------------------------------------------------- embeddings


def test_only_what_is_new_is_embedded(database: Database, embedder: FakeEmbedder):
    publish(database, folder(a=sections(5), b="# B\n\nTwo."), embedder=embedder)
    embedder.seen.clear()

    publish(database, folder(a=sections(5), b="# B\n\nTwo.\n\nThree."), embedder=embedder)

    assert [text.splitlines()[-1] for text in embedder.seen] == ["Three."]


def test_a_text_that_stands_twice_is_embedded_once(database: Database, embedder: FakeEmbedder):
    same = {"title": "Same"}
    twice = tuple(document(name, "# Use\n\nAllowed.", **same) for name in ("a", "b"))

    publish(database, Source(documents=twice), embedder=embedder)

    assert len(embedder.seen) == len(set(embedder.seen))


def test_another_embedder_embeds_everything_when_something_changes(database: Database):
    publish(database, folder(a=sections(3)), embedder=FakeEmbedder())
    other = FakeEmbedder(name="fake-2")

    publish(database, folder(a=sections(4)), embedder=other)

    assert len(other.seen) == len(loaded(database, 2).passages)


def test_a_failing_embedder_leaves_the_old_edition(database: Database):
    class Broken(FakeEmbedder):
        def embed(self, texts):
            raise RuntimeError("out of memory")

    publish(database, folder(use="# Use\n\nAllowed."))

    with pytest.raises(RuntimeError, match="out of memory"):
        publish(database, folder(use="# Use\n\nNot."), embedder=Broken())

    with database.read() as tx:
        assert [each.number for each in editions.all_editions(tx)] == [1]


# ---------------------------------------------------------------- refusals


def test_a_folder_without_documents_is_refused(database: Database):
    with pytest.raises(PublicationRefused, match="no document in it"):
        publish(database, Source(documents=()))


@pytest.mark.parametrize("by", ["", "  ", "ada\nroot", "ad\udca1"])
def test_nobody_cannot_publish(database: Database, by: str):
    with pytest.raises(PublicationRefused, match="--as"):
        publish(database, folder(use="# Use\n\nAllowed."), by=by)


@pytest.mark.parametrize("note", ["NUL \0 here", "half a pair \ud800"])
def test_a_note_that_cannot_be_stored_is_refused(database: Database, note: str):
    with pytest.raises(PublicationRefused, match="--note"):
        publish(database, folder(use="# Use\n\nAllowed."), note=note)


@pytest.mark.parametrize("text", ["# Use\n\nNUL \0 here", "# Use\n\nhalf a pair \ud800"])
def test_text_that_cannot_be_stored_is_refused_by_file(database: Database, text: str):
    with pytest.raises(PublicationRefused, match=r"^use\.md: .*cannot be stored.*UTF-8"):
        publish(database, folder(use=text))


def test_dropping_a_document_needs_to_be_meant(database: Database):
    publish(database, folder(a="# A\n\nOne.", b=sections(20)))
    smaller = folder(b=sections(20))

    with pytest.raises(PublicationRefused, match=r"drops a\. .*--allow-removals"):
        publish(database, smaller)

    assert publish(database, smaller, allow_removals=True).edition.number == 2


def test_dropping_a_fifth_of_the_sections_needs_to_be_meant(database: Database):
    publish(database, folder(a=sections(10)))

    with pytest.raises(PublicationRefused, match=r"2 of 10 sections .*a#rule-8, a#rule-9"):
        publish(database, folder(a=sections(8)))

    assert publish(database, folder(a=sections(9))).edition.number == 2


def test_a_removal_can_be_meant(database: Database):
    publish(database, folder(a=sections(10)))

    assert publish(database, folder(a=sections(2)), allow_removals=True).edition.number == 2


def test_a_refused_publication_changes_nothing(database: Database):
    publish(database, folder(a=sections(10)))
    before = everything(database)

    with pytest.raises(PublicationRefused):
        publish(database, folder(a=sections(5)))

    assert everything(database) == before


def test_a_reading_that_loses_words_never_becomes_an_edition(database: Database):
    def losing(each: Document):
        return read(replace(each, text=each.text[:-1]))

    with pytest.raises(ValueError, match="not a partition"):
        publish(database, folder(a=sections(3)), rules=Rules(version="losing", read=losing))


# ---------------------------------------------------------------- two at once


def test_of_two_who_publish_at_once_the_second_is_told(database: Database, database_url: str):
    publish(database, folder(a=sections(3)))
    meet = Barrier(2, timeout=20)

    def together(what: str, _done: int, _of: int) -> None:
        if what == "reading":
            meet.wait()

    def attempt(who: str) -> Published | str:
        store = Database.open(database_url)
        try:
            text = f"{sections(3)}\n\n# New\n\n{who} may."
            return publish(store, folder(a=text), by=who, progress=together)
        except PublicationRefused as refusal:
            return str(refusal)
        finally:
            store.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(attempt, ["ada", "eve"]))

    (won,) = (each for each in outcomes if isinstance(each, Published))
    (told,) = (each for each in outcomes if isinstance(each, str))
    assert told == (
        f"publication: edition 2 was published meanwhile by {won.edition.published_by}. "
        "Look at what it changed, then publish again."
    )
    with database.read() as tx:
        assert [each.number for each in editions.all_editions(tx)] == [1, 2]
        assert chain.broken_at(tx) is None


def test_two_who_embed_the_same_at_once_do_not_disturb_each_other(
    database: Database, database_url: str
):
    meet = Barrier(2, timeout=20)

    class Meeting(FakeEmbedder):
        def embed(self, texts):
            meet.wait()
            return super().embed(texts)

    def attempt(who: str) -> bool:
        store = Database.open(database_url)
        try:
            publish(store, folder(a=sections(3)), by=who, embedder=Meeting())
        except PublicationRefused:
            return False
        finally:
            store.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ["ada", "eve"])) == [False, True]


# ---------------------------------------------------------------- the index


class Recorder:
    def __init__(self) -> None:
        self.built: list[int] = []

    def build(self, number: int) -> None:
        self.built.append(number)


def test_the_index_is_built_after_the_edition_and_only_for_a_new_one(database: Database):
    index = Recorder()

    publish(database, folder(a=sections(3)), index=index)
    publish(database, folder(a=sections(3)), index=index)

    assert index.built == [1]


def test_a_failing_index_is_a_warning_and_no_reason_to_take_the_edition_back(database: Database):
    class Broken:
        def build(self, number: int) -> None:
            raise StoreRefused(Problem(place="index", what="it is corrupt", mend="Delete it"))

    published = publish(database, folder(a=sections(3)), index=Broken())

    assert "index: it is corrupt. Delete it." in published.warnings[0]
    assert loaded(database, 1).edition == published.edition


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with database.read() as tx:
        return dict(_tables(tx))


def _tables(tx: sa.Connection) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    for name in sa.inspect(tx).get_table_names():
        rows = tx.execute(sa.text(f'SELECT * FROM "{name}"'))  # noqa: S608 - our own names
        yield name, sorted(tuple(row) for row in rows)
