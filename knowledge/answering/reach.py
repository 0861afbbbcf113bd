"""Whether an answer before many left out a rule that its asker alone may read."""

from __future__ import annotations

from knowledge.answering import asking
from knowledge.answering.answerer import SHOWN, Desk
from knowledge.judging.judge import Shown
from knowledge.judging.reader import Reader
from knowledge.models import Document, Question


def is_held_back(desk: Desk, narrow: Question, wide: Question) -> bool:
    """Tell whether a rule that `wide`'s asker may read, and `narrow`'s may not, applies.

    Both ask the same. The reader judges, here and at once, whoever judged the answer: that a rule
    is there is all that is told, and a rule too many costs the asker one look.
    """
    documents = desk.rulebook.documents.values()
    if not any(_may_read(wide, one) and not _may_read(narrow, one) for one in documents):
        return False
    full = asking.in_full(wide)
    shown = _found(desk, full)
    kept_back = {one.unit.clause.id for one in shown if not _may_read(narrow, one.document)}
    findings = Reader().opinion(full, shown).findings if kept_back else ()
    return any(each.applies and each.passage_id in kept_back for each in findings)


def _found(desk: Desk, question: Question) -> tuple[Shown, ...]:
    book = desk.rulebook
    return tuple(
        Shown(
            unit=book.unit(hit.passage), hit=hit, document=book.documents[hit.passage.document_id]
        )
        for hit in desk.search.passages_for(question, SHOWN)
    )


def _may_read(asker: Question, document: Document) -> bool:
    return document.readable_by(asker.groups, insider=asker.insider)
