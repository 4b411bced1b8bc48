"""The ticket: where the request stands, what was written, and writing or withdrawing."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.audit.moving import MoveNotAllowed
from makegood.members.access import MemberRequest, members_only, see_other, typed_before
from makegood.members.evidence import shown_evidence
from makegood.members.forms.messages import MessageForm
from makegood.members.ticket.decided import letter_of, refunds_of
from makegood.members.ticket.reading import Ticket, read
from makegood.members.ticket.standing import news_of, stages_of
from makegood.members.ticket.talk import conversation_of
from makegood.members.ticket.told import answers_of
from makegood.refund_requests import transitions
from makegood.refund_requests.conversation import Closed, SaysNothing, TooLong, write_as_member
from makegood.refund_requests.evidence.keeping import FileRefused
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_of_member
from makegood.refund_requests.states import MOVES, State


def ticket_url(reference: str) -> str:
    """The address of a ticket."""
    return reverse("members:ticket", args=[reference])


@members_only("GET")
def ticket(request: MemberRequest, reference: str) -> HttpResponse:
    """What the member reads of one of their requests."""
    refund_request = _find(request, reference)
    typed = typed_before(request)
    form = MessageForm(initial={"body": typed["body"]}) if typed and "body" in typed else MessageForm()
    return _show(request, refund_request, form)


@members_only("POST", back=ticket_url)
def write(request: MemberRequest, reference: str) -> HttpResponse:
    """Write to the refund department, with pictures; sent twice, it is one message."""
    refund_request = _find(request, reference)
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, refund_request, form)
    try:
        write_as_member(
            refund_request,
            body=form.cleaned_data["body"],
            files=form.cleaned_data["pictures"],
            token=form.cleaned_data["token"],
            by=request.user,
            at=timezone.now(),
        )
    except FileRefused as refused:
        form.add_error("pictures", str(refused))
    except (SaysNothing, TooLong, Closed) as refused:
        form.add_error("body", str(refused))
    else:
        messages.success(request, _("Your message is sent."))
        return see_other(ticket_url(reference) + "#last")
    return _show(request, refund_request, form)


@members_only("GET", "POST")
def withdraw(request: MemberRequest, reference: str) -> HttpResponse:
    """Ask whether the request is to be withdrawn, and do it."""
    refund_request = _find(request, reference)
    if request.method != "POST":
        return render(request, "members/withdraw.html", {"refund_request": refund_request})
    try:
        transitions.withdraw(refund_request, by=request.user, at=timezone.now())
    except MoveNotAllowed:
        messages.error(request, _("This request can no longer be withdrawn; it is decided."))
    else:
        messages.success(request, _("You have withdrawn this request."))
    return see_other(ticket_url(reference))


def _find(request: MemberRequest, reference: str) -> RefundRequest:
    """The member's own request. Raises Http404."""
    return get_object_or_404(requests_of_member(request.user), reference=reference)


def _show(request: MemberRequest, refund_request: RefundRequest, form: MessageForm) -> HttpResponse:
    found = read(refund_request)
    is_wrong = form.is_bound and not form.is_valid()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "members/ticket.html", _context(request, found, form), status=status)


def _context(request: MemberRequest, found: Ticket, form: MessageForm) -> dict[str, object]:
    return {
        "ticket": found,
        "refund_request": found.refund_request,
        "news": news_of(found),
        "stages": stages_of(found),
        "items": conversation_of(found),
        "evidence": shown_evidence(row for row in found.evidence if row.message_id is None),
        "decision": letter_of(found),
        "refunds": refunds_of(found),
        "told": answers_of(found),
        "is_sent": "sent" in request.GET,
        "can_write": found.state is not State.WITHDRAWN,
        "can_withdraw": State.WITHDRAWN in MOVES[found.state],
        "form": form,
    }
