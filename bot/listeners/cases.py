"""Asking compliance, and what compliance does about a case.

Whether somebody belongs to compliance is asked of Slack when they act, whatever was drawn for them.
A form is applied at once: what is wrong with it stands beside its field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from bot.blocks import forms
from bot.blocks.forms import Choice
from bot.blocks.hints import HINTS, HintName
from bot.inbox import Apply, Rest, Turn
from bot.listeners import home, presses
from bot.payloads import Form, Input, OfAnswer, OfCase, Press, Submission, decode
from bot.services import Services
from jobs import conversations, escalations, outbox
from jobs.conversations import Asked, Reach
from jobs.notices import CaseAnswer, CaseCard, ExceptionGranted, Hint
from jobs.outbox import Priority
from jobs.ports import Address
from knowledge import workdays
from knowledge.answering import answers, cases, exceptions, rulings
from knowledge.answering.cases import Case, Fact
from knowledge.answering.exceptions import Grant
from knowledge.answering.rulings import Draft, Marker
from knowledge.database import Transaction
from knowledge.errors import Problem, Refused
from knowledge.models import Answer, Kind, Outcome, Rulebook

RULING_LASTS = timedelta(days=365)
"""What a ruling's day of expiry is set to until somebody chooses another."""
EXCEPTION_LASTS = timedelta(days=90)
"""The same of an exception."""

ISSUE = "issue_ruling"
"""The kind of a journalled ruling that is to become part of the next edition."""
TAKEN = "form_taken"
"""The kind of a form of which all is done."""

View = dict[str, Any]


class FormRefused(Refused):
    """A form cannot be taken as it is. Each problem's place is the field it stands beside."""


NOTHING = Rest(kind=TAKEN)


def nothing_left(_turn: Turn, _services: Services) -> None:
    """Finish a form of which all is done: its journal row keeps it from being taken twice."""


# ---------------------------------------------------------------- opening a case


def ask_compliance(turn: Turn, services: Services) -> None:
    """Open a case about the answer, for whoever asks compliance."""
    press = presses.pressed(turn)
    answer = press.value(OfAnswer).answer
    with turn.done() as tx:
        name = _open(tx, services, answer, by=press.user.id)
        presses.tell(tx, turn, press, name)


def take_facts(sent: Submission, services: Services) -> Apply:
    """Open a case with the deciding facts that were filled in."""
    answer_id, person = str(sent.view.form.answer), sent.user.id

    def apply(tx: Transaction) -> Rest:
        answer = answers.get(tx, answer_id)
        told = forms.facts_told(answer, sent.view.state) if answer is not None else ()
        facts = [Fact(ask=ask, said=services.mask(said)[0]) for ask, said in told]
        name = _open(tx, services, answer_id, by=person, facts=facts)
        key = f"{name}:{sent.view.id}"
        outbox.plan(tx, Hint(name=name), Address(channel=person), key=key, now=services.clock())
        return NOTHING

    return apply


def _open(
    tx: Transaction, services: Services, answer: str, *, by: str, facts: Sequence[Fact] = ()
) -> HintName:
    """Open a case and plan its card; return what its opener is told."""
    if services.compliance_channel is None:
        return HintName.NO_COMPLIANCE
    now = services.clock()
    due_at = workdays.due_after(now, zone=services.zone, workdays=services.case_days)
    case = cases.open(tx, answer, by=by, due_at=due_at, now=now, facts=facts)
    if case is None:
        return HintName.EXPIRED
    to = Address(channel=services.compliance_channel)
    card = CaseCard(case=case.id)
    outbox.plan(tx, card, to, key=_card(case.id), now=now, priority=Priority.CASE)
    _redraw_answer(tx, services, case, change="opened")
    return HintName.CASE_OPENED


# ---------------------------------------------------------------- working on it


def claim_case(turn: Turn, services: Services) -> None:
    """Make a case that nobody has theirs who claims it, if they belong to compliance."""
    _make_theirs(turn, services, cases.claim)


def take_over_case(turn: Turn, services: Services) -> None:
    """Make a case that another has theirs who takes it over: owners fall ill and go on leave."""
    _make_theirs(turn, services, cases.take_over)


def _make_theirs(
    turn: Turn, services: Services, take: Callable[[Transaction, int, str, datetime], bool]
) -> None:
    press = presses.pressed(turn)
    number, person = press.value(OfCase).case, press.user.id
    if not services.directory.is_compliance(person):
        presses.just_tell(turn, press, HintName.NOT_COMPLIANCE)
        return
    with turn.done() as tx:
        taken = take(tx, number, person, turn.now)
        case = cases.get(tx, number)
        if case is not None and taken:
            _show_change(tx, services, case, change=f"taken {turn.number}")
        else:
            presses.tell(tx, turn, press, _why_not(case, person))
    home.refresh(services, press)


def withdraw_case(turn: Turn, services: Services) -> None:
    """Take a case back, if whoever opened it says so."""
    press = presses.pressed(turn)
    number, person = press.value(OfCase).case, press.user.id
    with turn.done() as tx:
        withdrawn = cases.withdraw(tx, number, person, turn.now)
        case = cases.get(tx, number)
        if case is not None and withdrawn:
            escalations.settle(tx, case, zone=services.zone, now=turn.now)
            _show_change(tx, services, case, change="withdrawn")
        else:
            presses.tell(tx, turn, press, HintName.CASE_CLOSED if case else HintName.EXPIRED)
    home.refresh(services, press)


def _why_not(case: Case | None, person: str) -> HintName:
    """Return why the person cannot have the case, or answer it."""
    if case is None:
        return HintName.EXPIRED
    if not case.waiting:
        return HintName.CASE_CLOSED
    return HintName.OWN_CASE if case.opened_by == person else HintName.CASE_TAKEN


def take_reply(sent: Submission, services: Services) -> Apply:
    """Answer a case: into its thread, and to whoever opened it."""
    person = _of_compliance(sent, services, Input.REPLY)
    case_id = int(sent.view.form.case or 0)
    text = sent.view.state.text(Input.REPLY)
    _refuse_empty(Input.REPLY, text)

    def apply(tx: Transaction) -> Rest:
        if not cases.reply(tx, case_id, person, services.mask(text)[0], services.clock()):
            raise _refused(Input.REPLY, HINTS[_why_not(cases.get(tx, case_id), person)])
        case = cases.get(tx, case_id)
        if case is not None:
            _tell_answer(tx, services, case)
        return NOTHING

    return apply


def _tell_answer(tx: Transaction, services: Services, case: Case) -> None:
    """Plan the answer where it was asked for, and show everywhere that there is one."""
    now = services.clock()
    notice = CaseAnswer(case=case.id)
    asked = conversations.of_answer(tx, case.answer)
    for name, to in _waiting_for(case, asked):
        key = f"case:{case.id}:answer:{name}"
        outbox.plan(tx, notice, to, key=key, now=now, priority=Priority.CASE)
    escalations.settle(tx, case, zone=services.zone, now=now)
    _show_change(tx, services, case, change="answered")


def _waiting_for(case: Case, asked: Asked | None) -> Sequence[tuple[str, Address]]:
    """Return where a case's answer goes: the thread that others read, and who opened the case."""
    to: list[tuple[str, Address]] = []
    if asked is not None and asked.place.reach is Reach.EVERYBODY:
        to.append(("thread", asked.place.address))
    if case.opened_by is not None:
        own = asked is not None and asked.place.person == case.opened_by
        there = asked.place if asked is not None and own else None
        direct = there is not None and there.reach is Reach.DIRECT
        address = there.address if there is not None and direct else None
        to.append(("person", address or Address(channel=case.opened_by)))
    return to


# ---------------------------------------------------------------- rulings and exceptions


def take_ruling(sent: Submission, services: Services) -> Apply:
    """Keep a case's answer as a ruling, to become part of the next edition."""
    person = _of_compliance(sent, services, Input.TITLE)
    draft = _draft(sent)

    def apply(tx: Transaction) -> Rest:
        today = services.today()
        ruling = rulings.write(tx, draft, by=person, now=services.clock(), today=today)
        return Rest(kind=ISSUE, body={"ruling": ruling.id, "by": person})

    return apply


def _draft(sent: Submission) -> Draft:
    state = sent.view.state
    marker = Marker(state.text(Input.MARKER) or Marker.ASK_FIRST)
    condition = state.text(Input.CONDITION)
    if (marker is Marker.ALLOWED_IF) != bool(condition):
        raise _refused(Input.CONDITION, "“Allowed if” needs a condition, and nothing else has one.")
    return Draft(
        title=state.text(Input.TITLE),
        marker=marker,
        text=state.text(Input.TEXT),
        condition=condition,
        expires=state.day(Input.EXPIRES) or date.min,
        audience=frozenset(state.choices(Input.AUDIENCE)),
        case=sent.view.form.case,
    )


def issue_ruling(turn: Turn, services: Services) -> None:
    """Publish or propose a ruling, and show on its case's card that there is one."""
    body = turn.delivery.body
    with services.database.read() as tx:
        ruling = rulings.get(tx, body["ruling"])
    if ruling is None:
        return
    book = services.rulebook()
    if book is None or ruling.document_id not in book.documents:
        services.issue(ruling, body["by"])
    with turn.done() as tx:
        if ruling.draft.case is not None:
            _redraw_card(tx, services, ruling.draft.case, change=f"ruling {ruling.id}")


def take_exception(sent: Submission, services: Services) -> Apply:
    """Grant an exception, and tell the people it names."""
    person = _of_compliance(sent, services, Input.PURPOSE)
    state, book = sent.view.state, services.rulebook()
    if book is None:
        raise _refused(Input.RULE, HINTS[HintName.NOTHING_PUBLISHED])
    wanted = Grant(
        rule=state.text(Input.RULE).strip(),
        purpose=state.text(Input.PURPOSE),
        until=state.day(Input.UNTIL) or date.min,
        people=frozenset(state.people(Input.PEOPLE)),
        groups=frozenset(state.choices(Input.GROUPS)),
        case=sent.view.form.case,
    )

    def apply(tx: Transaction) -> Rest:
        now, today = services.clock(), services.today()
        waiver = exceptions.grant(tx, wanted, rulebook=book, by=person, now=now, today=today)
        for each in sorted(wanted.people):
            key = f"exception:{waiver.id}:{each}"
            notice, to = ExceptionGranted(exception=waiver.id), Address(channel=each)
            outbox.plan(tx, notice, to, key=key, now=now, priority=Priority.CASE)
        return NOTHING

    return apply


# ---------------------------------------------------------------- forms that are opened


def show_facts_form(press: Press, services: Services) -> View:
    """Return the short form for the deciding facts of an answer."""
    answer_id = press.value(OfAnswer).answer
    with services.database.read() as tx:
        answer = answers.get(tx, answer_id)
    if answer is None:
        return forms.said("Ask compliance", HINTS[HintName.EXPIRED])
    return forms.facts_form(Form(answer=answer.id), answer)


def show_answer_form(press: Press, services: Services) -> View:
    """Return the form for answering a case."""
    found = _case_for(press, services)
    if not isinstance(found, tuple):
        return _no(found)
    case, answer = found
    person = press.user.id
    if not case.waiting or case.opened_by == person or case.owner not in {None, person}:
        return _no(_why_not(case, person))
    return forms.answer_form(Form(case=case.id), case, answer)


def show_ruling_form(press: Press, services: Services) -> View:
    """Return the form for saving a case's answer as a ruling."""
    found = _case_for(press, services)
    if not isinstance(found, tuple):
        return _no(found)
    case, answer = found
    expires = services.today() + RULING_LASTS
    groups = services.directory.all_groups()
    return forms.ruling_form(Form(case=case.id), case, answer, groups=groups, expires=expires)


def show_exception_form(press: Press, services: Services) -> View:
    """Return the form for an exception, from a case or for anybody."""
    if not services.directory.is_compliance(press.user.id):
        return _no(HintName.NOT_COMPLIANCE)
    book = services.rulebook()
    if book is None:
        return _no(HintName.NOTHING_PUBLISHED)
    case = _case_pressed(press, services)
    return forms.exception_form(
        Form(case=case.id if case else None),
        until=services.today() + EXCEPTION_LASTS,
        rules=_own_rules(book),
        groups=services.directory.all_groups(),
        people=[case.opened_by] if case and case.opened_by else [],
    )


def _case_for(press: Press, services: Services) -> tuple[Case, Answer] | HintName:
    """Return the pressed case with its answer, for compliance; else what to say instead."""
    if not services.directory.is_compliance(press.user.id):
        return HintName.NOT_COMPLIANCE
    case = _case_pressed(press, services)
    if case is None:
        return HintName.EXPIRED
    with services.database.read() as tx:
        answer = answers.get(tx, case.answer)
    return HintName.EXPIRED if answer is None else (case, answer)


def _case_pressed(press: Press, services: Services) -> Case | None:
    number = decode(_MaybeCase, press.pressed.value or "{}").case
    if number is None:
        return None
    with services.database.read() as tx:
        return cases.get(tx, number)


class _MaybeCase(Form):
    """A button on a case, or on nothing."""


def _no(name: HintName) -> View:
    return forms.said("Nothing was changed", HINTS[name])


_BINDING = frozenset({Outcome.PROHIBITS, Outcome.CONDITIONS, Outcome.REQUIRES})


def _own_rules(book: Rulebook) -> list[Choice]:
    """Return the sections of our own rules that bind somebody to something."""
    binding = {each.section_id for each in book.passages if each.outcome in _BINDING}
    return [
        Choice(
            label=f"{book.documents[each.document_id].title}: {each.headings[-1]}", value=each.id
        )
        for each in book.sections.values()
        if each.id in binding and book.documents[each.document_id].kind is Kind.GUIDELINE
    ]


# ---------------------------------------------------------------- what is refused and redrawn


def _of_compliance(sent: Submission, services: Services, field: Input) -> str:
    """Return who sent the form. Raises FormRefused where they do not belong to compliance now."""
    if not services.directory.is_compliance(sent.user.id):
        raise _refused(field, HINTS[HintName.NOT_COMPLIANCE])
    return sent.user.id


def _refuse_empty(field: Input, text: str) -> None:
    if not any(character.isalnum() for character in text):
        raise _refused(field, "Write a few words.")


def _refused(field: Input, why: str) -> FormRefused:
    return FormRefused(Problem(place=field.value, what=why, mend=""))


def _card(case: int) -> str:
    return f"case:{case}"


def _redraw_card(tx: Transaction, services: Services, case: int, *, change: str) -> None:
    outbox.redraw(tx, _card(case), now=services.clock(), generation=change)


def _show_change(tx: Transaction, services: Services, case: Case, *, change: str) -> None:
    """Show a case as it is now, to compliance and to whoever opened it."""
    _redraw_card(tx, services, case.id, change=change)
    _redraw_answer(tx, services, case, change=change)


def _redraw_answer(tx: Transaction, services: Services, case: Case, *, change: str) -> None:
    """Show under the answer how its asker's own case is, where it can be drawn anew."""
    asked = conversations.of_answer(tx, case.answer)
    if asked is None or asked.shown is None or asked.place.person != case.opened_by:
        return
    if asked.place.reach is not Reach.ASKER:
        generation = f"case {case.id} {change}"
        outbox.redraw(tx, asked.shown, now=services.clock(), generation=generation)
