"""What two states of the rules differ in, and which differences matter."""

import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.library.diffing import (
    ChangeKind,
    differences,
    document_differences,
    word_difference,
)
from knowledge.models import Document, Kind, Outcome, Section

KEYS = "# Keys\n\nYou must not share API keys with anybody outside your own team, ever.\n"


def sections(**texts):
    return {
        f"rules#{name}": Section(
            id=f"rules#{name}", document_id="rules", headings=(name,), start=0, text=text
        )
        for name, text in texts.items()
    }


def only(changes):
    (change,) = changes
    return change


def test_the_same_rules_do_not_differ():
    assert differences(sections(keys=KEYS), sections(keys=KEYS)) == ()


def test_sections_that_come_and_go_are_material():
    changes = differences(sections(keys=KEYS), sections(logs="# Logs\n\nKeep them for a year.\n"))

    assert [(c.kind, c.section_id, c.material) for c in changes] == [
        (ChangeKind.ADDED, "rules#logs", True),
        (ChangeKind.REMOVED, "rules#keys", True),
    ]


def test_a_changed_section_is_told_word_by_word():
    change = only(
        differences(sections(keys=KEYS), sections(keys=KEYS.replace("team, ever", "company")))
    )

    assert change.kind is ChangeKind.CHANGED
    assert [part for part in change.words if part[0] != "equal"] == [
        ("delete", "team, ever"),
        ("insert", "company"),
    ]


def test_a_section_under_a_new_heading_is_renamed_not_replaced():
    change = only(
        differences(sections(keys=KEYS), sections(secrets=KEYS.replace("# Keys", "# Secrets")))
    )

    assert (change.kind, change.old_id, change.section_id) == (
        ChangeKind.RENAMED,
        "rules#keys",
        "rules#secrets",
    )
    assert not change.material


def test_a_renamed_section_is_recognised_though_some_words_changed():
    after = KEYS.replace("# Keys", "# Secrets").replace("outside your own", "outside of your")

    change = only(differences(sections(keys=KEYS), sections(secrets=after)))

    assert change.kind is ChangeKind.RENAMED


def test_a_section_pushed_aside_by_a_new_one_of_its_name_is_still_itself():
    new = "# Keys\n\nSpare keys of the office hang in the kitchen beside the fire alarm.\n"

    changes = differences(sections(keys=KEYS), {**sections(keys=new), **sections(keys_2=KEYS)})

    assert {(c.kind, c.section_id, c.old_id) for c in changes} == {
        (ChangeKind.ADDED, "rules#keys", None),
        (ChangeKind.RENAMED, "rules#keys_2", "rules#keys"),
    }


def test_short_sections_are_not_taken_for_one_another():
    changes = differences(sections(a="# A\n\nNone.\n"), sections(b="# B\n\nNone.\n"))

    assert {change.kind for change in changes} == {ChangeKind.ADDED, ChangeKind.REMOVED}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("within 30 days", "within 45 days", "a number changed: 30 → 45"),
        ("two people agree", "three people agree", "a number changed: two → three"),
        ("from 2026-01-01 on", "from 2026-02-01 on", "a date changed: 2026-01-01 → 2026-02-01"),
        ("by 3 March", "by 3 April", "a date changed: 3 march → 3 april"),
        ("you may share", "you must share", "a modal changed: may → must"),
        ("you may share", "you may not share", "a negation changed: none → not"),
        ("you can share", "you can't share", "a negation changed: none → can't"),
        ("share with staff", "share only with staff", "a modal changed: none → only"),
    ],
)
def test_a_changed_number_date_modal_or_negation_is_material(before, after, reason):
    change = only(
        differences(sections(keys=f"# K\n\n{before}\n"), sections(keys=f"# K\n\n{after}\n"))
    )

    assert reason in change.reasons


def test_must_and_may_that_change_places_are_material():
    before = "# K\n\nYou may not share. You must rotate.\n"
    after = "# K\n\nYou must not share. You may rotate.\n"

    change = only(differences(sections(keys=before), sections(keys=after)))

    assert change.reasons == ("a modal changed: the order",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("## 3. Keys\n\n1. Rotate keys.\n", "## 4. Keys\n\n2. Rotate keys.\n"),
        ("See [here](https://a.example/1).\n", "See [here](https://a.example/2).\n"),
        ("Rotate the keys.\n", "Rotate all of the keys.\n"),
        ("Rotate keys.\n", "Rotate\nkeys.\n"),
    ],
)
def test_numbering_links_and_wording_are_editorial(before, after):
    change = only(differences(sections(keys=before), sections(keys=after)))

    assert not change.material


def test_a_changed_outcome_is_material():
    after = KEYS.replace("# Keys", "# Our keys")

    change = only(
        differences(
            sections(keys=KEYS),
            sections(keys=after),
            outcomes_before={"rules#keys": [Outcome.PROHIBITS]},
            outcomes_after={"rules#keys": [Outcome.PERMITS]},
        )
    )

    assert change.reasons == ("an outcome changed: prohibits → permits",)


@given(st.text(alphabet="ab .\n", max_size=80), st.text(alphabet="ab .\n", max_size=80))
def test_a_difference_holds_both_texts_whole(before, after):
    parts = word_difference(before, after)

    assert "".join(text for kind, text in parts if kind != "insert") == before
    assert "".join(text for kind, text in parts if kind != "delete") == after


def test_ten_thousand_sections_are_compared_in_reasonable_time():
    before = sections(**{f"s{n}": KEYS.replace("API", f"a{n} b{n} c{n}") for n in range(10_000)})
    after = dict(before)
    for n in range(500):
        moved = after.pop(f"rules#s{n}")
        name = f"rules#moved{n}"
        after[name] = replace(moved, id=name, text=moved.text.replace("ever", "at any time"))
    started = time.process_time()

    changes = differences(before, after)

    assert time.process_time() - started < 5
    assert {change.kind for change in changes} == {ChangeKind.RENAMED}
    assert len(changes) == 500


def test_hostile_sections_are_compared_in_reasonable_time():
    started = time.process_time()

    word_difference("a b " * 50_000, "b a " * 50_000)
    word_difference("a b c " * 300, "c a d " * 300)

    assert time.process_time() - started < 3


def test_documents_tell_what_they_say_of_themselves_otherwise():
    old = Document(id="a", title="A", kind=Kind.GUIDELINE, text="", path="a.md")
    new = replace(old, audience=frozenset({"ml", "legal"}), effective=date(2026, 1, 1))
    titled = replace(old, id="b", title="B")

    changes = document_differences(
        {"a": old, "b": titled, "c": old}, {"a": new, "b": replace(titled, title="BB"), "d": old}
    )

    assert [(c.kind, c.document_id, c.fields, c.material) for c in changes] == [
        (
            ChangeKind.CHANGED,
            "a",
            (("audience", "", "legal, ml"), ("effective", "", "2026-01-01")),
            True,
        ),
        (ChangeKind.CHANGED, "b", (("title", "B", "BB"),), False),
        (ChangeKind.ADDED, "d", (), True),
        (ChangeKind.REMOVED, "c", (), True),
    ]


def test_terms_that_are_for_another_plan_than_before_have_changed():
    old = Document(id="a", title="A", kind=Kind.TERMS, text="", path="a.md", vendor="Acme")
    new = replace(old, plans=frozenset({"team", "api"}))

    (change,) = document_differences({"a": old}, {"a": new})

    assert (change.fields, change.material) == ((("plans", "", "api, team"),), True)
