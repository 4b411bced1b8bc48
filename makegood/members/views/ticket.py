"""The ticket: where the request stands, what was written, and writing or withdrawing."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.accounts.following import follow, subject_of
from makegood.audit.moving import MoveNotAllowed
from makegood.books.credit_notes.on_paper import title_in_words
from makegood.members.access import MemberRequest, members_only, see_other, typed_before
from makegood.members.evidence import shown_evidence
from makegood.members.forms.messages import MessageForm
from makegood.members.ticket import live
from makegood.members.ticket.decided import letter_of
from makegood.members.ticket.items import items_of
from makegood.members.ticket.paid import refunds_of
from makegood.members.ticket.reading import Ticket, read
from makegood.members.ticket.standing import news_of, promise_of, stages_of
from makegood.members.ticket.talk import read_talk
from makegood.members.ticket.told import answers_of
from makegood.notifications.undelivered import undelivered_of, with_undelivered
from makegood.orders.downloads import releases_open_to
from makegood.orders.models import Edition, Release
from makegood.queue import board
from makegood.refund_requests import transitions
from makegood.refund_requests.conversation import Closed, SaysNothing, TooLong, write_as_member
from makegood.refund_requests.evidence.checking import FilesNotReady
from makegood.refund_requests.evidence.sentences import FileRefused
from makegood.refund_requests.models import Evidence, Message, RefundRequest, Visibility
from makegood.refund_requests.queries import of_it_and_merged
from makegood.refund_requests.states import MOVES, State


def ticket_url(reference: str) -> str:
    """The address of a ticket."""
    return reverse("members:ticket", args=[reference])


@members_only("GET")
def ticket(request: MemberRequest, reference: str) -> HttpResponse:
    """What the member reads of one of their requests."""
    typed = typed_before(request)
    form = MessageForm(initial={"body": typed["body"]}) if typed and "body" in typed else MessageForm()
    return _show(request, reference, form)


@members_only("GET", back=ticket_url)
def news(request: MemberRequest, reference: str) -> HttpResponse:
    """The parts of the page that change by themselves; 304 as long as they have not."""
    refund_request = _find(request, reference)
    version = live.version_of(refund_request, board.place_of(refund_request))
    if request.headers.get("If-None-Match") == version:
        return HttpResponseNotModified(headers={"ETag": version})
    response = render(request, "members/ticket_news.html", _parts(request, read(refund_request)))
    response["ETag"] = version
    return response


@members_only("GET", back=ticket_url)
def follow_ticket(request: MemberRequest, reference: str) -> HttpResponse:
    """Hear of what happens to the request."""
    return follow(request, subject_of(_find(request, reference).reference), person=request.user.pk)


@members_only("GET")
def earlier(request: MemberRequest, reference: str, message: int) -> HttpResponse:
    """What was said before a message, on a page of its own."""
    refund_request = _find(request, reference)
    public = Message.objects.filter(of_it_and_merged(refund_request), visibility=Visibility.PUBLIC)
    before = get_object_or_404(public, pk=message)
    talk = read_talk(refund_request, before=before)
    files = Evidence.objects.filter(message__in=talk.messages).order_by("id")
    context = {"refund_request": refund_request, "talk": talk, "items": items_of(talk, list(files))}
    return render(request, "members/ticket_earlier.html", context)


@members_only("POST", back=ticket_url)
def write(request: MemberRequest, reference: str) -> HttpResponse:
    """Write to the refund department, with pictures; sent twice, it is one message."""
    refund_request = _find(request, reference)
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, reference, form)
    try:
        message = write_as_member(
            refund_request,
            body=form.cleaned_data["body"],
            files=form.cleaned_data["pictures"],
            token=form.cleaned_data["token"],
            by=request.user,
            at=timezone.now(),
            still_broken="still_broken" in request.POST,
        )
    except FileRefused as refused:
        form.add_error("pictures", str(refused))
    except FilesNotReady as files:
        form.add_error("pictures", list(files.sentences))
    except (SaysNothing, TooLong, Closed) as refused:
        form.add_error("body", str(refused))
    else:
        there = message.refund_request.reference
        words = _("Your message is sent.")
        if there != reference:
            words = _("Your message is sent to {reference}, where this request goes on.").format(
                reference=there
            )
        messages.success(request, words)
        return see_other(ticket_url(there) + "#last")
    return _show(request, reference, form)


@members_only("POST", back=ticket_url)
def fix_works(request: MemberRequest, reference: str) -> HttpResponse:
    """The member tried the fix, and it works: the request is closed."""
    try:
        transitions.fix_works(_find(request, reference), by=request.user, at=timezone.now())
    except MoveNotAllowed:
        messages.info(request, _("You need not tell us any more: this request has gone on meanwhile."))
    else:
        messages.success(request, _("Thank you. This request is closed."))
    return see_other(ticket_url(reference))


@members_only("GET", "POST")
def withdraw(request: MemberRequest, reference: str) -> HttpResponse:
    """Ask whether the request is to be withdrawn, and do it."""
    refund_request = _find(request, reference)
    if request.method == "POST":
        try:
            transitions.withdraw(refund_request, by=request.user, at=timezone.now())
        except MoveNotAllowed:
            _say_why_not(request, refund_request)
        else:
            messages.success(request, _("You have withdrawn this request."))
    elif _can_withdraw(refund_request):
        return render(request, "members/withdraw.html", {"refund_request": refund_request})
    else:
        _say_why_not(request, refund_request)
    return see_other(ticket_url(reference))


def _say_why_not(request: MemberRequest, refund_request: RefundRequest) -> None:
    refund_request.refresh_from_db(fields=["state"])
    if refund_request.state == State.WITHDRAWN:
        messages.info(request, _("This request is withdrawn already."))
    else:
        messages.error(request, _("This request can no longer be withdrawn; it is decided."))


def _can_withdraw(refund_request: RefundRequest) -> bool:
    return State.WITHDRAWN in MOVES[State(refund_request.state)]


def _find(request: MemberRequest, reference: str) -> RefundRequest:
    """The member's own request. Raises Http404."""
    found: RefundRequest = get_object_or_404(live.watched(request.user), reference=reference)
    return found


def _show(request: MemberRequest, reference: str, form: MessageForm) -> HttpResponse:
    """The whole page; only it says whether our letters arrive. Raises Http404."""
    mine = with_undelivered(live.watched(request.user), at=timezone.now())
    refund_request: RefundRequest = get_object_or_404(mine, reference=reference)
    is_wrong = form.is_bound and not form.is_valid()
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    found = read(refund_request)
    context = _parts(request, found) | {
        "told": answers_of(found),
        "evidence": shown_evidence(row for row in found.evidence if row.message_id is None),
        "can_write": found.state not in (State.WITHDRAWN, State.MERGED),
        "ask_again": next(row.order.number for row in found.named if row.wanted),
        "version": live.version_of(refund_request, found.place),
        "undelivered": undelivered_of(refund_request),
        "pictures_url": reverse("members:message_pictures", args=[refund_request.reference]),
        "uploads_url": reverse("members:message_uploads", args=[refund_request.reference]),
        "form": form,
        "tries_fix": found.state is State.TRYING_FIX,
        "fix_releases": _releases_of_fix(request, found),
    }
    return render(request, "members/ticket.html", context, status=status)


def _credit_notes(found: Ticket) -> list[tuple[str, str]]:
    """The number of each, and what it is."""
    notes = found.refunds[0].credit_notes if found.refunds else []  # type: ignore[attr-defined]  # of `with_notes`
    return [(note["name"], title_in_words(note["kind"], note["name"])) for note in notes]


def _releases_of_fix(request: MemberRequest, found: Ticket) -> list[Release]:
    """The files of the version that the member is asked to try; empty when it is not to be had here."""
    if found.state is not State.TRYING_FIX:
        return []
    asked = found.refund_request
    found_here = releases_open_to(request.user).filter(product=asked.product_id, version=asked.fix_to_try)
    releases = list(found_here)
    # Who bought it has no use for its trial.
    return [one for one in releases if one.edition == Edition.FULL] or releases


def _parts(request: MemberRequest, found: Ticket) -> dict[str, object]:
    """What changes by itself, and so is on the page and in `news`."""
    at = timezone.now()
    return {
        "ticket": found,
        "refund_request": found.refund_request,
        "news": news_of(found),
        "promise": promise_of(found, at=at),
        "stages": stages_of(found),
        "items": items_of(found.talk, found.evidence),
        "decision": letter_of(found),
        "refunds": refunds_of(found, at=at),
        "credit_notes": _credit_notes(found),
        "can_withdraw": _can_withdraw(found.refund_request),
        "is_sent": "sent" in request.GET,
        "seconds": live.seconds_between(found.refund_request),
    }
