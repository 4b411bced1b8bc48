"""Beginning a form, and throwing one away."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, members_only, see_other
from makegood.members.my_orders import order_line
from makegood.members.views.refund_form.filling import Step, step_url
from makegood.members.views.refund_form.finding import SentAlready, changing_form_of
from makegood.refund_requests import drafting


@members_only("GET", "POST")
def new_refund(request: MemberRequest) -> HttpResponse:
    """A new form, for `order` (the number of one of the member's orders) when it is given.

    Whoever follows a link gets the button first: reading a page begins nothing.
    """
    order = request.POST.get("order", "") or request.GET.get("order", "")
    # PostgreSQL knows no text with a NUL.
    number = order.replace("\0", "")[:40]
    if request.method != "POST":
        return _offer(request, number)
    draft = drafting.start(by=request.user, at=timezone.now(), order_number=number)
    return see_other(step_url(draft, Step.REASON))


def _offer(request: MemberRequest, number: str) -> HttpResponse:
    order = request.user.orders.select_related("product").filter(number=number).first()
    url = reverse("members:new_refund")
    context: dict[str, object] = {"order": order, "url": url}
    if order is not None:
        context |= {"line": order_line(order), "url": f"{url}?{urlencode({'order': order.number})}"}
    return render(request, "members/new_refund.html", context)


@members_only("GET", "POST")
def discard(request: MemberRequest, token: UUID) -> HttpResponse:
    """Ask whether the form is to be thrown away, and do it."""
    try:
        with changing_form_of(request.user, token) as draft:
            if request.method != "POST":
                return render(request, "members/form/discard.html", {"draft": draft})
            drafting.discard(draft)
    except SentAlready as sent:
        return see_other(sent.url)
    messages.success(request, _("The form is discarded."))
    return see_other(reverse("members:refunds"))
