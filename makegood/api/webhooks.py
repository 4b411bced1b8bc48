"""The door of payment providers: deliveries are checked, stored and acknowledged; a job follows them up."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from makegood.api.deliveries import refusal
from makegood.audit.actors import System
from makegood.refunds import hearing


# Signed by the provider, so that no browser session is at stake.
@csrf_exempt
def receive(request: HttpRequest, provider: str) -> HttpResponse:
    """200 once a genuine event is stored, however often it comes; 4xx, recorded, for anything else.

    503 asks to send it again. A provider that looks before it sends is told that somebody listens.
    """
    if request.method in {"GET", "HEAD"} and hearing.is_looked_at_first(provider):
        return HttpResponse("Somebody listens here.", content_type="text/plain")
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    # One byte more than allowed tells a longer body, whatever its headers say; no more is ever read.
    body = request.read(hearing.LONGEST + 1)
    by = System(f"{provider} webhook")
    try:
        notice = hearing.hear(provider, body, request.headers, connections=settings, by=by, at=timezone.now())
    except hearing.UnknownProvider:
        return JsonResponse({"error": "There is no such provider."}, status=HTTPStatus.NOT_FOUND)
    except hearing.EventRefused as refused:
        return refusal(refused.reason, refused)
    if notice.receipt:
        return HttpResponse(notice.receipt, content_type="text/plain")
    return JsonResponse({"received": True})
