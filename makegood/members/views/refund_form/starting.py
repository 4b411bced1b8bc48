"""Beginning a form, and throwing one away."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from makegood.members.access import MemberRequest, members_only
from makegood.members.views.refund_form.filling import Step, step_url
from makegood.members.views.refund_form.finding import SentAlready, draft_of
from makegood.members.views.refund_form.pages import see
from makegood.refund_requests import drafting


@members_only("POST", back=lambda: reverse("members:refunds"))
def new_refund(request: MemberRequest) -> HttpResponse:
    """A new form, for `order` (the number of one of the member's orders) when it is given."""
    order = request.POST.get("order", "") or request.GET.get("order", "")
    draft = drafting.start(by=request.user, at=timezone.now(), order_number=order[:40])
    return see(step_url(draft, Step.REASON))


@members_only("GET", "POST")
def discard(request: MemberRequest, token: UUID) -> HttpResponse:
    """Ask whether the form is to be thrown away, and do it."""
    try:
        draft = draft_of(request.user, token)
    except SentAlready as sent:
        return see(sent.url)
    if request.method != "POST":
        return render(request, "members/form/discard.html", {"draft": draft})
    drafting.discard(draft)
    messages.success(request, _("The form is discarded."))
    return see(reverse("members:refunds"))
