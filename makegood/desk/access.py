"""Who may open a page of the desk: signed in, and with a right; everyone else learns nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from typing import Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import resolve, reverse
from django.utils import timezone

from makegood.accounts.models import User
from makegood.accounts.roles import Right
from makegood.refund_requests.models import RefundRequest
from makegood.refund_requests.queries import requests_seen_by

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """An HTTP request that `needs` has let through: its user is a person of the desk."""

    user: User


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def needs(*rights: Right) -> Callable[[StaffView[P]], View[P]]:
    """Let those through who have one of `rights`; others get 404, people not signed in the sign-in page.

    The view runs in the time zone of the desk, so that everyone there reads the same clock.
    """

    def decorate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                # A form cannot be sent anew after the sign-in, so its sender comes back to the board.
                back = request.get_full_path() if request.method == "GET" else reverse("desk:board")
                return redirect_to_login(back)
            if not any(user.may(right) for right in rights):
                raise Http404
            with timezone.override(desk_zone()):
                return view(request, *args, **kwargs)  # type: ignore[arg-type]  # its user was just checked

        return guarded

    return decorate


def confirmed(view: StaffView[P]) -> StaffView[P]:
    """Let through who gave their password (or second step) within ten minutes; others are asked for it first.

    Signing in counts. A form that they sent meanwhile is kept and goes on by itself.
    """
    return confirmed_if(lambda _request: True)(view)


def confirmed_if(needed: Callable[[HttpRequest], bool]) -> Callable[[StaffView[P]], StaffView[P]]:
    """As `confirmed`, where what was sent makes it `needed`: before money is released."""

    def decorate(view: StaffView[P]) -> StaffView[P]:
        @reauthentication_required(  # type: ignore[untyped-decorator]  # allauth brings no types
            enabled=lambda request: _was_long_ago(request) and needed(request)
        )
        @wraps(view)
        def guarded(request: StaffRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            # What goes on after the question still bears the match of the page that asked it.
            request.resolver_match = resolve(request.path_info)
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[no-any-return]

    return decorate


def _was_long_ago(request: HttpRequest) -> bool:
    # allauth itself counts only what was given again; signing in asks for the same.
    given = [record["at"] for record in get_authentication_records(request, request.user)]
    return time() - max(given, default=0.0) >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def desk_zone() -> ZoneInfo:
    """The time zone in which the desk reads and promises."""
    return ZoneInfo(settings.MAKEGOOD_DESK_ZONE)


def find_request(user: User, reference: str) -> RefundRequest:
    """The refund request that `user` may see. Raises Http404."""
    return get_object_or_404(requests_seen_by(user), reference=reference)


def see_other(url: str) -> HttpResponse:
    """After a POST: go on with a GET (303, RFC 9110 section 15.4.4)."""
    return HttpResponseRedirect(url, status=303)
