"""What changed on a page of the desk since somebody opened it, and the streams that say when to ask."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import cast

from django.http import HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from makegood.accounts.following import DESK, follow, subject_of
from makegood.accounts.roles import Right
from makegood.audit.models import Event
from makegood.desk.access import StaffRequest, find_request, needs
from makegood.desk.ticket import EVENTS_SHOWN, Ticket
from makegood.desk.views.board import board_context
from makegood.desk.views.ticket import page_context
from makegood.refund_requests.models import RefundRequest

BOARD_PARTS = ("desk/board.html#waiting", "desk/board.html#numbers", "desk/board.html#lists")
TICKET_PARTS = ("desk/request.html#stands", "desk/request.html#talk")


@needs(Right.SEE_DESK)
@require_safe
def follow_board(request: StaffRequest) -> HttpResponse:
    """Hear of everything that happens to a refund request."""
    return follow(request, DESK, person=request.user.pk)


@needs(Right.SEE_DESK)
@require_safe
def follow_request(request: StaffRequest, reference: str) -> HttpResponse:
    """Hear of what happens to one of them."""
    subject = subject_of(find_request(request.user, reference).reference)
    return follow(request, subject, person=request.user.pk)


@needs(Right.SEE_DESK)
@require_safe
def board_news(request: StaffRequest) -> HttpResponse:
    """The parts of the board that change by themselves; 304 when they read as before."""
    context = board_context(request.user)
    parts = _parts(request, BOARD_PARTS, context)
    version = f'"{sha256(parts.encode()).hexdigest()[:32]}"'
    return _unless_known(request, version) or HttpResponse(parts, headers={"ETag": version})


@needs(Right.SEE_DESK)
@require_safe
def request_news(request: StaffRequest, reference: str) -> HttpResponse:
    """The parts of a ticket that change by themselves; 304, in three queries, when nothing happened to it."""
    if "If-None-Match" in request.headers:
        version = _version_of(find_request(request.user, reference))
        if known := _unless_known(request, version):
            return known
    context = page_context(request.user, reference)
    events = cast("Ticket", context["ticket"]).events
    version = _version([event.pk for event in events])
    return HttpResponse(_parts(request, TICKET_PARTS, context), headers={"ETag": version})


def _version_of(refund_request: RefundRequest) -> str:
    events = Event.objects.filter(thread=refund_request.reference).exclude(thread="").order_by("-pk")
    return _version(list(events.values_list("pk", flat=True)[:EVENTS_SHOWN]))


def _version(keys: Sequence[int]) -> str:
    """Of the events shown: all their keys, for these are given out in another order than committed in."""
    return f'"{max(keys, default=0)}.{sum(keys)}.{get_language()}"'


def _unless_known(request: StaffRequest, version: str) -> HttpResponse | None:
    if request.headers.get("If-None-Match") == version:
        return HttpResponseNotModified(headers={"ETag": version})
    return None


def _parts(request: StaffRequest, templates: tuple[str, ...], context: dict[str, object]) -> str:
    return "".join(render_to_string(each, context, request) for each in templates)
