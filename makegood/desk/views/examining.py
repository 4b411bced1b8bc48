"""What a representative does with a request: take, put back, write, note, find out. Each is one POST."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, find_request, needs, see_other
from makegood.desk.forms.findings import FindingForm
from makegood.desk.forms.writing import MessageForm, NoteForm, ReasonForm
from makegood.desk.refusals import done
from makegood.desk.views.ticket import FROM_OTHERS, INVALID, Failed, page
from makegood.queue import leases
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.conversation import SomeoneWrote
from makegood.refund_requests.findings import facts_to_establish, may_establish, record_finding
from makegood.refund_requests.models import RefundRequest


@needs(Right.EXAMINE)
@require_POST
def take(request: StaffRequest) -> HttpResponse:
    """The server picks the next request, first come, first served."""
    taken = leases.take_next(by=request.user, at=timezone.now())
    if taken is None:
        messages.info(request, _("Nobody is waiting. A request appears here as soon as one comes in."))
        return see_other(reverse("desk:board"))
    return to_ticket(taken)


@needs(Right.EXAMINE)
@require_POST
def put_back(request: StaffRequest, reference: str) -> HttpResponse:
    """Return it to its place in the queue."""
    refund_request = find_request(request.user, reference)
    form = ReasonForm(request.POST, auto_id="put_back_%s")
    if not form.is_valid():
        return page(request, reference, failed=Failed(put_back=form), status=INVALID)
    at, reason = timezone.now(), form.cleaned_data["reason"]
    if not done(form, lambda: transitions.put_back(refund_request, by=request.user, at=at, reason=reason)):
        return page(request, reference, failed=Failed(put_back=form), status=FROM_OTHERS)
    messages.success(request, _("{reference} is back at its place in the queue.").format(reference=reference))
    return see_other(reverse("desk:board"))


@needs(Right.EXAMINE)
@require_POST
def write(request: StaffRequest, reference: str) -> HttpResponse:
    """Write to the member, and wait for the answer where it is a question."""
    refund_request = find_request(request.user, reference)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return page(request, reference, failed=Failed(message=form), status=INVALID)
    said = form.cleaned_data
    try:
        sent = done(
            form,
            lambda: conversation.write_as_staff(
                refund_request,
                body=said["body"],
                token=said["token"],
                by=request.user,
                at=timezone.now(),
                seen_up_to=said["seen_up_to"],
                asks=said["asks"],
            ),
        )
    except SomeoneWrote as wrote:
        failed = Failed(message=form.once_read(wrote))
        return page(request, reference, failed=failed, status=FROM_OTHERS)
    if not sent:
        return page(request, reference, failed=Failed(message=form), status=FROM_OTHERS)
    messages.success(request, _sent_words(refund_request, waits=said["asks"]))
    return to_ticket(refund_request)


def _sent_words(refund_request: RefundRequest, *, waits: bool) -> str:
    name = refund_request.member.first_name
    if waits:
        return _("Sent to {name}. The request comes back to the queue with the answer.").format(name=name)
    return _("Sent to {name}.").format(name=name)


@needs(Right.EXAMINE, Right.GIVE_VERDICT, Right.APPROVE)
@require_POST
def note(request: StaffRequest, reference: str) -> HttpResponse:
    """A note that the member never sees."""
    refund_request = find_request(request.user, reference)
    form = NoteForm(request.POST, auto_id="note_%s")
    if not form.is_valid():
        return page(request, reference, failed=Failed(note=form), status=INVALID)
    said, at = form.cleaned_data, timezone.now()
    written = done(
        form,
        lambda: conversation.write_note(
            refund_request, body=said["body"], token=said["token"], by=request.user, at=at
        ),
    )
    if not written:
        return page(request, reference, failed=Failed(note=form), status=FROM_OTHERS)
    return to_ticket(refund_request)


@needs(Right.EXAMINE, Right.GIVE_VERDICT)
@require_POST
def find_out(request: StaffRequest, reference: str, fact: str) -> HttpResponse:
    """Record a fact that the policy asks staff to establish."""
    refund_request = find_request(request.user, reference)
    asked = next((each for each in facts_to_establish(refund_request) if each.name == fact), None)
    if asked is None or not may_establish(asked, request.user):
        raise Http404
    form = FindingForm(request.POST, fact=asked)
    if not form.is_valid():
        return page(request, reference, failed=Failed(finding=form), status=INVALID)
    found, at = form.cleaned_data, timezone.now()
    recorded = done(
        form,
        lambda: record_finding(
            refund_request, fact=fact, value=found["value"], note=found["note"], by=request.user, at=at
        ),
    )
    if not recorded:
        return page(request, reference, failed=Failed(finding=form), status=FROM_OTHERS)
    return to_ticket(refund_request, "#examination")


def to_ticket(refund_request: RefundRequest, part: str = "") -> HttpResponse:
    """Back to the ticket."""
    return see_other(reverse("desk:request", args=[refund_request.reference]) + part)
