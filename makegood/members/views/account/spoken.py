"""django-allauth's pages in the language and the time zone of the person, as our own are."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from makegood.accounts.models import User
from makegood.notifications.addressing import speaking_to

View = Callable[..., HttpResponseBase]


def spoken(view: View) -> View:
    """`view`, speaking to whoever is signed in."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return view(request, *args, **kwargs)
        with speaking_to(request.user):
            response = view(request, *args, **kwargs)
            # A template is filled in after the view; here the language is still theirs.
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

    return answer
