"""The links of the members area, for every page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from makegood.accounts.roles import Right


def member_nav(request: HttpRequest) -> dict[str, object]:
    """`member_nav`: the links in the bar, with the one of the present page marked; none before signing in.

    `account_is_here`: the page is one of the person's account, where their address in the bar leads; from it
    people of the desk find back.
    """
    user = getattr(request, "user", None)  # an address refused by an early middleware has none
    if user is None or not user.is_authenticated:
        return {"member_nav": [], "account_is_here": False}
    places = [
        (_("My orders"), reverse("members:home")),
        (_("Refunds"), reverse("members:refunds")),
        (_("Downloads"), reverse("members:downloads")),
        (_("Free trials"), reverse("members:trials")),
    ]
    account_is_here = request.path.startswith(("/account/", "/accounts/"))
    if account_is_here and user.may(Right.SEE_DESK):
        places.append((_("Desk"), reverse("desk:board")))
    return {
        "member_nav": [
            {"label": label, "url": url, "current": _is_here(url, request.path)} for label, url in places
        ],
        "account_is_here": account_is_here,
    }


def _is_here(url: str, path: str) -> bool:
    return path == url if url == "/" else path.startswith(url)
