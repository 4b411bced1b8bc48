"""The language of the pages: chosen in the foot of each of them, for this browser and for one's account."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from makegood.accounts.models import User
from makegood.accounts.speaking import choose_language
from makegood.members.access import see_other


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep `language` in a cookie, and for who is signed in with the account; back to `next` on this site.

    A language that is not offered changes nothing.
    """
    back = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    answer = see_other(back if here else "/")
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return answer
    if isinstance(request.user, User):
        choose_language(request.user, chosen)
    keep_in_browser(answer, chosen)
    return answer


def keep_in_browser(answer: HttpResponse, chosen: str) -> None:
    """So that pages without a sign-in speak `chosen` too."""
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
