"""Making an exception to the policy: the page that says what it is against, and the decision."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from makegood.accounts.roles import Right
from makegood.accounts.speaking import spoken_by
from makegood.accounts.templatetags.said import amount_in_words
from makegood.desk.access import StaffRequest, needs, see_other
from makegood.desk.deciding import signature_of
from makegood.desk.examination import examine, is_held_by
from makegood.desk.forms.exceptions import ExceptionForm
from makegood.desk.refusals import done
from makegood.desk.ticket import Ticket, read_ticket
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.money import Money
from makegood.notifications.prewritten import exception_letter
from makegood.orders.models import Order
from makegood.refund_requests import exceptions
from makegood.refund_requests.deciding import NothingLeft, ToBeEstablished
from makegood.refund_requests.exceptions import NoException
from makegood.refund_requests.holding import NotYours


@needs(Right.MAKE_EXCEPTIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: StaffRequest, reference: str) -> HttpResponse:
    """What the policy says, and a form to give more; a POST decides it, for a second person to agree."""
    ticket = read_ticket(request.user, reference, with_talk=False)
    rooms, why_not = _room(ticket)
    if request.method != "POST":
        form = ExceptionForm(rooms=rooms, initial={"letter": _letter(ticket, request)}) if rooms else None
        return _page(request, ticket, form, why_not)
    form = ExceptionForm(request.POST, rooms=rooms)
    if not form.is_valid():
        return _page(request, ticket, form, why_not, status=INVALID)
    said = form.cleaned_data
    decision = done(
        form,
        lambda: exceptions.make_exception(
            ticket.refund_request,
            amounts=said["amounts"],
            reason=said["reason"],
            letter=said["letter"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if decision is None:
        return _page(request, ticket, form, why_not, status=FROM_OTHERS)
    amount = amount_in_words(decision.amount)
    told = _("Decided as an exception: {amount}. A second person checks it before the money moves.")
    messages.success(request, told.format(amount=amount))
    return see_other(reverse("desk:request", args=[reference]))


def _room(ticket: Ticket) -> tuple[Sequence[tuple[Order, Money, Money]], str]:
    """What may be given for each order; or none, and why there is no exception to make."""
    if not ticket.to_be_decided:
        return [], _("This has been decided already, so there is nothing to decide here.")
    try:
        return exceptions.room_for(ticket.answers), ""
    except (ToBeEstablished, NothingLeft, NoException) as refused:
        return [], str(refused)


def _letter(ticket: Ticket, request: StaffRequest) -> str:
    return exception_letter(
        ticket.answers,
        signed=signature_of(request.user),
        language=spoken_by(ticket.refund_request.member),
    )


def _page(
    request: StaffRequest, ticket: Ticket, form: ExceptionForm | None, why_not: str, *, status: int = 200
) -> HttpResponse:
    is_mine = is_held_by(ticket, request.user)
    context = {
        "refund_request": ticket.refund_request,
        "examination": examine(ticket, request.user, read_only=True),
        "form": form,
        "why_not": why_not,
        "told": exceptions.TOLD,
        "is_mine": is_mine,
        "not_mine": "" if is_mine or why_not else str(NotYours(ticket.refund_request)),
    }
    return render(request, "desk/exception.html", context, status=status)
