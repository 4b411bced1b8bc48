"""Each letter, brought about by the moves that a person would make."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from makegood import reactions
from makegood.accounts import inviting
from makegood.accounts.roles import Role
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.audit.recording import record
from makegood.defects import transitions as defects
from makegood.notifications import invitations, letters, money_letters, trial_letters
from makegood.notifications.models import Letter
from makegood.orders.models import Trial
from makegood.orders.trials import note_ends, start_trial
from makegood.queue import no_news, promises
from makegood.refund_requests import conversation, exceptions, merging, transitions
from makegood.refund_requests.evidence import attaching
from makegood.refund_requests.models import RefundRequest
from makegood.refunds import advancing, by_hand
from makegood.refunds.models import Breaker, Refund
from makegood.refunds.providers.manual import ManualProvider
from tests import cases
from tests.people import (
    NOON,
    a_lead,
    a_payment,
    ago,
    an_order,
    finn,
    later,
    marta,
    ola,
    olena,
    petro,
    usd,
    verifier,
)

Writer = Callable[[Event, datetime], Letter | None]


def written(writer: Writer, event: Event, *, at: datetime = NOON) -> Letter:
    """The letter, once it is written."""
    letter = writer(event, at)
    assert letter is not None
    return letter


def about(refund_request: RefundRequest, action: Action, writer: Writer) -> Letter:
    return written(writer, cases.event_of(refund_request, action))


def received() -> Letter:
    return about(cases.a_request(), Action.SUBMITTED, letters.received)


def a_message(
    body: str = "Which provider do you use?", *, asks: bool = False, files: Sequence[UploadedFile[bytes]] = ()
) -> Letter:
    held = cases.taken(cases.a_request())
    attaching.attach(held, files=files, token=None, by=petro(), at=NOON)
    conversation.write_as_staff(held, body=body, token=uuid4(), by=petro(), at=NOON, seen_up_to=0, asks=asks)
    return about(held, Action.MESSAGE_FROM_US, letters.message)


def with_engineers() -> Letter:
    return about(cases.with_engineers(), Action.SENT_TO_ENGINEERS, letters.with_engineers)


def answered_by_engineers(verdict: str = "cannot") -> Letter:
    defect = (
        defects.reproduce(cases.a_defect(), by=marta(), at=NOON) if verdict != "not" else cases.a_defect()
    )
    waiting = cases.with_engineers(defect=defect)
    if verdict == "fixed":
        defects.fix(defect, fixed_in="9.7.1", by=marta(), at=NOON)
    elif verdict == "cannot":
        defects.give_up(defect, by=marta(), at=NOON)
    else:
        defects.not_reproduced(defect, by=marta(), at=NOON)
    transitions.engineers_answered(waiting, by=System("a test"), at=NOON)
    return about(waiting, Action.ENGINEERS_ANSWERED, letters.engineers_answered)


def try_fix() -> Letter:
    return about(cases.trying_fix(), Action.ASKED_TO_TRY, letters.try_fix)


def fix_taken_back() -> Letter:
    back = transitions.take_fix_back(cases.trying_fix(), by=System("a test"), at=NOON)
    return about(back, Action.FIX_TAKEN_BACK, letters.with_engineers)


def solved() -> Letter:
    return about(cases.solved(), Action.FIX_WORKS, letters.solved)


def solved_by_silence() -> Letter:
    silent = transitions.solve_by_silence(cases.trying_fix(), by=System("a test"), at=later(days=15))
    return about(silent, Action.SOLVED_BY_SILENCE, letters.solved)


def approved() -> Letter:
    return about(cases.approved(), Action.APPROVED, letters.approved)


def an_exception() -> Letter:
    asked = cases.ready_to_decide(fixable=True, by=a_lead())
    exceptions.make_exception(
        asked,
        amounts={cases.order_of(asked).number: usd("40.00")},
        reason="She bought it for a school that closed.",
        letter=cases.LETTER,
        by=a_lead(),
        at=NOON,
    )
    transitions.approve(asked, by=finn(), at=NOON)
    return about(asked, Action.APPROVED, letters.approved)


def declined() -> Letter:
    return about(cases.declined(), Action.DECLINED, letters.declined)


def withdrawn() -> Letter:
    return about(cases.withdrawn(), Action.WITHDRAWN, letters.withdrawn)


def merged() -> Letter:
    return about(cases.merged(), Action.MERGED, letters.merged)


def unmerged() -> Letter:
    gone = merging.unmerge(cases.merged(), by=petro(), at=later(hours=2))
    return about(gone, Action.UNMERGED, letters.merged)


def reopened() -> Letter:
    again = transitions.reopen(cases.declined(), by=petro(), at=NOON, reason="A colleague reproduced it")
    return about(again, Action.REOPENED, letters.reopened)


def trial() -> Letter:
    start_trial(olena(), verifier(), by=olena(), at=NOON)
    return written(trial_letters.trial_started, Event.objects.get(action=Action.TRIAL_STARTED))


def a_trial() -> Trial:
    return start_trial(olena(), verifier(), by=olena(), at=NOON)


def trial_ends_soon() -> Letter:
    a_trial()
    note_ends(at=later(days=12))
    event = Event.objects.get(action=Action.TRIAL_ENDS_SOON)
    return written(trial_letters.trial_ends_soon, event, at=later(days=12))


def trial_ended() -> Letter:
    a_trial()
    note_ends(at=later(days=14))
    return written(trial_letters.trial_ended, Event.objects.get(action=Action.TRIAL_ENDED), at=later(days=14))


def promise_missed() -> Letter:
    waiting = cases.a_request()
    promises.note_missed(at=later(days=5))
    event = cases.event_of(waiting, Action.PROMISE_MISSED)
    return written(letters.promise_missed, event, at=later(days=5))


def promise_in_danger() -> Letter:
    ola()
    waiting = cases.a_request()
    soon = later(days=2, hours=2)
    promises.note_endangered(at=soon)
    event = cases.event_of(waiting, Action.PROMISE_IN_DANGER)
    return written(letters.promise_in_danger, event, at=soon)


def no_news_yet(*, late: bool = False) -> Letter:
    waiting = cases.a_request()
    at = later(days=5) if late else later(days=2, hours=2)
    no_news.tell(waiting, by=petro(), at=at, seen_up_to=0)
    return written(letters.no_news, cases.event_of(waiting, Action.NO_NEWS_TOLD), at=at)


def breaker_opened() -> Letter:
    finn()
    with transaction.atomic():
        stopped = Breaker.objects.create(provider="sandbox", state="open", cause="sum", opened_at=NOON)
        details = {"provider": "sandbox", "cause": "sum"}
        event = record(Action.BREAKER_OPENED, subject=stopped, by=System("worker"), at=NOON, **details)
    return written(money_letters.breaker_opened, event)


def paid_by_wire() -> Refund:
    """A refund of 79.00 USD for an approved request, waiting for finance to send it."""
    order = an_order(olena(), purchased_at=ago(days=21), paid=False)
    a_payment(order, captured_at=ago(days=21), provider="manual", method="wire", method_label="Bank wire")
    decision = cases.refunded_by(cases.ready_to_decide(order), by=petro())
    reactions.open_refunds(cases.event_of(decision.refund_request, Action.APPROVED), NOON)
    refund = Refund.objects.get(reference=decision.refund_request.reference)
    return advancing.advance(refund.pk, provider=ManualProvider(), by=System("a test"), at=NOON)


def refund_sent() -> Letter:
    sent = by_hand.record_sent(
        paid_by_wire(), reference="ARN 74537604221", provider=ManualProvider(), by=finn(), at=NOON
    )
    event = Event.objects.get(action=Action.REFUND_SUCCEEDED, subject_id=sent.pk)
    return written(letters.refund_sent, event)


def refund_traced() -> Letter:
    sent = by_hand.record_sent(
        paid_by_wire(), reference="WIRE-77", provider=ManualProvider(), by=finn(), at=NOON
    )
    sent.trace_reference = "74537604221"
    sent.save(update_fields=["trace_reference"])
    with transaction.atomic():
        event = record(Action.REFUND_TRACED, subject=sent, by=finn(), at=NOON, thread=sent.audit_thread)
    return written(letters.refund_traced, event)


def arrived() -> Letter:
    sent = by_hand.record_sent(
        paid_by_wire(), reference="ARN 74537604221", provider=ManualProvider(), by=finn(), at=NOON
    )
    by_hand.record_arrived(sent, provider=ManualProvider(), by=finn(), at=later(days=4))
    refund_request = RefundRequest.objects.get(reference=sent.reference)
    transitions.settle(refund_request, by=System("a test"), at=later(days=4))
    return about(refund_request, Action.REFUNDED, letters.arrived)


def invited() -> Letter:
    person, _given = inviting.invite(
        "nina@northwind.example",
        name="Nina Vold",
        role=Role.ENGINEER,
        limit=None,
        day_limit=None,
        by=ola(),
        at=NOON,
    )
    return written(invitations.invited, Event.objects.get(action=Action.INVITED, subject_id=person.pk))


EVERY: list[Callable[[], Letter]] = [
    received,
    a_message,
    with_engineers,
    answered_by_engineers,
    try_fix,
    fix_taken_back,
    solved,
    solved_by_silence,
    approved,
    an_exception,
    declined,
    withdrawn,
    merged,
    unmerged,
    reopened,
    promise_missed,
    promise_in_danger,
    breaker_opened,
    no_news_yet,
    trial,
    trial_ends_soon,
    trial_ended,
    invited,
]
MONEY: list[Callable[[], Letter]] = [refund_sent, refund_traced, arrived]
# Money is never moved inside a transaction, so those tests cannot run in one.
without_transaction = pytest.mark.django_db(transaction=True)
every_letter = pytest.mark.parametrize(
    "write", [*EVERY, *(pytest.param(write, marks=without_transaction) for write in MONEY)]
)


def words_of(page: str) -> str:
    """What a person reads of the HTML, on one line."""
    body = page[page.index("<body") :]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def on_one_line(text: str) -> str:
    return " ".join(text.split())
