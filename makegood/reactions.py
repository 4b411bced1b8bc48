"""The one table of what follows from what.

AT_ONCE touches only our own rows and happens in the transaction of the event. Each name in LATER is a job of
its own, enqueued in that transaction and run at least once, so running twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from makegood.accounts.models import User
from makegood.accounts.roles import RIGHTS, Right, Role
from makegood.audit import recording
from makegood.audit.actions import Action
from makegood.audit.actors import System
from makegood.audit.models import Event
from makegood.books.credit_notes import issuing
from makegood.books.credit_notes.content import Seller
from makegood.defects.models import Defect
from makegood.effects import following
from makegood.money import Money
from makegood.notifications import invitations, letters, money_letters, silence, trial_letters
from makegood.notifications.models import Letter
from makegood.orders.models import Payment
from makegood.orders.payments import ExceedsCaptured
from makegood.queue import calendars, placing, promises, workers
from makegood.refund_requests import defect_verdicts, transitions
from makegood.refund_requests.models import Decision, RefundRequest
from makegood.refund_requests.states import AWAITING_US, DECIDED, State
from makegood.refunds import breaker, opening, queries
from makegood.refunds.models import ExternalRefund, Refund
from makegood.refunds.states import State as RefundState

Reaction = Callable[[Event, datetime], object]

WORKER = System("worker")


def promise_an_update(event: Event, at: datetime) -> None:
    """The member is told when they will hear from us next; once it is decided, nothing more is to come."""
    refund_request = RefundRequest.objects.get(pk=event.subject_id)
    if refund_request.state in DECIDED:
        return
    promises.promise(refund_request, at=at)


def pause_the_promise(event: Event, at: datetime) -> None:
    """The member was asked, so the clock of our promise stands."""
    promises.pause(RefundRequest.objects.get(pk=event.subject_id), at=at)


def go_on_with_the_promise(event: Event, at: datetime) -> None:
    """The member answered, so the clock goes on."""
    promises.go_on(RefundRequest.objects.get(pk=event.subject_id), at=at)


def note_a_missed_update(event: Event, at: datetime) -> None:
    """What was due before this happened stays missed, though it is replaced or ended by this now."""
    refund_request = RefundRequest.objects.get(pk=event.subject_id)
    if event.details.get("from", refund_request.state) in AWAITING_US:
        promises.note_if_missed(refund_request, at=at)


def give_a_place(event: Event, at: datetime) -> None:
    """Its place in the queue goes by the promise that was just made, and by the law."""
    refund_request = RefundRequest.objects.get(pk=event.subject_id)
    promised = refund_request.promises.earliest("id")
    placing.place(refund_request, promised_until=promised.due_at, zone=ZoneInfo(calendars.in_use().zone))


def count_put_back(event: Event, at: datetime) -> None:
    """Whoever put it back is not given it again at once, and how often they do is counted."""
    person = User.objects.get(pk=event.actor_id)  # type: ignore[misc]  # a person puts back, never the system
    workers.count_put_back(refund_request_id=event.subject_id, person_id=person.pk, at=at)


def open_refunds(event: Event, at: datetime) -> None:
    """One refund for each payment that the decision draws on; all of them or none."""
    decision = Decision.objects.select_related("refund_request").get(pk=event.details["decision"])
    if (decision.refund_request.state, decision.refund_request.round) != (State.APPROVED, decision.round):
        return
    try:
        with transaction.atomic():
            for payment, amount in _drawn_on(decision):
                opening.open(
                    payment=payment,
                    amount=amount,
                    reference=decision.refund_request.reference,
                    decision_round=decision.round,
                    by=WORKER,
                    at=at,
                )
    except ExceedsCaptured as exceeded:
        transitions.reopen(decision.refund_request, by=WORKER, at=at, reason=str(exceeded))


def _drawn_on(decision: Decision) -> list[tuple[Payment, Money]]:
    """Which payment of each order gives how much, the earliest first; empty once they are opened."""
    if _refunds_of(decision).exists():
        return []
    drawn: list[tuple[Payment, Money]] = []
    for line in decision.lines.select_related("decision").order_by("order_id"):
        left = line.amount
        for payment in line.order.payments.select_for_update().order_by("captured_at", "id"):
            part = min(left, payment.refundable)
            if part:
                drawn.append((payment, part))
                left -= part
        if left:
            raise ExceedsCaptured(line.order.payments.latest("id"), line.amount)
    return drawn


def _refunds_of(decision: Decision) -> models.QuerySet[Refund]:
    return Refund.objects.filter(reference=decision.refund_request.reference, decision_round=decision.round)


def send_what_waited(event: Event, at: datetime) -> None:
    """What the breaker stopped is looked at now, not at the end of its pause."""
    breaker.hurry(event.details["provider"], at=at)


def settle_request(event: Event, at: datetime) -> None:
    """When the last refund of the decision has arrived, so has the request."""
    with transaction.atomic():
        refund_request = RefundRequest.objects.select_for_update(no_key=True).get(reference=event.thread)
        states = set(queries.standing(event.thread, refund_request.round).values_list("state", flat=True))
        if refund_request.state == State.APPROVED and states == {RefundState.SETTLED}:
            transitions.settle(refund_request, by=WORKER, at=at)


def reopen_request(event: Event, at: datetime) -> None:
    """The money did not stay with the member, so a person decides again."""
    with transaction.atomic():
        refund_request = RefundRequest.objects.select_for_update(no_key=True).get(reference=event.thread)
        refund = Refund.objects.get(pk=event.subject_id)
        if (
            refund_request.state in (State.APPROVED, State.REFUNDED)
            and refund.decision_round == refund_request.round
        ):
            transitions.reopen(refund_request, by=WORKER, at=at, reason=event.sentence)


def issue_credit_notes(event: Event, at: datetime) -> None:
    """Money left or came back: each movement in the books gets its credit note, whatever came first."""
    rows: models.QuerySet[Refund] | models.QuerySet[ExternalRefund] = Refund.objects.all()
    if event.subject_kind == "externalrefund":
        rows = ExternalRefund.objects.all()
    issuing.issue_due(
        rows.select_related("payment").get(pk=event.subject_id),
        seller=Seller(
            settings.MAKEGOOD_SELLER_NAME,
            settings.MAKEGOOD_SELLER_ADDRESS,
            settings.MAKEGOOD_SELLER_TAX_NUMBER,
        ),
        code=settings.MAKEGOOD_CREDIT_NOTE_SERIES,
        zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE),
        by=WORKER,
        at=at,
    )


def change_the_shop(event: Event, at: datetime) -> None:
    """What the refund takes from the customer at the shop, or, once it came back, gives back to them.

    Only when the money has left us: until then the customer has neither lost nor got anything.
    """
    refund = Refund.objects.get(pk=event.subject_id)
    following.bring_in_line(refund, zone=ZoneInfo(settings.MAKEGOOD_DESK_ZONE), by=WORKER, at=at)


def answer_waiting_requests(event: Event, at: datetime) -> None:
    """A verdict on a defect answers every request that waits for it."""
    defect = Defect.objects.get(pk=event.subject_id)
    defect_verdicts.follow(defect, try_until=promises.try_until(at), by=WORKER, at=at)


def hand_over_work(event: Event, at: datetime) -> None:
    """Who cannot examine any more has nothing in their hands: it goes back to its place in the queue."""
    person = User.objects.get(pk=event.subject_id)
    examined = (
        Right.EXAMINE in RIGHTS[Role(event.details["role"])] if "role" in event.details else person.is_staff
    )
    if examined and not person.may(Right.EXAMINE):
        who = User.objects.filter(pk=event.actor_id).first() if event.actor_id else None
        workers.hand_over(person, by=who or System(event.actor_part), at=at)


def look_at_who_heard_nothing(event: Event, at: datetime) -> None:
    """The letter that asked them to try a fix came back, so silence would not mean that it works."""
    silence.stop_waiting(Letter.objects.get(pk=event.subject_id), by=WORKER, at=at)


AT_ONCE: dict[Action, list[Reaction]] = {
    Action.SUBMITTED: [promise_an_update, give_a_place],
    Action.PUT_BACK: [count_put_back],
    Action.MEMBER_ASKED: [note_a_missed_update, pause_the_promise],
    Action.MEMBER_ANSWERED: [go_on_with_the_promise],
    Action.SENT_TO_ENGINEERS: [note_a_missed_update, promise_an_update],
    Action.ENGINEERS_ANSWERED: [note_a_missed_update, promise_an_update],
    Action.APPROVAL_ASKED: [note_a_missed_update, promise_an_update],
    Action.EXCEPTION_ASKED: [note_a_missed_update, promise_an_update],
    Action.APPROVAL_REFUSED: [note_a_missed_update, promise_an_update],
    Action.APPROVED: [note_a_missed_update],
    Action.DECLINED: [note_a_missed_update],
    Action.WITHDRAWN: [note_a_missed_update],
    Action.MERGED: [note_a_missed_update],
    Action.UNMERGED: [promise_an_update],
    Action.FIX_FAILED: [promise_an_update],
    Action.FIX_NOT_HEARD_OF: [promise_an_update],
    Action.FIX_TAKEN_BACK: [promise_an_update],
    Action.REOPENED: [promise_an_update],
    Action.MESSAGE_FROM_US: [note_a_missed_update, promise_an_update],
    Action.ROLE_REVOKED: [hand_over_work],
    Action.ACCOUNT_CLOSED: [hand_over_work],
    Action.LETTER_BOUNCED: [look_at_who_heard_nothing],
}

LATER: dict[Action, list[Reaction]] = {
    Action.SUBMITTED: [letters.received],
    Action.MESSAGE_FROM_US: [letters.message],
    Action.SENT_TO_ENGINEERS: [letters.with_engineers],
    Action.ENGINEERS_ANSWERED: [letters.engineers_answered],
    Action.ASKED_TO_TRY: [letters.try_fix],
    Action.FIX_TAKEN_BACK: [letters.with_engineers],
    Action.FIX_WORKS: [letters.solved],
    Action.SOLVED_BY_SILENCE: [letters.solved],
    Action.APPROVED: [open_refunds, letters.approved],
    Action.DECLINED: [letters.declined],
    Action.WITHDRAWN: [letters.withdrawn],
    Action.MERGED: [letters.merged],
    Action.UNMERGED: [letters.merged],
    Action.REOPENED: [letters.reopened],
    Action.REFUND_SUCCEEDED: [letters.refund_sent, issue_credit_notes, change_the_shop],
    Action.REFUND_TRACED: [letters.refund_traced],
    Action.REFUND_SETTLED: [settle_request],
    Action.REFUND_CANCELED: [reopen_request],
    Action.REFUND_BOUNCED: [reopen_request, issue_credit_notes, change_the_shop],
    Action.EXTERNAL_REFUND_FOUND: [issue_credit_notes],
    Action.EXTERNAL_REFUND_UNDONE: [issue_credit_notes],
    Action.REFUNDED: [letters.arrived],
    Action.BREAKER_OPENED: [money_letters.breaker_opened],
    Action.BREAKER_CLOSED: [send_what_waited],
    Action.DEFECT_REPRODUCED: [answer_waiting_requests],
    Action.DEFECT_NOT_REPRODUCED: [answer_waiting_requests],
    Action.DEFECT_FIXED: [answer_waiting_requests],
    Action.DEFECT_CANNOT_BE_FIXED: [answer_waiting_requests],
    Action.DEFECT_REOPENED: [answer_waiting_requests],
    Action.DEFECT_FIX_DUE: [answer_waiting_requests],
    Action.DEFECT_OVERDUE: [answer_waiting_requests],
    Action.PROMISE_MISSED: [letters.promise_missed],
    Action.PROMISE_IN_DANGER: [letters.promise_in_danger],
    Action.NO_NEWS_TOLD: [letters.no_news],
    Action.INVITED: [invitations.invited],
    Action.TRIAL_STARTED: [trial_letters.trial_started],
    Action.TRIAL_ENDS_SOON: [trial_letters.trial_ends_soon],
    Action.TRIAL_ENDED: [trial_letters.trial_ended],
    Action.TRIAL_ENDED_BY_HAND: [trial_letters.trial_ended],
}

BY_NAME: dict[str, Reaction] = {
    reaction.__name__: reaction for reactions in LATER.values() for reaction in reactions
}


def connect() -> None:
    """Listen to every event; called once, when Django starts."""
    recording.listen(follow)


def follow(event: Event) -> None:
    """Do what follows at once, in the same transaction, and enqueue what follows later."""
    action = Action(event.action)
    for reaction in AT_ONCE.get(action, []):
        reaction(event, event.at)
    for reaction in LATER.get(action, []):
        react.defer(event_id=event.pk, reaction=reaction.__name__)


@app.task(name="react", retry=RetryStrategy(max_attempts=12, exponential_wait=3))
def react(event_id: int, reaction: str) -> None:
    """One consequence of one event, by its name in the table."""
    BY_NAME[reaction](Event.objects.get(pk=event_id), timezone.now())
