"""The door of payment providers: deliveries are checked, stored and acknowledged; a job follows them up."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from makegood.api.deliveries import refusal
from makegood.audit.actors import System
from makegood.refunds import hearing


# Signed by the provider, so that no browser session is at stake.
@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str) -> JsonResponse:
    """200 once a genuine event is stored, however often it comes; 4xx, recorded, for anything else."""
    # One byte more than allowed tells a longer body, whatever its headers say; no more is ever read.
    body = request.read(hearing.LONGEST + 1)
    by = System(f"{provider} webhook")
    try:
        hearing.hear(provider, body, request.headers, connections=settings, by=by, at=timezone.now())
    except hearing.UnknownProvider:
        return JsonResponse({"error": "There is no such provider."}, status=HTTPStatus.NOT_FOUND)
    except hearing.EventRefused as refused:
        return refusal(refused.reason, refused)
    return JsonResponse({"received": True})
