"""The command's side of editions: publish, propose, look at, compare."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.conftest import OUTPUT, Mayi

pytestmark = pytest.mark.usefixtures("by_words")


def test_a_folder_becomes_an_edition_that_is_listed(mayi: Mayi, guidelines: Path) -> None:
    published = mayi("publish", str(guidelines), "--as", "ada", "--note", "The first")

    assert published.code == 0
    assert published.out.startswith("Edition 1 is published by ada, effective ")
    listed = mayi("editions").out.splitlines()
    assert listed[1].startswith("1 ")
    assert listed[1].endswith("ada  in effect  The first")


@pytest.mark.usefixtures("published")
def test_publishing_the_same_again_makes_no_edition(mayi: Mayi, guidelines: Path) -> None:
    again = mayi("publish", str(guidelines))

    assert again.out == "Nothing has changed: edition 1 says the same.\n"
    assert len(mayi("editions").out.splitlines()) == 2


def test_a_later_edition_waits_for_its_day_in_the_companys_zone(
    mayi: Mayi, guidelines: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAYI_TIMEZONE", "Asia/Tokyo")

    published = mayi("publish", str(guidelines), "--effective", "2099-12-01")

    assert "effective 2099-12-01 00:00 JST." in published.out
    assert "in effect" not in mayi("editions").out
    assert mayi("show", "vendor-output").code == 2


@pytest.mark.usefixtures("published")
def test_a_section_is_shown_with_its_words_and_what_they_do(mayi: Mayi, guidelines: Path) -> None:
    shown = mayi("show", "vendor-output#training")

    assert "Nobody may train a model that competes with a vendor" in shown.out
    assert "prohibits (marker): " in shown.out
    assert "permits (marker): " in shown.out


@pytest.mark.usefixtures("published")
def test_a_document_is_shown_as_a_list_of_its_sections(mayi: Mayi, guidelines: Path) -> None:
    assert "vendor-output#sharing" in mayi("show", "vendor-output").out


@pytest.mark.usefixtures("published")
def test_a_misspelt_section_is_answered_with_what_was_meant(mayi: Mayi, guidelines: Path) -> None:
    refused = mayi("show", "vendor-output#trainings")

    assert refused.code == 2
    assert "Is it vendor-output#training" in refused.err


@pytest.mark.usefixtures("published")
def test_what_changed_is_marked_word_by_word(mayi: Mayi, guidelines: Path) -> None:
    page = guidelines / "vendor-output.md"
    page.write_text(OUTPUT.replace("in writing", "by mail"), encoding="utf-8")
    mayi("publish", str(guidelines))

    compared = mayi("diff", "1", "2")

    assert compared.out.startswith("changed: vendor-output#sharing")
    assert "[-in writing-]" in compared.out
    assert "{+by mail+}" in compared.out
    assert "in writing" in mayi("show", "vendor-output#sharing", "--edition", "1").out


def test_the_plans_of_a_vendors_terms_are_shown_and_a_change_of_them_is_told(
    mayi: Mayi, guidelines: Path
) -> None:
    page = guidelines / "heron.md"
    page.write_text(f"---\nvendor: Heron AI\n---\n{OUTPUT.split('---')[2]}", encoding="utf-8")
    mayi("publish", str(guidelines))
    page.write_text(page.read_text("utf-8").replace("AI\n", "AI\nplans: [team, api]\n", 1), "utf-8")

    again = mayi("publish", str(guidelines))

    assert again.out.endswith("No section has changed.\nheron says anew: plans.\n")
    assert "plans: [--] {+api, team+}" in mayi("diff", "1", "2").out
    assert mayi("show", "heron").out.startswith("Only on plans api, team.\n")
    assert ", on plans api, team · edition 2" in mayi("show", "heron#training").out


def test_a_plan_that_the_glossary_does_not_know_is_refused(mayi: Mayi, guidelines: Path) -> None:
    page = guidelines / "heron.md"
    page.write_text("---\nvendor: Heron AI\nplans: gratis\n---\nYou may use it.\n", "utf-8")

    refused = mayi("publish", str(guidelines))

    assert refused.code == 2
    assert '"gratis" is no plan that we know' in refused.err


@pytest.mark.usefixtures("published")
def test_an_edition_compared_with_itself_has_not_changed(mayi: Mayi, guidelines: Path) -> None:
    assert mayi("diff", "1", "1").out == "Nothing changed.\n"


@pytest.mark.usefixtures("published")
def test_a_dropped_document_needs_to_be_allowed(mayi: Mayi, guidelines: Path) -> None:
    (guidelines / "mergers.md").unlink()

    refused = mayi("publish", str(guidelines))

    assert refused.code == 2
    assert "--allow-removals" in refused.err
    assert mayi("publish", str(guidelines), "--allow-removals").code == 0


# ---------------------------------------------------------------- two people


@pytest.fixture
def two_approvals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAYI_APPROVALS", "2")
    monkeypatch.setenv("MAYI_COMPLIANCE", "ada,ben")


@pytest.mark.usefixtures("two_approvals")
def test_a_proposal_is_published_by_another_person(mayi: Mayi, guidelines: Path) -> None:
    proposed = mayi("publish", str(guidelines), "--as", "ada")

    assert "mayi approve 1 --as NAME" in proposed.out
    assert "ada" in mayi("proposals").out
    assert mayi("approve", "1", "--as", "ada").code == 2
    approved = mayi("approve", "1", "--as", "ben")
    assert approved.out.startswith("Edition 1 is published by ada, approved by ben, effective")
    assert mayi("proposals").out == "Nothing waits for approval.\n"


@pytest.mark.usefixtures("two_approvals")
def test_a_withdrawn_proposal_can_no_longer_be_approved(mayi: Mayi, guidelines: Path) -> None:
    mayi("publish", str(guidelines), "--as", "ada")

    assert mayi("withdraw", "1", "--as", "ben").out == "Proposal 1 is withdrawn.\n"
    assert mayi("approve", "1", "--as", "ben").code == 2


@pytest.mark.usefixtures("two_approvals")
@pytest.mark.parametrize(
    "command",
    [
        ("publish", "."),
        ("approve", "1"),
        ("withdraw", "1"),
        ("erase", "a1"),
        ("revoke", "1"),
        ("retire", "1"),
    ],
)
def test_only_compliance_may_act_where_it_is_named(mayi: Mayi, command: tuple[str, ...]) -> None:
    refused = mayi(*command, "--as", "eve")

    assert refused.code == 2
    assert refused.err.startswith("mayi: --as: eve does not belong to MAYI_COMPLIANCE")
    assert len(refused.err.splitlines()) == 1
