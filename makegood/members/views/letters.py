"""Ends letters that a person can do without, by the link that stands in them; no sign-in is asked for."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from makegood.accounts.models import User
from makegood.notifications import topics
from makegood.notifications.addressing import speaking_to
from makegood.notifications.models import Topic


@csrf_exempt  # a mail program presses the button for its owner (RFC 8058); the link itself is signed
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to end them; a POST, of the page or of a mail program, does it. Again changes nothing."""
    person, topic = _read(token)
    if request.method == "POST":
        topics.unsubscribe(person, topic, at=timezone.now())
    with speaking_to(person):
        context = {"is_wanted": topics.wants(person, topic)}
        return render(request, "members/unsubscribe.html", context)


def _read(token: str) -> tuple[User, Topic]:
    try:
        return topics.read_link(token)
    except topics.NotOurs:
        raise Http404 from None
