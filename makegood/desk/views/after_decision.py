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
from makegood.desk.refusals import done
from makegood.desk.views.examining import to_ticket
from makegood.desk.views.ticket import FROM_OTHERS, INVALID, Failed, page
from makegood.refund_requests import conversation, looking_again
from makegood.refund_requests.conversation import SomeoneWrote


@needs(Right.EXAMINE)
@require_POST
def answer(request: StaffRequest, reference: str) -> HttpResponse:
    """Write to the member; the decision stands."""
    refund_request = find_request(request.user, reference)
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if not form.is_valid():
        return page(request, reference, failed=Failed(answer=form), status=INVALID)
    said, at = form.cleaned_data, timezone.now()
    try:
        sent = done(
            form,
            lambda: conversation.answer_after_decision(
                refund_request,
                body=said["body"],
                token=said["token"],
                by=request.user,
                at=at,
                seen_up_to=said["seen_up_to"],
            ),
        )
    except SomeoneWrote as wrote:
        return page(request, reference, failed=Failed(answer=form.once_read(wrote)), status=FROM_OTHERS)
    if not sent:
        return page(request, reference, failed=Failed(answer=form), status=FROM_OTHERS)
    messages.success(request, _("Sent to {name}.").format(name=refund_request.member.first_name))
    return to_ticket(refund_request)


@needs(Right.EXAMINE)
@require_POST
def look_again(request: StaffRequest, reference: str) -> HttpResponse:
    """Reopen what was declined; it returns to its place in the queue."""
    refund_request = find_request(request.user, reference)
    form = LookAgainForm(request.POST, auto_id="look_again_%s")
    if not form.is_valid():
        return page(request, reference, failed=Failed(look_again=form), status=INVALID)
    said, at = form.cleaned_data, timezone.now()
    try:
        reopened = done(
            form,
            lambda: looking_again.look_again(
                refund_request,
                reason=said["reason"],
                by=request.user,
                at=at,
                seen_up_to=said["seen_up_to"],
            ),
        )
    except SomeoneWrote as wrote:
        return page(request, reference, failed=Failed(look_again=form.once_read(wrote)), status=FROM_OTHERS)
    if not reopened:
        return page(request, reference, failed=Failed(look_again=form), status=FROM_OTHERS)
    words = _("{reference} is back at its place in the queue. {name} reads why.")
    messages.success(request, words.format(reference=reference, name=refund_request.member.first_name))
    return to_ticket(refund_request)
