"""Keeping a request while one works on it, going on with one, taking one out of turn."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, find_request, needs
from makegood.desk.forms.writing import MessageForm, ReasonForm
from makegood.desk.lease_words import lease_words
from makegood.desk.views.acting import unless_done
from makegood.desk.views.examining import to_ticket
from makegood.desk.views.ticket import FROM_OTHERS, Failed, page
from makegood.queue import leases
from makegood.refund_requests.holding import NotYours


@needs(Right.EXAMINE)
@require_POST
def keep(request: StaffRequest, reference: str) -> HttpResponse:
    """The holder is at work: the lease runs anew. A script gets `words` alone, with 409 once it is lost."""
    refund_request = find_request(request.user, reference)
    try:
        words, status = lease_words(leases.keep(refund_request, by=request.user, at=timezone.now())), 200
    except NotYours as lost:
        words, status = str(lost), FROM_OTHERS
    if request.accepts("text/html"):
        if status == FROM_OTHERS:
            return page(request, reference, problems=[words], status=status)
        return to_ticket(refund_request)
    return JsonResponse({"words": words}, status=status)


@needs(Right.EXAMINE)
@require_POST
def take_again(request: StaffRequest, reference: str) -> HttpResponse:
    """Go on with a request; a message that was being written meanwhile is on the page again."""
    refund_request = find_request(request.user, reference)
    try:
        leases.take_again(refund_request, by=request.user, at=timezone.now())
    except NotYours as taken:
        return _page_as_typed(request, reference, problems=[str(taken)], status=FROM_OTHERS)
    messages.success(request, _("{reference} is yours again.").format(reference=reference))
    if request.POST.get("body", "").strip():
        return _page_as_typed(request, reference, problems=[], status=200)
    return to_ticket(refund_request)


@needs(Right.CHOOSE_REQUESTS)
@require_POST
def choose(request: StaffRequest, reference: str) -> HttpResponse:
    """Take this one out of turn."""
    refund_request = find_request(request.user, reference)
    form = ReasonForm(request.POST, auto_id="choose_%s")
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: leases.take_particular(
            refund_request, by=request.user, at=timezone.now(), reason=said["reason"]
        ),
        failed=lambda form: Failed(choose=form),
    )
    return refused or to_ticket(refund_request)


def _page_as_typed(
    request: StaffRequest, reference: str, *, problems: list[str], status: int
) -> HttpResponse:
    """The ticket with the message as it was being written; it is not sent yet, so it has no errors."""
    typed = {name: request.POST.get(name, "") for name in ("body", "token", "seen_up_to")}
    failed = Failed(message=MessageForm(initial=typed))
    return page(request, reference, failed=failed, problems=problems, status=status)
