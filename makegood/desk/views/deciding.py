"""Deciding a request: the policy's outcome, the amount, the letter; and saying so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from makegood.accounts.roles import Right
from makegood.accounts.templatetags.said import amount_in_words
from makegood.desk.access import StaffRequest, confirmed_if, find_request, needs, see_other
from makegood.desk.deciding import Option, Options, options_for
from makegood.desk.examination import examine, is_held_by
from makegood.desk.forms.decision import DecisionForm
from makegood.desk.refusals import done
from makegood.desk.ticket import Ticket, read_ticket
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refund_requests import transitions
from makegood.refund_requests.deciding import NothingLeft, ToBeEstablished
from makegood.refund_requests.exceptions import NoException, room_for, who_can
from makegood.refund_requests.holding import NotYours
from makegood.refund_requests.models import Decision, RefundRequest, Verdict


def _refunds(request: HttpRequest) -> bool:
    return request.POST.get("verdict") == Verdict.REFUND


@needs(Right.DECIDE)
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_if(_refunds)
def decide(request: StaffRequest, reference: str) -> HttpResponse:
    """Show what can be decided; a POST decides it, and a refund is confirmed by the password."""
    if request.method != "POST":
        return _page(request, reference)
    refund_request = find_request(request.user, reference)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, form=form, status=INVALID)
    verdict, letter, at = Verdict(form.cleaned_data["verdict"]), form.cleaned_data["letter"], timezone.now()
    decision = done(
        form,
        lambda: transitions.decide(refund_request, verdict=verdict, letter=letter, by=request.user, at=at),
    )
    if decision is None:
        return _page(request, reference, form=form, status=FROM_OTHERS)
    messages.success(request, _done_words(refund_request, decision))
    return see_other(reverse("desk:request", args=[reference]))


def _done_words(refund_request: RefundRequest, decision: Decision) -> str:
    name = refund_request.member.first_name
    if decision.verdict == Verdict.DECLINE:
        return _("Declined. {name} gets your letter.").format(name=name)
    amount = amount_in_words(decision.amount)
    if decision.needs_approval:
        return _("Decided: {amount}. A second person checks it before the money moves.").format(amount=amount)
    return _("Decided: {amount} goes back to {name}, who gets your letter.").format(amount=amount, name=name)


def _page(
    request: StaffRequest, reference: str, *, form: DecisionForm | None = None, status: int = 200
) -> HttpResponse:
    ticket = read_ticket(request.user, reference, with_talk=False)
    refund_request = ticket.refund_request
    is_mine = is_held_by(ticket, request.user)
    options = (
        options_for(refund_request, ticket.answers, by=request.user, at=timezone.now())
        if ticket.to_be_decided
        else Options([], [], [])
    )
    wanted = form["verdict"].value() if form else request.GET.get("verdict", "")
    option = options.of(wanted)
    context = {
        "refund_request": refund_request,
        "examination": examine(ticket, request.user, read_only=True),
        "options": options,
        "option": option,
        "form": form or (_form_of(option) if option else None),
        "may_make_exceptions": request.user.may(Right.MAKE_EXCEPTIONS),
        "who_can": who_can() if _falls_short(ticket, options) else "",
        "is_mine": is_mine,
        "not_mine": "" if is_mine else str(NotYours(refund_request)),
    }
    return render(request, "desk/decide.html", context, status=status)


def _falls_short(ticket: Ticket, options: Options) -> bool:
    """Whether the policy answers, and leaves a part of what was paid: then an exception could be made."""
    if not ticket.to_be_decided or not options.options:
        return False
    try:
        return bool(room_for(ticket.answers))
    except (NoException, NothingLeft, ToBeEstablished):
        return False


def _form_of(option: Option) -> DecisionForm:
    return DecisionForm(initial={"verdict": option.verdict, "letter": option.letter})
