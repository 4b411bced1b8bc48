"""Coming in by a link of the vendor's own members area.

Opening the link changes nothing: mail scanners and browsers open links on their own, and would use it up. The
page says who comes in, and its button does it.
"""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from makegood.accounts.handover import LinkRefused, NotByLink, let_in, read_link


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask whether to come in as the person of the link, and let them in."""
    sent = request.POST if request.method == "POST" else request.GET
    token = sent.get("token", "")
    try:
        handover = read_link(token, secret=settings.MAKEGOOD_HANDOVER_SECRET, at=timezone.now())
        if request.method != "POST":
            return render(request, "members/enter.html", {"handover": handover, "token": token})
        member = let_in(handover, at=timezone.now())
    except LinkRefused as refused:
        status = HTTPStatus.FORBIDDEN if isinstance(refused, NotByLink) else HTTPStatus.GONE
        return render(request, "members/enter_refused.html", {"problems": [str(refused)]}, status=status)
    if request.user.is_authenticated:
        logout(request)
    page = handover.page or reverse("members:home")
    # Its stages ask for the second step of who has one.
    answer: HttpResponse = perform_login(request, member, email_verification="mandatory", redirect_url=page)
    return answer
