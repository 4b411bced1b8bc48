"""The door of the vendor's tracker: a signed delivery says whether an issue is open or closed."""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from makegood.api.deliveries import refusal
from makegood.audit.actors import System
from makegood.defects.trackers import hearing
from makegood.defects.trackers.links import NAMES, Tracker
from makegood.defects.trackers.signatures import DeliveryRefused


# Signed by the tracker, so that no browser session is at stake.
@csrf_exempt
@require_POST
def receive(request: HttpRequest, tracker: str) -> JsonResponse:
    """200 for whatever is genuine, linked here or not; 4xx for anything else, which changes nothing."""
    secret = settings.MAKEGOOD_TRACKER_SECRETS.get(tracker, "")
    if not secret:
        return JsonResponse({"error": "There is no such tracker."}, status=HTTPStatus.NOT_FOUND)
    kind = Tracker(tracker)
    # One byte more than allowed tells a longer body, whatever its headers say; no more is ever read.
    body = request.read(hearing.LONGEST + 1)
    by = System(NAMES[kind])
    try:
        hearing.hear(kind, body, request.headers, secret=secret, by=by, at=timezone.now())
    except DeliveryRefused as refused:
        return refusal(refused.reason, refused)
    return JsonResponse({"received": True})
