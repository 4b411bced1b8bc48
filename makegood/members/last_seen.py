"""When and from where each session was last used, for the person's own list of them."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from makegood.accounts.sessions import note_seen

Answer = Callable[[HttpRequest], HttpResponseBase]


def last_seen(get_response: Answer) -> Answer:
    """Middleware: pages that looked at who is signed in count as a use of the session."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        # After the page, so that an address that needs no session, such as /healthz, needs no database.
        key = request.session.session_key
        if key and request.session.accessed and request.user.is_authenticated:
            note_seen(
                request.user,
                key,
                address=get_adapter().get_client_ip(request),
                user_agent=request.headers.get("User-Agent", ""),
                at=timezone.now(),
            )
        return response

    return answer
