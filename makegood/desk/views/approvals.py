"""The second person: what waits for one, and agreeing to a decision or returning it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.roles import Right
from makegood.accounts.templatetags.said import amount_in_words
from makegood.desk.access import StaffRequest, confirmed, find_request, needs, see_other
from makegood.desk.background import with_promise
from makegood.desk.deciding import arithmetic
from makegood.desk.examination import examine
from makegood.desk.forms.writing import NothingToFillIn, ReasonForm
from makegood.desk.pages import older_page
from makegood.desk.refusals import done
from makegood.desk.ticket import Ticket, read_ticket
from makegood.desk.views.ticket import FROM_OTHERS, INVALID
from makegood.refund_requests import transitions
from makegood.refund_requests.deciding import OwnDecision
from makegood.refund_requests.holding import OwnRequest
from makegood.refund_requests.limits import OverLimit, may_agree_to
from makegood.refund_requests.models import Decision
from makegood.refund_requests.queries import requests_seen_by
from makegood.refund_requests.states import State

READERS = (Right.APPROVE, Right.SEE_EVENTS)


@needs(*READERS)
@require_safe
def index(request: StaffRequest) -> HttpResponse:
    """Every decision that waits for a second person, the longest waiting first."""
    newest = Decision.objects.select_related("author").order_by("-round")
    waiting = requests_seen_by(request.user).filter(state=State.AWAITING_APPROVAL)
    rows = with_promise(waiting).prefetch_related(Prefetch("decisions", newest))
    page = older_page(rows, request.GET.get("after", ""))
    context = {"page": page, "rows": [(row, row.decisions.all()[0]) for row in page.rows]}
    return render(request, "desk/approvals.html", context)


@needs(Right.SEE_DESK)
@require_safe
def show(request: StaffRequest, reference: str) -> HttpResponse:
    """The newest decision of a request, and for the second person the two answers to it."""
    return _page(request, reference)


@needs(Right.APPROVE)
@require_POST
@confirmed
def approve(request: StaffRequest, reference: str) -> HttpResponse:
    """Agree: the money moves."""
    refund_request = find_request(request.user, reference)
    form = NothingToFillIn(request.POST)
    decision = done(form, lambda: transitions.approve(refund_request, by=request.user, at=timezone.now()))
    if decision is None:
        return _page(request, reference, form=form, status=FROM_OTHERS)
    amount = amount_in_words(decision.amount)
    messages.success(request, _("Approved: {amount} goes back to the customer.").format(amount=amount))
    return see_other(reverse("desk:request", args=[reference]))


@needs(Right.APPROVE)
@require_POST
def return_decision(request: StaffRequest, reference: str) -> HttpResponse:
    """Disagree: it goes back to the queue with the reason."""
    refund_request = find_request(request.user, reference)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, reference, form=form, status=INVALID)
    reason, at = form.cleaned_data["reason"], timezone.now()
    returned = done(
        form,
        lambda: transitions.return_decision(refund_request, by=request.user, at=at, reason=reason),
    )
    if returned is None:
        return _page(request, reference, form=form, status=FROM_OTHERS)
    messages.success(request, _("Returned. The request is back in the queue with your reason."))
    return see_other(reverse("desk:approvals"))


def _page(
    request: StaffRequest, reference: str, *, form: Form | None = None, status: int = 200
) -> HttpResponse:
    ticket = read_ticket(request.user, reference, with_talk=False)
    decision = ticket.decision
    if decision is None:
        return _returned(request, ticket, form)
    waits = ticket.refund_request.state == State.AWAITING_APPROVAL
    may_answer = request.user.may(Right.APPROVE)
    context = {
        "refund_request": ticket.refund_request,
        "decision": decision,
        "lines": [_line(ticket, number) for number in range(len(ticket.lines))],
        "examination": examine(ticket, request.user),
        "waits": waits,
        "may_answer": may_answer,
        "why_not": _why_not(request, ticket, decision) if waits and may_answer else "",
        "form": form,
        "return_form": form if isinstance(form, ReasonForm) else ReasonForm(),
    }
    return render(request, "desk/approval.html", context, status=status)


def _returned(request: StaffRequest, ticket: Ticket, form: Form | None) -> HttpResponse:
    """To the ticket with what was refused, when somebody else has returned the decision just now."""
    if form is None or ticket.refund_request.round == 1:
        raise Http404
    messages.error(request, " ".join(map(str, form.non_field_errors())))
    return see_other(reverse("desk:request", args=[ticket.refund_request.reference]))


def _line(ticket: Ticket, number: int) -> dict[str, object]:
    line, live = ticket.lines[number], ticket.answers[number]
    return {
        "order": line.order,
        "amount": line.amount,
        "arithmetic": arithmetic(live, line.order, line.amount),
        "paragraphs": live.answer.decided_by,
    }


def _why_not(request: StaffRequest, ticket: Ticket, decision: Decision) -> str:
    """Why this person cannot approve it; empty when nothing forbids it."""
    if decision.author_id == request.user.pk:
        return str(OwnDecision())
    if ticket.refund_request.member_id == request.user.pk:
        return str(OwnRequest())
    if not may_agree_to(decision.amount, by=request.user):
        return str(OverLimit(decision.amount))
    return ""
