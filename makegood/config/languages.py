"""Whoever is signed in reads every page in the language of their account, whatever the browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from makegood.accounts.models import User
from makegood.accounts.speaking import spoken_by

Answer = Callable[[HttpRequest], HttpResponseBase]


def in_the_persons_language(get_response: Answer) -> Answer:
    """Middleware, after Django's own has looked at the cookie and the Accept-Language header."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        # Who brings no session is nobody, and a page for everyone must not need the database now.
        user = request.user if settings.SESSION_COOKIE_NAME in request.COOKIES else None
        if isinstance(user, User) and user.language:
            translation.activate(spoken_by(user))
            request.LANGUAGE_CODE = translation.get_language()
        response = get_response(request)
        patch_vary_headers(response, ("Cookie",))
        return response

    return answer
