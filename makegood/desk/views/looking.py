"""The open page of a request says that it is open, and hears who else has it open."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from makegood.accounts.roles import Right
from makegood.desk.access import StaffRequest, find_request, needs
from makegood.desk.presence import SHOWN, presence_words
from makegood.refund_requests.looking import look, others_looking


@needs(Right.SEE_DESK)
@require_POST
def looking(request: StaffRequest, reference: str) -> HttpResponse:
    """Who else looks at it, as plain text; empty when nobody does."""
    refund_request, at = find_request(request.user, reference), timezone.now()
    look(refund_request, by=request.user, at=at)
    others = others_looking(than=request.user, at=at).filter(refund_request=refund_request)
    names = list(others.values_list("user__name", flat=True)[:SHOWN])
    return HttpResponse(presence_words(names), content_type="text/plain; charset=utf-8")
