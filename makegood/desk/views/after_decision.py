"""What a representative does about what a member wrote after the decision: answer, or look at it again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, find_request, needs
from makegood.desk.forms.writing import AnswerForm, LookAgainForm
from makegood.desk.views.acting import keep_files, unless_done
from makegood.desk.views.examining import to_ticket
from makegood.desk.views.ticket import Failed, page
from makegood.refund_requests import conversation, looking_again


@needs(Right.EXAMINE)
@require_POST
def answer(request: StaffRequest, reference: str) -> HttpResponse:
    """Write to the member; the decision stands. Or put a prepared reply into it first."""
    refund_request = find_request(request.user, reference)
    if "insert" in request.POST:
        typed = AnswerForm.still_written(request.POST, auto_id="answer_%s")
        return page(request, reference, failed=Failed(answer=typed), macro=request.POST.get("macro", ""))
    form = AnswerForm(request.POST, auto_id="answer_%s")
    keep_files(request, refund_request, form)
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: conversation.answer_after_decision(
            refund_request,
            body=said["body"],
            token=said["token"],
            by=request.user,
            at=timezone.now(),
            seen_up_to=said["seen_up_to"],
        ),
        failed=lambda form: Failed(answer=form),
    )
    if refused:
        return refused
    messages.success(request, _("Sent to {name}.").format(name=refund_request.member.first_name))
    return to_ticket(refund_request)


@needs(Right.EXAMINE)
@require_POST
def look_again(request: StaffRequest, reference: str) -> HttpResponse:
    """Reopen what was declined; it returns to its place in the queue."""
    refund_request = find_request(request.user, reference)
    form = LookAgainForm(request.POST, auto_id="look_again_%s")
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: looking_again.look_again(
            refund_request,
            reason=said["reason"],
            by=request.user,
            at=timezone.now(),
            seen_up_to=said["seen_up_to"],
        ),
        failed=lambda form: Failed(look_again=form),
    )
    if refused:
        return refused
    words = _("{reference} is back at its place in the queue. {name} reads why.")
    messages.success(request, words.format(reference=reference, name=refund_request.member.first_name))
    return to_ticket(refund_request)
