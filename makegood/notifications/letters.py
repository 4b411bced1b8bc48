"""Every letter, one function each: called with the event that it tells of, it writes the letter once.

Each returns the letter, written now or before; None when there is nobody to write to, or nothing to tell.
"""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from makegood.accounts.granting import holders_of
from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.audit.actions import Action
from makegood.audit.models import Event
from makegood.notifications.models import Letter
from makegood.notifications.telling import (
    decision_as_told,
    endangered_update,
    fix_to_try,
    is_still_tried,
    missed_update,
    next_update,
    orders_as_told,
    refunds_as_told,
    verdict_as_told,
    verdict_before,
)
from makegood.notifications.writing import write
from makegood.refund_requests.models import Decision, Message, RefundRequest
from makegood.refund_requests.states import State
from makegood.refunds.models import Refund
from makegood.refunds.states import State as RefundState


def received(event: Event, at: datetime) -> Letter | None:
    """The request is here: what was asked, and by when the member hears from us."""
    refund_request = _request_of(event)
    return _about(
        refund_request,
        event,
        "received",
        at=at,
        news=_("We have received your refund request"),
        received_at=refund_request.received_at,
        lines=orders_as_told(refund_request),
        next_update=next_update(refund_request, at),
    )


def message(event: Event, at: datetime) -> Letter | None:
    """The refund department wrote in the ticket, and perhaps waits for an answer."""
    written = Message.objects.select_related("author", "refund_request").get(pk=event.details["message"])
    asks = bool(event.details.get("asks"))
    return _about(
        written.refund_request,
        event,
        "message",
        at=at,
        news=_("We have a question about your request") if asks else _("We have written to you"),
        author=written.author.name.split(" ")[0],
        body=written.body,
        files=written.evidence.count(),
        asks=asks,
        next_update=next_update(written.refund_request, at),
    )


def with_engineers(event: Event, at: datetime) -> Letter | None:
    """Engineers look at the defect now, or again; nothing when it went on already after a fix taken back."""
    refund_request = _request_of(event)
    if event.action == Action.FIX_TAKEN_BACK and refund_request.state != State.WITH_ENGINEERS:
        return None
    return _about(
        refund_request,
        event,
        "with_engineers",
        at=at,
        news=_("Your request is with our engineers"),
        taken_back=event.details.get("version", ""),
        next_update=next_update(refund_request, at),
    )


def engineers_answered(event: Event, at: datetime) -> Letter | None:
    """What the engineers found: fixed in a version, cannot be fixed, or could not be reproduced."""
    refund_request = _request_of(event)
    verdict = verdict_before(event, refund_request)
    if verdict is None:
        return None
    return _about(
        refund_request,
        event,
        "engineers_answered",
        at=at,
        fixed_in=verdict.details.get("fixed_in", ""),
        next_update=next_update(refund_request, at),
        **verdict_as_told(Action(verdict.action)),
    )


def try_fix(event: Event, at: datetime) -> Letter | None:
    """There is a fix: what to try, where to get it, until when, and what silence will mean.

    Nothing once it was taken back.
    """
    refund_request = _request_of(event)
    if not is_still_tried(event, refund_request):
        return None
    return _about(refund_request, event, "try_fix", at=at, **fix_to_try(event, refund_request))


def solved(event: Event, at: datetime) -> Letter | None:
    """The request is closed, because the fix works or nobody said otherwise; and how to go on if not."""
    return _about(
        _request_of(event),
        event,
        "solved",
        at=at,
        news=_("Version {version} solves it, so your request is closed"),
        version=event.details["version"],
        is_silent=event.action == Action.SOLVED_BY_SILENCE,
    )


def approved(event: Event, at: datetime) -> Letter | None:
    """Money goes back: how much, for which orders, to where, and why."""
    decision = _decision_of(event)
    return _about(
        decision.refund_request,
        event,
        "approved",
        at=at,
        news=_("We refund {amount}"),
        amount=decision.amount,
        **decision_as_told(decision),
    )


def declined(event: Event, at: datetime) -> Letter | None:
    """No money goes back, and why."""
    decision = _decision_of(event)
    return _about(
        decision.refund_request,
        event,
        "declined",
        at=at,
        news=_("We cannot refund this"),
        **decision_as_told(decision),
    )


def withdrawn(event: Event, at: datetime) -> Letter | None:
    """The member withdrew it, or somebody who was signed in as the member."""
    return _about(_request_of(event), event, "withdrawn", at=at, news=_("You have withdrawn your request"))


def merged(event: Event, at: datetime) -> Letter | None:
    """It goes on in an older request of the member; or, after that was undone, by itself again."""
    refund_request = _request_of(event)
    other = RefundRequest.objects.get(reference=event.details["other"])
    is_apart = event.action == Action.UNMERGED
    return _about(
        refund_request,
        event,
        "merged",
        at=at,
        news=_NEWS_OF_MERGING[Action(event.action)],
        is_apart=is_apart,
        other=other.reference,
        next_update=next_update(refund_request if is_apart else other, at),
    )


_NEWS_OF_MERGING: dict[Action, Promise] = {
    Action.MERGED: _("Your two requests are one now"),
    Action.UNMERGED: _("Your request is a request of its own again"),
}


def reopened(event: Event, at: datetime) -> Letter | None:
    """It is decided anew, and why."""
    refund_request = _request_of(event)
    return _about(
        refund_request,
        event,
        "reopened",
        at=at,
        news=_("We look at your request again"),
        reason=event.details["reason"],
        next_update=next_update(refund_request, at),
    )


def refund_sent(event: Event, at: datetime) -> Letter | None:
    """One refund has left us: where to, and when it can be expected."""
    refund = Refund.objects.select_related("payment__order").get(pk=event.subject_id)
    return _about(
        RefundRequest.objects.get(reference=refund.reference),
        event,
        "refund_sent",
        at=at,
        news=_("{amount} is on its way to you"),
        amount=refund.amount,
        refunds=refunds_as_told([refund]),
    )


def arrived(event: Event, at: datetime) -> Letter | None:
    """All refunds of the decision have arrived, or should have, where nobody tells."""
    refund_request = _request_of(event)
    rows = Refund.objects.filter(reference=refund_request.reference, decision_round=refund_request.round)
    refunds = list(rows.filter(state=RefundState.SETTLED).select_related("payment__order").order_by("id"))
    is_known = all(refund.settled_at for refund in refunds)
    return _about(
        refund_request,
        event,
        "arrived",
        at=at,
        news=_("Your money has arrived") if is_known else _("Your money should have arrived"),
        is_known=is_known,
        refunds=refunds_as_told(refunds),
        is_traceable=any(refund.trace_reference for refund in refunds),
    )


def promise_missed(event: Event, at: datetime) -> Letter | None:
    """We did not write by when we had said; nothing when we did in the meantime."""
    refund_request = _request_of(event)
    due_at = missed_update(refund_request, at)
    if due_at is None:
        return None
    return _about(
        refund_request,
        event,
        "promise_missed",
        at=at,
        news=_("We owe you an update"),
        due_at=due_at,
    )


def no_news(event: Event, at: datetime) -> Letter | None:
    """There is no news yet, and by when the member hears from us next."""
    return _about(
        _request_of(event),
        event,
        "no_news",
        at=at,
        news=_("No news about your request yet"),
        next_by=datetime.fromisoformat(event.details["next_by"]),
        is_late=event.details["is_late"],
    )


def promise_in_danger(event: Event, at: datetime) -> Letter | None:
    """To each of those who lead: a promise is about to be missed; nothing when it was kept meanwhile.

    Returns the last of the letters.
    """
    refund_request = _request_of(event)
    due_at = endangered_update(event, refund_request)
    if due_at is None:
        return None
    letter = None
    for person in holders_of(Right.KEEP_PROMISES):
        letter = write(
            event,
            "promise_in_danger",
            to=person,
            at=at,
            subject=_("Promise due soon: {reference}"),
            news=_("The update that we promised in {reference} is due soon"),
            path=reverse("desk:request", args=[refund_request.reference]),
            thread=refund_request.reference,
            reference=refund_request.reference,
            due_at=due_at,
        )
    return letter


def refund_traced(event: Event, at: datetime) -> Letter | None:
    """The bank's reference by which a refund can be found is known; nothing once it has arrived."""
    refund = Refund.objects.select_related("payment__order").get(pk=event.subject_id)
    if refund.settled_at is not None:
        return None
    return _about(
        RefundRequest.objects.get(reference=refund.reference),
        event,
        "refund_traced",
        at=at,
        news=_("Your bank can find {amount} by its trace reference"),
        amount=refund.amount,
        refunds=refunds_as_told([refund]),
    )


def account_erased(event: Event, at: datetime) -> Letter | None:
    """The account is erased; the last letter of all, written while its address is still known."""
    return write(
        event,
        "account_erased",
        to=User.objects.get(pk=event.subject_id),
        at=at,
        subject=_("Your account is erased"),
        news=_("Your account is erased"),
        path=reverse("members:policy"),
    )


def _request_of(event: Event) -> RefundRequest:
    return RefundRequest.objects.select_related("member", "product").get(pk=event.subject_id)


def _decision_of(event: Event) -> Decision:
    rows = Decision.objects.select_related("refund_request__member", "refund_request__product")
    return rows.get(pk=event.details["decision"])


def _about(
    refund_request: RefundRequest, event: Event, kind: str, *, at: datetime, news: Promise, **says: object
) -> Letter | None:
    """A letter to the member about `refund_request`, in its one thread."""
    return write(
        event,
        kind,
        to=refund_request.member,
        at=at,
        subject=_("Refund request {reference}, {product}"),
        news=news,
        path=reverse("members:ticket", args=[refund_request.reference]),
        thread=refund_request.reference,
        reference=refund_request.reference,
        product=refund_request.product.name,
        **says,
    )
