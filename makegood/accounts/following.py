"""The answer that a page may follow: the server goes on with it as a stream, where it can hold one."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

EXTENSION = "makegood.follow"
"""In the ASGI scope of a server that can hold streams; no header of a client ever gets there."""
FOLLOWS = "X-Makegood-Follows"
"""Tells such a server who follows what; it never leaves it."""
EVENT_STREAM = "text/event-stream"
DESK = "desk"
"""The subject of everything that happens to any refund request."""


def subject_of(reference: str) -> str:
    """The subject of what happens to one refund request, as PostgreSQL tells it."""
    return f"request {reference}"


def follow(request: HttpRequest, subject: str, *, person: int) -> HttpResponse:
    """The account `person`, who may see `subject`, follows it from now on.

    204 where the server cannot hold streams: the page then asks from time to time.
    """
    scope = request.META.get("asgi.scope") or {}
    if EXTENSION not in (scope.get("extensions") or {}):
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})
    return HttpResponse(content_type=EVENT_STREAM, headers={FOLLOWS: f"{person} {subject}"})
