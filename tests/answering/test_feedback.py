"""What people think of an answer is counted; who thought it is nobody's business."""

from __future__ import annotations

from knowledge.answering import answers, feedback
from knowledge.answering.feedback import Counted, Situation, Thought
from knowledge.database import Database
from tests.answering.kept import HOUR, NOW, keep


def test_the_last_thing_a_person_thought_counts(database: Database):
    with database.begin() as tx:
        keep(tx)
        feedback.give(tx, "a1", "ursula", Thought.HELPFUL, NOW)
        feedback.give(tx, "a1", "rosalind", Thought.HELPFUL, NOW)
        feedback.give(tx, "a1", "ursula", Thought.WRONG, NOW + HOUR)
        feedback.give(tx, "a1", "ursula", Thought.WRONG, NOW + HOUR)

        assert feedback.given(tx, "a1", "ursula") is Thought.WRONG
        assert feedback.given(tx, "a1", "nobody") is None
        assert feedback.counts(tx, "a1") == Counted(answer="a1", helpful=1, wrong=1)


def test_compliance_sees_what_is_disputed_most_and_no_name(database: Database):
    with database.begin() as tx:
        for answer_id in ("a1", "a2", "a3"):
            keep(tx, answer_id)
        feedback.give(tx, "a1", "ursula", Thought.WRONG, NOW)
        feedback.give(tx, "a2", "ursula", Thought.WRONG, NOW)
        feedback.give(tx, "a2", "rosalind", Thought.WRONG, NOW + HOUR)
        feedback.give(tx, "a3", "ursula", Thought.HELPFUL, NOW)

        disputed = feedback.disputed(tx, NOW, NOW + HOUR)

        assert [(each.answer, each.wrong) for each in disputed] == [("a2", 2), ("a1", 1)]
        assert "ursula" not in repr(disputed)
        assert feedback.disputed(tx, NOW + 2 * HOUR, NOW + 3 * HOUR) == ()


def test_what_was_said_of_a_closest_rule_is_kept_without_who_said_it(database: Database):
    with database.begin() as tx:
        keep(tx)
        feedback.say_of_closest(tx, "a1", "p.1", Situation.SAME, NOW)
        feedback.say_of_closest(tx, "a1", "p.2", Situation.DIFFERENT, NOW)
        feedback.say_of_closest(tx, "a1", "p.1", Situation.DIFFERENT, NOW)

        said = feedback.said_of_closest(tx, "a1")

    assert said == {"p.1": Situation.DIFFERENT, "p.2": Situation.DIFFERENT}


def test_it_goes_with_the_answer_and_with_the_person(database: Database):
    with database.begin() as tx:
        for answer_id in ("a1", "a2"):
            keep(tx, answer_id)
            feedback.give(tx, answer_id, "rosalind", Thought.WRONG, NOW)
            feedback.say_of_closest(tx, answer_id, "p.1", Situation.SAME, NOW)

        answers.erase(tx, "a1", NOW)
        assert feedback.counts(tx, "a1").wrong == 0
        assert feedback.said_of_closest(tx, "a1") == {}
        assert feedback.counts(tx, "a2").wrong == 1

        answers.erase_person(tx, "rosalind", NOW)
        assert feedback.counts(tx, "a2").wrong == 0
        assert feedback.said_of_closest(tx, "a2") == {"p.1": Situation.SAME}
