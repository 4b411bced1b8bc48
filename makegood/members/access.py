"""Who may open a page of the members area; and what was typed survives signing in anew."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from makegood.accounts.erased import AccountErased
from makegood.accounts.models import User
from makegood.notifications.addressing import zone_of

P = ParamSpec("P")

KEPT = "typed_before_signing_in"
KEPT_CHARACTERS = 60_000


class MemberRequest(HttpRequest):
    """An HTTP request that `members_only` has let through."""

    user: User
    htmx: HtmxDetails


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def members_only(*methods: str, back: Callable[..., str] | None = None) -> Callable[[MemberView[P]], View[P]]:
    """Let signed-in people through by `methods`, in their time zone; others sign in first.

    `back` gives, from the arguments of the view, the page to show after the sign-in; None: the same address.
    """

    def decorate(view: MemberView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            user = request.user
            if not isinstance(user, User):
                return _to_sign_in(request, back(*args, **kwargs) if back else request.get_full_path())
            try:
                with timezone.override(zone_of(user)):
                    return view(request, *args, **kwargs)  # type: ignore[arg-type]  # its user was just checked
            except AccountErased:
                # Erasing has signed them out; what was typed is not kept, for it is theirs as well.
                return _signed_out(request, settings.LOGIN_REDIRECT_URL)

        # What can be read can be asked for its headers alone (RFC 9110, section 9.3.2).
        heads = ["HEAD"] if "GET" in methods else []
        return require_http_methods([*methods, *heads])(guarded)

    return decorate


def _to_sign_in(request: HttpRequest, back: str) -> HttpResponse:
    if request.method == "POST" and not is_from_script(request):
        _keep_typed(request, back)
    return _signed_out(request, back)


def _signed_out(request: HttpRequest, back: str) -> HttpResponse:
    if is_from_script(request):
        # A script would put the sign-in page into the middle of the form.
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    return redirect_to_login(back)


def is_from_script(request: HttpRequest) -> bool:
    """Whether a script of the page sent this while the person goes on typing."""
    sent_by = request.headers.get("X-Requested-With")
    return bool(request.headers.get("HX-Request")) or sent_by in {"autosave", "live"}


def _keep_typed(request: HttpRequest, page: str) -> None:
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    words = typed.urlencode()
    if len(words) <= KEPT_CHARACTERS:
        request.session[KEPT] = {"page": page, "words": words}


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page before the session ran out, once; None when nothing was."""
    kept = request.session.get(KEPT)
    if kept is None or kept["page"].partition("?")[0] != request.path:
        return None
    del request.session[KEPT]
    return QueryDict(kept["words"])


def see_other(url: str) -> HttpResponse:
    """After a POST: go on with a GET (303, RFC 9110 section 15.4.4)."""
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)
