"""What the reader of outcomes must get right, in sentences of our own."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library import outcomes
from knowledge.models import Basis, Kind, Outcome, Passage, Shape

PROHIBITS, REQUIRES = Outcome.PROHIBITS, Outcome.REQUIRES
CONDITIONS, PERMITS, NONE = Outcome.CONDITIONS, Outcome.PERMITS, Outcome.NONE


def read(
    text: str,
    *,
    kind: Kind = Kind.TERMS,
    lead_ins: tuple[str, ...] = (),
    headings: tuple[str, ...] = (),
    shape: Shape | None = None,
) -> Passage:
    passage = Passage(
        id="d#s:1",
        section_id="d#s",
        document_id="d",
        start=0,
        end=max(1, len(text)),
        text=text,
        headings=headings,
        lead_ins=lead_ins,
        shape=shape or (Shape.ITEM if lead_ins else Shape.PARAGRAPH),
    )
    return outcomes.read(passage, kind)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("**Not allowed.** Pasting customer records into a chat app.", PROHIBITS),
        ("**Allowed.** Asking a hosted model for a unit test.", PERMITS),
        ("**Allowed if** the gateway logs the call.", CONDITIONS),
        ("**Ask first.** Legal approves new checkpoints.", CONDITIONS),
        ("Not allowed: keys in notebooks.", PROHIBITS),
        ("Prohibited. Keys in notebooks.", PROHIBITS),
        ("❌ Not allowed — keys in notebooks.", PROHIBITS),
        ("✅ Allowed: keys in the vault.", PERMITS),
        ("Required: a key owner.", REQUIRES),
        ("Must: name a key owner.", REQUIRES),
        ("Allowed only with a signed order.", CONDITIONS),
        ("**Not allowed** unless legal has signed.", CONDITIONS),
        ("*Permitted.* You may not think so, but it is.", PERMITS),
    ],
)
def test_the_authors_marker_decides(text: str, outcome: Outcome) -> None:
    marked = read(text, kind=Kind.GUIDELINE)

    assert (marked.outcome, marked.basis) == (outcome, Basis.MARKER)


@pytest.mark.parametrize(
    ("passage", "outcome"),
    [
        (read("Share a login", lead_ins=("**Not allowed:**",)), PROHIBITS),
        (read("Share a login", lead_ins=("Allowed:",)), PERMITS),
        (read("Sharing a login | Not allowed", shape=Shape.ROW), PROHIBITS),
        (read("Sharing a login", headings=("Logins", "Not allowed"), shape=Shape.ITEM), PROHIBITS),
    ],
)
def test_a_marker_alone_above_or_beside_a_rule_marks_it(passage: Passage, outcome: Outcome) -> None:
    assert (passage.outcome, passage.basis) == (outcome, Basis.MARKER)


@pytest.mark.parametrize(
    "text",
    [
        "You may not lease the service.",
        "Customer shall not, and shall not let others, copy the weights.",
        "You agree not to scrape the site.",
        "Benchmarks of the beta are strictly prohibited.",
        "No employee may install the beta.",
        "Under no circumstances may a key leave the vault.",
        "Don't share passwords.",
        "Credits will not be refunded.",
        "You may not use our marks without our prior written consent.",
        "Except as required by law, you may not disclose the price.",
        "Users are not allowed to open several accounts.",
        "You may neither resell the service nor may you sublicense it.",
        "The company does not allow shared accounts.",
        "The output may not be distributed.",
        "Contractors are barred from the vault.",
        "You may not provide prompts that infringe rights.",
        "We prohibit use of our services for fraud.",
        "Payments are non-refundable, except where required by law.",
        "Everyone has a right to safety. So you cannot use our services for threats.",
    ],
)
def test_words_that_forbid_are_read_as_prohibitions(text: str) -> None:
    assert read(text).outcome is PROHIBITS


@pytest.mark.parametrize(
    "text",
    [
        "You may not publish results unless you name the version.",
        "You may not use the output to compete, except under the Permitted Exception.",
        "Employees may only use company laptops.",
        "You may cite the results provided that you name the model.",
        "Use of another tool requires approval from the security officer.",
        "You must be at least 16 years old to use the app.",
        "Advice on medicine without review by a physician is prohibited.",
        "If you do not accept the waiver, you may not use the tool.",
        "The beta is available to paying members only.",
        "You must obtain a review before you deploy the model.",
        "You may use the marks solely to promote your plugin.",
    ],
)
def test_a_way_out_a_string_or_a_gate_makes_a_condition(text: str) -> None:
    assert read(text).outcome is CONDITIONS


@pytest.mark.parametrize(
    "text",
    [
        "You may cite the results.",
        "You own the output.",
        "We grant you a non-exclusive right to use the service.",
        "Subject to your compliance with these terms, you may use the service.",
        "You are free to stop at any time.",
        "It is ok to share drafts.",
        "You have the right to withdraw.",
        "Acme gives Customer permission to use the service.",
    ],
)
def test_words_that_give_leave_or_a_right_permit(text: str) -> None:
    permitted = read(text)

    assert (permitted.outcome, permitted.promise) == (PERMITS, False)


@pytest.mark.parametrize(
    "text",
    [
        "You must report a leak within a day.",
        "Customer is responsible for its end users.",
        "Passwords must be rotated every year.",
        "Report a lost laptop to security.",
        "You agree to indemnify us.",
        "If you find a leak, you shall tell us at once.",
    ],
)
def test_words_that_lay_a_duty_require(text: str) -> None:
    assert read(text).outcome is REQUIRES


@pytest.mark.parametrize(
    "text",
    [
        "“Output” means what the model returns; it may not be shared.",
        "Output may be wrong.",
        "We may suspend the service.",
        "This policy explains how we use cookies.",
        "The service is provided as is, and we are not liable for lost profit.",
        "If you have questions, you can contact us by mail.",
        "You are not required to give feedback.",
        "We will not be responsible for lost data.",
        "We may not be able to restore your data.",
        "Users who break the rules may be banned.",
        "No method of storage is fully secure.",
        "Do not track signals are ignored.",
        "The customer may suffer loss.",
        "We may require you to verify your identity.",
        "The Customer shall act as the controller.",
        "Logs are kept for a year.",
        "",
        "|",
    ],
)
def test_what_rules_nothing_is_none(text: str) -> None:
    assert read(text).outcome is NONE


def test_what_the_vendor_promises_may_be_relied_on_but_permits_no_act_of_ours() -> None:
    promise = read("We will not train our models on your content.")

    assert (promise.outcome, promise.promise) == (PERMITS, True)


def test_a_promise_that_hangs_on_a_setting_is_a_condition() -> None:
    hanging = read("We will not train on your content unless you opt in.")

    assert (hanging.outcome, hanging.promise) == (CONDITIONS, True)


def test_in_a_guideline_we_are_ourselves() -> None:
    ours = read("We will not share customer data with vendors.", kind=Kind.GUIDELINE)

    assert (ours.outcome, ours.promise) == (PROHIBITS, False)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("You should not share drafts.", PROHIBITS),
        ("Avoid shared accounts.", PROHIBITS),
        ("You should name the model.", REQUIRES),
        ("Please report broken content.", REQUIRES),
        ("We recommend a second reader.", REQUIRES),
    ],
)
def test_soft_words_advise(text: str, outcome: Outcome) -> None:
    soft = read(text, kind=Kind.GUIDELINE)

    assert (soft.outcome, soft.advice) == (outcome, True)


def test_a_hard_clause_beside_a_soft_one_is_no_advice() -> None:
    assert not read("You should not share drafts. You must not share keys.").advice


@pytest.mark.parametrize(
    ("text", "lead_ins", "outcome"),
    [
        ("share a login", ("You may not:",), PROHIBITS),
        ("share a login, unless it is a test login", ("You may not:",), CONDITIONS),
        ("share a login", ("What you cannot do. For example, you may not:",), PROHIBITS),
        ("name the model", ("You must:",), REQUIRES),
        ("not name the vendor", ("You must:",), PROHIBITS),
        ("the data is masked", ("You may share it only if:",), CONDITIONS),
        ("run it at home", ("You are allowed to:",), PERMITS),
        ("delete the data", ("At the end, we will:",), PERMITS),
        ("devices you use", ("We collect the following:",), NONE),
        (
            "threats",
            ("Everyone has a right to safety. So you cannot use our services for:",),
            PROHIBITS,
        ),
        ("fraud", ("Your use must follow these policies:", "We prohibit use for:"), PROHIBITS),
        ("phishing", ("You must not use the service for:", "This includes:"), PROHIBITS),
        (
            "filing",
            ("You must not use it in court.", "Except for the following permitted uses:"),
            PERMITS,
        ),
    ],
)
def test_a_lead_in_rules_its_items(text: str, lead_ins: tuple[str, ...], outcome: Outcome) -> None:
    assert read(text, lead_ins=lead_ins).outcome is outcome


def test_a_heading_that_forbids_rules_the_list_below() -> None:
    forbidden = read("Sharing a login", headings=("Prohibited uses",), shape=Shape.ITEM)

    assert forbidden.outcome is PROHIBITS


def test_an_item_below_a_prohibition_never_permits() -> None:
    item = read("content that users may share with anyone", lead_ins=("You may not upload:",))

    assert item.outcome in {PROHIBITS, CONDITIONS}


def test_a_lead_in_that_goes_on_means_what_the_rule_before_it_means() -> None:
    rule = read("Do not attack people.")
    lead_in = read("This includes using the service to:", shape=Shape.LEAD_IN)
    item = read("mock them", lead_ins=("This includes using the service to:",))

    done = outcomes.read_all((rule, lead_in, item))

    assert [passage.outcome for passage in done] == [PROHIBITS] * 3


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("You may use the API. You may not resell it.", CONDITIONS),
        ("You may object and must not use it meanwhile.", CONDITIONS),
        ("You must not share it. You must report a leak.", PROHIBITS),
        ("You may use the API. You are responsible for your users.", CONDITIONS),
        ("It is ok to share drafts, but please think of your readers.", PERMITS),
        ("You may use the API. You will comply with all applicable laws.", PERMITS),
    ],
)
def test_several_clauses_are_weighed_to_the_strict_side(text: str, outcome: Outcome) -> None:
    assert read(text).outcome is outcome


def test_marks_and_link_targets_are_not_words() -> None:
    assert read("You **may** [not](https://example.org/you-may) share it.").outcome is PROHIBITS


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_and_read_the_same_twice(text: str) -> None:
    once = read(text)

    assert read(text) == once
    assert (once.text, once.start, once.end) == (text, 0, max(1, len(text)))


@given(st.sampled_from(["copy", "sell", "train on", "share"]), st.sampled_from(["You", "Users"]))
def test_negating_a_permission_never_leaves_a_permission(act: str, who: str) -> None:
    assert read(f"{who} may {act} the output.").outcome is PERMITS
    assert read(f"{who} may not {act} the output.").outcome is PROHIBITS


HOSTILE = {
    "letters": "a" * 200_000,
    "words": "you may " * 30_000,
    "unless": "unless " * 30_000,
    "stars": "*" * 100_000,
    "brackets": "[" * 60_000 + "]" * 60_000,
    "links": "[a](" * 30_000,
    "quotes": "“" * 60_000,
    "capitals": "YOU MAY NOT " * 20_000,
    "commas": "you, " * 40_000 + "may not",
    "spaces": "you" + " " * 100_000 + "may not",
    "exceptions": "except to the extent required or permitted " * 5_000,
    "hyphens": "non-" * 50_000,
    "numbers": "1. " * 60_000,
    "hard breaks": "a  \n" * 40_000,
    "without": "without the prior written express " * 6_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_moments(name: str) -> None:
    started = time.perf_counter()

    read(HOSTILE[name], lead_ins=(HOSTILE[name],), headings=(HOSTILE[name],))

    assert time.perf_counter() - started < 5


LABELS = Path(__file__).parents[2] / "benchmarks/outcomes/labels.jsonl"


def test_the_hand_labels_are_complete_and_carry_no_text() -> None:
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    counts = Counter((row["half"], row["outcome"]) for row in rows)

    assert {tuple(sorted(row)) for row in rows} == {
        ("advice", "document", "half", "length", "offset", "outcome", "sha256")
    }
    assert len({row["sha256"] for row in rows}) == len(rows) >= 300
    reporting = [row for row in rows if row["half"] == "reporting"]
    assert all(int(row["sha256"][0], 16) % 2 for row in reporting)
    assert min(counts[half, one] for half in ("tuning", "reporting") for one in Outcome) > 15
