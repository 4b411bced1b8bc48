"""The letters of the demo, readable without a mail server, and its shop; found nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from pathlib import Path
from typing import ParamSpec
from zoneinfo import ZoneInfo

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from makegood.accounts.models import User
from makegood.dev import shop
from makegood.dev.mailbox import Mail, find, mails_in
from makegood.notifications.addressing import zone_of

P = ParamSpec("P")
View = Callable[P, HttpResponseBase]


def only_in_demo(view: View[P]) -> View[P]:
    """Outside the demo there is nothing here, whatever the addresses say."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(*args, **kwargs)

    return guarded


@require_safe
@only_in_demo
def mail(request: HttpRequest) -> HttpResponse:
    """Every letter written, newest first."""
    with timezone.override(_zone_of_reader(request)):
        return render(request, "dev/mail.html", {"mails": mails_in(_folder())})


@require_safe
@only_in_demo
def mail_read(request: HttpRequest, key: str) -> HttpResponse:
    """One letter: as HTML, as text, and its headers."""
    return render(request, "dev/mail_read.html", {"mail": _mail(key)})


@require_safe
@only_in_demo
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]  # django-csp knows views without arguments only
    {
        # A letter is a stranger's page: no scripts, no forms, nothing loaded, no rights of this site.
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
        "default-src": [NONE],
        "style-src": [UNSAFE_INLINE],
        "base-uri": [NONE],
        "form-action": [NONE],
        "frame-ancestors": [SELF],
    }
)
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML of one letter alone, for the frame of its page."""
    return HttpResponse(_mail(key).html)


@require_safe
@only_in_demo
def shop_page(request: HttpRequest) -> HttpResponse:
    """What the shop of the demo was told, newest first."""
    with timezone.override(_zone_of_reader(request)):
        return render(request, "dev/shop.html", {"told": shop.told_in(_shop_folder())})


# Signed by this desk itself, so that no browser session is at stake.
@csrf_exempt
@require_POST
@only_in_demo
def shop_is_told(request: HttpRequest) -> HttpResponse:
    """The shop of the demo: 204 for what is genuine, however often it comes; 401 for anything else."""
    body, secrets = request.read(shop.LONGEST + 1), settings.MAKEGOOD_SHOP.secrets
    try:
        shop.take(body, request.headers, secrets=secrets, folder=_shop_folder(), at=timezone.now())
    except shop.NotGenuine:
        return HttpResponse("This is not signed for this shop.", status=HTTPStatus.UNAUTHORIZED)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _shop_folder() -> Path:
    return settings.DATA_DIR / "shop"


def _zone_of_reader(request: HttpRequest) -> ZoneInfo:
    """That of the pages they come from: a letter is often looked for by the time of a ticket's event."""
    user = request.user
    return zone_of(user) if isinstance(user, User) else ZoneInfo(settings.MAKEGOOD_DESK_ZONE)


def _mail(key: str) -> Mail:
    found = find(_folder(), key)
    if found is None:
        raise Http404
    return found


def _folder() -> Path:
    return Path(settings.EMAIL_FILE_PATH)
