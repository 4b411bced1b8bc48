"""What a representative does with a request: take, put back, write, note, find out. Each is one POST."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, find_request, needs, see_other
from makegood.desk.forms.findings import FindingForm
from makegood.desk.forms.writing import AnswerForm, MessageForm, NoteForm, ReasonForm
from makegood.desk.team import COUNTED
from makegood.desk.views.acting import keep_files, unless_done
from makegood.desk.views.ticket import Failed, page
from makegood.queue import leases, workers
from makegood.queue.leases import Away, TooManyAtOnce
from makegood.refund_requests import conversation, transitions
from makegood.refund_requests.evidence import attaching
from makegood.refund_requests.findings import facts_to_establish, may_establish, record_finding
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_waiting
from makegood.refund_requests.states import DECIDED


@needs(Right.EXAMINE)
@require_POST
def take(request: StaffRequest) -> HttpResponse:
    """The server picks the request whose turn it is."""
    return to_next(request)


def to_next(request: StaffRequest) -> HttpResponse:
    """Take the next request, and go to it; without one, or with too many already, the board says so."""
    try:
        taken = leases.take_next(by=request.user, at=timezone.now(), limit=settings.MAKEGOOD_WORK_IN_PROGRESS)
    except (Away, TooManyAtOnce) as refused:
        messages.warning(request, str(refused))
        return see_other(reverse("desk:board"))
    if taken is None:
        messages.info(request, _nothing_words())
        return see_other(reverse("desk:board"))
    return to_ticket(taken)


@needs(Right.EXAMINE)
@require_POST
def put_back(request: StaffRequest, reference: str) -> HttpResponse:
    """Return it to its place in the queue, and with `next` go on with another one."""
    refund_request = find_request(request.user, reference)
    form = ReasonForm(request.POST, auto_id="put_back_%s")
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: transitions.put_back(
            refund_request, by=request.user, at=timezone.now(), reason=said["reason"]
        ),
        failed=lambda form: Failed(put_back=form),
    )
    if refused:
        return refused
    messages.success(request, _back_words(request, reference))
    return to_next(request) if "next" in request.POST else see_other(reverse("desk:board"))


def _back_words(request: StaffRequest, reference: str) -> str:
    count = workers.put_backs_since(request.user, timezone.now() - COUNTED)
    words = ngettext(
        "{reference} is back at its place in the queue. You put back {n} request in the last seven days.",
        "{reference} is back at its place in the queue. You put back {n} requests in the last seven days.",
        count,
    )
    return words.format(reference=reference, n=count)


@needs(Right.EXAMINE)
@require_POST
def write(request: StaffRequest, reference: str) -> HttpResponse:
    """Write to the member, and wait for the answer where it is a question; or put a reply into it first."""
    refund_request = find_request(request.user, reference)
    if "insert" in request.POST:
        typed = MessageForm.still_written(request.POST)
        return page(request, reference, failed=Failed(message=typed), macro=request.POST.get("macro", ""))
    form = MessageForm(request.POST)
    keep_files(request, refund_request, form)
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: conversation.write_as_staff(
            refund_request,
            body=said["body"],
            token=said["token"],
            by=request.user,
            at=timezone.now(),
            seen_up_to=said["seen_up_to"],
            asks=said["asks"],
        ),
        failed=lambda form: Failed(message=form),
    )
    if refused:
        return refused
    messages.success(request, _sent_words(refund_request, waits=form.cleaned_data["asks"]))
    return to_ticket(refund_request)


def _nothing_words() -> str:
    if requests_waiting().exists():
        return _("Nothing is for you now: what waits is for a colleague first, or you put it back.")
    return _("Nobody is waiting. A request appears here as soon as one comes in.")


@needs(Right.EXAMINE)
@require_POST
def take_off(request: StaffRequest, reference: str, key: int) -> HttpResponse:
    """Take a file off the message that is being written, of which nothing else is lost."""
    refund_request = find_request(request.user, reference)
    attaching.take_off(refund_request, key=key, by=request.user)
    if refund_request.state in DECIDED:
        failed = Failed(answer=AnswerForm.still_written(request.POST, auto_id="answer_%s"))
    else:
        failed = Failed(message=MessageForm.still_written(request.POST))
    return page(request, reference, failed=failed)


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
    refused = unless_done(
        request,
        reference,
        form,
        lambda said: conversation.write_note(
            refund_request, body=said["body"], token=said["token"], by=request.user, at=timezone.now()
        ),
        failed=lambda form: Failed(note=form),
    )
    return refused or to_ticket(refund_request)


@needs(Right.EXAMINE, Right.GIVE_VERDICT)
@require_POST
def find_out(request: StaffRequest, reference: str, fact: str) -> HttpResponse:
    """Record a fact that the policy asks staff to establish."""
    refund_request = find_request(request.user, reference)
    asked = next((each for each in facts_to_establish(refund_request) if each.name == fact), None)
    if asked is None or not may_establish(asked, request.user):
        raise Http404
    evidence = list(refund_request.evidence.order_by("place", "id"))
    form = FindingForm(request.POST, fact=asked, evidence=evidence)
    refused = unless_done(
        request,
        reference,
        form,
        lambda found: record_finding(
            refund_request,
            fact=fact,
            value=found["value"],
            note=found["note"],
            pictures=found["pictures"],
            by=request.user,
            at=timezone.now(),
        ),
        failed=lambda form: Failed(finding=form),
    )
    return refused or to_ticket(refund_request, "#examination")


def to_ticket(refund_request: RefundRequest, part: str = "") -> HttpResponse:
    """Back to the ticket."""
    return see_other(reverse("desk:request", args=[refund_request.reference]) + part)
