"""No cache keeps what a signed-in person sees, so the back button shows nothing after signing out."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]


def private_pages(get_response: Answer) -> Answer:
    """Middleware: pages that looked at who is signed in are private, unless they say something themselves."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # A page that did not look is the same for everyone, and must not need the database now.
        looked = request.session.accessed
        if looked and request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    return answer
