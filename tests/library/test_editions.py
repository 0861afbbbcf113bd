"""Editions as they are kept: what comes back whole, and which one is in force when."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.database import Database
from knowledge.library import editions
from knowledge.library.editions import Reading
from knowledge.models import (
    Agreement,
    Basis,
    Document,
    Kind,
    Outcome,
    Passage,
    Section,
    Shape,
)
from tests.fakes.library import NOON, draft, reading

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def write(database: Database, *drafts: editions.Draft) -> None:
    with database.begin() as tx:
        for each in drafts:
            editions.write(tx, each, lambda *_: None)


WHOLE = Document(
    id="acme",
    title="Acme terms",
    kind=Kind.CONTRACT,
    text="# Use\n\nYou may:\n- train, unless it competes.\n",
    path="terms/acme.md",
    vendor="acme",
    entity="Labs GmbH",
    audience=frozenset({"ml", "legal"}),
    owner="ada",
    effective=date(2026, 1, 2),
    review_every=90,
    url="https://example.com/terms",
    plans=frozenset({"api", "team"}),
    expires=date(2027, 1, 2),
)
SECTION = Section(
    id="acme#use", document_id="acme", headings=("Acme", "Use"), start=0, text=WHOLE.text
)
ITEM = Passage(
    id="acme#use.2",
    section_id="acme#use",
    document_id="acme",
    start=16,
    end=len(WHOLE.text),
    text="train, unless it competes.",
    headings=("Elsewhere",),
    lead_ins=("You may:",),
    shape=Shape.ITEM,
    outcome=Outcome.PERMITS,
    basis=Basis.MARKER,
    advice=True,
    promise=True,
    carve_outs=("acme#use.1",),
    definitions=("acme#use.1",),
)
REST = dataclasses.replace(
    ITEM,
    id="acme#use.1",
    start=0,
    end=16,
    text="You may:",
    **{
        field.name: field.default
        for field in dataclasses.fields(Passage)
        if field.default is not dataclasses.MISSING
    },
)


def test_an_edition_comes_back_whole(database: Database):
    whole = Reading(document=WHOLE, sections=(SECTION,), passages=(REST, ITEM))
    agreed = Agreement(
        vendor="acme", documents=("acme",), channel="api", entity="Labs", since=date(2026, 1, 1)
    )
    written = dataclasses.replace(draft(1, whole, approved_by="eve"), agreements=(agreed,))

    write(database, written)
    with database.read() as tx:
        book = editions.load(tx, 1)

    assert book.edition == written.edition
    assert book.documents == {"acme": WHOLE}
    assert book.sections == {"acme#use": SECTION}
    assert list(book.passages) == [REST, ITEM]
    assert book.agreements == (agreed,)


@pytest.mark.parametrize(("kind", "value"), [(Document, WHOLE), (Passage, ITEM)])
def test_no_field_of_a_document_or_passage_can_be_forgotten_here(kind: type, value: object):
    """The edition above must hold every field that exists, each other than by default."""
    for field in dataclasses.fields(kind):
        assert getattr(value, field.name) != field.default, field.name


texts = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), min_size=1, max_size=40),
    min_size=1,
    max_size=4,
).map(lambda parts: "\n\n".join(f"# {i}\n\n{part}" for i, part in enumerate(parts)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(written=st.dictionaries(st.sampled_from("abcd"), texts, min_size=1))
def test_any_text_comes_back_to_the_character(database: Database, written: dict[str, str]):
    with database.begin() as tx:
        last = editions.latest(tx)
        number = last.number + 1 if last else 1
        made = draft(number, *(reading(name, text) for name, text in written.items()))
        editions.write(tx, made, lambda *_: None)
        book = editions.load(tx, number)

    assert {each.id: each.text for each in book.documents.values()} == written
    assert list(book.passages) == [p for each in made.readings.values() for p in each.passages]
    for passage in book.passages:
        section = book.sections[passage.section_id]
        assert passage.text in section.text[passage.start : passage.end]


def test_documents_keep_their_order(database: Database):
    write(database, draft(1, reading("z", "Zed."), reading("a", "Ay."), reading("m", "Em.")))

    with database.read() as tx:
        assert list(editions.load(tx, 1).documents) == ["z", "a", "m"]


def test_an_unchanged_document_is_written_once(database: Database):
    same = reading("same", "# One\n\nAllowed.")
    first = draft(1, same, reading("other", "Old."))
    key = next(iter(first.readings))
    second = dataclasses.replace(draft(2, reading("other", "New.")), rules=first.rules)
    second = dataclasses.replace(second, readings={key: same, **second.readings})

    write(database, first, second)

    with database.read() as tx:
        count = sa.select(sa.func.count()).select_from(editions.reading_sections)
        assert tx.scalar(count) == 3
        assert editions.load(tx, 2).documents["same"] == same.document
        assert editions.load(tx, 1).documents["other"].text == "Old."


def test_one_section_is_found_by_its_id_in_each_edition(database: Database):
    write(
        database,
        draft(1, reading("a", "# Use\n\nAllowed.")),
        draft(2, reading("a", "# Use\n\nNot allowed.")),
    )

    with database.read() as tx:
        texts = [editions.section(tx, "a#use", number) for number in (1, 2, 3)]
        assert [each and each.text for each in texts] == [
            "# Use\n\nAllowed.",
            "# Use\n\nNot allowed.",
            None,
        ]
        assert editions.section(tx, "a#nowhere", 1) is None


def test_an_edition_that_is_not_there_is_none(database: Database):
    with database.read() as tx:
        assert editions.edition(tx, 1) is None
        assert editions.latest(tx) is None
        assert editions.all_editions(tx) == ()
        with pytest.raises(KeyError):
            editions.load(tx, 1)


# ---------------------------------------------------------------- which is in force


def test_an_edition_rules_from_its_effective_instant_on(database: Database):
    later = NOON + HOUR
    write(
        database,
        draft(1, reading("a", "One.")),
        draft(2, reading("a", "Two."), effective_at=later),
    )

    with database.read() as tx:
        in_force = {
            at: found and found.number
            for at in (NOON - HOUR, NOON, later - timedelta(microseconds=1), later)
            for found in [editions.current(tx, at)]
        }
        assert list(in_force.values()) == [None, 1, 1, 2]
        assert [each.number for each in editions.all_editions(tx)] == [1, 2]


def test_of_two_editions_in_force_the_higher_number_rules(database: Database):
    write(
        database,
        draft(1, reading("a", "One."), effective_at=NOON),
        draft(2, reading("a", "Two."), effective_at=NOON - 24 * HOUR),
    )

    with database.read() as tx:
        found = editions.current(tx, NOON)

    assert found is not None
    assert found.number == 2
    assert found.retroactive


@pytest.mark.parametrize(
    ("effective", "day", "number"),
    [
        (datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC), date(2026, 3, 31), 1),
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), date(2026, 3, 31), None),
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), date(2026, 4, 1), 1),
        # the night in which the clocks go forward: the day is 23 hours long
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29), 1),
        (datetime(2026, 3, 29, 22, 0, tzinfo=UTC), date(2026, 3, 29), None),
        (NOON, date.max, 1),
        (NOON, date.min, None),
    ],
)
def test_a_day_ends_at_midnight_in_the_companys_zone(
    database: Database, effective: datetime, day: date, number: int | None
):
    write(database, draft(1, reading("a", "One."), effective_at=effective))

    with database.read() as tx:
        found = editions.as_of(tx, day, BERLIN)

    assert (found and found.number) == number
